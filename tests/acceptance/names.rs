//! The data source `iam_event_names`.

use super::IAM_NAMES;
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::service::Service;
use crate::support::state::strings;

const ALL: &str = "data.iam_event_names.all";

/// Reads the data source with these arguments under the name `all`.
fn names(arguments: &str) -> String {
    let arguments = super::indented(arguments);
    format!("data \"iam_event_names\" \"all\" {{\n{arguments}}}\n")
}

/// All of IAM, known when planned, with what the catalog knows of each name; nobody is asked.
#[test]
fn all_of_iam_without_a_call() {
    let service = Service::simulator();
    let hcl = format!(
        "{}output \"names\" {{\n  value = {ALL}.event_names\n}}\n",
        names("")
    );
    let step = Step::config(hcl)
        .check_plan(|plan| assert_eq!(plan.changes(), ["output names"], "known when planned"))
        .check(|state| {
            let found = state.texts(ALL, "event_names");
            assert_eq!(found.len(), IAM_NAMES);
            assert_eq!(strings(state.output("names")), found);
            assert_eq!(
                strings(&state.at(ALL)["event_sources"]),
                strings(&serde_json::json!(["iam.amazonaws.com"]))
            );
            let events = state.at(ALL)["events"].as_array().expect("a list").clone();
            assert_eq!(events.len(), IAM_NAMES);
            let create = events
                .iter()
                .find(|event| event["name"] == "CreateUser")
                .expect("CreateUser");
            assert_eq!(create["source"], "iam.amazonaws.com");
            assert_eq!(create["access_level"], "Write");
            assert_eq!(create["read_only"], false);
            assert_eq!(create["family"], "user");
            assert!(
                strings(&create["collides_with"]).contains("workmail"),
                "{create}"
            );
        });
    Case::new(&service).step(step).run();
    let journal = service.as_simulator().expect("a simulator").journal();
    assert!(journal.is_empty(), "{journal:#?}");
}

/// The same five filters as the resource has, and the same result.
#[test]
fn the_filters_are_those_of_the_resource() {
    let service = Service::simulator();
    let trail = service.trail();
    let filters = "services = [\"iam\", \"sts\"]\naccess_levels = [\"Write\"]\n\
                   include_event_names = [\"ConsoleLogin\"]\nexclude_event_names = [\"CreateUser\"]";
    let hcl = format!(
        "{}{}",
        names(filters),
        super::selector(&trail.name, filters)
    );
    let step = Step::config(hcl).check(|state| {
        let found = state.texts(ALL, "event_names");
        assert!(
            found.contains("AssumeRole") && found.contains("ConsoleLogin"),
            "{found:?}"
        );
        assert!(
            !found.contains("CreateUser") && !found.contains("ListUsers"),
            "{found:?}"
        );
        assert_eq!(
            found,
            state.texts(crate::support::case::THIS, "event_names")
        );
    });
    Case::new(&service).step(step).run();
}

/// A role assumption is written as read-only by CloudTrail, whatever its access level.
#[test]
fn read_only_is_what_cloudtrail_records() {
    let service = Service::simulator();
    let step = Step::config(names("services = [\"sts\"]")).check(|state| {
        let events = state.at(ALL)["events"].as_array().expect("a list").clone();
        let assume = events
            .iter()
            .find(|event| event["name"] == "AssumeRole")
            .expect("AssumeRole");
        assert_eq!(assume["access_level"], "Write");
        assert_eq!(assume["read_only"], true);
    });
    Case::new(&service).step(step).run();
}

/// The provider's catalog block holds here as well.
#[test]
fn the_providers_catalog_is_the_default() {
    let service = Service::simulator();
    let catalog = "event_catalog {\n    services = [\"sts\"]\n  }";
    let step = Step::config(names("")).check(|state| {
        assert!(state.texts(ALL, "event_names").contains("AssumeRole"));
        assert!(!state.texts(ALL, "event_names").contains("CreateUser"));
    });
    Case::new(&service)
        .provider(service.provider("us-east-1", catalog))
        .step(step)
        .run();
}

/// A misspelt name is told here as it is in the resource.
#[test]
fn a_misspelt_name_is_warned_of() {
    let service = Service::simulator();
    let step = Step::config(names("include_event_names = [\"CreateUsr\"]"))
        .says(Phase::Plan, &["Warning:", "CreateUsr", "CreateUser"]);
    Case::new(&service).step(step).run();
}
