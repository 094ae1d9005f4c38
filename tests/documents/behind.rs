//! What keeps events behind a trail: each document keeps, of the made records, those which exact
//! selectors log, and no others.
//!
//! | format | who reads it |
//! |---|---|
//! | `event_bridge_patterns` | moto's `EventBridge`: `PutRule`, and what its `PutEvents` asks a rule |
//! | `cloudwatch_logs_filter_patterns` | a second reader of the documented grammar; moto for the length |
//! | `athena_sql`, `lake_sql` | sqlglot's dialects of both, and `DuckDB` over the documented columns |
//!
//! Where a format cannot say what a selector says, [`expected`] has it, and the page of the data source
//! tells it. Imports this folder's [`choices`](super::choices), [`records`](super::records) and
//! [`stage`](super::stage).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::choices::{CHOICES, Choice};
use super::records::{Kind, Made};
use super::stage::{Stage, ask, set, stage};

/// A format, as far as it differs from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    EventBridge,
    Logs,
    Sql,
}

/// The ids of the records that a document of this format has to keep.
fn expected<'s>(stage: &'s Stage, choice: &Choice, format: Format) -> BTreeSet<&'s str> {
    // The grammar of filter patterns has no true and false: there, what is read-only is told by name,
    // and names that the catalog does not know are of neither type.
    let by_names = format == Format::Logs && choice.is_of_type;
    let verdicts = if by_names {
        stage.verdicts_by_name(choice)
    } else {
        stage.verdicts(choice)
    };
    let plain: BTreeMap<(&str, &str), bool> = stage
        .records
        .iter()
        .zip(verdicts)
        .filter(|(made, _)| made.kind == Kind::Plain)
        .map(|(made, verdict)| (key(made), verdict.expect("a plain record is judged")))
        .collect();
    let kept = |made: &Made, verdict: Option<bool>| {
        let as_plain = || plain.get(&key(made)).copied().unwrap_or_default();
        match (made.kind, format) {
            // Category and type are not asked for where it would cost characters: IAM and its
            // neighbours have no events but management events.
            (Kind::Data, Format::EventBridge | Format::Logs) | (Kind::Network, Format::Logs) => {
                as_plain()
            }
            // No selector has it: one page of AWS does.
            (Kind::OtherSpelling, _) => as_plain(),
            (Kind::OtherFlag | Kind::Unflagged, _) if by_names => as_plain(),
            (Kind::Unflagged, _) if choice.is_of_type => verdict.unwrap_or_default(),
            _ => verdict.unwrap_or_else(|| panic!("{}: no verdict on {made:?}", choice.name)),
        }
    };
    let rows = stage.records.iter().zip(verdicts);
    let kept: BTreeSet<&str> = rows
        .filter(|(made, verdict)| kept(made, **verdict))
        .map(|(made, _)| made.id())
        .collect();
    assert!(
        !kept.is_empty() && kept.len() < stage.records.len(),
        "{}",
        choice.name
    );
    kept
}

/// Source and name of a record, the source as a selector has it.
fn key(made: &Made) -> (&str, &str) {
    let text = |field: &str| made.record[field].as_str().expect("a text");
    let source = match text("eventSource") {
        "signin.amazon.com" => "signin.amazonaws.com",
        source => source,
    };
    (source, text("eventName"))
}

/// Fails with the records that one of the two has and the other has not.
fn same(stage: &Stage, what: &str, found: &BTreeSet<&str>, expected: &BTreeSet<&str>) {
    let tell = |ids: Vec<&&str>| {
        let rows = stage
            .records
            .iter()
            .filter(|made| ids.contains(&&made.id()))
            .take(5);
        rows.map(|made| format!("{:?} {}", made.kind, made.record))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let lost = tell(expected.difference(found).collect());
    let more = tell(found.difference(expected).collect());
    assert!(
        found == expected,
        "{what} loses:\n{lost}\nand has too much:\n{more}"
    );
}

/// All patterns of a format, under a name each that tells choice and number.
fn patterns(stage: &Stage, key: &str, limit: usize) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for choice in &CHOICES {
        for (number, text) in stage.texts(choice, key).into_iter().enumerate() {
            let length = text.chars().count();
            assert!(
                length <= limit,
                "{} {number} has {length} characters",
                choice.name
            );
            all.insert(format!("{}-{number}", choice.name), text.to_owned());
        }
    }
    let count = |choice: &Choice| stage.texts(choice, key).len();
    assert!(
        CHOICES.iter().any(|choice| count(choice) > 1),
        "nothing is split"
    );
    assert!(
        CHOICES.iter().any(|choice| count(choice) == 1),
        "everything is split"
    );
    all
}

/// What the patterns of a choice match together. An event that two of them matched would be told
/// twice.
fn together<'a>(choice: &Choice, matched: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    let prefix = format!("{}-", choice.name);
    let mut all = BTreeSet::new();
    for (_, ids) in matched.iter().filter(|(name, _)| name.starts_with(&prefix)) {
        for id in set(ids) {
            assert!(all.insert(id), "{}: two patterns match {id}", choice.name);
        }
    }
    all
}

