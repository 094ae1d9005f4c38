//! Which field goes with which category, on a trail.
//!
//! Imports `selector` and its own parent. Next: `coverage.rs`.
//!
//! For the management events of a trail the service documents three fields: eventCategory, readOnly,
//! and eventSource to leave two sources out. The others are documented for event data stores only.
//! Not that they fail: whether a trail takes them is for the service to say when they are sent, so
//! these findings are warnings.

use super::{Built, Check, Finding, Location, Rule, Severity};
use crate::selector::{
    AdvancedEventSelector, EXCLUDABLE_SOURCES, Field, FieldSelector, MANAGEMENT, Operator,
};

const FIELDS_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html";

const TRAIL_FIELDS: &str = "on the management events of a trail only eventCategory, readOnly, and \
    eventSource NotEquals kms.amazonaws.com or rdsdata.amazonaws.com";

const REPAIR: &str = "leave it to the service, which decides when the selectors are sent; or filter \
    by exclusion, or narrow an event data store instead";

pub(super) const TRAIL_MANAGEMENT_EVENT_NAME: Rule = Rule {
    id: "trail-management-event-name",
    title: "eventName is not documented for trails",
    why: "The service documents eventName on management events for event data stores only, so a \
          trail may refuse it with InvalidEventSelectorsException.",
    severity: Severity::Warning,
    source: FIELDS_PAGE,
    check: Check::Trail {
        check: |selectors| {
            undocumented_field(&TRAIL_MANAGEMENT_EVENT_NAME, &Field::EventName, selectors)
        },
        accepted: || of_category("Data", Field::EventName, "GetObject"),
        rejected: || of_category(MANAGEMENT, Field::EventName, "CreateUser"),
    },
};

pub(super) const TRAIL_MANAGEMENT_EVENT_TYPE: Rule = Rule {
    id: "trail-management-event-type",
    title: "eventType is not documented for trails",
    why: "The service documents eventType on management events for event data stores only, so a \
          trail may refuse it with InvalidEventSelectorsException.",
    severity: Severity::Warning,
    source: FIELDS_PAGE,
    check: Check::Trail {
        check: |selectors| {
            undocumented_field(&TRAIL_MANAGEMENT_EVENT_TYPE, &Field::EventType, selectors)
        },
        accepted: || of_category("Data", Field::EventType, "AwsApiCall"),
        rejected: || of_category(MANAGEMENT, Field::EventType, "AwsConsoleSignIn"),
    },
};

pub(super) const TRAIL_MANAGEMENT_USER_IDENTITY: Rule = Rule {
    id: "trail-management-user-identity-arn",
    title: "userIdentity.arn is not documented for trails",
    why: "The service documents userIdentity.arn on management events for event data stores only, \
          so a trail may refuse it with InvalidEventSelectorsException.",
    severity: Severity::Warning,
    source: FIELDS_PAGE,
    check: Check::Trail {
        check: |selectors| {
            let field = Field::UserIdentityArn;
            undocumented_field(&TRAIL_MANAGEMENT_USER_IDENTITY, &field, selectors)
        },
        accepted: || of_category("Data", Field::UserIdentityArn, EXAMPLE_ARN),
        rejected: || of_category(MANAGEMENT, Field::UserIdentityArn, EXAMPLE_ARN),
    },
};

const EXAMPLE_ARN: &str = "arn:aws:iam::111122223333:user/deploy";

pub(super) const TRAIL_MANAGEMENT_SESSION_CREDENTIAL: Rule = Rule {
    id: "trail-management-session-credential",
    title: "sessionCredentialFromConsole is not documented for trails",
    why: "The service documents sessionCredentialFromConsole on management events for event data \
          stores only, so a trail may refuse it with InvalidEventSelectorsException.",
    severity: Severity::Warning,
    source: FIELDS_PAGE,
    check: Check::Trail {
        check: |selectors| {
            let field = Field::SessionCredentialFromConsole;
            undocumented_field(&TRAIL_MANAGEMENT_SESSION_CREDENTIAL, &field, selectors)
        },
        accepted: || of_category("Data", Field::SessionCredentialFromConsole, "true"),
        rejected: || of_category(MANAGEMENT, Field::SessionCredentialFromConsole, "true"),
    },
};

pub(super) const TRAIL_MANAGEMENT_EVENT_SOURCE: Rule = Rule {
    id: "trail-management-event-source",
    title: "On trails eventSource is documented for exclusions",
    why: "The service documents no other operator and no other source on a trail, so it may refuse \
          them with InvalidEventSelectorsException.",
    severity: Severity::Warning,
    source: FIELDS_PAGE,
    check: Check::Trail {
        check: event_source,
        accepted: || {
            let sources = FieldSelector::not_equals(Field::EventSource, EXCLUDABLE_SOURCES)?;
            with_category(MANAGEMENT, sources)
        },
        rejected: || of_category(MANAGEMENT, Field::EventSource, "iam.amazonaws.com"),
    },
};

