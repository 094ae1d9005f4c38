//! `make test-aws` itself, on services which stand for AWS: that it passes there, asks first, tells
//! the truth about CloudTrail's rules, and puts a trail's selectors back however it ends.
//!
//! The keeper, `tools/test-aws.py`, is run as `make` runs it; its child is this very program, with the
//! tests that are ignored otherwise. May import [`crate::support`] and [`crate::simulator`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::simulator::{self, Fault, What, error::Mark, rule};
use crate::support::ambient;
use crate::support::process::{eventually, signal};
use crate::support::selectors::{self, everything, service_default, set};
use crate::support::service::{Make, Service, Trail};

/// By when anything must have happened. Far more than it takes on a machine that has other work.
const PATIENCE: Duration = Duration::from_mins(3);
/// The case that is under way when a run is stopped.
const CASE: &str = "acceptance::live::the_documented_filter_from_create_to_destroy";
/// What the keeper says right before its child starts.
const BEGUN: &str = "== the provider on this trail";
/// A child that leaves the trail alone and does not end.
const IDLE: [&str; 2] = ["sleep", "600"];
/// A child that has nothing to do.
const NOTHING: [&str; 1] = ["true"];

/// The tests that the keeper starts: all of them, or one.
fn cases(name: Option<&str>) -> Vec<String> {
    let this = std::env::current_exe().expect("the path of this program");
    let mut all = vec![this.display().to_string(), "--ignored".to_owned()];
    all.extend(name.map(|_| "--exact".to_owned()));
    all.push(name.unwrap_or("acceptance::live::").to_owned());
    all.push("--test-threads=1".to_owned());
    all
}

/// A person's shell, from which the lane is run.
struct Lane<'s> {
    service: &'s Service,
    trail: &'s Trail<'s>,
    /// What the trail has before.
    original: Value,
    folder: tempfile::TempDir,
    environment: BTreeMap<&'static str, String>,
}

impl<'s> Lane<'s> {
    fn new(service: &'s Service, trail: &'s Trail<'s>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let (access_key, secret_key) = service.keys();
        let home = folder.path().display().to_string();
        let mut environment = BTreeMap::from([
            ("AWS_ACCESS_KEY_ID", access_key.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", secret_key.to_owned()),
            ("AWS_REGION", trail.region.clone()),
            ("AWS_ENDPOINT_URL", service.url()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("CARGO_TARGET_DIR", home.clone()),
            ("HOME", home),
            ("IAM_TEST_PACE", "0.001".to_owned()),
            ("IAM_TEST_TRAIL", trail.name.clone()),
            ("IAM_TEST_YES", "1".to_owned()),
        ]);
        for kept in ["PATH", "TMPDIR", "IAM_TEST_PROVIDER"] {
            if let Some(value) = ambient(kept).and_then(|value| value.into_string().ok()) {
                environment.insert(kept, value);
            }
        }
        Self {
            service,
            trail,
            original: trail.selectors(),
            folder,
            environment,
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.insert(name, value.to_owned());
        self
    }

    fn without(mut self, name: &'static str) -> Self {
        self.environment.remove(name);
        self
    }

    /// A program of Python, in this environment.
    fn python(&self, arguments: &[&str]) -> Command {
        let python = ambient("IAM_TEST_PYTHON").unwrap_or_else(|| "python3".into());
        let mut command = Command::new(python);
        command
            .args(arguments)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
        command
    }

    /// Starts the keeper with this child; what it says goes into a file.
    fn start(&self, child: &[impl AsRef<str>]) -> Run<'_> {
        self.start_by(self.python(&[KEEPER]), child)
    }

    /// The same on a terminal. What is written to [`Run::terminal`] is typed there; when the process is
    /// killed, the terminal is gone.
    fn start_on_terminal(&self, child: &[impl AsRef<str>]) -> Run<'_> {
        const TERMINAL: &str = "import os, pty, sys\n\
            sys.exit(os.waitstatus_to_exitcode(pty.spawn([sys.executable, *sys.argv[1:]])))";
        let mut command = self.python(&["-c", TERMINAL, KEEPER]);
        command.stdin(Stdio::piped());
        self.start_by(command, child)
    }

    fn start_by(&self, mut command: Command, child: &[impl AsRef<str>]) -> Run<'_> {
        let path = self.folder.path().join("said");
        let said = File::create(&path).expect("a file");
        let process = command
            .args(child.iter().map(AsRef::as_ref))
            .stdout(said.try_clone().expect("the file once more"))
            .stderr(said)
            .spawn()
            .expect("the keeper starts");
        Run {
            lane: self,
            process,
            path,
        }
    }

    fn run(&self, child: &[impl AsRef<str>]) -> Ended {
        self.start(child).ends()
    }

