//! A trail in AWS, which is a person's. `tools/test-aws.py` is its keeper: it asks that person, saves
//! the trail's selectors, starts the tests and restores. Without it no test gets at a trail.
//!
//! The trail is looked at, and changed behind Terraform's back, through AWS's own CLI. Imports
//! [`super::terraform`] and [`super::selectors`]; [`super::service`] gives it the face of the others.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::ambient;
use super::selectors;
use super::terraform::Terraform;

/// What a terraform gets of the environment, besides what every test gives it: where credentials,
/// the Region and endpoints come from, and how AWS is reached. `HOME` has the files of a profile and
/// the tokens of a sign-in. CONTRIBUTING.md lists them.
const PASSED: [&str; 27] = [
    "HOME",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_CA_BUNDLE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDTRAIL",
    "AWS_ENDPOINT_URL_STS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
];

/// The trail, as its keeper names it.
pub(crate) struct Live {
    /// Its ARN.
    pub(crate) arn: String,
    /// What the names of all selectors that the tests put begin with.
    pub(crate) tag: String,
    record: PathBuf,
    python: OsString,
}

impl Live {
    /// What the keeper says. Fails the test if there is no keeper.
    pub(crate) fn from_keeper() -> Self {
        let told = |name| ambient(name).expect("a keeper: `make test-aws` runs this test");
        let text = |name| told(name).into_string().expect("text");
        Self {
            arn: text("IAM_TEST_TRAIL"),
            tag: text("IAM_TEST_TAG"),
            record: told("IAM_TEST_RECORD").into(),
            python: told("IAM_TEST_PYTHON"),
        }
    }

    fn part(&self, place: usize) -> &str {
        self.arn.split(':').nth(place).expect("the ARN of a trail")
    }

    /// The home Region.
    pub(crate) fn region(&self) -> &str {
        self.part(3)
    }

    /// The account.
    pub(crate) fn account(&self) -> &str {
        self.part(4)
    }

    /// The name.
    pub(crate) fn name(&self) -> &str {
        self.part(5).trim_start_matches("trail/")
    }

    /// A working directory whose commands find the credentials that this process finds.
    pub(crate) fn terraform() -> Terraform {
        let mut terraform = Terraform::new("", "(no secret is known)");
        for name in [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_EC2_METADATA_DISABLED",
        ] {
            terraform.unset(name);
        }
        for name in PASSED {
            if let Some(value) = ambient(name).and_then(|value| value.into_string().ok()) {
                terraform.set(name, &value);
            }
        }
        terraform
    }

    /// The provider as a person writes it, who has credentials in the environment.
    pub(crate) fn provider(&self) -> String {
        let region = self.region();
        format!(
            "terraform {{\n  required_providers {{\n    iam = {{\n      source = \"iam-only/iam\"\n    \
             }}\n  }}\n}}\n\nprovider \"iam\" {{\n  region = \"{region}\"\n}}\n"
        )
    }

    /// The selectors, in the form of [`selectors::normal`].
    pub(crate) fn selectors(&self) -> Value {
        selectors::normal(&self.aws("get-event-selectors", &json!({ "TrailName": self.arn })))
    }

    /// Replaces the selectors. The keeper is told first, so that it knows them for ours.
    pub(crate) fn put(&self, wanted: &Value) {
        self.tell(&json!({ "put": wanted }));
        let mut request = wanted.clone();
        request["TrailName"] = json!(self.arn);
        self.aws("put-event-selectors", &request);
    }

    /// Reports what came of a case.
    pub(crate) fn outcome(&self, case: &str, outcome: &str) {
        self.tell(&json!({ "case": case, "outcome": outcome }));
    }

    fn tell(&self, line: &Value) {
        let mut record = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.record)
            .expect("the keeper's record");
        record
            .write_all(format!("{line}\n").as_bytes())
            .expect("a line of the keeper's record");
    }

    fn aws(&self, command: &str, request: &Value) -> Value {
        let output = Command::new(&self.python)
            .args(["-m", "awscli", "cloudtrail", command, "--output", "json"])
            .args(["--region", self.region()])
            .args(["--cli-input-json", &request.to_string()])
            .output()
            .expect("the AWS CLI starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "aws {command} fails: {errors}");
        serde_json::from_slice(&output.stdout).expect("the AWS CLI prints JSON")
    }
}
