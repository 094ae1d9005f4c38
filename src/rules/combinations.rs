//! What the management events of a trail take, and what a set of selectors leaves out as a whole.
//!
//! Imports `selector` and its own parent. Next: `basic.rs`.
//!
//! For the management events of a trail the service documents three fields: eventCategory, readOnly,
//! and eventSource to leave two sources out. The others are documented for event data stores only.
//! By event name and by source is what users of a trail want most, and emulators take both: whether
//! a trail does is for the service to say when they are sent, so those two are warnings.

use std::collections::BTreeSet;

use super::example::{BOTH, DATA, Draft, IAM, MANAGEMENT, OBJECTS, TRAIL, equals, with};
use super::fields::FIELDS_PAGE;
use super::place::{self, Place};
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::selector::{self, AdvancedEventSelector, EXCLUDABLE_SOURCES, Field, Operator};

const TRAIL_FIELDS: &str = "on the management events of a trail only eventCategory, readOnly, and \
    eventSource NotEquals kms.amazonaws.com or rdsdata.amazonaws.com";

const DECIDES: &str = "leave it to the service, which decides when the selectors are sent; or filter \
    by exclusion, or narrow an event data store instead";

const INSTEAD: &str = "leave it out, or narrow an event data store instead";

pub(super) const TRAIL_MANAGEMENT_EVENT_NAME: Rule = Rule {
    id: "trail-management-event-name",
    chapter: Chapter::Combinations,
    title: "eventName is not documented for trails",
    what: "The management events of a trail are not selected by eventName.",
    why: "The service documents eventName on management events for event data stores only, so a \
          trail may refuse it with InvalidEventSelectorsException.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| undocumented_field(rule, all, &Field::EventName, DECIDES),
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("eventName", &["GetObject"]),
        ])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("eventName", &["CreateUser"]),
        ])],
    },
};

pub(super) const TRAIL_MANAGEMENT_EVENT_SOURCE: Rule = Rule {
    id: "trail-management-event-source",
    chapter: Chapter::Combinations,
    title: "On trails eventSource is documented for exclusions",
    what: "The management events of a trail are not selected by eventSource Equals.",
    why: "On a trail the service documents eventSource to leave events out, not to select them, so \
          a trail may refuse it with InvalidEventSelectorsException.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            management(selectors, &Field::EventSource)
                .filter(|place| place.condition.only(Operator::Equals).is_some())
                .map(|place| rule.finding(Some(place.at()), place.words(), TRAIL_FIELDS, DECIDES))
                .collect()
        },
        accepted: WITHOUT_KEYS,
        rejected: &[Draft::of(&[MANAGEMENT, IAM])],
    },
};

const WITHOUT_KEYS: &[Draft] = &[Draft::of(&[
    MANAGEMENT,
    with("eventSource", Operator::NotEquals, &EXCLUDABLE_SOURCES),
])];

pub(super) const TRAIL_MANAGEMENT_EXCLUSION: Rule = Rule {
    id: "trail-management-exclusion",
    chapter: Chapter::Combinations,
    title: "Not a documented eventSource filter for trails",
    what: "Management events are left out of a trail by eventSource NotEquals, alone, and with \
           kms.amazonaws.com and rdsdata.amazonaws.com as the only values.",
    why: "The service documents no other operator to leave sources out of a trail, and no other \
          source. A source can be left out in Regions where it is supported.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            management(selectors, &Field::EventSource)
                .filter(|place| place.condition.only(Operator::Equals).is_none())
                .filter(|place| {
                    !place
                        .condition
                        .only(Operator::NotEquals)
                        .is_some_and(|values| values.iter().all(|value| is_excludable(value)))
                })
                .map(|place| {
                    let repair =
                        "leave out these two at most, or narrow an event data store instead";
                    rule.finding(Some(place.at()), place.words(), TRAIL_FIELDS, repair)
                })
                .collect()
        },
        accepted: WITHOUT_KEYS,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            with("eventSource", Operator::NotEquals, &["ec2.amazonaws.com"]),
        ])],
    },
};

fn is_excludable(source: &str) -> bool {
    EXCLUDABLE_SOURCES.contains(&source)
}

pub(super) const TRAIL_MANAGEMENT_EVENT_TYPE: Rule = Rule {
    id: "trail-management-event-type",
    chapter: Chapter::Combinations,
    title: "eventType is not documented for trails",
    what: "The management events of a trail are not filtered by eventType.",
    why: "The service documents eventType on management events for event data stores only.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| undocumented_field(rule, all, &Field::EventType, INSTEAD),
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("eventType", &["AwsApiCall"]),
        ])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("eventType", &["AwsConsoleSignIn"]),
        ])],
    },
};

pub(super) const TRAIL_MANAGEMENT_SESSION_CREDENTIAL: Rule = Rule {
    id: "trail-management-session-credential",
    chapter: Chapter::Combinations,
    title: "sessionCredentialFromConsole is not documented for trails",
    what: "The management events of a trail are not filtered by sessionCredentialFromConsole.",
    why: "The service documents sessionCredentialFromConsole on management events for event data \
          stores only.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| {
            undocumented_field(rule, all, &Field::SessionCredentialFromConsole, INSTEAD)
        },
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("sessionCredentialFromConsole", &["true"]),
        ])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("sessionCredentialFromConsole", &["true"]),
        ])],
    },
};

