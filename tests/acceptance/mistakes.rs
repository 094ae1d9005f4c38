//! Errors that a newcomer makes. What is said names what was found and what to do about it, and
//! comes before anything is touched wherever that can be known.

use super::{named, only, selector};
use crate::simulator::account;
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::service_default;
use crate::support::service::{Make, Service};

on_both![
    two_resources_on_one_trail,
    two_resources_by_name_and_arn,
    a_name_of_another_region,
    a_trail_that_is_not_there,
    a_single_region_trail_outside_the_leader_region,
    a_trail_without_global_service_events,
    an_arn_of_another_service,
    an_event_data_store_is_no_trail,
    a_name_that_no_trail_can_have,
    more_values_than_a_trail_takes,
    no_names_at_all,
    all_names_taken_away,
    a_misspelt_event_name,
    a_misspelt_event_name_to_take_away,
    a_read_write_type_that_empties_the_set,
    values_that_are_not_in_the_list,
    an_event_source_that_cannot_be_narrowed,
    a_selector_name_that_is_too_long,
    a_duration_that_is_none,
];

/// Plans `hcl`, which must fail before anything is touched and say all of `needles`.
fn refused(service: &Service, hcl: &str, needles: &[&str]) {
    let mut all = vec!["Error:"];
    all.extend(needles);
    Case::new(service)
        .step(Step::config(hcl).fails_before_apply(&all))
        .run();
}

/// Plans `hcl`, which must go through and warn with all of `needles`.
fn warned(service: &Service, hcl: &str, needles: &[&str]) {
    let mut all = vec!["Warning:"];
    all.extend(needles);
    Case::new(service)
        .step(Step::config(hcl).says(Phase::Plan, &all))
        .run();
}

/// They would overwrite each other at each apply.
fn two_resources_on_one_trail(service: &Service) {
    let trail = service.trail();
    let hcl = [
        named("one", &trail.arn, ""),
        named("two", &trail.arn, &only(&["CreateUser"])),
    ]
    .concat();
    refused(
        service,
        &hcl,
        &["Two resources manage one trail", &trail.name],
    );
    trail.has(&service_default());
}

/// Nor does it help to spell the trail differently.
fn two_resources_by_name_and_arn(service: &Service) {
    let trail = service.trail();
    let hcl = [named("one", &trail.name, ""), named("two", &trail.arn, "")].concat();
    refused(
        service,
        &hcl,
        &["Two resources manage one trail", &trail.arn],
    );
    trail.has(&service_default());
}

/// A single-region trail of another region is not found by name: said is where was looked, and
/// that an ARN needs no looking.
fn a_name_of_another_region(service: &Service) {
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        multi_region: false,
        ..Make::default()
    });
    let step = Step::config(selector(&trail.name, ""))
        .fails_at_last(&[
            "Error:",
            "Trail not found",
            &trail.name,
            "us-east-1",
            "ARN",
            "egion",
        ])
        .check(|state| assert!(state.addresses().is_empty()));
    Case::new(service).step(step).run();
}

/// A trail that is not there may be made in the same apply: the plan warns, apply fails.
fn a_trail_that_is_not_there(service: &Service) {
    let missing_arn = format!(
        "arn:aws:cloudtrail:us-east-1:{}:trail/no-such-trail",
        service.account()
    );
    for missing in ["no-such-trail", &missing_arn] {
        let step = Step::config(selector(missing, ""))
            .says(
                Phase::Plan,
                &["Warning:", "no-such-trail", "us-east-1", "does not exist"],
            )
            .fails(
                Phase::Apply,
                &[
                    "Error:",
                    "Trail not found",
                    "no-such-trail",
                    "Nothing was changed",
                ],
            )
            .check(|state| assert!(state.addresses().is_empty()));
        Case::new(service).step(step).run();
    }
}

/// IAM's events never come there.
fn a_single_region_trail_outside_the_leader_region(service: &Service) {
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        multi_region: false,
        ..Make::default()
    });
    let needles = [
        "eu-west-1",
        "us-east-1",
        "multi-region",
        "docs.aws.amazon.com",
    ];
    refused(service, &selector(&trail.arn, ""), &needles);
    trail.has(&service_default());
}

/// Nor here.
fn a_trail_without_global_service_events(service: &Service) {
    let make = Make {
        multi_region: false,
        global_service_events: false,
        ..Make::default()
    };
    let trail = service.trail_with(make);
    refused(
        service,
        &selector(&trail.arn, ""),
        &["global service events", "docs.aws.amazon.com"],
    );
    trail.has(&service_default());
}

