//! The promises of `records.rs`: the same records come out however the file is laid out, packed and
//! read, and a broken one costs itself only.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

mod packed;

/// A source that gives so many bytes at a time, in turn.
struct Dribble<'b> {
    bytes: &'b [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Dribble<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()];
        self.turn += 1;
        let size = size.min(room.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(size);
        room[..size].copy_from_slice(now);
        self.bytes = later;
        Ok(size)
    }
}

/// The texts of the records and of the faults, each where it stands.
fn read_from(source: impl Read) -> Vec<Result<(u64, String), (u64, Fault)>> {
    let mut records = Records::new("f", source);
    let mut all = Vec::new();
    while let Some(next) = records.read() {
        let number = u64::try_from(all.len() + 1).unwrap();
        all.push(match next {
            Ok(record) => {
                assert_eq!(record.number, number);
                Ok((record.offset, record.json.to_owned()))
            }
            Err(broken) => {
                assert_eq!((broken.file.as_str(), broken.number), ("f", number));
                assert!(!broken.to_string().contains('\n'));
                Err((broken.offset, broken.what))
            }
        });
    }
    assert!(records.read().is_none(), "the end stays the end");
    all
}

fn read(bytes: &[u8]) -> Vec<Result<(u64, String), (u64, Fault)>> {
    read_from(bytes)
}

/// The texts of the whole records, and how many faults there were.
fn texts(bytes: &[u8]) -> (Vec<String>, usize) {
    let all = read(bytes);
    let faults = all.iter().filter(|one| one.is_err()).count();
    (
        all.into_iter().flatten().map(|(_, text)| text).collect(),
        faults,
    )
}

/// As gzip, in members of so many bytes.
fn packed(bytes: &[u8], member: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for part in bytes.chunks(member.max(1)) {
        let mut encoder = GzEncoder::new(&mut out, Compression::fast());
        encoder.write_all(part).unwrap();
        encoder.finish().unwrap();
    }
    out
}

#[derive(Debug, Clone, Copy)]
enum Layout {
    LogFile,
    LogFileWithMore,
    List,
    Lines,
    OneAfterAnother,
    LogFiles,
    ListOfLines,
}

const LAYOUTS: [Layout; 7] = [
    Layout::LogFile,
    Layout::LogFileWithMore,
    Layout::List,
    Layout::Lines,
    Layout::OneAfterAnother,
    Layout::LogFiles,
    Layout::ListOfLines,
];

impl Layout {
    fn lay(self, records: &[String]) -> String {
        match self {
            Self::LogFile => format!("{{\"Records\":[{}]}}", records.join(",")),
            Self::LogFileWithMore => format!(
                "\u{feff} {{ \"Records\" :\t[ {} ] , \"more\": [{{\"Records\":[1]}}, \"]}}\"] }}\n",
                records.join(" ,\n ")
            ),
            Self::List => format!("[{}]", records.join(",")),
            Self::Lines => records.join("\n"),
            Self::OneAfterAnother => records.concat(),
            Self::LogFiles => records
                .iter()
                .map(|record| format!("{{\"Records\":[{record}]}}"))
                .collect::<Vec<_>>()
                .join("\r\n"),
            Self::ListOfLines => format!("[\n  {}\n]\n", records.join(",\n  ")),
        }
    }

    /// Whether a part of the file can be a file again, so that a cut is not always seen.
    fn has_parts(self) -> bool {
        match self {
            Self::Lines | Self::OneAfterAnother | Self::LogFiles => true,
            Self::LogFile | Self::LogFileWithMore | Self::List | Self::ListOfLines => false,
        }
    }
}

/// JSON with everything that could be taken for an end.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
        Just("-1.5e+7".to_owned()),
        prop::sample::select(vec![
            "}",
            "{",
            "]",
            "[",
            "\"",
            "\\",
            "\\\"",
            "\n",
            "é",
            "\u{1f600}",
            ","
        ])
        .prop_map(|text| serde_json::to_string(text).unwrap()),
        "[ -~é]{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just("\"\\u007d\\/\"".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::vec(inner, 0..4).prop_map(|all| {
                let entries: Vec<_> = all.iter().map(|one| format!("\"k\\\"}}\":{one}")).collect();
                format!("{{{}}}", entries.join("\n,"))
            }),
        ]
    })
}

fn record() -> impl Strategy<Value = String> {
    (0..9u8, value(), value()).prop_map(|(name, one, other)| {
        format!(
            "{{\"eventVersion\":\"1.11\",\"eventName\":\"N{name}\",\"a\":{one}, \"b\" : {other} }}"
        )
    })
}

