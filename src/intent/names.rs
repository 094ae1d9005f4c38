//! Which names a filter means.
//!
//! Imports `catalog` and `selector` only. Next: `resolve.rs`, which puts the names into selectors.

use std::collections::BTreeSet;

use super::{NameFilter, NoNames, UnknownName};
use crate::catalog::{self, AccessLevel, Event, Service};
use crate::selector::ReadWriteType;

impl NameFilter {
    /// The names of `include` and `exclude` that are in no row of the catalog, each with the
    /// nearest name that is; included ones first, each list in order.
    #[must_use]
    pub fn unknown_names(&self) -> Vec<UnknownName> {
        let lists = [(&self.include, false), (&self.exclude, true)];
        lists
            .into_iter()
            .flat_map(|(names, excluded)| names.iter().map(move |name| (name, excluded)))
            .filter(|(name, _)| catalog::named(name).next().is_none())
            .map(|(name, excluded)| UnknownName {
                name: name.clone(),
                did_you_mean: catalog::did_you_mean(name),
                excluded,
            })
            .collect()
    }

    /// The names, before the read-write type is looked at; never empty.
    ///
    /// # Errors
    /// [`NoNames`]: nothing is selected, or all of it is excluded.
    pub fn selected(&self) -> Result<BTreeSet<String>, NoNames> {
        let rows = self
            .services
            .iter()
            .flat_map(|service| catalog::of(*service));
        let mut names: BTreeSet<String> = rows
            .filter(|row| self.takes(row))
            .map(|row| row.name.to_owned())
            .collect();
        names.extend(self.include.iter().cloned());
        if names.is_empty() {
            return Err(NoNames::NothingSelected);
        }
        names.retain(|name| !self.exclude.contains(name));
        if names.is_empty() {
            return Err(NoNames::AllExcluded);
        }
        Ok(names)
    }

    /// Whether all names of the selected services are meant and no others, so that a filter by source
    /// can say it.
    #[must_use]
    pub fn is_of_whole_services(&self) -> bool {
        self.selected()
            .is_ok_and(|selected| selected == self.of_services())
    }

    /// All names of the selected services, whatever else the filter says.
    pub(super) fn of_services(&self) -> BTreeSet<String> {
        let rows = self
            .services
            .iter()
            .flat_map(|service| catalog::of(*service));
        rows.map(|row| row.name.to_owned()).collect()
    }

    /// The rows that say what this name is here: those in the selected services, or all of them if
    /// those services do not have it. None if the catalog does not.
    #[must_use]
    pub fn rows_of(&self, name: &str) -> Vec<&'static Event> {
        let rows: Vec<&Event> = catalog::named(name).collect();
        let is_selected = |row: &&&Event| self.services.contains(&row.source);
        let selected: Vec<&Event> = rows.iter().filter(is_selected).copied().collect();
        if selected.is_empty() { rows } else { selected }
    }

    /// Whether an event of this name can be of the read-write type. A name the catalog does not have
    /// may be either.
    pub(super) fn can_be(&self, name: &str, read_write_type: ReadWriteType) -> bool {
        let rows = self.rows_of(name);
        rows.is_empty() || rows.iter().any(|row| is(row, read_write_type))
    }

    /// The same of the events of one service.
    pub(super) fn can_be_at(
        &self,
        name: &str,
        service: Service,
        read_write_type: ReadWriteType,
    ) -> bool {
        let rows = self.rows_of(name);
        let mut here = rows.iter().filter(|row| row.source == service);
        rows.is_empty() || here.any(|row| is(row, read_write_type))
    }

    /// The selected events that the read-write type leaves out though their access level says the
    /// opposite: `AssumeRole` is rated Write, and its records say that it only reads.
    #[must_use]
    pub fn rated_otherwise(&self, read_write_type: ReadWriteType) -> Vec<&'static Event> {
        let Ok(selected) = self.selected() else {
            return Vec::new();
        };
        let rated = |row: &&Event| {
            let level = row.access_level;
            level.is_some_and(|level| read_write_type == type_of(level))
        };
        let services = self.services.iter();
        let rows = services.flat_map(|service| catalog::of(*service));
        rows.filter(|row| selected.contains(row.name) && !is(row, read_write_type))
            .filter(rated)
            .collect()
    }

    fn takes(&self, row: &Event) -> bool {
        let level = self.access_levels.is_empty()
            || row
                .access_level
                .is_some_and(|level| self.access_levels.contains(&level));
        let family = self.resource_families.is_empty()
            || row
                .family
                .is_some_and(|family| self.resource_families.contains(&family));
        level && family
    }
}

/// Whether events of this row are of the read-write type.
fn is(row: &Event, read_write_type: ReadWriteType) -> bool {
    match read_write_type {
        ReadWriteType::All => true,
        ReadWriteType::ReadOnly => row.read_only,
        ReadWriteType::WriteOnly => !row.read_only,
    }
}

