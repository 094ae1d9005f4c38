//! A working directory of its own and the real `terraform` in it.
//!
//! Terraform finds the freshly built provider through `dev_overrides`, so that it starts the binary
//! as it starts any provider and no `terraform init` is needed; or it is led to a running one, in the
//! mode of [`super::reattached`]. The environment is built from nothing: no credential, profile or
//! Terraform setting of the person who runs the tests gets in.
//!
//! Three laws are held here for every command that any test runs: a provider which panicked fails the
//! test, so does one which lets the secret key out, into the output or into the state, and so does
//! one which is still there at the end.
//!
//! Imports nothing of the provider. [`super::case`] drives this step by step; [`super::service`] is
//! the CloudTrail that the provider talks to.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::process::{eventually, running, signal};
use super::reattached::{self, Reattached};

/// The file that holds the resources of the step at hand.
pub(crate) const CONFIGURATION: &str = "main.tf";
/// The file that holds `required_providers` and the provider block.
pub(crate) const PROVIDER: &str = "provider.tf";
/// The saved plan of the step at hand.
pub(crate) const PLAN: &str = "step.tfplan";
/// The state file.
pub(crate) const STATE: &str = "terraform.tfstate";
/// The file that holds what a provider says which is in debug mode.
const ERRORS: &str = "provider.stderr";

/// The variables that hold what must never be seen.
const SECRETS: [&str; 2] = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// How long a provider may stay behind whose terraform was killed.
pub(crate) const ORPHANED: Duration = Duration::from_secs(5);

/// What a crash looks like in Terraform's output: its own crash report, and the words of Rust and of
/// the provider for it.
const CRASHES: [&str; 6] = [
    "panicked",
    "panic: ",
    "The provider has a bug",
    "Stack trace",
    "The plugin encountered an error, and failed to respond",
    "Plugin did not respond",
];

/// Where Terraform's warning of `dev_overrides` begins and ends.
const OVERRIDDEN: (&str, &str) = (
    "Warning: Provider development overrides are in effect",
    "published releases.",
);

/// A working directory, and how `terraform` is run in it.
pub(crate) struct Terraform {
    directory: tempfile::TempDir,
    environment: BTreeMap<String, String>,
    secrets: Vec<String>,
    reattached: Mutex<Option<Reattached>>,
}

