//! Unpacks gzip, of one member or several, and gives all that comes before a damage.
//!
//! flate2's own readers give either bytes or an error, so that what was unpacked in the same step as
//! the damage would be lost. Imports nothing but flate2. Next: its parent, which reads records.
//!
//! <https://www.rfc-editor.org/rfc/rfc1952>

use std::io::{self, BufRead, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// The first bytes of a member.
pub(super) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The one method of packing there is.
const DEFLATE: u8 = 8;

/// The bits of a member's flags: what its head has behind the first ten bytes.
const HEAD_CHECK: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// What a packed source unpacks to.
pub(super) struct Unpacked<S> {
    source: S,
    inflate: Decompress,
    check: Crc,
    place: Place,
}

/// What the source has next.
enum Place {
    FirstHead,
    Head,
    Body,
    Tail,
    /// Nothing more that can be read, and why, until that is told.
    Failed(Option<io::Error>),
}

impl<S: BufRead> Unpacked<S> {
    pub(super) fn new(source: S) -> Self {
        Self {
            source,
            inflate: Decompress::new(false),
            check: Crc::new(),
            place: Place::FirstHead,
        }
    }

    fn head(&mut self) -> io::Result<()> {
        let mut head = [0; 10];
        self.source.read_exact(&mut head)?;
        let [one, two, method, flags, ..] = head;
        if [one, two] != MAGIC || method != DEFLATE || flags & RESERVED != 0 {
            return Err(damage("what should be the head of a gzip member is none"));
        }
        if flags & EXTRA != 0 {
            let mut length = [0; 2];
            self.source.read_exact(&mut length)?;
            self.skip(u16::from_le_bytes(length))?;
        }
        for text in [NAME, COMMENT] {
            if flags & text != 0 {
                self.source.skip_until(0)?;
            }
        }
        if flags & HEAD_CHECK != 0 {
            self.skip(2)?;
        }
        self.inflate.reset(false);
        self.check.reset();
        Ok(())
    }

    fn skip(&mut self, bytes: u16) -> io::Result<()> {
        let wanted = u64::from(bytes);
        let skipped = io::copy(&mut (&mut self.source).take(wanted), &mut io::sink())?;
        if skipped < wanted {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Unpacks a portion into the room: how many bytes it came to. Where it is damaged, the place is
    /// `Failed` behind them.
    fn body(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let packed = self.source.fill_buf()?;
        let is_at_end = packed.is_empty();
        let (taken, given) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(packed, room, FlushDecompress::None);
        let taken = between(taken, self.inflate.total_in());
        let given = between(given, self.inflate.total_out());
        self.source.consume(taken);
        self.check.update(room.get(..given).unwrap_or_default());
        match status {
            Ok(Status::StreamEnd) => self.place = Place::Tail,
            Ok(Status::Ok | Status::BufError) if is_at_end && given == 0 => {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(Status::Ok | Status::BufError) => {}
            Err(_) => self.place = Place::Failed(Some(damage("the gzip data is damaged"))),
        }
        Ok(given)
    }

    fn tail(&mut self) -> io::Result<()> {
        let mut sum = [0; 4];
        self.source.read_exact(&mut sum)?;
        let mut length = [0; 4];
        self.source.read_exact(&mut length)?;
        let is_whole = u32::from_le_bytes(sum) == self.check.sum()
            && u32::from_le_bytes(length) == self.check.amount();
        if is_whole {
            Ok(())
        } else {
            Err(damage("the check sum of the gzip data does not fit"))
        }
    }
}

impl<S: BufRead> Read for Unpacked<S> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if room.is_empty() {
            return Ok(0);
        }
        loop {
            match &mut self.place {
                Place::Head if self.source.fill_buf()?.is_empty() => return Ok(0),
                Place::FirstHead | Place::Head => {
                    self.head()?;
                    self.place = Place::Body;
                }
                Place::Body => match self.body(room)? {
                    0 => {}
                    given => return Ok(given),
                },
                Place::Tail => {
                    self.tail()?;
                    self.place = Place::Head;
                }
                Place::Failed(why) => return why.take().map_or(Ok(0), Err),
            }
        }
    }
}

fn damage(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// How far a count of bytes went up within one buffer.
fn between(before: u64, after: u64) -> usize {
    usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX)
}
