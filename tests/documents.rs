//! Each document of `iam_selector_document` in the tool that it is for, as far as the tool can be had
//! without an account.
//!
//! A document that looks right may still be read otherwise, or not at all. So one run of the real
//! terraform writes the documents of a few choices, and each is handed to its tool. Those that say what
//! selectors are have to come out as the same selectors. Those that keep events behind a trail have to
//! keep, of the same made records, those which the function `logs_event` of the same run says are
//! logged by exact selectors. Each judge is also shown a document that is broken, and has to say so.
//!
//! | module | what it proves, with what |
//! |---|---|
//! | [`choices`] | the choices, and what is known to differ |
//! | [`records`] | the records: every name of the catalog, and what comes near to them |
//! | [`stage`] | the one run of terraform, and how a Python program is run |
//! | [`selectors`] | `aws_cli_json`: the AWS CLI and boto3 put it, on the simulator and on moto |
//! | [`templates`] | `cloudformation_json`, `cloudformation_yaml`: cfn-lint, then boto3 |
//! | [`blocks`] | `terraform_hcl`: terraform reads it, and hashicorp/aws where it can be had |
//! | [`behind`] | EventBridge, CloudWatch Logs, Athena, Lake: moto, a second reader, `DuckDB` |
//!
//! The Python beside these files shares nothing with the provider. It wants the packages of
//! `tools/requirements-test.txt`.

mod behind;
mod blocks;
mod choices;
mod records;
mod selectors;
mod stage;
mod templates;
