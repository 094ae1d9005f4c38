//! What a stop does: reads and waits end at once, a change that is on its way is seen through and
//! told, nothing is sent afterwards; and what is known of a change that was given up.
//!
//! Imports the crate's `aws` and `selector`, and the simulator.

use std::time::Duration;

use terraform_provider_iam::aws::Session;
use terraform_provider_iam::aws::error::{Error, ErrorKind};
use terraform_provider_iam::aws::home_region::TrailReference;
use tokio::time::Instant;

use super::{Bench, default};
use crate::simulator::{Fault, TrailSeed, What};

/// How soon a call that is stopped has to end.
const AT_ONCE: Duration = Duration::from_millis(200);

/// How long after its start a call is stopped.
const SOON: Duration = Duration::from_millis(400);

/// A trail, a session that repeats calls, and what goes wrong with every Put.
fn bench(faults: impl IntoIterator<Item = What>) -> Bench {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.max_retries = Some(25);
    for what in faults {
        let fault = Fault::on("PutEventSelectors", what).always();
        bench.simulator.inject(fault);
    }
    bench
}

/// Runs something, stops it meanwhile, and says how long it went on after that. Afterwards nothing
/// more may arrive.
fn stopped<T>(bench: &Bench, work: impl AsyncFnOnce(&Bench, Session) -> T) -> (T, Duration) {
    let (done, took, calls) = bench.run(async |bench, session| {
        let stop = async {
            tokio::time::sleep(SOON).await;
            bench.stop.cancel();
            Instant::now()
        };
        let work = async {
            let done = work(bench, session).await;
            (done, Instant::now())
        };
        let (at, (done, end)) = tokio::join!(stop, work);
        (done, end.duration_since(at), bench.calls().len())
    });
    std::thread::sleep(AT_ONCE);
    assert_eq!(bench.calls().len(), calls, "something was sent afterwards");
    (done, took)
}

fn stopped_put(bench: &Bench) -> (Result<(), Error>, Duration) {
    stopped(bench, async |bench, session| {
        session.put(&bench.arn, &default(), &bench.patience()).await
    })
}

fn slow(time: Duration) -> What {
    What::Slow {
        ms: time.as_millis().try_into().expect("some milliseconds"),
    }
}

/// A Put that waits between attempts is dropped at once. Throttled Puts were not carried out; after
/// a fault of the service, or a cut line, that is open.
#[test]
fn waiting_for_another_attempt_ends_at_once() {
    for (what, code, open) in [
        (What::Throttle, Some("ThrottlingException"), false),
        (What::InternalFailure, Some("InternalFailure"), true),
        (What::CutBeforeAnswer, None, true),
    ] {
        let bench = bench([what.clone()]);
        let (answer, took) = stopped_put(&bench);
        let failed = answer.expect_err("it was stopped");
        assert!(took < AT_ONCE, "{what:?}: {took:?}");
        assert_eq!(failed.kind, ErrorKind::Stopped, "{what:?}");
        assert_eq!(failed.code.as_deref(), code, "{what:?}");
        assert_eq!(failed.request_id.is_some(), code.is_some(), "{failed}");
        assert_eq!(failed.outcome_unknown, open, "{what:?}");
        let text = failed.to_string();
        assert!(text.contains("was stopped; its last attempt"), "{text}");
    }
}

/// A Put that is on its way is seen through, and what it comes to is the answer.
#[test]
fn a_put_on_its_way_is_seen_through() {
    let held = SOON * 3;
    let bench = bench([slow(held)]);
    let (answer, took) = stopped_put(&bench);
    answer.expect("the Put was carried out");
    assert!(took > held / 2, "{took:?}");
    assert_eq!(bench.calls().len(), 1);
}

/// A Put on its way that is refused for good: the refusal is the answer.
#[test]
fn a_put_on_its_way_may_be_refused() {
    let denied = What::error("AccessDeniedException", "no");
    let bench = bench([slow(SOON * 2), denied]);
    let failed = stopped_put(&bench).0.expect_err("it was refused");
    assert_eq!(failed.kind, ErrorKind::AccessDenied);
    assert!(!failed.outcome_unknown);
}

/// A Put on its way that would be made again is not, neither by the SDK nor after a conflict.
#[test]
fn no_other_attempt_follows() {
    for (what, code) in [
        (What::Throttle, "ThrottlingException"),
        (
            What::error("ConflictException", "busy"),
            "ConflictException",
        ),
    ] {
        let bench = bench([slow(SOON * 2), what]);
        let (answer, took) = stopped_put(&bench);
        let failed = answer.expect_err("it was stopped");
        assert_eq!(failed.kind, ErrorKind::Stopped);
        assert_eq!(failed.code.as_deref(), Some(code));
        assert!(!failed.outcome_unknown);
        assert!(took < SOON + AT_ONCE, "{took:?}");
        assert_eq!(bench.calls().len(), 1);
    }
}

