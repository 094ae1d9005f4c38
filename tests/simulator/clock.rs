//! Time as the wire writes it: the basic ISO 8601 form of `X-Amz-Date`, and seconds since 1970.
//!
//! Imports nothing. The signature check ([`super::sigv4`]) and the trail times ([`super::trail`])
//! read it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Seconds since 1970, now; 0 on a machine whose clock is before that.
#[expect(
    clippy::disallowed_methods,
    reason = "a service judges signatures by its own clock"
)]
pub(crate) fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|passed| i64::try_from(passed.as_secs()).ok())
        .unwrap_or_default()
}

/// Reads `20150830T123600Z` to the second. `None` for anything else, impossible dates included.
pub(crate) fn parse(stamp: &str) -> Option<i64> {
    let (date, time) = stamp.strip_suffix('Z')?.split_once('T')?;
    if date.len() != 8 || time.len() != 6 {
        return None;
    }
    let (year, month, day) = (
        number(date, 0, 4)?,
        number(date, 4, 6)?,
        number(date, 6, 8)?,
    );
    let (hour, minute, second) = (
        number(time, 0, 2)?,
        number(time, 2, 4)?,
        number(time, 4, 6)?,
    );
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days_since_1970(year, month, day);
    // A date that does not survive the way there and back (30 February) is no date.
    (civil(days) == (year, month, day)).then_some(days * DAY + hour * 3_600 + minute * 60 + second)
}

/// Writes seconds since 1970 as `20150830T123600Z`.
pub(crate) fn basic(seconds: i64) -> String {
    let ((year, month, day), (hour, minute, second)) = parts(seconds);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Writes seconds since 1970 as `2015-08-30T12:36:00Z`.
pub(crate) fn extended(seconds: i64) -> String {
    let ((year, month, day), (hour, minute, second)) = parts(seconds);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn number(text: &str, from: usize, to: usize) -> Option<i64> {
    let digits = text.get(from..to)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

fn parts(seconds: i64) -> ((i64, i64, i64), (i64, i64, i64)) {
    let rest = seconds.rem_euclid(DAY);
    (
        civil(seconds.div_euclid(DAY)),
        (rest / 3_600, rest / 60 % 60, rest % 60),
    )
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. A year is taken to begin in March, so
/// that the leap day is its last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9).rem_euclid(12);
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

fn civil(days: i64) -> (i64, i64, i64) {
    // Search from an estimate: at most two steps, and no second formula to get wrong.
    let mut year = 1970 + days.div_euclid(366);
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12)
        .rev()
        .find(|&month| days_since_1970(year, month, 1) <= days);
    let month = month.unwrap_or(1);
    (year, month, days - days_since_1970(year, month, 1) + 1)
}
