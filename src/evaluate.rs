//! Would these selectors log this record? The answer with its reason, without asking AWS.
//!
//! May import: `selector`, and nothing else of this crate.
//!
//! A trail logs a record that any of its selectors takes
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>), and
//! an advanced selector takes it when all of its conditions hold, as the examples of
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html> show.
//! Where a record does not tell what a condition asks, the answer is [`Verdict::Unknown`], never a
//! guess. What is looked at is the selectors only: whether an event reaches the trail at all (Region,
//! global services, account) comes before them.
//!
//! Where to go next: [`Evaluator`] and [`Verdict`] here; [`event`] (what is read of a record),
//! `condition` (one field), `resources` (several at once), `basic` (the older selectors); [`records`]
//! (files of records) and [`tally`] (counting what they would come to).

mod basic;
mod condition;
pub mod event;
pub mod records;
mod resources;
pub mod tally;

use std::fmt;

use condition::{Condition, Truth};
pub use event::Event;
use resources::ResourceConditions;

use crate::selector::{AdvancedEventSelector, EventSelector, Field, Selectors};

/// Whether a record is logged, with the reason, for people.
///
/// Its text is one clause a selector, such as `selector 1 (iam-only): eventName is Decrypt, which is
/// not among its 172 values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A selector takes the record.
    Logged {
        /// The first selector that does, counted from 0.
        selector: usize,
        /// Its name, if it has one.
        name: Option<String>,
    },
    /// No selector takes the record.
    NotLogged {
        /// Why not, one reason a selector, in their order; never empty.
        reasons: Vec<Reason>,
    },
    /// No selector surely takes the record, and one may.
    Unknown {
        /// What is not known, one reason for each selector that may take it, in their order. Empty
        /// when there are no selectors at all: a trail on which none were put logs all management
        /// events, and what a list of none means is not documented
        /// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>).
        reasons: Vec<Reason>,
    },
}

/// What one selector has against a record, or what keeps it undecided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The selector, counted from 0.
    pub selector: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The field that decides.
    pub field: Field,
    /// A clause about the field that begins in lower case and has no full stop.
    pub clause: String,
}

/// A [`Verdict`] without its reasons, for those who judge many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// A selector takes the record: the first that does, counted from 0.
    Logged(usize),
    /// None does.
    NotLogged,
    /// None surely does, and one may; or there are no selectors.
    Unknown,
}

/// Judges one record. For more than a few, keep an [`Evaluator`].
#[must_use]
pub fn evaluate(selectors: &Selectors, event: &Event<'_>) -> Verdict {
    Evaluator::new(selectors).verdict(event)
}

/// Selectors made ready to judge many records.
#[derive(Debug, Clone)]
pub struct Evaluator {
    selectors: Vec<Prepared>,
}

#[derive(Debug, Clone)]
enum Prepared {
    Basic(EventSelector),
    Advanced {
        name: Option<String>,
        conditions: Vec<Condition>,
        resources: ResourceConditions,
    },
}

impl Evaluator {
    /// Prepares the selectors; their order stays, since verdicts name them by it.
    #[must_use]
    pub fn new(selectors: &Selectors) -> Self {
        let selectors = match selectors {
            Selectors::Basic(selectors) => selectors.iter().cloned().map(Prepared::Basic).collect(),
            Selectors::Advanced(selectors) => selectors.iter().map(Prepared::advanced).collect(),
        };
        Self { selectors }
    }

    /// Judges a record, without reasons.
    #[must_use]
    pub fn outcome(&self, event: &Event<'_>) -> Outcome {
        let mut outcome = if self.selectors.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::NotLogged
        };
        for (index, selector) in self.selectors.iter().enumerate() {
            match selector.judge(event) {
                Truth::True => return Outcome::Logged(index),
                Truth::Unknown => outcome = Outcome::Unknown,
                Truth::False => {}
            }
        }
        outcome
    }

    /// Judges a record.
    #[must_use]
    pub fn verdict(&self, event: &Event<'_>) -> Verdict {
        match self.outcome(event) {
            Outcome::Logged(selector) => Verdict::Logged {
                selector,
                name: self.selectors.get(selector).and_then(Prepared::name),
            },
            Outcome::NotLogged => Verdict::NotLogged {
                reasons: self.reasons(event, Truth::False),
            },
            Outcome::Unknown => Verdict::Unknown {
                reasons: self.reasons(event, Truth::Unknown),
            },
        }
    }

    fn reasons(&self, event: &Event<'_>, of: Truth) -> Vec<Reason> {
        let selectors = self.selectors.iter().enumerate();
        selectors
            .filter(|(_, prepared)| prepared.judge(event) == of)
            .map(|(selector, prepared)| {
                let (field, clause) = prepared.clause(event, of);
                Reason {
                    selector,
                    name: prepared.name(),
                    field,
                    clause,
                }
            })
            .collect()
    }
}

impl Prepared {
    fn advanced(selector: &AdvancedEventSelector) -> Self {
        let mut resources = ResourceConditions::default();
        let conditions = selector.field_selectors().iter().map(Condition::new);
        Self::Advanced {
            name: selector.name().map(str::to_owned),
            conditions: conditions
                .filter_map(|condition| resources.take(condition))
                .collect(),
            resources,
        }
    }

    fn name(&self) -> Option<String> {
        match self {
            Self::Basic(_) => None,
            Self::Advanced { name, .. } => name.clone(),
        }
    }

    fn judge(&self, event: &Event<'_>) -> Truth {
        match self {
            Self::Basic(selector) => basic::judge(selector, event),
            Self::Advanced {
                conditions,
                resources,
                ..
            } => {
                let fields = conditions
                    .iter()
                    .map(|condition| condition.judge(event.seen(&condition.field)));
                match Truth::all(fields) {
                    Truth::False => Truth::False,
                    fields @ (Truth::Unknown | Truth::True) => fields.and(resources.judge(event)),
                }
            }
        }
    }

    /// The first condition of which this is the truth.
    fn clause(&self, event: &Event<'_>, truth: Truth) -> (Field, String) {
        match self {
            Self::Basic(selector) => basic::clause(selector, event),
            Self::Advanced {
                conditions,
                resources,
                ..
            } => {
                let decides = conditions
                    .iter()
                    .map(|condition| (condition, event.seen(&condition.field)))
                    .find(|(condition, seen)| condition.judge(*seen) == truth);
                match decides {
                    Some((condition, seen)) => (condition.field.clone(), condition.clause(seen)),
                    None => resources.clause(event),
                }
            }
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Logged { selector, name } => {
                who(out, *selector, name.as_deref())?;
                out.write_str(" selects it")
            }
            Self::Unknown { reasons } if reasons.is_empty() => out.write_str(
                "there are no selectors: a trail on which none were put logs all management events, \
                 and an empty list has no documented meaning",
            ),
            Self::NotLogged { reasons } | Self::Unknown { reasons } => {
                for (index, reason) in reasons.iter().enumerate() {
                    if index > 0 {
                        out.write_str("; ")?;
                    }
                    write!(out, "{reason}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        who(out, self.selector, self.name.as_deref())?;
        write!(out, ": {}", self.clause)
    }
}

/// A selector as people count them.
fn who(out: &mut fmt::Formatter<'_>, selector: usize, name: Option<&str>) -> fmt::Result {
    write!(out, "selector {}", selector.saturating_add(1))?;
    match name {
        Some(name) => write!(out, " ({name})"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
