//! `PutEventSelectors`, the one call that changes something, to the letter: for an exclusive selector
//! by event name it carries the category, the names, and nothing else.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{IAM_NAMES, selector};
use crate::support::case::{Case, Step, THIS};
use crate::support::service::Service;
use crate::support::state::strings;

#[test]
fn put_carries_the_category_and_the_names_and_nothing_else_in_the_journal() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    Case::new(&service)
        .step(Step::config(selector(&trail.name, "")).check(|state| {
            let journal = simulator.journal();
            let puts: Vec<&Value> = journal
                .iter()
                .filter(|entry| entry.operation == "PutEventSelectors")
                .map(|entry| &entry.body)
                .collect();
            let [put] = puts.as_slice() else {
                panic!("one Put: {puts:?}")
            };
            let members: BTreeSet<&str> = put
                .as_object()
                .expect("an object")
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(
                members,
                BTreeSet::from(["AdvancedEventSelectors", "TrailName"])
            );
            let names = state.texts(THIS, "event_names");
            assert_eq!(names.len(), IAM_NAMES);
            assert_eq!(
                put["AdvancedEventSelectors"],
                json!([{
                    "Name": "iam-only",
                    "FieldSelectors": [
                        { "Field": "eventCategory", "Equals": ["Management"] },
                        { "Field": "eventName", "Equals": names },
                    ],
                }])
            );
        }))
        .run();
}

#[test]
fn boto3_sees_the_category_and_the_names_and_nothing_else_on_moto() {
    const PROGRAM: &str = r#"
import boto3, json, sys
client = boto3.client("cloudtrail", region_name="us-east-1", endpoint_url=sys.argv[1])
answer = client.get_event_selectors(TrailName="TRAIL")
answer.pop("ResponseMetadata")
print(json.dumps(answer))
"#;
    let service = Service::moto();
    let moto = service.as_moto().expect("this is moto");
    let trail = service.trail();
    Case::new(&service)
        .step(Step::config(selector(&trail.name, "")).check(|state| {
            let printed = moto.boto3(&PROGRAM.replace("TRAIL", &trail.arn));
            let answer: Value = serde_json::from_str(&printed).expect("boto3 prints JSON");
            assert_eq!(answer["EventSelectors"], json!([]));
            let selectors = answer["AdvancedEventSelectors"].as_array().expect("a list");
            let [selector] = selectors.as_slice() else {
                panic!("one selector: {answer}")
            };
            let fields = selector["FieldSelectors"].as_array().expect("a list");
            let [category, name] = fields.as_slice() else {
                panic!("two fields: {answer}")
            };
            assert_eq!(
                *category,
                json!({ "Field": "eventCategory", "Equals": ["Management"] })
            );
            assert_eq!(name["Field"], "eventName");
            assert_eq!(
                name.as_object().map(serde_json::Map::len),
                Some(2),
                "{name}"
            );
            let names = strings(&name["Equals"]);
            assert_eq!(names.len(), IAM_NAMES);
            assert_eq!(names, state.texts(THIS, "event_names"));
        }))
        .run();
}
