//! The values of a field: how many, of which form, and what is most likely not meant.
//!
//! Imports `catalog`, `selector` and its own parent. Next: `combinations.rs`.
//!
//! Values that have to be whole are looked at under `Equals` and `NotEquals`; what the other operators
//! compare are parts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::example::{
    ANYWHERE, BOTH, DATA, Draft, MANAGEMENT, NETWORK, OBJECTS, OF_ANYWHERE, OF_IAM, OF_OBJECTS,
    equals, with,
};
use super::fields::FIELDS_PAGE;
use super::operators::{DENIED, NETWORK_PAGE, WRITES, network_sources};
use super::place::{self, Place, ValuePlace, alternatives};
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::catalog::{self, Service};
use crate::selector::{AdvancedEventSelector, Field, Operator};

const FILTERING_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html";
const RECORD_PAGE: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html";

/// The values of `eventType`. A record of network activity says `AwsVpceEvent`, its documentation
/// `AwsVpceEvents`.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
const EVENT_TYPES: [&str; 6] = [
    "AwsApiCall",
    "AwsServiceEvent",
    "AwsConsoleAction",
    "AwsConsoleSignIn",
    "AwsVpceEvents",
    "AwsVpceEvent",
];

pub(super) const READ_ONLY_VALUE: Rule = Rule {
    id: "read-only-value",
    chapter: Chapter::Values,
    title: "readOnly is neither true nor false",
    what: "The value of readOnly is the text true or false, in lower case.",
    why: "It is compared with a flag of the record, as text. The service documents these two.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_values(rule, all, &Field::ReadOnly, &["true", "false"]),
        accepted: &[Draft::of(&[MANAGEMENT, WRITES])],
        rejected: &[Draft::of(&[MANAGEMENT, equals("readOnly", &["WriteOnly"])])],
    },
};

pub(super) const READ_ONLY_BOTH: Rule = Rule {
    id: "read-only-both",
    chapter: Chapter::Values,
    title: "readOnly with both values filters nothing",
    what: "readOnly has one value. To log reads and writes it is left out.",
    why: "The documented way to log both is to leave the field out. With both values each event \
          that has the flag is selected anyway.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            let has = |values: &[String], wanted: &str| values.iter().any(|value| value == wanted);
            place::on(selectors, &Field::ReadOnly)
                .filter(|place| {
                    let values = place.condition.values(Operator::Equals);
                    has(values, "true") && has(values, "false")
                })
                .map(|place| {
                    rule.finding(
                        Some(place.at_operator(Operator::Equals)),
                        "readOnly Equals true and false",
                        "one of them, or no condition on readOnly",
                        "leave readOnly out",
                    )
                })
                .collect()
        },
        accepted: &[Draft::of(&[MANAGEMENT, WRITES])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("readOnly", &["true", "false"]),
        ])],
    },
};

pub(super) const SESSION_CREDENTIAL_VALUE: Rule = Rule {
    id: "session-credential-value",
    chapter: Chapter::Values,
    title: "The only session credential value is true",
    what: "The value of sessionCredentialFromConsole is the text true.",
    why: "A record has the field when it is true, and otherwise not at all. To leave out what comes \
          from the console, NotEquals true is documented.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: RECORD_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_values(rule, all, &Field::SessionCredentialFromConsole, &["true"]),
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("sessionCredentialFromConsole", &["true"]),
        ])],
        rejected: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("sessionCredentialFromConsole", &["false"]),
        ])],
    },
};

pub(super) const ERROR_CODE_VALUE: Rule = Rule {
    id: "error-code-value",
    chapter: Chapter::Values,
    title: "The only errorCode value is VpceAccessDenied",
    what: "The value of errorCode is VpceAccessDenied.",
    why: "The service documents no other: the field selects calls that the policy of a VPC endpoint \
          has denied.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: NETWORK_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_values(rule, all, &Field::ErrorCode, &["VpceAccessDenied"]),
        accepted: &[Draft::of(&[NETWORK, ANYWHERE, DENIED])],
        rejected: &[Draft::of(&[
            NETWORK,
            ANYWHERE,
            equals("errorCode", &["AccessDenied"]),
        ])],
    },
};

pub(super) const RESOURCES_TYPE_ONE: Rule = Rule {
    id: "resources-type-one",
    chapter: Chapter::Values,
    title: "More than one type in a selector",
    what: "resources.type has one value in a selector.",
    why: "The service documents one type of resource a selector.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            more_than_one(
                rule,
                place::on(selectors, &Field::ResourcesType),
                "write one selector for each type",
            )
        },
        accepted: &[
            Draft::of(&[DATA, OBJECTS]),
            Draft::of(&[DATA, equals("resources.type", &["AWS::Lambda::Function"])]),
        ],
        rejected: &[Draft::of(&[
            DATA,
            equals(
                "resources.type",
                &["AWS::S3::Object", "AWS::Lambda::Function"],
            ),
        ])],
    },
};

