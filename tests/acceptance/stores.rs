//! `iam_only_event_data_store_selector` under the real `terraform`: the promises of the trail's
//! resource, each in its twin for an event data store.
//!
//! On the simulator only, and always with CloudTrail's documented rules: moto has no event data stores
//! (5.2.1, which the tests run, and 5.2.5, the newest of November 2026).
//!
//! | module | promises about |
//! |---|---|
//! | [`create`] | what lands on the store, and what state says of it |
//! | [`request`] | the one call that changes something, to the letter |
//! | [`plan`] | what a plan knows, warns of, and when it replaces |
//! | [`drift`] | changes behind Terraform's back, and reads that fail |
//! | [`states`] | stores that are starting, stopping, or on their way out |
//! | [`update`] | changes of the configuration |
//! | [`import`] | taking in what exists |
//! | [`refusal`] | a CloudTrail that says no |
//! | [`preserve`] | selectors of others on the same store |
//! | [`destroy`] | what is left behind |
//! | [`interrupted`] | applies that fail or are stopped half-way |
//! | [`regions`] | one session in many Regions, other partitions |
//! | [`mistakes`] | errors that a newcomer makes, and what they are told |
//! | [`calls`] | how many calls, and to which Region |
//! | [`concurrency`] | many resources at once |
//! | [`example`] | the published example, held against its records |
//!
//! What has no twin: basic selectors (a store has none), the fallback (nothing needs one), shadow
//! trails and home Regions that are looked up (a store is known in its own Region only), and what is
//! of the session, of processes and of the log, which both resources share.

mod calls;
mod concurrency;
mod create;
mod destroy;
mod drift;
mod example;
mod import;
mod interrupted;
mod mistakes;
mod plan;
mod preserve;
mod refusal;
mod regions;
mod request;
mod states;
mod update;

use serde_json::Value;

use super::{RECIPE, indented, only, wire};
use crate::support::selectors::by_name_and_source;
use crate::support::service::Service;
use crate::support::state::State;

/// The address that the resource under test has in most cases.
pub(super) const STORE: &str = "iam_only_event_data_store_selector.this";
/// The call that changes something.
const UPDATE: &str = "UpdateEventDataStore";
/// The call that reads.
const GET: &str = "GetEventDataStore";

/// A simulator with the documented rules.
fn lake() -> Service {
    Service::documented()
}

/// The resource under test for `store`, with these arguments.
pub(super) fn selector(store: &str, arguments: &str) -> String {
    named("this", store, arguments)
}

/// The same under another name.
fn named(name: &str, store: &str, arguments: &str) -> String {
    format!(
        "resource \"iam_only_event_data_store_selector\" \"{name}\" {{\n  \
         event_data_store = \"{store}\"\n{}}}\n",
        indented(arguments)
    )
}

/// Arguments for exactly these event names, filtered by name alone.
fn by_names(names: &[&str]) -> String {
    format!("filter_by = \"event_name\"\n{}", only(names))
}

/// The selector of a published recipe, as [`by_names`] writes it.
fn recipe() -> Value {
    crate::support::selectors::by_name("iam-only", &RECIPE)
}

/// The selector of some of IAM's names, exactly: the resource adds the source to the name.
fn exactly(name: &str, event_names: &[&str]) -> Value {
    by_name_and_source(name, event_names, "iam.amazonaws.com")
}

/// The selectors of the state in the form of a store's answer.
fn selectors_of(state: &State) -> Value {
    wire(&state.at(STORE)["advanced_event_selectors"])
}

/// What state remembers to have been replaced, in the form of a store's answer.
fn replaced(state: &State) -> Value {
    wire(&state.at(STORE)["replaced_selectors"]["advanced_event_selectors"])
}
