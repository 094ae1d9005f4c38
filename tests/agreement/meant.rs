//! What an intent means, and what its selectors log: random intents are resolved, and the evaluator
//! judges by their selectors a record of each name of the catalog, under each source that has it and
//! under sources that have nothing to do with it.
//!
//! Imports the crate. What is meant is read off the catalog once more, row by row.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use terraform_provider_iam::catalog::{self, AccessLevel, Family, Service};
use terraform_provider_iam::evaluate::{Evaluator, Event, Outcome};
use terraform_provider_iam::intent::{FilterBy, Intent, IntentError, NameFilter, Resolved};
use terraform_provider_iam::rules::coverage::{Precision, precision};
use terraform_provider_iam::selector::{ReadWriteType, Selectors};

use super::cases;
use super::made::Dice;

/// Names of no catalog, as AWS adds some.
const NEW_NAMES: [&str; 2] = ["NewThing", "OtherNewThing"];
/// A service that nothing else in here knows.
const ELSEWHERE: &str = "elsewhere";

/// What a record says, as far as an intent can ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Told {
    pub(super) name: String,
    /// As the catalog calls it, or botocore.
    pub(super) service: String,
    pub(super) read_only: bool,
}

impl Told {
    pub(super) fn source(&self) -> String {
        let known = Service::from_key(&self.service).map(|service| service.source().to_owned());
        known.unwrap_or_else(|| format!("{}.amazonaws.com", self.service))
    }

    pub(super) fn record(&self) -> String {
        json!({
            "eventVersion": "1.11",
            "eventCategory": "Management",
            "eventName": self.name,
            "eventSource": self.source(),
            "readOnly": self.read_only,
        })
        .to_string()
    }
}

/// Each name of the catalog, and the new ones, under each service that has it and elsewhere, as a
/// read and as a write; and what has to do with IAM in no way.
pub(super) fn all() -> Vec<Told> {
    let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
    for row in catalog::events() {
        pairs.extend([(row.name, row.source.key()), (row.name, ELSEWHERE)]);
        pairs.extend(row.collides_with().iter().map(|other| (row.name, *other)));
    }
    for name in NEW_NAMES {
        pairs.insert((name, ELSEWHERE));
        pairs.extend(Service::ALL.iter().map(|service| (name, service.key())));
    }
    pairs.extend([
        ("Decrypt", "kms"),
        ("ExecuteStatement", "rdsdata"),
        ("RunInstances", "ec2"),
    ]);
    let told = |(name, service): (&str, &str), read_only| Told {
        name: name.to_owned(),
        service: service.to_owned(),
        read_only,
    };
    let both = [true, false];
    let pairs = pairs.into_iter();
    pairs
        .flat_map(|pair| both.map(|read_only| told(pair, read_only)))
        .collect()
}

fn some<T: Copy + Ord>(dice: &mut Dice, all: &[T], most: usize) -> BTreeSet<T> {
    let count = dice.of(most + 1);
    (0..count).map(|_| all[dice.of(all.len())]).collect()
}

pub(super) fn intent(dice: &mut Dice, names: &[&str]) -> Intent {
    let services = if dice.percent(40) {
        BTreeSet::from([Service::Iam])
    } else {
        some(dice, Service::ALL, 4)
    };
    let filter_by = FilterBy::ALL[dice.of(FilterBy::ALL.len())];
    let mut filter = NameFilter {
        services,
        ..NameFilter::default()
    };
    // By source only whole services can be said.
    if filter_by != FilterBy::EventSource || dice.percent(10) {
        if dice.percent(40) {
            filter.access_levels = some(dice, AccessLevel::ALL, 3);
        }
        if dice.percent(30) {
            filter.resource_families = some(dice, Family::ALL, 4);
        }
        for list in [&mut filter.include, &mut filter.exclude] {
            if dice.percent(50) {
                let of_catalog = some(dice, names, 5);
                let new = some(dice, &NEW_NAMES, 1);
                list.extend(of_catalog.iter().chain(&new).map(|name| (*name).to_owned()));
            }
        }
    }
    Intent {
        selector_name: Some("made".to_owned()),
        names: filter,
        read_write_type: ReadWriteType::ALL[dice.of(3)],
        filter_by,
    }
}

