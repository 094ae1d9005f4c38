//! Values in every form that Terraform may send them in, and requests that make no sense: the answer
//! is right, or an error that says what is wrong, and never a status of gRPC.

use bytes::Bytes;
use prost::Message as _;
use serde_json::json;

use super::core::{Core, Instance, errors};
use super::serving::Told;
use super::stage::{Stage, host, visit};
use super::value::Val;
use super::wire::tfplugin6 as wire;

/// A configuration of a thing, written out.
fn config(more: &serde_json::Value) -> Val {
    let mut config = Val::from(json!({
        "name": "thing", "act": null, "text": null, "number": null, "tags": null, "mode": null,
        "id": null, "length": null, "part": [],
    }));
    if let Val::Map(more) = Val::from(more.clone()) {
        for (name, value) in more {
            config = config.with(&name, value);
        }
    }
    config
}

/// The answer to a plan of these three values, as they are.
async fn plan(
    core: &Core,
    prior: wire::DynamicValue,
    proposed: wire::DynamicValue,
    config: wire::DynamicValue,
) -> wire::plan_resource_change::Response {
    let request = wire::plan_resource_change::Request {
        type_name: "made_thing".to_owned(),
        prior_state: Some(prior),
        proposed_new_state: Some(proposed),
        config: Some(config),
        ..wire::plan_resource_change::Request::default()
    };
    let answer = core.client.rpc().plan_resource_change(request).await;
    answer.expect("no status").into_inner()
}

fn of_bytes(bytes: impl Into<Bytes>) -> wire::DynamicValue {
    wire::DynamicValue {
        msgpack: bytes.into(),
        ..wire::DynamicValue::default()
    }
}

