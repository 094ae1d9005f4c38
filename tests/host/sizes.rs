//! Messages of every size that Terraform may send, and one that is larger than any provider takes.

use bytes::Bytes;
use serde_json::json;
use tonic::Code;

use super::core::{Applied, Instance};
use super::stage::Stage;
use super::value::Val;
use super::wire::tfplugin6 as wire;

/// A thing with a text of so many MiB goes through its life.
async fn lives(mebibytes: usize) {
    let stage = Stage::made().await;
    let core = &stage.core;
    let text = "x".repeat(mebibytes << 20);
    let written = Val::from(json!({"name": "large"})).with("text", text);
    let plan = core.plan("made_thing", None, written.clone()).await;
    let plan = plan.expect("a plan");
    let Applied { left, told } = core.apply(&plan).await;
    assert!(told.is_empty(), "{told:#?}");
    let made = left.expect("it was made");
    assert_eq!(*made.value.get("text"), *written.get("text"));
    // As JSON, in MessagePack, and what is stored beside it as well.
    let read = core.refresh(&made).await.expect("a refresh");
    assert_eq!(read.as_ref(), Some(&made));
    let note = "y".repeat(mebibytes << 20);
    let beside = Val::from(json!({"note": note})).msgpack().msgpack;
    let stored = Instance {
        private: beside.clone(),
        ..made
    };
    let (read, _) = core.read(&stored).await.expect("a read");
    assert_eq!(read.expect("it is there").private, beside);
}

/// More than the four MiB at which gRPC libraries stop by themselves.
#[tokio::test]
async fn five_mebibytes() {
    lives(5).await;
}

/// As much as a person may ever see.
#[tokio::test]
async fn a_hundred_mebibytes() {
    lives(100).await;
}

/// What is larger than 256 MiB is refused by a status, and the connection goes on with the next call.
#[tokio::test]
async fn three_hundred_mebibytes_are_refused() {
    let stage = Stage::made().await;
    let request = wire::read_resource::Request {
        type_name: "made_thing".to_owned(),
        current_state: Some(Val::Null.msgpack()),
        private: Bytes::from(vec![0; 300 << 20]),
        ..wire::read_resource::Request::default()
    };
    let refused = stage.core.client.rpc().read_resource(request).await;
    let refused = refused.expect_err("it is too large");
    assert_eq!(refused.code(), Code::OutOfRange, "{refused}");
    let written = json!({"name": "small"});
    let plan = stage.core.plan("made_thing", None, written).await;
    plan.expect("a plan");
}
