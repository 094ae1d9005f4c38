//! How many calls a second are made: never more than the limits say, at the service's own clock, and
//! who has to wait for that, in which order, and how waiting ends.
//!
//! Imports the crate's `aws` and `selector`, and the simulator.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use terraform_provider_iam::aws::Session;
use terraform_provider_iam::aws::config::{Rate, RetryMode, WebIdentity};
use terraform_provider_iam::aws::error::{Error, ErrorKind};
use terraform_provider_iam::aws::home_region::{TrailArn, TrailReference};
use terraform_provider_iam::aws::patience::Patience;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::session::{has, logged};
use super::{Bench, default};
use crate::simulator::{Entry, Fault, Simulator, TrailSeed, What};

/// How soon something has to be over that has nothing to wait for.
const AT_ONCE: Duration = Duration::from_millis(200);

/// What is logged of a call that had to wait.
const WAITED: &str = "DEBUG Waited for a turn";

/// Limits, and what each of them means: so many calls within so many microseconds.
const LIMITS: [(f64, usize, u64); 6] = [
    (0.8, 1, 1_250_000),
    (1.0, 1, 1_000_000),
    (1.6, 1, 625_000),
    (2.5, 2, 800_000),
    (3.0, 3, 1_000_000),
    (7.75, 7, 903_225),
];

/// A trail, and a session with these limits, in which calls are repeated.
fn bench(reads: f64, writes: f64) -> Bench {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.max_retries = Some(25);
    bench.options.max_reads_per_second = Rate::new(reads);
    bench.options.max_writes_per_second = Rate::new(writes);
    bench
}

/// More trails, in a Region.
fn trails(simulator: &Simulator, region: &str, count: usize) -> Vec<TrailArn> {
    let seed = |number| TrailSeed {
        name: format!("trail-{number}"),
        home_region: region.to_owned(),
        ..TrailSeed::default()
    };
    let arn = |number| TrailArn::parse(&simulator.create_trail(seed(number)));
    (0..count).map(|n| arn(n).expect("an ARN")).collect()
}

fn changes(entry: &Entry) -> bool {
    entry.operation == "PutEventSelectors"
}

/// Fails the test if more than `most` of these calls arrived within a period, in microseconds.
fn keeps(calls: &[&Entry], (most, period): (usize, u64)) {
    let mut arrivals: Vec<u64> = calls.iter().map(|call| call.started_at).collect();
    arrivals.sort_unstable();
    for some in arrivals.windows(most + 1) {
        let span = some[most] - some[0];
        assert!(span >= period, "{most} in {period}: {span}: {arrivals:?}");
    }
}

