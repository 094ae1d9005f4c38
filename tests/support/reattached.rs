//! The second way in which Terraform comes to a provider: `TF_REATTACH_PROVIDERS` leads it to a
//! process that was started with `-debug` and serves one command after another.
//!
//! With `IAM_TEST_REATTACH=1` every test runs that way: each working directory has one such process
//! for all of its commands, with the environment that its terraform has. What Terraform asks anew for
//! each command then comes to a provider which has a past: a configuration, a session, a Stop.
//!
//! A test that is about the process which Terraform itself starts would prove nothing there. It asks
//! [`spawned_only`] and says why, and that is told on the terminal.
//!
//! Imports [`super::process`]. [`super::terraform`] decides when there is such a process.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::process::{eventually, signal};

/// The variable that leads Terraform to the process.
pub(crate) const VARIABLE: &str = "TF_REATTACH_PROVIDERS";

/// How long the process may take to end once it is told to, as long as Terraform gives it.
const END: Duration = Duration::from_secs(2);

/// Whether tests run in this mode.
pub(crate) fn is_on() -> bool {
    super::ambient("IAM_TEST_REATTACH").is_some_and(|value| value == "1")
}

/// Whether this test is to be left out because it needs a provider that Terraform starts itself, and
/// tests run reattached. `why` is told where everyone sees it, captured output or not.
#[must_use]
pub(crate) fn spawned_only(why: &str) -> bool {
    if !is_on() {
        return false;
    }
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test").to_owned();
    _ = std::io::stderr().write_all(format!("not reattached: {test}: {why}\n").as_bytes());
    true
}

/// A provider in debug mode.
pub(crate) struct Reattached {
    child: Child,
    stdout: BufReader<ChildStdout>,
    environment: BTreeMap<String, String>,
    variable: String,
    socket: PathBuf,
    lifeline: Lifeline,
}

impl Reattached {
    /// Starts `program` in `directory` with exactly this environment; its standard error goes to the
    /// end of `errors`. Comes back when it serves.
    pub(crate) fn start(
        program: &Path,
        directory: &Path,
        environment: &BTreeMap<String, String>,
        errors: &Path,
    ) -> Self {
        let errors = OpenOptions::new().create(true).append(true).open(errors);
        let errors: File = errors.expect("a file for what the provider says");
        let mut child = Command::new(program)
            .arg("-debug")
            .current_dir(directory)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| panic!("{} can't be started: {error}", program.display()));
        let lifeline = Lifeline::of(child.id());
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout
            .read_line(&mut line)
            .expect("the provider prints text");
        let variable = line
            .strip_prefix(VARIABLE)
            .and_then(|rest| rest.trim_end_matches('\n').strip_prefix("='"))
            .and_then(|rest| rest.strip_suffix('\''))
            .unwrap_or_else(|| panic!("the provider says {line:?} where it is"))
            .to_owned();
        let told: serde_json::Value = serde_json::from_str(&variable).expect("it says it as JSON");
        let socket = told["iam-only/iam"]["Addr"]["String"].as_str();
        let socket = socket.unwrap_or_else(|| panic!("no socket in {told}"));
        Self {
            child,
            stdout,
            environment: environment.clone(),
            variable,
            socket: PathBuf::from(socket),
            lifeline,
        }
    }

    /// Whether it was started with this environment.
    pub(crate) fn has(&self, environment: &BTreeMap<String, String>) -> bool {
        self.environment == *environment
    }

    /// The value of [`VARIABLE`].
    pub(crate) fn variable(&self) -> &str {
        &self.variable
    }

    /// Ends it as one does at a terminal. Fails the test unless it then ends at once and well, takes
    /// its socket away, and has said nothing but where it was.
    pub(crate) fn end(mut self) {
        assert!(self.socket.exists(), "the provider's socket is there");
        assert!(
            matches!(self.child.try_wait(), Ok(None)),
            "the provider ended before it was told to"
        );
        signal("INT", &self.child.id().to_string());
        let status = eventually("the provider ends on Ctrl-C", END, || {
            self.child.try_wait().expect("it can be waited for")
        });
        assert_eq!(status.code(), Some(0), "the provider ends well: {status}");
        let home = self.socket.parent().expect("a socket is in a directory");
        assert!(!home.exists(), "{} is left behind", home.display());
        let mut more = String::new();
        self.stdout
            .read_to_string(&mut more)
            .expect("the provider prints text");
        assert_eq!(more, "", "the provider prints more than where it is");
    }
}

impl Drop for Reattached {
    /// A test that failed leaves no provider behind.
    fn drop(&mut self) {
        // First, so that it can't hit another process of the same number.
        self.lifeline.cut();
        if matches!(self.child.try_wait(), Ok(None)) {
            drop(self.child.kill());
            drop(self.child.wait());
            // Killed, it could not clean up.
            drop(std::fs::remove_file(&self.socket));
            drop(self.socket.parent().map(std::fs::remove_dir));
        }
    }
}

/// Ends a process when this program ends, however it does: the keeper waits for the end of its input.
struct Lifeline {
    keeper: Child,
    _input: Option<ChildStdin>,
}

impl Lifeline {
    fn of(process: u32) -> Self {
        let mut keeper = Command::new("sh")
            .args(["-c", "read -r end; kill -INT \"$0\""])
            .arg(process.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        Self {
            _input: keeper.stdin.take(),
            keeper,
        }
    }

    fn cut(&mut self) {
        drop(self.keeper.kill());
        drop(self.keeper.wait());
    }
}
