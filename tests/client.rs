//! The CloudTrail client by itself, against the simulator: where calls go, how often they are made,
//! and what each failure is turned into. Its rooms: [`session`] what a session tells and lists,
//! [`sources`] where its credentials come from, [`roles`] what it does to assume roles, [`accounts`]
//! which accounts it may work in, [`http`] what proxies do to a call, [`pace`] how many calls a second
//! it makes, [`stop`] what a stop does to one.
//!
//! Imports the crate's `aws` and `selector`, the simulator, and a relay.

mod accounts;
mod http;
mod pace;
mod roles;
mod session;
mod sources;
mod stop;

use std::time::Duration;

use serde_json::json;
use terraform_provider_iam::aws::Session;
use terraform_provider_iam::aws::config::{Secret, SessionOptions, StaticCredentials};
use terraform_provider_iam::aws::error::{Error, ErrorKind};
use terraform_provider_iam::aws::home_region::{TrailArn, TrailReference};
use terraform_provider_iam::aws::patience::Patience;
use terraform_provider_iam::aws::trail::TrailReading;
use terraform_provider_iam::selector::{EventSelector, Selectors};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::simulator::{
    ACCESS_KEY, Fault, Options, SECRET_KEY, Simulator, TrailSeed, What, account,
};

/// Every error that AWS declares for `PutEventSelectors`, and the kind it is turned into
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>), then
/// common ones (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html>).
const ERRORS: [(&str, ErrorKind); 15] = [
    ("CloudTrailARNInvalidException", ErrorKind::InvalidArn),
    (
        "InsufficientDependencyServiceAccessPermissionException",
        ErrorKind::MissingDependencyPermission,
    ),
    (
        "InvalidEventSelectorsException",
        ErrorKind::InvalidEventSelectors,
    ),
    ("InvalidTrailNameException", ErrorKind::InvalidTrailName),
    (
        "NoManagementAccountSLRExistsException",
        ErrorKind::NoServiceLinkedRole,
    ),
    (
        "NotOrganizationMasterAccountException",
        ErrorKind::NotOrganizationManagement,
    ),
    ("OperationNotPermittedException", ErrorKind::NotPermitted),
    ("ThrottlingException", ErrorKind::Throttled),
    ("TrailNotFoundException", ErrorKind::TrailNotFound),
    ("UnsupportedOperationException", ErrorKind::Unsupported),
    ("ConflictException", ErrorKind::Conflict),
    ("AccessDeniedException", ErrorKind::AccessDenied),
    ("ExpiredTokenException", ErrorKind::BadCredentials),
    ("UnrecognizedClientException", ErrorKind::BadCredentials),
    ("ValidationException", ErrorKind::Refused),
];

/// A simulator with one trail, and a session with it.
struct Bench {
    simulator: Simulator,
    arn: TrailArn,
    options: SessionOptions,
    time: Duration,
    stop: CancellationToken,
}

impl Bench {
    fn new(seed: TrailSeed) -> Self {
        let simulator = Simulator::start(Options::default()).expect("the simulator starts");
        let arn = TrailArn::parse(&simulator.create_trail(seed)).expect("an ARN");
        let options = SessionOptions {
            region: Some("us-east-1".to_owned()),
            credentials: Some(credentials(ACCESS_KEY, SECRET_KEY)),
            cloudtrail_endpoint: Some(simulator.url().to_owned()),
            sts_endpoint: Some(simulator.url().to_owned()),
            max_retries: Some(0),
            skip_credentials_validation: true,
            skip_requesting_account_id: true,
            skip_metadata_api_check: true,
            use_fips_endpoint: Some(false),
            use_dualstack_endpoint: Some(false),
            ..SessionOptions::default()
        };
        Self {
            simulator,
            arn,
            options,
            time: Duration::from_secs(20),
            stop: CancellationToken::new(),
        }
    }

    fn patience(&self) -> Patience {
        Patience {
            until: Instant::now() + self.time,
            stop: self.stop.clone(),
        }
    }

    /// Runs something that needs a session.
    fn run<T>(&self, work: impl AsyncFnOnce(&Self, Session) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let session = Session::open(&self.options, &self.patience(), |_| {})
                .await
                .expect("a session");
            work(self, session).await
        })
    }

    fn put(&self, selectors: &Selectors) -> Result<(), Error> {
        self.run(async |bench, session| session.put(&bench.arn, selectors, &bench.patience()).await)
    }

    fn read(&self, name: &str, region: Option<&str>) -> Result<TrailReading, Error> {
        let reference = TrailReference::parse(name).expect("a name or an ARN");
        self.run(async |bench, session| session.read(&reference, region, &bench.patience()).await)
    }

    /// Why a session could not be opened.
    fn refusal(&self) -> Error {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let patience = self.patience();
        let open = Session::open(&self.options, &patience, |_| {});
        let opened = runtime.expect("a runtime").block_on(open);
        opened.expect_err("no session")
    }

    /// Reads the selectors of the trail.
    fn selectors(&self) -> Result<Selectors, Error> {
        self.run(async |bench, session| session.selectors(&bench.arn, &bench.patience()).await)
    }

    fn calls(&self) -> Vec<(String, String)> {
        let entries = self.simulator.journal();
        entries
            .into_iter()
            .map(|entry| (entry.operation, entry.region))
            .collect()
    }
}

