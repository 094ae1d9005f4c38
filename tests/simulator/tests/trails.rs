//! Trails: names, regions, shadows, organizations, tags, Insights; and that one kind of selectors
//! replaces the other.

use serde_json::{Value, json};

use super::client::{Client, strict, with_trail};
use crate::simulator::{
    ACCOUNT, Simulator, TrailSeed,
    account::{DELEGATED, MEMBER, OUTSIDER},
    trail::{Arn, check_name},
};

fn exclusion() -> Value {
    json!([{ "Name": "iam-only", "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
        { "Field": "eventSource", "NotEquals": ["kms.amazonaws.com"] },
    ] }])
}

fn basic_default() -> Value {
    json!([{
        "ReadWriteType": "All",
        "IncludeManagementEvents": true,
        "DataResources": [],
        "ExcludeManagementEventSources": [],
    }])
}

fn single_region(name: &str) -> TrailSeed {
    TrailSeed {
        name: name.to_owned(),
        multi_region: false,
        ..TrailSeed::default()
    }
}

#[test]
fn a_fresh_trail_has_the_basic_default() {
    let simulator = strict();
    let client = Client::new(&simulator);
    let made = client.ok(
        "CreateTrail",
        &json!({ "Name": "made", "S3BucketName": "bucket" }),
    );
    assert_eq!(
        made["TrailARN"],
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/made"
    );
    assert_eq!(made["IncludeGlobalServiceEvents"], true);
    assert_eq!(made["IsMultiRegionTrail"], false);
    let read = client.ok("GetEventSelectors", &json!({ "TrailName": "made" }));
    let wanted = json!({ "TrailARN": made["TrailARN"], "EventSelectors": basic_default() });
    assert_eq!(read, wanted);
    let trail = client.ok("GetTrail", &json!({ "Name": "made" }));
    assert_eq!(trail["Trail"]["HasCustomEventSelectors"], false);
}

#[test]
fn each_kind_of_selectors_replaces_the_other() {
    let (simulator, arn) = with_trail();
    let client = Client::new(&simulator);
    let put = |kind: &str, list: &Value| {
        client.ok(
            "PutEventSelectors",
            &json!({ "TrailName": "audit", kind: list }),
        )
    };
    let read = || client.ok("GetEventSelectors", &json!({ "TrailName": arn }));
    for _ in 0..2 {
        let wanted = json!({ "TrailARN": arn, "AdvancedEventSelectors": exclusion() });
        assert_eq!(put("AdvancedEventSelectors", &exclusion()), wanted);
        assert_eq!(read(), wanted);
        let wanted = json!({ "TrailARN": arn, "EventSelectors": basic_default() });
        assert_eq!(put("EventSelectors", &json!([{}])), wanted);
        assert_eq!(read(), wanted);
    }
    assert_eq!(
        simulator.selectors(&arn),
        json!({ "EventSelectors": basic_default() })
    );
}

#[test]
fn a_refused_put_changes_nothing() {
    let (simulator, arn) = with_trail();
    let before = simulator.selectors(&arn);
    let by_name = json!([{ "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
        { "Field": "eventName", "Equals": ["CreateUser"] },
    ] }]);
    let put = json!({ "TrailName": "audit", "AdvancedEventSelectors": by_name });
    let client = Client::new(&simulator);
    client.refused("PutEventSelectors", &put, "InvalidEventSelectorsException");
    assert_eq!(simulator.selectors(&arn), before);
    simulator.set_accept_undocumented(true);
    client.ok("PutEventSelectors", &put);
    assert_eq!(
        simulator.selectors(&arn),
        json!({ "AdvancedEventSelectors": by_name })
    );
}

#[test]
fn names_follow_the_naming_rules() {
    for name in [
        "abc",
        "my-trail",
        "a.b_c-d",
        "192.168.5",
        "1.2.3.4.5",
        &"x".repeat(128),
    ] {
        assert_eq!(check_name(name), Ok(()), "{name}");
    }
    for name in [
        "",
        "ab",
        "-abc",
        "abc.",
        "my-_name",
        "my--name",
        "192.168.5.4",
        "a b c",
        "añb",
        &"x".repeat(129),
    ] {
        assert_eq!(
            check_name(name).unwrap_err().code,
            "InvalidTrailNameException",
            "{name}"
        );
    }
}

