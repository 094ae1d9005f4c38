//! The provider as Terraform sees it: the only place where the Terraform tower and the domain meet.
//!
//! A reader follows the data: [`iam_only_trail_selector`] holds what was typed, [`convert`] gives it
//! a meaning, the domain modules work on that, [`explain`] turns what comes out into the words that a
//! user reads. Beside that path are the [`functions`], which know no trail. May import all but `plugin`.

mod attribute;
mod convert;
mod destination;
mod explain;
mod functions;
mod iam_event_names;
mod iam_only_event_data_store_selector;
mod iam_only_trail_selector;
mod iam_selector_document;
mod iam_trail;
mod session;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{NestedBlock, Schema};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics, Provider};
use tokio::time::Instant;

use self::attribute::{Optional, attribute, block, selection, set_of_text};
use self::convert::Filters;
use self::iam_only_trail_selector::model::{Flag, Text, TextSet};
use self::session::model::{AssumeRoleModel, Blocks, EndpointsModel, TextList, WebIdentityModel};
use self::shared::{Configured, EventCatalog, Shared};
use crate::aws::Session;
use crate::aws::environment::Environment;
use crate::aws::patience::Patience;
use crate::protocol::{Host, Objects, Served};

/// The provider's type name, with which the names of its resources begin.
pub const NAME: &str = "iam";

/// The provider's source address, as it stands in `required_providers`.
pub const ADDRESS: &str = "iam-only/iam";

/// How long asking STS for the caller may take, retries included.
const OPEN_TIME: Duration = Duration::from_mins(1);

/// The provider `iam`.
#[derive(Debug, Default)]
pub struct IamProvider {
    shared: Arc<Shared>,
    environment: Environment,
}

impl IamProvider {
    /// A provider that is served by this host, in a process with this environment.
    #[must_use]
    pub fn new(host: Host, environment: Environment) -> Self {
        Self {
            shared: Arc::new(Shared::new(host)),
            environment,
        }
    }

    /// Tells the host the credentials of a provider block, which nobody may see.
    fn hide(&self, model: &ProviderModel) {
        for secret in session::secrets(model) {
            self.shared.host.masks.hide(secret);
        }
    }
}

/// The provider block as it was typed. It has no `Debug` form: it holds credentials.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Default))]
#[expect(
    missing_debug_implementations,
    reason = "a derived one would print the credentials"
)]
pub struct ProviderModel {
    region: Text,
    profile: Text,
    access_key: Text,
    secret_key: Text,
    token: Text,
    shared_config_files: TextList,
    shared_credentials_files: TextList,
    assume_role: Blocks<AssumeRoleModel>,
    assume_role_with_web_identity: Blocks<WebIdentityModel>,
    sts_region: Text,
    use_fips_endpoint: Flag,
    use_dualstack_endpoint: Flag,
    max_retries: Value<f64>,
    retry_mode: Text,
    max_reads_per_second: Value<f64>,
    max_writes_per_second: Value<f64>,
    user_agent: TextList,
    allowed_account_ids: TextList,
    forbidden_account_ids: TextList,
    skip_credentials_validation: Flag,
    skip_requesting_account_id: Flag,
    skip_metadata_api_check: Text,
    ec2_metadata_service_endpoint: Text,
    ec2_metadata_service_endpoint_mode: Text,
    token_bucket_rate_limiter_capacity: Value<f64>,
    custom_ca_bundle: Text,
    http_proxy: Text,
    https_proxy: Text,
    no_proxy: Text,
    insecure: Flag,
    skip_region_validation: Flag,
    endpoints: Blocks<EndpointsModel>,
    event_catalog: Blocks<EventCatalogModel>,
}

/// The `event_catalog` block.
#[derive(Clone, Serialize, Deserialize)]
struct EventCatalogModel {
    services: TextSet,
    access_levels: TextSet,
    resource_families: TextSet,
    include: TextSet,
    exclude: TextSet,
}

impl EventCatalogModel {
    fn filters(&self) -> Filters<'_> {
        Filters {
            services: &self.services,
            access_levels: &self.access_levels,
            resource_families: &self.resource_families,
            include: ("include", &self.include),
            exclude: ("exclude", &self.exclude),
        }
    }

    fn with_defaults(&self) -> EventCatalog {
        let or = |given: &TextSet, default: TextSet| {
            if given.is_null() {
                default
            } else {
                given.clone()
            }
        };
        let default = EventCatalog::default();
        EventCatalog {
            services: or(&self.services, default.services),
            access_levels: or(&self.access_levels, default.access_levels),
            resource_families: or(&self.resource_families, default.resource_families),
            include: or(&self.include, default.include),
            exclude: or(&self.exclude, default.exclude),
        }
    }
}

