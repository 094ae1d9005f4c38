//! The data source `iam_trail`: a trail as it is, what its selectors come to, and which of the chosen
//! events it gets.
//!
//! This file asks and answers; [`schema`] is what may be typed and what comes out.

mod schema;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::Schema;
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, DataSource, Diagnostics};
use tokio::time::Instant;

use super::convert::{self, Filters};
use super::destination::session;
use super::explain;
use super::iam_only_trail_selector::apply::held;
use super::iam_only_trail_selector::model::{AdvancedModel, BasicModel, Flag, Text, TextSet};
use super::iam_only_trail_selector::plan::reference;
use super::shared::{EventCatalog, Shared};
use crate::aws::patience::Patience;
use crate::aws::trail::Trail;
use crate::catalog::{self, Service};
use crate::evaluate::event::Content;
use crate::evaluate::{Evaluator, Event, Outcome};
use crate::intent::NameFilter;
use crate::rules::reach::{self, Facts};
use crate::rules::{Destination, Finding, Severity, coverage};
use crate::selector::{EventSelector, MANAGEMENT, Selectors, diff};

/// How long reading a trail may take, retries included.
const READ_TIME: Duration = Duration::from_mins(2);

/// The data source; it holds what all objects of the process share.
#[derive(Debug)]
pub(super) struct TrailFacts {
    shared: Arc<Shared>,
}

impl TrailFacts {
    /// A data source in a provider.
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

/// What was typed, and what comes out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Model {
    trail_name: Text,
    region: Text,
    id: Text,
    trail_arn: Text,
    name: Text,
    account_id: Text,
    home_region: Text,
    logging: Flag,
    multi_region: Flag,
    organization_trail: Flag,
    global_service_events: Flag,
    insights: Flag,
    s3_bucket_name: Text,
    s3_key_prefix: Text,
    cloud_watch_logs_group_arn: Text,
    sns_topic_arn: Text,
    kms_key_id: Text,
    log_file_validation: Flag,
    event_selectors: Value<Vec<BasicModel>>,
    advanced_event_selectors: Value<Vec<AdvancedModel>>,
    effective_filter: Text,
    precision: Text,
    receives_iam_events: Flag,
    reason: Text,
    logged_event_names: TextSet,
    missed_event_names: TextSet,
}

#[async_trait]
impl DataSource for TrailFacts {
    type State<'a> = Value<Model>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Model>) -> Option<()> {
        _ = reference(diags, &config.as_option()?.trail_name);
        diags.errors.is_empty().then_some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        config: Value<Model>,
        _meta: ValueEmpty,
    ) -> Option<Value<Model>> {
        let mut model = config.as_option()?;
        let configured = self.shared.configured();
        let session = session(diags, &configured)?;
        let chosen = chosen(diags, &configured.event_catalog)?;
        let Value::Value(reference) = reference(diags, &model.trail_name) else {
            return None;
        };
        let patience = Patience {
            until: Instant::now() + READ_TIME,
            stop: self.shared.host.stop.token(),
        };
        let region = model.region.as_ref_option().map(String::as_str);
        let (reading, logging) = match session.inspect(&reference, region, &patience).await {
            Ok(found) => found,
            Err(failed) => {
                let name = model.trail_name.as_ref_option().map_or("", String::as_str);
                let path = AttributePath::new("trail_name");
                explain::failure(diags, path, &failed, name, "Nothing was read or changed.");
                return None;
            }
        };
        let selectors = on_a_new_trail(reading.selectors);
        let live = held(diags, &reading.trail.arn.to_string(), &selectors)?;
        set_facts(&mut model, &reading.trail, logging);
        model.event_selectors = Value::from(convert::replaced_model(&selectors).event_selectors);
        let live = diff::canonical(&live);
        model.advanced_event_selectors = Value::Value(convert::advanced_model(&live));
        model.effective_filter = text(coverage::effective_filter(&live).as_str());
        model.precision = text(coverage::precision(&live).as_str());
        let way = way(&reading.trail, logging, Service::Iam);
        model.receives_iam_events = Value::from(way.open);
        model.reason = Value::Value(way.reason);
        let logged: BTreeSet<String> = logged(&chosen, &reading.trail, logging, &selectors);
        let names = chosen.selected().unwrap_or_default();
        model.missed_event_names = convert::text_set(names.difference(&logged).cloned());
        model.logged_event_names = convert::text_set(logged);
        Some(Value::Value(model))
    }
}

/// The provider's choice of event names, or a diagnostic where it is not known yet.
fn chosen(diags: &mut Diagnostics, catalog: &EventCatalog) -> Option<NameFilter> {
    let filters = Filters {
        services: &catalog.services,
        access_levels: &catalog.access_levels,
        resource_families: &catalog.resource_families,
        include: ("include", &catalog.include),
        exclude: ("exclude", &catalog.exclude),
    };
    let root = AttributePath::root();
    if let Value::Value(chosen) = convert::name_filter(diags, &root, filters) {
        return Some(chosen);
    }
    if diags.errors.is_empty() {
        explain::error(
            diags,
            root,
            "The provider is not configured yet",
            "The provider's event_catalog depends on values that are not known yet. Apply what the \
             block depends on first, for example with -target.",
        );
    }
    None
}

