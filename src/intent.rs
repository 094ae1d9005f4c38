//! What a user asks for, and the selectors that say it.
//!
//! Law of this module: an [`Intent`] is plain data in the user's terms, and [`Intent::resolve`] is a
//! pure function of it and the embedded catalog, so that two plans of one configuration are equal.
//! It decides which names are meant and which fields carry them; whether CloudTrail takes the
//! result is judged in `rules`.
//!
//! May import: `catalog` and `selector`.
//!
//! Where to go next: `intent/names.rs` (which names a filter means), `intent/resolve.rs` (names to
//! selectors), `intent/sources.rs` (names by their sources), `intent/import.rs` (selectors back to an
//! intent).

mod import;
mod names;
mod resolve;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::catalog::{AccessLevel, Family, Service};
use crate::selector::{AdvancedEventSelector, ReadWriteType, ShapeError};

/// How many names an error prints before it counts.
const PRINTED_NAMES: usize = 3;

/// Which event names are meant: rows of the catalog, plus and minus single names.
///
/// The names are those of the rows that are in one of the services, have one of the access levels
/// and one of the families; then `include` is added, then `exclude` is taken away. A row without a
/// level, or without a family, is in no selection that asks for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFilter {
    /// The services whose rows are considered; empty means none.
    pub services: BTreeSet<Service>,
    /// The access levels; empty means all, and rows without a level as well.
    pub access_levels: BTreeSet<AccessLevel>,
    /// The resource families; empty means all, and rows without a family as well.
    pub resource_families: BTreeSet<Family>,
    /// Names to add, in the catalog or not.
    pub include: BTreeSet<String>,
    /// Names to take away, included ones too.
    pub exclude: BTreeSet<String>,
}

impl Default for NameFilter {
    /// Everything of IAM itself.
    fn default() -> Self {
        Self {
            services: BTreeSet::from([Service::Iam]),
            access_levels: BTreeSet::new(),
            resource_families: BTreeSet::new(),
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
        }
    }
}

/// A name of `include` or `exclude` that no row of the catalog has.
///
/// Not an error, because AWS adds names faster than a catalog is renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The name as typed.
    pub name: String,
    /// The nearest name of the catalog, if one is near.
    pub did_you_mean: Option<&'static str>,
    /// Whether it stands in `exclude`; else in `include`.
    pub excluded: bool,
}

/// Which fields of a selector carry the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilterBy {
    /// `eventName Equals` the names: one selector.
    EventName,
    /// `eventSource Equals` the services: one selector, and only for whole services.
    EventSource,
    /// Both, so that the result is exact: one selector for each source.
    EventNameAndSource,
    /// `eventSource NotEquals` the sources that may be left out of a trail: one selector, which
    /// logs far more than the names, and is the narrowest that is documented for trails
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>).
    Exclusion,
}

impl FilterBy {
    /// All four.
    pub const ALL: &[Self] = &[
        Self::EventName,
        Self::EventSource,
        Self::EventNameAndSource,
        Self::Exclusion,
    ];

    /// As users write it, such as `event_name`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventName => "event_name",
            Self::EventSource => "event_source",
            Self::EventNameAndSource => "event_name_and_source",
            Self::Exclusion => "exclusion",
        }
    }

    /// Reads what users write, exactly; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|by| by.as_str() == text)
    }
}

/// What the user asks a trail, or an event data store, to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The name of the selector; of several selectors, the beginning of each name. None and the
    /// empty name are the same.
    pub selector_name: Option<String>,
    /// The event names.
    pub names: NameFilter,
    /// Whether reads, writes, or both are meant.
    pub read_write_type: ReadWriteType,
    /// The fields that carry the filter.
    pub filter_by: FilterBy,
}

impl Intent {
    /// The selectors that say this, and what there is to tell about them.
    ///
    /// # Errors
    /// No name is left to log, the filter cannot be said with the fields of `filter_by`, or a name
    /// is one that no selector can carry.
    pub fn resolve(&self) -> Result<Resolved, IntentError> {
        resolve::resolve(self)
    }

    /// The events that are meant, by their sources in the order of [`Service::ALL`], whichever fields
    /// carry the filter; never empty.
    ///
    /// # Errors
    /// No name is left to log, or a name is neither in the catalog nor is a service selected that
    /// could emit it.
    pub fn sources(&self) -> Result<Vec<SourceNames>, IntentError> {
        sources::sources(self)
    }

    /// The same wish, carried by the exclusions: what is left when a trail refuses the names.
    #[must_use]
    pub fn exclusion(&self) -> Self {
        Self {
            filter_by: FilterBy::Exclusion,
            ..self.clone()
        }
    }

