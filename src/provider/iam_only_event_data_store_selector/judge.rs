//! What a plan warns of and refuses that is the event data store's own: where it is, which kind of
//! events it is for, whose it is, and that CloudTrail Lake is closed to new customers.

use tf_provider::{AttributePath, Diagnostics};

use super::plan::Outcome;
use crate::aws::event_data_store::{Readiness, Store, StoreArn};
use crate::provider::convert::Wish;
use crate::provider::destination::{self, judge};
use crate::provider::explain;
use crate::provider::shared::Configured;
use crate::rules::circumstances::{Circumstances, check_change};
use crate::rules::reach::Facts;
use crate::rules::{self, Destination, Severity};
use crate::selector::{AdvancedEventSelector, MANAGEMENT};

/// A rule whose findings are told otherwise, and better: with the selectors that are lost.
const TOLD_ELSEWHERE: &str = "change-categories-lost";

/// The rule that says who may use CloudTrail Lake.
const LAKE_CLOSED: &str = "store-lake-closed";

const EVENT_DATA_STORE: &str = "event_data_store";

/// Holds what a store is against what it is wanted for.
pub(super) fn store(
    diags: &mut Diagnostics,
    configured: &Configured,
    wish: &Wish,
    outcome: &Outcome,
    store: &Store,
) {
    reach(diags, wish, &store.arn, store.multi_region);
    let session = configured.session.as_ref();
    let is_others = session
        .and_then(|session| session.caller_account())
        .is_some_and(|caller| caller != store.arn.account());
    let circumstances = Circumstances {
        owned_by_other_account: store.organization && is_others,
        ..Circumstances::plain(Destination::EventDataStore)
    };
    for finding in check_change(&outcome.wanted, &store.selectors, &circumstances) {
        if finding.rule != TOLD_ELSEWHERE {
            explain::finding(diags, AttributePath::new(EVENT_DATA_STORE), &finding);
        }
    }
    if store.readiness == Readiness::PendingDeletion {
        explain::error(
            diags,
            AttributePath::new(EVENT_DATA_STORE),
            "The event data store is pending deletion",
            format!(
                "Event data store: {}\nIts status is {}: it is deleted seven days after its deletion was \
                 asked for, and takes no change. Restore it with `aws cloudtrail \
                 restore-event-data-store`, or name another one. Source: \
                 https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html",
                store.arn, store.status
            ),
        );
    }
}

/// Says that a destroy has left a store on its way out as it is, and what the state, which ends with it,
/// would have put back.
pub(super) fn not_put_back(diags: &mut Diagnostics, arn: &str, replaced: &[AdvancedEventSelector]) {
    let before = match replaced {
        [] => String::new(),
        some => format!(" There was before:\n{}", destination::list(some)),
    };
    explain::warning(
        diags,
        AttributePath::new("on_destroy"),
        "The former selectors were not put back",
        format!(
            "Event data store: {arn}\nIt is pending deletion and takes no change; the resource is out of \
             the state. Whoever restores the store finds its selectors as they are now.{before}\n\nSource: \
             https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html"
        ),
    );
}

/// What stands against a change of a store whose selectors are known from the state.
pub(super) fn change(
    diags: &mut Diagnostics,
    wanted: &[AdvancedEventSelector],
    live: &[AdvancedEventSelector],
) {
    let circumstances = Circumstances::plain(Destination::EventDataStore);
    for finding in check_change(wanted, live, &circumstances) {
        if finding.severity == Severity::Error {
            explain::finding(diags, AttributePath::new(EVENT_DATA_STORE), &finding);
        }
    }
}

/// Whether the events that are wanted reach a store at all.
pub(super) fn reach(diags: &mut Diagnostics, wish: &Wish, arn: &StoreArn, multi_region: bool) {
    let facts = Facts {
        destination: Destination::EventDataStore,
        home_region: arn.region(),
        partition: arn.partition(),
        multi_region,
        global_service_events: true,
    };
    judge::reach(diags, wish, &facts);
}

/// Says that CloudTrail Lake takes no new customers.
pub(super) fn lake_is_closed(diags: &mut Diagnostics) {
    let rule = rules::rule(LAKE_CLOSED);
    explain::warning(
        diags,
        AttributePath::new(EVENT_DATA_STORE),
        rule.map_or("CloudTrail Lake is closed", |rule| rule.title),
        format!(
            "{} For an account without one, use iam_only_trail_selector. Source: {}",
            rule.map_or("", |rule| rule.why),
            rule.map_or("", |rule| rule.source)
        ),
    );
}

/// Says that there are no event data stores in China. It is told of a store that is to be narrowed
/// only: one that is there all the same can be imported.
pub(super) fn china(diags: &mut Diagnostics, arn: &StoreArn) {
    if arn.partition() != "aws-cn" {
        return;
    }
    explain::error(
        diags,
        AttributePath::new(EVENT_DATA_STORE),
        "No CloudTrail Lake in China",
        format!(
            "Found {arn}. Assumed is that the China Regions have no event data stores: the quotas that are \
             documented for them name none. Use iam_only_trail_selector there; a store that there is all \
             the same can be imported. Source: \
             https://docs.amazonaws.cn/en_us/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html"
        ),
    );
}

/// Whether the selectors are what the service gives a store that is made without any, whatever they
/// are called.
pub(super) fn is_service_default(selectors: &[AdvancedEventSelector]) -> bool {
    match selectors {
        [only] => only.category() == Some(MANAGEMENT) && only.field_selectors().len() == 1,
        [] => true,
        [..] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{LAKE_CLOSED, TOLD_ELSEWHERE, is_service_default};
    use crate::aws::event_data_store::service_default;
    use crate::rules::{self, Destination};
    use crate::selector::{AdvancedEventSelector, Field, FieldSelector};

    /// The rules that are named here are there, for event data stores.
    #[test]
    fn rules_named_here_exist() {
        for id in [LAKE_CLOSED, TOLD_ELSEWHERE] {
            let rule = rules::rule(id);
            assert!(
                rule.is_some_and(|rule| rule.holds_at(Destination::EventDataStore)),
                "{id}"
            );
        }
    }

    /// A default is a default under any name, and no longer when something narrows or widens it.
    #[test]
    fn a_default_is_known_by_what_it_selects() {
        let default = service_default().unwrap();
        assert!(is_service_default(&default) && is_service_default(&[]));
        let category = |value: &str| FieldSelector::equals(Field::EventCategory, [value]).unwrap();
        let build = |fields| AdvancedEventSelector::new(None, fields).unwrap();
        assert!(is_service_default(&[build(vec![category("Management")])]));
        let source = FieldSelector::equals(Field::EventSource, ["iam.amazonaws.com"]).unwrap();
        let narrow = build(vec![category("Management"), source]);
        let data = build(vec![category("Data")]);
        assert!(!is_service_default(std::slice::from_ref(&narrow)));
        assert!(!is_service_default(std::slice::from_ref(&data)));
        assert!(!is_service_default(&[default, vec![data]].concat()));
    }
}