fn records() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(record(), 1..6)
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![1..4usize, 1..300usize], 1..6)
}

proptest! {
    #[test]
    fn layout_packing_and_portions_do_not_count(
        records in records(),
        layout in prop::sample::select(&LAYOUTS[..]),
        sizes in sizes(),
        member in 1..400usize,
    ) {
        let file = layout.lay(&records);
        let zipped = packed(file.as_bytes(), member);
        for bytes in [file.as_bytes(), zipped.as_slice()] {
            let all = read_from(Dribble { bytes, sizes: sizes.clone(), turn: 0 });
            prop_assert_eq!(all.len(), records.len());
            for (one, wanted) in all.iter().zip(&records) {
                let (offset, text) = one.as_ref().unwrap();
                prop_assert_eq!(text, wanted);
                let at = usize::try_from(*offset).unwrap();
                prop_assert!(file[at..].starts_with(text.as_str()), "the offset is where it stands");
            }
        }
    }

    #[test]
    fn a_cut_costs_the_records_behind_it_and_one_fault(
        records in records(),
        layout in prop::sample::select(&LAYOUTS[..]),
        is_packed in any::<bool>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let file = layout.lay(&records);
        let whole = if is_packed {
            packed(file.as_bytes(), usize::MAX)
        } else {
            file.clone().into_bytes()
        };
        let cut = cut.index(whole.len());
        let (found, faults) = texts(&whole[..cut]);
        prop_assert_eq!(&records[..found.len()], &found[..]);
        prop_assert!(faults <= 1);
        if is_packed {
            prop_assert_eq!(faults, usize::from(cut > 0));
        } else {
            let ends: Vec<_> = read(file.as_bytes())
                .into_iter()
                .map(|one| one.unwrap())
                .map(|(offset, text)| usize::try_from(offset).unwrap() + text.len())
                .collect();
            let before = ends.iter().filter(|end| **end <= cut).count();
            prop_assert_eq!(found.len(), before);
            let start = String::from_utf8_lossy(&whole[..cut]);
            let is_begun = start.contains(['{', '[']);
            let is_whole = file.trim_end().len() <= cut;
            if is_begun && !layout.has_parts() {
                prop_assert_eq!(faults, usize::from(!is_whole));
            }
        }
    }

    #[test]
    fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..200), sizes in sizes()) {
        let all = read_from(Dribble { bytes: &bytes, sizes, turn: 0 });
        prop_assert!(all.len() <= bytes.len());
    }

    #[test]
    fn any_brackets_come_to_an_end(text in "[\\[\\]{},:\"\\\\ \na1]{0,60}", sizes in sizes()) {
        let file = format!("{{\"Records\":[{text}");
        for bytes in [text.as_bytes(), file.as_bytes()] {
            let all = read_from(Dribble { bytes, sizes: sizes.clone(), turn: 0 });
            for text in all.into_iter().flatten().map(|(_, text)| text) {
                prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
            }
        }
    }

    #[test]
    fn a_changed_byte_comes_to_an_end(
        records in prop::collection::vec(record(), 4..9),
        layout in prop::sample::select(&LAYOUTS[..]),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        is_packed in any::<bool>(),
    ) {
        let mut file = layout.lay(&records).into_bytes();
        if is_packed {
            file = packed(&file, 1000);
        }
        let at = at.index(file.len());
        file[at] = byte;
        // Whatever it hits, no panic and an end.
        let all = read(&file);
        prop_assert!(all.len() <= file.len());
    }

    #[test]
    fn a_damage_costs_the_same_whatever_the_portions(
        records in records(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        sizes in sizes(),
    ) {
        let mut bytes = packed(Layout::Lines.lay(&records).repeat(20).as_bytes(), 4000);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let bytes = bytes.as_slice();
        prop_assert_eq!(read(bytes), read_from(Dribble { bytes, sizes, turn: 0 }));
    }

    #[test]
    fn a_line_that_breaks_off_costs_itself(
        before in records(),
        broken in record(),
        behind in records(),
        cut in any::<prop::sample::Index>(),
    ) {
        // Where a value may follow, the next line is taken for it.
        let cut = 1 + cut.index(broken.len() - 1);
        let mut start = broken.as_bytes()[..cut].to_vec();
        prop_assume!(!matches!(start.trim_ascii_end().last(), Some(b':' | b',' | b'[')));
        start.push(b'\n');
        let mut file = (before.join("\n") + "\n").into_bytes();
        file.extend(start);
        file.extend(behind.join("\n").bytes());
        let (found, faults) = texts(&file);
        prop_assert_eq!(found, [before, behind].concat());
        prop_assert_eq!(faults, 1);
    }
}

