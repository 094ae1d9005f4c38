//! Quotas: how many calls a second are taken, of whom, where and of which kind.

use std::thread;

use serde_json::{Value, json};

use super::client::{Client, with_trail};
use crate::simulator::{account::MEMBER, journal::Outcome, quota::Quotas};

const SECOND: u64 = 1_000_000;

fn enforced() -> Quotas {
    let mut quotas = Quotas::default();
    quotas.enforced = true;
    quotas
}

/// Which of these arrivals, in microseconds, are let in.
fn admitted(quotas: &mut Quotas, operation: &str, arrivals: &[u64]) -> Vec<u64> {
    let mut admit = |at: u64| quotas.admit("1", "us-east-1", operation, at).is_ok();
    arrivals.iter().copied().filter(|at| admit(*at)).collect()
}

#[test]
fn a_second_has_one_change() {
    let arrivals = [0, 999_999, SECOND, SECOND + 1, 2 * SECOND - 1, 2 * SECOND];
    let taken = admitted(&mut enforced(), "PutEventSelectors", &arrivals);
    assert_eq!(taken, [0, SECOND, 2 * SECOND]);
}

/// Wherever a second begins, and in whatever order its calls are told.
#[test]
fn no_second_has_more_than_ten_reads() {
    let step = 37_000;
    let forth: Vec<u64> = (0..100).map(|n| n * step).collect();
    let back: Vec<u64> = forth.iter().rev().copied().collect();
    for arrivals in [forth, back] {
        let mut taken = admitted(&mut enforced(), "GetTrail", &arrivals);
        taken.sort_unstable();
        for from in &taken {
            let within = taken
                .iter()
                .filter(|at| (*from..from + SECOND).contains(at));
            assert!(within.count() <= 10, "{from}: {taken:?}");
        }
        assert!(taken.len() >= 30, "{taken:?}");
    }
}

#[test]
fn each_has_its_own() {
    let mut quotas = enforced();
    for (account, region, operation) in [
        ("1", "us-east-1", "PutEventSelectors"),
        ("2", "us-east-1", "PutEventSelectors"),
        ("1", "eu-west-1", "PutEventSelectors"),
        ("1", "us-east-1", "ListTrails"),
    ] {
        quotas.admit(account, region, operation, 0).unwrap();
    }
    // All changes share theirs.
    let refused = quotas.admit("1", "us-east-1", "StopLogging", 0);
    assert_eq!(refused.unwrap_err().rule, "rate");
}

/// On the wire: of changes that come at once one is carried out, and the others change nothing.
/// Unless quotas are enforced all are.
#[test]
fn what_is_too_much_is_throttled() {
    let (simulator, arn) = with_trail();
    let put = |kind: &'static str| {
        let body = json!({ "TrailName": "audit", "EventSelectors": [{ "ReadWriteType": kind }] });
        Client::new(&simulator).call("PutEventSelectors", &body)
    };
    let at_once = || -> Vec<u16> {
        let kinds = ["All", "ReadOnly", "WriteOnly"];
        thread::scope(|scope| {
            let calls = kinds.map(|kind| scope.spawn(move || put(kind)));
            calls.map(|call| call.join().unwrap().status).to_vec()
        })
    };
    assert_eq!(at_once(), [200, 200, 200]);
    simulator.enforce_quotas(true);
    simulator.clear_journal();
    at_once();
    let journal = simulator.journal();
    let (done, refused): (Vec<_>, Vec<_>) = journal.iter().partition(|entry| entry.is_ok());
    for call in &refused {
        assert_eq!(call.error_code(), Some("ThrottlingException"));
        assert!(matches!(&call.outcome, Outcome::Refused(why) if why.message == "Rate exceeded"));
    }
    // They came within a second, on any machine that is not about to fall asleep.
    let span = journal[2].started_at - journal[0].started_at;
    assert!(span > SECOND || done.len() == 1, "{done:#?}");
    let wanted = |selectors: &Value| selectors["EventSelectors"][0]["ReadWriteType"].clone();
    assert_eq!(
        wanted(&simulator.selectors(&arn)),
        wanted(&done.last().unwrap().body)
    );
    let elsewhere = Client::new(&simulator).at("eu-west-1");
    elsewhere.ok("ListTrails", &json!({}));
    Client::new(&simulator)
        .with(MEMBER)
        .ok("ListTrails", &json!({}));
}
