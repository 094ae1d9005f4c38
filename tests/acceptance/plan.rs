//! What a plan knows and what it leaves open, what it warns of, and when it replaces.

use serde_json::json;

use super::{IAM_NAMES, RECIPE, event_names, only, selector};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::{self, service_default, set};
use crate::support::service::{Make, Service};

on_both![
    a_create_plan_knows_what_follows_from_the_configuration,
    a_bare_name_leaves_the_arn_open,
    a_fallback_and_kept_selectors_leave_the_set_open,
    an_undocumented_filter_is_told_in_a_warning,
    selectors_of_others_are_told_before_they_are_replaced,
    the_default_is_replaced_without_ado,
    unknown_inputs_are_planned_and_applied,
    one_unknown_name_among_known_ones,
    an_unknown_provider_configuration_is_planned_all_the_same,
    name_and_arn_of_one_trail_are_the_same,
    another_trail_is_a_replacement,
    a_shadow_trail_is_changed_at_home,
    an_arn_of_another_region_needs_no_region
];

/// With an ARN everything that follows from the configuration is known when a create is planned;
/// only what the trail had before is not.
fn a_create_plan_knows_what_follows_from_the_configuration(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.arn, "");
    let step = Step::plan_only(hcl)
        .plans(THIS, &["create"])
        .check_plan(|plan| {
            let known = plan.after(THIS);
            assert_eq!(known["event_count"], json!(IAM_NAMES));
            assert_eq!(known["effective_filter"], json!("event_name"));
            assert_eq!(known["precision"], json!("by_name"));
            assert_eq!(known["trail_arn"], json!(trail.arn));
            assert_eq!(known["home_region"], json!("us-east-1"));
            assert_eq!(
                known["advanced_event_selectors"][0]["name"],
                json!("iam-only")
            );
            for attribute in [
                "advanced_event_selectors",
                "event_names",
                "colliding_event_names",
            ] {
                assert!(!plan.is_unknown(THIS, attribute), "{attribute}");
            }
            assert!(plan.is_unknown(THIS, "replaced_selectors"));
        });
    Case::new(service).step(step).run();
    trail.has(&service_default());
}

/// A bare name leaves the ARN and the home region open in a create plan.
fn a_bare_name_leaves_the_arn_open(service: &Service) {
    let trail = service.trail();
    let step = Step::plan_only(selector(&trail.name, "")).plans(THIS, &["create"]);
    let step = step.check_plan(|plan| {
        assert!(plan.is_unknown(THIS, "trail_arn") && plan.is_unknown(THIS, "home_region"));
        assert!(!plan.is_unknown(THIS, "advanced_event_selectors"));
    });
    Case::new(service).step(step).run();
}

/// Where a fallback or kept selectors decide what is put, the set is open until apply.
fn a_fallback_and_kept_selectors_leave_the_set_open(service: &Service) {
    let trail = service.trail();
    for argument in [
        "fallback = \"exclusion\"",
        "preserve_other_categories = true",
    ] {
        let step = Step::plan_only(selector(&trail.arn, argument)).plans(THIS, &["create"]);
        let step = step.check_plan(|plan| {
            assert!(plan.is_unknown(THIS, "advanced_event_selectors"));
            assert!(!plan.is_unknown(THIS, "event_names"));
        });
        Case::new(service).step(step).run();
    }
}

/// What CloudTrail documents about event names on a trail is said before anything is done.
fn an_undocumented_filter_is_told_in_a_warning(service: &Service) {
    let trail = service.trail();
    let step = Step::config(selector(&trail.name, "")).says(
        Phase::Plan,
        &["Warning:", "eventName", "docs.aws.amazon.com", "fallback"],
    );
    Case::new(service).step(step).run();
    let quiet = Step::config(selector(&trail.name, "filter_by = \"exclusion\""))
        .never_says(Phase::Plan, &["eventName"]);
    Case::new(service).step(quiet).run();
}

/// Selectors of others that are going to be replaced are told by name.
fn selectors_of_others_are_told_before_they_are_replaced(service: &Service) {
    let trail = service.trail();
    trail.put(&set(&[
        selectors::data("uploads", "AWS::S3::Object"),
        selectors::network("endpoint traffic", "ec2.amazonaws.com"),
    ]));
    let step = Step::config(selector(&trail.name, "")).says(
        Phase::Plan,
        &[
            "Warning:",
            "uploads",
            "endpoint traffic",
            "preserve_other_categories",
        ],
    );
    Case::new(service).step(step).run();
}

