//! From an intent to the events that are meant, source by source: what a filter behind a trail has to
//! keep so that it is exact, whichever fields carry the filter on the trail itself.
//!
//! Imports `catalog` and `selector` only. Next: `resolve.rs`, the same for selectors.

use std::collections::{BTreeMap, BTreeSet};

use super::{Intent, IntentError, SourceNames, resolve};
use crate::catalog::{self, Service};

pub(super) fn sources(intent: &Intent) -> Result<Vec<SourceNames>, IntentError> {
    let filter = &intent.names;
    let (event_names, _) = resolve::event_names(intent)?;
    let mut by_source: BTreeMap<&str, BTreeSet<&str>> = resolve::by_source(filter, &event_names)?;
    let meant = |service: &Service| {
        let names = by_source.remove(service.source());
        let whole = is_whole(intent, *service);
        let names = match names {
            Some(names) => names,
            None if whole => BTreeSet::new(),
            None => return None,
        };
        let owned = |name: &&str| (*name).to_owned();
        Some(SourceNames {
            source: service.source(),
            names: (!whole).then(|| names.iter().map(owned).collect()),
            names_of_type: names
                .iter()
                .filter(|name| filter.can_be_at(name, *service, intent.read_write_type))
                .map(owned)
                .collect(),
        })
    };
    Ok(Service::ALL.iter().filter_map(meant).collect())
}

/// Whether all events of a service are meant, those that the catalog does not know included.
fn is_whole(intent: &Intent, service: Service) -> bool {
    let filter = &intent.names;
    // A name of no catalog may be one of this service's.
    let may_be_its = |name: &String| {
        let mut rows = catalog::named(name).peekable();
        rows.peek().is_none() || rows.any(|row| row.source == service)
    };
    filter.services.contains(&service)
        && filter.access_levels.is_empty()
        && filter.resource_families.is_empty()
        && !filter.exclude.iter().any(may_be_its)
}

#[cfg(test)]
mod tests {
    use super::super::{FilterBy, Intent, IntentError, NameFilter, generate};
    use super::*;
    use crate::selector::ReadWriteType;
    use proptest::prelude::*;

    fn intent(names: NameFilter, read_write_type: ReadWriteType) -> Intent {
        Intent {
            selector_name: None,
            names,
            read_write_type,
            filter_by: FilterBy::EventName,
        }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// What is left out of IAM, and whether all of it is meant then.
    #[test]
    fn a_service_is_whole_until_a_name_is_taken_that_may_be_its() {
        for (exclude, whole) in [
            ("AssumeRole", true),
            ("GetUser", false),
            ("NewThing", false),
        ] {
            let names = NameFilter {
                exclude: set(&[exclude]),
                ..NameFilter::default()
            };
            let sources = intent(names, ReadWriteType::All).sources().unwrap();
            let [iam] = sources.as_slice() else {
                panic!("{sources:?}");
            };
            assert_eq!(iam.source, "iam.amazonaws.com");
            assert_eq!(iam.names.is_none(), whole, "{exclude}");
        }
    }

    /// A name of two selected services is of a type in the one that records it so.
    #[test]
    fn a_name_is_of_a_type_where_it_is_recorded_so() {
        let names = NameFilter {
            services: [Service::Sts, Service::Signin].into(),
            ..NameFilter::default()
        };
        let sources = intent(names, ReadWriteType::ReadOnly).sources().unwrap();
        let has = |source: &str| {
            let mut of = sources.iter().filter(|one| one.source == source);
            of.any(|one| one.names_of_type.contains("AssumeRole"))
        };
        assert!(has("sts.amazonaws.com") && !has("signin.amazonaws.com"));
    }

    /// Nothing says where a name comes from that is in no catalog.
    #[test]
    fn a_name_of_nowhere_has_no_source() {
        let names = NameFilter {
            services: BTreeSet::new(),
            include: set(&["NewThing", "CreateUser"]),
            ..NameFilter::default()
        };
        assert_eq!(
            intent(names, ReadWriteType::All).sources().unwrap_err(),
            IntentError::NoSource {
                names: set(&["NewThing"])
            }
        );
    }

    proptest! {
        /// Every name that is meant is of some source, and what is of a type is never empty.
        #[test]
        fn every_name_has_a_source(intent in generate::intent()) {
            let (Ok(resolved), Ok(sources)) = (intent.resolve(), intent.sources()) else {
                return Ok(());
            };
            for name in &resolved.event_names {
                let has = |one: &SourceNames| one.names_of_type.contains(name);
                prop_assert!(sources.iter().any(has), "{}", name);
            }
            let listed: BTreeSet<&str> = sources.iter().map(|one| one.source).collect();
            prop_assert_eq!(listed.len(), sources.len());
            for source in &sources {
                let names = source.names.as_ref();
                prop_assert!(names.is_none_or(|names| names.is_superset(&source.names_of_type)));
                prop_assert!(names.is_none_or(|names| !names.is_empty()));
            }
        }
    }
}
