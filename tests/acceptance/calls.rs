//! How many calls an operation makes, in how many round trips, and to which region. Seen in the
//! simulator's journal, with answers slow enough that what runs side by side is seen to.

use super::selector;
use crate::simulator::{Entry, Fault, What};
use crate::support::case::{Case, Step};
use crate::support::service::{Make, Service};
use crate::support::terraform::{CONFIGURATION, PLAN, PROVIDER, Terraform};

const READS: [&str; 2] = ["GetEventSelectors", "GetTrail"];

/// A directory with one resource, on a simulator that takes its time.
fn prepared(service: &Service, trail: &str) -> Terraform {
    let simulator = service.as_simulator().expect("a simulator");
    simulator.inject(Fault::any(What::Slow { ms: 80 }).always());
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(trail, ""));
    terraform
}

/// The calls that a command makes.
fn calls(service: &Service, terraform: &Terraform, arguments: &[&str]) -> Vec<Entry> {
    let simulator = service.as_simulator().expect("a simulator");
    simulator.clear_journal();
    terraform.run(arguments).success();
    simulator.journal()
}

#[track_caller]
fn assert_one_read(calls: &[Entry]) {
    let [one, other] = calls else {
        panic!("two calls, not {calls:#?}")
    };
    let mut operations = [one.operation.as_str(), other.operation.as_str()];
    operations.sort_unstable();
    assert_eq!(operations, READS);
    assert!(
        one.overlaps(other),
        "the two are one round trip: {calls:#?}"
    );
}

fn assert_only_reads(calls: &[Entry], at_most: usize) {
    assert!(
        calls
            .iter()
            .all(|call| READS.contains(&call.operation.as_str())),
        "{calls:#?}"
    );
    assert!(
        calls.len() <= at_most,
        "{} calls, not {at_most}: {calls:#?}",
        calls.len()
    );
}

/// The whole life by ARN: a plan of a create reads once, that is two calls side by side; apply plans
/// once more, reads, puts and reads back; a refresh reads once; where there is nothing to do nothing
/// but reads is done.
#[test]
fn each_operation_makes_the_calls_that_it_needs() {
    let service = Service::simulator();
    let trail = service.trail();
    let terraform = prepared(&service, &trail.arn);

    assert_one_read(&calls(
        &service,
        &terraform,
        &["plan", &format!("-out={PLAN}")],
    ));

    let apply = calls(&service, &terraform, &["apply", PLAN]);
    assert_eq!(apply.len(), 6, "plan (2) and create (4): {apply:#?}");
    assert_one_read(&apply[..2]);
    assert_one_read(&apply[2..4]);
    assert_eq!(apply[4].operation, "PutEventSelectors");
    assert_eq!(apply[5].operation, "GetEventSelectors");
    assert!(
        !apply[4].overlaps(&apply[3]) && !apply[4].overlaps(&apply[5]),
        "{apply:#?}"
    );

    let refresh = calls(
        &service,
        &terraform,
        &["apply", "-refresh-only", "-auto-approve"],
    );
    assert_one_read(&refresh);

    // What a refresh has just written into state need not be asked again.
    let unrefreshed = calls(&service, &terraform, &["plan", "-refresh=false"]);
    assert_only_reads(&unrefreshed, 2);
    assert_only_reads(&calls(&service, &terraform, &["apply", "-auto-approve"]), 4);

    terraform.write(
        CONFIGURATION,
        &selector(&trail.arn, "selector_name = \"renamed\""),
    );
    let update = calls(&service, &terraform, &["apply", "-auto-approve"]);
    let put = update
        .iter()
        .position(|call| call.operation == "PutEventSelectors")
        .expect("a Put");
    assert_only_reads(&update[..put], 6);
    let [after] = &update[put + 1..] else {
        panic!("one read back: {update:#?}")
    };
    assert_eq!(after.operation, "GetEventSelectors");

    let destroy = calls(
        &service,
        &terraform,
        &["destroy", "-auto-approve", "-refresh=false"],
    );
    let puts = destroy
        .iter()
        .filter(|call| call.operation == "PutEventSelectors")
        .count();
    assert_eq!(puts, 1, "{destroy:#?}");
    assert!(destroy.len() <= 4, "{destroy:#?}");
}

/// A trail that lives elsewhere is read and changed where it lives, and nowhere else is anything
/// asked, whatever the provider's region.
#[test]
fn every_call_goes_to_the_home_region() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail_with(Make {
        region: "eu-central-1",
        ..Make::default()
    });
    Case::new(&service)
        .step(Step::config(selector(&trail.arn, "")))
        .step(Step::config(selector(
            &trail.arn,
            "selector_name = \"renamed\"",
        )))
        .step(Step::refresh())
        .run();
    let journal = simulator.journal();
    assert!(
        journal
            .iter()
            .any(|call| call.operation == "PutEventSelectors")
    );
    for call in &journal {
        assert_eq!(call.region, "eu-central-1", "{call:#?}");
    }
}

/// Where `region` says in which region a bare name is to be looked up, that is the one asked.
#[test]
fn a_name_is_looked_up_in_the_region_that_is_given() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        ..Make::default()
    });
    Case::new(&service)
        .step(Step::config(selector(
            &trail.name,
            "region = \"eu-west-1\"",
        )))
        .run();
    for call in &simulator.journal() {
        assert_eq!(call.region, "eu-west-1", "{call:#?}");
    }
}

/// Nothing is asked twice over: after the first read of a shadow trail's name, state knows its home.
#[test]
fn a_known_trail_is_read_at_home_even_by_name() {
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        ..Make::default()
    });
    let terraform = prepared(&service, &trail.name);
    terraform.run(&["apply", "-auto-approve"]).success();
    let refresh = calls(
        &service,
        &terraform,
        &["apply", "-refresh-only", "-auto-approve"],
    );
    assert_one_read(&refresh);
    assert!(
        refresh.iter().all(|call| call.region == "eu-west-1"),
        "{refresh:#?}"
    );
    terraform.run(&["destroy", "-auto-approve"]).success();
}
