//! What a trail with these selectors really logs.
//!
//! Imports `catalog` and `selector`. Next: [`super::reach`], whether the events get there at all.
//!
//! [`precision`] and [`effective_filter`] are careful in one direction: what is not understood is
//! said to log more than IAM, never less.

use std::collections::BTreeSet;

use crate::catalog::{self, Service};
use crate::selector::{AdvancedEventSelector, Field, FieldSelector, MANAGEMENT, Operator};

/// How close what is logged comes to the services of the catalog; later is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Only management events whose source is in the catalog.
    Exact,
    /// Only management events whose name is in the catalog; those of other services with the same
    /// name too.
    ByName,
    /// Other events as well, or possibly.
    Superset,
}

impl Precision {
    /// All three, from the best to the worst.
    pub const ALL: &[Self] = &[Self::Exact, Self::ByName, Self::Superset];

    /// As users see it, such as `by_name`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ByName => "by_name",
            Self::Superset => "superset",
        }
    }
}

/// The precision of a set of selectors, which is that of its worst.
///
/// No selectors at all are a superset: a trail without any logs all management events
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>).
#[must_use]
pub fn precision(selectors: &[AdvancedEventSelector]) -> Precision {
    selectors
        .iter()
        .map(precision_of)
        .max()
        .unwrap_or(Precision::Superset)
}

fn precision_of(selector: &AdvancedEventSelector) -> Precision {
    if selector.category() != Some(MANAGEMENT) {
        return Precision::Superset;
    }
    // All conditions of a selector must hold, so one that keeps everything else out is enough.
    let is_source = |source: &str| Service::from_source(source).is_some();
    if conditions(selector, &Field::EventSource).any(|source| only_equals(source, is_source)) {
        return Precision::Exact;
    }
    let is_name = |name: &str| catalog::named(name).next().is_some();
    if conditions(selector, &Field::EventSource).next().is_none()
        && conditions(selector, &Field::EventName).any(|name| only_equals(name, is_name))
    {
        return Precision::ByName;
    }
    Precision::Superset
}

/// Which filter is on the management events of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectiveFilter {
    /// `eventName Equals`.
    EventName,
    /// `eventSource Equals`.
    EventSource,
    /// Both, in each selector.
    EventNameAndSource,
    /// `eventSource NotEquals`.
    Exclusion,
    /// None, but perhaps for `readOnly`.
    Unfiltered,
    /// Another, a mixture, or no management selector at all.
    Other,
}

impl EffectiveFilter {
    /// All six.
    pub const ALL: &[Self] = &[
        Self::EventName,
        Self::EventSource,
        Self::EventNameAndSource,
        Self::Exclusion,
        Self::Unfiltered,
        Self::Other,
    ];

    /// As users see it, such as `event_name`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventName => "event_name",
            Self::EventSource => "event_source",
            Self::EventNameAndSource => "event_name_and_source",
            Self::Exclusion => "exclusion",
            Self::Unfiltered => "unfiltered",
            Self::Other => "other",
        }
    }
}

/// The filter that all management selectors of a set have in common; selectors of other categories
/// are not looked at.
#[must_use]
pub fn effective_filter(selectors: &[AdvancedEventSelector]) -> EffectiveFilter {
    let filters: BTreeSet<EffectiveFilter> = selectors
        .iter()
        .filter(|selector| selector.category() == Some(MANAGEMENT))
        .map(filter_of)
        .collect();
    let mut filters = filters.into_iter();
    match (filters.next(), filters.next()) {
        (Some(only), None) => only,
        (None, _) | (Some(_), Some(_)) => EffectiveFilter::Other,
    }
}

fn filter_of(selector: &AdvancedEventSelector) -> EffectiveFilter {
    let filters: Vec<(&Field, Option<Operator>)> = selector
        .field_selectors()
        .iter()
        .filter(|condition| ![Field::EventCategory, Field::ReadOnly].contains(condition.field()))
        .map(|condition| {
            let mut operators = condition.conditions().map(|(operator, _)| operator);
            let only = operators.next().filter(|_| operators.next().is_none());
            (condition.field(), only)
        })
        .collect();
    match filters.as_slice() {
        [] => EffectiveFilter::Unfiltered,
        [(Field::EventName, Some(Operator::Equals))] => EffectiveFilter::EventName,
        [(Field::EventSource, Some(Operator::Equals))] => EffectiveFilter::EventSource,
        [(Field::EventSource, Some(Operator::NotEquals))] => EffectiveFilter::Exclusion,
        [
            (Field::EventSource, Some(Operator::Equals)),
            (Field::EventName, Some(Operator::Equals)),
        ]
        | [
            (Field::EventName, Some(Operator::Equals)),
            (Field::EventSource, Some(Operator::Equals)),
        ] => EffectiveFilter::EventNameAndSource,
        _ => EffectiveFilter::Other,
    }
}

fn conditions<'a>(
    selector: &'a AdvancedEventSelector,
    field: &Field,
) -> impl Iterator<Item = &'a FieldSelector> {
    selector
        .field_selectors()
        .iter()
        .filter(move |condition| condition.field() == field)
}

/// Whether the condition is `Equals` alone, with nothing but values of this kind.
fn only_equals(condition: &FieldSelector, is_kind: impl Fn(&str) -> bool) -> bool {
    condition
        .only(Operator::Equals)
        .is_some_and(|values| values.iter().all(|value| is_kind(value)))
}

#[cfg(test)]
mod tests;
