//! Two sources at once: the higher one signs everything, and the lower one is not even asked.
//!
//! Imports [`super::table`]: the pairs are made of its rows.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::stage::Stage;
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
    all_hold(&pairs, |&(higher, lower)| {
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
    all_hold(&neighbours, |&(higher, lower)| {
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
    for record in records.iter().filter(|record| record.service == "cloudtrail") {
        assert_eq!(stage.signer(record), SOURCES[0].signer, "{record:?}");
    }
    for lower in &SOURCES[1..] {
        lower.was_not_asked(&stage);
    }
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

/// Does this with each pair, as many at once as there are processors, and fails the test with all that
/// do not hold.
fn all_hold<'p>(
    pairs: &[(&'p Source, &'p Source)],
    hold: impl Fn(&(&'p Source, &'p Source)) + Sync,
) {
    let next = AtomicUsize::new(0);
    let broken = Mutex::new(Vec::new());
    let work = || {
        while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::SeqCst)) {
            if let Err(why) = catch_unwind(AssertUnwindSafe(|| hold(pair))) {
                let why = why.downcast_ref::<String>().map_or("", String::as_str);
                let told = format!("{} before {}: {why}", pair.0.name, pair.1.name);
                broken.lock().expect("a list").push(told);
            }
        }
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(work);
        }
    });
    let broken = broken.into_inner().expect("a list");
    let (count, told) = (broken.len(), broken.join("\n\n"));
    assert!(broken.is_empty(), "{count} pairs do not hold:\n{told}");
}
