//! What the crate's rules say against a request, and what the simulator refuses, which has read the
//! documentation by itself: they refuse the same requests, and by rules that say the same.
//!
//! Imports the crate, the simulator's judge of selectors, and [`super::requests`]. This file holds the
//! selectors of trails against each other, and [`stores`] those of event data stores.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use terraform_provider_iam::rules::{
    self, Check, Destination, Finding, Severity, check, check_basic,
};
use terraform_provider_iam::selector::{
    AdvancedEventSelector, Field, FieldSelector, Operator, Selectors, ShapeError,
};

use super::cases;
use super::made::Dice;
use super::requests::{self, Kind};
use crate::simulator::rule::{self, Rule};
use crate::simulator::selectors::judge;

mod stores;

/// Stands for the reader, in the place of a rule: what is no request at all is refused before any
/// rule is asked.
const READER: &str = "(the reader)";

/// Rules that only warn, because the service is to decide: `filter_by` is what users of this provider
/// want, and fields come into use before they are documented. That the simulator refuses what AWS
/// does not document is no disagreement with them.
const LEFT_TO_THE_SERVICE: [&str; 3] = [
    "trail-management-event-name",
    "trail-management-event-source",
    "field-unknown",
];

/// Rules of the simulator, each with the rules of the crate that say the same.
type Places = &'static [(&'static Rule, &'static [&'static str])];

/// Each rule of the simulator about the selectors of a trail, and the rules of the crate that say the
/// same.
const PLACES: Places = &[
    (&rule::MODEL_TYPE, &[READER]),
    (&rule::MODEL_MEMBER, &[READER]),
    (
        &rule::MODEL_CONSTRAINT,
        &[
            READER,
            "selector-name-length",
            "selector-name-line",
            "field-selector-missing",
            "field-name-length",
            "field-name-character",
            "operator-missing",
            "value-length",
            "value-line",
        ],
    ),
    (&rule::KINDS, &[READER]),
    (&rule::KIND_MISSING, &[READER]),
    (
        &rule::LIST_EMPTY,
        &["selector-set-empty", "basic-selector-count"],
    ),
    (&rule::BASIC_COUNT, &["basic-selector-count"]),
    (&rule::RESOURCE_COUNT, &["basic-data-resource-count"]),
    (&rule::VALUE_COUNT, &["trail-value-limit"]),
    (&rule::RESOURCE_TYPE, &["basic-data-resource-type", READER]),
    (
        &rule::RESOURCE_VALUE,
        &["basic-data-resource-value", READER],
    ),
    (&rule::RESOURCE_VALUES_EMPTY, &["basic-data-resource-empty"]),
    (&rule::EXCLUDED_SOURCE, &["basic-excluded-source", READER]),
    (&rule::CATEGORY_REQUIRED, &["category-missing"]),
    (&rule::CATEGORY_VALUE, &["trail-category"]),
    (&rule::CATEGORY_COUNT, &["category-form"]),
    (
        &rule::EQUALS_ONLY,
        &[
            "category-form",
            "read-only-operator",
            "resources-type-operator",
        ],
    ),
    (&rule::FIELD_UNKNOWN, &["field-unknown"]),
    (&rule::FIELD_TWICE, &["field-twice"]),
    (&rule::OPERATOR_MISSING, &["operator-missing"]),
    (&rule::READ_ONLY_VALUE, &["read-only-value"]),
    (
        &rule::MANAGEMENT_FIELD,
        &[
            "error-code-category",
            "vpc-endpoint-id-category",
            "resources-type-category",
            "resources-arn-category",
        ],
    ),
    (
        &rule::MANAGEMENT_STORE_FIELD,
        &[
            "trail-management-event-name",
            "trail-management-event-type",
            "trail-management-session-credential",
            "trail-management-user-identity-arn",
        ],
    ),
    (
        &rule::MANAGEMENT_SOURCE,
        &[
            "trail-management-event-source",
            "trail-management-exclusion",
        ],
    ),
    (
        &rule::DATA_FIELD,
        &["error-code-category", "vpc-endpoint-id-category"],
    ),
    (&rule::DATA_TYPE_REQUIRED, &["data-resources-type"]),
    (&rule::DATA_TYPE_ONE, &["resources-type-one", "field-twice"]),
    (&rule::DATA_TYPE_FORM, &["resources-type-form"]),
    (&rule::DATA_ARN_FORM, &["resources-arn-form"]),
    (
        &rule::CONSOLE_SESSION,
        &["session-credential-operator", "session-credential-value"],
    ),
    (
        &rule::NETWORK_FIELD,
        &[
            "read-only-category",
            "event-type-category",
            "session-credential-category",
            "resources-type-category",
            "resources-arn-category",
        ],
    ),
    (
        &rule::NETWORK_SOURCE,
        &[
            "network-event-source",
            "network-source-operator",
            "network-source-one",
        ],
    ),
    (
        &rule::NETWORK_ERROR_CODE,
        &["error-code-operator", "error-code-value"],
    ),
];