/// The default of a trail that nobody configured is no loss to warn of.
fn the_default_is_replaced_without_ado(service: &Service) {
    let trail = service.trail();
    let step = Step::config(selector(&trail.name, ""))
        .never_says(Phase::Plan, &["Selectors on the trail will be replaced"]);
    Case::new(service).step(step).run();
}

/// Inputs that are made in the same apply are not judged before they are known.
fn unknown_inputs_are_planned_and_applied(service: &Service) {
    let trail = service.trail();
    let hcl = format!(
        r#"resource "terraform_data" "made" {{
  input = {{
    trail = "{}"
    names = ["CreateUser", "DeleteUser"]
  }}
}}

resource "iam_only_trail_selector" "this" {{
  trail_name          = terraform_data.made.output.trail
  services            = []
  include_event_names = terraform_data.made.output.names
}}
"#,
        trail.name
    );
    let step = Step::config(hcl)
        .plans(THIS, &["create"])
        .check_plan(|plan| {
            for attribute in ["trail_name", "event_names", "event_count", "precision"] {
                assert!(plan.is_unknown(THIS, attribute), "{attribute}");
            }
        })
        .check(|state| {
            state.has(THIS, "event_count", 2);
            assert_eq!(
                event_names(&trail.selectors()),
                state.texts(THIS, "event_names")
            );
        });
    Case::new(service).step(step).run();
}

/// A provider block that depends on something of the same apply: the plan goes on without asking
/// AWS, creates and refreshes alike, and says of a refresh that it did not happen.
fn an_unknown_provider_configuration_is_planned_all_the_same(service: &Service) {
    let trail = service.trail();
    let terraform = service.terraform();
    let made = |retries: u32| {
        format!("resource \"terraform_data\" \"retries\" {{\n  input = {retries}\n}}\n")
    };
    let provider = service.provider("us-east-1", "max_retries = terraform_data.retries.output");
    terraform.write("provider.tf", &provider);
    terraform.write(
        "main.tf",
        &(made(3) + &selector(&trail.name, &only(&["CreateUser"]))),
    );
    terraform.run(&["apply", "-auto-approve"]).success();
    assert_eq!(event_names(&trail.selectors()).len(), 1);
    terraform.write(
        "main.tf",
        &(made(4) + &selector(&trail.name, &only(&["DeleteUser"]))),
    );
    terraform
        .run(&["apply", "-auto-approve"])
        .success()
        .says(&["The trail was not read"]);
    assert!(event_names(&trail.selectors()).contains("DeleteUser"));
    terraform.run(&["plan", "-detailed-exitcode"]).success();
}

/// One unknown name among known ones leaves the names open, and nothing else goes wrong.
fn one_unknown_name_among_known_ones(service: &Service) {
    let trail = service.trail();
    let hcl = format!(
        "resource \"terraform_data\" \"made\" {{\n  input = \"DeleteUser\"\n}}\n{}",
        selector(
            &trail.name,
            "services = []\ninclude_event_names = [\"CreateUser\", terraform_data.made.output]"
        )
    );
    let step = Step::config(hcl)
        .check_plan(|plan| assert!(plan.is_unknown(THIS, "event_names")))
        .check(|state| {
            state.has(THIS, "event_names", json!(["CreateUser", "DeleteUser"]));
        });
    Case::new(service).step(step).run();
}

/// Name and ARN of one trail are the same value: no change, and no replacement.
fn name_and_arn_of_one_trail_are_the_same(service: &Service) {
    let trail = service.trail();
    let names = only(&RECIPE);
    Case::new(service)
        .step(Step::config(selector(&trail.name, &names)))
        .step(Step::plan_only(selector(&trail.arn, &names)))
        .step(Step::config(selector(&trail.arn, &names)).plans(THIS, &["no-op"]))
        .step(Step::plan_only(selector(&trail.name, &names)))
        .run();
}

