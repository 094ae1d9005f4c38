//! Errors that a newcomer makes. What is said names what was found and what to do about it, and comes
//! before anything is touched wherever that can be known.

use super::super::only;
use super::{STORE, by_names, lake, named, selector};
use crate::simulator::account;
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::store_default;
use crate::support::service::Service;

/// An ID that no store has.
const MISSING: &str = "12345678-1234-1234-1234-123456789012";

/// Plans `hcl`, which must fail before anything is touched and say all of `needles`.
fn refused(service: &Service, hcl: &str, needles: &[&str]) {
    let mut all = vec!["Error:"];
    all.extend(needles);
    Case::new(service)
        .step(Step::config(hcl).fails_before_apply(&all))
        .run();
}

/// Plans `hcl`, which must go through and warn with all of `needles`.
fn warned(service: &Service, hcl: &str, needles: &[&str]) {
    let mut all = vec!["Warning:"];
    all.extend(needles);
    Case::new(service)
        .step(Step::config(hcl).says(Phase::Plan, &all))
        .run();
}

/// They would overwrite each other at each apply, however they spell the store.
#[test]
fn two_resources_on_one_store() {
    let service = lake();
    let store = service.store();
    for other in [&store.arn, &store.id] {
        let hcl = [named("one", &store.arn, ""), named("two", other, "")].concat();
        refused(
            &service,
            &hcl,
            &["Two resources manage one event data store", &store.id],
        );
        store.has(&store_default());
    }
}

/// A store of another Region is not found by ID: said is where was looked, and that an ARN needs no
/// looking.
#[test]
fn an_id_of_another_region() {
    let service = lake();
    let store = service.store_with(|seed| "eu-west-1".clone_into(&mut seed.region));
    let step = Step::config(selector(&store.id, ""))
        .fails_at_last(&[
            "Error:",
            "Event data store not found",
            &store.id,
            "us-east-1",
            "ARN",
            "egion",
        ])
        .check(|state| assert!(state.addresses().is_empty()));
    Case::new(&service).step(step).run();
}

/// A store that is not there may be made in the same apply: the plan warns, apply fails.
#[test]
fn a_store_that_is_not_there() {
    let service = lake();
    let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/{MISSING}");
    for missing in [MISSING, &arn] {
        let step = Step::config(selector(missing, ""))
            .says(
                Phase::Plan,
                &["Warning:", MISSING, "us-east-1", "does not exist"],
            )
            .fails(
                Phase::Apply,
                &[
                    "Error:",
                    "Event data store not found",
                    MISSING,
                    "Nothing was changed",
                ],
            )
            .check(|state| assert!(state.addresses().is_empty()));
        Case::new(&service).step(step).run();
    }
}

/// A store that comes into being in the same apply is narrowed in it.
#[test]
fn a_store_that_is_made_in_the_same_apply() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let world = simulator.world();
    let store = service.store();
    world.forget_store(&store.arn);
    let made = || {
        // The next one after the one that was forgotten.
        world.create_store(crate::simulator::StoreSeed::default())
    };
    let next = store.arn.replace("00000001", "00000002");
    let next = next.replace("000000000001", "000000000002");
    Case::new(&service)
        .step(
            Step::config(selector(&next, ""))
                .says(Phase::Plan, &["Warning:", "does not exist"])
                .before_apply(|| assert_eq!(made(), next))
                .check(|state| {
                    state.has(STORE, "event_data_store_arn", next.as_str());
                }),
        )
        .run();
}

/// IAM's events never come there.
#[test]
fn a_single_region_store_outside_the_leader_region() {
    let service = lake();
    let store = service.store_with(|seed| {
        "eu-west-1".clone_into(&mut seed.region);
        seed.multi_region = false;
    });
    refused(
        &service,
        &selector(&store.arn, ""),
        &["eu-west-1", "us-east-1", "ulti-", "docs.aws.amazon.com"],
    );
    store.has(&store_default());
}

/// In the leader Region they do.
#[test]
fn a_single_region_store_in_the_leader_region() {
    let service = lake();
    let store = service.store_with(|seed| seed.multi_region = false);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "")).check(|state| {
            state.has(STORE, "multi_region", false);
        }))
        .run();
}

