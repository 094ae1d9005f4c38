//! The promises of `coverage.rs`.

use super::*;
use crate::selector::{EventSelector, generate};
use proptest::prelude::*;

/// A selector from its category and its conditions, as in `Management; eventName Equals A,B`.
fn selector(text: &str) -> AdvancedEventSelector {
    let mut parts = text.split("; ");
    let category = [parts.next().unwrap()];
    let mut fields = vec![FieldSelector::equals(Field::EventCategory, category).unwrap()];
    fields.extend(parts.map(|condition| {
        let [field, operator, values] = condition.splitn(3, ' ').collect::<Vec<_>>()[..] else {
            panic!("{condition}")
        };
        let is_meant = |candidate: &&Operator| candidate.api_name() == operator;
        let operator = Operator::ALL.iter().find(is_meant).unwrap();
        let values = values.split(',').map(str::to_owned).collect();
        FieldSelector::new(Field::parse(field).unwrap(), [(*operator, values)]).unwrap()
    }));
    AdvancedEventSelector::new(None, fields).unwrap()
}

#[test]
fn coverage_of_each_kind_of_selector() {
    use EffectiveFilter as By;
    use Precision::{ByName, Exact, Superset};
    #[rustfmt::skip]
    let rows = [
        ("Management", Superset, By::Unfiltered),
        ("Management; readOnly Equals true", Superset, By::Unfiltered),
        ("Management; eventName Equals CreateUser", ByName, By::EventName),
        ("Management; eventName Equals CreateUser,AssumeRole; readOnly Equals true", ByName, By::EventName),
        ("Management; eventName Equals CreateUser,RunInstances", Superset, By::EventName),
        ("Management; eventName Equals createuser", Superset, By::EventName),
        ("Management; eventName StartsWith CreateUser", Superset, By::Other),
        ("Management; eventName NotEquals CreateUser", Superset, By::Other),
        ("Management; eventSource Equals iam.amazonaws.com", Exact, By::EventSource),
        ("Management; eventSource Equals iam.amazonaws.com,sts.amazonaws.com", Exact, By::EventSource),
        ("Management; eventSource Equals iam.amazonaws.com,ec2.amazonaws.com", Superset, By::EventSource),
        ("Management; eventSource StartsWith iam.amazonaws.com", Superset, By::Other),
        ("Management; eventSource NotEquals kms.amazonaws.com", Superset, By::Exclusion),
        ("Management; eventSource Equals sts.amazonaws.com; eventName Equals New", Exact, By::EventNameAndSource),
        ("Management; eventName Equals New; eventSource Equals sts.amazonaws.com", Exact, By::EventNameAndSource),
        ("Management; eventSource Equals ec2.amazonaws.com; eventName Equals CreateUser", Superset, By::EventNameAndSource),
        ("Management; eventSource NotEquals kms.amazonaws.com; eventName Equals CreateUser", Superset, By::Other),
        ("Management; eventType Equals AwsApiCall", Superset, By::Other),
        ("Management; eventName Equals CreateUser; eventName Equals GetUser", ByName, By::Other),
        ("Data; eventSource Equals iam.amazonaws.com", Superset, By::Other),
        ("NetworkActivity; eventSource Equals rolesanywhere.amazonaws.com", Superset, By::Other),
    ];
    for (text, expected, filter) in rows {
        let live = [selector(text)];
        assert_eq!(precision(&live), expected, "{text}");
        assert_eq!(effective_filter(&live), filter, "{text}");
    }
}

#[test]
fn a_set_is_as_precise_as_its_worst_and_has_a_filter_if_all_agree() {
    let exact = selector("Management; eventSource Equals iam.amazonaws.com");
    let by_name = selector("Management; eventName Equals CreateUser");
    let data = selector("Data; resources.type Equals AWS::S3::Object");
    let both = [exact.clone(), by_name.clone()];
    assert_eq!(precision(&both), Precision::ByName);
    assert_eq!(effective_filter(&both), EffectiveFilter::Other);
    let with_data = [by_name, data.clone()];
    assert_eq!(precision(&with_data), Precision::Superset);
    assert_eq!(effective_filter(&with_data), EffectiveFilter::EventName);
    assert_eq!(effective_filter(&[data]), EffectiveFilter::Other);
    let twice = [
        exact,
        selector("Management; eventSource Equals sts.amazonaws.com"),
    ];
    assert_eq!(precision(&twice), Precision::Exact);
    assert_eq!(effective_filter(&twice), EffectiveFilter::EventSource);
}

