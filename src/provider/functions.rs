//! The provider's functions: pure ones, which know neither the provider block nor AWS.
//!
//! What they have in common is here: how a parameter is declared, what an error looks like, and how
//! an argument becomes selectors or a record. An error is about one argument; its text says where in
//! the argument, what was found there and what is expected, without a full stop, because Terraform
//! adds one. May import all but `plugin`.
//!
//! Next: one file a function, and `argument.rs`, which reads arguments of any type.

mod argument;
mod check_selectors;
mod event_names;
mod logs_event;

use serde_json::error::Category;
use tf_provider::schema::{Description, Parameter, Type};
use tf_provider::{AttributePath, Diagnostics};

use self::argument::Given;
pub(super) use self::check_selectors::CheckSelectors;
pub(super) use self::event_names::EventNames;
pub(super) use self::logs_event::LogsEvent;
use super::explain;
use crate::evaluate::Event;
use crate::selector::json::Reading;

/// What the parameter `selectors` takes, as its description says it.
const SELECTORS: &str = "The selectors of one trail or event data store, all of them. A list, such as \
                         `advanced_event_selectors` of `iam_only_trail_selector` or \
                         `advanced_event_selector` of `aws_cloudtrail`; an object as `aws cloudtrail \
                         get-event-selectors` and `get-event-data-store` print it and \
                         `put-event-selectors` takes it; or a string with the JSON of either.";

/// The most characters of a text that an error repeats.
const SHOWN: usize = 60;

/// A parameter that is neither null nor unknown: Terraform waits with the call until it is known.
fn parameter(name: &str, param_type: Type, description: impl Into<String>) -> Parameter {
    Parameter {
        name: name.to_owned(),
        param_type,
        allow_null: false,
        allow_unknown: false,
        description: Description::markdown(description.into()),
    }
}

/// An object with the given members.
fn object<const N: usize>(members: [(&str, Type); N]) -> Type {
    let members = members.into_iter();
    Type::Object(members.map(|(name, of)| (name.to_owned(), of)).collect())
}

/// Adds an error about an argument, counted from 0.
fn error(diags: &mut Diagnostics, argument: i64, text: impl Into<String>) {
    let at = AttributePath::function_argument(argument);
    explain::error(diags, at, text, "");
}

/// Adds an error about an argument of which something is not what it has to be.
fn unexpected(diags: &mut Diagnostics, argument: i64, found: &str, expected: &str) {
    error(
        diags,
        argument,
        format!("found {found}; expected {expected}"),
    );
}

/// A text as an error repeats it: in quotation marks, and a long one only begins.
fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        start.push_str("...");
    }
    format!("{start:?}")
}

/// Reads an argument that holds selectors; `None` if that is no JSON, which was told.
fn selectors(diags: &mut Diagnostics, argument: i64, given: &Given) -> Option<Reading> {
    let read = serde_json::from_str(given.json());
    read.map_err(|why| {
        unexpected(
            diags,
            argument,
            &no_json(given, &why),
            "selectors as JSON, such as `aws cloudtrail get-event-selectors` prints, or as a list",
        );
    })
    .ok()
}

/// Reads an argument that holds a record; `None` if it holds something else, which was told.
fn record<'g>(diags: &mut Diagnostics, argument: i64, given: &'g Given) -> Option<Event<'g>> {
    const EXPECTED: &str = "one CloudTrail record: an object with eventName, eventSource and more, or \
                            a string with its JSON";
    let json = given.json().trim_ascii_start();
    let found = match json.bytes().next() {
        Some(b'{') => match Event::parse(json) {
            Ok(event) => return Some(event),
            // The record's own reader says what it found.
            Err(why) if why.classify() == Category::Data => {
                error(diags, argument, why.to_string());
                return None;
            }
            Err(why) => no_json(given, &why),
        },
        Some(b'[') => "a list".to_owned(),
        Some(_) | None => match given {
            Given::Text(text) => format!("the text {}", shown(text)),
            Given::Json(json) => json.clone(),
        },
    };
    unexpected(diags, argument, &found, EXPECTED);
    None
}

fn no_json(given: &Given, why: &serde_json::Error) -> String {
    match given {
        Given::Text(text) => format!("the text {}, which is no JSON ({why})", shown(text)),
        Given::Json(_) => format!("a value that can't be read ({why})"),
    }
}

#[cfg(test)]
mod tests;
