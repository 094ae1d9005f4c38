//! What selectors may be, line by line; each line has its negative twin.

use serde_json::{Value, json};

use crate::simulator::{
    error::Refusal,
    selectors::{judge, judge_advanced, judge_basic, judge_store},
};

/// `field operator value,value; ..` as a selector.
fn selector(text: &str) -> Value {
    let fields: Vec<Value> = text
        .split(';')
        .map(|field| {
            let mut words = field.split_whitespace();
            let mut selector = json!({ "Field": words.next().unwrap() });
            while let (Some(operator), Some(values)) = (words.next(), words.next()) {
                selector[operator] = values.split(',').map(Value::from).collect();
            }
            selector
        })
        .collect();
    json!({ "FieldSelectors": fields })
}

fn advanced(text: &str, lenient: bool) -> Result<(), Refusal> {
    judge_advanced(&[selector(text)], lenient)
}

#[track_caller]
fn takes(text: &str) {
    assert_eq!(advanced(text, false), Ok(()), "{text}");
    assert_eq!(advanced(text, true), Ok(()), "{text}");
}

#[track_caller]
fn refuses(text: &str, rule: &str) {
    for lenient in [false, true] {
        assert_eq!(advanced(text, lenient).unwrap_err().rule, rule, "{text}");
    }
}

/// What AWS documents as unsupported on a trail, and emulators take.
#[track_caller]
fn emulators_take(text: &str, rule: &str) {
    let refusal = advanced(text, false).unwrap_err();
    assert_eq!(
        (refusal.rule, &*refusal.code),
        (rule, "InvalidEventSelectorsException"),
        "{text}"
    );
    assert_eq!(advanced(text, true), Ok(()), "{text}");
}

const M: &str = "eventCategory Equals Management";
const D: &str = "eventCategory Equals Data; resources.type Equals AWS::S3::Object";
const N: &str = "eventCategory Equals NetworkActivity; eventSource Equals ec2.amazonaws.com";

#[test]
fn every_selector_has_one_category() {
    takes(M);
    takes(D);
    takes(N);
    refuses("readOnly Equals true", "category-required");
    refuses("eventCategory NotEquals Data", "equals-only");
    refuses("eventCategory Equals Insight", "category-value");
    refuses("eventCategory Equals management", "category-value");
    refuses("eventCategory Equals Management,Data", "category-count");
    refuses(&format!("{M}; {M}"), "field-twice");
    refuses(&format!("{M}; readOnly"), "operator-missing");
}

#[test]
fn management_events_of_a_trail_are_narrowed_by_read_only_and_two_sources() {
    takes(&format!("{M}; readOnly Equals true"));
    takes(&format!("{M}; readOnly Equals true,false"));
    refuses(&format!("{M}; readOnly Equals yes"), "read-only-value");
    refuses(&format!("{M}; readOnly NotEquals true"), "equals-only");
    takes(&format!("{M}; eventSource NotEquals kms.amazonaws.com"));
    takes(&format!(
        "{M}; eventSource NotEquals kms.amazonaws.com,rdsdata.amazonaws.com"
    ));
    let source =
        |text: &str| emulators_take(&format!("{M}; eventSource {text}"), "management-source");
    source("NotEquals iam.amazonaws.com");
    source("NotEquals kms.amazonaws.com,iam.amazonaws.com");
    source("Equals kms.amazonaws.com");
    source("Equals iam.amazonaws.com");
    source("NotStartsWith kms.amazonaws.com");
}

#[test]
fn the_fields_of_event_data_stores_are_not_for_management_events_of_a_trail() {
    for field in [
        "eventName Equals CreateUser",
        "eventName StartsWith Create",
        "eventType Equals AwsApiCall",
        "userIdentity.arn EndsWith /admin",
        "sessionCredentialFromConsole NotEquals true",
    ] {
        emulators_take(&format!("{M}; {field}"), "management-store-field");
        takes(&format!("{D}; {field}"));
    }
    for field in [
        "resources.ARN Equals a",
        "errorCode Equals VpceAccessDenied",
        "vpcEndpointId Equals v",
    ] {
        refuses(&format!("{M}; {field}"), "management-field");
    }
    for field in ["eventname", "userIdentity.Arn", "requestParameters"] {
        refuses(&format!("{M}; {field} Equals a"), "field-unknown");
        refuses(&format!("{D}; {field} Equals a"), "field-unknown");
    }
}

