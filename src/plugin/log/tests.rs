//! Lines as they leave the layer: what is told, and what is not.

use std::cell::Cell;
use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry};

use super::{Hclog, Level};
use crate::protocol::Masks;

/// Keeps each write apart.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<Vec<u8>>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push(bytes.to_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The writes that some code leads to.
fn written(level: Level, masks: &Masks, code: impl FnOnce()) -> Vec<String> {
    let sink = Sink::default();
    let layer = Hclog::new(level, masks, sink.clone());
    tracing::subscriber::with_default(Registry::default().with(layer), code);
    let writes = std::mem::take(&mut *sink.0.lock().unwrap());
    writes
        .into_iter()
        .map(|write| String::from_utf8(write).unwrap())
        .collect()
}

/// The lines that some code leads to, each checked for what all lines have in common.
fn told(level: Level, code: impl FnOnce()) -> Vec<Value> {
    written(level, &Masks::default(), code)
        .iter()
        .map(|line| checked(line))
        .collect()
}

/// A line without its timestamp, whose form is checked.
fn checked(line: &str) -> Value {
    assert!(line.len() <= 60 * 1024);
    assert_eq!(line.find('\n'), Some(line.len() - 1));
    let mut line: Value = serde_json::from_str(line).unwrap();
    let fields = line.as_object_mut().unwrap();
    for key in ["@level", "@message", "@module"] {
        assert!(fields[key].is_string(), "{key}");
    }
    let timestamp = fields.remove("@timestamp").unwrap();
    let form: String = timestamp
        .as_str()
        .unwrap()
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(form, "0000-00-00T00:00:00.000000Z");
    line
}

/// Counts how often it is formatted.
struct Counted<'a>(&'a Cell<u32>);

impl fmt::Debug for Counted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.set(self.0.get() + 1);
        f.write_str("counted")
    }
}

impl fmt::Display for Counted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

