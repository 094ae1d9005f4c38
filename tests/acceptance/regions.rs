//! Regions and partitions: one session, and each call where its trail is at home.
//!
//! On the simulator only, whose journal tells which Region each call was signed for.

use std::collections::BTreeSet;

use super::{RECIPE, named, only, selector};
use crate::simulator::{Fault, What, account};
use crate::support::case::{Case, Step, THIS};
use crate::support::selectors::service_default;
use crate::support::service::{Make, Service, Trail};

/// The ways to name a trail, each to one of another Region: all are read and changed at home, by one
/// session.
#[test]
fn one_session_works_in_every_region() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let (by_arn, by_region, by_shadow, whole) = (
        trail_of(&service, "eu-west-1", false),
        trail_of(&service, "ap-southeast-2", false),
        trail_of(&service, "eu-central-1", false),
        trail_of(&service, "us-west-2", true),
    );
    let elsewhere = format!("region = \"ap-southeast-2\"\n{}", only(&RECIPE));
    let all = [
        named("by_arn", &by_arn.arn, &only(&RECIPE)),
        named("by_region", &by_region.name, &elsewhere),
        named("by_shadow", &by_shadow.name, &only(&RECIPE)),
        named("organization", &whole.arn, &only(&RECIPE)),
    ];
    let trails = [by_arn, by_region, by_shadow, whole];
    Case::new(&service)
        .step(Step::config(all.concat()))
        .destroyed(|| {
            for trail in &trails {
                trail.has(&service_default());
            }
        })
        .run();
    let puts = simulator.journal().into_iter();
    let puts = puts.filter(|call| call.operation == "PutEventSelectors");
    let places: BTreeSet<(String, String)> = puts
        .map(|call| {
            (
                call.body["TrailName"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                call.region,
            )
        })
        .collect();
    let expected: BTreeSet<(String, String)> = trails
        .iter()
        .map(|trail| (trail.arn.clone(), trail.region.clone()))
        .collect();
    assert_eq!(places, expected);
}

/// Trails of China and of `GovCloud`: other partitions, with Regions and ARNs of their own.
#[test]
fn other_partitions_have_their_own_regions() {
    for (keys, region) in [
        (account::CHINA, "cn-northwest-1"),
        (account::GOVCLOUD, "us-gov-west-1"),
    ] {
        let service = Service::simulator();
        let trail = service.trail_with(Make {
            account: Some(keys.account),
            region,
            ..Make::default()
        });
        let home = if region == "cn-northwest-1" {
            "cn-north-1"
        } else {
            "us-gov-east-1"
        };
        let allowed = format!("allowed_account_ids = [\"{}\"]", keys.account);
        Case::new(&service)
            .terraform(|terraform| {
                terraform.set("AWS_ACCESS_KEY_ID", keys.access_key);
                terraform.set("AWS_SECRET_ACCESS_KEY", keys.secret_key);
            })
            .provider(service.provider(home, &allowed))
            .step(Step::config(selector(&trail.arn, &only(&RECIPE))).plans(THIS, &["create"]))
            .destroyed(|| trail.has(&service_default()))
            .run();
        for call in service.as_simulator().expect("a simulator").journal() {
            let expected = if call.service == "sts" { home } else { region };
            assert_eq!(call.region, expected, "{call:?}");
            assert!(call.is_ok(), "{call:?}");
        }
    }
}

/// A Region that the account has not enabled answers as if the credentials were wrong; what may be
/// behind it is said.
#[test]
fn a_region_that_is_not_enabled() {
    let service = Service::simulator();
    let trail = trail_of(&service, "ap-east-1", false);
    let refused = What::error(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
    let simulator = service.as_simulator().expect("a simulator");
    for operation in ["GetTrail", "GetEventSelectors"] {
        simulator.inject(Fault::on(operation, refused.clone()).always());
    }
    let needles = [
        "Error:",
        "AWS did not accept the credentials",
        "in ap-east-1 answered UnrecognizedClientException",
        "a Region that the account has not enabled",
        "sts_region",
    ];
    Case::new(&service)
        .step(Step::config(selector(&trail.arn, "")).fails_before_apply(&needles))
        .run();
    trail.has(&service_default());
}

/// Without a Region anywhere a bare name can't be looked up, and an ARN needs none.
#[test]
fn a_name_needs_a_region_and_an_arn_has_one() {
    let service = Service::simulator();
    let trail = service.trail();
    let block = service.provider("us-east-1", "");
    let without: String = block
        .lines()
        .filter(|line| !line.trim_start().starts_with("region "))
        .flat_map(|line| [line, "\n"])
        .collect();
    let needles = [
        "Error:",
        "No Region for a bare trail name",
        "AWS_REGION",
        "ARN",
    ];
    Case::new(&service)
        .provider(without)
        .step(Step::config(selector(&trail.name, "")).fails_before_apply(&needles))
        .step(Step::config(selector(&trail.arn, "")).plans(THIS, &["create"]))
        .run();
}

fn trail_of<'s>(service: &'s Service, region: &'static str, organization: bool) -> Trail<'s> {
    service.trail_with(Make {
        region,
        organization,
        ..Make::default()
    })
}
