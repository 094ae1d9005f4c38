//! The provider under the real `terraform`.
//!
//! Each case states one promise and runs on the simulator and on moto, as two tests; what needs a
//! journal, a fault or CloudTrail's documented rules runs on the simulator alone. The provider is
//! known here as a binary: nothing of its code may be imported. May import [`crate::support`] and
//! [`crate::simulator`].
//!
//! | module | promises about |
//! |---|---|
//! | [`create`] | what lands on the trail, and what state says of it |
//! | [`request`] | the one call that changes something, to the letter |
//! | [`plan`] | what a plan knows, warns of, and when it replaces |
//! | [`drift`] | changes behind Terraform's back, and reads that fail |
//! | [`update`] | changes of the configuration |
//! | [`import`] | taking in what exists |
//! | [`refusal`] | a CloudTrail that says no, and the fallback |
//! | [`preserve`] | selectors of others on the same trail |
//! | [`destroy`] | what is left behind |
//! | [`interrupted`] | applies that fail or are stopped half-way |
//! | [`regions`] | one session in many Regions, other partitions, Regions that are not there |
//! | [`session`] | who signs, in whose account, with credentials from where |
//! | [`corporate`] | proxies, and certificates that only a company trusts |
//! | [`sources`] | where credentials come from, which of two counts, and what is said when one fails |
//! | [`mistakes`] | errors that a newcomer makes, and what they are told |
//! | [`calls`] | how many calls, how many round trips, to which region |
//! | [`stores`] | the resource for event data stores, promise by promise as here |
//! | [`names`] | the data source `iam_event_names` |
//! | [`document`] | the data source `iam_selector_document` |
//! | [`trail`] | the data source `iam_trail` |
//! | [`functions`] | the functions, and the policy that `terraform test` holds a configuration to |
//! | [`examples`] | the published examples, as they stand |
//! | [`article`] | a common recipe's three forms: what is wrong with them, and ours |
//! | [`processes`] | what is left of a provider however its terraform ends, and starts by hand |
//! | [`concurrency`] | many resources at once, and strangers at the door |
//! | [`fleet`] | trails of many accounts and Regions, and a service with quotas |
//! | [`large`] | messages beyond gRPC's usual limit |
//! | [`logs`] | what `TF_LOG` shows of the provider, and what it never shows |
//! | [`live`] | the provider on a trail in AWS; `make test-aws` runs it |
//! | [`harness`] | that a case which should fail does |
//!
//! All of it runs twice: with providers that Terraform starts, and with providers that were there
//! before ([`crate::support::reattached`]).

/// Runs cases on both services: each becomes two tests, `simulator` and `moto`, in a module of its
/// name. A case that is not listed is dead code, which the build refuses.
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        $(
            mod $case {
                use crate::support::service::Service;

                #[test]
                fn simulator() {
                    super::$case(&Service::simulator());
                }

                #[test]
                fn moto() {
                    super::$case(&Service::moto());
                }
            }
        )+
    };
}

mod article;
mod calls;
mod concurrency;
mod corporate;
mod create;
mod destroy;
mod document;
mod drift;
mod examples;
mod fleet;
mod functions;
mod harness;
mod import;
mod interrupted;
mod large;
mod live;
mod logs;
mod mistakes;
mod names;
mod plan;
mod preserve;
mod processes;
mod refusal;
mod regions;
mod request;
mod session;
mod sources;
mod stores;
mod trail;
mod update;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::case::THIS;
use crate::support::selectors::{IAM_NAMES, RECIPE};
use crate::support::state::{State, strings};

/// The resource under test for `trail`, with these arguments.
fn selector(trail: &str, arguments: &str) -> String {
    named("this", trail, arguments)
}

/// The same under another name.
fn named(name: &str, trail: &str, arguments: &str) -> String {
    format!(
        "resource \"iam_only_trail_selector\" \"{name}\" {{\n  trail_name = \"{trail}\"\n{}}}\n",
        indented(arguments)
    )
}

/// Arguments for exactly these event names.
fn only(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    format!(
        "services = []\ninclude_event_names = [{}]\n",
        quoted.join(", ")
    )
}

fn indented(arguments: &str) -> String {
    let lines = arguments.trim().lines();
    lines.flat_map(|line| ["  ", line, "\n"]).collect()
}

/// The event names of `answer`, the selectors of a trail: every name of every eventName condition.
fn event_names(answer: &Value) -> BTreeSet<String> {
    let selectors = answer["AdvancedEventSelectors"]
        .as_array()
        .into_iter()
        .flatten();
    selectors
        .flat_map(|selector| selector["FieldSelectors"].as_array().into_iter().flatten())
        .filter(|condition| condition["Field"] == "eventName")
        .flat_map(|condition| strings(&condition["Equals"]))
        .collect()
}

/// The selectors of the state in the form of a trail's answer.
fn selectors_of(state: &State) -> Value {
    wire(&state.at(THIS)["advanced_event_selectors"])
}

/// A list of advanced selectors as Terraform has them, in the form of a trail's answer.
fn wire(selectors: &Value) -> Value {
    const OPERATORS: [(&str, &str); 6] = [
        ("equals", "Equals"),
        ("starts_with", "StartsWith"),
        ("ends_with", "EndsWith"),
        ("not_equals", "NotEquals"),
        ("not_starts_with", "NotStartsWith"),
        ("not_ends_with", "NotEndsWith"),
    ];
    let field = |condition: &Value| {
        let mut told = serde_json::json!({ "Field": condition["field"] });
        for (ours, theirs) in OPERATORS {
            if !condition[ours].is_null() {
                told[theirs] = condition[ours].clone();
            }
        }
        told
    };
    let selector = |selector: &Value| {
        let conditions = selector["field_selectors"].as_array().into_iter().flatten();
        let mut told =
            serde_json::json!({ "FieldSelectors": conditions.map(field).collect::<Vec<_>>() });
        if !selector["name"].is_null() {
            told["Name"] = selector["name"].clone();
        }
        told
    };
    let all: Vec<Value> = selectors
        .as_array()
        .into_iter()
        .flatten()
        .map(selector)
        .collect();
    crate::support::selectors::normal(&crate::support::selectors::set(&all))
}
