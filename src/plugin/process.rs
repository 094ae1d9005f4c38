//! When this process should end by itself, rather than because Terraform says so over gRPC.
//!
//! May import nothing of ours. It only tells: the door ends what is going on.
//!
//! Ctrl-C is not among the reasons. A terminal sends it to Terraform and to every plugin at once, and
//! it is Terraform's to handle: a plugin that heeded it would cut an apply in the middle.

use std::io;
#[cfg(unix)]
use std::time::Duration;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(not(unix))]
use tokio::signal::windows::{CtrlC, ctrl_c};

/// Why this process should end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Terraform is gone without having told us to shut down: it was killed, or it crashed.
    Orphaned,
    /// Someone asked this process to end: SIGTERM, or SIGHUP as its terminal went away.
    Terminated,
    /// Ctrl-C in debug mode, where someone started this process by hand.
    Interrupted,
}

/// How often we look whether Terraform is still there. The system tells nobody when a parent dies.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(250);

/// What can end this process, watched from the moment this is made.
#[derive(Debug)]
pub struct Ends {
    debug: bool,
    #[cfg(unix)]
    signals: Signals,
    #[cfg(unix)]
    parent: u32,
    #[cfg(not(unix))]
    interrupt: CtrlC,
}

#[cfg(unix)]
#[derive(Debug)]
struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
}

#[cfg(unix)]
impl Ends {
    /// Starts to watch. To be called before anyone is told that this process serves: from then on
    /// Ctrl-C no longer ends it, not even once this value is gone. Must be called within the runtime.
    ///
    /// In debug mode the parent is a shell, which may well go first, and Ctrl-C is how to end.
    ///
    /// # Errors
    ///
    /// What the system says when a signal cannot be watched.
    pub fn watch(debug: bool) -> io::Result<Self> {
        Ok(Self {
            debug,
            signals: Signals {
                terminate: signal(SignalKind::terminate())?,
                hang_up: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
            },
            parent: std::os::unix::process::parent_id(),
        })
    }

    /// Waits until there is a reason to end, if there ever is one.
    pub async fn wait(self) -> End {
        let Self {
            debug,
            signals:
                Signals {
                    mut terminate,
                    mut hang_up,
                    mut interrupt,
                },
            parent,
        } = self;
        tokio::select! {
            // None is not possible: the signals stay watched as long as the process.
            Some(()) = terminate.recv() => End::Terminated,
            Some(()) = hang_up.recv() => End::Terminated,
            Some(()) = interrupt.recv(), if debug => End::Interrupted,
            () = gone(parent), if !debug => End::Orphaned,
        }
    }
}

/// Waits until this process has another parent than at first: who lost its own is given a new one.
#[cfg(unix)]
async fn gone(parent: u32) {
    while std::os::unix::process::parent_id() == parent {
        tokio::time::sleep(LOOK).await;
    }
}

#[cfg(not(unix))]
impl Ends {
    /// Starts to watch. Here there is nothing but Ctrl-C to watch for.
    ///
    /// # Errors
    ///
    /// What the system says when it cannot be watched.
    pub fn watch(debug: bool) -> io::Result<Self> {
        Ok(Self {
            debug,
            interrupt: ctrl_c()?,
        })
    }

