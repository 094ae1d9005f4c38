//! Taking in what exists, without changing it.

use serde_json::json;

use super::super::{IAM_NAMES, RECIPE};
use super::{STORE, by_names, exactly, lake, selector};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, by_source, set, store_default};
use crate::support::terraform::{CONFIGURATION, PROVIDER};

/// The address under which a configuration is generated.
const GENERATED: &str = "iam_only_event_data_store_selector.generated";

/// What was created comes in again by ID or ARN, and is the same but for what only its maker knew.
#[test]
fn by_id_and_by_arn_give_the_same() {
    let service = lake();
    let store = service.store();
    for reference in [&store.arn, &store.id] {
        let hcl = selector(reference, "");
        Case::new(&service)
            .step(Step::config(&hcl))
            .step(Step::import(STORE, reference, &hcl).check(|state| {
                state
                    .has(STORE, "event_data_store_arn", store.arn.as_str())
                    .has(STORE, "event_count", IAM_NAMES)
                    .has(STORE, "precision", "exact");
            }))
            .run();
    }
    // Either way into a configuration that names the store the other way.
    let by_arn = selector(&store.arn, "");
    Case::new(&service)
        .step(Step::config(&by_arn))
        .step(Step::import_block(STORE, &store.id, &by_arn))
        .step(Step::import_block(
            STORE,
            &store.arn,
            selector(&store.id, ""),
        ))
        .run();
}

/// The block plans an import and no change.
#[test]
fn an_import_block_changes_nothing() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, "");
    let ours = set(&[by_source("iam-only", &["iam.amazonaws.com"])]);
    Case::new(&service)
        .step(
            Step::import_block(STORE, &store.arn, &hcl)
                .before(|| store.put(&ours))
                .plans(STORE, &["no-op"])
                .check_plan(|plan| assert!(plan.imports(STORE)))
                .check(|_| store.has(&ours)),
        )
        .run();
}

/// The thirteen names of a published recipe, put by hand under a name of somebody's choice.
#[test]
fn names_that_somebody_put_by_hand() {
    let service = lake();
    let store = service.store();
    let theirs = set(&[by_name("IAM changes", &RECIPE)]);
    store.put(&theirs);
    let arguments = format!("{}selector_name = \"IAM changes\"\n", by_names(&RECIPE));
    Case::new(&service)
        .step(
            Step::import(STORE, &store.arn, selector(&store.arn, &arguments)).check(|state| {
                let mut names = RECIPE.map(str::to_owned);
                names.sort();
                state
                    .has(STORE, "services", json!([]))
                    .has(STORE, "include_event_names", json!(names))
                    .has(STORE, "selector_name", "IAM changes")
                    .has(STORE, "filter_by", "event_name")
                    .has(STORE, "precision", "by_name");
            }),
        )
        .run();
    store.has(&theirs);
}

/// `-generate-config-out` on a store that has all of IAM, by ARN and by ID.
#[test]
fn a_generated_configuration_plans_empty() {
    let service = lake();
    let store = service.store();
    store.put(&set(&[by_source("iam-only", &["iam.amazonaws.com"])]));
    for reference in [&store.arn, &store.id] {
        Case::new(&service)
            .step(Step::generate_at(GENERATED, reference).check(|state| {
                state.has(GENERATED, "event_count", IAM_NAMES).has(
                    GENERATED,
                    "filter_by",
                    "event_source",
                );
            }))
            .run();
    }
}

/// The same for every other way to filter.
#[test]
fn every_filter_has_a_generated_configuration() {
    let service = lake();
    for (number, arguments) in [
        "read_write_type = \"WriteOnly\"",
        "services = [\"iam\", \"sts\"]",
        "filter_by = \"event_name\"",
        "filter_by = \"event_name_and_source\"\nservices = [\"iam\", \"sts\"]",
        "resource_families = [\"access_key\"]\nselector_name = \"keys\"",
    ]
    .iter()
    .enumerate()
    {
        // Stores are ten a Region, and it does not matter which one.
        let store = service.store_with(|seed| seed.name = format!("filter-{number}"));
        let terraform = service.terraform();
        terraform.write(PROVIDER, &service.provider("us-east-1", ""));
        terraform.write(CONFIGURATION, &selector(&store.arn, arguments));
        terraform.run(&["apply", "-auto-approve"]).success();
        Case::new(&service)
            .step(Step::generate_at(GENERATED, &store.arn))
            .run();
    }
}

/// The same on names that somebody put by hand, by name alone and with their source.
#[test]
fn a_generated_configuration_of_names_by_hand_plans_empty() {
    let service = lake();
    let store = service.store();
    for theirs in [
        set(&[by_name("IAM changes", &RECIPE)]),
        set(&[exactly("IAM keys", &["CreateAccessKey", "DeleteAccessKey"])]),
    ] {
        store.put(&theirs);
        Case::new(&service)
            .step(Step::generate_at(GENERATED, &store.arn))
            .run();
        store.has(&theirs);
    }
}

/// A store as CloudTrail makes it, or with selectors that this resource can't write, can be taken in;
/// the plan then shows what narrowing it would change.
#[test]
fn a_store_that_nobody_narrowed_comes_in_as_it_is() {
    let service = lake();
    let store = service.store();
    let mixed = set(&[
        selectors::everything("all"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    for live in [store_default(), mixed] {
        store.put(&live);
        Case::new(&service)
            .step(
                Step::import(STORE, &store.arn, selector(&store.arn, ""))
                    .leaves_changes()
                    .check(|state| {
                        state.has(STORE, "precision", "superset");
                    }),
            )
            .run();
        store.has(&live);
    }
}

/// The error says what was looked for, and where.
#[test]
fn a_store_that_is_not_there_is_not_imported() {
    let service = lake();
    let id = "12345678-1234-1234-1234-123456789012";
    let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/{id}");
    for reference in [id, &arn] {
        let step = Step::import(STORE, reference, selector(&arn, ""));
        Case::new(&service)
            .step(step.fails(Phase::Import, &["Error:", id, "us-east-1"]))
            .run();
    }
}

/// An import ID that is neither a store's ID nor its ARN is refused with what one looks like.
#[test]
fn nonsense_is_not_imported() {
    let service = lake();
    let id = "12345678-1234-1234-1234-123456789012";
    for nonsense in [
        "not a store",
        "arn:aws:s3:::bucket",
        "audit",
        "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
    ] {
        let step = Step::import(STORE, nonsense, selector(id, ""));
        Case::new(&service)
            .step(step.fails(Phase::Import, &["Error:", nonsense, "event data store"]))
            .run();
    }
}