fn text(of: &str) -> Text {
    Value::Value(of.to_owned())
}

/// What the service says of the trail itself.
fn set_facts(model: &mut Model, trail: &Trail, logging: bool) {
    let arn = trail.arn.to_string();
    let delivery = &trail.delivery;
    model.id = text(&arn);
    model.trail_arn = text(&arn);
    model.name = text(trail.arn.name());
    model.account_id = text(trail.arn.account());
    model.home_region = text(trail.arn.region());
    model.logging = Value::Value(logging);
    model.multi_region = Value::Value(trail.multi_region);
    model.organization_trail = Value::Value(trail.organization);
    model.global_service_events = Value::Value(trail.global_service_events);
    model.insights = Value::Value(trail.insights);
    model.s3_bucket_name = Value::from(delivery.bucket.clone());
    model.s3_key_prefix = Value::from(delivery.prefix.clone());
    model.cloud_watch_logs_group_arn = Value::from(delivery.log_group.clone());
    model.sns_topic_arn = Value::from(delivery.topic.clone());
    model.kms_key_id = Value::from(delivery.key.clone());
    model.log_file_validation = Value::Value(delivery.validation);
}

/// Whether a service's events get to a trail, before any selector is asked.
struct Way {
    /// `None`: it is not known, or only for a part of them.
    open: Option<bool>,
    /// Why, as a sentence.
    reason: String,
}

/// Whether the events of a service get to a trail.
fn way(trail: &Trail, logging: bool, service: Service) -> Way {
    if !logging {
        return Way {
            open: Some(false),
            reason: "Logging is off: StartLogging was not called, or StopLogging was.".to_owned(),
        };
    }
    let facts = Facts {
        destination: Destination::Trail,
        home_region: trail.arn.region(),
        partition: trail.arn.partition(),
        multi_region: trail.multi_region,
        global_service_events: trail.global_service_events,
    };
    let findings = reach::reaches(&BTreeSet::from([service]), &facts);
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    let worst = findings.iter().find(is_error).or_else(|| findings.first());
    match worst {
        None => Way {
            open: Some(true),
            reason:
                "The trail is in the Region that records these events, or in all Regions, and has \
                     global service events."
                    .to_owned(),
        },
        Some(finding) => Way {
            open: is_error(&finding).then_some(false),
            reason: format!(
                "Found: {}. Expected: {} ({}).",
                finding.found, finding.expected, finding.rule
            ),
        },
    }
}

/// The chosen names whose events the trail surely logs, whichever of the chosen services emits them.
fn logged(
    chosen: &NameFilter,
    trail: &Trail,
    logging: bool,
    selectors: &Selectors,
) -> BTreeSet<String> {
    let evaluator = Evaluator::new(selectors);
    let reached: BTreeSet<Service> = Service::ALL
        .iter()
        .filter(|&&service| way(trail, logging, service).open != Some(false))
        .copied()
        .collect();
    let is_logged = |event: &Event<'_>| matches!(evaluator.outcome(event), Outcome::Logged(_));
    let names = chosen.selected().unwrap_or_default().into_iter();
    names
        .filter(|name| {
            let rows = chosen.rows_of(name);
            if rows.is_empty() {
                return logging && is_logged(&nameless(name));
            }
            rows.iter()
                .all(|row| reached.contains(&row.source) && is_logged(&event_of(row)))
        })
        .collect()
}

/// A trail on which no selectors were put logs all management events
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>).
fn on_a_new_trail(selectors: Selectors) -> Selectors {
    let is_empty = match &selectors {
        Selectors::Basic(basic) => basic.is_empty(),
        Selectors::Advanced(advanced) => advanced.is_empty(),
    };
    if is_empty {
        Selectors::Basic(vec![EventSelector::service_default()])
    } else {
        selectors
    }
}

/// An event of which nothing is told but that it is a management event of this name.
fn nameless(name: &str) -> Event<'_> {
    const ANY: Content<'static> = Content::Unreadable("anything");
    Event {
        event_category: Content::Text(MANAGEMENT.into()),
        event_name: Content::Text(name.into()),
        event_source: ANY,
        read_only: ANY,
        event_type: ANY,
        user_identity_arn: ANY,
        session_credential_from_console: ANY,
        error_code: ANY,
        vpc_endpoint_id: ANY,
        ..Event::default()
    }
}

/// An event of a row of the catalog, whoever makes the call.
fn event_of(row: &catalog::Event) -> Event<'static> {
    let read_only = if row.read_only { "true" } else { "false" };
    Event {
        event_source: Content::Text(row.source.source().into()),
        read_only: Content::Text(read_only.into()),
        ..nameless(row.name)
    }
}
