//! Many resources in one apply.

use serde_json::Value;

use super::super::concurrency::{REGIONS, at_once};
use super::lake;
use crate::simulator::{Fault, What};
use crate::support::selectors::{by_name, set, store_default};
use crate::support::state::State;
use crate::support::store::Store;
use crate::support::terraform::{CONFIGURATION, PROVIDER};

/// How many stores: as many as five Regions take.
const MANY: usize = 50;

/// Fifty resources with one another: each has its own store, of five Regions, and its own selectors.
/// They really go side by side, none gets what is another's, and the plan after it is empty.
#[test]
fn fifty_resources_at_once() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let stores: Vec<Store<'_>> = (0..MANY)
        .map(|number| {
            service.store_with(|seed| REGIONS[number % REGIONS.len()].clone_into(&mut seed.region))
        })
        .collect();
    let before = |store: &Store<'_>| -> Value {
        set(&[by_name(&format!("before {}", store.name), &["ListUsers"])])
    };
    for store in &stores {
        store.put(&before(store));
    }
    let entry = |store: &Store<'_>| format!("    {} = {:?}\n", store.name, store.arn);
    let all = stores.iter().map(entry).collect::<Vec<_>>().concat();
    let hcl = format!(
        "resource \"iam_only_event_data_store_selector\" \"all\" {{\n  for_each = {{\n{all}  }}\n  \
         event_data_store = each.value\n  selector_name = each.key\n  services = []\n  \
         filter_by = \"event_name\"\n  include_event_names = [\"CreateUser\", \"DeleteUser\"]\n}}\n"
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
    for store in &stores {
        store.has(&set(&[by_name(&store.name, &["CreateUser", "DeleteUser"])]));
        let address = format!("iam_only_event_data_store_selector.all[{:?}]", store.name);
        state.has(&address, "event_data_store_arn", store.arn.as_str());
        state.has(&address, "home_region", store.region.as_str());
    }
    let settled = terraform.run(&["plan", "-detailed-exitcode", parallel]);
    assert!(settled.succeeded(), "{settled}");
    let destroyed = terraform.run(&["destroy", "-auto-approve", parallel]);
    destroyed
        .success()
        .says(&["Destroy complete! Resources: 50 destroyed."]);
    for store in &stores {
        store.has(&before(store));
    }
}

/// A service with quotas, as AWS documented them: changes are paced, and none is lost.
#[test]
fn quotas_are_kept() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let stores: Vec<Store<'_>> = (0..5).map(|_| service.store()).collect();
    let arns: Vec<&str> = stores.iter().map(|store| store.arn.as_str()).collect();
    let hcl = format!(
        "resource \"iam_only_event_data_store_selector\" \"all\" {{\n  \
         for_each         = toset({})\n  event_data_store = each.value\n}}\n",
        serde_json::json!(arns)
    );
    simulator.enforce_quotas(true);
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &hcl);
    terraform.run(&["apply", "-auto-approve"]).success();
    let refused = simulator
        .journal()
        .into_iter()
        .filter(|call| !call.is_ok())
        .count();
    assert!(refused <= 2, "{refused} calls too many");
    simulator.enforce_quotas(false);
    terraform.run(&["destroy", "-auto-approve"]).success();
    for store in &stores {
        store.has(&store_default());
    }
}
