//! What goes wrong in a call stays in it: it becomes an error of that call, without secrets, and the
//! state is not lost by it. What was told is told; silence is not taken for success.

use serde_json::json;

use super::core::{Applied, Core, Instance, Plan, errors, identity_data, warnings};
use super::made::SECRET;
use super::stage::Stage;
use super::value::Val;
use super::wire::tfplugin6 as wire;

/// What goes wrong, and what is told of it.
const WRONG: [(&str, &str); 3] = [
    ("panic", "lost the key *** on the way"),
    ("nothing", "without a reason"),
    ("error", "Refused by ***: The key is ***."),
];

/// Fails unless there is one error that says so, and the secret is nowhere.
#[track_caller]
fn tells(told: &[wire::Diagnostic], says: &str) {
    let found = errors(told);
    assert!(
        found.len() == 1 && found[0].contains(says),
        "{says:?}: {told:#?}"
    );
    assert!(!format!("{told:?}").contains(SECRET), "{told:#?}");
}

/// A thing that is there, and does something in a later call.
async fn thing(core: &Core, act: &str) -> Instance {
    let written = json!({"name": "thing", "act": act, "text": "a text"});
    let plan = core
        .plan("made_thing", None, written)
        .await
        .expect("a plan");
    let Applied { left, told } = core.apply(&plan).await;
    assert!(told.is_empty(), "{told:#?}");
    left.expect("it was made")
}

async fn raw_read(core: &Core, stored: &Instance) -> wire::read_resource::Response {
    let request = wire::read_resource::Request {
        type_name: stored.kind.clone(),
        current_state: Some(stored.value.msgpack()),
        private: stored.private.clone(),
        current_identity: identity_data(stored.identity.as_ref()),
        ..wire::read_resource::Request::default()
    };
    let answer = core.client.rpc().read_resource(request).await;
    answer.expect("no status").into_inner()
}

async fn raw_apply(core: &Core, plan: &Plan) -> wire::apply_resource_change::Response {
    let prior = plan
        .prior
        .as_ref()
        .map_or(Val::Null, |prior| prior.value.clone());
    let request = wire::apply_resource_change::Request {
        type_name: plan.kind.clone(),
        prior_state: Some(prior.msgpack()),
        planned_state: Some(plan.value.msgpack()),
        config: Some(plan.config.msgpack()),
        planned_private: plan.private.clone(),
        planned_identity: identity_data(plan.identity.as_ref()),
        ..wire::apply_resource_change::Request::default()
    };
    let answer = core.client.rpc().apply_resource_change(request).await;
    answer.expect("no status").into_inner()
}

/// A refresh that goes wrong leaves everything as it was: the state, what is stored beside it, and
/// the identity.
#[tokio::test]
async fn a_failed_refresh_loses_nothing() {
    let stage = Stage::made().await;
    for (act, says) in WRONG {
        let stored = thing(&stage.core, &format!("read={act}")).await;
        let answer = raw_read(&stage.core, &stored).await;
        tells(&answer.diagnostics, says);
        assert_eq!(Val::read(answer.new_state.as_ref()), stored.value);
        assert_eq!(answer.private, stored.private);
        let identity = answer.new_identity.and_then(|one| one.identity_data);
        assert_eq!(Some(Val::read(identity.as_ref())), stored.identity);
    }
}

/// An apply that comes to nothing answers null, written out, with an error: core keeps what it had.
/// So for a creation, a change and a destruction.
#[tokio::test]
async fn a_failed_apply_answers_null() {
    let stage = Stage::made().await;
    let core = &stage.core;
    for (act, says) in WRONG {
        let act = format!("apply={act}");
        let written = json!({"name": "thing", "act": act, "text": "another text"});
        let create = core.plan("made_thing", None, written.clone()).await;
        let mut there = thing(core, "").await;
        let update = core.plan("made_thing", Some(&there), written).await;
        there.value = there.value.with("act", act.as_str());
        let delete = core.plan_destroy(&there).await;
        for plan in [create, update, delete] {
            let plan = plan.expect("a plan");
            let answer = raw_apply(core, &plan).await;
            tells(&answer.diagnostics, says);
            let null = answer.new_state.expect("null is written out");
            assert_eq!(Val::read(Some(&null)), Val::Null, "{:?}", plan.action);
            assert_eq!(null.msgpack.as_ref(), [0xc0]);
            let after = core.apply(&plan).await;
            assert_eq!(after.left, plan.prior, "{:?}", plan.action);
        }
    }
}

/// What was made is in the state even if something went wrong after that.
#[tokio::test]
async fn what_was_made_is_kept_beside_an_error() {
    let stage = Stage::made().await;
    let written = json!({"name": "thing", "act": "apply=late"});
    let plan = stage.core.plan("made_thing", None, written).await;
    let Applied { left, told } = stage.core.apply(&plan.expect("a plan")).await;
    tells(&told, "Refused too late by ***");
    let left = left.expect("it is there");
    assert_eq!(left.value.get("id").text(), "id-thing");
    assert_eq!(
        left.identity.expect("an identity").get("key").text(),
        "id-thing"
    );
    assert!(!left.private.is_empty());
}

