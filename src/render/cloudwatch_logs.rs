//! Filter patterns for a log group of `CloudWatch` Logs that a trail delivers to.
//!
//! Imports its parent and `selector`. Next: `split.rs`, for patterns that would be too long.

use super::split::{Part, Unit, split};
use super::{Format, Order, quoted};
use crate::selector::ReadWriteType;

/// The most characters a filter pattern may have.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>
const LIMIT: usize = 1024;

/// Patterns of metric filters and subscription filters.
pub(super) const CLOUDWATCH_LOGS_FILTER_PATTERNS: Format = Format {
    key: "cloudwatch_logs_filter_patterns",
    what: "Filter patterns for the trail's log group in CloudWatch Logs that match exactly the chosen \
           events; more than one, a filter each, where one would have over 1,024 characters. The \
           documented grammar has no comparison with true or false, so a `read_write_type` is said by \
           the names that are of it in the catalog.",
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
    limit: Some(LIMIT),
    tried: "a second reading of the documented grammar",
    render,
};

fn render(order: &Order) -> Vec<String> {
    let by_type = order.read_write_type != ReadWriteType::All;
    let units: Vec<Unit<'_>> = order
        .sources
        .iter()
        .flat_map(|source| {
            let names = if by_type {
                Some(&source.names_of_type)
            } else {
                source.names.as_ref()
            };
            let whole = names.is_none().then_some(Unit { source, name: None });
            let single = names.into_iter().flatten().map(move |name| Unit {
                source,
                name: Some(name.as_str()),
            });
            whole.into_iter().chain(single)
        })
        .collect();
    split(&units, LIMIT, pattern)
}

fn pattern(parts: &[Part<'_>]) -> String {
    let alternatives: Vec<String> = parts.iter().map(alternative).collect();
    let condition = match alternatives.as_slice() {
        [only] => only.clone(),
        several => {
            let several: Vec<String> = several.iter().map(|one| format!("({one})")).collect();
            several.join(" || ")
        }
    };
    format!("{{ {condition} }}")
}

/// A source, and some of its names if not all are meant.
fn alternative(part: &Part<'_>) -> String {
    let source = any("eventSource", &part.source.spellings());
    if part.names.is_empty() {
        return source;
    }
    format!("({source}) && ({})", any("eventName", &part.names))
}

/// One of these values; the grammar has no list.
fn any(field: &str, values: &[&str]) -> String {
    let equals = |value: &&str| format!("$.{field} = {}", quoted::json(value));
    match values {
        [only] => equals(only),
        several => {
            let several: Vec<String> = several
                .iter()
                .map(|value| format!("({})", equals(value)))
                .collect();
            several.join(" || ")
        }
    }
}
