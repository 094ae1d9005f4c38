//! What the documents behind a trail keep, held against the evaluator: random intents are rendered,
//! and a record of each name of the catalog, under each source that has it and under sources that
//! have nothing to do with it, is kept by a pattern exactly if selectors that are exact log it.
//!
//! Patterns are read here by matchers of a few lines, after the pages of `EventBridge`
//! (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html>) and
//! `CloudWatch` Logs (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>);
//! SQL is read by what has been written for it, in `tests/documents`. Imports the crate.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use terraform_provider_iam::catalog::{self, Service};
use terraform_provider_iam::evaluate::{Evaluator, Event, Outcome};
use terraform_provider_iam::intent::{FilterBy, Intent};
use terraform_provider_iam::render::{FORMATS, Order, Source};
use terraform_provider_iam::selector::{
    AdvancedEventSelector, Field, FieldSelector, ReadWriteType, Selectors,
};

use super::cases;
use super::made::Dice;
use super::meant::{Told, all, intent};

/// The documents of an intent in a format.
fn texts(key: &str, intent: &Intent, sources: &[Source]) -> Vec<String> {
    let order = Order {
        selectors: Vec::new(),
        sources: sources.to_vec(),
        read_write_type: intent.read_write_type,
        event_data_store_id: String::new(),
        athena_table: String::new(),
    };
    let format = FORMATS.iter().find(|format| format.key == key);
    let texts = format.expect("a format").texts(&order);
    texts.expect("names that fit")
}

/// Selectors that log what is meant and nothing else: by name and source, and by source where all of
/// a service is meant.
fn exact(intent: &Intent) -> Option<Evaluator> {
    let by_both = Intent {
        filter_by: FilterBy::EventNameAndSource,
        ..intent.clone()
    };
    let mut selectors = by_both.resolve().ok()?.selectors;
    let filter = &intent.names;
    let known = |name: &String| catalog::named(name).next().is_some();
    let of =
        |service: Service, name: &String| catalog::of(service).iter().any(|row| row.name == name);
    for &service in &filter.services {
        let is_whole = filter.access_levels.is_empty()
            && filter.resource_families.is_empty()
            && filter
                .exclude
                .iter()
                .all(|name| known(name) && !of(service, name));
        if is_whole {
            let source = ("eventSource", service.source());
            let kind = intent.read_write_type.read_only_value();
            let kind = kind.map(|value| ("readOnly", value));
            let fields = [("eventCategory", "Management"), source]
                .into_iter()
                .chain(kind);
            let fields = fields.map(|(field, value)| {
                let field = Field::parse(field).expect("a field");
                FieldSelector::equals(field, [value]).expect("a condition")
            });
            let whole = AdvancedEventSelector::new(None, fields.collect());
            selectors.push(whole.expect("a selector"));
        }
    }
    Some(Evaluator::new(&Selectors::Advanced(selectors)))
}

/// Whether `EventBridge` would match: every key of the pattern holds.
fn matches(pattern: &Value, event: &Value) -> bool {
    let holds = |(key, wanted): (&String, &Value)| {
        let Some(values) = wanted.as_array() else {
            return matches(wanted, &event[key]);
        };
        if key == "$or" {
            return values.iter().any(|one| matches(one, event));
        }
        values.contains(&event[key])
    };
    pattern.as_object().expect("a pattern").iter().all(holds)
}

/// A record as it comes to `EventBridge`.
fn wrapped(told: &Told, detail_type: &str) -> Value {
    let source = told.source();
    let service = source.split('.').next().expect("a name");
    let detail: Value = serde_json::from_str(&told.record()).expect("a record");
    json!({ "source": format!("aws.{service}"), "detail-type": detail_type, "detail": detail })
}

/// A filter pattern of `CloudWatch` Logs, read from left to right: `||` of `&&` of comparisons and of
/// patterns in parentheses.
struct Filter<'t> {
    rest: &'t str,
    event: &'t Value,
}

impl Filter<'_> {
    fn matches(pattern: &str, event: &Value) -> bool {
        let inner = pattern
            .strip_prefix("{ ")
            .and_then(|rest| rest.strip_suffix(" }"));
        let mut filter = Filter {
            rest: inner.expect("a pattern"),
            event,
        };
        let holds = filter.any();
        assert_eq!(filter.rest, "", "{pattern}");
        holds
    }

    fn takes(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn any(&mut self) -> bool {
        let mut holds = self.all();
        while self.takes(" || ") {
            holds |= self.all();
        }
        holds
    }

    fn all(&mut self) -> bool {
        let mut holds = self.one();
        while self.takes(" && ") {
            holds &= self.one();
        }
        holds
    }

    fn one(&mut self) -> bool {
        if self.takes("(") {
            let holds = self.any();
            assert!(self.takes(")"), "{}", self.rest);
            return holds;
        }
        assert!(self.takes("$."), "{}", self.rest);
        let (field, rest) = self.rest.split_once(" = \"").expect("a comparison");
        let (value, rest) = rest.split_once('"').expect("a text");
        self.rest = rest;
        self.event[field] == value
    }
}

