//! What a create puts on the store, and what the state says of it.

use serde_json::{Value, json};

use super::super::{IAM_NAMES, RECIPE, event_names};
use super::{STORE, by_names, lake, named, recipe, replaced, selector, selectors_of};
use crate::support::case::{Case, Step};
use crate::support::selectors::{self, by_source, set, store_default};

/// Without arguments the store takes all of IAM, exactly; state tells the store, the names, and what
/// was replaced. Destroy puts that back.
#[test]
fn all_of_iam_exactly() {
    let service = lake();
    let store = service.store();
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, ""))
                .plans(STORE, &["create"])
                .check(|state| {
                    store.has(&set(&[by_source("iam-only", &["iam.amazonaws.com"])]));
                    assert_eq!(selectors_of(state), store.selectors());
                    assert_eq!(state.texts(STORE, "event_names").len(), IAM_NAMES);
                    state
                        .has(STORE, "event_data_store", store.arn.as_str())
                        .has(STORE, "event_data_store_arn", store.arn.as_str())
                        .has(STORE, "home_region", "us-east-1")
                        .has(STORE, "name", store.name.as_str())
                        .has(STORE, "status", "ENABLED")
                        .has(STORE, "multi_region", true)
                        .has(STORE, "organization_enabled", false)
                        .has(STORE, "event_count", IAM_NAMES)
                        .has(STORE, "selector_name", "iam-only")
                        .has(STORE, "read_write_type", "All")
                        .has(STORE, "filter_by", "event_source")
                        .has(STORE, "preserve_other_categories", false)
                        .has(STORE, "on_destroy", "restore")
                        .has(STORE, "effective_filter", "event_source")
                        .has(STORE, "precision", "exact")
                        .has(STORE, "colliding_event_names", json!([]));
                }),
        )
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// An ID does as well as an ARN.
#[test]
fn an_id_is_enough() {
    let service = lake();
    let store = service.store();
    Case::new(&service)
        .step(Step::config(selector(&store.id, "")).check(|state| {
            state
                .has(STORE, "event_data_store", store.id.as_str())
                .has(STORE, "event_data_store_arn", store.arn.as_str())
                .has(STORE, "home_region", "us-east-1");
        }))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// What the store had before is remembered verbatim, and put back.
#[test]
fn the_replaced_selectors_are_remembered() {
    let service = lake();
    let store = service.store();
    let before = set(&[
        selectors::everything("all"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    store.put(&before);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "")).check(|state| {
            assert_eq!(replaced(state), selectors::normal(&before));
        }))
        .destroyed(|| store.has(&before))
        .run();
}

/// By name alone, where that is asked for: names that other services use too are told.
#[test]
fn filter_by_event_name() {
    let service = lake();
    let store = service.store();
    let arguments = format!("{}selector_name = \"recipe\"\n", by_names(&RECIPE));
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, &arguments)).check(|state| {
                store.has(&set(&[selectors::by_name("recipe", &RECIPE)]));
                state
                    .has(STORE, "event_count", RECIPE.len())
                    .has(STORE, "effective_filter", "event_name")
                    .has(STORE, "precision", "by_name");
                let shared = state.texts(STORE, "colliding_event_names");
                assert_eq!(shared.len(), 7, "{shared:?}");
            }),
        )
        .run();
}

/// A choice that is narrower than whole services, and nothing said of the filter: name and source
/// together, so that it is exact all the same.
#[test]
fn a_narrowed_choice_stays_exact() {
    for arguments in [
        "access_levels = [\"Write\"]",
        "resource_families = [\"access_key\", \"login_profile\"]",
        "exclude_event_names = [\"ListUsers\"]",
    ] {
        let service = lake();
        let store = service.store();
        Case::new(&service)
            .step(
                Step::config(selector(&store.arn, arguments)).check(|state| {
                    let live = store.selectors();
                    let list = live["AdvancedEventSelectors"].as_array().expect("a list");
                    assert_eq!(list.len(), 1, "{live}");
                    assert!(live.to_string().contains("iam.amazonaws.com"), "{live}");
                    let names = state.texts(STORE, "event_names");
                    assert!(names.len() < IAM_NAMES);
                    assert_eq!(event_names(&live), names);
                    state
                        .has(STORE, "effective_filter", "event_name_and_source")
                        .has(STORE, "precision", "exact")
                        .has(STORE, "colliding_event_names", json!([]));
                }),
            )
            .run();
    }
}

/// Services, access levels, families, names to add and names to take away.
#[test]
fn a_selection_of_the_catalog() {
    let service = lake();
    let store = service.store();
    let arguments = "services = [\"iam\"]\naccess_levels = [\"Write\", \"Permissions management\"]\n\
                     resource_families = [\"access_key\", \"login_profile\"]\n\
                     include_event_names = [\"ConsoleLogin\"]\n\
                     exclude_event_names = [\"UpdateLoginProfile\"]\nfilter_by = \"event_name\"\n";
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, arguments)).check(|state| {
                let names = state.texts(STORE, "event_names");
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
                assert_eq!(event_names(&store.selectors()), names);
            }),
        )
        .run();
}

