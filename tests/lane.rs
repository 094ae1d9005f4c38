//! `make test-aws` itself, on services which stand for AWS: that it passes there, asks first, tells
//! the truth about CloudTrail's rules, and puts a trail's selectors back however it ends.
//!
//! [`keeper`] runs `tools/test-aws.py` as `make` does; its child is this very program, with the tests
//! of `acceptance::live`, which are ignored otherwise. May import [`crate::support`] and
//! [`crate::simulator`].

mod keeper;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::simulator::{self, Fault, What, error::Mark, rule};
use crate::support::process::{eventually, running};
use crate::support::selectors::{self, everything, service_default, set};
use crate::support::service::{Make, Service, Trail};

use keeper::{Lane, PATIENCE};

/// The case that is under way when a run is stopped.
const CASE: &str = "acceptance::live::the_documented_filter_from_create_to_destroy";
/// What the keeper says right before its child starts.
const BEGUN: &str = "== the provider on this trail";
/// A child that has nothing to do.
const NOTHING: [&str; 1] = ["true"];

/// The ids of the report's rules with this mark and verdict.
fn ids(report: &Value, mark: &str, verdict: &str) -> BTreeSet<String> {
    let rules = report["rules"].as_array().expect("rules");
    let meant = rules
        .iter()
        .filter(|one| one["mark"] == mark && one["verdict"] == verdict);
    meant
        .map(|one| one["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// How many puts the simulator has seen.
fn puts(service: &Service) -> Vec<simulator::Entry> {
    let mut journal = service.as_simulator().expect("a simulator").journal();
    journal.retain(|call| call.operation == "PutEventSelectors");
    journal
}

/// Selectors which are not to be met by chance.
fn particular() -> Value {
    set(&[
        everything("before"),
        selectors::data("objects", "AWS::S3::Object"),
        selectors::network("endpoints", "ec2.amazonaws.com"),
    ])
}

/// Everything passes, event names are refused, and every documented rule is confirmed.
#[test]
fn the_whole_lane_on_a_strict_simulator() {
    let service = Service::documented();
    let trail = service.trail();
    trail.put(&particular());
    let lane = Lane::new(&service, &trail).with("IAM_TEST_TRAIL", &trail.arn);
    lane.run(&lane.cases(None))
        .with(
            0,
            &["== restoring", "restored, and read back", "refused with"],
        )
        .never("SOMEBODY ELSE");
    lane.is_restored();
    let report = lane.report();
    assert!(ids(&report, "documented", "contradicted").is_empty());
    let untried = ids(&report, "documented", "not tried");
    assert!(untried.iter().eq(["member-changes"]), "{untried:?}");
    let outcomes = report["cases"].as_array().expect("cases");
    assert_eq!(outcomes.len(), 6, "{outcomes:#?}");
    let lists = puts(&service)
        .iter()
        .flat_map(|call| {
            ["EventSelectors", "AdvancedEventSelectors"].map(|key| call.body[key].clone())
        })
        .filter(Value::is_array)
        .collect::<Vec<_>>();
    assert!(lists.len() > 50, "puts are seen");
    assert!(lists.iter().all(|list| *list != serde_json::json!([])));
}

/// moto takes everything: the cases pass with event names taken, and the rules are contradicted.
#[test]
fn the_whole_lane_on_moto() {
    let service = Service::moto();
    let trail = service.trail();
    let lane = Lane::new(&service, &trail).with("IAM_TEST_TRAIL", &trail.arn);
    lane.run(&lane.cases(None))
        .with(
            3,
            &["apply by event name: accepted", "restored, and read back"],
        )
        .never("SOMEBODY ELSE");
    lane.is_restored();
    let contradicted = ids(&lane.report(), "documented", "contradicted");
    assert!(contradicted.contains("management-store-field"));
}

/// A service that takes the fields of event data stores contradicts those rules, and no others. The
/// report is about every rule that the simulator has for selectors, with the same mark.
#[test]
fn what_is_undocumented_and_taken_is_told() {
    let service = Service::simulator();
    let trail = service.trail();
    let lane = Lane::new(&service, &trail);
    lane.run(&NOTHING)
        .with(3, &["it takes what must be refused"]);
    lane.is_restored();
    let report = lane.report();
    let contradicted = ids(&report, "documented", "contradicted");
    assert!(
        contradicted
            .iter()
            .eq(["management-source", "management-store-field"]),
        "{contradicted:?}"
    );
    let rules = report["rules"].as_array().expect("rules");
    let name = rules.iter().find(|one| {
        let what = one["what"].as_str().unwrap_or_default();
        what.starts_with("eventName Equals")
    });
    assert_eq!(name.expect("the rule")["verdict"], "contradicted");
    for known in rule::RULES {
        if known.code != "InvalidEventSelectorsException" {
            continue;
        }
        let ours = rules.iter().find(|one| one["id"] == known.name);
        let ours = ours.unwrap_or_else(|| panic!("{} is not in the report", known.name));
        let (mark, source) = match known.mark {
            Mark::Documented(url) => ("documented", Some(url)),
            Mark::Assumed(_) => ("assumed", None),
            Mark::Ordered => panic!("{} is a fault that a test orders", known.name),
        };
        assert_eq!(ours["mark"], mark, "{}", known.name);
        assert_eq!(ours["source"].as_str(), source, "{}", known.name);
    }
}

/// Ctrl-C on the terminal on which the yes was typed, while a terraform is at work.
#[test]
fn an_interrupt_on_the_terminal_restores() {
    let service = Service::documented();
    let trail = service.trail();
    trail.put(&particular());
    let lane = Lane::new(&service, &trail).without("IAM_TEST_YES");
    let mut run = lane.start_on_terminal(&NOTHING);
    run.says("Type yes");
    run.types("no\n");
    run.ends().with(1, &["that is not a yes"]);
    assert!(puts(&service).is_empty(), "nothing is put without a yes");

    let mut run = lane.start_on_terminal(&lane.cases(Some(CASE)));
    run.says("Type yes");
    run.types("yes\n");
    lane.is_in_the_middle();
    let link = lane.folder.path().join("cases");
    assert_eq!(running(&link).len(), 1, "the tests are running");
    // Those that still run when the original is put again: they could put theirs after it.
    let others = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&others);
    service
        .as_simulator()
        .expect("a simulator")
        .on_request(move |request| {
            if request.operation == "PutEventSelectors"
                && request.body.to_string().contains("\"before\"")
            {
                counted.fetch_add(running(&link).len(), Ordering::SeqCst);
            }
        });
    run.types("\u{3}");
    run.ends()
        .with(130, &["stopped by SIGINT", "restored, and read back"])
        .never("SOMEBODY ELSE");
    assert_eq!(others.load(Ordering::SeqCst), 0, "the child ends first");
    lane.is_restored();
}

/// The terminal is closed while the rules are tried, at the pace that CloudTrail asks for.
#[test]
fn a_terminal_that_is_closed_restores() {
    let service = Service::documented();
    let trail = service.trail();
    let lane = Lane::new(&service, &trail).with("IAM_TEST_PACE", "1");
    let run = lane.start_on_terminal(&NOTHING);
    eventually("some puts", PATIENCE, || {
        (puts(&service).len() > 2).then_some(())
    });
    run.signal("KILL");
    eventually("nothing is owed any more", PATIENCE, || {
        lane.file(".unrestored").is_none().then_some(())
    });
    lane.is_restored();
    for pair in puts(&service).windows(2) {
        let apart = pair[1].at_ms - pair[0].at_ms;
        assert!(apart >= 900, "two puts are {apart} ms apart");
    }
}

/// What somebody else put in the meantime is told and kept in a file; then it is replaced.
#[test]
fn what_somebody_else_put_is_told() {
    let theirs = set(&[everything("theirs")]);
    for (name, code) in [("TERM", 143), ("QUIT", 131)] {
        let service = Service::documented();
        let trail = service.trail();
        let lane = Lane::new(&service, &trail);
        let run = lane.start(&lane.idle());
        run.says(BEGUN);
        trail.put(&theirs);
        let started = Instant::now();
        run.signal(name);
        run.ends()
            .with(code, &["SOMEBODY ELSE HAS CHANGED", ".found"]);
        assert!(started.elapsed() < Duration::from_secs(30));
        lane.is_restored();
        let found = std::fs::read_to_string(lane.file(".found").expect("a file")).expect("text");
        assert!(found.contains("theirs"), "{found}");
    }
}

/// After SIGKILL nothing of the child is left at work, and the next run restores before anything.
#[test]
fn a_killed_lane_is_mended_by_the_next() {
    let service = Service::documented();
    let trail = service.trail();
    trail.put(&particular());
    let mut lane = Lane::new(&service, &trail);
    let run = lane.start(&lane.idle());
    let sleep = lane.folder.path().join("sleep");
    eventually("the child runs", PATIENCE, || {
        (!running(&sleep).is_empty()).then_some(())
    });
    run.signal("KILL");
    drop(run.ends());
    eventually("the child ends with its keeper", PATIENCE, || {
        running(&sleep).is_empty().then_some(())
    });

    let run = lane.start(&lane.cases(Some(CASE)));
    lane.is_in_the_middle();
    run.signal("KILL");
    let status = run.ends().status;
    assert_eq!(status.code(), None, "a signal ended it");
    assert!(lane.file(".unrestored").is_some(), "it is owed");

    // It refuses to go on, but what is owed it pays first.
    lane.environment.remove("IAM_TEST_YES");
    lane.run(&NOTHING).with(
        1,
        &["unrestored", "restored, and read back", "IAM_TEST_YES=1"],
    );
    lane.is_restored();
}

/// A restore that is refused is shouted, with a command that does it; the next run does it too.
#[test]
fn a_restore_that_is_refused_is_shouted() {
    let service = Service::documented();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    trail.put(&particular());
    let lane = Lane::new(&service, &trail);
    let run = lane.start(&lane.idle());
    run.says(BEGUN);
    let ours = "the selectors that were changed";
    trail.put(&set(&[everything(ours)]));
    let denied = What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "not authorized".to_owned(),
    };
    simulator.inject(Fault::on("PutEventSelectors", denied).always());
    run.signal("TERM");
    let ended = run.ends().with(
        2,
        &[
            "THE TRAIL IS NOT RESTORED",
            "AccessDenied",
            "TO RESTORE IT, RUN",
        ],
    );
    simulator.clear_faults();

    let (_, shouted) = ended.said.split_once("TO RESTORE IT").expect("it is said");
    let command = shouted
        .lines()
        .find_map(|line| line.trim().strip_prefix("aws "));
    let mut arguments = vec!["-m", "awscli"];
    arguments.extend(command.expect("a command").split(' '));
    let output = lane.python(&arguments).output().expect("the AWS CLI");
    assert!(output.status.success(), "{output:?}");
    trail.has(&lane.original);

    trail.put(&set(&[everything(ours)]));
    lane.run(&NOTHING)
        .with(0, &["unrestored", "restored, and read back"]);
    lane.is_restored();
}

/// A case that fails is a lane that fails, restored all the same.
#[test]
fn a_failing_case_fails_the_lane() {
    let service = Service::documented();
    let trail = service.trail();
    let lane = Lane::new(&service, &trail);
    lane.run(&["false"])
        .with(1, &["FAILED", "restored, and read back"]);
    lane.is_restored();
}

/// One clear line, and nothing is put.
#[test]
fn nothing_is_begun_where_it_must_not_be() {
    let service = Service::documented();
    let trail = service.trail();
    let organization = service.trail_with(Make {
        name: Some("organization"),
        organization: true,
        ..Make::default()
    });
    let foreign = service.trail_with(Make {
        name: Some("foreign"),
        account: Some(simulator::account::OUTSIDER.account),
        ..Make::default()
    });
    let regional = service.trail_with(Make {
        region: "eu-west-1",
        multi_region: false,
        ..Make::default()
    });
    let lane = || Lane::new(&service, &trail);
    let of = |trail: &Trail<'_>| lane().with("IAM_TEST_TRAIL", &trail.arn);
    for (lane, why) in [
        (lane().without("IAM_TEST_TRAIL"), "IAM_TEST_TRAIL must name"),
        (
            lane()
                .without("AWS_SECRET_ACCESS_KEY")
                .without("AWS_ACCESS_KEY_ID"),
            "no credentials",
        ),
        (lane().without("AWS_REGION"), "no Region is set"),
        (lane().without("IAM_TEST_YES"), "IAM_TEST_YES=1"),
        (lane().with("IAM_TEST_TRAIL", "another"), "0 trails"),
        (of(&organization), "IAM_TEST_ORGANIZATION=1"),
        (
            of(&organization).with("IAM_TEST_ORGANIZATION", "1"),
            "Amazon Security Lake",
        ),
        (of(&foreign), "its own account is wanted"),
        (of(&regional), "never gets IAM's events"),
    ] {
        let ended = lane.run(&NOTHING).with(1, &["make test-aws: ", why]);
        let said = ended.said.lines().filter(|line| line.starts_with("make"));
        assert!(said.count() <= 2, "{}", ended.said);
    }
    // Without a child it only looks.
    lane()
        .run(&[""; 0])
        .with(0, &[])
        .never("changes this trail");
    assert!(puts(&service).is_empty());
    trail.has(&service_default());

    let lane = of(&organization)
        .with("IAM_TEST_ORGANIZATION", "1")
        .with("IAM_TEST_SECURITY_LAKE", "no");
    lane.run(&NOTHING).with(0, &["organization  yes"]);
    organization.has(&service_default());
}
