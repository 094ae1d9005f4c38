//! The records: each name of the catalog once as CloudTrail writes it, and what comes near to it.
//!
//! Made from the catalog, since that is what a choice is made from, and from AWS's pages of a record's
//! fields (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>)
//! and of `EventBridge`'s envelope
//! (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>).
//! Imports the crate's `catalog`.

use serde_json::{Value, json};
use terraform_provider_iam::catalog;

/// What a record is like. All but the first are near misses, or are to be kept like the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// As CloudTrail writes it.
    Plain,
    /// A call that failed.
    Failed,
    /// Of a time when records had no category.
    Old,
    /// Without the flag `readOnly`.
    Unflagged,
    /// With the flag that the catalog does not expect.
    OtherFlag,
    /// Not an API call: an event of a service, of the console, or of signing in.
    NotApiCall,
    /// With the source as one AWS page spells it, `signin.amazon.com`.
    OtherSpelling,
    /// A name that the catalog does not know, of a source that it knows.
    UnknownName,
    /// A name of the catalog, of a source that is not its own.
    OtherSource,
    /// A name or a source that begins or ends as a right one does, or is written in other cases.
    Almost,
    /// The right words in the wrong places.
    Elsewhere,
    /// A data event.
    Data,
    /// A network activity event.
    Network,
}

/// A record, and what is known of it.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) kind: Kind,
    /// As it stands in a log file.
    pub(super) record: Value,
    /// The `source` and `detail-type` that `EventBridge` gives it.
    pub(super) source: String,
    pub(super) detail_type: &'static str,
}

impl Made {
    /// As `EventBridge` delivers it.
    pub(super) fn event(&self) -> Value {
        json!({ "source": self.source, "detail-type": self.detail_type, "detail": self.record })
    }

    /// Its id, which no other has.
    pub(super) fn id(&self) -> &str {
        self.record["eventID"].as_str().expect("an id")
    }
}

const API_CALL: &str = "AWS API Call via CloudTrail";

fn plain(name: &str, source: &str, read_only: bool) -> Value {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "arn": "arn:aws:iam::111122223333:user/ann",
            "accountId": "111122223333",
            "userName": "ann",
        },
        "eventTime": "2026-11-22T10:11:12Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "aws-cli/2",
        "requestParameters": null,
        "responseElements": null,
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
    })
}

fn with(mut record: Value, changes: &[(&str, Value)]) -> Value {
    for (key, value) in changes {
        record[*key] = value.clone();
    }
    record
}

fn without(mut record: Value, keys: &[&str]) -> Value {
    let fields = record.as_object_mut().expect("an object");
    for key in keys {
        fields.remove(*key);
    }
    record
}

/// All records. Each has another `eventID`.
pub(super) fn all() -> Vec<Made> {
    let mut made = Vec::new();
    for (index, event) in catalog::events().enumerate() {
        let source = event.source.source();
        let record = plain(event.name, source, event.read_only);
        // What comes near to a name is much the same for all: every thirteenth will do, and those whose
        // flag or type is special.
        if index % 13 == 0 || ["ConsoleLogin", "AssumeRole", "CreateUser"].contains(&event.name) {
            near(&mut made, event.name, &record);
        }
        made.push((Kind::Plain, API_CALL, record));
    }
    for source in catalog_sources() {
        for read_only in [true, false] {
            made.push((
                Kind::UnknownName,
                API_CALL,
                plain("FlyToTheMoon", source, read_only),
            ));
        }
        made.push((Kind::Almost, API_CALL, plain("", source, false)));
    }
    sign_in(&mut made);
    let number = |(index, (kind, detail_type, record)): (usize, (Kind, &'static str, Value))| {
        let source = record["eventSource"].as_str().expect("a source");
        let first = source.split('.').next().expect("a label");
        Made {
            kind,
            source: format!("aws.{first}"),
            detail_type,
            record: with(record, &[("eventID", json!(format!("record-{index}")))]),
        }
    };
    made.into_iter().enumerate().map(number).collect()
}

fn catalog_sources() -> std::collections::BTreeSet<&'static str> {
    catalog::events()
        .map(|event| event.source.source())
        .collect()
}