impl Terraform {
    /// An empty directory; `access_key` and `secret_key` are the credentials that the provider
    /// finds in its environment, and `secret_key` must never be seen again.
    pub(crate) fn new(access_key: &str, secret_key: &str) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("iam-acceptance-")
            .tempdir()
            .expect("a temporary directory");
        let home = directory.path().join("home");
        let plugins = directory.path().join("plugins");
        std::fs::create_dir(&home).expect("a home directory");
        std::fs::create_dir(&plugins).expect("a directory for the provider");
        std::os::unix::fs::symlink(provider_binary(), plugins.join("terraform-provider-iam"))
            .expect("a link to the provider");
        let settings = directory.path().join("terraform.rc");
        let overrides = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"iam-only/iam\" = {:?}\n  }}\n}}\n",
            plugins.display().to_string()
        );
        std::fs::write(&settings, overrides).expect("the CLI configuration");

        let mut environment = BTreeMap::new();
        for kept in ["PATH", "TMPDIR"] {
            if let Some(value) = super::ambient(kept).and_then(|value| value.into_string().ok()) {
                environment.insert(kept.to_owned(), value);
            }
        }
        for (name, value) in [
            ("HOME", home.display().to_string().as_str()),
            (
                "TF_CLI_CONFIG_FILE",
                settings.display().to_string().as_str(),
            ),
            ("CHECKPOINT_DISABLE", "1"),
            ("TF_IN_AUTOMATION", "1"),
            ("TF_INPUT", "0"),
            // A quarter of a short command's work was to collect its garbage. A large one still does.
            ("GOGC", "off"),
            ("GOMEMLIMIT", "400MiB"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ACCESS_KEY_ID", access_key),
            ("AWS_SECRET_ACCESS_KEY", secret_key),
        ] {
            environment.insert(name.to_owned(), value.to_owned());
        }
        Self {
            directory,
            environment,
            secrets: vec![secret_key.to_owned()],
            reattached: Mutex::new(None),
        }
    }

    /// Sets a variable of the environment for the commands to come. What is set as a credential must
    /// never be seen again.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
        if SECRETS.contains(&name) {
            self.hide(value);
        }
    }

    /// Takes note of a text that must never be seen.
    pub(crate) fn hide(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.secrets.push(secret.to_owned());
        }
    }

    /// Has this looked for in all that is shown and kept from now on: it must never be there.
    pub(crate) fn conceal(&mut self, secret: &str) {
        self.secrets.push(secret.to_owned());
    }

    /// Takes a variable out of the environment for the commands to come.
    pub(crate) fn unset(&mut self, name: &str) {
        self.environment.remove(name);
    }

    /// Gives the commands to come a directory of their own for temporary files, in which a provider
    /// has its socket, and tells where it is. The name is short: a socket's path must be.
    pub(crate) fn temporary(&mut self) -> PathBuf {
        let path = self.path("t");
        std::fs::create_dir(&path).expect("a directory for temporary files");
        self.set("TMPDIR", &path.display().to_string());
        path
    }

    /// Where a file of the working directory is.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    /// The ids of the providers of this directory that are running.
    pub(crate) fn providers(&self) -> Vec<u32> {
        running(&self.provider())
    }

    /// The provider by a path of this directory's own.
    fn provider(&self) -> PathBuf {
        self.path("plugins").join("terraform-provider-iam")
    }

    /// Writes a file of the working directory.
    pub(crate) fn write(&self, file: &str, text: &str) {
        std::fs::write(self.directory.path().join(file), text)
            .unwrap_or_else(|error| panic!("{file} can't be written: {error}"));
    }

    /// Reads a file of the working directory; `None` if there is none.
    pub(crate) fn read(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.directory.path().join(file)).ok()
    }

    /// Runs `terraform` with these arguments, without colour and without questions.
    ///
    /// Panics if the provider crashed or the secret key came out.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.run_unwatched(arguments);
        self.watch(&outcome);
        outcome
    }

    /// Starts `terraform` in a process group of its own, as a shell does, and comes back at once.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Running {
        let arguments = complete(arguments);
        let started = Instant::now();
        let child = self
            .command(&arguments)
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("terraform can't be started: {error}"));
        Running {
            child,
            command: sentence(&arguments),
            started,
        }
    }

    /// Runs `terraform` and hands each line of its output to `show` as it comes, colour and all if
    /// `colour` is wished for. Both streams are in [`Outcome::stdout`], as a terminal shows them.
    pub(crate) fn stream(
        &self,
        arguments: &[&str],
        colour: bool,
        mut show: impl FnMut(&str),
    ) -> Outcome {
        let mut complete = complete(arguments);
        if colour {
            complete.retain(|argument| argument != "-no-color");
        }
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut command = self.command(&complete);
        command
            .stdout(writer.try_clone().expect("a second end of the pipe"))
            .stderr(writer);
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("terraform can't be started: {error}"));
        // The command holds the writing end: reading would never end while it lives.
        drop(command);
        let mut text = String::new();
        for line in BufReader::new(reader).lines() {
            let line = line.expect("terraform prints text");
            show(&line);
            text.push_str(&line);
            text.push('\n');
        }
        let status = child.wait().expect("terraform ends");
        let outcome = Outcome::new(sentence(&complete), status, text, String::new());
        self.watch(&outcome);
        outcome
    }

    /// The saved plan `file` as `terraform show -json` tells it.
    ///
    /// A plan carries a copy of the configuration, credentials of a provider block included, so
    /// that this one output is not searched for the secret.
    pub(crate) fn show_plan(&self, file: &str) -> Value {
        self.run_unwatched(&["show", "-json", file]).json()
    }

    /// The state as `terraform show -json` tells it.
    pub(crate) fn show_state(&self) -> Value {
        self.run(&["show", "-json"]).json()
    }

    /// Fails the test if the provider crashed, or the secret is in this output or in the state.
    pub(crate) fn watch(&self, outcome: &Outcome) {
        for crash in CRASHES {
            assert!(
                !outcome.contains(crash),
                "the provider crashed ({crash:?}): {outcome}"
            );
        }
        for secret in &self.secrets {
            assert!(
                !outcome.contains(secret),
                "the secret key is in the output: {outcome}"
            );
            for file in [STATE, "terraform.tfstate.backup", "errored.tfstate"] {
                let text = self.read(file).unwrap_or_default();
                assert!(
                    !text.contains(secret),
                    "{file} holds the secret key after {outcome}"
                );
            }
        }
        self.watch_reattached();
    }

    /// The same for what a provider in debug mode says by itself.
    fn watch_reattached(&self) {
        let text = self.read(ERRORS).unwrap_or_default();
        for crash in CRASHES {
            assert!(
                !text.contains(crash),
                "the provider crashed ({crash:?}): {text}"
            );
        }
        for secret in &self.secrets {
            assert!(!text.contains(secret), "the provider tells the secret key");
        }
    }

    fn run_unwatched(&self, arguments: &[&str]) -> Outcome {
        let arguments = complete(arguments);
        let output = self
            .command(&arguments)
            .output()
            .unwrap_or_else(|error| panic!("terraform can't be started: {error}"));
        Outcome::new(
            sentence(&arguments),
            output.status,
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    fn command(&self, arguments: &[String]) -> Command {
        let mut command = Command::new("terraform");
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
        if reattached::is_on() {
            command.env(reattached::VARIABLE, self.reattach());
        }
        command
    }

    /// What leads Terraform to the one provider of this directory. It is started if there is none
    /// yet, and another one if the environment has changed since.
    fn reattach(&self) -> String {
        let mut slot = self
            .reattached
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = slot.take_if(|running| !running.has(&self.environment)) {
            running.end();
        }
        let start = || {
            let errors = self.path(ERRORS);
            let directory = self.directory.path();
            Reattached::start(&self.provider(), directory, &self.environment, &errors)
        };
        slot.get_or_insert_with(start).variable().to_owned()
    }
}

impl Drop for Terraform {
    /// The end of a directory whose test has passed so far: no provider may be left.
    fn drop(&mut self) {
        let slot = self.reattached.get_mut();
        let running = slot.unwrap_or_else(PoisonError::into_inner).take();
        if std::thread::panicking() {
            return;
        }
        if let Some(running) = running {
            running.end();
            self.watch_reattached();
        }
        eventually("no provider is left", ORPHANED, || {
            self.providers().is_empty().then_some(())
        });
    }
}

/// A `terraform` that is still running.
pub(crate) struct Running {
    child: Child,
    command: String,
    started: Instant,
}

impl Running {
    /// Ctrl-C as a terminal sends it: to the whole process group, the provider included.
    pub(crate) fn interrupt_group(&self) {
        signal("INT", &format!("-{}", self.child.id()));
    }

    /// An interrupt to terraform alone, as a supervisor of continuous integration sends it.
    pub(crate) fn interrupt_terraform(&self) {
        signal("INT", &self.child.id().to_string());
    }

    /// Ends terraform alone, without a word to anyone.
    pub(crate) fn kill(&self) {
        signal("KILL", &self.child.id().to_string());
    }

    /// Whether it has not ended yet.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for the end. Fails the test if that takes longer than `limit`.
    pub(crate) fn finish(mut self, terraform: &Terraform, limit: Duration) -> Outcome {
        let streams = (self.child.stdout.take(), self.child.stderr.take());
        let stdout = std::thread::spawn(move || streams.0.map(std::io::read_to_string));
        let stderr = std::thread::spawn(move || streams.1.map(std::io::read_to_string));
        let status = loop {
            match self.child.try_wait().expect("terraform can be waited for") {
                Some(status) => break status,
                None if self.started.elapsed() > limit => {
                    panic!("`{}` did not end within {limit:?}", self.command);
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        let text = |reader: std::thread::JoinHandle<Option<std::io::Result<String>>>| {
            reader
                .join()
                .ok()
                .flatten()
                .and_then(Result::ok)
                .unwrap_or_default()
        };
        let outcome = Outcome::new(self.command.clone(), status, text(stdout), text(stderr));
        terraform.watch(&outcome);
        outcome
    }
}

impl Drop for Running {
    /// A test that failed meanwhile leaves no terraform and no provider behind.
    fn drop(&mut self) {
        if self.is_running() {
            signal("KILL", &format!("-{}", self.child.id()));
            drop(self.child.wait());
        }
    }
}

/// What a command printed and how it ended.
pub(crate) struct Outcome {
    /// The command as one would type it.
    pub(crate) command: String,
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// What it printed.
    pub(crate) stdout: String,
    /// What it printed to the other stream: Terraform prints errors there.
    pub(crate) stderr: String,
    signal: Option<i32>,
}

impl Outcome {
    fn new(command: String, status: ExitStatus, stdout: String, stderr: String) -> Self {
        Self {
            command,
            code: status.code(),
            stdout,
            stderr,
            signal: status.signal(),
        }
    }

    /// Whether it ended with exit code 0.
    pub(crate) fn succeeded(&self) -> bool {
        self.code == Some(0)
    }

    /// This, if it ended with exit code 0; otherwise the test fails with all that was printed.
    pub(crate) fn success(self) -> Self {
        assert!(self.succeeded(), "the command failed: {self}");
        self
    }

    /// Whether either stream holds `needle`, to the letter.
    pub(crate) fn contains(&self, needle: &str) -> bool {
        self.stdout.contains(needle) || self.stderr.contains(needle)
    }

    /// All that was printed as one line of words: without frames, without Terraform's line breaks,
    /// which fall anywhere in a sentence, and without its warning of `dev_overrides`, which stands
    /// in every output here and would pass for one of ours.
    pub(crate) fn prose(&self) -> String {
        let all = prose(&format!("{}\n{}", self.stdout, self.stderr));
        match all.split_once(OVERRIDDEN.0) {
            Some((before, rest)) => {
                let after = rest.split_once(OVERRIDDEN.1).map_or("", |(_, after)| after);
                format!("{before}{after}")
            }
            None => all,
        }
    }

    /// Fails the test unless each of `needles` is in the words that were printed.
    pub(crate) fn says(&self, needles: &[impl AsRef<str>]) -> &Self {
        let prose = self.prose();
        for needle in needles {
            let needle = needle.as_ref();
            assert!(prose.contains(needle), "{needle:?} is not said by {self}");
        }
        self
    }

    /// Whether a command with `-json` told an event of this type. Fails the test if it told none at
    /// all.
    pub(crate) fn tells(&self, event: &str) -> bool {
        let events: Vec<Value> = self
            .stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        assert!(
            events.iter().any(|told| told["type"] == "version"),
            "no events: {self}"
        );
        events.iter().any(|told| told["type"] == event)
    }

    fn json(&self) -> Value {
        assert!(self.succeeded(), "the command failed: {self}");
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("this is not JSON ({error}): {self}"))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match (self.code, self.signal) {
            (Some(code), _) => format!("exit code {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "no exit code".to_owned(),
        };
        writeln!(formatter, "`{}`, {end}", self.command)?;
        for (stream, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(formatter, "--- {stream}\n{}", text.trim_end())?;
            }
        }
        formatter.write_str("---")
    }
}

/// Text of Terraform as one line: frames and escape sequences gone, white space single.
pub(crate) fn prose(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => drop(rest.by_ref().find(char::is_ascii_alphabetic)),
            '│' | '╷' | '╵' => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The provider that was built with the tests: Cargo names it to a test; an example finds it one
/// directory up. `IAM_TEST_PROVIDER` names another, such as a release build.
pub(crate) fn provider_binary() -> PathBuf {
    if let Some(named) = super::ambient("IAM_TEST_PROVIDER") {
        return PathBuf::from(named);
    }
    if let Some(built) = option_env!("CARGO_BIN_EXE_terraform-provider-iam") {
        return PathBuf::from(built);
    }
    let this = std::env::current_exe().expect("the path of this program");
    let found = this
        .ancestors()
        .map(|directory| directory.join("terraform-provider-iam"))
        .find(|candidate| candidate.is_file());
    found.expect("terraform-provider-iam is built: `cargo build` does it")
}

/// `arguments` with the flags that every command of ours has, where the command takes them.
fn complete(arguments: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = arguments
        .iter()
        .map(|&argument| argument.to_owned())
        .collect();
    let words: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|word| !word.starts_with('-'))
        .collect();
    let flags: &[&str] = match words.first().copied() {
        Some("plan" | "apply" | "destroy" | "import" | "refresh") => &["-no-color", "-input=false"],
        Some("validate" | "show") => &["-no-color"],
        _ => &[],
    };
    // Right after the command, before names of files and addresses.
    for flag in flags.iter().rev() {
        all.insert(1, (*flag).to_owned());
    }
    all
}

fn sentence(arguments: &[String]) -> String {
    let shown = arguments
        .iter()
        .filter(|word| !["-no-color", "-input=false"].contains(&word.as_str()));
    shown.fold("terraform".to_owned(), |line, word| {
        format!("{line} {word}")
    })
}
