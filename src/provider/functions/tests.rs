//! What the functions make of their arguments: the forms that mean the same, and the errors. How
//! Terraform calls them is in `tests/acceptance/functions.rs`.

use proptest::prelude::*;
use serde_json::{Value, json};
use tf_provider::{AttributePathStep, Function};

use super::*;
use crate::provider::convert;
use crate::selector::{AdvancedEventSelector, Operator, Selectors, generate};

/// An argument as the host hands it over, of any type, with numbers as Terraform sends them.
fn given(kind: &Value, value: &Value) -> Given {
    serde_json::from_value(json!([kind.to_string(), value])).unwrap()
}

/// The type that Terraform gives to what `jsondecode` makes of this.
fn kind(value: &Value) -> Value {
    match value {
        Value::Null => json!("dynamic"),
        Value::Bool(_) => json!("bool"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("string"),
        Value::Array(items) => json!(["tuple", items.iter().map(kind).collect::<Vec<_>>()]),
        Value::Object(members) => {
            let members = members.iter().map(|(name, one)| (name.clone(), kind(one)));
            json!(["object", Value::Object(members.collect())])
        }
    }
}

/// What `jsondecode` makes of this, as an argument.
fn decoded(value: &Value) -> Given {
    given(&kind(value), value)
}

/// What a function says, or the argument that it is about and the error.
async fn call<'a, F: Function>(function: F, input: F::Input<'a>) -> Result<Value, (i64, String)>
where
    F::Output<'a>: serde::Serialize,
{
    let mut diags = Diagnostics::default();
    let output = function.call(&mut diags, input).await;
    assert!(diags.warnings.is_empty(), "nobody reads a warning");
    match diags.errors.first() {
        None => Ok(serde_json::to_value(output.expect("a result")).unwrap()),
        Some(error) => {
            assert!(output.is_none() && diags.errors.len() == 1);
            assert_eq!(error.detail, "");
            let [AttributePathStep::Index(argument)] = error.attribute.steps.as_slice() else {
                panic!("of no argument: {error:?}");
            };
            Err((*argument, error.summary.to_string()))
        }
    }
}

async fn check(selectors: &Given, destination: &str) -> Result<Value, (i64, String)> {
    call(CheckSelectors, (selectors.clone(), destination.to_owned())).await
}

/// Selectors as the API spells them.
fn api(selectors: &[AdvancedEventSelector]) -> Value {
    let each = selectors.iter().map(|selector| {
        let fields = selector.field_selectors().iter().map(|field| {
            let mut told = json!({ "Field": field.field().as_str() });
            for (operator, values) in field.conditions() {
                told[operator.api_name()] = json!(values);
            }
            told
        });
        json!({ "Name": selector.name(), "FieldSelectors": fields.collect::<Vec<_>>() })
    });
    each.collect()
}

/// The same as resource `aws_cloudtrail` has them: named as blocks, with every operator.
fn blocks(selectors: &[AdvancedEventSelector]) -> Value {
    let each = selectors.iter().map(|selector| {
        let fields = selector.field_selectors().iter().map(|field| {
            let mut told = json!({ "field": field.field().as_str() });
            for operator in Operator::ALL {
                told[operator.hcl_name()] = json!(field.values(*operator));
            }
            told
        });
        json!({ "name": selector.name().unwrap_or_default(), "field_selector": fields.collect::<Vec<_>>() })
    });
    each.collect()
}

/// The selectors that an argument comes to.
fn read(given: &Given) -> Result<Selectors, String> {
    let mut diags = Diagnostics::default();
    match selectors(&mut diags, 0, given) {
        Some(reading) => reading.selectors.map_err(|unread| unread.to_string()),
        None => Err(diags.errors[0].summary.to_string()),
    }
}

