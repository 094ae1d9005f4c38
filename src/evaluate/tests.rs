//! The promises of `evaluate.rs`: what is said of a record, and that each piece of the documentation
//! about matching is followed. `tests/agreement` holds the whole against a second reading.

use super::*;
use crate::selector::{DataResource, FieldSelector, MANAGEMENT, Operator, ReadWriteType};
use proptest::prelude::*;

const CREATE_USER: &str = r#"{
    "eventVersion": "1.11", "eventSource": "iam.amazonaws.com", "eventName": "CreateUser",
    "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ann", "more": [1] },
    "requestParameters": { "eventName": "Decrypt", "userName": "bob" }, "responseElements": null,
    "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
    "eventCategory": "Management", "recipientAccountId": "111122223333"
}"#;

type Conditions<'c> = &'c [(Field, Operator, &'c [&'c str])];

/// One selector without a name; several operators of a field stand beside each other.
fn selector(conditions: Conditions<'_>) -> AdvancedEventSelector {
    let mut fields: Vec<FieldSelector> = Vec::new();
    for (field, operator, values) in conditions {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        let mut operators = vec![(*operator, values)];
        if let Some(at) = fields.iter().position(|other| other.field() == field) {
            let before = fields.remove(at);
            operators.extend(before.conditions().map(|(o, values)| (o, values.to_vec())));
        }
        fields.push(FieldSelector::new(field.clone(), operators).unwrap());
    }
    AdvancedEventSelector::new(None, fields).unwrap()
}

fn on(conditions: Conditions<'_>, record: &str) -> Verdict {
    let selectors = Selectors::Advanced(vec![selector(conditions)]);
    evaluate(&selectors, &Event::parse(record).unwrap())
}

/// `+` logged, `-` not, `?` unknown.
fn sign(verdict: &Verdict) -> char {
    match verdict {
        Verdict::Logged { .. } => '+',
        Verdict::NotLogged { .. } => '-',
        Verdict::Unknown { .. } => '?',
    }
}

fn sign_on(conditions: Conditions<'_>, record: &str) -> char {
    sign(&on(conditions, record))
}

