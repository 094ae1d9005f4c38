//! The resource `iam_only_event_data_store_selector`: the event selectors of an existing event data store.
//!
//! This file is the resource as Terraform calls it. Its rooms: [`schema`] what may be typed,
//! [`model`] what was typed, [`plan`] what a plan says, [`judge`] what it warns of, [`apply`] what an
//! apply does, [`import`] how a live store becomes a state, [`identity`] what tells it from others,
//! [`list`] all that could be imported.

pub(crate) mod model;

mod apply;
mod identity;
mod import;
mod judge;
mod list;
mod plan;
mod schema;

use std::sync::Arc;

use async_trait::async_trait;
use tf_provider::schema::Schema;
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics, Resource};

pub(super) use self::list::Stores;
use self::model::{Model, Private};
use super::destination;
use super::shared::{Claim, Config, Shared};
use crate::rules::Destination;

/// The resource; it holds what all resources of the process share.
#[derive(Debug)]
pub(super) struct StoreSelector {
    shared: Arc<Shared>,
}

impl StoreSelector {
    /// A resource in a provider.
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Notes that a resource of this walk manages a store, or says that another one does.
    fn claim(
        &self,
        diags: &mut Diagnostics,
        store: Option<&str>,
        (creates, config): (bool, Model),
    ) -> Option<()> {
        let claim = Claim {
            creates,
            config: Config::Store(Box::new(config)),
        };
        destination::claim(
            diags,
            &self.shared,
            Destination::EventDataStore,
            store,
            claim,
        )
    }
}

#[async_trait]
impl Resource for StoreSelector {
    type State<'a> = Value<Model>;
    type PrivateState<'a> = Value<Private>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Model>) -> Option<()> {
        let model = config.as_option()?;
        _ = plan::reference(diags, &model.event_data_store);
        let wish = plan::wish(diags, &model);
        let names = wish.as_ref_option().map(|wish| &wish.intent.names);
        destination::check_typed(diags, &model.choice(), names, &model.timeouts);
        diags.errors.is_empty().then_some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: Value<Model>,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let patience = destination::to_read(&self.shared);
        let Value::Value(state) = state else {
            return Some((Value::Null, private));
        };
        let configured = self.shared.configured();
        if configured.session.is_none() {
            destination::warn_unread(diags, Destination::EventDataStore);
            return Some((Value::Value(state), private));
        }
        Some((
            import::read(diags, &configured, state, &patience).await?,
            private,
        ))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        _proposed: Value<Model>,
        config: Value<Model>,
        _meta: ValueEmpty,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let patience = destination::to_read(&self.shared);
        let config = config.as_option()?;
        let configured = self.shared.configured();
        let (planned, store) = plan::create(diags, &configured, &config, &patience).await?;
        self.claim(diags, store.as_deref(), (true, config))?;
        Some((Value::Value(planned), Value::Null))
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: Value<Model>,
        _proposed: Value<Model>,
        config: Value<Model>,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(Value<Model>, Value<Private>, Vec<AttributePath>)> {
        let (prior, config) = (prior.as_option()?, config.as_option()?);
        let configured = self.shared.configured();
        let (planned, replace) = plan::update(diags, &configured, &prior, &config)?;
        if replace.is_empty() {
            let store = planned
                .event_data_store_arn
                .as_ref_option()
                .map(String::as_str);
            self.claim(diags, store, (false, config))?;
        }
        Some((Value::Value(planned), private, replace))
    }

    async fn plan_destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: Value<Model>,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<Value<Private>> {
        if let Value::Value(prior) = prior {
            apply::announce_destroy(diags, &prior, private.as_ref_option());
        }
        Some(private)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: Value<Model>,
        _config: Value<Model>,
        _private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let planned = planned.as_option()?;
        let patience =
            destination::to_apply(&self.shared, &planned.timeouts, |block| &block.create);
        let configured = self.shared.configured();
        let (state, private) = apply::create(diags, &configured, planned, &patience).await?;
        Some((Value::Value(state), Value::Value(private)))
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: Value<Model>,
        planned: Value<Model>,
        _config: Value<Model>,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let (prior, planned) = (prior.as_option()?, planned.as_option()?);
        let patience =
            destination::to_apply(&self.shared, &planned.timeouts, |block| &block.update);
        let configured = self.shared.configured();
        let private = private.unwrap_or_default();
        let (state, private) =
            apply::update(diags, &configured, prior, private, planned, &patience).await?;
        Some((Value::Value(state), Value::Value(private)))
    }

    async fn destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: Value<Model>,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<()> {
        let prior = prior.as_option()?;
        let patience = destination::to_apply(&self.shared, &prior.timeouts, |block| &block.delete);
        let configured = self.shared.configured();
        let private = private.as_ref_option();
        apply::destroy(diags, &self.shared, &configured, &prior, private, &patience).await
    }

    async fn import<'a>(
        &self,
        diags: &mut Diagnostics,
        id: String,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let patience = destination::to_read(&self.shared);
        let configured = self.shared.configured();
        let (state, private) = import::import(diags, &configured, id, &patience).await?;
        Some((Value::Value(state), Value::Value(private)))
    }
}
