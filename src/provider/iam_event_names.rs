//! The data source `iam_event_names`: the names that the five filters select, and what the catalog
//! knows of each.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, DataSource, Diagnostics};

use super::attribute::{
    Computed, OptionalComputed, attribute, block, list_of, list_of_text, object, one_of, selection,
    set_of_text,
};
use super::convert::{self, Filters};
use super::explain;
use super::iam_only_trail_selector::model::TextSet;
use super::shared::Shared;
use crate::catalog;
use crate::intent::IntentError;

/// The data source; it holds what all objects of the process share.
#[derive(Debug)]
pub(super) struct EventNames {
    shared: Arc<Shared>,
}

impl EventNames {
    /// A data source in a provider.
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

/// What was typed, and what comes out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Model {
    services: TextSet,
    access_levels: TextSet,
    resource_families: TextSet,
    include_event_names: TextSet,
    exclude_event_names: TextSet,
    id: Value<String>,
    event_names: TextSet,
    event_sources: TextSet,
    events: Value<Vec<EventModel>>,
}

/// One row of the catalog; a name that is not in the catalog has null everywhere else.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct EventModel {
    name: String,
    source: Option<String>,
    access_level: Option<String>,
    read_only: Option<bool>,
    family: Option<String>,
    collides_with: Vec<String>,
    seen: Option<String>,
}

impl Model {
    fn filters(&self) -> Filters<'_> {
        Filters {
            services: &self.services,
            access_levels: &self.access_levels,
            resource_families: &self.resource_families,
            include: ("include_event_names", &self.include_event_names),
            exclude: ("exclude_event_names", &self.exclude_event_names),
        }
    }
}

#[async_trait]
impl DataSource for EventNames {
    type State<'a> = Value<Model>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        let text = || AttributeType::String;
        let event = object([
            ("name", text()),
            ("source", text()),
            ("access_level", text()),
            ("read_only", AttributeType::Bool),
            ("family", text()),
            ("collides_with", list_of_text()),
            ("seen", text()),
        ]);
        let attributes = [
            attribute(
                "include_event_names",
                set_of_text(),
                OptionalComputed,
                "Event names to add. Default: the provider's `event_catalog`.",
            ),
            attribute(
                "exclude_event_names",
                set_of_text(),
                OptionalComputed,
                "Event names to take away. Default: the provider's `event_catalog`.",
            ),
            attribute("id", text(), Computed, "The catalog's date."),
            attribute(
                "event_names",
                list_of_text(),
                Computed,
                "The names that the filters select.",
            ),
            attribute(
                "event_sources",
                list_of_text(),
                Computed,
                "The event sources of these names, such as `iam.amazonaws.com`.",
            ),
            attribute(
                "events",
                list_of(event),
                Computed,
                format!(
                    "What the catalog knows of each, sorted by source and name: `name`; `source`; \
                 `access_level` as the Service Authorization Reference has it; `read_only` as \
                 CloudTrail records it; `family`, the kind of resource; `collides_with`, other services \
                 that emit the name; `seen`, how well the row is known: one of {}. A name that is not \
                 in the catalog comes last and has null.",
                    one_of(catalog::Seen::ALL.iter().map(|one| one.as_str()))
                ),
            ),
        ];
        Some(Schema {
            version: 0,
            block: block(
                "The event names that a choice of services, access levels and resource families \
                 comes to, from the embedded catalog. Asks nothing of AWS.",
                selection(
                    &OptionalComputed,
                    "Default: the provider's `event_catalog`.",
                )
                .into_iter()
                .chain(attributes),
                [],
            ),
        })
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Model>) -> Option<()> {
        let model = config.as_option()?;
        let root = AttributePath::root();
        if let Value::Value(names) = convert::name_filter(diags, &root, model.filters()) {
            let paths = ("include_event_names", "exclude_event_names");
            explain::unknown_names(diags, &root, paths, &names);
        }
        diags.errors.is_empty().then_some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        config: Value<Model>,
        _meta: ValueEmpty,
    ) -> Option<Value<Model>> {
        let mut model = config.as_option()?;
        let defaults = self.shared.configured().event_catalog;
        for (given, default) in [
            (&mut model.services, defaults.services),
            (&mut model.access_levels, defaults.access_levels),
            (&mut model.resource_families, defaults.resource_families),
            (&mut model.include_event_names, defaults.include),
            (&mut model.exclude_event_names, defaults.exclude),
        ] {
            if given.is_null() {
                *given = default;
            }
        }
        let filter = match convert::name_filter(diags, &AttributePath::root(), model.filters()) {
            Value::Value(filter) => filter,
            Value::Null => return None,
            Value::Unknown => {
                explain::unconfigured_catalog(diags);
                return None;
            }
        };
        let names = match filter.selected() {
            Ok(names) => names,
            Err(why) => {
                explain::intent(diags, &IntentError::NoNames { why });
                return None;
            }
        };
        let mut rows: Vec<_> = names.iter().flat_map(|name| filter.rows_of(name)).collect();
        rows.sort_by_key(|event| (event.source, event.name));
        let known: BTreeSet<&str> = rows.iter().map(|event| event.name).collect();
        let strange = names.iter().filter(|name| !known.contains(name.as_str()));
        let strange = strange.map(|name| EventModel {
            name: name.clone(),
            source: None,
            access_level: None,
            read_only: None,
            family: None,
            collides_with: Vec::new(),
            seen: None,
        });
        let events = rows.iter().map(|event| EventModel {
            name: event.name.to_owned(),
            source: Some(event.source.source().to_owned()),
            access_level: event.access_level.map(|level| level.as_str().to_owned()),
            read_only: Some(event.read_only),
            family: event.family.map(|family| family.as_str().to_owned()),
            collides_with: event
                .collides_with()
                .iter()
                .map(|&name| name.to_owned())
                .collect(),
            seen: Some(event.seen.as_str().to_owned()),
        });
        model.events = Value::Value(events.chain(strange).collect());
        let sources: BTreeSet<&str> = rows.iter().map(|event| event.source.source()).collect();
        model.event_sources = convert::text_set(sources);
        model.event_names = convert::text_set(names.iter().cloned());
        model.id = Value::Value(catalog::DATE.to_owned());
        Some(Value::Value(model))
    }
}
