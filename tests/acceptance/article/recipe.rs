//! The recipe as it is found, and what it comes to. The guide shows these very files and quotes these
//! very messages, and says from where each is; CloudFormation and CloudTrail themselves were not asked.

use super::{Ended, client, folder, place, python, quoted, run, tool};
use crate::simulator::account::MEMBER;
use crate::support::moto;
use crate::support::reattached::spawned_only;
use crate::support::selectors::{everything, service_default, set};
use crate::support::service::{Make, Service};

/// The reason why a case runs once.
const NO_TERRAFORM: &str = "terraform has no part in it";

/// A few lines of boto3 on a service, with a client named `cloudtrail`.
fn lines(service: &Service, program: &str) -> Ended {
    let directory = folder();
    let mut command = client(service, &moto::python(), directory.path());
    let beginning = "import boto3\ncloudtrail = boto3.client('cloudtrail')\n";
    command.args(["-c", &format!("{beginning}{program}")]);
    run(command)
}

/// The template: the property is not one of a basic selector.
#[test]
fn the_template_is_refused_by_the_resource_schema() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let directory = folder();
    let service = Service::moto();
    let mut command = client(&service, &tool("cfn-lint"), directory.path());
    command.arg(place("tests/acceptance/article/recipe.yaml"));
    let ended = run(command);
    assert_ne!(ended.code, Some(0), "{}", ended.stdout);
    quoted(&ended.stdout, &["E3002 "]);
}

/// The script: `UpdateTrail` has neither argument, so that boto3 does not even ask.
#[test]
fn the_script_is_refused_by_boto3() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::simulator();
    let directory = folder();
    let ended = run(python(
        &service,
        "tests/acceptance/article/recipe.py",
        directory.path(),
    ));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    quoted(
        &ended.stderr,
        &[
            "botocore.exceptions.ParamValidationError: ",
            "Unknown parameter in input: \"EventSelectors\"",
            "Unknown parameter in input: \"AdvancedEventSelectors\"",
        ],
    );
    let simulator = service.as_simulator().expect("a simulator");
    assert!(simulator.journal().is_empty(), "nobody was asked");
}

/// The right call does not help a document of the wrong form: one mistake after the other.
#[test]
fn the_right_call_with_the_recipe_s_document_is_refused() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::documented();
    let trail = service.trail();
    let put = |arguments: &str| {
        let ended = lines(
            &service,
            &format!(
                "cloudtrail.put_event_selectors(TrailName='{}', {arguments})",
                trail.arn
            ),
        );
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        ended.stderr
    };
    let name = "{'Field': 'eventName', 'Equals': ['CreateUser', 'DeleteUser']}";
    let category = "{'Field': 'eventCategory', 'Equals': ['Management']}";
    let member = put("EventSelectors=[{'ReadWriteType': 'All', 'AdvancedEventSelectors': []}]");
    quoted(&member, &["Unknown parameter in EventSelectors[0]: "]);
    let without = put(&format!(
        "AdvancedEventSelectors=[{{'Name': 'IAM', 'FieldSelectors': [{name}]}}]"
    ));
    let refusal = "botocore.errorfactory.InvalidEventSelectorsException: ";
    quoted(&without, &[refusal]);
    let by_name = put(&format!(
        "AdvancedEventSelectors=[{{'Name': 'IAM', 'FieldSelectors': [{category}, {name}]}}]"
    ));
    quoted(&by_name, &[refusal]);
    assert_ne!(without, by_name, "two mistakes");
    trail.has(&service_default());
}

/// moto takes all of it: that an emulator accepts a document proves nothing about CloudTrail.
#[test]
fn moto_takes_the_recipe_s_document() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::moto();
    let trail = service.trail();
    let ended = lines(
        &service,
        &format!(
            "cloudtrail.put_event_selectors(TrailName='{}', AdvancedEventSelectors=[{{'Name': 'IAM', \
             'FieldSelectors': [{{'Field': 'eventName', 'Equals': ['CreateUser']}}]}}])",
            trail.name
        ),
    );
    ended.with(0, &[], &[]);
    assert_ne!(trail.selectors(), service_default());
}

/// The organization's trail from a member account: not by its name, and not by its ARN either.
#[test]
fn a_member_does_not_change_the_organization_s_trail() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::documented();
    let trail = service.trail_with(Make {
        name: Some("organization"),
        organization: true,
        ..Make::default()
    });
    let document = set(&[everything("All")]);
    let document = document["AdvancedEventSelectors"].to_string();
    for name in [&trail.name, &trail.arn] {
        let directory = folder();
        let mut command = client(&service, &tool("aws"), directory.path());
        command
            .env("AWS_ACCESS_KEY_ID", MEMBER.access_key)
            .env("AWS_SECRET_ACCESS_KEY", MEMBER.secret_key)
            .args(["cloudtrail", "put-event-selectors", "--trail-name", name])
            .args(["--advanced-event-selectors", &document]);
        let ended = run(command);
        assert_ne!(ended.code, Some(0), "{}", ended.stdout);
        quoted(&ended.stderr, &["An error occurred "]);
    }
    trail.has(&service_default());
}
