//! What `TF_LOG` shows: the provider's lines as Terraform itself understands them, at the level that
//! was asked for, and never a credential.
//!
//! On the simulator only, which can be made to repeat a credential in an error.
//!
//! In Terraform's JSON a line that it understood has the provider's own fields and, beside
//! `@timestamp`, a `timestamp`; one that it did not understand is told whole, as a message of the
//! module that [`RAW`] is.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::{RECIPE, only, selector};
use crate::simulator::{Fault, What, account};
use crate::support::process::contents;
use crate::support::reattached::spawned_only;
use crate::support::selectors::service_default;
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, Outcome, PLAN, PROVIDER, STATE, Terraform};

/// Why tests of this module are kept out of the reattached mode.
const ABOUT: &str = "Terraform reads the log of a provider that it starts, and of no other";

/// The module under which Terraform tells a provider's lines that it does not understand.
const RAW: &str = "provider.terraform-provider-iam";

/// Whether a line of Terraform's JSON was one of the provider's, and understood.
fn is_ours(line: &Value) -> bool {
    line["timestamp"].is_string()
}

/// Whether it was one of the provider's, and not understood.
fn is_raw(line: &Value) -> bool {
    line["@module"]
        .as_str()
        .is_some_and(|module| module.starts_with(RAW))
}

/// The lines of the log that a command wrote to standard error, all of which are JSON.
fn lines(outcome: &Outcome) -> Vec<Value> {
    let parse = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{line} is not JSON: {error}"))
    };
    outcome.stderr.lines().map(parse).collect()
}

/// The provider's lines of the log of a command. None of them may be one that Terraform did not
/// understand.
fn ours(outcome: &Outcome) -> Vec<Value> {
    let lines = lines(outcome);
    let raw: Vec<&Value> = lines.iter().filter(|line| is_raw(line)).collect();
    assert!(raw.is_empty(), "not understood: {raw:#?}");
    lines.into_iter().filter(is_ours).collect()
}

fn text<'v>(line: &'v Value, field: &str) -> &'v str {
    line[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {line:#}"))
}

/// A directory with one resource, and this level of logs.
fn prepared(service: &Service, trail: &str, level: &str) -> Terraform {
    let mut terraform = service.terraform();
    terraform.set("TF_LOG", level);
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(trail, &only(&RECIPE)));
    terraform
}

/// What the tests below take for lines of the provider, as Terraform 1.11 writes them.
#[test]
fn lines_are_told_apart() {
    let raw = serde_json::json!({
        "@level": "debug", "@message": "{\"a\": \"raw json\"}",
        "@module": "provider.terraform-provider-iam", "@timestamp": "2026-11-22T19:09:27.297268Z",
    });
    assert!(is_raw(&raw) && !is_ours(&raw));
    let ours = serde_json::json!({
        "@level": "trace", "@message": "Received request", "@module": "sdk.proto",
        "@timestamp": "2026-11-22T19:08:44.686203Z", "timestamp": "2026-11-22T19:08:44.685Z",
    });
    assert!(is_ours(&ours) && !is_raw(&ours));
    let core = serde_json::json!({
        "@level": "debug", "@message": "starting plugin", "@module": "provider",
        "@timestamp": "2026-11-22T19:08:44.653127Z",
    });
    assert!(!is_ours(&core) && !is_raw(&core));
}

/// Terraform understands every line: each has its level, its module, and the call it belongs to; each
/// call is told when it comes and when it is served.
#[test]
fn every_line_is_understood() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let terraform = prepared(&service, &trail.arn, "JSON");
    let outcome = terraform.run(&["apply", "-auto-approve"]).success();
    let ours = ours(&outcome);

    let mut received: BTreeMap<&str, &str> = BTreeMap::new();
    let mut served: BTreeSet<&str> = BTreeSet::new();
    for line in &ours {
        let level = text(line, "@level");
        assert!(
            ["trace", "debug", "info", "warn", "error"].contains(&level),
            "{line:#}"
        );
        let module = text(line, "@module");
        assert!(["provider", "sdk.proto"].contains(&module), "{line:#}");
        assert_ne!(text(line, "@message"), "", "{line:#}");
        let Some(call) = line["tf_rpc"].as_str() else {
            continue;
        };
        let id = text(line, "tf_req_id");
        assert_eq!(id.len(), 36, "{line:#}");
        assert_eq!(text(line, "tf_provider_addr"), "iam-only/iam");
        if call.contains("Resource") {
            assert_eq!(
                text(line, "tf_resource_type"),
                "iam_only_trail_selector",
                "{line:#}"
            );
        }
        match text(line, "@message") {
            "Received request" => {
                assert_eq!(received.insert(id, call), None, "{line:#}");
            }
            "Served request" => {
                assert!(line["tf_req_duration_ms"].is_u64(), "{line:#}");
                assert_eq!(line["diagnostic_error_count"], 0, "{line:#}");
                assert!(served.insert(id), "{line:#}");
            }
            _ => assert_eq!(received.get(id), Some(&call), "{line:#}"),
        }
    }
    assert_eq!(received.keys().copied().collect::<BTreeSet<_>>(), served);
    let calls: BTreeSet<&str> = received.values().copied().collect();
    for call in [
        "ValidateProviderConfig",
        "ValidateResourceConfig",
        "ConfigureProvider",
        "PlanResourceChange",
        "ApplyResourceChange",
    ] {
        assert!(calls.contains(call), "{call} is not among {calls:?}");
    }
}

