//! The provider's functions, as Terraform calls them, and the policy that they state in
//! `examples/policy-test/`.

use serde_json::{Value, json};

use crate::simulator::Simulator;
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::service::Service;
use crate::support::state::strings;
use crate::support::terraform::{CONFIGURATION, Outcome, Terraform};

/// What a configuration needs that has no provider block.
const PROVIDERS: &str =
    "terraform {\n  required_providers {\n    iam = { source = \"iam-only/iam\" }\n  }\n}\n";

/// A record of IAM, as far as selectors ask for it.
const CREATE_USER: &str = "{ eventCategory = \"Management\", eventSource = \"iam.amazonaws.com\", \
                           eventName = \"CreateUser\", readOnly = false }";

fn output(name: &str, value: &str) -> String {
    format!("output \"{name}\" {{\n  value = {value}\n}}\n")
}

fn example(name: &str) -> String {
    let path = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name} can't be read: {error}"))
}

/// A case without a provider block, without credentials, and with nobody there to be asked.
fn nobody(service: &Service) -> Case<'_> {
    Case::new(service)
        .provider(PROVIDERS.to_owned())
        .terraform(|terraform| {
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
                terraform.unset(name);
            }
            terraform.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
        })
}

fn simulator(service: &Service) -> &Simulator {
    service.as_simulator().expect("a simulator")
}

/// The three examples, which are known when planned: without credentials, and without a service that
/// would answer.
#[test]
fn they_need_no_aws() {
    let service = Service::simulator();
    let logs_event = Step::config(example("functions/logs_event/function.tf"))
        .check_plan(|plan| assert_eq!(plan.changes(), ["output decrypt"], "known when planned"))
        .check(|state| {
            assert_eq!(
                *state.output("decrypt"),
                json!({
                    "logged": false,
                    "reason": "selector 1 (iam-only): eventName is Decrypt, which is not among its 2 \
                               values",
                })
            );
        });
    let event_names = Step::config(example("functions/event_names/function.tf")).check(|state| {
        let names = &state.output("selectors")[0]["field_selectors"][1]["equals"];
        let names = names.as_array().expect("a list");
        assert!(names.contains(&json!("CreateUser")) && names.contains(&json!("AttachRolePolicy")));
        assert!(!names.contains(&json!("ListUsers")), "{names:?}");
        assert!(names.is_sorted_by_key(|name| name.as_str()), "{names:?}");
    });
    let check_selectors = Step::config(example("functions/check_selectors/function.tf"))
        .check(|state| assert_eq!(*state.output("warnings"), json!([])));
    nobody(&service)
        .step(logs_event)
        .step(event_names)
        .step(check_selectors)
        .run();
}

/// Selectors that CloudTrail does not take are refused by the example's validation, in words.
#[test]
fn a_validation_says_what_the_rule_book_says() {
    let service = Service::simulator();
    let step =
        Step::config(example("functions/check_selectors/function.tf")).fails_before_apply(&[
            "$[0].FieldSelectors[1].Equals[1]: found ",
            "; expected ",
            "See https://docs.aws.amazon.com/awscloudtrail/",
        ]);
    let wrong = json!([{ "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
        { "Field": "readOnly", "Equals": ["true", "yes"] },
    ] }]);
    nobody(&service)
        .terraform(|terraform| terraform.set("TF_VAR_selectors", &wrong.to_string()))
        .step(step)
        .run();
}

