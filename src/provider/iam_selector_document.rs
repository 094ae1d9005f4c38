//! The data source `iam_selector_document`: one choice of events, written for each tool that takes
//! selectors or filters what comes from behind a trail.
//!
//! This file is the data source as Terraform calls it. Its rooms: [`schema`] what may be typed,
//! [`model`] what was typed and what comes out, [`judge`] what is said about the selectors. The
//! documents themselves are made by [`crate::render`]. Nothing here asks AWS anything.

mod judge;
mod model;
mod schema;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use tf_provider::schema::Schema;
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, DataSource, Diagnostics};

use self::model::{Document, Model, Typed};
use super::convert::{self, Filters, SELECTOR_NAME};
use super::explain;
use super::iam_only_trail_selector::model::Text;
use super::shared::{EventCatalog, Shared};
use crate::intent::{FilterBy, Intent, IntentError, NameFilter};
use crate::render::{self, FORMATS, Order, Source};
use crate::rules::{Destination, coverage};
use crate::selector::ReadWriteType;

/// The data source; it holds what all objects of the process share.
#[derive(Debug)]
pub(super) struct SelectorDocument {
    shared: Arc<Shared>,
}

impl SelectorDocument {
    /// A data source in a provider.
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

impl Typed {
    fn filters(&self) -> Filters<'_> {
        Filters {
            services: &self.services,
            access_levels: &self.access_levels,
            resource_families: &self.resource_families,
            include: ("include_event_names", &self.include_event_names),
            exclude: ("exclude_event_names", &self.exclude_event_names),
        }
    }

    /// Puts the provider's choice of names in the place of what was not typed.
    fn take_defaults(&mut self, catalog: EventCatalog) {
        for (given, default) in [
            (&mut self.services, catalog.services),
            (&mut self.access_levels, catalog.access_levels),
            (&mut self.resource_families, catalog.resource_families),
            (&mut self.include_event_names, catalog.include),
            (&mut self.exclude_event_names, catalog.exclude),
        ] {
            if given.is_null() {
                *given = default;
            }
        }
    }
}

/// What was typed beside the names, as far as it is known and allowed.
struct Choices {
    destination: Value<Destination>,
    read_write_type: Value<ReadWriteType>,
    /// Null where nothing was typed.
    filter_by: Value<FilterBy>,
    selector_name: Value<String>,
    event_data_store_id: Value<String>,
    athena_table: Value<String>,
}

/// Reads what was typed beside the names, and makes a diagnostic of each value that is not allowed.
fn choices(diags: &mut Diagnostics, typed: &Typed) -> Choices {
    let destination = convert::choice(
        diags,
        "destination",
        &typed.destination,
        Destination::ALL,
        Destination::as_str,
    );
    let read_write_type = convert::choice(
        diags,
        "read_write_type",
        &typed.read_write_type,
        ReadWriteType::ALL,
        ReadWriteType::as_str,
    );
    let filter_by = match &typed.filter_by {
        Value::Null => Value::Null,
        given @ (Value::Value(_) | Value::Unknown) => {
            convert::choice(diags, "filter_by", given, FilterBy::ALL, FilterBy::as_str)
        }
    };
    if let Value::Value(name) = &typed.selector_name
        && let Err(wrong) = convert::check_selector_name(Some(name.clone()))
    {
        explain::selector_name(diags, &wrong);
    }
    Choices {
        destination,
        read_write_type,
        filter_by,
        selector_name: or(&typed.selector_name, SELECTOR_NAME),
        event_data_store_id: source_of_query(
            diags,
            "event_data_store_id",
            &typed.event_data_store_id,
            render::EVENT_DATA_STORE_ID,
        ),
        athena_table: source_of_query(
            diags,
            "athena_table",
            &typed.athena_table,
            render::ATHENA_TABLE,
        ),
    }
}

fn or(given: &Text, default: &str) -> Text {
    if given.is_null() {
        Value::Value(default.to_owned())
    } else {
        given.clone()
    }
}

/// Reads what is to stand behind `FROM`, which is one word to a query unless it is in quotes.
fn source_of_query(
    diags: &mut Diagnostics,
    name: &'static str,
    given: &Text,
    default: &str,
) -> Text {
    let found = or(given, default);
    if let Value::Value(text) = &found
        && (text.is_empty()
            || text.ends_with('/')
            || text.chars().any(|c| c.is_whitespace() || c == ';'))
    {
        explain::error(
            diags,
            AttributePath::new(name),
            "Not what a query reads from",
            format!(
                "Found {text:?} in {name}. Expected what stands behind FROM: one name, without blanks \
                 and semicolons, such as `{default}`."
            ),
        );
    }
    found
}

