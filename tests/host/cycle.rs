//! The real provider's resource through its whole life, by gRPC alone: every answer keeps core's
//! rules, its identity included, which no `terraform` that is here speaks.

use serde_json::json;

use super::core::{Action, Applied, Core, Instance, errors, warnings};
use super::stage::{Stage, provider_block};
use super::value::Val;
use crate::simulator::{ACCOUNT, Fault, Options, Simulator, TrailSeed, What};
use crate::support::selectors::{self, by_name, set};

/// The resource.
pub(crate) const SELECTOR: &str = "iam_only_trail_selector";

/// A simulator that takes what emulators take, with one trail; and the trail's ARN.
pub(crate) fn cloud() -> (Simulator, String) {
    let options = Options {
        accept_undocumented: true,
        ..Options::default()
    };
    let simulator = Simulator::start(options).expect("a free port");
    let arn = simulator.create_trail(TrailSeed::default());
    (simulator, arn)
}

/// The identity of a trail.
pub(crate) fn identity_of(arn: &str) -> Val {
    let region = arn.split(':').nth(3).expect("a Region");
    json!({"trail_arn": arn, "account_id": ACCOUNT, "region": region}).into()
}

/// Creates or changes the resource, and fails unless that goes as planned.
pub(crate) async fn applied(
    core: &Core,
    prior: Option<&Instance>,
    written: impl Into<Val>,
    action: Action,
) -> Instance {
    let plan = core.plan(SELECTOR, prior, written).await;
    let plan = plan.unwrap_or_else(|told| panic!("no plan: {told:#?}"));
    assert_eq!(plan.action, action);
    let Applied { left, told } = core.apply(&plan).await;
    assert!(errors(&told).is_empty(), "{told:#?}");
    left.expect("it is there")
}

/// Made, read, planned again without a change, changed, taken back from somebody else, destroyed: the
/// identity is the trail's ARN all along.
#[tokio::test]
async fn a_life_by_the_rules() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let core = &stage.core;
    let before = simulator.selectors(&arn);
    for name in [arn.as_str(), "audit"] {
        let written = json!({"trail_name": name});
        let made = applied(core, None, written.clone(), Action::Create).await;
        assert_eq!(made.identity, Some(identity_of(&arn)));
        let read = core.refresh(&made).await.expect("a refresh");
        assert_eq!(read.as_ref(), Some(&made));
        applied(core, Some(&made), written, Action::Nothing).await;

        let written = json!({"trail_name": name, "services": [],
            "include_event_names": ["CreateUser", "DeleteUser"],
            "timeouts": [{"update": "1m"}]});
        let changed = applied(core, Some(&made), written.clone(), Action::Update).await;
        assert_eq!(changed.identity, made.identity);
        let names = set(&[by_name("iam-only", &["CreateUser", "DeleteUser"])]);
        let found = selectors::normal(&simulator.selectors(&arn));
        assert_eq!(found, selectors::normal(&names));

        simulator.set_selectors(&arn, set(&[by_name("theirs", &["CreateRole"])]));
        let drifted = core.refresh(&changed).await.expect("a refresh");
        let drifted = drifted.expect("it is there");
        assert_ne!(drifted.value, changed.value);
        assert_eq!(drifted.identity, made.identity);
        let again = applied(core, Some(&drifted), written, Action::Update).await;
        assert_eq!(again.value, changed.value);

        let plan = core.plan_destroy(&again).await.expect("a plan");
        let Applied { left, told } = core.apply(&plan).await;
        assert_eq!((left, errors(&told)), (None, Vec::new()));
        let after = selectors::normal(&simulator.selectors(&arn));
        assert_eq!(after, selectors::normal(&before));
    }
}

