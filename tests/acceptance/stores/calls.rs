//! How many calls an operation makes, and to which Region. One call tells all of a store, where a trail
//! needs two. Seen in the simulator's journal.

use super::{GET, UPDATE, lake, selector};
use crate::simulator::Entry;
use crate::support::case::{Case, Step};
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PLAN, PROVIDER, Terraform};

/// The operations of the calls that a command makes, in order.
fn calls(service: &Service, terraform: &Terraform, arguments: &[&str]) -> Vec<String> {
    let simulator = service.as_simulator().expect("a simulator");
    simulator.clear_journal();
    terraform.run(arguments).success();
    let operation = |call: Entry| call.operation;
    simulator.journal().into_iter().map(operation).collect()
}

fn assert_only_reads(calls: &[String], at_most: usize) {
    assert!(calls.iter().all(|call| call == GET), "{calls:?}");
    assert!(calls.len() <= at_most, "not {at_most}: {calls:?}");
}

/// The whole life: a plan of a create reads once; apply plans once more, reads, puts and reads back; a
/// refresh reads once; where there is nothing to do nothing but reads is done.
#[test]
fn each_operation_makes_the_calls_that_it_needs() {
    let service = lake();
    let store = service.store();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(&store.arn, ""));

    let plan = calls(&service, &terraform, &["plan", &format!("-out={PLAN}")]);
    assert_eq!(plan, [GET]);

    let apply = calls(&service, &terraform, &["apply", PLAN]);
    assert_eq!(apply, [GET, GET, UPDATE, GET], "plan (1) and create (3)");

    let refresh = calls(
        &service,
        &terraform,
        &["apply", "-refresh-only", "-auto-approve"],
    );
    assert_eq!(refresh, [GET]);

    // What a refresh has just written into state need not be asked again.
    let unrefreshed = calls(&service, &terraform, &["plan", "-refresh=false"]);
    assert_only_reads(&unrefreshed, 1);
    assert_only_reads(&calls(&service, &terraform, &["apply", "-auto-approve"]), 2);

    terraform.write(
        CONFIGURATION,
        &selector(&store.arn, "selector_name = \"renamed\""),
    );
    let update = calls(&service, &terraform, &["apply", "-auto-approve"]);
    let put = update.iter().position(|call| call == UPDATE);
    let put = put.expect("an update");
    assert_only_reads(&update[..put], 4);
    assert_eq!(update[put + 1..], [GET], "one read back: {update:?}");

    let destroy = calls(
        &service,
        &terraform,
        &["destroy", "-auto-approve", "-refresh=false"],
    );
    let puts = destroy.iter().filter(|call| *call == UPDATE).count();
    assert_eq!(puts, 1, "{destroy:?}");
    assert!(destroy.len() <= 3, "{destroy:?}");
}

/// A store that lives elsewhere is read and changed where it lives, and nowhere else is anything
/// asked, whatever the provider's Region.
#[test]
fn every_call_goes_to_the_region_of_the_store() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store_with(|seed| "eu-central-1".clone_into(&mut seed.region));
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "")))
        .step(Step::config(selector(
            &store.arn,
            "selector_name = \"renamed\"",
        )))
        .step(Step::refresh())
        .run();
    let journal = simulator.journal();
    assert!(journal.iter().any(|call| call.operation == UPDATE));
    for call in &journal {
        assert_eq!(call.region, "eu-central-1", "{call:#?}");
    }
}

/// Where `region` says in which Region a bare ID is to be looked up, that is the one asked, and the one
/// asked ever after.
#[test]
fn an_id_is_looked_up_in_the_region_that_is_given() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store_with(|seed| "eu-west-1".clone_into(&mut seed.region));
    Case::new(&service)
        .step(Step::config(selector(&store.id, "region = \"eu-west-1\"")))
        .step(Step::refresh())
        .run();
    for call in &simulator.journal() {
        assert_eq!(call.region, "eu-west-1", "{call:#?}");
    }
}