/// Each call of AWS is a line with its operation, its Region, its request id and what came of it, and
/// with the call of Terraform for which it was made.
#[test]
fn calls_of_aws_are_told() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let terraform = prepared(&service, &trail.arn, "JSON");
    simulator.inject(Fault::on("PutEventSelectors", What::Throttle));
    let outcome = terraform.run(&["apply", "-auto-approve"]).success();
    let ours = ours(&outcome);
    let told: Vec<&Value> = ours
        .iter()
        .filter(|line| line["@message"] == "AWS call")
        .collect();
    for line in &told {
        assert_eq!(text(line, "@module"), "provider", "{line:#}");
        assert_eq!(text(line, "@level"), "debug", "{line:#}");
        assert_eq!(text(line, "aws_service"), "CloudTrail", "{line:#}");
        assert_eq!(text(line, "aws_region"), "us-east-1", "{line:#}");
        assert_eq!(line["http_status"], 200, "{line:#}");
        assert!(line["duration_ms"].is_u64(), "{line:#}");
        assert_ne!(text(line, "aws_request_id"), "", "{line:#}");
        assert_ne!(text(line, "tf_req_id"), "", "{line:#}");
    }
    // One for each call that the simulator saw, the throttled attempt apart.
    let mut operations: Vec<&str> = told
        .iter()
        .map(|line| text(line, "aws_operation"))
        .collect();
    let journal = simulator.journal();
    let mut seen: Vec<&str> = journal
        .iter()
        .filter(|call| call.is_ok())
        .map(|call| call.operation.as_str())
        .collect();
    operations.sort_unstable();
    seen.sort_unstable();
    assert_eq!(operations, seen);

    let [put] = told
        .iter()
        .filter(|line| line["aws_operation"] == "PutEventSelectors")
        .collect::<Vec<_>>()[..]
    else {
        panic!("one Put: {told:#?}")
    };
    assert_eq!(text(put, "tf_rpc"), "ApplyResourceChange");
    assert_eq!(text(put, "tf_resource_type"), "iam_only_trail_selector");
    assert_eq!(put["attempts"], 2, "{put:#}");
    let waits = ours
        .iter()
        .filter(|line| line["aws_error_code"] == "ThrottlingException");
    let waits: Vec<&Value> = waits.collect();
    let [wait] = waits[..] else {
        panic!("one line of the throttled attempt: {waits:#?}")
    };
    assert_eq!(text(wait, "tf_req_id"), text(put, "tf_req_id"));
    assert_eq!(wait["http_status"], 400, "{wait:#}");
}

/// A data source is told as one, as the logs of other providers do it.
#[test]
fn a_data_source_is_told_as_one() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let terraform = prepared(&service, "unused", "JSON");
    terraform.write(CONFIGURATION, "data \"iam_event_names\" \"all\" {}\n");
    let outcome = terraform.run(&["plan"]).success();
    let ours = ours(&outcome);
    let about: Vec<&Value> = ours
        .iter()
        .filter(|line| line["tf_rpc"] == "ReadDataSource")
        .collect();
    assert!(!about.is_empty(), "{outcome}");
    for line in about {
        assert_eq!(text(line, "tf_data_source_type"), "iam_event_names");
        assert!(line["tf_resource_type"].is_null(), "{line:#}");
    }
}

/// What fails is an error in the log, with the words that the user reads.
#[test]
fn what_the_user_is_told_is_in_the_log() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let terraform = prepared(&service, "arn:aws:s3:::not-a-trail", "JSON");
    let outcome = terraform.run(&["validate"]);
    assert!(!outcome.succeeded(), "{outcome}");
    // Diagnostics are on the same stream, after and between the lines of the log.
    let told: Vec<Value> = outcome
        .stderr
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|line| is_ours(line) && line["@level"] == "error")
        .collect();
    let [error] = told.as_slice() else {
        panic!("one error: {told:#?}")
    };
    assert_eq!(text(error, "diagnostic_severity"), "ERROR");
    assert_eq!(text(error, "diagnostic_summary"), "Not a trail");
    assert_eq!(text(error, "diagnostic_attribute"), "trail_name");
    assert!(text(error, "diagnostic_detail").contains("arn:aws:s3:::not-a-trail"));
}

