//! From an intent to its selectors.
//!
//! Imports `catalog` and `selector` only. Next: `import.rs`, the way back.

use std::collections::{BTreeMap, BTreeSet};

use super::{FilterBy, Intent, IntentError, NameFilter, NoNames, Resolved};
use crate::catalog::Service;
use crate::selector::{
    AdvancedEventSelector, EXCLUDABLE_SOURCES, Field, FieldSelector, MANAGEMENT, ReadWriteType,
    ShapeError,
};

pub(super) fn resolve(intent: &Intent) -> Result<Resolved, IntentError> {
    let filter = &intent.names;
    let (event_names, dropped_by_read_write_type) = event_names(intent)?;
    let selectors = selectors(intent, &event_names)?;
    let colliding = match intent.filter_by {
        FilterBy::EventName => colliding(filter, &event_names),
        FilterBy::EventSource | FilterBy::EventNameAndSource | FilterBy::Exclusion => {
            BTreeMap::new()
        }
    };
    Ok(Resolved {
        event_names,
        selectors,
        colliding,
        dropped_by_read_write_type,
    })
}

/// The names that are meant, never none, and those that the read-write type drops.
pub(super) fn event_names(
    intent: &Intent,
) -> Result<(BTreeSet<String>, BTreeSet<String>), IntentError> {
    let filter = &intent.names;
    let read_write_type = intent.read_write_type;
    let selected = filter
        .selected()
        .map_err(|why| IntentError::NoNames { why })?;
    if intent.filter_by == FilterBy::EventSource {
        check_whole_services(filter, &selected)?;
    }
    let (meant, dropped): (BTreeSet<_>, BTreeSet<_>) = selected
        .into_iter()
        .partition(|name| filter.can_be(name, read_write_type));
    if meant.is_empty() {
        let why = NoNames::AllDropped { read_write_type };
        return Err(IntentError::NoNames { why });
    }
    Ok((meant, dropped))
}

/// A filter by source has no place for names: it stands for all names of its services.
fn check_whole_services(
    filter: &NameFilter,
    selected: &BTreeSet<String>,
) -> Result<(), IntentError> {
    let whole = filter.of_services();
    if *selected == whole {
        return Ok(());
    }
    Err(IntentError::NotNarrowable {
        missing: whole.difference(selected).cloned().collect(),
        foreign: selected.difference(&whole).cloned().collect(),
    })
}

fn selectors(
    intent: &Intent,
    event_names: &BTreeSet<String>,
) -> Result<Vec<AdvancedEventSelector>, IntentError> {
    let name = intent
        .selector_name
        .as_deref()
        .filter(|name| !name.is_empty());
    let build = |name: Option<String>, filters: Vec<FieldSelector>| {
        selector(name, filters, intent.read_write_type)
    };
    let single = |filter: FieldSelector| build(name.map(str::to_owned), vec![filter]);
    let selectors = match intent.filter_by {
        FilterBy::EventName => {
            vec![single(FieldSelector::equals(
                Field::EventName,
                event_names,
            )?)?]
        }
        FilterBy::EventSource => {
            let services = intent.names.services.iter();
            let sources: BTreeSet<&str> = services.map(|service| service.source()).collect();
            vec![single(FieldSelector::equals(Field::EventSource, sources)?)?]
        }
        FilterBy::Exclusion => {
            let sources = FieldSelector::not_equals(Field::EventSource, EXCLUDABLE_SOURCES)?;
            vec![single(sources)?]
        }
        FilterBy::EventNameAndSource => {
            let by_source = by_source(&intent.names, event_names)?;
            let several = by_source.len() > 1;
            let mut selectors = Vec::new();
            for (source, names) in by_source {
                let name = name.map(|name| {
                    if several {
                        format!("{name} {source}")
                    } else {
                        name.to_owned()
                    }
                });
                let filters = vec![
                    FieldSelector::equals(Field::EventSource, [source])?,
                    FieldSelector::equals(Field::EventName, names)?,
                ];
                selectors.push(build(name, filters)?);
            }
            selectors
        }
    };
    Ok(selectors)
}

/// One management selector with these filters, and `readOnly` where the type needs it.
fn selector(
    name: Option<String>,
    filters: Vec<FieldSelector>,
    read_write_type: ReadWriteType,
) -> Result<AdvancedEventSelector, ShapeError> {
    let mut fields = vec![FieldSelector::equals(Field::EventCategory, [MANAGEMENT])?];
    fields.extend(filters);
    if let Some(value) = read_write_type.read_only_value() {
        fields.push(FieldSelector::equals(Field::ReadOnly, [value])?);
    }
    AdvancedEventSelector::new(name, fields)
}

