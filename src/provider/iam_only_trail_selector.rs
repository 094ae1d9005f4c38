//! The resource `iam_only_trail_selector`: the event selectors of an existing trail.
//!
//! This file is the resource as Terraform calls it. Its rooms: [`schema`] what may be typed,
//! [`model`] what was typed, [`plan`] what a plan says, [`judge`] what it warns of, [`apply`] what an
//! apply does, [`import`] how a live trail becomes a state, [`identity`] what tells it from others,
//! [`list`] all that could be imported.

pub(crate) mod judge;
pub(crate) mod model;

pub(super) mod apply;
mod identity;
mod import;
mod list;
pub(super) mod plan;
pub(super) mod schema;

use std::sync::Arc;

use async_trait::async_trait;
use tf_provider::schema::Schema;
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics, Resource};

pub(super) use self::list::Trails;
use self::model::{Model, Private};
use super::destination;
use super::shared::{Claim, Config, Shared};
use crate::rules::Destination;

/// The resource; it holds what all resources of the process share.
#[derive(Debug)]
pub(super) struct TrailSelector {
    shared: Arc<Shared>,
}

impl TrailSelector {
    /// A resource in a provider.
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Notes that a resource of this walk manages a trail, or says that another one does.
    fn claim(
        &self,
        diags: &mut Diagnostics,
        trail: Option<&str>,
        (creates, config): (bool, Model),
    ) -> Option<()> {
        let claim = Claim {
            creates,
            config: Config::Trail(Box::new(config)),
        };
        destination::claim(diags, &self.shared, Destination::Trail, trail, claim)
    }
}

#[async_trait]
impl Resource for TrailSelector {
    type State<'a> = Value<Model>;
    type PrivateState<'a> = Value<Private>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Model>) -> Option<()> {
        let model = config.as_option()?;
        _ = plan::reference(diags, &model.trail_name);
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
            destination::warn_unread(diags, Destination::Trail);
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
        let planned = plan::create(diags, &configured, &config, &patience).await?;
        self.claim(diags, planned.trail.as_deref(), (true, config))?;
        Some((Value::Value(planned.model), Value::Null))
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
        let patience = destination::to_read(&self.shared);
        let (prior, config) = (prior.as_option()?, config.as_option()?);
        let configured = self.shared.configured();
        let planned = plan::update(diags, &configured, &prior, &config, &patience);
        let (planned, replace) = planned.await?;
        if replace.is_empty() {
            let trail = planned.trail_arn.as_ref_option().map(String::as_str);
            self.claim(diags, trail, (false, config))?;
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
