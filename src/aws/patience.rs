//! How long a call may take, and who may cut it short. May import nothing of ours.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a call may take, and who may cut it short.
///
/// A stop ends at once whatever only reads, looks up credentials or waits. An attempt to change
/// something that is on its way is seen through to its answer, within the time; no other follows.
#[derive(Debug, Clone)]
pub struct Patience {
    /// The moment by which everything has to be done, retries included.
    pub until: Instant,
    /// Cancelled when whoever waits for the call wants it to come to an end.
    pub stop: CancellationToken,
}

/// Why something was not waited for any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The time was over.
    Late,
    /// Someone wanted it to stop.
    Stopped,
}

impl Patience {
    /// So much time from now, which nobody may cut short.
    #[must_use]
    pub fn unstoppable(time: Duration) -> Self {
        Self {
            until: Instant::now() + time,
            stop: CancellationToken::new(),
        }
    }

    /// Whether the stop has come.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Waits for something that may be dropped at any moment.
    pub(super) async fn wait_for<T>(&self, what: impl Future<Output = T>) -> Result<T, Cut> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Err(Cut::Stopped),
            done = what => Ok(done),
            () = tokio::time::sleep_until(self.until) => Err(Cut::Late),
        }
    }
}
