//! Listing: the events by the rules, with the provider that is made up; the trails of an account, with
//! the real one.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::core::{Core, Listed, errors, warnings};
use super::cycle::{SELECTOR, cloud, identity_of};
use super::stage::Stage;
use super::value::Val;
use super::wire::tfplugin6 as wire;
use crate::simulator::{Fault, Simulator, TrailSeed, What};

/// How long a listing that nobody wants any more may go on.
const AFTERMATH: Duration = Duration::from_secs(1);

/// As many as Terraform asks for by itself.
const MANY: i64 = 100;

/// Trails in four Regions, the first of them `audit`.
fn with_trails_everywhere() -> (Simulator, BTreeSet<String>) {
    let (simulator, first) = cloud();
    let mut all = BTreeSet::from([first]);
    for (region, name) in [
        ("eu-west-1", "audit"),
        ("eu-west-1", "second"),
        ("ap-southeast-2", "third"),
        ("us-west-2", "fourth"),
    ] {
        all.insert(simulator.create_trail(TrailSeed {
            home_region: region.to_owned(),
            name: name.to_owned(),
            multi_region: region != "us-west-2",
            ..TrailSeed::default()
        }));
    }
    (simulator, all)
}

/// `audit` and more trails, which are listed one a page.
fn with_many_trails(more: usize) -> Simulator {
    let (simulator, _) = cloud();
    for index in 0..more {
        simulator.create_trail(TrailSeed {
            name: format!("trail-{index}"),
            ..TrailSeed::default()
        });
    }
    simulator.set_page_size(Some(1));
    simulator
}

fn arns(listed: &[Listed]) -> BTreeSet<String> {
    let each = listed.iter();
    each.map(|one| one.identity.get("trail_arn").text().to_owned())
        .collect()
}

fn count(simulator: &Simulator, operation: &str) -> usize {
    let journal = simulator.journal();
    journal
        .iter()
        .filter(|entry| entry.operation == operation)
        .count()
}

async fn listed(core: &Core, written: serde_json::Value) -> Vec<Listed> {
    let (listed, told) = core.list(SELECTOR, written, false, MANY).await;
    assert!(told.is_empty(), "{told:#?}");
    listed
}

/// Every trail of every Region once, each by its identity and a name that a person can tell apart;
/// one call for a page, and none for a trail.
#[tokio::test]
async fn all_trails_are_listed() {
    let (simulator, all) = with_trails_everywhere();
    let stage = Stage::real(&simulator).await;
    for pages in [None, Some(2)] {
        simulator.set_page_size(pages);
        simulator.clear_journal();
        let listed = listed(&stage.core, json!({})).await;
        assert_eq!(arns(&listed), all);
        assert_eq!(listed.len(), all.len());
        for one in &listed {
            let arn = one.identity.get("trail_arn").text();
            assert_eq!(one.identity, identity_of(arn));
            let name = arn.rsplit('/').next().expect("a name");
            assert!(one.display_name.contains(name), "{one:?}");
            assert_eq!(one.state, None);
        }
        let names: BTreeSet<_> = listed.iter().map(|one| &one.display_name).collect();
        assert_eq!(names.len(), all.len(), "{names:?}");
        let calls = pages.map_or(1, |size| all.len().div_ceil(size));
        assert_eq!(simulator.journal().len(), calls);
        assert_eq!(count(&simulator, "ListTrails"), calls);
    }
}

/// One Region's, where one is given; none is none.
#[tokio::test]
async fn a_region_has_its_trails() {
    let (simulator, all) = with_trails_everywhere();
    let stage = Stage::real(&simulator).await;
    for (region, expected) in [("eu-west-1", 2), ("us-east-1", 1), ("sa-east-1", 0)] {
        let listed = listed(&stage.core, json!({"region": region})).await;
        assert_eq!(listed.len(), expected, "{listed:?}");
        let here = |arn: &&String| arn.contains(&format!(":{region}:"));
        assert_eq!(arns(&listed), all.iter().filter(here).cloned().collect());
    }
}

/// A limit is kept. What is asked of AWS beyond it is no more than a few pages that were held ready.
#[tokio::test]
async fn a_limit_is_kept() {
    for (limit, expected) in [(1, 1), (2, 2), (41, 41), (50, 41)] {
        let simulator = with_many_trails(40);
        let stage = Stage::real(&simulator).await;
        let (listed, told) = stage.core.list(SELECTOR, json!({}), false, limit).await;
        assert_eq!(listed.len(), expected, "{told:#?}");
        let calls = count(&simulator, "ListTrails");
        assert!(
            calls < expected + 25 && calls <= 41,
            "{limit}: {calls} calls"
        );
    }
}

/// The states that come along are those of an import, and each trail is read once.
#[tokio::test]
async fn states_come_along() {
    let (simulator, all) = with_trails_everywhere();
    let stage = Stage::real(&simulator).await;
    let (listed, told) = stage.core.list(SELECTOR, json!({}), true, MANY).await;
    assert!(errors(&told).is_empty(), "{told:#?}");
    assert_eq!(arns(&listed), all);
    assert_eq!(count(&simulator, "GetTrail"), all.len());
    for one in listed {
        let arn = one.identity.get("trail_arn").text();
        let imported = stage.core.import(SELECTOR, arn).await.expect("an import");
        assert_eq!(one.state, Some(imported.value));
        assert_eq!(Some(one.identity), imported.identity);
    }
}

