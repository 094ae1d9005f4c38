//! A proxy that somebody else wrote: tinyproxy, one for each test that needs one.
//!
//! It is taken from `IAM_TEST_PROXY`, the path of a `tinyproxy`, or else from the search path and
//! from where Debian has it. Without it the tests fail: what a proxy of our own would take says
//! nothing of one that is met outside.
//!
//! What is peculiar to it:
//!
//! * to no password it answers 407, as it should; to a wrong one 401, for `CONNECT` too;
//! * a destination that can't be reached is a 500;
//! * names and passwords are made of letters, digits, `.`, `_` and `-`.
//!
//! Imports [`super::process`]. Behind it may stand a [`super::relay`].

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use super::process::eventually;

/// Who may use a proxy that asks for it.
pub(crate) const USER: &str = "build-agent";
/// A password that is found again wherever it leaks.
pub(crate) const PASSWORD: &str = "Corporate-Proxy.s3cret";

/// How long it may take to start.
const START: Duration = Duration::from_secs(10);

/// Where there is no proxy, as `host:port`.
pub(crate) const NOWHERE: &str = "127.0.0.1:1";

/// What a proxy is like.
#[derive(Clone, Copy, Default)]
pub(crate) struct Setting {
    /// Whether it wants [`USER`] and [`PASSWORD`].
    pub(crate) authenticates: bool,
    /// The port of the proxy to which it hands everything on, if it does not go there itself.
    pub(crate) upstream: Option<u16>,
}

/// A proxy that is running, until this is dropped.
pub(crate) struct Proxy {
    directory: tempfile::TempDir,
    port: u16,
    keeper: Child,
    /// While this end is open the proxy lives, as moto does.
    lifeline: Option<ChildStdin>,
}

impl Proxy {
    /// One that wants to know who asks.
    pub(crate) fn authenticating() -> Self {
        Self::start(Setting {
            authenticates: true,
            ..Setting::default()
        })
    }

    /// One that anybody on this machine may use.
    pub(crate) fn open() -> Self {
        Self::start(Setting::default())
    }

    /// One of this setting.
    pub(crate) fn start(setting: Setting) -> Self {
        // Another process may take the port before the proxy does.
        let started = (0..5).find_map(|_| Self::try_start(setting));
        started.expect("tinyproxy starts on a free port")
    }

    fn try_start(setting: Setting) -> Option<Self> {
        let directory = tempfile::Builder::new()
            .prefix("iam-proxy-")
            .tempdir()
            .expect("a temporary directory");
        let port = free_port();
        // Its levels are as many as its kinds of lines: a request is a "connect", that it is ready is
        // an "info".
        let mut lines = vec![
            "Listen 127.0.0.1".to_owned(),
            format!("Port {port}"),
            "Timeout 60".to_owned(),
            "MaxClients 200".to_owned(),
            "LogLevel Info".to_owned(),
            format!("LogFile \"{}\"", directory.path().join("log").display()),
        ];
        if setting.authenticates {
            lines.push(format!("BasicAuth {USER} {PASSWORD}"));
        }
        if let Some(upstream) = setting.upstream {
            lines.push(format!("Upstream http 127.0.0.1:{upstream}"));
        }
        let lines = lines.join("\n") + "\n";
        let file = directory.path().join("tinyproxy.conf");
        std::fs::write(&file, lines).expect("the proxy's configuration");
        // The shell is the keeper: it ends the proxy when its input ends, and ends with the proxy.
        let script = "exec 3<&0
            \"$0\" -d -c \"$1\" 3<&- & proxy=$!
            (read -r end <&3; kill \"$proxy\") >/dev/null 2>&1 &
            wait \"$proxy\"";
        let mut keeper = Command::new("sh")
            .args(["-c", script])
            .arg(executable())
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell");
        let lifeline = keeper.stdin.take();
        let mut proxy = Self {
            directory,
            port,
            keeper,
            lifeline,
        };
        proxy.is_up().then_some(proxy)
    }

    /// Waits until it listens. False if it ended instead.
    fn is_up(&mut self) -> bool {
        let log = self.log();
        let keeper = &mut self.keeper;
        eventually("the proxy listens or ends", START, || {
            let told = std::fs::read_to_string(&log).unwrap_or_default();
            if told.contains("Accepting connections") {
                Some(true)
            } else {
                let ended = keeper.try_wait().expect("it can be waited for");
                ended.map(|_| false)
            }
        })
    }

    /// Where it is, as `host:port`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Its URL, without a user.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Its URL with [`USER`] and this password, whose dashes are percent-encoded.
    pub(crate) fn url_with(&self, password: &str) -> String {
        let encoded = |text: &str| text.replace('-', "%2D");
        let (user, password) = (encoded(USER), encoded(password));
        format!("http://{user}:{password}@{}", self.address())
    }

    /// What it was asked for so far: `CONNECT host:port`, `POST http://host:port/`. Whether it did
    /// that does not matter.
    pub(crate) fn requests(&self) -> Vec<String> {
        let told = std::fs::read_to_string(self.log()).expect("the proxy's log");
        let requests = told.lines().filter_map(|line| {
            let (_, rest) = line.split_once("]: Request (file descriptor ")?;
            let (_, request) = rest.split_once("): ")?;
            let (request, _version) = request.rsplit_once(" HTTP/")?;
            Some(request.to_owned())
        });
        requests.collect()
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("log")
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        drop(self.keeper.wait());
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn executable() -> PathBuf {
    if let Some(named) = super::ambient("IAM_TEST_PROXY") {
        return PathBuf::from(named);
    }
    let path = super::ambient("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(["/usr/bin", "/usr/sbin"].map(PathBuf::from))
        .map(|directory| directory.join("tinyproxy"))
        .find(|candidate| candidate.is_file());
    found.expect(
        "tinyproxy is needed for these tests: run `make test`, which fetches it where it can, \
         install it, or name one in IAM_TEST_PROXY",
    )
}
