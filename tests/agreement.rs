//! Two readings of CloudTrail's documentation, held against each other: the crate's `evaluate`, and
//! the naive one of [`oracle`], which shares no code with it.
//!
//! | module | what it is |
//! |---|---|
//! | [`oracle`] | the second reading of how selectors match, on plain JSON |
//! | [`made`] | random selectors and records that often have to do with each other |
//! | [`verdicts`] | the two readings agree; basic selectors and their advanced equal agree |
//! | [`json`] | selectors are read from all forms they are written in, and wrong ones are refused |
//!
//! May import the crate and [`crate::support`] for the environment; [`oracle`] and [`made`] import
//! neither.

mod json;
mod made;
mod oracle;
mod verdicts;
