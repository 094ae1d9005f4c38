//! What `explain` prints: for people by `Display`, for programs by serde.
//!
//! Imports `catalog` for what belongs to IAM, `evaluate` for the counts. Next: `explain.rs`, where the
//! figures come from.

use std::fmt;

use serde::Serialize;

use super::explain::Figures;
use super::{counted, grouped, one_line};
use crate::catalog::{self, Service};
use crate::evaluate::tally::{Counts, KEYS_MAX};
use crate::selector::Selectors;

/// The figures, in the order in which they are printed.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// What there is to say about the selectors as a whole, if anything is.
    note: Option<&'static str>,
    files: u64,
    files_unread: u64,
    records: u64,
    records_broken: u64,
    logged: u64,
    not_logged: u64,
    unknown: u64,
    /// Why something is not known, the first few reasons.
    unknown_reasons: Vec<String>,
    /// By source, then by name.
    events: Vec<Row>,
    /// Records of sources and names beyond those in `events`.
    other_events: Three,
    /// Of IAM and its neighbours, and not logged.
    missed_of_iam: Vec<Share>,
    /// Logged, and of no source of IAM and its neighbours.
    beyond_iam: Vec<Share>,
}

/// One event, by source and name.
#[derive(Debug, Serialize)]
struct Row {
    event_source: String,
    event_name: String,
    /// Whether the source is of IAM or a neighbour.
    iam: bool,
    /// Whether the catalog has the name under this source.
    in_catalog: bool,
    #[serde(flatten)]
    counts: Three,
}

/// Counts as they are printed.
#[derive(Debug, Serialize)]
struct Three {
    logged: u64,
    not_logged: u64,
    unknown: u64,
}

/// How many records of an event a list is about.
#[derive(Debug, Serialize)]
struct Share {
    event_source: String,
    event_name: String,
    records: u64,
}

impl From<Counts> for Three {
    fn from(counts: Counts) -> Self {
        Self {
            logged: counts.logged,
            not_logged: counts.not_logged,
            unknown: counts.unknown,
        }
    }
}

const NO_SELECTORS: &str = "There are no selectors: a trail on which none were put logs all management \
                            events, and what an empty list means is not documented, so that nothing \
                            is known of any record.";

impl Report {
    pub(super) fn new(selectors: &Selectors, figures: &Figures) -> Self {
        let is_empty = match selectors {
            Selectors::Basic(selectors) => selectors.is_empty(),
            Selectors::Advanced(selectors) => selectors.is_empty(),
        };
        let tally = &figures.tally;
        let events = tally.iter().map(|(source, name, counts)| {
            let service = Service::from_source(source);
            Row {
                event_source: source.to_owned(),
                event_name: name.to_owned(),
                iam: service.is_some(),
                in_catalog: service.is_some_and(|service| {
                    catalog::of(service).iter().any(|event| event.name == name)
                }),
                counts: counts.into(),
            }
        });
        let events: Vec<Row> = events.collect();
        let total = tally.total();
        Self {
            note: is_empty.then_some(NO_SELECTORS),
            files: figures.files,
            files_unread: figures.unread,
            records: total.total(),
            records_broken: figures.broken,
            logged: total.logged,
            not_logged: total.not_logged,
            unknown: total.unknown,
            unknown_reasons: figures.reasons.iter().cloned().collect(),
            missed_of_iam: shares(&events, |row| (row.iam, row.counts.not_logged)),
            beyond_iam: shares(&events, |row| (!row.iam, row.counts.logged)),
            events,
            other_events: tally.rest().into(),
        }
    }
}

/// The rows that are meant, with the count that is meant, where that is not 0.
fn shares(events: &[Row], of: impl Fn(&Row) -> (bool, u64)) -> Vec<Share> {
    let share = |row: &Row| match of(row) {
        (true, records) if records > 0 => Some(Share {
            event_source: row.event_source.clone(),
            event_name: row.event_name.clone(),
            records,
        }),
        (true | false, _) => None,
    };
    events.iter().filter_map(share).collect()
}

/// The widths of the two columns of text in a table.
fn widths<'t>(rows: impl Iterator<Item = (&'t str, &'t str)>) -> (usize, usize) {
    let width = |text: &str| one_line(text).chars().count();
    rows.fold((0, 0), |(source, name), (one, other)| {
        (source.max(width(one)), name.max(width(other)))
    })
}

const HEAD: (&str, &str) = ("eventSource", "eventName");

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(note) = self.note {
            writeln!(out, "{note}\n")?;
        }
        self.table(out)?;
        write!(
            out,
            "{} in {}: {} logged, {} not logged, {} unknown",
            counted(self.records, "record"),
            counted(self.files, "file"),
            grouped(self.logged),
            grouped(self.not_logged),
            grouped(self.unknown)
        )?;
        if self.records_broken > 0 {
            let broken = counted(self.records_broken, "broken record");
            write!(out, "; {broken} not counted")?;
        }
        if self.files_unread > 0 {
            let unread = counted(self.files_unread, "file");
            write!(out, "; {unread} could not be read")?;
        }
        writeln!(out)?;
        for reason in self.unknown_reasons.iter().filter(|_| self.note.is_none()) {
            writeln!(out, "  unknown: {}", one_line(reason))?;
        }
        list(
            out,
            "Missed of IAM: events of IAM and its neighbours that are not logged",
            &self.missed_of_iam,
        )?;
        list(
            out,
            "Beyond IAM: events that are logged and not of IAM or its neighbours",
            &self.beyond_iam,
        )
    }
}

impl Report {
    fn table(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.events.iter();
        let texts = rows.map(|row| (row.event_source.as_str(), row.event_name.as_str()));
        let (one, two) = widths([HEAD].into_iter().chain(texts));
        let (source, name) = HEAD;
        writeln!(
            out,
            "{source:one$}  {name:two$}  {:>12}  {:>12}  {:>12}",
            "logged", "not logged", "unknown"
        )?;
        let mut row = |source: &str, name: &str, counts: &Three| {
            writeln!(
                out,
                "{:one$}  {:two$}  {:>12}  {:>12}  {:>12}",
                one_line(source),
                one_line(name),
                grouped(counts.logged),
                grouped(counts.not_logged),
                grouped(counts.unknown)
            )
        };
        for event in &self.events {
            row(&event.event_source, &event.event_name, &event.counts)?;
        }
        let rest = &self.other_events;
        if rest.logged > 0 || rest.not_logged > 0 || rest.unknown > 0 {
            let most = grouped(u64::try_from(KEYS_MAX).unwrap_or(u64::MAX));
            row("others", &format!("beyond {most} different ones"), rest)?;
        }
        writeln!(out)
    }
}

fn list(out: &mut fmt::Formatter<'_>, title: &str, shares: &[Share]) -> fmt::Result {
    if shares.is_empty() {
        return writeln!(out, "\n{title}: none");
    }
    let records = shares
        .iter()
        .fold(0_u64, |sum, share| sum.saturating_add(share.records));
    writeln!(out, "\n{title}: {}", counted(records, "record"))?;
    let texts = shares.iter();
    let texts = texts.map(|share| (share.event_source.as_str(), share.event_name.as_str()));
    let (one, two) = widths(texts);
    for share in shares {
        writeln!(
            out,
            "  {:one$}  {:two$}  {:>12}",
            one_line(&share.event_source),
            one_line(&share.event_name),
            grouped(share.records)
        )?;
    }
    Ok(())
}