#[test]
fn arns_are_read_whole_or_not_at_all() {
    for arn in [
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
        "arn:aws-cn:cloudtrail:cn-north-1:222233334444:trail/audit",
    ] {
        assert_eq!(Arn::parse(arn).unwrap().to_string(), arn);
    }
    for arn in [
        "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/11111111",
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/a",
        "arn:aws:cloudtrail:us-east-1:11112222333:trail/audit",
        "arn:aws:cloudtrail:cn-north-1:111122223333:trail/audit",
        "arn:aws:s3:::bucket",
        "arn:",
    ] {
        assert_eq!(
            Arn::parse(arn).unwrap_err().code,
            "CloudTrailARNInvalidException",
            "{arn}"
        );
    }
}

/// A name means the caller's account and the region of the call; an ARN means one trail.
#[test]
fn selectors_are_found_by_name_at_home_and_by_arn_anywhere() {
    let (simulator, arn) = with_trail();
    let (home, away) = (
        Client::new(&simulator),
        Client::new(&simulator).at("eu-west-1"),
    );
    home.ok("GetEventSelectors", &json!({ "TrailName": "audit" }));
    home.ok("GetEventSelectors", &json!({ "TrailName": arn }));
    away.ok("GetEventSelectors", &json!({ "TrailName": arn }));
    let body = json!({ "TrailName": "audit" });
    let answer = away.refused("GetEventSelectors", &body, "TrailNotFoundException");
    assert_eq!(
        answer.message(),
        "Unknown trail: arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit for the user: \
         111122223333"
    );
    let put = |name: &str| json!({ "TrailName": name, "EventSelectors": [{}] });
    away.refused("PutEventSelectors", &put("audit"), "TrailNotFoundException");
    away.refused(
        "PutEventSelectors",
        &put(&arn),
        "InvalidHomeRegionException",
    );
    home.ok("PutEventSelectors", &put(&arn));
    for operation in ["StartLogging", "StopLogging", "UpdateTrail", "DeleteTrail"] {
        away.refused(
            operation,
            &json!({ "Name": arn }),
            "InvalidHomeRegionException",
        );
        home.ok(operation, &json!({ "Name": arn }));
    }
    home.refused(
        "GetTrail",
        &json!({ "Name": arn }),
        "TrailNotFoundException",
    );
}

