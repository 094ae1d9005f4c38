//! Bugs that were found once. Each has a test here which is named for what went wrong, says in its
//! text how it was noticed, and fails without the repair.
//!
//! May import the crate, [`crate::support`] and [`crate::simulator`].

use std::collections::BTreeSet;

use terraform_provider_iam::catalog::{AccessLevel, Service as Source};
use terraform_provider_iam::intent::{FilterBy, Intent, NameFilter};
use terraform_provider_iam::selector::ReadWriteType;

use crate::simulator::{Fault, What};
use crate::support::case::THIS;
use crate::support::selectors::{by_name, set};
use crate::support::service::Service;

fn selector(trail: &str) -> String {
    format!("resource \"iam_only_trail_selector\" \"this\" {{\n  trail_name = \"{trail}\"\n}}\n")
}

/// `terraform apply -replace` plans one resource twice, and was taken for two resources on one trail.
/// Noticed by the case that replaces a resource and then destroys it.
#[test]
fn a_replacement_on_demand_was_taken_for_two_resources() {
    let service = Service::simulator();
    let trail = service.trail();
    let terraform = service.terraform();
    terraform.write("provider.tf", &service.provider("us-east-1", ""));
    terraform.write("main.tf", &selector(&trail.name));
    terraform.run(&["apply", "-auto-approve"]).success();
    let replaced = terraform.run(&["apply", "-auto-approve", &format!("-replace={THIS}")]);
    replaced
        .success()
        .says(&["1 added, 0 changed, 1 destroyed"]);
}

/// A selection of services of which one was told by a shared name alone came back from an import as
/// a list of names. Noticed by the property that selections come back as selections.
#[test]
fn a_service_told_by_a_shared_name_alone_was_not_recognised() {
    let wish = Intent {
        selector_name: None,
        names: NameFilter {
            services: BTreeSet::from([Source::Sts, Source::Signin]),
            access_levels: BTreeSet::from([AccessLevel::Write]),
            ..NameFilter::default()
        },
        read_write_type: ReadWriteType::WriteOnly,
        filter_by: FilterBy::EventName,
    };
    let selectors = wish.resolve().expect("names").selectors;
    let found = Intent::from_selectors(&selectors).expect("an intent");
    assert!(found.names.include.is_empty(), "{found:?}");
}

/// The library that diagnostics are made with appends a backtrace to each where `RUST_BACKTRACE` is
/// set, as it often is in CI. Noticed while reading it; no diagnostic is made that way here.
#[test]
fn a_backtrace_would_have_reached_the_user() {
    let service = Service::simulator();
    let mut terraform = service.terraform();
    terraform.set("RUST_BACKTRACE", "1");
    terraform.write("provider.tf", &service.provider("us-east-1", ""));
    terraform.write("main.tf", &selector("arn:aws:s3:::not-a-trail"));
    let outcome = terraform.run(&["plan"]);
    outcome.says(&["Not a trail"]);
    for trace in ["stack backtrace", "terraform_provider_iam::", "core::"] {
        assert!(!outcome.contains(trace), "{outcome}");
    }
}

/// Selectors that are not found on a trail that is there, as a member account may see an organization
/// trail, were taken for a trail that is gone, and the resource was dropped from the state; a destroy
/// would have left the trail as it was and called it done. Noticed while reading the code.
#[test]
fn selectors_not_found_were_taken_for_a_trail_that_is_gone() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let terraform = service.terraform();
    terraform.write("provider.tf", &service.provider("us-east-1", ""));
    terraform.write("main.tf", &selector(&trail.name));
    terraform.run(&["apply", "-auto-approve"]).success();
    let not_found = What::error("TrailNotFoundException", "Unknown trail");
    simulator.inject(Fault::on("GetEventSelectors", not_found).always());
    for command in [
        &["apply", "-refresh-only", "-auto-approve"][..],
        &["destroy", "-auto-approve", "-refresh=false"],
    ] {
        let outcome = terraform.run(command);
        assert!(!outcome.succeeded(), "{outcome}");
        outcome.says(&["Trail not found"]);
    }
    simulator.clear_faults();
    terraform.run(&["plan", "-detailed-exitcode"]).success();
}

/// A configuration that was changed to what someone else had put on the trail left the note of our own
/// last Put as it was, so that a destroy took our set for theirs. Noticed while reading the code.
#[test]
fn a_set_that_was_taken_over_was_not_restored_from() {
    let service = Service::simulator();
    let trail = service.trail();
    let before = trail.selectors();
    let terraform = service.terraform();
    terraform.write("provider.tf", &service.provider("us-east-1", ""));
    let only = |name: &str| {
        selector(&trail.name).replace(
            "\n}",
            &format!("\n  services = []\n  include_event_names = [\"{name}\"]\n}}"),
        )
    };
    terraform.write("main.tf", &only("CreateUser"));
    terraform.run(&["apply", "-auto-approve"]).success();
    trail.put(&set(&[by_name("iam-only", &["DeleteUser"])]));
    terraform.write("main.tf", &only("DeleteUser"));
    terraform.run(&["apply", "-auto-approve"]).success();
    terraform.run(&["destroy", "-auto-approve"]).success();
    trail.has(&before);
}
