//! Selectors as people have them: every form comes to the same, and what is not understood is
//! refused with its place.

use serde_json::{Value, json};
use terraform_provider_iam::selector::{AdvancedEventSelector, EventSelector, Operator, Selectors};

use super::made::{self, Dice};

fn read(json: &Value) -> Result<Selectors, String> {
    let from_text = serde_json::from_str(&json.to_string()).map_err(|error| error.to_string());
    let from_value = serde_json::from_value(json.clone()).map_err(|error| error.to_string());
    assert_eq!(from_text, from_value);
    from_text
}

/// As the API prints it; with each operator that is not used as an empty list, if so wanted.
fn advanced(selector: &AdvancedEventSelector, is_old: bool) -> Value {
    let fields: Vec<Value> = selector
        .field_selectors()
        .iter()
        .map(|field| {
            let mut json = json!({ "Field": field.field().as_str() });
            for operator in Operator::ALL {
                let values = field.values(*operator);
                if is_old || !values.is_empty() {
                    json[operator.api_name()] = json!(values);
                }
            }
            json
        })
        .collect();
    json!({ "Name": selector.name().unwrap_or_default(), "FieldSelectors": fields })
}

fn basic(selector: &EventSelector) -> Value {
    let resources: Vec<Value> = selector
        .data_resources
        .iter()
        .map(|resource| json!({ "Type": resource.kind, "Values": resource.values }))
        .collect();
    json!({
        "ReadWriteType": selector.read_write_type.as_str(),
        "IncludeManagementEvents": selector.include_management_events,
        "DataResources": resources,
        "ExcludeManagementEventSources": selector.exclude_management_event_sources,
    })
}

