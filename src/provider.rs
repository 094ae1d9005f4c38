//! The provider as Terraform sees it: the only place where the Terraform tower and the domain meet.
//!
//! A reader follows the data: [`iam_only_trail_selector`] holds what was typed, [`convert`] gives it
//! a meaning, the domain modules work on that, [`explain`] turns what comes out into the words that a
//! user reads. May import all but `plugin`.

mod attribute;
mod convert;
mod explain;
mod iam_event_names;
mod iam_only_trail_selector;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, NestedBlock, Schema};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics, Provider};
use tokio::time::Instant;

use self::attribute::{Optional, attribute, block, selection, sensitive, set_of_text};
use self::convert::Filters;
use self::iam_only_trail_selector::model::{Flag, Text, TextSet};
use self::shared::{Configured, EventCatalog, Shared};
use crate::aws::Session;
use crate::aws::config::{Secret, SessionOptions, StaticCredentials};
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
}

impl IamProvider {
    /// A provider that is served by this host.
    #[must_use]
    pub fn new(host: Host) -> Self {
        Self {
            shared: Arc::new(Shared::new(host)),
        }
    }

    /// Tells the host the credentials of a provider block, which nobody may see.
    fn hide(&self, model: &ProviderModel) {
        for text in [&model.access_key, &model.secret_key, &model.token] {
            if let Some(secret) = text.as_ref_option() {
                self.shared.host.masks.hide(secret);
            }
        }
    }
}

/// The provider block as it was typed. It has no `Debug` form: it holds credentials.
#[derive(Serialize, Deserialize)]
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
    max_retries: Value<f64>,
    skip_credentials_validation: Flag,
    skip_requesting_account_id: Flag,
    skip_metadata_api_check: Text,
    endpoints: Value<Vec<Value<EndpointsModel>>>,
    event_catalog: Value<Vec<Value<EventCatalogModel>>>,
}