/// An intent, and what is read off the catalog for it.
struct Meaning<'i> {
    intent: &'i Intent,
    /// The names: rows that are asked for in each respect, plus and minus single ones.
    names: BTreeSet<String>,
    /// The services that have each name of the catalog, and whether each records it as a read.
    homes: BTreeMap<&'static str, BTreeMap<Service, bool>>,
}

impl<'i> Meaning<'i> {
    fn of(intent: &'i Intent) -> Self {
        let filter = &intent.names;
        let mut names = filter.include.clone();
        let mut homes: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for row in catalog::events() {
            let home = homes.entry(row.name).or_default();
            home.insert(row.source, row.read_only);
            let levels = &filter.access_levels;
            let families = &filter.resource_families;
            if filter.services.contains(&row.source)
                && (levels.is_empty() || row.access_level.is_some_and(|one| levels.contains(&one)))
                && (families.is_empty() || row.family.is_some_and(|one| families.contains(&one)))
            {
                names.insert(row.name.to_owned());
            }
        }
        names.retain(|name| !filter.exclude.contains(name));
        Self {
            intent,
            names,
            homes,
        }
    }

    /// Where a name is meant: in the selected services that have it, or else in all that do; a new
    /// one in every selected service. With each, whether it is a read there, if that is known.
    fn homes(&self, name: &str) -> BTreeMap<Service, Option<bool>> {
        let selected = &self.intent.names.services;
        let Some(homes) = self.homes.get(name) else {
            return selected.iter().map(|service| (*service, None)).collect();
        };
        let has_selected = homes.keys().any(|service| selected.contains(service));
        let homes = homes.iter().map(|(service, read)| (*service, Some(*read)));
        homes
            .filter(|(service, _)| !has_selected || selected.contains(service))
            .collect()
    }

    fn fits(&self, read_only: bool) -> bool {
        match self.intent.read_write_type {
            ReadWriteType::All => true,
            ReadWriteType::ReadOnly => read_only,
            ReadWriteType::WriteOnly => !read_only,
        }
    }

    /// Whether the name is meant, and can be of the read-write type where it is.
    fn has(&self, name: &str) -> bool {
        let is_new = !self.homes.contains_key(name);
        let can_be = || {
            self.homes(name)
                .values()
                .flatten()
                .any(|read| self.fits(*read))
        };
        self.names.contains(name) && (is_new || can_be())
    }

    fn logs(&self, told: &Told) -> bool {
        let service = Service::from_key(&told.service);
        let at_home = |service| self.homes(&told.name).contains_key(&service);
        let selected = &self.intent.names.services;
        self.fits(told.read_only)
            && match self.intent.filter_by {
                FilterBy::EventName => self.has(&told.name),
                FilterBy::EventSource => service.is_some_and(|one| selected.contains(&one)),
                FilterBy::EventNameAndSource => {
                    self.has(&told.name) && service.is_some_and(at_home)
                }
                FilterBy::Exclusion => !["kms", "rdsdata"].contains(&told.service.as_str()),
            }
    }

    /// Whether there is something to log, and the fields can say it.
    fn can_be_said(&self) -> bool {
        let has_names = self.names.iter().any(|name| self.has(name));
        let services = &self.intent.names.services;
        let whole = || {
            let rows = catalog::events().filter(|row| services.contains(&row.source));
            rows.map(|row| row.name.to_owned()).collect::<BTreeSet<_>>()
        };
        has_names
            && match self.intent.filter_by {
                FilterBy::EventName | FilterBy::Exclusion => true,
                FilterBy::EventSource => self.names == whole(),
                FilterBy::EventNameAndSource => self
                    .names
                    .iter()
                    .filter(|name| self.has(name))
                    .all(|name| !self.homes(name).is_empty()),
            }
    }
}

