//! The one run of terraform that all tests here share, and how a Python program is run.
//!
//! Terraform is planned, not applied: all that is asked for is known then. Imports the simulator (to
//! have a provider block; nobody is asked), `support`, and [`choices`](super::choices) and
//! [`records`](super::records).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::choices::{AWKWARD, CHOICES, Choice};
use super::records::{self, Made};
use crate::support::ambient;
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PLAN, PROVIDER};

/// What the run came to.
pub(super) struct Stage {
    documents: BTreeMap<&'static str, Value>,
    verdicts: BTreeMap<&'static str, Vec<Option<bool>>>,
    by_name: BTreeMap<&'static str, Vec<Option<bool>>>,
    /// The records that the verdicts are about, in that order.
    pub(super) records: Vec<Made>,
}

static STAGE: LazyLock<Stage> = LazyLock::new(Stage::run);

/// The run, made by the first who asks.
pub(super) fn stage() -> &'static Stage {
    &STAGE
}

impl Stage {
    /// A document of a choice.
    pub(super) fn text(&self, choice: &Choice, key: &str) -> &str {
        let found = &self.documents[choice.name][key];
        found
            .as_str()
            .unwrap_or_else(|| panic!("{}.{key} is {found}", choice.name))
    }

    /// A document that may be several.
    pub(super) fn texts(&self, choice: &Choice, key: &str) -> Vec<&str> {
        let found = self.documents[choice.name][key].as_array();
        let found = found.unwrap_or_else(|| panic!("{}.{key} is no list", choice.name));
        assert!(!found.is_empty(), "{}.{key} is empty", choice.name);
        found.iter().filter_map(Value::as_str).collect()
    }

    /// The selectors of a choice, as the AWS CLI takes them.
    pub(super) fn selectors(&self, choice: &Choice) -> Value {
        serde_json::from_str(self.text(choice, "aws_cli_json")).expect("aws_cli_json is JSON")
    }

    /// What `logs_event` says of each record, by the exact selectors of a choice.
    pub(super) fn verdicts(&self, choice: &Choice) -> &[Option<bool>] {
        &self.verdicts[choice.name]
    }

    /// The same by name and source, of a choice of reads or writes only.
    pub(super) fn verdicts_by_name(&self, choice: &Choice) -> &[Option<bool>] {
        &self.by_name[choice.name]
    }

    fn run() -> Self {
        let records = records::all();
        let service = Service::simulator();
        let terraform = service.terraform();
        let plain: Vec<&Value> = records.iter().map(|made| &made.record).collect();
        terraform.write("records.json", &json!(plain).to_string());
        terraform.write("awkward.json", &json!(AWKWARD).to_string());
        terraform.write(PROVIDER, &service.provider("us-east-1", ""));
        terraform.write(CONFIGURATION, &configuration());
        let into = format!("-out={PLAN}");
        terraform.run(&["plan", &into]).success();
        let shown = terraform.show_plan(PLAN);
        let outputs = &shown["planned_values"]["outputs"];
        let verdicts = |prefix: &str, of: fn(&Choice) -> bool| {
            let one = |choice: &'static Choice| {
                let found = &outputs[format!("{prefix}_{}", choice.name)]["value"];
                let found = found.as_array().expect("verdicts").iter();
                let found: Vec<Option<bool>> = found.map(Value::as_bool).collect();
                assert_eq!(found.len(), records.len(), "a verdict a record");
                (choice.name, found)
            };
            CHOICES
                .iter()
                .filter(|choice| of(choice))
                .map(one)
                .collect()
        };
        let document = |choice: &'static Choice| {
            let found = outputs[format!("document_{}", choice.name)]["value"].clone();
            assert!(
                found.is_object(),
                "{} is not known when planned",
                choice.name
            );
            (choice.name, found)
        };
        Self {
            documents: CHOICES.iter().map(document).collect(),
            verdicts: verdicts("exact", |_| true),
            by_name: verdicts("named", |choice| choice.is_of_type),
            records,
        }
    }
}

fn configuration() -> String {
    let mut hcl = String::from("locals {\n  records = jsondecode(file(\"records.json\"))\n");
    // Written as JSON in a file, it is not for HCL to get wrong.
    hcl.push_str("  awkward = jsondecode(file(\"awkward.json\"))\n}\n");
    for choice in &CHOICES {
        let Choice { name, typed, .. } = choice;
        for (suffix, filter) in [
            ("", choice.filter_by),
            ("_exact", choice.exact),
            ("_named", "event_name_and_source"),
        ] {
            // Null is as good as nothing.
            let filter = if filter.is_empty() {
                "null".to_owned()
            } else {
                format!("{filter:?}")
            };
            let block = format!(
                "data \"iam_selector_document\" \"{name}{suffix}\" {{\n  {typed}\n  \
                 filter_by = {filter}\n}}\n"
            );
            hcl.push_str(&block);
        }
        let document = format!("data.iam_selector_document.{name}");
        // Writing to a string cannot fail.
        _ = writeln!(
            hcl,
            "output \"document_{name}\" {{\n  value = {document}\n}}"
        );
        let kinds = ["exact", "named"].iter();
        for kind in kinds.filter(|kind| **kind == "exact" || choice.is_of_type) {
            let call = format!("provider::iam::logs_event({document}_{kind}.aws_cli_json, one)");
            _ = writeln!(
                hcl,
                "output \"{kind}_{name}\" {{\n  value = [for one in local.records : {call}.logged]\n}}"
            );
        }
    }
    hcl
}

/// The Python that has the packages of `tools/requirements-test.txt`.
pub(super) fn python() -> PathBuf {
    ambient("IAM_TEST_PYTHON").map_or_else(|| "python3".into(), PathBuf::from)
}

/// A command with nothing of the caller's environment but where programs are, so that no
/// configuration of the person who runs the tests gets in.
pub(super) fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in ["PATH", "TMPDIR", "HOME", "LD_LIBRARY_PATH"] {
        if let Some(value) = ambient(name) {
            command.env(name, value);
        }
    }
    let nowhere = [
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_PAGER", ""),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTHONUTF8", "1"),
    ];
    command.envs(nowhere);
    command
}

/// Runs a program of this folder, which reads one JSON and writes one.
pub(super) fn ask(program: &str, given: &Value) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/documents")
        .join(program);
    let mut child = bare(&python())
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} can't be started: {error}"));
    let mut input = child.stdin.take().expect("a pipe");
    let text = given.to_string();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("the program ends");
    // One that failed may not have read all: its own words tell more.
    let written = writer.join().expect("the writer ends");
    let output = told(program, output);
    written.expect("the program reads all");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{program} writes no JSON: {error}"))
}

/// The output of a program that went well; otherwise the test fails with what it said.
pub(super) fn told(program: &str, output: Output) -> Output {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} failed (it needs the packages of tools/requirements-test.txt: `make test` \
         installs them):\n{errors}"
    );
    output
}

/// A list of texts as a set.
pub(super) fn set(list: &Value) -> BTreeSet<&str> {
    let list = list
        .as_array()
        .unwrap_or_else(|| panic!("{list} is no list"));
    list.iter()
        .map(|one| one.as_str().expect("a text"))
        .collect()
}
