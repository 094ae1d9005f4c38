//! The script of `examples/article/boto3/`: it puts what Terraform wrote, shows and saves what it
//! replaces, and where CloudTrail refuses it says so and has changed nothing.

use std::path::Path;

use serde_json::Value;

use super::{Ended, folder, output, python, quoted, run};
use crate::simulator::{Fault, What};
use crate::support::reattached::spawned_only;
use crate::support::selectors::{
    RECIPE, basic, basic_set, by_name, everything, normal, service_default, set,
};
use crate::support::service::{Make, Service};

const SCRIPT: &str = "examples/article/boto3/put_selectors.py";
/// The reason why a case runs once.
const NO_TERRAFORM: &str = "terraform has no part in it";

/// Writes the document of a set of advanced selectors: their bare array.
fn document(directory: &Path, name: &str, selectors: &Value) {
    let list = &selectors["AdvancedEventSelectors"];
    write(directory, name, &list.to_string());
}

fn write(directory: &Path, name: &str, text: &str) {
    std::fs::write(directory.join(name), text).expect("a file");
}

fn script(service: &Service, directory: &Path, arguments: &[&str]) -> Ended {
    let mut command = python(service, SCRIPT, directory);
    command.args(arguments);
    run(command)
}

/// The saved selectors in a folder, and their file.
fn saved(directory: &Path, beginning: &str) -> Vec<(String, Value)> {
    let entries = std::fs::read_dir(directory).expect("the folder");
    let names = entries.map(|entry| entry.expect("a file").file_name());
    let mut found: Vec<(String, Value)> = names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with(beginning))
        .map(|name| {
            let text = std::fs::read_to_string(directory.join(&name)).expect("a file");
            let value = serde_json::from_str(&text).expect("JSON");
            (name, value)
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

on_both!(
    what_terraform_wrote_is_put,
    a_dry_run_changes_nothing,
    what_is_there_already_is_not_put_again
);

/// From Terraform's output to the trail and back: what was replaced is in a file, which puts it back.
fn what_terraform_wrote_is_put(service: &Service) {
    let trail = service.trail();
    let before = basic_set(&[basic("WriteOnly", true, &[], &["kms.amazonaws.com"])]);
    trail.put(&before);
    let names = serde_json::to_string(&RECIPE).expect("JSON");
    let selectors = output(
        service,
        "article/boto3",
        &[("event_names", &names)],
        "selectors",
    );
    let directory = folder();
    let here = directory.path();
    write(here, "selectors.json", &selectors);

    let put = script(service, here, &[&trail.name, "selectors.json"]);
    let logs = format!("{} logs", trail.arn);
    put.with(
        0,
        &[
            "basic: WriteOnly management events",
            "without those of kms.amazonaws.com",
            "Put and read back",
            &logs,
            "eventName Equals AttachRolePolicy",
            "and 10 more",
        ],
        &[],
    );
    trail.has(&set(&[by_name("iam-only", &RECIPE)]));

    let files = saved(here, &trail.name);
    let [(file, kept)] = files.as_slice() else {
        panic!("one file with what the trail had: {files:?}");
    };
    assert_eq!(normal(kept), normal(&before));
    script(service, here, &[&trail.arn, file, "--save", "again.json"]).with(0, &[], &[]);
    trail.has(&before);
}

/// A dry run shows both sides and leaves everything as it is, files included.
fn a_dry_run_changes_nothing(service: &Service) {
    let trail = service.trail();
    let directory = folder();
    let here = directory.path();
    document(
        here,
        "selectors.json",
        &set(&[by_name("x", &["CreateUser"])]),
    );
    let ended = script(service, here, &[&trail.arn, "selectors.json", "--dry-run"]);
    ended.with(0, &["basic: All", "selector x", "Nothing was put"], &[]);
    trail.has(&service_default());
    assert!(saved(here, &trail.name).is_empty(), "a file was written");
}

/// The second run has nothing to do, in whatever order the selectors come.
fn what_is_there_already_is_not_put_again(service: &Service) {
    let trail = service.trail();
    let directory = folder();
    let here = directory.path();
    trail.put(&set(&[by_name("x", &["CreateUser", "DeleteUser"])]));
    document(
        here,
        "selectors.json",
        &set(&[by_name("x", &["DeleteUser", "CreateUser"])]),
    );
    let ended = script(service, here, &[&trail.arn, "selectors.json"]);
    ended.with(0, &["nothing to do"], &[]);
    assert!(saved(here, &trail.name).is_empty(), "a file was written");
}

/// A CloudTrail that keeps to its documentation: the script says what was refused, why, and what is
/// documented instead; its exit code is 2; the trail has what it had. The exclusions are taken.
#[test]
fn a_refusal_is_told_and_changes_nothing() {
    let service = Service::documented();
    let trail = service.trail();
    let directory = folder();
    let here = directory.path();
    for filter_by in ["event_name", "exclusion"] {
        let selectors = output(
            &service,
            "article/boto3",
            &[("filter_by", filter_by)],
            "selectors",
        );
        write(here, filter_by, &selectors);
    }
    let refused = script(&service, here, &[&trail.arn, "event_name"]);
    refused.with(
        2,
        &["What it had is saved in"],
        &[
            "InvalidEventSelectorsException",
            "documented for event data stores, not for trails",
            "API_AdvancedFieldSelector.html",
            "\"exclusion\", which logs more than IAM",
            "The trail has what it had.",
        ],
    );
    quoted(&refused.stderr, &refused.stderr.lines().collect::<Vec<_>>());
    trail.has(&service_default());
    let saved_as = ["--save", "before.json"];
    let taken = script(
        &service,
        here,
        &[&trail.arn, "exclusion", saved_as[0], saved_as[1]],
    );
    taken.with(0, &["eventSource NotEquals kms.amazonaws.com"], &[]);
    assert_ne!(trail.selectors(), service_default());
}

/// What was saved is never written over: without a place for it nothing is put.
#[test]
fn what_was_saved_is_not_written_over() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let directory = folder();
    let here = directory.path();
    document(here, "selectors.json", &set(&[everything("x")]));
    write(here, "kept.json", "precious");
    let arguments = [&trail.arn, "selectors.json", "--save", "kept.json"];
    script(&service, here, &arguments).with(1, &[], &["kept.json exists"]);
    let kept = std::fs::read_to_string(here.join("kept.json")).expect("the file");
    assert_eq!(kept, "precious");
    trail.has(&service_default());
}

/// A document that has no selectors is refused before anybody is asked: an empty list is never sent.
#[test]
fn a_document_without_selectors_asks_nobody() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let directory = folder();
    let here = directory.path();
    for text in [
        "[]",
        "{}",
        "",
        "\"iam\"",
        "{\"EventSelectors\": [], \"AdvancedEventSelectors\": []}",
        "{\"EventSelectors\": [{}], \"AdvancedEventSelectors\": [{}]}",
    ] {
        write(here, "selectors.json", text);
        let ended = script(&service, here, &[&trail.arn, "selectors.json"]);
        ended.with(1, &[], &["selectors.json "]);
    }
    let ended = script(&service, here, &[&trail.arn, "nowhere.json"]);
    ended.with(1, &[], &["nowhere.json can't be read"]);
    let simulator = service.as_simulator().expect("a simulator");
    assert!(simulator.journal().is_empty(), "somebody was asked");
}

