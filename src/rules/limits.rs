//! Counts and lengths.
//!
//! Imports `selector` and its own parent. Next: `fields.rs`.

use super::example::{
    self, ALL_MANAGEMENT, BOTH, Condition, Draft, IAM, MANAGEMENT, OF_IAM, STORE, TRAIL, Text,
    Values,
};
use super::place::shown;
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::selector::{AdvancedEventSelector, FIELD_MAX, NAME_MAX, Operator, VALUE_MAX};

/// The most values the conditions of all selectors of a trail, or of an event data store, may have
/// together.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>
const VALUES_MAX: usize = 500;

/// The most advanced selectors an event data store may have.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html>
const STORE_SELECTORS_MAX: usize = 5;

const PUT: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html";
const QUOTAS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html";
const SELECTOR_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html";
const FIELD_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html";

/// As many values as there may be; one of them is the category's.
const AT_THE_LIMIT: &[Draft] = &[Draft::of(&[MANAGEMENT, names(VALUES_MAX - 1)])];
const OVER_THE_LIMIT: &[Draft] = &[Draft::of(&[MANAGEMENT, names(VALUES_MAX)])];

const fn names(count: usize) -> Condition {
    Condition::new("eventName", Operator::StartsWith, Values::Numbered(count))
}

pub(super) const TRAIL_VALUE_LIMIT: Rule = Rule {
    id: "trail-value-limit",
    chapter: Chapter::Limits,
    title: "More than 500 values on a trail",
    what: "The conditions of all advanced selectors of a trail have at most 500 values together.",
    why: "The service refuses a set with more, whole. It counts all conditions of all advanced \
          selectors of the trail, whatever their category; that the value of eventCategory counts \
          as well is assumed, as the careful reading.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: PUT,
    check: Check::Selectors {
        check: |rule, selectors| value_limit(rule, selectors, "trail"),
        accepted: AT_THE_LIMIT,
        rejected: OVER_THE_LIMIT,
    },
};

pub(super) const STORE_VALUE_LIMIT: Rule = Rule {
    id: "store-value-limit",
    chapter: Chapter::Limits,
    title: "More than 500 values on a store",
    what: "The conditions of all advanced selectors of an event data store have at most 500 values \
           together.",
    why: "The limit is the one of a trail, for each event data store. That the value of \
          eventCategory counts as well is assumed, as the careful reading.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: QUOTAS,
    check: Check::Selectors {
        check: |rule, selectors| value_limit(rule, selectors, "event data store"),
        accepted: AT_THE_LIMIT,
        rejected: OVER_THE_LIMIT,
    },
};

fn value_limit(rule: &Rule, selectors: &[AdvancedEventSelector], place: &str) -> Vec<Finding> {
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
        let name = selector.name().map_or_else(
            || "an unnamed one".to_owned(),
            |name| format!("\"{}\"", shown(name)),
        );
        format!(", most of them in {name} ({})", selector.value_count())
    });
    let finding = rule.finding(
        None,
        match selectors.len() {
            1 => format!("{count} values in 1 selector"),
            selectors => format!("{count} values in {selectors} selectors{most}"),
        },
        format!(
            "at most {VALUES_MAX} values in all selectors of the {place}, every category counted"
        ),
        format!(
            "select fewer names, at least {} less, or keep fewer of the {place}'s other selectors",
            count - VALUES_MAX
        ),
    );
    vec![finding]
}

pub(super) const STORE_SELECTOR_LIMIT: Rule = Rule {
    id: "store-selector-limit",
    chapter: Chapter::Limits,
    title: "More than five selectors on a store",
    what: "An event data store has at most five advanced selectors.",
    why: "The service documents this number for event data stores. For a trail it documents none \
          but the limit of 500 values.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html",
    check: Check::Selectors {
        check: |rule, selectors| {
            let count = selectors.len();
            if count <= STORE_SELECTORS_MAX {
                return Vec::new();
            }
            vec![rule.finding(
                None,
                format!("{count} advanced selectors"),
                format!("at most {STORE_SELECTORS_MAX} on an event data store"),
                "put the values of selectors that differ in one field only into one selector",
            )]
        },
        accepted: &[ONE_OF_MANY; STORE_SELECTORS_MAX],
        rejected: &[ONE_OF_MANY; STORE_SELECTORS_MAX + 1],
    },
};

const ONE_OF_MANY: Draft = Draft::of(&[MANAGEMENT, IAM]);

