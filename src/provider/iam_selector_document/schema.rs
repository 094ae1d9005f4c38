//! The schema of `iam_selector_document`: one entry an attribute, each with the sentence that the
//! registry page prints. The documents' entries come from [`FORMATS`].

use tf_provider::schema::{Attribute, AttributeType, Schema};

use crate::intent::FilterBy;
use crate::provider::attribute::{
    Computed, OptionalComputed, attribute, block, list_of_text, one_of, selection, set_of_text,
};
use crate::provider::convert::SELECTOR_NAME;
use crate::render::{ATHENA_TABLE, EVENT_DATA_STORE_ID, FORMATS, Format};
use crate::rules::Destination;
use crate::rules::coverage::Precision;
use crate::selector::ReadWriteType;

/// The schema, as `terraform providers schema` prints it.
pub(super) fn schema() -> Schema {
    Schema {
        version: 0,
        block: block(
            "One choice of events, written for each tool that takes selectors or filters what comes \
             from behind a trail: the AWS CLI and boto3, CloudFormation, Terraform's hashicorp/aws, \
             EventBridge, CloudWatch Logs, CloudTrail Lake and Athena. Asks nothing of AWS.",
            selection(
                &OptionalComputed,
                "Default: the provider's `event_catalog`.",
            )
            .into_iter()
            .chain(typed())
            .chain(FORMATS.iter().map(document))
            .chain(told()),
            [],
        ),
    }
}

/// What may be typed beside the selection.
fn typed() -> [(String, Attribute); 8] {
    let text = || AttributeType::String;
    [
        attribute(
            "destination",
            text(),
            OptionalComputed,
            format!(
                "What the selectors are for: one of {}. It decides the default of `filter_by`, and by \
                 which rules the selectors are judged. Default: `{}`.",
                one_of(Destination::ALL.iter().map(|one| one.as_str())),
                Destination::Trail.as_str()
            ),
        ),
        attribute(
            "include_event_names",
            set_of_text(),
            OptionalComputed,
            "Event names to add, whether the catalog knows them or not. Default: the provider's \
             `event_catalog`.",
        ),
        attribute(
            "exclude_event_names",
            set_of_text(),
            OptionalComputed,
            "Event names to take away. Default: the provider's `event_catalog`.",
        ),
        attribute(
            "read_write_type",
            text(),
            OptionalComputed,
            format!(
                "One of {}. Default: `All`.",
                one_of(ReadWriteType::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "filter_by",
            text(),
            OptionalComputed,
            format!(
                "Which fields carry the filter in the selectors: one of {}. The documents for what \
                 stands behind a trail always filter by source, and by name where not all of a source \
                 is meant. Default: `event_name` for a trail; for an event data store `event_source`, \
                 or `event_name_and_source` where less than whole services is selected.",
                one_of(FilterBy::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "selector_name",
            text(),
            OptionalComputed,
            format!(
                "Name of the selector, up to 1,000 characters. Default: `{SELECTOR_NAME}`. Where there \
                 is a selector for each event source, the source is appended."
            ),
        ),
        attribute(
            "event_data_store_id",
            text(),
            OptionalComputed,
            format!(
                "ID or ARN of the event data store that `lake_sql` reads. Default: \
                 `{EVENT_DATA_STORE_ID}`, for you to replace."
            ),
        ),
        attribute(
            "athena_table",
            text(),
            OptionalComputed,
            format!("The table that `athena_sql` reads. Default: `{ATHENA_TABLE}`."),
        ),
    ]
}

/// The entry of a document: a list where it may be several texts.
fn document(format: &Format) -> (String, Attribute) {
    let kind = match format.limit {
        Some(_) => list_of_text(),
        None => AttributeType::String,
    };
    attribute(format.key, kind, Computed, format.what)
}

/// What comes out beside the documents.
fn told() -> [(String, Attribute); 4] {
    [
        attribute(
            "event_names",
            list_of_text(),
            Computed,
            "The event names that were computed from the filters.",
        ),
        attribute(
            "event_count",
            AttributeType::Number,
            Computed,
            "How many `event_names` there are.",
        ),
        attribute(
            "event_sources",
            list_of_text(),
            Computed,
            "The event sources of these names, such as `iam.amazonaws.com`.",
        ),
        attribute(
            "precision",
            AttributeType::String,
            Computed,
            format!(
                "What selectors like these really log: one of {}. `exact`: events of the selected IAM \
                 sources and no others. `by_name`: also events of other services that share a name. \
                 `superset`: more than IAM. The documents for what stands behind a trail are exact in \
                 any case.",
                one_of(Precision::ALL.iter().map(|one| one.as_str()))
            ),
        ),
    ]
}
