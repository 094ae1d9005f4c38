//! The journal: every request that arrived, what became of it, and when.
//!
//! Imports [`super::error`]. Tests read it through `Simulator::journal`; with a journal file it is
//! also written as one JSON object a line. A secret is never in it: only the id of the key.

use std::{
    fs::File,
    io::Write,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::error::{Mark, Refusal};

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was carried out and answered.
    Ok,
    /// It was answered with an error.
    Refused(Refusal),
    /// The connection was cut without an answer. Says whether it had been carried out.
    Cut {
        /// Whether the operation was carried out, and went well.
        done: bool,
    },
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// 1 for the first request; in order of arrival.
    pub(crate) sequence: u64,
    /// Milliseconds from the simulator's start to the request's arrival.
    pub(crate) at_ms: u64,
    /// From arrival to answer.
    pub(crate) duration: Duration,
    /// Microseconds from the simulator's start to the request's arrival.
    pub(crate) started_at: u64,
    /// Microseconds from the simulator's start to the answer being handed to the connection.
    pub(crate) finished_at: u64,
    /// `cloudtrail` or `sts`, from the credential scope; empty if it could not be read.
    pub(crate) service: String,
    /// From the credential scope; empty if it could not be read.
    pub(crate) region: String,
    /// The caller's account; empty if the caller was not recognized.
    pub(crate) account: String,
    /// Id of the key that signed; empty if it could not be read.
    pub(crate) access_key_id: String,
    /// The operation's name, or the target as sent if it is no operation.
    pub(crate) operation: String,
    /// The body as parsed (STS: its form as an object); null if it could not be parsed.
    pub(crate) body: Value,
    /// What became of it.
    pub(crate) outcome: Outcome,
    /// The User-Agent header, `""` if there was none.
    pub(crate) user_agent: String,
}

impl Entry {
    /// Whether it was carried out and answered.
    pub(crate) fn is_ok(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    /// The error code it was answered with, if it was.
    pub(crate) fn error_code(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Refused(refusal) => Some(&refusal.code),
            Outcome::Ok | Outcome::Cut { .. } => None,
        }
    }

    /// Whether two requests were under way at the same time.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.started_at < other.finished_at && other.started_at < self.finished_at
    }

    fn to_json(&self) -> Value {
        let mut line = json!({
            "sequence": self.sequence,
            "at_ms": self.at_ms,
            "started_at_us": self.started_at,
            "finished_at_us": self.finished_at,
            "service": self.service,
            "region": self.region,
            "account": self.account,
            "access_key_id": self.access_key_id,
            "operation": self.operation,
            "body": self.body,
            "user_agent": self.user_agent,
        });
        let outcome = match &self.outcome {
            Outcome::Ok => json!("ok"),
            Outcome::Cut { done } => json!({ "cut": { "done": done } }),
            Outcome::Refused(refusal) => json!({
                "error": refusal.code,
                "status": refusal.status,
                "message": refusal.message,
                "rule": refusal.rule,
                "documented": match refusal.mark {
                    Mark::Documented(page) => json!(page),
                    Mark::Assumed(_) | Mark::Ordered => json!(false),
                },
            }),
        };
        if let Some(line) = line.as_object_mut() {
            line.insert("outcome".to_owned(), outcome);
        }
        line
    }
}

/// How many round trips these requests took: requests under way at the same time are one.
pub(crate) fn round_trips(entries: &[Entry]) -> usize {
    let mut spans: Vec<(u64, u64)> = entries
        .iter()
        .map(|entry| (entry.started_at, entry.finished_at))
        .collect();
    spans.sort_unstable();
    let mut trips = 0;
    let mut until = None;
    for (started, finished) in spans {
        if until.is_none_or(|until| started >= until) {
            trips += 1;
        }
        until = until.max(Some(finished));
    }
    trips
}

/// Every request so far, and the clock they are measured with.
#[derive(Debug)]
pub(crate) struct Journal {
    origin: Instant,
    arrived: u64,
    entries: Vec<Entry>,
    file: Option<File>,
}

impl Journal {
    /// An empty journal, which also writes to `file` if there is one.
    pub(crate) fn new(file: Option<File>) -> Self {
        Self {
            origin: Instant::now(),
            arrived: 0,
            entries: Vec::new(),
            file,
        }
    }

    /// Takes note of an arrival: its sequence number, and microseconds since the start.
    pub(crate) fn arrival(&mut self) -> (u64, u64) {
        self.arrived += 1;
        (self.arrived, self.elapsed())
    }

    /// Records a request as finished now.
    pub(crate) fn record(&mut self, mut entry: Entry) {
        entry.finished_at = self.elapsed().max(entry.started_at + 1);
        entry.at_ms = entry.started_at / 1_000;
        entry.duration = Duration::from_micros(entry.finished_at - entry.started_at);
        if let Some(file) = &mut self.file {
            // A journal that cannot be written must not change what the client sees.
            writeln!(file, "{}", entry.to_json()).ok();
        }
        self.entries.push(entry);
    }

    /// Every request so far, in order of arrival.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let mut entries = self.entries.clone();
        entries.sort_by_key(|entry| entry.sequence);
        entries
    }

    /// Forgets the requests so far. Sequence numbers and clock go on.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