pub(super) const SELECTOR_SET_EMPTY: Rule = Rule {
    id: "selector-set-empty",
    chapter: Chapter::Limits,
    title: "The set has no selector",
    what: "A set of advanced selectors has at least one.",
    why: "What the service makes of an empty set is not documented: it may refuse it, or log what \
          it logs by default, which is all management events. That it refuses it is assumed, as \
          the careful reading.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: PUT,
    check: Check::Selectors {
        check: |rule, selectors| {
            if !selectors.is_empty() {
                return Vec::new();
            }
            vec![rule.finding(
                None,
                "no advanced selector",
                "at least one",
                "write a selector for what is to be logged; to log nothing, stop the logging",
            )]
        },
        accepted: ALL_MANAGEMENT,
        rejected: &[],
    },
};

pub(super) const SELECTOR_NAME_LENGTH: Rule = Rule {
    id: "selector-name-length",
    chapter: Chapter::Limits,
    title: "Selector name over 1,000 characters",
    what: "The name of a selector has at most 1,000 characters. It may be missing.",
    why: "The API's model has this length, and a longer name fails the whole request.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: SELECTOR_PAGE,
    check: Check::Shape {
        accepted: &[named(Text::Long(NAME_MAX))],
        rejected: &[named(Text::Long(NAME_MAX + 1))],
    },
};

pub(super) const SELECTOR_NAME_LINE: Rule = Rule {
    id: "selector-name-line",
    chapter: Chapter::Limits,
    title: "Selector name over several lines",
    what: "The name of a selector is one line.",
    why: "The pattern for names in the API's model matches no line break.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: SELECTOR_PAGE,
    check: Check::Shape {
        accepted: &[named(Text::Is("IAM activity"))],
        rejected: &[named(Text::Is("IAM\nactivity"))],
    },
};

const fn named(name: Text) -> Draft {
    Draft {
        name: Some(name),
        conditions: &[MANAGEMENT, IAM],
    }
}

pub(super) const FIELD_SELECTOR_MISSING: Rule = Rule {
    id: "field-selector-missing",
    chapter: Chapter::Limits,
    title: "Selector without field selectors",
    what: "A selector has at least one field selector.",
    why: "The API's model requires the list, and one item in it.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: SELECTOR_PAGE,
    check: Check::Shape {
        accepted: ALL_MANAGEMENT,
        rejected: &[Draft::of(&[])],
    },
};

pub(super) const FIELD_NAME_LENGTH: Rule = Rule {
    id: "field-name-length",
    chapter: Chapter::Limits,
    title: "Field name not of 1 to 1,000 characters",
    what: "The name of a field has 1 to 1,000 characters.",
    why: "The API's model has these lengths, and a name outside them fails the whole request.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELD_PAGE,
    check: Check::Shape {
        accepted: OF_IAM,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            Condition {
                field: Text::Long(FIELD_MAX + 1),
                operators: [Some((Operator::Equals, Values::Are(&["true"]))), None],
            },
        ])],
    },
};

pub(super) const FIELD_NAME_CHARACTER: Rule = Rule {
    id: "field-name-character",
    chapter: Chapter::Limits,
    title: "Field name with an impossible character",
    what: "The name of a field has letters and digits of ASCII, full stops and underscores.",
    why: "The pattern in the API's model matches no other character, but for an upright bar that \
          is in it by oversight.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELD_PAGE,
    check: Check::Shape {
        accepted: OF_IAM,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            example::equals("event-source", &["iam.amazonaws.com"]),
        ])],
    },
};

pub(super) const OPERATOR_MISSING: Rule = Rule {
    id: "operator-missing",
    chapter: Chapter::Limits,
    title: "Field selector without a value",
    what: "A field selector has at least one operator, and each operator at least one value.",
    why: "The API's model has one item as the least of each operator's list, so that an empty list \
          fails the request. That a field selector without any operator fails too is assumed. \
          Answers of the service may have unused operators as empty lists: those are read as \
          missing.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: FIELD_PAGE,
    check: Check::Shape {
        accepted: OF_IAM,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            example::equals("eventSource", &[]),
        ])],
    },
};

pub(super) const OPERATOR_TWICE: Rule = Rule {
    id: "operator-twice",
    chapter: Chapter::Limits,
    title: "An operator is there twice",
    what: "A field selector has each operator once, with all its values.",
    why: "In a request an operator is a member of an object, which has each member once. Which of \
          two would count is not documented.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: FIELD_PAGE,
    check: Check::Shape {
        accepted: &[Draft::of(&[
            MANAGEMENT,
            example::equals("eventSource", &["iam.amazonaws.com", "sts.amazonaws.com"]),
        ])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            Condition {
                field: Text::Is("eventSource"),
                operators: [
                    Some((Operator::Equals, Values::Are(&["iam.amazonaws.com"]))),
                    Some((Operator::Equals, Values::Are(&["sts.amazonaws.com"]))),
                ],
            },
        ])],
    },
};

