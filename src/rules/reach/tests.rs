//! The promises of `reach.rs`.

use super::*;

#[test]
fn iam_reaches_a_trail_that_is_multi_region_or_in_the_leading_region() {
    let iam = BTreeSet::from([Service::Iam]);
    let rules = |facts: Facts<'_>| -> Vec<_> {
        reaches(&iam, &facts)
            .iter()
            .map(|finding| (finding.rule, finding.severity))
            .collect()
    };
    for (partition, home_region, expected) in [
        ("aws", "us-east-1", None),
        (
            "aws",
            "eu-west-1",
            Some(("reach-leader-region", Severity::Error)),
        ),
        ("aws-us-gov", "us-gov-west-1", None),
        (
            "aws-us-gov",
            "us-gov-east-1",
            Some(("reach-leader-region", Severity::Error)),
        ),
        (
            "aws-cn",
            "cn-north-1",
            Some(("reach-china-multi-region", Severity::Error)),
        ),
        (
            "aws-cn",
            "cn-northwest-1",
            Some(("reach-china-multi-region", Severity::Error)),
        ),
        (
            "aws-eusc",
            "eusc-de-east-1",
            Some(("reach-leader-unknown", Severity::Warning)),
        ),
    ] {
        let facts = Facts {
            home_region,
            partition,
            ..SINGLE_REGION
        };
        assert_eq!(rules(facts), Vec::from_iter(expected), "{home_region}");
        assert_eq!(
            rules(Facts {
                multi_region: true,
                ..facts
            }),
            []
        );
        let off = rules(Facts {
            global_service_events: false,
            ..facts
        });
        assert!(off.contains(&("reach-global-events-off", Severity::Error)));
    }
}

#[test]
fn a_finding_about_reach_says_where_the_events_are() {
    let findings = reaches(&BTreeSet::from([Service::Iam]), &SINGLE_REGION);
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0].found,
        "a single-region trail in eu-west-1, for events of iam.amazonaws.com"
    );
    assert_eq!(
        findings[0].expected,
        "a multi-region trail, or one in us-east-1, where these events are recorded"
    );
    assert_eq!(
        findings[0].repair,
        "make it a multi-region trail, or use a trail in us-east-1"
    );
}

#[test]
fn services_without_a_leading_region_have_gaps_not_errors() {
    let rules = |service, facts| -> Vec<_> {
        reaches(&BTreeSet::from([service]), &facts)
            .iter()
            .map(|finding| (finding.rule, finding.severity))
            .collect()
    };
    let gap = |rule| vec![(rule, Severity::Warning)];
    assert_eq!(rules(Service::Sts, SINGLE_REGION), gap("reach-sts-regions"));
    assert_eq!(
        rules(Service::Signin, SINGLE_REGION),
        gap("reach-signin-regions")
    );
    for service in Service::ALL {
        assert_eq!(rules(*service, MULTI_REGION), []);
    }
}

#[test]
fn a_store_is_reached_where_its_region_records_iam() {
    let iam = BTreeSet::from([Service::Iam]);
    let rules = |facts: Facts<'_>| -> Vec<_> {
        let findings = reaches(&iam, &facts);
        findings.iter().map(|finding| finding.rule).collect()
    };
    let store = Facts {
        destination: Destination::EventDataStore,
        ..SINGLE_REGION
    };
    assert_eq!(rules(store), ["reach-store-leader-region"]);
    let home_region = "us-east-1";
    assert_eq!(
        rules(Facts {
            home_region,
            ..store
        }),
        [""; 0]
    );
    let multi_region = true;
    assert_eq!(
        rules(Facts {
            multi_region,
            ..store
        }),
        [""; 0]
    );
    let sts = reaches(&BTreeSet::from([Service::Sts]), &store);
    assert_eq!(
        sts[0].found,
        "a single-region event data store in eu-west-1, for events of sts.amazonaws.com"
    );
}
