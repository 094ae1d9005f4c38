//! The published examples, word for word, as a reader would copy them: each is planned and applied
//! on a trail that exists. Only the endpoint is put underneath, by an override file.
//!
//! On the simulator only: what they promise has its own case on both services.

use std::path::{Path, PathBuf};

use crate::support::case::{Case, Step};
use crate::support::service::Service;

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
        .destroyed(|| trail.has(&crate::support::selectors::service_default()))
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
