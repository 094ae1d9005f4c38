//! The data source `iam_selector_document`: what it gives out, what it says against a choice, and that
//! it asks nobody. What the documents do in the tools they are for is tried in `documents`.

use serde_json::{Value, json};

use super::{IAM_NAMES, indented, selector, stores, wire};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::service::Service;
use crate::support::state::strings;

const DOCUMENT: &str = "data.iam_selector_document.this";

/// Every output that is a document, and whether it is a list.
const DOCUMENTS: [(&str, bool); 8] = [
    ("aws_cli_json", false),
    ("cloudformation_json", false),
    ("cloudformation_yaml", false),
    ("terraform_hcl", false),
    ("event_bridge_patterns", true),
    ("cloudwatch_logs_filter_patterns", true),
    ("lake_sql", false),
    ("athena_sql", false),
];

fn document(arguments: &str) -> String {
    let arguments = indented(arguments);
    format!("data \"iam_selector_document\" \"this\" {{\n{arguments}}}\n")
}

fn parsed(document: &Value) -> Value {
    let text = document.as_str().expect("a text");
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// All of IAM, known when planned, and nobody is asked.
#[test]
fn every_document_without_a_call() {
    let service = Service::simulator();
    let hcl = format!(
        "{}output \"cli\" {{\n  value = {DOCUMENT}.aws_cli_json\n}}\n",
        document("")
    );
    let step = Step::config(hcl)
        .check_plan(|plan| assert_eq!(plan.changes(), ["output cli"], "known when planned"))
        .check(|state| {
            let found = state.at(DOCUMENT);
            for (key, is_list) in DOCUMENTS {
                let texts: Vec<&Value> = if is_list {
                    found[key].as_array().expect("a list").iter().collect()
                } else {
                    vec![&found[key]]
                };
                assert!(!texts.is_empty(), "{key}");
                for text in texts {
                    assert!(
                        text.as_str().is_some_and(|text| text.len() > 20),
                        "{key}: {text}"
                    );
                }
            }
            state
                .has(DOCUMENT, "destination", "trail")
                .has(DOCUMENT, "filter_by", "event_name")
                .has(DOCUMENT, "read_write_type", "All")
                .has(DOCUMENT, "selector_name", "iam-only")
                .has(DOCUMENT, "precision", "by_name")
                .has(DOCUMENT, "event_count", IAM_NAMES);
            assert_eq!(state.texts(DOCUMENT, "event_names").len(), IAM_NAMES);
            let sources = strings(&json!(["iam.amazonaws.com"]));
            assert_eq!(state.texts(DOCUMENT, "event_sources"), sources);
            let [pattern] = found["event_bridge_patterns"]
                .as_array()
                .expect("a list")
                .as_slice()
            else {
                panic!("one pattern, but {}", found["event_bridge_patterns"]);
            };
            assert_eq!(
                parsed(pattern)["detail"],
                json!({ "eventSource": ["iam.amazonaws.com"] })
            );
        });
    Case::new(&service).step(step).run();
    let journal = service.as_simulator().expect("a simulator").journal();
    assert!(journal.is_empty(), "{journal:#?}");
}

/// The selectors of the documents are those that the resource puts, for the same arguments.
#[test]
fn the_selectors_are_those_of_the_resource() {
    let service = Service::simulator();
    let trail = service.trail();
    let arguments = "services = [\"iam\", \"sts\"]\naccess_levels = [\"Write\"]\n\
                     include_event_names = [\"ConsoleLogin\"]\nexclude_event_names = [\"CreateUser\"]\n\
                     read_write_type = \"WriteOnly\"\nfilter_by = \"event_name_and_source\"\n\
                     selector_name = \"a \\\"b\\\" $${c}\"";
    let hcl = format!(
        "{}{}",
        document(arguments),
        super::selector(&trail.name, arguments)
    );
    let step = Step::config(hcl).check(|state| {
        let found = state.at(DOCUMENT);
        let put = wire(&state.at(THIS)["advanced_event_selectors"]);
        let rendered = parsed(&found["aws_cli_json"]);
        let rendered = crate::support::selectors::set(rendered.as_array().expect("a list"));
        assert_eq!(crate::support::selectors::normal(&rendered), put);
        let property = parsed(&found["cloudformation_json"]);
        assert_eq!(
            property["AdvancedEventSelectors"],
            parsed(&found["aws_cli_json"])
        );
        for key in ["event_names", "precision"] {
            assert_eq!(found[key], state.at(THIS)[key], "{key}");
        }
    });
    Case::new(&service).step(step).run();
}

/// A store takes sources, so that is its default; less than whole services is said by name and source.
/// An ARN names the store in a query by its end.
#[test]
fn a_store_is_filtered_by_source() {
    let service = Service::simulator();
    let store = "destination = \"event_data_store\"\n";
    let id = "11111111-2222-4333-8444-555555555555";
    let arn = format!("arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/{id}");
    let whole = format!("{store}event_data_store_id = \"{arn}\"\nathena_table = \"audit.trail\"");
    let whole = Step::config(document(&whole))
        .never_says(Phase::Plan, &["Warning:"])
        .check(|state| {
            state
                .has(DOCUMENT, "filter_by", "event_source")
                .has(DOCUMENT, "precision", "exact");
            let sql = |key| state.text(DOCUMENT, key);
            assert!(
                sql("lake_sql").contains(&format!("\nFROM {id}\n")),
                "{}",
                sql("lake_sql")
            );
            assert!(
                sql("athena_sql").contains("\nFROM audit.trail\n"),
                "{}",
                sql("athena_sql")
            );
        });
    let part = format!("{store}resource_families = [\"access_key\"]");
    let part = Step::config(document(&part)).check(|state| {
        state
            .has(DOCUMENT, "filter_by", "event_name_and_source")
            .has(DOCUMENT, "precision", "exact");
        assert!(
            state
                .text(DOCUMENT, "lake_sql")
                .contains("\nFROM $EDS_ID\n")
        );
    });
    Case::new(&service).step(whole).step(part).run();
}

/// The provider's catalog block holds here as well.
#[test]
fn the_providers_catalog_is_the_default() {
    let service = Service::simulator();
    let catalog = "event_catalog {\n    services = [\"sts\"]\n    exclude  = [\"AssumeRole\"]\n  }";
    let step = Step::config(document("")).check(|state| {
        let names = state.texts(DOCUMENT, "event_names");
        assert!(
            names.contains("GetSessionToken") && !names.contains("AssumeRole"),
            "{names:?}"
        );
        let sql = state.text(DOCUMENT, "athena_sql");
        assert!(
            sql.contains("'sts.amazonaws.com'") && !sql.contains("'AssumeRole'"),
            "{sql}"
        );
    });
    Case::new(&service)
        .provider(service.provider("us-east-1", catalog))
        .step(step)
        .run();
}

/// What is not known when planned is not guessed: the documents come at apply.
#[test]
fn unknown_inputs_wait_for_the_apply() {
    let service = Service::simulator();
    let hcl = format!(
        "resource \"terraform_data\" \"name\" {{\n  input = \"ConsoleLogin\"\n}}\n{}\
         output \"sql\" {{\n  value = {DOCUMENT}.lake_sql\n}}\n",
        document("include_event_names = [terraform_data.name.output]")
    );
    let step = Step::config(hcl)
        .check_plan(|plan| assert!(plan.is_unknown(DOCUMENT, "lake_sql")))
        .check(|state| {
            let sql = state.output("sql").as_str().expect("a text");
            assert!(sql.contains("'ConsoleLogin'"), "{sql}");
        });
    Case::new(&service).step(step).run();
}

/// What AWS documents as not supported is said where it is asked for; the exclusion is not.
#[test]
fn selectors_are_judged_by_their_destination() {
    let service = Service::simulator();
    let by_name = Step::config(document("")).says(
        Phase::Plan,
        &[
            "Warning:",
            "eventName is not documented for trails",
            "exclusion",
        ],
    );
    let exclusion = Step::config(document("filter_by = \"exclusion\""))
        .never_says(Phase::Plan, &["Warning:"])
        .check(|state| {
            state.has(DOCUMENT, "precision", "superset");
            // Behind the trail it is exact all the same.
            let sql = state.text(DOCUMENT, "athena_sql");
            assert!(sql.contains("eventsource = 'iam.amazonaws.com'"), "{sql}");
        });
    Case::new(&service).step(by_name).step(exclusion).run();
}

/// A read-write type that hides what its author is likely to look for says so, wherever it is asked
/// for; where nothing of the kind is chosen it is silent.
#[test]
fn what_a_read_write_type_hides_is_told() {
    let service = Service::simulator();
    let (trail, store) = (service.trail(), service.store());
    let hides = |kind: &str, names: &str| Some(format!("{kind} leaves out {names}"));
    for (choice, told) in [
        (
            "read_write_type = \"WriteOnly\"\n",
            hides("WriteOnly", "AssumeRole, AssumeRoleWithSAML"),
        ),
        (
            "read_write_type = \"ReadOnly\"\n",
            hides("ReadOnly", "GetFederationToken, GetSessionToken"),
        ),
        (
            "read_write_type = \"WriteOnly\"\nresource_families = [\"access_key\"]\n",
            None,
        ),
        ("", None),
    ] {
        let arguments = format!("services = [\"iam\", \"sts\"]\n{choice}");
        for step in [
            Step::plan_only(document(&arguments)),
            Step::plan_only(selector(&trail.arn, &arguments)).plans(THIS, &["create"]),
            Step::plan_only(stores::selector(&store.arn, &arguments))
                .plans(stores::STORE, &["create"]),
        ] {
            let step = match &told {
                Some(text) => step.says(Phase::Plan, &[text, "exclude_event_names"]),
                None => step.never_says(Phase::Plan, &["leaves out"]),
            };
            Case::new(&service).step(step).run();
        }
    }
}

/// Each mistake is told before anything is made of it, with what was found and what to do.
#[test]
fn mistakes_are_told() {
    let service = Service::simulator();
    let store = "destination = \"event_data_store\"\n";
    let six =
        "services = [\"iam\", \"sts\", \"sso\", \"signin\", \"identitystore\", \"sso-directory\"]";
    let cases: [(String, &[&str]); 9] = [
        (
            "destination = \"bucket\"".to_owned(),
            &[
                "Unknown value of destination",
                "`bucket`",
                "`event_data_store`",
            ],
        ),
        (
            "filter_by = \"name\"".to_owned(),
            &["Unknown value of filter_by", "`exclusion`"],
        ),
        (
            "read_write_type = \"Write\"".to_owned(),
            &["Unknown value of read_write_type", "`WriteOnly`"],
        ),
        (
            "services = [\"ec2\"]".to_owned(),
            &["Unknown value in services", "`ec2`"],
        ),
        (
            "selector_name = \"a\\nb\"".to_owned(),
            &["Not a selector name", "line"],
        ),
        (
            "athena_table = \"logs; DROP TABLE logs\"".to_owned(),
            &["Not what a query reads from", "athena_table"],
        ),
        (
            "services = []\ninclude_event_names = [\"NewThing\"]".to_owned(),
            &[
                "The event source of a name is unknown",
                "`NewThing`",
                "services",
            ],
        ),
        (
            format!("{store}filter_by = \"event_source\"\nexclude_event_names = [\"GetUser\"]"),
            &["An event source can't be narrowed", "event_name_and_source"],
        ),
        (
            format!("{store}filter_by = \"event_name_and_source\"\n{six}"),
            &["More than five selectors on a store", "five"],
        ),
    ];
    for (arguments, needles) in cases {
        let mut all = vec!["Error:"];
        all.extend(needles);
        let step = Step::config(document(&arguments)).fails_before_apply(&all);
        Case::new(&service).step(step).run();
    }
}
