//! Faults on demand: what a test orders to go wrong, for which operation, and how often.
//!
//! Imports nothing of the simulator. [`super::server`] acts on them, except for the two that
//! change what a Put leaves behind, which are carried out with the Put: `PutEventSelectors` of a
//! trail, `UpdateEventDataStore` of an event data store.

use std::{fmt, sync::Arc};

use serde_json::Value;

/// Changes the selectors that a Put is about to store. Takes and gives
/// `{"EventSelectors": [..]}` or `{"AdvancedEventSelectors": [..]}`.
pub(crate) type Alter = Arc<dyn Fn(Value) -> Value + Send + Sync>;

/// What goes wrong.
#[derive(Clone)]
pub(crate) enum What {
    /// Answers this error; nothing is carried out.
    Error {
        /// HTTP status.
        status: u16,
        /// Error code, the wire's `__type`.
        code: String,
        /// Error message.
        message: String,
    },
    /// Answers `ThrottlingException`; nothing is carried out.
    Throttle,
    /// Answers 500 `InternalFailure`; nothing is carried out.
    InternalFailure,
    /// Answers 503 `ServiceUnavailable`; nothing is carried out.
    ServiceUnavailable,
    /// Waits before the operation is carried out. Goes together with any other fault.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// Carries the operation out, then closes the connection without an answer.
    CutBeforeAnswer,
    /// Closes the connection without an answer; nothing is carried out.
    CutBeforeDoing,
    /// This Put answers as if all were well, and stores something else.
    AlterSelectors(Alter),
    /// After this Put, the next reads still answer the selectors from before it.
    StaleReads {
        /// How many `GetEventSelectors` of the trail, or `GetEventDataStore` of the store, are
        /// stale.
        n: usize,
    },
}

impl fmt::Debug for What {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { status, code, .. } => write!(out, "Error({status} {code})"),
            Self::Throttle => out.write_str("Throttle"),
            Self::InternalFailure => out.write_str("InternalFailure"),
            Self::ServiceUnavailable => out.write_str("ServiceUnavailable"),
            Self::Slow { ms } => write!(out, "Slow({ms} ms)"),
            Self::CutBeforeAnswer => out.write_str("CutBeforeAnswer"),
            Self::CutBeforeDoing => out.write_str("CutBeforeDoing"),
            Self::AlterSelectors(_) => out.write_str("AlterSelectors"),
            Self::StaleReads { n } => write!(out, "StaleReads({n})"),
        }
    }
}

impl What {
    /// An [`What::AlterSelectors`] from a closure.
    pub(crate) fn alter(change: impl Fn(Value) -> Value + Send + Sync + 'static) -> Self {
        Self::AlterSelectors(Arc::new(change))
    }

    /// An [`What::Error`] with status 400.
    pub(crate) fn error(code: &str, message: &str) -> Self {
        Self::Error {
            status: 400,
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }

    fn concerns_put_only(&self) -> bool {
        matches!(self, Self::AlterSelectors(_) | Self::StaleReads { .. })
    }
}

/// One order: these requests, this often, fail so.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The operation's name, such as `PutEventSelectors`; `None` for any.
    pub(crate) operation: Option<String>,
    /// How many matching requests pass unharmed first.
    pub(crate) skip: usize,
    /// How many matching requests are then hit; `usize::MAX` for all.
    pub(crate) times: usize,
    /// What happens to them.
    pub(crate) what: What,
}

impl Fault {
    /// Hits the next request of any operation.
    pub(crate) fn any(what: What) -> Self {
        Self {
            operation: None,
            skip: 0,
            times: 1,
            what,
        }
    }

    /// Hits the next request of one operation.
    pub(crate) fn on(operation: &str, what: What) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            ..Self::any(what)
        }
    }

    /// Hits this many requests instead of one.
    pub(crate) fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// Hits every matching request.
    pub(crate) fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// Lets this many matching requests pass first.
    pub(crate) fn skip(self, skip: usize) -> Self {
        Self { skip, ..self }
    }

    fn matches(&self, operation: &str) -> bool {
        match &self.operation {
            Some(wanted) => wanted == operation,
            None => {
                !self.what.concerns_put_only()
                    || ["PutEventSelectors", "UpdateEventDataStore"].contains(&operation)
            }
        }
    }
}

/// The orders that are still open, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds an order.
    pub(crate) fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Forgets every order.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What happens to a request of this operation: every delay that applies, in milliseconds, and
    /// the first other fault that does.
    pub(crate) fn draw(&mut self, operation: &str) -> (u64, Option<What>) {
        let mut delay = 0_u64;
        let mut drawn = None;
        for fault in self.0.iter_mut().filter(|fault| fault.matches(operation)) {
            let slow = matches!(fault.what, What::Slow { .. });
            if !slow && drawn.is_some() {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            if fault.times == 0 {
                continue;
            }
            if fault.times != usize::MAX {
                fault.times -= 1;
            }
            if let What::Slow { ms } = fault.what {
                delay = delay.saturating_add(ms);
            } else {
                drawn = Some(fault.what.clone());
            }
        }
        self.0.retain(|fault| fault.times > 0);
        (delay, drawn)
    }
}