/// Stores of other events take no selectors of management events.
#[test]
fn a_store_of_other_events() {
    for category in [
        "Insight",
        "ConfigurationItem",
        "Evidence",
        "ActivityAuditLog",
    ] {
        let service = lake();
        let simulator = service.as_simulator().expect("a simulator");
        let store = service.store_with(|seed| category.clone_into(&mut seed.category));
        let before = simulator.selectors(&store.arn);
        refused(
            &service,
            &selector(&store.arn, ""),
            &[category, "anagement", &store.id],
        );
        assert_eq!(simulator.selectors(&store.arn), before);
    }
}

/// What was found is told, and what was expected.
#[test]
fn what_is_no_store() {
    let service = lake();
    for (reference, needles) in [
        (
            "arn:aws:s3:::some-bucket",
            ["some-bucket", "event data store"],
        ),
        (
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
            ["trail/audit", "iam_only_trail_selector"],
        ),
        ("audit", ["audit", "event data store"]),
        ("12345678-1234", ["12345678-1234", "event data store"]),
        ("", ["event_data_store", "ARN"]),
    ] {
        refused(&service, &selector(reference, ""), &needles);
    }
}

/// One more value than CloudTrail takes is told with both figures; the last that fits, fits.
#[test]
fn more_values_than_a_store_takes() {
    let service = lake();
    let store = service.store();
    let names = |count: u32| {
        let names = format!("[for number in range({count}) : \"Event${{number}}\"]");
        let arguments =
            format!("filter_by = \"event_name\"\nservices = []\ninclude_event_names = {names}\n");
        selector(&store.arn, &arguments)
    };
    refused(&service, &names(500), &["501", "500"]);
    let step = Step::plan_only(names(499)).plans(STORE, &["create"]);
    Case::new(&service).step(step).run();
}

/// By name and source there is a selector for each source, and a store takes five.
#[test]
fn more_sources_than_a_store_has_selectors() {
    let service = lake();
    let store = service.store();
    let services =
        |list: &str| format!("filter_by = \"event_name_and_source\"\nservices = [{list}]\n");
    let five = "\"iam\", \"sts\", \"signin\", \"rolesanywhere\", \"access-analyzer\"";
    let step = Step::plan_only(selector(&store.arn, &services(five))).plans(STORE, &["create"]);
    Case::new(&service).step(step).run();
    let six = format!("{five}, \"identitystore\"");
    refused(
        &service,
        &selector(&store.arn, &services(&six)),
        &["6", "5", "filter_by"],
    );
    // By source there is one for all of them.
    let by_source = format!("services = [{six}]");
    let step = Step::config(selector(&store.arn, &by_source)).plans(STORE, &["create"]);
    Case::new(&service).step(step).run();
}

/// An empty filter would log nothing at all.
#[test]
fn no_names_at_all() {
    let service = lake();
    let store = service.store();
    refused(
        &service,
        &selector(&store.arn, "services = []"),
        &["No event names", "services"],
    );
}

/// Neither does it help to take away what was chosen.
#[test]
fn all_names_taken_away() {
    let service = lake();
    let store = service.store();
    let arguments = format!(
        "{}exclude_event_names = [\"CreateUser\"]\n",
        only(&["CreateUser"])
    );
    refused(
        &service,
        &selector(&store.arn, &arguments),
        &["exclude_event_names"],
    );
}

/// AWS adds names, so an unknown one is no error; the nearest known one is told.
#[test]
fn a_misspelt_event_name() {
    let service = lake();
    let store = service.store();
    for (argument, needles) in [
        (
            "include_event_names = [\"CreateUsr\"]",
            ["CreateUsr", "Did you mean", "CreateUser"],
        ),
        (
            "exclude_event_names = [\"ListUser\"]",
            ["ListUser", "ListUsers", "exclude_event_names"],
        ),
    ] {
        let arguments = format!("filter_by = \"event_name\"\n{argument}");
        warned(&service, &selector(&store.arn, &arguments), &needles);
    }
}

/// A name that only writes, in a filter that only reads.
#[test]
fn a_read_write_type_that_empties_the_set() {
    let service = lake();
    let store = service.store();
    let arguments = format!(
        "{}read_write_type = \"ReadOnly\"\n",
        by_names(&["CreateUser"])
    );
    refused(
        &service,
        &selector(&store.arn, &arguments),
        &["ReadOnly", "read_write_type"],
    );
}