pub(super) const RESOURCES_TYPE_FORM: Rule = Rule {
    id: "resources-type-form",
    chapter: Chapter::Values,
    title: "Not the form of a resource type",
    what: "The value of resources.type has the form AWS::service::kind.",
    why: "Every documented type has it. That no other will do is assumed; which types there are is \
          not checked, because AWS adds some all the time.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            let is_part =
                |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
            let is_type = |value: &str| {
                let parts: Vec<&str> = value.split("::").collect();
                matches!(parts.as_slice(), ["AWS", rest @ ..]
                    if rest.len() == 2 && rest.iter().all(is_part))
            };
            place::on(selectors, &Field::ResourcesType)
                .flat_map(Place::values)
                .filter(|value| value.operator == Operator::Equals && !is_type(value.value))
                .map(|value| {
                    rule.finding(
                        Some(value.at()),
                        value.words(),
                        "a type such as AWS::S3::Object",
                        "write the type as the page of CloudTrail on data events lists it",
                    )
                })
                .collect()
        },
        accepted: OF_OBJECTS,
        rejected: &[Draft::of(&[DATA, equals("resources.type", &["s3:object"])])],
    },
};

pub(super) const RESOURCES_ARN_FORM: Rule = Rule {
    id: "resources-arn-form",
    chapter: Chapter::Values,
    title: "Not a whole ARN",
    what: "With Equals and NotEquals the value of resources.ARN is a whole ARN of a resource of the \
           selector's type.",
    why: "The service documents that the ARN has to be valid for the type. Its form is checked, \
          whether it is of the type is not. Beginnings and ends of ARNs go with the other operators.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            place::on(selectors, &Field::ResourcesArn)
                .flat_map(Place::values)
                .filter(|value| value.is_whole() && !is_arn(value.value))
                .map(|value| {
                    rule.finding(
                        Some(value.at()),
                        value.words(),
                        "a whole ARN: arn, partition, service, Region, account and resource, with \
                         colons between them",
                        "write the whole ARN, or use StartsWith or EndsWith",
                    )
                })
                .collect()
        },
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("resources.ARN", &["arn:aws:s3:::example-bucket/report"]),
        ])],
        rejected: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("resources.ARN", &["example-bucket/report"]),
        ])],
    },
};

/// Whether this has the six parts of an ARN, of which Region and account may be empty.
fn is_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, service, _, _, resource]
        if ![partition, service, resource].iter().any(|part| part.is_empty()))
}

pub(super) const NETWORK_SOURCE_ONE: Rule = Rule {
    id: "network-source-one",
    chapter: Chapter::Values,
    title: "More than one source in a selector",
    what: "On network activity events eventSource has one value in a selector.",
    why: "The service documents one source a selector. Which sources have such events is not \
          checked, because AWS adds some all the time; of IAM and its neighbours it is IAM Roles \
          Anywhere.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: NETWORK_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            more_than_one(
                rule,
                network_sources(selectors),
                "write one selector for each source",
            )
        },
        accepted: OF_ANYWHERE,
        rejected: &[Draft::of(&[
            NETWORK,
            equals(
                "eventSource",
                &["rolesanywhere.amazonaws.com", "s3.amazonaws.com"],
            ),
        ])],
    },
};

pub(super) const EVENT_SOURCE_FORM: Rule = Rule {
    id: "event-source-form",
    chapter: Chapter::Values,
    title: "Not the form of an event source",
    what: "With Equals and NotEquals the value of eventSource is a source in full, such as \
           iam.amazonaws.com.",
    why: "Sources are compared as a whole, and end so in nearly all records. A value of another \
          form most likely matches nothing.",
    severity: Severity::Warning,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: RECORD_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            // The second is printed for sign-ins to the portal of IAM Identity Center.
            let is_source = |value: &str| {
                [".amazonaws.com", ".amazon.com"]
                    .iter()
                    .any(|end| value.ends_with(end))
            };
            place::on(selectors, &Field::EventSource)
                .flat_map(Place::values)
                .filter(|value| value.is_whole() && !is_source(value.value))
                .map(|value| {
                    rule.finding(
                        Some(value.at()),
                        value.words(),
                        "a source in full, such as iam.amazonaws.com",
                        "write the eventSource of a record, or use StartsWith or EndsWith for a \
                         part of it",
                    )
                })
                .collect()
        },
        accepted: OF_IAM,
        rejected: &[Draft::of(&[MANAGEMENT, equals("eventSource", &["iam"])])],
    },
};