/// A way to the simulator on which each request is under way for the next of these times, in
/// milliseconds, before it arrives.
async fn long_way(simulator: &Simulator, times: &[u64]) -> String {
    let far = simulator.url().trim_start_matches("http://").to_owned();
    let near = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", near.local_addr().expect("an address"));
    let times: VecDeque<u64> = times.iter().copied().collect();
    let times = Arc::new(Mutex::new(times));
    tokio::spawn(async move {
        while let Ok((near, _)) = near.accept().await {
            let far = TcpStream::connect(&far).await.expect("the simulator");
            let (mut requests, mut answered) = near.into_split();
            let (mut answers, mut asked) = far.into_split();
            let times = Arc::clone(&times);
            tokio::spawn(async move { tokio::io::copy(&mut answers, &mut answered).await });
            tokio::spawn(async move {
                let mut some = vec![0; 1 << 16];
                while let Ok(length @ 1..) = requests.read(&mut some).await {
                    let next = times.lock().ok().and_then(|mut times| times.pop_front());
                    tokio::time::sleep(Duration::from_millis(next.unwrap_or(0))).await;
                    if asked.write_all(&some[..length]).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    url
}

/// One call: whether it changes something, in which Region, and when it is wanted.
type Wanted = (bool, usize, u64);

/// Calls under limits, and what happens to those that arrive.
#[derive(Debug, Clone)]
struct Scenario {
    reads: usize,
    writes: usize,
    calls: Vec<Wanted>,
    way: Vec<u64>,
    slow: Vec<u64>,
    throttled: Vec<usize>,
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let call = (any::<bool>(), 0..2_usize, 0..900_u64);
    (
        0..LIMITS.len(),
        0..LIMITS.len(),
        prop::collection::vec(call, 3..10),
        prop::collection::vec(0..600_u64, 8),
        prop::collection::vec(0..400_u64, 6),
        prop::collection::vec(0..8_usize, 0..2),
    )
        .prop_map(|(reads, writes, calls, way, slow, throttled)| Scenario {
            reads,
            writes,
            calls,
            way,
            slow,
            throttled,
        })
}

impl Scenario {
    /// Makes the calls, all of which succeed in the end, and looks at when they arrived.
    async fn play(self) {
        const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];
        let (reads, writes) = (LIMITS[self.reads], LIMITS[self.writes]);
        let mut bench = bench(reads.0, writes.0);
        let url = long_way(&bench.simulator, &self.way).await;
        bench.options.cloudtrail_endpoint = Some(url);
        let arns = REGIONS.map(|region| trails(&bench.simulator, region, 1).remove(0));
        for (skip, ms) in self.slow.iter().enumerate() {
            let slow = Fault::any(What::Slow { ms: *ms });
            bench.simulator.inject(slow.skip(skip));
        }
        for skip in &self.throttled {
            bench
                .simulator
                .inject(Fault::any(What::Throttle).skip(*skip));
        }
        let patience = Patience::unstoppable(Duration::from_mins(2));
        let session = Session::open(&bench.options, &patience, |_| {}).await;
        let session = Arc::new(session.expect("a session"));
        let mut under_way = JoinSet::new();
        for (changes, region, when) in &self.calls {
            let (session, patience) = (Arc::clone(&session), patience.clone());
            let (changes, arn, when) = (*changes, arns[*region].clone(), *when);
            under_way.spawn(async move {
                tokio::time::sleep(Duration::from_millis(when)).await;
                if changes {
                    session.put(&arn, &default(), &patience).await
                } else {
                    session.selectors(&arn, &patience).await.map(|_| ())
                }
            });
        }
        for answer in under_way.join_all().await {
            answer.expect("an answer, some time");
        }
        let journal = bench.simulator.journal();
        assert!(journal.len() >= self.calls.len());
        for region in REGIONS {
            for (kind, (_, most, period)) in [(false, reads), (true, writes)] {
                let of_it = |entry: &&Entry| entry.region == region && changes(entry) == kind;
                let calls: Vec<_> = journal.iter().filter(of_it).collect();
                keeps(&calls, (most, period));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        max_shrink_iters: 8,
        failure_persistence: None,
        ..ProptestConfig::with_cases(2)
    })]

    /// Whatever is called when, however long the way takes, and however often it has to be tried: no
    /// period of a Region sees more calls than there are places. Several scenarios go at once.
    #[test]
    fn no_period_has_more_calls_than_places(
        scenarios in prop::collection::vec(scenario(), 8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut under_way = JoinSet::new();
            for scenario in scenarios {
                under_way.spawn(scenario.play());
            }
            under_way.join_all().await;
        });
    }
}

/// Between two attempts of one call lies a period, whichever operation it is, and chance on top.
#[test]
fn attempts_of_one_call_keep_the_period() {
    let bench = bench(1000.0, 1000.0);
    let reading = [
        "GetTrail",
        "GetEventSelectors",
        "DescribeTrails",
        "ListTrails",
    ];
    for operation in reading {
        bench.simulator.inject(Fault::on(operation, What::Throttle));
    }
    let failed = bench.read("not-there", None).expect_err("no such trail");
    assert_eq!(failed.kind, ErrorKind::TrailNotFound);
    let journal = bench.simulator.journal();
    for operation in reading {
        let calls: Vec<_> = journal
            .iter()
            .filter(|call| call.operation == operation)
            .collect();
        let [first, second] = calls.as_slice() else {
            panic!("{operation}: {calls:#?}");
        };
        let pause = second.started_at - first.finished_at;
        assert!(pause >= 1_000_000, "{operation}: {pause}");
    }
}

/// So it is with a change, in both retry modes.
#[test]
fn attempts_of_a_change_keep_the_period() {
    for mode in RetryMode::ALL {
        let mut bench = bench(5.0, 1.6);
        bench.options.retry_mode = Some(*mode);
        let fault = Fault::on("PutEventSelectors", What::InternalFailure);
        bench.simulator.inject(fault.times(2));
        bench.put(&default()).expect("the third Put");
        let journal = bench.simulator.journal();
        assert_eq!(journal.len(), 3);
        keeps(&journal.iter().collect::<Vec<_>>(), (1, 625_000));
    }
}

/// One trail is read, changed and read again without waiting, and both reads go side by side.
#[test]
fn one_trail_never_waits() {
    let mut bench = Bench::new(TrailSeed::default());
    (
        bench.options.max_reads_per_second,
        bench.options.max_writes_per_second,
    ) = (None, None);
    let slow = Fault::any(What::Slow { ms: 150 });
    bench.simulator.inject(slow.times(2));
    let reference = TrailReference::Arn(bench.arn.clone());
    let events = logged(|| {
        bench.run(async |bench, session| {
            let patience = bench.patience();
            let reading = session.read(&reference, None, &patience).await;
            let put = session.put(&bench.arn, &default(), &patience).await;
            let after = session.selectors(&bench.arn, &patience).await;
            assert!(reading.is_ok() && put.is_ok() && after.is_ok());
        });
    });
    assert_eq!(events.len(), 4, "{events:#?}");
    assert!(!events.concat().contains(WAITED), "{events:#?}");
    let journal = bench.simulator.journal();
    assert!(journal[0].overlaps(&journal[1]));
}

/// Who comes first is served first.
#[test]
fn first_come_first_served() {
    let bench = bench(5.0, 1.6);
    let arns = trails(&bench.simulator, "us-east-1", 5);
    bench.run(async |bench, session| {
        let session = Arc::new(session);
        let mut under_way = JoinSet::new();
        // Tasks of a runtime of one thread begin in their order.
        for arn in arns.clone() {
            let (session, patience) = (Arc::clone(&session), bench.patience());
            under_way.spawn(async move { session.put(&arn, &default(), &patience).await });
        }
        for answer in under_way.join_all().await {
            answer.expect("a Put");
        }
    });
    let journal = bench.simulator.journal();
    let served: Vec<_> = journal
        .iter()
        .map(|call| call.body["TrailName"].as_str().unwrap_or_default())
        .collect();
    let asked: Vec<_> = arns.iter().map(ToString::to_string).collect();
    assert_eq!(served, asked);
    keeps(&journal.iter().collect::<Vec<_>>(), (1, 625_000));
}

/// What waits in one Region keeps no other waiting, and changes keep no reads waiting.
#[test]
fn others_do_not_wait() {
    let bench = bench(0.01, 0.01);
    let [elsewhere] = trails(&bench.simulator, "eu-west-1", 1)
        .try_into()
        .expect("one trail");
    bench.run(async |bench, session| {
        let patience = bench.patience();
        let put = async |arn: &TrailArn| session.put(arn, &default(), &patience).await;
        put(&bench.arn).await.expect("a Put");
        let others = async {
            let began = Instant::now();
            put(&elsewhere).await.expect("a Put elsewhere");
            let read = session.selectors(&bench.arn, &patience).await;
            read.expect("a read");
            let took = began.elapsed();
            bench.stop.cancel();
            took
        };
        let (second, took) = tokio::join!(put(&bench.arn), others);
        let failed = second.expect_err("its turn is far away");
        assert_eq!(failed.kind, ErrorKind::Stopped);
        assert!(took < Duration::from_secs(5), "{took:?}");
    });
    assert_eq!(bench.calls().len(), 3);
}

/// A Put, and another one which has to wait for very long: it is stopped or runs out of time.
fn second_put(bench: &Bench, until: Duration, stop: Option<Duration>) -> (Error, Duration) {
    bench.run(async |bench, session| {
        let first = session.put(&bench.arn, &default(), &bench.patience()).await;
        first.expect("the first Put");
        let patience = Patience {
            until: Instant::now() + until,
            ..bench.patience()
        };
        let ends = Instant::now() + stop.unwrap_or(until);
        let stops = async {
            if let Some(time) = stop {
                tokio::time::sleep(time).await;
                bench.stop.cancel();
            }
        };
        let second = async { session.put(&bench.arn, &default(), &patience).await };
        let (answer, ()) = tokio::join!(second, stops);
        (answer.expect_err("too late"), ends.elapsed())
    })
}

/// Who waits can be stopped at once. Nothing is sent.
#[test]
fn waiting_for_a_turn_ends_at_once() {
    let bench = bench(5.0, 0.01);
    let time = Duration::from_secs(30);
    let (failed, took) = second_put(&bench, time, Some(Duration::from_millis(300)));
    assert!(took < AT_ONCE, "{took:?}");
    assert_eq!(failed.kind, ErrorKind::Stopped);
    assert!(!failed.outcome_unknown);
    assert_eq!(bench.calls().len(), 1);
}

/// Who waits longer than it has time is told what it waited for, and what would help. The log has it
/// too.
#[test]
fn a_turn_that_comes_too_late_is_told() {
    let bench = bench(5.0, 0.01);
    let time = Duration::from_millis(600);
    let events = logged(|| {
        let (failed, took) = second_put(&bench, time, None);
        assert!(took < AT_ONCE, "{took:?}");
        assert_eq!(failed.kind, ErrorKind::NoTurn);
        assert!(!failed.outcome_unknown);
        // How long it waited depends on how fast the machine is.
        let told = failed.to_string();
        let begins = "PutEventSelectors in us-east-1 failed: it waited 0.";
        let ends = " s for its turn and was not sent; max_writes_per_second is 0.01";
        assert!(told.starts_with(begins) && told.ends_with(ends), "{told}");
    });
    assert_eq!(bench.calls().len(), 1);
    let parts = [
        "aws_service=CloudTrail",
        "aws_operation=PutEventSelectors",
        "aws_region=us-east-1",
        "pause_ms=",
    ];
    has(&events, WAITED, &parts);
    has(
        &events,
        "WARN AWS call",
        &["attempts=0", "error_kind=NoTurn"],
    );
}

/// A read that is given up on its way has been sent all the same: its place is kept for a period.
#[test]
fn a_lost_call_keeps_its_place() {
    let bench = bench(1.0, 1.0);
    let slow = What::Slow { ms: 10_000 };
    bench.simulator.inject(Fault::on("GetEventSelectors", slow));
    let given_up = bench.run(async |bench, session| {
        let patience = Patience::unstoppable(AT_ONCE);
        let lost = session.selectors(&bench.arn, &patience).await;
        assert_eq!(lost.expect_err("too slow").kind, ErrorKind::TimedOut);
        let read = session.selectors(&bench.arn, &bench.patience()).await;
        read.expect("the second read");
        patience.until.elapsed()
    });
    assert!(given_up >= Duration::from_secs(1), "{given_up:?}");
}

/// A call that never left has no place to keep: it failed for want of credentials, or was dropped
/// while it waited.
#[test]
fn what_was_not_sent_keeps_no_place() {
    let mut bench = bench(0.01, 0.01);
    let keys = bench.options.credentials.take();
    bench.options.assume_role_with_web_identity = Some(WebIdentity {
        role_arn: "arn:aws:iam::111122223333:role/audit".to_owned(),
        token_file: Some("not-there".to_owned()),
        ..WebIdentity::default()
    });
    bench.run(async |bench, session| {
        for _ in 0..3 {
            let failed = session.selectors(&bench.arn, &bench.patience()).await;
            let failed = failed.expect_err("no token");
            assert_eq!(failed.kind, ErrorKind::RoleNotAssumed);
        }
    });
    bench.options.assume_role_with_web_identity = None;
    bench.options.credentials = keys;
    bench.options.max_writes_per_second = Rate::new(1.6);
    bench.run(async |bench, session| {
        let put = async |patience: &Patience| session.put(&bench.arn, &default(), patience).await;
        put(&bench.patience()).await.expect("a Put");
        let began = Instant::now();
        let short = Patience::unstoppable(Duration::from_millis(50));
        let (one, another) = tokio::join!(put(&short), put(&short));
        for failed in [one, another] {
            assert_eq!(failed.expect_err("no time").kind, ErrorKind::NoTurn);
        }
        put(&bench.patience()).await.expect("the next Put");
        // One period, and not three.
        let took = began.elapsed();
        assert!(took < Duration::from_millis(2 * 625), "{took:?}");
    });
}
