//! Where the session's Region comes from: each of its sources alone, and each two of them together.
//!
//! The Region shows in where STS is asked; a trail that is given by its ARN is read where it is at
//! home. Imports [`super::stage`].

use super::stage::{REGION, Stage, all_hold, processors};
use super::table::shared;
use crate::acceptance::selector;
use crate::support::metadata::{self, Mood};
use crate::support::reattached::spawned_only;
use crate::support::service::Service;

/// A source of the Region: what it is, which Region it gives, and how it is put there.
type Source = (&'static str, &'static str, fn(&mut Stage<'_>));

/// Each before those that count only where it is not there.
const SOURCES: [Source; 5] = [
    ("the block", "eu-west-1", |stage| {
        stage.argue("region = \"eu-west-1\"");
    }),
    ("AWS_REGION", "eu-west-2", |stage| {
        stage.set("AWS_REGION", "eu-west-2");
    }),
    ("AWS_DEFAULT_REGION", "eu-west-3", |stage| {
        stage.set("AWS_DEFAULT_REGION", "eu-west-3");
    }),
    ("the profile", "eu-south-1", |stage| {
        stage.config("default", &[("region", "eu-south-1")]);
    }),
    ("the instance", metadata::REGION, |stage| {
        let issued = stage.temporary("INSTANCE", 3_600);
        stage.on_instance(Mood::Issues(Box::new(move || issued.clone())));
    }),
];

/// Each by itself and each two: the higher one's Region is the session's.
#[test]
fn the_higher_of_two_regions_counts() {
    if spawned_only("each case has an environment and so a provider of its own anyway") {
        return;
    }
    let mut cases = Vec::new();
    for (at, higher) in SOURCES.iter().enumerate() {
        cases.push(vec![*higher]);
        cases.extend(SOURCES[at + 1..].iter().map(|lower| vec![*higher, *lower]));
    }
    let name = |case: &Vec<Source>| {
        let names: Vec<_> = case.iter().map(|(name, ..)| *name).collect();
        names.join(" before ")
    };
    all_hold(&cases, processors(), name, |case| {
        let service = Service::simulator();
        let mut stage = Stage::new(&service);
        stage.unset("AWS_REGION");
        shared(&mut stage, "default", "SHARED");
        for (.., set) in case.iter().rev() {
            set(&mut stage);
        }
        stage.write(&selector(&stage.trail().arn, ""));
        stage.terraform.run(&["plan"]).success();
        let (_, wanted, _) = case[0];
        let identity = stage.calls("GetCallerIdentity");
        assert!(!identity.is_empty(), "STS is asked");
        for record in stage.recorder.records() {
            let expected = if record.service == "sts" {
                wanted
            } else {
                REGION
            };
            assert_eq!(record.region, expected, "{record:?}");
        }
        let is_needed = wanted == metadata::REGION;
        assert_eq!(stage.asked_instance().is_empty(), !is_needed);
    });
}
