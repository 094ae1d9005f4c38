//! Being told to stop: once for the calls in progress, not for ever.

use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// Terraform's wish that calls in progress come to an end.
///
/// One process may serve many commands, so a stop ends what is going on when it comes and nothing
/// that starts later.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    current: Arc<Mutex<CancellationToken>>,
}

impl Stop {
    /// What a call takes along when it starts: cancelled by the next stop.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.current().clone()
    }

    /// Stops the calls in progress.
    pub fn stop(&self) {
        std::mem::take(&mut *self.current()).cancel();
    }

    fn current(&self) -> std::sync::MutexGuard<'_, CancellationToken> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Stop;

    /// A stop reaches what runs, and what starts afterwards is not stopped.
    #[test]
    fn a_stop_is_not_for_ever() {
        let stop = Stop::default();
        let clone = stop.clone();
        let running = stop.token();
        clone.stop();
        assert!(running.is_cancelled());
        assert!(!stop.token().is_cancelled());
    }
}
