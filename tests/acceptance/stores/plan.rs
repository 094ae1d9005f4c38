//! What a plan knows and what it leaves open, what it warns of, and when it replaces.

use serde_json::json;

use super::super::{IAM_NAMES, RECIPE, event_names};
use super::{STORE, by_names, lake, selector};
use crate::simulator::account::DELEGATED;
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{self, set, store_default};

/// With an ARN everything that follows from the configuration is known when a create is planned; only
/// what the store had before is not.
#[test]
fn a_create_plan_knows_what_follows_from_the_configuration() {
    let service = lake();
    let store = service.store();
    let step = Step::plan_only(selector(&store.arn, ""))
        .plans(STORE, &["create"])
        .check_plan(|plan| {
            let known = plan.after(STORE);
            assert_eq!(known["event_count"], json!(IAM_NAMES));
            assert_eq!(known["effective_filter"], json!("event_source"));
            assert_eq!(known["precision"], json!("exact"));
            assert_eq!(known["event_data_store_arn"], json!(store.arn));
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
                assert!(!plan.is_unknown(STORE, attribute), "{attribute}");
            }
            assert!(plan.is_unknown(STORE, "replaced_selectors"));
        });
    Case::new(&service).step(step).run();
    store.has(&store_default());
}

/// A bare ID leaves the ARN open in a create plan.
#[test]
fn a_bare_id_leaves_the_arn_open() {
    let service = lake();
    let store = service.store();
    let step = Step::plan_only(selector(&store.id, "")).plans(STORE, &["create"]);
    let step = step.check_plan(|plan| {
        assert!(plan.is_unknown(STORE, "event_data_store_arn"));
        assert!(!plan.is_unknown(STORE, "advanced_event_selectors"));
    });
    Case::new(&service).step(step).run();
}

/// Where kept selectors decide what is put, the set is open until apply.
#[test]
fn kept_selectors_leave_the_set_open() {
    let service = lake();
    let store = service.store();
    let argument = "preserve_other_categories = true";
    let step = Step::plan_only(selector(&store.arn, argument)).plans(STORE, &["create"]);
    let step = step.check_plan(|plan| {
        assert!(plan.is_unknown(STORE, "advanced_event_selectors"));
        assert!(!plan.is_unknown(STORE, "event_names"));
    });
    Case::new(&service).step(step).run();
}

/// That Lake takes no new customers is said when a selector is created, and not each time after; that
/// a filter is unsupported is never said, since for stores none is.
#[test]
fn lake_is_closed_to_new_customers() {
    let service = lake();
    let store = service.store();
    let page = "cloudtrail-lake-service-availability-change";
    let renamed = selector(&store.arn, "selector_name = \"renamed\"");
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, ""))
                .says(Phase::Plan, &["Warning:", "new customers", page])
                .never_says(Phase::Plan, &["unsupported", "fallback"]),
        )
        .step(Step::config(&renamed).never_says(Phase::Plan, &["new customers", page]))
        .step(Step::plan_only(&renamed).never_says(Phase::Plan, &["new customers"]))
        .step(Step::refresh().never_says(Phase::Refresh, &["new customers"]))
        .run();
}

/// Selectors of others that are going to be replaced are told by name.
#[test]
fn selectors_of_others_are_told_before_they_are_replaced() {
    let service = lake();
    let store = service.store();
    store.put(&set(&[
        selectors::data("uploads", "AWS::S3::Object"),
        selectors::network("endpoint traffic", "ec2.amazonaws.com"),
    ]));
    let step = Step::config(selector(&store.arn, "")).says(
        Phase::Plan,
        &[
            "Warning:",
            "uploads",
            "endpoint traffic",
            "preserve_other_categories",
        ],
    );
    Case::new(&service).step(step).run();
}

/// The default of a store that nobody configured is no loss to warn of.
#[test]
fn the_default_is_replaced_without_ado() {
    let service = lake();
    let store = service.store();
    let step = Step::config(selector(&store.arn, ""))
        .never_says(Phase::Plan, &["will be replaced", "Default management"]);
    Case::new(&service).step(step).run();
}

/// Inputs that are made in the same apply are not judged before they are known.
#[test]
fn unknown_inputs_are_planned_and_applied() {
    let service = lake();
    let store = service.store();
    let hcl = format!(
        r#"resource "terraform_data" "made" {{
  input = {{
    store = "{}"
    names = ["CreateUser", "DeleteUser"]
  }}
}}

resource "iam_only_event_data_store_selector" "this" {{
  event_data_store    = terraform_data.made.output.store
  services            = []
  include_event_names = terraform_data.made.output.names
}}
"#,
        store.arn
    );
    let step = Step::config(hcl)
        .plans(STORE, &["create"])
        .check_plan(|plan| {
            for attribute in ["event_data_store", "event_names", "event_count"] {
                assert!(plan.is_unknown(STORE, attribute), "{attribute}");
            }
        })
        .check(|state| {
            state.has(STORE, "event_count", 2);
            assert_eq!(
                event_names(&store.selectors()),
                state.texts(STORE, "event_names")
            );
        });
    Case::new(&service).step(step).run();
}