/// Which source is asked for which names, sorted by source.
///
/// A name goes to the selected services that have it; if none does, to every source of the catalog
/// that has it. A name the catalog does not have may be new in any selected service, so it goes to
/// all of them.
pub(super) fn by_source<'a>(
    filter: &NameFilter,
    event_names: &'a BTreeSet<String>,
) -> Result<BTreeMap<&'static str, BTreeSet<&'a str>>, IntentError> {
    let mut by_source: BTreeMap<&'static str, BTreeSet<&str>> = BTreeMap::new();
    let mut nowhere = BTreeSet::new();
    for name in event_names {
        let rows = filter.rows_of(name);
        let services: Vec<Service> = if rows.is_empty() {
            filter.services.iter().copied().collect()
        } else {
            rows.iter().map(|row| row.source).collect()
        };
        if services.is_empty() {
            nowhere.insert(name.clone());
        }
        for service in services {
            by_source.entry(service.source()).or_default().insert(name);
        }
    }
    if nowhere.is_empty() {
        Ok(by_source)
    } else {
        Err(IntentError::NoSource { names: nowhere })
    }
}

/// The names that other services emit too, as their rows tell.
///
/// A name is that of the first selected service that has it; if none has, of the first service of the
/// catalog, IAM before its neighbours. All others that have it collide, but for the selected ones.
fn colliding(
    filter: &NameFilter,
    event_names: &BTreeSet<String>,
) -> BTreeMap<String, Vec<&'static str>> {
    let is_selected = |service: &str| {
        Service::from_key(service).is_some_and(|service| filter.services.contains(&service))
    };
    let mut colliding = BTreeMap::new();
    for name in event_names {
        let meant = filter.rows_of(name).into_iter().take(1);
        let others: Vec<&'static str> = meant
            .flat_map(|row| row.collides_with().iter().copied())
            .filter(|service| !is_selected(service))
            .collect();
        if !others.is_empty() {
            colliding.insert(name.clone(), others);
        }
    }
    colliding
}

#[cfg(test)]
mod tests {
    use super::super::generate;
    use super::*;
    use crate::catalog;
    use crate::selector::Operator;
    use proptest::prelude::*;

    fn intent(names: NameFilter, filter_by: FilterBy) -> Intent {
        Intent {
            selector_name: Some("iam-only".to_owned()),
            names,
            read_write_type: ReadWriteType::All,
            filter_by,
        }
    }

    fn including(services: &[Service], include: &[&str]) -> NameFilter {
        NameFilter {
            services: services.iter().copied().collect(),
            include: include.iter().map(|name| (*name).to_owned()).collect(),
            ..NameFilter::default()
        }
    }

    fn only(services: &[Service], names: &[&str]) -> NameFilter {
        let mut filter = including(services, names);
        let whole = filter.of_services();
        filter.exclude = whole
            .into_iter()
            .filter(|n| !names.contains(&n.as_str()))
            .collect();
        filter
    }

    fn summaries(intent: &Intent) -> Vec<String> {
        let resolved = intent.resolve().unwrap();
        resolved
            .selectors
            .iter()
            .map(AdvancedEventSelector::summary)
            .collect()
    }

    fn error(intent: &Intent) -> IntentError {
        intent.resolve().unwrap_err()
    }

    #[test]
    fn names_are_one_selector() {
        let names = intent(
            only(&[Service::Iam], &["CreateUser", "AcquireRole"]),
            FilterBy::EventName,
        );
        assert_eq!(
            summaries(&names),
            ["\"iam-only\" (Management: eventName Equals AcquireRole, CreateUser)"]
        );
        let writes = Intent {
            read_write_type: ReadWriteType::WriteOnly,
            ..names
        };
        assert_eq!(
            summaries(&writes),
            [
                "\"iam-only\" (Management: eventName Equals AcquireRole, CreateUser; readOnly Equals \
              false)"
            ]
        );
    }

    #[test]
    fn whole_services_are_one_selector_by_source() {
        let services = including(&[Service::Sts, Service::Iam], &[]);
        assert_eq!(
            summaries(&intent(services, FilterBy::EventSource)),
            ["\"iam-only\" (Management: eventSource Equals iam.amazonaws.com, sts.amazonaws.com)"]
        );
    }

