//! Two readings of CloudTrail's documentation, held against each other: of how selectors match, the
//! crate's `evaluate` and the naive one of [`oracle`]; of which selectors there may be, the crate's
//! `rules` and the simulator's. The two of a pair share no code.
//!
//! | module | what it is |
//! |---|---|
//! | [`oracle`] | the second reading of how selectors match, on plain JSON |
//! | [`made`] | random selectors and records that often have to do with each other |
//! | [`verdicts`] | the two readings agree; basic selectors and their advanced equal agree |
//! | [`requests`] | random requests with selectors: valid, with one thing broken, wild |
//! | [`refusals`] | rules and simulator refuse the same requests, by rules that say the same |
//! | [`meant`] | the selectors of an intent log the names it means, and no others than are claimed |
//! | [`documents`] | what the documents behind a trail keep is what exact selectors would log |
//! | [`json`] | selectors are read from all forms they are written in, and wrong ones are refused |
//!
//! May import the crate, [`crate::simulator`], and [`crate::support`] for the environment;
//! [`oracle`], [`made`] and [`requests`] import none of them.

use crate::support::ambient;

mod documents;
mod json;
mod made;
mod meant;
mod oracle;
mod refusals;
mod requests;
mod verdicts;

/// How many cases are tried: those of the environment, or as many as take a second or two.
fn cases() -> u64 {
    let wanted = ambient("IAM_TEST_CASES").map(|text| text.to_string_lossy().parse());
    wanted.map_or(20_000, |number| number.expect("IAM_TEST_CASES is a number"))
}
