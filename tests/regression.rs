//! Bugs that were found once. Each has a test here which is named for what went wrong, says in its
//! text how it was noticed, and fails without the repair.
//!
//! May import the crate, [`crate::support`] and [`crate::simulator`].

use std::collections::BTreeSet;

use terraform_provider_iam::catalog::{AccessLevel, Service as Source};
use terraform_provider_iam::intent::{FilterBy, Intent, NameFilter};
use terraform_provider_iam::selector::ReadWriteType;

use crate::support::case::THIS;
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
