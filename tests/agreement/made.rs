//! Random selectors and records, as JSON, made so that they often have to do with each other: a
//! selector takes its values from a record, a record its contents from small pools. Imports nothing
//! of the project.

use serde_json::{Map, Value, json};

const FIELDS: [&str; 12] = [
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
    "additionalEventData.x",
];
const NAMES: [&str; 6] = [
    "CreateUser",
    "CreateRole",
    "DeleteUser",
    "GetObject",
    "AssumeRole",
    "create\"User\\",
];
const SOURCES: [&str; 5] = [
    "iam.amazonaws.com",
    "sts.amazonaws.com",
    "s3.amazonaws.com",
    "kms.amazonaws.com",
    "rdsdata.amazonaws.com",
];
const TYPES: [&str; 5] = [
    "AWS::S3::Object",
    "AWS::S3::Bucket",
    "AWS::Lambda::Function",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
];
const ARNS: [&str; 7] = [
    "arn:aws:s3:::b/x",
    "arn:aws:s3:::b/y",
    "arn:aws:s3:::c/x",
    "arn:aws:s3:::b",
    "arn:aws:lambda:us-east-1:111122223333:function:f",
    "arn:aws:dynamodb:us-east-1:111122223333:table/t",
    "arn:aws:iam::111122223333:role/r",
];
const USERS: [&str; 3] = [
    "arn:aws:iam::111122223333:user/ann",
    "arn:aws:sts::111122223333:assumed-role/r/s",
    "",
];
const TYPES_OF_EVENT: [&str; 3] = ["AwsApiCall", "AwsServiceEvent", "AwsConsoleSignIn"];

/// A stream of numbers that is told by its seed, so that a case can be made again
/// (<https://prng.di.unimi.it/splitmix64.c>).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of so many, from 0.
    pub(super) fn of(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).expect("a number");
        usize::try_from(self.next() % sides).expect("a number")
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.of(100) < percent
    }

    pub(super) fn pick<'p>(&mut self, pool: &[&'p str]) -> &'p str {
        pool[self.of(pool.len())]
    }
}

/// A record: mostly as CloudTrail writes it, sometimes old, incomplete, or with something else in a
/// field than it should have.
pub(crate) fn record(dice: &mut Dice) -> Value {
    let mut record = Map::new();
    let mut put = |dice: &mut Dice, often: usize, key: &str, value: Value| {
        if dice.percent(often) {
            let odd = [Value::Null, json!(7), json!([]), json!({}), json!("")];
            let value = if dice.percent(2) {
                odd[dice.of(odd.len())].clone()
            } else {
                value
            };
            record.insert(key.to_owned(), value);
        }
    };
    let minor = dice.of(12);
    put(dice, 97, "eventVersion", json!(format!("1.{minor:02}")));
    let is_data = dice.percent(35);
    let (name, source) = (dice.pick(&NAMES), dice.pick(&SOURCES));
    put(dice, 97, "eventName", json!(name));
    put(dice, 97, "eventSource", json!(source));
    let read_only = dice.percent(50);
    put(dice, 90, "readOnly", json!(read_only));
    let event_type = dice.pick(&TYPES_OF_EVENT);
    put(dice, 97, "eventType", json!(event_type));
    let category = match (is_data, dice.percent(15)) {
        (_, true) => "NetworkActivity",
        (true, _) => "Data",
        (false, _) => "Management",
    };
    put(
        dice,
        if minor < 7 { 10 } else { 97 },
        "eventCategory",
        json!(category),
    );
    put(dice, 60, "managementEvent", json!(category == "Management"));
    let identity = if dice.percent(80) {
        json!({ "type": "IAMUser", "arn": dice.pick(&USERS), "userName": "eventName" })
    } else {
        json!({ "type": "AWSService" })
    };
    put(dice, 90, "userIdentity", identity);
    put(dice, 20, "sessionCredentialFromConsole", json!("true"));
    put(dice, 20, "errorCode", json!("VpceAccessDenied"));
    put(dice, 20, "vpcEndpointId", json!("vpce-1"));
    let resources = (0..dice.of(4)).map(|_| resource(dice)).collect();
    put(dice, 70, "resources", Value::Array(resources));
    put(
        dice,
        50,
        "requestParameters",
        json!({ "eventName": "X", "resources": [{}] }),
    );
    Value::Object(record)
}

fn resource(dice: &mut Dice) -> Value {
    let mut resource = Map::new();
    if dice.percent(2) {
        return Value::Null;
    }
    if dice.percent(95) {
        let kind = if dice.percent(50) {
            TYPES[0]
        } else {
            dice.pick(&TYPES)
        };
        resource.insert("type".to_owned(), json!(kind));
    }
    if dice.percent(80) {
        resource.insert("ARN".to_owned(), json!(dice.pick(&ARNS)));
    } else if dice.percent(70) {
        let arn = dice.pick(&ARNS);
        let start = 8 + dice.of(arn.len() - 8);
        resource.insert("ARNPrefix".to_owned(), json!(arn[..start]));
    }
    if dice.percent(2) {
        resource.insert("ARN".to_owned(), json!(1));
    }
    Value::Object(resource)
}

