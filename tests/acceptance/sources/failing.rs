//! Sources that are there and give nothing: the search ends with them, and a person is told which one
//! it was, what it said, and what to do.
//!
//! Each row is a plan that fails with these words before CloudTrail is asked anything; no secret is
//! shown, and no word of the program's inside. Imports [`super::stage`].

use std::time::{Duration, Instant};

use super::stage::{CONTAINER_TOKEN, Stage, all_hold, processors};
use super::table::shared;
use crate::support::metadata::Mood;
use crate::support::service::Service;

/// A source that fails: what it is, how it comes about, what must be said.
pub(super) struct Failure {
    pub(super) name: &'static str,
    pub(super) set: fn(&mut Stage<'_>),
    pub(super) says: &'static [&'static str],
}

/// Words of the inside, which tell a person nothing.
const INSIDE: [&str; 11] = [
    "Error {",
    "Error(",
    "Some(",
    "dispatch failure",
    "service error",
    "unhandled",
    "unexpected error",
    "StatusCode(",
    "provider_name",
    "an error occurred while loading credentials",
    "the credential provider was not enabled",
];

/// Has every row fail as it must.
pub(super) fn all_fail(failures: &[Failure]) {
    all_hold(
        failures,
        processors(),
        |failure| failure.name.to_owned(),
        |failure| {
            let service = Service::simulator();
            let mut stage = Stage::new(&service);
            (failure.set)(&mut stage);
            fails(&stage, failure.says);
        },
    );
}

/// Plans, which must fail with these words, without anything being asked of CloudTrail.
fn fails(stage: &Stage<'_>, says: &[&str]) {
    let before = stage.trail().selectors();
    let outcome = stage.plan();
    assert!(!outcome.succeeded(), "it must fail: {outcome}");
    let records = stage.recorder.records();
    let asked = records.iter().filter(|r| r.service == "cloudtrail").count();
    assert_eq!(asked, 0, "{records:?}");
    stage.trail().has(&before);
    let prose = outcome.prose();
    let missing: Vec<_> = says.iter().filter(|word| !prose.contains(**word)).collect();
    let mut inside: Vec<_> = INSIDE
        .into_iter()
        .filter(|word| prose.contains(word))
        .collect();
    // A path of Rust's, unlike an ARN without a Region, has a name on either side.
    let is_path = |word: &str| {
        let parts = word.split_once("::");
        parts.is_some_and(|(one, other)| {
            !one.contains(':') && other.starts_with(|c: char| c.is_ascii_alphabetic())
        })
    };
    inside.extend(prose.split_whitespace().filter(|word| is_path(word)));
    assert!(
        missing.is_empty() && inside.is_empty(),
        "not said: {missing:?}; of the inside: {inside:?}; {outcome}"
    );
}

/// The summary where a source gives nothing.
const NOTHING: &str = "No usable AWS credentials";