/// The provider's catalog block sets the names of every resource that says nothing itself; one that
/// does overrides it, argument by argument.
#[test]
fn the_providers_catalog_and_its_override() {
    let service = lake();
    let (one, other) = (service.store(), service.store());
    let catalog = "event_catalog {\n    services          = [\"iam\"]\n    \
                   resource_families = [\"access_key\"]\n    exclude           = [\"ListAccessKeys\"]\n  }";
    let hcl = format!(
        "{}\n{}",
        named("one", &one.arn, ""),
        named("other", &other.arn, "resource_families = [\"mfa\"]")
    );
    Case::new(&service)
        .provider(service.provider("us-east-1", catalog))
        .step(Step::config(hcl).check(|state| {
            let address = |name: &str| format!("iam_only_event_data_store_selector.{name}");
            let names = state.texts(&address("one"), "event_names");
            assert!(names.contains("CreateAccessKey") && !names.contains("ListAccessKeys"));
            assert!(!names.contains("EnableMFADevice"), "{names:?}");
            assert_eq!(event_names(&one.selectors()), names);
            let names = state.texts(&address("other"), "event_names");
            assert!(names.contains("EnableMFADevice") && !names.contains("CreateAccessKey"));
            assert_eq!(event_names(&other.selectors()), names);
        }))
        .run();
}

/// By name and source: one selector a source, so that the result is exact.
#[test]
fn filter_by_event_name_and_source() {
    let service = lake();
    let store = service.store();
    let arguments = "filter_by = \"event_name_and_source\"\nservices = [\"iam\", \"sts\"]\n\
                     access_levels = [\"Write\"]\n";
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, arguments)).check(|state| {
                let live = store.selectors();
                let told = live["AdvancedEventSelectors"].as_array().expect("a list");
                let names: Vec<&Value> = told.iter().map(|one| &one["Name"]).collect();
                assert_eq!(
                    names,
                    ["iam-only iam.amazonaws.com", "iam-only sts.amazonaws.com"]
                );
                assert_eq!(event_names(&live), state.texts(STORE, "event_names"));
                state
                    .has(STORE, "effective_filter", "event_name_and_source")
                    .has(STORE, "precision", "exact");
            }),
        )
        .run();
}

/// The sources of several services fit into one selector.
#[test]
fn sources_of_several_services() {
    let service = lake();
    let store = service.store();
    let arguments = "services = [\"iam\", \"sts\", \"signin\", \"identitystore\"]\n";
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, arguments)).check(|state| {
                let live = store.selectors();
                let told = live["AdvancedEventSelectors"].as_array().expect("a list");
                assert_eq!(told.len(), 1, "{live}");
                for source in [
                    "iam.amazonaws.com",
                    "sts.amazonaws.com",
                    "signin.amazonaws.com",
                    "identitystore.amazonaws.com",
                ] {
                    assert!(live.to_string().contains(source), "{source} in {live}");
                }
                let names = state.texts(STORE, "event_names");
                for expected in ["CreateUser", "AssumeRole", "ConsoleLogin"] {
                    assert!(names.contains(expected), "{expected} in {names:?}");
                }
                state.has(STORE, "precision", "exact");
            }),
        )
        .run();
}

/// Writes only, and reads only: readOnly stands beside the source, and the names tell what is left.
#[test]
fn half_of_the_events() {
    for (kind, value, with, without) in [
        ("WriteOnly", "false", "CreateUser", "ListUsers"),
        ("ReadOnly", "true", "ListUsers", "CreateUser"),
    ] {
        let service = lake();
        let store = service.store();
        let arguments = format!("read_write_type = \"{kind}\"");
        Case::new(&service)
            .step(
                Step::config(selector(&store.arn, &arguments)).check(|state| {
                    let live = store.selectors().to_string();
                    let read_only = format!(r#"{{"Equals":["{value}"],"Field":"readOnly"}}"#);
                    assert!(live.contains(&read_only), "{live}");
                    assert!(live.contains("iam.amazonaws.com"), "{live}");
                    let names = state.texts(STORE, "event_names");
                    assert!(
                        names.contains(with) && !names.contains(without),
                        "{names:?}"
                    );
                    state
                        .has(STORE, "event_count", names.len())
                        .has(STORE, "precision", "exact");
                }),
            )
            .run();
    }
}

/// A timeouts block is taken.
#[test]
fn timeouts_are_taken() {
    let service = lake();
    let store = service.store();
    let arguments = "timeouts {\n  create = \"2m\"\n  update = \"90s\"\n  delete = \"1m30s\"\n}\n";
    Case::new(&service)
        .step(Step::config(selector(&store.arn, arguments)))
        .run();
}

/// A store that takes no events in just now takes selectors all the same.
#[test]
fn a_stopped_store_takes_selectors() {
    let service = lake();
    let store = service.store_with(|seed| seed.status = crate::simulator::StoreStatus::Stopped);
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, &by_names(&RECIPE))).check(|state| {
                store.has(&set(&[recipe()]));
                state.has(STORE, "status", "STOPPED_INGESTION");
                assert_eq!(store.status(), "STOPPED_INGESTION", "it is not started");
            }),
        )
        .run();
}
