//! Listing: the event data stores of an account in one Region, each as a resource that could be imported.
//!
//! A store is read only where its state is asked for. What one store refuses to tell is a warning, and
//! the others are still listed.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::identity::{self, Identity};
use super::import;
use super::model::{Model, Text};
use crate::aws::error::Error;
use crate::aws::patience::Patience;
use crate::protocol::{Found, ListResource};
use crate::provider::attribute::{Optional, attribute, block};
use crate::provider::shared::Shared;
use crate::provider::{destination, explain};
use crate::rules::Destination;

/// The list resource; it holds what all objects of the process share.
#[derive(Debug)]
pub(in crate::provider) struct Stores {
    shared: Arc<Shared>,
}

impl Stores {
    /// A list resource in a provider.
    pub(in crate::provider) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

/// What a `list` block holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::provider) struct Config {
    region: Text,
}

/// Where a listing goes.
type Listing = Sender<Found<Identity, Value<Model>>>;

#[async_trait]
impl ListResource for Stores {
    type Config<'a> = Value<Config>;
    type Identity = Identity;
    type State = Value<Model>;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(Schema {
            version: 0,
            block: block(
                "Lists the event data stores that the account sees in one Region.",
                [attribute(
                    "region",
                    AttributeType::String,
                    Optional,
                    "Region whose event data stores are listed. Default: the provider's.",
                )],
                [],
            ),
        })
    }

    async fn validate<'a>(&self, _diags: &mut Diagnostics, _config: Value<Config>) -> Option<()> {
        Some(())
    }

    async fn list<'a>(&self, config: Value<Config>, with_states: bool, found: Listing) {
        let stop = self.shared.host.stop.token();
        let region = config.as_option().map(|config| config.region);
        let region = region.and_then(Value::as_option);
        tokio::select! {
            told = self.tell(region, with_states, &stop, &found) => {
                if let Err(diags) = told {
                    _ = found.send(Found::Diagnostics(diags)).await;
                }
            }
            () = found.closed() => {}
        }
    }
}

impl Stores {
    /// Sends the stores of a Region, or of the session's.
    async fn tell(
        &self,
        region: Option<String>,
        with_states: bool,
        stop: &CancellationToken,
        found: &Listing,
    ) -> Result<(), Diagnostics> {
        let patience = || Patience {
            until: Instant::now() + destination::READ_TIME,
            stop: stop.clone(),
        };
        let failure = |failed: &Error| {
            let mut diags = Diagnostics::default();
            let left = "Nothing was changed. What was listed before this is right.";
            explain::failure(&mut diags, AttributePath::root(), failed, "", left);
            diags
        };
        let configured = self.shared.configured();
        let mut diags = Diagnostics::default();
        let Some(session) = destination::session(&mut diags, &configured) else {
            return Err(diags);
        };
        let mut stores = session
            .stores(region.as_deref(), &patience())
            .map_err(|failed| failure(&failed))?;
        while let Some(page) = stores
            .next_page()
            .await
            .map_err(|failed| failure(&failed))?
        {
            for (arn, name) in page {
                let mut state = None;
                if with_states {
                    let (id, patience) = (arn.to_string(), patience());
                    let read = import::import(&mut diags, &configured, id, &patience).await;
                    state = read.map(|(state, _private)| Value::Value(state));
                    let told = destination::unread(
                        std::mem::take(&mut diags),
                        Destination::EventDataStore,
                    );
                    if !told.warnings.is_empty() {
                        _ = found.send(Found::Diagnostics(told)).await;
                    }
                }
                let object = Found::Object {
                    identity: identity::of_arn(&arn),
                    display_name: format!("{name} ({})", arn.region()),
                    state,
                };
                _ = found.send(object).await;
            }
        }
        Ok(())
    }
}
