//! What the selectors of a trail, and of an event data store, may be: the simulator's own reading of
//! AWS's pages, apart from the crate's. `tests/agreement` holds the two against each other.
//!
//! Imports the model, for shapes, and the rule table. [`judge`] reads a whole request,
//! [`judge_advanced`], [`judge_store`] and [`judge_basic`] a list. Nothing in here knows trails,
//! stores or accounts. What is about stores alone is in [`store`].

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{error::Refusal, model, rule, rule::Rule, shape};

mod store;

pub(crate) use store::{category_group, judge_store};

/// The operators that AWS documents, as the wire spells them.
const OPERATORS: [&str; 6] = [
    "Equals",
    "StartsWith",
    "EndsWith",
    "NotEquals",
    "NotStartsWith",
    "NotEndsWith",
];
/// The sources that management events can be narrowed by on a trail.
const EXCLUDABLE: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];
/// All values of all operators of all selectors of a trail, or of an event data store.
const MOST_VALUES: usize = 500;
/// Basic selectors of a trail.
const MOST_BASIC: usize = 5;
/// Values of all data resources of a trail's basic selectors.
const MOST_RESOURCES: usize = 250;

/// What the selectors are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// A trail, as AWS documents it.
    Trail,
    /// A trail of an emulator, which takes the fields of stores on management events too.
    LenientTrail,
    /// An event data store.
    Store,
}

/// Judges the selectors of a `PutEventSelectors` request: one kind, and each rule of that kind.
pub(crate) fn judge(body: &Map<String, Value>, accept_undocumented: bool) -> Result<(), Refusal> {
    let list = |name: &str| body.get(name).and_then(Value::as_array);
    match (list("EventSelectors"), list("AdvancedEventSelectors")) {
        (Some(_), Some(_)) => refuse(
            &rule::KINDS,
            "EventSelectors and AdvancedEventSelectors cannot be in one request",
        ),
        (None, None) => refuse(
            &rule::KIND_MISSING,
            "EventSelectors or AdvancedEventSelectors must be in the request",
        ),
        (Some(basic), None) => judge_basic(basic),
        (None, Some(advanced)) => judge_advanced(advanced, accept_undocumented),
    }
}

/// Judges a list of advanced selectors for a trail, its shape included. With
/// `accept_undocumented`, management events may be narrowed by the fields that AWS documents for
/// event data stores only.
pub(crate) fn judge_advanced(
    selectors: &[Value],
    accept_undocumented: bool,
) -> Result<(), Refusal> {
    judge_list(
        selectors,
        if accept_undocumented {
            Place::LenientTrail
        } else {
            Place::Trail
        },
    )
}

fn judge_list(selectors: &[Value], place: Place) -> Result<(), Refusal> {
    shape::check(model::ADVANCED_SELECTORS, &Value::Array(selectors.to_vec()))?;
    if selectors.is_empty() {
        return refuse(&rule::LIST_EMPTY, "AdvancedEventSelectors is empty");
    }
    let mut count = 0;
    for selector in selectors {
        let fields: Vec<Field<'_>> = list(selector, "FieldSelectors").map(Field::read).collect();
        count += fields.iter().map(Field::count).sum::<usize>();
        judge_selector(&fields, place)?;
    }
    if count > MOST_VALUES {
        let message = format!("{count} values in all selectors, at most {MOST_VALUES} are allowed");
        return refuse(&rule::VALUE_COUNT, message);
    }
    Ok(())
}

/// Judges a list of basic selectors, its shape included.
pub(crate) fn judge_basic(selectors: &[Value]) -> Result<(), Refusal> {
    shape::check(model::BASIC_SELECTORS, &Value::Array(selectors.to_vec()))?;
    if selectors.is_empty() {
        return refuse(&rule::LIST_EMPTY, "EventSelectors is empty");
    }
    if selectors.len() > MOST_BASIC {
        let message = format!("{} event selectors, at most {MOST_BASIC}", selectors.len());
        return refuse(&rule::BASIC_COUNT, message);
    }
    let mut resources = 0;
    for selector in selectors {
        for source in list(selector, "ExcludeManagementEventSources").filter_map(Value::as_str) {
            if !EXCLUDABLE.contains(&source) {
                let what = format!("Value {source} for ExcludeManagementEventSources is invalid.");
                return refuse(&rule::EXCLUDED_SOURCE, what);
            }
        }
        for resource in list(selector, "DataResources") {
            resources += judge_resource(resource)?;
        }
    }
    if resources > MOST_RESOURCES {
        let message = format!("{resources} data resources, at most {MOST_RESOURCES}");
        return refuse(&rule::RESOURCE_COUNT, message);
    }
    Ok(())
}