#[test]
fn a_program_that_fails_is_told() {
    all_fail(&[
        Failure {
            name: "a program that ends badly",
            set: |stage| {
                let settings = [("credential_process", "echo try later >&2; exit 3")];
                stage.config("profile work", &settings);
                stage.argue("profile = \"work\"");
            },
            says: &[
                NOTHING,
                "profile `work`",
                "credential_process",
                "3",
                "try later",
            ],
        },
        Failure {
            name: "a program that is not there",
            set: |stage| {
                let settings = [("credential_process", "/nowhere/get-keys")];
                stage.config("default", &settings);
            },
            says: &[NOTHING, "profile `default`", "credential_process", "127"],
        },
        Failure {
            name: "a program that prints no JSON",
            set: |stage| {
                let settings = [("credential_process", "echo please sign in")];
                stage.config("default", &settings);
            },
            says: &[NOTHING, "profile `default`", "credential_process", "JSON"],
        },
        Failure {
            name: "a program that leaves something out",
            set: |stage| {
                let command = stage.program("PROGRAM", r#"{"Version": 1, "AccessKeyId": "AKIA"}"#);
                stage.config("default", &[("credential_process", &command)]);
            },
            says: &[
                NOTHING,
                "profile `default`",
                "credential_process",
                "SecretAccessKey",
            ],
        },
        Failure {
            name: "a program that prints what is expired",
            set: |stage| {
                let issued = stage.temporary("PROGRAM", -60);
                let command = stage.program("PROGRAM", &Stage::printed_temporary(&issued));
                stage.config("default", &[("credential_process", &command)]);
            },
            says: &["expired"],
        },
    ]);
}

#[test]
fn a_sign_in_that_is_missing_or_over_is_told() {
    all_fail(&[
        Failure {
            name: "nobody has signed in",
            set: |stage| {
                stage.signed_in("profile work", "PERSON", 3_600);
                let cache = stage.terraform.path("home/.aws/sso/cache");
                std::fs::remove_dir_all(cache).expect("to remove the cache");
                stage.argue("profile = \"work\"");
            },
            says: &[NOTHING, "profile `work`", "aws sso login"],
        },
        Failure {
            name: "nobody has signed in, in the older form",
            set: |stage| {
                stage.signed_in_of_old("default", "PERSON");
                let cache = stage.terraform.path("home/.aws/sso/cache");
                std::fs::remove_dir_all(cache).expect("to remove the cache");
            },
            says: &[NOTHING, "profile `default`", "aws sso login"],
        },
        Failure {
            name: "the sign-in is over",
            set: |stage| stage.signed_in("default", "PERSON", -60),
            says: &[NOTHING, "profile `default`", "aws sso login", "expired"],
        },
        Failure {
            name: "the portal knows of no sign-in",
            set: |stage| {
                stage.signed_in("default", "PERSON", 3_600);
                stage.signed_out();
            },
            says: &[NOTHING, "profile `default`", "aws sso login"],
        },
    ]);
}

#[test]
fn a_role_that_is_refused_is_told() {
    const NOBODY: &str = "arn:aws:iam::999900001111:role/nobody";
    all_fail(&[
        Failure {
            name: "a role of a profile",
            set: |stage| {
                shared(stage, "base", "BASE");
                let settings = [("role_arn", NOBODY), ("source_profile", "base")];
                stage.config("default", &settings);
            },
            says: &["could not be assumed", NOBODY, "AccessDenied"],
        },
        Failure {
            name: "a role of a profile for a web identity",
            set: |stage| {
                let file = stage.web_token_file();
                let settings = [("role_arn", NOBODY), ("web_identity_token_file", &*file)];
                stage.config("default", &settings);
            },
            says: &["could not be assumed", NOBODY, "AccessDenied"],
        },
        Failure {
            name: "a role of the environment",
            set: |stage| {
                let file = stage.web_token_file();
                stage.set("AWS_ROLE_ARN", NOBODY);
                stage.set("AWS_WEB_IDENTITY_TOKEN_FILE", &file);
            },
            says: &["could not be assumed", NOBODY, "AccessDenied"],
        },
        Failure {
            name: "the second role of a chain",
            set: |stage| {
                shared(stage, "default", "BASE");
                let hub = stage.role("HUB");
                stage.argue(format!(
                    "assume_role {{\n    role_arn = \"{hub}\"\n  }}\n  \
                     assume_role {{\n    role_arn = \"{NOBODY}\"\n  }}"
                ));
            },
            says: &["could not be assumed", NOBODY, "AccessDenied"],
        },
    ]);
}

#[test]
fn a_token_that_is_not_there_is_told() {
    const FILE: &str = "/nowhere/web-token";
    all_fail(&[
        Failure {
            name: "the block's file",
            set: |stage| {
                let role = stage.role("BLOCKWEB");
                stage.argue(format!(
                    "assume_role_with_web_identity {{\n    role_arn = \"{role}\"\n    \
                     web_identity_token_file = \"{FILE}\"\n  }}"
                ));
            },
            says: &["could not be assumed", FILE, "can't be read"],
        },
        Failure {
            name: "the environment's file",
            set: |stage| {
                let role = stage.role("ENVWEB");
                stage.set("AWS_ROLE_ARN", &role);
                stage.set("AWS_WEB_IDENTITY_TOKEN_FILE", FILE);
            },
            says: &["could not be assumed", FILE, "can't be read"],
        },
        Failure {
            name: "a profile's file",
            set: |stage| {
                let role = stage.role("WEB");
                let settings = [("role_arn", &*role), ("web_identity_token_file", FILE)];
                stage.config("default", &settings);
            },
            says: &[
                "profile `default`",
                "web_identity_token_file",
                "No such file",
            ],
        },
    ]);
}

#[test]
fn a_container_that_answers_no_credentials_is_told() {
    all_fail(&[
        Failure {
            name: "a wrong token",
            set: |stage| {
                let issued = stage.temporary("CONTAINER", 3_600);
                stage.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic d3Jvbmc");
                let mood = Mood::Issues(Box::new(move || issued.clone()));
                stage.in_container(mood, CONTAINER_TOKEN);
            },
            says: &[NOTHING, "container", "401"],
        },
        Failure {
            name: "a service that is denied",
            set: |stage| stage.in_container(Mood::Answers(403, "no role here"), ""),
            says: &[NOTHING, "container", "403"],
        },
        Failure {
            name: "a service that fails",
            set: |stage| {
                stage.argue("max_retries = 1");
                stage.in_container(Mood::Answers(500, "out of order"), "");
            },
            says: &[NOTHING, "container", "500"],
        },
        Failure {
            name: "an answer that is not understood",
            set: |stage| {
                stage.argue("max_retries = 1");
                stage.in_container(Mood::Answers(200, "<html>"), "");
            },
            says: &[NOTHING, "container", "JSON"],
        },
        Failure {
            name: "an address that is not allowed",
            set: |stage| {
                let uri = "http://192.0.2.1/credentials";
                stage.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri);
            },
            says: &[NOTHING, "container", "http://192.0.2.1/credentials"],
        },
    ]);
}