fn schema() -> Schema {
    let names = [
        attribute(
            "include",
            set_of_text(),
            Optional,
            "Event names to add. A name that the catalog does not know is taken, with a warning: \
                 AWS adds names.",
        ),
        attribute(
            "exclude",
            set_of_text(),
            Optional,
            "Event names to take away.",
        ),
    ];
    let event_catalog = block(
        "The event names from which every resource computes its own: the names of the catalog by \
         services, access levels and resource families, and `include`, without `exclude`.",
        selection(&Optional, "Default: `iam`, and all of it.")
            .into_iter()
            .chain(names),
        [],
    );
    let [endpoints, assume_role, web_identity] = session::schema::blocks();
    let event_catalog = (
        "event_catalog".to_owned(),
        NestedBlock::Optional(event_catalog),
    );
    let blocks = [endpoints, assume_role, web_identity, event_catalog];
    Schema {
        version: 0,
        block: block(
            "Makes CloudTrail trails log IAM activity only, as far as CloudTrail allows it. The \
             session arguments are spelled and meant as in provider `aws`.",
            session::schema::attributes(),
            blocks,
        ),
    }
}

/// Reads the `event_catalog` block.
fn event_catalog(model: &ProviderModel) -> Option<&EventCatalogModel> {
    let blocks = model.event_catalog.as_ref_option()?;
    blocks.first().and_then(Value::as_ref_option)
}

#[async_trait]
impl Provider for IamProvider {
    type Config<'a> = Value<ProviderModel>;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema())
    }

    async fn validate<'a>(
        &self,
        diags: &mut Diagnostics,
        config: Value<ProviderModel>,
    ) -> Option<()> {
        let model = config.as_option()?;
        self.hide(&model);
        _ = session::options(diags, &model, &self.environment);
        if let Some(block) = event_catalog(&model) {
            let root = AttributePath::new("event_catalog").index(0);
            let names = convert::name_filter(diags, &root, block.filters());
            if let Value::Value(names) = names {
                explain::unknown_names(diags, &root, ("include", "exclude"), &names);
            }
        }
        diags.errors.is_empty().then_some(())
    }

    async fn configure<'a>(
        &self,
        diags: &mut Diagnostics,
        _terraform_version: String,
        config: Value<ProviderModel>,
    ) -> Option<()> {
        let stop = self.shared.host.stop.token();
        let model = config.as_option()?;
        self.hide(&model);
        let event_catalog = match event_catalog(&model) {
            Some(block) => block.with_defaults(),
            None if model.event_catalog.is_unknown() => EventCatalog::unknown(),
            None => EventCatalog::default(),
        };
        let warned = diags.warnings.len();
        let options = session::options(diags, &model, &self.environment);
        // Terraform validates what it configures with, so each warning was given just now.
        diags.warnings.truncate(warned);
        let session = match options {
            Value::Null => return None,
            Value::Unknown => None,
            Value::Value(options) => {
                let patience = Patience {
                    until: Instant::now() + OPEN_TIME,
                    stop,
                };
                let masks = self.shared.host.masks.clone();
                let hide = move |secret: &str| masks.hide(secret);
                match Session::open(&options, &patience, hide).await {
                    Ok(session) => Some(Arc::new(session)),
                    Err(failed) => {
                        let left = "The provider has no session with AWS; nothing was changed.";
                        explain::failure(diags, AttributePath::root(), &failed, "", left);
                        return None;
                    }
                }
            }
        };
        self.shared.configure(Configured {
            session,
            event_catalog,
        });
        Some(())
    }
}

impl Served for IamProvider {
    fn objects(&self, into: &mut impl Objects) {
        let shared = || Arc::clone(&self.shared);
        let selector = "only_trail_selector";
        into.resource(
            selector,
            iam_only_trail_selector::TrailSelector::new(shared()),
        );
        into.list_resource(selector, iam_only_trail_selector::Trails::new(shared()));
        let selector = "only_event_data_store_selector";
        into.resource(
            selector,
            iam_only_event_data_store_selector::StoreSelector::new(shared()),
        );
        into.list_resource(
            selector,
            iam_only_event_data_store_selector::Stores::new(shared()),
        );
        into.data_source("event_names", iam_event_names::EventNames::new(shared()));
        into.data_source("trail", iam_trail::TrailFacts::new(shared()));
        into.data_source(
            "selector_document",
            iam_selector_document::SelectorDocument::new(shared()),
        );
        into.function("logs_event", functions::LogsEvent);
        into.function("event_names", functions::EventNames);
        into.function("check_selectors", functions::CheckSelectors);
    }
}