/// Plans, validations and upgrades that go wrong are errors, and no plan comes of them.
#[tokio::test]
async fn a_failed_plan_is_an_error() {
    let stage = Stage::made().await;
    let core = &stage.core;
    let there = thing(core, "").await;
    for (act, says) in WRONG {
        let validate = json!({"name": "thing", "act": format!("validate={act}")});
        let told = core.validate("made_thing", &validate.into()).await;
        tells(&told.expect_err(act), says);
        let plan = json!({"name": "thing", "act": format!("plan={act}")});
        for prior in [None, Some(&there)] {
            let told = core.plan("made_thing", prior, plan.clone()).await;
            tells(&told.map(|_| ()).expect_err(act), says);
        }
        let mut there = there.clone();
        there.value = there.value.with("act", format!("plan={act}"));
        let told = core.plan_destroy(&there).await;
        tells(&told.map(|_| ()).expect_err(act), says);
    }
    let silent = core.upgrade("made_thing", 0, &json!({})).await;
    tells(&silent.expect_err("version 0"), "without a reason");
    let there = thing(core, "generate=panic").await;
    let told = core.generate(&there).await;
    tells(
        &told.expect_err("a panic"),
        "no configuration comes to mind",
    );
}

/// The same for imports, either way.
#[tokio::test]
async fn a_failed_import_is_an_error() {
    let stage = Stage::made().await;
    for (act, says) in WRONG {
        let id = format!("import={act}");
        let told = stage.core.import("made_thing", &id).await;
        tells(&told.map(|_| ()).expect_err(act), says);
        let identity = json!({"key": id, "place": null});
        let told = stage.core.import_identity("made_thing", identity).await;
        tells(&told.map(|_| ()).expect_err(act), says);
    }
}

/// The same for the provider block.
#[tokio::test]
async fn a_failed_configuration_is_an_error() {
    let mut stage = Stage::made().await;
    for (act, says) in WRONG {
        for call in ["validate", "configure"] {
            let config = json!({"act": format!("{call}={act}"), "secret": SECRET});
            let told = stage.core.configure(config).await;
            tells(&told.expect_err(act), says);
        }
    }
}

/// The same for data sources.
#[tokio::test]
async fn a_failed_data_source_is_an_error() {
    let stage = Stage::made().await;
    let mut rpc = stage.core.client.rpc();
    for (act, says) in WRONG {
        let config = |call: &str| {
            let config = json!({"act": format!("{call}={act}"), "setting": null});
            Some(Val::from(config).msgpack())
        };
        let request = wire::validate_data_resource_config::Request {
            type_name: "made_setting".to_owned(),
            config: config("validate"),
        };
        let told = rpc.validate_data_resource_config(request).await;
        tells(&told.expect("no status").into_inner().diagnostics, says);
        let request = wire::read_data_source::Request {
            type_name: "made_setting".to_owned(),
            config: config("read"),
            ..wire::read_data_source::Request::default()
        };
        let told = rpc
            .read_data_source(request)
            .await
            .expect("no status")
            .into_inner();
        tells(&told.diagnostics, says);
        assert_eq!(told.state, None);
    }
}

/// The same for listings: what was found before an error is told, and the stream ends well.
#[tokio::test]
async fn a_failed_listing_is_an_error() {
    let stage = Stage::made().await;
    for (act, says) in WRONG {
        if act == "nothing" {
            continue;
        }
        let config = json!({"count": 3, "act": format!("list={act}")});
        let (listed, told) = stage.core.list("made_thing", config, false, 10).await;
        assert!(listed.len() == 3 || act == "panic", "{listed:?}");
        tells(&told, says);
        let config = Val::from(json!({"count": 3, "act": format!("validate={act}")}));
        let request = wire::validate_list_resource_config::Request {
            type_name: "made_thing".to_owned(),
            config: Some(config.msgpack()),
            ..wire::validate_list_resource_config::Request::default()
        };
        let told = stage
            .core
            .client
            .rpc()
            .validate_list_resource_config(request)
            .await;
        tells(&told.expect("no status").into_inner().diagnostics, says);
    }
}

/// Other calls go on while one panics, and so does the process.
#[tokio::test]
async fn a_panic_is_one_calls_own() {
    let stage = Stage::made().await;
    let slow = json!({"name": "slow", "act": "plan=slow"});
    let panics = json!({"name": "thing", "act": "plan=panic"});
    let panic_ten_times = async {
        stage.noted("plan=slow").await;
        for _ in 0..10 {
            let told = stage.core.plan("made_thing", None, panics.clone()).await;
            told.map(|_| ()).expect_err("a panic");
        }
    };
    let (planned, ()) = tokio::join!(stage.core.plan("made_thing", None, slow), panic_ten_times);
    planned.expect("a plan");
    thing(&stage.core, "").await;
}

/// Warnings come through with their paths, without secrets, and change nothing.
#[tokio::test]
async fn warnings_come_through() {
    let stage = Stage::made().await;
    let core = &stage.core;
    let act = "validate=warn,plan=warn,apply=warn,read=warn";
    let written = json!({"name": "thing", "act": act});
    let plan = core
        .plan("made_thing", None, written)
        .await
        .expect("a plan");
    let Applied { left, told } = core.apply(&plan).await;
    let there = left.expect("it is there");
    let (read, more) = core.read(&there).await.expect("a read");
    assert_eq!(read, Some(there));
    for (told, count) in [(&plan.told, 2), (&told, 1), (&more, 1)] {
        assert_eq!(
            warnings(told),
            vec!["Careful by ***: The key is ***."; count]
        );
        for one in told {
            let steps = one.attribute.as_ref().map(|path| path.steps.len());
            assert_eq!(steps, Some(1), "{one:?}");
        }
    }
}
