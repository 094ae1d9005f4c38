//! Changes behind Terraform's back: every kind shows, and is repaired. And reads that fail: state is
//! kept unless the trail is known to be gone.

use super::{RECIPE, event_names, only, selector, selectors_of};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, service_default, set};
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PROVIDER};

on_both![
    other_selectors_are_found_and_repaired,
    a_reset_to_the_default_is_found_and_repaired,
    every_kind_of_drift_is_found,
    order_and_repetition_are_no_drift,
    a_refresh_shows_what_is_on_the_trail,
    a_trail_that_is_gone_leaves_the_state,
];

/// Somebody put other selectors on the trail: the plan shows an update, apply puts ours back.
fn other_selectors_are_found_and_repaired(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.name, &only(&RECIPE));
    Case::new(service)
        .step(Step::config(&hcl))
        .step(
            Step::config(&hcl)
                .before(|| trail.put(&set(&[by_name("iam-only", &["CreateUser"])])))
                .plans(THIS, &["update"])
                .check(|state| {
                    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
                    assert_eq!(selectors_of(state), trail.selectors());
                }),
        )
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// Somebody reset the trail to CloudTrail's default, which other providers do not see.
fn a_reset_to_the_default_is_found_and_repaired(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.name, &only(&RECIPE));
    Case::new(service)
        .step(Step::config(&hcl))
        .step(
            Step::config(&hcl)
                .before(|| trail.put(&service_default()))
                .plans(THIS, &["update"])
                .check(|_| assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len())),
        )
        .run();
}

/// A name more, a name less, another selector's name, a selector beside ours, another field.
fn every_kind_of_drift_is_found(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.name, &only(&RECIPE));
    let ours = by_name("iam-only", &RECIPE);
    let more: Vec<&str> = RECIPE.iter().copied().chain(["ListUsers"]).collect();
    let changes = [
        set(&[by_name("iam-only", &more)]),
        set(&[by_name("iam-only", &RECIPE[1..])]),
        set(&[by_name("renamed", &RECIPE)]),
        set(&[ours, selectors::data("objects", "AWS::S3::Object")]),
        set(&[selectors::everything("iam-only")]),
    ];
    let mut case = Case::new(service).step(Step::config(&hcl));
    for change in &changes {
        let trail = &trail;
        let step = Step::plan_only(&hcl).before(move || trail.put(change));
        case = case.step(step.plans(THIS, &["update"]));
    }
    let repaired = set(&[by_name("iam-only", &RECIPE)]);
    case.step(Step::config(&hcl).check(|_| trail.has(&repaired)))
        .run();
}

/// The service may answer in another order, and repeat itself: that is no change.
fn order_and_repetition_are_no_drift(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.name, &only(&RECIPE));
    let mut shuffled: Vec<&str> = RECIPE.iter().rev().copied().collect();
    shuffled.push(RECIPE[0]);
    let ours = by_name("iam-only", &shuffled);
    Case::new(service)
        .step(Step::config(&hcl))
        .step(Step::plan_only(&hcl).before(|| trail.put(&set(&[ours]))))
        .run();
}

/// A refresh writes into state what is on the trail, and the plan after it repairs.
fn a_refresh_shows_what_is_on_the_trail(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.name, &only(&RECIPE));
    let theirs = set(&[selectors::everything("theirs")]);
    Case::new(service)
        .step(Step::config(&hcl))
        .step(
            Step::refresh()
                .before(|| trail.put(&theirs))
                .leaves_changes()
                .check(|state| {
                    assert_eq!(selectors_of(state), selectors::normal(&theirs));
                    state.has(THIS, "effective_filter", "unfiltered").has(
                        THIS,
                        "precision",
                        "superset",
                    );
                }),
        )
        .step(Step::config(&hcl).plans(THIS, &["update"]))
        .run();
}

/// A trail that is gone in its home region is out of the state, which a warning tells; the plan
/// wants to create the selector again, and apply fails unless the trail is back by then.
fn a_trail_that_is_gone_leaves_the_state(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.arn, &only(&RECIPE));
    Case::new(service)
        .step(Step::config(&hcl))
        .step(
            Step::config(&hcl)
                .before(|| trail.delete())
                .says(
                    Phase::Plan,
                    &[
                        "Warning:",
                        "The trail is gone",
                        "does not exist",
                        &trail.name,
                    ],
                )
                .plans(THIS, &["create"])
                .fails(
                    Phase::Apply,
                    &["Error:", "Trail not found", &trail.name, "us-east-1"],
                )
                .check(|state| assert!(state.addresses().is_empty())),
        )
        .run();
}

/// An error when reading is an error, told with the trail's name, and state is kept.
fn a_failing_read_keeps_the_state(what: &What, needles: &[&str]) {
    for operation in ["GetTrail", "GetEventSelectors"] {
        let service = Service::simulator();
        let simulator = service.as_simulator().expect("a simulator");
        let trail = service.trail();
        let terraform = service.terraform();
        terraform.write(PROVIDER, &service.provider("us-east-1", "max_retries = 1"));
        terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&RECIPE)));
        terraform.run(&["apply", "-auto-approve"]).success();
        let before = terraform.show_state();

        simulator.inject(Fault::on(operation, what.clone()).always());
        for command in [&["plan"][..], &["apply", "-refresh-only", "-auto-approve"]] {
            let outcome = terraform.run(command);
            assert!(!outcome.succeeded(), "{outcome}");
            outcome.says(&["Error:", &trail.name]).says(needles);
        }
        assert_eq!(terraform.show_state(), before, "state is kept");

        simulator.clear_faults();
        let plan = terraform.run(&["plan", "-detailed-exitcode"]);
        assert!(plan.succeeded(), "all is as it was: {plan}");
    }
}

#[test]
fn access_denied_keeps_the_state() {
    let what = What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "User is not authorized to perform this action".to_owned(),
    };
    a_failing_read_keeps_the_state(&what, &["AccessDenied", "cloudtrail:Get"]);
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

/// What passes by itself is retried, and nobody is told.
#[test]
fn passing_trouble_is_waited_out() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let trouble = || {
        simulator.inject(Fault::on("GetTrail", What::Throttle).times(2));
        simulator.inject(Fault::on("GetEventSelectors", What::InternalFailure));
        simulator.inject(Fault::on("PutEventSelectors", What::ServiceUnavailable));
        simulator.inject(Fault::on(
            "PutEventSelectors",
            What::error("ConflictException", "busy"),
        ));
    };
    Case::new(&service)
        .step(Step::config(selector(&trail.arn, &only(&RECIPE))).before(trouble))
        .step(Step::refresh().before(trouble))
        .run();
}

/// CloudTrail has answered unused operators as empty lists, and may still: that is no drift.
#[test]
fn the_old_form_of_answers_is_no_drift() {
    let options = crate::simulator::Options {
        accept_undocumented: true,
        old_read_form: true,
        ..Default::default()
    };
    let service = Service::start(options);
    let trail = service.trail();
    let before = set(&[
        selectors::everything("before"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    trail.put(&before);
    let hcl = selector(&trail.arn, &only(&RECIPE));
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(Step::import(THIS, &trail.arn, &hcl))
        .destroyed(|| trail.has(&before))
        .run();
}
