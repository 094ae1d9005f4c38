//! The processes: whatever ends a terraform, its provider goes too and leaves nothing behind; and
//! what a provider says that was started in any other way.
//!
//! On the simulator only, which can hold up a request; what a provider that is started by hand does
//! concerns no service at all. Stops that terraform itself hands on, and the state after them, are in
//! [`super::interrupted`].

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::{RECIPE, event_names, only, selector};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step};
use crate::support::process::{contents, eventually, signal, sockets};
use crate::support::reattached::spawned_only;
use crate::support::selectors::service_default;
use crate::support::service::{Service, Trail};
use crate::support::state::State;
use crate::support::terraform::{
    CONFIGURATION, ORPHANED, Outcome, PROVIDER, Running, Terraform, provider_binary,
};

/// Why tests of this module are kept out of the reattached mode.
const ABOUT: &str = "it is about the process that terraform starts";
/// The same for a provider that is started by hand.
const BY_HAND: &str = "it starts the provider by itself";

/// By when a terraform must have ended.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long Terraform gives a provider to end.
const GRACE: Duration = Duration::from_secs(2);

/// How Terraform shows that it knows it is starting a plugin.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// A directory with one resource, whose temporary files are in a directory of their own.
fn prepared(service: &Service, trail: &Trail<'_>) -> (Terraform, PathBuf) {
    let mut terraform = service.terraform();
    let temporary = terraform.temporary();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&RECIPE)));
    (terraform, temporary)
}

/// Fails unless nothing of a provider is there.
#[track_caller]
fn nothing_is_left(terraform: &Terraform, temporary: &Path, after: &Outcome) {
    let (providers, files) = (terraform.providers(), contents(temporary));
    assert!(
        providers.is_empty(),
        "{providers:?} are left behind after {after}"
    );
    assert!(files.is_empty(), "{files:?} are left behind after {after}");
}

/// The provider and its socket while a command is under way; the socket is open to nobody else.
fn provider_at_work(terraform: &Terraform, temporary: &Path) -> (u32, PathBuf) {
    let (providers, sockets) = (terraform.providers(), sockets(temporary));
    let ([provider], [socket]) = (providers.as_slice(), sockets.as_slice()) else {
        panic!("one provider and one socket, not {providers:?} and {sockets:?}")
    };
    let mode = |path: &Path| fs::metadata(path).expect("it is there").mode() & 0o777;
    assert_eq!(mode(socket), 0o600);
    assert_eq!(mode(socket.parent().expect("a directory")), 0o700);
    (*provider, socket.clone())
}

/// Starts a command, holds up a request of its provider, lets `end` happen to terraform, and looks
/// that the provider and its socket are gone while the request still waits. Then another apply comes
/// to the end, and destroy puts back what was there.
fn ended(operation: &'static str, command: &[&str], end: impl Fn(&Running)) {
    let service = Service::simulator();
    let trail = service.trail();
    let (terraform, temporary) = prepared(&service, &trail);
    let held = service.hold(operation);
    let running = terraform.spawn(command);
    held.arrived();
    provider_at_work(&terraform, &temporary);
    end(&running);
    eventually("the provider and its socket are gone", ORPHANED, || {
        (terraform.providers().is_empty() && contents(&temporary).is_empty()).then_some(())
    });
    let outcome = running.finish(&terraform, PATIENCE);
    assert!(!outcome.succeeded(), "{outcome}");
    held.release();

    terraform.run(&["apply", "-auto-approve"]).success();
    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
    let settled = terraform.run(&["plan", "-detailed-exitcode"]);
    assert!(settled.succeeded(), "{settled}");
    terraform.run(&["destroy", "-auto-approve"]).success();
}

/// A terraform that is killed in the middle of an apply can tell its provider nothing. The provider
/// finds out, ends, and takes its socket away.
#[test]
fn kill_in_the_middle_of_an_apply_leaves_nothing_behind() {
    if spawned_only(ABOUT) {
        return;
    }
    ended(
        "PutEventSelectors",
        &["apply", "-auto-approve"],
        Running::kill,
    );
}

/// Nor in the middle of a plan.
#[test]
fn kill_in_the_middle_of_a_plan_leaves_nothing_behind() {
    if spawned_only(ABOUT) {
        return;
    }
    ended("GetEventSelectors", &["plan"], Running::kill);
}

