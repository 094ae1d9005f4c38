//! The data source `iam_trail`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{IAM_NAMES, RECIPE, only, selector, wire};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, by_source, data, everything, service_default, set};
use crate::support::service::{Make, Service};
use crate::support::state::State;

on_both![
    a_new_trail_logs_everything,
    a_narrow_trail_logs_its_names,
    a_trail_in_another_region_gets_nothing_of_iam,
    a_trail_that_is_off_logs_nothing,
    a_trail_of_the_same_apply_is_read_when_it_is_narrowed,
    a_trail_that_is_not_there_is_an_error,
];

const FACTS: &str = "data.iam_trail.facts";

/// Reads the data source for a trail.
fn facts(trail: &str) -> String {
    format!("data \"iam_trail\" \"facts\" {{\n  trail_name = \"{trail}\"\n}}\n")
}

/// Which names the trail logs and which it misses; together they are all.
fn logged(state: &State) -> BTreeSet<String> {
    let (logged, missed) = (
        state.texts(FACTS, "logged_event_names"),
        state.texts(FACTS, "missed_event_names"),
    );
    assert!(logged.is_disjoint(&missed));
    assert_eq!(logged.len() + missed.len(), IAM_NAMES);
    logged
}

fn texts(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// A trail as it is made: every fact, all management events, and so all of IAM; more than IAM too.
fn a_new_trail_logs_everything(service: &Service) {
    let trail = service.trail();
    trail.set_logging(true);
    let step = Step::config(facts(&trail.name)).check(|state| {
        state
            .has(FACTS, "id", trail.arn.as_str())
            .has(FACTS, "trail_arn", trail.arn.as_str())
            .has(FACTS, "name", trail.name.as_str())
            .has(FACTS, "account_id", service.account())
            .has(FACTS, "home_region", "us-east-1")
            .has(FACTS, "logging", true)
            .has(FACTS, "multi_region", true)
            .has(FACTS, "organization_trail", false)
            .has(FACTS, "global_service_events", true)
            .has(FACTS, "insights", false)
            .has(FACTS, "log_file_validation", false)
            .has(FACTS, "s3_key_prefix", Value::Null)
            .has(FACTS, "cloud_watch_logs_group_arn", Value::Null)
            .has(FACTS, "effective_filter", "unfiltered")
            .has(FACTS, "precision", "superset")
            .has(FACTS, "receives_iam_events", true);
        assert!(!state.text(FACTS, "s3_bucket_name").is_empty());
        assert_eq!(logged(state).len(), IAM_NAMES);
        let basic = state.at(FACTS)["event_selectors"].as_array();
        assert!(basic.is_some_and(|basic| basic.len() <= 1), "{basic:?}");
    });
    Case::new(service)
        .step(step)
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// A trail with selectors by name logs these, and no others of IAM; what is on it is told as it is.
fn a_narrow_trail_logs_its_names(service: &Service) {
    let trail = service.trail();
    trail.set_logging(true);
    let names = ["CreateUser", "DeleteUser", "ConsoleLogin"];
    let on_trail = set(&[by_name("a", &names), data("b", "AWS::S3::Object")]);
    trail.put(&on_trail);
    let step = Step::config(facts(&trail.arn)).check(|state| {
        state
            .has(FACTS, "effective_filter", "event_name")
            .has(FACTS, "precision", "superset")
            .has(FACTS, "event_selectors", Value::Null);
        assert_eq!(logged(state), texts(&["CreateUser", "DeleteUser"]));
        let told = wire(&state.at(FACTS)["advanced_event_selectors"]);
        assert_eq!(told, selectors::normal(&on_trail));
    });
    Case::new(service).step(step).run();
}

/// A single-Region trail outside of us-east-1: whatever its selectors say, nothing of IAM gets there.
fn a_trail_in_another_region_gets_nothing_of_iam(service: &Service) {
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        multi_region: false,
        ..Make::default()
    });
    trail.set_logging(true);
    let step = Step::config(facts(&trail.arn)).check(|state| {
        state
            .has(FACTS, "home_region", "eu-west-1")
            .has(FACTS, "receives_iam_events", false)
            .has(FACTS, "precision", "superset");
        assert!(state.text(FACTS, "reason").contains("reach-"));
        assert!(logged(state).is_empty());
    });
    Case::new(service).step(step).run();
}

/// Selectors of a trail whose logging is off log nothing.
fn a_trail_that_is_off_logs_nothing(service: &Service) {
    let trail = service.trail();
    trail.set_logging(false);
    let step = Step::config(facts(&trail.arn)).check(|state| {
        state
            .has(FACTS, "logging", false)
            .has(FACTS, "receives_iam_events", false);
        assert!(state.text(FACTS, "reason").contains("Logging is off"));
        assert!(logged(state).is_empty());
    });
    Case::new(service).step(step).run();
}

