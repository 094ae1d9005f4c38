//! Which field goes with which category, and which categories there are.
//!
//! Imports `selector` and its own parent. Next: `operators.rs`.
//!
//! What a trail's management events take, which is less than those of an event data store, is in
//! `combinations.rs`.

use std::collections::BTreeSet;

use super::categories::RECORDED;
use super::example::{
    ANYWHERE, BOTH, DATA, Draft, MANAGEMENT, NETWORK, OBJECTS, OF_ANYWHERE, OF_OBJECTS, STORE,
    TRAIL, equals, with,
};
use super::place::{self, alternatives, shown};
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::selector::{AdvancedEventSelector, Field, Operator};

pub(super) const FIELDS_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html";
const NETWORK_PAGE: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html";
const TRAIL_FIELDS_PAGE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudtrail-trail-advancedfieldselector.html";
const MANAGEMENT_PAGE: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html";

/// The documented fields.
const KNOWN: [Field; 11] = [
    Field::EventCategory,
    Field::EventSource,
    Field::EventName,
    Field::ReadOnly,
    Field::EventType,
    Field::ResourcesType,
    Field::ResourcesArn,
    Field::UserIdentityArn,
    Field::SessionCredentialFromConsole,
    Field::ErrorCode,
    Field::VpcEndpointId,
];

pub(super) const FIELD_UNKNOWN: Rule = Rule {
    id: "field-unknown",
    chapter: Chapter::Fields,
    title: "Field is not documented",
    what: "A field is one of the eleven documented ones: eventCategory, eventSource, eventName, \
           readOnly, eventType, resources.type, resources.ARN, userIdentity.arn, \
           sessionCredentialFromConsole, errorCode, vpcEndpointId. That upper and lower case count \
           is assumed.",
    why: "The service refuses fields that it does not know. It adds fields, and has had some in \
          preview before they were documented, so that it is left to decide.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            place::conditions(selectors)
                .filter(|place| !KNOWN.contains(place.condition.field()))
                .map(|place| {
                    let name = place.condition.field().as_str();
                    let near = KNOWN
                        .iter()
                        .find(|known| known.as_str().eq_ignore_ascii_case(name));
                    let repair = match near {
                        Some(known) => format!("write {known}; upper and lower case count"),
                        None => "check the spelling, or leave it to the service, which decides \
                                 when the selectors are sent"
                            .to_owned(),
                    };
                    let names: Vec<&str> = KNOWN.iter().map(Field::as_str).collect();
                    let found = format!("the field {}", shown(name));
                    rule.finding(Some(place.at()), found, alternatives(&names), repair)
                })
                .collect()
        },
        accepted: OF_OBJECTS,
        rejected: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("resources.arn", &["arn:aws:s3:::example-bucket/report"]),
        ])],
    },
};

pub(super) const FIELD_TWICE: Rule = Rule {
    id: "field-twice",
    chapter: Chapter::Fields,
    title: "A field is there twice",
    what: "A selector has each field once.",
    why: "The documentation advises against two conditions on one field, and forbids them for \
          resources.type. That the service refuses them for every field is assumed.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: MANAGEMENT_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            let mut seen = BTreeSet::new();
            place::conditions(selectors)
                .filter(|place| !seen.insert((place.selector, place.condition.field())))
                .map(|place| {
                    let found = format!("a second field selector on {}", place.condition.field());
                    let repair = "put the operators of both into one field selector";
                    rule.finding(
                        Some(place.at()),
                        found,
                        "each field once in a selector",
                        repair,
                    )
                })
                .collect()
        },
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            with("eventName", Operator::StartsWith, &["Get", "Put"]),
        ])],
        rejected: &[Draft::of(&[
            DATA,
            OBJECTS,
            with("eventName", Operator::StartsWith, &["Get"]),
            with("eventName", Operator::StartsWith, &["Put"]),
        ])],
    },
};

pub(super) const READ_ONLY_CATEGORY: Rule = Rule {
    id: "read-only-category",
    chapter: Chapter::Fields,
    title: "readOnly on network activity events",
    what: "readOnly is a field of management and data events.",
    why: "It is not among the fields that are documented for network activity events.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_for(rule, all, &Field::ReadOnly, &["Management", "Data"]),
        accepted: &[Draft::of(&[MANAGEMENT, equals("readOnly", &["false"])])],
        rejected: &[Draft::of(&[
            NETWORK,
            ANYWHERE,
            equals("readOnly", &["false"]),
        ])],
    },
};

