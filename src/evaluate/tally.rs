//! What many records would come to: how many are logged, by source and name.
//!
//! Imports nothing but its own parent. Next: [`super::records`], where records come from.

use std::collections::BTreeMap;

use super::{Event, Outcome};

/// The most pairs of source and name that a tally tells apart.
///
/// CloudTrail knows some ten thousand names; more than this are made up, and the tally's memory shall
/// not grow with what somebody makes up.
pub const KEYS_MAX: usize = 100_000;

/// The longest source or name that is kept, in bytes.
pub const LENGTH_MAX: usize = 256;

/// How many records came out which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that are logged.
    pub logged: u64,
    /// Records that are not.
    pub not_logged: u64,
    /// Records of which it is not known.
    pub unknown: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.logged
            .saturating_add(self.not_logged)
            .saturating_add(self.unknown)
    }

    fn add(&mut self, other: Self) {
        self.logged = self.logged.saturating_add(other.logged);
        self.not_logged = self.not_logged.saturating_add(other.not_logged);
        self.unknown = self.unknown.saturating_add(other.unknown);
    }
}

impl From<Outcome> for Counts {
    fn from(outcome: Outcome) -> Self {
        let mut counts = Self::default();
        match outcome {
            Outcome::Logged(_) => counts.logged = 1,
            Outcome::NotLogged => counts.not_logged = 1,
            Outcome::Unknown => counts.unknown = 1,
        }
        counts
    }
}

/// Counts by `eventSource` and `eventName`, in memory that is bounded by [`KEYS_MAX`] and
/// [`LENGTH_MAX`].
///
/// The first [`KEYS_MAX`] pairs that come are told apart. Records of pairs beyond, and of longer
/// texts, are counted together as [`Tally::rest`], so that [`Tally::total`] is exact whatever comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    by_source: BTreeMap<String, BTreeMap<String, Counts>>,
    keys: usize,
    rest: Counts,
}

impl Tally {
    /// Counts one record.
    pub fn count(&mut self, event: &Event<'_>, outcome: Outcome) {
        self.add(
            event.event_source.text().unwrap_or_default(),
            event.event_name.text().unwrap_or_default(),
            outcome.into(),
        );
    }

    /// Takes in what another tally has counted.
    ///
    /// Where both together have more than [`KEYS_MAX`] pairs, those of this one stay, and those of
    /// the other that find no place, in their order, go into the rest.
    pub fn merge(&mut self, other: &Self) {
        for (source, name, counts) in other.iter() {
            self.add(source, name, counts);
        }
        self.rest.add(other.rest);
    }

    /// Each pair of source and name with its counts, in order. A record which lacks one of them has
    /// the empty text there.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, Counts)> {
        self.by_source.iter().flat_map(|(source, names)| {
            let names = names.iter();
            names.map(|(name, counts)| (source.as_str(), name.as_str(), *counts))
        })
    }

    /// How many pairs are told apart; at most [`KEYS_MAX`].
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys
    }

    /// What was counted of pairs that have no place of their own.
    #[must_use]
    pub fn rest(&self) -> Counts {
        self.rest
    }

    /// Every record that was counted.
    #[must_use]
    pub fn total(&self) -> Counts {
        let mut total = self.rest;
        for (_, _, counts) in self.iter() {
            total.add(counts);
        }
        total
    }

    fn add(&mut self, source: &str, name: &str, counts: Counts) {
        let known = self.by_source.get_mut(source);
        if let Some(found) = known.and_then(|names| names.get_mut(name)) {
            found.add(counts);
        } else if self.keys < KEYS_MAX && source.len() <= LENGTH_MAX && name.len() <= LENGTH_MAX {
            let names = self.by_source.entry(source.to_owned()).or_default();
            names.insert(name.to_owned(), counts);
            self.keys = self.keys.saturating_add(1);
        } else {
            self.rest.add(counts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Content;
    use super::*;
    use proptest::prelude::*;

    const OUTCOMES: [Outcome; 3] = [Outcome::Logged(0), Outcome::NotLogged, Outcome::Unknown];

    fn event<'a>(source: &'a str, name: &'a str) -> Event<'a> {
        Event {
            event_source: Content::Text(source.into()),
            event_name: Content::Text(name.into()),
            ..Event::default()
        }
    }

    #[test]
    fn beyond_the_most_pairs_only_the_total_grows() {
        let mut tally = Tally::default();
        for n in 0..KEYS_MAX + 10 {
            tally.count(&event("s", &format!("n{n}")), Outcome::NotLogged);
        }
        tally.count(&event("s", "n0"), Outcome::Logged(3));
        assert_eq!(tally.keys(), KEYS_MAX);
        assert_eq!(tally.iter().count(), KEYS_MAX);
        assert_eq!(tally.rest().not_logged, 10);
        assert_eq!(tally.total().not_logged, 100_010);
        assert_eq!(tally.total().logged, 1);
        let first = tally.iter().next();
        assert_eq!(
            first.map(|(_, name, counts)| (name, counts.total())),
            Some(("n0", 2))
        );
    }

    #[test]
    fn a_text_of_any_length_costs_no_more_than_the_longest_kept() {
        let mut tally = Tally::default();
        tally.count(&event(&"s".repeat(LENGTH_MAX + 1), "n"), Outcome::NotLogged);
        tally.count(&event("s", &"n".repeat(LENGTH_MAX)), Outcome::NotLogged);
        assert_eq!((tally.keys(), tally.rest().total()), (1, 1));
    }

    #[test]
    fn a_record_without_a_name_is_counted_too() {
        let mut tally = Tally::default();
        tally.count(&Event::default(), Outcome::Unknown);
        let counts = Counts {
            unknown: 1,
            ..Counts::default()
        };
        assert_eq!(tally.iter().collect::<Vec<_>>(), [("", "", counts)]);
    }

    proptest! {
        #[test]
        fn parts_counted_apart_come_to_the_whole(
            records in prop::collection::vec((0..4usize, 0..9usize, 0..3usize), 0..60),
            cut in any::<prop::sample::Index>(),
        ) {
            let counted = |records: &[(usize, usize, usize)]| {
                let mut tally = Tally::default();
                for (source, name, outcome) in records {
                    let (source, name) = (format!("s{source}"), format!("n{name}"));
                    tally.count(&event(&source, &name), OUTCOMES[*outcome]);
                }
                tally
            };
            let (one, other) = records.split_at(cut.index(records.len() + 1));
            let mut merged = counted(one);
            merged.merge(&counted(other));
            prop_assert_eq!(merged.total().total(), u64::try_from(records.len()).unwrap());
            prop_assert_eq!(merged, counted(&records));
        }
    }
}
