//! Every refusal that is about event data stores can be reached, and changes nothing.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    client::{Client, strict},
    stores::{by, iam_only, id_of, put, seeded},
};
use crate::simulator::{
    Simulator, StoreStatus,
    account::{CHINA, Credentials, DELEGATED, MANAGEMENT, MEMBER, OUTSIDER},
    journal::Outcome,
    rule::stores::RULES,
};

const GET: &str = "GetEventDataStore";
const UPDATE: &str = "UpdateEventDataStore";

/// The stores that [`refused_requests`] are about.
struct Stage {
    lake: String,
    org: String,
    gone: String,
    passing: String,
    importing: String,
    open: String,
    insights: String,
    watched: String,
    narrow: String,
}

fn stage(simulator: &Simulator) -> Stage {
    let lake = seeded(simulator, "lake", |_| ());
    let org = seeded(simulator, "org", |seed| seed.organization = true);
    let gone = seeded(simulator, "gone", |seed| {
        seed.status = StoreStatus::PendingDeletion;
    });
    let passing = seeded(simulator, "passing", |_| ());
    simulator.set_store_status(&passing, StoreStatus::Starting, usize::MAX);
    let importing = seeded(simulator, "importing", |_| ());
    simulator.change_store(&importing, |store| store.importing = true);
    let open = seeded(simulator, "open", |_| ());
    let insights = seeded(simulator, "insights", |seed| {
        "Insight".clone_into(&mut seed.category);
    });
    let watched = seeded(simulator, "watched", |seed| {
        seed.insight = vec!["ApiCallRateInsight".to_owned()];
    });
    let narrow = seeded(simulator, "narrow", |_| ());
    for n in 0..10 {
        seeded(simulator, &format!("full-{n}"), |seed| {
            "eu-west-1".clone_into(&mut seed.region);
        });
    }
    Stage {
        lake,
        org,
        gone,
        passing,
        importing,
        open,
        insights,
        watched,
        narrow,
    }
}

