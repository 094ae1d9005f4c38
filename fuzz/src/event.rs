//! One record: what is read of it is what stands in it, and selectors that ask for each field come to
//! a verdict that says why.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::evaluate::{Evaluator, Event, Outcome, Verdict};
use crate::selector::Selectors;

static EVALUATORS: LazyLock<Vec<Evaluator>> = LazyLock::new(|| {
    let fields = [
        "eventName",
        "eventSource",
        "readOnly",
        "resources.type",
        "resources.ARN",
        "eventType",
        "userIdentity.arn",
        "sessionCredentialFromConsole",
        "errorCode",
        "vpcEndpointId",
        "eventCategory",
        "another.field",
    ];
    let list = fields.map(|field| {
        json!([{ "Name": field, "FieldSelectors": [
            { "Field": field, "StartsWith": ["a", "Create"], "NotEquals": ["arn:aws:s3:::b"] },
            { "Field": "eventCategory", "Equals": ["Management", "Data"] },
        ] }])
    });
    let basic = json!({ "EventSelectors": [{ "ReadWriteType": "WriteOnly", "DataResources": [
        { "Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::b"] },
        { "Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"] },
    ] }] });
    let read = |json: Value| serde_json::from_value::<Selectors>(json).expect("selectors");
    let list = list.into_iter().chain([basic]);
    list.map(|json| Evaluator::new(&read(json))).collect()
});

/// Holds the promise to these bytes.
///
/// # Panics
/// The promise is broken.
pub fn hold(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let json = serde_json::from_str::<Value>(text);
    let event = match Event::parse(text) {
        Ok(event) => event,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            // The one has its own ideas of how deep is too deep; an object that is read whole by
            // the other is a record.
            assert!(
                !json.is_ok_and(|json| json.is_object()),
                "{error}: {text:?}"
            );
            return;
        }
    };
    if let Ok(json) = json {
        assert!(json.is_object(), "{text:?}");
        for (found, key) in [
            (&event.event_name, "eventName"),
            (&event.event_source, "eventSource"),
            (&event.error_code, "errorCode"),
        ] {
            assert_eq!(
                found.text(),
                told(&json[key]).as_deref(),
                "{key} in {text:?}"
            );
        }
    }
    for evaluator in EVALUATORS.iter() {
        let verdict = evaluator.verdict(&event);
        let outcome = match &verdict {
            Verdict::Logged { selector, .. } => Outcome::Logged(*selector),
            Verdict::NotLogged { .. } => Outcome::NotLogged,
            Verdict::Unknown { .. } => Outcome::Unknown,
        };
        assert_eq!(evaluator.outcome(&event), outcome);
        let text = verdict.to_string();
        assert!(!text.is_empty() && !text.contains('\n'), "{text:?}");
    }
}

/// The text of a field; flags are texts to selectors.
fn told(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