pub(super) const EVENT_TYPE_CATEGORY: Rule = Rule {
    id: "event-type-category",
    chapter: Chapter::Fields,
    title: "eventType on network activity events",
    what: "eventType is a field of management events, on event data stores, and of data events.",
    why: "It is not among the fields that are documented for network activity events.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_for(rule, all, &Field::EventType, &["Management", "Data"]),
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("eventType", &["AwsApiCall"]),
        ])],
        rejected: &[Draft::of(&[
            NETWORK,
            ANYWHERE,
            equals("eventType", &["AwsApiCall"]),
        ])],
    },
};

pub(super) const SESSION_CREDENTIAL_CATEGORY: Rule = Rule {
    id: "session-credential-category",
    chapter: Chapter::Fields,
    title: "Session credential on network activity events",
    what: "sessionCredentialFromConsole is a field of management events, on event data stores, and \
           of data events.",
    why: "It is not among the fields that are documented for network activity events.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| {
            let field = Field::SessionCredentialFromConsole;
            only_for(rule, all, &field, &["Management", "Data"])
        },
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            equals("sessionCredentialFromConsole", &["true"]),
        ])],
        rejected: &[Draft::of(&[
            NETWORK,
            ANYWHERE,
            equals("sessionCredentialFromConsole", &["true"]),
        ])],
    },
};

pub(super) const ERROR_CODE_CATEGORY: Rule = Rule {
    id: "error-code-category",
    chapter: Chapter::Fields,
    title: "errorCode not on network activity events",
    what: "errorCode is a field of network activity events.",
    why: "It is documented for them alone: failed calls cannot be selected among management or data \
          events.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_for(rule, all, &Field::ErrorCode, &["NetworkActivity"]),
        accepted: &[Draft::of(&[
            NETWORK,
            ANYWHERE,
            equals("errorCode", &["VpceAccessDenied"]),
        ])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("errorCode", &["VpceAccessDenied"]),
        ])],
    },
};

pub(super) const VPC_ENDPOINT_ID_CATEGORY: Rule = Rule {
    id: "vpc-endpoint-id-category",
    chapter: Chapter::Fields,
    title: "vpcEndpointId not on network activity events",
    what: "vpcEndpointId is a field of network activity events.",
    why: "It is documented for them alone.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_for(rule, all, &Field::VpcEndpointId, &["NetworkActivity"]),
        accepted: &[Draft::of(&[NETWORK, ANYWHERE, AN_ENDPOINT])],
        rejected: &[Draft::of(&[DATA, OBJECTS, AN_ENDPOINT])],
    },
};

const AN_ENDPOINT: super::example::Condition = equals("vpcEndpointId", &["vpce-0123456789abcdef0"]);

pub(super) const RESOURCES_TYPE_CATEGORY: Rule = Rule {
    id: "resources-type-category",
    chapter: Chapter::Fields,
    title: "resources.type not on data events",
    what: "resources.type is a field of data events.",
    why: "It is documented for them alone.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_for(rule, all, &Field::ResourcesType, &["Data"]),
        accepted: OF_OBJECTS,
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("resources.type", &["AWS::IAM::Role"]),
        ])],
    },
};

pub(super) const RESOURCES_ARN_CATEGORY: Rule = Rule {
    id: "resources-arn-category",
    chapter: Chapter::Fields,
    title: "resources.ARN not on data events",
    what: "resources.ARN is a field of data events, for types of resources that have ARNs.",
    why: "It is documented for them alone: a role or a user cannot be selected by its ARN among \
          management events. Which types have no ARN is not listed, and not checked.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, all| only_for(rule, all, &Field::ResourcesArn, &["Data"]),
        accepted: &[Draft::of(&[
            DATA,
            OBJECTS,
            with(
                "resources.ARN",
                Operator::StartsWith,
                &["arn:aws:s3:::example-bucket/"],
            ),
        ])],
        rejected: &[Draft::of(&[
            MANAGEMENT,
            equals("resources.ARN", &["arn:aws:iam::111122223333:role/deploy"]),
        ])],
    },
};