#[test]
fn data_events_name_one_type() {
    takes(&format!(
        "{D}; resources.ARN StartsWith arn:aws:s3:::b/ NotEquals arn:aws:s3:::b/c"
    ));
    takes(&format!(
        "{D}; eventSource Equals s3.amazonaws.com; readOnly Equals false"
    ));
    refuses("eventCategory Equals Data", "data-type-required");
    refuses(
        "eventCategory Equals Data; resources.type Equals AWS::A::B,AWS::C::D",
        "data-type-one",
    );
    refuses(
        "eventCategory Equals Data; resources.type StartsWith AWS::",
        "equals-only",
    );
    refuses(
        "eventCategory Equals Data; resources.type Equals S3",
        "data-type-form",
    );
    for part in ["b/c", "arn:aws:s3:::", "arn::s3:::b"] {
        takes(&format!("{D}; resources.ARN NotEndsWith {part}"));
        refuses(
            &format!("{D}; resources.ARN Equals {part}"),
            "data-arn-form",
        );
        refuses(
            &format!("{D}; resources.ARN NotEquals {part}"),
            "data-arn-form",
        );
    }
    refuses(
        &format!("{D}; resources.type Equals AWS::S3::Object"),
        "data-type-one",
    );
    refuses(&format!("{D}; vpcEndpointId Equals v"), "data-field");
    refuses(
        &format!("{D}; sessionCredentialFromConsole Equals false"),
        "console-session",
    );
    refuses(
        &format!("{D}; sessionCredentialFromConsole StartsWith true"),
        "console-session",
    );
}

#[test]
fn network_activity_events_name_one_source() {
    takes(&format!(
        "{N}; eventName NotEquals A; vpcEndpointId Equals vpce-1"
    ));
    takes(&format!(
        "{N}; errorCode Equals VpceAccessDenied; userIdentity.arn StartsWith arn:"
    ));
    refuses("eventCategory Equals NetworkActivity", "network-source");
    refuses(
        "eventCategory Equals NetworkActivity; eventSource Equals a,b",
        "network-source",
    );
    refuses(
        "eventCategory Equals NetworkActivity; eventSource NotEquals a",
        "network-source",
    );
    refuses(&format!("{N}; readOnly Equals true"), "network-field");
    refuses(
        &format!("{N}; resources.type Equals AWS::S3::Object"),
        "network-field",
    );
    refuses(
        &format!("{N}; errorCode Equals AccessDenied"),
        "network-error-code",
    );
    refuses(
        &format!("{N}; errorCode NotEquals VpceAccessDenied"),
        "network-error-code",
    );
}

/// Every value of every operator of every selector counts, eventCategory's too.
#[test]
fn five_hundred_values_are_the_most() {
    let with = |names: usize| {
        let names: Vec<String> = (0..names).map(|n| format!("Name{n}")).collect();
        selector(&format!("{D}; eventName Equals {}", names.join(",")))
    };
    assert_eq!(judge_advanced(&[with(498)], false), Ok(()));
    assert_eq!(
        judge_advanced(&[with(499)], false).unwrap_err().rule,
        "value-count"
    );
    assert_eq!(judge_advanced(&[with(248), with(248)], false), Ok(()));
    assert_eq!(
        judge_advanced(&[with(248), with(249)], false)
            .unwrap_err()
            .rule,
        "value-count"
    );
    let many = vec![selector(M); 500];
    assert_eq!(judge_advanced(&many, false), Ok(()));
}