proptest! {
    /// Whichever way the same selectors come, they are the same.
    #[test]
    fn all_forms_of_selectors_mean_the_same(made in generate::selectors()) {
        let attributes = serde_json::to_value(convert::advanced_model(&made)).unwrap();
        let replaced = convert::replaced_model(&Selectors::Advanced(made.clone()));
        let replaced = serde_json::to_value(replaced).unwrap();
        let (api, blocks) = (api(&made), blocks(&made));
        for form in [
            attributes,
            replaced,
            blocks,
            json!({ "TrailARN": "arn", "AdvancedEventSelectors": api }),
            api,
        ] {
            let expected = Ok(Selectors::Advanced(made.clone()));
            prop_assert_eq!(&read(&decoded(&form)), &expected, "{}", form);
            prop_assert_eq!(&read(&Given::Text(form.to_string())), &expected, "{}", form);
        }
    }

    /// A number is copied digit by digit, however it is sent, and is never taken for a text.
    #[test]
    fn numbers_are_not_rounded(digits in "-?[1-9][0-9]{0,60}", fraction in "(\\.[0-9]{1,40})?") {
        let number = format!("{digits}{fraction}");
        let kind = json!(["object", { "n": "number", "t": "string" }]);
        let sent = given(&kind, &json!({ "n": number, "t": number }));
        prop_assert_eq!(sent.json(), format!("{{\"n\":{number},\"t\":\"{number}\"}}"));
    }

    /// What is no JSON, or JSON of something else, is an error and not a guess.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let is_empty_list = serde_json::from_str::<[(); 0]>(&text).is_ok();
        prop_assert_eq!(read(&Given::Text(text.clone())).is_ok(), is_empty_list, "{}", text);
        let mut diags = Diagnostics::default();
        let event = record(&mut diags, 1, &Given::Text(text.clone())).is_some();
        let is_object = serde_json::from_str::<serde_json::Map<String, Value>>(&text).is_ok();
        prop_assert_eq!(event, is_object, "{}", text);
        prop_assert_eq!(event, diags.errors.is_empty());
    }
}

/// The older kind of selectors has the same forms.
#[test]
fn all_forms_of_basic_selectors_mean_the_same() {
    let api = json!([
        {
            "ReadWriteType": "WriteOnly",
            "IncludeManagementEvents": true,
            "ExcludeManagementEventSources": ["kms.amazonaws.com"],
            "DataResources": [{ "Type": "AWS::S3::Object", "Values": ["arn:aws:s3"] }],
        },
        { "IncludeManagementEvents": false },
    ]);
    let Ok(expected) = serde_json::from_value::<Selectors>(api.clone()) else {
        panic!("selectors");
    };
    assert!(matches!(&expected, Selectors::Basic(selectors) if selectors.len() == 2));
    let replaced = serde_json::to_value(convert::replaced_model(&expected)).unwrap();
    let blocks = json!([
        {
            "read_write_type": "WriteOnly",
            "include_management_events": true,
            "exclude_management_event_sources": ["kms.amazonaws.com"],
            "data_resource": [{ "type": "AWS::S3::Object", "values": ["arn:aws:s3"] }],
        },
        {
            "read_write_type": "All",
            "include_management_events": false,
            "exclude_management_event_sources": [],
            "data_resource": [],
        },
    ]);
    for form in [
        replaced["event_selectors"].clone(),
        replaced,
        blocks,
        json!({ "TrailARN": "arn", "EventSelectors": api }),
        api,
    ] {
        assert_eq!(read(&decoded(&form)).as_ref(), Ok(&expected), "{form}");
    }
}

/// A value of every type is copied as it is.
#[test]
fn every_type_is_copied() {
    let value = json!({
        "null": null, "bool": true, "\"quoted\"\n": "ü\u{1}",
        "numbers": [0, -1, 1.5, u64::MAX], "empty": [{}, []],
    });
    let copied: Value = serde_json::from_str(decoded(&value).json()).unwrap();
    assert_eq!(copied, value);
    for (kind, value) in [
        (
            json!(["list", ["map", "number"]]),
            json!([{ "a": "1", "b": 2 }]),
        ),
        (json!(["set", "string"]), json!(["1", "a"])),
        (json!("dynamic"), json!(["\"bool\"", false])),
        (
            json!(["list", "dynamic"]),
            json!([["\"number\"", "0.1"], null]),
        ),
    ] {
        let expected = match kind[1].as_str() {
            None if kind == "dynamic" => "false",
            Some("string") => "[\"1\",\"a\"]",
            Some(_) => "[0.1,null]",
            None => "[{\"a\":1,\"b\":2}]",
        };
        assert_eq!(given(&kind, &value).json(), expected);
    }
    for (kind, value) in [
        (json!("number"), json!("many")),
        (json!("number"), json!("inf")),
        (json!({}), json!(null)),
    ] {
        let kind = if kind == json!({}) {
            "{".to_owned()
        } else {
            kind.to_string()
        };
        let read: Result<Given, _> = serde_json::from_value(json!([kind, value]));
        assert!(read.is_err(), "{kind}");
    }
}

const RECORD: &str = r#"{"eventCategory":"Management","eventSource":"kms.amazonaws.com",
    "eventName":"Decrypt","readOnly":true,"requestParameters":{"n":1e400}}"#;

