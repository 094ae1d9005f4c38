//! A value from Terraform: what is taken off the wire can be put on it again, and is then what it was.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::msgpack::{Received, Shape, has_unknown};
use super::proto::tfplugin6::DynamicValue;

/// Holds the promise to these bytes.
///
/// # Panics
/// The promise is broken.
pub fn hold(bytes: &[u8]) {
    let members = BTreeMap::from([
        ("n".to_owned(), Shape::Number),
        ("t".to_owned(), Shape::Any),
        ("l".to_owned(), Shape::Each(Box::new(Shape::Number))),
        ("m".to_owned(), Shape::Values(Box::new(Shape::Number))),
    ]);
    for shape in [Shape::Any, Shape::Number, Shape::Object(members)] {
        let Some(plain) = taken(bytes, &shape) else {
            continue;
        };
        // A number that came as a text is a number now; nothing else changes a second time.
        let again = taken(&plain, &shape).expect("what was taken can be taken");
        assert_eq!(again, plain, "{bytes:?}");
        // Nothing at all is null, and is never written: only what is can be asked.
        if !bytes.is_empty() {
            let unknown = has_unknown(&value(bytes));
            assert_eq!(has_unknown(&value(&plain)), unknown, "{bytes:?}");
        }
    }
}

fn value(bytes: &[u8]) -> DynamicValue {
    DynamicValue {
        msgpack: Bytes::copy_from_slice(bytes),
        json: Bytes::new(),
    }
}

fn taken(bytes: &[u8], shape: &Shape) -> Option<Vec<u8>> {
    match Received::new(Some(value(bytes)), shape) {
        Ok(Received::Plain(plain)) => Some(plain),
        Ok(Received::Json(_)) => panic!("it is no JSON"),
        Err(error) => {
            assert!(!error.why.is_empty());
            None
        }
    }
}
