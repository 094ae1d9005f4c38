//! Selectors as text: what is read can be judged by every rule, put into canonical order, and comes
//! back the same from the text that is written of it.

use serde_json::{Value, json};

use crate::evaluate::{Evaluator, Event};
use crate::rules::{self, Destination, Finding};
use crate::selector::{AdvancedEventSelector, EventSelector, Operator, Selectors, diff};

const RECORD: &str = r#"{"eventVersion":"1.11","eventCategory":"Management",
    "eventName":"CreateUser","eventSource":"iam.amazonaws.com","readOnly":false,
    "resources":[{"type":"AWS::IAM::User","ARN":"arn:aws:iam::111122223333:user/ann"}]}"#;

/// Holds the promise to these bytes.
///
/// # Panics
/// The promise is broken.
pub fn hold(bytes: &[u8]) {
    let selectors = match serde_json::from_slice::<Selectors>(bytes) {
        Ok(selectors) => selectors,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let written = match &selectors {
        Selectors::Advanced(list) => {
            for destination in Destination::ALL {
                check_texts(&rules::check(list, *destination));
            }
            assert!(diff::same(list, list));
            let summaries = list.iter().map(AdvancedEventSelector::summary);
            assert!(summaries.into_iter().all(|summary| !summary.contains('\n')));
            let list: Vec<Value> = list.iter().map(advanced).collect();
            json!({ "AdvancedEventSelectors": list })
        }
        Selectors::Basic(list) => {
            check_texts(&rules::check_basic(list));
            let list: Vec<Value> = list.iter().map(basic).collect();
            json!({ "EventSelectors": list })
        }
    };
    let again: Selectors = serde_json::from_value(written).expect("what was read can be written");
    assert_eq!(again, selectors);

    let event = Event::parse(RECORD).expect("a record");
    let evaluator = Evaluator::new(&selectors);
    assert!(evaluator.verdict(&event) == evaluator.verdict(&event));
    if let (Selectors::Basic(_), Ok(advanced)) = (&selectors, selectors.to_advanced())
        && !advanced.is_empty()
    {
        let advanced = Evaluator::new(&Selectors::Advanced(advanced));
        let logs = |outcome| matches!(outcome, crate::evaluate::Outcome::Logged(_));
        assert_eq!(
            logs(evaluator.outcome(&event)),
            logs(advanced.outcome(&event))
        );
    }
}

/// A finding says something in each of its parts, in one line, and does nothing to a terminal.
fn check_texts(findings: &[Finding]) {
    for finding in findings {
        assert!(rules::rule(finding.rule).is_some());
        for text in [&finding.found, &finding.expected, &finding.repair] {
            assert!(!text.is_empty(), "{}", finding.rule);
            assert!(
                !text.contains(char::is_control),
                "{}: {text:?}",
                finding.rule
            );
        }
    }
}

fn advanced(selector: &AdvancedEventSelector) -> Value {
    let fields = selector.field_selectors().iter().map(|field| {
        let mut json = json!({ "Field": field.field().as_str() });
        for operator in Operator::ALL {
            let values = field.values(*operator);
            if !values.is_empty() {
                json[operator.api_name()] = json!(values);
            }
        }
        json
    });
    json!({ "Name": selector.name(), "FieldSelectors": fields.collect::<Vec<_>>() })
}

fn basic(selector: &EventSelector) -> Value {
    let resources = selector.data_resources.iter();
    let resources: Vec<Value> = resources
        .map(|resource| json!({ "Type": resource.kind, "Values": resource.values }))
        .collect();
    json!({
        "ReadWriteType": selector.read_write_type.as_str(),
        "IncludeManagementEvents": selector.include_management_events,
        "DataResources": resources,
        "ExcludeManagementEventSources": selector.exclude_management_event_sources,
    })
}
