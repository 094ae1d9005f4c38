//! Random requests of `PutEventSelectors`, as JSON: such as AWS documents to work, the same with one
//! thing broken, and wild ones, where several things are or nothing is. Imports the dice of
//! [`super::made`] only. Next: `requests/basic.rs`, for those with basic selectors, and
//! `requests/store.rs`, for those of `UpdateEventDataStore`.

use serde_json::{Value, json};

use super::made::Dice;

mod basic;
mod store;

pub(super) use basic::basic;
pub(super) use store::store;

const CATEGORIES: [&str; 3] = ["Management", "Data", "NetworkActivity"];
const OPERATORS: [&str; 6] = [
    "Equals",
    "StartsWith",
    "EndsWith",
    "NotEquals",
    "NotStartsWith",
    "NotEndsWith",
];
const FIELDS: [&str; 10] = [
    "readOnly",
    "eventSource",
    "eventName",
    "eventType",
    "userIdentity.arn",
    "sessionCredentialFromConsole",
    "errorCode",
    "vpcEndpointId",
    "resources.type",
    "resources.ARN",
];
const UNKNOWN_FIELDS: [&str; 5] = [
    "eventname",
    "resources.arn",
    "requestParameters",
    "event|Name",
    "x",
];
const EXCLUDABLE: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];
const TYPES: [&str; 3] = [
    "AWS::S3::Object",
    "AWS::Lambda::Function",
    "AWS::DynamoDB::Table",
];
/// An ARN for each of the types above.
const OF_TYPES: [&str; 3] = [
    "arn:aws:s3:::bucket/folder/a*b",
    "arn:aws:lambda:us-east-1:111122223333:function:f",
    "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/t",
];
/// How a request was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing is wrong with it.
    Valid,
    /// One thing is wrong with it.
    Broken,
    /// Anything may be.
    Wild,
}

fn kind(dice: &mut Dice) -> Kind {
    match dice.of(100) {
        0..40 => Kind::Valid,
        40..85 => Kind::Broken,
        _ => Kind::Wild,
    }
}

/// A request with advanced selectors.
pub(super) fn advanced(dice: &mut Dice) -> (Kind, Value) {
    let kind = kind(dice);
    let count = if dice.percent(5) { 20 } else { 1 + dice.of(3) };
    let mut list: Vec<Value> = (0..count).map(|_| selector(dice)).collect();
    match kind {
        Kind::Valid => {
            if dice.percent(3) {
                fill(&mut list, 500);
            }
        }
        Kind::Broken => match dice.of(60) {
            0 => list.clear(),
            1 => fill(&mut list, 501),
            2 => return (kind, both(&json!([{}]), &json!(list))),
            3 => return (kind, json!({})),
            _ => {
                let broken = broken_selector(dice);
                let place = dice.of(list.len());
                list[place] = broken;
            }
        },
        Kind::Wild => {
            list.truncate(2);
            list.extend((0..dice.of(3)).map(|_| wild_selector(dice)));
            list.extend((0..dice.of(2)).map(|_| broken_selector(dice)));
        }
    }
    (kind, json!({ "AdvancedEventSelectors": list }))
}

fn both(basic: &Value, advanced: &Value) -> Value {
    json!({ "EventSelectors": basic, "AdvancedEventSelectors": advanced })
}

/// Adds a selector, so that all have this many values together.
fn fill(list: &mut Vec<Value>, total: usize) {
    let lists = |field: &Value| -> usize {
        let members = field.as_object().into_iter().flatten();
        members
            .filter_map(|(_, value)| value.as_array())
            .map(Vec::len)
            .sum()
    };
    let fields = list
        .iter()
        .filter_map(|one| one["FieldSelectors"].as_array());
    let spent: usize = fields.flatten().map(lists).sum();
    let names: Vec<String> = (0..total - spent - 2).map(|n| format!("Name{n}")).collect();
    list.push(json!({ "FieldSelectors": [
        condition("eventCategory", "Equals", &["Data"]),
        condition("resources.type", "Equals", &[TYPES[0]]),
        { "Field": "eventName", "NotEndsWith": names },
    ] }));
}

fn condition(field: &str, operator: &str, values: &[&str]) -> Value {
    let mut condition = json!({ "Field": field });
    condition[operator] = json!(values);
    condition
}