/// Another trail is another object: the first gets back what it had.
fn another_trail_is_a_replacement(service: &Service) {
    let (first, second) = (service.trail(), service.trail());
    let before = set(&[selectors::everything("before")]);
    first.put(&before);
    let names = only(&RECIPE);
    Case::new(service)
        .step(Step::config(selector(&first.name, &names)))
        .step(
            Step::config(selector(&second.name, &names))
                .plans(THIS, &["delete", "create"])
                .check(|state| {
                    state.has(THIS, "trail_arn", second.arn.as_str());
                    first.has(&before);
                    assert_eq!(event_names(&second.selectors()).len(), RECIPE.len());
                }),
        )
        .destroyed(|| second.has(&service_default()))
        .run();
}

/// A name that only a shadow of the trail has here is found, and the trail changed at home.
fn a_shadow_trail_is_changed_at_home(service: &Service) {
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        ..Make::default()
    });
    let step = Step::config(selector(&trail.name, &only(&RECIPE))).check(|state| {
        state
            .has(THIS, "home_region", "eu-west-1")
            .has(THIS, "trail_arn", trail.arn.as_str());
        assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
    });
    Case::new(service).step(step).run();
}

/// An ARN is enough, whatever the provider's region.
fn an_arn_of_another_region_needs_no_region(service: &Service) {
    let trail = service.trail_with(Make {
        region: "ap-southeast-2",
        ..Make::default()
    });
    let step = Step::config(selector(&trail.arn, &only(&RECIPE))).check(|state| {
        state.has(THIS, "home_region", "ap-southeast-2");
    });
    Case::new(service).step(step).run();
}

/// What a newcomer sees first of a diagnostic is short.
#[test]
fn a_summary_has_at_most_eight_words() {
    let service = Service::simulator();
    let trail = service.trail();
    trail.put(&set(&[selectors::data("objects", "AWS::S3::Object")]));
    for arguments in [
        "",
        "services = []",
        "include_event_names = [\"CreateUsr\"]",
        "filter_by = \"x\"",
    ] {
        let terraform = service.terraform();
        terraform.write("provider.tf", &service.provider("us-east-1", ""));
        terraform.write("main.tf", &selector(&trail.arn, arguments));
        let outcome = terraform.run(&["plan"]);
        let text = format!("{}\n{}", outcome.stdout, outcome.stderr);
        let kinds = ["Error: ", "Warning: "];
        for summary in text
            .lines()
            .filter_map(|line| kinds.iter().find_map(|kind| line.strip_prefix(kind)))
        {
            assert!(
                summary.split_whitespace().count() <= 8,
                "{summary:?} is longer"
            );
        }
    }
}

/// Insights find what is unusual in what a trail logs, which is going to be little.
#[test]
fn insights_that_would_starve_are_told() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let arn = simulator.create_trail(crate::simulator::TrailSeed {
        name: "watched".to_owned(),
        insight: vec!["ApiCallRateInsight".to_owned()],
        ..Default::default()
    });
    let step = Step::config(selector(&arn, "")).says(Phase::Plan, &["Warning:", "Insights"]);
    Case::new(&service).step(step).run();
}

/// The management account may narrow the organization's trail, and state says that it is one.
#[test]
fn an_organization_trail_is_told_as_one() {
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        organization: true,
        ..Make::default()
    });
    let step = Step::config(selector(&trail.arn, "")).check(|state| {
        state.has(THIS, "organization_trail", true);
        assert_eq!(event_names(&trail.selectors()).len(), IAM_NAMES);
    });
    Case::new(&service).step(step).run();
}

/// A delegated administrator may as well; since a member account may not, the plan tells whose
/// trail it is.
#[test]
fn a_delegated_administrator_is_told_whose_trail_it_is() {
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        organization: true,
        ..Make::default()
    });
    let delegated = crate::simulator::account::DELEGATED;
    let asking = service
        .provider("us-east-1", "")
        .replace("= true", "= false");
    let step = Step::config(selector(&trail.arn, "")).says(
        Phase::Plan,
        &[
            "Warning:",
            "organization",
            service.account(),
            delegated.account,
        ],
    );
    Case::new(&service)
        .provider(asking)
        .terraform(|terraform| {
            terraform.set("AWS_ACCESS_KEY_ID", delegated.access_key);
            terraform.set("AWS_SECRET_ACCESS_KEY", delegated.secret_key);
        })
        .step(step)
        .destroyed(|| trail.has(&service_default()))
        .run();
}