pub(super) const VALUE_LENGTH: Rule = Rule {
    id: "value-length",
    chapter: Chapter::Limits,
    title: "Value not of 1 to 2,048 characters",
    what: "A value has 1 to 2,048 characters.",
    why: "The API's model has these lengths, and a value outside them fails the whole request.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELD_PAGE,
    check: Check::Shape {
        accepted: &[Draft::of(&[MANAGEMENT, value(VALUE_MAX)])],
        rejected: &[Draft::of(&[MANAGEMENT, value(VALUE_MAX + 1)])],
    },
};

const fn value(letters: usize) -> Condition {
    Condition::new("eventName", Operator::StartsWith, Values::Long(letters))
}

pub(super) const VALUE_LINE: Rule = Rule {
    id: "value-line",
    chapter: Chapter::Limits,
    title: "Value over several lines",
    what: "A value is one line.",
    why: "The pattern for values in the API's model matches no line break.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELD_PAGE,
    check: Check::Shape {
        accepted: OF_IAM,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            example::equals("eventSource", &["iam.amazonaws.com\n"]),
        ])],
    },
};

#[cfg(test)]
mod tests {
    use super::super::{Destination, check};
    use super::*;
    use crate::selector::{Field, FieldSelector, generate};
    use proptest::prelude::*;

    fn of_names(values: usize) -> Vec<AdvancedEventSelector> {
        let category = FieldSelector::equals(Field::EventCategory, ["Management"]).unwrap();
        let names = (1..values).map(|number| format!("Name{number}"));
        let names = FieldSelector::equals(Field::EventName, names).unwrap();
        let name = Some("numbered".to_owned());
        vec![AdvancedEventSelector::new(name, vec![category, names]).unwrap()]
    }

    #[test]
    fn the_numbers_in_the_titles_are_the_ones_that_are_checked() {
        for (rule, number) in [
            (TRAIL_VALUE_LIMIT, VALUES_MAX),
            (STORE_VALUE_LIMIT, VALUES_MAX),
            (SELECTOR_NAME_LENGTH, NAME_MAX),
            (FIELD_NAME_LENGTH, FIELD_MAX),
            (VALUE_LENGTH, VALUE_MAX),
        ] {
            for text in [rule.title, rule.what] {
                let text = text.replace(',', "");
                assert!(text.contains(&number.to_string()), "{}", rule.id);
            }
        }
    }

    #[test]
    fn the_finding_counts_and_names_the_largest() {
        let mut selectors = of_names(450);
        let data = FieldSelector::equals(Field::EventCategory, ["Data"]).unwrap();
        let values: Vec<String> = (0..60).map(|number| format!("arn{number}")).collect();
        let arns = FieldSelector::equals(Field::ResourcesArn, values).unwrap();
        selectors.push(AdvancedEventSelector::new(None, vec![data, arns]).unwrap());
        let findings = value_limit(&TRAIL_VALUE_LIMIT, &selectors, "trail");
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

    #[test]
    fn regression_a_name_in_a_finding_does_nothing_to_a_terminal() {
        let mut selectors = of_names(500);
        selectors.extend(of_names(2));
        let fields = selectors[0].field_selectors().to_vec();
        let name = Some("a\u{1b}[2J".to_owned());
        selectors[0] = AdvancedEventSelector::new(name, fields).unwrap();
        let findings = value_limit(&TRAIL_VALUE_LIMIT, &selectors, "trail");
        assert_eq!(
            findings[0].found,
            "502 values in 2 selectors, most of them in \"a\\u{1b}[2J\" (500)"
        );
    }

    #[test]
    fn a_store_takes_five_selectors_and_a_trail_more() {
        let broken = |count: usize, destination| {
            let set: Vec<_> = of_names(2).into_iter().cycle().take(count).collect();
            let findings = check(&set, destination);
            findings
                .iter()
                .any(|finding| finding.rule == "store-selector-limit")
        };
        assert!(!broken(5, Destination::EventDataStore));
        assert!(broken(6, Destination::EventDataStore));
        assert!(!broken(200, Destination::Trail));
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
            selectors.extend(of_names(VALUES_MAX - spent - missing + 1));
            let findings = value_limit(&STORE_VALUE_LIMIT, &selectors, "event data store");
            prop_assert_eq!(findings.is_empty(), missing > 0);
        }
    }
}