#[test]
fn the_model_limits_names_values_and_lists() {
    let named = |name: String| {
        let mut selector = selector(M);
        selector["Name"] = name.into();
        judge_advanced(&[selector], false).map_err(|refusal| refusal.code)
    };
    let invalid = || Err("ValidationException".to_owned());
    assert_eq!(named(String::new()), Ok(()));
    assert_eq!(named("é".repeat(1_000)), Ok(()));
    assert_eq!(named("x".repeat(1_001)), invalid());
    assert_eq!(named("two\nlines".to_owned()), invalid());
    assert_eq!(named("two\rlines".to_owned()), invalid());
    let value = |length: usize| {
        advanced(
            &format!("{D}; eventName Equals {}", "x".repeat(length)),
            false,
        )
        .map_err(|refusal| refusal.code)
    };
    assert_eq!(value(2_048), Ok(()));
    assert_eq!(value(2_049), invalid());
    for fields in [
        json!([]),
        json!([{ "Field": "eventCategory", "Equals": [] }]),
        json!([{ "Field": "eventCategory", "Equals": [""] }]),
        json!([{ "Field": "", "Equals": ["a"] }]),
        json!([{ "Field": "event-category", "Equals": ["a"] }]),
        json!([{ "Equals": ["Management"] }]),
    ] {
        let refusal = judge_advanced(&[json!({ "FieldSelectors": fields })], false).unwrap_err();
        assert_eq!(refusal.rule, "model-constraint", "{fields}");
    }
    for (fields, rule) in [
        (
            json!([{ "Field": "eventCategory", "Equals": "Management" }]),
            "model-type",
        ),
        (
            json!([{ "Field": "eventCategory", "Equals": [true] }]),
            "model-type",
        ),
        (
            json!([{ "Field": "eventCategory", "equals": ["Management"] }]),
            "model-member",
        ),
    ] {
        let refusal = judge_advanced(&[json!({ "FieldSelectors": fields })], false).unwrap_err();
        assert_eq!(refusal.rule, rule, "{fields}");
    }
}

#[test]
fn a_request_has_one_kind_and_not_an_empty_list() {
    let (basic, advanced) = (json!([{}]), json!([selector(M)]));
    for (body, rule) in [
        (json!({}), "kind-missing"),
        (json!({ "EventSelectors": null }), "kind-missing"),
        (json!({ "EventSelectors": [] }), "list-empty"),
        (json!({ "AdvancedEventSelectors": [] }), "list-empty"),
        (
            json!({ "EventSelectors": basic, "AdvancedEventSelectors": advanced }),
            "kinds",
        ),
        (
            json!({ "EventSelectors": basic, "AdvancedEventSelectors": [] }),
            "kinds",
        ),
    ] {
        assert_eq!(
            judge(body.as_object().unwrap(), true).unwrap_err().rule,
            rule,
            "{body}"
        );
    }
    for body in [
        json!({ "EventSelectors": basic, "AdvancedEventSelectors": null }),
        json!({ "AdvancedEventSelectors": advanced }),
    ] {
        assert_eq!(judge(body.as_object().unwrap(), false), Ok(()), "{body}");
    }
}

#[test]
fn basic_selectors_have_limits_of_their_own() {
    let resource = |kind: &str, values: Vec<String>| json!({ "DataResources": [{ "Type": kind, "Values": values }] });
    let objects = |count: usize| {
        resource(
            "AWS::S3::Object",
            (0..count)
                .map(|n| format!("arn:aws:s3:::bucket{n}/"))
                .collect(),
        )
    };
    let one = |kind: &str, value: &str| resource(kind, vec![value.to_owned()]);
    for taken in [
        vec![json!({}); 5],
        vec![objects(250)],
        vec![
            objects(125),
            objects(125),
            one("AWS::S3::Object", "arn:aws:s3"),
        ],
        vec![
            one("AWS::Lambda::Function", "arn:aws:lambda"),
            one("AWS::DynamoDB::Table", "arn:aws-iso:dynamodb"),
        ],
        // An asterisk is a character of an object's name, and no wildcard.
        vec![one("AWS::S3::Object", "arn:aws:s3:::bucket/a*b")],
        vec![
            json!({ "ExcludeManagementEventSources": ["kms.amazonaws.com", "rdsdata.amazonaws.com"] }),
        ],
    ] {
        assert_eq!(judge_basic(&taken), Ok(()));
    }
    for (refused, rule) in [
        (vec![json!({}); 6], "basic-count"),
        (vec![objects(251)], "resource-count"),
        (vec![objects(125), objects(126)], "resource-count"),
        (vec![one("AWS::SNS::Topic", "arn:aws:sns")], "resource-type"),
        (
            vec![one("AWS::S3::Object", "arn:aws:lambda")],
            "resource-value",
        ),
        (vec![one("AWS::S3::Object", "bucket")], "resource-value"),
        (vec![objects(0)], "resource-values-empty"),
        (
            vec![json!({ "ExcludeManagementEventSources": ["iam.amazonaws.com"] })],
            "excluded-source",
        ),
        (vec![json!({ "ReadWriteType": "Both" })], "model-constraint"),
        (
            vec![json!({ "IncludeManagementEvents": "true" })],
            "model-type",
        ),
    ] {
        assert_eq!(judge_basic(&refused).unwrap_err().rule, rule);
    }
}

