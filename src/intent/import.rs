//! From live selectors back to the intent that says them.
//!
//! Imports `catalog` and `selector` only. Every proposal made here is resolved again and compared
//! before it is believed, so that a wrong guess costs a longer answer, never a wrong one.
//! Next: `resolve.rs`, the way there.

use std::collections::{BTreeMap, BTreeSet};

use super::{FilterBy, Intent, NameFilter};
use crate::catalog::{self, AccessLevel, Event, Family, Service};
use crate::selector::{
    AdvancedEventSelector, Field, FieldSelector, MANAGEMENT, Operator, ReadWriteType, diff,
};

pub(super) fn from_selectors(live: &[AdvancedEventSelector]) -> Option<Intent> {
    let management: Vec<_> = live
        .iter()
        .filter(|selector| selector.category() == Some(MANAGEMENT))
        .cloned()
        .collect();
    let management = diff::canonical(&management);
    let reading = Reading::of(&management)?;
    let says_it = |intent: &Intent| {
        intent
            .resolve()
            .is_ok_and(|resolved| diff::same(&resolved.selectors, &management))
    };
    reading
        .filters()
        .into_iter()
        .map(|names| Intent {
            selector_name: reading.selector_name.clone(),
            names,
            read_write_type: reading.read_write_type,
            filter_by: reading.filter.by(),
        })
        .find(says_it)
}

/// What the selectors say, with only the filter of names left to be found.
struct Reading {
    selector_name: Option<String>,
    read_write_type: ReadWriteType,
    filter: Filter,
}

/// The fields in use, and what is in them.
enum Filter {
    Names(BTreeSet<String>),
    Sources(BTreeSet<Service>),
    NamesBySource(BTreeMap<Service, BTreeSet<String>>),
    Exclusion,
}

impl Filter {
    fn by(&self) -> FilterBy {
        match self {
            Self::Names(_) => FilterBy::EventName,
            Self::Sources(_) => FilterBy::EventSource,
            Self::NamesBySource(_) => FilterBy::EventNameAndSource,
            Self::Exclusion => FilterBy::Exclusion,
        }
    }
}

/// One selector, taken apart.
struct Parts<'a> {
    name: Option<&'a str>,
    read_write_type: ReadWriteType,
    source: Option<&'a FieldSelector>,
    event_name: Option<&'a FieldSelector>,
}

impl<'a> Parts<'a> {
    /// `None` if the selector has a condition no intent makes.
    fn of(selector: &'a AdvancedEventSelector) -> Option<Self> {
        let mut parts = Self {
            name: selector.name(),
            read_write_type: ReadWriteType::All,
            source: None,
            event_name: None,
        };
        for field in selector.field_selectors() {
            match field.field() {
                Field::EventCategory => {}
                Field::ReadOnly => {
                    let value = field.only(Operator::Equals)?.concat();
                    parts.read_write_type = ReadWriteType::ALL
                        .iter()
                        .copied()
                        .find(|kind| kind.read_only_value() == Some(&value))?;
                }
                Field::EventSource if parts.source.is_none() => parts.source = Some(field),
                Field::EventName if parts.event_name.is_none() => parts.event_name = Some(field),
                Field::EventSource
                | Field::EventName
                | Field::EventType
                | Field::ResourcesType
                | Field::ResourcesArn
                | Field::UserIdentityArn
                | Field::SessionCredentialFromConsole
                | Field::ErrorCode
                | Field::VpcEndpointId
                | Field::Other(_) => return None,
            }
        }
        Some(parts)
    }

    fn names(&self) -> Option<BTreeSet<String>> {
        let values = self.event_name?.only(Operator::Equals)?;
        Some(values.iter().cloned().collect())
    }

    fn services(&self) -> Option<BTreeSet<Service>> {
        let values = self.source?.only(Operator::Equals)?;
        values
            .iter()
            .map(|source| Service::from_source(source))
            .collect()
    }
}

