//! What tests do to the simulator, and what they read from it.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::client::{Client, exchange, strict, with_trail};
use crate::simulator::{
    ACCESS_KEY, ACCOUNT, Fault, Options, SECRET_KEY, Simulator, TrailSeed, What,
    journal::{Outcome, round_trips},
};

const GET: &str = "GetEventSelectors";
const PUT: &str = "PutEventSelectors";

fn named() -> Value {
    json!({ "TrailName": "audit" })
}

fn put(kind: &str) -> Value {
    json!({ "TrailName": "audit", "EventSelectors": [{ "ReadWriteType": kind }] })
}

fn kind_of(selectors: &Value) -> &str {
    selectors["EventSelectors"][0]["ReadWriteType"]
        .as_str()
        .unwrap()
}

#[test]
fn ordered_errors_come_as_often_as_ordered() {
    let (simulator, _) = with_trail();
    let client = Client::new(&simulator);
    let codes = |calls: usize| -> Vec<(u16, String)> {
        let answers = (0..calls).map(|_| client.call(GET, &named()));
        answers
            .map(|answer| (answer.status, answer.code()))
            .collect()
    };
    let ok = || (200, String::new());
    simulator.inject(Fault::on(GET, What::Throttle).skip(1).times(2));
    let throttled = || (400, "ThrottlingException".to_owned());
    assert_eq!(codes(4), [ok(), throttled(), throttled(), ok()]);

    simulator.inject(Fault::any(What::InternalFailure));
    simulator.inject(Fault::on(GET, What::ServiceUnavailable));
    simulator.inject(Fault::on("GetTrail", What::ServiceUnavailable));
    let failures = [
        (500, "InternalFailure".to_owned()),
        (503, "ServiceUnavailable".to_owned()),
    ];
    assert_eq!(codes(3), [failures[0].clone(), failures[1].clone(), ok()]);

    simulator.inject(Fault::any(What::error("ConflictException", "busy")).always());
    assert_eq!(codes(3), vec![(400, "ConflictException".to_owned()); 3]);
    simulator.clear_faults();
    assert_eq!(codes(1), [ok()]);
}

#[test]
fn a_cut_connection_has_no_answer() {
    let (simulator, arn) = with_trail();
    let client = Client::new(&simulator);
    simulator.inject(Fault::on(PUT, What::CutBeforeDoing));
    assert_eq!(client.call(PUT, &put("ReadOnly")).status, 0);
    assert_eq!(kind_of(&simulator.selectors(&arn)), "All");
    simulator.inject(Fault::on(PUT, What::CutBeforeAnswer));
    assert_eq!(client.call(PUT, &put("ReadOnly")).status, 0);
    assert_eq!(kind_of(&simulator.selectors(&arn)), "ReadOnly");
    let outcomes: Vec<Outcome> = simulator
        .journal()
        .into_iter()
        .map(|entry| entry.outcome)
        .collect();
    assert_eq!(
        outcomes,
        [Outcome::Cut { done: false }, Outcome::Cut { done: true }]
    );
    client.ok(GET, &named());
}

#[test]
fn a_put_can_leave_something_else_behind() {
    let (simulator, _) = with_trail();
    let client = Client::new(&simulator);
    simulator.inject(Fault::any(What::alter(|mut selectors| {
        selectors["EventSelectors"][0]["ReadWriteType"] = json!("WriteOnly");
        selectors
    })));
    client.ok(GET, &named());
    assert_eq!(kind_of(&client.ok(PUT, &put("ReadOnly"))), "ReadOnly");
    assert_eq!(kind_of(&client.ok(GET, &named())), "WriteOnly");
}

#[test]
fn reads_can_lag_behind() {
    let (simulator, _) = with_trail();
    let client = Client::new(&simulator);
    simulator.inject(Fault::on(PUT, What::StaleReads { n: 2 }));
    client.ok(PUT, &put("ReadOnly"));
    let read: Vec<Value> = (0..3).map(|_| client.ok(GET, &named())).collect();
    assert_eq!(
        read.iter().map(kind_of).collect::<Vec<_>>(),
        ["All", "All", "ReadOnly"]
    );
}

#[test]
fn overlapping_calls_are_one_round_trip() {
    let (simulator, _) = with_trail();
    simulator.inject(Fault::any(What::Slow { ms: 100 }).always());
    thread::scope(|scope| {
        for operation in [GET, GET] {
            scope.spawn(|| Client::new(&simulator).ok(operation, &named()));
        }
    });
    let journal = simulator.journal();
    assert!(journal[0].overlaps(&journal[1]));
    assert_eq!(round_trips(&journal), 1);
    assert!(
        journal
            .iter()
            .all(|entry| entry.duration >= Duration::from_millis(100))
    );
    Client::new(&simulator).ok(GET, &named());
    assert_eq!(round_trips(&simulator.journal()), 2);
}

