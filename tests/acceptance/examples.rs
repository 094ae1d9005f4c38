//! The published examples, word for word, as a reader would copy them: each is planned and applied
//! on a trail that exists. Only the endpoint is put underneath, by an override file.
//!
//! Of an example that has provider `aws` in it, which is not here, that half is applied which needs our
//! provider alone. `examples/article/` and the organization's trail are in [`super::article`].
//!
//! On the simulator only: what they promise has its own case on both services.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::simulator::account::{Credentials, DELEGATED, MEMBER};
use crate::support::case::{Case, Step};
use crate::support::reattached::spawned_only;
use crate::support::selectors::service_default;
use crate::support::service::{Make, Service, Trail};
use crate::support::state::{State, strings};
use crate::support::terraform::Terraform;

/// An example of the project.
fn example(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("examples/{name} can't be read: {error}"))
}

/// Applies an example that takes the trail as `var.trail`.
fn applies(name: &str) {
    let service = Service::simulator();
    let trail = service.trail();
    Case::new(&service)
        .overriding()
        .terraform(|terraform| terraform.set("TF_VAR_trail", &trail.arn))
        .step(Step::config(example(name)))
        .destroyed(|| trail.has(&service_default()))
        .run();
}

#[test]
fn article() {
    applies("article/main.tf");
}

#[test]
fn write_only() {
    applies("write-only/main.tf");
}

#[test]
fn preserve() {
    applies("preserve/main.tf");
}

#[test]
fn fallback() {
    applies("fallback/main.tf");
}

/// The example of the data source stands without a provider block, as on its registry page.
#[test]
fn event_names() {
    let service = Service::simulator();
    let hcl = example("data-sources/iam_event_names/data-source.tf");
    Case::new(&service).step(Step::config(hcl)).run();
}

/// The example of the resource, with the ARN that it names put in place of a real trail.
#[test]
fn resource() {
    let service = Service::simulator();
    let trail = service.trail();
    let hcl = example("resources/iam_only_trail_selector/resource.tf");
    let named = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit";
    assert!(hcl.contains(named), "the example names a trail: {hcl}");
    Case::new(&service)
        .step(Step::config(hcl.replace(named, &trail.arn)))
        .run();
}