impl Reading {
    /// Reads management selectors in canonical order; `None` if no intent writes such selectors.
    fn of(management: &[AdvancedEventSelector]) -> Option<Self> {
        let parts: Vec<Parts<'_>> = management.iter().map(Parts::of).collect::<Option<_>>()?;
        let first = parts.first()?;
        let read_write_type = first.read_write_type;
        if parts
            .iter()
            .any(|part| part.read_write_type != read_write_type)
        {
            return None;
        }
        let single = match parts.as_slice() {
            [only] => match (only.source, only.event_name) {
                (None, Some(_)) => Some(Filter::Names(only.names()?)),
                (Some(source), None) if source.only(Operator::NotEquals).is_some() => {
                    Some(Filter::Exclusion)
                }
                (Some(_), None) => Some(Filter::Sources(only.services()?)),
                (None, None) => return None,
                (Some(_), Some(_)) => None,
            },
            _ => None,
        };
        let (filter, selector_name) = match single {
            Some(filter) => (filter, first.name.map(str::to_owned)),
            None => (
                Filter::NamesBySource(names_by_source(&parts)?),
                common_name(&parts),
            ),
        };
        Some(Self {
            selector_name,
            read_write_type,
            filter,
        })
    }

    /// The filters of names that may be meant, the most natural first.
    fn filters(&self) -> Vec<NameFilter> {
        let search = |target: BTreeSet<String>| Search {
            target,
            read_write_type: self.read_write_type,
        };
        match &self.filter {
            Filter::Exclusion => vec![NameFilter::default()],
            Filter::Sources(services) => vec![whole(services.clone())],
            Filter::Names(names) => {
                let search = search(names.clone());
                let mut filters = search.selections(&[]);
                filters.push(included(names.clone()));
                filters
            }
            Filter::NamesBySource(by_source) => {
                let names = by_source.values().flatten().cloned().collect();
                let search = search(names);
                let sources = by_source.keys().copied().collect();
                let least = least_services(by_source);
                let mut filters = search.selections(&[sources, least.clone()]);
                filters.push(search.nearest(&least));
                filters
            }
        }
    }
}

