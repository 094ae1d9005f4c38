//! Many things at once: resources in one apply, and connections to one socket.
//!
//! On the simulator only, whose journal shows what ran side by side.

use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::{RECIPE, event_names, only, selector};
use crate::simulator::{Entry, Fault, What};
use crate::support::process::sockets;
use crate::support::selectors::{by_name, service_default, set};
use crate::support::service::{Make, Service, Trail};
use crate::support::state::State;
use crate::support::terraform::{CONFIGURATION, PROVIDER};

/// How many resources.
const MANY: usize = 50;
/// Where their trails live, in turn.
pub(super) const REGIONS: [&str; 5] = [
    "us-east-1",
    "eu-west-1",
    "eu-central-1",
    "ap-southeast-2",
    "sa-east-1",
];
/// How many strangers connect.
const STRANGERS: usize = 20;

/// How many of these requests were under way at the same moment.
pub(super) fn at_once(calls: &[Entry]) -> usize {
    let under_way = |moment: u64| {
        let them = calls
            .iter()
            .filter(|call| call.started_at <= moment && moment < call.finished_at);
        them.count()
    };
    let counts = calls.iter().map(|call| under_way(call.started_at));
    counts.max().unwrap_or_default()
}

/// Fifty resources with one another: each has its own trail, of five regions, and its own selectors.
/// They really go side by side, none gets what is another's, and the plan after it is empty.
#[test]
fn fifty_resources_at_once() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trails: Vec<Trail<'_>> = (0..MANY)
        .map(|number| {
            service.trail_with(Make {
                region: REGIONS[number % REGIONS.len()],
                ..Make::default()
            })
        })
        .collect();
    let entry = |trail: &Trail<'_>| format!("    {} = {:?}\n", trail.name, trail.arn);
    let all = trails.iter().map(entry).collect::<Vec<_>>().concat();
    let hcl = format!(
        "resource \"iam_only_trail_selector\" \"all\" {{\n  for_each = {{\n{all}  }}\n  \
         trail_name = each.value\n  selector_name = each.key\n  services = []\n  \
         include_event_names = [\"CreateUser\", \"DeleteUser\"]\n}}\n"
    );
    let terraform = service.terraform();
    let unlimited = "max_reads_per_second = 1000\n  max_writes_per_second = 1000";
    terraform.write(PROVIDER, &service.provider("us-east-1", unlimited));
    terraform.write(CONFIGURATION, &hcl);
    let parallel = "-parallelism=50";

    simulator.inject(Fault::any(What::Slow { ms: 200 }).always());
    let applied = terraform.run(&["apply", "-auto-approve", parallel]);
    applied
        .success()
        .says(&["50 added, 0 changed, 0 destroyed"]);
    let most = at_once(&simulator.journal());
    assert!(most > 25, "{most} calls at once");
    simulator.clear_faults();

    let state = State::new(terraform.show_state());
    assert_eq!(state.addresses().len(), MANY);
    for trail in &trails {
        trail.has(&set(&[by_name(&trail.name, &["CreateUser", "DeleteUser"])]));
        let address = format!("iam_only_trail_selector.all[{:?}]", trail.name);
        state.has(&address, "trail_arn", trail.arn.as_str());
        state.has(&address, "home_region", trail.region.as_str());
    }
    let settled = terraform.run(&["plan", "-detailed-exitcode", parallel]);
    assert!(settled.succeeded(), "{settled}");
    let destroyed = terraform.run(&["destroy", "-auto-approve", parallel]);
    destroyed
        .success()
        .says(&["Destroy complete! Resources: 50 destroyed."]);
    for trail in &trails {
        trail.has(&service_default());
    }
}

/// Whoever may connect to the socket and then says nothing keeps nobody waiting: the apply under way
/// ends, and so do the commands after it, which connect anew where they find the same provider. None
/// of them has to kill it.
#[test]
fn idle_connections_block_nobody() {
    let service = Service::simulator();
    let trail = service.trail();
    let mut terraform = service.terraform();
    let temporary = terraform.temporary();
    // Terraform warns in its log of a provider that did not end by itself.
    terraform.set("TF_LOG", "WARN");
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&RECIPE)));

    let held = service.hold("PutEventSelectors");
    let running = terraform.spawn(&["apply", "-auto-approve"]);
    held.arrived();
    let found = sockets(&temporary);
    let [socket] = found.as_slice() else {
        panic!("one socket, not {found:?}")
    };
    let strangers: Vec<UnixStream> = (0..STRANGERS)
        .map(|_| UnixStream::connect(socket).expect("a connection"))
        .collect();
    held.release();
    let applied = running
        .finish(&terraform, Duration::from_secs(30))
        .success();
    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
    let settled = terraform.run(&["plan", "-detailed-exitcode"]).success();
    let destroyed = terraform.run(&["destroy", "-auto-approve"]).success();
    trail.has(&service_default());
    drop(strangers);
    for outcome in [applied, settled, destroyed] {
        assert!(!outcome.contains("exit gracefully"), "{outcome}");
    }
}
