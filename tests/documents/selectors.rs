//! `aws_cli_json`: the AWS CLI and boto3 put it, and read it back as it is.
//!
//! Imports the simulator, `support`, and this folder's [`choices`](super::choices) and
//! [`stage`](super::stage).

use std::process::Output;

use serde_json::{Value, json};

use super::choices::{CHOICES, Choice};
use super::stage::{Stage, ask, bare, python, stage, told};
use crate::simulator::StoreSeed;
use crate::support::selectors::normal;
use crate::support::service::{Service, Trail};

/// Those that CloudTrail documents as taken on a trail, of [`CHOICES`].
const DOCUMENTED: [&str; 1] = ["excluded"];

fn trails() -> impl Iterator<Item = &'static Choice> {
    // What is for an event data store is not for a trail.
    CHOICES.iter().filter(|choice| choice.name != "store")
}

/// What selectors are put on, as the AWS CLI names it: an option and an ARN.
type Place<'a> = (&'static str, &'a str);

fn on<'a>(trail: &'a Trail<'_>) -> Place<'a> {
    ("--trail-name", &trail.arn)
}

/// The AWS CLI with its one argument that is a file.
fn aws(service: &Service, operation: &str, place: Place<'_>, selectors: Option<&str>) -> Output {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (access_key, secret_key) = service.keys();
    let mut command = bare(&python());
    command
        .env("AWS_ACCESS_KEY_ID", access_key)
        .env("AWS_SECRET_ACCESS_KEY", secret_key)
        .env("AWS_MAX_ATTEMPTS", "1")
        .args(["-m", "awscli", "--region", "us-east-1", "--output", "json"])
        .args(["--endpoint-url", &service.url()])
        .args(["cloudtrail", operation, place.0, place.1]);
    if let Some(text) = selectors {
        let path = folder.path().join("selectors.json");
        std::fs::write(&path, text).expect("a file of selectors");
        let path = format!("file://{}", path.display());
        command.args(["--advanced-event-selectors", &path]);
    }
    command.output().expect("the AWS CLI can be started")
}

fn advanced(selectors: &Value) -> Value {
    normal(&json!({ "AdvancedEventSelectors": selectors }))
}

fn puts<'s>(service: &Service, stage: &Stage, trail: impl Fn(&Choice) -> &'s str) -> Value {
    let (access_key, secret_key) = service.keys();
    let puts: Vec<Value> = trails()
        .map(|choice| {
            let text = stage.text(choice, "aws_cli_json");
            json!({ "name": choice.name, "trail": trail(choice), "selectors": text })
        })
        .collect();
    json!({
        "endpoint": service.url(),
        "access_key": access_key,
        "secret_key": secret_key,
        "puts": puts,
    })
}

/// Fails unless boto3 has read what this choice means.
fn read_back(stage: &Stage, answer: &Value, choice: &Choice) {
    let read = advanced(&answer["read"][choice.name]);
    let wanted = advanced(&stage.selectors(choice));
    assert_eq!(read, wanted, "{}", choice.name);
}