#[test]
fn shadow_trails_show_where_they_are_documented_to() {
    let simulator = strict();
    let multi = simulator.create_trail(TrailSeed::default());
    let single = simulator.create_trail(single_region("single"));
    let (home, away) = (
        Client::new(&simulator),
        Client::new(&simulator).at("eu-west-1"),
    );
    let names = |client: &Client<'_>, body: Value| -> Vec<String> {
        let answer = client.ok("DescribeTrails", &body);
        let trails = answer["trailList"].as_array().unwrap();
        trails
            .iter()
            .map(|trail| trail["Name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&home, json!({})), ["audit", "single"]);
    assert_eq!(
        names(&home, json!({ "includeShadowTrails": false })),
        ["audit", "single"]
    );
    assert_eq!(names(&away, json!({})), ["audit"]);
    assert!(names(&away, json!({ "includeShadowTrails": false })).is_empty());
    assert!(names(&away, json!({ "trailNameList": ["audit"] })).is_empty());
    assert_eq!(
        names(&away, json!({ "trailNameList": [multi, single] })),
        ["audit", "single"]
    );
    assert!(names(&home, json!({ "trailNameList": ["missing"] })).is_empty());

    let shadow = away.ok("GetTrail", &json!({ "Name": "audit" }));
    assert_eq!(shadow["Trail"]["HomeRegion"], "us-east-1");
    away.refused(
        "GetTrail",
        &json!({ "Name": "single" }),
        "TrailNotFoundException",
    );
    away.refused(
        "GetTrailStatus",
        &json!({ "Name": "audit" }),
        "TrailNotFoundException",
    );
    away.ok("GetTrailStatus", &json!({ "Name": multi }));

    let listed = away.ok("ListTrails", &json!({}));
    assert_eq!(listed["Trails"].as_array().unwrap().len(), 2);
    assert_eq!(listed["Trails"][0]["HomeRegion"], "us-east-1");
}

#[test]
fn long_lists_come_in_pages() {
    let simulator = strict();
    for name in ["one", "two", "three"] {
        simulator.create_trail(single_region(name));
    }
    simulator.set_page_size(Some(2));
    let client = Client::new(&simulator);
    let first = client.ok("ListTrails", &json!({}));
    assert_eq!(first["Trails"].as_array().unwrap().len(), 2);
    let second = client.ok("ListTrails", &json!({ "NextToken": first["NextToken"] }));
    assert_eq!(second["Trails"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("NextToken"), None);
}

fn organization(simulator: &Simulator) -> String {
    simulator.create_trail(TrailSeed {
        name: "org".to_owned(),
        organization: true,
        ..TrailSeed::default()
    })
}

#[test]
fn an_organization_trail_is_seen_by_members_and_changed_by_administrators() {
    let simulator = strict();
    let arn = organization(&simulator);
    let by_arn = json!({ "TrailName": arn });
    let by_name = json!({ "TrailName": "org" });
    let put = json!({ "TrailName": arn, "EventSelectors": [{}] });
    let named = json!({ "Name": arn });

    let member = Client::new(&simulator).with(MEMBER);
    assert_eq!(
        member.ok("GetTrail", &named)["Trail"]["IsOrganizationTrail"],
        true
    );
    member.ok("GetTrailStatus", &named);
    assert_eq!(
        member.ok("ListTrails", &json!({}))["Trails"][0]["TrailARN"],
        json!(arn)
    );
    member.refused(
        "GetTrail",
        &json!({ "Name": "org" }),
        "TrailNotFoundException",
    );
    member.refused(
        "GetEventSelectors",
        &by_arn,
        "OperationNotPermittedException",
    );
    member.refused("GetEventSelectors", &by_name, "TrailNotFoundException");
    member.refused(
        "PutEventSelectors",
        &put,
        "NotOrganizationMasterAccountException",
    );
    member.refused(
        "DeleteTrail",
        &named,
        "NotOrganizationMasterAccountException",
    );

    let delegated = Client::new(&simulator).with(DELEGATED);
    delegated.ok("GetEventSelectors", &by_arn);
    delegated.ok("PutEventSelectors", &put);
    delegated.refused("PutEventSelectors", &by_name, "TrailNotFoundException");
    let convert = json!({ "Name": arn, "IsOrganizationTrail": false });
    delegated.refused(
        "UpdateTrail",
        &convert,
        "NotOrganizationMasterAccountException",
    );

    let outsider = Client::new(&simulator).with(OUTSIDER);
    outsider.refused("GetTrail", &named, "TrailNotFoundException");
    assert_eq!(outsider.ok("ListTrails", &json!({}))["Trails"], json!([]));

    let management = Client::new(&simulator);
    management.ok(
        "PutEventSelectors",
        &json!({ "TrailName": "org", "EventSelectors": [{}] }),
    );
    management.ok("UpdateTrail", &convert);
    member.refused("GetTrail", &named, "TrailNotFoundException");
}

#[test]
fn organization_trails_belong_to_the_management_account() {
    let simulator = strict();
    let request = json!({ "Name": "org", "S3BucketName": "bucket", "IsOrganizationTrail": true });
    let made = Client::new(&simulator)
        .with(DELEGATED)
        .ok("CreateTrail", &request);
    assert!(made["TrailARN"].as_str().unwrap().contains(ACCOUNT));
    let member = Client::new(&simulator).with(MEMBER);
    member.refused(
        "CreateTrail",
        &request,
        "NotOrganizationMasterAccountException",
    );
    let outsider = Client::new(&simulator).with(OUTSIDER);
    outsider.refused("CreateTrail", &request, "OrganizationsNotInUseException");
}

#[test]
fn conversion_switches_global_service_events() {
    let (simulator, arn) = with_trail();
    let client = Client::new(&simulator);
    let set = |multi: bool| {
        let answer = client.ok(
            "UpdateTrail",
            &json!({ "Name": "audit", "IsMultiRegionTrail": multi }),
        );
        answer["IncludeGlobalServiceEvents"].as_bool().unwrap()
    };
    assert!(!set(false));
    assert!(set(true));
    assert_eq!(simulator.trail(&arn)["IsMultiRegionTrail"], true);
}

#[test]
fn a_region_has_room_for_five_trails_shadows_included() {
    let simulator = strict();
    let create = |client: &Client<'_>, name: &str, multi: bool| {
        let body = json!({ "Name": name, "S3BucketName": "bucket", "IsMultiRegionTrail": multi });
        client.call("CreateTrail", &body).code()
    };
    let (east, west) = (
        Client::new(&simulator),
        Client::new(&simulator).at("us-west-2"),
    );
    for name in ["one", "two", "three", "four"] {
        assert_eq!(create(&east, name, false), "");
    }
    assert_eq!(create(&west, "multi", true), "");
    assert_eq!(
        create(&east, "six", false),
        "MaximumNumberOfTrailsExceededException"
    );
    assert_eq!(create(&west, "west", false), "");
    assert_eq!(
        create(&west, "multi2", true),
        "MaximumNumberOfTrailsExceededException"
    );
    assert_eq!(create(&west, "west", false), "TrailAlreadyExistsException");
}

#[test]
fn tags_are_kept_by_key() {
    let (simulator, arn) = with_trail();
    let client = Client::new(&simulator);
    let tags = |pairs: &[(&str, &str)]| -> Value {
        pairs
            .iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect()
    };
    let change = |list: Value| json!({ "ResourceId": arn, "TagsList": list });
    client.ok("AddTags", &change(tags(&[("a", "1"), ("b", "2")])));
    client.ok("AddTags", &change(tags(&[("a", "3")])));
    client.ok("RemoveTags", &change(json!([{ "Key": "b" }])));
    let listed = client.ok("ListTags", &json!({ "ResourceIdList": [arn] }));
    assert_eq!(
        listed["ResourceTagList"][0]["TagsList"],
        tags(&[("a", "3")])
    );
}

#[test]
fn insights_need_the_events_they_are_made_of() {
    let (simulator, _) = with_trail();
    let client = Client::new(&simulator);
    let named = json!({ "TrailName": "audit" });
    client.refused("GetInsightSelectors", &named, "InsightNotEnabledException");
    let rate =
        |kind: &str| json!({ "TrailName": "audit", "InsightSelectors": [{ "InsightType": kind }] });
    client.ok("PutInsightSelectors", &rate("ApiCallRateInsight"));
    assert_eq!(
        simulator.trail(&simulator.trails()[0])["HasInsightSelectors"],
        true
    );
    let read = client.ok("GetInsightSelectors", &named);
    assert_eq!(
        read["InsightSelectors"][0]["InsightType"],
        "ApiCallRateInsight"
    );

    // Narrowing is not refused; Insights are judged when they are put.
    let reads =
        json!({ "TrailName": "audit", "EventSelectors": [{ "ReadWriteType": "ReadOnly" }] });
    client.ok("PutEventSelectors", &reads);
    client.ok("GetInsightSelectors", &named);
    let refused = "InvalidInsightSelectorsException";
    client.refused("PutInsightSelectors", &rate("ApiCallRateInsight"), refused);
    client.ok("PutInsightSelectors", &rate("ApiErrorRateInsight"));
    client.ok(
        "PutInsightSelectors",
        &json!({ "TrailName": "audit", "InsightSelectors": [] }),
    );
    client.refused("GetInsightSelectors", &named, "InsightNotEnabledException");
}
