//! The line that says how far it is: on a terminal only, and only when there is much to read.
//!
//! Imports nothing but its own parent. Next: `explain.rs`, which has much to read.

use std::time::Duration;

use super::{Surroundings, counted, grouped};

/// From how many bytes on the line is there at once.
const LARGE: u64 = 64 << 20;
/// After how long it is there anyway.
const LONG: Duration = Duration::from_secs(1);
/// How often it is written anew.
const PACE: Duration = Duration::from_millis(100);

/// How far it is.
#[derive(Debug)]
pub(super) struct Progress {
    /// How many bytes there are to read; `None` where that is not known.
    total: Option<u64>,
    began: Duration,
    next: Duration,
    is_shown: bool,
}

impl Progress {
    pub(super) fn new(total: Option<u64>, around: &Surroundings<'_>) -> Self {
        let began = (around.clock)();
        let is_large = total.is_some_and(|total| total > LARGE);
        Self {
            total,
            began,
            next: began.saturating_add(if is_large { PACE } else { LONG }),
            is_shown: false,
        }
    }

    /// Writes the line anew, if it is time.
    pub(super) fn tell(&mut self, around: &mut Surroundings<'_>, bytes: u64, records: u64) {
        let Some(columns) = around.columns else {
            return;
        };
        let now = (around.clock)();
        if now < self.next {
            return;
        }
        self.next = now.saturating_add(PACE);
        let seconds = now.saturating_sub(self.began).as_secs();
        let megabytes = grouped(bytes >> 20);
        let so_far = match self.total {
            Some(total) if total > 0 => {
                let percent = bytes.saturating_mul(100).checked_div(total).unwrap_or(0);
                let total = grouped(total >> 20);
                format!("{:>3} %  {megabytes} of {total} MiB", percent.min(100))
            }
            Some(_) | None => format!("{megabytes} MiB"),
        };
        let text = format!("{so_far}  {}  {seconds} s", counted(records, "record"));
        let text: String = text.chars().take(columns.saturating_sub(1)).collect();
        // Back to the first column, the text, and nothing of a longer one behind it.
        _ = write!(around.errors, "\r{text}\u{1b}[K");
        _ = around.errors.flush();
        self.is_shown = true;
    }

    /// Takes the line away, so that something else can be written.
    pub(super) fn clear(&mut self, around: &mut Surroundings<'_>) {
        if self.is_shown {
            _ = write!(around.errors, "\r\u{1b}[K");
            _ = around.errors.flush();
            self.is_shown = false;
        }
    }
}
