//! The pauses between attempts while a trail or an event data store is busy. May import nothing of ours.

use std::time::Duration;

use tokio::time::Instant;

use super::call;
use super::error::Error;
use super::pace;
use super::patience::Patience;

/// The first pause after a `ConflictException`, doubled each time up to [`LIMIT`], and each time drawn
/// out by chance. AWS advises to "wait a few minutes", and names no figure; these are assumptions.
const FIRST: Duration = Duration::from_secs(1);
const LIMIT: Duration = Duration::from_secs(30);

/// The pauses of one piece of work, each twice as long as the one before.
#[derive(Debug)]
pub(super) struct Pauses {
    step: Duration,
}

impl Pauses {
    /// Before the first pause.
    pub(super) fn new() -> Self {
        Self { step: FIRST }
    }

    /// Waits until another attempt is due; `what` is waited for, as the end of a sentence.
    ///
    /// # Errors
    ///
    /// What the last attempt came to, where there is no time for another, or a stop has come.
    pub(super) async fn wait(
        &mut self,
        patience: &Patience,
        last: Error,
        what: &str,
    ) -> Result<(), Error> {
        let pause = pace::drawn_out(self.step);
        if Instant::now() + pause >= patience.until {
            return Err(last);
        }
        tracing::info!(
            aws_service = "CloudTrail",
            aws_operation = last.operation,
            aws_region = &*last.region,
            aws_request_id = last.request_id.as_deref(),
            aws_error_code = last.code.as_deref(),
            pause_ms = call::milliseconds(pause),
            "Waiting for {what}"
        );
        if patience.wait_for(tokio::time::sleep(pause)).await.is_err() {
            return Err(last.stopped());
        }
        self.step = (self.step * 2).min(LIMIT);
        Ok(())
    }
}