#[test]
fn a_hook_can_change_things_in_between() {
    let (simulator, arn) = with_trail();
    let client = Client::new(&simulator);
    let world = simulator.world();
    let calls = AtomicUsize::new(0);
    simulator.on_request(move |incoming| {
        assert_eq!(
            (&*incoming.account, &*incoming.region),
            (ACCOUNT, "us-east-1")
        );
        assert_eq!((&*incoming.operation, &incoming.body), (GET, &named()));
        if calls.fetch_add(1, Ordering::SeqCst) == 1 {
            world.set_selectors(
                &arn,
                json!({ "EventSelectors": [{ "ReadWriteType": "ReadOnly" }] }),
            );
        }
    });
    let read: Vec<Value> = (0..2).map(|_| client.ok(GET, &named())).collect();
    assert_eq!(
        read.iter().map(kind_of).collect::<Vec<_>>(),
        ["All", "ReadOnly"]
    );
    simulator.clear_hook();
    client.ok(PUT, &put("All"));
}

#[test]
fn the_journal_has_every_request_and_no_secret() {
    let file = std::env::temp_dir().join(format!("simulator-journal-{}", std::process::id()));
    let options = Options {
        journal_file: Some(file.clone()),
        ..Options::default()
    };
    let simulator = Simulator::start(options).unwrap();
    simulator.create_trail(TrailSeed::default());
    let client = Client::new(&simulator);
    let mut request = client.request(GET, r#"{"TrailName":"audit"}"#);
    request.headers.push(("user-agent", "tests/1".to_owned()));
    assert_eq!(request.send(&client).status, 200);
    client.refused(
        "GetTrail",
        &json!({ "Name": "missing" }),
        "TrailNotFoundException",
    );
    let journal = simulator.journal();
    let first = &journal[0];
    assert_eq!(
        (first.sequence, &*first.operation, &*first.user_agent),
        (1, GET, "tests/1")
    );
    assert_eq!(
        (&*first.service, &*first.region),
        ("cloudtrail", "us-east-1")
    );
    assert_eq!(
        (&*first.account, &*first.access_key_id),
        ("111122223333", ACCESS_KEY)
    );
    assert_eq!(first.body, named());
    assert!(first.is_ok() && first.finished_at > first.started_at);
    assert!(first.at_ms * 1_000 <= first.started_at);
    assert_eq!(journal[1].error_code(), Some("TrailNotFoundException"));
    let lines = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(lines.lines().count(), 2);
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
    assert!(!lines.contains(SECRET_KEY) && !lines.contains("Signature="));
    simulator.clear_journal();
    assert!(simulator.journal().is_empty());
}

#[test]
fn the_old_form_of_reading_spells_unused_operators() {
    let (simulator, arn) = with_trail();
    let fields = json!([{ "Field": "eventCategory", "Equals": ["Management"] }]);
    let selectors = json!({ "AdvancedEventSelectors": [{ "FieldSelectors": fields }] });
    simulator.set_selectors(&arn, &selectors);
    let client = Client::new(&simulator);
    let read =
        || client.ok(GET, &named())["AdvancedEventSelectors"][0]["FieldSelectors"][0].clone();
    assert_eq!(read(), fields[0]);
    simulator.set_old_read_form(true);
    assert_eq!(read()["NotEndsWith"], json!([]));
    assert_eq!(read()["Equals"], json!(["Management"]));
    assert_eq!(simulator.selectors(&arn), selectors);
    simulator.delete_trail(&arn);
    assert_eq!(simulator.selectors(&arn), Value::Null);
}

/// Whatever bytes arrive, the answer is a refusal, and the next request is served.
#[test]
fn nothing_a_client_sends_brings_it_down() {
    let (simulator, _) = with_trail();
    let client = Client::new(&simulator);
    let host = simulator.url().trim_start_matches("http://").to_owned();
    exchange(
        &host,
        "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    );
    exchange(&host, "\u{0}\u{1}nonsense\r\n\r\n");
    for body in [
        "",
        "null",
        "[]",
        "{",
        "\"x\"",
        "{\"TrailName\":{\"a\":[]}}",
        "{\"TrailName\":\"é:é:é\"}",
    ] {
        for operation in [GET, PUT, "ListTags", "CreateTrail", "AddTags"] {
            let answer = client.request(operation, body).send(&client);
            assert!(
                (400..500).contains(&answer.status),
                "{operation} {body}: {answer:?}"
            );
        }
    }
    for form in [
        "",
        "Action",
        "Action=%",
        "Action=%é",
        "Action=A&Action=B",
        "Version=2011-06-15",
    ] {
        assert!(
            (400..500).contains(&client.form(form).send(&client).status),
            "{form}"
        );
    }
    client.ok(GET, &named());
}

#[test]
fn it_stops_when_it_is_dropped() {
    let simulator = strict();
    let host = simulator.url().trim_start_matches("http://").to_owned();
    drop(simulator);
    assert!(std::net::TcpStream::connect(host).is_err());
}
