//! What HCL and the state file hold of an `iam_only_trail_selector`: exactly what was typed or stored,
//! nothing of what it means. `convert` gives it a meaning.

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

/// A text.
pub(crate) type Text = Value<String>;
/// A yes or no.
pub(crate) type Flag = Value<bool>;
/// A set of texts, as Terraform sends it; single elements may be unknown.
pub(crate) type TextSet = Value<Vec<Value<String>>>;

/// The resource: configuration, plan and state have the same shape.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(crate) trail_name: Text,
    pub(crate) region: Text,
    pub(crate) selector_name: Text,
    pub(crate) services: TextSet,
    pub(crate) access_levels: TextSet,
    pub(crate) resource_families: TextSet,
    pub(crate) include_event_names: TextSet,
    pub(crate) exclude_event_names: TextSet,
    pub(crate) read_write_type: Text,
    pub(crate) filter_by: Text,
    pub(crate) fallback: Text,
    pub(crate) preserve_other_categories: Flag,
    pub(crate) on_destroy: Text,
    pub(crate) timeouts: Value<Vec<Value<Timeouts>>>,
    pub(crate) id: Text,
    pub(crate) trail_arn: Text,
    pub(crate) home_region: Text,
    pub(crate) multi_region: Flag,
    pub(crate) organization_trail: Flag,
    pub(crate) event_names: TextSet,
    pub(crate) event_count: Value<i64>,
    pub(crate) advanced_event_selectors: Value<Vec<AdvancedModel>>,
    pub(crate) effective_filter: Text,
    pub(crate) precision: Text,
    pub(crate) colliding_event_names: TextSet,
    pub(crate) replaced_selectors: Value<ReplacedModel>,
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

/// What the trail had before: one of the two lists, the other is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReplacedModel {
    pub(crate) event_selectors: Option<Vec<BasicModel>>,
    pub(crate) advanced_event_selectors: Option<Vec<AdvancedModel>>,
}

/// One basic event selector.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct BasicModel {
    pub(crate) read_write_type: String,
    pub(crate) include_management_events: bool,
    pub(crate) exclude_management_event_sources: Vec<String>,
    pub(crate) data_resources: Vec<DataResourceModel>,
}

/// One data resource of a basic event selector.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DataResourceModel {
    pub(crate) r#type: String,
    pub(crate) values: Vec<String>,
}

/// What Terraform keeps for us beside the state: the set that was last written, so that a change by
/// someone else is told from our own work even after a refresh has put it into the state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Private {
    pub(crate) written: Vec<AdvancedModel>,
}
