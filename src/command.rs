//! The command line for people and pipelines: `check` holds selectors against the rules, `explain`
//! tells what they would have logged of records that are there.
//!
//! Law of this module: it asks nothing of AWS and reads no process state. `main` hands it the
//! arguments and [`Surroundings`]; files are opened where they are read.
//!
//! May import: `catalog`, `selector`, `rules` and `evaluate`.
//!
//! Where to go next: `command/arguments.rs` (what was typed), `command/check.rs` and
//! `command/explain.rs` (one a command), `command/report.rs` (what `explain` prints), `command/walk.rs`
//! (files and directories), `command/progress.rs` (the line that says how far it is).

mod arguments;
mod check;
mod explain;
mod progress;
mod report;
mod walk;

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use arguments::Order;

use crate::selector::json::Reading;

/// How the commands are written, as `--help` prints it.
pub const USAGE: &str = "\
terraform-provider-iam check FILE... --destination trail|event_data_store [--json]
    holds event selectors against the rules that CloudTrail documents
terraform-provider-iam explain SELECTORS RECORDS... [--json]
    tells what the selectors would have logged of CloudTrail records, and which events of IAM not
";

/// What `--help` behind a command adds to [`USAGE`].
const DETAILS: &str = "
FILE, SELECTORS  JSON as `aws cloudtrail get-event-selectors` prints it or `put-event-selectors` takes
                 it, or a list of selectors; `-` is standard input
RECORDS          files of CloudTrail records, packed by gzip or not, and directories, of which all
                 *.json, *.jsonl, *.json.gz and *.jsonl.gz are read; `-` is standard input
--json           prints one JSON object instead of text

Exit codes: 0 nothing to complain about; 1 `check` found errors (warnings are none); 2 the arguments
or a file were of no use.
";

/// The exit code when all went well.
const DONE: u8 = 0;
/// The exit code when selectors break a rule.
const FOUND: u8 = 1;
/// The exit code when arguments or files were of no use.
const USELESS: u8 = 2;

/// The most bytes of selectors that are read. Those of a trail or an event data store are far below a
/// megabyte.
const SELECTORS_MAX: u64 = 16 << 20;

/// What a command has around it.
pub struct Surroundings<'s> {
    /// Standard input, for a file named `-`.
    pub input: &'s mut dyn Read,
    /// Where results go.
    pub output: &'s mut dyn Write,
    /// Where complaints and the progress go.
    pub errors: &'s mut dyn Write,
    /// How many columns the terminal has that `errors` goes to; `None` if it is none.
    pub columns: Option<usize>,
    /// The time since some fixed moment.
    pub clock: &'s dyn Fn() -> Duration,
}

/// Whether the first argument calls a command.
#[must_use]
pub fn is_called(first: &OsStr) -> bool {
    [arguments::CHECK, arguments::EXPLAIN]
        .into_iter()
        .any(|name| first == name)
}

/// Does what the arguments say, the first of which is the command's name. Returns the exit code.
///
/// A reader of the output that goes away, as `head` does, is no failure.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>, around: &mut Surroundings<'_>) -> u8 {
    match arguments::parse(arguments) {
        Ok(Order::Help) => print(around, DONE, &[USAGE, DETAILS].concat()),
        Ok(Order::Check(order)) => check::run(&order, around),
        Ok(Order::Explain(order)) => explain::run(&order, around),
        Err(misuse) => around.misuse(&misuse),
    }
}

impl Surroundings<'_> {
    /// Says one line. There is nobody to tell if that fails.
    fn say(&mut self, what: impl fmt::Display) {
        let text = what.to_string();
        _ = writeln!(self.errors, "{}", one_line(&text));
    }

    /// Says what is wrong with the arguments, and how they are written.
    fn misuse(&mut self, what: &str) -> u8 {
        self.say(format_args!("terraform-provider-iam: {what}"));
        _ = write!(self.errors, "\n{USAGE}");
        USELESS
    }

    /// The document with selectors at this path.
    fn selectors(&mut self, path: &Path) -> Result<Reading, String> {
        let mut json = Vec::new();
        let read = if is_input(path) {
            (&mut *self.input)
                .take(SELECTORS_MAX)
                .read_to_end(&mut json)
        } else {
            File::open(path).and_then(|file| file.take(SELECTORS_MAX).read_to_end(&mut json))
        };
        let name = path.display();
        read.map_err(|why| format!("{name}: cannot be read: {why}"))?;
        if u64::try_from(json.len()).unwrap_or(u64::MAX) >= SELECTORS_MAX {
            let megabytes = SELECTORS_MAX >> 20;
            return Err(format!(
                "{name}: {megabytes} MiB or more, too much for selectors"
            ));
        }
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&json);
        serde_json::from_slice(json).map_err(|why| {
            format!("{name}: found no JSON ({why}); expected event selectors as JSON")
        })
    }
}

/// Writes a result, and returns the exit code: the given one, if it could be written or nobody wants
/// it any more.
fn print(around: &mut Surroundings<'_>, code: u8, text: &str) -> u8 {
    let written = around.output.write_all(text.as_bytes());
    match written.and_then(|()| around.output.flush()) {
        Ok(()) => code,
        Err(why) if why.kind() == io::ErrorKind::BrokenPipe => code,
        Err(why) => {
            around.say(format_args!("the result cannot be written: {why}"));
            USELESS
        }
    }
}

/// [`print()`] of a value as JSON.
fn print_json(around: &mut Surroundings<'_>, code: u8, value: &impl serde::Serialize) -> u8 {
    match serde_json::to_string_pretty(value) {
        Ok(json) => print(around, code, &(json + "\n")),
        Err(why) => {
            around.say(format_args!("the result cannot be written: {why}"));
            USELESS
        }
    }
}

/// Whether a path means standard input.
fn is_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Whether there is nothing at a path.
fn is_missing(path: &Path) -> bool {
    !is_input(path) && !path.exists()
}

/// A text of others in one line that does nothing to a terminal: control characters are escaped.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut line = String::new();
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    Cow::Owned(line)
}

/// A count with its thousands set apart: `1,234,567`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(index);
        if index > 0 && left.is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and what is counted: `1 file`, `2 files`.
fn counted(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count))
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Surroundings")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