pub(super) const TRAIL_MANAGEMENT_USER_IDENTITY: Rule = Rule {
    id: "trail-management-user-identity-arn",
    chapter: Chapter::Combinations,
    title: "userIdentity.arn is not documented for trails",
    what: "The management events of a trail are not filtered by userIdentity.arn.",
    why: "The service documents userIdentity.arn on management events for event data stores only.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| undocumented_field(rule, all, &Field::UserIdentityArn, INSTEAD),
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals(
                "userIdentity.arn",
                &["arn:aws:iam::111122223333:user/deploy"],
            ),
        ])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals(
                "userIdentity.arn",
                &["arn:aws:iam::111122223333:user/deploy"],
            ),
        ])],
    },
};

pub(super) const READ_WRITE_HALF: Rule = Rule {
    id: "read-write-half",
    chapter: Chapter::Combinations,
    title: "Only reads or only writes are logged",
    what: "Management events are logged without readOnly, or both true and false of it.",
    why: "With readOnly true no change is logged; with false no read. AssumeRole and its siblings \
          are recorded as reads, so that false also hides who takes on which role. This may be \
          what is wanted.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html",
    check: Check::Selectors {
        check: read_write_half,
        accepted: &[
            Draft::of(&[MANAGEMENT, IAM, equals("readOnly", &["true"])]),
            Draft::of(&[MANAGEMENT, equals("readOnly", &["false"])]),
        ],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            IAM,
            equals("readOnly", &["false"]),
        ])],
    },
};

/// A finding at the first management selector, if all of them ask for the same half.
fn read_write_half(rule: &Rule, selectors: &[AdvancedEventSelector]) -> Vec<Finding> {
    let of_management =
        |selector: &&AdvancedEventSelector| selector.category() == Some(selector::MANAGEMENT);
    let half = |selector: &AdvancedEventSelector| {
        let condition = selector.field(&Field::ReadOnly)?;
        match condition.only(Operator::Equals)? {
            [only] if only == "true" => Some(true),
            [only] if only == "false" => Some(false),
            _ => None,
        }
    };
    let halves: BTreeSet<Option<bool>> = selectors.iter().filter(of_management).map(half).collect();
    let (found, missing) = match halves.iter().collect::<Vec<_>>().as_slice() {
        [Some(true)] => ("readOnly Equals true, which logs reads", "writes"),
        [Some(false)] => ("readOnly Equals false, which logs writes", "reads"),
        _ => return Vec::new(),
    };
    let first = management(selectors, &Field::ReadOnly).next();
    vec![rule.finding(
        first.map(|place| place.at()),
        format!("{found}, in each selector of management events"),
        format!("management events that are {missing} as well, or that they are not wanted"),
        "leave readOnly out to log both",
    )]
}

/// A finding for each condition on this field.
fn undocumented_field(
    rule: &Rule,
    selectors: &[AdvancedEventSelector],
    field: &Field,
    repair: &str,
) -> Vec<Finding> {
    management(selectors, field)
        .map(|place| rule.finding(Some(place.at()), place.words(), TRAIL_FIELDS, repair))
        .collect()
}

/// The conditions on this field in the management selectors.
fn management<'a>(
    selectors: &'a [AdvancedEventSelector],
    field: &Field,
) -> impl Iterator<Item = Place<'a>> {
    place::on(selectors, field).filter(|place| place.category == Some(selector::MANAGEMENT))
}

#[cfg(test)]
mod tests {
    use super::super::check_trail;
    use super::*;
    use crate::selector::FieldSelector;

    fn management_by(condition: FieldSelector) -> Vec<AdvancedEventSelector> {
        let category = FieldSelector::equals(Field::EventCategory, ["Management"]).unwrap();
        vec![AdvancedEventSelector::new(None, vec![category, condition]).unwrap()]
    }

    #[test]
    fn a_filter_by_name_is_told_with_what_was_found() {
        let names = FieldSelector::equals(Field::EventName, ["CreateUser", "DeleteUser"]).unwrap();
        let findings = check_trail(&management_by(names));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].rule, "trail-management-event-name");
        assert_eq!(findings[0].severity, Severity::Warning);
        assert_eq!(findings[0].found, "eventName Equals with 2 values");
        assert_eq!(findings[0].expected, TRAIL_FIELDS);
        let at = findings[0].at.as_ref().unwrap();
        assert_eq!(at.to_string(), "[0].FieldSelectors[1]");
        assert_eq!(at.field, Some(Field::EventName));
    }

    #[test]
    fn only_kms_and_rds_data_may_be_left_out_and_only_by_not_equals() {
        let worst = |operator, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            let condition = FieldSelector::new(Field::EventSource, [(operator, values)]).unwrap();
            let findings = check_trail(&management_by(condition));
            findings.iter().map(|finding| finding.severity).min()
        };
        let (kms, rds, ec2) = (
            "kms.amazonaws.com",
            "rdsdata.amazonaws.com",
            "ec2.amazonaws.com",
        );
        assert_eq!(worst(Operator::NotEquals, &[kms]), None);
        assert_eq!(worst(Operator::NotEquals, &[rds]), None);
        assert_eq!(worst(Operator::NotEquals, &[kms, rds]), None);
        assert_eq!(
            worst(Operator::NotEquals, &[kms, ec2]),
            Some(Severity::Error)
        );
        assert_eq!(
            worst(Operator::NotStartsWith, &[kms]),
            Some(Severity::Error)
        );
        assert_eq!(worst(Operator::EndsWith, &[kms]), Some(Severity::Error));
        assert_eq!(worst(Operator::Equals, &[kms]), Some(Severity::Warning));
    }
}