    /// The intent that resolves to the management selectors among these, if there is one; selectors
    /// of other categories are not looked at.
    ///
    /// Names that are a selection of the catalog come back as that selection, other names as
    /// `include` without services. The answer is verified: its selectors are the same as the live
    /// ones in the sense of [`crate::selector::diff::same`].
    #[must_use]
    pub fn from_selectors(live: &[AdvancedEventSelector]) -> Option<Self> {
        import::from_selectors(live)
    }
}

/// An intent, worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The names that are meant. An exclusion, or a filter by source, does not hold them in its
    /// selectors.
    pub event_names: BTreeSet<String>,
    /// The selectors, one or more.
    pub selectors: Vec<AdvancedEventSelector>,
    /// For a filter by name alone: the names that other services emit too, and which. The services
    /// that were selected themselves are not among them.
    pub colliding: BTreeMap<String, Vec<&'static str>>,
    /// The names that were meant but, as far as the catalog knows, are never logged under this
    /// `read_write_type`.
    pub dropped_by_read_write_type: BTreeSet<String>,
}

/// An event source, and which of its events an intent means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNames {
    /// The `eventSource`.
    pub source: &'static str,
    /// The names that are meant; `None` where all of the source are, unknown ones too.
    pub names: Option<BTreeSet<String>>,
    /// Those of the names that, as far as the catalog knows, can be of the read-write type there. May
    /// be empty.
    pub names_of_type: BTreeSet<String>,
}

/// Why an intent has no selectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntentError {
    /// No name is left to log.
    NoNames {
        /// Where they went.
        why: NoNames,
    },
    /// A filter by source logs all events of a source, and the names are not all.
    NotNarrowable {
        /// Names of the selected services that are not meant.
        missing: BTreeSet<String>,
        /// Names that are meant, and are not of the selected services.
        foreign: BTreeSet<String>,
    },
    /// Names that are not in the catalog, in a filter by name and source without services: nothing
    /// says which source emits them.
    NoSource {
        /// The names.
        names: BTreeSet<String>,
    },
    /// A selector cannot be built, because of its name or an included event name.
    Shape(ShapeError),
}

/// Where the names of a filter went that has none left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoNames {
    /// The services, levels and families have no row in common, and nothing is included.
    NothingSelected,
    /// All were excluded.
    AllExcluded,
    /// None can be logged under the read-write type.
    AllDropped {
        /// The read-write type.
        read_write_type: ReadWriteType,
    },
}

impl From<ShapeError> for IntentError {
    fn from(error: ShapeError) -> Self {
        Self::Shape(error)
    }
}

impl fmt::Display for IntentError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNames { why } => why.fmt(out),
            Self::NotNarrowable { missing, foreign } => {
                out.write_str("a filter by event source logs every event of each source, but ")?;
                match (missing.is_empty(), foreign.is_empty()) {
                    (false, true) => write!(out, "{} not selected", are(missing))?,
                    (true, _) => write!(out, "{} of no selected service", are(foreign))?,
                    (false, false) => write!(
                        out,
                        "{} not selected, and {} of no selected service",
                        are(missing),
                        are(foreign)
                    )?,
                }
                out.write_str("; select whole services, or filter by event name and source")
            }
            Self::NoSource { names } => write!(
                out,
                "{} not in the catalog, and no service is selected that could emit such an event; \
                 select the services, or filter by event name alone",
                are(names)
            ),
            Self::Shape(error) => error.fmt(out),
        }
    }
}

impl fmt::Display for NoNames {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingSelected => out.write_str(
                "no event name is selected: no name of the catalog is in the services, access \
                 levels and resource families all at once, and none is included; widen one of them, \
                 or include names",
            ),
            Self::AllExcluded => out.write_str(
                "no event name is selected: every name that was is excluded; exclude fewer",
            ),
            Self::AllDropped { read_write_type } => write!(
                out,
                "no event name is selected: none of the selected names is ever logged as {}; \
                 choose another read-write type, or other names",
                read_write_type.as_str()
            ),
        }
    }
}

impl std::error::Error for IntentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Shape(error) => Some(error),
            Self::NoNames { .. } | Self::NotNarrowable { .. } | Self::NoSource { .. } => None,
        }
    }
}

/// "A, B are", with long lists cut: the first few names, and how many more.
fn are(names: &BTreeSet<String>) -> String {
    let shown = if names.len() > PRINTED_NAMES {
        1
    } else {
        names.len()
    };
    let first: Vec<&str> = names.iter().take(shown).map(String::as_str).collect();
    let first = first.join(", ");
    match names.len() - shown {
        0 if shown == 1 => format!("{first} is"),
        0 => format!("{first} are"),
        more => format!("{first} and {more} more are"),
    }
}

#[cfg(test)]
pub(crate) mod generate {
    //! Random intents for the property tests of the rooms of this module.