fn credentials(access_key: &str, secret_key: &str) -> StaticCredentials {
    StaticCredentials {
        access_key: Secret::new(access_key.to_owned()),
        secret_key: Secret::new(secret_key.to_owned()),
        token: None,
    }
}

fn default() -> Selectors {
    Selectors::Basic(vec![EventSelector::service_default()])
}

/// Each of AWS's error codes is told apart, with the service's words, and nothing is changed.
#[test]
fn each_error_code_has_its_kind() {
    let bench = Bench {
        time: Duration::from_millis(900),
        ..Bench::new(TrailSeed::default())
    };
    let before = bench.simulator.selectors(&bench.arn.to_string());
    for (code, kind) in ERRORS {
        bench.simulator.inject(Fault::on(
            "PutEventSelectors",
            What::error(code, "its words"),
        ));
        let fault = Fault::on("PutEventSelectors", What::error(code, "its words")).always();
        bench.simulator.inject(fault);
        let failed = bench.put(&default()).expect_err(code);
        bench.simulator.clear_faults();
        assert_eq!(failed.kind, kind, "{code}");
        assert_eq!(failed.code.as_deref(), Some(code));
        assert!(failed.to_string().contains("its words"), "{failed}");
        assert!(!failed.outcome_unknown, "{code}");
    }
    assert_eq!(bench.simulator.selectors(&bench.arn.to_string()), before);
}

/// A fault of the service, a cut line and a service that is not there: after each of them it is
/// open whether the call was carried out.
#[test]
fn a_call_without_an_answer_is_open() {
    let bench = Bench {
        time: Duration::from_secs(3),
        ..Bench::new(TrailSeed::default())
    };
    for (what, kind) in [
        (What::InternalFailure, ErrorKind::ServiceFault),
        (What::CutBeforeAnswer, ErrorKind::Unreachable),
        (What::Slow { ms: 5000 }, ErrorKind::TimedOut),
    ] {
        bench
            .simulator
            .inject(Fault::on("PutEventSelectors", what.clone()));
        let failed = bench.put(&default()).expect_err("no answer");
        bench.simulator.clear_faults();
        assert_eq!(failed.kind, kind, "{what:?}: {failed}");
        assert!(failed.outcome_unknown, "{what:?}");
    }
}

/// While another change is under way, a Put waits and is made again.
#[test]
fn a_conflict_is_waited_out() {
    let bench = Bench::new(TrailSeed::default());
    bench.simulator.inject(Fault::on(
        "PutEventSelectors",
        What::error("ConflictException", "busy"),
    ));
    bench.put(&default()).expect("the second Put");
    assert_eq!(bench.calls().len(), 2);
}

/// Throttling and faults of the service are retried by the SDK, `max_retries` times.
#[test]
fn throttling_is_retried() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.max_retries = Some(2);
    bench
        .simulator
        .inject(Fault::on("PutEventSelectors", What::Throttle));
    bench
        .simulator
        .inject(Fault::on("PutEventSelectors", What::InternalFailure));
    bench.put(&default()).expect("the third Put");
    assert_eq!(bench.calls().len(), 3);
}

/// A home Region that turns out to be another is asked for once, and no more.
#[test]
fn another_home_region_is_asked_for_once() {
    let bench = Bench::new(TrailSeed::default());
    let moved = What::error("InvalidHomeRegionException", "not here");
    bench
        .simulator
        .inject(Fault::on("PutEventSelectors", moved).always());
    let failed = bench.put(&default()).expect_err("not here");
    assert_eq!(failed.kind, ErrorKind::InvalidHomeRegion);
    let operations: Vec<_> = bench
        .calls()
        .into_iter()
        .map(|(operation, _)| operation)
        .collect();
    assert_eq!(operations, ["PutEventSelectors", "GetTrail"]);
}

/// Reading is two calls side by side, in the home Region that the ARN names.
#[test]
fn reading_is_one_round_trip_at_home() {
    let seed = TrailSeed {
        home_region: "eu-west-1".to_owned(),
        ..TrailSeed::default()
    };
    let bench = Bench::new(seed);
    bench
        .simulator
        .inject(Fault::any(What::Slow { ms: 150 }).times(2));
    let reading = bench.read(&bench.arn.to_string(), None).expect("a reading");
    assert_eq!(reading.trail.arn, bench.arn);
    let journal = bench.simulator.journal();
    assert_eq!(journal.len(), 2);
    assert!(journal[0].overlaps(&journal[1]));
    assert!(
        journal.iter().all(|entry| entry.region == "eu-west-1"),
        "{:?}",
        bench.calls()
    );
}

