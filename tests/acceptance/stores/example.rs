//! The published example of a Lake event data store, word for word, as a reader would copy it; and the
//! resource's own, as its registry page has it. Only the endpoint is put underneath.

use std::path::Path;

use serde_json::json;

use super::{STORE, lake, selector};
use crate::support::case::{Case, Step};
use crate::support::selectors::{by_source, set, store_default};

/// An example of the project.
fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("examples/{name} can't be read: {error}"))
}

/// With documented rules the example takes IAM and nothing else, and says so.
#[test]
fn lake_takes_iam_alone() {
    let service = lake();
    let store = service.store();
    let hcl = example("lake/main.tf");
    let address = hcl
        .split("resource \"iam_only_event_data_store_selector\" \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let address = format!(
        "iam_only_event_data_store_selector.{}",
        address.expect("the example has the resource")
    );
    Case::new(&service)
        .overriding()
        .terraform(|terraform| {
            terraform.set("TF_VAR_event_data_store", &store.arn);
            terraform.set("TF_VAR_event_data_store_arn", &store.arn);
        })
        .step(Step::config(hcl).check(|state| {
            state.has(&address, "precision", "exact");
            let live = store.selectors().to_string();
            assert!(live.contains("iam.amazonaws.com"), "{live}");
        }))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// The example of the resource, with the store that it names put in place of a real one.
#[test]
fn resource() {
    let service = lake();
    let store = service.store();
    let hcl = example("resources/iam_only_event_data_store_selector/resource.tf");
    let named = hcl
        .split('"')
        .find(|text| text.contains(":eventdatastore/"))
        .expect("the example names a store by ARN");
    Case::new(&service)
        .step(Step::config(hcl.replace(named, &store.arn)).check(|state| {
            state.has(STORE, "precision", "exact");
        }))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// What the resource says of itself is held against records by `logs_event`: IAM's are logged, and
/// those of others are not, though they bear the same event name.
#[test]
fn records_say_what_the_selectors_take() {
    let service = lake();
    let store = service.store();
    let record = |name: &str, source: &str| {
        json!({
            "eventVersion": "1.11",
            "eventName": name,
            "eventSource": source,
            "eventCategory": "Management",
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "readOnly": false,
        })
    };
    let records = [
        ("iam", record("CreateUser", "iam.amazonaws.com"), true),
        (
            "new",
            record("NotYetInTheCatalog", "iam.amazonaws.com"),
            true,
        ),
        (
            "redshift",
            record("CreateUser", "redshift.amazonaws.com"),
            false,
        ),
        ("kms", record("Decrypt", "kms.amazonaws.com"), false),
    ];
    let outputs: Vec<String> = records
        .iter()
        .map(|(name, record, _)| {
            format!(
                "output \"{name}\" {{\n  value = provider::iam::logs_event(\n    \
                 {STORE}.advanced_event_selectors, jsondecode({:?})).logged\n}}\n",
                record.to_string()
            )
        })
        .collect();
    let hcl = selector(&store.arn, "") + &outputs.concat();
    Case::new(&service)
        .step(Step::config(hcl).check(|state| {
            store.has(&set(&[by_source("iam-only", &["iam.amazonaws.com"])]));
            for (name, _, logged) in &records {
                assert_eq!(*state.output(name), json!(logged), "{name}");
            }
        }))
        .run();
}
