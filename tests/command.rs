//! The command line as a user has it: the real binary on real files.
//!
//! | module | what it proves |
//! |---|---|
//! | [`check`] | what is told of selectors, and each exit code |
//! | [`explain`] | what is told of records, whichever way they come, and that nothing stops it |
//!
//! Knows the provider as a binary only. What needs no process is tested in `src/command/tests.rs`.

mod check;
mod explain;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A way to log IAM by name that is documented for event data stores and not for trails; as `aws
/// cloudtrail get-event-selectors` prints it.
const BY_NAME: &str = r#"{
    "TrailARN": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
    "AdvancedEventSelectors": [
        {
            "Name": "iam-only",
            "FieldSelectors": [
                { "Field": "eventCategory", "Equals": [ "Management" ] },
                { "Field": "eventName", "Equals": [ "CreateUser", "DeleteUser" ] }
            ]
        }
    ]
}
"#;

/// What came of a command.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    code: Option<i32>,
    output: String,
    errors: String,
}

/// Runs the binary in a directory, with this on its standard input.
fn run(directory: &Path, arguments: &[&str], input: &str) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_terraform-provider-iam"))
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // Who needs no input may be gone before it is written.
    _ = child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input.as_bytes());
    let ended = child.wait_with_output().expect("it ends");
    Ended {
        code: ended.status.code(),
        output: String::from_utf8(ended.stdout).expect("UTF-8"),
        errors: String::from_utf8(ended.stderr).expect("UTF-8"),
    }
}

/// A directory with these files, whose directories are made.
fn directory(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, bytes) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        std::fs::write(path, bytes).expect("a file");
    }
    directory
}

/// Misuse is told in one line, then the usage; exit code 2, and nothing on standard output.
fn is_misuse(ended: &Ended, line: &str) {
    let (first, usage) = ended.errors.split_once("\n\n").expect("two paragraphs");
    assert_eq!(first, format!("terraform-provider-iam: {line}"));
    assert!(
        usage.starts_with("terraform-provider-iam check FILE..."),
        "{usage}"
    );
    assert!(
        usage.contains("terraform-provider-iam explain SELECTORS RECORDS..."),
        "{usage}"
    );
    assert_eq!((ended.code, ended.output.as_str()), (Some(2), ""));
}

#[test]
fn misuse_is_told_with_the_usage() {
    let directory = directory(&[("s.json", BY_NAME.as_bytes())]);
    for (arguments, line) in [
        (
            ["check", "s.json", "--fast"].as_slice(),
            "invalid option '--fast'",
        ),
        (
            &["check", "s.json"],
            "found no --destination; expected one of trail, event_data_store",
        ),
        (
            &["check", "s.json", "--destination", "lake"],
            "found --destination lake; expected one of trail, event_data_store",
        ),
        (
            &["check", "s.json", "none.json", "--destination", "trail"],
            "found no file none.json",
        ),
        (
            &["explain", "none.json", "s.json"],
            "found no file none.json",
        ),
        (&["explain", "s.json", "none"], "found no file none"),
        (
            &["explain", "s.json"],
            "found too few arguments; expected SELECTORS and at least one of RECORDS",
        ),
    ] {
        is_misuse(&run(directory.path(), arguments, ""), line);
    }
}

#[test]
fn help_is_no_misuse() {
    let directory = directory(&[]);
    for arguments in [["check", "--help"], ["explain", "-h"]] {
        let ended = run(directory.path(), &arguments, "");
        assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
        assert!(ended.output.contains("Exit codes:"), "{}", ended.output);
    }
    let ended = run(directory.path(), &["--help"], "");
    assert!(ended.output.contains("check FILE..."), "{}", ended.output);
}
