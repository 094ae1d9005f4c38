//! The session arguments of the provider block: who signs, where its credentials come from, and in
//! whose account nothing is done at all.
//!
//! On the simulator only, whose journal tells who signed each request and what STS was asked.

use serde_json::Value;

use super::{RECIPE, only, selector};
use crate::simulator::{ACCOUNT, Entry, Fault, What, account};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::service_default;
use crate::support::service::{Make, Service, Trail};

const MEMBER: &str = account::MEMBER.account;
const DELEGATED: &str = account::DELEGATED.account;

/// A trail of the member account: nothing that the caller's own credentials could change.
fn trail_of_member(service: &Service) -> Trail<'_> {
    service.trail_with(Make {
        account: Some(MEMBER),
        ..Make::default()
    })
}

/// The requests to CloudTrail so far.
fn to_cloudtrail(service: &Service) -> Vec<Entry> {
    of(service, |entry| entry.service == "cloudtrail")
}

/// The requests of one operation so far.
fn calls(service: &Service, operation: &str) -> Vec<Entry> {
    of(service, |entry| entry.operation == operation)
}

fn of(service: &Service, wanted: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    let journal = service.as_simulator().expect("a simulator").journal();
    journal.into_iter().filter(wanted).collect()
}

/// Fails the test unless there were requests to CloudTrail, and a role of `account` signed each.
fn signed_by_a_role_of(service: &Service, account: &str) {
    let calls = to_cloudtrail(service);
    assert!(!calls.is_empty(), "CloudTrail was not asked");
    for call in calls {
        assert_eq!(call.account, account, "{call:?}");
        assert!(call.access_key_id.starts_with("ASIA"), "{call:?}");
        assert!(call.is_ok(), "{call:?}");
    }
}

/// A provider block with more arguments, each on a line of its own.
fn provider(service: &Service, extra: &str) -> String {
    service.provider("us-east-1", extra)
}

/// The trail of another account: everything about it is signed by the role that was assumed there, as
/// the block says.
#[test]
fn a_role_of_another_account() {
    let service = Service::simulator();
    let trail = trail_of_member(&service);
    let block = format!(
        r#"assume_role {{
    role_arn            = "arn:aws:iam::{MEMBER}:role/path/trails"
    session_name        = "audit-pipeline"
    external_id         = "12345"
    duration            = "30m"
    policy              = jsonencode({{ Version = "2012-10-17", Statement = [] }})
    policy_arns         = ["arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess"]
    tags                = {{ team = "audit" }}
    transitive_tag_keys = ["team"]
    source_identity     = "me"
  }}"#
    );
    let step = Step::config(selector(&trail.name, &only(&RECIPE))).plans(THIS, &["create"]);
    Case::new(&service)
        .provider(provider(&service, &block))
        .step(step)
        .destroyed(|| trail.has(&service_default()))
        .run();
    signed_by_a_role_of(&service, MEMBER);
    let assumed = calls(&service, "AssumeRole");
    assert!(!assumed.is_empty());
    for call in assumed {
        assert_eq!(call.account, ACCOUNT);
        for (parameter, value) in [
            ("RoleArn", "arn:aws:iam::444455556666:role/path/trails"),
            ("RoleSessionName", "audit-pipeline"),
            ("ExternalId", "12345"),
            ("DurationSeconds", "1800"),
            (
                "PolicyArns.member.1.arn",
                "arn:aws:iam::aws:policy/AWSCloudTrail_FullAccess",
            ),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "audit"),
            ("TransitiveTagKeys.member.1", "team"),
            ("SourceIdentity", "me"),
        ] {
            assert_eq!(call.body[parameter], value, "{parameter}");
        }
        let policy = call.body["Policy"].as_str().expect("a session policy");
        assert!(policy.contains("2012-10-17"), "{policy}");
    }
}