#[test]
fn each_damage_is_told_in_one_line_and_the_rest_is_read() {
    let good = "{\"eventVersion\":\"1.11\",\"eventName\":\"CreateUser\"}";
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(128), "]".repeat(128));
    for (damage, text) in [
        (
            &b"{\"eventVersion\":\"1.1"[..],
            "the JSON breaks off or is wrong at byte 81",
        ),
        (b"{\"a\":1]", "the JSON breaks off or is wrong at byte 67"),
        (b"{\"a\":\"\x80\"}", "not UTF-8 at byte 67"),
        (
            b"{\"a\":tru}",
            "not a record: expected ident at line 1 column 9",
        ),
        (b"{\"a\":1,}", "the JSON breaks off or is wrong at byte 68"),
        (
            b"{\"a\":\"\\x\"}",
            "not a record: invalid escape at line 1 column 8",
        ),
        (
            b"{\"a\":01}",
            "not a record: invalid number at line 1 column 7",
        ),
        (b"null", "found something else than a record, an object"),
        (b"[1]", "found something else than a record, an object"),
        (deep.as_bytes(), "more than 128 brackets inside each other"),
        (
            b"{\"a\":1,\"Records\":[{}]}",
            "not a record: found `Records`, which a record does not have; expected one record, or a \
             log file whose first key is `Records` at line 1 column 16",
        ),
    ] {
        for (open, comma, close) in [
            ("\n\n\n\n\n\n\n\n\n\n\n\n", "\n", ""),
            ("{\"Records\":[", ",", "]}"),
        ] {
            let parts = [
                open.as_bytes(),
                good.as_bytes(),
                comma.as_bytes(),
                damage,
                comma.as_bytes(),
                good.as_bytes(),
                close.as_bytes(),
            ];
            let is_list = comma == ",";
            // A string that is not closed swallows what is behind it, up to its next quote.
            if is_list && text.ends_with("byte 81") || damage == b"[1]" && !is_list {
                continue;
            }
            let mut records = Records::new("log.json", io::Cursor::new(parts.concat()));
            let mut said = Vec::new();
            let mut whole = 0;
            while let Some(next) = records.read() {
                match next {
                    Ok(record) => {
                        assert_eq!(record.event.event_name.text(), Some("CreateUser"));
                        whole += 1;
                    }
                    Err(broken) => said.push(broken.to_string()),
                }
            }
            assert_eq!(said, [format!("log.json: record 2 at byte 61: {text}")]);
            assert_eq!(whole, 2, "{text}");
        }
    }
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let record = format!("{{\"a\":{}1{}}}", "[".repeat(127), "]".repeat(127));
    assert_eq!(texts(record.as_bytes()), (vec![record], 0));
}

#[test]
fn a_line_need_not_start_as_cloudtrail_writes_it_to_be_found_again() {
    // Longer than what is looked ahead, so that the line break can be the last byte that was read.
    let long = "x".repeat(2 * AHEAD);
    let file = format!(
        "{{\"a\":\"{long}\n{{\"b\":1}}\n{{\"a\":1 {{\"b\":2}}\n{{\"b\":3}}\n  {{\"Records\":[{{\"b\":4}}]}}"
    );
    for size in [1, 2, 3, 1000] {
        let all = read_from(Dribble {
            bytes: file.as_bytes(),
            sizes: vec![size],
            turn: 0,
        });
        let faults = all.iter().filter(|one| one.is_err()).count();
        let found: Vec<_> = all.into_iter().flatten().map(|(_, text)| text).collect();
        assert_eq!(found, ["{\"b\":1}", "{\"b\":3}", "{\"b\":4}"], "{size}");
        assert_eq!(faults, 2, "{size}");
    }
}

#[test]
fn a_list_that_lost_its_way_goes_on_at_the_next_record() {
    let good = "{\"eventVersion\":\"1.11\"}";
    for damage in [
        "{\"eventVersion\":\"1.11,\"a\":2}",
        "{\"a\":{\"b\":1}",
        "{\"a\" 1}",
        "7",
        "{\"a\":}",
    ] {
        let file = format!("{{\"Records\":[{good},{damage},{good},\n {good}]}}\n{good}");
        let (found, faults) = texts(file.as_bytes());
        assert_eq!(faults, 1, "{damage}");
        assert_eq!(found, vec![good.to_owned(); 4], "{damage}");
    }
}

