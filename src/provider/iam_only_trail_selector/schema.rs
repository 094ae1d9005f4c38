//! The schema of `iam_only_trail_selector`: one entry an attribute, each with the sentence that the
//! registry page prints.

use tf_provider::schema::{AttributeType, Schema};

use crate::intent::FilterBy;
use crate::provider::attribute::{
    Computed, Optional, OptionalComputed, Required, attribute, block, list_of, list_of_text,
    object, one_of, selection,
};
use crate::provider::convert::Fallback;
use crate::provider::destination::schema::{self, advanced};
use crate::rules::Destination;

/// Version 0: no state has been written in any other shape yet.
pub(super) const VERSION: i64 = 0;

/// The schema, as `terraform providers schema` prints it.
pub(crate) fn schema() -> Schema {
    let text = || AttributeType::String;
    let flag = || AttributeType::Bool;
    let of = Destination::Trail;
    let attributes = [
        attribute(
            "trail_name",
            text(),
            Required,
            "Name or ARN of an existing trail. Give the ARN for a trail of another account, for an \
             organization trail, and wherever the plan should know the trail before it asks AWS. The \
             name and the ARN of one trail are the same value; naming another trail replaces the \
             resource.",
        ),
        attribute(
            "region",
            text(),
            Optional,
            "Region in which a bare name in `trail_name` is looked up. Default: the provider's. Not \
             needed with an ARN, which says the home Region itself.",
        ),
        attribute(
            "filter_by",
            text(),
            OptionalComputed,
            format!(
                "Which fields carry the filter: one of {}. AWS documents only `exclusion` for trails; \
             for the others the plan warns and the service decides. `event_name_and_source` makes \
             one selector for each event source, so that no other service's events of the same name \
             match. Default: `event_name`.",
                one_of(FilterBy::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "fallback",
            text(),
            OptionalComputed,
            format!(
                "What to do when CloudTrail refuses the selectors: one of {}. `none` fails and changes \
             nothing. `exclusion` logs all management events but those of AWS KMS and the RDS Data \
             API, the narrowest that AWS documents for trails. Default: `none`.",
                one_of(Fallback::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "preserve_other_categories",
            flag(),
            OptionalComputed,
            "Whether to keep the trail's selectors for data events and network activity events. \
             Basic selectors are converted to their advanced equal, because a trail holds one kind \
             only. Default: `false`, so the trail logs what this resource asks for and nothing else.",
        ),
        attribute("id", text(), Computed, "The trail's ARN."),
        attribute("trail_arn", text(), Computed, "The trail's ARN."),
        attribute(
            "home_region",
            text(),
            Computed,
            "The trail's home Region, to which every call goes.",
        ),
        attribute(
            "multi_region",
            flag(),
            Computed,
            "Whether the trail is applied to all Regions.",
        ),
        attribute(
            "organization_trail",
            flag(),
            Computed,
            "Whether the trail is applied to all accounts of an organization.",
        ),
        attribute(
            "replaced_selectors",
            object([
                ("event_selectors", list_of(basic())),
                ("advanced_event_selectors", list_of(advanced())),
            ]),
            Computed,
            "What the trail had before, verbatim: one of the two lists, the other is null. This is \
             what `on_destroy = \"restore\"` puts back. After an import: what the trail had then.",
        ),
    ];
    Schema {
        version: VERSION,
        block: block(
            "Makes an existing CloudTrail trail log IAM activity only, as far as CloudTrail allows it, \
             and says in `precision` what the trail really logs. Manages the trail's event selectors \
             and nothing else of it.",
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

/// A basic event selector.
pub(in crate::provider) fn basic() -> AttributeType {
    let resource = object([("type", AttributeType::String), ("values", list_of_text())]);
    object([
        ("read_write_type", AttributeType::String),
        ("include_management_events", AttributeType::Bool),
        ("exclude_management_event_sources", list_of_text()),
        ("data_resources", list_of(resource)),
    ])
}