/// A selector with nothing wrong.
fn selector(dice: &mut Dice) -> Value {
    let category = dice.pick(&CATEGORIES);
    selector_of(dice, category)
}

fn selector_of(dice: &mut Dice, category: &str) -> Value {
    let mut fields = vec![condition("eventCategory", "Equals", &[category])];
    let optional: &[&str] = match category {
        "Management" => &["readOnly", "eventSource"],
        "Data" => {
            fields.push(condition("resources.type", "Equals", &[dice.pick(&TYPES)]));
            &[
                "readOnly",
                "eventSource",
                "eventName",
                "eventType",
                "userIdentity.arn",
                "sessionCredentialFromConsole",
                "resources.ARN",
            ]
        }
        _ => {
            fields.push(condition("eventSource", "Equals", &["ec2.amazonaws.com"]));
            &[
                "eventName",
                "errorCode",
                "vpcEndpointId",
                "userIdentity.arn",
            ]
        }
    };
    for field in optional {
        if dice.percent(30) {
            fields.push(good(dice, category, field));
        }
    }
    let turned = dice.of(fields.len());
    fields.rotate_left(turned);
    let mut selector = json!({ "FieldSelectors": fields });
    if dice.percent(60) {
        let names = [
            json!("made"),
            json!(""),
            Value::Null,
            json!("é".repeat(1_000)),
        ];
        selector["Name"] = names[dice.of(names.len())].clone();
    }
    selector
}

/// A condition with nothing wrong on a field that the category has.
fn good(dice: &mut Dice, category: &str, field: &str) -> Value {
    match field {
        "readOnly" => {
            let both = dice.percent(10);
            let one = dice.pick(&["true", "false"]);
            let values: &[&str] = if both { &["true", "false"] } else { &[one] };
            condition(field, "Equals", values)
        }
        "eventSource" if category == "Management" => {
            let both = dice.percent(50);
            let one = dice.pick(&EXCLUDABLE);
            let values: &[&str] = if both { &EXCLUDABLE } else { &[one] };
            condition(field, "NotEquals", values)
        }
        "sessionCredentialFromConsole" => {
            condition(field, dice.pick(&["Equals", "NotEquals"]), &["true"])
        }
        "errorCode" => {
            let values = &["VpceAccessDenied"; 2][dice.of(2)..];
            condition(field, "Equals", values)
        }
        _ => {
            let mut condition = json!({ "Field": field });
            for _ in 0..=dice.of(2) {
                let operator = dice.pick(&OPERATORS);
                let values: Vec<String> = (0..=dice.of(3))
                    .map(|_| content(dice, field, operator.ends_with("Equals")))
                    .collect();
                condition[operator] = json!(values);
            }
            condition
        }
    }
}

/// A content that the field can be compared with.
fn content(dice: &mut Dice, field: &str, is_whole: bool) -> String {
    let whole = match field {
        "eventName" => dice.pick(&["GetObject", "PutObject", "Get*", "a|b", "x y"]),
        "eventSource" => dice.pick(&["s3.amazonaws.com", "iam", "ec2.amazonaws.com"]),
        "eventType" => dice.pick(&["AwsApiCall", "AwsServiceEvent", "Other"]),
        "userIdentity.arn" => "arn:aws:iam::111122223333:user/ann",
        "resources.ARN" => dice.pick(&OF_TYPES),
        _ => "vpce-1",
    };
    if dice.percent(1) && !is_whole {
        return "é".repeat(2_048);
    }
    let cut = if is_whole {
        whole.len()
    } else {
        1 + dice.of(whole.len())
    };
    whole[..cut].to_owned()
}

/// Puts a condition in the place of the one on its field, or adds it.
fn put(selector: &mut Value, condition: Value) {
    let fields = selector["FieldSelectors"].as_array_mut().expect("fields");
    match fields
        .iter_mut()
        .find(|one| one["Field"] == condition["Field"])
    {
        Some(place) => *place = condition,
        None => fields.push(condition),
    }
}

fn remove(selector: &mut Value, field: &str) {
    let fields = selector["FieldSelectors"].as_array_mut().expect("fields");
    fields.retain(|one| one["Field"] != field);
}

