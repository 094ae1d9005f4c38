//! The matrix of fields and categories, cell by cell: read from the pages of AWS a second time, and
//! not from the rules.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>

use super::super::{Destination, Finding, Severity, check};
use crate::selector::{AdvancedEventSelector, Field, FieldSelector, Operator};
use Destination::{EventDataStore as E, Trail as T};
use Operator::{EndsWith, Equals, NotEndsWith, NotEquals, NotStartsWith, StartsWith};

/// All six operators.
const ANY: &[Operator] = &[
    Equals,
    StartsWith,
    EndsWith,
    NotEquals,
    NotStartsWith,
    NotEndsWith,
];
/// `Equals` alone.
const EQ: &[Operator] = &[Equals];

/// What a cell of the matrix says.
#[derive(Debug, Clone, Copy)]
enum Cell {
    /// `R`: has to be there, by these operators.
    Required(&'static [Operator]),
    /// `o`: may be there, by these operators.
    Optional(&'static [Operator]),
    /// May be there, by these operators; but it is told that the documentation differs.
    Told(&'static [Operator]),
    /// `-`: may not be there.
    Forbidden,
}
use Cell::{Forbidden as No, Optional as O, Required as R, Told};

/// One row for each field and place: the field, the destination, its cells for Management, Data and
/// `NetworkActivity`, a value that is taken, and, where values are limited, one that is not.
type Row = (
    &'static str,
    Destination,
    [Cell; 3],
    &'static str,
    Option<&'static str>,
);

const SOURCE: &str = "kms.amazonaws.com";
const ARN: &str = "arn:aws:iam::111122223333:role/deploy";
const BUCKET: &str = "arn:aws:s3:::example-bucket/report";
const EQ_OR_NOT: &[Operator] = &[Equals, NotEquals];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("readOnly", T, [O(EQ), O(EQ), No], "true", Some("True")),
    ("readOnly", E, [O(EQ), O(EQ), No], "false", Some("ReadOnly")),
    ("eventSource", T, [O(&[NotEquals]), O(ANY), R(EQ)], SOURCE, None),
    ("eventSource", E, [O(ANY), O(ANY), R(EQ)], SOURCE, None),
    ("eventName", T, [No, O(ANY), O(ANY)], "CreateUser", None),
    ("eventName", E, [O(ANY), O(ANY), O(ANY)], "CreateUser", None),
    ("eventType", T, [No, O(ANY), No], "AwsApiCall", None),
    ("eventType", E, [O(ANY), O(ANY), No], "AwsServiceEvent", None),
    ("userIdentity.arn", T, [No, O(ANY), Told(ANY)], ARN, None),
    ("userIdentity.arn", E, [O(ANY), O(ANY), No], ARN, None),
    ("sessionCredentialFromConsole", T, [No, O(EQ_OR_NOT), No], "true", Some("false")),
    ("sessionCredentialFromConsole", E, [O(EQ_OR_NOT), O(EQ_OR_NOT), No], "true", Some("false")),
    ("errorCode", T, [No, No, O(EQ)], "VpceAccessDenied", Some("AccessDenied")),
    ("errorCode", E, [No, No, O(EQ)], "VpceAccessDenied", Some("ThrottlingException")),
    ("vpcEndpointId", T, [No, No, O(ANY)], "vpce-0123456789abcdef0", None),
    ("vpcEndpointId", E, [No, No, O(ANY)], "vpce-0123456789abcdef0", None),
    ("resources.type", T, [No, R(EQ), No], "AWS::S3::Object", Some("s3")),
    ("resources.type", E, [No, R(EQ), No], "AWS::Lambda::Function", Some("AWS::Lambda")),
    ("resources.ARN", T, [No, O(ANY), No], BUCKET, None),
    ("resources.ARN", E, [No, O(ANY), No], BUCKET, None),
];

const CATEGORIES: [&str; 3] = ["Management", "Data", "NetworkActivity"];

/// What our own `filter_by` may put on the management events of a trail is a warning; all else that
/// the matrix forbids is an error.
fn is_left_to_the_service(row: &Row, category: &str, operator: Operator) -> bool {
    let by_source = row.0 == "eventSource" && operator == Equals;
    row.1 == T && category == "Management" && (row.0 == "eventName" || by_source)
}

fn condition(field: &str, operator: Operator, values: &[&str]) -> FieldSelector {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    FieldSelector::new(Field::parse(field).unwrap(), [(operator, values)]).unwrap()
}

/// A selector of the category with what it requires, but for `field`, and with `more`.
fn selector(category: &str, field: &str, more: &[FieldSelector]) -> Vec<AdvancedEventSelector> {
    let mut conditions = vec![condition("eventCategory", Equals, &[category])];
    let required = match category {
        "Data" => Some(("resources.type", "AWS::S3::Object")),
        "NetworkActivity" => Some(("eventSource", "rolesanywhere.amazonaws.com")),
        _ => None,
    };
    if let Some((name, value)) = required.filter(|(name, _)| *name != field) {
        conditions.push(condition(name, Equals, &[value]));
    }
    conditions.extend_from_slice(more);
    vec![AdvancedEventSelector::new(None, conditions).unwrap()]
}

/// The worst of the findings; that only reads or only writes are logged is no matter of the matrix.
fn worst(findings: &[Finding]) -> Option<Severity> {
    let of_matrix = |finding: &&Finding| finding.rule != "read-write-half";
    findings
        .iter()
        .filter(of_matrix)
        .map(|finding| finding.severity)
        .min()
}

#[test]
fn every_cell_by_every_operator() {
    for row in ROWS {
        let (field, destination, cells, value, _) = *row;
        for (category, cell) in CATEGORIES.into_iter().zip(cells) {
            for operator in ANY {
                let set = selector(category, field, &[condition(field, *operator, &[value])]);
                let expected = match cell {
                    O(allowed) | R(allowed) if allowed.contains(operator) => None,
                    Told(allowed) if allowed.contains(operator) => Some(Severity::Warning),
                    O(_) | R(_) | Told(_) | No => {
                        let left = is_left_to_the_service(row, category, *operator);
                        Some(if left {
                            Severity::Warning
                        } else {
                            Severity::Error
                        })
                    }
                };
                let findings = check(&set, destination);
                assert_eq!(
                    worst(&findings),
                    expected,
                    "{destination:?} {category}: {field} {operator} {value}: {findings:?}"
                );
                let (at_category, at_field) = (Field::EventCategory, Field::parse(field).unwrap());
                for finding in &findings {
                    let at = finding.at.as_ref().and_then(|at| at.field.as_ref());
                    assert!(at.is_some_and(|at| *at == at_field && *at != at_category));
                }
            }
        }
    }
}

#[test]
fn a_cell_without_its_field() {
    for (field, destination, cells, _, _) in ROWS {
        for (category, cell) in CATEGORIES.into_iter().zip(cells) {
            let findings = check(&selector(category, field, &[]), *destination);
            let expected = matches!(cell, R(_)).then_some(Severity::Error);
            assert_eq!(
                worst(&findings),
                expected,
                "{destination:?} {category} without {field}"
            );
        }
    }
}

#[test]
fn a_value_that_is_not_taken() {
    let mut seen = 0;
    for (field, destination, cells, good, bad) in ROWS {
        let Some(bad) = bad else { continue };
        for (category, cell) in CATEGORIES.into_iter().zip(cells) {
            let (O(allowed) | R(allowed)) = cell else {
                continue;
            };
            for operator in *allowed {
                let worst = |values: &[&str]| {
                    let set = selector(category, field, &[condition(field, *operator, values)]);
                    worst(&check(&set, *destination))
                };
                assert_eq!(worst(&[good]), None, "{field} {operator} {good}");
                let error = Some(Severity::Error);
                assert_eq!(worst(&[bad]), error, "{field} {operator} {bad}");
                assert_eq!(
                    worst(&[good, bad]),
                    error,
                    "{field} {operator} {good}, {bad}"
                );
                seen += 1;
            }
        }
    }
    assert_eq!(
        seen, 14,
        "4 readOnly twice, sessionCredential 2 + 4, errorCode 2, type 2"
    );
}

#[test]
fn the_category_itself() {
    let of = |operator, values: &[&str], destination| {
        let category = condition("eventCategory", operator, values);
        let set = [AdvancedEventSelector::new(None, vec![category]).unwrap()];
        worst(&check(&set, destination))
    };
    let error = Some(Severity::Error);
    for destination in [T, E] {
        assert_eq!(of(Equals, &["Management"], destination), None);
        for operator in ANY.iter().skip(1) {
            assert_eq!(of(*operator, &["Management"], destination), error);
        }
        for wrong in ["management", "Other", "Network"] {
            assert_eq!(of(Equals, &[wrong], destination), error, "{wrong}");
        }
        assert_eq!(of(Equals, &["Management", "Data"], destination), error);
        let none =
            [
                AdvancedEventSelector::new(None, vec![condition("readOnly", Equals, &["true"])])
                    .unwrap(),
            ];
        assert_eq!(worst(&check(&none, destination)), error);
    }
    for standalone in [
        "Insight",
        "ConfigurationItem",
        "Evidence",
        "ActivityAuditLog",
    ] {
        assert_eq!(of(Equals, &[standalone], T), error);
        assert_eq!(of(Equals, &[standalone], E), None);
        for (field, value) in [("eventName", "CreateUser"), ("readOnly", "true")] {
            let set = selector(standalone, "", &[condition(field, Equals, &[value])]);
            assert_eq!(worst(&check(&set, E)), error, "{standalone} {field}");
        }
        let mut mixed = selector(standalone, "", &[]);
        assert_eq!(worst(&check(&mixed, E)), None);
        mixed.extend(selector("Management", "", &[]));
        assert_eq!(
            worst(&check(&mixed, E)),
            error,
            "{standalone} and Management"
        );
    }
    let mut all = selector("Management", "", &[]);
    all.extend(selector("Data", "", &[]));
    all.extend(selector("NetworkActivity", "", &[]));
    for destination in [T, E] {
        assert_eq!(worst(&check(&all, destination)), None);
    }
    let mut two = selector("Insight", "", &[]);
    two.extend(selector("Evidence", "", &[]));
    assert_eq!(worst(&check(&two, E)), error);
}

/// What the text below the matrix says, one pair a line: taken, and not.
#[test]
fn the_notes_below_the_matrix() {
    let data = |more: &[(&str, Operator, &[&str])]| {
        let more: Vec<_> = more.iter().map(|(f, o, v)| condition(f, *o, v)).collect();
        selector("Data", "", &more)
    };
    let network = |more: &[(&str, Operator, &[&str])]| {
        let more: Vec<_> = more.iter().map(|(f, o, v)| condition(f, *o, v)).collect();
        selector("NetworkActivity", "eventSource", &more)
    };
    let management = |field: &str, operator, values: &[&str]| {
        selector("Management", "", &[condition(field, operator, values)])
    };
    let (kms, rds, ec2) = (
        "kms.amazonaws.com",
        "rdsdata.amazonaws.com",
        "ec2.amazonaws.com",
    );
    let anywhere = "rolesanywhere.amazonaws.com";
    let (error, warning) = (Some(Severity::Error), Some(Severity::Warning));
    #[rustfmt::skip]
    let pairs = [
        // Both sources may be left out by one NotEquals; no other may.
        (T, management("eventSource", NotEquals, &[kms, rds]), management("eventSource", NotEquals, &[kms, ec2]), error),
        (E, management("eventSource", NotEquals, &[kms, ec2]), management("eventSource", NotEquals, &["*.amazonaws.com"]), warning),
        // Both values of readOnly are pointless.
        (T, management("readOnly", Equals, &["true"]), management("readOnly", Equals, &["true", "false"]), warning),
        (E, data(&[("readOnly", Equals, &["false"])]), data(&[("readOnly", Equals, &["false", "true"])]), warning),
        // One type a selector.
        (T, data(&[]), data(&[("resources.type", Equals, &["AWS::S3::Object"])]), error),
        // A whole ARN by Equals, a part by StartsWith.
        (T, data(&[("resources.ARN", StartsWith, &["arn:aws:s3:::b"])]), data(&[("resources.ARN", Equals, &["bucket"])]), error),
        (E, data(&[("resources.ARN", EndsWith, &["/report"])]), data(&[("resources.ARN", NotEquals, &["/report"])]), error),
        // One source a selector.
        (T, network(&[("eventSource", Equals, &[anywhere])]), network(&[("eventSource", Equals, &[anywhere, kms])]), error),
        (E, network(&[("eventSource", Equals, &[anywhere])]), network(&[("eventSource", Equals, &[kms, anywhere])]), error),
        // Field names are case sensitive; a new field is the service's business.
        (T, data(&[("resources.ARN", Equals, &[BUCKET])]), data(&[("resources.arn", Equals, &[BUCKET])]), warning),
        (E, management("eventName", Equals, &["CreateUser"]), management("newField", Equals, &["x"]), warning),
        // A field once.
        (E, data(&[("eventName", Equals, &["A"])]), data(&[("eventName", Equals, &["A"]), ("eventName", Equals, &["B"])]), error),
        // Case counts, an asterisk is a character, eventType is a known word.
        (E, management("eventName", Equals, &["CreateUser"]), management("eventName", Equals, &["createUser"]), warning),
        (E, management("eventName", StartsWith, &["Create"]), management("eventName", StartsWith, &["Create*"]), warning),
        (E, management("eventType", NotEquals, &["AwsConsoleSignIn"]), management("eventType", NotEquals, &["ConsoleLogin"]), warning),
        (E, management("eventSource", Equals, &["iam.amazonaws.com"]), management("eventSource", Equals, &["iam"]), warning),
    ];
    for (destination, taken, not, severity) in pairs {
        assert_eq!(worst(&check(&taken, destination)), None, "{taken:?}");
        assert_eq!(worst(&check(&not, destination)), severity, "{not:?}");
    }
}
