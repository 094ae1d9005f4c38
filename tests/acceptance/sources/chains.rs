//! Roles that are assumed one from the other, and credentials whose time is over before the apply is.
//!
//! Imports [`super::stage`].

use super::stage::{Stage, all_hold};
use super::table::{program, shared};
use crate::acceptance::named;
use crate::support::service::Service;

on_both!(three_roles_in_a_chain, the_roles_of_a_profile_come_first);

/// How long credentials are good for that are to be renewed, in seconds. The SDK renews what is good
/// for less than ten seconds, give or take, so that these are used for a while and no longer.
const LIFETIME: i64 = 12;
/// How long the apply then takes: the first credentials are expired for certain.
const PAUSE: i64 = LIFETIME + 1;

/// Each role is assumed by the one before, with what its own block says and nothing of another's; the
/// last one does the work.
fn three_roles_in_a_chain(service: &Service) {
    let mut stage = Stage::new(service);
    stage.argue("profile = \"work\"");
    program(&mut stage, "profile work", "PROGRAM");
    for (role, rest) in [
        (
            "ONE",
            "session_name = \"first\"\n    external_id = \"1-one\"\n    tags = { team = \"audit\", step = \"1\" }\n    \
             transitive_tag_keys = [\"team\"]",
        ),
        (
            "TWO",
            "session_name = \"second\"\n    external_id = \"2-two\"",
        ),
        (
            "THREE",
            "session_name = \"third\"\n    tags = { step = \"3\" }",
        ),
    ] {
        let role = stage.role(role);
        stage.argue(format!(
            "assume_role {{\n    role_arn = \"{role}\"\n    {rest}\n  }}"
        ));
    }
    for record in stage.planned() {
        if record.service == "cloudtrail" || record.operation == "GetCallerIdentity" {
            assert_eq!(stage.signer(&record), "THREE", "{record:?}");
        }
    }
    let assumed = stage.calls("AssumeRole");
    for (role, by, session, external_id, tags) in [
        ("ONE", "PROGRAM", "first", Some("1-one"), 2),
        ("TWO", "ONE", "second", Some("2-two"), 0),
        ("THREE", "TWO", "third", None, 1),
    ] {
        let of_role: Vec<_> = assumed.iter().filter(|one| one.role() == role).collect();
        assert!(!of_role.is_empty(), "{role} was not assumed");
        for record in of_role {
            assert_eq!(stage.signer(record), by, "{record:?}");
            assert_eq!(record.body["RoleSessionName"], session);
            assert_eq!(record.body["ExternalId"].as_str(), external_id);
            let body = record.body.as_object().expect("a form");
            let count = |part: &str| body.keys().filter(|key| key.starts_with(part)).count();
            assert_eq!(count("Tags."), 2 * tags, "{record:?}");
            let transitive = usize::from(role == "ONE");
            assert_eq!(count("TransitiveTagKeys."), transitive, "{record:?}");
        }
    }
    assert_eq!(stage.runs("PROGRAM"), 1, "one plan needs its program once");
}

/// A profile that starts from a profile that has a role itself; the block's role is the last.
fn the_roles_of_a_profile_come_first(service: &Service) {
    let mut stage = Stage::new(service);
    shared(&mut stage, "base", "BASE");
    let (hub, spoke, last) = (stage.role("HUB"), stage.role("SPOKE"), stage.role("LAST"));
    stage.config(
        "profile hub",
        &[("role_arn", &hub), ("source_profile", "base")],
    );
    stage.config(
        "profile spoke",
        &[("role_arn", &spoke), ("source_profile", "hub")],
    );
    stage.set("AWS_PROFILE", "spoke");
    stage.argue(format!("assume_role {{\n    role_arn = \"{last}\"\n  }}"));
    for record in stage.planned() {
        let by = match record.role() {
            "HUB" => "BASE",
            "SPOKE" => "HUB",
            "LAST" => "SPOKE",
            _ => "LAST",
        };
        assert_eq!(stage.signer(&record), by, "{record:?}");
    }
}

