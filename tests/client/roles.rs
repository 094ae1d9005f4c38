//! Assuming roles: who signs what, what is asked for, and when it is asked for anew.
//!
//! Imports the crate's `aws`, the simulator and temporary files.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use terraform_provider_iam::aws::Session;
use terraform_provider_iam::aws::config::{AssumeRole, Secret, WebIdentity};
use terraform_provider_iam::aws::error::ErrorKind;

use super::{Bench, credentials};
use crate::simulator::{ACCESS_KEY, Fault, TrailSeed, What, account};

const ACCOUNT: &str = account::ACCOUNT;

fn role(name: &str) -> AssumeRole {
    AssumeRole {
        role_arn: format!("arn:aws:iam::{ACCOUNT}:role/{name}"),
        ..AssumeRole::default()
    }
}

fn bench(roles: &[&str]) -> Bench {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.assume_role = roles.iter().map(|name| role(name)).collect();
    bench
}

/// Operation and key of each call.
fn signed(bench: &Bench) -> Vec<(String, String)> {
    let entries = bench.simulator.journal();
    entries
        .into_iter()
        .map(|entry| (entry.operation, entry.access_key_id))
        .collect()
}

fn operations(bench: &Bench) -> Vec<String> {
    signed(bench).into_iter().map(|(name, _)| name).collect()
}

fn written(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("to write");
    file
}

/// Of a role nothing is asked but what is set.
#[test]
fn only_what_is_set_is_asked_for() {
    let bench = bench(&["Audit"]);
    bench.selectors().expect("selectors");
    let journal = bench.simulator.journal();
    assert_eq!(
        journal[0].body,
        json!({
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": "arn:aws:iam::111122223333:role/Audit",
            "RoleSessionName": "terraform-provider-iam",
        })
    );
    assert_eq!(journal[0].region, "us-east-1");
    let (assumed, used) = (&journal[0].access_key_id, &journal[1].access_key_id);
    assert_eq!(assumed, ACCESS_KEY);
    assert!(used.starts_with("ASIA"), "{used}");
    assert_eq!(journal[1].operation, "GetEventSelectors");
}

/// All that can be set arrives, in the Region for STS.
#[test]
fn all_that_is_set_is_asked_for() {
    let mut bench = bench(&[]);
    bench.options.sts_region = Some("eu-west-1".to_owned());
    let tags = [("Team", "audit"), ("Env", "prod")];
    let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
    bench.options.assume_role = vec![AssumeRole {
        session_name: Some("someone@example".to_owned()),
        external_id: Some("an-id".to_owned()),
        duration: Some(Duration::from_mins(20)),
        policy: Some("{}".to_owned()),
        policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()],
        tags: BTreeMap::from(tags),
        transitive_tag_keys: vec!["Team".to_owned()],
        source_identity: Some("someone".to_owned()),
        ..role("Audit")
    }];
    bench.selectors().expect("selectors");
    let asked = &bench.simulator.journal()[0];
    for (name, value) in [
        ("RoleSessionName", "someone@example"),
        ("ExternalId", "an-id"),
        ("DurationSeconds", "1200"),
        ("Policy", "{}"),
        (
            "PolicyArns.member.1.arn",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ),
        ("Tags.member.1.Key", "Env"),
        ("Tags.member.1.Value", "prod"),
        ("Tags.member.2.Key", "Team"),
        ("Tags.member.2.Value", "audit"),
        ("TransitiveTagKeys.member.1", "Team"),
        ("SourceIdentity", "someone"),
    ] {
        assert_eq!(asked.body[name], value, "{name}");
    }
    assert_eq!(asked.body.as_object().map(serde_json::Map::len), Some(14));
    assert_eq!(asked.region, "eu-west-1");
    assert_eq!(bench.simulator.journal()[1].region, "us-east-1");
}

