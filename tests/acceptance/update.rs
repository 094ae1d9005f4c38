//! Changes of the configuration: in place, and never over something that changed meanwhile.

use super::{RECIPE, event_names, named, only, selector};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, service_default, set};
use crate::support::service::{Make, Service};

on_both![
    names_change_in_place,
    every_argument_changes_in_place,
    what_was_replaced_first_is_what_is_restored,
    a_change_since_the_plan_is_not_overwritten,
    a_moved_resource_stays,
    a_renamed_resource_keeps_the_trail_narrow,
    services_that_do_not_all_reach_the_trail_are_told,
];

/// A name more is an update; everything about the trail stays.
fn names_change_in_place(service: &Service) {
    let trail = service.trail();
    Case::new(service)
        .step(Step::config(selector(&trail.name, &only(&RECIPE))))
        .step(
            Step::config(selector(
                &trail.name,
                &only(&["CreateUser", "CreateAccessKey"]),
            ))
            .plans(THIS, &["update"])
            .check_plan(|plan| {
                for attribute in ["trail_arn", "home_region", "id", "replaced_selectors"] {
                    assert!(!plan.is_unknown(THIS, attribute), "{attribute} stays known");
                }
            })
            .check(|state| {
                state.has(THIS, "event_count", 2);
                let expected = set(&[by_name("iam-only", &["CreateAccessKey", "CreateUser"])]);
                trail.has(&expected);
            }),
        )
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// No argument but `trail_name` replaces, and each by itself is an update.
fn every_argument_changes_in_place(service: &Service) {
    let trail = service.trail();
    let mut case = Case::new(service).step(Step::config(selector(&trail.arn, "")));
    for argument in [
        "selector_name = \"renamed\"",
        "read_write_type = \"WriteOnly\"",
        "services = [\"sts\"]",
        "filter_by = \"event_source\"",
        "filter_by = \"event_name_and_source\"",
        "filter_by = \"exclusion\"",
        "access_levels = [\"List\"]",
        "resource_families = [\"user\"]",
        "include_event_names = [\"ConsoleLogin\"]",
        "exclude_event_names = [\"CreateUser\"]",
        "fallback = \"exclusion\"",
        "preserve_other_categories = true",
        "on_destroy = \"default\"",
        "region = \"us-east-1\"",
        "timeouts {\n  update = \"3m\"\n}",
    ] {
        let hcl = selector(&trail.arn, argument);
        case = case.step(Step::plan_only(hcl).plans(THIS, &["update"]));
    }
    // There and back with everything that can go together.
    let much = "selector_name = \"renamed\"\nread_write_type = \"WriteOnly\"\nservices = [\"iam\", \"sts\"]\n\
                filter_by = \"event_name_and_source\"\nexclude_event_names = [\"CreateUser\"]\n\
                fallback = \"exclusion\"\npreserve_other_categories = true\non_destroy = \"default\"\n\
                region = \"us-east-1\"\ntimeouts {\n  update = \"3m\"\n}";
    case.step(Step::config(selector(&trail.arn, much)).plans(THIS, &["update"]))
        .step(Step::config(selector(&trail.arn, "")).plans(THIS, &["update"]))
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// Updates do not take our own selectors for what was there before.
fn what_was_replaced_first_is_what_is_restored(service: &Service) {
    let trail = service.trail();
    let before = set(&[
        selectors::everything("before"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    trail.put(&before);
    Case::new(service)
        .step(Step::config(selector(&trail.name, &only(&RECIPE))))
        .step(Step::config(selector(&trail.name, "")))
        .step(Step::config(selector(
            &trail.name,
            "filter_by = \"exclusion\"",
        )))
        .destroyed(|| trail.has(&before))
        .run();
}

/// Between plan and apply somebody changed the trail: apply stops and leaves it; the next plan
/// shows what is there.
fn a_change_since_the_plan_is_not_overwritten(service: &Service) {
    let trail = service.trail();
    let theirs = set(&[selectors::everything("theirs")]);
    let changed = selector(&trail.name, &only(&["CreateUser"]));
    Case::new(service)
        .step(Step::config(selector(&trail.name, &only(&RECIPE))))
        .step(
            Step::config(&changed)
                .plans(THIS, &["update"])
                .before_apply(|| trail.put(&theirs))
                .fails(
                    Phase::Apply,
                    &["Error:", "changed since the plan", &trail.name],
                )
                .check(|state| {
                    trail.has(&theirs);
                    assert!(!state.is_tainted(THIS));
                }),
        )
        .step(Step::config(&changed).plans(THIS, &["update"]).check(|_| {
            assert_eq!(event_names(&trail.selectors()).len(), 1);
        }))
        .run();
}

/// With a `moved` block another name is no change at all.
fn a_moved_resource_stays(service: &Service) {
    let trail = service.trail();
    let other = "iam_only_trail_selector.other";
    let hcl = format!(
        "{}\nmoved {{\n  from = {THIS}\n  to   = {other}\n}}\n",
        named("other", &trail.arn, &only(&RECIPE))
    );
    Case::new(service)
        .step(Step::config(selector(&trail.arn, &only(&RECIPE))))
        .step(Step::config(hcl).plans(other, &["no-op"]))
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// Without it one resource goes and another comes, in whichever order Terraform likes: what counts
/// is that the trail logs what the one that came asks for.
fn a_renamed_resource_keeps_the_trail_narrow(service: &Service) {
    let trail = service.trail();
    let ours = set(&[by_name("iam-only", &RECIPE)]);
    Case::new(service)
        .step(Step::config(selector(&trail.arn, &only(&RECIPE))))
        .step(
            Step::config(named("other", &trail.arn, &only(&RECIPE)))
                .plans(THIS, &["delete"])
                .plans("iam_only_trail_selector.other", &["create"])
                .check(|_| trail.has(&ours)),
        )
        .run();
}

/// A service that is added later is held against the trail like the first ones, from what the state
/// knows of it.
fn services_that_do_not_all_reach_the_trail_are_told(service: &Service) {
    let make = Make {
        multi_region: false,
        ..Make::default()
    };
    let trail = service.trail_with(make);
    Case::new(service)
        .step(Step::config(selector(&trail.arn, "services = [\"iam\"]")))
        .step(
            Step::config(selector(&trail.arn, "services = [\"iam\", \"sts\"]"))
                .plans(THIS, &["update"])
                .says(
                    Phase::Plan,
                    &["Warning:", "STS events of other Regions are missed"],
                ),
        )
        .run();
}
