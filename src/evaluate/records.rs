//! Files of CloudTrail records, read in a memory that does not grow with them.
//!
//! Read are the files that CloudTrail delivers (`{"Records": [...]}`), single records, records one a
//! line, lists of records, what `aws cloudtrail lookup-events` prints, events of EventBridge that carry
//! a record, any of these one after another, and all of it packed by gzip, in several members if need
//! be, which is found out from the first bytes.
//!
//! A record that is broken costs one line of text, and the next one is looked for: behind its end
//! where its brackets say where that is; else at the next record that starts with `eventVersion`, as
//! CloudTrail's do, or, outside lists, at the next line that starts with a brace. A line that breaks
//! off just where JSON may go on with a value takes the next line with it.
//!
//! A gzip file that is damaged in its middle costs the record with the damage and all that follow; the
//! damage itself is told.
//!
//! Imports nothing but its own parent. Next: `records/scan.rs`, which finds the end of a record;
//! `records/gzip.rs`, which unpacks; `records/wrapped.rs`, which finds a record in something else.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html>

mod gzip;
mod scan;
mod wrapped;

use std::fmt;
use std::io::{self, BufReader, Read};

use super::Event;
use scan::{Scan, Step};
use wrapped::Wrapper;

/// The largest record that is read, in bytes of JSON. A larger one is reported and skipped without
/// being held.
///
/// CloudTrail's own are of 256 KB at most
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>).
pub const RECORD_MAX: usize = 16 << 20;

/// The deepest nesting of brackets in a record. A deeper one is reported and skipped.
pub const DEPTH_MAX: u32 = 128;

/// How much is read at once, in bytes.
const CHUNK: usize = 256 << 10;

/// How far is looked ahead to tell a log file, or the beginning of a record, in bytes.
const AHEAD: usize = 256;

/// The keys under which a file has its records: as it is delivered, and as `LookupEvents` answers
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html>).
const LISTS: [&[u8]; 2] = [b"\"Records\"", b"\"Events\""];

/// What some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The records of one file, one after another.
pub struct Records<'r> {
    file: String,
    source: Box<dyn Read + 'r>,
    /// What was read; that before `start` is done with, that from `end` on is not filled.
    buffer: Vec<u8>,
    /// A record that stands as a text in another.
    unwrapped: String,
    start: usize,
    end: usize,
    /// Where in the stream the buffer begins.
    offset: u64,
    is_at_end: bool,
    failure: Option<String>,
    /// How many records there were, broken ones included.
    number: u64,
    place: Place,
}

/// Where in a file the reader is between two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Outside of everything.
    Top,
    /// In a list; whether that is in an object, and what comes next.
    List { is_wrapped: bool, next: Next },
    /// Behind the list of an object.
    Tail,
    /// At the end, or where nothing more can be found.
    Done,
}

/// What a list has next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    RecordOrEnd,
    Record,
    CommaOrEnd,
}

/// A record that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'b> {
    /// What selectors can ask.
    pub event: Event<'b>,
    /// The whole record as it stands in the file, with what it is wrapped in; of `LookupEvents`, which
    /// has it as a text, that text.
    pub json: &'b str,
    /// Which of the file's records it is, counted from 1, broken ones included.
    pub number: u64,
    /// Where it begins, in bytes from the start of the file, unpacked.
    pub offset: u64,
}

/// A record, or a place where one should be, that could not be read. Its text is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The file, as its reader was told.
    pub file: String,
    /// Which of the file's records it is, counted from 1.
    pub number: u64,
    /// Where it begins, in bytes from the start of the file, unpacked.
    pub offset: u64,
    /// What is wrong with it.
    pub what: Fault,
}

/// What is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The file ends before it does.
    CutOff,
    /// Its JSON is broken at this byte of the file, unpacked, in a way that hides its end.
    Lost(u64),
    /// Its JSON is broken, or it is not a record: in the JSON reader's words.
    Json(String),
    /// It is not UTF-8 from this byte of the file on, unpacked.
    NotUtf8(u64),
    /// It has more than [`DEPTH_MAX`] brackets inside each other.
    TooDeep,
    /// It has more than [`RECORD_MAX`] bytes.
    TooLarge,
    /// There is something else than a record.
    NotARecord,
    /// The file cannot be read any further: in the system's words, or those of the unpacking.
    Read(String),
}

