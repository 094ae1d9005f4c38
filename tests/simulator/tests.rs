//! The simulator's own tests: what the others rely on when they run against it.
//!
//! | module | what it proves |
//! |---|---|
//! | [`client`] | nothing: it signs and sends what the others want sent |
//! | [`signature`] | a request is carried out only if it is signed as AWS specifies |
//! | [`vectors`] | nothing: requests of AWS's signing test suite |
//! | [`refusals`] | every refusal is marked, and can be reached |
//! | [`selecting`] | what selectors may be, line by line, each with its negative twin |
//! | [`trails`] | names, regions, shadows, organizations, tags, Insights |
//! | [`stores`] | event data stores: names, states, regions, organizations, Insights, tags |
//! | [`store_refusals`] | every refusal about them can be reached |
//! | [`quota`] | how many calls a second are taken |
//! | [`control`] | faults, hook, journal, options |
//! | [`portal`] | roles for people who are signed in |

mod client;
mod control;
mod portal;
mod quota;
mod refusals;
mod selecting;
mod signature;
mod store_refusals;
mod stores;
mod trails;
mod vectors;
