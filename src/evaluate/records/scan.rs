//! Where a record ends: brackets and strings, followed from one chunk of bytes to the next.
//!
//! Imports nothing. Next: [`super::Records`], which feeds it.
//!
//! This is not a parser. It sees enough of JSON's grammar to notice at once when it has lost its way,
//! as after a line that was cut off, so that a broken record does not swallow those behind it.

use std::slice::Iter;

use super::DEPTH_MAX;

/// How far a scan has come.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    depth: u32,
    /// Which of the open brackets are braces, the innermost in the last bit.
    braces: u128,
    in_string: bool,
    escaped: bool,
    /// The last byte outside strings that is no white space; a string counts as its last quote.
    previous: u8,
    /// Whether it was ever deeper than [`DEPTH_MAX`]. From then on the kinds of brackets are not
    /// looked at.
    pub(super) too_deep: bool,
}

/// What came of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The record goes on behind the chunk.
    More,
    /// The record ends with this many bytes of the chunk.
    End(usize),
    /// The byte at this place of the chunk cannot be there.
    Lost(usize),
}

impl Scan {
    /// Before the opening brace of a record.
    pub(super) const fn before() -> Self {
        Self {
            depth: 0,
            braces: 0,
            in_string: false,
            escaped: false,
            previous: b':',
            too_deep: false,
        }
    }

    /// Behind the list of an object that has records in a list.
    pub(super) const fn behind_list() -> Self {
        Self {
            depth: 1,
            braces: 1,
            previous: b']',
            ..Self::before()
        }
    }

    /// Goes through a chunk. After [`Step::End`] and [`Step::Lost`] the scan is over.
    pub(super) fn run(&mut self, chunk: &[u8]) -> Step {
        let mut rest = chunk.iter();
        loop {
            let step = if self.in_string {
                self.string(&mut rest)
            } else {
                self.structure(&mut rest)
            };
            let gone = chunk.len().saturating_sub(rest.len());
            match step {
                Inner::Goes => {}
                Inner::Dry => return Step::More,
                Inner::Ends => return Step::End(gone),
                Inner::Lost => return Step::Lost(gone.saturating_sub(1)),
            }
        }
    }

    /// To the end of the string.
    fn string(&mut self, rest: &mut Iter<'_, u8>) -> Inner {
        // No control character may stand in a string; a line break there is where a record that was
        // cut off shows.
        if self.escaped {
            match rest.next() {
                None => return Inner::Dry,
                Some(0..=0x1f) => return Inner::Lost,
                Some(_) => self.escaped = false,
            }
        }
        match rest.find(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
            None => Inner::Dry,
            Some(b'"') => {
                self.in_string = false;
                self.previous = b'"';
                Inner::Goes
            }
            Some(b'\\') => {
                self.escaped = true;
                Inner::Goes
            }
            Some(_) => Inner::Lost,
        }
    }

    /// To the next string, or to the end of the record.
    fn structure(&mut self, rest: &mut Iter<'_, u8>) -> Inner {
        for byte in rest {
            let previous = self.previous;
            let fits = match byte {
                b' ' | b'\t' | b'\n' | b'\r' => continue,
                b'"' => matches!(previous, b'{' | b'[' | b',' | b':'),
                b'{' | b'[' => self.open(*byte),
                b'}' | b']' => self.close(*byte),
                b',' | b':' => true,
                _ => !matches!(previous, b'"' | b'}' | b']' | b'{'),
            };
            if !fits {
                return Inner::Lost;
            }
            self.previous = *byte;
            if *byte == b'"' {
                self.in_string = true;
                return Inner::Goes;
            }
            if self.depth == 0 {
                return Inner::Ends;
            }
        }
        Inner::Dry
    }

    fn open(&mut self, byte: u8) -> bool {
        let fits = self.too_deep
            || if self.in_brace() || self.depth == 0 {
                self.previous == b':'
            } else {
                matches!(self.previous, b'[' | b',')
            };
        self.depth = self.depth.saturating_add(1);
        self.too_deep |= self.depth > DEPTH_MAX;
        self.braces = (self.braces << 1) | u128::from(byte == b'{');
        fits
    }

    fn close(&mut self, byte: u8) -> bool {
        let fits = self.too_deep
            || (self.in_brace() == (byte == b'}') && !matches!(self.previous, b',' | b':'));
        self.depth = self.depth.saturating_sub(1);
        self.braces >>= 1;
        fits
    }

    fn in_brace(&self) -> bool {
        self.braces & 1 == 1
    }
}

/// What came of a string, or of what is between two.
enum Inner {
    Goes,
    Dry,
    Ends,
    /// The last byte taken cannot be there.
    Lost,
}