/// Rules of the crate about the selectors of a trail that the simulator has no need of, and why.
const ALONE: [(&str, &str); 1] = [(
    "operator-twice",
    "an operator is a member of an object, which JSON has once",
)];

/// The two readings of what one destination takes.
#[derive(Clone, Copy)]
struct Sides {
    /// What the crate's rules say.
    ours: fn(&Value) -> Ours,
    /// The name of the rule by which the simulator refuses, if it does.
    theirs: fn(&Value) -> Option<&'static str>,
    /// Which rules of both are the same.
    places: Places,
}

/// Those of a trail.
const TRAIL: Sides = Sides {
    ours,
    theirs,
    places: PLACES,
};

/// What the crate has against a request.
#[derive(Debug, PartialEq, Eq)]
enum Ours {
    /// It cannot be read, or not be built: nothing else of it was looked at.
    Stopped(&'static str),
    /// One rule for each finding; none when there is nothing against it.
    Judged(Vec<&'static str>),
}

impl Ours {
    fn rules(&self) -> &[&'static str] {
        match self {
            Self::Stopped(rule) => std::slice::from_ref(rule),
            Self::Judged(rules) => rules,
        }
    }
}

fn ours(request: &Value) -> Ours {
    ours_at(Destination::Trail, request)
}

fn ours_at(destination: Destination, request: &Value) -> Ours {
    let findings = match serde_json::from_value(request.clone()) {
        Ok(Selectors::Advanced(list)) => check(&list, destination),
        Ok(Selectors::Basic(list)) => check_basic(&list),
        Err(error) => {
            let shape = shape_error(request);
            let says = |shape: &ShapeError| error.to_string().ends_with(&shape.to_string());
            let rule = shape
                .filter(says)
                .map_or(READER, |shape| rules::rule_of(&shape).id);
            return Ours::Stopped(rule);
        }
    };
    let refuses = |finding: &&Finding| {
        finding.severity == Severity::Error || LEFT_TO_THE_SERVICE.contains(&finding.rule)
    };
    let rules = findings.iter().filter(refuses);
    Ours::Judged(rules.map(|finding| finding.rule).collect())
}

/// The first thing of the advanced selectors that cannot be built, whatever else is wrong.
fn shape_error(request: &Value) -> Option<ShapeError> {
    let selectors = request["AdvancedEventSelectors"].as_array()?;
    selectors.iter().find_map(|one| build(one).err())
}

fn build(selector: &Value) -> Result<(), ShapeError> {
    let mut fields = Vec::new();
    for one in selector["FieldSelectors"].as_array().into_iter().flatten() {
        let Some(name) = one["Field"].as_str() else {
            continue;
        };
        let values = |operator: &Operator| {
            let values = one[operator.api_name()].as_array().into_iter().flatten();
            values
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let conditions = Operator::ALL
            .iter()
            .map(|operator| (*operator, values(operator)));
        fields.push(FieldSelector::new(Field::parse(name)?, conditions)?);
    }
    let name = selector["Name"].as_str().map(str::to_owned);
    AdvancedEventSelector::new(name, fields).map(drop)
}

/// The name of the rule by which the simulator refuses, if it does.
fn theirs(request: &Value) -> Option<&'static str> {
    let body = request.as_object().expect("an object");
    judge(body, false).err().map(|refusal| refusal.rule)
}

fn place(places: Places, theirs: &str) -> &'static [&'static str] {
    let found = places.iter().find(|(rule, _)| rule.name == theirs);
    found.map_or(&[], |(_, ours)| ours)
}

/// What the two readings of a request differ in, if they do.
fn disagreement(places: Places, kind: Kind, ours: &Ours, theirs: Option<&str>) -> Option<String> {
    match (ours.rules(), theirs) {
        ([], None) => None,
        ([], Some(theirs)) => Some(format!("the simulator refuses by {theirs}, no rule does")),
        (ours, None) => Some(format!("the simulator takes what {ours:?} refuse")),
        (rules, Some(theirs)) => {
            let same = rules
                .iter()
                .any(|rule| place(places, theirs).contains(rule));
            // Of several things that are wrong, each may stop at another one.
            let stopped = matches!(ours, Ours::Stopped(_)) && kind == Kind::Wild;
            let told = format!("the simulator refuses by {theirs}, where {rules:?} do");
            (!same && !stopped).then_some(told)
        }
    }
}

/// Tries so many cases, and gives the rules of both sides that were met.
fn try_cases(sides: Sides, make: fn(&mut Dice) -> (Kind, Value)) -> BTreeSet<&'static str> {
    let cases = cases();
    let (mut taken, mut refused_for_one) = (0, 0);
    let mut met = BTreeSet::new();
    let mut differences: BTreeMap<String, (u64, u64, Value)> = BTreeMap::new();
    for seed in 0..cases {
        let (kind, request) = make(&mut Dice::new(seed));
        let (ours, theirs) = ((sides.ours)(&request), (sides.theirs)(&request));
        taken += u64::from(theirs.is_none());
        refused_for_one += u64::from(ours.rules().len() == 1 && theirs.is_some());
        if kind == Kind::Valid {
            assert_eq!(theirs, None, "case {seed} was made to be valid: {request}");
        }
        if let Some(told) = disagreement(sides.places, kind, &ours, theirs) {
            differences.entry(told).or_insert((0, seed, request)).0 += 1;
        }
        met.extend(ours.rules());
        met.extend(theirs);
    }
    let (taken, one) = (taken * 100 / cases, refused_for_one * 100 / cases);
    eprintln!("{cases} cases: {taken} % taken, {one} % refused for one reason");
    for (told, (count, seed, request)) in &differences {
        let request: String = request.to_string().chars().take(600).collect();
        eprintln!("{told}: {count} times, first in case {seed}: {request}");
    }
    assert!(differences.is_empty(), "{:?}", differences.keys());
    assert!(taken >= 25, "{taken} % are taken");
    assert!(one >= 25, "{one} % are refused for one reason");
    met
}

