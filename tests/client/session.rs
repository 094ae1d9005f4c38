//! What a session tells: its log, the secrets that it comes upon, the trails that there are.
//!
//! Imports the crate's `aws`, the simulator and the services.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use terraform_provider_iam::aws::Session;
use terraform_provider_iam::aws::home_region::TrailArn;
use tracing::field::{Field, Visit};
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

use super::{Bench, credentials, default};
use crate::simulator::{ACCESS_KEY, Fault, SECRET_KEY, TrailSeed, What};
use crate::support::service::{Make, Service};

/// The crate's log, one event an entry: level, message, fields.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn events(&self) -> Vec<String> {
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        events.clone()
    }
}

struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = match field.name() {
            "message" => format!(" {value:?}"),
            name => format!(" {name}={value:?}"),
        };
        self.0.push_str(&text);
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if about.target().starts_with("terraform_provider_iam::aws") {
            let mut line = Line(about.level().to_string());
            event.record(&mut line);
            let mut events = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            events.push(line.0);
        }
    }
}

/// What is logged while something runs.
pub(super) fn logged(work: impl FnOnce()) -> Vec<String> {
    // Where there is but one subscriber, of one thread, an event that another thread is the first to
    // come upon counts as one that nobody wants. So there is always another.
    static OTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(registry()));
    LazyLock::force(&OTHER);
    let log = Log::default();
    let subscriber = registry().with(log.clone());
    tracing::subscriber::with_default(subscriber, work);
    log.events()
}

/// The one event that begins so, if it has all of these parts.
pub(super) fn has(events: &[String], begins: &str, parts: &[&str]) {
    let found = events.iter().find(|event| event.starts_with(begins));
    let event = found.unwrap_or_else(|| panic!("no {begins:?} in {events:#?}"));
    for part in parts {
        assert!(event.contains(part), "{part:?} is not in {event:?}");
    }
}

/// A call is one event when it is over: which, where, how often, how long, and the request id.
#[test]
fn a_call_is_an_event() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.max_retries = Some(3);
    let fault = Fault::on("PutEventSelectors", What::Throttle);
    bench.simulator.inject(fault);
    let events = logged(|| bench.put(&default()).expect("the second Put"));
    let put = [
        "aws_service=CloudTrail",
        "aws_operation=PutEventSelectors",
        "aws_region=us-east-1",
    ];
    has(&events, "DEBUG Waiting before another attempt", &put);
    has(
        &events,
        "DEBUG Waiting before another attempt",
        &["attempt=2", "aws_error_code=ThrottlingException"],
    );
    has(&events, "DEBUG Making another attempt", &["attempt=2"]);
    has(&events, "DEBUG AWS call", &put);
    has(
        &events,
        "DEBUG AWS call",
        &[
            "attempts=2",
            "http_status=200",
            "duration_ms=",
            "aws_request_id=0000000",
        ],
    );
    for event in &events {
        for part in [ACCESS_KEY, SECRET_KEY, "kms", "ReadWriteType", "Signature"] {
            assert!(!event.contains(part), "{event}");
        }
    }
    assert_eq!(events.len(), 3, "{events:#?}");
}

/// A call that fails is a warning with AWS's error code.
#[test]
fn a_failed_call_is_a_warning() {
    let bench = Bench::new(TrailSeed::default());
    let denied = What::error("AccessDeniedException", "its words");
    bench
        .simulator
        .inject(Fault::on("PutEventSelectors", denied));
    let events = logged(|| {
        bench.put(&default()).expect_err("denied");
    });
    let parts = [
        "http_status=400",
        "attempts=1",
        "aws_request_id=",
        "aws_error_code=AccessDeniedException",
    ];
    has(&events, "WARN AWS call", &parts);
    assert!(!events.concat().contains("its words"), "{events:#?}");
}

/// Waiting out another change is worth an information: it may take minutes.
#[test]
fn waiting_out_a_conflict_is_told() {
    let bench = Bench::new(TrailSeed::default());
    let busy = What::error("ConflictException", "busy");
    bench.simulator.inject(Fault::on("PutEventSelectors", busy));
    let events = logged(|| bench.put(&default()).expect("the second Put"));
    let begins = "INFO Waiting for another change";
    has(&events, begins, &["aws_error_code=ConflictException"]);
    // As long as it has to be, and up to half as long again, so that not all come back at once.
    let mut pauses = events.iter().filter_map(|event| {
        let (_, pause) = event.split_once("pause_ms=")?;
        pause.split(' ').next()?.parse::<u64>().ok()
    });
    let pause = pauses.next().expect("a pause");
    assert!((1000..1500).contains(&pause), "{pause}");
}

/// Every secret is told: those of the provider block before anything is done with them, and what the
/// SDK resolves, once and not for each call or Region.
#[test]
fn every_secret_is_told() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.credentials = Some(credentials(ACCESS_KEY, SECRET_KEY));
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let hide = move |secret: &str| {
        let mut told = ear.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(secret.to_owned());
    };
    let so_far = || told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let patience = bench.patience();
        let session = Session::open(&bench.options, &patience, hide);
        let session = session.await.expect("a session");
        assert_eq!(so_far(), [ACCESS_KEY, SECRET_KEY]);
        for region in ["us-east-1", "eu-west-1", "us-east-1"] {
            let elsewhere = bench.arn.to_string().replace("us-east-1", region);
            let elsewhere = TrailArn::parse(&elsewhere).expect("an ARN");
            _ = session.selectors(&elsewhere, &patience).await;
        }
    });
    assert_eq!(so_far(), [ACCESS_KEY, SECRET_KEY, ACCESS_KEY, SECRET_KEY]);
}