/// A plan of a creation knows the identity where the ARN is typed, and knows that it does not where
/// only a name is, or nothing yet.
#[tokio::test]
async fn a_plan_knows_what_it_can() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let unknown = ["trail_arn", "account_id", "region"]
        .into_iter()
        .fold(Val::from(json!({})), |all, name| {
            all.with(name, Val::Unknown)
        });
    for (name, identity) in [
        (Val::from(arn.as_str()), identity_of(&arn)),
        (Val::from("audit"), unknown.clone()),
        (Val::Unknown, unknown.clone()),
        (Val::Refined, unknown),
    ] {
        let written = Val::from(json!({})).with("trail_name", name.clone());
        let plan = stage.core.plan(SELECTOR, None, written).await;
        let plan = plan.unwrap_or_else(|told| panic!("{name:?}: {told:#?}"));
        assert_eq!(plan.identity, Some(identity), "{name:?}");
    }
}

/// Other attributes may be unknown too, one by one or in a set, and a block may be made dynamically.
#[tokio::test]
async fn what_is_not_known_yet_can_be_planned() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let known = Val::from(json!({"trail_name": arn}));
    let one_unknown = Val::List(vec!["CreateUser".into(), Val::Unknown]);
    for (name, value) in [
        ("region", Val::Unknown),
        ("services", Val::Unknown),
        ("include_event_names", one_unknown),
        ("exclude_event_names", Val::Refined),
        ("filter_by", Val::Refined),
        ("read_write_type", Val::Unknown),
        ("fallback", Val::Unknown),
        ("preserve_other_categories", Val::Unknown),
        ("on_destroy", Val::Unknown),
        ("selector_name", Val::Refined),
        ("timeouts", Val::Unknown),
    ] {
        let written = known.clone().with(name, value);
        let plan = stage.core.plan(SELECTOR, None, written.clone()).await;
        plan.unwrap_or_else(|told| panic!("{name}: {told:#?}"));
    }
    let block = stage.core.block(SELECTOR);
    let attributes = block.attributes.iter().filter(|one| one.optional);
    let nothing = attributes.fold(known.clone(), |all, one| all.with(&one.name, Val::Unknown));
    let nothing = nothing.with("trail_name", Val::Unknown);
    let plan = stage.core.plan(SELECTOR, None, nothing).await;
    plan.unwrap_or_else(|told| panic!("{told:#?}"));
    let made = applied(&stage.core, None, known.clone(), Action::Create).await;
    for name in ["services", "filter_by", "selector_name"] {
        let written = known.clone().with(name, Val::Unknown);
        let plan = stage.core.plan(SELECTOR, Some(&made), written).await;
        let plan = plan.unwrap_or_else(|told| panic!("{name}: {told:#?}"));
        assert_eq!(plan.identity, made.identity);
    }
}

/// While the provider block is not known, plans are made, states stay as they are, and only what can't
/// do without AWS fails. Configured again, the provider goes where the last block says.
#[tokio::test]
async fn a_provider_block_may_be_unknown() {
    let (simulator, arn) = cloud();
    let mut stage = Stage::real(&simulator).await;
    let written = json!({"trail_name": arn});
    let made = applied(&stage.core, None, written.clone(), Action::Create).await;
    simulator.clear_journal();
    let block = provider_block(&simulator, json!({}));
    for (unknown, has_session) in [
        (block.clone().with("region", Val::Unknown), false),
        (block.clone().with("secret_key", Val::Refined), false),
        (block.clone().with("endpoints", Val::Unknown), false),
        (block.clone().with("event_catalog", Val::Unknown), true),
    ] {
        let told = stage.core.configure(unknown).await;
        told.unwrap_or_else(|told| panic!("{told:#?}"));
        let core = &stage.core;
        let plan = core.plan(SELECTOR, None, written.clone()).await;
        assert_eq!(plan.expect("a plan").identity, Some(identity_of(&arn)));
        let read = core.refresh(&made).await.expect("a refresh");
        assert_eq!(read, Some(made.clone()));
        let (listed, told) = core.list(SELECTOR, json!({}), false, 10).await;
        let worked = (listed.len() == 1, errors(&told).is_empty());
        assert_eq!(worked, (has_session, has_session), "{told:#?}");
    }
    let (elsewhere, _) = cloud();
    let block = provider_block(&elsewhere, json!({}));
    stage.core.configure(block).await.expect("configured");
    simulator.clear_journal();
    stage.core.import(SELECTOR, &arn).await.expect("an import");
    assert!(simulator.journal().is_empty() && !elsewhere.journal().is_empty());
}