/// The filter that is meant where none was typed: by name on a trail, which takes no source there; on
/// an event data store by source, or where that would be too wide by name and source.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
fn default_filter(destination: Destination, names: &NameFilter) -> FilterBy {
    match destination {
        Destination::Trail => FilterBy::EventName,
        Destination::EventDataStore if names.is_of_whole_services() => FilterBy::EventSource,
        Destination::EventDataStore => FilterBy::EventNameAndSource,
    }
}

/// The documents of an order by their keys; `None` if a diagnostic was made.
fn documents(diags: &mut Diagnostics, order: &Order) -> Option<BTreeMap<&'static str, Document>> {
    let mut documents = BTreeMap::new();
    for format in FORMATS {
        match format.texts(order) {
            Ok(texts) if format.limit.is_some() => {
                documents.insert(format.key, Document::Several(Value::Value(texts)));
            }
            Ok(texts) => {
                documents.insert(format.key, Document::One(Value::Value(texts.concat())));
            }
            Err(wrong) => explain::error(
                diags,
                AttributePath::new("include_event_names"),
                "An event name is too long",
                format!("Found: {wrong}.\n\nShorten or leave out the longest of the names."),
            ),
        }
    }
    diags.errors.is_empty().then_some(documents)
}

/// Adds why an intent has no sources.
fn explain_sources(diags: &mut Diagnostics, wrong: &IntentError) {
    let IntentError::NoSource { names } = wrong else {
        return explain::intent(diags, wrong);
    };
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    explain::error(
        diags,
        AttributePath::new("services"),
        "The event source of a name is unknown",
        format!(
            "Found no service for {}: the catalog does not know the name, and no service is selected \
             that could emit such an event. The documents for what stands behind a trail filter by \
             event source.\n\nSet services to the services of these events, and if only a part of \
             them is meant, exclude_event_names, access_levels or resource_families.",
            names.join(", ")
        ),
    );
}

#[async_trait]
impl DataSource for SelectorDocument {
    type State<'a> = Value<Model>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Model>) -> Option<()> {
        let typed = config.as_option()?.typed;
        let root = AttributePath::root();
        _ = choices(diags, &typed);
        if let Value::Value(names) = convert::name_filter(diags, &root, typed.filters()) {
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
        let mut typed = config.as_option()?.typed;
        typed.take_defaults(self.shared.configured().event_catalog);
        let choices = choices(diags, &typed);
        let names = convert::name_filter(diags, &AttributePath::root(), typed.filters());
        if names.is_unknown() {
            explain::unconfigured_catalog(diags);
        }
        // Terraform reads a data source when all that was typed is known.
        let (destination, read_write_type, names, selector_name, event_data_store_id, athena_table) = (
            choices.destination.as_option()?,
            choices.read_write_type.as_option()?,
            names.as_option()?,
            choices.selector_name.as_option()?,
            choices.event_data_store_id.as_option()?,
            choices.athena_table.as_option()?,
        );
        if !diags.errors.is_empty() {
            return None;
        }
        let filter_by = choices
            .filter_by
            .as_option()
            .unwrap_or_else(|| default_filter(destination, &names));
        let intent = Intent {
            selector_name: Some(selector_name.clone()),
            names,
            read_write_type,
            filter_by,
        };
        let resolved = match intent.resolve() {
            Ok(resolved) => resolved,
            Err(wrong) => {
                explain::intent(diags, &wrong);
                return None;
            }
        };
        judge::selectors(diags, destination, &intent, &resolved.selectors);
        let sources = match intent.sources() {
            Ok(sources) => sources,
            Err(wrong) => {
                explain_sources(diags, &wrong);
                return None;
            }
        };
        let event_sources: BTreeSet<&str> = sources.iter().map(|source| source.source).collect();
        let sources = sources.iter().map(|source| Source {
            event_source: source.source.to_owned(),
            names: source.names.clone(),
            names_of_type: source.names_of_type.clone(),
        });
        // Lake names a store by the end of its ARN.
        let store = event_data_store_id.rsplit('/').next();
        let order = Order {
            sources: sources.collect(),
            read_write_type,
            event_data_store_id: store.unwrap_or_default().to_owned(),
            athena_table: athena_table.clone(),
            selectors: resolved.selectors,
        };
        let documents = documents(diags, &order)?;
        let text = |text: &str| Value::Value(text.to_owned());
        typed.destination = text(destination.as_str());
        typed.read_write_type = text(read_write_type.as_str());
        typed.filter_by = text(filter_by.as_str());
        typed.selector_name = Value::Value(selector_name);
        typed.event_data_store_id = Value::Value(event_data_store_id);
        typed.athena_table = Value::Value(athena_table);
        let count = i64::try_from(resolved.event_names.len());
        Some(Value::Value(Model {
            typed,
            documents,
            event_names: convert::text_set(resolved.event_names),
            event_count: count.map_or(Value::Null, Value::Value),
            event_sources: convert::text_set(event_sources),
            precision: text(coverage::precision(&order.selectors).as_str()),
        }))
    }
}