/// One `endpoints` block.
#[derive(Clone, Serialize, Deserialize)]
struct EndpointsModel {
    cloudtrail: Text,
    sts: Text,
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

#[expect(clippy::too_many_lines, reason = "a table: one entry an attribute")]
fn schema() -> Schema {
    let text = || AttributeType::String;
    let flag = || AttributeType::Bool;
    let endpoints = block(
        "URLs to ask instead of AWS's own, for tests and for VPC endpoints.",
        [
            attribute("cloudtrail", text(), Optional, "URL of the CloudTrail API."),
            attribute("sts", text(), Optional, "URL of the STS API."),
        ],
        [],
    );
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
    Schema {
        version: 0,
        block: block(
            "Makes CloudTrail trails log IAM activity only, as far as CloudTrail allows it. The \
             session arguments are spelled and meant as in provider `aws`.",
            [
                attribute(
                    "region",
                    text(),
                    Optional,
                    "Region in which bare trail names are looked up. Every call about a trail goes to \
                     the trail's home Region, whatever is set here. Default: `AWS_REGION`, \
                     `AWS_DEFAULT_REGION`, the profile, the instance metadata.",
                ),
                attribute(
                    "profile",
                    text(),
                    Optional,
                    "Profile of the shared configuration and credentials files. Default: \
                     `AWS_PROFILE`.",
                ),
                sensitive(
                    "access_key",
                    text(),
                    Optional,
                    "Access key id; needs `secret_key`. Default: the SDK's chain, `AWS_ACCESS_KEY_ID` \
                     first.",
                ),
                sensitive(
                    "secret_key",
                    text(),
                    Optional,
                    "Secret access key; needs `access_key`.",
                ),
                sensitive(
                    "token",
                    text(),
                    Optional,
                    "Session token, for temporary credentials given in `access_key` and `secret_key`.",
                ),
                attribute(
                    "max_retries",
                    AttributeType::Number,
                    Optional,
                    "How often a throttled or failed call is repeated. Default: 25.",
                ),
                attribute(
                    "skip_credentials_validation",
                    flag(),
                    Optional,
                    "Whether to go on without asking STS if the credentials are good. Default: \
                     `false`.",
                ),
                attribute(
                    "skip_requesting_account_id",
                    flag(),
                    Optional,
                    "Whether to go on without knowing the account of the credentials. Together with \
                     `skip_credentials_validation` STS is not called at all. Default: `false`.",
                ),
                attribute(
                    "skip_metadata_api_check",
                    text(),
                    Optional,
                    "`true` to never ask the instance metadata service for credentials or a Region. \
                     Default: it is asked last.",
                ),
            ],
            [
                ("endpoints".to_owned(), NestedBlock::Set(endpoints)),
                (
                    "event_catalog".to_owned(),
                    NestedBlock::Optional(event_catalog),
                ),
            ],
        ),
    }
}

/// Reads the session arguments. `Unknown` if one is not known yet; `Null` if a diagnostic was made.
fn session_options(diags: &mut Diagnostics, model: &ProviderModel) -> Value<SessionOptions> {
    let texts = [
        &model.region,
        &model.profile,
        &model.access_key,
        &model.secret_key,
        &model.token,
        &model.skip_metadata_api_check,
    ];
    let blocks = model
        .endpoints
        .as_ref_option()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let unknown = texts.into_iter().any(Value::is_unknown)
        || model.max_retries.is_unknown()
        || model.skip_credentials_validation.is_unknown()
        || model.skip_requesting_account_id.is_unknown()
        || model.endpoints.is_unknown()
        || blocks.iter().any(|block| match block {
            Value::Unknown => true,
            Value::Null => false,
            Value::Value(block) => block.cloudtrail.is_unknown() || block.sts.is_unknown(),
        });
    let given = |text: &Text| {
        text.as_ref_option()
            .filter(|text| !text.is_empty())
            .cloned()
    };
    let endpoint = |pick: fn(&EndpointsModel) -> &Text| {
        blocks
            .iter()
            .filter_map(Value::as_ref_option)
            .find_map(|block| given(pick(block)))
    };
    for (name, url) in [
        ("cloudtrail", endpoint(|block| &block.cloudtrail)),
        ("sts", endpoint(|block| &block.sts)),
    ] {
        if let Some(url) =
            url.filter(|url| !url.starts_with("http://") && !url.starts_with("https://"))
        {
            explain::error(
                diags,
                AttributePath::new("endpoints"),
                "Not a URL",
                format!(
                    "Found `{url}` as endpoint for {name}. Expected a URL that begins with \
                         `https://` or `http://`."
                ),
            );
        }
    }
    let max_retries = max_retries(diags, &model.max_retries);
    let credentials = credentials(diags, model);
    let skip_metadata_api_check = match given(&model.skip_metadata_api_check).as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            explain::error(
                diags,
                AttributePath::new("skip_metadata_api_check"),
                "Unknown value of skip_metadata_api_check",
                format!("Found `{other}`. Expected one of `true`, `false`."),
            );
            false
        }
    };
    if !diags.errors.is_empty() {
        return Value::Null;
    }
    if unknown {
        return Value::Unknown;
    }
    let is_set = |flag: &Flag| flag.as_ref_option().copied().unwrap_or_default();
    Value::Value(SessionOptions {
        region: given(&model.region),
        profile: given(&model.profile),
        credentials,
        cloudtrail_endpoint: endpoint(|block| &block.cloudtrail),
        sts_endpoint: endpoint(|block| &block.sts),
        max_retries,
        skip_credentials_validation: is_set(&model.skip_credentials_validation),
        skip_requesting_account_id: is_set(&model.skip_requesting_account_id),
        skip_metadata_api_check,
    })
}

/// Reads `access_key`, `secret_key` and `token`, which come together or not at all.
fn credentials(diags: &mut Diagnostics, model: &ProviderModel) -> Option<StaticCredentials> {
    let is_there = |text: &Text| text.is_unknown() || !text.is_null();
    let (key, secret) = (is_there(&model.access_key), is_there(&model.secret_key));
    let half = match (key, secret, is_there(&model.token)) {
        (true, false, _) => Some(("access_key", "access_key without secret_key")),
        (false, true, _) => Some(("secret_key", "secret_key without access_key")),
        (false, false, true) => Some(("token", "token without access_key and secret_key")),
        (true, true, _) | (false, false, false) => None,
    };
    if let Some((name, found)) = half {
        explain::error(
            diags,
            AttributePath::new(name),
            "Half a pair of credentials",
            format!(
                "Found {found}. Expected access_key and secret_key together, with token for \
                     temporary credentials, or none of them."
            ),
        );
    }
    let secret = |text: &Text| text.as_ref_option().cloned().map(Secret::new);
    Some(StaticCredentials {
        access_key: secret(&model.access_key)?,
        secret_key: secret(&model.secret_key)?,
        token: secret(&model.token),
    })
}

/// Reads `max_retries`: a whole number that is not negative.
fn max_retries(diags: &mut Diagnostics, given: &Value<f64>) -> Option<u32> {
    let number = *given.as_ref_option()?;
    let whole = number.to_string().parse().ok();
    if whole.is_none() {
        explain::error(
            diags,
            AttributePath::new("max_retries"),
            "Not a number of retries",
            format!("Found {number}. Expected a whole number, 0 or more."),
        );
    }
    whole
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
        _ = session_options(diags, &model);
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
        let session = match session_options(diags, &model) {
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
        into.data_source("event_names", iam_event_names::EventNames::new(shared()));
    }
}
