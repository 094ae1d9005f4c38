//! What the rules say against a document with selectors, and where in the document that is.
//!
//! Imports `selector` and its own parent. Next: [`crate::selector::json`], which reads documents.

use std::fmt;

use super::{Destination, Finding, Location, check, check_basic, of_shape};
use crate::selector::json::{Reading, Unread, Why};
use crate::selector::{Operator, Selectors};

/// A finding, and its place in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What is wrong.
    pub finding: Finding,
    /// The way to it in the names that the document uses, such as
    /// `$[0].field_selectors[1].equals[3]`.
    pub path: String,
}

/// Why the rules have nothing to say about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// It has something else than selectors.
    Unread(Unread),
    /// It has basic selectors, at this path, and is for an event data store, which takes no others
    /// than advanced ones
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html>).
    Basic(String),
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(unread) => unread.fmt(out),
            Self::Basic(path) => write!(
                out,
                "found basic event selectors at {path}; expected advanced ones: an event data store \
                 has no others"
            ),
        }
    }
}

/// What the rules say against the document's selectors as the whole set of a destination, in the
/// order of [`super::RULES`]. What no selector can be built of is one finding that stands alone.
///
/// # Errors
/// A document that has no selectors, or none for this destination.
pub fn check_document(reading: &Reading, destination: Destination) -> Result<Vec<Told>, Unfit> {
    let findings = match &reading.selectors {
        Ok(Selectors::Advanced(selectors)) => check(selectors, destination),
        Ok(Selectors::Basic(selectors)) => match destination {
            Destination::Trail => check_basic(selectors),
            Destination::EventDataStore => return Err(Unfit::Basic(reading.list.clone())),
        },
        Err(unread) => match &unread.why {
            Why::Unexpected { .. } => return Err(Unfit::Unread(unread.clone())),
            Why::Shape(shape) => {
                return Ok(vec![Told {
                    finding: of_shape(shape, None),
                    path: unread.path.clone(),
                }]);
            }
        },
    };
    let told = findings.into_iter().map(|finding| Told {
        path: path(reading, finding.at.as_ref()),
        finding,
    });
    Ok(told.collect())
}

/// The way through the document, in the names that it uses.
fn path(reading: &Reading, at: Option<&Location>) -> String {
    let Some(at) = at else {
        return reading.list.clone();
    };
    let key = |api| reading.spelling.key(api);
    let selector = Some(format!("[{}]", at.selector));
    let condition = at.condition;
    let condition = condition.map(|index| format!(".{}[{index}]", key("FieldSelectors")));
    let operator = at.operator.map(Operator::api_name);
    let operator = operator.map(|operator| format!(".{}", key(operator)));
    let value = at.value.map(|index| format!("[{index}]"));
    let steps = [selector, condition, operator, value];
    [reading.list.clone()]
        .into_iter()
        .chain(steps.into_iter().flatten())
        .collect()
}
