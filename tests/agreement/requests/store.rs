//! Random requests of `UpdateEventDataStore`, with what AWS documents for event data stores, which is
//! not what it documents for trails: more fields on management events, five selectors at most, and
//! categories that stand alone. Imports what [`super`] makes requests of.

use serde_json::{Value, json};

use super::{
    Dice, Kind, OF_TYPES, OPERATORS, TYPES, UNKNOWN_FIELDS, break_condition, break_field_name,
    break_shape, condition, fill, good, kind, put, remove, wild_selector,
};

/// The categories of `CloudTrail`'s own events, which one store may have together.
const TOGETHER: [&str; 3] = ["Management", "Data", "NetworkActivity"];
/// The categories of which a store has one, and no other beside it.
const ALONE: [&str; 4] = [
    "Insight",
    "ConfigurationItem",
    "Evidence",
    "ActivityAuditLog",
];
/// Most selectors of a store.
const MOST: usize = 5;

/// A request with advanced selectors.
pub(in super::super) fn store(dice: &mut Dice) -> (Kind, Value) {
    let kind = kind(dice);
    let count = 1 + dice.of(MOST);
    let mut list: Vec<Value> = if dice.percent(15) {
        let category = dice.pick(&ALONE);
        (0..count).map(|_| alone(category)).collect()
    } else {
        (0..count).map(|_| selector(dice)).collect()
    };
    match kind {
        Kind::Valid => {
            if dice.percent(3) {
                list = (0..dice.of(MOST)).map(|_| selector(dice)).collect();
                fill(&mut list, 500);
            }
        }
        Kind::Broken => match dice.of(40) {
            0 => list.clear(),
            1 => {
                list = (0..dice.of(MOST)).map(|_| selector(dice)).collect();
                fill(&mut list, 501);
            }
            2 => return (kind, json!({})),
            3..6 => {
                let one = list[0].clone();
                let too_many = MOST + 1 + dice.of(3);
                list = vec![one; too_many];
            }
            6..9 => {
                let category = dice.pick(&ALONE);
                let other = match dice.of(3) {
                    0 => alone(another(category)),
                    _ => selector(dice),
                };
                let mut two = vec![alone(category), other];
                two.rotate_left(dice.of(2));
                list = two;
            }
            9..12 => {
                let category = dice.pick(&ALONE);
                let mut filtered = alone(category);
                let field = dice.pick(&["readOnly", "eventSource", "eventName", "eventType"]);
                put(&mut filtered, good(dice, "", field));
                list = vec![filtered];
            }
            _ => {
                list = (0..count).map(|_| selector(dice)).collect();
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

fn alone(category: &str) -> Value {
    json!({ "FieldSelectors": [condition("eventCategory", "Equals", &[category])] })
}

fn another(category: &str) -> &'static str {
    let place = ALONE.iter().position(|one| *one == category);
    ALONE[(place.expect("one of them") + 1) % ALONE.len()]
}

fn selector(dice: &mut Dice) -> Value {
    let category = dice.pick(&TOGETHER);
    selector_of(dice, category)
}

/// A selector with nothing wrong.
fn selector_of(dice: &mut Dice, category: &str) -> Value {
    let mut fields = vec![condition("eventCategory", "Equals", &[category])];
    let optional: &[&str] = match category {
        "Management" => &[
            "readOnly",
            "eventSource",
            "eventName",
            "eventType",
            "userIdentity.arn",
            "sessionCredentialFromConsole",
        ],
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
            &["eventName", "errorCode", "vpcEndpointId"]
        }
    };
    for field in optional {
        if dice.percent(30) {
            // The source of a store's management events may be any, as that of data events.
            fields.push(good(dice, "", field));
        }
    }
    let turned = dice.of(fields.len());
    fields.rotate_left(turned);
    json!({ "Name": "made", "FieldSelectors": fields })
}

/// Something that a field of few operators, or few values, does not take: its category, the field,
/// its operators, a value.
const STRICT: [(&str, &str, &[&str], &str); 7] = [
    ("Management", "readOnly", &["Equals"], "false"),
    (
        "Management",
        "sessionCredentialFromConsole",
        &["Equals", "NotEquals"],
        "true",
    ),
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
];

/// Fields that a category does not have.
fn strangers(category: &str) -> &'static [&'static str] {
    match category {
        "Management" => &[
            "errorCode",
            "vpcEndpointId",
            "resources.type",
            "resources.ARN",
        ],
        "Data" => &["errorCode", "vpcEndpointId"],
        _ => &[
            "readOnly",
            "eventType",
            "sessionCredentialFromConsole",
            "userIdentity.arn",
            "resources.type",
            "resources.ARN",
        ],
    }
}

/// A selector with one thing wrong.
fn broken_selector(dice: &mut Dice) -> Value {
    let category = dice.pick(&TOGETHER);
    let mut selector = selector_of(dice, category);
    match dice.of(14) {
        0 => remove(&mut selector, "eventCategory"),
        1 => {
            let other = dice.pick(&["management", "Manage", "insight", "Configuration", "*"]);
            selector = alone(other);
        }
        2 => {
            let two = [category, dice.pick(&TOGETHER)];
            selector = json!({ "FieldSelectors": [condition("eventCategory", "Equals", &two)] });
        }
        3 => {
            let on = condition("eventCategory", dice.pick(&OPERATORS[1..]), &[category]);
            selector = json!({ "FieldSelectors": [on] });
        }
        4 if category == "Data" => remove(&mut selector, "resources.type"),
        4 => {
            selector = selector_of(dice, "NetworkActivity");
            remove(&mut selector, "eventSource");
        }
        5 => {
            let field = dice.pick(strangers(category));
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
            selector = selector_of(dice, category);
            put(
                &mut selector,
                condition(field, dice.pick(&others), &[value]),
            );
        }
        9 => {
            let (category, field, operators, value) = STRICT[dice.of(STRICT.len())];
            let wrong = dice.pick(&["True", "yes", "AWS::S3", "AWS::S3::A::B", "::::"]);
            // Of sources there are many: two are wrong on network activity events.
            let values = if field == "eventSource" {
                &[value, "x"]
            } else {
                &[value, wrong]
            };
            selector = selector_of(dice, category);
            put(
                &mut selector,
                condition(field, dice.pick(operators), values),
            );
        }
        10 => {
            selector = selector_of(dice, "Data");
            let part = dice.pick(&["bucket/x", "arn:aws:s3:::", "arn::s3:::b", "*"]);
            let operator = dice.pick(&["Equals", "NotEquals"]);
            put(
                &mut selector,
                condition("resources.ARN", operator, &[OF_TYPES[0], part]),
            );
        }
        11 => break_condition(dice, &mut selector),
        12 => break_field_name(dice, &mut selector),
        _ => break_shape(dice, &mut selector),
    }
    selector
}