/// By its bare name a trail of all Regions is found from another Region, and changed in its own; one
/// that is not there is told with those that are.
#[test]
fn a_name_is_looked_up_and_the_call_goes_home() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        ..Make::default()
    });
    let directory = folder();
    let here = directory.path();
    document(here, "selectors.json", &set(&[everything("x")]));
    script(&service, here, &[&trail.name, "selectors.json"]).with(0, &[&trail.arn], &[]);
    trail.has(&set(&[everything("x")]));
    let simulator = service.as_simulator().expect("a simulator");
    let journal = simulator.journal();
    let put = journal
        .iter()
        .find(|call| call.operation == "PutEventSelectors");
    assert_eq!(put.map(|call| call.region.as_str()), Some("eu-west-1"));
    let missing = script(&service, here, &["nowhere", "selectors.json"]);
    missing.with(1, &[], &["us-east-1 has no trail nowhere", &trail.name]);
}

/// What goes wrong on the way is told as it is: the script never says that the trail logs what it was
/// asked to put unless it has read that back, and an old answer is asked for again.
#[test]
fn what_goes_wrong_is_told_as_it_is() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let wanted = set(&[everything("x")]);
    let cases = [
        (
            "PutEventSelectors",
            What::alter(|_| set(&[by_name("theirs", &["CreateUser"])])),
            3,
            "selector theirs",
        ),
        (
            "PutEventSelectors",
            What::CutBeforeAnswer,
            3,
            "Whether the selectors were put is not known",
        ),
        (
            "PutEventSelectors",
            What::error("ConflictException", "being changed"),
            1,
            "The trail has what it had.",
        ),
        (
            "GetEventSelectors",
            What::error("AccessDeniedException", "not you"),
            1,
            "not you",
        ),
        ("PutEventSelectors", What::StaleReads { n: 1 }, 0, ""),
    ];
    for (operation, what, code, complaint) in cases {
        let service = Service::simulator();
        let trail = service.trail();
        let simulator = service.as_simulator().expect("a simulator");
        simulator.inject(Fault::on(operation, what));
        let directory = folder();
        let here = directory.path();
        document(here, "selectors.json", &wanted);
        let ended = script(&service, here, &[&trail.arn, "selectors.json"]);
        let complaints = [complaint];
        ended.with(
            code,
            &[],
            if complaint.is_empty() {
                &[]
            } else {
                &complaints
            },
        );
        let says_so = ended.stdout.contains("Put and read back");
        assert_eq!(says_so, code == 0, "{}", ended.stdout);
    }
}
