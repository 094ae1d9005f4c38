//! The attributes that every resource has which manages selectors, each with the sentence that the
//! registry page prints; what differs is whether it is a trail or an event data store.

use tf_provider::schema::{Attribute, AttributeType, NestedBlock};

use crate::provider::attribute::{
    Computed, Optional, OptionalComputed, attribute, block, list_of, list_of_text, object, one_of,
    set_of_text,
};
use crate::provider::convert::{OnDestroy, SELECTOR_NAME};
use crate::rules::Destination;
use crate::rules::coverage::{EffectiveFilter, Precision};
use crate::selector::ReadWriteType;

/// The single names, and the read-write type.
pub(crate) fn names() -> [(String, Attribute); 3] {
    [
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
            AttributeType::String,
            OptionalComputed,
            format!(
                "One of {}. `ReadOnly` and `WriteOnly` add the field `readOnly` to the selector and drop \
             the names that could never match it. Default: `All`.",
                one_of(ReadWriteType::ALL.iter().map(|one| one.as_str()))
            ),
        ),
    ]
}

/// What else may be typed of the selectors.
pub(crate) fn choice(of: Destination) -> [(String, Attribute); 2] {
    let noun = of.noun();
    [
        attribute(
            "selector_name",
            AttributeType::String,
            OptionalComputed,
            format!(
                "Name of the selector on the {noun}, up to 1,000 characters. Default: `{SELECTOR_NAME}`. \
             Where there is a selector for each event source, the source is appended."
            ),
        ),
        attribute(
            "on_destroy",
            AttributeType::String,
            OptionalComputed,
            format!(
                "What to leave on the {noun}: one of {}. `restore` puts `replaced_selectors` back, \
             `default` logs all management events, `keep` changes nothing. If someone else has \
             changed the selectors meanwhile, they are left alone in any case. Default: `restore`.",
                one_of(OnDestroy::ALL.iter().map(|one| one.as_str()))
            ),
        ),
    ]
}

/// What comes out: the names, and what is there.
pub(crate) fn computed(of: Destination) -> [(String, Attribute); 6] {
    let noun = of.noun();
    let basic = match of {
        Destination::Trail => "; basic selectors as their advanced equal",
        Destination::EventDataStore => "",
    };
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
            "advanced_event_selectors",
            list_of(advanced()),
            Computed,
            format!("All selectors that are on the {noun}, in canonical order{basic}."),
        ),
        attribute(
            "effective_filter",
            AttributeType::String,
            Computed,
            format!(
                "The filter that is on the {noun}: one of {}.",
                one_of(EffectiveFilter::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "precision",
            AttributeType::String,
            Computed,
            format!(
                "What the {noun} really logs: one of {}. `exact`: events of the selected IAM sources and no \
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
    ]
}

/// The `timeouts` block.
pub(crate) fn timeouts(of: Destination) -> (String, NestedBlock) {
    let noun = of.noun();
    let timeout = |name, what: &str| {
        attribute(
            name,
            AttributeType::String,
            Optional,
            format!("How long {what} may take, as `90s`, `5m` or `1h30m`. Default: `5m`."),
        )
    };
    let timeouts = block(
        &format!(
            "How long an operation may take, waiting for throttling and for other changes of the {noun} \
             included."
        ),
        [
            timeout("create", "creating"),
            timeout("update", "updating"),
            timeout("delete", "destroying"),
        ],
        [],
    );
    ("timeouts".to_owned(), NestedBlock::Optional(timeouts))
}

/// An advanced event selector.
pub(crate) fn advanced() -> AttributeType {
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