/// Something that a field of few operators, or few values, does not take: its category, the field,
/// its operators, a value.
const STRICT: [(&str, &str, &[&str], &str); 7] = [
    ("Management", "readOnly", &["Equals"], "false"),
    ("Data", "readOnly", &["Equals"], "true"),
    ("Data", "resources.type", &["Equals"], TYPES[0]),
    (
        "Data",
        "sessionCredentialFromConsole",
        &["Equals", "NotEquals"],
        "true",
    ),
    (
        "NetworkActivity",
        "errorCode",
        &["Equals"],
        "VpceAccessDenied",
    ),
    (
        "NetworkActivity",
        "eventSource",
        &["Equals"],
        "s3.amazonaws.com",
    ),
    ("Management", "eventSource", &["NotEquals"], EXCLUDABLE[0]),
];

/// A selector with one thing wrong.
#[expect(clippy::too_many_lines, reason = "it is a list of things to break")]
fn broken_selector(dice: &mut Dice) -> Value {
    let category = dice.pick(&CATEGORIES);
    let mut selector = selector_of(dice, category);
    match dice.of(16) {
        0 => remove(&mut selector, "eventCategory"),
        1 => {
            let other = dice.pick(&["Insight", "management", "ConfigurationItem", "Manage", "*"]);
            selector =
                json!({ "FieldSelectors": [condition("eventCategory", "Equals", &[other])] });
        }
        2 => {
            let two = [category, dice.pick(&CATEGORIES)];
            selector = json!({ "FieldSelectors": [condition("eventCategory", "Equals", &two)] });
        }
        3 => {
            let mut on = condition("eventCategory", dice.pick(&OPERATORS[1..]), &[category]);
            if dice.percent(30) {
                on["Equals"] = json!([category]);
            }
            selector = json!({ "FieldSelectors": [on] });
        }
        4 if category == "Data" => remove(&mut selector, "resources.type"),
        4 => {
            selector = selector_of(dice, "NetworkActivity");
            remove(&mut selector, "eventSource");
        }
        5 => {
            let strangers: &[&str] = match category {
                "Management" => &FIELDS[2..],
                "Data" => &["errorCode", "vpcEndpointId"],
                _ => &[
                    "readOnly",
                    "eventType",
                    "sessionCredentialFromConsole",
                    "resources.type",
                    "resources.ARN",
                ],
            };
            let field = dice.pick(strangers);
            let on = match field {
                "resources.type" => condition(field, "Equals", &[TYPES[0]]),
                _ => good(dice, "", field),
            };
            put(&mut selector, on);
        }
        6 => put(
            &mut selector,
            condition(dice.pick(&UNKNOWN_FIELDS), "Equals", &["x"]),
        ),
        7 => {
            let fields = selector["FieldSelectors"].as_array_mut().expect("fields");
            let again = fields[dice.of(fields.len())].clone();
            fields.push(again);
        }
        8 => {
            let (category, field, operators, value) = STRICT[dice.of(STRICT.len())];
            let others: Vec<&str> = OPERATORS
                .into_iter()
                .filter(|one| !operators.contains(one))
                .collect();
            let mut on = condition(field, dice.pick(&others), &[value]);
            if dice.percent(30) {
                on[operators[0]] = json!([value]);
            }
            selector = selector_of(dice, category);
            put(&mut selector, on);
        }
        9 => {
            let (category, field, operators, value) = STRICT[dice.of(STRICT.len())];
            let wrong = dice.pick(&[
                "True",
                "yes",
                "AWS::S3",
                "AWS::S3::A::B",
                "aws::s3::x",
                "::::",
            ]);
            let values: &[&str] = if dice.percent(30) {
                &[value, wrong]
            } else {
                &[wrong]
            };
            // Of sources there are many: two are wrong on network activity events.
            let values = if field == "eventSource" {
                &[value, "x"]
            } else {
                values
            };
            selector = selector_of(dice, category);
            put(
                &mut selector,
                condition(field, dice.pick(operators), values),
            );
        }
        10 => {
            selector = selector_of(dice, "Data");
            let two = [dice.pick(&TYPES), dice.pick(&TYPES)];
            put(&mut selector, condition("resources.type", "Equals", &two));
        }
        11 => {
            selector = selector_of(dice, "Data");
            let part = dice.pick(&[
                "bucket/x",
                "arn:aws:s3:::",
                "arn:aws:s3",
                "arn::s3:::b",
                "*",
            ]);
            let operator = dice.pick(&["Equals", "NotEquals"]);
            put(
                &mut selector,
                condition("resources.ARN", operator, &[OF_TYPES[0], part]),
            );
        }
        12 => {
            selector = selector_of(dice, "Management");
            let operator = dice.pick(&["Equals", "NotEquals"]);
            let source = dice.pick(&["iam.amazonaws.com", "KMS.amazonaws.com", "kms"]);
            put(&mut selector, condition("eventSource", operator, &[source]));
        }
        13 => break_condition(dice, &mut selector),
        14 => break_field_name(dice, &mut selector),
        _ => break_shape(dice, &mut selector),
    }
    selector
}