type Row = (Kind, &'static str, Value);

/// What comes near to this record.
fn near(made: &mut Vec<Row>, name: &str, record: &Value) {
    let source = record["eventSource"].as_str().expect("a source").to_owned();
    let flag = record["readOnly"] == true;
    let mut put = |kind, changes: &[(&str, Value)]| {
        made.push((kind, API_CALL, with(record.clone(), changes)));
    };
    put(
        Kind::Failed,
        &[
            ("errorCode", json!("AccessDenied")),
            ("errorMessage", json!("User: ann is not authorized")),
        ],
    );
    put(Kind::OtherFlag, &[("readOnly", json!(!flag))]);
    put(
        Kind::OtherSource,
        &[("eventSource", json!("workmail.amazonaws.com"))],
    );
    put(
        Kind::OtherSource,
        &[("eventSource", json!("kms.amazonaws.com"))],
    );
    for almost in [
        format!("{name}s"),
        format!("X{name}"),
        name.to_lowercase(),
        name.to_uppercase(),
    ] {
        put(Kind::Almost, &[("eventName", json!(almost))]);
    }
    for almost in [
        format!("x{source}"),
        format!("{source}.cn"),
        source.to_uppercase(),
    ] {
        put(Kind::Almost, &[("eventSource", json!(almost))]);
    }
    put(
        Kind::Elsewhere,
        &[
            ("eventName", json!("GetObject")),
            ("eventSource", json!("s3.amazonaws.com")),
            (
                "requestParameters",
                json!({ "eventName": name, "eventSource": source }),
            ),
            ("userAgent", json!(name)),
            (
                "userIdentity",
                json!({ "type": "AWSService", "invokedBy": source }),
            ),
        ],
    );
    put(
        Kind::Data,
        &[
            ("eventCategory", json!("Data")),
            ("managementEvent", json!(false)),
        ],
    );
    made.push((
        Kind::Network,
        "AWS Network Activity Event via CloudTrail",
        with(
            record.clone(),
            &[
                ("eventCategory", json!("NetworkActivity")),
                ("eventType", json!("AwsVpceEvent")),
                ("managementEvent", json!(false)),
            ],
        ),
    ));
    let old = without(record.clone(), &["eventCategory"]);
    made.push((
        Kind::Old,
        API_CALL,
        with(old, &[("eventVersion", json!("1.05"))]),
    ));
    made.push((
        Kind::Unflagged,
        API_CALL,
        without(record.clone(), &["readOnly"]),
    ));
    for (detail_type, event_type) in [
        ("AWS Service Event via CloudTrail", "AwsServiceEvent"),
        ("AWS Console Action via CloudTrail", "AwsConsoleAction"),
    ] {
        let record = with(record.clone(), &[("eventType", json!(event_type))]);
        made.push((Kind::NotApiCall, detail_type, record));
    }
}

/// Signing in: both spellings of the type, and of the source.
fn sign_in(made: &mut Vec<Row>) {
    let sign_in = [("eventType", json!("AwsConsoleSignIn"))];
    for name in ["ConsoleLogin", "SwitchRole", "CheckMfa"] {
        for detail_type in [
            "AWS Console Sign In via CloudTrail",
            "AWS Console Signin via CloudTrail",
        ] {
            let record = with(plain(name, "signin.amazonaws.com", false), &sign_in);
            made.push((Kind::NotApiCall, detail_type, record));
            let record = with(plain(name, "signin.amazon.com", false), &sign_in);
            made.push((Kind::OtherSpelling, detail_type, record));
        }
    }
}

/// They are what they are said to be: many, each of its own id, and of every kind.
#[test]
fn the_records_are_many() {
    let made = all();
    let ids: std::collections::BTreeSet<&str> = made.iter().map(Made::id).collect();
    assert_eq!(ids.len(), made.len());
    let kinds: std::collections::BTreeSet<Kind> = made.iter().map(|made| made.kind).collect();
    assert_eq!(kinds.len(), 13, "{kinds:?}");
    assert!(made.len() > 1000, "{}", made.len());
}
