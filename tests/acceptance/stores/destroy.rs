//! What a destroy leaves behind.

use super::super::{RECIPE, event_names};
use super::{STORE, UPDATE, by_names, lake, recipe, selector};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{self, everything, set, store_default};
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PROVIDER, Terraform};

fn with(on_destroy: &str) -> String {
    format!("{}on_destroy = \"{on_destroy}\"\n", by_names(&RECIPE))
}

fn applied(service: &Service, hcl: &str) -> Terraform {
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, hcl);
    terraform.run(&["apply", "-auto-approve"]).success();
    terraform
}

/// Everything, with names, data and network events included.
#[test]
fn restore_puts_back_what_was_there() {
    let service = lake();
    let store = service.store();
    let before = set(&[
        everything("all of it"),
        selectors::data("objects", "AWS::S3::Object"),
        selectors::network("endpoints", "ec2.amazonaws.com"),
    ]);
    store.put(&before);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &with("restore"))))
        .step(Step::destroy())
        .destroyed(|| store.has(&before))
        .run();
}

/// The service's default, whatever was there: one selector of all management events.
#[test]
fn default_resets_the_store() {
    let service = lake();
    let store = service.store();
    store.put(&set(&[selectors::data("objects", "AWS::S3::Object")]));
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &with("default"))))
        .step(Step::destroy())
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// Out of the state, and still on the store.
#[test]
fn keep_leaves_the_store_alone() {
    let service = lake();
    let store = service.store();
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &with("keep"))))
        .step(Step::destroy())
        .destroyed(|| assert_eq!(event_names(&store.selectors()).len(), RECIPE.len()))
        .run();
}

/// Selectors that are not ours any more are not ours to replace: a warning, and no change. Neither a
/// refresh before the destroy nor an apply of a refresh long before makes them ours.
#[test]
fn a_store_that_somebody_changed_is_left_alone() {
    let service = lake();
    let theirs = set(&[everything("theirs")]);
    let store = service.store();
    let hcl = selector(&store.arn, &with("restore"));
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::destroy()
                .before(|| store.put(&theirs))
                .says(Phase::Destroy, &["Warning:", &store.id]),
        )
        .destroyed(|| store.has(&theirs))
        .run();

    let store = service.store();
    let hcl = selector(&store.arn, &with("restore"));
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::refresh()
                .before(|| store.put(&theirs))
                .leaves_changes(),
        )
        .step(Step::destroy().says(Phase::Destroy, &["Warning:", &store.id]))
        .destroyed(|| store.has(&theirs))
        .run();
}

/// The same where no refresh saw the change before the destroy.
#[test]
fn a_store_that_changed_in_the_last_moment_is_left_alone() {
    let service = lake();
    let theirs = set(&[everything("theirs")]);
    let store = service.store();
    let terraform = applied(&service, &selector(&store.arn, &with("restore")));
    store.put(&theirs);
    let outcome = terraform
        .run(&["destroy", "-auto-approve", "-refresh=false"])
        .success();
    outcome.says(&["Warning:", &store.id]);
    store.has(&theirs);
}

/// With or without a refresh before.
#[test]
fn a_store_that_is_gone_is_a_success() {
    for arguments in [
        &["destroy", "-auto-approve"][..],
        &["destroy", "-auto-approve", "-refresh=false"],
    ] {
        let service = lake();
        let store = service.store();
        let terraform = applied(&service, &selector(&store.arn, &with("restore")));
        store.forget();
        terraform.run(arguments).success();
        let left = terraform.show_state();
        assert!(
            left["values"]["root_module"]["resources"].is_null(),
            "{left}"
        );
    }
}

/// What an imported store had before us nobody knows. Destroying the selector says what it does, and
/// leaves either ours or the default.
#[test]
fn an_imported_selector_does_not_widen_the_store() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, &by_names(&RECIPE));
    store.put(&set(&[recipe()]));
    Case::new(&service)
        .step(Step::import_block(STORE, &store.arn, &hcl))
        .step(Step::destroy())
        .destroyed(|| {
            let left = store.selectors();
            let ours = event_names(&left).len() == RECIPE.len();
            assert!(ours || left == store_default(), "{left}");
        })
        .run();
}

/// `-replace` destroys and creates: what was there first is still what comes back in the end.
#[test]
fn a_replacement_does_not_forget_what_was_there() {
    let service = lake();
    let store = service.store();
    let before = set(&[
        everything("before"),
        selectors::data("objects", "AWS::S3::Object"),
    ]);
    store.put(&before);
    let terraform = applied(&service, &selector(&store.arn, &with("restore")));
    terraform
        .run(&["apply", "-auto-approve", &format!("-replace={STORE}")])
        .success()
        .says(&["1 added, 0 changed, 1 destroyed"]);
    assert_eq!(event_names(&store.selectors()).len(), RECIPE.len());
    terraform.run(&["destroy", "-auto-approve"]).success();
    store.has(&before);
}

/// The protection of a store from deletion is not one of its selectors.
#[test]
fn protection_from_deletion_does_not_matter() {
    for protected in [true, false] {
        let service = lake();
        let simulator = service.as_simulator().expect("a simulator");
        let store = service.store();
        simulator.change_store(&store.arn, |store| store.protected = protected);
        Case::new(&service)
            .step(Step::config(selector(&store.arn, "")))
            .destroyed(|| store.has(&store_default()))
            .run();
        let told = simulator.store(&store.arn);
        assert_eq!(told["TerminationProtectionEnabled"], protected);
    }
}

/// Never an empty list: no request of any way to destroy has one.
#[test]
fn no_destroy_sends_an_empty_list() {
    for on_destroy in ["restore", "default", "keep"] {
        let service = lake();
        let simulator = service.as_simulator().expect("a simulator");
        let store = service.store();
        Case::new(&service)
            .step(Step::config(selector(&store.arn, &with(on_destroy))))
            .run();
        let journal = simulator.journal();
        let updates: Vec<_> = journal
            .iter()
            .filter(|call| call.operation == UPDATE)
            .collect();
        assert_eq!(updates.len(), if on_destroy == "keep" { 1 } else { 2 });
        for call in updates {
            let list = call.body["AdvancedEventSelectors"].as_array();
            assert!(list.is_some_and(|list| !list.is_empty()), "{call:#?}");
        }
    }
}

/// A destroy that is denied keeps the resource in the state.
#[test]
fn a_denied_destroy_keeps_the_state() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let denied = What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "not authorized".to_owned(),
    };
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &with("restore"))))
        .step(
            Step::destroy()
                .before(|| simulator.inject(Fault::on(UPDATE, denied)))
                .fails(
                    Phase::Destroy,
                    &[
                        "Error:",
                        "AccessDenied",
                        "cloudtrail:UpdateEventDataStore",
                        &store.id,
                    ],
                )
                .check(|state| {
                    assert_eq!(state.addresses(), [STORE]);
                    store.has(&set(&[recipe()]));
                }),
        )
        .destroyed(|| store.has(&store_default()))
        .run();
}
