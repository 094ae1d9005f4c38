//! Making one call: when its turn is, how long it is waited for, when it is dropped, what is noted of
//! it in the log.
//!
//! The repeating is the SDK's own; [`super::attempt`] tells where it stands. Whose turn it is stands in
//! [`super::pace`]. May import nothing of ours.

use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

use super::attempt::{Attempts, Record, Watch};
use super::error::{Error, ErrorKind};
use super::pace::{Lane, Place};
use super::patience::{Cut, Patience};

/// One call of an operation, which the SDK may make in several attempts.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// The service, as its SDK spells it.
    pub(super) service: &'static str,
    /// The operation, as AWS spells it.
    pub(super) operation: &'static str,
    /// The Region that is asked.
    pub(super) region: Box<str>,
    /// Whether it changes something: such an attempt is not dropped on its way by a stop.
    changes: bool,
    /// Where its turn is waited for, if there is a limit of its kind.
    pub(super) lane: Option<Lane>,
}

/// What the SDK makes of a call.
type Answer<T, E> = Result<T, SdkError<E, HttpResponse>>;

impl Call {
    /// A call of CloudTrail that reads, in the Region of these places.
    pub(super) fn read(operation: &'static str, lane: Lane) -> Self {
        let of_region = Self::sts(operation, &lane.region);
        Self {
            service: "CloudTrail",
            lane: Some(lane),
            ..of_region
        }
    }

    /// A call of CloudTrail that changes something, in the Region of these places.
    pub(super) fn change(operation: &'static str, lane: Lane) -> Self {
        Self {
            changes: true,
            ..Self::read(operation, lane)
        }
    }

    /// A call of STS, of which the session makes a few at most.
    pub(super) fn sts(operation: &'static str, region: &str) -> Self {
        Self {
            service: "STS",
            operation,
            region: region.into(),
            changes: false,
            lane: None,
        }
    }

    /// Makes the call when it is its turn, and waits for its answer. `send` attaches the hooks, for
    /// CloudTrail also the pauses, and sends.
    pub(super) async fn make<T, E, F>(
        self,
        patience: &Patience,
        send: impl FnOnce(Watch<E>) -> F,
    ) -> Result<T, Error>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        F: Future<Output = Answer<T, E>>,
    {
        if patience.is_stopped() {
            return Err(self.error(ErrorKind::Stopped));
        }
        let attempts = Arc::new(Attempts::new(self.clone(), patience.stop.clone()));
        let came = Instant::now();
        // Held to the end of the call.
        let _place = match self.turn(patience, &attempts).await {
            Ok(place) => place,
            Err(error) => {
                self.log(&attempts.so_far(), came.elapsed(), Some(&error));
                return Err(error);
            }
        };
        let began = Instant::now();
        let end = {
            let under_way = Box::pin(send(Watch::new(&attempts)));
            self.wait(patience, &attempts, under_way).await
        };
        let record = attempts.so_far();
        let answer = match end {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) if record.held_back => Err(self.cut(Cut::Stopped, &record)),
            Ok(Err(error)) => {
                let mut error = Error::from_sdk(&self, &error);
                error.outcome_unknown = self.changes && record.open;
                Err(error)
            }
            Err(cut) => Err(self.cut(cut, &record)),
        };
        self.log(&record, began.elapsed(), answer.as_ref().err());
        answer
    }

    /// Waits for a place, the time limit or the stop.
    async fn turn(
        &self,
        patience: &Patience,
        attempts: &Arc<Attempts>,
    ) -> Result<Option<Place>, Error> {
        let Some(lane) = &self.lane else {
            return Ok(None);
        };
        if let Some(place) = lane.free(attempts) {
            return Ok(Some(place));
        }
        let came = Instant::now();
        let place = patience.wait_for(lane.next(attempts)).await;
        let waited = came.elapsed();
        tracing::debug!(
            aws_service = self.service,
            aws_operation = self.operation,
            aws_region = &*self.region,
            pause_ms = milliseconds(waited),
            "Waited for a turn"
        );
        place.map(Some).map_err(|cut| match cut {
            Cut::Stopped => self.error(ErrorKind::Stopped),
            Cut::Late => self
                .error(ErrorKind::NoTurn)
                .with_message(lane.too_late(waited)),
        })
    }

    /// Waits for the answer, the time limit or the stop. The call is polled first, so that an answer
    /// that is there counts; where it stands is looked at right after each poll, so that a call that
    /// goes over to waiting is dropped then and there.
    async fn wait<T, E>(
        &self,
        patience: &Patience,
        attempts: &Attempts,
        under_way: impl Future<Output = Answer<T, E>>,
    ) -> Result<Answer<T, E>, Cut> {
        let mut under_way = pin!(under_way);
        let mut stop = pin!(patience.stop.cancelled());
        let mut late = pin!(tokio::time::sleep_until(patience.until));
        let mut told = 0;
        poll_fn(|context| {
            if let Poll::Ready(answer) = under_way.as_mut().poll(context) {
                return Poll::Ready(Ok(answer));
            }
            let is_stopped = patience.is_stopped() || stop.as_mut().poll(context).is_ready();
            if is_stopped && !(self.changes && attempts.in_flight()) {
                return Poll::Ready(Err(Cut::Stopped));
            }
            if late.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(Cut::Late));
            }
            self.log_waiting(attempts, &mut told);
            Poll::Pending
        })
        .await
    }

    /// The error of a call that was dropped. What its last attempt was answered, if it is not on its
    /// way any more, stands in it.
    fn cut(&self, cut: Cut, record: &Record) -> Error {
        let last = record.failed.clone().filter(|_| !record.in_flight);
        let mut error = match (cut, last) {
            (Cut::Late, Some(last)) => last,
            (Cut::Late, None) => self.error(ErrorKind::TimedOut),
            (Cut::Stopped, Some(last)) => last.stopped(),
            (Cut::Stopped, None) => self.error(ErrorKind::Stopped),
        };
        error.outcome_unknown = self.changes && (record.in_flight || record.open);
        error
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error::local(kind, self.operation, &self.region)
    }

    /// Notes once for each attempt that another one is waited for.
    fn log_waiting(&self, attempts: &Attempts, told: &mut u32) {
        let record = attempts.so_far();
        if record.in_flight || record.sent == *told {
            return;
        }
        *told = record.sent;
        let failed = record.failed.as_ref();
        tracing::debug!(
            aws_service = self.service,
            aws_operation = self.operation,
            aws_region = &*self.region,
            aws_request_id = record.request_id.as_deref(),
            http_status = record.status,
            aws_error_code = failed.and_then(|failed| failed.code.as_deref()),
            attempt = record.sent.saturating_add(1),
            "Waiting before another attempt"
        );
    }

    /// Notes what the call came to. Nothing of what was asked or answered is in it.
    fn log(&self, record: &Record, duration: Duration, failed: Option<&Error>) {
        let duration_ms = milliseconds(duration);
        match failed {
            None => tracing::debug!(
                aws_service = self.service,
                aws_operation = self.operation,
                aws_region = &*self.region,
                aws_request_id = record.request_id.as_deref(),
                http_status = record.status,
                attempts = record.sent,
                duration_ms,
                "AWS call"
            ),
            Some(failed) => tracing::warn!(
                aws_service = self.service,
                aws_operation = self.operation,
                aws_region = &*self.region,
                aws_request_id = record.request_id.as_deref(),
                http_status = record.status,
                attempts = record.sent,
                duration_ms,
                aws_error_code = failed.code.as_deref(),
                error_kind = ?failed.kind,
                "AWS call"
            ),
        }
    }
}

/// A duration as the log has it.
pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
