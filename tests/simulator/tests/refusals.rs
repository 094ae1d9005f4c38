//! Every refusal is marked, and every refusal can be reached: a row of the table which no request
//! ends in would be a rule that nobody keeps.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::{Client, exchange, strict};
use crate::simulator::{
    Simulator, TrailSeed,
    account::{CHINA, Credentials, DELEGATED, EXPIRED, MANAGEMENT, MEMBER, OUTSIDER, SESSION},
    error::Mark,
    journal::Outcome,
    rule::{RULES, all, stores},
};

#[test]
fn every_rule_is_marked() {
    let mut names = BTreeSet::new();
    for rule in all() {
        assert!(names.insert(rule.name), "{} is there twice", rule.name);
        match rule.mark {
            Mark::Documented(page) => {
                assert!(
                    page.starts_with("https://docs.aws.amazon.com/"),
                    "{}",
                    rule.name
                );
            }
            Mark::Assumed(why) => assert!(why.len() > 20, "{} does not say why", rule.name),
            Mark::Ordered => panic!("{} is not ordered", rule.name),
        }
    }
}

/// The table and the constants are one.
#[test]
fn every_rule_is_in_the_table() {
    for (source, table) in [
        (include_str!("../rule.rs"), RULES),
        (include_str!("../rule/stores.rs"), stores::RULES),
    ] {
        let constants = source.matches("pub(crate) const ").count() - 1;
        assert_eq!(constants, table.len());
    }
}

const AUDIT: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit";
const ORG: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/org";

