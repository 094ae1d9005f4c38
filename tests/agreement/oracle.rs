//! Would these selectors log this record? Read a second time from AWS's pages, slowly and on plain
//! JSON. Imports nothing of the project.
//!
//! `Some(true)` is logged, `Some(false)` is not, `None` is not known.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use serde_json::Value;

/// What a reader of the pages knows.
pub(crate) type Known = Option<bool>;

/// A content as far as it is known: every text that it may be, told by a test of one value.
enum Has<'v> {
    Exactly(&'v str),
    /// Documented as left out of records where it does not apply.
    Nothing,
    StartingWith(&'v str),
    AnythingBut(&'v str),
    Whatever,
}

/// Documented: a trail logs what any selector matches.
pub(crate) fn logs(advanced: &[Value], record: &Value) -> Known {
    if advanced.is_empty() {
        return None;
    }
    let each: Vec<Known> = advanced
        .iter()
        .map(|selector| selects(selector, record))
        .collect();
    if each.contains(&Some(true)) {
        Some(true)
    } else if each.contains(&None) {
        None
    } else {
        Some(false)
    }
}

/// Documented by example: all fields of a selector have to match.
fn selects(selector: &Value, record: &Value) -> Known {
    let fields = selector["FieldSelectors"].as_array().expect("a list");
    let of_resources = |field: &&Value| {
        let name = field["Field"].as_str().expect("a name");
        name.starts_with("resources.")
    };
    let mut all: Vec<Known> = fields
        .iter()
        .filter(|field| !of_resources(field))
        .map(|field| {
            matches(
                field,
                &content(field["Field"].as_str().expect("a name"), record),
            )
        })
        .collect();
    let resources: Vec<&Value> = fields.iter().filter(of_resources).collect();
    if !resources.is_empty() {
        all.push(has_resource(&resources, record));
    }
    every(&all)
}

/// Documented: one of the selecting values, and none of the deselecting ones.
fn matches(field: &Value, has: &Has<'_>) -> Known {
    let values = |operator: &str| -> Vec<&str> {
        let list = field[operator].as_array();
        list.into_iter()
            .flatten()
            .map(|value| value.as_str().expect("a text"))
            .collect()
    };
    let (mut hits, mut blocks) = (Vec::new(), Vec::new());
    for kind in ["Equals", "StartsWith", "EndsWith"] {
        hits.extend(
            values(kind)
                .into_iter()
                .map(|value| compare(kind, value, has)),
        );
        let left_out = values(&format!("Not{kind}"));
        blocks.extend(left_out.into_iter().map(|value| compare(kind, value, has)));
    }
    let selected = if hits.is_empty() {
        Some(true)
    } else {
        some(&hits)
    };
    every(&[selected, some(&blocks).map(|blocked| !blocked)])
}

fn compare(kind: &str, value: &str, has: &Has<'_>) -> Known {
    match has {
        Has::Exactly(text) => Some(match kind {
            "Equals" => *text == value,
            "StartsWith" => text.get(..value.len()) == Some(value),
            _ => text.len() >= value.len() && text.get(text.len() - value.len()..) == Some(value),
        }),
        Has::Nothing => Some(false),
        Has::AnythingBut(not) => (kind == "Equals" && value == *not).then_some(false),
        Has::Whatever => None,
        Has::StartingWith(start) => {
            let length = start.len().min(value.len());
            let parts = start.as_bytes()[..length] != value.as_bytes()[..length];
            match kind {
                "Equals" if parts || value.len() < start.len() => Some(false),
                "StartsWith" if parts => Some(false),
                "StartsWith" if value.len() <= start.len() => Some(true),
                _ => None,
            }
        }
    }
}

/// A value in a record: JSON's `true` and `false` are compared as texts, `null` as nothing.
fn plain(value: &Value) -> Has<'_> {
    match value {
        Value::Null => Has::Nothing,
        Value::Bool(true) => Has::Exactly("true"),
        Value::Bool(false) => Has::Exactly("false"),
        Value::String(text) => Has::Exactly(text),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => Has::Whatever,
    }
}

fn content<'v>(field: &str, record: &'v Value) -> Has<'v> {
    match field {
        // Documented as always there; a record without them is not whole. `readOnly` is optional,
        // and what its absence means to a selector is documented nowhere.
        "eventSource" | "eventName" | "eventType" | "readOnly" if record[field].is_null() => {
            Has::Whatever
        }
        "eventCategory" if record[field].is_null() => category(record),
        "eventSource" | "eventName" | "eventType" | "readOnly" | "eventCategory" => {
            plain(&record[field])
        }
        "userIdentity.arn" => {
            let identity = &record["userIdentity"];
            if identity.is_null() || identity.is_object() {
                plain(&identity["arn"])
            } else {
                Has::Whatever
            }
        }
        "sessionCredentialFromConsole" | "errorCode" | "vpcEndpointId" => plain(&record[field]),
        _ => Has::Whatever,
    }
}