/// A trail that can't be read is a warning, and is listed without its state; the others have theirs.
#[tokio::test]
async fn an_unreadable_trail_is_a_warning() {
    let (simulator, all) = with_trails_everywhere();
    let stage = Stage::real(&simulator).await;
    let denied = What::error("AccessDeniedException", "not this one");
    simulator.inject(Fault::on("GetTrail", denied).skip(1));
    let (listed, told) = stage.core.list(SELECTOR, json!({}), true, MANY).await;
    assert_eq!(arns(&listed), all);
    let without: Vec<_> = listed.iter().filter(|one| one.state.is_none()).collect();
    assert_eq!(without.len(), 1, "{listed:?}");
    assert!(errors(&told).is_empty(), "{told:#?}");
    let warnings = warnings(&told);
    let unread: Vec<_> = warnings
        .iter()
        .filter(|text| text.contains("not this one"))
        .collect();
    assert_eq!(unread.len(), 1, "{warnings:#?}");
}

/// An error of AWS is an error of the listing: at once, or after what was found before it.
#[tokio::test]
async fn a_refused_listing_is_an_error() {
    let (simulator, _) = with_trails_everywhere();
    simulator.set_page_size(Some(1));
    let stage = Stage::real(&simulator).await;
    for before in [0, 2] {
        let denied = What::error("AccessDeniedException", "no listing");
        simulator.inject(Fault::on("ListTrails", denied).skip(before));
        let (listed, told) = stage.core.list(SELECTOR, json!({}), false, MANY).await;
        assert_eq!(listed.len(), before);
        assert!(errors(&told)[0].contains("no listing"), "{told:#?}");
    }
}

async fn events(
    core: &Core,
    kind: &str,
    config: Val,
) -> tonic::Streaming<wire::list_resource::Event> {
    let request = wire::list_resource::Request {
        type_name: kind.to_owned(),
        config: Some(config.msgpack()),
        include_resource_object: false,
        limit: 1_000_000,
    };
    let events = core.client.rpc().list_resource(request).await;
    events.expect("a stream").into_inner()
}

/// A client that hangs up in the middle ends the listing: no more calls are made.
#[tokio::test]
async fn a_listing_that_nobody_wants_ends() {
    let simulator = with_many_trails(60);
    let stage = Stage::real(&simulator).await;
    simulator.inject(Fault::on("ListTrails", What::Slow { ms: 50 }).always());
    let mut listing = events(&stage.core, SELECTOR, json!({"region": null}).into()).await;
    listing
        .message()
        .await
        .expect("no status")
        .expect("an event");
    drop(listing);
    tokio::time::sleep(AFTERMATH).await;
    let calls = count(&simulator, "ListTrails");
    assert!((1..15).contains(&calls), "{calls} calls");
    tokio::time::sleep(AFTERMATH / 2).await;
    assert_eq!(count(&simulator, "ListTrails"), calls);
}

/// A stop ends a listing as it ends any call, with an error.
#[tokio::test]
async fn a_listing_can_be_stopped() {
    let (simulator, _) = with_trails_everywhere();
    simulator.set_page_size(Some(1));
    let stage = Stage::real(&simulator).await;
    let slow = What::Slow { ms: 20_000 };
    simulator.inject(Fault::on("ListTrails", slow).skip(1));
    let mut listing = events(&stage.core, SELECTOR, json!({"region": null}).into()).await;
    listing
        .message()
        .await
        .expect("no status")
        .expect("an event");
    let request = wire::stop_provider::Request::default();
    stage
        .core
        .client
        .rpc()
        .stop_provider(request)
        .await
        .expect("an answer");
    let told = tokio::time::timeout(AFTERMATH, listing.message()).await;
    let told = told.expect("soon").expect("no status").expect("an event");
    assert_eq!(errors(&told.diagnostic).len(), 1, "{told:?}");
    assert_eq!(listing.message().await.expect("no status"), None);
}

/// The made-up provider: the limit ends the stream, whatever comes after it, and the lister hears of
/// it; so it does when the client hangs up, and while it waits for something else.
#[tokio::test]
async fn a_lister_hears_that_nobody_listens() {
    let unwanted = |note: &&String| note.starts_with("nobody wants");
    let stage = Stage::made().await;
    let config = json!({"count": 1000, "act": null});
    let (listed, _) = stage.core.list("made_thing", config, false, 3).await;
    let keys: Vec<_> = listed
        .iter()
        .map(|one| one.identity.get("key").text())
        .collect();
    assert_eq!(keys, ["id-thing-0", "id-thing-1", "id-thing-2"]);
    assert_eq!(stage.journal().iter().filter(unwanted).count(), 1);

    let stage = Stage::made().await;
    let endless = json!({"count": 1_000_000_000, "act": null});
    let mut listing = events(&stage.core, "made_thing", endless.into()).await;
    listing
        .message()
        .await
        .expect("no status")
        .expect("an event");
    drop(listing);
    while !stage.journal().iter().any(|note| unwanted(&note)) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let waits = json!({"count": 1, "act": "list=hang"});
    let mut listing = events(&stage.core, "made_thing", waits.into()).await;
    listing
        .message()
        .await
        .expect("no status")
        .expect("an event");
    stage.noted("list=hang").await;
    drop(listing);
    stage.noted("nobody waits").await;
}

/// Diagnostics of a listing come as they are, and a state that nobody asked for does not.
#[tokio::test]
async fn only_what_was_asked_for_is_told() {
    let stage = Stage::made().await;
    let warns = json!({"count": 1, "act": "list=warn"});
    let (listed, told) = stage.core.list("made_thing", warns, true, MANY).await;
    assert_eq!(warnings(&told), ["Careful by ***: The key is ***."]);
    assert!(listed[0].state.as_ref().is_some_and(Val::is_wholly_known));
    let more = json!({"count": 2, "act": "list=more"});
    let (listed, _) = stage.core.list("made_thing", more, false, MANY).await;
    assert!(listed.iter().all(|one| one.state.is_none()));
}
