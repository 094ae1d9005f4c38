//! Changes behind Terraform's back: every kind shows, and is repaired. And reads that fail: state is
//! kept unless the store is known to be gone.

use super::super::{RECIPE, event_names};
use super::{GET, STORE, UPDATE, by_names, lake, recipe, selector, selectors_of};
use crate::simulator::{Fault, Options, What};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, by_source, set, store_default};
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PROVIDER};

/// Somebody put other selectors on the store: the plan shows an update, apply puts ours back.
#[test]
fn other_selectors_are_found_and_repaired() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, "");
    let ours = set(&[by_source("iam-only", &["iam.amazonaws.com"])]);
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::config(&hcl)
                .before(|| store.put(&set(&[by_source("iam-only", &["sts.amazonaws.com"])])))
                .plans(STORE, &["update"])
                .check(|state| {
                    store.has(&ours);
                    assert_eq!(selectors_of(state), store.selectors());
                }),
        )
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// Somebody reset the store to CloudTrail's default.
#[test]
fn a_reset_to_the_default_is_found_and_repaired() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, &by_names(&RECIPE));
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::config(&hcl)
                .before(|| store.put(&store_default()))
                .plans(STORE, &["update"])
                .check(|_| assert_eq!(event_names(&store.selectors()).len(), RECIPE.len())),
        )
        .run();
}

/// A name more, a name less, another selector's name, a selector beside ours, another field.
#[test]
fn every_kind_of_drift_is_found() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, &by_names(&RECIPE));
    let more: Vec<&str> = RECIPE.iter().copied().chain(["ListUsers"]).collect();
    let changes = [
        set(&[by_name("iam-only", &more)]),
        set(&[by_name("iam-only", &RECIPE[1..])]),
        set(&[by_name("renamed", &RECIPE)]),
        set(&[recipe(), selectors::data("objects", "AWS::S3::Object")]),
        set(&[selectors::everything("iam-only")]),
    ];
    let mut case = Case::new(&service).step(Step::config(&hcl));
    for change in &changes {
        let store = &store;
        let step = Step::plan_only(&hcl).before(move || store.put(change));
        case = case.step(step.plans(STORE, &["update"]));
    }
    let repaired = set(&[recipe()]);
    case.step(Step::config(&hcl).check(|_| store.has(&repaired)))
        .run();
}

/// The service may answer in another order, and repeat itself: that is no change.
#[test]
fn order_and_repetition_are_no_drift() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, &by_names(&RECIPE));
    let mut shuffled: Vec<&str> = RECIPE.iter().rev().copied().collect();
    shuffled.push(RECIPE[0]);
    let ours = by_name("iam-only", &shuffled);
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(Step::plan_only(&hcl).before(|| store.put(&set(&[ours]))))
        .run();
}

/// A refresh writes into state what is on the store, and the plan after it repairs.
#[test]
fn a_refresh_shows_what_is_on_the_store() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, "");
    let theirs = set(&[selectors::everything("theirs")]);
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::refresh()
                .before(|| store.put(&theirs))
                .leaves_changes()
                .check(|state| {
                    assert_eq!(selectors_of(state), selectors::normal(&theirs));
                    state.has(STORE, "effective_filter", "unfiltered").has(
                        STORE,
                        "precision",
                        "superset",
                    );
                }),
        )
        .step(Step::config(&hcl).plans(STORE, &["update"]))
        .run();
}

/// What of the store changes beside its selectors shows in state, and nothing is planned for it.
#[test]
fn a_renamed_store_is_no_drift_of_the_selectors() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let hcl = selector(&store.arn, "");
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::refresh()
                .before(|| {
                    simulator.change_store(&store.arn, |store| "other".clone_into(&mut store.name));
                })
                .check(|state| {
                    state.has(STORE, "name", "other");
                }),
        )
        .step(Step::plan_only(&hcl))
        .run();
}

