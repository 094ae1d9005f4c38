//! The same for event data stores: what the crate's rules say against the selectors of an
//! `UpdateEventDataStore`, and what the simulator refuses.
//!
//! Imports its parent, and the simulator's judge of a store's selectors.

use std::collections::BTreeSet;

use serde_json::Value;
use terraform_provider_iam::rules::Destination;

use super::{
    Ours, Places, READER, Sides, all_were_met, every_rule_of_ours_has_its_place, try_cases,
};
use crate::agreement::requests;
use crate::simulator::rule::{self, Rule, stores};
use crate::simulator::selectors::judge_store;

/// Each rule of the simulator about the selectors of a store, and the rules of the crate that say the
/// same.
const PLACES: Places = &[
    (&rule::MODEL_TYPE, &[READER]),
    (&rule::MODEL_MEMBER, &[READER]),
    (
        &rule::MODEL_CONSTRAINT,
        &[
            READER,
            "selector-name-length",
            "selector-name-line",
            "field-selector-missing",
            "field-name-length",
            "field-name-character",
            "operator-missing",
            "value-length",
            "value-line",
        ],
    ),
    (&rule::KIND_MISSING, &[READER]),
    (&rule::LIST_EMPTY, &["selector-set-empty"]),
    (&rule::VALUE_COUNT, &["store-value-limit"]),
    (&stores::STORE_SELECTOR_COUNT, &["store-selector-limit"]),
    (&rule::CATEGORY_REQUIRED, &["category-missing"]),
    (&rule::CATEGORY_VALUE, &["store-category"]),
    (&rule::CATEGORY_COUNT, &["category-form"]),
    (&stores::STORE_CATEGORY_ALONE, &["store-category-group"]),
    (&stores::STORE_CATEGORY_FIELD, &["store-standalone-fields"]),
    (
        &rule::EQUALS_ONLY,
        &[
            "category-form",
            "read-only-operator",
            "resources-type-operator",
        ],
    ),
    (&rule::FIELD_UNKNOWN, &["field-unknown"]),
    (&rule::FIELD_TWICE, &["field-twice"]),
    (&rule::OPERATOR_MISSING, &["operator-missing"]),
    (&rule::READ_ONLY_VALUE, &["read-only-value"]),
    (
        &rule::MANAGEMENT_FIELD,
        &[
            "error-code-category",
            "vpc-endpoint-id-category",
            "resources-type-category",
            "resources-arn-category",
        ],
    ),
    (
        &rule::DATA_FIELD,
        &["error-code-category", "vpc-endpoint-id-category"],
    ),
    (&rule::DATA_TYPE_REQUIRED, &["data-resources-type"]),
    (&rule::DATA_TYPE_ONE, &["resources-type-one", "field-twice"]),
    (&rule::DATA_TYPE_FORM, &["resources-type-form"]),
    (&rule::DATA_ARN_FORM, &["resources-arn-form"]),
    (
        &rule::CONSOLE_SESSION,
        &["session-credential-operator", "session-credential-value"],
    ),
    (
        &rule::NETWORK_FIELD,
        &[
            "read-only-category",
            "event-type-category",
            "session-credential-category",
            "resources-type-category",
            "resources-arn-category",
        ],
    ),
    (
        &stores::STORE_NETWORK_FIELD,
        &["store-network-user-identity-arn"],
    ),
    (
        &rule::NETWORK_SOURCE,
        &[
            "network-event-source",
            "network-source-operator",
            "network-source-one",
        ],
    ),
    (
        &rule::NETWORK_ERROR_CODE,
        &["error-code-operator", "error-code-value"],
    ),
];

/// Rules of the simulator that are not about the selectors by themselves, and why they have no place.
const OF_THE_STORE: [(&Rule, &str); 2] = [
    (&stores::STORE_TYPE, "it asks what the store had before"),
    (
        &stores::STORE_OUTSIDE,
        "it asks whether the store is an organization's",
    ),
];

/// Rules of the simulator about selectors that are for trails only.
const OF_TRAILS: [&Rule; 9] = [
    &rule::KINDS,
    &rule::MANAGEMENT_STORE_FIELD,
    &rule::MANAGEMENT_SOURCE,
    &rule::BASIC_COUNT,
    &rule::RESOURCE_COUNT,
    &rule::RESOURCE_TYPE,
    &rule::RESOURCE_VALUE,
    &rule::RESOURCE_VALUES_EMPTY,
    &rule::EXCLUDED_SOURCE,
];

const ALONE: [(&str, &str); 1] = [(
    "operator-twice",
    "an operator is a member of an object, which JSON has once",
)];

const STORE: Sides = Sides {
    ours,
    theirs,
    places: PLACES,
};

fn ours(request: &Value) -> Ours {
    super::ours_at(Destination::EventDataStore, request)
}

fn theirs(request: &Value) -> Option<&'static str> {
    // An update without selectors changes none; the other things it may change are not selectors.
    let Some(list) = request["AdvancedEventSelectors"].as_array() else {
        return Some(rule::KIND_MISSING.name);
    };
    judge_store(list).err().map(|refusal| refusal.rule)
}

#[test]
fn rules_and_simulator_refuse_the_same_selectors_of_stores() {
    let met = try_cases(STORE, requests::store);
    all_were_met(PLACES, &met);
}

#[test]
fn every_rule_about_the_selectors_of_stores_has_its_place() {
    let mut placed: BTreeSet<&str> = PLACES.iter().map(|(rule, _)| rule.name).collect();
    placed.extend(OF_THE_STORE.iter().map(|(rule, _)| rule.name));
    placed.extend(OF_TRAILS.iter().map(|rule| rule.name));
    let about_selectors = |rule: &&Rule| {
        rule.code == "InvalidEventSelectorsException" || rule.name.starts_with("model-")
    };
    let known = rule::all().filter(about_selectors);
    assert_eq!(placed, known.map(|rule| rule.name).collect());
    every_rule_of_ours_has_its_place(Destination::EventDataStore, PLACES, &ALONE);
}