/// Patterns match the exact events in `EventBridge`'s envelope. One that is broken is refused, and a
/// flag that is a text matches nothing.
#[test]
fn event_bridge_matches_exactly() {
    let stage = stage();
    let mut rules = patterns(stage, "event_bridge_patterns", 2048);
    let flag = rules["writes-0"].replace("[false]", "[\"false\"]");
    assert_ne!(flag, rules["writes-0"]);
    rules.insert("broken-flag".to_owned(), flag);
    let scalar = rules["keys-0"].replace("[\"iam.amazonaws.com\"]", "\"iam.amazonaws.com\"");
    assert_ne!(scalar, rules["keys-0"]);
    rules.insert("broken-scalar".to_owned(), scalar);
    let events: Vec<Value> = stage.records.iter().map(Made::event).collect();
    let answer = ask(
        "event_bridge.py",
        &json!({ "rules": rules, "events": events }),
    );
    let refused = json!({ "broken-scalar": "InvalidEventPatternException" });
    assert_eq!(answer["refused"], refused);
    assert_eq!(answer["matched"]["broken-flag"], json!([]));
    let matched = answer["matched"].as_object().expect("rules");
    for choice in &CHOICES {
        let wanted = expected(stage, choice, Format::EventBridge);
        same(stage, choice.name, &together(choice, matched), &wanted);
    }
}

/// Filter patterns match the exact records. What is not in the grammar, or too long, is told.
#[test]
fn cloudwatch_logs_match_exactly() {
    let stage = stage();
    let mut filters = patterns(stage, "cloudwatch_logs_filter_patterns", 1024);
    let keys = filters["keys-0"].clone();
    let broken = [
        ("broken-end", keys.trim_end_matches('}').to_owned()),
        ("broken-flag", "{ $.readOnly IS FALSE }".to_owned()),
        (
            "broken-length",
            format!("{}{}", keys, " ".repeat(1025 - keys.len())),
        ),
        // As good a pattern as the right one, but another.
        ("other", keys.replace("&&", "||")),
    ];
    for (name, text) in broken {
        filters.insert(name.to_owned(), text);
    }
    let events: Vec<String> = stage
        .records
        .iter()
        .map(|made| made.record.to_string())
        .collect();
    let answer = ask(
        "logs_filter.py",
        &json!({ "filters": filters, "events": events }),
    );
    let wrong = answer["wrong"].as_object().expect("patterns");
    assert_eq!(
        wrong.keys().collect::<Vec<_>>(),
        ["broken-end", "broken-flag"]
    );
    assert_eq!(
        answer["refused"],
        json!({ "broken-length": "InvalidParameterException" })
    );
    let id = |index: &Value| {
        let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
        json!(stage.records[index.expect("an index")].id())
    };
    let matched = answer["matched"].as_object().expect("patterns").iter();
    let matched: Map<String, Value> = matched
        .map(|(name, found)| {
            let found = found.as_array().expect("a list").iter().map(id).collect();
            (name.clone(), Value::Array(found))
        })
        .collect();
    for choice in &CHOICES {
        let wanted = expected(stage, choice, Format::Logs);
        same(stage, choice.name, &together(choice, &matched), &wanted);
    }
    let keys = expected(stage, &CHOICES[2], Format::Logs);
    assert_ne!(set(&matched["other"]), keys, "the reader tells && from ||");
}

/// Both queries find the exact records. A column that is not there, and a flag of the wrong type, are
/// told.
#[test]
fn queries_find_exactly() {
    let stage = stage();
    let mut queries = Vec::new();
    let mut add = |name: String, kind: &str, store: &str, sql: &str| {
        let table = if kind == "athena" {
            "cloudtrail_logs"
        } else {
            "lake"
        };
        queries.push(
            json!({ "name": name, "kind": kind, "sql": sql, "table": table, "store": store }),
        );
    };
    for choice in &CHOICES {
        let store = if choice.name == "store" {
            "EXAMPLE-1234"
        } else {
            "$EDS_ID"
        };
        for kind in ["athena", "lake"] {
            let sql = stage.text(choice, &format!("{kind}_sql"));
            add(format!("{kind}-{}", choice.name), kind, store, sql);
        }
    }
    let writes = &CHOICES[1];
    let athena = stage.text(writes, "athena_sql");
    let lake = stage.text(writes, "lake_sql");
    add(
        "broken-text".to_owned(),
        "athena",
        "",
        &athena.replace("'false'", "false"),
    );
    add(
        "broken-flag".to_owned(),
        "lake",
        "$EDS_ID",
        &lake.replace("= false", "= 'false'"),
    );
    add(
        "broken-column".to_owned(),
        "athena",
        "",
        &athena.replace("eventsource", "source"),
    );
    let records: Vec<&Value> = stage.records.iter().map(|made| &made.record).collect();
    let answer = ask(
        "queries.py",
        &json!({ "queries": queries, "records": records }),
    );
    let wrong = answer["wrong"].as_object().expect("queries");
    assert_eq!(
        wrong.keys().collect::<Vec<_>>(),
        ["broken-column", "broken-flag", "broken-text"],
        "{wrong:#?}"
    );
    for choice in &CHOICES {
        let wanted = expected(stage, choice, Format::Sql);
        for kind in ["athena", "lake"] {
            let name = format!("{kind}-{}", choice.name);
            same(stage, &name, &set(&answer["found"][&name]), &wanted);
        }
    }
}
