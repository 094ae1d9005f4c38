//! The promises of the command line that need no process; the others are in `tests/command.rs`.

use std::cell::Cell;

use super::arguments::{Check, Explain};
use super::progress::Progress;
use super::*;
use crate::rules::Destination;

fn parsed(line: &str) -> Result<Order, String> {
    arguments::parse(line.split_whitespace().map(OsString::from))
}

#[test]
fn options_may_stand_anywhere() {
    let check = |is_json| {
        Ok(Order::Check(Check {
            files: vec!["a".into(), "-".into()],
            destination: Destination::EventDataStore,
            is_json,
        }))
    };
    assert_eq!(
        parsed("check a - --destination event_data_store"),
        check(false)
    );
    assert_eq!(
        parsed("check --destination=event_data_store a --json -"),
        check(true)
    );
    let explain = |is_json| {
        Ok(Order::Explain(Explain {
            selectors: "s".into(),
            records: vec!["r".into(), "-".into()],
            is_json,
        }))
    };
    assert_eq!(parsed("explain s r -"), explain(false));
    assert_eq!(parsed("explain --json s r -"), explain(true));
    assert_eq!(parsed("explain s --help"), Ok(Order::Help));
    assert_eq!(parsed("check -h"), Ok(Order::Help));
    let dashed = parsed("explain -- --json r").unwrap();
    assert!(matches!(dashed, Order::Explain(order) if order.selectors == Path::new("--json")));
}

#[test]
fn each_misuse_is_told() {
    const PLACES: &str = "expected one of trail, event_data_store";
    for (line, text) in [
        ("check a", format!("found no --destination; {PLACES}")),
        (
            "check --destination trail",
            "found no FILE; expected event selectors as JSON, or `-`".into(),
        ),
        (
            "check a --destination lake",
            format!("found --destination lake; {PLACES}"),
        ),
        (
            "check a --destination",
            "missing argument for option '--destination'".into(),
        ),
        (
            "check - - --destination trail",
            "found `-` twice; expected it once: there is one standard input".into(),
        ),
        (
            "explain - r -",
            "found `-` twice; expected it once: there is one standard input".into(),
        ),
        (
            "explain s r --destination trail",
            "found --destination; expected it with check only".into(),
        ),
        (
            "explain s",
            "found too few arguments; expected SELECTORS and at least one of RECORDS".into(),
        ),
        (
            "explain",
            "found too few arguments; expected SELECTORS and at least one of RECORDS".into(),
        ),
        ("explain s r --deep", "invalid option '--deep'".into()),
        ("explain s r -j", "invalid option '-j'".into()),
        (
            "explain s r --json=yes",
            "unexpected argument for option '--json': \"yes\"".into(),
        ),
    ] {
        assert_eq!(parsed(line), Err(text), "{line}");
    }
}

#[test]
fn a_text_of_others_does_nothing_to_a_terminal() {
    assert_eq!(one_line("plain ü"), "plain ü");
    assert_eq!(one_line("a\n\u{1b}[2Jb\u{9b}"), "a\\n\\u{1b}[2Jb\\u{9b}");
}

#[test]
fn counts_are_read_easily() {
    for (count, text) in [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (12_345_678, "12,345,678"),
    ] {
        assert_eq!(grouped(count), text);
    }
    assert_eq!(counted(1, "file"), "1 file");
    assert_eq!(counted(2000, "file"), "2,000 files");
}

/// What a progress line comes to on a terminal with so many columns, told at these milliseconds.
fn told(columns: Option<usize>, total: Option<u64>, at: &[u64]) -> String {
    let now = Cell::new(Duration::ZERO);
    let mut errors = Vec::new();
    let mut around = Surroundings {
        input: &mut io::empty(),
        output: &mut io::sink(),
        errors: &mut errors,
        columns,
        clock: &|| now.get(),
    };
    let mut progress = Progress::new(total, &around);
    for milliseconds in at {
        now.set(Duration::from_millis(*milliseconds));
        progress.tell(&mut around, 100 << 20, 1234);
    }
    progress.clear(&mut around);
    String::from_utf8(errors).unwrap()
}

#[test]
fn progress_is_for_terminals_and_for_much() {
    let large = Some(200 << 20);
    let line = "\r 50 %  100 of 200 MiB  1,234 records  0 s\u{1b}[K";
    assert_eq!(told(None, large, &[0, 200, 5000]), "", "no terminal");
    assert_eq!(told(Some(80), Some(1 << 20), &[0, 200, 999]), "", "little");
    assert_eq!(told(Some(80), large, &[0, 99]), "", "at once");
    let once = format!("{line}\r\u{1b}[K");
    assert_eq!(told(Some(80), large, &[100, 150]), once);
    let slow = "\r100 MiB  1,234 records  1 s\u{1b}[K\r\u{1b}[K";
    assert_eq!(told(Some(80), None, &[999, 1000]), slow);
    let narrow = "\r 50 %  10\u{1b}[K\r\u{1b}[K";
    assert_eq!(told(Some(10), large, &[100]), narrow);
}

/// Takes nothing, for this reason.
struct Refuses(io::ErrorKind);

impl Write for Refuses {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_may_go_away_and_a_disk_may_not_be_full() {
    for (why, code, is_told) in [
        (io::ErrorKind::BrokenPipe, FOUND, false),
        (io::ErrorKind::StorageFull, USELESS, true),
    ] {
        let mut errors = Vec::new();
        let mut around = Surroundings {
            input: &mut "[]".as_bytes(),
            output: &mut Refuses(why),
            errors: &mut errors,
            columns: None,
            clock: &|| Duration::ZERO,
        };
        let line = "check - --destination trail";
        let arguments = line.split(' ').map(OsString::from);
        assert_eq!(run(arguments, &mut around), code);
        assert_eq!(!errors.is_empty(), is_told);
    }
}
