//! The schema of `iam_only_trail_selector`: one entry an attribute, each with the sentence that the
//! registry page prints.

use tf_provider::schema::{AttributeType, NestedBlock, Schema};

use crate::intent::FilterBy;
use crate::provider::attribute::{
    Computed, Optional, OptionalComputed, Required, attribute, block, list_of, list_of_text,
    object, one_of, selection, set_of_text,
};
use crate::provider::convert::{Fallback, OnDestroy, SELECTOR_NAME};
use crate::rules::coverage::{EffectiveFilter, Precision};
use crate::selector::ReadWriteType;

/// Version 0: no state has been written in any other shape yet.
pub(super) const VERSION: i64 = 0;

/// The schema, as `terraform providers schema` prints it.
#[expect(clippy::too_many_lines, reason = "a table: one entry an attribute")]
pub(crate) fn schema() -> Schema {
    let text = || AttributeType::String;
    let flag = || AttributeType::Bool;
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
            "selector_name",
            text(),
            OptionalComputed,
            format!(
                "Name of the selector on the trail, up to 1,000 characters. Default: `{SELECTOR_NAME}`. \
             Where there is a selector for each event source, the source is appended."
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
                "One of {}. `ReadOnly` and `WriteOnly` add the field `readOnly` to the selector and drop \
             the names that could never match it. Default: `All`.",
                one_of(ReadWriteType::ALL.iter().map(|one| one.as_str()))
            ),
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
        attribute(
            "on_destroy",
            text(),
            OptionalComputed,
            format!(
                "What to leave on the trail: one of {}. `restore` puts `replaced_selectors` back, \
             `default` logs all management events, `keep` changes nothing. If someone else has \
             changed the selectors meanwhile, they are left alone in any case. Default: `restore`.",
                one_of(OnDestroy::ALL.iter().map(|one| one.as_str()))
            ),
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
            "advanced_event_selectors",
            list_of(advanced()),
            Computed,
            "All selectors that are on the trail, in canonical order; basic selectors as their \
             advanced equal.",
        ),
        attribute(
            "effective_filter",
            text(),
            Computed,
            format!(
                "The filter that is on the trail: one of {}.",
                one_of(EffectiveFilter::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "precision",
            text(),
            Computed,
            format!(
                "What the trail really logs: one of {}. `exact`: events of the selected IAM sources and no \
             others. `by_name`: also events of other services that share a name. `superset`: more \
             than IAM.",
                one_of(Precision::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "colliding_event_names",
            list_of_text(),
            Computed,
            "Names in the filter that other services emit too, so that their events match.",
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
    let timeout = |name, what: &str| {
        attribute(
            name,
            AttributeType::String,
            Optional,
            format!("How long {what} may take, as `90s`, `5m` or `1h30m`. Default: `5m`."),
        )
    };
    let timeouts = block(
        "How long an operation may take, waiting for throttling and for other changes of the trail \
         included.",
        [
            timeout("create", "creating"),
            timeout("update", "updating"),
            timeout("delete", "destroying"),
        ],
        [],
    );
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
            .chain(attributes),
            [("timeouts".to_owned(), NestedBlock::Optional(timeouts))],
        ),
    }
}

/// An advanced event selector.
pub(in crate::provider) fn advanced() -> AttributeType {
    let field_selector = object([
        ("field", AttributeType::String),
        ("equals", list_of_text()),
        ("not_equals", list_of_text()),
        ("starts_with", list_of_text()),
        ("not_starts_with", list_of_text()),
        ("ends_with", list_of_text()),
        ("not_ends_with", list_of_text()),
    ]);
    object([
        ("name", AttributeType::String),
        ("field_selectors", list_of(field_selector)),
    ])
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