/// What a type of read or write keeps a record for that agrees with the catalog; for a format that
/// can't see whether it was a read.
fn is_as_known(told: &Told) -> bool {
    let mut rows = catalog::named(&told.name);
    rows.any(|row| row.source.key() == told.service && row.read_only == told.read_only)
}

#[test]
fn documents_behind_a_trail_keep_what_exact_selectors_log() {
    let all = all();
    let records: Vec<String> = all.iter().map(Told::record).collect();
    let details: Vec<Value> = records
        .iter()
        .map(|record| serde_json::from_str(record).expect("JSON"))
        .collect();
    let events: Vec<Event<'_>> = records
        .iter()
        .map(|record| Event::parse(record).expect("a record"))
        .collect();
    let wrapped: Vec<Value> = all
        .iter()
        .map(|told| wrapped(told, "AWS API Call via CloudTrail"))
        .collect();
    let names: BTreeSet<&str> = catalog::events().map(|row| row.name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let cases = cases() / 200;
    let mut kept_by: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut rendered, mut split) = (0, 0);
    for seed in 0..cases {
        let mut intent = intent(&mut Dice::new(seed), &names);
        // What stands behind the trail is exact, whatever is on the trail.
        intent.filter_by = FilterBy::EventName;
        let (Some(evaluator), Ok(sources)) = (exact(&intent), intent.sources()) else {
            continue;
        };
        rendered += 1;
        let sources: Vec<Source> = sources
            .into_iter()
            .map(|source| Source {
                event_source: source.source.to_owned(),
                names: source.names,
                names_of_type: source.names_of_type,
            })
            .collect();
        let patterns = texts("event_bridge_patterns", &intent, &sources);
        let patterns: Vec<Value> = patterns
            .iter()
            .map(|pattern| serde_json::from_str(pattern).expect("JSON"))
            .collect();
        let filters = texts("cloudwatch_logs_filter_patterns", &intent, &sources);
        split += usize::from(patterns.len() > 1) + usize::from(filters.len() > 1);
        for (index, told) in all.iter().enumerate() {
            let logged = match evaluator.outcome(&events[index]) {
                Outcome::Logged(_) => 1,
                Outcome::NotLogged => 0,
                Outcome::Unknown => panic!("case {seed}: {told:?}"),
            };
            // By one pattern and not by two: an event that is told twice is counted twice.
            let of_bridge = patterns.iter().filter(|one| matches(one, &wrapped[index]));
            assert_eq!(
                of_bridge.count(),
                logged,
                "case {seed}: {told:?} {intent:?}"
            );
            *kept_by.entry("EventBridge").or_default() += logged;
            if intent.read_write_type != ReadWriteType::All && !is_as_known(told) {
                continue;
            }
            let of_logs = filters
                .iter()
                .filter(|one| Filter::matches(one, &details[index]));
            assert_eq!(of_logs.count(), logged, "case {seed}: {told:?} {intent:?}");
            *kept_by.entry("Logs").or_default() += logged;
        }
    }
    eprintln!("{cases} intents: {rendered} rendered, {split} lists of several, kept: {kept_by:?}");
    assert!(rendered * 2 > cases, "{rendered} of {cases} are rendered");
    assert!(split > 0, "none is split");
    assert!(kept_by.values().all(|kept| *kept > 0), "{kept_by:?}");
}

/// The matchers of this file see what is not there.
#[test]
fn the_matchers_say_no() {
    let event =
        json!({ "source": "aws.iam", "detail": { "eventName": "CreateUser", "readOnly": false } });
    for (pattern, expected) in [
        (json!({ "source": ["aws.iam", "aws.sts"] }), true),
        (json!({ "source": ["aws.sts"] }), false),
        (json!({ "detail": { "readOnly": [false] } }), true),
        (json!({ "detail": { "readOnly": ["false"] } }), false),
        (
            json!({ "detail": { "$or": [{ "eventName": ["A"] }, { "eventName": ["CreateUser"] }] } }),
            true,
        ),
        (
            json!({ "detail": { "$or": [{ "eventName": ["A"] }, { "eventName": ["B"] }] } }),
            false,
        ),
    ] {
        assert_eq!(matches(&pattern, &event), expected, "{pattern}");
    }
    for (filter, expected) in [
        ("{ $.eventName = \"CreateUser\" }", true),
        ("{ $.eventName = \"createUser\" }", false),
        (
            "{ ($.eventName = \"A\") || ($.eventName = \"CreateUser\") }",
            true,
        ),
        (
            "{ ($.eventName = \"A\") && ($.eventName = \"CreateUser\") }",
            false,
        ),
        (
            "{ $.eventName = \"CreateUser\" || $.eventName = \"A\" && $.eventName = \"B\" }",
            true,
        ),
        (
            "{ ($.eventName = \"CreateUser\" || $.eventName = \"A\") && $.eventName = \"B\" }",
            false,
        ),
    ] {
        assert_eq!(
            Filter::matches(filter, &event["detail"]),
            expected,
            "{filter}"
        );
    }
}
