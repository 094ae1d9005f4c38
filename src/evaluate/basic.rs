//! What a basic selector logs, judged by its own rules and not by those of its advanced equal.
//!
//! Imports `selector` only. Next: `../evaluate.rs`. A test holds this against
//! [`EventSelector::to_advanced`].
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>.
//! Network activity is logged by advanced selectors only
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html>).

use super::condition::{Truth, shown};
use super::event::{Event, Hidden, Resource, Seen};
use crate::selector::{DataResource, EventSelector, Field, MANAGEMENT, ReadWriteType};

/// The category of data events.
const DATA: &str = "Data";

/// Whether the selector logs the record.
pub(super) fn judge(selector: &EventSelector, event: &Event<'_>) -> Truth {
    let asked = read_write(selector, event);
    let management = if selector.include_management_events {
        is_category(event, MANAGEMENT).and(not_excluded(selector, event))
    } else {
        Truth::False
    };
    let data = is_category(event, DATA).and(has_resource(selector, event));
    asked.and(management.or(data))
}

/// Why it does not, or why that is not known: the field, and a clause about it.
pub(super) fn clause(selector: &EventSelector, event: &Event<'_>) -> (Field, String) {
    let verdict = judge(selector, event);
    match event.seen(&Field::EventCategory) {
        Seen::Text(MANAGEMENT) if !selector.include_management_events => (
            Field::EventCategory,
            "eventCategory is Management, and it includes no management events".to_owned(),
        ),
        Seen::Text(other) if other != MANAGEMENT && other != DATA => (
            Field::EventCategory,
            format!(
                "eventCategory is {}, which basic selectors never log",
                shown(other)
            ),
        ),
        _ if read_write(selector, event) == verdict => {
            (Field::ReadOnly, read_write_clause(selector, event))
        }
        Seen::Text(MANAGEMENT) => (Field::EventSource, source_clause(event)),
        Seen::Text(_) => resource_clause(selector, event),
        Seen::Not(_) if verdict == Truth::False => resource_clause(selector, event),
        Seen::Absent | Seen::Not(_) | Seen::Hidden(_) if verdict == Truth::False => (
            Field::EventCategory,
            "eventCategory may be any, nothing else in the record fits".to_owned(),
        ),
        Seen::Absent | Seen::Not(_) | Seen::Hidden(_) => (
            Field::EventCategory,
            "eventCategory is not told by the record".to_owned(),
        ),
    }
}

fn is_category(event: &Event<'_>, wanted: &str) -> Truth {
    match event.seen(&Field::EventCategory) {
        Seen::Text(category) => Truth::of(category == wanted),
        Seen::Absent => Truth::False,
        Seen::Not(other) if other == wanted => Truth::False,
        Seen::Not(_) | Seen::Hidden(_) => Truth::Unknown,
    }
}

fn read_write(selector: &EventSelector, event: &Event<'_>) -> Truth {
    let wanted = match selector.read_write_type {
        ReadWriteType::All => return Truth::True,
        ReadWriteType::ReadOnly => "true",
        ReadWriteType::WriteOnly => "false",
    };
    match event.seen(&Field::ReadOnly) {
        Seen::Text(read_only) => Truth::of(read_only == wanted),
        Seen::Absent | Seen::Not(_) | Seen::Hidden(_) => Truth::Unknown,
    }
}

fn read_write_clause(selector: &EventSelector, event: &Event<'_>) -> String {
    let kind = selector.read_write_type.as_str();
    match event.read_only.text() {
        Some(text) => format!(
            "readOnly is {}, and its read-write type is {kind}",
            shown(text)
        ),
        None => format!("readOnly is not told by the record, and its read-write type is {kind}"),
    }
}

fn not_excluded(selector: &EventSelector, event: &Event<'_>) -> Truth {
    let excluded = &selector.exclude_management_event_sources;
    if excluded.is_empty() {
        return Truth::True;
    }
    match event.seen(&Field::EventSource) {
        Seen::Text(source) => Truth::of(!excluded.iter().any(|one| one == source)),
        Seen::Absent | Seen::Not(_) | Seen::Hidden(_) => Truth::Unknown,
    }
}

fn source_clause(event: &Event<'_>) -> String {
    match event.event_source.text() {
        Some(source) => format!(
            "eventSource is {}, which it excludes from management events",
            shown(source)
        ),
        None => "eventSource is not told by the record, and it excludes sources".to_owned(),
    }
}

