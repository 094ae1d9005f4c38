//! Changes of the configuration: in place, and never over something that changed meanwhile.

use super::super::{RECIPE, event_names};
use super::{STORE, by_names, lake, named, recipe, selector};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, set, store_default};

/// Another name is an update; everything about the store stays.
#[test]
fn names_change_in_place() {
    let service = lake();
    let store = service.store();
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &by_names(&RECIPE))))
        .step(
            Step::config(selector(
                &store.arn,
                &by_names(&["CreateUser", "CreateAccessKey"]),
            ))
            .plans(STORE, &["update"])
            .check_plan(|plan| {
                for attribute in [
                    "event_data_store_arn",
                    "home_region",
                    "id",
                    "replaced_selectors",
                ] {
                    assert!(
                        !plan.is_unknown(STORE, attribute),
                        "{attribute} stays known"
                    );
                }
            })
            .check(|state| {
                state.has(STORE, "event_count", 2);
                let expected = set(&[by_name("iam-only", &["CreateAccessKey", "CreateUser"])]);
                store.has(&expected);
            }),
        )
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// No argument but `event_data_store` replaces, and each by itself is an update.
#[test]
fn every_argument_changes_in_place() {
    let service = lake();
    let store = service.store();
    let mut case = Case::new(&service).step(Step::config(selector(&store.arn, "")));
    for argument in [
        "selector_name = \"renamed\"",
        "read_write_type = \"WriteOnly\"",
        "services = [\"sts\"]",
        "filter_by = \"event_name\"",
        "filter_by = \"event_name_and_source\"",
        "access_levels = [\"List\"]",
        "resource_families = [\"user\"]",
        "include_event_names = [\"ConsoleLogin\"]\nfilter_by = \"event_name\"",
        "exclude_event_names = [\"CreateUser\"]",
        "preserve_other_categories = true",
        "on_destroy = \"default\"",
        "region = \"us-east-1\"",
        "timeouts {\n  update = \"3m\"\n}",
    ] {
        let hcl = selector(&store.arn, argument);
        case = case.step(Step::plan_only(hcl).plans(STORE, &["update"]));
    }
    // There and back with everything that can go together.
    let much = "selector_name = \"renamed\"\nread_write_type = \"WriteOnly\"\nservices = [\"iam\", \"sts\"]\n\
                filter_by = \"event_name_and_source\"\nexclude_event_names = [\"CreateUser\"]\n\
                preserve_other_categories = true\non_destroy = \"default\"\n\
                region = \"us-east-1\"\ntimeouts {\n  update = \"3m\"\n}";
    case.step(Step::config(selector(&store.arn, much)).plans(STORE, &["update"]))
        .step(Step::config(selector(&store.arn, "")).plans(STORE, &["update"]))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// Updates do not take our own selectors for what was there before.
#[test]
fn what_was_replaced_first_is_what_is_restored() {
    let service = lake();
    let store = service.store();
    let before = set(&[
        selectors::everything("before"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    store.put(&before);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &by_names(&RECIPE))))
        .step(Step::config(selector(&store.arn, "")))
        .step(Step::config(selector(
            &store.arn,
            "filter_by = \"event_name_and_source\"",
        )))
        .destroyed(|| store.has(&before))
        .run();
}

/// Between plan and apply somebody changed the store: apply stops and leaves it; the next plan shows
/// what is there.
#[test]
fn a_change_since_the_plan_is_not_overwritten() {
    let service = lake();
    let store = service.store();
    let theirs = set(&[selectors::everything("theirs")]);
    let changed = selector(&store.arn, &by_names(&["CreateUser"]));
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &by_names(&RECIPE))))
        .step(
            Step::config(&changed)
                .plans(STORE, &["update"])
                .before_apply(|| store.put(&theirs))
                .fails(
                    Phase::Apply,
                    &["Error:", "changed since the plan", &store.id],
                )
                .check(|state| {
                    store.has(&theirs);
                    assert!(!state.is_tainted(STORE));
                }),
        )
        .step(
            Step::config(&changed)
                .plans(STORE, &["update"])
                .check(|_| assert_eq!(event_names(&store.selectors()).len(), 1)),
        )
        .run();
}

/// With a `moved` block another name is no change at all.
#[test]
fn a_moved_resource_stays() {
    let service = lake();
    let store = service.store();
    let other = "iam_only_event_data_store_selector.other";
    let hcl = format!(
        "{}\nmoved {{\n  from = {STORE}\n  to   = {other}\n}}\n",
        named("other", &store.arn, "")
    );
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "")))
        .step(Step::config(hcl).plans(other, &["no-op"]))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// Without it one resource goes and another comes, in whichever order Terraform likes: what counts is
/// that the store has what the one that came asks for.
#[test]
fn a_renamed_resource_keeps_the_store_narrow() {
    let service = lake();
    let store = service.store();
    let ours = set(&[recipe()]);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &by_names(&RECIPE))))
        .step(
            Step::config(named("other", &store.arn, &by_names(&RECIPE)))
                .plans(STORE, &["delete"])
                .plans("iam_only_event_data_store_selector.other", &["create"])
                .check(|_| store.has(&ours)),
        )
        .run();
}

/// A service that is added later is held against the store like the first ones, from what the state
/// knows of it.
#[test]
fn services_that_do_not_all_reach_the_store_are_told() {
    let service = lake();
    let store = service.store_with(|seed| seed.multi_region = false);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "services = [\"iam\"]")))
        .step(
            Step::config(selector(&store.arn, "services = [\"iam\", \"sts\"]"))
                .plans(STORE, &["update"])
                .says(
                    Phase::Plan,
                    &["Warning:", "STS events of other Regions are missed"],
                ),
        )
        .run();
}