fn one(values: &[&str]) -> Given {
    decoded(&json!([{
        "name": "iam-only",
        "field_selectors": [
            { "field": "eventCategory", "equals": ["Management"] },
            { "field": "eventName", "equals": values },
        ],
    }]))
}

#[tokio::test]
async fn logs_event_says_why() {
    let text = |text: &str| Given::Text(text.to_owned());
    for (selectors, event, logged, reason) in [
        (
            one(&["Decrypt"]),
            text(RECORD),
            json!(true),
            "selector 1 (iam-only) selects it",
        ),
        (
            one(&["CreateUser", "DeleteUser"]),
            text(RECORD),
            json!(false),
            "selector 1 (iam-only): eventName is Decrypt, which is not among its 2 values",
        ),
        (
            one(&["CreateUser"]),
            decoded(&json!({ "eventName": "CreateUser" })),
            Value::Null,
            "eventCategory",
        ),
        (
            text("[]"),
            text(RECORD),
            Value::Null,
            "there are no selectors",
        ),
        (
            text(r#"{"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}"#),
            text(RECORD),
            json!(false),
            "selector 1: ",
        ),
    ] {
        let answer = call(LogsEvent, (selectors, event))
            .await
            .expect("an answer");
        assert_eq!(answer["logged"], logged, "{answer}");
        let told = answer["reason"].as_str().expect("a text");
        assert!(told.contains(reason), "{told}");
    }
}

#[tokio::test]
async fn logs_event_says_which_argument_is_wrong() {
    let record = Given::Text(RECORD.to_owned());
    let text = |text: &str| Given::Text(text.to_owned());
    for (selectors, error) in [
        (
            text("selectors.json"),
            "found the text \"selectors.json\", which is no JSON (expected value at line 1 column 1); \
             expected selectors as JSON, such as `aws cloudtrail get-event-selectors` prints, or as a \
             list",
        ),
        (
            decoded(
                &json!([{ "field_selectors": [{ "field": "eventName", "equals": "CreateUser" }] }]),
            ),
            "$[0].field_selectors[0].equals: found the text \"CreateUser\"; expected a list of texts",
        ),
        (
            decoded(&json!([{ "field_selectors": [{ "field": "readOnly", "equals": [0.5] }] }])),
            "$[0].field_selectors[0].equals[0]: found the number 0.5; expected a text",
        ),
        (
            decoded(&json!([{ "name": "x", "FieldSelectors": [] }])),
            "$[0]: found the key \"FieldSelectors\"; expected no other keys than name, field_selectors",
        ),
        (
            decoded(&json!({ "advanced_event_selectors": [{ "name": "x" }] })),
            "$.advanced_event_selectors[0]: found no field_selectors; expected a list of field \
             selectors",
        ),
        (
            decoded(&json!([{ "field_selector": [{ "equals": ["x"] }] }])),
            "$[0].field_selector[0]: found no field; expected the name of a field of the record",
        ),
    ] {
        let answer = call(LogsEvent, (selectors, record.clone())).await;
        assert_eq!(answer, Err((0, error.to_owned())));
    }
    let expected = "; expected one CloudTrail record: an object with eventName, eventSource and more, \
                    or a string with its JSON";
    for (event, found) in [
        (
            text("{"),
            "found the text \"{\", which is no JSON (EOF while parsing an object at line 1 column 1)",
        ),
        (text("Decrypt"), "found the text \"Decrypt\""),
        (text(""), "found the text \"\""),
        (decoded(&json!([{}])), "found a list"),
        (decoded(&json!(7)), "found 7"),
    ] {
        let answer = call(LogsEvent, (one(&["x"]), event)).await;
        assert_eq!(answer, Err((1, format!("{found}{expected}"))));
    }
    let log = decoded(&json!({ "Records": [{}] }));
    let (argument, error) = call(LogsEvent, (one(&["x"]), log)).await.unwrap_err();
    assert_eq!(argument, 1);
    assert!(error.contains("`Records`"), "{error}");
}

/// What the rule book finds is told with the way to it, in the names that the argument uses.
#[tokio::test]
async fn check_selectors_finds_what_the_rule_book_finds() {
    let wanted = json!([{
        "field_selectors": [
            { "field": "eventCategory", "equals": ["Management"] },
            { "field": "readOnly", "equals": ["true", "yes"] },
        ],
    }]);
    let told = check(&decoded(&wanted), "trail").await.expect("findings");
    let Ok(Selectors::Advanced(read)) = read(&decoded(&wanted)) else {
        panic!("selectors");
    };
    let findings = crate::rules::check_trail(&read);
    assert!(!findings.is_empty());
    let told = told.as_array().expect("a list");
    assert_eq!(told.len(), findings.len());
    for (told, finding) in told.iter().zip(findings) {
        let rule = crate::rules::rule(finding.rule).unwrap();
        let at = finding.at.map(|at| at.to_string()).unwrap_or_default();
        let at = at
            .replace("FieldSelectors", "field_selectors")
            .replace("Equals", "equals");
        assert_eq!(
            *told,
            json!({
                "rule": rule.id, "severity": rule.severity.as_str(), "title": rule.title,
                "path": format!("${at}"), "found": finding.found, "expected": finding.expected,
                "repair": finding.repair, "source": rule.source,
            })
        );
    }
    let of_value = told.iter().find(|one| one["rule"] == "read-only-value");
    assert_eq!(
        of_value.expect("a value that readOnly never has")["path"],
        "$[0].field_selectors[1].equals[1]"
    );
}

/// A trail takes less than an event data store, basic selectors are for trails, and what cannot be
/// built is a finding like any other.
#[tokio::test]
async fn check_selectors_knows_the_destination() {
    let ours = one(&["CreateUser"]);
    let rules = |told: Value| -> Vec<String> {
        let told = told.as_array().expect("a list").iter();
        told.map(|one| one["rule"].as_str().expect("a text").to_owned())
            .collect()
    };
    let trail = check(&ours, "trail").await.expect("findings");
    assert_eq!(rules(trail), ["trail-management-event-name"]);
    let store = check(&ours, "event_data_store").await.expect("findings");
    assert_eq!(store, json!([]));

    let basic =
        json!({ "EventSelectors": [{ "ExcludeManagementEventSources": ["iam.amazonaws.com"] }] });
    let trail = check(&decoded(&basic), "trail").await.expect("findings");
    assert_eq!(rules(trail), ["basic-excluded-source"]);
    assert_eq!(
        check(&decoded(&basic), "event_data_store").await,
        Err((
            0,
            "found basic event selectors at $.EventSelectors; expected advanced ones: an event data \
             store has no others"
                .to_owned()
        ))
    );

    let long = json!({ "AdvancedEventSelectors": [{ "Name": "x".repeat(1001), "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
    ] }] });
    let told = check(&decoded(&long), "trail").await.expect("a finding");
    assert_eq!(told[0]["path"], "$.AdvancedEventSelectors[0]");
    assert_eq!(rules(told), ["selector-name-length"]);

    assert_eq!(
        check(&ours, "Trail").await,
        Err((
            1,
            "found \"Trail\"; expected one of `trail`, `event_data_store`".to_owned()
        ))
    );
}