/// Fails unless the command line reads back what it put of the choice of this name.
fn the_aws_cli_keeps(
    name: &str,
    service: &Service,
    [put, get]: [&str; 2],
    place: (&'static str, &str),
) {
    let stage = stage();
    let choice = CHOICES.iter().find(|choice| choice.name == name);
    let choice = choice.expect("a choice of this name");
    let text = stage.text(choice, "aws_cli_json");
    told("the AWS CLI", aws(service, put, place, Some(text)));
    let output = told("the AWS CLI", aws(service, get, place, None));
    let read: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(normal(&read), advanced(&stage.selectors(choice)));
}

/// What the command line puts is on the trail, to the letter.
#[test]
fn the_aws_cli_puts_them() {
    let stage = stage();
    let service = Service::simulator();
    // A second for each: those whose shape or characters are special.
    for choice in
        trails().filter(|choice| ["keys", "awkward", "excluded", "added"].contains(&choice.name))
    {
        let trail = service.trail();
        let text = stage.text(choice, "aws_cli_json");
        told(
            "the AWS CLI",
            aws(&service, "put-event-selectors", on(&trail), Some(text)),
        );
        assert_eq!(
            trail.selectors(),
            advanced(&stage.selectors(choice)),
            "{}",
            choice.name
        );
    }
}

/// The same on moto, where the command line reads it back.
#[test]
fn the_aws_cli_reads_them_back_from_moto() {
    let service = Service::moto();
    let trail = service.trail();
    let calls = ["put-event-selectors", "get-event-selectors"];
    the_aws_cli_keeps("awkward", &service, calls, on(&trail));
}

/// boto3 takes each as `json.loads` reads it, and reads the same back, on the simulator and on moto.
#[test]
fn boto3_puts_them() {
    let stage = stage();
    for service in [Service::simulator(), Service::moto()] {
        let trails: Vec<(&str, Trail<'_>)> = trails()
            .map(|choice| (choice.name, service.trail()))
            .collect();
        let trail = |choice: &Choice| {
            let found = trails.iter().find(|(name, _)| *name == choice.name);
            found.expect("a trail a choice").1.arn.as_str()
        };
        let answer = ask("boto.py", &puts(&service, stage, trail));
        assert_eq!(answer["refused"], json!({}));
        for choice in self::trails() {
            read_back(stage, &answer, choice);
        }
    }
}

/// Under the documented rules a trail takes the exclusion, and none of the others.
#[test]
fn the_documented_rules_take_the_exclusion_only() {
    let stage = stage();
    let service = Service::documented();
    let trail = service.trail();
    let answer = ask("boto.py", &puts(&service, stage, |_| &trail.arn));
    for choice in trails() {
        let refused = answer["refused"][choice.name].as_str();
        if DOCUMENTED.contains(&choice.name) {
            assert_eq!(refused, None, "{}", choice.name);
            read_back(stage, &answer, choice);
        } else {
            assert_eq!(
                refused,
                Some("InvalidEventSelectorsException"),
                "{}",
                choice.name
            );
        }
    }
}

/// A store, to the API.
fn store(service: &Service) -> String {
    let simulator = service.as_simulator().expect("a simulator");
    simulator.create_store(StoreSeed::default())
}

/// An event data store takes every choice under the documented rules, by name and by source.
#[test]
fn a_store_takes_them_all() {
    let stage = stage();
    let service = Service::documented();
    let mut given = puts(&service, stage, |_| "");
    let puts = CHOICES.iter().map(|choice| {
        let text = stage.text(choice, "aws_cli_json");
        json!({ "name": choice.name, "store": store(&service), "selectors": text })
    });
    given["puts"] = puts.collect();
    let answer = ask("boto.py", &given);
    assert_eq!(answer["refused"], json!({}));
    for choice in &CHOICES {
        read_back(stage, &answer, choice);
    }
}

/// The command line puts what is for a store on a store, and reads it back.
#[test]
fn the_aws_cli_puts_them_on_a_store() {
    let service = Service::documented();
    let arn = store(&service);
    let calls = ["update-event-data-store", "get-event-data-store"];
    the_aws_cli_keeps("store", &service, calls, ("--event-data-store", &arn));
}

/// What is broken is refused: by the command line and boto3 a text in place of a list, by the service
/// selectors without a category.
#[test]
fn what_is_broken_is_refused() {
    let stage = stage();
    let service = Service::simulator();
    let trail = service.trail();
    let choice = &CHOICES[2];
    let whole = stage.selectors(choice);
    let mut text_for_list = whole.clone();
    text_for_list[0]["FieldSelectors"][1]["Equals"] = json!("CreateAccessKey");
    let mut no_category = whole.clone();
    let fields = no_category[0]["FieldSelectors"]
        .as_array_mut()
        .expect("fields");
    fields.retain(|field| field["Field"] != "eventCategory");
    let before = trail.selectors();
    let output = aws(
        &service,
        "put-event-selectors",
        on(&trail),
        Some(&text_for_list.to_string()),
    );
    assert!(!output.status.success(), "a text passes for a list");
    let mut given = puts(&service, stage, |_| &trail.arn);
    given["puts"] = json!([
        { "name": "text", "trail": trail.arn, "selectors": text_for_list.to_string() },
        { "name": "category", "trail": trail.arn, "selectors": no_category.to_string() },
    ]);
    let answer = ask("boto.py", &given);
    let refused = json!({
        "text": "ParamValidationError",
        "category": "InvalidEventSelectorsException",
    });
    assert_eq!(answer["refused"], refused);
    assert_eq!(trail.selectors(), before, "nothing was changed");
}