/// The state's own attributes, the trail's answer and its JSON are the same to a function; so is a
/// record with numbers that no machine word holds.
#[test]
fn every_form_of_an_argument_comes_to_the_same() {
    let service = Service::simulator();
    let trail = service.trail();
    let answer = json!({
        "TrailARN": trail.arn,
        "AdvancedEventSelectors": [{ "Name": "iam-only", "FieldSelectors": [
            { "Field": "eventCategory", "Equals": ["Management"], "StartsWith": [] },
            { "Field": "eventName", "Equals": ["CreateUser", "DeleteUser"], "NotEquals": null },
        ] }],
    });
    let text = serde_json::to_string(&answer.to_string()).expect("a text");
    let record = "{\"eventCategory\":\"Management\",\"eventSource\":\"kms.amazonaws.com\",\
                  \"eventName\":\"Decrypt\",\"readOnly\":true,\"additionalEventData\":\
                  {\"a\":0.1,\"b\":123456789012345678901234567890,\"c\":1e400,\"d\":null,\"e\":[]}}";
    let record = serde_json::to_string(record).expect("a text");
    let forms = [
        format!("{THIS}.advanced_event_selectors"),
        format!("{{ advanced_event_selectors = {THIS}.advanced_event_selectors }}"),
        format!(
            "[for one in {THIS}.advanced_event_selectors : \
             {{ name = one.name, field_selector = toset(one.field_selectors) }}]"
        ),
        format!("jsondecode({text})"),
        text.clone(),
    ];
    let mut hcl = super::selector(&trail.arn, &super::only(&["CreateUser", "DeleteUser"]));
    for (index, form) in forms.iter().enumerate() {
        for (kind, event) in [
            ("text", record.clone()),
            ("object", format!("jsondecode({record})")),
        ] {
            let call = format!("provider::iam::logs_event({form}, {event})");
            hcl.push_str(&output(&format!("no_{index}_{kind}"), &call));
        }
        let call = format!("provider::iam::logs_event({form}, {CREATE_USER}).logged");
        hcl.push_str(&output(&format!("yes_{index}"), &call));
        let call = format!("provider::iam::check_selectors({form}, \"trail\")[*].rule");
        hcl.push_str(&output(&format!("rules_{index}"), &call));
    }
    let before =
        format!("provider::iam::logs_event({THIS}.replaced_selectors, {CREATE_USER}).logged");
    hcl.push_str(&output("before", &before));
    let count = forms.len();
    let step = Step::config(hcl).check(move |state| {
        for index in 0..count {
            assert_eq!(state.output(&format!("yes_{index}")), true, "{index}");
            let rules = strings(state.output(&format!("rules_{index}")));
            assert_eq!(rules, strings(&json!(["trail-management-event-name"])));
            for kind in ["text", "object"] {
                let found = state.output(&format!("no_{index}_{kind}"));
                assert_eq!(found["logged"], false, "{index} {kind}: {found}");
                assert_eq!(
                    found["reason"],
                    "selector 1 (iam-only): eventName is Decrypt, which is not among its 2 values"
                );
            }
        }
        assert_eq!(*state.output("before"), true, "a trail logs all by default");
    });
    Case::new(&service).step(step).run();
}

/// While selectors are not known, nothing is said about them; once they are, it is.
#[test]
fn what_is_not_known_yet_is_not_judged() {
    let service = Service::documented();
    let trail = service.trail();
    let call =
        format!("provider::iam::logs_event({THIS}.advanced_event_selectors, {CREATE_USER}).logged");
    let hcl = format!(
        "{}{}",
        super::selector(&trail.arn, "fallback = \"exclusion\""),
        output("logged", &call)
    );
    let step = Step::config(hcl)
        .check_plan(|plan| assert!(plan.is_unknown(THIS, "advanced_event_selectors")))
        .check(|state| assert_eq!(*state.output("logged"), true));
    Case::new(&service).step(step).run();
}

/// A condition on a record that does not tell enough is not taken for a no.
#[test]
fn not_known_is_null() {
    let service = Service::simulator();
    let selectors =
        "[{ field_selectors = [{ field = \"eventCategory\", equals = [\"Management\"] }] }]";
    let call = format!("provider::iam::logs_event({selectors}, {{ eventName = \"CreateUser\" }})");
    let hcl = [
        output("null", &format!("{call}.logged == null")),
        output("reason", &format!("{call}.reason")),
    ];
    let step = Step::config(hcl.concat()).check(|state| {
        assert_eq!(*state.output("null"), true);
        let reason = state.output("reason").as_str().expect("a text");
        assert!(reason.contains("eventCategory"), "{reason}");
    });
    nobody(&service).step(step).run();
}

/// An error names the parameter, the place in it, what was found and what is expected.
#[test]
fn an_error_is_about_its_argument() {
    let service = Service::simulator();
    let mut case = nobody(&service);
    for (call, needles) in [
        (
            "logs_event([{ field_selectors = [{ field = \"eventName\", equals = \"x\" }] }], {})",
            [
                "Invalid value for \"selectors\" parameter",
                "$[0].field_selectors[0].equals: found the text \"x\"; expected a list of texts",
            ],
        ),
        (
            "logs_event([], \"record.json\")",
            [
                "Invalid value for \"event\" parameter",
                "found the text \"record.json\"; expected one CloudTrail record",
            ],
        ),
        (
            "logs_event([], null)",
            ["Invalid value for \"event\" parameter", "must not be null"],
        ),
        (
            "event_names([\"iam\", \"s3\"], [])",
            [
                "Invalid value for \"services\" parameter",
                "[1]: found \"s3\"; expected one of `iam`, `sts`",
            ],
        ),
        (
            "event_names([\"iam\"], [\"write\"])",
            [
                "Invalid value for \"access_levels\" parameter",
                "[0]: found \"write\"; expected one of `List`",
            ],
        ),
        (
            "check_selectors([], \"bucket\")",
            [
                "Invalid value for \"destination\" parameter",
                "found \"bucket\"; expected one of `trail`, `event_data_store`",
            ],
        ),
    ] {
        let hcl = output("it", &format!("provider::iam::{call}"));
        case = case.step(Step::config(hcl).fails_before_apply(&needles));
    }
    case.run();
}

