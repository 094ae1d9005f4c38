//! What Terraform shows of this provider under `TF_LOG`: lines in hclog's JSON on stderr, one write
//! a line.
//!
//! The code logs with `tracing`'s macros. A line tells the fields of the event and of the spans
//! around it, under their own names. Only this crate's events and spans are told: those of a
//! dependency may hold what nobody may see, so they are told at no level. A span is told only where
//! its own level is on: one whose fields belong to errors too is an `error_span!`.
//!
//! May import `protocol`. How a line is written: `line`. Panics: `crash`.

mod line;

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Scope};
use tracing_subscriber::{Layer, Registry};

use self::line::Fields;
use crate::protocol::Masks;

/// This crate's name, as targets begin with it.
const CRATE: &str = env!("CARGO_CRATE_NAME");

/// How much is logged; each level tells what those before it tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// What a person should know.
    Warn,
    /// What happens.
    Info,
    /// What helps to find out why.
    Debug,
    /// Every step.
    Trace,
}

impl Level {
    /// The level that the environment asks for: `TF_LOG_PROVIDER_<NAME>`, else `TF_LOG_PROVIDER`,
    /// else `TF_LOG`. An empty variable counts as not set, and a value that is no level as `TRACE`,
    /// as in Terraform (<https://developer.hashicorp.com/terraform/internals/debugging>).
    #[must_use]
    pub fn from_variables(provider: &str, variable: impl Fn(&str) -> Option<String>) -> Self {
        let own = format!(
            "TF_LOG_PROVIDER_{}",
            provider.to_ascii_uppercase().replace('-', "_")
        );
        [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
            .into_iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()))
            .map_or(Self::Off, |value| Self::from_value(&value))
    }

    fn from_value(value: &str) -> Self {
        match value.to_ascii_uppercase().as_str() {
            "OFF" => Self::Off,
            "ERROR" => Self::Error,
            "WARN" => Self::Warn,
            "INFO" => Self::Info,
            "DEBUG" => Self::Debug,
            // `TRACE` itself, `JSON` which is the same in another dress, and what is no level.
            _ => Self::Trace,
        }
    }

    fn filter(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Logs to stderr from now on, for the whole process; the first call counts.
pub fn install(level: Level, masks: &Masks) {
    if level == Level::Off {
        return;
    }
    let layer = Hclog::new(level, masks, std::io::stderr());
    _ = tracing::subscriber::set_global_default(Registry::default().with(layer));
}

/// Writes this crate's events as lines.
struct Hclog<W> {
    level: LevelFilter,
    masks: Masks,
    to: Mutex<W>,
}

impl<W: Write> Hclog<W> {
    fn new(level: Level, masks: &Masks, to: W) -> Self {
        Self {
            level: level.filter(),
            masks: masks.clone(),
            to: Mutex::new(to),
        }
    }

    fn tells(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level && is_ours(metadata.target())
    }

    /// Writes a line. There is nobody to tell if that fails.
    fn write(&self, line: &str) {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        _ = to.write_all(line.as_bytes());
    }
}

/// Whether a target is a module of this crate.
fn is_ours(target: &str) -> bool {
    target
        .strip_prefix(CRATE)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

impl<S, W> Layer<S> for Hclog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Write + Send + 'static,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.tells(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.tells(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    // Values are formatted before a span's extensions are locked: formatting is foreign code, which
    // may log or panic.

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().replace(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = context.span(id) {
            let mut extensions = span.extensions_mut();
            match extensions.get_mut::<Fields>() {
                Some(known) => known.add(&fields),
                None => _ = extensions.replace(fields),
            }
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        let message = own.take_message();
        let mut fields = Fields::default();
        for span in context
            .event_scope(event)
            .into_iter()
            .flat_map(Scope::from_root)
        {
            if let Some(around) = span.extensions().get::<Fields>() {
                fields.add(around);
            }
        }
        fields.add(&own);
        let head = line::Head {
            level: *event.metadata().level(),
            target: event.metadata().target(),
            time: now(),
        };
        self.write(&line::line(&head, &message, &fields, &self.masks));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a log line tells when it was written, and nothing else depends on it"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests;