/// Documented: in records since 1.07. Before that, a record is one of a management event if it says
/// so; assumed, if it says nothing and has no resource of a type with data events.
fn category(record: &Value) -> Has<'static> {
    let data = [
        "AWS::S3::Object",
        "AWS::Lambda::Function",
        "AWS::DynamoDB::Table",
    ];
    let old: Vec<String> = (0..7).map(|minor| format!("1.0{minor}")).collect();
    let version = record["eventVersion"].as_str().unwrap_or("?");
    let says = &record["managementEvent"];
    if *says == true || *says == "true" {
        return Has::Exactly("Management");
    }
    if *says == false || *says == "false" {
        return Has::AnythingBut("Management");
    }
    let is_old = version == "1.0" || old.iter().any(|one| one == version);
    let resources = &record["resources"];
    let suspicious = |list: &Vec<Value>| {
        list.iter().any(|one| {
            !one.is_object()
                || one["type"]
                    .as_str()
                    .is_some_and(|kind| data.contains(&kind))
        })
    };
    let is_plain =
        resources.is_null() || resources.as_array().is_some_and(|list| !suspicious(list));
    if says.is_null() && is_old && is_plain {
        Has::Exactly("Management")
    } else {
        Has::Whatever
    }
}

/// Documented: the ARN is one of the type. Assumed: of several resources of the type one that is
/// selected is enough, and when values leave something out, the resources have to agree.
fn has_resource(fields: &[&Value], record: &Value) -> Known {
    let nothing = [Value::Object(serde_json::Map::new())];
    let resources = match record["resources"].as_array() {
        None if record["resources"].is_null() => &nothing[..],
        Some(list) if list.is_empty() => &nothing[..],
        Some(list) if list.iter().all(Value::is_object) => &list[..],
        Some(_) | None => return None,
    };
    let leaves_out = |name: &str| {
        fields.iter().any(|field| {
            let object = field.as_object().expect("an object");
            field["Field"] == name && object.keys().any(|key| key.starts_with("Not"))
        })
    };
    let ask = |name: &str, resource: &Value| {
        let has = match (name, plain(&resource["ARN"]), plain(&resource["ARNPrefix"])) {
            ("resources.type", _, _) => plain(&resource["type"]),
            (_, Has::Nothing, Has::Exactly(start)) => Has::StartingWith(start),
            (_, has, _) => has,
        };
        let asked = fields.iter().filter(|field| field["Field"] == name);
        every(&asked.map(|field| matches(field, &has)).collect::<Vec<_>>())
    };
    let mut answers = Vec::new();
    for resource in resources {
        let of_type = ask("resources.type", resource);
        if of_type != Some(false) || leaves_out("resources.type") {
            answers.push(every(&[of_type, ask("resources.ARN", resource)]));
        }
    }
    if !leaves_out("resources.type") && !leaves_out("resources.ARN") {
        return some(&answers);
    }
    match answers.as_slice() {
        [] => Some(false),
        [first, rest @ ..] if rest.iter().all(|other| other == first) => *first,
        _ => None,
    }
}

fn every(all: &[Known]) -> Known {
    if all.contains(&Some(false)) {
        Some(false)
    } else if all.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn some(all: &[Known]) -> Known {
    if all.contains(&Some(true)) {
        Some(true)
    } else if all.contains(&None) {
        None
    } else {
        Some(false)
    }
}