/// Where the resource comes first, the data source sees what the resource has put.
fn a_trail_of_the_same_apply_is_read_when_it_is_narrowed(service: &Service) {
    let trail = service.trail();
    trail.set_logging(true);
    let hcl = format!(
        "{}data \"iam_trail\" \"facts\" {{\n  trail_name = iam_only_trail_selector.this.id\n  \
         depends_on = [iam_only_trail_selector.this]\n}}\n",
        selector(&trail.arn, &only(&RECIPE))
    );
    let step = Step::config(hcl).check(|state| {
        state.has(FACTS, "precision", "by_name");
        assert_eq!(logged(state), texts(&RECIPE));
    });
    Case::new(service).step(step).run();
}

/// A trail that is not there is an error on the attribute that names it.
fn a_trail_that_is_not_there_is_an_error(service: &Service) {
    let step = Step::config(facts("no-such-trail")).fails(
        Phase::Plan,
        &["Trail not found", "no-such-trail", "trail_name = "],
    );
    Case::new(service).step(step).run();
}

/// What is no trail is told before anybody is asked.
#[test]
fn what_is_no_trail_is_an_error_at_validate() {
    let service = Service::simulator();
    let step = Step::config(facts("arn:aws:s3:::bucket")).fails(
        Phase::Validate,
        &["Not a trail", "arn:aws:s3:::bucket", "trail_name = "],
    );
    Case::new(&service).step(step).run();
    let simulator = service.as_simulator().expect("a simulator");
    assert!(simulator.journal().is_empty());
}

/// Three calls in one round trip, in the home Region; a shadow trail is read at home as well.
#[test]
fn one_round_trip_to_the_home_region() {
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        ..Make::default()
    });
    let simulator = service.as_simulator().expect("a simulator");
    simulator.inject(Fault::any(What::Slow { ms: 80 }).always());
    Case::new(&service)
        .step(Step::plan_only(facts(&trail.arn)))
        .run();
    let journal = simulator.journal();
    let operations: BTreeSet<&str> = journal.iter().map(|call| call.operation.as_str()).collect();
    let expected = BTreeSet::from(["GetEventSelectors", "GetTrail", "GetTrailStatus"]);
    assert_eq!(operations, expected);
    for call in &journal {
        assert_eq!(call.region, "eu-west-1");
    }
    let trips = journal.chunks(3).map(|trip| trip.first().zip(trip.last()));
    for (first, last) in trips.flatten() {
        assert!(first.overlaps(last), "{journal:#?}");
    }
    let shadow = Step::config(facts(&trail.name)).check(|state| {
        state
            .has(FACTS, "home_region", "eu-west-1")
            .has(FACTS, "receives_iam_events", true);
    });
    Case::new(&service).step(shadow).run();
}

/// The names are those of the provider's catalog, each as the chosen services emit it; the function
/// says the same of them.
#[test]
fn the_names_are_the_providers_choice() {
    let service = Service::documented();
    let trail = service.trail();
    trail.put(&set(&[
        by_source("iam", &["iam.amazonaws.com"]),
        by_name("one", &["AssumeRole"]),
    ]));
    let catalog = "event_catalog {\n    services = [\"sts\", \"sso-directory\"]\n  }";
    let hcl = format!(
        "{}output \"function\" {{\n  value = [for name in [\"AssumeRole\", \"GetCallerIdentity\"] : \
         provider::iam::logs_event({FACTS}.advanced_event_selectors, {{\n    eventCategory = \
         \"Management\"\n    eventSource = \"sts.amazonaws.com\"\n    eventName = name\n    readOnly = \
         true\n  }}).logged]\n}}\n",
        facts(&trail.arn)
    );
    let step = Step::config(hcl).check(|state| {
        let (logged, missed) = (
            state.texts(FACTS, "logged_event_names"),
            state.texts(FACTS, "missed_event_names"),
        );
        assert_eq!(logged, texts(&["AssumeRole"]));
        assert!(missed.contains("GetCallerIdentity"), "{missed:?}");
        // IAM has it too, and its own is logged; but IAM was not chosen.
        assert!(missed.contains("CreateGroup"), "{missed:?}");
        assert_eq!(state.output("function"), &serde_json::json!([true, false]));
        state.has(FACTS, "precision", "by_name");
    });
    Case::new(&service)
        .provider(service.provider("us-east-1", catalog))
        .step(step)
        .run();
}

/// What hangs on the caller is not known of a name alone, and so is missed.
#[test]
fn a_name_that_hangs_on_the_caller_is_missed() {
    let service = Service::simulator();
    let trail = service.trail();
    let mut by_caller = everything("by caller");
    by_caller["FieldSelectors"]
        .as_array_mut()
        .expect("a list")
        .push(serde_json::json!({
            "Field": "userIdentity.arn", "NotEquals": ["arn:aws:iam::111122223333:user/ci"]
        }));
    trail.put(&set(&[by_caller]));
    let step = Step::config(facts(&trail.arn)).check(|state| assert!(logged(state).is_empty()));
    Case::new(&service).step(step).run();
}
