//! `preserve_other_categories`: selectors of data and network events that stand on the same trail
//! stay, and only the management events become ours.

use super::{RECIPE, only, selector, selectors_of};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::{self, basic, basic_set, by_name, everything, set};
use crate::support::service::Service;

on_both![
    data_and_network_selectors_stay,
    basic_selectors_are_converted,
    without_it_they_are_replaced,
    a_kept_selector_that_changes_is_kept_as_changed,
    switching_it_off_takes_them_away,
];

fn arguments() -> String {
    format!("{}preserve_other_categories = true\n", only(&RECIPE))
}

/// Theirs stay to the letter, the old management selector goes, and precision tells the whole.
fn data_and_network_selectors_stay(service: &Service) {
    let trail = service.trail();
    let data = selectors::data("objects", "AWS::S3::Object");
    let network = selectors::network("endpoints", "ec2.amazonaws.com");
    let before = set(&[everything("all"), data.clone(), network.clone()]);
    trail.put(&before);
    let expected = set(&[by_name("iam-only", &RECIPE), data, network]);
    let hcl = selector(&trail.name, &arguments());
    Case::new(service)
        .step(
            Step::config(&hcl)
                .never_says(Phase::Plan, &["objects", "endpoints"])
                .check(|state| {
                    trail.has(&expected);
                    assert_eq!(selectors_of(state), trail.selectors());
                    state.has(THIS, "effective_filter", "event_name").has(
                        THIS,
                        "precision",
                        "superset",
                    );
                }),
        )
        .step(Step::plan_only(&hcl))
        .destroyed(|| trail.has(&before))
        .run();
}

/// Data resources of basic selectors become their advanced equal; destroy brings the basic back.
fn basic_selectors_are_converted(service: &Service) {
    let trail = service.trail();
    let bucket = "arn:aws:s3:::somebody-elses-bucket/";
    let before = basic_set(&[basic("WriteOnly", true, &[bucket], &[])]);
    trail.put(&before);
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, &arguments())).check(|_| {
                let live = trail.selectors();
                let told = live["AdvancedEventSelectors"]
                    .as_array()
                    .expect("advanced selectors");
                assert_eq!(told.len(), 2, "{live}");
                let text = live.to_string();
                for part in [
                    "AWS::S3::Object",
                    bucket,
                    "eventName",
                    r#""Data""#,
                    "readOnly",
                ] {
                    assert!(text.contains(part), "{part} in {live}");
                }
            }),
        )
        .destroyed(|| trail.has(&before))
        .run();
}

/// The default: the whole set is ours, as the plan said.
fn without_it_they_are_replaced(service: &Service) {
    let trail = service.trail();
    let before = set(&[
        everything("all"),
        selectors::data("objects", "AWS::S3::Object"),
    ]);
    trail.put(&before);
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, &only(&RECIPE)))
                .says(Phase::Plan, &["Warning:", "objects"])
                .check(|_| {
                    let ours = set(&[by_name("iam-only", &RECIPE)]);
                    trail.has(&ours);
                }),
        )
        .destroyed(|| trail.has(&before))
        .run();
}

/// Selectors that are kept belong to somebody else, who may change them: the next apply keeps the
/// change.
fn a_kept_selector_that_changes_is_kept_as_changed(service: &Service) {
    let trail = service.trail();
    let objects = selectors::data("objects", "AWS::S3::Object");
    let functions = selectors::data("functions", "AWS::Lambda::Function");
    trail.put(&set(&[everything("all"), objects]));
    let theirs = set(&[by_name("iam-only", &RECIPE), functions.clone()]);
    Case::new(service)
        .step(Step::config(selector(&trail.name, &arguments())))
        .step(
            Step::config(selector(
                &trail.name,
                &format!("{}selector_name = \"renamed\"\n", arguments()),
            ))
            .before(|| trail.put(&theirs))
            .plans(THIS, &["update"])
            .check(|_| {
                let expected = set(&[by_name("renamed", &RECIPE), functions.clone()]);
                trail.has(&expected);
            }),
        )
        .run();
}

/// Switched off, the plan says whose selectors go.
fn switching_it_off_takes_them_away(service: &Service) {
    let trail = service.trail();
    trail.put(&set(&[
        everything("all"),
        selectors::data("objects", "AWS::S3::Object"),
    ]));
    Case::new(service)
        .step(Step::config(selector(&trail.name, &arguments())))
        .step(
            Step::config(selector(&trail.name, &only(&RECIPE)))
                .plans(THIS, &["update"])
                .says(Phase::Plan, &["objects"])
                .check(|_| {
                    let ours = set(&[by_name("iam-only", &RECIPE)]);
                    trail.has(&ours);
                }),
        )
        .run();
}
