//! How a field may be compared, and with what.
//!
//! Imports `catalog`, `selector` and its own parent. Next: `combinations.rs`.
//!
//! These rules hold wherever the field is; whether it may be there at all is in `fields.rs`. The
//! values of a field are looked at under the operators that it takes.

use super::example::{
    ANYWHERE, BOTH, Condition, DATA, Draft, MANAGEMENT, NETWORK, OBJECTS, OF_ANYWHERE, OF_IAM,
    OF_OBJECTS, equals, with,
};
use super::fields::FIELDS_PAGE;
use super::place::{self, Place, ValuePlace, alternatives};
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::catalog::{self, Service};
use crate::selector::{AdvancedEventSelector, Field, Operator};

const FILTERING_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html";
const NETWORK_PAGE: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html";
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

pub(super) const READ_ONLY_OPERATOR: Rule = Rule {
    id: "read-only-operator",
    chapter: Chapter::Operators,
    title: "readOnly is compared by Equals",
    what: "readOnly takes the operator Equals.",
    why: "The service documents no other for it.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_operators(rule, all, &Field::ReadOnly, &[Operator::Equals]),
        accepted: &[Draft::of(&[MANAGEMENT, WRITES])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            with("readOnly", Operator::NotEquals, &["true"]),
        ])],
    },
};

const WRITES: Condition = equals("readOnly", &["false"]);

pub(super) const READ_ONLY_VALUE: Rule = Rule {
    id: "read-only-value",
    chapter: Chapter::Operators,
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
    chapter: Chapter::Operators,
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
                        place.at_operator(Operator::Equals),
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

pub(super) const SESSION_CREDENTIAL_OPERATOR: Rule = Rule {
    id: "session-credential-operator",
    chapter: Chapter::Operators,
    title: "Session credential by Equals or NotEquals only",
    what: "sessionCredentialFromConsole takes the operators Equals and NotEquals.",
    why: "The service documents no other for it.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| {
            let field = Field::SessionCredentialFromConsole;
            only_operators(rule, all, &field, &[Operator::Equals, Operator::NotEquals])
        },
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            with(
                "sessionCredentialFromConsole",
                Operator::NotEquals,
                &["true"],
            ),
        ])],
        rejected: &[Draft::of(&[
            DATA,
            OBJECTS,
            with(
                "sessionCredentialFromConsole",
                Operator::StartsWith,
                &["true"],
            ),
        ])],
    },
};

pub(super) const SESSION_CREDENTIAL_VALUE: Rule = Rule {
    id: "session-credential-value",
    chapter: Chapter::Operators,
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

pub(super) const ERROR_CODE_OPERATOR: Rule = Rule {
    id: "error-code-operator",
    chapter: Chapter::Operators,
    title: "errorCode is compared by Equals",
    what: "errorCode takes the operator Equals.",
    why: "The service documents no other for it.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: NETWORK_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_operators(rule, all, &Field::ErrorCode, &[Operator::Equals]),
        accepted: &[Draft::of(&[NETWORK, ANYWHERE, DENIED])],
        rejected: &[Draft::of(&[
            NETWORK,
            ANYWHERE,
            with("errorCode", Operator::NotEquals, &["VpceAccessDenied"]),
        ])],
    },
};

const DENIED: Condition = equals("errorCode", &["VpceAccessDenied"]);

pub(super) const ERROR_CODE_VALUE: Rule = Rule {
    id: "error-code-value",
    chapter: Chapter::Operators,
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

pub(super) const RESOURCES_TYPE_OPERATOR: Rule = Rule {
    id: "resources-type-operator",
    chapter: Chapter::Operators,
    title: "resources.type is compared by Equals",
    what: "resources.type takes the operator Equals.",
    why: "The service documents no other for it.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_operators(rule, all, &Field::ResourcesType, &[Operator::Equals]),
        accepted: OF_OBJECTS,
        rejected: &[Draft::of(&[
            DATA,
            with("resources.type", Operator::StartsWith, &["AWS::S3::"]),
        ])],
    },
};

