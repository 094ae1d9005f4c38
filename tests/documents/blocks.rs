//! `terraform_hcl`: terraform reads the blocks as the selectors of `aws_cli_json`.
//!
//! Terraform reads blocks by a provider's schema. [`stand_in`] always has one that is written from
//! hashicorp/aws; where `IAM_TEST_PROVIDER_AWS` names the directory of that provider itself, it plans
//! the real resources besides. Nothing is applied.
//!
//! Imports the simulator, `support`, the host's [`serving`](crate::host::serving), and this folder's
//! [`choices`](super::choices) and [`stage`](super::stage).

mod stand_in;

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::{Value, json};

use self::stand_in::StandIn;
use super::choices::{CHOICES, Choice};
use super::stage::{Stage, stage};
use crate::host::serving::{Handshake, Hosted, Told};
use crate::support::ambient;
use crate::support::reattached::{VARIABLE, spawned_only};
use crate::support::selectors::normal;
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PLAN, PROVIDER, Terraform};

/// What each operator is in a block, and in the API.
const OPERATORS: [(&str, &str); 6] = [
    ("equals", "Equals"),
    ("not_equals", "NotEquals"),
    ("starts_with", "StartsWith"),
    ("not_starts_with", "NotStartsWith"),
    ("ends_with", "EndsWith"),
    ("not_ends_with", "NotEndsWith"),
];

/// A working directory for which the provider under test is of no account.
fn terraform() -> Terraform {
    Service::simulator().terraform()
}

/// The blocks as a provider gets them, in the API's form.
fn selectors(blocks: &Value) -> Value {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let field = |block: &Value| {
        let mut field = json!({ "Field": block["field"] });
        for (key, operator) in OPERATORS {
            if !list(&block[key]).is_empty() {
                field[operator] = block[key].clone();
            }
        }
        field
    };
    let selector = |block: &Value| {
        let fields: Vec<Value> = list(&block["field_selector"]).iter().map(field).collect();
        json!({ "Name": block["name"], "FieldSelectors": fields })
    };
    let all: Vec<Value> = list(blocks).iter().map(selector).collect();
    normal(&json!({ "AdvancedEventSelectors": all }))
}

fn wanted(stage: &Stage, choice: &Choice) -> Value {
    normal(&json!({ "AdvancedEventSelectors": stage.selectors(choice) }))
}

/// `terraform fmt` has nothing to change, whichever file they stand in.
#[test]
fn they_are_formatted() {
    let stage = stage();
    let terraform = terraform();
    for choice in &CHOICES {
        let file = format!("{}.tf", choice.name);
        terraform.write(&file, stage.text(choice, "terraform_hcl"));
    }
    let outcome = terraform
        .run(&["fmt", "-no-color", "-check", "-diff"])
        .success();
    assert_eq!(outcome.stdout, "");
    terraform.write("broken.tf", "advanced_event_selector {\n name = \"x\"\n}\n");
    let outcome = terraform.run(&["fmt", "-no-color", "-check", "-diff"]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
}

/// Terraform reads the blocks by the schema of hashicorp/aws, and hands the same selectors on.
#[tokio::test]
async fn terraform_reads_them() {
    if spawned_only("the variable leads to a provider of the test") {
        return;
    }
    let stage = tokio::task::spawn_blocking(stage).await.expect("a stage");
    let told = Told {
        debug: true,
        ..Told::default()
    };
    let hosted = Hosted::start("aws", told, |_| StandIn)
        .await
        .expect("a host");
    let (about, _) = Handshake::reattach(&hosted.line);
    let read = tokio::task::spawn_blocking(move || {
        let mut terraform = terraform();
        terraform.set(VARIABLE, &json!({ "example/made": about }).to_string());
        let mut hcl = String::new();
        for choice in &CHOICES {
            let (name, blocks) = (choice.name, stage.text(choice, "terraform_hcl"));
            // Writing to a string cannot fail.
            _ = writeln!(hcl, "data \"aws_cloudtrail\" \"{name}\" {{\n{blocks}}}");
            _ = writeln!(
                hcl,
                "output \"{name}\" {{\n  value = data.aws_cloudtrail.{name}\n}}"
            );
        }
        terraform.write(CONFIGURATION, &hcl);
        let source = "terraform {\n  required_providers {\n    aws = { source = \"example/made\" }\n  }\n}\n";
        terraform.write(PROVIDER, source);
        terraform.run(&["plan", &format!("-out={PLAN}")]).success();
        let outputs = terraform.show_plan(PLAN)["planned_values"]["outputs"].clone();
        // A block that the schema does not have is refused.
        terraform.write(
            CONFIGURATION,
            &hcl.replace("field_selector {", "field_selectors {"),
        );
        let refused = terraform.run(&["validate"]);
        assert!(!refused.succeeded(), "{refused}");
        refused.says(&["Unsupported block type"]);
        outputs
    });
    let outputs = read.await.expect("terraform ran");
    for choice in &CHOICES {
        let blocks = &outputs[choice.name]["value"]["advanced_event_selector"];
        assert_eq!(selectors(blocks), wanted(stage, choice), "{}", choice.name);
    }
    hosted.end();
}

/// hashicorp/aws itself plans trails and a store with these blocks.
#[test]
fn hashicorp_aws_plans_them() {
    let Some(directory) = ambient("IAM_TEST_PROVIDER_AWS").and_then(|path| path.into_string().ok())
    else {
        let why = "not run: documents::blocks::hashicorp_aws_plans_them: IAM_TEST_PROVIDER_AWS names \
                   no directory with terraform-provider-aws\n";
        _ = std::io::stderr().write_all(why.as_bytes());
        return;
    };
    let stage = stage();
    let mut terraform = terraform();
    let settings = format!(
        "provider_installation {{\n  dev_overrides {{\n    \"hashicorp/aws\" = {directory:?}\n  }}\n}}\n"
    );
    terraform.write("aws.rc", &settings);
    let settings = terraform.path("aws.rc").display().to_string();
    terraform.set("TF_CLI_CONFIG_FILE", &settings);
    terraform.write(
        PROVIDER,
        "terraform {\n  required_providers {\n    aws = { source = \"hashicorp/aws\" }\n  }\n}\n\
         provider \"aws\" {\n  region                      = \"us-east-1\"\n  \
         skip_credentials_validation = true\n  skip_requesting_account_id  = true\n  \
         skip_metadata_api_check     = true\n}\n",
    );
    let mut hcl = String::new();
    for choice in &CHOICES {
        let (name, blocks) = (choice.name, stage.text(choice, "terraform_hcl"));
        let (kind, more) = match name {
            "store" => ("aws_cloudtrail_event_data_store", ""),
            _ => (
                "aws_cloudtrail",
                "  s3_bucket_name = \"amzn-s3-demo-bucket\"\n",
            ),
        };
        // Writing to a string cannot fail.
        _ = writeln!(
            hcl,
            "resource \"{kind}\" \"this_{name}\" {{\n  name = \"{name}\"\n{more}{blocks}}}"
        );
    }
    terraform.write(CONFIGURATION, &hcl);
    terraform.run(&["plan", &format!("-out={PLAN}")]).success();
    let shown = terraform.show_plan(PLAN);
    let planned = shown["planned_values"]["root_module"]["resources"]
        .as_array()
        .expect("resources");
    for choice in &CHOICES {
        let name = format!("this_{}", choice.name);
        let one = planned
            .iter()
            .find(|one| one["name"] == name)
            .expect("a resource a choice");
        let blocks = &one["values"]["advanced_event_selector"];
        assert_eq!(selectors(blocks), wanted(stage, choice), "{name}");
    }
}