    /// Waits until there is a reason to end, if there ever is one.
    pub async fn wait(mut self) -> End {
        while self.interrupt.recv().await.is_some() {
            if self.debug {
                return End::Interrupted;
            }
        }
        std::future::pending().await
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::{BufRead as _, BufReader, Lines};
    use std::process::{Child, ChildStdout, Command, Stdio};
    use std::time::Duration;

    use super::{End, Ends};

    /// Not a test: the process that the tests below start and send signals to.
    #[tokio::test]
    #[ignore = "no test by itself: the child process which the tests beside it start and signal"]
    async fn started_by_terraform() {
        watch_and_tell(false).await;
    }

    /// Not a test: the same, in debug mode.
    #[tokio::test]
    #[ignore = "no test by itself: the child process which the tests beside it start and signal"]
    async fn started_by_hand() {
        watch_and_tell(true).await;
    }

    async fn watch_and_tell(debug: bool) {
        let ends = Ends::watch(debug).expect("watched");
        println!("\nready {}", std::process::id());
        let end = tokio::time::timeout(Duration::from_secs(10), ends.wait()).await;
        if let Ok(end) = end {
            println!("\nend {end:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
            println!("\nstill there");
        }
    }

    /// A process that watches, started by a shell that ends when its input does.
    struct Watcher {
        shell: Child,
        said: Lines<BufReader<ChildStdout>>,
        id: String,
    }

    impl Watcher {
        fn start(which: &str) -> Self {
            let (_, here) = module_path!().split_once("::").expect("in a crate");
            let mut shell = Command::new("sh")
                .args(["-c", "\"$0\" \"$@\" & read line"])
                .arg(std::env::current_exe().expect("this program"))
                .args(["--exact", "--ignored", "--nocapture"])
                .arg(format!("{here}::{which}"))
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("a shell");
            let said = BufReader::new(shell.stdout.take().expect("piped")).lines();
            let mut started = Self {
                shell,
                said,
                id: String::new(),
            };
            started.id = started.hear("ready ");
            started
        }

        /// What follows the word, once it is said.
        fn hear(&mut self, word: &str) -> String {
            let heard = self.said.find_map(|line| {
                let line = line.expect("readable");
                line.strip_prefix(word).map(str::to_owned)
            });
            heard.unwrap_or_else(|| panic!("it never said {word:?}"))
        }

        fn send(&self, signal: &str) {
            let sent = Command::new("sh")
                .args(["-c", "kill -s \"$0\" \"$1\"", signal, &self.id])
                .status();
            assert!(sent.expect("a shell").success(), "{signal} was not sent");
        }

        fn ends_as(mut self, end: End) -> Self {
            assert_eq!(self.hear("end "), format!("{end:?}"));
            self
        }

        /// Ends the shell, which is the watcher's parent.
        fn orphan(&mut self) {
            drop(self.shell.stdin.take());
            self.shell.wait().expect("ended");
        }
    }

    impl Drop for Watcher {
        fn drop(&mut self) {
            self.orphan();
            // It must not write to nobody.
            self.said.by_ref().for_each(drop);
        }
    }

    /// Ctrl-C is Terraform's to handle: it ends nothing, not even while we end for another reason.
    #[test]
    fn an_interrupt_is_swallowed() {
        let watcher = Watcher::start("started_by_terraform");
        watcher.send("INT");
        std::thread::sleep(Duration::from_millis(100));
        watcher.send("INT");
        watcher.send("TERM");
        let mut watcher = watcher.ends_as(End::Terminated);
        watcher.send("INT");
        watcher.hear("still there");
    }

    /// In debug mode Ctrl-C is how to end.
    #[test]
    fn an_interrupt_ends_debugging() {
        let watcher = Watcher::start("started_by_hand");
        watcher.send("INT");
        watcher.ends_as(End::Interrupted);
    }

    /// Who asks this process to end is heard, in either mode.
    #[test]
    fn being_asked_ends() {
        for which in ["started_by_terraform", "started_by_hand"] {
            for signal in ["TERM", "HUP"] {
                let watcher = Watcher::start(which);
                watcher.send(signal);
                watcher.ends_as(End::Terminated);
            }
        }
    }

    /// When Terraform dies this process does not stay behind.
    #[test]
    fn an_orphan_ends() {
        let mut watcher = Watcher::start("started_by_terraform");
        watcher.orphan();
        watcher.ends_as(End::Orphaned);
    }

    /// In debug mode the shell may go, and the process stays.
    #[test]
    fn an_orphan_may_debug() {
        let mut watcher = Watcher::start("started_by_hand");
        watcher.orphan();
        std::thread::sleep(super::LOOK * 3);
        watcher.send("INT");
        watcher.ends_as(End::Interrupted);
    }
}
