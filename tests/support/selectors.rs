//! Selectors as they go over the wire: what hooks put behind Terraform's back, and what the tests
//! compare. An answer is an object with either `EventSelectors` or `AdvancedEventSelectors`, the
//! form of `GetEventSelectors` without its ARN.
//!
//! A reading of CloudTrail's forms on its own: it imports neither the provider nor the simulator.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// How many operations IAM has in the catalog.
pub(crate) const IAM_NAMES: usize = 180;

/// The names of a published recipe, which someone put on a trail by hand.
pub(crate) const RECIPE: [&str; 13] = [
    "CreateUser",
    "DeleteUser",
    "UpdateUser",
    "CreateRole",
    "DeleteRole",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "PutUserPolicy",
    "DeleteUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreateGroup",
    "DeleteGroup",
];

/// One or many values of a field.
fn field(name: &str, operator: &str, values: &[impl AsRef<str>]) -> Value {
    let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    let mut condition = json!({ "Field": name });
    condition[operator] = json!(values);
    condition
}

/// An advanced selector of `fields`; an empty name is left out, as the service does.
fn advanced(name: &str, fields: &[Value]) -> Value {
    let mut selector = json!({ "FieldSelectors": fields });
    if !name.is_empty() {
        selector["Name"] = json!(name);
    }
    selector
}

/// A whole set of advanced selectors.
pub(crate) fn set(selectors: &[Value]) -> Value {
    json!({ "AdvancedEventSelectors": selectors })
}

/// A whole set of basic selectors.
pub(crate) fn basic_set(selectors: &[Value]) -> Value {
    json!({ "EventSelectors": selectors })
}

/// The selector of management events by event name.
pub(crate) fn by_name(name: &str, event_names: &[impl AsRef<str>]) -> Value {
    advanced(
        name,
        &[
            field("eventCategory", "Equals", &["Management"]),
            field("eventName", "Equals", event_names),
        ],
    )
}

/// The selector of management events by source.
pub(crate) fn by_source(name: &str, sources: &[&str]) -> Value {
    advanced(
        name,
        &[
            field("eventCategory", "Equals", &["Management"]),
            field("eventSource", "Equals", sources),
        ],
    )
}

/// Every management event.
pub(crate) fn everything(name: &str) -> Value {
    advanced(name, &[field("eventCategory", "Equals", &["Management"])])
}

/// The data events of one resource type.
pub(crate) fn data(name: &str, resource_type: &str) -> Value {
    advanced(
        name,
        &[
            field("eventCategory", "Equals", &["Data"]),
            field("resources.type", "Equals", &[resource_type]),
        ],
    )
}

/// The network activity of one service.
pub(crate) fn network(name: &str, source: &str) -> Value {
    advanced(
        name,
        &[
            field("eventCategory", "Equals", &["NetworkActivity"]),
            field("eventSource", "Equals", &[source]),
        ],
    )
}

/// What a trail has that nobody configured: one basic selector that logs all management events.
pub(crate) fn service_default() -> Value {
    basic_set(&[basic("All", true, &[], &[])])
}

/// What an event data store has that nobody configured:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>.
pub(crate) fn store_default() -> Value {
    set(&[everything("Default management events")])
}

/// The selector of management events by name and source together.
pub(crate) fn by_name_and_source(
    name: &str,
    event_names: &[impl AsRef<str>],
    source: &str,
) -> Value {
    advanced(
        name,
        &[
            field("eventCategory", "Equals", &["Management"]),
            field("eventName", "Equals", event_names),
            field("eventSource", "Equals", &[source]),
        ],
    )
}

/// A basic selector; `objects` are ARNs of S3 objects, `excluded` are event sources.
pub(crate) fn basic(
    read_write_type: &str,
    management: bool,
    objects: &[&str],
    excluded: &[&str],
) -> Value {
    let resources: Vec<Value> = if objects.is_empty() {
        Vec::new()
    } else {
        vec![json!({ "Type": "AWS::S3::Object", "Values": objects })]
    };
    json!({
        "ReadWriteType": read_write_type,
        "IncludeManagementEvents": management,
        "DataResources": resources,
        "ExcludeManagementEventSources": excluded,
    })
}

/// An answer in the one form that tests compare: lists which an answer may leave out are there,
/// operators without values are not, and order does not count. A trail which answers no selector
/// at all has the default, since that is what CloudTrail does with it.
pub(crate) fn normal(answer: &Value) -> Value {
    let list = |key: &str| answer[key].as_array().filter(|list| !list.is_empty());
    // Basic before advanced: where a service answers both, the basic ones were put last.
    if let Some(basic) = list("EventSelectors") {
        return basic_set(&basic.iter().map(normal_basic).collect::<Vec<_>>());
    }
    match list("AdvancedEventSelectors") {
        Some(selectors) => {
            let mut selectors: Vec<Value> = selectors.iter().map(normal_advanced).collect();
            selectors.sort_by_key(Value::to_string);
            set(&selectors)
        }
        None => service_default(),
    }
}

fn normal_basic(selector: &Value) -> Value {
    json!({
        "ReadWriteType": selector["ReadWriteType"].as_str().unwrap_or("All"),
        "IncludeManagementEvents": selector["IncludeManagementEvents"].as_bool().unwrap_or(true),
        "DataResources": selector["DataResources"].as_array().cloned().unwrap_or_default(),
        "ExcludeManagementEventSources":
            selector["ExcludeManagementEventSources"].as_array().cloned().unwrap_or_default(),
    })
}

fn normal_advanced(selector: &Value) -> Value {
    let mut fields: Vec<Value> = selector["FieldSelectors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(normal_field)
        .collect();
    fields.sort_by_key(Value::to_string);
    advanced(selector["Name"].as_str().unwrap_or_default(), &fields)
}

fn normal_field(condition: &Value) -> Value {
    let mut normal = json!({ "Field": condition["Field"] });
    for operator in [
        "Equals",
        "StartsWith",
        "EndsWith",
        "NotEquals",
        "NotStartsWith",
        "NotEndsWith",
    ] {
        let values: BTreeSet<&str> = condition[operator]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !values.is_empty() {
            normal[operator] = json!(values);
        }
    }
    normal
}