/// The allowed values are listed.
#[test]
fn values_that_are_not_in_the_list() {
    let service = lake();
    let store = service.store();
    for (argument, found, allowed) in [
        (
            "filter_by = \"eventname\"",
            "eventname",
            "event_name_and_source",
        ),
        ("read_write_type = \"Write\"", "Write", "WriteOnly"),
        ("on_destroy = \"delete\"", "delete", "restore"),
        ("services = [\"IAM\"]", "IAM", "identitystore"),
        (
            "access_levels = [\"write\"]",
            "write",
            "Permissions management",
        ),
        ("resource_families = [\"users\"]", "users", "access_key"),
    ] {
        refused(&service, &selector(&store.arn, argument), &[found, allowed]);
    }
}

/// What a trail has instead of a filter a store does not need; said is what to write.
#[test]
fn exclusions_are_for_trails() {
    let service = lake();
    let store = service.store();
    refused(
        &service,
        &selector(&store.arn, "filter_by = \"exclusion\""),
        &["filter_by", "exclusion", "event_source"],
    );
    refused(
        &service,
        &selector(&store.arn, "fallback = \"exclusion\""),
        &["fallback"],
    );
}

/// A source stands for all of its names: it can't carry some of them.
#[test]
fn an_event_source_that_cannot_be_narrowed() {
    let service = lake();
    let store = service.store();
    let arguments = "filter_by = \"event_source\"\naccess_levels = [\"Write\"]\n";
    refused(
        &service,
        &selector(&store.arn, arguments),
        &["event_source", "event_name_and_source"],
    );
}

/// CloudTrail's limit is told.
#[test]
fn a_selector_name_that_is_too_long() {
    let service = lake();
    let store = service.store();
    let hcl = selector(
        &store.arn,
        &format!("selector_name = \"{}\"", "x".repeat(1001)),
    );
    refused(&service, &hcl, &["selector_name", "1000"]);
}

/// What a duration looks like is told.
#[test]
fn a_duration_that_is_none() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, "timeouts {\n  create = \"soon\"\n}");
    refused(&service, &hcl, &["soon", "90s"]);
}

/// An organization's store seen from a member account: it can't be seen or changed from there, and the
/// error says who can.
#[test]
fn an_organization_s_store_seen_from_a_member_account() {
    let service = lake();
    let store = service.store_with(|seed| seed.organization = true);
    let member = account::MEMBER;
    Case::new(&service)
        .terraform(|terraform| {
            terraform.set("AWS_ACCESS_KEY_ID", member.access_key);
            terraform.set("AWS_SECRET_ACCESS_KEY", member.secret_key);
        })
        .step(Step::config(selector(&store.arn, "")).fails_at_last(&[
            "Error:",
            &store.id,
            "account",
            "organization",
        ]))
        .run();
    store.has(&store_default());
}

/// Another account's store is an error, and not one that is not there yet.
#[test]
fn a_store_of_another_account() {
    let service = lake();
    let store = service.store_with(|seed| account::OUTSIDER.account.clone_into(&mut seed.account));
    refused(
        &service,
        &selector(&store.arn, ""),
        &[&store.id, account::OUTSIDER.account, "account"],
    );
    store.has(&store_default());
}

/// Keys that nobody knows, and no keys anywhere.
#[test]
fn no_keys_that_are_good() {
    let service = lake();
    let store = service.store();
    for (id, needles) in [
        (Some("AKIAUNKNOWNEXAMPLE"), &["Error:", "credentials"][..]),
        (None, &["Error:", "credentials", "AWS_PROFILE"]),
    ] {
        Case::new(&service)
            .terraform(|terraform| {
                if let Some(id) = id {
                    terraform.set("AWS_ACCESS_KEY_ID", id);
                } else {
                    terraform.unset("AWS_ACCESS_KEY_ID");
                    terraform.unset("AWS_SECRET_ACCESS_KEY");
                }
            })
            .step(Step::config(selector(&store.arn, "")).fails_before_apply(needles))
            .run();
    }
}
