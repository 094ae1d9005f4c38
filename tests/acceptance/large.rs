//! Messages beyond the 4 MiB to which gRPC limits them where nobody says otherwise: Terraform takes
//! more, and so must a provider, in both directions.

use super::RECIPE;
use crate::support::service::Service;
use crate::support::state::State;
use crate::support::terraform::{CONFIGURATION, PLAN, PROVIDER, STATE};

/// How many names, and how long each is. Few long ones: Terraform's own work goes by their number.
const NAMES: usize = 1000;
const LENGTH: usize = 5500;
/// What their sum has to exceed.
const LIMIT: usize = 5 << 20;

/// A data source with more than 5 MiB of names in its configuration, and more in its answer: planned,
/// applied, in the state to the last name, and planned again to nothing.
#[test]
fn a_configuration_and_a_state_of_many_megabytes() {
    const { assert!(NAMES * LENGTH > LIMIT, "it is large") };
    let service = Service::simulator();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    let name = |number: &str| format!("Event{number}{}", "x".repeat(LENGTH - 10));
    terraform.write(
        CONFIGURATION,
        &format!(
            "data \"iam_event_names\" \"large\" {{\n  services = []\n  include_event_names = \
             concat([\"{}\"], [for number in range({NAMES}) : format(\"{}\", number)])\n}}\n",
            RECIPE[0],
            name("%05d")
        ),
    );
    terraform.run(&["plan", &format!("-out={PLAN}")]).success();
    terraform.run(&["apply", PLAN]).success();
    let written = terraform.read(STATE).unwrap_or_default().len();
    assert!(written > LIMIT, "the state has {written} bytes");
    let state = State::new(terraform.show_state());
    let found = state.texts("data.iam_event_names.large", "event_names");
    assert_eq!(found.len(), NAMES + 1);
    assert!(found.contains(RECIPE[0]));
    for number in 0..NAMES {
        let name = name(&format!("{number:05}"));
        assert!(found.contains(&name), "{number} is not in the state");
    }
    let settled = terraform.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(settled.code, Some(0), "the second plan is empty");
}
