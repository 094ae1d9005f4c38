//! Event data stores: names, states, regions, organizations, Insights, tags, faults.

use serde_json::{Value, json};

use super::client::{Client, strict};
use crate::simulator::{
    ACCOUNT, Fault, Simulator, StoreSeed, StoreStatus, What,
    account::{DELEGATED, MEMBER, OUTSIDER},
    store::{Arn, check_id},
};

const GET: &str = "GetEventDataStore";
const UPDATE: &str = "UpdateEventDataStore";

fn with_store() -> (Simulator, String) {
    let simulator = strict();
    let arn = simulator.create_store(StoreSeed::default());
    (simulator, arn)
}

pub(super) fn seeded(
    simulator: &Simulator,
    name: &str,
    more: impl FnOnce(&mut StoreSeed),
) -> String {
    let mut seed = StoreSeed {
        name: name.to_owned(),
        ..StoreSeed::default()
    };
    more(&mut seed);
    simulator.create_store(seed)
}

pub(super) fn id_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap()
}

pub(super) fn by(reference: &str) -> Value {
    json!({ "EventDataStore": reference })
}

pub(super) fn iam_only() -> Value {
    json!([{ "Name": "iam-only", "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
        { "Field": "eventSource", "Equals": ["iam.amazonaws.com"] },
    ] }])
}

pub(super) fn put(reference: &str, selectors: &Value) -> Value {
    json!({ "EventDataStore": reference, "AdvancedEventSelectors": selectors })
}

fn status_of(simulator: &Simulator, arn: &str) -> Value {
    Client::new(simulator).ok(GET, &by(arn))["Status"].clone()
}

#[test]
fn a_fresh_store_has_the_documented_defaults() {
    let simulator = strict();
    let client = Client::new(&simulator);
    let made = client.ok("CreateEventDataStore", &json!({ "Name": "lake" }));
    assert_eq!(made["Status"], "CREATED");
    let arn = made["EventDataStoreArn"].as_str().unwrap();
    assert_eq!(
        Arn::parse(arn).map(|arn| arn.to_string()).as_deref(),
        Ok(arn)
    );
    assert!(arn.starts_with("arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/"));
    let read = client.ok(GET, &by(arn));
    assert_eq!(read["Status"], "ENABLED");
    assert_eq!(
        read["AdvancedEventSelectors"],
        json!([{ "Name": "Default management events", "FieldSelectors": [
            { "Field": "eventCategory", "Equals": ["Management"] },
        ] }])
    );
    for (name, value) in [
        ("MultiRegionEnabled", json!(true)),
        ("OrganizationEnabled", json!(false)),
        ("TerminationProtectionEnabled", json!(true)),
        ("RetentionPeriod", json!(366)),
        ("BillingMode", json!("EXTENDABLE_RETENTION_PRICING")),
        ("FederationStatus", json!("DISABLED")),
    ] {
        assert_eq!(read[name], value, "{name}");
    }
    assert_eq!(client.ok(GET, &by(id_of(arn))), read);
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let (simulator, arn) = with_store();
    let client = Client::new(&simulator);
    let before = simulator.store(&arn);
    let answer = client.ok(UPDATE, &put(&arn, &iam_only()));
    assert_eq!(answer["AdvancedEventSelectors"], iam_only());
    let mut wanted = before.clone();
    wanted["AdvancedEventSelectors"] = iam_only();
    wanted["UpdatedTimestamp"] = answer["UpdatedTimestamp"].clone();
    assert_eq!(simulator.store(&arn), wanted);
    client.ok(
        UPDATE,
        &json!({ "EventDataStore": id_of(&arn), "Name": "renamed", "RetentionPeriod": 7 }),
    );
    let read = client.ok(GET, &by(&arn));
    assert_eq!(read["AdvancedEventSelectors"], iam_only());
    assert_eq!(
        (&read["Name"], &read["RetentionPeriod"]),
        (&json!("renamed"), &json!(7))
    );
}

