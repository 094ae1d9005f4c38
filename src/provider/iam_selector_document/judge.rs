//! What is said about the selectors of a document: they are held against the rules of the place that
//! they are for, before anybody puts them there.

use std::collections::BTreeMap;

use tf_provider::{AttributePath, Diagnostics};

use crate::intent::Intent;
use crate::provider::destination::judge::{OF_FILTER_BY, OF_SOURCES, TOLD_ELSEWHERE, left_out};
use crate::provider::explain;
use crate::rules::{self, Destination, Finding};
use crate::selector::AdvancedEventSelector;

/// Says each rule that the selectors break once, however many of them do.
pub(super) fn selectors(
    diags: &mut Diagnostics,
    destination: Destination,
    intent: &Intent,
    selectors: &[AdvancedEventSelector],
) {
    left_out(diags, intent);
    let mut by_rule: BTreeMap<&str, Finding> = BTreeMap::new();
    let findings = rules::check(selectors, destination).into_iter();
    for finding in findings.filter(|finding| !TOLD_ELSEWHERE.contains(&finding.rule)) {
        by_rule
            .entry(finding.rule)
            .and_modify(|first| first.found = format!("{}; {}", first.found, finding.found))
            .or_insert(finding);
    }
    for mut finding in by_rule.into_values() {
        if OF_FILTER_BY.contains(&finding.rule) {
            "The service decides when the selectors are put on a trail: expect it to refuse them. Set \
             filter_by = \"exclusion\" for the narrowest that AWS documents for trails, destination = \
             \"event_data_store\" if that is where they go, or use a document for what stands behind \
             the trail"
                .clone_into(&mut finding.repair);
        }
        if finding.rule == OF_SOURCES {
            "filter_by = \"event_name_and_source\" makes a selector for each event source: select fewer \
             services, or filter by event_source or by event_name, which make one selector"
                .clone_into(&mut finding.repair);
        }
        let of_value = finding.at.as_ref().is_some_and(|at| at.value.is_some());
        let path = if finding.rule == OF_SOURCES {
            AttributePath::new("services")
        } else if of_value {
            // The catalog's own values break no rule.
            AttributePath::new("include_event_names")
        } else {
            explain::path_of(&finding, intent.filter_by)
        };
        explain::finding(diags, path, &finding);
    }
}