/// A record of so many bytes of `x`, and a small one behind it.
fn large(bytes: u64) -> impl Read {
    io::Cursor::new("[{\"a\":\"")
        .chain(io::repeat(b'x').take(bytes))
        .chain(io::Cursor::new("\"}, {\"eventName\":\"N\"}]"))
}

#[test]
fn a_record_of_any_length_is_skipped_in_a_bounded_memory() {
    let mut records = Records::new("f", large(100 << 20));
    let said = records.read().unwrap().unwrap_err().to_string();
    assert_eq!(said, "f: record 1 at byte 1: more than 16 MiB long");
    let next = records.read().unwrap().unwrap();
    assert_eq!(next.event.event_name.text(), Some("N"));
    assert!(records.read().is_none());
    assert!(records.buffer.capacity() <= RECORD_MAX + 4 * CHUNK);

    // With the brackets and quotes that are around the text, the one is just small enough.
    let most = u64::try_from(RECORD_MAX).unwrap();
    let is_read = |bytes| Records::new("f", large(bytes)).read().unwrap().is_ok();
    assert!(is_read(most - 8));
    assert!(!is_read(most - 7));
}

#[test]
fn many_records_need_no_more_memory_than_few() {
    let line = "{\"eventVersion\":\"1.11\",\"eventName\":\"N\"}\n".repeat(100);
    let mut file: Box<dyn Read> = Box::new(io::empty());
    for _ in 0..50 {
        file = Box::new(file.chain(io::Cursor::new(line.clone())));
    }
    let mut records = Records::new("f", file);
    let mut count = 0;
    while let Some(next) = records.read() {
        count += usize::from(next.is_ok());
    }
    assert_eq!(count, 5000);
    assert!(records.buffer.capacity() <= 4 * CHUNK);
}

/// Is interrupted, and then fails.
struct Fails {
    was_interrupted: bool,
}

impl Read for Fails {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        if self.was_interrupted {
            return Err(io::Error::other("the disk is gone"));
        }
        self.was_interrupted = true;
        Err(io::ErrorKind::Interrupted.into())
    }
}

#[test]
fn what_cannot_be_read_further_is_told_once_behind_what_could() {
    let line = "{\"eventName\":\"N\"}\n";
    for (before, whole) in [
        (line.repeat(3), 3),
        (format!("{line}{{\"event"), 1),
        (String::new(), 0),
    ] {
        let fails = Fails {
            was_interrupted: false,
        };
        let mut all = read_from(io::Cursor::new(before).chain(fails));
        let last = all.pop().map(|last| last.unwrap_err().1);
        assert_eq!(last, Some(Fault::Read("the disk is gone".to_owned())));
        assert_eq!(all.iter().filter(|one| one.is_ok()).count(), whole);
        assert_eq!(all.len(), whole);
    }

    let whole = packed(b"{\"eventName\":\"N\"}\n", 100);
    let mut damaged = whole.clone();
    let last = damaged.len() - 6;
    damaged[last] ^= 1;
    let (found, faults) = texts(&damaged);
    assert_eq!((found.len(), faults), (1, 1), "the check sum does not fit");
    assert_eq!(texts(&[whole.as_slice(), b"rubbish"].concat()).1, 1);
    assert_eq!(texts(&whole[..1]).1, 1);
    assert_eq!(texts(&whole[..2]).1, 1);
}

/// It was lost where the next record was looked for when the reading failed.
#[test]
fn regression_a_failure_is_told_behind_what_is_broken() {
    for before in ["{\"a\" ]", "{\"Records\":[{}, ]", "{\"Records\":[]x"] {
        let fails = Fails {
            was_interrupted: false,
        };
        let mut all = read_from(io::Cursor::new(before).chain(fails));
        let last = all.pop().map(|last| last.unwrap_err().1);
        assert_eq!(
            last,
            Some(Fault::Read("the disk is gone".to_owned())),
            "{before}"
        );
        assert_eq!(all.iter().filter(|one| one.is_err()).count(), 1, "{before}");
    }
}

#[test]
fn nothing_is_no_record_and_no_fault() {
    for nothing in [
        "",
        " \n",
        "\u{feff}",
        "[]",
        "{\"Records\":[]}",
        "{\"Records\":[],\"a\":1}",
        "[ ] [ ]",
    ] {
        assert_eq!(texts(nothing.as_bytes()), (vec![], 0), "{nothing:?}");
        assert_eq!(
            texts(&packed(nothing.as_bytes(), 100)),
            (vec![], 0),
            "{nothing:?}"
        );
    }
}
