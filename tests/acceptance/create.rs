//! What a create puts on the trail, and what the state says of it.

use serde_json::json;

use super::{IAM_NAMES, RECIPE, event_names, only, selector, selectors_of};
use crate::support::case::{Case, Step, THIS};
use crate::support::selectors::{self, by_name, by_source, service_default, set};
use crate::support::service::Service;

on_both![
    all_of_iam_by_event_name,
    the_replaced_selectors_are_remembered,
    basic_selectors_are_restored_as_basic,
    exactly_the_names_that_were_given,
    a_selection_of_the_catalog,
    the_providers_catalog_and_its_override,
    filter_by_event_source,
    filter_by_event_name_and_source,
    filter_by_exclusion,
    write_only_drops_the_names_that_read,
    read_only_drops_the_names_that_write,
    names_of_several_services,
    keys_in_the_provider_block,
    timeouts_are_taken,
    twenty_trails_at_once
];

/// Without arguments the trail logs all of IAM by event name; state tells the trail, the names,
/// what is shared, how exact it is, and what was replaced. Destroy puts that back.
fn all_of_iam_by_event_name(service: &Service) {
    let trail = service.trail();
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, ""))
                .plans(THIS, &["create"])
                .check(|state| {
                    let names = state.texts(THIS, "event_names");
                    assert_eq!(names.len(), IAM_NAMES);
                    state
                        .has(THIS, "trail_name", trail.name.as_str())
                        .has(THIS, "trail_arn", trail.arn.as_str())
                        .has(THIS, "home_region", "us-east-1")
                        .has(THIS, "multi_region", true)
                        .has(THIS, "organization_trail", false)
                        .has(THIS, "event_count", IAM_NAMES)
                        .has(THIS, "selector_name", "iam-only")
                        .has(THIS, "read_write_type", "All")
                        .has(THIS, "filter_by", "event_name")
                        .has(THIS, "fallback", "none")
                        .has(THIS, "preserve_other_categories", false)
                        .has(THIS, "on_destroy", "restore")
                        .has(THIS, "effective_filter", "event_name")
                        .has(THIS, "precision", "by_name");
                    let names: Vec<&String> = names.iter().collect();
                    trail.has(&set(&[by_name("iam-only", &names)]));
                    assert_eq!(selectors_of(state), trail.selectors());
                })
                .check(|state| {
                    let shared = state.texts(THIS, "colliding_event_names");
                    assert!(
                        shared.contains("CreateUser"),
                        "other services create users too"
                    );
                    assert!(
                        !shared.contains("CreateAccessKey"),
                        "IAM alone makes access keys"
                    );
                    assert!(shared.is_subset(&state.texts(THIS, "event_names")));
                }),
        )
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// What the trail had before is remembered verbatim: the service's default as basic selector.
fn the_replaced_selectors_are_remembered(service: &Service) {
    let trail = service.trail();
    let before = set(&[
        selectors::everything("all"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    trail.put(&before);
    Case::new(service)
        .step(Step::config(selector(&trail.arn, "")).check(|state| {
            let replaced = &state.at(THIS)["replaced_selectors"];
            let basic = replaced["event_selectors"].as_array();
            assert!(basic.is_none_or(Vec::is_empty), "{replaced}");
            assert_eq!(
                super::wire(&replaced["advanced_event_selectors"]),
                selectors::normal(&before)
            );
        }))
        .destroyed(|| trail.has(&before))
        .run();
}

/// Basic selectors come back as basic ones, every part of them.
fn basic_selectors_are_restored_as_basic(service: &Service) {
    let trail = service.trail();
    let bucket = "arn:aws:s3:::somebody-elses-bucket/";
    let before = selectors::basic_set(&[selectors::basic(
        "WriteOnly",
        true,
        &[bucket],
        &["kms.amazonaws.com"],
    )]);
    trail.put(&before);
    Case::new(service)
        .step(Step::config(selector(&trail.arn, "")).check(|state| {
            let replaced = &state.at(THIS)["replaced_selectors"]["event_selectors"][0];
            assert_eq!(replaced["read_write_type"], json!("WriteOnly"));
            assert_eq!(replaced["include_management_events"], json!(true));
            let excluded = &replaced["exclude_management_event_sources"];
            assert_eq!(*excluded, json!(["kms.amazonaws.com"]));
            let resource = &replaced["data_resources"][0];
            assert_eq!(resource["type"], json!("AWS::S3::Object"));
            assert_eq!(resource["values"], json!([bucket]));
        }))
        .destroyed(|| trail.has(&before))
        .run();
}

/// A list of one's own, and nothing of the catalog.
fn exactly_the_names_that_were_given(service: &Service) {
    let trail = service.trail();
    let arguments = format!("{}selector_name = \"recipe\"\n", only(&RECIPE));
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, &arguments)).check(|state| {
                trail.has(&set(&[by_name("recipe", &RECIPE)]));
                state.has(THIS, "event_count", RECIPE.len());
                let shared = state.texts(THIS, "colliding_event_names");
                assert_eq!(
                    shared.len(),
                    7,
                    "seven of the thirteen are shared: {shared:?}"
                );
            }),
        )
        .run();
}

