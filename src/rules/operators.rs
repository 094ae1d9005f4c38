//! How a field may be compared.
//!
//! Imports `selector` and its own parent. Next: `values.rs`.
//!
//! These rules hold wherever the field is; whether it may be there at all is in `fields.rs`.

use super::example::{
    ANYWHERE, BOTH, Condition, DATA, Draft, MANAGEMENT, NETWORK, OBJECTS, OF_ANYWHERE, OF_OBJECTS,
    equals, with,
};
use super::fields::FIELDS_PAGE;
use super::place::{self, Place, alternatives};
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::selector::{AdvancedEventSelector, Field, Operator};

pub(super) const NETWORK_PAGE: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html";

pub(super) const READ_ONLY_OPERATOR: Rule = Rule {
    id: "read-only-operator",
    chapter: Chapter::Operators,
    title: "readOnly takes no operator but Equals",
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

pub(super) const WRITES: Condition = equals("readOnly", &["false"]);

pub(super) const SESSION_CREDENTIAL_OPERATOR: Rule = Rule {
    id: "session-credential-operator",
    chapter: Chapter::Operators,
    title: "No operator for sessionCredentialFromConsole",
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

pub(super) const ERROR_CODE_OPERATOR: Rule = Rule {
    id: "error-code-operator",
    chapter: Chapter::Operators,
    title: "errorCode takes no operator but Equals",
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

pub(super) const DENIED: Condition = equals("errorCode", &["VpceAccessDenied"]);

pub(super) const RESOURCES_TYPE_OPERATOR: Rule = Rule {
    id: "resources-type-operator",
    chapter: Chapter::Operators,
    title: "resources.type takes no operator but Equals",
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

pub(super) const NETWORK_SOURCE_OPERATOR: Rule = Rule {
    id: "network-source-operator",
    chapter: Chapter::Operators,
    title: "Network activity sources take Equals only",
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

pub(super) fn network_sources(
    selectors: &[AdvancedEventSelector],
) -> impl Iterator<Item = Place<'_>> {
    place::on(selectors, &Field::EventSource)
        .filter(|place| place.category == Some("NetworkActivity"))
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
                Some(place.at_operator(one)),
                format!("{field} {one}"),
                format!("{field} {names}"),
                format!("say it by {names}"),
            )
        }));
    }
    findings
}
