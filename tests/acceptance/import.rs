//! Taking in what exists, without changing it.

use super::{IAM_NAMES, RECIPE, only, selector};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::{GENERATED, Phase};
use crate::support::selectors::{self, basic, basic_set, by_name, service_default, set};
use crate::support::service::Service;
use crate::support::terraform::{CONFIGURATION, PROVIDER};

on_both![
    by_name_and_by_arn_give_the_same,
    an_import_block_changes_nothing,
    names_that_somebody_put_by_hand,
    a_generated_configuration_plans_empty,
    a_generated_configuration_of_names_by_hand_plans_empty,
    a_trail_that_nobody_narrowed_comes_in_as_it_is,
    a_trail_that_is_not_there_is_not_imported,
    nonsense_is_not_imported,
];

/// What was created comes in again by either, and is the same but for what only its maker knew.
fn by_name_and_by_arn_give_the_same(service: &Service) {
    let trail = service.trail();
    for (reference, id) in [(&trail.arn, &trail.arn), (&trail.name, &trail.name)] {
        let hcl = selector(reference, "");
        Case::new(service)
            .step(Step::config(&hcl))
            .step(Step::import(THIS, id, &hcl).check(|state| {
                state.has(THIS, "trail_arn", trail.arn.as_str()).has(
                    THIS,
                    "event_count",
                    IAM_NAMES,
                );
            }))
            .run();
    }
    // Either way into a configuration that names the trail the other way.
    let by_arn = selector(&trail.arn, "");
    Case::new(service)
        .step(Step::config(&by_arn))
        .step(Step::import_block(THIS, &trail.name, &by_arn))
        .step(Step::import_block(
            THIS,
            &trail.arn,
            selector(&trail.name, ""),
        ))
        .run();
}

/// The block plans an import and no change.
fn an_import_block_changes_nothing(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.arn, &only(&RECIPE));
    let ours = set(&[by_name("iam-only", &RECIPE)]);
    Case::new(service)
        .step(
            Step::import_block(THIS, &trail.arn, &hcl)
                .before(|| trail.put(&ours))
                .plans(THIS, &["no-op"])
                .check_plan(|plan| assert!(plan.imports(THIS)))
                .check(|_| trail.has(&ours)),
        )
        .run();
}

/// The thirteen names of a published recipe, put by hand under a name of somebody's choice.
fn names_that_somebody_put_by_hand(service: &Service) {
    let trail = service.trail();
    let theirs = set(&[by_name("IAM changes", &RECIPE)]);
    trail.put(&theirs);
    let arguments = format!("{}selector_name = \"IAM changes\"\n", only(&RECIPE));
    Case::new(service)
        .step(
            Step::import(THIS, &trail.name, selector(&trail.name, &arguments)).check(|state| {
                let mut names = RECIPE.map(str::to_owned);
                names.sort();
                state
                    .has(THIS, "services", serde_json::json!([]))
                    .has(THIS, "include_event_names", serde_json::json!(names))
                    .has(THIS, "selector_name", "IAM changes")
                    .has(THIS, "precision", "by_name");
            }),
        )
        .run();
    trail.has(&theirs);
}

/// `-generate-config-out` on a trail that logs all of IAM, by ARN and by name.
fn a_generated_configuration_plans_empty(service: &Service) {
    let trail = service.trail();
    Case::new(service)
        .step(Step::config(selector(&trail.arn, "on_destroy = \"keep\"")))
        .run();
    Case::new(service).step(Step::generate(&trail.arn)).run();
    Case::new(service).step(Step::generate(&trail.name)).run();
}

/// The same for every other way to filter.
#[test]
fn every_filter_has_a_generated_configuration() {
    let service = Service::simulator();
    for arguments in [
        "read_write_type = \"WriteOnly\"",
        "filter_by = \"event_source\"\nservices = [\"iam\", \"sts\"]",
        "filter_by = \"event_name_and_source\"\nservices = [\"iam\", \"sts\"]",
        "filter_by = \"exclusion\"",
        "resource_families = [\"access_key\"]\nselector_name = \"keys\"",
    ] {
        let trail = service.trail();
        let terraform = service.terraform();
        terraform.write(PROVIDER, &service.provider("us-east-1", ""));
        terraform.write(CONFIGURATION, &selector(&trail.arn, arguments));
        terraform.run(&["apply", "-auto-approve"]).success();
        Case::new(&service).step(Step::generate(&trail.arn)).run();
    }
}

/// The same on the names that somebody put by hand.
fn a_generated_configuration_of_names_by_hand_plans_empty(service: &Service) {
    let trail = service.trail();
    let theirs = set(&[by_name("IAM changes", &RECIPE)]);
    trail.put(&theirs);
    Case::new(service)
        .step(Step::generate(&trail.arn).check(|state| {
            state.has(GENERATED, "event_count", RECIPE.len());
        }))
        .run();
    trail.has(&theirs);
}

/// A trail as CloudTrail makes it, or with selectors that this resource can't write, can be taken
/// in; the plan then shows what narrowing it would change.
fn a_trail_that_nobody_narrowed_comes_in_as_it_is(service: &Service) {
    let trail = service.trail();
    let mixed = set(&[
        selectors::everything("all"),
        selectors::data("s3", "AWS::S3::Object"),
    ]);
    let older = basic_set(&[basic("ReadOnly", true, &["arn:aws:s3:::bucket/"], &[])]);
    for live in [service_default(), mixed, older] {
        trail.put(&live);
        Case::new(service)
            .step(
                Step::import(THIS, &trail.arn, selector(&trail.arn, ""))
                    .leaves_changes()
                    .check(|state| {
                        state.has(THIS, "precision", "superset");
                    }),
            )
            .run();
        trail.has(&live);
    }
}

/// The error says what was looked for, and where.
fn a_trail_that_is_not_there_is_not_imported(service: &Service) {
    let hcl = selector("no-such-trail", "");
    for id in [
        "no-such-trail",
        "arn:aws:cloudtrail:us-east-1:123456789012:trail/no-such-trail",
    ] {
        let step = Step::import(THIS, id, &hcl);
        Case::new(service)
            .step(step.fails(Phase::Import, &["Error:", "no-such-trail"]))
            .run();
    }
}

/// An id that is neither a trail's name nor its ARN is refused with what an id looks like.
fn nonsense_is_not_imported(service: &Service) {
    let hcl = selector("some-trail", "");
    for id in ["not a trail", "arn:aws:s3:::bucket", "x"] {
        let step = Step::import(THIS, id, &hcl);
        Case::new(service)
            .step(step.fails(Phase::Import, &["Error:", id, "trail"]))
            .run();
    }
}