/// A source whose credentials are soon over.
type Short = (&'static str, fn(&mut Stage<'_>));

/// Every source that can give new credentials. Those of roles and of the portal are as short as the
/// simulator is told to make them.
const SHORT: [Short; 7] = [
    ("a role", |stage| {
        program(stage, "default", "PROGRAM");
        let role = stage.role("ROLE");
        stage.argue(format!("assume_role {{\n    role_arn = \"{role}\"\n  }}"));
    }),
    ("two roles", |stage| {
        shared(stage, "base", "BASE");
        let (hub, spoke) = (stage.role("HUB"), stage.role("SPOKE"));
        stage.config("default", &[("role_arn", &hub), ("source_profile", "base")]);
        stage.argue(format!("assume_role {{\n    role_arn = \"{spoke}\"\n  }}"));
    }),
    ("a web identity", |stage| {
        let (role, file) = (stage.role("ENVWEB"), stage.web_token_file());
        stage.set("AWS_ROLE_ARN", &role);
        stage.set("AWS_WEB_IDENTITY_TOKEN_FILE", &file);
    }),
    ("a sign-in", |stage| {
        stage.signed_in("default", "PERSON", 3_600);
    }),
    ("a program", |stage| {
        let script = stage.renewing("PROGRAM", LIFETIME);
        stage.config("default", &[("credential_process", &script)]);
    }),
    ("a container", |stage| {
        let mood = stage.issuing("CONT", LIFETIME);
        stage.in_container(mood, "");
    }),
    ("an instance", |stage| {
        let mood = stage.issuing("INST", LIFETIME);
        stage.on_instance(mood);
    }),
];

/// Credentials expire while a resource of somebody else takes its time: what comes after it is signed
/// with new ones, and nothing ever with expired ones. All sources side by side, since what they do is
/// wait.
#[test]
fn credentials_are_renewed_during_an_apply() {
    all_hold(
        &SHORT,
        SHORT.len(),
        |(name, _)| (*name).to_owned(),
        |(_, set)| is_renewed(*set),
    );
}

fn is_renewed(set: fn(&mut Stage<'_>)) {
    let service = Service::simulator();
    let mut stage = Stage::new(&service);
    let simulator = service.as_simulator().expect("a simulator");
    simulator.set_role_lifetime(Some(LIFETIME));
    set(&mut stage);
    let later = service.trail();
    let wait = format!(
        "resource \"terraform_data\" \"wait\" {{\n  depends_on = [iam_only_trail_selector.first]\n  \
         provisioner \"local-exec\" {{\n    command = \"sleep {PAUSE}\"\n  }}\n}}\n"
    );
    let first = named("first", &stage.trail().name, "");
    let second = named("second", &later.name, "depends_on = [terraform_data.wait]");
    stage.write(&format!("{first}{wait}{second}"));
    stage.terraform.run(&["apply", "-auto-approve"]).success();
    let puts = stage.calls("PutEventSelectors");
    assert_eq!(puts.len(), 2, "{puts:?}");
    assert!(puts[1].at - puts[0].at >= PAUSE, "{puts:?}");
    assert_ne!(puts[0].access_key_id, puts[1].access_key_id);
    // The simulator refuses what is expired, and nothing was refused. When a program runs it can't
    // know; there the program's own book tells.
    let ends = stage.ends("PROGRAM");
    for record in stage.recorder.records() {
        assert_eq!(record.status, 200, "{record:?}");
        let signer = stage.signer(&record);
        let time = signer.strip_prefix("PROGRAM").and_then(|n| n.parse().ok());
        if let Some::<usize>(time) = time {
            assert!(record.at < ends[time - 1], "{record:?} {ends:?}");
        }
    }
    // Used more than once, or the test would not tell a renewal from no memory at all.
    let signed = |id: &str| {
        let records = stage.recorder.records();
        records
            .iter()
            .filter(|record| record.access_key_id == id)
            .count()
    };
    assert!(signed(&puts[0].access_key_id) > 1, "{puts:?}");
    stage.terraform.run(&["destroy", "-auto-approve"]).success();
}