/// Requests that are refused: caller, region, operation, body, rule.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn refused_requests(
    on: &Stage,
) -> Vec<(Credentials, &'static str, &'static str, Value, &'static str)> {
    let m = MANAGEMENT;
    let here = "us-east-1";
    let make = |more: Value| {
        let mut body = json!({ "Name": "made" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let set = |store: &str, name: &str, value: Value| {
        let mut body = by(store);
        body[name] = value;
        body
    };
    let of = |category: &str| json!([{ "FieldSelectors": [{ "Field": "eventCategory", "Equals": [category] }] }]);
    let reads = json!([{ "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
        { "Field": "readOnly", "Equals": ["true"] },
    ] }]);
    let insight = |source: &str, destination: &str, category: &str| {
        json!({
            "EventDataStore": source,
            "InsightsDestination": destination,
            "InsightSelectors": [{
                "InsightType": "ApiCallRateInsight",
                "EventCategories": [category],
            }],
        })
    };
    let china = "arn:aws-cn:cloudtrail:cn-north-1:222233334444:eventdatastore/";
    let mut table = vec![
        (
            CHINA,
            "cn-north-1",
            GET,
            by(&(china.to_owned() + id_of(&on.lake))),
            "no-lake",
        ),
        (
            CHINA,
            "cn-north-1",
            "ListEventDataStores",
            json!({}),
            "no-lake",
        ),
        (m, here, GET, by("arn:a"), "store-arn"),
        (m, here, GET, by("lake"), "store-id"),
        (OUTSIDER, here, GET, by(&on.lake), "store-foreign"),
        (
            m,
            here,
            GET,
            by(&on.lake.replace("-eda5-", "-eda6-")),
            "store-unknown",
        ),
        (m, "eu-west-1", GET, by(&on.lake), "store-elsewhere"),
        (
            MEMBER,
            here,
            "DeleteEventDataStore",
            by(&on.org),
            "store-member",
        ),
        (
            DELEGATED,
            here,
            UPDATE,
            set(&on.org, "OrganizationEnabled", json!(false)),
            "store-conversion",
        ),
    ];
    table.extend([
        (
            MEMBER,
            here,
            "CreateEventDataStore",
            make(json!({ "OrganizationEnabled": true })),
            "store-member-creates",
        ),
        (
            OUTSIDER,
            here,
            "CreateEventDataStore",
            make(json!({ "OrganizationEnabled": true })),
            "store-no-organization",
        ),
        (
            m,
            here,
            "CreateEventDataStore",
            make(json!({ "Name": "lake" })),
            "store-exists",
        ),
        (
            m,
            here,
            UPDATE,
            set(&on.open, "Name", json!("lake")),
            "store-exists",
        ),
        (
            m,
            "eu-west-1",
            "CreateEventDataStore",
            make(json!({})),
            "store-count",
        ),
        (m, here, UPDATE, by(&on.lake), "store-nothing"),
        (
            m,
            "eu-west-2",
            "CreateEventDataStore",
            make(json!({ "BillingMode": "FIXED_RETENTION_PRICING", "RetentionPeriod": 2_558 })),
            "store-retention",
        ),
        (
            m,
            here,
            UPDATE,
            set(&on.open, "BillingMode", json!("FIXED_RETENTION_PRICING")),
            "store-billing",
        ),
        (
            m,
            here,
            UPDATE,
            put(&on.gone, &iam_only()),
            "store-inactive",
        ),
        (m, here, UPDATE, put(&on.passing, &iam_only()), "store-busy"),
        (
            m,
            here,
            UPDATE,
            put(&on.importing, &iam_only()),
            "store-import",
        ),
        (
            m,
            here,
            "DeleteEventDataStore",
            by(&on.open),
            "store-protected",
        ),
        (
            m,
            here,
            "StartEventDataStoreIngestion",
            by(&on.open),
            "store-status",
        ),
        (
            m,
            here,
            "RestoreEventDataStore",
            by(&on.open),
            "store-restored",
        ),
        (
            m,
            here,
            "StopEventDataStoreIngestion",
            by(&on.insights),
            "store-category",
        ),
        (
            m,
            here,
            "ListEventDataStores",
            json!({ "NextToken": "wrong" }),
            "store-token",
        ),
        (m, here, UPDATE, put(&on.lake, &of("Insight")), "store-type"),
        (
            m,
            here,
            UPDATE,
            put(&on.insights, &of("Management")),
            "store-type",
        ),
        (
            m,
            "eu-west-2",
            "CreateEventDataStore",
            make(json!({
                "OrganizationEnabled": true,
                "AdvancedEventSelectors": of("ActivityAuditLog"),
            })),
            "store-outside",
        ),
        (
            m,
            here,
            UPDATE,
            put(&on.watched, &reads),
            "store-insight-clash",
        ),
        (
            m,
            here,
            "PutInsightSelectors",
            insight(&on.lake, &on.open, "Management"),
            "store-insight-destination",
        ),
        (
            m,
            here,
            "PutInsightSelectors",
            set(
                &on.lake,
                "InsightSelectors",
                json!([{ "InsightType": "ApiCallRateInsight" }]),
            ),
            "store-insight-pair",
        ),
        (
            m,
            here,
            "PutInsightSelectors",
            insight(&on.lake, &on.insights, "Data"),
            "store-insight-data",
        ),
        (m, here, "GetInsightSelectors", by(&on.lake), "insight-off"),
        (
            m,
            here,
            "PutInsightSelectors",
            insight(&on.narrow, &on.insights, "Management"),
            "insight-needs",
        ),
        (
            m,
            here,
            UPDATE,
            set(&on.open, "RetentionPeriod", json!(6)),
            "model-constraint",
        ),
        (
            m,
            here,
            UPDATE,
            set(&on.open, "RetentionPeriod", json!("7")),
            "model-type",
        ),
    ]);
    table
}

fn all(simulator: &Simulator) -> Vec<Value> {
    let arns = simulator.stores();
    arns.iter().map(|arn| simulator.store(arn)).collect()
}

#[test]
fn every_rule_about_stores_can_be_reached() {
    let simulator = strict();
    let on = stage(&simulator);
    simulator.set_selectors(
        &on.narrow,
        json!({ "AdvancedEventSelectors": [{ "FieldSelectors": [
            { "Field": "eventCategory", "Equals": ["Management"] },
            { "Field": "readOnly", "Equals": ["true"] },
        ] }] }),
    );
    let theirs = seeded(&simulator, "theirs", |seed| {
        DELEGATED.account.clone_into(&mut seed.account);
        "Insight".clone_into(&mut seed.category);
    });
    let mut table = refused_requests(&on);
    table.push((
        DELEGATED,
        "us-east-1",
        "PutInsightSelectors",
        json!({
            "EventDataStore": on.org,
            "InsightsDestination": theirs,
            "InsightSelectors": [{ "InsightType": "ApiErrorRateInsight" }],
        }),
        "store-insight-member",
    ));
    let mut reached = BTreeSet::new();
    for (key, region, operation, body, rule) in table {
        let before = all(&simulator);
        let client = Client::new(&simulator).with(key).at(region);
        client.call(operation, &body);
        match simulator.journal().pop().map(|entry| entry.outcome) {
            Some(Outcome::Refused(refusal)) => {
                assert_eq!(
                    refusal.rule, rule,
                    "{operation} {body}: {}",
                    refusal.message
                );
            }
            outcome => panic!("{operation} {body} is not refused: {outcome:?}"),
        }
        reached.insert(rule);
        assert!(
            before == all(&simulator),
            "{operation} {body} changed something"
        );
    }
    let elsewhere = include_str!("selecting.rs");
    for rule in RULES {
        let quoted = format!("\"{}\"", rule.name);
        assert!(
            reached.contains(rule.name) || elsewhere.contains(&quoted),
            "{}",
            rule.name
        );
    }
}