/// Services, access levels, families, names to add and names to take away.
fn a_selection_of_the_catalog(service: &Service) {
    let trail = service.trail();
    let arguments = "services = [\"iam\"]\naccess_levels = [\"Write\", \"Permissions management\"]\n\
                         resource_families = [\"access_key\", \"login_profile\"]\n\
                         include_event_names = [\"ConsoleLogin\"]\n\
                         exclude_event_names = [\"UpdateLoginProfile\"]\n";
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, arguments)).check(|state| {
                let names = state.texts(THIS, "event_names");
                for expected in [
                    "CreateAccessKey",
                    "DeleteAccessKey",
                    "CreateLoginProfile",
                    "ConsoleLogin",
                ] {
                    assert!(names.contains(expected), "{expected} in {names:?}");
                }
                for unwanted in ["UpdateLoginProfile", "ListAccessKeys", "CreateUser"] {
                    assert!(!names.contains(unwanted), "{unwanted} in {names:?}");
                }
                assert_eq!(event_names(&trail.selectors()), names);
            }),
        )
        .run();
}

/// The provider's catalog block sets the names of every resource that says nothing itself; one
/// that does overrides it, argument by argument.
fn the_providers_catalog_and_its_override(service: &Service) {
    let (one, other) = (service.trail(), service.trail());
    let catalog = "event_catalog {\n    services          = [\"iam\"]\n    \
                       resource_families = [\"access_key\"]\n    exclude           = [\"ListAccessKeys\"]\n  }";
    let hcl = format!(
        "{}\n{}",
        super::named("one", &one.name, ""),
        super::named("other", &other.name, "resource_families = [\"mfa\"]")
    );
    Case::new(service)
        .provider(service.provider("us-east-1", catalog))
        .step(Step::config(hcl).check(|state| {
            let names = state.texts("iam_only_trail_selector.one", "event_names");
            assert!(names.contains("CreateAccessKey") && !names.contains("ListAccessKeys"));
            assert!(!names.contains("EnableMFADevice"), "{names:?}");
            assert_eq!(event_names(&one.selectors()), names);
            let names = state.texts("iam_only_trail_selector.other", "event_names");
            assert!(names.contains("EnableMFADevice") && !names.contains("CreateAccessKey"));
            assert_eq!(event_names(&other.selectors()), names);
        }))
        .run();
}

/// By source: two values say all of IAM, and nothing of any other service gets in.
fn filter_by_event_source(service: &Service) {
    let trail = service.trail();
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, "filter_by = \"event_source\"")).check(|state| {
                let expected = set(&[by_source("iam-only", &["iam.amazonaws.com"])]);
                trail.has(&expected);
                state
                    .has(THIS, "effective_filter", "event_source")
                    .has(THIS, "precision", "exact")
                    .has(THIS, "colliding_event_names", json!([]));
            }),
        )
        .run();
}

/// By name and source: one selector a source, so that the result is exact.
fn filter_by_event_name_and_source(service: &Service) {
    let trail = service.trail();
    let arguments = "filter_by = \"event_name_and_source\"\nservices = [\"iam\", \"sts\"]\n\
                         access_levels = [\"Write\"]\n";
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, arguments)).check(|state| {
                let live = trail.selectors();
                let told = live["AdvancedEventSelectors"]
                    .as_array()
                    .expect("advanced selectors");
                assert_eq!(told.len(), 2, "{live}");
                for (selector, name) in told
                    .iter()
                    .zip(["iam-only iam.amazonaws.com", "iam-only sts.amazonaws.com"])
                {
                    assert_eq!(selector["Name"], json!(name));
                }
                assert_eq!(event_names(&live), state.texts(THIS, "event_names"));
                state
                    .has(THIS, "effective_filter", "event_name_and_source")
                    .has(THIS, "precision", "exact");
            }),
        )
        .run();
}

/// By exclusion: the narrowest that CloudTrail documents for a trail, and called what it is.
fn filter_by_exclusion(service: &Service) {
    let trail = service.trail();
    let arguments = "filter_by = \"exclusion\"\nread_write_type = \"WriteOnly\"\n";
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, arguments)).check(|state| {
                let live = trail.selectors();
                let text = live.to_string();
                for part in [
                    "NotEquals",
                    "kms.amazonaws.com",
                    "rdsdata.amazonaws.com",
                    "readOnly",
                ] {
                    assert!(text.contains(part), "{part} in {text}");
                }
                assert!(event_names(&live).is_empty(), "{live}");
                state
                    .has(THIS, "effective_filter", "exclusion")
                    .has(THIS, "precision", "superset");
            }),
        )
        .run();
}

