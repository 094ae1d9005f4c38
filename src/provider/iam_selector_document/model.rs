//! What HCL holds of an `iam_selector_document`: what was typed, and what comes out.
//!
//! Only what was typed is ever read; what comes out is only ever written, one output for each of
//! [`crate::render::FORMATS`] among it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use tf_provider::value::Value;

use crate::provider::iam_only_trail_selector::model::{Text, TextSet};

/// What was typed, or stands in for what was not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Typed {
    pub(super) destination: Text,
    pub(super) services: TextSet,
    pub(super) access_levels: TextSet,
    pub(super) resource_families: TextSet,
    pub(super) include_event_names: TextSet,
    pub(super) exclude_event_names: TextSet,
    pub(super) read_write_type: Text,
    pub(super) filter_by: Text,
    pub(super) selector_name: Text,
    pub(super) event_data_store_id: Text,
    pub(super) athena_table: Text,
}

/// An output that is a document.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Document {
    One(Text),
    Several(Value<Vec<String>>),
}

/// The data source.
#[derive(Debug, Clone, Serialize)]
pub(in crate::provider) struct Model {
    #[serde(flatten)]
    pub(super) typed: Typed,
    /// By the names of the outputs.
    #[serde(flatten)]
    pub(super) documents: BTreeMap<&'static str, Document>,
    pub(super) event_names: TextSet,
    pub(super) event_count: Value<i64>,
    pub(super) event_sources: TextSet,
    pub(super) precision: Text,
}

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            typed: Typed::deserialize(deserializer)?,
            documents: BTreeMap::new(),
            event_names: Value::Null,
            event_count: Value::Null,
            event_sources: Value::Null,
            precision: Value::Null,
        })
    }
}
