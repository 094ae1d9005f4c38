//! Files of records: the reader comes to an end, goes forward only, gives JSON only, and finds the same
//! whichever way the bytes come in.

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::de::IgnoredAny;

use crate::evaluate::records::Records;

/// Gives so many bytes at a time.
struct Piecemeal<'b> {
    bytes: &'b [u8],
    at_once: usize,
}

impl Read for Piecemeal<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.len().min(self.at_once).min(into.len());
        let (now, later) = self.bytes.split_at(count);
        into[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}

/// Holds the promise to these bytes, of which the first says how many come at a time.
///
/// # Panics
/// The promise is broken.
pub fn hold(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let at_once = usize::from(*first).max(1);
    assert_eq!(
        found(Records::new("f", bytes), bytes),
        found(Records::new("f", Piecemeal { bytes, at_once }), bytes)
    );
}

fn found(mut records: Records<'_>, bytes: &[u8]) -> Vec<String> {
    let is_packed = bytes.starts_with(&[0x1f, 0x8b]);
    let mut found = Vec::new();
    let mut last = None;
    while let Some(record) = records.read() {
        let (number, offset, text) = match record {
            Ok(record) => {
                // A number of any size is JSON, and no value of it is needed.
                let object: Result<BTreeMap<String, IgnoredAny>, _> =
                    serde_json::from_str(record.json);
                object.expect("a record is a JSON object");
                (record.number, record.offset, record.json.to_owned())
            }
            Err(broken) => {
                let text = broken.to_string();
                assert!(!text.contains('\n'), "{text:?}");
                (broken.number, broken.offset, text)
            }
        };
        assert!(
            last.is_none_or(|(n, o)| number > n && offset >= o),
            "{text}"
        );
        last = Some((number, offset));
        found.push(text);
        // Each record, or broken one, takes at least a byte; one more may be wrong with the end.
        assert!(
            is_packed || found.len() <= bytes.len() + 1,
            "it comes to no end"
        );
        if found.len() > 100_000 {
            break;
        }
    }
    found
}
