//! Generated configuration: what Terraform writes for a resource that was imported without one. It
//! could have been typed, it validates, and a plan of it against the import is empty.

use serde_json::json;

use super::core::{Action, Core, errors};
use super::cycle::{SELECTOR, applied, cloud};
use super::stage::Stage;
use super::value::Val;
use crate::simulator::Simulator;
use crate::support::selectors::{basic, basic_set, by_name, data, everything, network, set};

/// Imports the trail, has its configuration written, and says what is in it that was not left out.
async fn written(core: &Core, id: &str, action: Action) -> Val {
    let imported = core.import(SELECTOR, id).await.expect("an import");
    let config = core.generate(&imported).await.expect("a configuration");
    let told = core.validate(SELECTOR, &config).await;
    assert_eq!(told.map(|told| errors(&told)), Ok(Vec::new()));
    let plan = core.plan(SELECTOR, Some(&imported), config.clone()).await;
    let plan = plan.unwrap_or_else(|told| panic!("no plan: {told:#?}"));
    assert_eq!(plan.action, action, "{config:#?}");
    if action == Action::Nothing {
        assert_eq!(plan.value, imported.value);
    }
    let Val::Map(mut members) = config else {
        panic!("no configuration: {config:?}");
    };
    assert_eq!(members.remove("timeouts"), Some(Val::List(Vec::new())));
    members.retain(|_, value| !value.is_null());
    Val::Map(members)
}

/// Every filter that can be configured comes back as a configuration that says the same.
#[tokio::test]
async fn what_was_applied_is_written() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let names = json!(["CreateUser", "DeleteUser", "NoSuchThing"]);
    for more in [
        json!({}),
        json!({"services": ["iam", "sts"]}),
        json!({"services": [], "include_event_names": names}),
        json!({"services": ["iam"], "include_event_names": ["AssumeRole"]}),
        json!({"services": ["iam"], "exclude_event_names": ["CreateUser"]}),
        json!({"access_levels": ["Write"]}),
        json!({"resource_families": ["access_key", "mfa"]}),
        json!({"read_write_type": "WriteOnly"}),
        json!({"read_write_type": "ReadOnly", "services": ["iam"]}),
        json!({"filter_by": "exclusion"}),
        json!({"filter_by": "exclusion", "read_write_type": "WriteOnly"}),
        json!({"filter_by": "event_source", "services": ["iam", "sts", "signin"]}),
        json!({"filter_by": "event_name_and_source", "services": ["iam", "sts"]}),
        json!({"selector_name": "only these"}),
    ] {
        let config = Val::from(more.clone()).with("trail_name", arn.as_str());
        let made = applied(&stage.core, None, config, Action::Create).await;
        let found = written(&stage.core, &arn, Action::Nothing).await;
        assert_eq!(found.get("trail_name").text(), arn);
        if more == json!({}) {
            assert_eq!(found, json!({"trail_name": arn}).into());
        }
        let plan = stage.core.plan_destroy(&made).await.expect("a plan");
        assert_eq!(stage.core.apply(&plan).await.left, None, "{more}");
    }
}

/// What somebody put by hand comes out as well, with a name of theirs, by ARN and by name, and beside
/// selectors of other categories.
#[tokio::test]
async fn what_was_put_by_hand_is_written() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let by_hand = by_name("IAM changes", &["CreateUser", "DeleteUser"]);
    for (selectors, preserves) in [
        (set(std::slice::from_ref(&by_hand)), false),
        (
            set(&[
                by_hand.clone(),
                data("objects", "AWS::S3::Object"),
                network("", "ec2.amazonaws.com"),
            ]),
            true,
        ),
    ] {
        simulator.set_selectors(&arn, &selectors);
        for id in [arn.as_str(), "audit"] {
            let found = written(&stage.core, id, Action::Nothing).await;
            let mut expected = Val::from(json!({
                "trail_name": id,
                "selector_name": "IAM changes",
                "services": [],
                "include_event_names": ["CreateUser", "DeleteUser"],
            }));
            if preserves {
                expected = expected.with("preserve_other_categories", true);
            }
            assert_eq!(found, expected);
        }
    }
}

/// What equals the provider's own choice of names is left out, and what does not is written.
#[tokio::test]
async fn the_providers_defaults_are_left_out() {
    let (simulator, arn) = cloud();
    let block = json!({"event_catalog": [{
        "services": ["iam", "sts"], "access_levels": ["Write"], "resource_families": null,
        "include": null, "exclude": ["CreateUser"],
    }]});
    let stage = Stage::real_with(&simulator, block).await;
    let narrow = json!({"trail_name": arn});
    let made = applied(&stage.core, None, narrow.clone(), Action::Create).await;
    assert!(made.value.get("event_names").elements().len() > 10);
    written(&stage.core, &arn, Action::Nothing).await;
    simulator.set_selectors(&arn, set(&[by_name("iam-only", &["CreateUser"])]));
    written(&stage.core, &arn, Action::Nothing).await;
}

/// A trail that no configuration could have made is taken in as it is, and the plan narrows it: the
/// configuration is written all the same.
#[tokio::test]
async fn what_nobody_narrowed_is_narrowed() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    narrowed(&stage.core, &simulator, &arn, None).await;
    for selectors in [
        set(&[everything("all of it")]),
        set(&[data("objects", "AWS::S3::Object")]),
        basic_set(&[basic(
            "WriteOnly",
            true,
            &["arn:aws:s3:::logs/"],
            &["kms.amazonaws.com"],
        )]),
    ] {
        narrowed(&stage.core, &simulator, &arn, Some(selectors)).await;
    }
}

async fn narrowed(
    core: &Core,
    simulator: &Simulator,
    arn: &str,
    selectors: Option<serde_json::Value>,
) {
    if let Some(selectors) = selectors {
        simulator.set_selectors(arn, selectors);
    }
    let found = written(core, arn, Action::Update).await;
    assert_eq!(found, json!({"trail_name": arn}).into());
}
