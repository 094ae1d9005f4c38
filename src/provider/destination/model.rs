//! What HCL and the state file hold of any resource that manages selectors: exactly what was typed or
//! stored, nothing of what it means. `convert` gives it a meaning. Imports nothing of ours.

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

/// A text.
pub(crate) type Text = Value<String>;
/// A yes or no.
pub(crate) type Flag = Value<bool>;
/// A set of texts, as Terraform sends it; single elements may be unknown.
pub(crate) type TextSet = Value<Vec<Value<String>>>;
/// The `timeouts` blocks, of which there may be one.
pub(crate) type TimeoutBlocks = Value<Vec<Value<Timeouts>>>;

/// What may be typed of the selectors themselves, whatever they are put on. A resource's own model
/// spells these out among its other attributes, because Terraform knows no groups.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Choice {
    pub(crate) selector_name: Text,
    pub(crate) services: TextSet,
    pub(crate) access_levels: TextSet,
    pub(crate) resource_families: TextSet,
    pub(crate) include_event_names: TextSet,
    pub(crate) exclude_event_names: TextSet,
    pub(crate) read_write_type: Text,
    pub(crate) filter_by: Text,
    pub(crate) preserve_other_categories: Flag,
    pub(crate) on_destroy: Text,
}

/// The names that a choice comes to.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_field_names,
    reason = "fields are named as the attributes that they become"
)]
pub(crate) struct Names {
    pub(crate) event_names: TextSet,
    pub(crate) event_count: Value<i64>,
    pub(crate) colliding_event_names: TextSet,
}

/// The selectors that are there, and what they come to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InForce {
    pub(crate) advanced_event_selectors: Value<Vec<AdvancedModel>>,
    pub(crate) effective_filter: Text,
    pub(crate) precision: Text,
}

/// The `timeouts` block: durations such as `90s`, `5m`, `1h30m`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Timeouts {
    pub(crate) create: Text,
    pub(crate) update: Text,
    pub(crate) delete: Text,
}

/// One advanced event selector.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct AdvancedModel {
    pub(crate) name: Option<String>,
    pub(crate) field_selectors: Vec<FieldModel>,
}

/// One field selector; an operator that is not used is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FieldModel {
    pub(crate) field: String,
    pub(crate) equals: Option<Vec<String>>,
    pub(crate) not_equals: Option<Vec<String>>,
    pub(crate) starts_with: Option<Vec<String>>,
    pub(crate) not_starts_with: Option<Vec<String>>,
    pub(crate) ends_with: Option<Vec<String>>,
    pub(crate) not_ends_with: Option<Vec<String>>,
}

/// What Terraform keeps for us beside the state: the set that was last written, so that a change by
/// someone else is told from our own work even after a refresh has put it into the state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Private {
    pub(crate) written: Vec<AdvancedModel>,
}