#[test]
fn nothing_is_lost_in_any_form() {
    for seed in 0..500 {
        let mut dice = Dice::new(seed);
        let record = made::record(&mut dice);
        for made in [
            made::selectors(&mut dice, &record),
            made::basic_selectors(&mut dice),
        ] {
            let selectors = read(&json!(made)).expect("selectors");
            let (key, other, lists) = match &selectors {
                Selectors::Advanced(list) => {
                    let as_now: Vec<_> = list.iter().map(|one| advanced(one, false)).collect();
                    let as_old: Vec<_> = list.iter().map(|one| advanced(one, true)).collect();
                    (
                        "AdvancedEventSelectors",
                        "EventSelectors",
                        vec![as_now, as_old],
                    )
                }
                Selectors::Basic(list) => {
                    let list = list.iter().map(basic).collect();
                    ("EventSelectors", "AdvancedEventSelectors", vec![list])
                }
            };
            for list in lists {
                let trail = "arn:aws:cloudtrail:us-east-1:111122223333:trail/t";
                for form in [
                    json!(list),
                    json!({ key: list }),
                    json!({ key: list, other: [] }),
                    json!({ key: list, other: null }),
                    json!({ "TrailARN": trail, key: list }),
                    json!({ "TrailName": "t", key: list }),
                    json!({ "EventDataStoreArn": "a", "Name": "s", "Status": "ENABLED", key: list }),
                    json!({ "EventDataStore": "a", "RetentionPeriod": 90, key: list }),
                ] {
                    let found = read(&form);
                    // An empty list says nothing about its kind.
                    if !list.is_empty() {
                        assert_eq!(found.as_ref(), Ok(&selectors), "{form}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_basic_selector_leaves_out_has_its_documented_default() {
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
    let found = read(&json!({ "EventSelectors": [{}] }));
    assert_eq!(
        found,
        Ok(Selectors::Basic(vec![EventSelector::service_default()]))
    );
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let field = |field: Value| json!([{ "FieldSelectors": [field] }]);
    let good = json!({ "Field": "eventCategory", "Equals": ["Management"] });
    for (json, error) in [
        (
            json!(7),
            "$: found the number 7; expected a list of selectors, or an object with EventSelectors \
             or AdvancedEventSelectors",
        ),
        (
            json!({}),
            "$: found an empty object; expected a list of selectors, or an object with \
             EventSelectors or AdvancedEventSelectors",
        ),
        (
            json!({ "eventSelectors": [] }),
            "$: found the key \"eventSelectors\"; expected no other keys than EventSelectors, \
             AdvancedEventSelectors, TrailARN, TrailName",
        ),
        (
            json!({ "EventSelectors": [{}], "AdvancedEventSelectors": [{ "FieldSelectors": [good] }] }),
            "$: found both EventSelectors and AdvancedEventSelectors with selectors; expected one of \
             the two, as a trail has either",
        ),
        (
            json!({ "AdvancedEventSelectors": {} }),
            "$.AdvancedEventSelectors: found an empty object; expected a list",
        ),
        (
            json!(["x"]),
            "$[0]: found the text \"x\"; expected an object with Name, FieldSelectors",
        ),
        (
            json!([{ "Name": "x" }]),
            "$[0]: found no FieldSelectors; expected a list of field selectors",
        ),
        (
            json!([{ "FieldSelectors": [] }]),
            "$[0]: an unnamed selector has no field selector; at least one is required, on \
             eventCategory",
        ),
        (
            json!([{ "FieldSelectors": [good], "Nmae": "x" }]),
            "$[0]: found the key \"Nmae\"; expected no other keys than Name, FieldSelectors",
        ),
        (
            json!([{ "FieldSelectors": [good], "ReadWriteType": "All" }]),
            "$[0]: found the key \"FieldSelectors\"; expected no other keys than ReadWriteType, \
             IncludeManagementEvents, DataResources, ExcludeManagementEventSources",
        ),
        (
            field(json!({ "Equals": ["x"] })),
            "$[0].FieldSelectors[0]: found no Field; expected the name of a field of the record",
        ),
        (
            field(json!({ "Field": "a b", "Equals": ["x"] })),
            "$[0].FieldSelectors[0].Field: the field name \"a b\" has the character ' '; only \
             letters and digits of ASCII and `.`, `_` and `|` are allowed",
        ),
        (
            field(json!({ "Field": "eventName", "Equals": "x" })),
            "$[0].FieldSelectors[0].Equals: found the text \"x\"; expected a list of texts",
        ),
        (
            field(json!({ "Field": "readOnly", "Equals": ["x", true] })),
            "$[0].FieldSelectors[0].Equals[1]: found true; expected a text, in quotation marks",
        ),
        (
            field(json!({ "Field": "eventName", "Equals": [] })),
            "$[0].FieldSelectors[0]: the field selector on eventName has no operator with a value; \
             at least one of Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith is \
             required",
        ),
        (
            field(json!({ "Field": "eventName", "equals": ["x"] })),
            "$[0].FieldSelectors[0]: found the key \"equals\"; expected no other keys than Field, \
             Equals, StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith",
        ),
        (
            json!({ "EventSelectors": [{ "ReadWriteType": "readonly" }] }),
            "$.EventSelectors[0].ReadWriteType: found the text \"readonly\"; expected All, ReadOnly \
             or WriteOnly",
        ),
        (
            json!({ "EventSelectors": [{ "IncludeManagementEvents": "true" }] }),
            "$.EventSelectors[0].IncludeManagementEvents: found the text \"true\"; expected true or \
             false",
        ),
        (
            json!({ "EventSelectors": [{ "DataResources": [{ "Values": [] }] }] }),
            "$.EventSelectors[0].DataResources[0]: found no Type; expected a type such as \
             AWS::S3::Object",
        ),
        (
            json!({ "EventSelectors": [{ "ExcludeManagementEventSources": [""] }] }),
            "$.EventSelectors[0].ExcludeManagementEventSources: found an empty text; expected texts \
             of one character or more",
        ),
    ] {
        assert_eq!(read(&json), Err(error.to_owned()), "{json}");
    }
}

#[test]
fn a_key_that_is_there_twice_is_refused() {
    for (text, error) in [
        (
            r#"{"EventSelectors":[],"EventSelectors":[]}"#,
            "$: found the key \"EventSelectors\" twice; expected it once",
        ),
        (
            r#"[{"FieldSelectors":[{"Field":"eventName","Equals":["a"],"Equals":["b"]}]}]"#,
            "$[0].FieldSelectors[0]: found the key \"Equals\" twice; expected it once",
        ),
    ] {
        let found = serde_json::from_str::<Selectors>(text).map_err(|error| error.to_string());
        assert_eq!(found, Err(error.to_owned()));
    }
}