/// A line that would be longer than Terraform reads at once is cut, not torn.
#[test]
fn a_long_line_is_understood() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let terraform = prepared(&service, "unused", "JSON");
    let name = format!("Event{}", "x\\\"".repeat(50_000));
    terraform.write(
        CONFIGURATION,
        &format!("data \"iam_event_names\" \"all\" {{\n  include_event_names = [\"{name}\"]\n}}\n"),
    );
    let outcome = terraform.run(&["plan"]).success();
    let ours = ours(&outcome);
    let mut warned = ours.iter().filter(|line| line["@level"] == "warn");
    let warned = warned.next().expect("a warning in the log");
    assert!(
        text(warned, "diagnostic_detail").ends_with("more bytes)"),
        "it is cut"
    );
}

/// A level of the provider's own holds for the provider, whatever is shown of Terraform.
#[test]
fn the_providers_own_level_holds() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let mut terraform = prepared(&service, &trail.arn, "JSON");
    terraform.write(
        CONFIGURATION,
        &selector(&trail.arn, &only(&["CreateUser", "CreateUsr"])),
    );
    let levels = |terraform: &Terraform| -> BTreeSet<String> {
        let outcome = terraform.run(&["plan"]).success();
        let ours = ours(&outcome);
        ours.iter()
            .map(|line| text(line, "@level").to_owned())
            .collect()
    };
    let wanted =
        |all: &[&str]| -> BTreeSet<String> { all.iter().map(|&level| level.to_owned()).collect() };
    assert_eq!(levels(&terraform), wanted(&["trace", "debug", "warn"]));
    terraform.set("TF_LOG_PROVIDER_IAM", "debug");
    assert_eq!(levels(&terraform), wanted(&["debug", "warn"]));
    terraform.set("TF_LOG_PROVIDER_IAM", "warn");
    assert_eq!(levels(&terraform), wanted(&["warn"]));
    for nothing in ["error", "off"] {
        terraform.set("TF_LOG_PROVIDER_IAM", nothing);
        assert_eq!(levels(&terraform), wanted(&[]), "{nothing}");
    }
}

/// Logs that are off show nothing, whatever level the provider has of its own.
#[test]
fn nothing_is_shown_of_logs_that_are_off() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let mut terraform = prepared(&service, &trail.arn, "off");
    terraform.write(
        CONFIGURATION,
        &selector(&trail.arn, &only(&["CreateUser", "CreateUsr"])),
    );
    for own in [None, Some("trace")] {
        if let Some(level) = own {
            terraform.set("TF_LOG_PROVIDER_IAM", level);
        }
        let outcome = terraform.run(&["plan"]).success();
        assert_eq!(outcome.stderr, "", "{own:?}: {outcome}");
    }
}

/// A text with its bytes as in a URL, but for letters, digits and these.
fn percent_encoded(text: &str, kept: &str) -> String {
    let encode = |character: char| {
        if character.is_ascii_alphanumeric() || kept.contains(character) {
            character.to_string()
        } else {
            format!("%{:02X}", u32::from(character))
        }
    };
    text.chars().map(encode).collect()
}

/// A secret in the forms in which it may be written.
fn forms(secret: &str) -> Vec<String> {
    let encoded = percent_encoded(secret, "-_.~");
    vec![
        secret.to_owned(),
        percent_encoded(secret, "-_.~/"),
        lower_digits(&encoded),
        encoded,
    ]
}

/// The same with the digits of `%2F` in lower case.
fn lower_digits(encoded: &str) -> String {
    let mut rest = encoded.split('%');
    let mut text = rest.next().unwrap_or_default().to_owned();
    for part in rest {
        let (digits, more) = part.split_at(2);
        text.extend(["%", &digits.to_lowercase(), more]);
    }
    text
}

