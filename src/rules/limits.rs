//! Counts and lengths.
//!
//! Imports `selector` and its own parent. Next: `combinations.rs`.

use super::{Built, Check, Finding, Rule, Severity};
use crate::selector::{
    AdvancedEventSelector, Field, FieldSelector, MANAGEMENT, NAME_MAX, ShapeError, VALUE_MAX,
};

/// The most values the conditions of all selectors of a trail may have together.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>
const VALUES_MAX: usize = 500;

pub(super) const TRAIL_VALUE_LIMIT: Rule = Rule {
    id: "trail-value-limit",
    title: "More than 500 values on a trail",
    why: "The service refuses a set with more, whole. It counts all conditions of all advanced \
          selectors of the trail, whatever their category; that the value of eventCategory counts \
          as well is assumed, as the careful reading.",
    severity: Severity::Error,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
    check: Check::Trail {
        check: value_limit,
        accepted: || numbered(VALUES_MAX),
        rejected: || numbered(VALUES_MAX + 1),
    },
};

fn value_limit(selectors: &[AdvancedEventSelector]) -> Vec<Finding> {
    let count: usize = selectors
        .iter()
        .map(AdvancedEventSelector::value_count)
        .sum();
    if count <= VALUES_MAX {
        return Vec::new();
    }
    let largest = selectors
        .iter()
        .max_by_key(|selector| selector.value_count());
    let most = largest.map_or_else(String::new, |selector| {
        let name = selector
            .name()
            .map_or_else(|| "an unnamed one".to_owned(), |name| format!("\"{name}\""));
        format!(", most of them in {name} ({})", selector.value_count())
    });
    let finding = TRAIL_VALUE_LIMIT.finding(
        None,
        match selectors.len() {
            1 => format!("{count} values in 1 selector"),
            selectors => format!("{count} values in {selectors} selectors{most}"),
        },
        format!(
            "at most {VALUES_MAX} values in all selectors of the trail, every category counted"
        ),
        format!(
            "select fewer names, at least {} less, or keep fewer of the trail's other selectors",
            count - VALUES_MAX
        ),
    );
    vec![finding]
}

/// One selector with so many values.
fn numbered(values: usize) -> Built {
    let names = (1..values).map(|number| format!("Name{number}"));
    selector("numbered".to_owned(), names.collect())
}

pub(super) const SELECTOR_NAME_LENGTH: Rule = Rule {
    id: "selector-name-length",
    title: "Selector name over 1,000 characters",
    why: "The API's model has this length, and a longer name fails the whole request.",
    severity: Severity::Error,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html",
    check: Check::Shape {
        accepted: || selector("n".repeat(NAME_MAX), vec!["CreateUser".to_owned()]),
        rejected: || selector("n".repeat(NAME_MAX + 1), vec!["CreateUser".to_owned()]),
    },
};

pub(super) const VALUE_LENGTH: Rule = Rule {
    id: "value-length",
    title: "Value not of 1 to 2,048 characters",
    why: "The API's model has these lengths, and a value outside them fails the whole request.",
    severity: Severity::Error,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html",
    check: Check::Shape {
        accepted: || selector("long".to_owned(), vec!["v".repeat(VALUE_MAX)]),
        rejected: || selector("long".to_owned(), vec!["v".repeat(VALUE_MAX + 1)]),
    },
};

/// A selector of management events by name.
fn selector(
    name: String,
    event_names: Vec<String>,
) -> Result<Vec<AdvancedEventSelector>, ShapeError> {
    let fields = vec![
        FieldSelector::equals(Field::EventCategory, [MANAGEMENT])?,
        FieldSelector::equals(Field::EventName, event_names)?,
    ];
    Ok(vec![AdvancedEventSelector::new(Some(name), fields)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selector::{Operator, generate};
    use proptest::prelude::*;

    #[test]
    fn the_numbers_in_the_titles_are_the_ones_that_are_checked() {
        for (rule, number) in [
            (TRAIL_VALUE_LIMIT, VALUES_MAX),
            (SELECTOR_NAME_LENGTH, NAME_MAX),
            (VALUE_LENGTH, VALUE_MAX),
        ] {
            let title = rule.title.replace(',', "");
            assert!(title.contains(&number.to_string()), "{}", rule.id);
        }
    }

    #[test]
    fn the_finding_counts_and_names_the_largest() {
        let mut selectors = numbered(450).unwrap();
        let data = FieldSelector::equals(Field::EventCategory, ["Data"]).unwrap();
        let values: Vec<String> = (0..60).map(|number| format!("arn{number}")).collect();
        let arns = FieldSelector::equals(Field::ResourcesArn, values).unwrap();
        selectors.push(AdvancedEventSelector::new(None, vec![data, arns]).unwrap());
        let findings = value_limit(&selectors);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].found,
            "511 values in 2 selectors, most of them in \"numbered\" (450)"
        );
        assert_eq!(
            findings[0].repair,
            "select fewer names, at least 11 less, or keep fewer of the trail's other selectors"
        );
    }

    proptest! {
        #[test]
        fn every_value_of_every_selector_counts(
            others in generate::selectors(),
            missing in 0..3_usize,
        ) {
            let mut spent = 0;
            for selector in &others {
                for field in selector.field_selectors() {
                    for operator in Operator::ALL {
                        spent += field.values(*operator).len();
                    }
                }
            }
            let mut selectors = others;
            selectors.extend(numbered(VALUES_MAX - spent - missing + 1).unwrap());
            prop_assert_eq!(value_limit(&selectors).is_empty(), missing > 0);
        }
    }
}
