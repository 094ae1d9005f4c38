//! What a destroy leaves behind.

use super::{RECIPE, event_names, only, selector};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::{self, everything, service_default, set};
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PROVIDER, Terraform};

on_both![
    restore_puts_back_what_was_there,
    default_resets_the_trail,
    keep_leaves_the_trail_alone,
    a_trail_that_somebody_changed_is_left_alone,
    a_trail_that_changed_in_the_last_moment_is_left_alone,
    a_trail_that_is_gone_is_a_success,
    an_imported_selector_does_not_widen_the_trail,
    a_replacement_does_not_forget_what_was_there,
];

fn with(on_destroy: &str) -> String {
    format!("{}on_destroy = \"{on_destroy}\"\n", only(&RECIPE))
}

fn applied(service: &Service, hcl: &str) -> Terraform {
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, hcl);
    terraform.run(&["apply", "-auto-approve"]).success();
    terraform
}

/// Everything, in its own kind: advanced selectors with their names, data events included.
fn restore_puts_back_what_was_there(service: &Service) {
    let trail = service.trail();
    let before = set(&[
        everything("all of it"),
        selectors::data("objects", "AWS::S3::Object"),
        selectors::network("endpoints", "ec2.amazonaws.com"),
    ]);
    trail.put(&before);
    Case::new(service)
        .step(Step::config(selector(&trail.name, &with("restore"))))
        .step(Step::destroy())
        .destroyed(|| trail.has(&before))
        .run();
}

/// The service's default, whatever was there.
fn default_resets_the_trail(service: &Service) {
    let trail = service.trail();
    trail.put(&set(&[selectors::data("objects", "AWS::S3::Object")]));
    Case::new(service)
        .step(Step::config(selector(&trail.name, &with("default"))))
        .step(Step::destroy())
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// Out of the state, and still on the trail.
fn keep_leaves_the_trail_alone(service: &Service) {
    let trail = service.trail();
    Case::new(service)
        .step(Step::config(selector(&trail.name, &with("keep"))))
        .step(Step::destroy())
        .destroyed(|| assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len()))
        .run();
}

/// Selectors that are not ours any more are not ours to replace: a warning, and no change. Neither
/// a refresh before the destroy nor an apply of a refresh long before makes them ours.
fn a_trail_that_somebody_changed_is_left_alone(service: &Service) {
    let theirs = set(&[everything("theirs")]);
    let trail = service.trail();
    let hcl = selector(&trail.name, &with("restore"));
    Case::new(service)
        .step(Step::config(&hcl))
        .step(
            Step::destroy()
                .before(|| trail.put(&theirs))
                .says(Phase::Destroy, &["Warning:", &trail.name]),
        )
        .destroyed(|| trail.has(&theirs))
        .run();

    let trail = service.trail();
    let hcl = selector(&trail.name, &with("restore"));
    Case::new(service)
        .step(Step::config(&hcl))
        .step(
            Step::refresh()
                .before(|| trail.put(&theirs))
                .leaves_changes(),
        )
        .step(Step::destroy().says(Phase::Destroy, &["Warning:", &trail.name]))
        .destroyed(|| trail.has(&theirs))
        .run();
}

/// The same where no refresh saw the change before the destroy.
fn a_trail_that_changed_in_the_last_moment_is_left_alone(service: &Service) {
    let theirs = set(&[everything("theirs")]);
    let trail = service.trail();
    let terraform = applied(service, &selector(&trail.name, &with("restore")));
    trail.put(&theirs);
    let outcome = terraform
        .run(&["destroy", "-auto-approve", "-refresh=false"])
        .success();
    outcome.says(&["Warning:", &trail.name]);
    trail.has(&theirs);
}

/// With or without a refresh before.
fn a_trail_that_is_gone_is_a_success(service: &Service) {
    for arguments in [
        &["destroy", "-auto-approve"][..],
        &["destroy", "-auto-approve", "-refresh=false"],
    ] {
        let trail = service.trail();
        let terraform = applied(service, &selector(&trail.arn, &with("restore")));
        trail.delete();
        terraform.run(arguments).success();
        let left = terraform.show_state();
        assert!(
            left["values"]["root_module"]["resources"].is_null(),
            "{left}"
        );
    }
}

/// What an imported trail had before us nobody knows. Destroying it never makes it log nothing, and
/// says what it does.
fn an_imported_selector_does_not_widen_the_trail(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.arn, &only(&RECIPE));
    trail.put(&set(&[selectors::by_name("iam-only", &RECIPE)]));
    Case::new(service)
        .step(Step::import_block(THIS, &trail.arn, &hcl))
        .step(Step::destroy())
        .destroyed(|| {
            let left = trail.selectors();
            let ours = event_names(&left).len() == RECIPE.len();
            assert!(ours || left == service_default(), "{left}");
        })
        .run();
}

/// `-replace` destroys and creates: what was there first is still what comes back in the end.
fn a_replacement_does_not_forget_what_was_there(service: &Service) {
    let trail = service.trail();
    let before = set(&[
        everything("before"),
        selectors::data("objects", "AWS::S3::Object"),
    ]);
    trail.put(&before);
    let terraform = applied(service, &selector(&trail.arn, &with("restore")));
    terraform
        .run(&["apply", "-auto-approve", &format!("-replace={THIS}")])
        .success()
        .says(&["1 added, 0 changed, 1 destroyed"]);
    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
    terraform.run(&["destroy", "-auto-approve"]).success();
    trail.has(&before);
}

/// Never an empty list: no request of any way to destroy has one.
#[test]
fn no_destroy_sends_an_empty_list() {
    for on_destroy in ["restore", "default", "keep"] {
        let service = Service::simulator();
        let simulator = service.as_simulator().expect("a simulator");
        let trail = service.trail();
        Case::new(&service)
            .step(Step::config(selector(&trail.name, &with(on_destroy))))
            .run();
        for call in simulator
            .journal()
            .iter()
            .filter(|call| call.operation == "PutEventSelectors")
        {
            let lists =
                ["EventSelectors", "AdvancedEventSelectors"].map(|key| call.body[key].as_array());
            assert!(
                lists.iter().flatten().all(|list| !list.is_empty()),
                "{call:#?}"
            );
            assert_eq!(lists.iter().flatten().count(), 1, "one kind: {call:#?}");
        }
    }
}

/// A destroy that is denied keeps the resource in the state.
#[test]
fn a_denied_destroy_keeps_the_state() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let denied = What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "not authorized".to_owned(),
    };
    Case::new(&service)
        .step(Step::config(selector(&trail.name, &with("restore"))))
        .step(
            Step::destroy()
                .before(|| simulator.inject(Fault::on("PutEventSelectors", denied)))
                .fails(Phase::Destroy, &["Error:", "AccessDenied", &trail.name])
                .check(|state| {
                    assert_eq!(state.addresses(), [THIS]);
                    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
                }),
        )
        .destroyed(|| trail.has(&service_default()))
        .run();
}