/// Judges a data resource of a basic selector. Gives how many resources it counts for: "all of
/// the type" is not counted.
fn judge_resource(resource: &Value) -> Result<usize, Refusal> {
    let kind = resource
        .get("Type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let service = match kind {
        "AWS::S3::Object" => "s3",
        "AWS::Lambda::Function" => "lambda",
        "AWS::DynamoDB::Table" => "dynamodb",
        _ => {
            return refuse(
                &rule::RESOURCE_TYPE,
                format!("Value {kind} for Type is invalid."),
            );
        }
    };
    let mut counted = 0;
    let mut seen = false;
    for value in list(resource, "Values").filter_map(Value::as_str) {
        seen = true;
        let mut parts = value.splitn(4, ':');
        let head = (parts.next(), parts.next(), parts.next());
        let (Some("arn"), Some(partition), Some(named)) = head else {
            return refuse_value(value);
        };
        if named != service || !partition.starts_with("aws") {
            return refuse_value(value);
        }
        let rest = parts.next().unwrap_or_default();
        counted += usize::from(!rest.trim_matches(':').is_empty());
    }
    if seen {
        Ok(counted)
    } else {
        refuse(
            &rule::RESOURCE_VALUES_EMPTY,
            format!("{kind} has no Values"),
        )
    }
}

fn refuse_value<T>(value: &str) -> Result<T, Refusal> {
    refuse(
        &rule::RESOURCE_VALUE,
        format!("Value {value} for DataResources.Values is invalid."),
    )
}

/// A field selector, read.
#[derive(Debug)]
struct Field<'a> {
    name: &'a str,
    conditions: Vec<(&'static str, Vec<&'a str>)>,
}

impl<'a> Field<'a> {
    fn read(value: &'a Value) -> Self {
        let conditions = OPERATORS
            .into_iter()
            .map(|operator| {
                (
                    operator,
                    list(value, operator).filter_map(Value::as_str).collect(),
                )
            })
            .filter(|(_, values): &(_, Vec<_>)| !values.is_empty())
            .collect();
        let name = value
            .get("Field")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Self { name, conditions }
    }

    fn count(&self) -> usize {
        self.conditions.iter().map(|(_, values)| values.len()).sum()
    }

    fn values(&self) -> impl Iterator<Item = &'a str> {
        self.conditions
            .iter()
            .flat_map(|(_, values)| values.iter().copied())
    }

    fn uses_only(&self, operators: &[&str]) -> bool {
        self.conditions
            .iter()
            .all(|(operator, _)| operators.contains(operator))
    }

    fn only_equals(&self) -> Result<(), Refusal> {
        if self.uses_only(&["Equals"]) {
            return Ok(());
        }
        refuse(
            &rule::EQUALS_ONLY,
            format!("{} supports the operator Equals only", self.name),
        )
    }
}

/// The rules for one selector.
fn judge_selector(fields: &[Field<'_>], place: Place) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for field in fields {
        if field.conditions.is_empty() {
            return refuse(
                &rule::OPERATOR_MISSING,
                format!("{} has no operator", field.name),
            );
        }
        if !seen.insert(field.name) {
            let what = format!("{} is there more than once", field.name);
            let twice_is_documented = field.name == "resources.type";
            let rule = if twice_is_documented {
                &rule::DATA_TYPE_ONE
            } else {
                &rule::FIELD_TWICE
            };
            return refuse(rule, what);
        }
    }
    let Some(category) = fields.iter().find(|field| field.name == "eventCategory") else {
        return refuse(
            &rule::CATEGORY_REQUIRED,
            "eventCategory is required in each selector",
        );
    };
    category.only_equals()?;
    let mut values = category.values();
    let (value, more) = (values.next().unwrap_or_default(), values.next().is_some());
    let judge_field = match value {
        "Management" => judge_management,
        "Data" => judge_data,
        "NetworkActivity" => judge_network,
        _ if place == Place::Store && store::ALONE.contains(&value) => store::judge_alone,
        _ => {
            return refuse(
                &rule::CATEGORY_VALUE,
                format!("Value {value} for eventCategory is invalid."),
            );
        }
    };
    if more {
        return refuse(
            &rule::CATEGORY_COUNT,
            "eventCategory has more than one value",
        );
    }
    for field in fields.iter().filter(|field| field.name != "eventCategory") {
        judge_field(field, place)?;
    }
    match value {
        "Data" if !seen.contains("resources.type") => refuse(
            &rule::DATA_TYPE_REQUIRED,
            "resources.type is required for data events",
        ),
        "NetworkActivity" if !seen.contains("eventSource") => refuse(
            &rule::NETWORK_SOURCE,
            "eventSource is required for network activity events",
        ),
        _ => Ok(()),
    }
}

fn judge_management(field: &Field<'_>, place: Place) -> Result<(), Refusal> {
    match field.name {
        "readOnly" => judge_read_only(field),
        "eventSource" => {
            let excludes = field.uses_only(&["NotEquals"])
                && field.values().all(|source| EXCLUDABLE.contains(&source));
            if excludes || place != Place::Trail {
                return Ok(());
            }
            let what = "On a trail, eventSource of management events supports NotEquals \
                        kms.amazonaws.com and rdsdata.amazonaws.com only";
            refuse(&rule::MANAGEMENT_SOURCE, what)
        }
        "sessionCredentialFromConsole" if place != Place::Trail => judge_console(field),
        "eventName" | "eventType" | "userIdentity.arn" if place != Place::Trail => Ok(()),
        "eventName" | "eventType" | "userIdentity.arn" | "sessionCredentialFromConsole" => {
            let what = format!(
                "{} is not supported for management events of a trail; it is for event data stores",
                field.name
            );
            refuse(&rule::MANAGEMENT_STORE_FIELD, what)
        }
        _ => refuse_field(field, "management", &rule::MANAGEMENT_FIELD),
    }
}