/// Who can't wait and presses Ctrl-C twice ends terraform at once. Terraform warns that data may be
/// lost; no provider is.
#[test]
fn two_interrupts_leave_nothing_behind() {
    if spawned_only(ABOUT) {
        return;
    }
    ended(
        "PutEventSelectors",
        &["apply", "-auto-approve"],
        |running| {
            running.interrupt_group();
            std::thread::sleep(Duration::from_millis(300));
            running.interrupt_group();
        },
    );
}

/// Every command in turn: as soon as it has ended, well or not, no provider and no socket is there,
/// and none had to be killed for it.
#[test]
fn a_command_leaves_nothing_behind() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let (mut terraform, temporary) = prepared(&service, &trail);
    // Terraform warns in its log of a provider that did not end by itself.
    terraform.set("TF_LOG", "WARN");
    let succeeds: [(&[&str], bool); 9] = [
        (&["validate"], true),
        (&["providers", "schema", "-json"], true),
        (&["plan"], true),
        (&["apply", "-auto-approve"], true),
        (&["apply", "-refresh-only", "-auto-approve"], true),
        (&["import", "iam_only_trail_selector.this", "x"], false),
        (&["plan", "-replace=iam_only_trail_selector.this"], true),
        (&["destroy", "-auto-approve"], true),
        (&["import", "iam_only_trail_selector.this", "x"], false),
    ];
    for (command, well) in succeeds {
        let outcome = terraform.run(command);
        nothing_is_left(&terraform, &temporary, &outcome);
        assert_eq!(outcome.succeeded(), well, "{outcome}");
        assert!(!outcome.contains("exit gracefully"), "{outcome}");
    }
    trail.has(&service_default());
}

/// An interrupted apply, too, ends its provider, and needs not kill it.
#[test]
fn an_interrupted_apply_leaves_nothing_behind() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let (mut terraform, temporary) = prepared(&service, &trail);
    terraform.set("TF_LOG", "WARN");
    let held = service.hold("PutEventSelectors");
    let running = terraform.spawn(&["apply", "-auto-approve"]);
    held.arrived();
    let (provider, _socket) = provider_at_work(&terraform, &temporary);
    running.interrupt_group();
    // The provider heard it as well, and goes on with what terraform waits for.
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(terraform.providers(), [provider]);
    held.release();
    let outcome = running.finish(&terraform, PATIENCE);
    nothing_is_left(&terraform, &temporary, &outcome);
    assert!(!outcome.contains("exit gracefully"), "{outcome}");
    let state = State::new(terraform.show_state());
    assert_eq!(state.addresses(), ["iam_only_trail_selector.this"]);
}

/// Ctrl-C while a throttled call waits for its next attempt, of which there may be 25: the wait ends,
/// the error tells what was waited for, and the state is what it was. The apply after it, on a
/// provider that was told to stop if it is the same one, comes to the end.
fn throttled(operation: &str, command: &[&str]) {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let (terraform, _temporary) = prepared(&service, &trail);
    simulator.inject(Fault::on(operation, What::Throttle).always());
    let attempts = || {
        let journal = simulator.journal();
        let attempts = journal.iter().filter(|call| call.operation == operation);
        attempts.count()
    };
    let running = terraform.spawn(command);
    eventually("a call is throttled again", PATIENCE, || {
        (attempts() > 1).then_some(())
    });
    let (made, interrupted) = (attempts(), Instant::now());
    running.interrupt_group();
    let outcome = running.finish(&terraform, PATIENCE);
    let took = interrupted.elapsed();

    assert!(!outcome.succeeded(), "{outcome}");
    assert!(took < Duration::from_secs(5), "{took:?}: {outcome}");
    outcome.says(&[
        "Interrupt received",
        "Error: Stopped before the work was done",
        "ThrottlingException: Rate exceeded",
        "Run the command again",
    ]);
    assert!(attempts() <= made + 1, "{made}, then {}", attempts());
    assert!(State::new(terraform.show_state()).addresses().is_empty());
    trail.has(&service_default());

    simulator.clear_faults();
    terraform.run(&["apply", "-auto-approve"]).success();
    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
    terraform.run(&["destroy", "-auto-approve"]).success();
    trail.has(&service_default());
}

/// In an apply, before its Put.
#[test]
fn ctrl_c_ends_the_wait_for_a_throttled_put() {
    throttled("PutEventSelectors", &["apply", "-auto-approve"]);
}