/// A Put on its way is not waited for longer than the time it has.
#[test]
fn a_put_on_its_way_has_its_time() {
    let mut bench = bench([slow(Duration::from_secs(30))]);
    bench.time = SOON * 2;
    let (answer, took) = stopped_put(&bench);
    let failed = answer.expect_err("its time was over");
    assert_eq!(failed.kind, ErrorKind::TimedOut);
    assert!(failed.outcome_unknown);
    assert!(took < SOON + AT_ONCE, "{took:?}");
}

/// Waiting out another change ends at once, and the error tells both.
#[test]
fn waiting_out_a_conflict_ends_at_once() {
    let bench = bench([What::error("ConflictException", "another change")]);
    let (answer, took) = stopped_put(&bench);
    let failed = answer.expect_err("it was stopped");
    assert!(took < AT_ONCE, "{took:?}");
    assert_eq!(failed.kind, ErrorKind::Stopped);
    assert!(!failed.outcome_unknown);
    let text = failed.to_string();
    for part in ["was stopped", "ConflictException: another change"] {
        assert!(text.contains(part), "{text}");
    }
}

/// A read is dropped at once, answered or not.
#[test]
fn a_read_ends_at_once() {
    let bench = bench([]);
    let fault = Fault::on("GetTrail", slow(Duration::from_secs(10)));
    bench.simulator.inject(fault);
    let reference = TrailReference::Arn(bench.arn.clone());
    let (answer, took) = stopped(&bench, async |bench, session| {
        session.read(&reference, None, &bench.patience()).await
    });
    let failed = answer.expect_err("it was stopped");
    assert_eq!(failed.kind, ErrorKind::Stopped);
    assert_eq!(failed.operation, "GetTrail");
    assert!(took < AT_ONCE, "{took:?}");
}

/// Who was told to stop before sends nothing.
#[test]
fn nothing_is_sent_after_a_stop() {
    let bench = bench([]);
    let failed = bench.run(async |bench, session| {
        bench.stop.cancel();
        session.put(&bench.arn, &default(), &bench.patience()).await
    });
    let failed = failed.expect_err("it was stopped");
    assert_eq!(failed.kind, ErrorKind::Stopped);
    assert!(!failed.outcome_unknown);
    assert!(bench.calls().is_empty());
}

/// Opening a session ends at once, also where a failure of STS would be no obstacle.
#[test]
fn opening_a_session_ends_at_once() {
    let mut bench = bench([]);
    bench.options.skip_requesting_account_id = false;
    let fault = Fault::on("GetCallerIdentity", slow(Duration::from_secs(10)));
    bench.simulator.inject(fault);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let (opened, took) = runtime.expect("a runtime").block_on(async {
        let stop = async {
            tokio::time::sleep(SOON).await;
            bench.stop.cancel();
            Instant::now()
        };
        let patience = bench.patience();
        let open = Session::open(&bench.options, &patience, |_| {});
        let (at, opened) = tokio::join!(stop, open);
        (opened, at.elapsed())
    });
    let failed = opened.expect_err("it was stopped");
    assert_eq!(failed.kind, ErrorKind::Stopped);
    assert!(took < AT_ONCE, "{took:?}");
}

/// The time is over while a Put waits for another attempt: the last answer tells why, and whether
/// anything can have been done.
#[test]
fn time_that_ends_between_attempts_leaves_no_doubt() {
    for (what, kind, open) in [
        (What::Throttle, ErrorKind::Throttled, false),
        (What::InternalFailure, ErrorKind::ServiceFault, true),
    ] {
        // The time may end while an attempt is on its way, though that is rare.
        let failed = (0..5).find_map(|_| {
            let mut bench = bench([what.clone()]);
            bench.time = Duration::from_millis(1500);
            let failed = bench.put(&default()).expect_err("the time is over");
            (failed.kind != ErrorKind::TimedOut).then_some(failed)
        });
        let failed = failed.expect("a time that ends between attempts");
        assert_eq!(failed.kind, kind, "{failed}");
        assert_eq!(failed.outcome_unknown, open, "{failed}");
    }
}

/// What was lost once stays lost, whatever the attempts after it are answered.
#[test]
fn a_lost_attempt_is_not_forgotten() {
    for refusal in ["AccessDeniedException", "ConflictException"] {
        let mut bench = bench([]);
        bench.time = Duration::from_secs(4);
        let lost = Fault::on("PutEventSelectors", What::CutBeforeAnswer);
        let refused = Fault::on("PutEventSelectors", What::error(refusal, "no")).always();
        bench.simulator.inject(lost);
        bench.simulator.inject(refused);
        let failed = bench.put(&default()).expect_err(refusal);
        assert_eq!(failed.code.as_deref(), Some(refusal));
        assert!(failed.outcome_unknown, "{failed}");
    }
}
