//! A common recipe filters a trail by event name in three forms: a CloudFormation template, a script
//! of boto3, and an organization's trail. Here its forms are shown to fail as the guide says that they
//! do, and ours, in `examples/article/`, to work.
//!
//! | module | promises about |
//! |---|---|
//! | [`recipe`] | the recipe's forms: each message that `docs/guides/filtering-by-event-name.md` quotes |
//! | [`template`] | the CloudFormation templates: what is in them, and what comes of them |
//! | [`script`] | the script of boto3: what it puts, shows and saves, and when it does not |
//! | [`organization`] | the organization's trail: by whom, and that nobody else gets that far |
//!
//! Beside them lie `recipe.yaml` and `recipe.py`, which the guide shows, and `stack.py`, which keeps a
//! stack of CloudFormation on this machine.

mod organization;
mod recipe;
mod script;
mod template;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::ambient;
use crate::support::moto;
use crate::support::service::Service;
use crate::support::terraform::Terraform;

/// The guide, in which a quotation is a line.
const GUIDE: &str = "docs/guides/filtering-by-event-name.md";

/// Fails the test unless the guide quotes what a program said, word for word: the lines that begin
/// like this.
fn quoted(said: &str, beginnings: &[&str]) {
    let guide = text(GUIDE);
    for beginning in beginnings {
        let line = said.lines().find(|line| line.starts_with(beginning));
        let line = line.unwrap_or_else(|| panic!("{beginning:?} is not said: {said}"));
        let there = guide.lines().any(|quotation| quotation == line);
        assert!(there, "the guide does not quote {line:?}");
    }
}

/// Where a file of the project is.
fn place(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of the project.
fn text(path: &str) -> String {
    std::fs::read_to_string(place(path))
        .unwrap_or_else(|error| panic!("{path} can't be read: {error}"))
}

/// A working directory with the files of an example in it; its provider is led to the service.
fn example(service: &Service, folder: &str) -> Terraform {
    let terraform = service.terraform();
    let folder = format!("examples/{folder}");
    let files = std::fs::read_dir(place(&folder)).expect("the example's folder");
    for file in files {
        let name = file.expect("a file").file_name();
        let name = name.to_str().expect("a name");
        terraform.write(name, &text(&format!("{folder}/{name}")));
    }
    terraform.write("provider_override.tf", &service.provider("us-east-1", ""));
    terraform
}

/// What an example's output is, to the letter, once it is applied with these variables.
fn output(service: &Service, folder: &str, variables: &[(&str, &str)], name: &str) -> String {
    let mut terraform = example(service, folder);
    for (variable, value) in variables {
        terraform.set(&format!("TF_VAR_{variable}"), value);
    }
    terraform.run(&["apply", "-auto-approve"]).success();
    let told = terraform.run(&["output", "-raw", name]).success();
    terraform.run(&["destroy", "-auto-approve"]).success();
    told.stdout
}

/// How a program ended.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// Fails the test unless it ended with this code and said each of `needles`, in this order of
    /// streams: what it shows, and what it complains of.
    fn with(&self, code: i32, shown: &[&str], complained: &[&str]) -> &Self {
        let all = format!("{}\n---\n{}", self.stdout, self.stderr);
        assert_eq!(self.code, Some(code), "{all}");
        for (stream, needles) in [(&self.stdout, shown), (&self.stderr, complained)] {
            for needle in needles {
                assert!(stream.contains(needle), "{needle:?} is not said: {all}");
            }
        }
        if complained.is_empty() {
            assert_eq!(self.stderr, "", "{all}");
        }
        self
    }
}

/// A program that boto3 or the AWS CLI is in, with nothing of this machine but the service, and the
/// Region that most trails here are in.
fn client(service: &Service, program: &Path, directory: &Path) -> Command {
    let (access_key, secret_key) = service.keys();
    let mut command = Command::new(program);
    command
        .current_dir(directory)
        .env_clear()
        .env("PATH", ambient("PATH").unwrap_or_default())
        .env("HOME", directory)
        .env("AWS_ENDPOINT_URL", service.url())
        .env("AWS_ACCESS_KEY_ID", access_key)
        .env("AWS_SECRET_ACCESS_KEY", secret_key)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        // What fails is told at once, and nothing is left in the project's folders.
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null());
    command
}

/// A program that came with that Python, such as the AWS CLI.
fn tool(name: &str) -> PathBuf {
    moto::python().with_file_name(name)
}

/// A Python program of the project.
fn python(service: &Service, program: &str, directory: &Path) -> Command {
    let mut command = client(service, &moto::python(), directory);
    command.arg(place(program));
    command
}

/// Runs it to its end.
fn run(mut command: Command) -> Ended {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} can't be started: {error}"));
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A folder for a program to work in.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}
