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
    let mut named: BTreeMap<&str, BTreeSet<&str>> = resolve::by_source(filter, &event_names)?;
    let meant = |service: &Service| {
        let names = named.remove(service.source());
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