/// In a plan, before its reads.
#[test]
fn ctrl_c_ends_the_wait_for_a_throttled_read() {
    throttled("GetEventSelectors", &["plan"]);
}

/// The provider, with nothing in its environment but these variables and a directory for temporary
/// files.
fn by_hand(temporary: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(provider_binary());
    command
        .args(arguments)
        .env_clear()
        .env("TMPDIR", temporary)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end, which leaves nothing in the directory: exit code, stdout, stderr.
fn says(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    let temporary = tempfile::tempdir().expect("a directory");
    let Output {
        status,
        stdout,
        stderr,
    } = by_hand(temporary.path(), arguments, variables)
        .output()
        .expect("the provider starts");
    let left = contents(temporary.path());
    assert!(left.is_empty(), "{left:?} are left behind");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    (status.code(), text(stdout), text(stderr))
}

/// A provider by hand that serves.
struct Serving {
    child: Child,
    socket: PathBuf,
}

impl Serving {
    /// Starts it and finds its socket in the line that it prints.
    fn start(mut command: Command, socket: impl Fn(&str) -> String) -> Self {
        let mut child = command.spawn().expect("the provider starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it prints text");
        let socket = PathBuf::from(socket(line.trim_end()));
        assert!(socket.exists(), "{line}");
        Self { child, socket }
    }

    /// Sends a signal, after which it must end well, say nothing, and leave no socket.
    fn ends_on(mut self, name: &str) {
        signal(name, &self.child.id().to_string());
        let status = eventually("the provider ends", GRACE, || {
            self.child.try_wait().expect("it can be waited for")
        });
        assert_eq!(status.code(), Some(0), "SIG{name}: {status}");
        assert!(!self.socket.exists(), "SIG{name}");
        let home = self.socket.parent().expect("a directory");
        assert!(!home.exists(), "SIG{name} leaves {}", home.display());
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("it prints text");
        assert_eq!(said, "", "SIG{name}");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Whoever tells an idle provider to end gets its end, and the socket goes with it; in debug mode
/// Ctrl-C does the same.
#[test]
fn a_signal_to_an_idle_provider_removes_its_socket() {
    if spawned_only(BY_HAND) {
        return;
    }
    let handshake = |line: &str| {
        let fields: Vec<&str> = line.split('|').collect();
        assert_eq!(fields[..3], ["1", "6", "unix"], "{line}");
        assert_eq!(fields[4..], ["grpc", ""], "{line}");
        fields[3].to_owned()
    };
    let reattach = |line: &str| {
        let json = line
            .strip_prefix("TF_REATTACH_PROVIDERS='")
            .and_then(|rest| rest.strip_suffix('\''));
        let told: serde_json::Value =
            serde_json::from_str(json.unwrap_or_else(|| panic!("{line}"))).expect("JSON");
        let told = &told["iam-only/iam"];
        assert_eq!(told["ProtocolVersion"], 6, "{line}");
        assert_eq!(told["Test"], true, "{line}");
        told["Addr"]["String"].as_str().expect("a path").to_owned()
    };
    let temporary = tempfile::tempdir().expect("a directory");
    for name in ["TERM", "HUP"] {
        let command = by_hand(temporary.path(), &[], &[COOKIE]);
        Serving::start(command, handshake).ends_on(name);
    }
    for name in ["TERM", "HUP", "INT"] {
        let command = by_hand(temporary.path(), &["-debug"], &[]);
        Serving::start(command, reattach).ends_on(name);
    }
    let left = contents(temporary.path());
    assert!(left.is_empty(), "{left:?} are left behind");
}

/// Started by hand the provider says what it is, and what it can be asked; nothing is on stdout,
/// where a handshake would be taken for one.
#[test]
fn started_by_hand_it_says_what_it_is() {
    if spawned_only(BY_HAND) {
        return;
    }
    for variables in [&[][..], &[(COOKIE.0, "another")]] {
        let (code, stdout, stderr) = says(&[], variables);
        assert_eq!(code, Some(1));
        assert_eq!(stdout, "");
        for needle in [
            "Terraform starts it by itself",
            "source = \"iam-only/iam\"",
            "--version",
            "-debug",
        ] {
            assert!(stderr.contains(needle), "{needle:?} is not in {stderr}");
        }
    }
}

/// What it is asked it answers, on stdout, with exit code 0, with or without the cookie.
#[test]
fn started_by_hand_it_answers() {
    if spawned_only(BY_HAND) {
        return;
    }
    let version = format!("terraform-provider-iam {}\n", env!("CARGO_PKG_VERSION"));
    for variables in [&[][..], &[COOKIE]] {
        let ok = |text: &str| (Some(0), text.to_owned(), String::new());
        assert_eq!(says(&["--version"], variables), ok(&version));
        let (code, help, stderr) = says(&["--help"], variables);
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        assert!(help.contains("Terraform starts it by itself"), "{help}");
    }
}

/// An argument that means nothing is told, with those that do, and nothing is served.
#[test]
fn an_unknown_argument_is_told() {
    if spawned_only(BY_HAND) {
        return;
    }
    for variables in [&[][..], &[COOKIE]] {
        let (code, stdout, stderr) = says(&["--serve"], variables);
        assert_eq!(code, Some(1));
        assert_eq!(stdout, "");
        assert!(stderr.contains("Found the argument `--serve`"), "{stderr}");
        assert!(stderr.contains("--version"), "{stderr}");
    }
}

/// Without TLS, as `TF_DISABLE_PLUGIN_TLS` wishes it, all works as with it.
#[test]
fn without_tls_all_works() {
    if spawned_only("a running provider in debug mode never has TLS") {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    Case::new(&service)
        .terraform(|terraform| terraform.set("TF_DISABLE_PLUGIN_TLS", "1"))
        .step(Step::config(selector(&trail.arn, &only(&RECIPE))))
        .step(Step::config(selector(&trail.arn, &only(&["CreateUser"]))))
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// A directory for temporary files which a socket's path would be too long in, or which is not there,
/// is no obstacle.
#[test]
fn a_socket_finds_a_place() {
    if spawned_only(ABOUT) {
        return;
    }
    let service = Service::simulator();
    let trail = service.trail();
    let (mut terraform, temporary) = prepared(&service, &trail);
    let long = temporary.join("x".repeat(100));
    fs::create_dir(&long).expect("a directory");
    for place in [long, temporary.join("missing")] {
        terraform.set("TMPDIR", &place.display().to_string());
        let outcome = terraform.run(&["plan"]).success();
        assert!(contents(&place).is_empty(), "{outcome}");
    }
}

/// A host that wants the socket to be open to a group is refused with a sentence, which is in
/// Terraform's log: its own message can only guess.
#[test]
fn a_socket_for_a_group_is_refused() {
    if spawned_only(ABOUT) {
        return;
    }
    let (code, stdout, stderr) = says(&[], &[COOKIE, ("PLUGIN_UNIX_SOCKET_GROUP", "0")]);
    assert_eq!(code, Some(1));
    assert_eq!(stdout, "");
    assert_eq!(
        stderr,
        "[ERROR] PLUGIN_UNIX_SOCKET_GROUP is set, but this provider opens its socket to nobody \
         else. Unset it.\n"
    );

    let service = Service::simulator();
    let trail = service.trail();
    let (mut terraform, temporary) = prepared(&service, &trail);
    terraform.set("PLUGIN_UNIX_SOCKET_GROUP", "0");
    terraform.set("TF_LOG", "ERROR");
    let outcome = terraform.run(&["plan"]);
    assert!(!outcome.succeeded(), "{outcome}");
    outcome.says(&["PLUGIN_UNIX_SOCKET_GROUP is set", "Unset it."]);
    nothing_is_left(&terraform, &temporary, &outcome);
}

/// A client certificate that is none would let nobody in: the provider says so and ends, where others
/// go on and refuse every call.
#[test]
fn a_broken_client_certificate_is_told() {
    if spawned_only(BY_HAND) {
        return;
    }
    for certificate in [
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nbm8gY2VydGlmaWNhdGU=\n-----END PRIVATE KEY-----\n",
    ] {
        let (code, stdout, stderr) = says(&[], &[COOKIE, ("PLUGIN_CLIENT_CERT", certificate)]);
        assert_eq!(code, Some(1), "{certificate}: {stderr}");
        assert_eq!(stdout, "", "{certificate}");
        let [line] = stderr.lines().collect::<Vec<_>>()[..] else {
            panic!("one line, not {stderr:?}")
        };
        assert!(line.starts_with("[ERROR] "), "{line}");
        assert!(line.contains("client certificate"), "{line}");
    }
}