    #[test]
    fn a_part_of_a_service_is_no_filter_by_source() {
        let part = NameFilter {
            exclude: ["GetUser".to_owned()].into(),
            ..NameFilter::default()
        };
        assert_eq!(
            error(&intent(part, FilterBy::EventSource)),
            IntentError::NotNarrowable {
                missing: ["GetUser".to_owned()].into(),
                foreign: BTreeSet::new(),
            }
        );
        let more = including(&[Service::Iam], &["AssumeRole"]);
        assert_eq!(
            error(&intent(more, FilterBy::EventSource)),
            IntentError::NotNarrowable {
                missing: BTreeSet::new(),
                foreign: ["AssumeRole".to_owned()].into(),
            }
        );
        let already = including(&[Service::Iam], &["GetUser"]);
        assert!(intent(already, FilterBy::EventSource).resolve().is_ok());
    }

    #[test]
    fn names_and_sources_are_a_selector_for_each_source() {
        let one = only(&[Service::Iam], &["CreateUser", "NewThing"]);
        assert_eq!(
            summaries(&intent(one, FilterBy::EventNameAndSource)),
            [
                "\"iam-only\" (Management: eventSource Equals iam.amazonaws.com; eventName Equals \
              CreateUser, NewThing)"
            ]
        );
        let two = only(
            &[Service::Iam, Service::Sts],
            &["CreateUser", "AssumeRole", "NewThing"],
        );
        assert_eq!(
            summaries(&intent(two, FilterBy::EventNameAndSource)),
            [
                "\"iam-only iam.amazonaws.com\" (Management: eventSource Equals iam.amazonaws.com; \
                 eventName Equals CreateUser, NewThing)",
                "\"iam-only sts.amazonaws.com\" (Management: eventSource Equals sts.amazonaws.com; \
                 eventName Equals AssumeRole, NewThing)",
            ]
        );
        let foreign = including(&[], &["AssumeRole"]);
        let unnamed = Intent {
            selector_name: None,
            ..intent(foreign, FilterBy::EventNameAndSource)
        };
        assert_eq!(
            summaries(&unnamed),
            [
                "unnamed (Management: eventSource Equals signin.amazonaws.com; eventName Equals \
                 AssumeRole)",
                "unnamed (Management: eventSource Equals sts.amazonaws.com; eventName Equals \
                 AssumeRole)",
            ]
        );
        assert_eq!(
            error(&intent(
                including(&[], &["NewThing"]),
                FilterBy::EventNameAndSource
            )),
            IntentError::NoSource {
                names: ["NewThing".to_owned()].into()
            }
        );
    }

    #[test]
    fn an_exclusion_names_what_may_be_left_out_and_keeps_the_wish() {
        let wish = intent(only(&[Service::Iam], &["CreateUser"]), FilterBy::EventName);
        let fallback = wish.exclusion();
        assert_eq!(
            summaries(&fallback),
            [
                "\"iam-only\" (Management: eventSource NotEquals kms.amazonaws.com, \
              rdsdata.amazonaws.com)"
            ]
        );
        let names = |intent: &Intent| intent.resolve().unwrap().event_names;
        assert_eq!(names(&fallback), names(&wish));
    }

    #[test]
    fn collisions_are_told_of_names_alone_and_not_with_what_was_selected() {
        let filter = only(&[Service::Iam], &["CreateUser", "CreateRole"]);
        let told = intent(filter.clone(), FilterBy::EventName)
            .resolve()
            .unwrap()
            .colliding;
        let services = &told["CreateUser"];
        assert!(services.contains(&"identitystore") && services.contains(&"workmail"));
        assert!(!told.contains_key("CreateRole"));

        let both = only(&[Service::Iam, Service::Identitystore], &["CreateUser"]);
        let told = intent(both, FilterBy::EventName)
            .resolve()
            .unwrap()
            .colliding;
        assert!(!told["CreateUser"].contains(&"identitystore"));
        assert!(told["CreateUser"].contains(&"workmail"));

        let foreign = intent(
            including(&[Service::Iam], &["AssumeRole"]),
            FilterBy::EventName,
        );
        let told = foreign.resolve().unwrap().colliding;
        assert_eq!(told["AssumeRole"], ["signin"]);

        let exact = intent(filter, FilterBy::EventNameAndSource)
            .resolve()
            .unwrap();
        assert!(exact.colliding.is_empty());
    }

    #[test]
    fn nothing_to_log_is_an_error_that_says_why() {
        let none = intent(including(&[], &[]), FilterBy::EventName);
        let excluded = intent(only(&[Service::Iam], &[]), FilterBy::EventName);
        let dropped = Intent {
            read_write_type: ReadWriteType::ReadOnly,
            ..intent(only(&[Service::Iam], &["CreateUser"]), FilterBy::Exclusion)
        };
        for (intent, expected) in [
            (none, NoNames::NothingSelected),
            (excluded, NoNames::AllExcluded),
            (
                dropped,
                NoNames::AllDropped {
                    read_write_type: ReadWriteType::ReadOnly,
                },
            ),
        ] {
            assert_eq!(error(&intent), IntentError::NoNames { why: expected });
        }
    }