/// Two blocks are a chain: the second role is assumed with the credentials of the first.
#[test]
fn a_chain_of_two_roles() {
    let service = Service::simulator();
    let trail = trail_of_member(&service);
    let blocks = format!(
        r#"assume_role {{
    role_arn     = "arn:aws:iam::{DELEGATED}:role/hub"
    session_name = "first"
  }}
  assume_role {{
    role_arn     = "arn:aws:iam::{MEMBER}:role/spoke"
    session_name = "second"
  }}"#
    );
    Case::new(&service)
        .provider(provider(&service, &blocks))
        .step(Step::config(selector(&trail.arn, "")))
        .run();
    signed_by_a_role_of(&service, MEMBER);
    let assumed = calls(&service, "AssumeRole");
    assert!(assumed.len() >= 2, "{assumed:?}");
    for call in assumed {
        let caller = match call.body["RoleSessionName"].as_str() {
            Some("first") => ACCOUNT,
            Some("second") => DELEGATED,
            other => panic!("{other:?} is no session of ours"),
        };
        assert_eq!(call.account, caller, "{call:?}");
    }
}

/// A CI system's token from a file, and no other credentials anywhere.
#[test]
fn a_web_identity_from_a_file() {
    let service = Service::simulator();
    let trail = trail_of_member(&service);
    let block = format!(
        r#"assume_role_with_web_identity {{
    role_arn                = "arn:aws:iam::{MEMBER}:role/ci"
    session_name            = "pipeline-7"
    web_identity_token_file = "token"
  }}"#
    );
    Case::new(&service)
        .terraform(|terraform| {
            terraform.write("token", "eyJhbGciOiJFWEFNUExFIn0");
            terraform.unset("AWS_ACCESS_KEY_ID");
            terraform.unset("AWS_SECRET_ACCESS_KEY");
        })
        .provider(provider(&service, &block))
        .step(Step::config(selector(&trail.arn, "")))
        .run();
    signed_by_a_role_of(&service, MEMBER);
    let assumed = calls(&service, "AssumeRoleWithWebIdentity");
    assert!(!assumed.is_empty());
    for call in assumed {
        assert_eq!(call.body["RoleSessionName"], "pipeline-7");
        assert_eq!(call.access_key_id, "", "it needs no signature");
    }
}

/// A token that stands in the configuration is not shown, even by an STS that repeats it.
#[test]
fn a_web_identity_token_is_never_shown() {
    const TOKEN: &str = "eyJhbGciOiJFWEFNUExFIn0.c2VjcmV0";
    let service = Service::simulator();
    let trail = service.trail();
    let refused = What::error("InvalidIdentityToken", &format!("{TOKEN} is not a token"));
    let simulator = service.as_simulator().expect("a simulator");
    for _ in 0..4 {
        simulator.inject(Fault::on("AssumeRoleWithWebIdentity", refused.clone()));
    }
    let block = format!(
        r#"assume_role_with_web_identity {{
    role_arn           = "arn:aws:iam::{ACCOUNT}:role/ci"
    web_identity_token = "{TOKEN}"
  }}"#
    );
    let needles = ["Error:", "is not a token", "role could not be assumed"];
    let step = Step::config(selector(&trail.arn, ""))
        .never_says(Phase::Plan, &[TOKEN])
        .never_says(Phase::Apply, &[TOKEN])
        .fails_at_last(&needles);
    Case::new(&service)
        .terraform(|terraform| terraform.set("TF_LOG", "TRACE"))
        .provider(provider(&service, &block))
        .step(step)
        .run();
}

/// A role that is refused: told is which one, and CloudTrail is not asked with other credentials.
#[test]
fn a_role_that_is_refused() {
    let service = Service::simulator();
    let trail = service.trail();
    let role = "arn:aws:iam::999900001111:role/nobody";
    let block = format!("assume_role {{\n    role_arn = \"{role}\"\n  }}");
    let needles = ["Error:", "role could not be assumed", role];
    Case::new(&service)
        .provider(provider(&service, &block))
        .step(Step::config(selector(&trail.arn, "")).fails_before_apply(&needles))
        .run();
    assert_eq!(to_cloudtrail(&service).len(), 0);
}

/// The wrong account: refused before CloudTrail is asked anything, although the block skips what it
/// can skip. What counts is the account of the role, not of who assumes it.
#[test]
fn accounts_that_are_not_allowed() {
    let role = format!("assume_role {{\n    role_arn = \"arn:aws:iam::{MEMBER}:role/x\"\n  }}");
    for (argument, found) in [
        (format!("allowed_account_ids = [\"{MEMBER}\"]"), ACCOUNT),
        (format!("forbidden_account_ids = [\"{ACCOUNT}\"]"), ACCOUNT),
        (
            format!("allowed_account_ids = [\"{ACCOUNT}\"]\n  {role}"),
            MEMBER,
        ),
        (
            format!("forbidden_account_ids = [\"{MEMBER}\"]\n  {role}"),
            MEMBER,
        ),
    ] {
        let service = Service::simulator();
        let trail = service.trail();
        let name = argument.split(' ').next().unwrap_or_default();
        let needles = ["Error:", "account not allowed", found, name];
        Case::new(&service)
            .provider(provider(&service, &argument))
            .step(Step::config(selector(&trail.arn, "")).fails_before_apply(&needles))
            .run();
        assert_eq!(to_cloudtrail(&service).len(), 0, "{argument}");
        trail.has(&service_default());
    }
}

