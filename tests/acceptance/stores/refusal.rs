//! A CloudTrail that says no: nothing is changed then, and the text says what stands in the way and
//! what to do. The errors are those that `UpdateEventDataStore` declares:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html>.

use super::super::RECIPE;
use super::{STORE, UPDATE, by_names, lake, selector};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{self, set, store_default};

/// What the trail's resource warns of is documented for stores: it is taken, and no warning speaks of
/// it.
#[test]
fn every_filter_is_taken_under_documented_rules() {
    for arguments in [
        "",
        "filter_by = \"event_name\"",
        "filter_by = \"event_name_and_source\"",
        "filter_by = \"event_source\"\nservices = [\"iam\", \"sts\", \"sso\"]",
        "read_write_type = \"WriteOnly\"",
    ] {
        let service = lake();
        let store = service.store();
        let step = Step::config(selector(&store.arn, arguments))
            .never_says(Phase::Plan, &["unsupported", "does not document"]);
        Case::new(&service).step(step).run();
    }
}

/// A refused create leaves neither store nor state changed.
#[test]
fn a_refused_create_changes_nothing() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let before = set(&[
        selectors::everything("before"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    store.put(&before);
    let refused = What::error("InvalidEventSelectorsException", "not these");
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, ""))
                .before_apply(|| simulator.inject(Fault::on(UPDATE, refused)))
                .fails(
                    Phase::Apply,
                    &[
                        "Error:",
                        "InvalidEventSelectorsException",
                        "not these",
                        &store.id,
                        "Nothing was changed",
                    ],
                )
                // There is no fallback to speak of.
                .never_says(Phase::Apply, &["fallback"])
                .check(|state| {
                    assert!(state.addresses().is_empty(), "nothing was made");
                    store.has(&before);
                }),
        )
        .run();
}

/// A refused update keeps what was there, in state and on the store.
#[test]
fn a_refused_update_changes_nothing() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let ours = selector(&store.arn, &by_names(&RECIPE));
    let refused = What::error("InvalidEventSelectorsException", "not these");
    Case::new(&service)
        .step(Step::config(&ours))
        .step(
            Step::config(selector(&store.arn, ""))
                .plans(STORE, &["update"])
                .before_apply(|| simulator.inject(Fault::on(UPDATE, refused)))
                .fails(Phase::Apply, &["Error:", "InvalidEventSelectorsException"])
                .check(|state| {
                    state.has(STORE, "filter_by", "event_name").has(
                        STORE,
                        "effective_filter",
                        "event_name",
                    );
                    assert!(!state.is_tainted(STORE));
                }),
        )
        .step(Step::plan_only(&ours))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// Insights on the rate of calls are made of writes: reads alone would starve them, which CloudTrail
/// refuses on a store, unlike on a trail. Said is what stands in the way, and what to do.
#[test]
fn insights_that_would_starve_are_told() {
    let service = lake();
    let store = service.store_with(|seed| {
        seed.insight = vec!["ApiCallRateInsight".to_owned()];
    });
    let reads = selector(&store.arn, "read_write_type = \"ReadOnly\"");
    Case::new(&service)
        .step(
            Step::config(&reads)
                .fails(
                    Phase::Apply,
                    &[
                        "Error:",
                        "InvalidInsightSelectorsException",
                        "Insights",
                        "read_write_type",
                        &store.id,
                        "Nothing was changed",
                    ],
                )
                .check(|state| {
                    assert!(state.addresses().is_empty());
                    store.has(&store_default());
                }),
        )
        // Reads and writes of IAM feed them.
        .step(Step::config(selector(&store.arn, "")))
        .step(
            Step::config(&reads)
                .fails(
                    Phase::Apply,
                    &["Error:", "InvalidInsightSelectorsException"],
                )
                .check(|state| {
                    state.has(STORE, "read_write_type", "All");
                    assert!(!state.is_tainted(STORE));
                }),
        )
        .step(Step::config(selector(
            &store.arn,
            "read_write_type = \"WriteOnly\"",
        )))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// Trail events are being copied into the store: nothing was changed, and it is to be tried again.
#[test]
fn an_import_under_way_is_told() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    simulator.change_store(&store.arn, |store| store.importing = true);
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, ""))
                .fails(
                    Phase::Apply,
                    &[
                        "Error:",
                        "EventDataStoreHasOngoingImportException",
                        "import",
                        &store.id,
                        "Nothing was changed",
                    ],
                )
                .check(|_| store.has(&store_default())),
        )
        .step(Step::config(selector(&store.arn, "")).before(|| {
            simulator.change_store(&store.arn, |store| store.importing = false);
        }))
        .run();
}

/// Every error that the update declares is told by its own code and message, as what happened to
/// which store, with nothing changed; and no name of a type of Rust, nor a word of debugging.
#[test]
fn every_declared_error_is_told() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let terraform = service.terraform();
    terraform.write(
        "provider.tf",
        &service.provider("us-east-1", "max_retries = 1"),
    );
    let arguments = "timeouts {\n  create = \"2s\"\n}\n";
    terraform.write("main.tf", &selector(&store.arn, arguments));
    for code in [
        "CloudTrailAccessNotEnabledException",
        "ConflictException",
        "EventDataStoreARNInvalidException",
        "EventDataStoreAlreadyExistsException",
        "EventDataStoreHasOngoingImportException",
        "EventDataStoreNotFoundException",
        "InactiveEventDataStoreException",
        "InsufficientDependencyServiceAccessPermissionException",
        "InsufficientEncryptionPolicyException",
        "InvalidEventSelectorsException",
        "InvalidInsightSelectorsException",
        "InvalidKmsKeyIdException",
        "InvalidParameterException",
        "KmsException",
        "KmsKeyNotFoundException",
        "NoManagementAccountSLRExistsException",
        "NotOrganizationMasterAccountException",
        "OperationNotPermittedException",
        "OrganizationNotInAllFeaturesModeException",
        "OrganizationsNotInUseException",
        "ThrottlingException",
        "UnsupportedOperationException",
    ] {
        simulator.inject(Fault::on(UPDATE, What::error(code, "because of this")).always());
        let outcome = terraform.run(&["apply", "-auto-approve"]);
        simulator.clear_faults();
        assert!(!outcome.succeeded(), "{code}: {outcome}");
        // The store is not there, as far as this answer goes.
        outcome.says(&["Error:", &store.id]);
        if code != "EventDataStoreNotFoundException" {
            outcome.says(&[code, "because of this"]);
        }
        for word in [
            "SdkError",
            "ServiceError",
            "Unhandled",
            "Some(",
            "Meta",
            "{ ",
        ] {
            assert!(
                !outcome.prose().contains(word),
                "{code}: {word} in {outcome}"
            );
        }
        store.has(&store_default());
        let state = terraform.read("terraform.tfstate").unwrap_or_default();
        assert!(!state.contains(&store.id), "{code}: {state}");
    }
}