/// What was found is told, and what was expected.
fn an_arn_of_another_service(service: &Service) {
    refused(
        service,
        &selector("arn:aws:s3:::some-bucket", ""),
        &["arn:aws:s3:::some-bucket", "trail"],
    );
    let group = "arn:aws:logs:us-east-1:111122223333:log-group:trail/x";
    refused(service, &selector(group, ""), &["logs", "CloudTrail"]);
}

/// A Lake event data store has a resource of its own.
fn an_event_data_store_is_no_trail(service: &Service) {
    let store = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/12345678-1234-1234-1234-123456789012";
    refused(service, &selector(store, ""), &["eventdatastore", "trail"]);
}

/// The rule that it breaks is told.
fn a_name_that_no_trail_can_have(service: &Service) {
    for name in ["ab", "-audit", "my--trail", "192.168.5.4", "an audit"] {
        refused(service, &selector(name, ""), &[name]);
    }
}

/// One more value than CloudTrail takes is told with both figures; the last that fits, fits.
fn more_values_than_a_trail_takes(service: &Service) {
    let trail = service.trail();
    let names = |count: u32| {
        let names = format!("[for number in range({count}) : \"Event${{number}}\"]");
        selector(
            &trail.arn,
            &format!("services = []\ninclude_event_names = {names}\n"),
        )
    };
    refused(service, &names(500), &["501", "500"]);
    let step = Step::plan_only(names(499)).plans(THIS, &["create"]);
    Case::new(service).step(step).run();
}

/// An empty filter would log nothing at all.
fn no_names_at_all(service: &Service) {
    let trail = service.trail();
    refused(
        service,
        &selector(&trail.arn, "services = []"),
        &["No event names", "services"],
    );
}

/// Neither does it help to take away what was chosen.
fn all_names_taken_away(service: &Service) {
    let trail = service.trail();
    let arguments = format!(
        "{}exclude_event_names = [\"CreateUser\"]\n",
        only(&["CreateUser"])
    );
    refused(
        service,
        &selector(&trail.arn, &arguments),
        &["exclude_event_names"],
    );
}

/// AWS adds names, so an unknown one is no error; the nearest known one is told.
fn a_misspelt_event_name(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.arn, "include_event_names = [\"CreateUsr\"]");
    warned(service, &hcl, &["CreateUsr", "Did you mean", "CreateUser"]);
    let hcl = selector(&trail.arn, "include_event_names = [\"createuser\"]");
    warned(service, &hcl, &["createuser", "CreateUser"]);
}

/// One that is to be taken away, and takes nothing away.
fn a_misspelt_event_name_to_take_away(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.arn, "exclude_event_names = [\"ListUser\"]");
    warned(
        service,
        &hcl,
        &["ListUser", "ListUsers", "exclude_event_names"],
    );
}

/// A name that only writes, in a filter that only reads.
fn a_read_write_type_that_empties_the_set(service: &Service) {
    let trail = service.trail();
    let arguments = format!("{}read_write_type = \"ReadOnly\"\n", only(&["CreateUser"]));
    refused(
        service,
        &selector(&trail.arn, &arguments),
        &["ReadOnly", "read_write_type"],
    );
}

/// The allowed values are listed.
fn values_that_are_not_in_the_list(service: &Service) {
    let trail = service.trail();
    for (argument, found, allowed) in [
        (
            "filter_by = \"eventname\"",
            "eventname",
            "event_name_and_source",
        ),
        ("read_write_type = \"Write\"", "Write", "WriteOnly"),
        ("fallback = \"yes\"", "yes", "exclusion"),
        ("on_destroy = \"delete\"", "delete", "restore"),
        ("services = [\"IAM\"]", "IAM", "identitystore"),
        (
            "access_levels = [\"write\"]",
            "write",
            "Permissions management",
        ),
        ("resource_families = [\"users\"]", "users", "access_key"),
    ] {
        refused(service, &selector(&trail.arn, argument), &[found, allowed]);
    }
}

/// A source stands for all of its names: it can't carry some of them.
fn an_event_source_that_cannot_be_narrowed(service: &Service) {
    let trail = service.trail();
    let arguments = "filter_by = \"event_source\"\naccess_levels = [\"Write\"]\n";
    refused(
        service,
        &selector(&trail.arn, arguments),
        &["event_source", "event_name_and_source"],
    );
}

/// CloudTrail's limit is told.
fn a_selector_name_that_is_too_long(service: &Service) {
    let trail = service.trail();
    let hcl = selector(
        &trail.arn,
        &format!("selector_name = \"{}\"", "x".repeat(1001)),
    );
    refused(service, &hcl, &["selector_name", "1000"]);
}