/// What is in a plan file, which is a ZIP archive.
fn unpacked(plan: &std::path::Path) -> String {
    let program = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]) as plan:\n    for name in \
                   plan.namelist():\n        sys.stdout.buffer.write(name.encode() + b'\\n' + \
                   plan.read(name))\n";
    let output = Command::new("python3")
        .args(["-c", program])
        .arg(plan)
        .output()
        .expect("python3 starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs everything that tells something, with errors of AWS that repeat the credentials, under the
/// most talkative log; none of it may hold them, however they are written. `from_environment` tells
/// where the credentials come from.
fn never_shown(from_environment: bool) {
    const LOG: &str = "terraform.log";
    let account::Credentials {
        access_key,
        secret_key,
        token,
        ..
    } = account::SESSION;
    let token = token.expect("a session has a token");
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let mut terraform = prepared(&service, &trail.arn, "trace");
    terraform.set("TF_LOG_PATH", LOG);
    let literal =
        format!("access_key = {access_key:?}\n  secret_key = {secret_key:?}\n  token = {token:?}");
    let extra = if from_environment {
        terraform.set("AWS_ACCESS_KEY_ID", access_key);
        terraform.set("AWS_SECRET_ACCESS_KEY", secret_key);
        terraform.set("AWS_SESSION_TOKEN", token);
        ""
    } else {
        terraform.unset("AWS_ACCESS_KEY_ID");
        terraform.unset("AWS_SECRET_ACCESS_KEY");
        &literal
    };
    let provider = service.provider("us-east-1", extra);
    // STS is asked too: its errors are told by other words.
    let asking = provider.replace(
        "skip_credentials_validation = true",
        "skip_credentials_validation = false",
    );
    assert_ne!(provider, asking);
    terraform.write(PROVIDER, &asking);

    let secrets: Vec<String> = [secret_key, token]
        .iter()
        .flat_map(|secret| forms(secret))
        .collect();
    let echo = format!("The request does not match: {}", secrets.join(" and "));
    let denied = || What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: echo.clone(),
    };
    let mut told = Vec::new();
    let fails = |terraform: &Terraform, operation: &str, command: &[&str]| {
        simulator.inject(Fault::on(operation, denied()).always());
        let outcome = terraform.run(command);
        simulator.clear_faults();
        assert!(!outcome.succeeded(), "{operation}: {outcome}");
        outcome.says(&["The request does not match", "***"]);
        outcome
    };
    let out = format!("-out={PLAN}");
    told.push(fails(&terraform, "GetCallerIdentity", &["plan"]));
    told.push(fails(&terraform, "GetEventSelectors", &["plan"]));
    told.push(terraform.run(&["plan", &out]).success());
    if from_environment {
        let plan = unpacked(&terraform.path(PLAN));
        assert!(plan.contains("iam_only_trail_selector"), "it is unpacked");
        for secret in &secrets {
            assert!(!plan.contains(secret), "the plan file holds {secret}");
        }
        let shown = terraform.show_plan(PLAN).to_string();
        for secret in &secrets {
            assert!(!shown.contains(secret), "the plan shows {secret}");
        }
    }
    told.push(fails(&terraform, "PutEventSelectors", &["apply", PLAN]));
    told.push(terraform.run(&["apply", "-auto-approve"]).success());
    let refresh = ["apply", "-refresh-only", "-auto-approve"];
    told.push(fails(&terraform, "GetEventSelectors", &refresh));
    told.push(terraform.run(&refresh).success());
    told.push(terraform.run(&["show", "-json"]).success());
    let state = terraform.read(STATE).expect("a state");
    told.push(fails(
        &terraform,
        "PutEventSelectors",
        &["destroy", "-auto-approve"],
    ));
    told.push(terraform.run(&["destroy", "-auto-approve"]).success());
    trail.has(&service_default());

    let log = terraform.read(LOG).expect("a log");
    assert!(log.contains("[TRACE]"), "the log is talkative");
    for secret in &secrets {
        for outcome in &told {
            assert!(!outcome.contains(secret), "{secret} is told by {outcome}");
        }
        assert!(!state.contains(secret), "the state holds {secret}");
    }
    // Whatever else was written, the provider's own log in the reattached mode included; but the
    // configuration is where the credentials were written to by hand.
    for path in contents(&terraform.path("")) {
        let written_by_us = path.ends_with(PROVIDER) || path.starts_with(terraform.path("plugins"));
        let is_plan = path.ends_with(PLAN);
        if path.is_dir() || written_by_us || is_plan {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for secret in &secrets {
            assert!(!text.contains(secret), "{} holds {secret}", path.display());
        }
    }
}

/// Credentials from the environment are in no log, no diagnostic, no state and no plan file, whatever
/// AWS answers.
#[test]
fn credentials_of_the_environment_are_never_shown() {
    never_shown(true);
}

/// Nor are those of the provider block, but for the plan file: it holds a copy of the configuration,
/// which is Terraform's doing and the reason not to write credentials there.
#[test]
fn credentials_of_the_provider_block_are_never_shown() {
    never_shown(false);
}