/// A session that is stopped while it is opened has told the secrets of the provider block.
#[test]
fn secrets_are_told_before_a_session_fails() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.skip_requesting_account_id = false;
    bench.options.skip_credentials_validation = false;
    bench.options.credentials = Some(credentials("AKIAIOSFODNN7NOBODY", "not-a-secret"));
    let told = Arc::new(Mutex::new(String::new()));
    let ear = Arc::clone(&told);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let patience = bench.patience();
    let open = Session::open(&bench.options, &patience, move |secret| {
        let mut told = ear.lock().unwrap_or_else(PoisonError::into_inner);
        told.push_str(secret);
    });
    let opened = runtime.expect("a runtime").block_on(open);
    opened.expect_err("nobody");
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(told.contains("not-a-secret"));
}

/// All pages of a listing.
fn listed(bench: &Bench) -> Vec<Vec<String>> {
    bench.run(async |bench, session| {
        let mut trails = session.trails(&bench.patience()).expect("a Region");
        let mut pages = Vec::new();
        while let Some(page) = trails.next_page().await.expect("a page") {
            pages.push(page.iter().map(ToString::to_string).collect());
        }
        assert_eq!(trails.next_page().await.expect("the end"), None);
        pages
    })
}

fn with_trails_everywhere() -> (Bench, Vec<String>) {
    let bench = Bench::new(TrailSeed::default());
    let mut expected = vec![bench.arn.to_string()];
    for (region, multi_region) in [
        ("eu-west-1", false),
        ("ap-southeast-2", true),
        ("us-west-2", false),
    ] {
        expected.push(bench.simulator.create_trail(TrailSeed {
            home_region: region.to_owned(),
            name: format!("audit-{region}"),
            multi_region,
            ..TrailSeed::default()
        }));
    }
    expected.sort();
    (bench, expected)
}

/// The listing has the trails of all Regions once each, whatever Region the session has.
#[test]
fn all_trails_are_listed() {
    let (mut bench, expected) = with_trails_everywhere();
    for region in ["us-east-1", "eu-west-1"] {
        bench.options.region = Some(region.to_owned());
        let pages = listed(&bench);
        assert_eq!(pages.len(), 1);
        assert_eq!(pages.concat(), expected);
    }
    let own = bench.calls();
    assert_eq!(own.len(), 2, "{own:?}");
    assert_eq!(own[1], ("ListTrails".to_owned(), "eu-west-1".to_owned()));
}

/// Pages come one by one, and none is asked for that nobody wants.
#[test]
fn a_listing_can_be_left() {
    let (bench, expected) = with_trails_everywhere();
    bench.simulator.set_page_size(Some(1));
    let mut pages = listed(&bench);
    assert_eq!(pages.len(), expected.len());
    pages.sort();
    assert_eq!(pages.concat(), expected);
    bench.simulator.clear_journal();
    let first = bench.run(async |bench, session| {
        let mut trails = session.trails(&bench.patience()).expect("a Region");
        trails.next_page().await.expect("a page")
    });
    assert_eq!(first.map(|page| page.len()), Some(1));
    assert_eq!(bench.calls().len(), 1);
}

/// A listing that fails is over.
#[test]
fn a_listing_that_fails_is_over() {
    let (bench, _) = with_trails_everywhere();
    let denied = What::error("AccessDeniedException", "no");
    bench.simulator.inject(Fault::on("ListTrails", denied));
    bench.run(async |bench, session| {
        let mut trails = session.trails(&bench.patience()).expect("a Region");
        trails.next_page().await.expect_err("denied");
        assert_eq!(trails.next_page().await.expect("the end"), None);
    });
    assert_eq!(bench.calls().len(), 1);
}

/// A listing can be stopped like any call that reads.
#[test]
fn a_listing_can_be_stopped() {
    let (bench, _) = with_trails_everywhere();
    let slow = What::Slow { ms: 10_000 };
    bench.simulator.inject(Fault::on("ListTrails", slow));
    let began = std::time::Instant::now();
    bench.run(async |bench, session| {
        let mut trails = session.trails(&bench.patience()).expect("a Region");
        let stop = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            bench.stop.cancel();
        };
        let (page, ()) = tokio::join!(trails.next_page(), stop);
        page.expect_err("it was stopped");
    });
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// moto lists in each Region the trails that apply there, with their homes.
#[test]
fn moto_lists_its_trails() {
    let moto = Service::moto();
    let everywhere = Make {
        region: "eu-west-1",
        ..Make::default()
    };
    let (here, there) = (moto.trail(), moto.trail_with(everywhere));
    let mut bench = Bench::new(TrailSeed::default());
    let (access_key, secret_key) = moto.keys();
    bench.options.credentials = Some(credentials(access_key, secret_key));
    bench.options.cloudtrail_endpoint = Some(moto.url());
    let listed = listed(&bench).concat();
    for trail in [&here, &there] {
        assert!(listed.contains(&trail.arn), "{} in {listed:?}", trail.arn);
    }
    assert!(listed.is_sorted());
}