/// Fails if a rule that has a place was not met: it is not compared.
fn all_were_met(places: Places, met: &BTreeSet<&'static str>) {
    if cases() < 20_000 {
        return;
    }
    let compared = places.iter().flat_map(|(theirs, ours)| {
        let ours = ours.iter().copied();
        ours.chain([theirs.name])
    });
    let missed: BTreeSet<&str> = compared.filter(|rule| !met.contains(rule)).collect();
    assert_eq!(missed, BTreeSet::new());
}

#[test]
fn rules_and_simulator_refuse_the_same_selectors() {
    let mut met = try_cases(TRAIL, requests::advanced);
    met.extend(try_cases(TRAIL, requests::basic));
    all_were_met(PLACES, &met);
}

/// A new rule, on either side, has to be placed.
#[test]
fn every_rule_about_selectors_has_its_place() {
    let placed: BTreeSet<&str> = PLACES.iter().map(|(rule, _)| rule.name).collect();
    let about_selectors = |rule: &&Rule| {
        rule.code == "InvalidEventSelectorsException" || rule.name.starts_with("model-")
    };
    let known = rule::RULES.iter().filter(about_selectors);
    assert_eq!(placed, known.map(|rule| rule.name).collect());
    every_rule_of_ours_has_its_place(Destination::Trail, PLACES, &ALONE);
}

/// Every rule of the crate that refuses selectors of this destination has its place, or a reason to
/// have none.
fn every_rule_of_ours_has_its_place(
    destination: Destination,
    places: Places,
    alone: &[(&'static str, &str)],
) {
    let compared = places.iter().flat_map(|(_, ours)| ours.iter().copied());
    let alone = alone.iter().map(|(rule, _)| *rule);
    let compared: BTreeSet<&str> = compared
        .filter(|rule| *rule != READER)
        .chain(alone)
        .collect();
    let refuses = |rule: &&rules::Rule| {
        let of_selectors = match rule.check {
            Check::Shape { .. } | Check::Selectors { .. } => true,
            Check::Basic { .. } => destination == Destination::Trail,
            Check::Text { .. } | Check::Reach { .. } | Check::Change { .. } => false,
        };
        let counts = rule.severity == Severity::Error || LEFT_TO_THE_SERVICE.contains(&rule.id);
        of_selectors && counts && rule.holds_at(destination)
    };
    let known = rules::RULES.iter().filter(refuses);
    assert_eq!(compared, known.map(|rule| rule.id).collect());
}

/// Both refuse, by these rules.
#[track_caller]
fn both_refuse(request: &Value, by_theirs: &str, by_ours: &str) {
    assert_eq!(theirs(request), Some(by_theirs), "{request}");
    assert_eq!(ours(request).rules(), [by_ours], "{request}");
    let placed = place(PLACES, by_theirs);
    assert!(placed.contains(&by_ours), "{by_theirs} {by_ours}");
}

#[track_caller]
fn both_take(request: &Value) {
    assert_eq!(theirs(request), None, "{request}");
    assert_eq!(ours(request).rules(), [""; 0], "{request}");
}

fn of_objects(condition: &Value) -> Value {
    json!({ "AdvancedEventSelectors": [{ "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Data"] },
        { "Field": "resources.type", "Equals": ["AWS::S3::Object"] },
        condition,
    ] }] })
}

