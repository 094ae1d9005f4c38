//! What becomes of the attempts of one call, as the SDK makes them.
//!
//! The SDK repeats a call by itself, and only its hooks tell when an attempt leaves this machine and
//! when its answer is there. They run while the call is polled, so after each poll the record says
//! exactly where the call stands. The order of the hooks is that of the SDK's orchestrator:
//! `read_before_attempt`, credentials and signing, `read_before_transmit`, the request and the whole
//! answer, `read_after_attempt` (also after a lost connection or the attempt's own time limit),
//! then the decision to wait for another attempt or to end.
//!
//! Between two attempts the SDK waits as long as chance and its number of attempts have it, which may
//! be next to nothing. A call of CloudTrail waits a period of its limit more ([`super::pace`]). The SDK
//! lets nobody put a retry strategy of their own around its own from outside the crate of a service; the
//! sleep with which it waits it does take. May import nothing of ours.

use std::error::Error as StdError;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_cloudtrail::config::{AsyncSleep, Builder, Sleep};
use aws_sdk_cloudtrail::operation::RequestId;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio_util::sync::CancellationToken;

use super::call::Call;
use super::error::{Error, ErrorKind};
use super::pace::Lane;

/// The attempts of one call.
#[derive(Debug)]
pub(super) struct Attempts {
    call: Call,
    stop: CancellationToken,
    /// What has to lie between an answer and the next attempt.
    period: Duration,
    record: Mutex<Record>,
}

/// What is known of the attempts so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// How many attempts were sent.
    pub(super) sent: u32,
    /// Whether the last of them is still on its way.
    pub(super) in_flight: bool,
    /// Whether another one was held back because of a stop.
    pub(super) held_back: bool,
    /// Whether an attempt may have been carried out although it failed here: AWS answered 5xx, or
    /// not at all. What AWS refuses with 4xx it does not carry out.
    pub(super) open: bool,
    /// The HTTP status of the last answer.
    pub(super) status: Option<u16>,
    /// The request id of the last answer.
    pub(super) request_id: Option<Box<str>>,
    /// What the last attempt came to, if it failed.
    pub(super) failed: Option<Error>,
    /// By how much the pause that follows the last attempt has to be longer than the SDK wants it.
    owed: Duration,
}

impl Attempts {
    /// No attempt yet.
    pub(super) fn new(call: Call, stop: CancellationToken) -> Self {
        Self {
            period: call.lane.as_ref().map_or(Duration::ZERO, Lane::period),
            call,
            stop,
            record: Mutex::default(),
        }
    }

    /// What is known now.
    pub(super) fn so_far(&self) -> Record {
        self.record().clone()
    }

    /// Whether an attempt is on its way.
    pub(super) fn in_flight(&self) -> bool {
        self.record().in_flight
    }

    /// Whether an attempt was sent.
    pub(super) fn any_sent(&self) -> bool {
        self.record().sent > 0
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hooks for one call whose error type is `E`.
#[derive(Debug)]
pub(super) struct Watch<E> {
    attempts: Arc<Attempts>,
    error: PhantomData<fn() -> E>,
}

impl<E> Watch<E> {
    /// Hooks that keep a record.
    pub(super) fn new(attempts: &Arc<Attempts>) -> Self {
        Self {
            attempts: Arc::clone(attempts),
            error: PhantomData,
        }
    }

    /// What a call of CloudTrail is configured with besides the hooks: pauses between its attempts that
    /// are long enough.
    pub(super) fn pauses(&self) -> Builder {
        Builder::default().sleep_impl(Pauses(Arc::clone(&self.attempts)))
    }
}

/// The sleep that the SDK is given for one call. The first one after an attempt that failed is the
/// pause before the next.
#[derive(Debug)]
struct Pauses(Arc<Attempts>);

impl AsyncSleep for Pauses {
    fn sleep(&self, duration: Duration) -> Sleep {
        let owed = std::mem::take(&mut self.0.record().owed);
        Sleep::new(tokio::time::sleep(duration.saturating_add(owed)))
    }
}

impl<E> Intercept for Watch<E>
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut record = self.attempts.record();
        // The last gate: a stop that came while an attempt was on its way is followed by no other,
        // even where the SDK goes on to it without waiting.
        if self.attempts.stop.is_cancelled() {
            record.held_back = true;
            return Err("held back because of a stop".into());
        }
        record.sent = record.sent.saturating_add(1);
        record.in_flight = true;
        record.owed = Duration::ZERO;
        if record.sent > 1 {
            let Call {
                service,
                operation,
                region,
                ..
            } = &self.attempts.call;
            tracing::debug!(
                aws_service = service,
                aws_operation = operation,
                aws_region = &**region,
                attempt = record.sent,
                "Making another attempt"
            );
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut record = self.attempts.record();
        if !std::mem::take(&mut record.in_flight) {
            // It never left this machine.
            return Ok(());
        }
        let response = context.response();
        record.status = response.map(|response| response.status().as_u16());
        record.request_id = response
            .and_then(RequestId::request_id)
            .map(Box::<str>::from);
        let refused = record.status.is_some_and(|s| (400..500).contains(&s));
        record.failed = match context.output_or_error() {
            Some(Ok(_)) => None,
            Some(Err(error)) => Some(Error::of_attempt::<E>(&self.attempts.call, error, response)),
            None => {
                let Call {
                    operation, region, ..
                } = &self.attempts.call;
                Some(Error::local(ErrorKind::Unreachable, operation, region))
            }
        };
        if record.failed.is_some() && !refused {
            record.open = true;
        }
        if record.failed.is_some() {
            record.owed = self.attempts.period;
        }
        Ok(())
    }
}
