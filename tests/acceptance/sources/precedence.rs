//! Two sources at once: the higher one signs everything, and the lower one is not even asked.
//!
//! Imports [`super::table`]: the pairs are made of its rows.

use super::stage::{Stage, all_hold, processors};
use super::table::{SOURCES, Source};
use crate::support::reattached::spawned_only;
use crate::support::service::Service;

const WHY: &str = "each case has an environment and so a provider of its own anyway";

/// Each two rows of the table, on a simulator of their own.
#[test]
fn the_higher_of_two_sources_counts() {
    if spawned_only(WHY) {
        return;
    }
    let mut pairs = Vec::new();
    for (at, higher) in SOURCES.iter().enumerate() {
        pairs.extend(SOURCES[at + 1..].iter().map(|lower| (higher, lower)));
    }
    assert_eq!(pairs.len(), SOURCES.len() * (SOURCES.len() - 1) / 2);
    all_hold(&pairs, processors(), named, |&(higher, lower)| {
        counts(&Service::simulator(), higher, Some(lower));
    });
}

/// Each row as the higher one, on moto.
#[test]
fn the_higher_of_two_sources_counts_on_moto() {
    if spawned_only(WHY) {
        return;
    }
    let neighbours: Vec<_> = SOURCES.windows(2).map(|two| (&two[0], &two[1])).collect();
    all_hold(&neighbours, processors(), named, |&(higher, lower)| {
        counts(&Service::moto(), higher, Some(lower));
    });
}

/// All of them at once.
#[test]
fn the_first_of_all_sources_counts() {
    if spawned_only(WHY) {
        return;
    }
    let service = Service::simulator();
    let mut stage = Stage::new(&service);
    for source in SOURCES.iter().rev() {
        (source.set)(&mut stage);
    }
    let records = stage.planned();
    for record in records
        .iter()
        .filter(|record| record.service == "cloudtrail")
    {
        assert_eq!(stage.signer(record), SOURCES[0].signer, "{record:?}");
    }
    for lower in &SOURCES[1..] {
        lower.was_not_asked(&stage);
    }
}

fn named((higher, lower): &(&Source, &Source)) -> String {
    format!("{} before {}", higher.name, lower.name)
}

/// Plans with one source or two: `higher` signs and was asked, `lower` was not.
fn counts(service: &Service, higher: &Source, lower: Option<&Source>) {
    let mut stage = Stage::new(service);
    // Where both set the same thing, it is the higher one's.
    for source in lower.into_iter().chain([higher]) {
        (source.set)(&mut stage);
    }
    for record in stage.planned() {
        if record.service == "cloudtrail" || record.operation == "GetCallerIdentity" {
            assert_eq!(stage.signer(&record), higher.signer, "{record:?}");
        }
    }
    higher.was_asked(&stage);
    if let Some(lower) = lower {
        lower.was_not_asked(&stage);
    }
}