#[tokio::test]
async fn event_names_are_those_of_the_catalog() {
    use crate::catalog::{self, AccessLevel, Service};
    let texts = |texts: &[&str]| -> Vec<Option<String>> {
        texts.iter().map(|&text| Some(text.to_owned())).collect()
    };
    for (services, levels) in [
        (&["iam"][..], &[][..]),
        (&["sts", "iam", "sts"], &["Write", "Tagging"]),
        (&["signin"], &["Tagging"]),
    ] {
        let names = call(event_names::EventNames, (texts(services), texts(levels))).await;
        let mut expected: Vec<&str> = catalog::events()
            .filter(|row| services.contains(&row.source.key()))
            .filter(|row| {
                let level = row.access_level.map(AccessLevel::as_str);
                levels.is_empty() || level.is_some_and(|level| levels.contains(&level))
            })
            .map(|row| row.name)
            .collect();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(names, Ok(json!(expected)));
    }
    let first = Service::ALL[0].key();
    for (services, levels, argument, error) in [
        (
            texts(&[]),
            texts(&[]),
            0,
            "found an empty list; expected one or more of `iam`",
        ),
        (
            texts(&["iam", "IAM"]),
            texts(&[]),
            0,
            "[1]: found \"IAM\"; expected one of `iam`",
        ),
        (
            vec![None],
            texts(&[]),
            0,
            "[0]: found null; expected one of `iam`",
        ),
        (
            texts(&[first]),
            texts(&["write"]),
            1,
            "[0]: found \"write\"; expected one of `List`",
        ),
    ] {
        let (at, text) = call(event_names::EventNames, (services, levels))
            .await
            .unwrap_err();
        assert_eq!(at, argument);
        assert!(text.starts_with(error), "{text}");
    }
}
