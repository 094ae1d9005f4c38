//! The states of a store. `ENABLED` and `STOPPED_INGESTION` take selectors; what passes by itself is
//! waited for; a store that is pending deletion can be restored for seven days, so it is neither gone
//! nor changed: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RestoreEventDataStore.html>.

use std::time::{Duration, Instant};

use super::super::RECIPE;
use super::{GET, STORE, UPDATE, by_names, lake, recipe, selector};
use crate::simulator::StoreStatus;
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::selectors::{set, store_default};

/// By when a wait that has a timeout of seconds must have ended.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whichever state passes, apply waits until it has, and comes to the end.
#[test]
fn what_passes_by_itself_is_waited_for() {
    for (status, then) in [
        (StoreStatus::Created, "ENABLED"),
        (StoreStatus::Starting, "ENABLED"),
        (StoreStatus::Stopping, "STOPPED_INGESTION"),
    ] {
        let service = lake();
        let simulator = service.as_simulator().expect("a simulator");
        let store = service.store();
        Case::new(&service)
            .step(
                Step::config(selector(&store.arn, &by_names(&RECIPE)))
                    // The plan within apply, create's own read, and one more.
                    .before_apply(|| {
                        store.pass(status, 3);
                        simulator.clear_journal();
                    })
                    .check(|state| {
                        store.has(&set(&[recipe()]));
                        state.has(STORE, "status", then);
                    }),
            )
            .destroyed(|| store.has(&store_default()))
            .run();
        let journal = simulator.journal();
        assert!(
            journal.iter().filter(|call| call.operation == GET).count() > 3,
            "{status:?}"
        );
        // A store that is not ready is not asked over and over to change.
        let refused = journal.iter().filter(|call| call.operation == UPDATE);
        assert!(refused.count() <= 3, "{status:?}");
    }
}

/// The same for an update, and for a destroy.
#[test]
fn an_update_and_a_destroy_wait_as_well() {
    let service = lake();
    let store = service.store();
    Case::new(&service)
        .step(Step::config(selector(&store.arn, "")))
        .step(
            Step::config(selector(&store.arn, &by_names(&RECIPE)))
                .before_apply(|| store.pass(StoreStatus::Starting, 3))
                .check(|_| store.has(&set(&[recipe()]))),
        )
        .step(Step::destroy().before(|| store.pass(StoreStatus::Stopping, 3)))
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// A state that does not pass is given up when `timeouts` says so, and told.
#[test]
fn a_state_that_does_not_pass_is_given_up_in_time() {
    let service = lake();
    let store = service.store();
    let arguments = "timeouts {\n  create = \"4s\"\n}\n";
    let started = Instant::now();
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, arguments))
                .before(|| store.pass(StoreStatus::Starting, usize::MAX))
                .fails(
                    Phase::Apply,
                    &["Error:", "STARTING_INGESTION", &store.id, "timeouts"],
                )
                .check(|state| assert!(state.addresses().is_empty())),
        )
        .run();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    store.has(&store_default());
}

/// A plan tells the state and does not wait.
#[test]
fn a_plan_does_not_wait() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    store.pass(StoreStatus::Starting, usize::MAX);
    Case::new(&service)
        .step(Step::plan_only(selector(&store.arn, "")).plans(STORE, &["create"]))
        .run();
    assert_eq!(simulator.journal().len(), 1);
}

/// A store on its way out takes no selectors: the error says so, and how it is restored.
#[test]
fn a_store_that_is_pending_deletion_is_not_narrowed() {
    let service = lake();
    let store = service.store_with(|seed| seed.status = StoreStatus::PendingDeletion);
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, ""))
                .fails_at_last(&["Error:", "PENDING_DELETION", &store.id, "estore"])
                .check(|state| assert!(state.addresses().is_empty())),
        )
        .run();
    store.has(&store_default());
}

/// It was narrowed, and then deleted: a refresh warns and keeps the state, since the store may come
/// back; a change is an error; when it is restored all is as it was.
#[test]
fn a_store_that_is_deleted_later_stays_in_the_state() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, &by_names(&RECIPE));
    let ours = set(&[recipe()]);
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::refresh()
                .before(|| store.pass(StoreStatus::PendingDeletion, 0))
                .says(Phase::Refresh, &["Warning:", "PENDING_DELETION", &store.id])
                .check(|state| {
                    assert_eq!(state.addresses(), [STORE]);
                    state.has(STORE, "status", "PENDING_DELETION");
                }),
        )
        .step(
            Step::config(selector(&store.arn, &by_names(&["CreateUser"])))
                .fails_at_last(&["Error:", "PENDING_DELETION", &store.id])
                .check(|state| {
                    assert!(!state.is_tainted(STORE));
                    store.has(&ours);
                }),
        )
        .step(
            Step::plan_only(&hcl)
                .before(|| store.pass(StoreStatus::Enabled, 0))
                .never_says(Phase::Plan, &["PENDING_DELETION"]),
        )
        .destroyed(|| store.has(&store_default()))
        .run();
}

/// To destroy a selector of a store that is on its way out changes nothing, succeeds, and says what is
/// not put back.
#[test]
fn a_destroy_beside_a_deleted_store_is_a_success() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let ours = set(&[recipe()]);
    Case::new(&service)
        .step(Step::config(selector(&store.arn, &by_names(&RECIPE))))
        .step(
            Step::destroy()
                .before(|| {
                    store.pass(StoreStatus::PendingDeletion, 0);
                    simulator.clear_journal();
                })
                .says(
                    Phase::Destroy,
                    &["not put back", &store.arn, "Default management events"],
                ),
        )
        .destroyed(|| store.has(&ours))
        .run();
    assert!(simulator.journal().iter().all(|call| call.operation == GET));
    assert_eq!(store.status(), "PENDING_DELETION");
}

/// Somebody stops the ingestion of events: state tells it, and that is no change to make.
#[test]
fn a_stopped_store_is_told_and_left_stopped() {
    let service = lake();
    let store = service.store();
    let hcl = selector(&store.arn, "");
    Case::new(&service)
        .step(Step::config(&hcl))
        .step(
            Step::refresh()
                .before(|| store.pass(StoreStatus::Stopped, 0))
                .check(|state| {
                    state.has(STORE, "status", "STOPPED_INGESTION");
                }),
        )
        .step(Step::plan_only(&hcl))
        .destroyed(|| assert_eq!(store.status(), "STOPPED_INGESTION"))
        .run();
}
