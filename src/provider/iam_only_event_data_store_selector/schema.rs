//! The schema of `iam_only_event_data_store_selector`: one entry an attribute, each with the sentence
//! that the registry page prints. What a trail's resource has too stands in `provider/destination/schema`.

use tf_provider::schema::{AttributeType, Schema};

use super::plan::FILTERS;
use crate::provider::attribute::{
    Computed, Optional, OptionalComputed, Required, attribute, block, list_of, object, one_of,
    selection,
};
use crate::provider::destination::schema::{self, advanced};
use crate::rules::Destination;

/// Version 0: no state has been written in any other shape yet.
pub(super) const VERSION: i64 = 0;

/// The schema, as `terraform providers schema` prints it.
pub(crate) fn schema() -> Schema {
    let text = || AttributeType::String;
    let flag = || AttributeType::Bool;
    let of = Destination::EventDataStore;
    let attributes = [
        attribute(
            "event_data_store",
            text(),
            Required,
            "ARN or ID of an existing event data store for CloudTrail events. Give the ARN for a store \
             of another account or Region, and wherever the plan should know the store before it asks \
             AWS. The ARN and the ID of one store are the same value; naming another store replaces \
             the resource.",
        ),
        attribute(
            "region",
            text(),
            Optional,
            "Region in which a bare ID in `event_data_store` is looked up. Default: the provider's. Not \
             needed with an ARN, which says the Region itself.",
        ),
        attribute(
            "filter_by",
            text(),
            OptionalComputed,
            format!(
                "Which fields carry the filter: one of {}. `event_name` alone also matches events of \
                 other services that share a name. Default: `event_source` for whole services; \
                 `event_name_and_source`, one selector for each event source, where access levels, \
                 resource families or single names make the choice narrower. Either is exact.",
                one_of(FILTERS.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "preserve_other_categories",
            flag(),
            OptionalComputed,
            "Whether to keep the store's selectors for data events and network activity events. \
             Default: `false`, so the store gets what this resource asks for and nothing else.",
        ),
        attribute("id", text(), Computed, "The event data store's ARN."),
        attribute(
            "event_data_store_arn",
            text(),
            Computed,
            "The event data store's ARN.",
        ),
        attribute(
            "home_region",
            text(),
            Computed,
            "The Region in which the event data store is, to which every call goes.",
        ),
        attribute("name", text(), Computed, "The event data store's name."),
        attribute(
            "status",
            text(),
            Computed,
            "The event data store's status when it was last read, as the API spells it. Selectors are \
             changed while it is `ENABLED` or `STOPPED_INGESTION`.",
        ),
        attribute(
            "multi_region",
            flag(),
            Computed,
            "Whether the event data store gets the events of all Regions.",
        ),
        attribute(
            "organization_enabled",
            flag(),
            Computed,
            "Whether the event data store gets the events of all accounts of an organization.",
        ),
        attribute(
            "replaced_selectors",
            object([("advanced_event_selectors", list_of(advanced()))]),
            Computed,
            "What the event data store had before, verbatim, in the one list that it has. This is what \
             `on_destroy = \"restore\"` puts back. After an import: what it had then.",
        ),
    ];
    Schema {
        version: VERSION,
        block: block(
            "Makes an existing event data store of CloudTrail Lake ingest IAM activity only, and says in \
             `precision` what it really ingests. Manages the store's event selectors and nothing else \
             of it. CloudTrail Lake takes no new customers since 2026-05-31; existing event data stores go \
             on working.",
            selection(
                &OptionalComputed,
                "Default: the provider's `event_catalog`.",
            )
            .into_iter()
            .chain(schema::names())
            .chain(attributes)
            .chain(schema::choice(of))
            .chain(schema::computed(of)),
            [schema::timeouts(of)],
        ),
    }
}