/// What is claimed of the selectors is what they log.
fn check_claims(intent: &Intent, resolved: &Resolved, logged: &[&Told]) {
    let is_source = |told: &&&Told| Service::from_key(&told.service).is_some();
    let is_name = |told: &&&Told| catalog::named(&told.name).next().is_some();
    let seen = if logged.iter().all(|told| is_source(&told)) {
        Precision::Exact
    } else if logged.iter().all(|told| is_name(&told)) {
        Precision::ByName
    } else {
        Precision::Superset
    };
    assert_eq!(precision(&resolved.selectors), seen, "{intent:?}");
    if intent.filter_by != FilterBy::EventName {
        return;
    }
    let mut colliding: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for told in logged.iter().filter(|told| is_name(told)) {
        // A name that no selected service has is meant of the first that does.
        let rows = intent.names.rows_of(&told.name);
        let of_first = rows
            .first()
            .is_some_and(|row| row.source.key() == told.service);
        let selected = Service::from_key(&told.service)
            .is_some_and(|service| intent.names.services.contains(&service));
        if told.service != ELSEWHERE && !selected && !of_first {
            colliding
                .entry(&told.name)
                .or_default()
                .insert(&told.service);
        }
    }
    let claimed = resolved.colliding.iter();
    let claimed: BTreeMap<&str, BTreeSet<&str>> = claimed
        .map(|(name, others)| (name.as_str(), others.iter().copied().collect()))
        .collect();
    assert_eq!(claimed, colliding, "{intent:?}");
}

#[test]
fn the_selectors_of_an_intent_log_what_it_means() {
    let all = all();
    let records: Vec<String> = all.iter().map(Told::record).collect();
    let events: Vec<Event<'_>> = records
        .iter()
        .map(|record| Event::parse(record).expect("a record"))
        .collect();
    let names: BTreeSet<&str> = catalog::events().map(|row| row.name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    // Each intent is held against thousands of records.
    let cases = cases() / 50;
    let (mut said, mut logged_share) = (0, 0);
    for seed in 0..cases {
        let intent = intent(&mut Dice::new(seed), &names);
        let meaning = Meaning::of(&intent);
        let resolved = match intent.resolve() {
            Ok(resolved) => resolved,
            Err(error) => {
                assert!(!meaning.can_be_said(), "case {seed}: {error}: {intent:?}");
                let no_names = matches!(error, IntentError::NoNames { .. });
                let has_names = meaning.names.iter().any(|name| meaning.has(name));
                // By source, that the services are not whole is told first.
                if intent.filter_by != FilterBy::EventSource {
                    assert_eq!(no_names, !has_names, "case {seed}: {error}: {intent:?}");
                }
                continue;
            }
        };
        assert!(meaning.can_be_said(), "case {seed}: {intent:?}");
        let selectors = Selectors::Advanced(resolved.selectors.clone());
        let evaluator = Evaluator::new(&selectors);
        let mut logged = Vec::new();
        for (told, event) in all.iter().zip(&events) {
            let outcome = evaluator.outcome(event);
            assert_ne!(
                outcome,
                Outcome::Unknown,
                "case {seed}: {told:?} {intent:?}"
            );
            let is_logged = outcome != Outcome::NotLogged;
            assert_eq!(
                is_logged,
                meaning.logs(told),
                "case {seed}: {told:?} {intent:?}"
            );
            if is_logged {
                logged.push(told);
            }
        }
        check_claims(&intent, &resolved, &logged);
        said += 1;
        logged_share += logged.len() * 100 / all.len();
    }
    let said_share = said * 100 / cases;
    eprintln!(
        "{cases} intents: {said_share} % can be said; {} records each",
        all.len()
    );
    assert!(said_share >= 50, "{said_share} % can be said");
    assert!(logged_share > 0, "nothing is logged");
}