/// A bare name that shows a shadow trail leads to its home Region.
#[test]
fn a_shadow_trail_leads_home() {
    let seed = TrailSeed {
        home_region: "eu-west-1".to_owned(),
        name: "everywhere".to_owned(),
        ..TrailSeed::default()
    };
    let bench = Bench::new(seed);
    let reading = bench
        .read("everywhere", Some("us-east-1"))
        .expect("a reading");
    assert_eq!(reading.trail.arn, bench.arn);
    let puts_away_from_home = bench
        .simulator
        .journal()
        .iter()
        .any(|entry| entry.operation == "PutEventSelectors");
    assert!(!puts_away_from_home);
}

/// The name of a trail that lives in another Region only is not found, and the error says where the
/// account has it, on whichever page of the list it stands.
#[test]
fn a_name_of_another_region_is_told_where_it_lives() {
    let seed = TrailSeed {
        home_region: "eu-west-1".to_owned(),
        name: "over-there".to_owned(),
        multi_region: false,
        ..TrailSeed::default()
    };
    let bench = Bench::new(seed);
    for name in ["aaa", "bbb", "ccc"] {
        bench.simulator.create_trail(TrailSeed {
            name: name.to_owned(),
            ..TrailSeed::default()
        });
    }
    bench.simulator.set_page_size(Some(1));
    let failed = bench
        .read("over-there", None)
        .expect_err("not in us-east-1");
    assert_eq!(failed.kind, ErrorKind::TrailNotFound);
    assert_eq!(failed.whereabouts, [bench.arn.to_string()]);
}

/// Whatever is on a trail comes back verbatim, basic or advanced, in both forms of the answer.
#[test]
fn what_was_read_can_be_put_back() {
    let bench = Bench::new(TrailSeed::default());
    let arn = bench.arn.to_string();
    for selectors in [
        json!({"EventSelectors": [
            {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true,
             "ExcludeManagementEventSources": ["kms.amazonaws.com"],
             "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::logs/"]}]},
            {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": false,
             "ExcludeManagementEventSources": [],
             "DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}]},
        ]}),
        json!({"AdvancedEventSelectors": [
            {"Name": "writes", "FieldSelectors": [
                {"Field": "readOnly", "Equals": ["false"]},
                {"Field": "eventCategory", "Equals": ["Management"]}]},
            {"FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::a/"],
                 "NotStartsWith": ["arn:aws:s3:::a/tmp/"]}]},
        ]}),
    ] {
        for old in [false, true] {
            bench.simulator.set_old_read_form(old);
            bench.simulator.set_selectors(&arn, &selectors);
            let before = bench.simulator.selectors(&arn);
            let reading = bench.read(&arn, None).expect("a reading");
            bench.simulator.set_selectors(
                &arn,
                json!({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}]}),
            );
            bench.put(&reading.selectors).expect("put back");
            assert_eq!(bench.simulator.selectors(&arn), before);
        }
    }
}

/// An empty set is never sent: the service default stands in for it.
#[test]
fn an_empty_set_is_never_sent() {
    let bench = Bench::new(TrailSeed::default());
    for empty in [
        Selectors::Basic(Vec::new()),
        Selectors::Advanced(Vec::new()),
    ] {
        bench.simulator.clear_journal();
        bench.put(&empty).expect("a Put");
        let journal = bench.simulator.journal();
        let sent = &journal[0].body["EventSelectors"];
        assert_eq!(sent.as_array().map(Vec::len), Some(1), "{sent}");
        assert_eq!(journal[0].body.get("AdvancedEventSelectors"), None);
    }
}

/// Credentials that AWS does not know are told apart from a trail that is not there, by STS already.
#[test]
fn unknown_credentials_are_refused_when_the_session_opens() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.skip_credentials_validation = false;
    bench.options.credentials = Some(credentials("AKIAIOSFODNN7NOBODY", "not-a-secret"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let opened = runtime.expect("a runtime").block_on(Session::open(
        &bench.options,
        &bench.patience(),
        |_| {},
    ));
    let failed = opened.expect_err("nobody");
    assert_eq!(
        (failed.operation, failed.kind),
        ("GetCallerIdentity", ErrorKind::BadCredentials)
    );
    assert!(!failed.to_string().contains("not-a-secret"));
}

/// The session knows whose credentials it has, unless it was told not to ask.
#[test]
fn the_session_knows_its_account() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.run(async |_, session| assert_eq!(session.caller_account(), None));
    assert!(bench.calls().is_empty());
    bench.options.skip_requesting_account_id = false;
    let member = account::MEMBER;
    bench.options.credentials = Some(credentials(member.access_key, member.secret_key));
    bench.run(async |_, session| assert_eq!(session.caller_account(), Some(member.account)));
}
