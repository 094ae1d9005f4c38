//! What is told of a panic: a crash report on stderr, in the form that Terraform takes for one.
//!
//! Terraform collects the lines from one that begins with `panic: ` on, and shows them at its end
//! where the command failed, even without `TF_LOG`. A panic inside a call becomes a diagnostic too:
//! that says what happened, and the report tells a maintainer where.
//!
//! May import `protocol`.

use std::any::Any;
use std::backtrace::Backtrace;
use std::io::Write;
use std::panic::PanicHookInfo;

use crate::protocol::Masks;

/// How many lines of the backtrace are told. Terraform shows about a hundred lines of a report.
const LINES: usize = 60;

/// How long a line of the report may get, in bytes: names of generic functions fill pages.
const LINE: usize = 400;

/// How much of a panic's own text is told, in bytes.
const TEXT: usize = 4 * 1024;

/// What is told in place of a backtrace where the build holds no names of functions.
const NAMELESS: &str = "\n   (this build holds no names of functions)";

/// Reports every panic from now on, for the whole process.
pub(super) fn install(masks: &Masks) {
    let masks = masks.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let backtrace = Backtrace::force_capture().to_string();
        let report = report(
            &masks.mask(text(panic.payload())),
            &place(panic),
            &masks.mask(&backtrace),
        );
        // One write, so that no log line gets between; there is nobody to tell if it fails.
        _ = std::io::stderr().lock().write_all(report.as_bytes());
    }));
}

/// The text that a panic was raised with.
pub(crate) fn text(payload: &(dyn Any + Send)) -> &str {
    match (
        payload.downcast_ref::<&'static str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(text), _) => text,
        (None, Some(text)) => text,
        (None, None) => "a panic without a text",
    }
}

/// The thread and the line in which it panicked.
fn place(panic: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a thread without a name");
    panic.location().map_or_else(
        || name.to_owned(),
        |location| format!("{name} at {}:{}", location.file(), location.line()),
    )
}

fn report(text: &str, place: &str, backtrace: &str) -> String {
    let text = text.replace(['\r', '\n'], " ");
    let mut report = format!("panic: {} [{place}]\n", beginning(&text, TEXT));
    for frame in frames(backtrace) {
        report.push_str(beginning(frame, LINE));
        report.push('\n');
    }
    report
}

/// The lines between the panic's own machinery and the thread's beginning, which std marks for this
/// purpose.
fn frames(backtrace: &str) -> impl Iterator<Item = &str> {
    let (_, raised) = backtrace
        .split_once("__rust_end_short_backtrace")
        .unwrap_or(("", NAMELESS));
    raised
        .lines()
        .skip(1)
        .skip_while(|line| line.trim_start().starts_with("at "))
        .take_while(|line| !line.contains("__rust_begin_short_backtrace"))
        .take(LINES)
}

fn beginning(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{LINE, LINES, TEXT, report, text};

    const BACKTRACE: &str = "   0: hook
             at ./hook.rs:1:2
   1: std::sys::backtrace::__rust_end_short_backtrace::<x>
             at ./backtrace.rs:1:2
   2: core::panicking::panic_fmt
             at ./panicking.rs:1:2
   3: ours
   4: std::sys::backtrace::__rust_begin_short_backtrace
   5: main
";

    /// Terraform takes a report for one by its first line, and the lines after it say where it was.
    #[test]
    fn a_report_begins_as_terraform_expects() {
        assert_eq!(
            report("no\r\nmore", "main at src/a.rs:7", BACKTRACE),
            "panic: no  more [main at src/a.rs:7]\n   2: core::panicking::panic_fmt\n             \
             at ./panicking.rs:1:2\n   3: ours\n",
        );
    }

    /// A build without names says so: a hundred unknown frames tell nothing.
    #[test]
    fn a_build_without_names_says_so() {
        assert_eq!(
            report("no", "main", "   0: <unknown>\n   1: <unknown>\n"),
            "panic: no [main]\n   (this build holds no names of functions)\n",
        );
    }

    /// However long texts, names and stacks are, a report fits into one write.
    #[test]
    fn a_report_is_bounded() {
        let backtrace = format!(
            "__rust_end_short_backtrace\n{}",
            format!("   7: {}\n", "ü".repeat(LINE)).repeat(9 * LINES)
        );
        let report = report(&"ü".repeat(TEXT), "main", &backtrace);
        assert_eq!(report.lines().count(), 1 + LINES);
        assert!(report.len() < 32 * 1024);
    }

    /// The texts that panics are raised with, and something that is none.
    #[test]
    fn every_payload_has_a_text() {
        assert_eq!(text(&"fixed"), "fixed");
        assert_eq!(text(&String::from("made")), "made");
        assert_eq!(text(&7_u8), "a panic without a text");
    }
}