/// Writes only: readOnly is added, and the names that only read are not in the filter.
fn write_only_drops_the_names_that_read(service: &Service) {
    let trail = service.trail();
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, "read_write_type = \"WriteOnly\"")).check(|state| {
                let names = state.texts(THIS, "event_names");
                assert!(
                    names.contains("CreateUser") && !names.contains("ListUsers"),
                    "{names:?}"
                );
                state.has(THIS, "event_count", names.len());
                let live = trail.selectors();
                assert!(
                    live.to_string()
                        .contains(r#"{"Equals":["false"],"Field":"readOnly"}"#),
                    "{live}"
                );
                assert_eq!(event_names(&live), names);
            }),
        )
        .run();
}

/// The same for reads.
fn read_only_drops_the_names_that_write(service: &Service) {
    let trail = service.trail();
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, "read_write_type = \"ReadOnly\"")).check(|state| {
                let names = state.texts(THIS, "event_names");
                assert!(
                    names.contains("ListUsers") && !names.contains("CreateUser"),
                    "{names:?}"
                );
                let live = trail.selectors();
                assert!(
                    live.to_string()
                        .contains(r#"{"Equals":["true"],"Field":"readOnly"}"#),
                    "{live}"
                );
            }),
        )
        .run();
}

/// Names of several services fit into one selector of the trail.
fn names_of_several_services(service: &Service) {
    let trail = service.trail();
    let arguments = "services = [\"iam\", \"sts\", \"signin\", \"identitystore\"]\n";
    Case::new(service)
        .step(
            Step::config(selector(&trail.name, arguments)).check(|state| {
                let names = state.texts(THIS, "event_names");
                for expected in [
                    "CreateUser",
                    "AssumeRole",
                    "ConsoleLogin",
                    "CreateGroupMembership",
                ] {
                    assert!(names.contains(expected), "{expected} in {names:?}");
                }
                assert!(names.len() > IAM_NAMES);
                state.has(THIS, "precision", "by_name");
                assert_eq!(event_names(&trail.selectors()), names);
            }),
        )
        .run();
}

/// Session keys in the provider block work and never come near the state.
fn keys_in_the_provider_block(service: &Service) {
    let trail = service.trail();
    let (access_key, secret_key) = service.keys();
    let keys = format!(
        "access_key = \"{access_key}\"
  secret_key = \"{secret_key}\""
    );
    Case::new(service)
        .terraform(|terraform| {
            terraform.unset("AWS_ACCESS_KEY_ID");
            terraform.unset("AWS_SECRET_ACCESS_KEY");
        })
        .provider(service.provider("us-east-1", &keys))
        .step(Step::config(selector(&trail.name, &only(&RECIPE))))
        .step(Step::refresh())
        .run();
}

/// A timeouts block is taken.
fn timeouts_are_taken(service: &Service) {
    let trail = service.trail();
    let arguments = format!(
        "{}timeouts {{\n  create = \"2m\"\n  update = \"90s\"\n  delete = \"1m30s\"\n}}\n",
        only(&RECIPE)
    );
    Case::new(service)
        .step(Step::config(selector(&trail.name, &arguments)))
        .run();
}

/// Terraform applies ten resources side by side; each gets its own trail, and each its own back.
fn twenty_trails_at_once(service: &Service) {
    let trails: Vec<_> = (0..20).map(|_| service.trail()).collect();
    let before = |number: usize| set(&[selectors::everything(&format!("before {number}"))]);
    for (number, trail) in trails.iter().enumerate() {
        trail.put(&before(number));
    }
    let arns: Vec<&str> = trails.iter().map(|trail| trail.arn.as_str()).collect();
    let hcl = format!(
        "resource \"iam_only_trail_selector\" \"all\" {{\n  for_each            = toset({})\n  \
         trail_name          = each.value\n  services            = []\n  \
         include_event_names = [\"CreateUser\"]\n}}\n",
        json!(arns)
    );
    // As fast as they can, so that they meet; that they keep to a pace is tested elsewhere.
    let unlimited = "max_reads_per_second = 1000\n  max_writes_per_second = 1000";
    Case::new(service)
        .provider(service.provider("us-east-1", unlimited))
        .step(Step::config(hcl).check(|state| {
            assert_eq!(state.addresses().len(), trails.len());
            for trail in &trails {
                trail.has(&set(&[by_name("iam-only", &["CreateUser"])]));
            }
        }))
        .destroyed(|| {
            for (number, trail) in trails.iter().enumerate() {
                trail.has(&before(number));
            }
        })
        .run();
}
