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
use std::time::Duration;

use async_trait::async_trait;
use tf_provider::schema::Schema;
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics, Resource};
use tokio::time::Instant;

pub(super) use self::list::Trails;
use self::model::{Model, Private, Timeouts};
use super::shared::{Claim, Shared};
use super::{convert, explain};
use crate::aws::Session;
use crate::aws::error::{Error, ErrorKind};
use crate::aws::home_region::TrailArn;
use crate::aws::patience::Patience;

/// How long reading a trail may take, retries included.
const READ_TIME: Duration = Duration::from_mins(2);

/// How long creating, updating or destroying may take, unless `timeouts` says otherwise.
const APPLY_TIME: Duration = Duration::from_mins(5);

/// How long the last look at a trail may take when the time for an apply has run out, or when it was
/// told to stop.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// The moment by which an apply that starts now has to be done.
fn apply_until(model: &Model, pick: impl Fn(&Timeouts) -> &model::Text) -> Instant {
    let block = model
        .timeouts
        .as_ref_option()
        .and_then(|blocks| blocks.first());
    let text = block
        .and_then(Value::as_ref_option)
        .and_then(|block| pick(block).as_ref_option());
    let given = text.and_then(|text| convert::duration(text).ok());
    let now = Instant::now();
    now.checked_add(given.unwrap_or(APPLY_TIME))
        .unwrap_or(now + APPLY_TIME)
}

/// Whether a failure says that the trail itself is gone, rather than out of these credentials' sight:
/// another account's trail is not found either, and the selectors of an organization trail may not be
/// found by a member account that does see the trail.
fn is_gone(session: &Session, arn: &TrailArn, failed: &Error) -> bool {
    failed.kind == ErrorKind::TrailNotFound
        && failed.operation != "GetEventSelectors"
        && session
            .caller_account()
            .is_none_or(|caller| caller == arn.account())
}

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

    /// How long a call that starts now may read, unless it is stopped.
    fn to_read(&self) -> Patience {
        Patience {
            until: Instant::now() + READ_TIME,
            stop: self.shared.host.stop.token(),
        }
    }

    /// How long an apply that starts now may take, unless it is stopped.
    fn to_apply(&self, model: &Model, pick: impl Fn(&Timeouts) -> &model::Text) -> Patience {
        Patience {
            until: apply_until(model, pick),
            stop: self.shared.host.stop.token(),
        }
    }

    /// Notes that a resource of this walk manages a trail, or says that another one does.
    fn claim(&self, diags: &mut Diagnostics, trail: Option<&str>, claim: Claim) -> Option<()> {
        let Some(trail) = trail.filter(|trail| !self.shared.claim(trail, claim)) else {
            return Some(());
        };
        explain::error(
            diags,
            AttributePath::new("trail_name"),
            "Two resources manage one trail",
            format!(
                "Trail: {trail}\nAnother iam_only_trail_selector of this configuration manages the \
                 selectors of the same trail. A trail has one set of selectors, so the two would \
                 overwrite each other at every apply.\n\nKeep one of them; a name and an ARN may mean \
                 the same trail."
            ),
        );
        None
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
        if let Value::Value(wish) = convert::wish(diags, &model) {
            explain::unknown_names(
                diags,
                &AttributePath::root(),
                ("include_event_names", "exclude_event_names"),
                &wish.intent.names,
            );
        }
        if let Err(wrong) = convert::check_selector_name(model.selector_name.clone().as_option()) {
            explain::selector_name(diags, &wrong);
        }
        let blocks = model.timeouts.as_ref_option();
        for block in blocks
            .into_iter()
            .flatten()
            .filter_map(Value::as_ref_option)
        {
            for (name, given) in [
                ("create", &block.create),
                ("update", &block.update),
                ("delete", &block.delete),
            ] {
                if let Some(Err(why)) = given.as_ref_option().map(|text| convert::duration(text)) {
                    explain::error(
                        diags,
                        AttributePath::new("timeouts").index(0).attribute(name),
                        "Not a duration",
                        format!(
                            "Found `{given}`: {why}. Expected a duration such as `90s`, `5m` or `1h30m`.",
                            given = given.as_ref_option().map_or("", |text| text)
                        ),
                    );
                }
            }
        }
        diags.errors.is_empty().then_some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: Value<Model>,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let patience = self.to_read();
        let Value::Value(state) = state else {
            return Some((Value::Null, private));
        };
        let configured = self.shared.configured();
        if configured.session.is_none() {
            explain::warning(
                diags,
                AttributePath::root(),
                "The trail was not read",
                "The provider block depends on values that are not known yet, so the state is shown as it \
                 was. The apply reads the trail before it changes anything.",
            );
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
        let patience = self.to_read();
        let config = config.as_option()?;
        let configured = self.shared.configured();
        let planned = plan::create(diags, &configured, &config, &patience).await?;
        let claim = Claim {
            creates: true,
            config,
        };
        self.claim(diags, planned.trail.as_deref(), claim)?;
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
        let patience = self.to_read();
        let (prior, config) = (prior.as_option()?, config.as_option()?);
        let configured = self.shared.configured();
        let planned = plan::update(diags, &configured, &prior, &config, &patience);
        let (planned, replace) = planned.await?;
        if replace.is_empty() {
            let claim = Claim {
                creates: false,
                config,
            };
            self.claim(
                diags,
                planned.trail_arn.as_ref_option().map(String::as_str),
                claim,
            )?;
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
        let patience = self.to_apply(&planned, |block| &block.create);
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
        let patience = self.to_apply(&planned, |block| &block.update);
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
        let patience = self.to_apply(&prior, |block| &block.delete);
        let configured = self.shared.configured();
        let private = private.as_ref_option();
        apply::destroy(diags, &self.shared, &configured, &prior, private, &patience).await
    }

    async fn import<'a>(
        &self,
        diags: &mut Diagnostics,
        id: String,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let patience = self.to_read();
        let configured = self.shared.configured();
        let (state, private) = import::import(diags, &configured, id, &patience).await?;
        Some((Value::Value(state), Value::Value(private)))
    }
}