/// What a duration looks like is told.
fn a_duration_that_is_none(service: &Service) {
    let trail = service.trail();
    let hcl = selector(&trail.arn, "timeouts {\n  create = \"soon\"\n}");
    refused(service, &hcl, &["soon", "90s"]);
}

/// Where the service lists the account's trails of all regions, the one that was meant is named.
#[test]
fn a_name_of_another_region_is_told_its_arn() {
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        region: "eu-west-1",
        multi_region: false,
        ..Make::default()
    });
    refused(
        &service,
        &selector(&trail.name, ""),
        &["Trail not found", &trail.arn],
    );
}

/// An organization trail seen from a member account: it can't be changed from there, and the error
/// says who can.
#[test]
fn an_organization_trail_seen_from_a_member_account() {
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        organization: true,
        ..Make::default()
    });
    let member = account::MEMBER;
    let step = Step::config(selector(&trail.arn, "")).fails_at_last(&[
        "Error:",
        "organization",
        "management account",
    ]);
    Case::new(&service)
        .terraform(|terraform| {
            terraform.set("AWS_ACCESS_KEY_ID", member.access_key);
            terraform.set("AWS_SECRET_ACCESS_KEY", member.secret_key);
        })
        .step(step)
        .run();
    trail.has(&service_default());
}

/// Whatever is wrong with a provider block is told with the argument that it stands in, before
/// anybody is asked.
#[test]
fn a_provider_block_that_is_wrong() {
    let service = Service::simulator();
    let trail = service.trail();
    let role = |arguments: &str| {
        let arn = "arn:aws:iam::111122223333:role/audit";
        format!("assume_role {{\n    role_arn = \"{arn}\"\n    {arguments}\n  }}")
    };
    let web = |arguments: &str| {
        let role = role(arguments);
        role.replacen("assume_role", "assume_role_with_web_identity", 1)
    };
    let both = "allowed_account_ids = [\"111122223333\"]\n  \
                forbidden_account_ids = [\"444455556666\"]";
    for (hcl, needles) in [
        (
            "assume_role {\n    role_arn = \"audit\"\n  }".to_owned(),
            ["role_arn", "`audit`", "arn:<partition>:iam::"],
        ),
        (
            role("duration = \"5m\""),
            ["duration", "`5m`", "`15m` to `12h`"],
        ),
        (role("policy = \"{\""), ["policy", "`{`", "jsonencode"]),
        (
            role("") + "\n  assume_role {}",
            ["assume_role", "chain is missing", "in each"],
        ),
        (
            web(""),
            ["web_identity_token", "neither", "exactly one of them"],
        ),
        (
            web("web_identity_token_file = \"x\"") + "\n  " + &web(""),
            [
                "assume_role_with_web_identity",
                "Too many",
                "No more than 1",
            ],
        ),
        (
            "allowed_account_ids = [11112222333]".to_owned(),
            ["allowed_account_ids", "`11112222333`", "12 digits"],
        ),
        (
            both.to_owned(),
            [
                "forbidden_account_ids",
                "both allowed and forbidden",
                "one of",
            ],
        ),
        (
            "retry_mode = \"legacy\"".to_owned(),
            ["retry_mode", "`legacy`", "`standard`, `adaptive`"],
        ),
    ] {
        let mut all = vec!["Error:", "provider \"iam\""];
        all.extend(needles);
        Case::new(&service)
            .provider(service.provider("us-east-1", &hcl))
            .step(Step::config(selector(&trail.arn, "")).fails(Phase::Validate, &all))
            .run();
    }
    let simulator = service.as_simulator().expect("a simulator");
    assert_eq!(simulator.journal().len(), 0);
}

/// Keys that nobody knows are told from keys that may not.
#[test]
fn keys_that_aws_does_not_know() {
    let service = Service::simulator();
    let trail = service.trail();
    let step =
        Step::config(selector(&trail.arn, "")).fails_before_apply(&["Error:", "credentials"]);
    Case::new(&service)
        .terraform(|terraform| terraform.set("AWS_ACCESS_KEY_ID", "AKIAUNKNOWNEXAMPLE"))
        .step(step)
        .run();
}

/// No keys anywhere.
#[test]
fn no_keys_at_all() {
    let service = Service::simulator();
    let trail = service.trail();
    let needles = ["Error:", "credentials", "AWS_PROFILE"];
    let step = Step::config(selector(&trail.arn, "")).fails_before_apply(&needles);
    Case::new(&service)
        .terraform(|terraform| {
            terraform.unset("AWS_ACCESS_KEY_ID");
            terraform.unset("AWS_SECRET_ACCESS_KEY");
        })
        .step(step)
        .run();
}
