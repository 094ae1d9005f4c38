//! What the selectors of an event data store may be beyond those of a trail: more fields on
//! management events, which [`super`] has, fewer selectors, and event types of their own, which are
//! here.
//!
//! Imports [`super`] and the rule table.

use serde_json::Value;

use super::{Field, Place, judge_list, list, refuse};
use crate::simulator::{error::Refusal, rule::stores};

/// Most advanced selectors of a store.
const MOST_SELECTORS: usize = 5;

/// The categories that a store has alone, one for each type of store but that of `CloudTrail`'s own
/// events: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html>.
pub(super) const ALONE: [&str; 4] = [
    "Insight",
    "ConfigurationItem",
    "Evidence",
    "ActivityAuditLog",
];

/// Judges a list of advanced selectors for an event data store, its shape included.
pub(crate) fn judge_store(selectors: &[Value]) -> Result<(), Refusal> {
    judge_list(selectors, Place::Store)?;
    if selectors.len() > MOST_SELECTORS {
        let message = format!(
            "{} advanced event selectors, at most {MOST_SELECTORS} for an event data store",
            selectors.len()
        );
        return refuse(&stores::STORE_SELECTOR_COUNT, message);
    }
    let mut groups = selectors.iter().map(group_of);
    let first = groups.next();
    if let Some(other) = groups.find(|group| Some(*group) != first) {
        let message = format!(
            "Event data stores of {} events have no selectors of {other} events",
            first.unwrap_or_default()
        );
        return refuse(&stores::STORE_CATEGORY_ALONE, message);
    }
    Ok(())
}

/// What type of events a store with these selectors is for: `CloudTrail`, or one of the categories
/// that stand alone.
pub(crate) fn category_group(selectors: &[Value]) -> &str {
    selectors.first().map_or("CloudTrail", group_of)
}

fn group_of(selector: &Value) -> &str {
    let category = list(selector, "FieldSelectors")
        .find(|field| field.get("Field").and_then(Value::as_str) == Some("eventCategory"))
        .and_then(|field| list(field, "Equals").next())
        .and_then(Value::as_str)
        .unwrap_or_default();
    if ALONE.contains(&category) {
        category
    } else {
        "CloudTrail"
    }
}

/// A field beside a category that stands alone: there is none.
pub(super) fn judge_alone(field: &Field<'_>, _place: Place) -> Result<(), Refusal> {
    let message = format!("{} is not supported for these events", field.name);
    refuse(&stores::STORE_CATEGORY_FIELD, message)
}
