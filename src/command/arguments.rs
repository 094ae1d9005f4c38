//! What was typed, as an order that can be carried out.
//!
//! Imports `rules` for the destinations. Next: `check.rs` and `explain.rs`, which carry it out.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lexopt::prelude::{Long, Short, Value};

use super::is_input;
use crate::rules::Destination;

pub(super) const CHECK: &str = "check";
pub(super) const EXPLAIN: &str = "explain";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    Help,
    Check(Check),
    Explain(Explain),
}

/// Hold selectors against the rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Check {
    /// Never empty.
    pub(super) files: Vec<PathBuf>,
    pub(super) destination: Destination,
    pub(super) is_json: bool,
}

/// Tell what selectors log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Explain {
    pub(super) selectors: PathBuf,
    /// Never empty.
    pub(super) records: Vec<PathBuf>,
    pub(super) is_json: bool,
}

/// Reads the arguments, the first of which is the command's name.
///
/// # Errors
/// What is wrong with them, as a clause.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Order, String> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut values = Vec::new();
    let (mut destination, mut is_json) = (None, false);
    while let Some(argument) = parser.next().map_err(|why| why.to_string())? {
        match argument {
            Short('h') | Long("help") => return Ok(Order::Help),
            Long("json") => is_json = true,
            Long("destination") => {
                let text = parser.value().map_err(|why| why.to_string())?;
                destination = Some(read_destination(&text)?);
            }
            Value(value) => values.push(PathBuf::from(value)),
            Short(_) | Long(_) => return Err(argument.unexpected().to_string()),
        }
    }
    let mut values = values.into_iter();
    let command = values.next().unwrap_or_default();
    let mut named: Vec<PathBuf> = values.collect();
    if named.iter().filter(|path| is_input(path)).count() > 1 {
        return Err("found `-` twice; expected it once: there is one standard input".to_owned());
    }
    if command == Path::new(CHECK) {
        let destination = destination
            .ok_or_else(|| format!("found no --destination; expected one of {}", destinations()))?;
        if named.is_empty() {
            return Err("found no FILE; expected event selectors as JSON, or `-`".to_owned());
        }
        return Ok(Order::Check(Check {
            files: named,
            destination,
            is_json,
        }));
    }
    if destination.is_some() {
        return Err("found --destination; expected it with check only".to_owned());
    }
    if named.len() < 2 {
        return Err(
            "found too few arguments; expected SELECTORS and at least one of RECORDS".into(),
        );
    }
    let selectors = named.remove(0);
    Ok(Order::Explain(Explain {
        selectors,
        records: named,
        is_json,
    }))
}

fn read_destination(text: &OsString) -> Result<Destination, String> {
    text.to_str().and_then(Destination::parse).ok_or_else(|| {
        format!(
            "found --destination {}; expected one of {}",
            text.display(),
            destinations()
        )
    })
}

fn destinations() -> String {
    let names: Vec<&str> = Destination::ALL.iter().map(|one| one.as_str()).collect();
    names.join(", ")
}
