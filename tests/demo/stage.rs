//! The stage: how an act is announced, what Terraform prints in it, what is expected of it, and the
//! reckoning at the end.
//!
//! May import [`crate::support`].

use std::cell::Cell;
use std::io::IsTerminal as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::service::Trail;
use crate::support::terraform::{Outcome, Terraform, prose};

/// How many lines of a long list are shown.
const SHOWN: usize = 4;

/// What was played so far, and how it is shown.
pub(crate) struct Stage {
    colour: bool,
    started: Instant,
    acts: Vec<Act>,
}

struct Act {
    title: &'static str,
    failures: Vec<String>,
    took: Duration,
}

impl Stage {
    /// An empty stage; coloured if this is a terminal and nobody asked for no colour.
    pub(crate) fn new() -> Self {
        let colour =
            std::io::stdout().is_terminal() && crate::support::ambient("NO_COLOR").is_none();
        Self {
            colour,
            started: Instant::now(),
            acts: Vec::new(),
        }
    }

    /// Plays an act. Whatever goes wrong in it, the next one is played.
    pub(crate) fn act(
        &mut self,
        title: &'static str,
        narration: &str,
        play: impl FnOnce(&mut Scene),
    ) {
        let number = self.acts.len() + 1;
        let rule = "━".repeat(88);
        println!(
            "\n{}",
            self.paint(&format!("{rule}\n{number}. {title}"), "1;36")
        );
        println!("{narration}\n");
        let mut scene = Scene {
            colour: self.colour,
            after_promise: Cell::new(false),
            failures: Vec::new(),
        };
        let started = Instant::now();
        let played = catch_unwind(AssertUnwindSafe(|| play(&mut scene)));
        let mut failures = scene.failures;
        if let Err(panic) = played {
            let text = panic.downcast_ref::<String>().cloned();
            failures.push(text.unwrap_or_else(|| "the act broke off".to_owned()));
        }
        self.acts.push(Act {
            title,
            failures,
            took: started.elapsed(),
        });
    }