/// Up to three advanced selectors.
pub(crate) fn selectors(dice: &mut Dice, record: &Value) -> Vec<Value> {
    let count = if dice.percent(1) { 0 } else { 1 + dice.of(3) };
    (0..count).map(|_| selector(dice, record)).collect()
}

fn selector(dice: &mut Dice, record: &Value) -> Value {
    let mut fields = Vec::new();
    if dice.percent(90) {
        let own = record["eventCategory"]
            .as_str()
            .filter(|text| !text.is_empty());
        let category = match own {
            Some(own) if dice.percent(80) => own,
            _ => dice.pick(&["Management", "Management", "Data", "NetworkActivity"]),
        };
        fields.push(json!({ "Field": "eventCategory", "Equals": [category] }));
    }
    let more = dice.of(4);
    for _ in 0..more.max(usize::from(fields.is_empty())) {
        // The last two of the fields are there to be rare.
        let known = if dice.percent(95) {
            FIELDS.len() - 2
        } else {
            FIELDS.len()
        };
        let field = FIELDS[dice.of(known)];
        fields.push(field_selector(dice, field, record));
    }
    json!({ "Name": "made", "FieldSelectors": fields })
}

fn field_selector(dice: &mut Dice, field: &str, record: &Value) -> Value {
    let mut selector = json!({ "Field": field });
    let operators = 1 + usize::from(dice.percent(30));
    for _ in 0..operators {
        let kind = dice.pick(&["Equals", "Equals", "StartsWith", "EndsWith"]);
        let leaves_out = dice.percent(30);
        let values: Vec<String> = (0..=dice.of(3))
            .map(|_| {
                // What leaves out has to miss more often than not, or nothing were ever logged.
                let own = if leaves_out { 15 } else { 80 };
                let whole = own_content(dice, own, field, record);
                part(dice, kind, &whole)
            })
            .collect();
        let operator = if leaves_out {
            format!("Not{kind}")
        } else {
            kind.to_owned()
        };
        selector[operator] = json!(values);
    }
    selector
}

/// A content for the field: that of the record in so many of a hundred cases, else one of its pool.
fn own_content(dice: &mut Dice, percent: usize, field: &str, record: &Value) -> String {
    let resources = record["resources"].as_array();
    let of_resource = |dice: &mut Dice, key: &str| {
        let list = resources.filter(|list| !list.is_empty())?;
        let one = &list[dice.of(list.len())];
        one[key].as_str().map(str::to_owned)
    };
    let (own, pool): (_, &[&str]) = match field {
        "eventName" => (record[field].as_str().map(str::to_owned), &NAMES),
        "eventSource" => (record[field].as_str().map(str::to_owned), &SOURCES),
        "readOnly" => (
            record[field].as_bool().map(|own| own.to_string()),
            &["true", "false"],
        ),
        "resources.type" => (of_resource(dice, "type"), &TYPES),
        "resources.ARN" => (of_resource(dice, "ARN"), &ARNS),
        "eventType" => (record[field].as_str().map(str::to_owned), &TYPES_OF_EVENT),
        "userIdentity.arn" => (
            record["userIdentity"]["arn"].as_str().map(str::to_owned),
            &USERS[..2],
        ),
        "eventCategory" => (None, &["Management", "Data"]),
        "sessionCredentialFromConsole" => (None, &["true"]),
        "errorCode" => (None, &["VpceAccessDenied"]),
        _ => (None, &["vpce-1", "x"]),
    };
    match own.filter(|own| !own.is_empty()) {
        Some(own) if dice.percent(percent) => own,
        _ => dice.pick(pool).to_owned(),
    }
}

/// What of a content is compared: for beginnings and ends mostly a part of it.
fn part(dice: &mut Dice, kind: &str, whole: &str) -> String {
    let cut = 1 + dice.of(whole.len());
    match kind {
        "StartsWith" => whole[..cut].to_owned(),
        "EndsWith" => whole[whole.len() - cut..].to_owned(),
        _ => whole.to_owned(),
    }
}

/// Up to three basic selectors.
pub(crate) fn basic_selectors(dice: &mut Dice) -> Vec<Value> {
    (0..=dice.of(3))
        .map(|_| {
            let resources: Vec<Value> = (0..dice.of(3)).map(|_| data_resource(dice)).collect();
            let excluded: Vec<&str> = (0..dice.of(3)).map(|_| SOURCES[3 - dice.of(2)]).collect();
            json!({
                "ReadWriteType": dice.pick(&["All", "All", "ReadOnly", "WriteOnly"]),
                "IncludeManagementEvents": dice.percent(70),
                "DataResources": resources,
                "ExcludeManagementEventSources": excluded,
            })
        })
        .collect()
}

fn data_resource(dice: &mut Dice) -> Value {
    const ALL: [&str; 5] = [
        "arn:aws:s3",
        "arn:aws-cn:s3:::",
        "arn:aws:lambda",
        "arn:aws:dynamodb",
        "arn::s3",
    ];
    let values: Vec<String> = (0..dice.of(4))
        .map(|_| {
            if dice.percent(15) {
                return dice.pick(&ALL).to_owned();
            }
            let arn = dice.pick(&ARNS);
            if dice.percent(50) {
                part(dice, "StartsWith", arn)
            } else {
                arn.to_owned()
            }
        })
        .collect();
    json!({ "Type": dice.pick(&TYPES), "Values": values })
}
