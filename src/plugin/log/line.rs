//! One line of hclog's JSON, as Terraform reads it from a plugin's stderr
//! (<https://github.com/hashicorp/go-plugin/blob/main/log_entry.go>).
//!
//! Terraform itself panics where `@message`, `@level` or `@timestamp` is no string, and shows a line
//! raw that is longer than its buffer or has a timestamp of another form.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tracing::Level;
use tracing::field::{Field, Visit};

use crate::protocol::Masks;

/// The longest line, in bytes, with its end. Terraform's buffer holds 64 KiB.
const LONGEST: usize = 60 * 1024;

/// The shortest that a value is cut to, in bytes, before fields are left out.
const SHORTEST_CUT: usize = 64;

/// The last second that a timestamp can tell: the end of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

/// The field that holds an event's message.
const MESSAGE: &str = "message";

/// What is told of an event itself.
pub(super) struct Head<'a> {
    /// How grave it is.
    pub(super) level: Level,
    /// The module it comes from.
    pub(super) target: &'a str,
    /// When it happened.
    pub(super) time: SystemTime,
}

/// The line of an event, with its end and without secrets.
pub(super) fn line(head: &Head<'_>, message: &str, fields: &Fields, masks: &Masks) -> String {
    let fixed = [
        ("@level", level(head.level).to_owned()),
        ("@module", module(head.target).to_owned()),
        ("@timestamp", timestamp(head.time)),
    ];
    let message = masks.mask(message);
    let fields = fields.masked(masks);
    let cut_to = |limit: usize, fields: &BTreeMap<&str, Value>| {
        let mut all: BTreeMap<&str, Value> = fields
            .iter()
            .map(|(key, value)| (*key, shortened(value, limit)))
            .collect();
        all.insert("@message", cut(&message, limit).into());
        all.extend(
            fixed
                .iter()
                .map(|(key, value)| (*key, value.as_str().into())),
        );
        let mut line = serde_json::to_string(&all).unwrap_or_default();
        line.push('\n');
        line
    };
    // Only what is longer than the limit is cut, so the longest values are. A limit on the values
    // tells little about the line: how long a value gets depends on what must be escaped in it.
    std::iter::successors(Some(LONGEST), |limit| Some(limit / 2))
        .take_while(|limit| *limit >= SHORTEST_CUT)
        .map(|limit| cut_to(limit, &fields))
        .find(|line| line.len() <= LONGEST)
        .unwrap_or_else(|| cut_to(SHORTEST_CUT, &BTreeMap::new()))
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// The logger's name, as providers in Go have it: the protocol's, or the provider's own.
fn module(target: &str) -> &'static str {
    if target.contains("::plugin") {
        "sdk.proto"
    } else {
        "provider"
    }
}

/// A time with exactly six digits after the point: Terraform takes no other number of them.
fn timestamp(time: SystemTime) -> String {
    let last = UNIX_EPOCH + Duration::from_secs(LAST_SECOND);
    humantime::format_rfc3339_micros(time.clamp(UNIX_EPOCH, last)).to_string()
}

fn shortened(value: &Value, limit: usize) -> Value {
    value
        .as_str()
        .map_or_else(|| value.clone(), |text| cut(text, limit).into())
}

/// A text, or its beginning and how much of it is not told.
fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let (told, rest) = text.split_at(text.floor_char_boundary(limit));
    Cow::Owned(format!("{told}… ({} more bytes)", rest.len()))
}

/// The fields of an event or a span, as they were recorded: with secrets.
#[derive(Default)]
pub(super) struct Fields(BTreeMap<&'static str, Value>);

impl Fields {
    /// Adds fields that are nearer to the event: they win over those of the same name.
    pub(super) fn add(&mut self, nearer: &Self) {
        for (key, value) in &nearer.0 {
            self.0.insert(key, value.clone());
        }
    }

    /// Takes out an event's message; it is empty where there is none.
    pub(super) fn take_message(&mut self) -> String {
        let message = self.0.remove(MESSAGE);
        message.map_or_else(String::new, |message| text(&message).into_owned())
    }

    /// The fields without secrets, by key. Keys that begin with @ are hclog's own.
    fn masked(&self, masks: &Masks) -> BTreeMap<&'static str, Value> {
        self.0
            .iter()
            .map(|(key, value)| (key.trim_start_matches('@'), masked(value, masks)))
            .collect()
    }

    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        let name = field.name();
        let name = name.strip_prefix("r#").unwrap_or(name);
        self.0.insert(name, value.into());
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    value
        .as_str()
        .map_or_else(|| value.to_string().into(), Cow::Borrowed)
}

/// A value without secrets: a number may be one as well.
fn masked(value: &Value, masks: &Masks) -> Value {
    let told = text(value);
    match masks.mask(&told) {
        Cow::Borrowed(_) => value.clone(),
        Cow::Owned(masked) => masked.into(),
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        match serde_json::Number::from_f64(value) {
            Some(number) => self.put(field, Value::Number(number)),
            None => self.put(field, value.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Fields, Head, LONGEST, Level, line, timestamp};
    use crate::protocol::Masks;

    const HEAD: Head<'_> = Head {
        level: Level::INFO,
        target: "t",
        time: UNIX_EPOCH,
    };

    /// Fields with keys of 30 characters.
    fn many(count: usize, value: &str) -> Fields {
        let key = |i| &*Box::leak(format!("key_{i:026}").into_boxed_str());
        Fields((0..count).map(|i| (key(i), value.into())).collect())
    }

    /// Several long values share the room, whatever must be escaped in them.
    #[test]
    fn long_values_share_the_room() {
        for value in ["a", "\"", "\u{1}", "ü", "𝄞"] {
            let line = line(
                &HEAD,
                "m",
                &many(20, &value.repeat(10_000)),
                &Masks::default(),
            );
            assert!(line.len() <= LONGEST, "{value}");
            assert!(line.len() > LONGEST / 3, "{value}");
            assert_eq!(line.matches(" more bytes)").count(), 20, "{value}");
        }
    }

    /// A line that is long because of its many fields loses them rather than Terraform's attention.
    #[test]
    fn too_many_fields_are_left_out() {
        assert_eq!(
            line(&HEAD, "m", &many(3_000, "v"), &Masks::default()),
            "{\"@level\":\"info\",\"@message\":\"m\",\"@module\":\"provider\",\
             \"@timestamp\":\"1970-01-01T00:00:00.000000Z\"}\n"
        );
    }

    /// A clock that is wrong by ages costs no line.
    #[test]
    fn any_clock_will_do() {
        for (time, expected) in [
            (
                UNIX_EPOCH - Duration::from_secs(1),
                "1970-01-01T00:00:00.000000Z",
            ),
            (
                UNIX_EPOCH + Duration::from_nanos(1_999),
                "1970-01-01T00:00:00.000001Z",
            ),
            (
                UNIX_EPOCH + Duration::from_secs(1 << 40),
                "9999-12-31T23:59:59.000000Z",
            ),
        ] {
            assert_eq!(timestamp(time), expected);
        }
    }
}