/// Whether the record has a resource of a type with a value that covers it. One is enough: that is
/// assumed, as for advanced selectors.
fn has_resource(selector: &EventSelector, event: &Event<'_>) -> Truth {
    let wanted = selector
        .data_resources
        .iter()
        .filter(|resources| !resources.values.is_empty());
    Truth::any(wanted.map(|wanted| {
        if event.resources_unreadable.is_some() {
            return Truth::Unknown;
        }
        Truth::any(
            event
                .resources
                .iter()
                .map(|resource| covers(wanted, resource)),
        )
    }))
}

fn covers(wanted: &DataResource, resource: &Resource<'_>) -> Truth {
    let kind = match resource.kind.optional() {
        Seen::Text(kind) => Truth::of(kind == wanted.kind),
        Seen::Absent | Seen::Not(_) => Truth::False,
        Seen::Hidden(_) => Truth::Unknown,
    };
    let seen = resource.seen_arn();
    let arn = Truth::any(wanted.values.iter().map(|value| {
        if means_all(&wanted.kind, value) {
            return Truth::True;
        }
        let begins = compares_beginnings(&wanted.kind);
        match seen {
            Seen::Text(arn) if begins => Truth::of(arn.starts_with(value.as_str())),
            Seen::Text(arn) => Truth::of(arn == value),
            Seen::Absent | Seen::Not(_) => Truth::False,
            Seen::Hidden(Hidden::Beginning(known)) => {
                if begins && known.starts_with(value.as_str()) {
                    Truth::True
                } else if value.starts_with(known) {
                    Truth::Unknown
                } else {
                    Truth::False
                }
            }
            Seen::Hidden(Hidden::Lost | Hidden::Unreadable(_) | Hidden::Unknown) => Truth::Unknown,
        }
    }));
    kind.and(arn)
}

/// Functions and tables are named by their whole ARN, objects by the beginning of theirs. Of other
/// types, which the documentation leaves to advanced selectors, the beginning is assumed.
fn compares_beginnings(kind: &str) -> bool {
    !matches!(kind, "AWS::Lambda::Function" | "AWS::DynamoDB::Table")
}

/// Whether the value stands for all resources of the type: `arn:aws:s3`, `arn:aws:lambda`,
/// `arn:aws:dynamodb`, the same in another partition, and the first also as `arn:aws:s3:::`.
fn means_all(kind: &str, value: &str) -> bool {
    let service = match kind {
        "AWS::S3::Object" => "s3",
        "AWS::Lambda::Function" => "lambda",
        "AWS::DynamoDB::Table" => "dynamodb",
        _ => return false,
    };
    let Some((partition, rest)) = value
        .strip_prefix("arn:")
        .and_then(|rest| rest.split_once(':'))
    else {
        return false;
    };
    !partition.is_empty() && rest.trim_end_matches(':') == service
}

fn resource_clause(selector: &EventSelector, event: &Event<'_>) -> (Field, String) {
    let kinds: Vec<&str> = selector
        .data_resources
        .iter()
        .filter(|wanted| !wanted.values.is_empty())
        .map(|wanted| wanted.kind.as_str())
        .collect();
    if kinds.is_empty() {
        let clause = "eventCategory is not Management, and it has no data resources";
        return (Field::EventCategory, clause.to_owned());
    }
    if let Some(what) = event.resources_unreadable {
        let clause = format!("resources is {what} in the record, which it never should be");
        return (Field::ResourcesType, clause);
    }
    let mut known = event
        .resources
        .iter()
        .filter_map(|resource| resource.kind.text());
    let clause = match known.find(|kind| kinds.contains(kind)) {
        Some(kind) if has_resource(selector, event) == Truth::Unknown => {
            let clause = format!("resources.ARN of the {} is not known", shown(kind));
            return (Field::ResourcesArn, clause);
        }
        Some(kind) => {
            let clause = format!(
                "resources.ARN of the {} is under none of its values",
                shown(kind)
            );
            return (Field::ResourcesArn, clause);
        }
        None => format!(
            "no resources.type in the record is {}",
            shown(&kinds.join(" or "))
        ),
    };
    (Field::ResourcesType, clause)
}