/// The right account is worked in.
#[test]
fn accounts_that_are_allowed() {
    for argument in [
        format!("allowed_account_ids = [\"{MEMBER}\", \"{ACCOUNT}\"]"),
        format!("forbidden_account_ids = [\"{MEMBER}\"]"),
    ] {
        let service = Service::simulator();
        let trail = service.trail();
        Case::new(&service)
            .provider(provider(&service, &argument))
            .step(Step::plan_only(selector(&trail.arn, "")).plans(THIS, &["create"]))
            .run();
        assert_ne!(calls(&service, "GetCallerIdentity").len(), 0);
    }
}

/// A role that is made in the same apply: the plan goes on, and asks AWS nothing.
#[test]
fn a_role_that_is_not_known_yet() {
    let service = Service::simulator();
    let trail = trail_of_member(&service);
    let made = format!(
        "resource \"terraform_data\" \"role\" {{\n  input = \"arn:aws:iam::{MEMBER}:role/new\"\n}}\n"
    );
    let block = "assume_role {\n    role_arn = terraform_data.role.output\n  }";
    let step = Step::config(made + &selector(&trail.arn, ""))
        .plans(THIS, &["create"])
        .before_apply(|| assert_eq!(of(&service, |_| true).len(), 0));
    Case::new(&service)
        .provider(provider(&service, block))
        .step(step)
        .run();
    signed_by_a_role_of(&service, MEMBER);
}

/// A block without a role is ignored, and said to be: modules leave one behind.
#[test]
fn an_empty_block_is_ignored() {
    let service = Service::simulator();
    let trail = service.trail();
    let step = Step::config(selector(&trail.arn, ""))
        .says(Phase::Plan, &["Warning:", "No role to assume", "ignored"]);
    Case::new(&service)
        .provider(provider(&service, "assume_role {}"))
        .step(step)
        .run();
    assert_eq!(calls(&service, "AssumeRole").len(), 0);
    assert!(
        to_cloudtrail(&service)
            .iter()
            .all(|call| call.account == ACCOUNT)
    );
}