/// A trail that no configuration could have made takes its inputs from the provider block: while that
/// is not known, there is nothing to import it with, and an import never comes to something unknown.
#[tokio::test]
async fn an_import_is_known_or_none() {
    let (simulator, arn) = cloud();
    let mut stage = Stage::real(&simulator).await;
    let catalog = json!({"services": ["iam"], "access_levels": null, "resource_families": null,
        "include": null, "exclude": null});
    let part = Val::from(catalog).with("include", Val::Unknown);
    for unknown in [Val::Unknown, Val::List(vec![part])] {
        let block = provider_block(&simulator, json!({})).with("event_catalog", unknown);
        stage.core.configure(block).await.expect("configured");
        match stage.core.import(SELECTOR, &arn).await {
            Ok(imported) => assert!(imported.value.is_wholly_known()),
            Err(told) => assert_eq!(errors(&told).len(), 1, "{told:#?}"),
        }
        let (listed, _) = stage.core.list(SELECTOR, json!({}), true, 10).await;
        let states = listed.iter().filter_map(|one| one.state.as_ref());
        assert!(states.into_iter().all(Val::is_wholly_known), "{listed:?}");
    }
}

/// Another trail is a replacement, and another identity.
#[tokio::test]
async fn another_trail_is_another_resource() {
    let (simulator, arn) = cloud();
    let other = simulator.create_trail(TrailSeed {
        name: "other".to_owned(),
        home_region: "eu-west-1".to_owned(),
        ..TrailSeed::default()
    });
    let stage = Stage::real(&simulator).await;
    let written = json!({"trail_name": arn});
    let made = applied(&stage.core, None, written, Action::Create).await;
    let written = json!({"trail_name": other});
    let moved = applied(&stage.core, Some(&made), written, Action::Replace).await;
    assert_eq!(moved.identity, Some(identity_of(&other)));
    assert_eq!(moved.value.get("home_region").text(), "eu-west-1");
}

/// A state that was stored before there were identities gets one with the next refresh; one that can't
/// be read keeps what it has; one whose trail is gone goes, with a warning.
#[tokio::test]
async fn a_refresh_tells_the_identity() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let written = json!({"trail_name": arn});
    let made = applied(&stage.core, None, written, Action::Create).await;
    let old = Instance {
        identity: None,
        ..made.clone()
    };
    let read = stage.core.refresh(&old).await.expect("a refresh");
    assert_eq!(read, Some(made.clone()));
    let denied = What::error("AccessDeniedException", "no");
    simulator.inject(Fault::on("GetTrail", denied).always());
    let told = stage.core.read(&made).await.expect_err("it can't be read");
    assert_eq!(errors(&told).len(), 1, "{told:#?}");
    simulator.clear_faults();
    simulator.delete_trail(&arn);
    let (read, told) = stage.core.read(&made).await.expect("a read");
    assert_eq!(read, None);
    assert!(
        warnings(&told)[0].starts_with("The trail is gone"),
        "{told:#?}"
    );
}

/// An apply that AWS refuses changes nothing, and what stands in the state is what stood there.
#[tokio::test]
async fn a_refused_change_keeps_the_state() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let core = &stage.core;
    let written = json!({"trail_name": arn, "services": [], "include_event_names": ["CreateUser"]});
    let create = core.plan(SELECTOR, None, written).await.expect("a plan");
    let denied = || {
        Fault::on(
            "PutEventSelectors",
            What::error("AccessDeniedException", "no"),
        )
    };
    simulator.inject(denied().always());
    let Applied { left, told } = core.apply(&create).await;
    assert_eq!((left, errors(&told).len()), (None, 1), "{told:#?}");
    simulator.clear_faults();
    let made = core.apply(&create).await.left.expect("it is there");
    let written = json!({"trail_name": arn, "services": [], "include_event_names": ["CreateRole"]});
    let update = core
        .plan(SELECTOR, Some(&made), written)
        .await
        .expect("a plan");
    let destroy = core.plan_destroy(&made).await.expect("a plan");
    simulator.inject(denied().always());
    for plan in [update, destroy] {
        let Applied { left, told } = core.apply(&plan).await;
        assert_eq!(errors(&told).len(), 1, "{told:#?}");
        assert_eq!(left.as_ref(), Some(&made), "{:?}", plan.action);
    }
}

