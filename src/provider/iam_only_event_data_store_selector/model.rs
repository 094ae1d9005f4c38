//! What HCL and the state file hold of an `iam_only_event_data_store_selector`: exactly what was typed or
//! stored, nothing of what it means. `convert` gives it a meaning.

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

pub(crate) use crate::provider::destination::model::{
    AdvancedModel, Choice, Flag, Private, Text, TextSet, TimeoutBlocks,
};

/// The resource: configuration, plan and state have the same shape.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(crate) event_data_store: Text,
    pub(crate) region: Text,
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
    pub(crate) timeouts: TimeoutBlocks,
    pub(crate) id: Text,
    pub(crate) event_data_store_arn: Text,
    pub(crate) home_region: Text,
    pub(crate) name: Text,
    pub(crate) status: Text,
    pub(crate) multi_region: Flag,
    pub(crate) organization_enabled: Flag,
    pub(crate) event_names: TextSet,
    pub(crate) event_count: Value<i64>,
    pub(crate) advanced_event_selectors: Value<Vec<AdvancedModel>>,
    pub(crate) effective_filter: Text,
    pub(crate) precision: Text,
    pub(crate) colliding_event_names: TextSet,
    pub(crate) replaced_selectors: Value<ReplacedModel>,
}

/// What the store had before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReplacedModel {
    pub(crate) advanced_event_selectors: Vec<AdvancedModel>,
}

impl Model {
    /// What was typed of the selectors.
    pub(crate) fn choice(&self) -> Choice {
        Choice {
            selector_name: self.selector_name.clone(),
            services: self.services.clone(),
            access_levels: self.access_levels.clone(),
            resource_families: self.resource_families.clone(),
            include_event_names: self.include_event_names.clone(),
            exclude_event_names: self.exclude_event_names.clone(),
            read_write_type: self.read_write_type.clone(),
            filter_by: self.filter_by.clone(),
            preserve_other_categories: self.preserve_other_categories,
            on_destroy: self.on_destroy.clone(),
        }
    }

    /// Writes another choice in its place.
    pub(crate) fn set_choice(&mut self, choice: Choice) {
        self.selector_name = choice.selector_name;
        self.services = choice.services;
        self.access_levels = choice.access_levels;
        self.resource_families = choice.resource_families;
        self.include_event_names = choice.include_event_names;
        self.exclude_event_names = choice.exclude_event_names;
        self.read_write_type = choice.read_write_type;
        self.filter_by = choice.filter_by;
        self.preserve_other_categories = choice.preserve_other_categories;
        self.on_destroy = choice.on_destroy;
    }
}