fn judge_data(field: &Field<'_>, _place: Place) -> Result<(), Refusal> {
    match field.name {
        "readOnly" => judge_read_only(field),
        "resources.type" => judge_resources_type(field),
        "resources.ARN" => judge_resources_arn(field),
        "sessionCredentialFromConsole" => judge_console(field),
        "eventName" | "eventSource" | "eventType" | "userIdentity.arn" => Ok(()),
        _ => refuse_field(field, "data", &rule::DATA_FIELD),
    }
}

fn judge_network(field: &Field<'_>, place: Place) -> Result<(), Refusal> {
    match field.name {
        "userIdentity.arn" if place == Place::Store => refuse(
            &rule::stores::STORE_NETWORK_FIELD,
            "userIdentity.arn of network activity events is for trails",
        ),
        "eventName" | "vpcEndpointId" | "userIdentity.arn" => Ok(()),
        "eventSource" if field.uses_only(&["Equals"]) && field.count() == 1 => Ok(()),
        "eventSource" => refuse(
            &rule::NETWORK_SOURCE,
            "eventSource takes Equals with one source",
        ),
        "errorCode"
            if field.uses_only(&["Equals"])
                && field.values().all(|value| value == "VpceAccessDenied") =>
        {
            Ok(())
        }
        "errorCode" => refuse(
            &rule::NETWORK_ERROR_CODE,
            "errorCode takes Equals VpceAccessDenied only",
        ),
        _ => refuse_field(field, "network activity", &rule::NETWORK_FIELD),
    }
}

/// Refuses a field that the category does not have, or that does not exist at all.
fn refuse_field(field: &Field<'_>, category: &str, rule: &Rule) -> Result<(), Refusal> {
    const FIELDS: [&str; 10] = [
        "readOnly",
        "eventSource",
        "eventName",
        "eventType",
        "resources.type",
        "resources.ARN",
        "userIdentity.arn",
        "sessionCredentialFromConsole",
        "errorCode",
        "vpcEndpointId",
    ];
    if FIELDS.contains(&field.name) {
        return refuse(
            rule,
            format!("{} is not supported for {category} events", field.name),
        );
    }
    refuse(
        &rule::FIELD_UNKNOWN,
        format!("Value {} for Field is invalid.", field.name),
    )
}

fn judge_read_only(field: &Field<'_>) -> Result<(), Refusal> {
    field.only_equals()?;
    match field
        .values()
        .find(|value| !["true", "false"].contains(value))
    {
        Some(value) => refuse(
            &rule::READ_ONLY_VALUE,
            format!("Value {value} for readOnly is invalid."),
        ),
        None => Ok(()),
    }
}

fn judge_console(field: &Field<'_>) -> Result<(), Refusal> {
    if field.uses_only(&["Equals", "NotEquals"]) && field.values().all(|value| value == "true") {
        return Ok(());
    }
    let what = "sessionCredentialFromConsole takes Equals or NotEquals, with the value true";
    refuse(&rule::CONSOLE_SESSION, what)
}

fn judge_resources_type(field: &Field<'_>) -> Result<(), Refusal> {
    field.only_equals()?;
    if field.count() != 1 {
        return refuse(
            &rule::DATA_TYPE_ONE,
            "resources.type takes one type in a selector",
        );
    }
    let well_formed = |value: &str| {
        let parts: Vec<&str> = value.split("::").collect();
        parts.len() == 3
            && parts.first() == Some(&"AWS")
            && parts
                .iter()
                .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
    };
    match field.values().find(|value| !well_formed(value)) {
        Some(value) => refuse(
            &rule::DATA_TYPE_FORM,
            format!("Value {value} for resources.type is invalid."),
        ),
        None => Ok(()),
    }
}

/// What is compared as a whole has to be an ARN. Beginnings and ends of one are compared as they are.
fn judge_resources_arn(field: &Field<'_>) -> Result<(), Refusal> {
    let is_arn = |value: &str| {
        let mut parts = value.splitn(6, ':');
        let (head, partition, service) = (parts.next(), parts.next(), parts.next());
        let resource = parts.nth(2);
        head == Some("arn")
            && [partition, service, resource]
                .iter()
                .all(|part| part.is_some_and(|part| !part.is_empty()))
    };
    let whole = field
        .conditions
        .iter()
        .filter(|(operator, _)| ["Equals", "NotEquals"].contains(operator));
    match whole
        .flat_map(|(_, values)| values)
        .find(|value| !is_arn(value))
    {
        Some(value) => refuse(
            &rule::DATA_ARN_FORM,
            format!("Value {value} for resources.ARN is invalid."),
        ),
        None => Ok(()),
    }
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn refuse<T>(rule: &Rule, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, message))
}
