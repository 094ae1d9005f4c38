//! Regions and partitions: one session, and each call where its store lives.

use std::collections::BTreeSet;

use super::{STORE, UPDATE, lake, named, selector};
use crate::simulator::{Fault, What, account};
use crate::support::case::{Case, Step};
use crate::support::selectors::store_default;
use crate::support::service::Service;
use crate::support::store::Store;

fn store_of<'s>(service: &'s Service, region: &str, organization: bool) -> Store<'s> {
    service.store_with(|seed| {
        region.clone_into(&mut seed.region);
        seed.organization = organization;
    })
}

/// The ways to name a store, each to one of another Region: all are read and changed where they live,
/// by one session.
#[test]
fn one_session_works_in_every_region() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let stores = [
        store_of(&service, "us-east-1", false),
        store_of(&service, "eu-west-1", false),
        store_of(&service, "ap-southeast-2", false),
        store_of(&service, "us-west-2", true),
    ];
    let [here, by_arn, by_region, whole] = &stores;
    let all = [
        named("here", &here.id, ""),
        named("by_arn", &by_arn.arn, ""),
        named("by_region", &by_region.id, "region = \"ap-southeast-2\""),
        named("organization", &whole.arn, ""),
    ];
    Case::new(&service)
        .step(Step::config(all.concat()))
        .destroyed(|| {
            for store in &stores {
                store.has(&store_default());
            }
        })
        .run();
    let journal = simulator.journal();
    let places: BTreeSet<(String, String)> = journal
        .into_iter()
        .filter(|call| call.operation == UPDATE)
        .map(|call| {
            let named = call.body["EventDataStore"].as_str().unwrap_or_default();
            let id = named.rsplit('/').next().unwrap_or_default();
            (id.to_owned(), call.region)
        })
        .collect();
    let expected: BTreeSet<(String, String)> = stores
        .iter()
        .map(|store| (store.id.clone(), store.region.clone()))
        .collect();
    assert_eq!(places, expected);
}

/// `GovCloud` has Lake, and Regions and ARNs of its own.
#[test]
fn another_partition_has_its_own_regions() {
    let keys = account::GOVCLOUD;
    let service = lake();
    let store = service.store_with(|seed| {
        keys.account.clone_into(&mut seed.account);
        "us-gov-west-1".clone_into(&mut seed.region);
    });
    let allowed = format!("allowed_account_ids = [\"{}\"]", keys.account);
    Case::new(&service)
        .terraform(|terraform| {
            terraform.set("AWS_ACCESS_KEY_ID", keys.access_key);
            terraform.set("AWS_SECRET_ACCESS_KEY", keys.secret_key);
        })
        .provider(service.provider("us-gov-east-1", &allowed))
        .step(Step::config(selector(&store.arn, "")).plans(STORE, &["create"]))
        .destroyed(|| store.has(&store_default()))
        .run();
    for call in service.as_simulator().expect("a simulator").journal() {
        let sts = call.service == "sts";
        let expected = if sts {
            "us-gov-east-1"
        } else {
            "us-gov-west-1"
        };
        assert_eq!(call.region, expected, "{call:?}");
        assert!(call.is_ok(), "{call:?}");
    }
}

/// China has no Lake: said before anything is asked of a store there.
#[test]
fn china_has_no_lake() {
    let service = lake();
    let keys = account::CHINA;
    let arn = "arn:aws-cn:cloudtrail:cn-north-1:222233334444:eventdatastore/12345678-1234-1234-1234-123456789012";
    Case::new(&service)
        .terraform(|terraform| {
            terraform.set("AWS_ACCESS_KEY_ID", keys.access_key);
            terraform.set("AWS_SECRET_ACCESS_KEY", keys.secret_key);
        })
        .provider(service.provider("cn-north-1", ""))
        .step(Step::config(selector(arn, "")).fails_before_apply(&["Error:", "China", "Lake"]))
        .run();
}

/// A Region that the account has not enabled answers as if the credentials were wrong; what may be
/// behind it is said.
#[test]
fn a_region_that_is_not_enabled() {
    let service = lake();
    let store = store_of(&service, "ap-east-1", false);
    let refused = What::error(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    );
    let simulator = service.as_simulator().expect("a simulator");
    simulator.inject(Fault::on(super::GET, refused).always());
    let needles = [
        "Error:",
        "AWS did not accept the credentials",
        "in ap-east-1 answered UnrecognizedClientException",
        "a Region that the account has not enabled",
    ];
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "")).fails_before_apply(&needles))
        .run();
    store.has(&store_default());
}

/// Without a Region anywhere a bare ID can't be looked up, and an ARN needs none.
#[test]
fn an_id_needs_a_region_and_an_arn_has_one() {
    let service = lake();
    let store = service.store();
    let block = service.provider("us-east-1", "");
    let without: String = block
        .lines()
        .filter(|line| !line.trim_start().starts_with("region "))
        .flat_map(|line| [line, "\n"])
        .collect();
    let needles = ["Error:", "No Region", "AWS_REGION", "ARN"];
    Case::new(&service)
        .provider(without)
        .step(Step::config(selector(&store.id, "")).fails_before_apply(&needles))
        .step(Step::config(selector(&store.arn, "")).plans(STORE, &["create"]))
        .run();
}