/// The names each source is asked for; `None` if a selector does not ask one catalog source for
/// names, or two ask the same.
fn names_by_source(parts: &[Parts<'_>]) -> Option<BTreeMap<Service, BTreeSet<String>>> {
    let mut by_source = BTreeMap::new();
    for part in parts {
        let mut services = part.services()?;
        let service = services.pop_first()?;
        if !services.is_empty() || by_source.insert(service, part.names()?).is_some() {
            return None;
        }
    }
    Some(by_source)
}

/// The name the selectors were given together: that of a single one, or what the name of the first
/// of several begins with, before a blank and the source. Whether the others have it too, the
/// comparison at the end will show.
fn common_name(parts: &[Parts<'_>]) -> Option<String> {
    let first = parts.first()?;
    let name = first.name?;
    let begin = if parts.len() > 1 {
        let source = first.services()?.first()?.source();
        name.strip_suffix(source)?.strip_suffix(' ')?
    } else {
        name
    };
    Some(begin.to_owned())
}

/// The fewest services that must have been selected for the names to be where they are.
///
/// A name goes to the selected services that have it, or, if none has, to all services that do. So a
/// name that is missing from one of its services tells that the ones it is in were selected; a name
/// that is in all of them tells nothing by itself, but once one of them was selected, so were the
/// others. A name of no catalog goes to all selected services, and tells them all.
fn least_services(by_source: &BTreeMap<Service, BTreeSet<String>>) -> BTreeSet<Service> {
    let mut placed: BTreeMap<&str, BTreeSet<Service>> = BTreeMap::new();
    for (service, names) in by_source {
        for name in names {
            placed.entry(name).or_default().insert(*service);
        }
    }
    let (everywhere, told): (Vec<_>, Vec<_>) = placed
        .into_iter()
        .partition(|(name, services)| *services == services_of(name));
    let mut least: BTreeSet<Service> = told
        .into_iter()
        .flat_map(|(_, services)| services)
        .collect();
    loop {
        let before = least.len();
        for (_, services) in &everywhere {
            if !services.is_disjoint(&least) {
                least.extend(services);
            }
        }
        if least.len() == before {
            return least;
        }
    }
}

/// The services of the catalog that have this name.
fn services_of(name: &str) -> BTreeSet<Service> {
    catalog::named(name).map(|row| row.source).collect()
}

fn whole(services: BTreeSet<Service>) -> NameFilter {
    NameFilter {
        services,
        ..NameFilter::default()
    }
}

fn included(names: BTreeSet<String>) -> NameFilter {
    NameFilter {
        include: names,
        ..whole(BTreeSet::new())
    }
}

/// A search for the filter that means the target, under a read-write type.
struct Search {
    target: BTreeSet<String>,
    read_write_type: ReadWriteType,
}

/// The names of some rows, borrowed from the catalog.
type Names = BTreeSet<&'static str>;

impl Search {
    /// The selections of the catalog that are the target, for each set of services that comes into
    /// question at most one: each single service, the hinted ones, those that are needed, those that
    /// are wholly in the target, all, and at last every set that has the names of the target.
    fn selections(&self, hints: &[BTreeSet<Service>]) -> Vec<NameFilter> {
        // IAM, the default, is the first of them.
        let singles = Service::ALL.iter();
        let mut services: Vec<_> = singles.map(|service| BTreeSet::from([*service])).collect();
        services.extend(hints.iter().cloned());
        services.push(self.needed());
        services.push(self.contained());
        services.push(Service::ALL.iter().copied().collect());
        services.extend(self.covering());
        services
            .into_iter()
            .filter_map(|services| self.selection(services))
            .collect()
    }

    /// The target as a selection of these services: whole, by access levels, by families, or by
    /// both, whichever is the first that is exactly it.
    fn selection(&self, services: BTreeSet<Service>) -> Option<NameFilter> {
        let rows = self.rows(&services);
        if self.is_target(&names(&rows)) {
            return Some(whole(services));
        }
        let level = |row: &Event| row.access_level;
        let family = |row: &Event| row.family;
        if let Some(access_levels) = self.exactly(&rows, AccessLevel::ALL, level) {
            return Some(NameFilter {
                access_levels,
                ..whole(services)
            });
        }
        if let Some(resource_families) = self.exactly(&rows, Family::ALL, family) {
            return Some(NameFilter {
                resource_families,
                ..whole(services)
            });
        }
        subsets(AccessLevel::ALL)
            .into_iter()
            .find_map(|access_levels| {
                let rows = of_levels(&rows, &access_levels);
                let resource_families = self.exactly(&rows, Family::ALL, family)?;
                Some(NameFilter {
                    access_levels,
                    resource_families,
                    ..whole(services.clone())
                })
            })
    }

    /// The filter over exactly these services with the fewest names to include and exclude.
    ///
    /// Levels and families have to leave something of the target if there is anything of it in the
    /// services: a selection of nothing with everything included would be shorter and say less.
    fn nearest(&self, services: &BTreeSet<Service>) -> NameFilter {
        if services.is_empty() {
            return included(self.target.clone());
        }
        let rows = self.rows(services);
        let hits = |names: &Names| {
            names
                .iter()
                .filter(|name| self.target.contains(**name))
                .count()
        };
        let must_hit = hits(&names(&rows)) > 0;
        let family = |row: &Event| row.family;
        let mut levels = vec![BTreeSet::new()];
        levels.extend(subsets(AccessLevel::ALL));
        let mut best: Option<(usize, NameFilter)> = None;
        for access_levels in levels {
            let rows = of_levels(&rows, &access_levels);
            let touched: BTreeSet<Family> = rows
                .iter()
                .filter(|row| self.target.contains(row.name))
                .filter_map(|row| row.family)
                .collect();
            let contained = self.inside(&rows, Family::ALL, family);
            for resource_families in [BTreeSet::new(), contained, touched] {
                let base: Names = if resource_families.is_empty() {
                    names(&rows)
                } else {
                    names_with(&rows, &resource_families, family)
                };
                let hit = hits(&base);
                if must_hit && hit == 0 {
                    continue;
                }
                let cost = (base.len() - hit) + (self.target.len() - hit);
                if best.as_ref().is_some_and(|(least, _)| *least <= cost) {
                    continue;
                }
                let not_base = |name: &&String| !base.contains(name.as_str());
                let not_target = |name: &&&str| !self.target.contains(**name);
                let filter = NameFilter {
                    services: services.clone(),
                    access_levels: access_levels.clone(),
                    resource_families,
                    include: self.target.iter().filter(not_base).cloned().collect(),
                    exclude: base
                        .iter()
                        .filter(not_target)
                        .map(ToString::to_string)
                        .collect(),
                };
                best = Some((cost, filter));
            }
        }
        best.map_or_else(|| included(self.target.clone()), |(_, filter)| filter)
    }

    /// The services of which the target has a name that no other service has, and, for names left
    /// over, the first service that has them.
    fn needed(&self) -> BTreeSet<Service> {
        let having: Vec<BTreeSet<Service>> = self
            .target
            .iter()
            .map(|name| services_of(name))
            .filter(|services| !services.is_empty())
            .collect();
        let alone = having.iter().filter(|services| services.len() == 1);
        let mut needed: BTreeSet<Service> = alone.flatten().copied().collect();
        for services in having {
            if services.is_disjoint(&needed) {
                needed.extend(services.first());
            }
        }
        needed
    }

    /// Every set of services that together have all the names of the target, the smallest first. A
    /// service may be told by none of its own names, but by making a shared name fit the read-write
    /// type, so that guessing falls short.
    fn covering(&self) -> Vec<BTreeSet<Service>> {
        let having: BTreeSet<Service> = self
            .target
            .iter()
            .flat_map(|name| services_of(name))
            .collect();
        let having: Vec<Service> = having.into_iter().collect();
        let mut sets = subsets(&having);
        sets.retain(|services| {
            let names = names(&self.rows(services));
            self.target.iter().all(|name| names.contains(name.as_str()))
        });
        sets
    }

    /// The services all of whose names are in the target.
    fn contained(&self) -> BTreeSet<Service> {
        let rows = self.rows(&Service::ALL.iter().copied().collect());
        self.inside(&rows, Service::ALL, |row| Some(row.source))
    }

    /// The rows of these services, without the names the read-write type drops.
    fn rows(&self, services: &BTreeSet<Service>) -> Vec<&'static Event> {
        let filter = whole(services.clone());
        services
            .iter()
            .flat_map(|service| catalog::of(*service))
            .filter(|row| filter.can_be(row.name, self.read_write_type))
            .collect()
    }

    fn is_target(&self, names: &Names) -> bool {
        self.target.len() == names.len() && names.iter().all(|name| self.target.contains(*name))
    }

    /// These keys (levels, families) as far as their rows are in the target, if that is all of it.
    fn exactly<K: Copy + Ord>(
        &self,
        rows: &[&'static Event],
        keys: &[K],
        key: impl Fn(&Event) -> Option<K> + Copy,
    ) -> Option<BTreeSet<K>> {
        let inside = self.inside(rows, keys, key);
        if self.is_target(&names_with(rows, &inside, key)) {
            Some(inside)
        } else {
            None
        }
    }

    /// The keys that have rows, all of them in the target.
    fn inside<K: Copy + Ord>(
        &self,
        rows: &[&'static Event],
        keys: &[K],
        key: impl Fn(&Event) -> Option<K>,
    ) -> BTreeSet<K> {
        let is_inside = |wanted: &K| {
            let mut rows = rows
                .iter()
                .filter(|row| key(row) == Some(*wanted))
                .peekable();
            rows.peek().is_some() && rows.all(|row| self.target.contains(row.name))
        };
        keys.iter().copied().filter(is_inside).collect()
    }
}

fn names(rows: &[&'static Event]) -> Names {
    rows.iter().map(|row| row.name).collect()
}

fn names_with<K: Ord>(
    rows: &[&'static Event],
    keys: &BTreeSet<K>,
    key: impl Fn(&Event) -> Option<K>,
) -> Names {
    let is_in = |row: &&&Event| key(row).is_some_and(|key| keys.contains(&key));
    rows.iter().filter(is_in).map(|row| row.name).collect()
}

/// The rows of these levels; no levels mean all rows.
fn of_levels(rows: &[&'static Event], levels: &BTreeSet<AccessLevel>) -> Vec<&'static Event> {
    let is_in = |row: &&&Event| {
        levels.is_empty()
            || row
                .access_level
                .is_some_and(|level| levels.contains(&level))
    };
    rows.iter().filter(is_in).copied().collect()
}

/// All sets of these but the empty one, the smallest first.
fn subsets<T: Copy + Ord>(all: &[T]) -> Vec<BTreeSet<T>> {
    let mut subsets = vec![BTreeSet::new()];
    for one in all {
        let with: Vec<BTreeSet<T>> = subsets
            .iter()
            .map(|subset: &BTreeSet<T>| subset.iter().chain([one]).copied().collect())
            .collect();
        subsets.extend(with);
    }
    subsets.retain(|subset| !subset.is_empty());
    subsets.sort_by_key(BTreeSet::len);
    subsets
}

#[cfg(test)]
mod tests;