/// Each role is assumed with the credentials of the one before, once, and the last one works.
#[test]
fn roles_are_a_chain() {
    let mut bench = bench(&["One", "Two", "Three"]);
    bench.options.skip_requesting_account_id = false;
    bench.run(async |bench, session| {
        assert_eq!(session.caller_account(), Some(ACCOUNT));
        for _ in 0..2 {
            let read = session.selectors(&bench.arn, &bench.patience()).await;
            read.expect("selectors");
        }
    });
    let journal = bench.simulator.journal();
    let operations = operations(&bench);
    let expected = [
        "AssumeRole",
        "AssumeRole",
        "AssumeRole",
        "GetCallerIdentity",
    ];
    assert_eq!(operations[..4], expected);
    assert_eq!(operations[4..], ["GetEventSelectors"; 2]);
    let arns: Vec<&Value> = journal[..3]
        .iter()
        .map(|entry| &entry.body["RoleArn"])
        .collect();
    for (arn, name) in arns.iter().zip(["One", "Two", "Three"]) {
        assert_eq!(**arn, role(name).role_arn);
    }
    let keys: Vec<&str> = journal.iter().map(|one| &*one.access_key_id).collect();
    assert_eq!(keys[0], ACCESS_KEY);
    let mut different = keys[..4].to_vec();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), 4, "{keys:?}");
    assert_eq!(keys[4..], [keys[3]; 2]);
}

/// The credentials of every role on the way are told, each before it is used.
#[test]
fn every_role_is_told() {
    let bench = bench(&["One", "Two"]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let patience = bench.patience();
        let session = Session::open(&bench.options, &patience, move |secret| {
            let mut told = ear.lock().unwrap_or_else(PoisonError::into_inner);
            told.push(secret.to_owned());
        });
        let session = session.await.expect("a session");
        let read = session.selectors(&bench.arn, &patience).await;
        read.expect("selectors");
    });
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    for (_, key) in signed(&bench) {
        assert!(told.contains(&key), "{key} in {told:?}");
    }
    // Two of the block, told when it is read and when they are used; three for each role.
    assert_eq!(told.len(), 2 + 2 + 3 + 3, "{told:?}");
}

/// A role whose credentials expire is assumed anew; what is still good is kept.
#[test]
fn an_expired_role_is_assumed_anew() {
    let bench = bench(&["One"]);
    bench.simulator.set_role_lifetime(Some(2));
    bench.run(async |bench, session| {
        for pause in [0, 2_200] {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let read = session.selectors(&bench.arn, &bench.patience()).await;
            read.expect("selectors");
        }
    });
    let signed = signed(&bench);
    let names: Vec<&str> = signed.iter().map(|(name, _)| &**name).collect();
    let round = ["AssumeRole", "GetEventSelectors"];
    assert_eq!(names, [round, round].concat());
    assert_ne!(signed[1].1, signed[3].1);
}

/// A role that STS refuses is told as that: with the role, whatever was to be done with it.
#[test]
fn a_refused_role_is_told() {
    let mut bench = bench(&["One", "Two"]);
    bench.options.assume_role[1].role_arn = "arn:aws:iam::999999999999:role/Two".to_owned();
    let failed = bench.selectors().expect_err("no such account");
    assert_eq!(
        (failed.kind, failed.operation),
        (ErrorKind::RoleNotAssumed, "AssumeRole")
    );
    assert_eq!(failed.code.as_deref(), Some("AccessDenied"));
    let words = failed.to_string();
    assert!(
        words.contains("arn:aws:iam::999999999999:role/Two"),
        "{words}"
    );
    assert_eq!(operations(&bench), ["AssumeRole", "AssumeRole"]);
}

/// What is wrong with the network or with the credentials before the role stays what it is.
#[test]
fn what_is_not_about_the_role_keeps_its_kind() {
    let mut bench = bench(&["One"]);
    bench
        .simulator
        .inject(Fault::on("AssumeRole", What::CutBeforeAnswer));
    let failed = bench.selectors().expect_err("no answer");
    assert_eq!(
        (failed.kind, failed.operation),
        (ErrorKind::Unreachable, "AssumeRole")
    );
    let expired = account::EXPIRED;
    let mut given = credentials(expired.access_key, expired.secret_key);
    given.token = expired.token.map(|token| Secret::new(token.to_owned()));
    bench.options.credentials = Some(given);
    let failed = bench.selectors().expect_err("expired");
    assert_eq!(failed.kind, ErrorKind::BadCredentials);
}

