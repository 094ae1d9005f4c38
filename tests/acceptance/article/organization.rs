//! An organization's trail by our resource: the management account changes it by its ARN, a delegated
//! administrator too, and with anybody else's credentials the provider stops before it asks.
//!
//! On the simulator only: moto has no organizations.

use super::example;
use crate::simulator::account::{Credentials, DELEGATED, MANAGEMENT, MEMBER};
use crate::support::selectors::service_default;
use crate::support::service::{Make, Service, Trail};
use crate::support::terraform::{Outcome, Terraform};

/// The organization's trail.
fn trail(service: &Service) -> Trail<'_> {
    service.trail_with(Make {
        organization: true,
        ..Make::default()
    })
}

/// A copy of an example for this trail, with these credentials.
fn ready(service: &Service, folder: &str, trail: &Trail<'_>, keys: Credentials) -> Terraform {
    let mut terraform = example(service, folder);
    terraform.set("AWS_ACCESS_KEY_ID", keys.access_key);
    terraform.set("AWS_SECRET_ACCESS_KEY", keys.secret_key);
    terraform.set("TF_VAR_trail", &trail.arn);
    terraform.set("TF_VAR_delegated_administrator", DELEGATED.account);
    terraform
}

fn apply(terraform: &Terraform) -> Outcome {
    terraform.run(&["apply", "-auto-approve"])
}

/// Who may: its selectors are ours after the apply, the next plan is empty, and a destroy puts back
/// what the organization had. Every call is to the trail's own ARN.
fn may(folder: &str, keys: Credentials) {
    let service = Service::simulator();
    let trail = trail(&service);
    let terraform = ready(&service, folder, &trail, keys);
    apply(&terraform).success();
    assert_ne!(trail.selectors(), service_default());
    let settled = terraform.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(settled.code, Some(0), "{settled}");
    terraform.run(&["destroy", "-auto-approve"]).success();
    trail.has(&service_default());
    let simulator = service.as_simulator().expect("a simulator");
    for call in simulator.journal() {
        assert!(call.is_ok(), "{call:#?}");
        let named = [&call.body["TrailName"], &call.body["Name"]];
        let by_arn = named.iter().any(|name| **name == *trail.arn);
        assert!(by_arn || call.service == "sts", "{call:#?}");
    }
}

/// Who may not: stopped with both accounts named, and CloudTrail was asked nothing.
fn may_not(folder: &str, keys: Credentials) {
    let service = Service::simulator();
    let trail = trail(&service);
    let terraform = ready(&service, folder, &trail, keys);
    let outcome = apply(&terraform);
    assert!(!outcome.succeeded(), "{outcome}");
    outcome.says(&[keys.account]);
    let simulator = service.as_simulator().expect("a simulator");
    let journal = simulator.journal();
    let asked = journal.iter().any(|call| call.service == "cloudtrail");
    assert!(!asked, "{journal:#?}");
    trail.has(&service_default());
}

#[test]
fn the_management_account_changes_it() {
    may("article/organization", MANAGEMENT);
}

#[test]
fn a_member_is_stopped() {
    may_not("article/organization", MEMBER);
}

#[test]
fn the_delegated_administrator_changes_it() {
    may("organization-trail", DELEGATED);
}

#[test]
fn nobody_else_passes_for_the_delegated_administrator() {
    may_not("organization-trail", MEMBER);
    may_not("organization-trail", MANAGEMENT);
}

/// The trail of one account is not taken for the organization's: the plan stops where it is known.
#[test]
fn a_trail_of_one_account_is_told_apart() {
    for (folder, keys) in [
        ("article/organization", MANAGEMENT),
        ("organization-trail", DELEGATED),
    ] {
        let service = Service::simulator();
        let trail = service.trail_with(Make {
            account: Some(keys.account),
            ..Make::default()
        });
        let terraform = ready(&service, folder, &trail, keys);
        let outcome = apply(&terraform);
        assert!(!outcome.succeeded(), "{outcome}");
        outcome.says(&["is the trail of one account, not of an organization"]);
    }
}

/// A name instead of an ARN is refused before anybody is asked.
#[test]
fn a_bare_name_is_refused() {
    for folder in ["article/organization", "organization-trail"] {
        let service = Service::simulator();
        let trail = trail(&service);
        let mut terraform = ready(&service, folder, &trail, MANAGEMENT);
        terraform.set("TF_VAR_trail", &trail.name);
        let outcome = terraform.run(&["validate"]);
        let outcome = if outcome.succeeded() {
            terraform.run(&["plan"])
        } else {
            outcome
        };
        assert!(!outcome.succeeded(), "{outcome}");
        outcome.says(&["The ARN of a trail is needed"]);
    }
}