/// A provider block that depends on something of the same apply: the plan goes on without asking AWS,
/// creates and refreshes alike, and says of a refresh that it did not happen.
#[test]
fn an_unknown_provider_configuration_is_planned_all_the_same() {
    let service = lake();
    let store = service.store();
    let terraform = service.terraform();
    let made = |retries: u32| {
        format!("resource \"terraform_data\" \"retries\" {{\n  input = {retries}\n}}\n")
    };
    let provider = service.provider("us-east-1", "max_retries = terraform_data.retries.output");
    terraform.write("provider.tf", &provider);
    terraform.write(
        "main.tf",
        &(made(3) + &selector(&store.arn, &by_names(&["CreateUser"]))),
    );
    terraform.run(&["apply", "-auto-approve"]).success();
    assert_eq!(event_names(&store.selectors()).len(), 1);
    terraform.write(
        "main.tf",
        &(made(4) + &selector(&store.arn, &by_names(&["DeleteUser"]))),
    );
    terraform
        .run(&["apply", "-auto-approve"])
        .success()
        .says(&["The event data store was not read"]);
    assert!(event_names(&store.selectors()).contains("DeleteUser"));
    terraform.run(&["plan", "-detailed-exitcode"]).success();
}

/// One unknown name among known ones leaves the names open, and nothing else goes wrong.
#[test]
fn one_unknown_name_among_known_ones() {
    let service = lake();
    let store = service.store();
    let hcl = format!(
        "resource \"terraform_data\" \"made\" {{\n  input = \"DeleteUser\"\n}}\n{}",
        selector(
            &store.arn,
            "services = []\ninclude_event_names = [\"CreateUser\", terraform_data.made.output]"
        )
    );
    let step = Step::config(hcl)
        .check_plan(|plan| assert!(plan.is_unknown(STORE, "event_names")))
        .check(|state| {
            state.has(STORE, "event_names", json!(["CreateUser", "DeleteUser"]));
        });
    Case::new(&service).step(step).run();
}

/// ID and ARN of one store are the same value: no change, and no replacement.
#[test]
fn id_and_arn_of_one_store_are_the_same() {
    let service = lake();
    let store = service.store();
    Case::new(&service)
        .step(Step::config(selector(&store.id, "")))
        .step(Step::plan_only(selector(&store.arn, "")))
        .step(Step::config(selector(&store.arn, "")).plans(STORE, &["no-op"]))
        .step(Step::plan_only(selector(&store.id, "")))
        .run();
}

/// Another store is another object: the first gets back what it had.
#[test]
fn another_store_is_a_replacement() {
    let service = lake();
    let (first, second) = (service.store(), service.store());
    let before = set(&[selectors::everything("before")]);
    first.put(&before);
    let names = by_names(&RECIPE);
    Case::new(&service)
        .step(Step::config(selector(&first.arn, &names)))
        .step(
            Step::config(selector(&second.id, &names))
                .plans(STORE, &["delete", "create"])
                .check(|state| {
                    state.has(STORE, "event_data_store_arn", second.arn.as_str());
                    first.has(&before);
                    assert_eq!(event_names(&second.selectors()).len(), RECIPE.len());
                }),
        )
        .destroyed(|| second.has(&store_default()))
        .run();
}

/// An ARN is enough, whatever the provider's Region.
#[test]
fn an_arn_of_another_region_needs_no_region() {
    let service = lake();
    let store = service.store_with(|seed| "ap-southeast-2".clone_into(&mut seed.region));
    let step = Step::config(selector(&store.arn, "")).check(|state| {
        state.has(STORE, "home_region", "ap-southeast-2");
    });
    Case::new(&service).step(step).run();
}

/// What a newcomer sees first of a diagnostic is short.
#[test]
fn a_summary_has_at_most_eight_words() {
    let service = lake();
    let store = service.store();
    store.put(&set(&[selectors::data("objects", "AWS::S3::Object")]));
    let missing = "12345678-1234-1234-1234-123456789012";
    for (reference, arguments) in [
        (store.arn.as_str(), ""),
        (&store.arn, "services = []"),
        (&store.arn, "include_event_names = [\"CreateUsr\"]"),
        (&store.arn, "filter_by = \"exclusion\""),
        (missing, ""),
        ("audit", ""),
    ] {
        let terraform = service.terraform();
        terraform.write("provider.tf", &service.provider("us-east-1", ""));
        terraform.write("main.tf", &selector(reference, arguments));
        let outcome = terraform.run(&["plan"]);
        let text = format!("{}\n{}", outcome.stdout, outcome.stderr);
        let kinds = ["Error: ", "Warning: "];
        let summaries: Vec<&str> = text
            .lines()
            .filter_map(|line| kinds.iter().find_map(|kind| line.strip_prefix(kind)))
            .collect();
        assert!(summaries.len() > 1, "{outcome}");
        for summary in summaries {
            assert!(
                summary.split_whitespace().count() <= 8,
                "{summary:?} is longer"
            );
        }
    }
}

/// The management account may narrow the organization's store, and state says that it is one.
#[test]
fn an_organization_s_store_is_told_as_one() {
    let service = lake();
    let store = service.store_with(|seed| seed.organization = true);
    let step = Step::config(selector(&store.arn, "")).check(|state| {
        state.has(STORE, "organization_enabled", true);
    });
    Case::new(&service).step(step).run();
}

/// A delegated administrator may as well, by ARN.
#[test]
fn a_delegated_administrator_may_narrow_it() {
    let service = lake();
    let store = service.store_with(|seed| seed.organization = true);
    Case::new(&service)
        .terraform(|terraform| {
            terraform.set("AWS_ACCESS_KEY_ID", DELEGATED.access_key);
            terraform.set("AWS_SECRET_ACCESS_KEY", DELEGATED.secret_key);
        })
        .step(Step::config(selector(&store.arn, "")).plans(STORE, &["create"]))
        .destroyed(|| store.has(&store_default()))
        .run();
}