pub(super) const EVENT_TYPE_VALUE: Rule = Rule {
    id: "event-type-value",
    chapter: Chapter::Values,
    title: "eventType is not a documented one",
    what: "With Equals and NotEquals the value of eventType is AwsApiCall, AwsServiceEvent, \
           AwsConsoleAction, AwsConsoleSignIn or AwsVpceEvents.",
    why: "These are documented. AWS may add others, so that this is a warning; and records of \
          network activity have been seen with AwsVpceEvent, which is let pass.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: RECORD_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            place::on(selectors, &Field::EventType)
                .flat_map(Place::values)
                .filter(|value| value.is_whole() && !EVENT_TYPES.contains(&value.value))
                .map(|value| not_among(rule, &value, &EVENT_TYPES))
                .collect()
        },
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("eventType", &["AwsApiCall"]),
        ])],
        rejected: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("eventType", &["ApiCall"]),
        ])],
    },
};

pub(super) const VALUE_WILDCARD: Rule = Rule {
    id: "value-wildcard",
    chapter: Chapter::Values,
    title: "An asterisk is no wildcard",
    what: "A value has no wildcard.",
    why: "Selectors know none: an asterisk is compared as the character it is.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            place::conditions(selectors)
                .flat_map(Place::values)
                .filter(|value| value.value.contains('*'))
                .map(|value| {
                    rule.finding(
                        Some(value.at()),
                        value.words(),
                        "a value without *, which no record matches",
                        "use StartsWith, EndsWith, NotStartsWith or NotEndsWith for a part of a \
                         value",
                    )
                })
                .collect()
        },
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            with("eventName", Operator::StartsWith, &["Get"]),
        ])],
        rejected: &[Draft::of(&[DATA, OBJECTS, equals("eventName", &["Get*"])])],
    },
};

pub(super) const VALUE_CASE: Rule = Rule {
    id: "value-case",
    chapter: Chapter::Values,
    title: "Upper or lower case differs",
    what: "The value of eventName or eventSource is spelled as in a record, upper and lower case \
           included.",
    why: "No page says that case does not count, so that it is assumed to. Told of the names and \
          sources of IAM and its neighbours, which are known here.",
    severity: Severity::Warning,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: FILTERING_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            [Field::EventName, Field::EventSource]
                .iter()
                .flat_map(|field| place::on(selectors, field))
                .flat_map(Place::values)
                .filter_map(|value| misspelt(rule, &value))
                .collect()
        },
        accepted: OF_IAM,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("eventSource", &["IAM.amazonaws.com"]),
        ])],
    },
};

/// The event names and sources of the catalog, by their lower-case spelling.
static SPELLED: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let names = catalog::events().map(|event| event.name);
    let sources = Service::ALL.iter().map(|service| service.source());
    names
        .chain(sources)
        .map(|text| (text.to_ascii_lowercase(), text))
        .collect()
});

/// A finding if the value is a name or a source of the catalog but for upper and lower case.
fn misspelt(rule: &Rule, value: &ValuePlace<'_>) -> Option<Finding> {
    if !value.is_whole() || catalog::named(value.value).next().is_some() {
        return None;
    }
    let near = *SPELLED.get(&value.value.to_ascii_lowercase())?;
    if near == value.value {
        return None;
    }
    let expected = format!("{near}, as records have it");
    Some(rule.finding(
        Some(value.at()),
        value.words(),
        expected,
        format!("write {near}"),
    ))
}

/// A finding for each value of the field by `Equals` or `NotEquals` that is not one of these.
fn only_values(
    rule: &Rule,
    selectors: &[AdvancedEventSelector],
    field: &Field,
    allowed: &[&str],
) -> Vec<Finding> {
    place::on(selectors, field)
        .flat_map(Place::values)
        .filter(|value| value.is_whole() && !allowed.contains(&value.value))
        .map(|value| not_among(rule, &value, allowed))
        .collect()
}

fn not_among(rule: &Rule, value: &ValuePlace<'_>, allowed: &[&str]) -> Finding {
    let near = allowed
        .iter()
        .find(|known| known.eq_ignore_ascii_case(value.value));
    let repair = match (near, allowed) {
        (Some(known), _) | (None, [known]) => format!("write {known}"),
        (None, _) => "write one of these".to_owned(),
    };
    let expected = format!("the value {}", alternatives(allowed));
    rule.finding(Some(value.at()), value.words(), expected, repair)
}

/// A finding for each `Equals` with more than one value.
fn more_than_one<'a>(
    rule: &Rule,
    places: impl Iterator<Item = Place<'a>>,
    repair: &str,
) -> Vec<Finding> {
    places
        .filter(|place| place.condition.values(Operator::Equals).len() > 1)
        .map(|place| {
            let field = place.condition.field();
            rule.finding(
                Some(place.at_operator(Operator::Equals)),
                place.words(),
                format!("one value of {field} in a selector"),
                repair,
            )
        })
        .collect()
}