/// The read-write type that an access level makes one expect.
fn type_of(level: AccessLevel) -> ReadWriteType {
    match level {
        AccessLevel::List | AccessLevel::Read => ReadWriteType::ReadOnly,
        AccessLevel::Write | AccessLevel::PermissionsManagement | AccessLevel::Tagging => {
            ReadWriteType::WriteOnly
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::generate;
    use super::*;
    use crate::catalog::Family;
    use proptest::prelude::*;

    /// The definition, read off once more row by row and without any of the functions above.
    fn oracle(filter: &NameFilter) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for event in catalog::events() {
            let level_asked = !filter.access_levels.is_empty();
            let family_asked = !filter.resource_families.is_empty();
            let mut taken = filter.services.contains(&event.source);
            if level_asked {
                match event.access_level {
                    Some(level) => taken &= filter.access_levels.contains(&level),
                    None => taken = false,
                }
            }
            if family_asked {
                match event.family {
                    Some(family) => taken &= filter.resource_families.contains(&family),
                    None => taken = false,
                }
            }
            if taken {
                names.insert(event.name.to_owned());
            }
        }
        for name in &filter.include {
            names.insert(name.clone());
        }
        for name in &filter.exclude {
            names.remove(name);
        }
        names
    }

    proptest! {
        #[test]
        fn the_names_are_the_catalogs_by_the_filter_plus_and_minus(filter in generate::filter()) {
            let names = filter.selected().unwrap_or_default();
            prop_assert_eq!(names, oracle(&filter));
        }

        #[test]
        fn no_names_are_explained_by_what_took_them(filter in generate::filter()) {
            let unexcluded = NameFilter { exclude: BTreeSet::new(), ..filter.clone() };
            match filter.selected() {
                Ok(names) => prop_assert!(!names.is_empty()),
                Err(NoNames::NothingSelected) => prop_assert!(oracle(&unexcluded).is_empty()),
                Err(NoNames::AllExcluded) => prop_assert!(!oracle(&unexcluded).is_empty()),
                Err(NoNames::AllDropped { .. }) => prop_assert!(false, "not asked here"),
            }
        }

        #[test]
        fn a_name_is_judged_by_its_rows_in_the_selected_services_else_by_all(
            filter in generate::filter(),
            row in prop::sample::select(catalog::events().collect::<Vec<_>>()),
            read_only in any::<bool>(),
        ) {
            let kind = if read_only { ReadWriteType::ReadOnly } else { ReadWriteType::WriteOnly };
            let all: Vec<_> = catalog::events().filter(|event| event.name == row.name).collect();
            let here: Vec<_> =
                all.iter().copied().filter(|e| filter.services.contains(&e.source)).collect();
            let judges = if here.is_empty() { all } else { here };
            let expected = judges.iter().any(|event| event.read_only == read_only);
            prop_assert_eq!(filter.can_be(row.name, kind), expected);
            prop_assert!(filter.can_be(row.name, ReadWriteType::All));
        }
    }

    /// Nothing of IAM itself; of STS its roles on one side, and its sessions on the other.
    #[test]
    fn what_is_rated_otherwise_is_told_apart() {
        let all = NameFilter {
            services: Service::ALL.iter().copied().collect(),
            ..NameFilter::default()
        };
        let told = |filter: &NameFilter, kind| -> Vec<&str> {
            let rows = filter.rated_otherwise(kind);
            rows.iter().map(|row| row.name).collect()
        };
        let roles = ["AssumeRole", "AssumeRoleWithSAML"];
        assert_eq!(told(&all, ReadWriteType::WriteOnly), roles);
        let sessions = ["GetFederationToken", "GetSessionToken"];
        assert_eq!(told(&all, ReadWriteType::ReadOnly), sessions);
        assert!(told(&all, ReadWriteType::All).is_empty());
        let excluded = NameFilter {
            exclude: roles.map(str::to_owned).into(),
            ..all.clone()
        };
        assert!(told(&excluded, ReadWriteType::WriteOnly).is_empty());
        let of_families = NameFilter {
            resource_families: [Family::AccessKey].into(),
            ..all
        };
        assert!(told(&of_families, ReadWriteType::WriteOnly).is_empty());
        assert!(told(&NameFilter::default(), ReadWriteType::WriteOnly).is_empty());
    }

    #[test]
    fn a_name_of_no_catalog_can_be_anything() {
        for kind in ReadWriteType::ALL {
            assert!(NameFilter::default().can_be("NewThing", *kind));
        }
    }

    #[test]
    fn unknown_names_are_told_with_the_nearest_and_the_list_they_stand_in() {
        let filter = NameFilter {
            include: ["createuser", "CreateRole"].map(str::to_owned).into(),
            exclude: ["Zzzzzzzzzzzzzzzzzzzzzz"].map(str::to_owned).into(),
            ..NameFilter::default()
        };
        assert_eq!(
            filter.unknown_names(),
            [
                UnknownName {
                    name: "createuser".to_owned(),
                    did_you_mean: Some("CreateUser"),
                    excluded: false,
                },
                UnknownName {
                    name: "Zzzzzzzzzzzzzzzzzzzzzz".to_owned(),
                    did_you_mean: None,
                    excluded: true,
                },
            ]
        );
    }
}