/// The arguments of a `provider "aws"` block, pasted: files and a profile, the Region of STS, and who
/// is named in the `User-Agent`.
#[test]
fn a_block_of_provider_aws() {
    let service = Service::simulator();
    let trail = trail_of_member(&service);
    let (key, secret) = (account::MEMBER.access_key, account::MEMBER.secret_key);
    let credentials =
        format!("[member]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
    let arguments = format!(
        r#"profile                  = "member"
  shared_config_files      = ["config"]
  shared_credentials_files = ["older", "credentials"]
  sts_region               = "eu-west-1"
  use_fips_endpoint        = false
  use_dualstack_endpoint   = false
  retry_mode               = "adaptive"
  max_retries              = 3
  user_agent               = ["pipeline/1.4", "team/audit"]
  allowed_account_ids      = ["{MEMBER}"]

  ec2_metadata_service_endpoint      = "http://[fd00:ec2::254]"
  ec2_metadata_service_endpoint_mode = "IPv6""#
    );
    Case::new(&service)
        .terraform(|terraform| {
            terraform.write("config", "[profile member]\nregion = us-east-1\n");
            // Where both have a key, the later file's counts.
            terraform.write("older", &credentials.replace(key, "AKIAOLDER"));
            terraform.write("credentials", &credentials);
            terraform.unset("AWS_ACCESS_KEY_ID");
            terraform.unset("AWS_SECRET_ACCESS_KEY");
        })
        .provider(provider(&service, &arguments))
        .step(Step::config(selector(&trail.arn, "")))
        .run();
    let calls = of(&service, |_| true);
    assert!(!calls.is_empty());
    for call in calls {
        assert_eq!(call.access_key_id, key);
        assert!(
            call.user_agent.ends_with("pipeline/1.4 team/audit"),
            "{call:?}"
        );
        let region = if call.service == "sts" {
            "eu-west-1"
        } else {
            "us-east-1"
        };
        assert_eq!(call.region, region, "{call:?}");
        assert_ne!(call.body, Value::Null, "{call:?}");
    }
}

/// The published example, word for word: only the endpoint is put underneath.
#[test]
fn the_example() {
    let service = Service::simulator();
    let trail = trail_of_member(&service);
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/assume-role/main.tf");
    let example = std::fs::read_to_string(example).expect("the example");
    Case::new(&service)
        .overriding()
        .terraform(|terraform| {
            terraform.set("TF_VAR_trail", &trail.arn);
            terraform.set("TF_VAR_account", MEMBER);
            let role = format!("arn:aws:iam::{MEMBER}:role/trails");
            terraform.set("TF_VAR_role", &role);
        })
        .step(Step::config(example))
        .destroyed(|| trail.has(&service_default()))
        .run();
    signed_by_a_role_of(&service, MEMBER);
    for call in calls(&service, "AssumeRole") {
        assert_eq!(call.body["RoleSessionName"], "iam-only-trail");
        assert_eq!(call.body["ExternalId"], Value::Null);
    }
}

/// A provider block without a single argument: the environment has it all, the endpoint too.
#[test]
fn an_environment_that_has_it_all() {
    let service = Service::simulator();
    let trail = trail_of_member(&service);
    let url = service.url();
    let required = provider(&service, "");
    let (required, _) = required.split_once("provider \"iam\"").expect("a block");
    Case::new(&service)
        .terraform(|terraform| {
            terraform.write("token", "eyJhbGciOiJFWEFNUExFIn0");
            terraform.unset("AWS_ACCESS_KEY_ID");
            terraform.unset("AWS_SECRET_ACCESS_KEY");
            let role = format!("arn:aws:iam::{MEMBER}:role/ci");
            for (name, value) in [
                ("AWS_REGION", "us-east-1"),
                ("AWS_ENDPOINT_URL", &url),
                ("AWS_WEB_IDENTITY_TOKEN_FILE", "token"),
                ("AWS_ROLE_ARN", &role),
                ("AWS_ROLE_SESSION_NAME", "pipeline-8"),
            ] {
                terraform.set(name, value);
            }
        })
        .provider(format!("{required}provider \"iam\" {{}}\n"))
        .step(Step::plan_only(selector(&trail.arn, "")).plans(THIS, &["create"]))
        .run();
    signed_by_a_role_of(&service, MEMBER);
    assert_ne!(calls(&service, "GetCallerIdentity").len(), 0);
    for call in calls(&service, "AssumeRoleWithWebIdentity") {
        assert_eq!(call.body["RoleSessionName"], "pipeline-8");
    }
}

/// A mistake beside a secret that stands in the configuration: Terraform shows the line that an error
/// leads to, so no error leads to such a line.
#[test]
fn a_mistake_beside_a_secret_does_not_show_it() {
    const SECRET: &str = "wJalrXUtnFEMIsK7MDENGsbPxRfiCYEXAMPLEKEY";
    for (block, said) in [
        (
            format!("secret_key = \"{SECRET}\""),
            "secret_key without access_key",
        ),
        (format!("token = \"{SECRET}\""), "token without access_key"),
        (
            format!(
                "assume_role_with_web_identity {{\n    role_arn = \"arn:aws:iam::{ACCOUNT}:role/ci\"\n    \
                 web_identity_token = \"{SECRET}\"\n    web_identity_token_file = \"token\"\n  }}"
            ),
            "both web_identity_token and web_identity_token_file",
        ),
        (
            format!("https_proxy = \"socks5://me:{SECRET}@proxy:1080\""),
            "its scheme is `socks5`",
        ),
        (
            format!("http_proxy = \"http://me:{SECRET}@127.0.0.1:9\"\n  max_retries = -1"),
            "Not a number of retries",
        ),
    ] {
        let service = Service::simulator();
        let trail = service.trail();
        let step = Step::config(selector(&trail.arn, ""))
            .never_says(Phase::Validate, &[SECRET])
            .fails(Phase::Validate, &["Error:", said]);
        Case::new(&service)
            .provider(provider(&service, &block))
            .step(step)
            .run();
    }
}
