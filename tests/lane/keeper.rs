//! The keeper of `make test-aws`, run as a person runs it, and what came of it.
//!
//! May import [`crate::support`]. [`super`] has the promises.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::ambient;
use crate::support::process::{eventually, signal};
use crate::support::service::{Service, Trail};

/// The keeper.
const KEEPER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/test-aws.py");
/// By when anything must have happened. Far more than it takes on a machine that has other work.
pub(super) const PATIENCE: Duration = Duration::from_mins(2);

/// A person's shell, from which the lane is run.
pub(super) struct Lane<'s> {
    pub(super) service: &'s Service,
    pub(super) trail: &'s Trail<'s>,
    /// What the trail has before.
    pub(super) original: Value,
    pub(super) folder: tempfile::TempDir,
    pub(super) environment: BTreeMap<&'static str, String>,
}

impl<'s> Lane<'s> {
    pub(super) fn new(service: &'s Service, trail: &'s Trail<'s>) -> Self {
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

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.environment.insert(name, value.to_owned());
        self
    }

    pub(super) fn without(mut self, name: &'static str) -> Self {
        self.environment.remove(name);
        self
    }

    /// A program of Python, in this environment.
    pub(super) fn python(&self, arguments: &[&str]) -> Command {
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
    pub(super) fn start(&self, child: &[impl AsRef<str>]) -> Run<'_> {
        self.start_by(self.python(&[KEEPER]), child)
    }

    /// The same on a terminal. What is written to [`Run::terminal`] is typed there; when the process is
    /// killed, the terminal is gone.
    pub(super) fn start_on_terminal(&self, child: &[impl AsRef<str>]) -> Run<'_> {
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

    pub(super) fn run(&self, child: &[impl AsRef<str>]) -> Ended {
        self.start(child).ends()
    }

    /// The tests that the keeper starts: all of them, or one.
    pub(super) fn cases(&self, name: Option<&str>) -> Vec<String> {
        let this = std::env::current_exe().expect("the path of this program");
        let mut all = vec![self.link("cases", &this), "--ignored".to_owned()];
        all.extend(name.map(|_| "--exact".to_owned()));
        all.push(name.unwrap_or("acceptance::live::").to_owned());
        all.push("--test-threads=1".to_owned());
        all
    }

    /// A child that leaves the trail alone and does not end.
    pub(super) fn idle(&self) -> Vec<String> {
        let path = ambient("PATH").unwrap_or_default();
        let sleep = std::env::split_paths(&path)
            .map(|directory| directory.join("sleep"))
            .find(|candidate| candidate.is_file());
        let sleep = self.link("sleep", &sleep.expect("a system has sleep"));
        vec![sleep, "600".to_owned()]
    }

    /// A program under a path of this lane's own, by which it is found among all processes.
    fn link(&self, name: &str, program: &Path) -> String {
        let link = self.folder.path().join(name);
        if !link.exists() {
            std::os::unix::fs::symlink(program, &link).expect("a link");
        }
        link.display().to_string()
    }

    /// The files of the lane.
    pub(super) fn files(&self) -> Vec<PathBuf> {
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

    pub(super) fn file(&self, ending: &str) -> Option<PathBuf> {
        let is_meant = |path: &PathBuf| path.display().to_string().ends_with(ending);
        self.files().into_iter().find(is_meant)
    }

    /// The report about the rules.
    pub(super) fn report(&self) -> Value {
        let mut reports = self.files();
        reports.retain(|path| path.display().to_string().contains("/rules-"));
        let text = std::fs::read_to_string(reports.pop().expect("a report")).expect("a report");
        serde_json::from_str(&text).expect("the report is JSON")
    }

    /// Fails unless the trail has what it had, nothing is owed, and no file holds the secret key.
    #[track_caller]
    pub(super) fn is_restored(&self) {
        self.trail.has(&self.original);
        assert_eq!(self.file(".unrestored"), None, "nothing is owed");
        for path in self.files() {
            let text = std::fs::read_to_string(&path).expect("text");
            let told = text.contains(self.service.keys().1);
            assert!(!told, "{} holds the secret key", path.display());
        }
    }

    /// Waits until the trail has other selectors than before.
    pub(super) fn is_in_the_middle(&self) {
        eventually("the lane changes the trail", PATIENCE, || {
            (self.trail.selectors() != self.original).then_some(())
        });
    }
}

/// A keeper that is running.
pub(super) struct Run<'l> {
    lane: &'l Lane<'l>,
    process: Child,
    path: PathBuf,
}

impl Run<'_> {
    fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.path).expect("the file")).into_owned()
    }

    /// Waits for these words.
    pub(super) fn says(&self, words: &str) {
        let said = || self.said().contains(words).then_some(());
        eventually(&format!("{words:?} is said"), PATIENCE, said);
    }

    pub(super) fn types(&mut self, keys: &str) {
        let terminal = self.process.stdin.as_mut().expect("a terminal");
        terminal.write_all(keys.as_bytes()).expect("it is typed");
        terminal.flush().expect("it is typed");
    }

    pub(super) fn signal(&self, name: &str) {
        signal(name, &self.process.id().to_string());
    }

    pub(super) fn ends(mut self) -> Ended {
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
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) said: String,
}

impl Ended {
    #[track_caller]
    pub(super) fn with(self, code: i32, needles: &[&str]) -> Self {
        assert_eq!(self.status.code(), Some(code), "{}", self.said);
        for needle in needles {
            assert!(self.said.contains(needle), "{needle:?} in {}", self.said);
        }
        self
    }

    #[track_caller]
    pub(super) fn never(self, needle: &str) -> Self {
        assert!(!self.said.contains(needle), "{needle:?} in {}", self.said);
        self
    }
}