/// Schemas are the same byte for byte, each time and in each process: core may compare them.
#[tokio::test]
async fn schemas_are_always_the_same() {
    let mut answers = Vec::new();
    for _ in 0..3 {
        let (hosted, _) = host(Told::default()).await.expect("a host");
        let client = visit(&hosted).await;
        for _ in 0..2 {
            let path = "/tfplugin6.Provider/GetProviderSchema";
            answers.push(client.raw(path).await.expect("an answer"));
        }
    }
    assert!(answers[0].len() > 500, "{}", answers[0].len());
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

/// Who asks for no schema is served all the same, and every way of asking what there is agrees.
#[tokio::test]
async fn what_there_is() {
    let (hosted, _) = host(Told::default()).await.expect("a host");
    let client = visit(&hosted).await;
    let request = wire::validate_resource_config::Request {
        type_name: "made_thing".to_owned(),
        config: Some(config(&json!({})).msgpack()),
        client_capabilities: None,
    };
    let told = client.rpc().validate_resource_config(request).await;
    assert!(told.expect("an answer").into_inner().diagnostics.is_empty());
    let core = Core::meet(client).await;
    let request = wire::get_metadata::Request::default();
    let about = core.client.rpc().get_metadata(request).await;
    let about = about.expect("an answer").into_inner();
    let named = |all: &[wire::get_metadata::Named]| {
        let each = all.iter().map(|one| one.type_name.clone());
        each.collect::<Vec<_>>()
    };
    let schemas = &core.schemas;
    let keys = |all: &std::collections::BTreeMap<String, wire::Schema>| {
        all.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(named(&about.resources), keys(&schemas.resource_schemas));
    assert_eq!(
        named(&about.data_sources),
        keys(&schemas.data_source_schemas)
    );
    assert_eq!(
        named(&about.list_resources),
        keys(&schemas.list_resource_schemas)
    );
    let functions = about.functions.iter().map(|one| &one.name);
    assert!(functions.eq(schemas.functions.keys()));
    let capabilities = wire::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: false,
        generate_resource_config: true,
    };
    assert_eq!(about.server_capabilities, Some(capabilities));
    assert_eq!(schemas.server_capabilities, Some(capabilities));
    // An empty one would make Terraform send an empty provider_meta for ever.
    assert_eq!(schemas.provider_meta, None);
    assert_eq!(core.identities.keys().collect::<Vec<_>>(), ["made_thing"]);
    assert_eq!(core.identities["made_thing"].version, 3);
}

/// A number is one whether it comes as an integer, a float or a decimal text, wherever it stands.
#[tokio::test]
async fn a_number_is_a_number() {
    let stage = Stage::made().await;
    for (sent, meant) in [
        (Val::from(json!(42)), 42.0),
        (Val::from(0.25), 0.25),
        (Val::from("42"), 42.0),
        (Val::from("-0.5"), -0.5),
        (
            Val::from("18446744073709551616"),
            18_446_744_073_709_551_616.0,
        ),
        (Val::from("1e30"), 1e30),
    ] {
        let part = Val::from(json!({"key": "k"})).with("count", sent.clone());
        let written = Val::from(json!({"name": "thing"}))
            .with("number", sent)
            .with("part", Val::List(vec![part]));
        let config = config(&json!({}));
        let Val::Map(written) = written else {
            panic!("an object")
        };
        let config = written
            .into_iter()
            .fold(config, |config, (name, value)| config.with(&name, value));
        let (null, config) = (Val::Null.msgpack(), config.msgpack());
        let answer = plan(&stage.core, null, config.clone(), config).await;
        assert!(answer.diagnostics.is_empty(), "{meant}: {answer:?}");
        let planned = Val::read(answer.planned_state.as_ref());
        assert_eq!(*planned.get("number"), Val::Number(meant));
        assert_eq!(
            *planned.get("part").elements()[0].get("count"),
            Val::Number(meant)
        );
    }
}

/// An unknown value may come with what is known of it, anywhere; it goes out bare.
#[tokio::test]
async fn unknown_values_may_be_refined() {
    let stage = Stage::made().await;
    for unknown in [Val::Unknown, Val::Refined] {
        let part = Val::from(json!({"count": null})).with("key", unknown.clone());
        let part = Val::List(vec![part]);
        let tags = Val::List(vec!["a".into(), unknown.clone()]);
        let config = config(&json!({}))
            .with("text", unknown.clone())
            .with("number", unknown.clone())
            .with("tags", tags)
            .with("part", part);
        let prior = self::config(&json!({"id": "id-thing", "mode": "plain", "length": 0}));
        for prior in [Val::Null, prior] {
            let (prior, config) = (prior.msgpack(), config.msgpack());
            let answer = plan(&stage.core, prior, config.clone(), config).await;
            assert!(answer.diagnostics.is_empty(), "{answer:?}");
            let planned = Val::read(answer.planned_state.as_ref());
            let part = planned.get("part").elements()[0].get("key");
            let tag = &planned.get("tags").elements()[1];
            for value in [planned.get("text"), planned.get("number"), part, tag] {
                assert_eq!(*value, Val::Unknown);
            }
        }
        // All of a block that is made dynamically, and in the plan of an apply.
        let whole = config.clone().with("part", unknown.clone()).msgpack();
        let answer = plan(&stage.core, Val::Null.msgpack(), whole.clone(), whole).await;
        let planned = Val::read(answer.planned_state.as_ref());
        assert_eq!(*planned.get("part"), Val::Unknown, "{answer:?}");
        let planned = self::config(&json!({"mode": "plain"}))
            .with("id", unknown.clone())
            .with("length", unknown);
        let request = wire::apply_resource_change::Request {
            type_name: "made_thing".to_owned(),
            planned_state: Some(planned.msgpack()),
            config: Some(self::config(&json!({})).msgpack()),
            ..wire::apply_resource_change::Request::default()
        };
        let answer = stage.core.client.rpc().apply_resource_change(request).await;
        let made = Val::read(answer.expect("no status").into_inner().new_state.as_ref());
        assert_eq!(made.get("id").text(), "id-thing");
    }
}

/// A value may come as JSON.
#[tokio::test]
async fn a_value_may_be_json() {
    let stage = Stage::made().await;
    let written = json!({"text": "\u{e9} \"x\"", "number": 1.5, "tags": ["a"],
        "part": [{"key": "k", "count": 2}]});
    let config = config(&written);
    let (prior, config) = (Val::Null.as_json(), config.as_json());
    let as_json = plan(&stage.core, prior, config.clone(), config).await;
    let config = self::config(&written).msgpack();
    let as_msgpack = plan(&stage.core, Val::Null.msgpack(), config.clone(), config).await;
    assert!(as_json.diagnostics.is_empty(), "{as_json:?}");
    let (one, other) = (as_json.planned_state, as_msgpack.planned_state);
    assert_eq!(Val::read(one.as_ref()), Val::read(other.as_ref()));
}

/// Values that are none are errors: cut off, with more behind them, of another type, too deep, or
/// with attributes that are not there.
#[tokio::test]
async fn a_broken_value_is_an_error() {
    let stage = Stage::made().await;
    let right = config(&json!({})).msgpack().msgpack;
    let deep = [vec![0x91; 100_000], vec![0xc0]].concat();
    let json = |text: String| wire::DynamicValue {
        json: text.into(),
        ..wire::DynamicValue::default()
    };
    let broken = [
        of_bytes(right.slice(..right.len() - 1)),
        of_bytes([right.as_ref(), &[0xc0]].concat()),
        of_bytes(vec![0xc1]),
        of_bytes(vec![0xdf, 0xff, 0xff, 0xff, 0xff]),
        of_bytes(vec![0xdb, 0xff, 0xff, 0xff, 0xff, b'x']),
        of_bytes(deep),
        Val::from("a text").msgpack(),
        config(&json!({"number": "many"})).msgpack(),
        config(&json!({"text": ["a list"]})).msgpack(),
        json("{".to_owned()),
        json("[".repeat(100_000)),
        json(r#""a text""#.to_owned()),
    ];
    for (index, broken) in broken.into_iter().enumerate() {
        let null = Val::Null.msgpack();
        let answer = plan(&stage.core, null, of_bytes(right.clone()), broken.clone()).await;
        let told = errors(&answer.diagnostics);
        assert!(!told.is_empty(), "{index}: {answer:?}");
        assert_eq!(answer.planned_state, None, "{index}");
        let request = wire::read_resource::Request {
            type_name: "made_thing".to_owned(),
            current_state: Some(broken.clone()),
            ..wire::read_resource::Request::default()
        };
        let answer = stage.core.client.rpc().read_resource(request).await;
        let answer = answer.expect("no status").into_inner();
        assert!(
            !errors(&answer.diagnostics).is_empty(),
            "{index}: {answer:?}"
        );
        assert_eq!(answer.new_state, Some(broken), "{index}: it is lost");
    }
    let request = wire::read_resource::Request {
        type_name: "made_thing".to_owned(),
        current_state: Some(of_bytes(right)),
        private: Bytes::from_static(b"\xc1 not ours"),
        ..wire::read_resource::Request::default()
    };
    let answer = stage.core.client.rpc().read_resource(request.clone()).await;
    let answer = answer.expect("no status").into_inner();
    assert!(!errors(&answer.diagnostics).is_empty(), "{answer:?}");
    assert_eq!(
        (answer.private, answer.new_state),
        (request.private, request.current_state)
    );
}

/// A message that is none is refused by a status, and the next one is answered.
#[tokio::test]
async fn a_broken_message_is_refused() {
    let stage = Stage::made().await;
    let path = "/tfplugin6.Provider/PlanResourceChange";
    for broken in [&b"\xff\xff\xff"[..], b"\x0a\x7fcut", b"\x0a\x02\xff\xfe"] {
        let answer = stage.core.client.raw_with(path, broken.into()).await;
        answer.expect_err("no message");
    }
    let config = config(&json!({})).msgpack();
    let answer = plan(&stage.core, Val::Null.msgpack(), config.clone(), config).await;
    assert!(answer.diagnostics.is_empty(), "{answer:?}");
}

/// A type that this provider does not have is an error in every call.
#[tokio::test]
async fn an_unknown_type_is_an_error() {
    let stage = Stage::made().await;
    let rpc = || stage.core.client.rpc();
    let name = || "made_nothing".to_owned();
    macro_rules! refused {
        ($call:ident, $name:ident) => {{
            let request = wire::$call::Request {
                $name: name(),
                ..wire::$call::Request::default()
            };
            let answer = rpc().$call(request).await.expect("no status").into_inner();
            let told = errors(&answer.diagnostics);
            assert!(
                told.len() == 1 && told[0].contains("made_nothing"),
                "{answer:?}"
            );
        }};
    }
    refused!(validate_resource_config, type_name);
    refused!(upgrade_resource_state, type_name);
    refused!(upgrade_resource_identity, type_name);
    refused!(read_resource, type_name);
    refused!(plan_resource_change, type_name);
    refused!(apply_resource_change, type_name);
    refused!(import_resource_state, type_name);
    refused!(generate_resource_config, type_name);
    refused!(validate_list_resource_config, type_name);
    refused!(validate_data_resource_config, type_name);
    refused!(read_data_source, type_name);
    refused!(move_resource_state, target_type_name);
    let request = wire::call_function::Request {
        name: name(),
        ..wire::call_function::Request::default()
    };
    let answer = rpc()
        .call_function(request)
        .await
        .expect("no status")
        .into_inner();
    assert!(
        answer
            .error
            .is_some_and(|error| error.text.contains("made_nothing"))
    );
    let request = wire::list_resource::Request {
        type_name: name(),
        ..wire::list_resource::Request::default()
    };
    let events = rpc().list_resource(request).await.expect("no status");
    let mut events = events.into_inner();
    let event = events
        .message()
        .await
        .expect("no status")
        .expect("an event");
    assert!(
        errors(&event.diagnostic)[0].contains("made_nothing"),
        "{event:?}"
    );
    assert_eq!(events.message().await.expect("no status"), None);
}

/// A stored state of today's version comes back as it is; an older one is brought up to date; what is
/// neither is an error, and so is one from before JSON.
#[tokio::test]
async fn stored_states_are_upgraded() {
    let stage = Stage::made().await;
    let core = &stage.core;
    let today = json!({"name": "a", "act": null, "text": "t", "number": 1, "tags": ["x"],
        "mode": "plain", "id": "id-a", "length": 1, "part": [{"key": "k", "count": null}]});
    let same = core
        .upgrade("made_thing", 2, &today)
        .await
        .expect("a state");
    assert_eq!(same, Val::from(today.clone()));
    let shorter = json!({"name": "a", "id": "id-a", "part": []});
    let filled = core
        .upgrade("made_thing", 2, &shorter)
        .await
        .expect("a state");
    assert_eq!(filled, config(&shorter));
    let older = core.upgrade("made_thing", 1, &json!({"title": "a"})).await;
    assert_eq!(older.expect("a state").get("name").text(), "a");
    for version in [0, 3, -1] {
        core.upgrade("made_thing", version, &today)
            .await
            .expect_err("no such version");
    }
    let raw = |raw_state| wire::upgrade_resource_state::Request {
        type_name: "made_thing".to_owned(),
        version: 1,
        raw_state,
    };
    let flat = wire::RawState {
        json: Bytes::new(),
        flatmap: [("name".to_owned(), "a".to_owned())].into(),
    };
    let garbage = wire::RawState {
        json: "{".into(),
        ..wire::RawState::default()
    };
    for stored in [None, Some(flat), Some(garbage)] {
        let answer = core.client.rpc().upgrade_resource_state(raw(stored)).await;
        let answer = answer.expect("no status").into_inner();
        assert_eq!(errors(&answer.diagnostics).len(), 1, "{answer:?}");
        assert_eq!(answer.upgraded_state, None);
    }
}

/// The same for stored identities, of which there has been one version; and a move between types is
/// an error.
#[tokio::test]
async fn stored_identities_are_upgraded() {
    let stage = Stage::made().await;
    let request = |type_name: &str, version| wire::upgrade_resource_identity::Request {
        type_name: type_name.to_owned(),
        version,
        raw_identity: Some(wire::RawState {
            json: r#"{"key":"id-a","place":null}"#.into(),
            ..wire::RawState::default()
        }),
    };
    let mut rpc = stage.core.client.rpc();
    let same = rpc
        .upgrade_resource_identity(request("made_thing", 3))
        .await;
    let same = same.expect("no status").into_inner();
    assert!(same.diagnostics.is_empty(), "{same:?}");
    let data = same.upgraded_identity.and_then(|one| one.identity_data);
    let expected = Val::from(json!({"key": "id-a", "place": null}));
    assert_eq!(Val::read(data.as_ref()), expected);
    for (kind, version) in [("made_thing", 2), ("made_thing", 4), ("made_nameless", 0)] {
        let answer = rpc.upgrade_resource_identity(request(kind, version)).await;
        let answer = answer.expect("no status").into_inner();
        assert_eq!(errors(&answer.diagnostics).len(), 1, "{answer:?}");
        assert_eq!(answer.upgraded_identity, None);
    }
    let request = wire::move_resource_state::Request {
        source_type_name: "other_thing".to_owned(),
        target_type_name: "made_thing".to_owned(),
        ..wire::move_resource_state::Request::default()
    };
    let answer = rpc
        .move_resource_state(request)
        .await
        .expect("no status")
        .into_inner();
    let told = errors(&answer.diagnostics);
    assert!(
        told[0].contains("other_thing") && told[0].contains("made_thing"),
        "{told:?}"
    );
    assert_eq!(answer.target_state, None);
}

/// A whole life of a thing keeps core's rules, and one without identity never gets one: not even if
/// the provider tells one.
#[tokio::test]
async fn a_thing_lives_by_the_rules() {
    let stage = Stage::made().await;
    let core = &stage.core;
    for kind in ["made_thing", "made_nameless"] {
        let has_identity = kind == "made_thing";
        let written = json!({"name": "a", "tags": ["y", "x"], "part": [{"key": "k"}]});
        let plan = core
            .plan(kind, None, written.clone())
            .await
            .expect("a plan");
        assert_eq!(plan.identity.is_some(), has_identity);
        let made = core.apply(&plan).await.left.expect("it was made");
        let read = core.refresh(&made).await.expect("a refresh");
        assert_eq!(read.as_ref(), Some(&made));
        for more in [json!({"text": "changed"}), json!({"name": "b"})] {
            let mut changed = Val::from(written.clone());
            if let Val::Map(more) = Val::from(more) {
                changed = more
                    .into_iter()
                    .fold(changed, |all, (name, one)| all.with(&name, one));
            }
            let plan = core.plan(kind, Some(&made), changed).await.expect("a plan");
            let left = core.apply(&plan).await.left.expect("it is there");
            assert_eq!(left.identity.is_some(), has_identity);
        }
        let imported = core.import(kind, "a").await.expect("an import");
        assert_eq!(imported.identity.is_some(), has_identity);
        let config = core.generate(&imported).await.expect("a configuration");
        let plan = core
            .plan(kind, Some(&imported), config)
            .await
            .expect("a plan");
        assert_eq!(plan.value, imported.value);
        let plan = core.plan_destroy(&made).await.expect("a plan");
        assert_eq!(core.apply(&plan).await.left, None);
        let gone = Instance {
            value: made.value.clone().with("act", "gone"),
            ..made
        };
        assert_eq!(core.read(&gone).await.map(|(read, _)| read), Ok(None));
    }
}

/// Older Terraform may send metadata of a module, null or empty, though nobody asked for it.
#[tokio::test]
async fn provider_meta_may_be_there() {
    let stage = Stage::made().await;
    let stored = config(&json!({"id": "id-thing", "mode": "plain", "length": 0}));
    let absent = wire::DynamicValue::default();
    for meta in [Val::Null.msgpack(), Val::from(json!({})).msgpack(), absent] {
        let request = wire::read_resource::Request {
            type_name: "made_thing".to_owned(),
            current_state: Some(stored.msgpack()),
            provider_meta: Some(meta),
            ..wire::read_resource::Request::default()
        };
        let answer = stage.core.client.rpc().read_resource(request).await;
        let answer = answer.expect("no status").into_inner();
        assert!(answer.diagnostics.is_empty(), "{answer:?}");
        assert_eq!(Val::read(answer.new_state.as_ref()), stored);
    }
}

/// Fields that a newer client sends are skipped.
#[tokio::test]
async fn newer_clients_are_understood() {
    let stage = Stage::made().await;
    let request = wire::validate_resource_config::Request {
        type_name: "made_thing".to_owned(),
        config: Some(config(&json!({})).msgpack()),
        client_capabilities: None,
    };
    // Field 99, a text; and number 9, which protocol 6.11 has in plans.
    let newer = [
        request.encode_to_vec(),
        b"\x9a\x06\x03new\x4a\x02hi".to_vec(),
    ]
    .concat();
    let path = "/tfplugin6.Provider/ValidateResourceConfig";
    let answer = stage.core.client.raw_with(path, newer.into()).await;
    assert_eq!(answer.expect("no status"), Bytes::new());
}