/// How following brackets to the end of a record, or of a log file, came out.
enum Followed {
    /// The end is found, and the reader is behind it.
    Whole {
        length: usize,
        is_held: bool,
        is_too_deep: bool,
    },
    /// The file ends before.
    CutOff,
    /// The reader is at a byte that cannot be there.
    Lost,
}

impl<'r> Records<'r> {
    /// A reader of the file. The name is for texts only.
    ///
    /// What goes wrong with the first bytes is told by the first [`Records::read`].
    #[must_use]
    pub fn new(file: &str, mut source: impl Read + 'r) -> Self {
        let mut first = Vec::with_capacity(gzip::MAGIC.len());
        let failure = (&mut source).take(2).read_to_end(&mut first).err();
        let is_packed = first == gzip::MAGIC;
        let whole = io::Cursor::new(first).chain(source);
        let source: Box<dyn Read + 'r> = if is_packed {
            Box::new(gzip::Unpacked::new(BufReader::with_capacity(CHUNK, whole)))
        } else {
            Box::new(whole)
        };
        Self {
            file: file.to_owned(),
            source,
            buffer: Vec::new(),
            unwrapped: String::new(),
            start: 0,
            end: 0,
            offset: 0,
            is_at_end: failure.is_some(),
            failure: failure.map(|error| error.to_string()),
            number: 0,
            place: Place::Top,
        }
    }

    /// The next record, or what is wrong with it; `None` behind the last.
    pub fn read(&mut self) -> Option<Result<Record<'_>, Broken>> {
        let found = self.find()?;
        self.number = self.number.saturating_add(1);
        let (offset, length) = match found {
            Ok(length) => (self.position().saturating_sub(wide(length)), length),
            Err((offset, what)) => return Some(Err(self.broken(offset, what))),
        };
        let begin = self.start.saturating_sub(length);
        let bytes = self.buffer.get(begin..self.start).unwrap_or_default();
        let what = match std::str::from_utf8(bytes) {
            Ok(json) => match Event::parse(json) {
                Ok(event) => {
                    let number = self.number;
                    let record = |event, json| Record {
                        event,
                        json,
                        number,
                        offset,
                    };
                    match Wrapper::open(&event, json) {
                        None => return Some(Ok(record(event, json))),
                        Some(Wrapper {
                            text: None, detail, ..
                        }) => return Some(Ok(record(detail.unwrap_or(event), json))),
                        Some(Wrapper {
                            text: Some(text), ..
                        }) => {
                            self.unwrapped = text;
                            match Event::parse(&self.unwrapped) {
                                Ok(event) => return Some(Ok(record(event, &self.unwrapped))),
                                Err(error) => Fault::Json(error.to_string()),
                            }
                        }
                    }
                }
                Err(error) => Fault::Json(error.to_string()),
            },
            Err(error) => Fault::NotUtf8(offset.saturating_add(wide(error.valid_up_to()))),
        };
        Some(Err(self.broken(offset, what)))
    }

    /// The length of the next record, behind which the reader is then; or where it begins and what is
    /// wrong with it.
    fn find(&mut self) -> Option<Result<usize, (u64, Fault)>> {
        loop {
            let next = match self.place {
                Place::Done => {
                    let begin = self.position();
                    let failure = self.failure.take();
                    return failure.map(|text| Err((begin, Fault::Read(text))));
                }
                Place::Tail => {
                    let begin = self.position();
                    match self.follow(Scan::behind_list(), false) {
                        Followed::Whole { .. } => {
                            self.place = Place::Top;
                            continue;
                        }
                        Followed::CutOff => return Some(Err((begin, self.ended()))),
                        Followed::Lost => {
                            self.place = Place::Top;
                            return Some(Err((begin, self.lost())));
                        }
                    }
                }
                Place::Top | Place::List { .. } => self.peek(),
            };
            let begin = self.position();
            match (self.place, next) {
                (Place::Top, None) => self.place = Place::Done,
                (_, None) => return Some(Err((begin, self.ended()))),
                (Place::Top, Some(b'[')) => self.enter(1, false),
                (Place::Top, Some(b'{')) => match self.log_file() {
                    Some(length) => self.enter(length, true),
                    None => return Some(self.record(begin)),
                },
                (Place::List { is_wrapped, next }, Some(b']')) if next != Next::Record => {
                    self.start = self.start.saturating_add(1);
                    self.place = if is_wrapped { Place::Tail } else { Place::Top };
                }
                (
                    Place::List {
                        is_wrapped,
                        next: Next::CommaOrEnd,
                    },
                    Some(b','),
                ) => {
                    self.start = self.start.saturating_add(1);
                    let next = Next::Record;
                    self.place = Place::List { is_wrapped, next };
                }
                (Place::List { is_wrapped, next }, Some(b'{')) if next != Next::CommaOrEnd => {
                    let next = Next::CommaOrEnd;
                    self.place = Place::List { is_wrapped, next };
                    return Some(self.record(begin));
                }
                (_, Some(_)) => {
                    self.recover();
                    return Some(Err((begin, Fault::NotARecord)));
                }
            }
        }
    }

    /// Goes into a list that begins so many bytes further on.
    fn enter(&mut self, length: usize, is_wrapped: bool) {
        self.start = self.start.saturating_add(length);
        let next = Next::RecordOrEnd;
        self.place = Place::List { is_wrapped, next };
    }

    /// Follows the record that begins here.
    fn record(&mut self, begin: u64) -> Result<usize, (u64, Fault)> {
        match self.follow(Scan::before(), true) {
            Followed::Whole { is_held: false, .. } => Err((begin, Fault::TooLarge)),
            Followed::Whole {
                is_too_deep: true, ..
            } => Err((begin, Fault::TooDeep)),
            Followed::Whole { length, .. } => Ok(length),
            Followed::CutOff => Err((begin, self.ended())),
            Followed::Lost => Err((begin, self.lost())),
        }
    }

    /// Goes to the end of what the scan follows. As long as it is held and not too large, it stays
    /// in the buffer.
    fn follow(&mut self, mut scan: Scan, mut is_held: bool) -> Followed {
        let mut gone: usize = 0;
        loop {
            let chunk = self.rest().get(gone..).unwrap_or_default();
            let length = chunk.len();
            match scan.run(chunk) {
                Step::End(bytes) => {
                    let length = gone.saturating_add(bytes);
                    self.start = self.start.saturating_add(length);
                    return Followed::Whole {
                        length,
                        is_held: is_held && length <= RECORD_MAX,
                        is_too_deep: scan.too_deep,
                    };
                }
                Step::Lost(bytes) => {
                    self.start = self.start.saturating_add(gone).saturating_add(bytes);
                    return Followed::Lost;
                }
                Step::More => {
                    gone = gone.saturating_add(length);
                    is_held &= gone <= RECORD_MAX;
                    if !is_held {
                        self.start = self.start.saturating_add(gone);
                        gone = 0;
                    }
                    if !self.fill() {
                        return Followed::CutOff;
                    }
                }
            }
        }
    }

    /// The length of the beginning of a log file, up to its first record, if there is one here.
    fn log_file(&mut self) -> Option<usize> {
        let ahead = self.ahead();
        LISTS.iter().find_map(|key| {
            let mut rest = ahead;
            for part in [b"{".as_slice(), key, b":", b"["] {
                rest = rest.trim_ascii_start().strip_prefix(part)?;
            }
            ahead.len().checked_sub(rest.len())
        })
    }

    /// What there is to say where the file ends too early, after which nothing more is read.
    fn ended(&mut self) -> Fault {
        self.place = Place::Done;
        self.failure.take().map_or(Fault::CutOff, Fault::Read)
    }

    /// What there is to say at a byte that cannot be there, after which the next record is looked
    /// for.
    fn lost(&mut self) -> Fault {
        let at = self.position();
        self.recover();
        Fault::Lost(at)
    }

    /// Goes to where the next record seems to begin, or to the end.
    fn recover(&mut self) {
        let is_top = match &mut self.place {
            Place::List { next, .. } => {
                *next = Next::Record;
                false
            }
            Place::Top | Place::Tail | Place::Done => true,
        };
        loop {
            let Some(at) = self.rest().iter().position(|byte| *byte == b'{') else {
                self.start = self.end;
                if self.fill() {
                    continue;
                }
                self.place = Place::Done;
                return;
            };
            self.start = self.start.saturating_add(at);
            let before = self.start.checked_sub(1).and_then(|at| self.buffer.get(at));
            let begins_line = before == Some(&b'\n');
            let inside = self.ahead().trim_ascii_start().strip_prefix(b"{");
            let inside = inside.unwrap_or_default().trim_ascii_start();
            if inside.starts_with(b"\"eventVersion\"")
                || (is_top && (begins_line || LISTS.iter().any(|key| inside.starts_with(key))))
            {
                return;
            }
            self.start = self.start.saturating_add(1);
        }
    }

    /// The next byte that is no white space, at which the reader is then.
    fn peek(&mut self) -> Option<u8> {
        if self.position() == 0 {
            // Of a file that is cut off in it, the mark is as much as there is.
            let ahead = self.ahead();
            let mark = ahead.get(..BYTE_ORDER_MARK.len()).unwrap_or(ahead);
            let length = if BYTE_ORDER_MARK.starts_with(mark) {
                mark.len()
            } else {
                0
            };
            self.start = self.start.saturating_add(length);
        }
        loop {
            let is_white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
            if let Some(at) = self.rest().iter().position(|byte| !is_white(byte)) {
                self.start = self.start.saturating_add(at);
                return self.rest().first().copied();
            }
            self.start = self.end;
            if !self.fill() {
                return None;
            }
        }
    }

    /// The next bytes, as many as are looked ahead or as there are.
    fn ahead(&mut self) -> &[u8] {
        while self.rest().len() < AHEAD && self.fill() {}
        let rest = self.rest();
        rest.get(..AHEAD).unwrap_or(rest)
    }

    /// What was read and is not done with.
    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Where in the stream the reader is.
    fn position(&self) -> u64 {
        self.offset.saturating_add(wide(self.start))
    }

    /// Reads on; `false` at the end. The byte before what is not done with stays, too, since it
    /// tells whether a line begins.
    fn fill(&mut self) -> bool {
        if self.is_at_end {
            return false;
        }
        let done = self.start.saturating_sub(1);
        if done > 0 {
            self.buffer.copy_within(done..self.end, 0);
            self.start = self.start.saturating_sub(done);
            self.end = self.end.saturating_sub(done);
            self.offset = self.offset.saturating_add(wide(done));
        }
        let wanted = self.end.saturating_add(CHUNK);
        if self.buffer.len() < wanted {
            let doubled = self.buffer.len().saturating_mul(2).min(RECORD_MAX);
            let length = doubled.max(wanted);
            self.buffer
                .reserve_exact(length.saturating_sub(self.buffer.len()));
            self.buffer.resize(length, 0);
        }
        let room = self.buffer.get_mut(self.end..wanted).unwrap_or_default();
        loop {
            match self.source.read(room) {
                Ok(0) => break,
                Ok(bytes) => {
                    self.end = self.end.saturating_add(bytes);
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error.to_string());
                    break;
                }
            }
        }
        self.is_at_end = true;
        false
    }

    fn broken(&self, offset: u64, what: Fault) -> Broken {
        Broken {
            file: self.file.clone(),
            number: self.number,
            offset,
            what,
        }
    }
}

/// A length as a place in a file.
fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

impl fmt::Debug for Records<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Records")
            .field("file", &self.file)
            .field("number", &self.number)
            .field("position", &self.position())
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            number,
            offset,
            what,
        } = self;
        write!(
            out,
            "{}: record {number} at byte {offset}: {what}",
            file.escape_debug()
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff => out.write_str("the file ends before it does"),
            Self::Lost(at) => write!(out, "the JSON breaks off or is wrong at byte {at}"),
            Self::Json(error) => write!(out, "not a record: {}", error.escape_debug()),
            Self::NotUtf8(at) => write!(out, "not UTF-8 at byte {at}"),
            Self::TooDeep => write!(out, "more than {DEPTH_MAX} brackets inside each other"),
            Self::TooLarge => write!(out, "more than {} MiB long", RECORD_MAX >> 20),
            Self::NotARecord => out.write_str("found something else than a record, an object"),
            Self::Read(error) => write!(out, "cannot be read further: {}", error.escape_debug()),
        }
    }
}

impl std::error::Error for Broken {}

#[cfg(test)]
mod tests;