#[test]
fn an_instance_that_answers_no_credentials_is_told() {
    all_fail(&[
        Failure {
            name: "an instance without a role",
            set: |stage| stage.on_instance(Mood::Answers(404, "Not Found")),
            says: &[NOTHING, "instance metadata", "role"],
        },
        Failure {
            name: "a metadata service that refuses",
            set: |stage| stage.on_instance(Mood::Answers(403, "Forbidden")),
            says: &[NOTHING, "instance metadata", "403"],
        },
        Failure {
            name: "nobody there",
            set: |stage| {
                stage.unset("AWS_EC2_METADATA_DISABLED");
                stage.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1");
            },
            says: &[NOTHING, "instance metadata"],
        },
    ]);
}

/// A metadata service that never says a word, as where a firewall drops what is sent to it, costs at
/// most five seconds, the Region that is asked for included.
#[test]
fn an_instance_that_is_silent_is_given_up_soon() {
    /// What Terraform itself takes for a plan, on a slow machine.
    const TERRAFORM: Duration = Duration::from_secs(3);
    let service = Service::simulator();
    let mut stage = Stage::new(&service);
    stage.on_instance(Mood::Silent);
    stage.unset("AWS_REGION");
    let started = Instant::now();
    let outcome = stage.plan();
    let took = started.elapsed();
    assert!(!outcome.succeeded(), "it must fail: {outcome}");
    assert!(took < Duration::from_secs(5) + TERRAFORM, "{took:?}");
    outcome.says(&[NOTHING, "instance metadata", "timed out"]);
    assert!(!stage.asked_instance().is_empty(), "it was asked");
}