    #[test]
    fn a_name_no_selector_can_carry_is_an_error() {
        let empty = intent(including(&[Service::Iam], &[""]), FilterBy::EventName);
        assert!(matches!(
            error(&empty),
            IntentError::Shape(ShapeError::EmptyValue { .. })
        ));
    }

    /// Every (source, name) pair the selectors name, with `None` for a field they do not.
    fn pairs(selectors: &[AdvancedEventSelector]) -> BTreeSet<(Option<String>, Option<String>)> {
        let values = |selector: &AdvancedEventSelector, field| match selector.field(&field) {
            Some(field) => field
                .values(Operator::Equals)
                .iter()
                .cloned()
                .map(Some)
                .collect(),
            None => vec![None],
        };
        let mut pairs = BTreeSet::new();
        for selector in selectors {
            for source in values(selector, Field::EventSource) {
                for name in values(selector, Field::EventName) {
                    pairs.insert((source.clone(), name));
                }
            }
        }
        pairs
    }

    proptest! {
        #[test]
        fn what_is_meant_is_split_into_kept_and_dropped(intent in generate::intent()) {
            let Ok(resolved) = intent.resolve() else { return Ok(()) };
            let mut all = resolved.event_names.clone();
            all.extend(resolved.dropped_by_read_write_type.iter().cloned());
            prop_assert_eq!(all, intent.names.selected().unwrap());
            prop_assert!(resolved.event_names.is_disjoint(&resolved.dropped_by_read_write_type));
            if intent.read_write_type == ReadWriteType::All {
                prop_assert!(resolved.dropped_by_read_write_type.is_empty());
            }
        }

        #[test]
        fn selectors_name_what_is_meant_and_nothing_else(intent in generate::intent()) {
            let Ok(resolved) = intent.resolve() else { return Ok(()) };
            let mut expected = BTreeSet::new();
            match intent.filter_by {
                FilterBy::EventName => {
                    expected.extend(resolved.event_names.iter().map(|n| (None, Some(n.clone()))));
                }
                FilterBy::EventSource => {
                    let sources = intent.names.services.iter().map(|s| s.source().to_owned());
                    expected.extend(sources.map(|source| (Some(source), None)));
                }
                FilterBy::EventNameAndSource => {
                    for name in &resolved.event_names {
                        let rows: Vec<_> = catalog::named(name).map(|row| row.source).collect();
                        let here: Vec<_> = rows
                            .iter()
                            .copied()
                            .filter(|service| intent.names.services.contains(service))
                            .collect();
                        let services = match (rows.is_empty(), here.is_empty()) {
                            (true, _) => intent.names.services.iter().copied().collect(),
                            (false, true) => rows,
                            (false, false) => here,
                        };
                        expected.extend(
                            services
                                .iter()
                                .map(|s| (Some(s.source().to_owned()), Some(name.clone()))),
                        );
                    }
                }
                FilterBy::Exclusion => {}
            }
            prop_assert_eq!(pairs(&resolved.selectors), expected);
        }

        #[test]
        fn every_selector_is_of_management_and_of_the_read_write_type(intent in generate::intent()) {
            let Ok(resolved) = intent.resolve() else { return Ok(()) };
            prop_assert!(!resolved.selectors.is_empty());
            for selector in &resolved.selectors {
                prop_assert_eq!(selector.category(), Some(MANAGEMENT));
                let read_only = selector.field(&Field::ReadOnly).map(|f| f.values(Operator::Equals));
                let expected = intent.read_write_type.read_only_value();
                let read_only = read_only.map(<[String]>::concat);
                prop_assert_eq!(read_only.as_deref(), expected);
                let wanted = intent.selector_name.clone().filter(|name| !name.is_empty());
                match (selector.name(), wanted) {
                    (Some(name), Some(wanted)) => prop_assert!(name.starts_with(&wanted)),
                    (found, wanted) => prop_assert_eq!(found, wanted.as_deref()),
                }
            }
            let names: Vec<_> = resolved.selectors.iter().filter_map(|s| s.name()).collect();
            let distinct: BTreeSet<_> = names.iter().collect();
            prop_assert_eq!(names.len(), distinct.len());
        }
    }
}