pub(super) const RESOURCES_TYPE_ONE: Rule = Rule {
    id: "resources-type-one",
    chapter: Chapter::Operators,
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
    chapter: Chapter::Operators,
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
                        value.at(),
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
    chapter: Chapter::Operators,
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
                        value.at(),
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

pub(super) const NETWORK_SOURCE_OPERATOR: Rule = Rule {
    id: "network-source-operator",
    chapter: Chapter::Operators,
    title: "A network activity source by Equals only",
    what: "On network activity events eventSource takes the operator Equals.",
    why: "The service documents no other for it there.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: NETWORK_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            let places = network_sources(selectors);
            operators_in(rule, places, &[Operator::Equals])
        },
        accepted: OF_ANYWHERE,
        rejected: &[Draft::of(&[
            NETWORK,
            with(
                "eventSource",
                Operator::NotEquals,
                &["rolesanywhere.amazonaws.com"],
            ),
        ])],
    },
};

pub(super) const NETWORK_SOURCE_ONE: Rule = Rule {
    id: "network-source-one",
    chapter: Chapter::Operators,
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

fn network_sources(selectors: &[AdvancedEventSelector]) -> impl Iterator<Item = Place<'_>> {
    place::on(selectors, &Field::EventSource)
        .filter(|place| place.category == Some("NetworkActivity"))
}

pub(super) const EVENT_SOURCE_FORM: Rule = Rule {
    id: "event-source-form",
    chapter: Chapter::Operators,
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
                        value.at(),
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
    chapter: Chapter::Operators,
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
    chapter: Chapter::Operators,
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
                        value.at(),
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
    chapter: Chapter::Operators,
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
            let values = |field| place::on(selectors, field).flat_map(Place::values);
            let sources = Service::ALL.iter().map(|service| service.source());
            let sources: Vec<&str> = sources.collect();
            values(&Field::EventName)
                .filter(|value| catalog::named(value.value).next().is_none())
                .filter_map(|value| {
                    misspelt(rule, &value, catalog::events().map(|event| event.name))
                })
                .chain(
                    values(&Field::EventSource)
                        .filter_map(|value| misspelt(rule, &value, sources.iter().copied())),
                )
                .collect()
        },
        accepted: OF_IAM,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("eventSource", &["IAM.amazonaws.com"]),
        ])],
    },
};

/// A finding if the value is one of these but for upper and lower case.
fn misspelt(
    rule: &Rule,
    value: &ValuePlace<'_>,
    mut known: impl Iterator<Item = &'static str>,
) -> Option<Finding> {
    if !value.is_whole() {
        return None;
    }
    let near = known.find(|name| name.eq_ignore_ascii_case(value.value))?;
    if near == value.value {
        return None;
    }
    let expected = format!("{near}, as records have it");
    Some(rule.finding(value.at(), value.words(), expected, format!("write {near}")))
}

/// A finding for each operator on the field that is not one of these.
fn only_operators(
    rule: &Rule,
    selectors: &[AdvancedEventSelector],
    field: &Field,
    allowed: &[Operator],
) -> Vec<Finding> {
    operators_in(rule, place::on(selectors, field), allowed)
}

fn operators_in<'a>(
    rule: &Rule,
    places: impl Iterator<Item = Place<'a>>,
    allowed: &[Operator],
) -> Vec<Finding> {
    let names: Vec<&str> = allowed.iter().map(|operator| operator.api_name()).collect();
    let names = alternatives(&names);
    let mut findings = Vec::new();
    for place in places {
        let field = place.condition.field();
        let operators = place.condition.conditions().map(|(operator, _)| operator);
        findings.extend(operators.filter(|one| !allowed.contains(one)).map(|one| {
            rule.finding(
                place.at_operator(one),
                format!("{field} {one}"),
                format!("{field} {names}"),
                format!("say it by {names}"),
            )
        }));
    }
    findings
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
    rule.finding(value.at(), value.words(), alternatives(allowed), repair)
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
                place.at_operator(Operator::Equals),
                place.words(),
                format!("one value of {field} in a selector"),
                repair,
            )
        })
        .collect()
}