fn of_resource(kind: &str, values: &Value) -> Value {
    json!({ "EventSelectors": [{ "DataResources": [{ "Type": kind, "Values": values }] }] })
}

/// Case 134 of the advanced ones: the rule only warned of it.
#[test]
fn regression_an_empty_set_of_advanced_selectors() {
    let request = json!({ "AdvancedEventSelectors": [] });
    both_refuse(&request, "list-empty", "selector-set-empty");
}

/// Case 46 of the advanced ones: the simulator took any text.
#[test]
fn regression_a_part_of_an_arn_compared_as_a_whole() {
    for operator in ["Equals", "NotEquals"] {
        let part = json!({ "Field": "resources.ARN", operator: ["bucket/x"] });
        both_refuse(&of_objects(&part), "data-arn-form", "resources-arn-form");
    }
    both_take(&of_objects(
        &json!({ "Field": "resources.ARN", "EndsWith": ["bucket/x"] }),
    ));
}

/// Cases 316 and 2219 of the advanced ones: the simulator took it for no end of a line.
#[test]
fn regression_a_carriage_return() {
    let value = json!({ "Field": "eventSource", "EndsWith": ["a\rb"] });
    both_refuse(&of_objects(&value), "model-constraint", "value-line");
    let mut named = of_objects(&json!({ "Field": "eventSource", "EndsWith": ["ab"] }));
    both_take(&named);
    named["AdvancedEventSelectors"][0]["Name"] = json!("x\r");
    both_refuse(&named, "model-constraint", "selector-name-line");
}

/// Case 535,743 of the advanced ones: the simulator took a value that is there twice for another one.
#[test]
fn regression_the_error_code_twice() {
    let twice = json!({ "Field": "errorCode", "Equals": ["VpceAccessDenied", "VpceAccessDenied"] });
    both_take(&json!({ "AdvancedEventSelectors": [{ "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["NetworkActivity"] },
        { "Field": "eventSource", "Equals": ["ec2.amazonaws.com"] },
        twice,
    ] }] }));
}

/// Cases 8 and 12 of the basic ones: the simulator knew three partitions, and refused an asterisk.
#[test]
fn regression_resources_of_any_partition_and_with_an_asterisk() {
    both_take(&of_resource(
        "AWS::Lambda::Function",
        &json!(["arn:aws-iso:lambda"]),
    ));
    both_take(&of_resource(
        "AWS::S3::Object",
        &json!(["arn:aws:s3:::bucket/a*b"]),
    ));
}

/// Case 20 of the basic ones: there was no rule for it.
#[test]
fn regression_a_resource_that_is_not_of_its_type() {
    for value in ["bucket", "arn:aws:sns", "arn:azure:s3", "arn::s3", "*"] {
        let request = of_resource("AWS::S3::Object", &json!([value]));
        both_refuse(&request, "resource-value", "basic-data-resource-value");
    }
}

/// Case 10 of the basic ones: there was no rule for it.
#[test]
fn regression_a_type_without_values() {
    for none in [json!([]), Value::Null] {
        let request = of_resource("AWS::DynamoDB::Table", &none);
        both_refuse(
            &request,
            "resource-values-empty",
            "basic-data-resource-empty",
        );
    }
}

/// Answers of the service have lists that are empty, requests may not: what is read is more than
/// what can be sent.
#[test]
fn only_the_reader_takes_what_older_answers_have() {
    let empty = json!({ "Field": "eventName", "Equals": ["GetObject"], "EndsWith": [] });
    let mut both = of_objects(&json!({ "Field": "eventName", "Equals": ["GetObject"] }));
    both_take(&both);
    both["EventSelectors"] = json!([]);
    for (request, rule) in [(of_objects(&empty), "model-constraint"), (both, "kinds")] {
        assert_eq!(ours(&request).rules(), [""; 0], "{request}");
        assert_eq!(theirs(&request), Some(rule), "{request}");
    }
}

#[test]
fn a_difference_is_told() {
    let taken = Ours::Judged(Vec::new());
    let by_field = Ours::Judged(vec!["value-wildcard", "field-twice"]);
    let unread = Ours::Stopped(READER);
    for (kind, ours, theirs, differs) in [
        (Kind::Broken, &taken, None, false),
        (Kind::Broken, &taken, Some("field-twice"), true),
        (Kind::Broken, &by_field, None, true),
        (Kind::Broken, &by_field, Some("field-twice"), false),
        (Kind::Wild, &by_field, Some("value-count"), true),
        (Kind::Broken, &unread, Some("value-count"), true),
        (Kind::Wild, &unread, Some("value-count"), false),
        (Kind::Wild, &unread, None, true),
    ] {
        let told = disagreement(PLACES, kind, ours, theirs);
        assert_eq!(told.is_some(), differs, "{ours:?} {theirs:?}");
    }
}
