//! The provider on a trail in AWS: what `make test-aws` runs.
//!
//! Every test is ignored unless that target runs it, one after the other on the one trail. What the
//! service has to say about event names is recorded, whichever it is; [`crate::lane`] runs the same
//! on the simulator and on moto.

use serde_json::Value;

use super::{RECIPE, event_names, only, selector};
use crate::support::case::{Case, Step, THIS};
use crate::support::live::Live;
use crate::support::selectors::{self, basic, basic_set, everything, service_default, set};
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PROVIDER, STATE, Terraform};

const EXCLUSION: &str = "filter_by = \"exclusion\"\n";

/// Runs a case on the trail of the keeper and reports that it passed.
fn on_aws(name: &str, case: impl FnOnce(&Service, &Live) -> String) {
    let service = Service::live();
    let live = service.as_live().expect("it is AWS");
    let outcome = case(&service, live);
    live.outcome(name, &outcome);
}

/// The resource under test: its selectors bear the keeper's tag.
fn tagged(live: &Live, arguments: &str) -> String {
    let name = format!("selector_name = \"{}\"\n{arguments}", live.tag);
    selector(&live.arn, &name)
}

fn applied(service: &Service, hcl: &str) -> Terraform {
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("", ""));
    terraform.write(CONFIGURATION, hcl);
    terraform.run(&["apply", "-auto-approve"]).success();
    terraform
}

/// Data events of a bucket that nobody has: nothing is logged by it, and nothing charged.
fn no_bucket(live: &Live) -> String {
    let partition = live.arn.split(':').nth(1).expect("an ARN");
    format!("arn:{partition}:s3:::{}/", live.tag)
}

fn text(value: &Value) -> String {
    value.to_string()
}

/// The documented filter is put, and nothing is left to do; a change behind Terraform's back is
/// found and repaired by a second apply; an import agrees; destroy restores what the trail had.
#[test]
#[ignore = "wants a trail of yours: make test-aws"]
fn the_documented_filter_from_create_to_destroy() {
    on_aws("create, drift, import, destroy", |service, live| {
        let trail = service.trail();
        let before = trail.selectors();
        let hcl = tagged(live, EXCLUSION);
        let drift = set(&[everything(&live.tag)]);
        let ours = || {
            let found = text(&trail.selectors());
            assert!(found.contains("rdsdata.amazonaws.com"), "{found}");
        };
        Case::new(service)
            .step(Step::config(&hcl).plans(THIS, &["create"]).check(|state| {
                state.has(THIS, "effective_filter", "exclusion");
                ours();
            }))
            .step(
                Step::config(&hcl)
                    .before(|| {
                        trail.put(&drift);
                        trail.has(&drift);
                    })
                    .plans(THIS, &["update"])
                    .check(|_| ours()),
            )
            .step(Step::import(THIS, &live.arn, &hcl))
            .destroyed(|| trail.has(&before))
            .run();
        "passed".to_owned()
    });
}

/// Event names are taken, or they are refused and nothing has changed: either is an answer.
#[test]
#[ignore = "wants a trail of yours: make test-aws"]
fn event_names_are_taken_or_refused() {
    on_aws("apply by event name", |service, live| {
        let trail = service.trail();
        let before = trail.selectors();
        let terraform = service.terraform();
        terraform.write(PROVIDER, &service.provider("", ""));
        terraform.write(CONFIGURATION, &tagged(live, &only(&RECIPE)));
        let outcome = terraform.run(&["apply", "-auto-approve"]);
        if outcome.succeeded() {
            let found = event_names(&trail.selectors());
            assert!(found.iter().map(String::as_str).eq(sorted()), "{found:?}");
            terraform.run(&["plan", "-detailed-exitcode"]).success();
            terraform.run(&["destroy", "-auto-approve"]).success();
            trail.has(&before);
            return "accepted".to_owned();
        }
        outcome.says(&["InvalidEventSelectorsException", live.name()]);
        let state = terraform.read(STATE).unwrap_or_default();
        assert!(!state.contains("trail_arn"), "nothing was made: {state}");
        assert_eq!(trail.selectors(), before, "nothing has changed");
        "refused with InvalidEventSelectorsException, and nothing has changed".to_owned()
    });
}

fn sorted() -> impl Iterator<Item = &'static str> {
    let mut names = RECIPE.to_vec();
    names.sort_unstable();
    names.into_iter()
}

/// With the fallback an apply succeeds either way, and state says which filter is on the trail.
/// Advanced selectors come back as they were.
#[test]
#[ignore = "wants a trail of yours: make test-aws"]
fn the_fallback_leaves_names_or_exclusions() {
    on_aws("fallback, over advanced selectors", |service, live| {
        let trail = service.trail();
        let bucket = no_bucket(live);
        let mut objects = selectors::data(&live.tag, "AWS::S3::Object");
        let place = serde_json::json!({ "Field": "resources.ARN", "StartsWith": [bucket] });
        let fields = objects["FieldSelectors"].as_array_mut().expect("fields");
        fields.push(place);
        let before = set(&[everything(&live.tag), objects]);
        trail.put(&before);
        trail.has(&before);
        let hcl = tagged(live, "fallback = \"exclusion\"\n");
        Case::new(service)
            .step(Step::config(&hcl).check(|state| {
                let filter = state.text(THIS, "effective_filter");
                let names = event_names(&trail.selectors());
                assert_eq!(filter == "event_name", !names.is_empty(), "{filter}");
                live.outcome("filter in effect with the fallback", filter);
            }))
            .destroyed(|| trail.has(&before))
            .run();
        "passed".to_owned()
    });
}

/// Data selectors of a trail with basic ones stay, and basic selectors come back as basic.
#[test]
#[ignore = "wants a trail of yours: make test-aws"]
fn other_categories_are_preserved() {
    on_aws("preserve, over basic selectors", |service, live| {
        let trail = service.trail();
        let bucket = no_bucket(live);
        let before = basic_set(&[basic("All", true, &[&bucket], &[])]);
        trail.put(&before);
        trail.has(&before);
        let hcl = tagged(
            live,
            &format!("{EXCLUSION}preserve_other_categories = true\n"),
        );
        Case::new(service)
            .step(Step::config(&hcl).check(|_| {
                let found = text(&trail.selectors());
                for part in [bucket.as_str(), "rdsdata.amazonaws.com"] {
                    assert!(found.contains(part), "{part} in {found}");
                }
            }))
            .destroyed(|| trail.has(&before))
            .run();
        "passed".to_owned()
    });
}

/// A destroy that keeps leaves ours; one that resets leaves the service's default.
#[test]
#[ignore = "wants a trail of yours: make test-aws"]
fn destroy_keeps_or_resets() {
    on_aws("on_destroy keep and default", |service, live| {
        let trail = service.trail();
        let with = |what: &str| tagged(live, &format!("{EXCLUSION}on_destroy = \"{what}\"\n"));
        let kept = applied(service, &with("keep"));
        kept.run(&["destroy", "-auto-approve"]).success();
        let found = text(&trail.selectors());
        assert!(found.contains(&live.tag), "{found}");
        let reset = applied(service, &with("default"));
        reset.run(&["destroy", "-auto-approve"]).success();
        trail.has(&service_default());
        "passed".to_owned()
    });
}
