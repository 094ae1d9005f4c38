//! The CloudFormation templates of `examples/article/cloudformation/`: they are what Terraform writes,
//! the schema of their resources takes them, and a stack of them is a trail with the selectors that
//! the resource would put.
//!
//! moto's CloudFormation keeps the stack; what makes the trail in it is `stack.py`.

use serde_json::Value;

use super::{Ended, client, folder, output, place, python, run, text, tool};
use crate::acceptance::selector;
use crate::support::case::{Case, Step};
use crate::support::reattached::spawned_only;
use crate::support::selectors::{normal, set};
use crate::support::service::{Service, Trail};

const FOLDER: &str = "article/cloudformation";
/// The filter of each template, and its file.
const TEMPLATES: [(&str, &str); 2] = [
    (
        "event_name",
        "examples/article/cloudformation/trail-by-name.yaml",
    ),
    (
        "exclusion",
        "examples/article/cloudformation/trail-exclusion.yaml",
    ),
];
/// The reason why a case runs once.
const NO_TERRAFORM: &str = "terraform has no part in it";

/// A stack of this template, at the CloudTrail of this URL.
fn stack(service: &Service, template: &str, url: &str) -> Value {
    let directory = folder();
    let mut command = python(
        service,
        "tests/acceptance/article/stack.py",
        directory.path(),
    );
    // What is asked of moto is asked within the program; CloudTrail's place is an argument.
    command
        .env_remove("AWS_ENDPOINT_URL")
        .arg(place(template))
        .args([url, "us-east-1"]);
    let Ended {
        code,
        stdout,
        stderr,
    } = run(command);
    assert_eq!(code, Some(0), "{stderr}");
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}"))
}

/// What the resource puts on a trail with the same filter.
fn put_by_the_resource(filter_by: &str) -> Value {
    let service = Service::simulator();
    let trail: Trail<'_> = service.trail();
    let arguments = format!("filter_by = \"{filter_by}\"\n");
    let put = std::cell::RefCell::new(Value::Null);
    let step = Step::config(selector(&trail.arn, &arguments))
        .check(|_| drop(put.replace(trail.selectors())));
    Case::new(&service).step(step).run();
    put.into_inner()
}

/// Who changes a selector, the template or the data source writes them anew:
/// `terraform output -raw template`.
#[test]
fn the_templates_are_what_terraform_writes() {
    let service = Service::simulator();
    for (filter_by, file) in TEMPLATES {
        let written = output(&service, FOLDER, &[("filter_by", filter_by)], "template");
        assert_eq!(written, text(file), "{file} is stale");
    }
    let simulator = service.as_simulator().expect("a simulator");
    let asked = simulator.journal();
    let asked = asked.iter().any(|call| call.service == "cloudtrail");
    assert!(!asked, "a document is written without asking CloudTrail");
}

/// The schema of the resources, as cfn-lint has it of AWS, takes both.
#[test]
fn the_schema_takes_the_templates() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::moto();
    let directory = folder();
    let mut command = client(&service, &tool("cfn-lint"), directory.path());
    command.args(TEMPLATES.map(|(_, file)| place(file)));
    run(command).with(0, &[], &[]);
}

/// A stack is a logging trail of all Regions, which has what the resource would put.
#[test]
fn a_stack_is_a_trail_with_the_resource_s_selectors() {
    for (filter_by, file) in TEMPLATES {
        let wanted = put_by_the_resource(filter_by);
        let simulator = Service::simulator();
        for url in [simulator.url(), "moto".to_owned()] {
            let told = stack(&simulator, file, &url);
            assert_eq!(told["status"], "CREATE_COMPLETE", "{told:#}");
            assert_eq!(normal(&told["selectors"]), wanted, "{file} at {url}");
            assert_eq!(told["logging"], true, "{told:#}");
            assert_eq!(told["trail"]["IsMultiRegionTrail"], true, "{told:#}");
            assert_eq!(told["trail"]["S3BucketName"], told["bucket"], "{told:#}");
            assert_eq!(told["trail"]["TrailARN"], told["outputs"]["TrailArn"]);
            let precision = if filter_by == "exclusion" {
                "superset"
            } else {
                "by_name"
            };
            assert_eq!(told["outputs"]["Precision"], precision, "{told:#}");
        }
    }
}

/// The bucket's policy lets this trail write, under this account's prefix, and no other.
#[test]
fn the_bucket_is_for_this_trail() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::moto();
    let told = stack(&service, TEMPLATES[0].1, "moto");
    let statements = told["policy"]["Statement"].as_array().expect("statements");
    assert_eq!(statements.len(), 2, "{told:#}");
    for statement in statements {
        assert_eq!(
            statement["Principal"]["Service"],
            "cloudtrail.amazonaws.com"
        );
        let condition = &statement["Condition"]["StringEquals"];
        assert_eq!(condition["aws:SourceArn"], told["trail"]["TrailARN"]);
    }
    let bucket = told["bucket"].as_str().expect("a bucket");
    let objects = format!("arn:aws:s3:::{bucket}/AWSLogs/{}/*", service.account());
    assert_eq!(statements[1]["Resource"], objects.as_str());
}

/// A CloudTrail that keeps to its documentation refuses the first template, in words, and nothing is
/// left of its stack; it takes the second.
#[test]
fn a_refusal_leaves_no_trail() {
    if spawned_only(NO_TERRAFORM) {
        return;
    }
    let service = Service::documented();
    let refused = stack(&service, TEMPLATES[0].1, &service.url());
    let error = refused["error"].as_str().expect("an error");
    for needle in ["InvalidEventSelectorsException", "eventName"] {
        assert!(error.contains(needle), "{error}");
    }
    let simulator = service.as_simulator().expect("a simulator");
    assert_eq!(simulator.trails(), [""; 0]);
    let taken = stack(&service, TEMPLATES[1].1, &service.url());
    assert_eq!(taken["status"], "CREATE_COMPLETE", "{taken:#}");
    assert_ne!(normal(&taken["selectors"]), normal(&set(&[])));
}
