//! Which categories of events there are, where, and beside which others.
//!
//! Imports `selector` and its own parent. Next: `fields.rs`.

use super::example::{
    ALL_MANAGEMENT, BOTH, DATA, Draft, IAM, MANAGEMENT, OBJECTS, OF_ANYWHERE, STORE, TRAIL,
    category, equals,
};
use super::fields::FIELDS_PAGE;
use super::place::{self, Location, Place, alternatives, shown};
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::selector::{AdvancedEventSelector, Field, Operator};

const STORES_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html";

/// The categories of the events that `CloudTrail` records: those a trail can log, and an event data
/// store side by side.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
pub(super) const RECORDED: [&str; 3] = ["Management", "Data", "NetworkActivity"];

/// The categories that an event data store has alone: Insights, configuration items, evidence of
/// Audit Manager, activity outside AWS.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
pub(super) const STANDALONE: [&str; 4] = [
    "Insight",
    "ConfigurationItem",
    "Evidence",
    "ActivityAuditLog",
];

pub(super) const CATEGORY_MISSING: Rule = Rule {
    id: "category-missing",
    chapter: Chapter::Categories,
    title: "Selector without eventCategory",
    what: "Each selector has a field selector on eventCategory.",
    why: "The service requires the field, for every category and at every destination.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            let without =
                |selector: &AdvancedEventSelector| selector.field(&Field::EventCategory).is_none();
            let repair = "add eventCategory Equals Management for management events, which all \
                          events of IAM are";
            place::selectors(selectors, without)
                .map(|at| {
                    let found = "a selector that does not name the category";
                    rule.finding(Some(at), found, "eventCategory in each selector", repair)
                })
                .collect()
        },
        accepted: ALL_MANAGEMENT,
        rejected: &[Draft::of(&[IAM])],
    },
};

pub(super) const CATEGORY_FORM: Rule = Rule {
    id: "category-form",
    chapter: Chapter::Categories,
    title: "eventCategory is not one value by Equals",
    what: "eventCategory is compared by Equals, with one value.",
    why: "Equals is documented as the only operator for it. That it takes one value is assumed: the \
          documentation never shows two, and the other fields depend on which it is.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            place::on(selectors, &Field::EventCategory)
                .filter(|place| {
                    let only = place.condition.only(Operator::Equals);
                    only.is_none_or(|values| values.len() != 1)
                })
                .map(|place| {
                    rule.finding(
                        Some(place.at()),
                        place.words(),
                        "eventCategory Equals with one value",
                        "write one selector for each category",
                    )
                })
                .collect()
        },
        accepted: ALL_MANAGEMENT,
        rejected: &[Draft::of(&[equals(
            "eventCategory",
            &["Management", "Data"],
        )])],
    },
};

pub(super) const TRAIL_CATEGORY: Rule = Rule {
    id: "trail-category",
    chapter: Chapter::Categories,
    title: "Not a category of a trail",
    what: "On a trail the category is Management, Data or NetworkActivity, spelled so.",
    why: "The selectors of a trail know these three. Insights are turned on for a trail by a call \
          of their own, PutInsightSelectors; the other categories are for event data stores.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| category_in(rule, selectors, &RECORDED),
        accepted: OF_ANYWHERE,
        rejected: &[Draft::of(&[category(&["Insight"])])],
    },
};

pub(super) const STORE_CATEGORY: Rule = Rule {
    id: "store-category",
    chapter: Chapter::Categories,
    title: "Not a category of a store",
    what: "On an event data store the category is Management, Data, NetworkActivity, Insight, \
           ConfigurationItem, Evidence or ActivityAuditLog, spelled so.",
    why: "These are the categories that are documented for event data stores.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            category_in(rule, selectors, &[&RECORDED[..], &STANDALONE].concat())
        },
        accepted: &[Draft::of(&[category(&["Insight"])])],
        rejected: &[Draft::of(&[category(&["Insights"])])],
    },
};

fn category_in(rule: &Rule, selectors: &[AdvancedEventSelector], allowed: &[&str]) -> Vec<Finding> {
    place::on(selectors, &Field::EventCategory)
        .flat_map(Place::values)
        .filter(|value| value.operator == Operator::Equals && !allowed.contains(&value.value))
        .map(|value| {
            let near = allowed
                .iter()
                .find(|known| known.eq_ignore_ascii_case(value.value));
            let repair = match near {
                Some(known) => format!("write {known}"),
                None => "name one of these, or leave the selector out".to_owned(),
            };
            rule.finding(
                Some(value.at()),
                value.words(),
                alternatives(allowed),
                repair,
            )
        })
        .collect()
}

pub(super) const STORE_STANDALONE_FIELDS: Rule = Rule {
    id: "store-standalone-fields",
    chapter: Chapter::Categories,
    title: "A field that this category cannot filter",
    what: "With the categories Insight, ConfigurationItem, Evidence and ActivityAuditLog the only \
           field is eventCategory.",
    why: "For these events the selector says which they are and filters nothing.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: STORES_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            place::conditions(selectors)
                .filter_map(|place| place.category.map(|category| (place, category)))
                .filter(|(place, category)| {
                    STANDALONE.contains(category)
                        && *place.condition.field() != Field::EventCategory
                })
                .map(|(place, category)| {
                    let field = shown(place.condition.field().as_str());
                    rule.finding(
                        Some(place.at()),
                        format!("{field} in a selector of the category {category}"),
                        "eventCategory alone",
                        format!("leave {field} out; what is stored can be filtered by a query"),
                    )
                })
                .collect()
        },
        accepted: &[Draft::of(&[category(&["ConfigurationItem"])])],
        rejected: &[Draft::of(&[category(&["ConfigurationItem"]), IAM])],
    },
};

pub(super) const STORE_CATEGORY_GROUP: Rule = Rule {
    id: "store-category-group",
    chapter: Chapter::Categories,
    title: "Categories that no store has together",
    what: "An event data store has the categories Management, Data and NetworkActivity, in any \
           mixture, or one of Insight, ConfigurationItem, Evidence and ActivityAuditLog alone.",
    why: "A store holds events of one kind.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html",
    check: Check::Selectors {
        check: category_group,
        accepted: &[Draft::of(&[MANAGEMENT, IAM]), Draft::of(&[DATA, OBJECTS])],
        rejected: &[
            Draft::of(&[MANAGEMENT, IAM]),
            Draft::of(&[category(&["ConfigurationItem"])]),
        ],
    },
};

/// The kind of events of a category: all recorded ones are one kind. `None` for others.
pub(super) fn kind_of(category: &str) -> Option<&str> {
    if RECORDED.contains(&category) {
        Some("recorded")
    } else {
        STANDALONE.contains(&category).then_some(category)
    }
}

/// A finding for the first selector of another kind than the first of all.
fn category_group(rule: &Rule, selectors: &[AdvancedEventSelector]) -> Vec<Finding> {
    let mut kinds = selectors
        .iter()
        .enumerate()
        .filter_map(|(index, selector)| {
            let category = selector.category()?;
            Some((index, category, kind_of(category)?))
        });
    let Some((_, first, kind)) = kinds.next() else {
        return Vec::new();
    };
    let Some((index, other, _)) = kinds.find(|(_, _, other)| *other != kind) else {
        return Vec::new();
    };
    vec![rule.finding(
        Some(Location::of_selector(index)),
        format!("the category {other} beside {first}"),
        "categories of one kind in an event data store",
        "keep one kind, and make another event data store for the other",
    )]
}