fn level(variables: &[(&str, &str)]) -> Level {
    Level::from_variables("iam-only", |name| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

/// The variable that says most about this provider decides, and an empty one says nothing.
#[test]
fn the_nearest_variable_decides() {
    assert_eq!(level(&[]), Level::Off);
    assert_eq!(level(&[("TF_LOG", "info")]), Level::Info);
    assert_eq!(
        level(&[("TF_LOG", "info"), ("TF_LOG_PROVIDER", "warn")]),
        Level::Warn
    );
    let all = |own| {
        level(&[
            ("TF_LOG", "info"),
            ("TF_LOG_PROVIDER", "warn"),
            ("TF_LOG_PROVIDER_IAM_ONLY", own),
        ])
    };
    assert_eq!(all("error"), Level::Error);
    assert_eq!(all("off"), Level::Off);
    assert_eq!(all(""), Level::Warn);
    assert_eq!(level(&[("TF_LOG_PROVIDER_OTHER", "info")]), Level::Off);
    assert_eq!(level(&[("TF_LOG_CORE", "info")]), Level::Off);
}

/// Levels are read as Terraform reads them: in any case, and what is none is the lowest.
#[test]
fn values_are_read_as_terraform_reads_them() {
    for (value, expected) in [
        ("TRACE", Level::Trace),
        ("Debug", Level::Debug),
        ("INFO", Level::Info),
        ("warn", Level::Warn),
        ("Error", Level::Error),
        ("OFF", Level::Off),
        ("json", Level::Trace),
        ("1", Level::Trace),
        (" info", Level::Trace),
    ] {
        assert_eq!(level(&[("TF_LOG", value)]), expected, "{value}");
    }
}

/// One event is one write of one whole line, with every kind of field as itself.
#[test]
fn an_event_is_a_line() {
    let lines = told(Level::Trace, || {
        tracing::info!(
            text = "a \"b\"\n",
            number = -7,
            size = 7_u64,
            share = 0.5,
            none = f64::NAN,
            huge = u128::MAX,
            yes = true,
            debugged = ?Some("x"),
            displayed = %"y",
            r#type = "z",
            "answered {} times",
            2
        );
    });
    assert_eq!(
        lines,
        [json!({
            "@level": "info",
            "@message": "answered 2 times",
            "@module": "sdk.proto",
            "text": "a \"b\"\n",
            "number": -7,
            "size": 7,
            "share": 0.5,
            "none": "NaN",
            "huge": "340282366920938463463374607431768211455",
            "yes": true,
            "debugged": "Some(\"x\")",
            "displayed": "y",
            "type": "z",
        })]
    );
}

/// Each level has its name, and the protocol's own events have another logger than the rest.
#[test]
fn levels_and_modules_have_names() {
    const OTHER: &str = concat!(env!("CARGO_CRATE_NAME"), "::provider::trail");
    let lines = told(Level::Trace, || {
        tracing::error!("m");
        tracing::warn!(target: OTHER, "m");
        tracing::info!(target: env!("CARGO_CRATE_NAME"), "m");
        tracing::debug!(target: OTHER, message = 7);
        tracing::trace!(target: OTHER, key = 1);
    });
    let expected = [
        json!({"@level": "error", "@module": "sdk.proto", "@message": "m"}),
        json!({"@level": "warn", "@module": "provider", "@message": "m"}),
        json!({"@level": "info", "@module": "provider", "@message": "m"}),
        json!({"@level": "debug", "@module": "provider", "@message": "7"}),
        json!({"@level": "trace", "@module": "provider", "@message": "", "key": 1}),
    ];
    assert_eq!(lines, expected);
}

/// The keys that Terraform reads stay texts, whatever fields are called.
#[test]
fn reserved_keys_are_not_for_fields() {
    let lines = told(Level::Trace, || {
        tracing::info!(
            "@level" = 1,
            "@message" = 2,
            "@timestamp" = 3,
            "@module" = 4,
            "m"
        );
    });
    assert_eq!(
        lines,
        [json!({
            "@level": "info",
            "@message": "m",
            "@module": "sdk.proto",
            "level": 1,
            "message": 2,
            "timestamp": 3,
            "module": 4,
        })]
    );
}

/// An event tells the fields of all spans around it; the nearest wins, the event's own first of all.
#[test]
fn fields_of_spans_are_told() {
    let lines = told(Level::Info, || {
        let outer = tracing::info_span!("rpc", tf_rpc = "Read", a = 1, b = 1, c = 1);
        let _outer = outer.enter();
        tracing::info_span!("call", b = 2, c = 2).in_scope(|| tracing::info!(c = 3, "inside"));
        tracing::info!(parent: None, "outside");
        let unseen = tracing::debug_span!("unseen", a = 9);
        unseen.in_scope(|| tracing::info!("within"));
    });
    let expected = [
        json!({"@level": "info", "@module": "sdk.proto", "@message": "inside",
            "tf_rpc": "Read", "a": 1, "b": 2, "c": 3}),
        json!({"@level": "info", "@module": "sdk.proto", "@message": "outside"}),
        json!({"@level": "info", "@module": "sdk.proto", "@message": "within",
            "tf_rpc": "Read", "a": 1, "b": 1, "c": 1}),
    ];
    assert_eq!(lines, expected);
}

/// What a span learns later is told from then on.
#[test]
fn spans_may_be_recorded_later() {
    let lines = told(Level::Info, || {
        let span = tracing::info_span!("rpc", tf_resource_type = tracing::field::Empty, a = 1);
        let _span = span.enter();
        tracing::info!("before");
        span.record("tf_resource_type", "iam_x");
        span.record("a", 2);
        tracing::info!("after");
    });
    let expected = [
        json!({"@level": "info", "@module": "sdk.proto", "@message": "before", "a": 1}),
        json!({"@level": "info", "@module": "sdk.proto", "@message": "after",
            "tf_resource_type": "iam_x", "a": 2}),
    ];
    assert_eq!(lines, expected);
}

/// What is below the level is not told and costs nothing: it is not even formatted.
#[test]
fn nothing_below_the_level_is_formatted() {
    let times = Cell::new(0);
    let event = || {
        tracing::debug_span!("span", a = ?Counted(&times)).in_scope(|| {
            tracing::debug!(b = %Counted(&times), "{}", Counted(&times));
        });
    };
    let layer = |level| Hclog::new(level, &Masks::default(), std::io::sink());
    let hint = Layer::<Registry>::max_level_hint(&layer(Level::Info));
    assert_eq!(hint, Some(LevelFilter::INFO));
    // With a louder subscriber around, the process's own limit keeps nothing out.
    let _louder = tracing::Dispatch::new(Registry::default().with(layer(Level::Trace)));
    assert!(told(Level::Info, event).is_empty());
    assert_eq!(times.get(), 0);
    assert!(told(Level::Off, event).is_empty());
    assert_eq!(times.get(), 0);
    assert_eq!(told(Level::Debug, event).len(), 1);
    assert_eq!(times.get(), 3);
}

/// A dependency's events are told at no level, nor are the fields of its spans, nor are they
/// formatted.
#[test]
fn dependencies_are_not_told() {
    const LIKE_US: &str = concat!(env!("CARGO_CRATE_NAME"), "_other");
    let times = Cell::new(0);
    let lines = told(Level::Trace, || {
        let span = tracing::error_span!(target: "hyper::client", "s", a = ?Counted(&times));
        let _span = span.enter();
        tracing::error!(target: "aws_smithy_runtime::client", b = ?Counted(&times), "secret");
        tracing::error!(target: LIKE_US, b = ?Counted(&times), "secret");
        tracing::error!(target: "", b = ?Counted(&times), "secret");
        tracing::info!("ours");
    });
    assert_eq!(
        lines,
        [json!({"@level": "info", "@module": "sdk.proto", "@message": "ours"})]
    );
    assert_eq!(times.get(), 0);
}

/// No secret is told: in no message and no value of an event or a span, whenever it was hidden.
#[test]
fn secrets_are_masked() {
    const SECRET: &str = "quo\"ted/secret";
    let masks = Masks::default();
    let lines = written(Level::Trace, &masks, || {
        let span = tracing::info_span!("s", span = SECRET, later = tracing::field::Empty);
        let _span = span.enter();
        masks.hide(SECRET);
        masks.hide("123456789");
        span.record("later", SECRET);
        tracing::info!(
            text = SECRET,
            debugged = ?[SECRET],
            url = "?a=quo%22ted%2Fsecret",
            number = 1_234_567_890_u64,
            "it is {SECRET}"
        );
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(
        checked(&lines[0]),
        json!({
            "@level": "info",
            "@message": "it is ***",
            "@module": "sdk.proto",
            "span": "***",
            "later": "***",
            "text": "***",
            "debugged": "[\"***\"]",
            "url": "?a=***",
            "number": "***0",
        })
    );
}

/// A line stays below Terraform's buffer: the longest values are cut, and say so.
#[test]
fn long_values_are_cut() {
    let long = "ü".repeat(100_000);
    let lines = told(Level::Trace, || {
        tracing::info!(long, short = "kept", "a message");
        tracing::info!("{}", "\n\u{1}".repeat(100_000));
    });
    assert_eq!(lines[0]["@message"], "a message");
    assert_eq!(lines[0]["short"], "kept");
    let cut = lines[0]["long"].as_str().unwrap();
    let (told, rest) = cut.split_once('…').unwrap();
    assert!(long.starts_with(told) && told.len() > 16 * 1024);
    assert_eq!(rest, format!(" ({} more bytes)", 200_000 - told.len()));
    assert!(
        lines[1]["@message"]
            .as_str()
            .unwrap()
            .ends_with(" more bytes)")
    );
}

/// Where nobody reads, logging goes on without harm.
#[test]
fn a_failing_write_is_ignored() {
    struct Broken;
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let layer = Hclog::new(Level::Trace, &Masks::default(), Broken);
    tracing::subscriber::with_default(Registry::default().with(layer), || {
        tracing::info!("m");
    });
}

/// A value whose own formatting panics takes nothing else with it: later lines are told.
#[test]
fn a_panicking_value_is_not_the_end() {
    struct Panics;
    impl fmt::Debug for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("on purpose")
        }
    }
    let lines = told(Level::Trace, || {
        let span = tracing::info_span!("s", a = 1, b = tracing::field::Empty);
        let _span = span.enter();
        let caught = |code: &dyn Fn()| {
            let code = std::panic::AssertUnwindSafe(code);
            assert!(std::panic::catch_unwind(code).is_err());
        };
        caught(&|| _ = span.record("b", tracing::field::debug(Panics)));
        caught(&|| tracing::info!(c = ?Panics));
        tracing::info!("after");
    });
    let after = json!({"@level": "info", "@module": "sdk.proto", "@message": "after", "a": 1});
    assert_eq!(lines, [after]);
}

proptest! {
    /// Whatever a message and a value hold, they arrive as they are, on one line.
    #[test]
    fn any_text_is_told(message in any::<String>(), value in any::<String>()) {
        let lines = told(Level::Trace, || tracing::info!(value, "{message}"));
        prop_assert_eq!(&lines[0]["@message"], &message);
        prop_assert_eq!(&lines[0]["value"], &value);
    }
}