#[test]
fn nothing_selected_and_the_default_are_supersets() {
    assert_eq!(precision(&[]), Precision::Superset);
    assert_eq!(effective_filter(&[]), EffectiveFilter::Other);
    let default = EventSelector::service_default().to_advanced().unwrap();
    assert_eq!(precision(&default), Precision::Superset);
    assert_eq!(effective_filter(&default), EffectiveFilter::Unfiltered);
}

#[test]
fn an_operator_beside_equals_may_let_others_in() {
    let both = FieldSelector::new(
        Field::EventSource,
        [
            (Operator::Equals, vec!["iam.amazonaws.com".to_owned()]),
            (Operator::EndsWith, vec!["com".to_owned()]),
        ],
    );
    let category = FieldSelector::equals(Field::EventCategory, [MANAGEMENT]).unwrap();
    let live = AdvancedEventSelector::new(None, vec![category, both.unwrap()]).unwrap();
    assert_eq!(precision(std::slice::from_ref(&live)), Precision::Superset);
    assert_eq!(effective_filter(&[live]), EffectiveFilter::Other);
}

/// A record, as far as these selectors can look into it.
type Record = Vec<(&'static str, &'static str)>;

/// Records of services in and outside the catalog, with names shared and not.
fn records() -> Vec<Record> {
    let mut records = vec![];
    for category in ["Management", "Data", "NetworkActivity"] {
        for source in [
            "iam.amazonaws.com",
            "sts.amazonaws.com",
            "ec2.amazonaws.com",
            "kms.amazonaws.com",
            "rdsdata.amazonaws.com",
            "i.example.com",
        ] {
            for name in [
                "CreateUser",
                "AssumeRole",
                "RunInstances",
                "Create",
                "User",
                "i",
            ] {
                for read_only in ["true", "false"] {
                    records.push(vec![
                        ("eventCategory", category),
                        ("eventSource", source),
                        ("eventName", name),
                        ("readOnly", read_only),
                    ]);
                }
            }
        }
    }
    records
}

/// Whether the selector takes the record, by the documented rules read once more.
fn takes(selector: &AdvancedEventSelector, record: &Record) -> bool {
    selector.field_selectors().iter().all(|condition| {
        let content = record
            .iter()
            .find(|(field, _)| *field == condition.field().as_str())
            .map(|(_, content)| *content);
        let hit = |operator: Operator| {
            condition.values(operator).iter().any(|value| {
                content.is_some_and(|content| match operator {
                    Operator::Equals | Operator::NotEquals => content == value,
                    Operator::StartsWith | Operator::NotStartsWith => content.starts_with(value),
                    Operator::EndsWith | Operator::NotEndsWith => content.ends_with(value),
                })
            })
        };
        let (wanted, unwanted) = Operator::ALL.split_at(3);
        let asked = wanted
            .iter()
            .any(|operator| !condition.values(*operator).is_empty());
        (!asked || wanted.iter().any(|operator| hit(*operator)))
            && !unwanted.iter().any(|operator| hit(*operator))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn nothing_but_identity_events_is_logged_by_what_is_called_exact(
        selectors in generate::selectors(),
    ) {
        let precision = precision(&selectors);
        if precision == Precision::Superset {
            return Ok(());
        }
        for record in records() {
            if !selectors.iter().any(|selector| takes(selector, &record)) {
                continue;
            }
            let [(_, category), (_, source), (_, name), _] = record[..] else { panic!() };
            let management = category == "Management";
            let source = catalog::events().any(|event| event.source.source() == source);
            let name = catalog::events().any(|event| event.name == name);
            match precision {
                Precision::Exact => prop_assert!(management && source),
                Precision::ByName => prop_assert!(management && (source || name)),
                Precision::Superset => {}
            }
        }
    }

    #[test]
    fn a_selector_more_never_makes_it_more_precise(
        selectors in generate::selectors(), more in generate::selector(),
    ) {
        let mut all = selectors.clone();
        all.push(more);
        if !selectors.is_empty() {
            prop_assert!(precision(&all) >= precision(&selectors));
        }
    }
}

/// A promise about exact sets is empty if none is ever made.
#[test]
fn generated_selectors_have_every_precision_and_most_filters() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    let mut filters = BTreeSet::new();
    for _ in 0..2000 {
        let selectors = generate::selectors()
            .new_tree(&mut runner)
            .unwrap()
            .current();
        seen.insert(precision(&selectors));
        filters.insert(effective_filter(&selectors));
    }
    assert!(seen.iter().eq(Precision::ALL), "{seen:?}");
    assert!(filters.iter().eq(EffectiveFilter::ALL), "{filters:?}");
}