/// A store that is gone is out of the state, which a warning tells; the plan wants to create the
/// selector again, and apply fails unless the store is there by then.
#[test]
fn a_store_that_is_gone_leaves_the_state() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, "");
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::config(&hcl)
                .before(|| store.forget())
                .says(
                    Phase::Plan,
                    &[
                        "Warning:",
                        "The event data store is gone",
                        "does not exist",
                        &store.id,
                    ],
                )
                .plans(STORE, &["create"])
                .fails(
                    Phase::Apply,
                    &[
                        "Error:",
                        "Event data store not found",
                        &store.id,
                        "us-east-1",
                    ],
                )
                .check(|state| assert!(state.addresses().is_empty())),
        )
        .run();
}

/// An error when reading is an error, told with the store, and state is kept.
fn a_failing_read_keeps_the_state(what: &What, needles: &[&str]) {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", "max_retries = 1"));
    terraform.write(CONFIGURATION, &selector(&store.arn, ""));
    terraform.run(&["apply", "-auto-approve"]).success();
    let before = terraform.show_state();

    simulator.inject(Fault::on(GET, what.clone()).always());
    for command in [&["plan"][..], &["apply", "-refresh-only", "-auto-approve"]] {
        let outcome = terraform.run(command);
        assert!(!outcome.succeeded(), "{outcome}");
        outcome.says(&["Error:", &store.id]).says(needles);
    }
    assert_eq!(terraform.show_state(), before, "state is kept");

    simulator.clear_faults();
    let plan = terraform.run(&["plan", "-detailed-exitcode"]);
    assert!(plan.succeeded(), "all is as it was: {plan}");
}

#[test]
fn access_denied_keeps_the_state() {
    let what = What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "User is not authorized to perform this action".to_owned(),
    };
    a_failing_read_keeps_the_state(&what, &["AccessDenied", "cloudtrail:GetEventDataStore"]);
}

#[test]
fn throttling_that_does_not_end_keeps_the_state() {
    a_failing_read_keeps_the_state(&What::Throttle, &["ThrottlingException"]);
}

#[test]
fn a_service_that_is_down_keeps_the_state() {
    a_failing_read_keeps_the_state(&What::ServiceUnavailable, &["ServiceUnavailable"]);
}

#[test]
fn an_internal_failure_keeps_the_state() {
    a_failing_read_keeps_the_state(&What::InternalFailure, &["InternalFailure"]);
}

#[test]
fn a_cut_connection_keeps_the_state() {
    a_failing_read_keeps_the_state(&What::CutBeforeDoing, &[]);
}

/// That an ARN is of no store of this account is no proof that the store is gone.
#[test]
fn an_arn_that_is_suddenly_another_account_s_keeps_the_state() {
    let what = What::error(
        "EventDataStoreARNInvalidException",
        "The specified event data store ARN is not valid or does not map to an event data store \
         in your account.",
    );
    a_failing_read_keeps_the_state(&what, &["EventDataStoreARNInvalid"]);
}

/// What passes by itself is retried, and nobody is told.
#[test]
fn passing_trouble_is_waited_out() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let trouble = || {
        simulator.inject(Fault::on(GET, What::Throttle).times(2));
        simulator.inject(Fault::on(GET, What::InternalFailure));
        simulator.inject(Fault::on(UPDATE, What::ServiceUnavailable));
        simulator.inject(Fault::on(UPDATE, What::error("ConflictException", "busy")));
    };
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "")).before(trouble))
        .step(Step::refresh().before(trouble))
        .run();
}

/// CloudTrail has answered unused operators as empty lists, and may still: that is no drift.
#[test]
fn the_old_form_of_answers_is_no_drift() {
    let service = Service::start(Options {
        old_read_form: true,
        ..Options::default()
    });
    let store = service.store();
    let before = set(&[
        selectors::everything("before"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    store.put(&before);
    let hcl = selector(&store.arn, "");
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(Step::import(STORE, &store.arn, &hcl))
        .destroyed(|| store.has(&before))
        .run();
}
