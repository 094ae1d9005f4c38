//! `UpdateEventDataStore`, the one call that changes something, to the letter: which store, its
//! selectors, and no other setting of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{UPDATE, lake, selector};
use crate::support::case::{Case, Step};

/// What an update names it changes: federation, retention, protection and the key are somebody
/// else's. Neither create, nor update, nor any way to destroy names them.
#[test]
fn an_update_carries_the_store_and_the_selectors_and_nothing_else() {
    for on_destroy in ["restore", "default"] {
        let service = lake();
        let simulator = service.as_simulator().expect("a simulator");
        let store = service.store();
        let before = simulator.store(&store.arn);
        let rest = format!("on_destroy = \"{on_destroy}\"\n");
        Case::new(&service)
            .step(Step::config(selector(&store.arn, &rest)))
            .step(Step::config(selector(
                &store.arn,
                &format!("{rest}selector_name = \"renamed\"\n"),
            )))
            .run();
        let journal = simulator.journal();
        let updates: Vec<&Value> = journal
            .iter()
            .filter(|entry| entry.operation == UPDATE)
            .map(|entry| &entry.body)
            .collect();
        assert_eq!(updates.len(), 3, "{updates:?}");
        for update in &updates {
            let members: BTreeSet<&str> = update
                .as_object()
                .expect("an object")
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(
                members,
                BTreeSet::from(["AdvancedEventSelectors", "EventDataStore"])
            );
            assert_eq!(update["EventDataStore"], store.arn);
            let list = update["AdvancedEventSelectors"].as_array();
            assert!(list.is_some_and(|list| !list.is_empty()), "{update}");
        }
        assert_eq!(
            updates[0]["AdvancedEventSelectors"],
            json!([{
                "Name": "iam-only",
                "FieldSelectors": [
                    { "Field": "eventCategory", "Equals": ["Management"] },
                    { "Field": "eventSource", "Equals": ["iam.amazonaws.com"] },
                ],
            }])
        );
        let after = simulator.store(&store.arn);
        for (name, value) in before.as_object().expect("an object") {
            if !["AdvancedEventSelectors", "UpdatedTimestamp"].contains(&name.as_str()) {
                assert_eq!(after[name], *value, "{name}");
            }
        }
        for call in &journal {
            assert!(
                [UPDATE, super::GET].contains(&call.operation.as_str()),
                "{call:?}"
            );
        }
    }
}