/// The role of another account, in which the trail is.
#[test]
fn assume_role() {
    let service = Service::simulator();
    let trail = trail_of(&service, MEMBER, "us-east-1");
    Case::new(&service)
        .overriding()
        .terraform(|terraform| {
            terraform.set("TF_VAR_trail", &trail.arn);
            terraform.set("TF_VAR_account", MEMBER.account);
            terraform.set("TF_VAR_role", &role(MEMBER));
        })
        .step(Step::config(example("assume-role/main.tf")).check(|_| only_by(&service, &[MEMBER])))
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// Two accounts, of which one has trails in two Regions: each trail is changed by its own account.
#[test]
fn many_accounts() {
    if spawned_only("two provider blocks need two processes") {
        return;
    }
    let service = Service::simulator();
    let trails = [
        trail_of(&service, MEMBER, "us-east-1"),
        trail_of(&service, MEMBER, "eu-west-1"),
        trail_of(&service, DELEGATED, "us-east-1"),
    ];
    let account = |keys: Credentials, trails: &Value| {
        json!({ "account": keys.account, "role": role(keys), "trails": trails }).to_string()
    };
    let production = json!({ "audit": trails[0].arn, "europe": trails[1].arn });
    let staging = json!({ "audit": trails[2].arn });
    let led = service.provider("us-east-1", "");
    let (_, led) = led.split_once("provider \"iam\" {").expect("a block");
    let aliases = ["production", "staging"]
        .map(|alias| format!("provider \"iam\" {{\n  alias = \"{alias}\"\n{led}\n"));
    Case::new(&service)
        .overriding()
        .provider(aliases.concat())
        .terraform(|terraform| {
            terraform.set("TF_VAR_production", &account(MEMBER, &production));
            terraform.set("TF_VAR_staging", &account(DELEGATED, &staging));
        })
        .step(
            Step::config(example("many-accounts/main.tf")).check(|state| {
                only_by(&service, &[MEMBER, DELEGATED]);
                let precision = state.output("precision");
                let names = ["production/audit", "production/europe", "staging/audit"];
                for name in names {
                    assert_eq!(precision[name], "by_name", "{precision}");
                }
            }),
        )
        .destroyed(|| {
            for trail in &trails {
                trail.has(&service_default());
            }
        })
        .run();
}

/// The second trail is narrowed, the first is not in our hands.
#[test]
fn two_trails() {
    beside_aws("two-trails/main.tf", "aws_cloudtrail.iam.arn");
}

#[test]
fn existing_trail() {
    beside_aws("existing-trail/main.tf", "aws_cloudtrail.audit.arn");
}

/// All of IAM is one pattern, and it fits where nobody has had the quota of 2,048 characters raised.
#[test]
fn event_bridge_stream() {
    renders("event-bridge-stream/main.tf", |state| {
        let patterns = strings(state.output("patterns"));
        assert_eq!(patterns.len(), 1, "one rule is enough: {patterns:?}");
        let pattern = patterns.first().expect("a pattern");
        assert!(pattern.len() <= 2048, "{} characters", pattern.len());
        let pattern: Value = serde_json::from_str(pattern).expect("JSON");
        let sources = &pattern["detail"]["eventSource"];
        assert_eq!(*sources, json!(["iam.amazonaws.com"]), "{pattern:#}");
    });
}

/// Each name is in one pattern and in one only, so that no event is counted twice.
#[test]
fn logs_metric_filter() {
    let shown = "output \"patterns\" {\n  value = local.patterns\n}\n";
    let hcl = format!("{}\n{shown}", ours(&example("logs-metric-filter/main.tf")));
    rendered(hcl, |state| {
        let patterns = state.output("patterns");
        let patterns = patterns.as_object().expect("patterns by number");
        assert!(!patterns.is_empty(), "a pattern");
        for name in strings(state.output("event_names")) {
            let quoted = format!("\"{name}\"");
            let having = patterns
                .values()
                .filter_map(Value::as_str)
                .filter(|pattern| pattern.contains(&quoted));
            assert_eq!(having.count(), 1, "{name} in {patterns:#?}");
        }
    });
}

/// The query asks the table that was named.
#[test]
fn athena() {
    renders("athena/main.tf", |state| {
        let query = state.output("query");
        let query = query.as_str().expect("a query");
        for needle in ["cloudtrail_logs", "'iam.amazonaws.com'"] {
            assert!(query.contains(needle), "{query}");
        }
    });
}

/// A trail of an account of the organization.
fn trail_of<'s>(service: &'s Service, keys: Credentials, region: &'static str) -> Trail<'s> {
    service.trail_with(Make {
        account: Some(keys.account),
        region,
        ..Make::default()
    })
}

/// A role in an account.
fn role(keys: Credentials) -> String {
    format!("arn:aws:iam::{}:role/TrailSelectors", keys.account)
}

/// Fails the test unless CloudTrail was asked, and by nobody but these accounts.
fn only_by(service: &Service, accounts: &[Credentials]) {
    let simulator = service.as_simulator().expect("a simulator");
    let journal = simulator.journal();
    let mut asked = journal.iter().filter(|call| call.service == "cloudtrail");
    assert!(asked.clone().next().is_some(), "nobody asked");
    let allowed = |account: &str| accounts.iter().any(|keys| keys.account == account);
    assert!(asked.all(|call| allowed(&call.account)), "{journal:#?}");
}

/// Applies our half of an example to a trail, which stands for the one that provider aws makes there.
fn beside_aws(name: &str, theirs: &str) {
    let service = Service::simulator();
    let trail = service.trail();
    let hcl = example(name);
    assert!(hcl.contains(theirs), "{name} has {theirs}");
    let hcl = ours(&hcl.replace(theirs, &format!("{:?}", trail.arn)));
    Case::new(&service)
        .overriding()
        .terraform(place)
        .step(Step::config(hcl).check(|_| assert_ne!(trail.selectors(), service_default())))
        .destroyed(|| trail.has(&service_default()))
        .run();
}

/// Applies our half of an example that only renders, and looks at what it renders.
fn renders(name: &str, check: impl Fn(&State)) {
    rendered(ours(&example(name)), check);
}

fn rendered(hcl: String, check: impl Fn(&State)) {
    let service = Service::simulator();
    Case::new(&service)
        .overriding()
        .terraform(place)
        .step(Step::config(hcl).check(check))
        .run();
    let simulator = service.as_simulator().expect("a simulator");
    let journal = simulator.journal();
    let asked = journal.iter().any(|call| call.service == "cloudtrail");
    assert!(!asked, "a document asks nothing of CloudTrail");
}

/// What an example beside provider aws asks for that is in nobody's hands here.
fn place(terraform: &mut Terraform) {
    for name in ["everything_bucket", "iam_bucket", "log_group"] {
        terraform.set(&format!("TF_VAR_{name}"), name);
    }
}

/// The blocks of an example in which there is nothing of provider aws. As `terraform fmt` leaves it, a
/// block of a file begins and ends at the margin.
fn ours(hcl: &str) -> String {
    let required = "    aws = {\n      source = \"hashicorp/aws\"\n    }\n";
    assert!(hcl.contains(required), "an example beside provider aws");
    let hcl = hcl.replace(required, "");
    let mut kept = String::new();
    let mut block = String::new();
    for line in hcl.lines() {
        let outside = block.is_empty() && (line.is_empty() || line.starts_with('#'));
        if outside {
            continue;
        }
        block.push_str(line);
        block.push('\n');
        let one_line = !line.starts_with(' ') && line.ends_with('}');
        if !one_line {
            continue;
        }
        let code: String = block
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .collect();
        if !code.contains("aws_") && !code.starts_with("provider \"aws\"") {
            kept.push_str(&block);
        }
        block.clear();
    }
    assert_eq!(block, "", "the last block ends");
    kept
}