/// The data source, which makes no call.
#[tokio::test]
async fn the_data_source_is_known() {
    use super::wire::tfplugin6 as wire;
    let (simulator, _) = cloud();
    let stage = Stage::real(&simulator).await;
    let schema = &stage.core.schemas.data_source_schemas["iam_event_names"];
    let block = super::shape::block_of(schema);
    let written = json!({"services": ["iam"], "resource_families": ["mfa"]});
    let config = super::shape::written_out(block, &written.into());
    let request = wire::read_data_source::Request {
        type_name: "iam_event_names".to_owned(),
        config: Some(config.msgpack()),
        ..wire::read_data_source::Request::default()
    };
    let answer = stage.core.client.rpc().read_data_source(request).await;
    let answer = answer.expect("no status").into_inner();
    assert!(answer.diagnostics.is_empty(), "{answer:?}");
    let read = super::shape::Type::of_block(block).read(answer.state.as_ref());
    assert!(read.is_wholly_known() && !read.is_null(), "{read:?}");
    assert!(simulator.journal().is_empty());
}

/// Whatever is wrong with a configuration, each error and warning leads to a place in it that there is.
#[tokio::test]
async fn every_mistake_leads_somewhere() {
    let (simulator, arn) = cloud();
    let mut stage = Stage::real(&simulator).await;
    for wrong in [
        json!({"trail_name": ""}),
        json!({"trail_name": "a/b"}),
        json!({"trail_name": "arn:aws:s3:::bucket"}),
        json!({"region": "nowhere-1", "trail_name": "audit"}),
        json!({"services": ["ec2"]}),
        json!({"access_levels": ["write"]}),
        json!({"resource_families": ["users"]}),
        json!({"services": [], "include_event_names": []}),
        json!({"filter_by": "name"}),
        json!({"filter_by": "event_source", "exclude_event_names": ["CreateUser"]}),
        json!({"read_write_type": "None"}),
        json!({"fallback": "all"}),
        json!({"on_destroy": "leave"}),
        json!({"selector_name": "x".repeat(1001)}),
        json!({"timeouts": [{"create": "soon", "update": "-1s", "delete": ""}]}),
    ] {
        let mut written = Val::from(json!({"trail_name": arn}));
        if let Val::Map(wrong) = Val::from(wrong.clone()) {
            written = wrong
                .into_iter()
                .fold(written, |all, (name, one)| all.with(&name, one));
        }
        let told = stage.core.plan(SELECTOR, None, written).await;
        let told = told.map(|_| ()).expect_err(&wrong.to_string());
        for one in told {
            assert!(one.attribute.is_some(), "{wrong}: {one:?}");
        }
    }
    let unknown_names = json!({"trail_name": arn, "include_event_names": ["CreateUsr"]});
    let plan = stage
        .core
        .plan(SELECTOR, None, unknown_names)
        .await
        .expect("a plan");
    assert!(!warnings(&plan.told).is_empty());
    for wrong in [
        json!({"access_key": "AKIA"}),
        json!({"secret_key": "a secret"}),
        json!({"token": "a token"}),
        json!({"max_retries": -1}),
        json!({"max_retries": 1.5}),
        json!({"max_reads_per_second": 0}),
        json!({"max_writes_per_second": -0.5}),
        json!({"skip_metadata_api_check": "yes"}),
        json!({"endpoints": [{"cloudtrail": "localhost"}]}),
        json!({"event_catalog": [{"services": ["ec2"], "access_levels": ["write"]}]}),
        json!({"profile": "nobody", "region": "us-east-1"}),
    ] {
        let told = stage.core.configure(wrong.clone()).await;
        told.expect_err(&wrong.to_string());
    }
}
