//! A CloudTrail that holds to its documented rules: it refuses event names on a trail's management
//! events. Nothing is changed then, or, where that was chosen, the documented exclusions are put.
//!
//! On the simulator only: moto takes everything.

use super::{IAM_NAMES, event_names, selector};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::{self, service_default, set};
use crate::support::service::Service;

const FALLBACK: &str = "fallback = \"exclusion\"";

/// The plan warns, apply fails, the error says what was left alone and what can be done; neither
/// trail nor state is changed.
#[test]
fn a_refused_create_changes_nothing() {
    let service = Service::documented();
    let trail = service.trail();
    let before = set(&[
        selectors::everything("before"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    trail.put(&before);
    Case::new(&service)
        .step(
            Step::config(selector(&trail.name, ""))
                .says(Phase::Plan, &["Warning:"])
                .fails(
                    Phase::Apply,
                    &[
                        "Error:",
                        "InvalidEventSelectorsException",
                        &trail.name,
                        "fallback",
                        "exclusion",
                    ],
                )
                .check(|state| {
                    assert!(state.addresses().is_empty(), "nothing was made");
                    trail.has(&before);
                }),
        )
        .run();
}

/// A refused update keeps what was there, in state and on the trail.
#[test]
fn a_refused_update_changes_nothing() {
    let service = Service::documented();
    let trail = service.trail();
    let exclusion = selector(&trail.name, "filter_by = \"exclusion\"");
    Case::new(&service)
        .step(Step::config(&exclusion))
        .step(
            Step::config(selector(&trail.name, ""))
                .plans(THIS, &["update"])
                .fails(Phase::Apply, &["Error:", "InvalidEventSelectorsException"])
                .check(|state| {
                    state.has(THIS, "filter_by", "exclusion").has(
                        THIS,
                        "effective_filter",
                        "exclusion",
                    );
                    assert!(!state.is_tainted(THIS));
                    assert!(trail.selectors().to_string().contains("NotEquals"));
                }),
        )
        .step(Step::plan_only(&exclusion))
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// The exclusions are put instead, and said to log more than IAM. The next plan is empty all the
/// same, and destroy puts back what was there.
#[test]
fn the_fallback_puts_the_documented_exclusions() {
    let service = Service::documented();
    let trail = service.trail();
    let before = set(&[selectors::everything("before")]);
    trail.put(&before);
    let hcl = selector(&trail.name, FALLBACK);
    Case::new(&service)
        .step(
            Step::config(&hcl)
                .says(Phase::Apply, &["Warning:", "kms.amazonaws.com"])
                .check(|state| {
                    state
                        .has(THIS, "filter_by", "event_name")
                        .has(THIS, "effective_filter", "exclusion")
                        .has(THIS, "precision", "superset")
                        .has(THIS, "event_count", IAM_NAMES);
                    let live = trail.selectors();
                    assert!(event_names(&live).is_empty(), "{live}");
                    for source in ["kms.amazonaws.com", "rdsdata.amazonaws.com"] {
                        assert!(live.to_string().contains(source), "{live}");
                    }
                    assert_eq!(super::selectors_of(state), live);
                }),
        )
        .step(Step::plan_only(&hcl))
        .step(Step::refresh())
        .destroyed(|| trail.has(&before))
        .run();
}

/// Drift of a trail that fell back is found and repaired as any other.
#[test]
fn drift_under_the_fallback_is_repaired() {
    let service = Service::documented();
    let trail = service.trail();
    let hcl = selector(&trail.name, FALLBACK);
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::config(&hcl)
                .before(|| trail.put(&set(&[selectors::everything("theirs")])))
                .plans(THIS, &["update"])
                .check(|state| {
                    state.has(THIS, "effective_filter", "exclusion");
                }),
        )
        .run();
}

/// Where CloudTrail takes the names the fallback is not used.
#[test]
fn the_fallback_is_not_used_without_need() {
    let service = Service::simulator();
    let trail = service.trail();
    let hcl = selector(&trail.name, FALLBACK);
    Case::new(&service)
        .step(Step::config(&hcl).check(|state| {
            state
                .has(THIS, "effective_filter", "event_name")
                .has(THIS, "precision", "by_name");
            assert_eq!(event_names(&trail.selectors()).len(), IAM_NAMES);
        }))
        .run();
}

/// The fallback is for refused selectors. Being denied is no reason to put others.
#[test]
fn the_fallback_is_not_for_other_errors() {
    use crate::simulator::{Fault, What};
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let denied = What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "not authorized".to_owned(),
    };
    Case::new(&service)
        .step(
            Step::config(selector(&trail.name, FALLBACK))
                .before(|| simulator.inject(Fault::on("PutEventSelectors", denied).always()))
                .fails(
                    Phase::Apply,
                    &["Error:", "AccessDenied", "cloudtrail:PutEventSelectors"],
                )
                .check(|_| trail.has(&service_default())),
        )
        .run();
}

/// What CloudTrail documents for trails it takes, and no warning speaks of it.
#[test]
fn documented_filters_are_taken_under_documented_rules() {
    let service = Service::documented();
    for arguments in [
        "filter_by = \"exclusion\"",
        "filter_by = \"exclusion\"\nread_write_type = \"WriteOnly\"",
    ] {
        let trail = service.trail();
        let step = Step::config(selector(&trail.name, arguments))
            .never_says(Phase::Plan, &["unsupported"]);
        Case::new(&service).step(step).run();
    }
}

/// An event source is refused like a name, and so are both together.
#[test]
fn sources_are_refused_like_names() {
    let service = Service::documented();
    for filter_by in ["event_source", "event_name_and_source"] {
        let trail = service.trail();
        let step = Step::config(selector(
            &trail.name,
            &format!("filter_by = \"{filter_by}\""),
        ))
        .says(Phase::Plan, &["Warning:", "eventSource"])
        .fails(Phase::Apply, &["InvalidEventSelectorsException"])
        .check(|_| trail.has(&service_default()));
        Case::new(&service).step(step).run();
    }
}
