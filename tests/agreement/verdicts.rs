//! The crate's verdicts against the oracle's, and those on basic selectors against those on their
//! advanced equal.

use serde_json::{Value, json};
use terraform_provider_iam::evaluate::{Evaluator, Event, Outcome};
use terraform_provider_iam::selector::Selectors;

use super::cases;
use super::made::{self, Dice};
use super::oracle::{self, Known};

fn known(outcome: Outcome) -> Known {
    match outcome {
        Outcome::Logged(_) => Some(true),
        Outcome::NotLogged => Some(false),
        Outcome::Unknown => None,
    }
}

/// Reads the selectors as the crate does.
fn read(selectors: &Value) -> Selectors {
    serde_json::from_value(selectors.clone())
        .unwrap_or_else(|error| panic!("{error} in {selectors}"))
}

fn judged(selectors: &Selectors, record: &str) -> Known {
    let event = Event::parse(record).unwrap_or_else(|error| panic!("{error} in {record}"));
    known(Evaluator::new(selectors).outcome(&event))
}

#[test]
fn the_two_readings_agree() {
    let cases = cases();
    let (mut logged, mut unknown) = (0, 0);
    for seed in 0..cases {
        let mut dice = Dice::new(seed);
        let record = made::record(&mut dice);
        let selectors = made::selectors(&mut dice, &record);
        let expected = oracle::logs(&selectors, &record);
        let found = judged(&read(&json!(selectors)), &record.to_string());
        assert_eq!(
            found,
            expected,
            "case {seed}: {} on {record}",
            json!(selectors)
        );
        logged += u64::from(expected == Some(true));
        unknown += u64::from(expected.is_none());
    }
    let (logged, unknown) = (logged * 100 / cases, unknown * 100 / cases);
    eprintln!("{cases} cases: {logged} % logged, {unknown} % not known");
    assert!(logged >= 30, "{logged} % of the cases are logged");
    assert!((5..=30).contains(&unknown), "{unknown} % are not known");
}

#[test]
fn basic_selectors_log_what_their_advanced_equal_logs() {
    let cases = cases();
    let (mut logged, mut unknown) = (0, 0);
    for seed in 0..cases {
        let mut dice = Dice::new(seed);
        let record = made::record(&mut dice);
        let json = json!({ "EventSelectors": made::basic_selectors(&mut dice) });
        let basic = read(&json);
        let advanced = basic.to_advanced().expect("an advanced equal");
        let found = judged(&basic, &record.to_string());
        // Selectors that include nothing have no advanced equal, and log nothing.
        let expected = if advanced.is_empty() {
            Some(false)
        } else {
            judged(&Selectors::Advanced(advanced), &record.to_string())
        };
        assert_eq!(found, expected, "case {seed}: {json} on {record}");
        logged += u64::from(found == Some(true));
        unknown += u64::from(found.is_none());
    }
    let (logged, unknown) = (logged * 100 / cases, unknown * 100 / cases);
    eprintln!("{cases} basic cases: {logged} % logged, {unknown} % not known");
    assert!(logged >= 30, "{logged} % of the cases are logged");
    assert!(unknown >= 3, "{unknown} % are not known");
}
