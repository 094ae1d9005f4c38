//! A whole organization in one configuration: trails of several accounts and Regions, and a service
//! that keeps its quotas.
//!
//! On the simulator only, whose journal tells when which account asked for what, and which alone has
//! quotas.

use std::collections::BTreeSet;

use super::concurrency::{REGIONS, at_once};
use super::named;
use crate::simulator::account::{Credentials, DELEGATED, MANAGEMENT, MEMBER};
use crate::simulator::{Entry, Fault, Options, What};
use crate::support::reattached::spawned_only;
use crate::support::selectors::{by_name, service_default, set};
use crate::support::service::{Make, Service, Trail};
use crate::support::terraform::{CONFIGURATION, PROVIDER};

/// How many trails.
const MANY: usize = 50;

/// Whose they are, in turn, and how each account's provider block is called.
const ACCOUNTS: [(&str, Credentials); 3] = [
    ("management", MANAGEMENT),
    ("member", MEMBER),
    ("delegated", DELEGATED),
];

/// Three provider blocks with an alias each.
fn providers(service: &Service) -> String {
    let blocks = ACCOUNTS.map(|(name, key)| {
        let arguments = format!(
            "alias = \"{name}\"\n  profile = \"{name}\"\n  allowed_account_ids = [\"{}\"]\n  \
             shared_credentials_files = [\"credentials\"]",
            key.account
        );
        service.provider("us-east-1", &arguments)
    });
    let parts = blocks.each_ref().map(|text| {
        let (required, _) = text.split_once("provider \"iam\"").expect("a block");
        (required, &text[required.len()..])
    });
    let required = parts[0].0;
    [required, parts[0].1, parts[1].1, parts[2].1].concat()
}

/// The profiles that the blocks name.
fn profiles() -> String {
    let profile = |(name, key): (&str, Credentials)| {
        let (id, secret) = (key.access_key, key.secret_key);
        format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
    };
    ACCOUNTS.map(profile).concat()
}

/// A resource for the trails of an account.
fn resource(name: &str, trails: &[&Trail<'_>]) -> String {
    let entry = |trail: &&Trail<'_>| format!("    {} = {:?}\n", trail.name, trail.arn);
    let all = trails.iter().map(entry).collect::<Vec<_>>().concat();
    format!(
        "resource \"iam_only_trail_selector\" \"{name}\" {{\n  provider = iam.{name}\n  for_each = \
         {{\n{all}  }}\n  trail_name = each.value\n  selector_name = each.key\n  services = []\n  \
         include_event_names = [\"CreateUser\", \"DeleteUser\"]\n}}\n"
    )
}

/// The account and the home Region that an ARN names.
fn at_home(arn: &str) -> (&str, &str) {
    match arn.split(':').collect::<Vec<_>>().as_slice() {
        [_, _, _, region, account, _] => (account, region),
        parts => panic!("an ARN has six parts: {parts:?}"),
    }
}

/// Fifty trails of three accounts in five Regions, and a service that takes no more calls than AWS
/// documents: no call is throttled, each change is signed in its trail's account and goes to its home
/// Region, the plan afterwards is empty, and a destroy puts everything back.
#[test]
fn fifty_trails_of_three_accounts_within_the_quotas() {
    if spawned_only("three provider blocks need three processes") {
        return;
    }
    let service = Service::start(Options {
        accept_undocumented: true,
        enforce_quotas: true,
        ..Options::default()
    });
    let simulator = service.as_simulator().expect("a simulator");
    let trails: Vec<Trail<'_>> = (0..MANY)
        .map(|number| {
            service.trail_with(Make {
                region: REGIONS[number / ACCOUNTS.len() % REGIONS.len()],
                account: Some(ACCOUNTS[number % ACCOUNTS.len()].1.account),
                ..Make::default()
            })
        })
        .collect();
    let resources = ACCOUNTS.map(|(name, key)| {
        let own = |trail: &&Trail<'_>| at_home(&trail.arn).0 == key.account;
        resource(name, &trails.iter().filter(own).collect::<Vec<_>>())
    });
    let terraform = service.terraform();
    terraform.write("credentials", &profiles());
    terraform.write(PROVIDER, &providers(&service));
    terraform.write(CONFIGURATION, &resources.concat());
    let parallel = "-parallelism=50";
    // Each trail is changed once, by whom and where it ought to be.
    let changed_once = || {
        let journal = simulator.journal();
        for call in &journal {
            assert!(call.is_ok(), "{call:#?}");
        }
        let puts = journal
            .iter()
            .filter(|call| call.operation == "PutEventSelectors");
        let mut changed = BTreeSet::new();
        for put in puts {
            let arn = put.body["TrailName"].as_str().expect("an ARN");
            assert_eq!(at_home(arn), (put.account.as_str(), put.region.as_str()));
            assert!(changed.insert(arn.to_owned()), "{arn} is changed twice");
        }
        assert_eq!(changed.len(), MANY);
        simulator.clear_journal();
    };

    let applied = terraform.run(&["apply", "-auto-approve", parallel]);
    applied
        .success()
        .says(&["50 added, 0 changed, 0 destroyed"]);
    changed_once();
    for trail in &trails {
        trail.has(&set(&[by_name(&trail.name, &["CreateUser", "DeleteUser"])]));
    }

    let settled = terraform.run(&["plan", "-detailed-exitcode", parallel]);
    assert_eq!(settled.code, Some(0), "{settled}");
    for call in simulator.journal() {
        assert!(call.is_ok(), "{call:#?}");
        assert_ne!(call.operation, "PutEventSelectors");
    }
    simulator.clear_journal();

    let destroyed = terraform.run(&["destroy", "-auto-approve", parallel]);
    destroyed
        .success()
        .says(&["Destroy complete! Resources: 50 destroyed."]);
    changed_once();
    for trail in &trails {
        trail.has(&service_default());
    }
}

/// Where the limit is raised, the changes of one account and Region go at once.
#[test]
fn a_raised_limit_lets_more_through() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trails: Vec<Trail<'_>> = (0..5).map(|_| service.trail()).collect();
    let of = |trail: &Trail<'_>| named(&trail.name, &trail.arn, "");
    let resources: Vec<String> = trails.iter().map(of).collect();
    let terraform = service.terraform();
    let raised = "max_writes_per_second = 5\n  max_reads_per_second = 100";
    terraform.write(PROVIDER, &service.provider("us-east-1", raised));
    terraform.write(CONFIGURATION, &resources.concat());
    let slow = Fault::on("PutEventSelectors", What::Slow { ms: 700 });
    simulator.inject(slow.always());
    terraform.run(&["apply", "-auto-approve"]).success();
    let puts: Vec<Entry> = simulator
        .journal()
        .into_iter()
        .filter(|call| call.operation == "PutEventSelectors")
        .collect();
    assert_eq!(puts.len(), 5);
    assert_eq!(at_once(&puts), 5);
}