/// Breaks the shape of one condition.
fn break_condition(dice: &mut Dice, selector: &mut Value) {
    let fields = selector["FieldSelectors"].as_array_mut().expect("fields");
    let place = dice.of(fields.len());
    let field = fields[place]["Field"].clone();
    let operator = dice.pick(&OPERATORS);
    let wrong = [
        json!({ "Field": field }),
        json!({ "Field": field, operator: [] }),
        json!({ "Field": field, operator: null }),
        json!({ "Field": field, operator: [""] }),
        json!({ "Field": field, operator: ["x".repeat(2_049)] }),
        json!({ "Field": field, operator: ["a\nb"] }),
        json!({ "Field": field, operator: ["a\rb"] }),
        json!({ "Field": field, operator: [true] }),
        json!({ "Field": field, operator: [null] }),
        json!({ "Field": field, operator: "x" }),
        json!({ "Field": field, operator: {} }),
        json!({ "Field": field, "equals": ["x"] }),
        json!([field]),
        Value::Null,
    ];
    fields[place] = wrong[dice.of(wrong.len())].clone();
}

/// Breaks the name of one field.
fn break_field_name(dice: &mut Dice, selector: &mut Value) {
    let wrong = [
        json!(""),
        Value::Null,
        json!(1),
        json!("event-name"),
        json!("événement"),
        json!("x".repeat(1_001)),
        json!("event name\n"),
    ];
    let fields = selector["FieldSelectors"].as_array_mut().expect("fields");
    let place = dice.of(fields.len());
    fields[place]["Field"] = wrong[dice.of(wrong.len())].clone();
}

/// Breaks the shape of a whole selector.
fn break_shape(dice: &mut Dice, selector: &mut Value) {
    let fields = selector["FieldSelectors"].clone();
    let wrong = [
        json!({ "FieldSelectors": [] }),
        json!({ "FieldSelectors": null }),
        json!({ "FieldSelectors": {} }),
        json!({ "Name": "x" }),
        json!({ "Name": "x".repeat(1_001), "FieldSelectors": fields }),
        json!({ "Name": "x\ny", "FieldSelectors": fields }),
        json!({ "Name": "x\r", "FieldSelectors": fields }),
        json!({ "Name": 1, "FieldSelectors": fields }),
        json!({ "Nmae": "x", "FieldSelectors": fields }),
        json!([fields]),
        json!("x"),
        Value::Null,
    ];
    *selector = wrong[dice.of(wrong.len())].clone();
}

/// A selector of any fields, operators and values, in a shape that can be sent.
fn wild_selector(dice: &mut Dice) -> Value {
    let mut fields = Vec::new();
    if dice.percent(85) {
        let category = dice.pick(&["Management", "Data", "NetworkActivity", "Insight"]);
        fields.push(condition("eventCategory", "Equals", &[category]));
    }
    for _ in 0..dice.of(4).max(usize::from(fields.is_empty())) {
        let field = match dice.of(20) {
            0 => dice.pick(&UNKNOWN_FIELDS),
            1 => "eventCategory",
            _ => dice.pick(&FIELDS),
        };
        let mut on = json!({ "Field": field });
        for _ in 0..=dice.of(2) {
            let operator = if dice.percent(50) {
                "Equals"
            } else {
                dice.pick(&OPERATORS)
            };
            let values: Vec<&str> = (0..=dice.of(2))
                .map(|_| match dice.of(6) {
                    0 => dice.pick(&["true", "false"]),
                    1 => dice.pick(&TYPES),
                    2 => dice.pick(&OF_TYPES),
                    3 => dice.pick(&EXCLUDABLE),
                    4 => dice.pick(&CATEGORIES),
                    _ => dice.pick(&["VpceAccessDenied", "GetObject", "AwsApiCall", "vpce-1"]),
                })
                .collect();
            on[operator] = json!(values);
        }
        fields.push(on);
    }
    json!({ "FieldSelectors": fields })
}
