//! `explain`: what selectors would have logged of records that are there.
//!
//! Imports `evaluate`, and its own parent. Next: `report.rs`, which tells the figures.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::arguments::Explain;
use super::progress::Progress;
use super::report::Report;
use super::walk::Walk;
use super::{DONE, Surroundings, USELESS, is_input, print, print_json};
use crate::evaluate::records::Records;
use crate::evaluate::tally::Tally;
use crate::evaluate::{Evaluator, Outcome};
use crate::selector::Selectors;

/// The most different reasons that are told why something is not known.
const REASONS_MAX: usize = 5;

/// In how many records of which something is not known a reason is looked for. A reason is a text,
/// and those of further records are seldom others.
const LOOKS_MAX: u64 = 10_000;

/// After how many records the clock is looked at.
const STRIDE: u64 = 4096;

const NO_FILES: &str =
    "found no files of records; expected *.json, *.jsonl, *.json.gz or *.jsonl.gz";

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Figures {
    /// How many files were read.
    pub(super) files: u64,
    /// How many files and directories could not be.
    pub(super) unread: u64,
    /// How many records are broken, or none.
    pub(super) broken: u64,
    /// The others.
    pub(super) tally: Tally,
    /// Why something is not known, the first few.
    pub(super) reasons: BTreeSet<String>,
}

/// Carries the order out, and returns the exit code.
pub(super) fn run(order: &Explain, around: &mut Surroundings<'_>) -> u8 {
    let named = [&order.selectors].into_iter().chain(&order.records);
    if let Some(path) = named.clone().find(|path| super::is_missing(path)) {
        return around.misuse(&format!("found no file {}", path.display()));
    }
    let selectors = match read_selectors(&order.selectors, around) {
        Ok(selectors) => selectors,
        Err(why) => {
            around.say(why);
            return USELESS;
        }
    };
    let total = around.columns.and_then(|_| total(&order.records));
    let mut reading = Reading {
        evaluator: Evaluator::new(&selectors),
        figures: Figures::default(),
        progress: Progress::new(total, around),
        bytes: Cell::new(0),
        records: 0,
        looks: 0,
    };
    for path in &order.records {
        for file in Walk::new(path) {
            match file {
                Ok(file) => reading.file(&file, around),
                Err((path, why)) => reading.unread(&path, &why, around),
            }
        }
    }
    reading.progress.clear(around);
    let figures = reading.figures;
    if figures.files == 0 && figures.unread == 0 {
        return around.misuse(NO_FILES);
    }
    let code = if figures.unread > 0 { USELESS } else { DONE };
    let report = Report::new(&selectors, &figures);
    if order.is_json {
        print_json(around, code, &report)
    } else {
        print(around, code, &report.to_string())
    }
}

fn read_selectors(path: &Path, around: &mut Surroundings<'_>) -> Result<Selectors, String> {
    let reading = around.selectors(path)?;
    reading
        .selectors
        .map_err(|unread| format!("{}: {unread}", path.display()))
}

/// How many bytes the files have together, packed as they are; `None` if that cannot be known.
fn total(paths: &[PathBuf]) -> Option<u64> {
    let mut total = 0_u64;
    for path in paths {
        if is_input(path) {
            return None;
        }
        for file in Walk::new(path).flatten() {
            let length = fs::metadata(file).map_or(0, |about| about.len());
            total = total.saturating_add(length);
        }
    }
    Some(total)
}

/// Files that are being read.
struct Reading {
    evaluator: Evaluator,
    figures: Figures,
    progress: Progress,
    /// How many bytes were read, packed as they are.
    bytes: Cell<u64>,
    /// How many records there were, broken ones included.
    records: u64,
    /// For how many a reason was looked for.
    looks: u64,
}

impl Reading {
    fn file(&mut self, path: &Path, around: &mut Surroundings<'_>) {
        if is_input(path) {
            // The records keep standard input while complaints are written.
            let mut around_it = Surroundings {
                input: &mut io::empty(),
                output: &mut *around.output,
                errors: &mut *around.errors,
                columns: around.columns,
                clock: around.clock,
            };
            self.records("-", &mut *around.input, &mut around_it);
            return;
        }
        match File::open(path) {
            Ok(file) => self.records(&path.display().to_string(), file, around),
            Err(why) => self.unread(path, &why, around),
        }
    }

    fn unread(&mut self, path: &Path, why: &io::Error, around: &mut Surroundings<'_>) {
        self.figures.unread = self.figures.unread.saturating_add(1);
        self.progress.clear(around);
        around.say(format_args!("{}: cannot be read: {why}", path.display()));
    }

    fn records(&mut self, name: &str, source: impl Read, around: &mut Surroundings<'_>) {
        self.figures.files = self.figures.files.saturating_add(1);
        let bytes = self.bytes.clone();
        let mut records = Records::new(
            name,
            Metered {
                source,
                bytes: &bytes,
            },
        );
        loop {
            let broken = match records.read() {
                None => break,
                Some(Ok(record)) if record.event.is_record() => {
                    let outcome = self.evaluator.outcome(&record.event);
                    self.figures.tally.count(&record.event, outcome);
                    if outcome == Outcome::Unknown
                        && self.figures.reasons.len() < REASONS_MAX
                        && self.looks < LOOKS_MAX
                    {
                        self.looks = self.looks.saturating_add(1);
                        let reason = self.evaluator.verdict(&record.event).to_string();
                        self.figures.reasons.insert(reason);
                    }
                    None
                }
                Some(Ok(record)) => {
                    let (number, offset) = (record.number, record.offset);
                    Some(format!(
                        "{name}: record {number} at byte {offset}: {FOREIGN}"
                    ))
                }
                Some(Err(broken)) => Some(broken.to_string()),
            };
            if let Some(line) = broken {
                self.figures.broken = self.figures.broken.saturating_add(1);
                self.progress.clear(around);
                around.say(line);
            }
            self.records = self.records.saturating_add(1);
            if self.records.is_multiple_of(STRIDE) {
                self.progress.tell(around, bytes.get(), self.records);
            }
        }
        self.bytes.set(bytes.get());
        self.progress.tell(around, bytes.get(), self.records);
    }
}

/// What is said of an object that is no record.
const FOREIGN: &str = "found an object with none of eventVersion, eventSource and eventName; expected a \
                       CloudTrail record: if it has records in it, give them alone, as in \
                       `jq -c '.KEY[]' FILE | terraform-provider-iam explain SELECTORS -`";

/// A source of which it is known how many bytes came from it.
struct Metered<'b, S> {
    source: S,
    bytes: &'b Cell<u64>,
}

impl<S: Read> Read for Metered<'_, S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(room)?;
        let wide = u64::try_from(count).unwrap_or(u64::MAX);
        self.bytes.set(self.bytes.get().saturating_add(wide));
        Ok(count)
    }
}