/// A finding for each condition on the field in a selector of recorded events of another category;
/// what selectors of the other categories may have is in `categories.rs`.
fn only_for(
    rule: &Rule,
    selectors: &[AdvancedEventSelector],
    field: &Field,
    allowed: &[&str],
) -> Vec<Finding> {
    place::on(selectors, field)
        .filter_map(|place| place.category.map(|category| (place, category)))
        .filter(|(_, category)| RECORDED.contains(category) && !allowed.contains(category))
        .map(|(place, category)| {
            rule.finding(
                Some(place.at()),
                format!("{field} in a selector of the category {category}"),
                format!("{field} with the category {}", alternatives(allowed)),
                format!("leave {field} out of this selector"),
            )
        })
        .collect()
}

pub(super) const TRAIL_NETWORK_USER_IDENTITY: Rule = Rule {
    id: "trail-network-user-identity-arn",
    chapter: Chapter::Fields,
    title: "userIdentity.arn may be refused here",
    what: "userIdentity.arn on the network activity events of a trail is documented in the newest \
           texts only.",
    why: "Older copies of the same page leave it out. The service may refuse it in some Regions or \
          accounts.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: TRAIL_FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            network_user_identity(
                rule,
                selectors,
                "fields that every copy of the documentation has: eventName, errorCode, \
                 vpcEndpointId",
                "leave it to the service, which decides when the selectors are sent",
            )
        },
        accepted: OF_ANYWHERE,
        rejected: BY_ROLE,
    },
};

pub(super) const STORE_NETWORK_USER_IDENTITY: Rule = Rule {
    id: "store-network-user-identity-arn",
    chapter: Chapter::Fields,
    title: "userIdentity.arn on a store's network activity events",
    what: "On an event data store userIdentity.arn is a field of management and data events.",
    why: "For network activity events it is documented on trails alone.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: TRAIL_FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            network_user_identity(
                rule,
                selectors,
                "userIdentity.arn with the category Management or Data",
                "leave userIdentity.arn out of this selector",
            )
        },
        accepted: OF_ANYWHERE,
        rejected: BY_ROLE,
    },
};

const BY_ROLE: &[Draft] = &[Draft::of(&[
    NETWORK,
    ANYWHERE,
    equals(
        "userIdentity.arn",
        &["arn:aws:iam::111122223333:role/deploy"],
    ),
])];

fn network_user_identity(
    rule: &Rule,
    selectors: &[AdvancedEventSelector],
    expected: &str,
    repair: &str,
) -> Vec<Finding> {
    place::on(selectors, &Field::UserIdentityArn)
        .filter(|place| place.category == Some("NetworkActivity"))
        .map(|place| {
            let found = "userIdentity.arn in a selector of the category NetworkActivity";
            rule.finding(Some(place.at()), found, expected, repair)
        })
        .collect()
}

pub(super) const DATA_RESOURCES_TYPE: Rule = Rule {
    id: "data-resources-type",
    chapter: Chapter::Fields,
    title: "Data events without resources.type",
    what: "A selector of data events has a field selector on resources.type.",
    why: "The service requires the field: data events are logged for one type of resource a \
          selector.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: FIELDS_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            required(
                rule,
                selectors,
                "Data",
                &Field::ResourcesType,
                "add resources.type Equals with the type, such as AWS::S3::Object",
            )
        },
        accepted: OF_OBJECTS,
        rejected: &[Draft::of(&[DATA])],
    },
};

pub(super) const NETWORK_EVENT_SOURCE: Rule = Rule {
    id: "network-event-source",
    chapter: Chapter::Fields,
    title: "Network activity events without eventSource",
    what: "A selector of network activity events has a field selector on eventSource.",
    why: "The service requires the field: network activity events are logged for one source a \
          selector.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: BOTH,
    source: NETWORK_PAGE,
    check: Check::Selectors {
        check: |rule, selectors| {
            required(
                rule,
                selectors,
                "NetworkActivity",
                &Field::EventSource,
                "add eventSource Equals with the source, such as rolesanywhere.amazonaws.com",
            )
        },
        accepted: OF_ANYWHERE,
        rejected: &[Draft::of(&[NETWORK])],
    },
};

/// A finding for each selector of the category without the field.
fn required(
    rule: &Rule,
    selectors: &[AdvancedEventSelector],
    category: &str,
    field: &Field,
    repair: &str,
) -> Vec<Finding> {
    let lacks = |selector: &AdvancedEventSelector| {
        selector.category() == Some(category) && selector.field(field).is_none()
    };
    place::selectors(selectors, lacks)
        .map(|at| {
            rule.finding(
                Some(at),
                format!("a selector of the category {category} without {field}"),
                format!("{field} in each of them"),
                repair,
            )
        })
        .collect()
}