    /// The files of the lane.
    fn files(&self) -> Vec<PathBuf> {
        let listed = std::fs::read_dir(self.folder.path().join("test-aws"));
        let mut found: Vec<PathBuf> = listed
            .into_iter()
            .flatten()
            .flatten()
            .map(|one| one.path())
            .collect();
        found.sort();
        found
    }

    fn file(&self, ending: &str) -> Option<PathBuf> {
        let is_meant = |path: &PathBuf| path.display().to_string().ends_with(ending);
        self.files().into_iter().find(is_meant)
    }

    /// The report about the rules.
    fn report(&self) -> Value {
        let mut reports = self.files();
        reports.retain(|path| path.display().to_string().contains("/rules-"));
        let text = std::fs::read_to_string(reports.pop().expect("a report")).expect("a report");
        serde_json::from_str(&text).expect("the report is JSON")
    }

    /// Fails unless the trail has what it had, nothing is owed, and no file holds the secret key.
    #[track_caller]
    fn is_restored(&self) {
        self.trail.has(&self.original);
        assert_eq!(self.file(".unrestored"), None, "nothing is owed");
        for path in self.files() {
            let text = std::fs::read_to_string(&path).expect("text");
            let told = text.contains(self.service.keys().1);
            assert!(!told, "{} holds the secret key", path.display());
        }
    }

    /// Waits until the trail has other selectors than before.
    fn is_in_the_middle(&self) {
        eventually("the lane changes the trail", PATIENCE, || {
            (self.trail.selectors() != self.original).then_some(())
        });
    }
}

const KEEPER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/test-aws.py");

/// A keeper that is running.
struct Run<'l> {
    lane: &'l Lane<'l>,
    process: Child,
    path: PathBuf,
}

impl Run<'_> {
    fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.path).expect("the file")).into_owned()
    }

    /// Waits for these words.
    fn says(&self, words: &str) {
        let said = || self.said().contains(words).then_some(());
        eventually(&format!("{words:?} is said"), PATIENCE, said);
    }

    fn types(&mut self, keys: &str) {
        let terminal = self.process.stdin.as_mut().expect("a terminal");
        terminal.write_all(keys.as_bytes()).expect("it is typed");
        terminal.flush().expect("it is typed");
    }

    fn signal(&self, name: &str) {
        signal(name, &self.process.id().to_string());
    }

    fn ends(mut self) -> Ended {
        let process = &mut self.process;
        let status = eventually("the keeper ends", PATIENCE, || {
            process.try_wait().expect("it can be waited for")
        });
        let said = self.said();
        let told = said.contains(self.lane.service.keys().1);
        assert!(!told, "the secret key is told: {said}");
        Ended { status, said }
    }
}

impl Drop for Run<'_> {
    /// A test that failed meanwhile leaves no keeper behind, and a keeper no child.
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            self.signal("KILL");
            drop(self.process.wait());
        }
    }
}

/// A keeper that has ended.
struct Ended {
    status: ExitStatus,
    said: String,
}

impl Ended {
    #[track_caller]
    fn with(self, code: i32, needles: &[&str]) -> Self {
        assert_eq!(self.status.code(), Some(code), "{}", self.said);
        for needle in needles {
            assert!(self.said.contains(needle), "{needle:?} in {}", self.said);
        }
        self
    }

    #[track_caller]
    fn never(self, needle: &str) -> Self {
        assert!(!self.said.contains(needle), "{needle:?} in {}", self.said);
        self
    }
}

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
    lane.run(&cases(None))
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
    lane.run(&cases(None))
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

    let mut run = lane.start_on_terminal(&cases(Some(CASE)));
    run.says("Type yes");
    run.types("yes\n");
    lane.is_in_the_middle();
    run.types("\u{3}");
    run.ends()
        .with(130, &["stopped by SIGINT", "restored, and read back"])
        .never("SOMEBODY ELSE");
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
        let run = lane.start(&IDLE);
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
    let run = lane.start(&cases(Some(CASE)));
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
    let run = lane.start(&IDLE);
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
    ] {
        let ended = lane.run(&NOTHING).with(1, &["make test-aws: ", why]);
        let said = ended.said.lines().filter(|line| line.starts_with("make"));
        assert!(said.count() <= 2, "{}", ended.said);
    }
    assert!(puts(&service).is_empty());
    trail.has(&service_default());

    let lane = of(&organization)
        .with("IAM_TEST_ORGANIZATION", "1")
        .with("IAM_TEST_SECURITY_LAKE", "no");
    lane.run(&NOTHING).with(0, &["organization  yes"]);
    organization.has(&service_default());
    assert!(Path::new(KEEPER).is_file());
}