/// A role that is assumed slowly can be stopped, and retries are those of the options.
#[test]
fn a_role_is_retried_and_stopped() {
    let mut bench = bench(&["One"]);
    bench.options.max_retries = Some(1);
    bench
        .simulator
        .inject(Fault::on("AssumeRole", What::InternalFailure));
    bench.selectors().expect("selectors");
    assert_eq!(
        operations(&bench),
        ["AssumeRole", "AssumeRole", "GetEventSelectors"]
    );
    bench.simulator.clear_journal();
    let failure = Fault::on("AssumeRole", What::InternalFailure);
    bench.simulator.inject(failure.always());
    let failed = bench.selectors().expect_err("no role");
    assert_eq!(failed.kind, ErrorKind::ServiceFault);
    assert_eq!(operations(&bench), ["AssumeRole"; 2]);
    bench.simulator.clear_faults();
    let slow = What::Slow { ms: 10_000 };
    bench.simulator.inject(Fault::on("AssumeRole", slow));
    let began = std::time::Instant::now();
    let failed = bench.run(async |bench, session| {
        let patience = bench.patience();
        let stop = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            bench.stop.cancel();
        };
        let (read, ()) = tokio::join!(session.selectors(&bench.arn, &patience), stop);
        read.expect_err("it was stopped")
    });
    assert_eq!(failed.kind, ErrorKind::Stopped);
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// A web identity needs no credentials, and goes before a profile and before the roles.
#[test]
fn a_web_identity_comes_first() {
    let mut bench = bench(&["Two"]);
    bench.options.credentials = None;
    bench.options.assume_role_with_web_identity = Some(WebIdentity {
        role_arn: role("Web").role_arn,
        session_name: Some("from-the-web".to_owned()),
        duration: Some(Duration::from_hours(1)),
        policy: Some("{}".to_owned()),
        policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()],
        token: Some(Secret::new("a.web.token".to_owned())),
        token_file: None,
    });
    bench.selectors().expect("selectors");
    let journal = bench.simulator.journal();
    assert_eq!(
        operations(&bench),
        [
            "AssumeRoleWithWebIdentity",
            "AssumeRole",
            "GetEventSelectors"
        ]
    );
    for (name, value) in [
        ("RoleSessionName", "from-the-web"),
        ("DurationSeconds", "3600"),
        ("Policy", "{}"),
        (
            "PolicyArns.member.1.arn",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
        ),
    ] {
        assert_eq!(journal[0].body[name], value, "{name}");
    }
    assert_eq!(journal[0].access_key_id, "");
    assert!(journal[1].access_key_id.starts_with("ASIA"));
    assert_ne!(journal[1].access_key_id, journal[2].access_key_id);
}

/// The file of a web identity is read each time the role is assumed, and what it holds is told.
#[test]
fn a_token_file_is_read_anew() {
    let mut bench = bench(&[]);
    let file = written("first.web.token\n");
    bench.options.credentials = None;
    bench.options.assume_role_with_web_identity = Some(WebIdentity {
        role_arn: role("Web").role_arn,
        token_file: Some(file.path().to_string_lossy().into_owned()),
        ..WebIdentity::default()
    });
    bench.simulator.set_role_lifetime(Some(2));
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let patience = bench.patience();
        let session = Session::open(&bench.options, &patience, move |secret| {
            let mut told = ear.lock().unwrap_or_else(PoisonError::into_inner);
            told.push(secret.to_owned());
        });
        let session = session.await.expect("a session");
        let read = session.selectors(&bench.arn, &patience).await;
        read.expect("selectors");
        std::fs::write(file.path(), "second.web.token").expect("to write");
        tokio::time::sleep(Duration::from_millis(2_200)).await;
        let read = session.selectors(&bench.arn, &patience).await;
        read.expect("selectors");
    });
    let round = ["AssumeRoleWithWebIdentity", "GetEventSelectors"];
    assert_eq!(operations(&bench), [round, round].concat());
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let tokens: Vec<_> = told.iter().filter(|one| one.contains(".web.")).collect();
    assert_eq!(tokens, ["first.web.token", "second.web.token"]);
}

/// A token that is not there is told with its path, and STS is not asked.
#[test]
fn a_missing_token_file_is_told() {
    let mut bench = bench(&[]);
    bench.options.credentials = None;
    bench.options.assume_role_with_web_identity = Some(WebIdentity {
        role_arn: role("Web").role_arn,
        token_file: Some("/nowhere/token".to_owned()),
        ..WebIdentity::default()
    });
    let failed = bench.selectors().expect_err("no token");
    assert_eq!(
        (failed.kind, failed.operation),
        (ErrorKind::RoleNotAssumed, "AssumeRoleWithWebIdentity")
    );
    assert!(failed.to_string().contains("/nowhere/token"), "{failed}");
    assert!(bench.calls().is_empty());
}