#[test]
fn a_refused_update_changes_nothing() {
    let (simulator, arn) = with_store();
    let before = simulator.store(&arn);
    let body = json!({
        "EventDataStore": arn,
        "Name": "renamed",
        "AdvancedEventSelectors": [{ "FieldSelectors": [
            { "Field": "eventCategory", "Equals": ["Other"] },
        ] }],
    });
    let client = Client::new(&simulator);
    client.refused(UPDATE, &body, "InvalidEventSelectorsException");
    assert_eq!(simulator.store(&arn), before);
}

/// States that pass last for as many reads as was asked for, and meanwhile a change is refused.
#[test]
fn states_pass_into_each_other() {
    let (simulator, arn) = with_store();
    let client = Client::new(&simulator);
    let statuses =
        |reads: usize| -> Vec<Value> { (0..reads).map(|_| status_of(&simulator, &arn)).collect() };
    client.ok("StopEventDataStoreIngestion", &by(&arn));
    assert_eq!(statuses(1), ["STOPPED_INGESTION"]);
    client.ok(UPDATE, &put(&arn, &iam_only()));
    simulator.set_store_lasting(2);
    client.ok("StartEventDataStoreIngestion", &by(&arn));
    client.refused(UPDATE, &put(&arn, &iam_only()), "ConflictException");
    assert_eq!(
        statuses(3),
        ["STARTING_INGESTION", "STARTING_INGESTION", "ENABLED"]
    );
    client.ok(UPDATE, &put(&arn, &iam_only()));
    client.ok("StopEventDataStoreIngestion", &by(&arn));
    assert_eq!(
        statuses(3),
        [
            "STOPPING_INGESTION",
            "STOPPING_INGESTION",
            "STOPPED_INGESTION"
        ]
    );
    simulator.set_store_status(&arn, StoreStatus::Created, 1);
    client.refused(UPDATE, &put(&arn, &iam_only()), "ConflictException");
    assert_eq!(statuses(2), ["CREATED", "ENABLED"]);
}

#[test]
fn a_deleted_store_can_be_restored_until_it_is_gone() {
    let (simulator, arn) = with_store();
    let client = Client::new(&simulator);
    client.refused(
        "DeleteEventDataStore",
        &by(&arn),
        "EventDataStoreTerminationProtectedException",
    );
    client.ok(
        UPDATE,
        &json!({ "EventDataStore": arn, "TerminationProtectionEnabled": false }),
    );
    client.ok("DeleteEventDataStore", &by(&arn));
    assert_eq!(status_of(&simulator, &arn), "PENDING_DELETION");
    client.refused(
        UPDATE,
        &put(&arn, &iam_only()),
        "InactiveEventDataStoreException",
    );
    client.ok("RestoreEventDataStore", &by(&arn));
    assert_eq!(status_of(&simulator, &arn), "ENABLED");
    client.ok(UPDATE, &put(&arn, &iam_only()));
    simulator.forget_store(&arn);
    client.refused(GET, &by(&arn), "EventDataStoreNotFoundException");
}

/// An ID means the caller's account and the region of the call, and so does an ARN.
#[test]
fn stores_are_reached_in_their_region() {
    let (simulator, arn) = with_store();
    let away = Client::new(&simulator).at("eu-west-1");
    for reference in [&*arn, id_of(&arn)] {
        away.refused(GET, &by(reference), "EventDataStoreNotFoundException");
        Client::new(&simulator).ok(GET, &by(reference));
    }
    assert_eq!(
        away.ok("ListEventDataStores", &json!({})),
        json!({ "EventDataStores": [] })
    );
    let outsider = Client::new(&simulator).with(OUTSIDER);
    outsider.refused(GET, &by(&arn), "EventDataStoreARNInvalidException");
    outsider.refused(GET, &by(id_of(&arn)), "EventDataStoreNotFoundException");
}