    use super::{FilterBy, Intent, NameFilter};
    use crate::catalog::{self, AccessLevel, Family, Service};
    use crate::selector::ReadWriteType;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Services: often IAM alone, sometimes a few, rarely none or all.
    pub(crate) fn services() -> impl Strategy<Value = BTreeSet<Service>> {
        prop_oneof![
            4 => Just(BTreeSet::from([Service::Iam])),
            6 => prop::collection::btree_set(prop::sample::select(Service::ALL), 1..4),
            1 => Just(BTreeSet::new()),
            1 => Just(Service::ALL.iter().copied().collect()),
        ]
    }

    /// Names of `include` or `exclude`: of the catalog, shared ones too, or of no catalog.
    fn names() -> impl Strategy<Value = BTreeSet<String>> {
        let known: Vec<&'static str> = catalog::events().map(|event| event.name).collect();
        let shared = vec![
            "CreateUser",
            "AssumeRole",
            "ListTagsForResource",
            "PatchUser",
        ];
        let name = prop_oneof![
            6 => prop::sample::select(known),
            2 => prop::sample::select(shared),
            1 => prop::sample::select(vec!["NewThing", "OtherNewThing"]),
        ];
        prop_oneof![
            2 => Just(BTreeSet::new()),
            3 => prop::collection::btree_set(name.prop_map(str::to_owned), 0..6),
        ]
    }

    /// A selection of the catalog, nothing included and nothing excluded.
    pub(crate) fn selection() -> impl Strategy<Value = NameFilter> {
        filter().prop_map(|filter| NameFilter {
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
            ..filter
        })
    }

    fn some_of<T: Copy + Ord + std::fmt::Debug + 'static>(
        all: &'static [T],
    ) -> impl Strategy<Value = BTreeSet<T>> {
        prop_oneof![
            2 => Just(BTreeSet::new()),
            1 => prop::collection::btree_set(prop::sample::select(all), 1..4),
        ]
    }

    pub(crate) fn filter() -> impl Strategy<Value = NameFilter> {
        (
            services(),
            some_of(AccessLevel::ALL),
            some_of(Family::ALL),
            names(),
            names(),
        )
            .prop_map(
                |(services, access_levels, resource_families, include, exclude)| NameFilter {
                    services,
                    access_levels,
                    resource_families,
                    include,
                    exclude,
                },
            )
    }

    pub(crate) fn intent() -> impl Strategy<Value = Intent> {
        let whole = services().prop_map(|services| NameFilter {
            services,
            ..NameFilter::default()
        });
        let by_names = (
            filter(),
            prop::sample::select(vec![
                FilterBy::EventName,
                FilterBy::EventNameAndSource,
                FilterBy::Exclusion,
            ]),
        );
        let by_source = (
            prop_oneof![4 => whole.boxed(), 1 => filter().boxed()],
            Just(FilterBy::EventSource),
        );
        let name = prop_oneof![
            Just(None),
            Just(Some("")),
            Just(Some("iam-only")),
            Just(Some("a b"))
        ];
        (
            name,
            prop_oneof![3 => by_names.boxed(), 1 => by_source.boxed()],
            prop::sample::select(ReadWriteType::ALL),
        )
            .prop_map(|(name, (names, filter_by), read_write_type)| Intent {
                selector_name: name.map(str::to_owned),
                names,
                read_write_type,
                filter_by,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn filters_are_read_back_as_printed() {
        for by in FilterBy::ALL {
            assert_eq!(FilterBy::parse(by.as_str()), Some(*by));
        }
        assert_eq!(FilterBy::parse("EventName"), None);
    }

    #[test]
    fn errors_say_what_was_found_and_what_to_do() {
        let narrow = |missing: &[&str], foreign: &[&str]| {
            IntentError::NotNarrowable {
                missing: set(missing),
                foreign: set(foreign),
            }
            .to_string()
        };
        assert_eq!(
            narrow(&["A", "B", "C", "D"], &[]),
            "a filter by event source logs every event of each source, but A and 3 more are not \
             selected; select whole services, or filter by event name and source"
        );
        assert_eq!(
            narrow(&[], &["X"]),
            "a filter by event source logs every event of each source, but X is of no selected \
             service; select whole services, or filter by event name and source"
        );
        assert_eq!(
            narrow(&["A"], &["X", "Y"]),
            "a filter by event source logs every event of each source, but A is not selected, and \
             X, Y are of no selected service; select whole services, or filter by event name and \
             source"
        );
        assert_eq!(
            IntentError::NoSource { names: set(&["X"]) }.to_string(),
            "X is not in the catalog, and no service is selected that could emit such an event; \
             select the services, or filter by event name alone"
        );
        let why = NoNames::AllDropped {
            read_write_type: ReadWriteType::ReadOnly,
        };
        assert_eq!(
            IntentError::NoNames { why }.to_string(),
            "no event name is selected: none of the selected names is ever logged as ReadOnly; \
             choose another read-write type, or other names"
        );
    }
}
