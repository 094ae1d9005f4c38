//! Being told to stop: a hint to what runs, not an end, and not for ever.

use std::sync::Arc;

use serde_json::json;

use super::core::{Core, errors, warnings};
use super::made::SECRET;
use super::stage::Stage;
use super::value::Val;
use super::wire::tfplugin6 as wire;

async fn stop(core: &Core) {
    let request = wire::stop_provider::Request::default();
    let answer = core.client.rpc().stop_provider(request).await;
    assert_eq!(answer.expect("an answer").into_inner().error, "");
}

/// What a read of the data source tells, and its state.
async fn ask(core: &Core, act: &str) -> (wire::read_data_source::Response, Val) {
    let config = Val::from(json!({"act": act, "setting": null}));
    let request = wire::read_data_source::Request {
        type_name: "made_setting".to_owned(),
        config: Some(config.msgpack()),
        ..wire::read_data_source::Request::default()
    };
    let answer = core.client.rpc().read_data_source(request).await;
    let answer = answer.expect("an answer").into_inner();
    let state = Val::read(answer.state.as_ref());
    (answer, state)
}

/// Every call that runs is told, whatever kind it is of; it ends with what it has to say.
#[tokio::test]
async fn a_stop_reaches_all_that_runs() {
    let stage = Arc::new(Stage::made().await);
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let stage = Arc::clone(&stage);
            tokio::spawn(async move { ask(&stage.core, "read=wait").await.0 })
        })
        .collect();
    let plan = {
        let stage = Arc::clone(&stage);
        let written = json!({"name": "thing", "act": "plan=wait"});
        tokio::spawn(async move { stage.core.plan("made_thing", None, written).await })
    };
    while stage
        .journal()
        .iter()
        .filter(|note| note.ends_with("=wait"))
        .count()
        < 4
    {
        tokio::task::yield_now().await;
    }
    stop(&stage.core).await;
    for call in calls {
        let told = call.await.expect("no panic").diagnostics;
        assert!(errors(&told)[0].starts_with("Stopped"), "{told:?}");
    }
    let told = plan.await.expect("no panic").expect_err("stopped");
    assert!(errors(&told)[0].starts_with("Stopped"), "{told:?}");
}

/// What begins afterwards is not stopped: a debugged process goes on with the next command. And the
/// next stop stops that.
#[tokio::test]
async fn a_stop_is_not_for_ever() {
    let stage = Arc::new(Stage::made().await);
    for _ in 0..3 {
        stop(&stage.core).await;
        stop(&stage.core).await;
        let (answer, _) = ask(&stage.core, "read=look").await;
        let told = warnings(&answer.diagnostics);
        assert!(told[0].starts_with("Not stopped"), "{told:?}");
        let later = {
            let stage = Arc::clone(&stage);
            tokio::spawn(async move { ask(&stage.core, "read=wait").await.0 })
        };
        let waiting = |note: &&String| *note == "read=wait";
        let before = stage.journal().iter().filter(waiting).count();
        while stage.journal().iter().filter(waiting).count() == before && !later.is_finished() {
            tokio::task::yield_now().await;
        }
        stop(&stage.core).await;
        let told = later.await.expect("no panic").diagnostics;
        assert!(errors(&told)[0].starts_with("Stopped"), "{told:?}");
    }
}

/// A process is configured again for the next command, and what counts is the last time.
#[tokio::test]
async fn the_last_configuration_counts() {
    let mut stage = Stage::made().await;
    for setting in ["second", "third"] {
        let config = json!({"secret": SECRET, "setting": setting});
        stage.core.configure(config).await.expect("configured");
        stop(&stage.core).await;
        let (answer, read) = ask(&stage.core, "").await;
        assert!(answer.diagnostics.is_empty(), "{answer:?}");
        assert_eq!(read.get("setting").text(), setting);
    }
    assert!(stage.journal().contains(&"configured by 1.14.0".to_owned()));
}