#[test]
fn ids_and_arns_are_read_whole_or_not_at_all() {
    for id in [
        "0c1f5a6e-f852-4e8f-8bd1-bcf6c0ffee00",
        "EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE",
    ] {
        assert_eq!(check_id(id), Ok(()), "{id}");
        let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/{id}");
        assert_eq!(Arn::parse(&arn).unwrap().to_string(), arn);
    }
    for wrong in [
        "lake",
        "0c1f5a6ef8524e8f8bd1bcf6c0ffee00",
        "a/b",
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
        "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/lake",
        "arn:aws:cloudtrail:cn-north-1:111122223333:eventdatastore/0c1f5a6e-f852-4e8f-8bd1-bcf6c0ffee00",
    ] {
        assert!(
            check_id(wrong).is_err() && Arn::parse(wrong).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn an_organization_s_store_is_for_its_administrators() {
    let simulator = strict();
    let arn = seeded(&simulator, "org", |seed| seed.organization = true);
    let member = Client::new(&simulator).with(MEMBER);
    member.refused(GET, &by(&arn), "EventDataStoreARNInvalidException");
    member.refused(
        UPDATE,
        &put(&arn, &iam_only()),
        "NotOrganizationMasterAccountException",
    );
    assert_eq!(
        member.ok("ListEventDataStores", &json!({}))["EventDataStores"],
        json!([])
    );
    let delegated = Client::new(&simulator).with(DELEGATED);
    delegated.ok(GET, &by(&arn));
    delegated.ok(UPDATE, &put(&arn, &iam_only()));
    delegated.refused(GET, &by(id_of(&arn)), "EventDataStoreNotFoundException");
    assert_eq!(
        delegated.ok("ListEventDataStores", &json!({}))["EventDataStores"][0]["Name"],
        "org"
    );
    let made = delegated.ok(
        "CreateEventDataStore",
        &json!({ "Name": "made", "OrganizationEnabled": true }),
    );
    assert!(
        made["EventDataStoreArn"]
            .as_str()
            .unwrap()
            .contains(ACCOUNT)
    );
    let convert = json!({ "EventDataStore": arn, "OrganizationEnabled": false });
    delegated.refused(UPDATE, &convert, "NotOrganizationMasterAccountException");
    Client::new(&simulator).ok(UPDATE, &convert);
    delegated.refused(GET, &by(&arn), "EventDataStoreARNInvalidException");
}

/// What narrows a store below what its Insights are made of is refused, unlike with a trail.
#[test]
fn insights_of_a_store_hold_its_selectors() {
    let (simulator, arn) = with_store();
    let events = seeded(&simulator, "insights", |seed| {
        "Insight".clone_into(&mut seed.category);
    });
    let client = Client::new(&simulator);
    client.refused(
        "GetInsightSelectors",
        &by(&arn),
        "InsightNotEnabledException",
    );
    let enable = |kind: &str| {
        json!({
            "EventDataStore": arn,
            "InsightsDestination": events,
            "InsightSelectors": [{ "InsightType": kind }],
        })
    };
    let narrowed = |field: &str, value: &str| {
        put(
            &arn,
            &json!([{ "FieldSelectors": [
                { "Field": "eventCategory", "Equals": ["Management"] },
                { "Field": field, "Equals": [value] },
            ] }]),
        )
    };
    client.ok("PutInsightSelectors", &enable("ApiCallRateInsight"));
    let read = client.ok("GetInsightSelectors", &by(&arn));
    assert_eq!(read["InsightsDestination"], json!(events));
    assert_eq!(
        read["InsightSelectors"][0]["InsightType"],
        "ApiCallRateInsight"
    );
    client.ok(UPDATE, &narrowed("eventSource", "iam.amazonaws.com"));
    client.ok(UPDATE, &narrowed("readOnly", "false"));
    let refused = "InvalidInsightSelectorsException";
    client.refused(UPDATE, &narrowed("readOnly", "true"), refused);
    client.ok("PutInsightSelectors", &enable("ApiErrorRateInsight"));
    client.ok(UPDATE, &narrowed("readOnly", "true"));
    client.refused(
        "PutInsightSelectors",
        &enable("ApiCallRateInsight"),
        refused,
    );
    let data = json!([{ "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Data"] },
        { "Field": "resources.type", "Equals": ["AWS::S3::Object"] },
    ] }]);
    client.refused(UPDATE, &put(&arn, &data), refused);
    let off = json!({ "EventDataStore": arn, "InsightSelectors": [] });
    client.ok("PutInsightSelectors", &off);
    client.ok(UPDATE, &put(&arn, &data));
}