    /// Prints a line for each act. The exit code is 1 if anything was not as expected.
    pub(crate) fn curtain(self) -> ExitCode {
        let rule = "━".repeat(88);
        println!("\n{}", self.paint(&rule, "1;36"));
        for (number, act) in self.acts.iter().enumerate() {
            let (word, colour) = if act.failures.is_empty() {
                ("ok", "32")
            } else {
                ("failed", "31")
            };
            let seconds = act.took.as_secs_f32();
            println!(
                "{:>6}  {}. {} ({seconds:.1} s)",
                self.paint(word, colour),
                number + 1,
                act.title
            );
            for failure in &act.failures {
                println!("        {failure}");
            }
        }
        println!(
            "        {:.1} s in all",
            self.started.elapsed().as_secs_f32()
        );
        let well = self.acts.iter().all(|act| act.failures.is_empty());
        if well {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn paint(&self, text: &str, code: &str) -> String {
        paint(self.colour, text, code)
    }
}

/// One act while it is played.
pub(crate) struct Scene {
    colour: bool,
    /// Whether the last line was a promise, after which a command wants room.
    after_promise: Cell<bool>,
    failures: Vec<String>,
}

impl Scene {
    /// Writes the configuration, and shows it.
    pub(crate) fn configure(&self, terraform: &Terraform, file: &str, hcl: &str) {
        terraform.write(file, hcl);
        self.show_file(file, hcl);
    }

    /// Shows a file.
    pub(crate) fn show_file(&self, name: &str, text: &str) {
        println!("{}", self.paint(&format!("── {name}"), "2"));
        for line in text.trim().lines() {
            println!("   {line}");
        }
        println!();
    }

    /// Says something.
    pub(crate) fn say(&self, text: &str) {
        println!("{}\n", self.paint(text, "3"));
    }

    /// Shows what a trail has, as `aws cloudtrail get-event-selectors` would.
    pub(crate) fn show_selectors(&self, when: &str, trail: &Trail<'_>) -> Value {
        let selectors = trail.selectors();
        println!(
            "{}",
            self.paint(&format!("── selectors of {}, {when}", trail.name), "2")
        );
        for (kind, list) in selectors.as_object().into_iter().flatten() {
            for selector in list.as_array().into_iter().flatten() {
                println!("   {kind}: {}", brief(selector));
            }
        }
        println!();
        selectors
    }

    /// Runs `terraform` and shows its output as it comes.
    pub(crate) fn terraform(&self, terraform: &Terraform, arguments: &[&str]) -> Outcome {
        if self.after_promise.replace(false) {
            println!();
        }
        println!(
            "{}",
            self.paint(&format!("$ terraform {}", arguments.join(" ")), "1;33")
        );
        let mut fold = Fold {
            listed: 0,
            corner: None,
            skipping: false,
            blank: true,
        };
        let outcome = terraform.stream(arguments, self.colour, |line| fold.line(line));
        fold.end();
        println!();
        outcome
    }

    /// Holds what happened against what was promised.
    pub(crate) fn expect(&mut self, promise: &str, kept: bool) {
        let (sign, colour) = if kept { ("✓", "32") } else { ("✗", "31") };
        println!("{} {promise}", self.paint(sign, colour));
        self.after_promise.set(true);
        if !kept {
            self.failures.push(format!("not so: {promise}"));
        }
    }

    fn paint(&self, text: &str, code: &str) -> String {
        paint(self.colour, text, code)
    }
}

fn paint(colour: bool, text: &str, code: &str) -> String {
    if colour {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// A selector in one line: `"all"  eventCategory Equals Management; …`, long lists cut.
fn brief(selector: &Value) -> String {
    let Some(fields) = selector["FieldSelectors"].as_array() else {
        let members = selector.as_object().into_iter().flatten();
        let members: Vec<String> = members
            .filter(|(_, value)| value.as_array().is_none_or(|list| !list.is_empty()))
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        return members.join("; ");
    };
    let mut conditions: Vec<String> = fields
        .iter()
        .flat_map(|field| {
            let name = field["Field"].as_str().unwrap_or_default();
            let operators = field.as_object().into_iter().flatten();
            operators.filter_map(move |(operator, values)| {
                let values = values.as_array()?.iter().filter_map(Value::as_str);
                Some(format!(
                    "{name} {operator} {}",
                    shortened(&values.collect::<Vec<_>>())
                ))
            })
        })
        .collect();
    // The category comes first, as it does on every page about selectors.
    conditions.sort_by_key(|condition| !condition.starts_with("eventCategory"));
    let name = selector["Name"].as_str().unwrap_or_default();
    format!("{name:?}  {}", conditions.join("; "))
}

fn shortened(values: &[&str]) -> String {
    let shown = values.get(..SHOWN).unwrap_or(values).join(", ");
    match values.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown}, … {more} more"),
    }
}

/// Prints lines, but of a long list the first few, and nothing of the warning of `dev_overrides`.
struct Fold {
    listed: usize,
    corner: Option<String>,
    skipping: bool,
    blank: bool,
}

impl Fold {
    fn line(&mut self, line: &str) {
        let plain = prose(line);
        // A frame's first corner is held back until it is known whose frame it is.
        if line.contains('╷') {
            self.corner = Some(line.to_owned());
            return;
        }
        if plain.contains("Provider development overrides are in effect") {
            self.corner = None;
            self.skipping = true;
        }
        if self.skipping {
            // Its frame ends it, or without a frame its last word does.
            let framed = line.contains('│');
            self.skipping = !(line.contains('╵') || (!framed && plain.ends_with("releases.")));
            return;
        }
        if let Some(corner) = self.corner.take() {
            self.print(&corner);
        }
        let item = plain.trim_start_matches(['+', '-', '~', ' ']);
        if item.starts_with('"') && item.ends_with("\",") && !item.contains(' ') {
            self.listed += 1;
            if self.listed > SHOWN {
                return;
            }
        } else {
            self.end();
        }
        self.print(line);
    }

    fn print(&mut self, line: &str) {
        let blank = line.trim().is_empty();
        if !(blank && self.blank) {
            println!("  {}", line.trim_end());
        }
        self.blank = blank;
    }

    /// Tells how many lines of a list were left out, if any were.
    fn end(&mut self) {
        if self.listed > SHOWN {
            println!("                          … {} more", self.listed - SHOWN);
        }
        self.listed = 0;
    }
}
