//! How many calls a second the service takes: a number for each account, region and kind of
//! operation, if quotas are enforced at all.
//!
//! Imports the rule table. [`super::server`] asks it before anything else is done with a call.

use std::collections::BTreeMap;

use super::{error::Refusal, rule::RATE};

/// A second, in the journal's microseconds.
const SECOND: u64 = 1_000_000;

/// Kinds of operations that share a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Get, describe and list.
    Read,
    /// Everything else.
    Other,
}

impl Kind {
    fn of(operation: &str) -> Self {
        let reads = ["Get", "Describe", "List"];
        if reads.iter().any(|verb| operation.starts_with(verb)) {
            Self::Read
        } else {
            Self::Other
        }
    }

    /// Calls a second.
    fn quota(self) -> usize {
        match self {
            Self::Read => 10,
            Self::Other => 1,
        }
    }
}

/// What has arrived, as far as it counts.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    /// Whether any call is refused.
    pub(crate) enforced: bool,
    arrivals: BTreeMap<(String, String, Kind), Vec<u64>>,
}

impl Quotas {
    /// Lets a call in, or refuses it: no second, wherever it begins, may have more arrivals than the
    /// quota. What is refused does not count. Calls may be told out of their order.
    pub(crate) fn admit(
        &mut self,
        account: &str,
        region: &str,
        operation: &str,
        arrival: u64,
    ) -> Result<(), Refusal> {
        if !self.enforced {
            return Ok(());
        }
        let kind = Kind::of(operation);
        let key = (account.to_owned(), region.to_owned(), kind);
        let arrivals = self.arrivals.entry(key).or_default();
        let place = arrivals.partition_point(|earlier| *earlier <= arrival);
        arrivals.insert(place, arrival);
        let crowded = arrivals
            .windows(kind.quota() + 1)
            .any(|some| matches!(some, [first, .., last] if last - first < SECOND));
        if crowded {
            arrivals.remove(place);
            return Err(Refusal::new(&RATE, "Rate exceeded"));
        }
        Ok(())
    }
}