/// Requests that are refused in the operation: caller, region, operation, body, rule.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn refused_requests() -> Vec<(Credentials, &'static str, &'static str, Value, &'static str)> {
    let make = |more: Value| {
        let mut body = json!({ "Name": "made", "S3BucketName": "bucket" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let tag = |count: usize| -> Value {
        (0..count)
            .map(|n| json!({ "Key": n.to_string() }))
            .collect()
    };
    let insight = json!([{ "InsightType": "ApiCallRateInsight" }]);
    let m = MANAGEMENT;
    let here = "us-east-1";
    vec![
        (m, here, "GetTrail", json!({ "Name": "a" }), "trail-name"),
        (m, here, "GetTrail", json!({ "Name": "arn:a" }), "trail-arn"),
        (
            m,
            here,
            "GetTrail",
            json!({ "Name": "missing" }),
            "trail-unknown",
        ),
        (
            OUTSIDER,
            here,
            "GetTrail",
            json!({ "Name": AUDIT }),
            "trail-unknown-to-caller",
        ),
        (
            m,
            "eu-west-1",
            "GetTrailStatus",
            json!({ "Name": "audit" }),
            "status-by-name",
        ),
        (
            m,
            "eu-west-1",
            "StopLogging",
            json!({ "Name": AUDIT }),
            "home-region",
        ),
        (
            MEMBER,
            here,
            "GetEventSelectors",
            json!({ "TrailName": ORG }),
            "member-reads-selectors",
        ),
        (
            MEMBER,
            here,
            "StopLogging",
            json!({ "Name": ORG }),
            "member-changes",
        ),
        (
            MEMBER,
            here,
            "CreateTrail",
            make(json!({ "IsOrganizationTrail": true })),
            "member-creates",
        ),
        (
            OUTSIDER,
            here,
            "CreateTrail",
            make(json!({ "IsOrganizationTrail": true })),
            "no-organization",
        ),
        (
            DELEGATED,
            here,
            "UpdateTrail",
            json!({ "Name": ORG, "IsOrganizationTrail": false }),
            "conversion",
        ),
        (
            m,
            here,
            "CreateTrail",
            make(json!({ "Name": "audit" })),
            "trail-exists",
        ),
        (
            CHINA,
            "cn-north-1",
            "CreateTrail",
            make(json!({})),
            "trail-count",
        ),
        (
            m,
            here,
            "CreateTrail",
            make(json!({ "S3BucketName": "Bad_Bucket" })),
            "bucket-name",
        ),
        (
            m,
            here,
            "CreateTrail",
            make(json!({ "S3KeyPrefix": "x".repeat(201) })),
            "bucket-prefix",
        ),
        (
            m,
            here,
            "CreateTrail",
            make(json!({ "SnsTopicName": "x".repeat(257) })),
            "topic-name",
        ),
        (
            m,
            here,
            "CreateTrail",
            make(json!({ "CloudWatchLogsRoleArn": "arn:x" })),
            "log-group-and-role",
        ),
        (
            m,
            here,
            "UpdateTrail",
            json!({ "Name": AUDIT, "IncludeGlobalServiceEvents": false }),
            "global-events",
        ),
        (
            m,
            here,
            "ListTrails",
            json!({ "NextToken": "wrong" }),
            "next-token",
        ),
        (m, here, "GetTrail", json!({ "Name": 1 }), "model-type"),
        (m, here, "GetTrail", json!({}), "model-constraint"),
        (
            m,
            here,
            "GetTrail",
            json!({ "Name": "audit", "More": 1 }),
            "model-member",
        ),
        (
            m,
            here,
            "GetInsightSelectors",
            json!({ "TrailName": "audit" }),
            "insight-off",
        ),
        (m, here, "GetInsightSelectors", json!({}), "insight-target"),
        (
            m,
            here,
            "PutInsightSelectors",
            json!({ "TrailName": "reads", "InsightSelectors": insight }),
            "insight-needs",
        ),
        (
            m,
            here,
            "AddTags",
            json!({ "ResourceId": AUDIT, "TagsList": tag(51) }),
            "tag-count",
        ),
        (
            m,
            here,
            "AddTags",
            json!({ "ResourceId": AUDIT, "TagsList": [{ "Key": "a" }, { "Key": "a" }] }),
            "tag-twice",
        ),
        (
            m,
            here,
            "ListTags",
            json!({ "ResourceIdList": [AUDIT.replace("audit", "none")] }),
            "tagged-unknown",
        ),
        (
            m,
            here,
            "ListTags",
            json!({ "ResourceIdList": ["audit"] }),
            "tags-foreign",
        ),
        (
            m,
            here,
            "ListTags",
            json!({ "ResourceIdList": [] }),
            "tags-list-count",
        ),
        (m, here, "ListChannels", json!({}), "operation-unknown"),
        (m, "nowhere-1", "ListTrails", json!({}), "signature-scope"),
        (CHINA, here, "ListTrails", json!({}), "partition-wrong"),
        (EXPIRED, here, "ListTrails", json!({}), "token-expired"),
        (
            Credentials {
                token: None,
                ..SESSION
            },
            here,
            "ListTrails",
            json!({}),
            "token-wrong",
        ),
        (
            Credentials {
                secret_key: "",
                ..m
            },
            here,
            "ListTrails",
            json!({}),
            "signature-wrong",
        ),
        (
            Credentials {
                access_key: "AKIAX",
                ..m
            },
            here,
            "ListTrails",
            json!({}),
            "key-unknown",
        ),
    ]
}

/// Requests that the portal refuses, which are not signed.
fn refuse_at_the_portal(simulator: &Simulator, last: &dyn Fn() -> &'static str) {
    let host = simulator.url().trim_start_matches("http://").to_owned();
    simulator.sign_in("signed-in");
    for (query, token, rule) in [
        ("role_name=Audit", "signed-in", "portal-request"),
        (
            "account_id=111122223333&role_name=Audit",
            "signed-out",
            "portal-token",
        ),
        (
            "account_id=999900001111&role_name=Audit",
            "signed-in",
            "portal-role",
        ),
    ] {
        let text = format!(
            "GET /federation/credentials?{query} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
             x-amz-sso_bearer_token: {token}\r\n\r\n"
        );
        exchange(&host, &text);
        assert_eq!(last(), rule, "{query}");
    }
}

/// Every row is the end of some request, except those of the selectors, which
/// [`super::selecting`] goes through one by one, and those of event data stores, of which
/// [`super::store_refusals`] is.
#[test]
fn every_rule_can_be_reached() {
    let simulator = strict();
    simulator.create_trail(TrailSeed::default());
    simulator.create_trail(TrailSeed {
        name: "org".to_owned(),
        organization: true,
        ..TrailSeed::default()
    });
    let reads = simulator.create_trail(TrailSeed {
        name: "reads".to_owned(),
        ..TrailSeed::default()
    });
    simulator.set_selectors(
        &reads,
        json!({ "EventSelectors": [{ "ReadWriteType": "ReadOnly" }] }),
    );
    for n in 0..5 {
        simulator.create_trail(TrailSeed {
            account: CHINA.account.to_owned(),
            home_region: "cn-north-1".to_owned(),
            name: format!("full-{n}"),
            ..TrailSeed::default()
        });
    }
    let last = || match simulator.journal().pop().map(|entry| entry.outcome) {
        Some(Outcome::Refused(refusal)) => refusal.rule,
        outcome => panic!("not refused: {outcome:?}"),
    };
    for (key, region, operation, body, rule) in refused_requests() {
        Client::new(&simulator)
            .with(key)
            .at(region)
            .call(operation, &body);
        assert_eq!(last(), rule, "{operation} {body}");
    }
    let client = Client::new(&simulator);
    let bend = |how: &dyn Fn(&mut super::client::Request), rule: &str| {
        let mut request = client.request("ListTrails", "{}");
        how(&mut request);
        request.send(&client);
        assert_eq!(last(), rule);
    };
    bend(
        &|request| request.authorization = Some(String::new()),
        "unsigned",
    );
    bend(
        &|request| request.authorization = Some("AWS4".to_owned()),
        "signature-incomplete",
    );
    bend(&|request| request.unsigned.push("host"), "signed-headers");
    bend(
        &|request| "20150830T123600Z".clone_into(&mut request.date),
        "signature-time",
    );
    bend(
        &|request| request.headers.push(("x-amz-content-sha256", "0".into())),
        "body-hash",
    );
    bend(&|request| request.path = "/other", "method-or-path");
    bend(
        &|request| request.headers[0].1 = "text/plain".to_owned(),
        "content-type",
    );
    bend(
        &|request| request.body = "x".repeat((1 << 20) + 1),
        "body-size",
    );
    bend(&|request| request.body = "{".to_owned(), "body-syntax");
    for (form, rule) in [
        ("Action=GetCallerIdentity&Version=1", "sts-version"),
        (
            "Action=GetCallerIdentity&Version=2011-06-15&A=1",
            "sts-parameter",
        ),
        (
            "Action=AssumeRole&Version=2011-06-15&RoleArn=x&RoleSessionName=tf",
            "sts-role",
        ),
    ] {
        client.form(form).send(&client);
        assert_eq!(last(), rule, "{form}");
    }
    refuse_at_the_portal(&simulator, &last);
    let reached: BTreeSet<&str> = simulator
        .journal()
        .iter()
        .filter_map(|entry| match &entry.outcome {
            Outcome::Refused(refusal) => Some(refusal.rule),
            Outcome::Ok | Outcome::Cut { .. } => None,
        })
        .collect();
    let elsewhere = [include_str!("selecting.rs"), include_str!("quota.rs")].concat();
    for rule in RULES {
        let quoted = format!("\"{}\"", rule.name);
        assert!(
            reached.contains(rule.name) || elsewhere.contains(&quoted),
            "{}",
            rule.name
        );
    }
}