#[track_caller]
fn a_store_takes(text: &str) {
    assert_eq!(judge_store(&[selector(text)]), Ok(()), "{text}");
}

#[track_caller]
fn a_store_refuses(text: &str, rule: &str) {
    let refusal = judge_store(&[selector(text)]).unwrap_err();
    assert_eq!(refusal.rule, rule, "{text}");
}

#[test]
fn management_events_of_a_store_have_more_fields() {
    for field in [
        "eventSource Equals iam.amazonaws.com,sts.amazonaws.com",
        "eventSource NotStartsWith kms",
        "eventName Equals CreateUser",
        "eventName StartsWith Create NotEquals CreateUser",
        "eventType Equals AwsApiCall",
        "userIdentity.arn EndsWith /admin",
        "sessionCredentialFromConsole NotEquals true",
        "readOnly Equals false",
    ] {
        a_store_takes(&format!("{M}; {field}"));
    }
    a_store_refuses(
        &format!("{M}; sessionCredentialFromConsole StartsWith true"),
        "console-session",
    );
    a_store_refuses(&format!("{M}; readOnly Equals yes"), "read-only-value");
    for field in [
        "errorCode Equals VpceAccessDenied",
        "vpcEndpointId Equals v",
        "resources.ARN Equals a",
    ] {
        a_store_refuses(&format!("{M}; {field}"), "management-field");
    }
    a_store_refuses(&format!("{M}; {M}"), "field-twice");
    a_store_refuses("eventName Equals CreateUser", "category-required");
}

#[test]
fn data_and_network_activity_events_of_a_store_are_as_those_of_a_trail() {
    a_store_takes(&format!("{D}; eventName NotEquals GetObject"));
    a_store_refuses("eventCategory Equals Data", "data-type-required");
    a_store_takes(&format!("{N}; eventName NotEquals A"));
    a_store_refuses(&format!("{N}; readOnly Equals true"), "network-field");
    // Trails have it, in the newest pages.
    takes(&format!("{N}; userIdentity.arn StartsWith arn:"));
    a_store_refuses(
        &format!("{N}; userIdentity.arn StartsWith arn:"),
        "store-network-field",
    );
}

#[test]
fn a_store_of_another_type_has_its_category_alone() {
    for category in [
        "Insight",
        "ConfigurationItem",
        "Evidence",
        "ActivityAuditLog",
    ] {
        let alone = format!("eventCategory Equals {category}");
        a_store_takes(&alone);
        refuses(&alone, "category-value");
        a_store_refuses(
            &format!("{alone}; eventName Equals A"),
            "store-category-field",
        );
        let mixed = [selector(M), selector(&alone)];
        let refusal = judge_store(&mixed).unwrap_err();
        assert_eq!(refusal.rule, "store-category-alone", "{category}");
    }
    assert_eq!(
        judge_store(&[selector(M), selector(D), selector(N)]),
        Ok(())
    );
    a_store_refuses("eventCategory Equals Other", "category-value");
}

#[test]
fn a_store_has_five_selectors_and_five_hundred_values() {
    assert_eq!(judge_store(&vec![selector(M); 5]), Ok(()));
    let refusal = judge_store(&vec![selector(M); 6]).unwrap_err();
    assert_eq!(refusal.rule, "store-selector-count");
    assert_eq!(judge_store(&[]).unwrap_err().rule, "list-empty");
    let with = |names: usize| {
        let names: Vec<String> = (0..names).map(|n| format!("Name{n}")).collect();
        judge_store(&[selector(&format!(
            "{M}; eventName Equals {}",
            names.join(",")
        ))])
    };
    assert_eq!(with(499), Ok(()));
    assert_eq!(with(500).unwrap_err().rule, "value-count");
}
