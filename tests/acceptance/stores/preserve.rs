//! `preserve_other_categories`: selectors of data and network events that stand on the same store stay,
//! and only the management events become ours.

use super::super::RECIPE;
use super::{STORE, by_names, lake, recipe, selector, selectors_of};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{by_name, data, everything, network, set, store_default};

fn arguments() -> String {
    format!("{}preserve_other_categories = true\n", by_names(&RECIPE))
}

/// Theirs stay to the letter, the old management selector goes, and precision tells the whole.
#[test]
fn data_and_network_selectors_stay() {
    let service = lake();
    let store = service.store();
    let objects = data("objects", "AWS::S3::Object");
    let endpoints = network("endpoints", "ec2.amazonaws.com");
    let before = set(&[everything("all"), objects.clone(), endpoints.clone()]);
    store.put(&before);
    let expected = set(&[recipe(), objects, endpoints]);
    let hcl = selector(&store.arn, &arguments());
    Case::new(&service)
        .step(
            Step::config(&hcl)
                .never_says(Phase::Plan, &["objects", "endpoints"])
                .check(|state| {
                    store.has(&expected);
                    assert_eq!(selectors_of(state), store.selectors());
                    state.has(STORE, "effective_filter", "event_name").has(
                        STORE,
                        "precision",
                        "superset",
                    );
                }),
        )
        .step(Step::plan_only(&hcl))
        .destroyed(|| store.has(&before))
        .run();
}

/// The default: the whole set is ours, as the plan said.
#[test]
fn without_it_they_are_replaced() {
    let service = lake();
    let store = service.store();
    let before = set(&[everything("all"), data("objects", "AWS::S3::Object")]);
    store.put(&before);
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, &by_names(&RECIPE)))
                .says(Phase::Plan, &["Warning:", "objects"])
                .check(|_| {
                    let ours = set(&[recipe()]);
                    store.has(&ours);
                }),
        )
        .destroyed(|| store.has(&before))
        .run();
}

/// Selectors that are kept belong to somebody else, who may change them: the next apply keeps the
/// change.
#[test]
fn a_kept_selector_that_changes_is_kept_as_changed() {
    let service = lake();
    let store = service.store();
    let functions = data("functions", "AWS::Lambda::Function");
    store.put(&set(&[
        everything("all"),
        data("objects", "AWS::S3::Object"),
    ]));
    let theirs = set(&[recipe(), functions.clone()]);
    let renamed = format!("{}selector_name = \"renamed\"\n", arguments());
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &arguments())))
        .step(
            Step::config(selector(&store.arn, &renamed))
                .before(|| store.put(&theirs))
                .plans(STORE, &["update"])
                .check(|_| {
                    let expected = set(&[by_name("renamed", &RECIPE), functions.clone()]);
                    store.has(&expected);
                }),
        )
        .run();
}

/// Switched off, the plan says whose selectors go.
#[test]
fn switching_it_off_takes_them_away() {
    let service = lake();
    let store = service.store();
    store.put(&set(&[
        everything("all"),
        data("objects", "AWS::S3::Object"),
    ]));
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &arguments())))
        .step(
            Step::config(selector(&store.arn, &by_names(&RECIPE)))
                .plans(STORE, &["update"])
                .says(Phase::Plan, &["objects"])
                .check(|_| {
                    let ours = set(&[recipe()]);
                    store.has(&ours);
                }),
        )
        .run();
}

/// A store takes five selectors. Where four are kept ours is the fifth; where five are kept there is
/// no room, which the plan says, with what to do, before anything is touched.
#[test]
fn there_is_room_for_five() {
    let types = ["A", "B", "C", "D", "E"].map(|name| data(name, &format!("AWS::S3::{name}")));
    for (kept, fits) in [(4, true), (5, false)] {
        let service = lake();
        let store = service.store();
        let before = set(&types[..kept]);
        store.put(&before);
        let step = Step::config(selector(&store.arn, &arguments()));
        let step = if fits {
            step.check(|_| {
                let all: Vec<_> = types[..kept].iter().cloned().chain([recipe()]).collect();
                store.has(&set(&all));
            })
        } else {
            step.fails_at_last(&["Error:", "6", "5", "preserve_other_categories"])
                .check(|state| {
                    assert!(state.addresses().is_empty());
                    store.has(&before);
                })
        };
        Case::new(&service)
            .step(step)
            .destroyed(|| store.has(&before))
            .run();
    }
}

/// Without management events before, destroy leaves none: what was there comes back, and no more.
#[test]
fn a_store_of_data_events_is_left_as_one() {
    let service = lake();
    let store = service.store();
    let before = set(&[data("objects", "AWS::S3::Object")]);
    store.put(&before);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &arguments())))
        .destroyed(|| {
            store.has(&before);
            assert_ne!(store.selectors(), store_default());
        })
        .run();
}