/// A working directory with the policy of the examples, led to this service's trail.
struct Policy<'s> {
    service: &'s Service,
    terraform: Terraform,
}

impl<'s> Policy<'s> {
    fn new(service: &'s Service, trail: &str) -> Self {
        let mut terraform = service.terraform();
        terraform.set("TF_VAR_trail", trail);
        terraform.write("provider_override.tf", &service.provider("us-east-1", ""));
        terraform.write(CONFIGURATION, &example("policy-test/main.tf"));
        terraform.write(
            "policy.tftest.hcl",
            &example("policy-test/policy.tftest.hcl"),
        );
        Self { service, terraform }
    }

    /// Puts one text in place of another, which has to be there.
    fn change(&self, file: &str, from: &str, to: &str) {
        let text = self.terraform.read(file).expect("a file of the policy");
        assert!(text.contains(from), "{file} has {from:?}");
        self.terraform.write(file, &text.replace(from, to));
    }

    /// Runs the policy, which changes nothing, whatever comes of it.
    fn test(&self) -> Outcome {
        let outcome = self.terraform.run(&["test", "-no-color"]);
        let journal = simulator(self.service).journal();
        let calls: Vec<_> = journal
            .iter()
            .map(|entry| entry.operation.clone())
            .collect();
        assert!(!calls.is_empty(), "the trail was looked at");
        assert!(
            calls.iter().all(|call| call.starts_with("Get")),
            "{calls:?}"
        );
        outcome
    }
}

/// The policy of the examples, word for word, holds for their configuration.
#[test]
fn the_policy_holds() {
    let service = Service::simulator();
    let trail = service.trail();
    let outcome = Policy::new(&service, &trail.arn).test().success();
    outcome.says(&["3 passed, 0 failed"]);
}

/// A policy that does not hold fails, and says why in the words of the function.
#[test]
fn a_broken_policy_says_why() {
    let service = Service::simulator();
    let trail = service.trail();
    let policy = Policy::new(&service, &trail.arn);
    policy.change(
        "policy.tftest.hcl",
        "local.decryption).logged == false",
        "local.decryption).logged == true",
    );
    let outcome = policy.test();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    outcome.says(&[
        "2 passed, 1 failed",
        "Error: Test assertion failed",
        "selector 1 (iam-only): eventName is Decrypt, which is not among its",
    ]);
}

/// The postcondition fails a plan that would lose the event, with the reason.
#[test]
fn a_postcondition_says_why() {
    let service = Service::simulator();
    let trail = service.trail();
    let mut policy = Policy::new(&service, &trail.arn);
    policy.terraform.set("TF_VAR_services", "[\"sts\"]");
    let outcome = policy.test();
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let reason = "CreateAccessKey has to be logged: selector 1 (iam-only): eventName is \
                  CreateAccessKey, which is not among its";
    outcome.says(&["Error: Resource postcondition failed", reason]);
    let plan = policy.terraform.run(&["plan"]);
    assert_eq!(plan.code, Some(1), "{plan}");
    plan.says(&[reason]);
}

/// The check warns of an event that should not be there, and the apply goes on.
#[test]
fn a_check_says_why() {
    let service = Service::simulator();
    let trail = service.trail();
    let from = "  services   = var.services\n";
    let hcl = example("policy-test/main.tf");
    assert!(hcl.contains(from), "{hcl}");
    let hcl = hcl.replace(
        from,
        &format!("{from}  include_event_names = [\"Decrypt\"]\n"),
    );
    let warning = [
        "Warning: Check block assertion failed",
        "Decrypt must not be logged: selector 1 (iam-only) selects it.",
    ];
    Case::new(&service)
        .overriding()
        .terraform(|terraform| terraform.set("TF_VAR_trail", &trail.arn))
        .step(
            Step::config(hcl)
                .says(Phase::Plan, &warning)
                .says(Phase::Apply, &warning)
                .check(|state| {
                    let selectors: &Value =
                        &state.at("iam_only_trail_selector.audit")["event_names"];
                    assert!(strings(selectors).contains("Decrypt"));
                }),
        )
        .run();
}