fn event_source(selectors: &[AdvancedEventSelector]) -> Vec<Finding> {
    management(selectors, &Field::EventSource)
        .filter(|(_, condition)| {
            !condition
                .only(Operator::NotEquals)
                .is_some_and(|values| values.iter().all(|value| is_excludable(value)))
        })
        .map(|(at, condition)| found(&TRAIL_MANAGEMENT_EVENT_SOURCE, at, condition))
        .collect()
}

fn is_excludable(source: &str) -> bool {
    EXCLUDABLE_SOURCES.contains(&source)
}

/// A finding for each condition on this field.
fn undocumented_field(
    rule: &Rule,
    field: &Field,
    selectors: &[AdvancedEventSelector],
) -> Vec<Finding> {
    management(selectors, field)
        .map(|(at, condition)| found(rule, at, condition))
        .collect()
}

fn found(rule: &Rule, at: Location, condition: &FieldSelector) -> Finding {
    let operators: Vec<String> = condition
        .conditions()
        .map(|(operator, values)| match values {
            [only] => format!("{operator} {only}"),
            more => format!("{operator} with {} values", more.len()),
        })
        .collect();
    let found = format!("{} {}", condition.field(), operators.join(" and "));
    rule.finding(Some(at), found, TRAIL_FIELDS, REPAIR)
}

/// The conditions on this field in the management selectors, with their places.
fn management<'a>(
    selectors: &'a [AdvancedEventSelector],
    field: &'a Field,
) -> impl Iterator<Item = (Location, &'a FieldSelector)> {
    selectors
        .iter()
        .enumerate()
        .filter(|(_, selector)| selector.category() == Some(MANAGEMENT))
        .flat_map(move |(index, selector)| {
            let conditions = selector.field_selectors().iter();
            conditions
                .filter(move |condition| condition.field() == field)
                .map(move |condition| {
                    let at = Location {
                        selector: index,
                        field: Some(field.clone()),
                    };
                    (at, condition)
                })
        })
}

/// An example: events of this category whose field has this value.
fn of_category(category: &str, field: Field, value: &str) -> Built {
    with_category(category, FieldSelector::equals(field, [value])?)
}

fn with_category(category: &str, condition: FieldSelector) -> Built {
    let category = FieldSelector::equals(Field::EventCategory, [category])?;
    Ok(vec![AdvancedEventSelector::new(
        None,
        vec![category, condition],
    )?])
}

#[cfg(test)]
mod tests {
    use super::super::check_trail;
    use super::*;
    use crate::selector::generate;
    use proptest::prelude::*;

    #[test]
    fn a_filter_by_name_is_told_with_what_was_found() {
        let names = FieldSelector::equals(Field::EventName, ["CreateUser", "DeleteUser"]).unwrap();
        let findings = check_trail(&with_category(MANAGEMENT, names).unwrap());
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].rule, "trail-management-event-name");
        assert_eq!(findings[0].severity, Severity::Warning);
        assert_eq!(findings[0].found, "eventName Equals with 2 values");
        assert_eq!(findings[0].expected, TRAIL_FIELDS);
        let at = Location {
            selector: 0,
            field: Some(Field::EventName),
        };
        assert_eq!(findings[0].at, Some(at));
    }

    #[test]
    fn only_kms_and_rds_data_may_be_left_out_and_only_by_not_equals() {
        let findings = |operator, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            let condition = FieldSelector::new(Field::EventSource, [(operator, values)]).unwrap();
            check_trail(&with_category(MANAGEMENT, condition).unwrap()).len()
        };
        assert_eq!(findings(Operator::NotEquals, &["kms.amazonaws.com"]), 0);
        assert_eq!(findings(Operator::NotEquals, &["rdsdata.amazonaws.com"]), 0);
        assert_eq!(
            findings(
                Operator::NotEquals,
                &["kms.amazonaws.com", "ec2.amazonaws.com"]
            ),
            1
        );
        assert_eq!(findings(Operator::NotStartsWith, &["kms.amazonaws.com"]), 1);
        assert_eq!(findings(Operator::Equals, &["kms.amazonaws.com"]), 1);
    }

    proptest! {
        #[test]
        fn what_is_documented_for_trails_is_silent_and_all_else_is_not(
            selectors in generate::selectors(),
        ) {
            let mut expected = 0;
            for selector in &selectors {
                if selector.category() != Some("Management") {
                    continue;
                }
                for condition in selector.field_selectors() {
                    let leaves_out = condition.conditions().all(|(operator, values)| {
                        operator == Operator::NotEquals
                            && values
                                .iter()
                                .all(|v| v == "kms.amazonaws.com" || v == "rdsdata.amazonaws.com")
                    });
                    expected += match condition.field().as_str() {
                        "eventName" | "eventType" | "userIdentity.arn"
                        | "sessionCredentialFromConsole" => 1,
                        "eventSource" if !leaves_out => 1,
                        _ => 0,
                    };
                }
            }
            prop_assert_eq!(check_trail(&selectors).len(), expected);
        }
    }
}
