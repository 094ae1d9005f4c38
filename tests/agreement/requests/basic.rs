//! Random requests with basic selectors. Imports its parent and the dice.

use serde_json::{Value, json};

use super::{EXCLUDABLE, Kind, OF_TYPES, TYPES, kind};
use crate::agreement::made::Dice;

/// What stands for all resources of each of the types above.
const ALL_OF_TYPES: [[&str; 2]; 3] = [
    ["arn:aws:s3", "arn:aws-us-gov:s3:::"],
    ["arn:aws:lambda", "arn:aws-iso:lambda"],
    ["arn:aws:dynamodb", "arn:aws-cn:dynamodb"],
];

/// A request with basic selectors.
pub(in crate::agreement) fn basic(dice: &mut Dice) -> (Kind, Value) {
    let kind = kind(dice);
    let mut list: Vec<Value> = (0..=dice.of(5)).map(|_| basic_selector(dice)).collect();
    match kind {
        Kind::Valid if dice.percent(5) => list = objects(250),
        Kind::Valid => {}
        Kind::Broken => match dice.of(20) {
            0 => list.clear(),
            1 => list.resize(6, json!({})),
            2 | 3 => list = objects(251),
            4 => return (kind, json!({ "EventSelectors": null })),
            _ => {
                let place = dice.of(list.len());
                break_basic(dice, &mut list[place]);
            }
        },
        Kind::Wild => {
            for one in &mut list {
                if dice.percent(40) {
                    break_basic(dice, one);
                }
            }
            if dice.percent(20) {
                list.extend(objects(200));
            }
        }
    }
    (kind, json!({ "EventSelectors": list }))
}

/// Two selectors that name so many data resources together; what stands for all is not counted.
fn objects(count: usize) -> Vec<Value> {
    let arns = |numbers: std::ops::Range<usize>| -> Vec<String> {
        numbers
            .map(|n| format!("arn:aws:s3:::bucket{n}/"))
            .collect()
    };
    let of = |values: &[String]| {
        json!({ "DataResources": [
            { "Type": TYPES[0], "Values": values },
            { "Type": TYPES[1], "Values": ALL_OF_TYPES[1] },
        ] })
    };
    vec![of(&arns(0..100)), of(&arns(100..count))]
}

fn basic_selector(dice: &mut Dice) -> Value {
    let mut selector = json!({});
    if dice.percent(60) {
        selector["ReadWriteType"] = json!(dice.pick(&["All", "ReadOnly", "WriteOnly"]));
    }
    if dice.percent(60) {
        let flags = [json!(true), json!(false), Value::Null];
        selector["IncludeManagementEvents"] = flags[dice.of(flags.len())].clone();
    }
    if dice.percent(50) {
        let sources = &EXCLUDABLE[..dice.of(3)];
        selector["ExcludeManagementEventSources"] = json!(sources);
    }
    if dice.percent(60) {
        let resources: Vec<Value> = (0..dice.of(4)).map(|_| resource(dice)).collect();
        selector["DataResources"] = json!(resources);
    }
    selector
}

fn resource(dice: &mut Dice) -> Value {
    let of = dice.of(TYPES.len());
    let values: Vec<&str> = (0..=dice.of(3))
        .map(|_| match dice.of(4) {
            0 => dice.pick(&ALL_OF_TYPES[of]),
            1 => {
                let least = ALL_OF_TYPES[of][0].len() + 1;
                let whole = OF_TYPES[of];
                &whole[..whole.len().min(least + 3 + dice.of(20))]
            }
            _ => OF_TYPES[of],
        })
        .collect();
    json!({ "Type": TYPES[of], "Values": values })
}

fn break_basic(dice: &mut Dice, selector: &mut Value) {
    let kind = dice.pick(&TYPES);
    let (key, value) = match dice.of(18) {
        0 => ("ReadWriteType", json!(dice.pick(&["read-only", "all", ""]))),
        1 => ("ReadWriteType", json!(true)),
        2 => ("IncludeManagementEvents", json!("true")),
        3 | 4 => {
            let sources = [dice.pick(&["iam.amazonaws.com", "kms", "*", ""])];
            ("ExcludeManagementEventSources", json!(sources))
        }
        5 => ("ExcludeManagementEventSources", json!("kms.amazonaws.com")),
        6 => ("Name", json!("x")),
        7 => ("DataResources", json!([{ "Values": ["arn:aws:s3"] }])),
        8 | 9 => {
            let other = dice.pick(&["AWS::SNS::Topic", "aws::s3::object", "AWS::S3::Bucket", ""]);
            (
                "DataResources",
                json!([{ "Type": other, "Values": ["arn:aws:s3"] }]),
            )
        }
        10 | 11 => {
            let empty = [json!([]), Value::Null];
            let empty = empty[dice.of(2)].clone();
            ("DataResources", json!([{ "Type": kind, "Values": empty }]))
        }
        12 => ("DataResources", json!([{ "Type": kind }])),
        13 => (
            "DataResources",
            json!([{ "Type": kind, "Values": "arn:aws:s3" }]),
        ),
        14 => ("DataResources", json!([{ "Type": kind, "Values": [""] }])),
        15 => (
            "DataResources",
            json!([{ "Type": kind, "Vaules": ["arn:aws:s3"] }]),
        ),
        _ => {
            let values = [dice.pick(&[
                "bucket",
                "arn",
                "arn:aws:",
                "arn:aws:sns",
                "arn::s3",
                "arn:azure:s3",
                "ARN:aws:s3",
                "*",
            ])];
            ("DataResources", json!([{ "Type": kind, "Values": values }]))
        }
    };
    selector[key] = value;
}