#[test]
fn the_reason_names_selector_field_content_and_what_is_wanted() {
    use Operator::{EndsWith, Equals, NotEquals, NotStartsWith, StartsWith};
    let names: Vec<String> = (0..172).map(|n| format!("Name{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let name = Field::EventName;
    for (conditions, reason) in [
        (
            &[(name.clone(), Equals, names.as_slice())][..],
            "selector 1: eventName is CreateUser, which is not among its 172 values",
        ),
        (
            &[(name.clone(), Equals, &["Decrypt"])],
            "selector 1: eventName is CreateUser, not Decrypt",
        ),
        (
            &[(name.clone(), StartsWith, &["Get"])],
            "selector 1: eventName is CreateUser, which does not begin with Get",
        ),
        (
            &[(name.clone(), StartsWith, &["Get", "List"])],
            "selector 1: eventName is CreateUser, which begins with none of its 2 values",
        ),
        (
            &[(name.clone(), EndsWith, &["Role"])],
            "selector 1: eventName is CreateUser, which does not end in Role",
        ),
        (
            &[
                (name.clone(), Equals, &["A"]),
                (name.clone(), EndsWith, &["B", "C"]),
            ],
            "selector 1: eventName is CreateUser, which fits none of its 3 values",
        ),
        (
            &[(name.clone(), NotStartsWith, &["Create"])],
            "selector 1: eventName is CreateUser, which NotStartsWith Create leaves out",
        ),
        (
            &[(
                Field::EventSource,
                NotEquals,
                &["iam.amazonaws.com", "kms.amazonaws.com"],
            )],
            "selector 1: eventSource is iam.amazonaws.com, which NotEquals iam.amazonaws.com leaves out",
        ),
        (
            &[(Field::ErrorCode, Equals, &["VpceAccessDenied"])],
            "selector 1: errorCode is not in the record",
        ),
        (
            &[(Field::ResourcesType, Equals, &["AWS::S3::Object"])],
            "selector 1: resources.type is not in the record",
        ),
        (
            &[(Field::Other("a.b".to_owned()), Equals, &["x"])],
            "selector 1: a.b is a field this version cannot read",
        ),
    ] {
        assert_eq!(on(conditions, CREATE_USER).to_string(), reason);
    }
}

#[test]
fn each_selector_has_its_reason_and_the_first_that_selects_is_named() {
    let named = |name: &str, event: &str| {
        let fields = vec![
            FieldSelector::equals(Field::EventCategory, [MANAGEMENT]).unwrap(),
            FieldSelector::equals(Field::EventName, [event]).unwrap(),
        ];
        AdvancedEventSelector::new(Some(name.to_owned()), fields).unwrap()
    };
    let record = Event::parse(CREATE_USER).unwrap();
    let verdict = |selectors: &[AdvancedEventSelector]| {
        evaluate(&Selectors::Advanced(selectors.to_vec()), &record)
    };
    let [a, b, c] = [named("a", "X"), named("b", "Y"), named("c", "CreateUser")];
    assert_eq!(
        verdict(&[a.clone(), b.clone()]).to_string(),
        "selector 1 (a): eventName is CreateUser, not X; \
         selector 2 (b): eventName is CreateUser, not Y"
    );
    let logged = verdict(&[a, c.clone(), c]);
    assert_eq!(logged.to_string(), "selector 2 (c) selects it");
    let expected = Verdict::Logged {
        selector: 1,
        name: Some("c".to_owned()),
    };
    assert_eq!(logged, expected);
    assert_eq!(
        verdict(&[]).to_string(),
        "there are no selectors: a trail on which none were put logs all management events, and an \
         empty list has no documented meaning"
    );
}

#[test]
fn a_hostile_text_makes_a_short_reason_of_one_line() {
    let record = format!("{{\"eventName\":\"a\\n{}\"}}", "b".repeat(10_000));
    let reason = on(&[(Field::EventName, Operator::Equals, &["x"])], &record).to_string();
    assert!(reason.len() < 300 && !reason.contains('\n'), "{reason}");
    let empty = on(
        &[(Field::EventName, Operator::Equals, &["x"])],
        "{\"eventName\":\"\"}",
    );
    assert_eq!(empty.to_string(), "selector 1: eventName is empty, not x");
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>
#[test]
fn selecting_values_are_alternatives_and_what_is_left_out_is_left_out() {
    use Operator::{EndsWith, Equals, NotEndsWith, NotEquals, NotStartsWith, StartsWith};
    let name = || Field::EventName;
    for (conditions, expected) in [
        (&[(name(), Equals, &["X", "CreateUser"][..])][..], '+'),
        (&[(name(), Equals, &["createuser"])], '-'),
        (&[(name(), Equals, &["Create*"])], '-'),
        (&[(name(), StartsWith, &["X", "Create"])], '+'),
        (&[(name(), EndsWith, &["User"])], '+'),
        (
            &[(name(), Equals, &["X"]), (name(), StartsWith, &["Cre"])],
            '+',
        ),
        (&[(name(), NotEquals, &["X"])], '+'),
        (&[(name(), NotEquals, &["X", "CreateUser"])], '-'),
        (
            &[
                (name(), NotStartsWith, &["X"]),
                (name(), NotEndsWith, &["User"]),
            ],
            '-',
        ),
        (
            &[
                (name(), NotStartsWith, &["X"]),
                (name(), NotEndsWith, &["Y"]),
            ],
            '+',
        ),
        (
            &[
                (name(), StartsWith, &["Create"]),
                (name(), NotEndsWith, &["User"]),
            ],
            '-',
        ),
        (
            &[
                (name(), StartsWith, &["Create"]),
                (name(), NotEndsWith, &["Role"]),
            ],
            '+',
        ),
        (
            &[
                (name(), StartsWith, &["Get"]),
                (name(), NotEndsWith, &["Role"]),
            ],
            '-',
        ),
        (
            &[
                (name(), Equals, &["CreateUser"]),
                (Field::ReadOnly, Equals, &["true"]),
            ],
            '-',
        ),
        (
            &[
                (name(), Equals, &["CreateUser"]),
                (Field::ReadOnly, Equals, &["false"]),
            ],
            '+',
        ),
    ] {
        assert_eq!(sign_on(conditions, CREATE_USER), expected, "{conditions:?}");
    }
}

#[test]
fn a_missing_field_is_judged_by_what_is_documented_about_it() {
    use Operator::{Equals, NotEquals};
    let console = || Field::SessionCredentialFromConsole;
    let not = &[(console(), NotEquals, &["true"][..])][..];
    let only = &[(console(), Equals, &["true"][..])][..];
    for (record, kept, wanted) in [
        ("{}", '+', '-'),
        (r#"{"sessionCredentialFromConsole":null}"#, '+', '-'),
        (r#"{"sessionCredentialFromConsole":"true"}"#, '-', '+'),
        (r#"{"sessionCredentialFromConsole":true}"#, '-', '+'),
        (r#"{"sessionCredentialFromConsole":""}"#, '+', '-'),
        (r#"{"sessionCredentialFromConsole":7}"#, '?', '?'),
    ] {
        assert_eq!(
            (sign_on(not, record), sign_on(only, record)),
            (kept, wanted),
            "{record}"
        );
    }
    for field in [
        Field::ReadOnly,
        Field::EventName,
        Field::EventSource,
        Field::EventType,
    ] {
        for operator in [Equals, NotEquals] {
            assert_eq!(
                sign_on(&[(field.clone(), operator, &["true"])], "{}"),
                '?',
                "{field}"
            );
        }
    }
    for field in [
        Field::UserIdentityArn,
        Field::ErrorCode,
        Field::VpcEndpointId,
    ] {
        assert_eq!(
            sign_on(&[(field.clone(), Equals, &["x"])], "{}"),
            '-',
            "{field}"
        );
        assert_eq!(
            sign_on(&[(field.clone(), NotEquals, &["x"])], "{}"),
            '+',
            "{field}"
        );
    }
}

#[test]
fn a_record_without_a_category_is_told_by_what_else_it_has() {
    let management = &[(Field::EventCategory, Operator::Equals, &["Management"][..])][..];
    let data = &[(Field::EventCategory, Operator::Equals, &["Data"][..])][..];
    let object = r#""resources":[{"type":"AWS::S3::Object"}]"#;
    for (record, of_management, of_data) in [
        (
            r#"{"eventCategory":"Data","managementEvent":true}"#.to_owned(),
            '-',
            '+',
        ),
        (r#"{"managementEvent":true}"#.to_owned(), '+', '-'),
        (r#"{"managementEvent":false}"#.to_owned(), '-', '?'),
        (r#"{"eventVersion":"1.0"}"#.to_owned(), '+', '-'),
        (r#"{"eventVersion":"1.00"}"#.to_owned(), '+', '-'),
        (r#"{"eventVersion":"1.06"}"#.to_owned(), '+', '-'),
        (format!(r#"{{"eventVersion":"1.06",{object}}}"#), '?', '?'),
        (
            format!(r#"{{"eventVersion":"1.06","managementEvent":true,{object}}}"#),
            '+',
            '-',
        ),
        (r#"{"eventVersion":"1.07"}"#.to_owned(), '?', '?'),
        (r#"{"eventVersion":"1.11"}"#.to_owned(), '?', '?'),
        (r#"{"eventVersion":"x"}"#.to_owned(), '?', '?'),
        ("{}".to_owned(), '?', '?'),
    ] {
        let signs = (sign_on(management, &record), sign_on(data, &record));
        assert_eq!(signs, (of_management, of_data), "{record}");
    }
}

#[test]
fn type_and_arn_are_asked_of_the_same_resource() {
    use Operator::{Equals, NotStartsWith, StartsWith};
    let kind = (Field::ResourcesType, Equals, &["AWS::S3::Object"][..]);
    let selected = &[
        kind.clone(),
        (Field::ResourcesArn, StartsWith, &["arn:aws:s3:::b/"]),
    ][..];
    let left_out = &[
        kind.clone(),
        (Field::ResourcesArn, NotStartsWith, &["arn:aws:s3:::b/"]),
    ][..];
    let object = |arn: &str| format!(r#"{{"type":"AWS::S3::Object","ARN":"{arn}"}}"#);
    let listing = |arn: &str| format!(r#"{{"type":"AWS::S3::Object","ARNPrefix":"{arn}"}}"#);
    let bucket = |arn: &str| format!(r#"{{"type":"AWS::S3::Bucket","ARN":"{arn}"}}"#);
    let (ours, other) = ("arn:aws:s3:::b/x", "arn:aws:s3:::c/x");
    for (resources, of_selected, of_left_out) in [
        (vec![object(ours), bucket("arn:aws:s3:::b")], '+', '-'),
        (vec![bucket("arn:aws:s3:::c"), object(other)], '-', '+'),
        // Were ARNs asked of any resource, this would be selected.
        (vec![object(other), bucket("arn:aws:s3:::b/")], '-', '+'),
        (vec![bucket("arn:aws:s3:::b/x")], '-', '-'),
        (vec![], '-', '-'),
        // Several of the type: one that is selected is enough; what is left out is not known.
        (vec![object(ours), object(other)], '+', '?'),
        (vec![object(ours), object(ours)], '+', '-'),
        (vec![object(other), object(other)], '-', '+'),
        // A listing has the beginning of the ARNs only.
        (vec![listing("arn:aws:s3:::b/")], '+', '-'),
        (vec![listing("arn:aws:s3:::b")], '?', '?'),
        (vec![listing("arn:aws:s3:::c/")], '-', '+'),
    ] {
        let record = format!("{{\"resources\":[{}]}}", resources.join(","));
        let signs = (sign_on(selected, &record), sign_on(left_out, &record));
        assert_eq!(signs, (of_selected, of_left_out), "{record}");
        assert_eq!(
            sign_on(std::slice::from_ref(&kind), &record) == '+',
            record.contains("Object")
        );
    }
    for unreadable in ["7", "{}", "[1]", "[null]", "\"x\"", "true"] {
        let record = format!("{{\"resources\":{unreadable}}}");
        assert_eq!(sign_on(selected, &record), '?', "{record}");
    }
    assert_eq!(sign_on(selected, "{\"resources\":null}"), '-');
}

#[test]
fn what_is_known_decides_and_unknowns_are_not_set_off_against_each_other() {
    let read_only = |value| selector(&[(Field::ReadOnly, Operator::Equals, &[value])]);
    let name = |value| selector(&[(Field::EventName, Operator::Equals, &[value])]);
    let record = Event::parse(r#"{"eventName":"CreateUser"}"#).unwrap();
    let signs = |selectors: Vec<AdvancedEventSelector>| {
        sign(&evaluate(&Selectors::Advanced(selectors), &record))
    };
    assert_eq!(signs(vec![read_only("true"), name("CreateUser")]), '+');
    assert_eq!(signs(vec![read_only("true"), name("X")]), '?');
    assert_eq!(signs(vec![read_only("true"), read_only("false")]), '?');
    let both = [
        (Field::ReadOnly, Operator::Equals, &["true"][..]),
        (Field::EventName, Operator::Equals, &["X"]),
    ];
    assert_eq!(signs(vec![selector(&both)]), '-');
}

#[test]
fn basic_selectors_say_why_not() {
    let basic = |change: fn(&mut EventSelector)| {
        let mut selector = EventSelector::service_default();
        change(&mut selector);
        Selectors::Basic(vec![selector])
    };
    let data = r#"{"eventCategory":"Data","readOnly":true,
        "resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::b/x"}]}"#;
    let network = r#"{"eventCategory":"NetworkActivity","readOnly":true}"#;
    for (selectors, record, reason) in [
        (basic(|_| ()), CREATE_USER, "selector 1 selects it"),
        (
            basic(|s| s.read_write_type = ReadWriteType::ReadOnly),
            CREATE_USER,
            "selector 1: readOnly is false, and its read-write type is ReadOnly",
        ),
        (
            basic(|s| s.exclude_management_event_sources = vec!["iam.amazonaws.com".to_owned()]),
            CREATE_USER,
            "selector 1: eventSource is iam.amazonaws.com, which it excludes from management events",
        ),
        (
            basic(|s| s.include_management_events = false),
            CREATE_USER,
            "selector 1: eventCategory is Management, and it includes no management events",
        ),
        (
            basic(|_| ()),
            data,
            "selector 1: eventCategory is not Management, and it has no data resources",
        ),
        (
            basic(|s| s.data_resources = vec![resource("AWS::Lambda::Function", "arn:aws:lambda")]),
            data,
            "selector 1: no resources.type in the record is AWS::Lambda::Function",
        ),
        (
            basic(|s| s.data_resources = vec![resource("AWS::S3::Object", "arn:aws:s3:::c/")]),
            data,
            "selector 1: resources.ARN of the AWS::S3::Object is under none of its values",
        ),
        (
            basic(|s| s.data_resources = vec![resource("AWS::S3::Object", "arn:aws:s3")]),
            data,
            "selector 1 selects it",
        ),
        (
            basic(|_| ()),
            network,
            "selector 1: eventCategory is NetworkActivity, which basic selectors never log",
        ),
        (
            basic(|s| s.read_write_type = ReadWriteType::ReadOnly),
            r#"{"eventCategory":"Management"}"#,
            "selector 1: readOnly is not told by the record, and its read-write type is ReadOnly",
        ),
        (
            basic(|_| ()),
            "{}",
            "selector 1: eventCategory is not told by the record",
        ),
        (
            basic(|s| s.read_write_type = ReadWriteType::WriteOnly),
            r#"{"managementEvent":false,"readOnly":true}"#,
            "selector 1: readOnly is true, and its read-write type is WriteOnly",
        ),
    ] {
        let verdict = evaluate(&selectors, &Event::parse(record).unwrap());
        assert_eq!(verdict.to_string(), reason);
    }
}

fn resource(kind: &str, value: &str) -> DataResource {
    DataResource {
        kind: kind.to_owned(),
        values: vec![value.to_owned()],
    }
}

#[test]
fn a_key_that_is_there_twice_counts_the_last_time_and_escapes_are_read() {
    let event = Event::parse(r#"{"eventName":"a","event\u004eame":"\u0062"}"#).unwrap();
    assert_eq!(event.event_name.text(), Some("b"));
    let again = r#"{"resources":[{"type":"a"}],"resources":[],"userIdentity":{"arn":"a"},"userIdentity":{}}"#;
    assert_eq!(Event::parse(again).unwrap(), Event::default());
}

#[test]
fn only_one_whole_object_is_a_record() {
    for text in [
        "",
        "[]",
        "7",
        "\"x\"",
        "null",
        "{",
        "{}{}",
        "{}x",
        "{\"a\":1,}",
        "{\"a\":tru}",
    ] {
        assert!(Event::parse(text).is_err(), "{text}");
    }
    let deep = format!(
        "{{\"a\":{}{}}}",
        "[".repeat(1_000_000),
        "]".repeat(1_000_000)
    );
    assert!(
        Event::parse(&deep).is_ok(),
        "what is skipped is not built, however deep"
    );
}

proptest! {
    #[test]
    fn verdict_and_outcome_agree_and_every_reason_is_one_line(
        selectors in crate::selector::generate::selectors(),
        record in prop::sample::select(vec![
            CREATE_USER,
            "{}",
            r#"{"eventCategory":"Data","resources":[{"type":"i","ARN":"x"},{"type":"com"}]}"#,
            r#"{"eventVersion":"1.05","eventName":"AssumeRole","eventSource":"sts.amazonaws.com"}"#,
            r#"{"eventCategory":5,"eventName":[],"readOnly":{},"eventSource":null,"resources":1}"#,
        ]),
    ) {
        let event = Event::parse(record).unwrap();
        let count = selectors.len();
        let evaluator = Evaluator::new(&Selectors::Advanced(selectors));
        let verdict = evaluator.verdict(&event);
        match (evaluator.outcome(&event), &verdict) {
            (Outcome::Logged(index), Verdict::Logged { selector, .. }) => {
                prop_assert_eq!(index, *selector);
            }
            (Outcome::NotLogged, Verdict::NotLogged { reasons }) => {
                prop_assert_eq!(reasons.len(), count);
            }
            (Outcome::Unknown, Verdict::Unknown { reasons }) => {
                prop_assert!(reasons.is_empty() == (count == 0));
            }
            (outcome, verdict) => prop_assert!(false, "{outcome:?}, {verdict:?}"),
        }
        let text = verdict.to_string();
        prop_assert!(!text.is_empty() && !text.contains('\n'));
        if let Verdict::NotLogged { reasons } | Verdict::Unknown { reasons } = verdict {
            for reason in reasons {
                prop_assert!(reason.clause.starts_with("resources") || reason.clause.starts_with(reason.field.as_str()));
            }
        }
    }
}