#[test]
fn tags_of_a_store_are_kept_by_key() {
    let simulator = strict();
    let client = Client::new(&simulator);
    let body = json!({ "Name": "lake", "TagsList": [{ "Key": "a", "Value": "1" }] });
    let made = client.ok("CreateEventDataStore", &body);
    let arn = made["EventDataStoreArn"].as_str().unwrap();
    assert_eq!(made["TagsList"], body["TagsList"]);
    let change = |list: Value| json!({ "ResourceId": arn, "TagsList": list });
    client.ok("AddTags", &change(json!([{ "Key": "b", "Value": "2" }])));
    client.ok("RemoveTags", &change(json!([{ "Key": "a" }])));
    let listed = client.ok("ListTags", &json!({ "ResourceIdList": [arn] }));
    assert_eq!(
        listed["ResourceTagList"],
        json!([{ "ResourceId": arn, "TagsList": [{ "Key": "b", "Value": "2" }] }])
    );
}

#[test]
fn long_lists_of_stores_come_in_pages() {
    let simulator = strict();
    for name in ["one", "two", "three"] {
        seeded(&simulator, name, |_| ());
    }
    let client = Client::new(&simulator);
    let names = |answer: &Value| answer["EventDataStores"].as_array().unwrap().len();
    let first = client.ok("ListEventDataStores", &json!({ "MaxResults": 2 }));
    assert_eq!(names(&first), 2);
    let token = json!({ "NextToken": first["NextToken"] });
    let second = client.ok("ListEventDataStores", &token);
    assert_eq!((names(&second), second.get("NextToken")), (1, None));
    simulator.set_page_size(Some(1));
    assert_eq!(names(&client.ok("ListEventDataStores", &json!({}))), 1);
}

/// The faults of a Put are those of an update too.
#[test]
fn an_update_can_leave_something_else_behind_and_reads_can_lag() {
    let (simulator, arn) = with_store();
    let client = Client::new(&simulator);
    let names = || -> Vec<Value> {
        let read = |_| client.ok(GET, &by(&arn))["AdvancedEventSelectors"][0]["Name"].clone();
        (0..2).map(read).collect()
    };
    simulator.inject(Fault::any(What::StaleReads { n: 1 }));
    client.ok(UPDATE, &put(&arn, &iam_only()));
    assert_eq!(names(), ["Default management events", "iam-only"]);
    simulator.inject(Fault::any(What::alter(|mut selectors| {
        selectors["AdvancedEventSelectors"][0]["Name"] = json!("altered");
        selectors
    })));
    let answer = client.ok(UPDATE, &put(&arn, &iam_only()));
    assert_eq!(answer["AdvancedEventSelectors"], iam_only());
    assert_eq!(names(), ["altered", "altered"]);
    simulator.set_old_read_form(true);
    let read = client.ok(GET, &by(&arn));
    assert_eq!(
        read["AdvancedEventSelectors"][0]["FieldSelectors"][0]["NotEquals"],
        json!([])
    );
    simulator.set_selectors(&arn, json!({ "AdvancedEventSelectors": iam_only() }));
    assert_eq!(
        simulator.selectors(&arn),
        json!({ "AdvancedEventSelectors": iam_only() })
    );
}
