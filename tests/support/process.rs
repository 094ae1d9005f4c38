//! Processes of the system, seen from outside: which there are, signals to them, the sockets that
//! they leave, and waiting for something to come true.
//!
//! Imports nothing of ours. It asks the system's own `ps` and `kill`: the standard library has no safe
//! calls for them.

use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How often [`eventually`] looks.
const LOOK: Duration = Duration::from_millis(20);

/// Sends a signal, such as `INT`, to a process, or to a group if `target` begins with a dash.
pub(crate) fn signal(name: &str, target: &str) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), "--", target])
        .status();
    assert!(
        sent.is_ok_and(|status| status.success()),
        "SIG{name} could not be sent to {target}"
    );
}

/// The ids of the processes that were started as `program`, a path which nothing else is called by.
///
/// One that has ended and was not waited for yet has no path any more, so it is not among them.
pub(crate) fn running(program: &Path) -> Vec<u32> {
    let output = Command::new("ps")
        .args(["-A", "-ww", "-o", "pid=", "-o", "args="])
        .output()
        .expect("ps tells the processes");
    assert!(output.status.success(), "ps fails: {output:?}");
    let program = program.display().to_string();
    let told = String::from_utf8_lossy(&output.stdout);
    let processes = told
        .lines()
        .filter_map(|line| line.trim_start().split_once(' '));
    processes
        .filter(|(_, arguments)| arguments.trim_start().split(' ').next() == Some(&program))
        .filter_map(|(id, _)| id.parse().ok())
        .collect()
}

/// Everything in a directory, and in those within it.
pub(crate) fn contents(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        // What goes away while it is looked at is gone.
        let Ok(entry) = entry else { continue };
        found.push(entry.path());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(contents(&entry.path()));
        }
    }
    found
}

/// The sockets in a directory, and in those within it.
pub(crate) fn sockets(directory: &Path) -> Vec<PathBuf> {
    let mut found = contents(directory);
    found.retain(|path| {
        let known = std::fs::symlink_metadata(path);
        known.is_ok_and(|known| known.file_type().is_socket())
    });
    found
}

/// Waits until `look` finds something. Fails the test if that takes longer than `limit`.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(LOOK);
    }
}
