//! Terraform's part of the play: calls a provider in the order and with the values with which core
//! does, and holds each answer to core's [`rules`]. A broken rule fails the test at once; errors that a
//! provider tells are handed back.
//!
//! Imports [`client`](super::client), [`rules`], [`shape`](super::shape) and [`value`](super::value).
//! Its room [`found`] is about what is there already.

mod found;

use std::collections::BTreeMap;

use bytes::Bytes;

use super::client::Client;
use super::rules::{self, holds};
use super::shape::{Type, block_of, proposed, written_out};
use super::value::Val;
use super::wire::tfplugin6 as wire;
use wire::diagnostic::Severity;
use wire::schema::Block;

/// Core, in touch with one provider.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) client: Client,
    pub(crate) schemas: wire::get_provider_schema::Response,
    pub(crate) identities: BTreeMap<String, wire::ResourceIdentitySchema>,
    provider: Option<Val>,
}

/// A resource as it stands in the state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Instance {
    pub(crate) kind: String,
    pub(crate) value: Val,
    pub(crate) private: Bytes,
    pub(crate) identity: Option<Val>,
}

/// What is to be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Nothing,
    Create,
    Update,
    Replace,
    Delete,
}

/// A plan for a resource.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) kind: String,
    pub(crate) action: Action,
    pub(crate) prior: Option<Instance>,
    pub(crate) config: Val,
    pub(crate) value: Val,
    pub(crate) private: Bytes,
    pub(crate) identity: Option<Val>,
    pub(crate) told: Vec<wire::Diagnostic>,
}

/// What an apply left, and what it told.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) left: Option<Instance>,
    pub(crate) told: Vec<wire::Diagnostic>,
}

/// What a provider told instead of an answer.
pub(crate) type Told = Vec<wire::Diagnostic>;

/// One object of a listing.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) identity: Val,
    pub(crate) display_name: String,
    pub(crate) state: Option<Val>,
}

/// The errors among diagnostics.
pub(crate) fn errors(told: &[wire::Diagnostic]) -> Vec<String> {
    of_severity(told, Severity::Error)
}

/// The warnings among diagnostics.
pub(crate) fn warnings(told: &[wire::Diagnostic]) -> Vec<String> {
    of_severity(told, Severity::Warning)
}

fn of_severity(told: &[wire::Diagnostic], severity: Severity) -> Vec<String> {
    told.iter()
        .filter(|one| one.severity() == severity)
        .map(|one| format!("{}: {}", one.summary, one.detail))
        .collect()
}

/// An identity for the wire.
pub(crate) fn identity_data(identity: Option<&Val>) -> Option<wire::ResourceIdentityData> {
    let identity = identity?;
    Some(wire::ResourceIdentityData {
        identity_data: Some(identity.msgpack()),
    })
}

/// What Terraform 1.14 says of itself.
const CAPABILITIES: wire::ClientCapabilities = wire::ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
};

impl Core {
    /// Asks for the schemas, and holds them to what core needs of them.
    pub(crate) async fn meet(client: Client) -> Self {
        let request = wire::get_provider_schema::Request::default();
        let schemas = client.rpc_for_schemas().get_provider_schema(request).await;
        let schemas = schemas.expect("schemas").into_inner();
        holds("schemas", &rules::diagnostics(None, &schemas.diagnostics));
        assert!(errors(&schemas.diagnostics).is_empty(), "{schemas:?}");
        assert!(
            schemas.provider.is_some(),
            "core needs the provider's own schema"
        );
        let request = wire::get_resource_identity_schemas::Request::default();
        let identities = client.rpc().get_resource_identity_schemas(request).await;
        let identities = identities.expect("identities").into_inner();
        assert!(errors(&identities.diagnostics).is_empty(), "{identities:?}");
        let identities = identities.identity_schemas;
        holds("schemas", &rules::schemas(&schemas, &identities));
        Self {
            client,
            schemas,
            identities,
            provider: None,
        }
    }

    /// The block of a resource.
    pub(crate) fn block(&self, kind: &str) -> &Block {
        block_of(&self.schemas.resource_schemas[kind])
    }

    fn of(&self, kind: &str) -> Type {
        Type::of_block(self.block(kind))
    }

    fn told(block: &Block, told: Told) -> Result<Told, Told> {
        holds("diagnostics", &rules::diagnostics(Some(block), &told));
        if errors(&told).is_empty() {
            Ok(told)
        } else {
            Err(told)
        }
    }

    /// Validates a provider block and configures the provider with it.
    pub(crate) async fn configure(&mut self, written: impl Into<Val>) -> Result<Told, Told> {
        let schema = self.schemas.provider.as_ref().expect("a schema");
        let block = block_of(schema);
        let config = written_out(block, &written.into());
        let request = wire::validate_provider_config::Request {
            config: Some(config.msgpack()),
        };
        let told = self.client.rpc().validate_provider_config(request).await;
        let mut all = Self::told(block, told.expect("an answer").into_inner().diagnostics)?;
        let told = self.configured(&config).await;
        all.extend(Self::told(block, told)?);
        self.provider = Some(config);
        Ok(all)
    }

    async fn configured(&self, config: &Val) -> Told {
        let request = wire::configure_provider::Request {
            terraform_version: "1.14.0".to_owned(),
            config: Some(config.msgpack()),
            client_capabilities: Some(CAPABILITIES),
        };
        let told = self.client.rpc().configure_provider(request).await;
        told.expect("an answer").into_inner().diagnostics
    }

    /// A new walk: core starts a new process for it, or configures an old one again.
    pub(crate) async fn walk(&self) {
        if let Some(config) = &self.provider {
            let told = self.configured(config).await;
            assert!(errors(&told).is_empty(), "{told:#?}");
        }
    }

    /// Validates a resource's configuration.
    pub(crate) async fn validate(&self, kind: &str, written: &Val) -> Result<Told, Told> {
        let block = self.block(kind);
        let request = wire::validate_resource_config::Request {
            type_name: kind.to_owned(),
            config: Some(written_out(block, written).msgpack()),
            client_capabilities: Some(CAPABILITIES),
        };
        let told = self.client.rpc().validate_resource_config(request).await;
        Self::told(block, told.expect("an answer").into_inner().diagnostics)
    }

    /// Plans a resource as it is configured, in a walk of its own.
    pub(crate) async fn plan(
        &self,
        kind: &str,
        prior: Option<&Instance>,
        written: impl Into<Val>,
    ) -> Result<Plan, Told> {
        let written = written.into();
        self.walk().await;
        let mut told = self.validate(kind, &written).await?;
        let config = written_out(self.block(kind), &written);
        let (mut plan, replace) = self.plan_once(kind, prior, config.clone()).await?;
        if plan.action == Action::Update && !replace.is_empty() {
            // Core plans the creation of what comes instead, as if nothing had been there.
            let beside = Instance {
                kind: kind.to_owned(),
                value: Val::Null,
                private: plan.private.clone(),
                identity: plan.identity.clone(),
            };
            let (instead, replace) = self.plan_once(kind, Some(&beside), config).await?;
            assert!(replace.is_empty(), "a creation that replaces");
            plan = Plan {
                action: Action::Replace,
                prior: plan.prior,
                told: plan.told,
                ..instead
            };
        }
        told.append(&mut plan.told);
        Ok(Plan { told, ..plan })
    }

    async fn plan_once(
        &self,
        kind: &str,
        prior: Option<&Instance>,
        config: Val,
    ) -> Result<(Plan, Vec<wire::AttributePath>), Told> {
        let block = self.block(kind);
        let before = prior.map_or(Val::Null, |prior| prior.value.clone());
        let is_new = before.is_null();
        let request = wire::plan_resource_change::Request {
            type_name: kind.to_owned(),
            prior_state: Some(before.msgpack()),
            proposed_new_state: Some(proposed(block, &before, &config).msgpack()),
            config: Some(config.msgpack()),
            prior_private: prior.map_or_else(Bytes::new, |prior| prior.private.clone()),
            provider_meta: None,
            client_capabilities: Some(CAPABILITIES),
            prior_identity: identity_data(prior.and_then(|prior| prior.identity.as_ref())),
        };
        let answer = self.client.rpc().plan_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        let told = Self::told(block, answer.diagnostics)?;
        let value = self.of(kind).read(answer.planned_state.as_ref());
        holds("the plan", &rules::plan(block, &before, &config, &value));
        for path in &answer.requires_replace {
            rules::leads_somewhere(block, path).expect("a path to what is replaced");
        }
        let replaces = !answer.requires_replace.is_empty();
        let had = prior.and_then(|prior| prior.identity.as_ref());
        let identity = rules::identity(
            self.identities.get(kind),
            had,
            answer.planned_identity.as_ref(),
            is_new || replaces,
        );
        let action = match (is_new, value == before) {
            (true, _) => Action::Create,
            (false, true) => Action::Nothing,
            (false, false) => Action::Update,
        };
        let plan = Plan {
            kind: kind.to_owned(),
            action,
            prior: prior.filter(|prior| !prior.value.is_null()).cloned(),
            config,
            value,
            private: answer.planned_private,
            identity: identity.unwrap_or_else(|why| panic!("in the plan: {why}")),
            told,
        };
        Ok((plan, answer.requires_replace))
    }

    /// Plans the end of a resource.
    pub(crate) async fn plan_destroy(&self, prior: &Instance) -> Result<Plan, Told> {
        let null = Some(Val::Null.msgpack());
        let request = wire::plan_resource_change::Request {
            type_name: prior.kind.clone(),
            prior_state: Some(prior.value.msgpack()),
            proposed_new_state: null.clone(),
            config: null,
            prior_private: prior.private.clone(),
            provider_meta: None,
            client_capabilities: Some(CAPABILITIES),
            prior_identity: identity_data(prior.identity.as_ref()),
        };
        let answer = self.client.rpc().plan_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        let told = Self::told(self.block(&prior.kind), answer.diagnostics)?;
        let value = Val::read(answer.planned_state.as_ref());
        assert!(value.is_null(), "the end of a resource leaves {value:?}");
        let identity = rules::identity(
            self.identities.get(&prior.kind),
            prior.identity.as_ref(),
            answer.planned_identity.as_ref(),
            false,
        );
        Ok(Plan {
            kind: prior.kind.clone(),
            action: Action::Delete,
            prior: Some(prior.clone()),
            config: Val::Null,
            value,
            private: answer.planned_private,
            identity: identity.unwrap_or_else(|why| panic!("in the plan: {why}")),
            told,
        })
    }

    /// Applies a plan in a walk of its own, in which all is planned once more first.
    pub(crate) async fn apply(&self, plan: &Plan) -> Applied {
        let Plan { kind, prior, .. } = plan;
        match plan.action {
            Action::Nothing => Applied {
                left: prior.clone(),
                told: Vec::new(),
            },
            Action::Delete => {
                self.walk().await;
                self.applied(plan, prior.as_ref()).await
            }
            Action::Create | Action::Update | Action::Replace => {
                let again = self.plan(kind, prior.as_ref(), plan.config.clone()).await;
                let again = again.unwrap_or_else(|told| panic!("the second plan: {told:#?}"));
                holds(
                    "the second plan",
                    &rules::replanned(&plan.value, &again.value),
                );
                assert_eq!(again.action, plan.action, "the second plan");
                if plan.action != Action::Replace {
                    return self.applied(&again, prior.as_ref()).await;
                }
                let old = prior.as_ref().expect("what is replaced");
                let delete = Plan {
                    action: Action::Delete,
                    config: Val::Null,
                    value: Val::Null,
                    identity: old.identity.clone(),
                    ..again.clone()
                };
                let gone = self.applied(&delete, prior.as_ref()).await;
                if gone.left.is_some() {
                    return gone;
                }
                self.applied(&again, None).await
            }
        }
    }

    /// One call of apply, and what stands in the state after it.
    async fn applied(&self, plan: &Plan, prior: Option<&Instance>) -> Applied {
        let kind = &plan.kind;
        let before = prior.map_or(Val::Null, |prior| prior.value.clone());
        let request = wire::apply_resource_change::Request {
            type_name: kind.clone(),
            prior_state: Some(before.msgpack()),
            planned_state: Some(plan.value.msgpack()),
            config: Some(plan.config.msgpack()),
            planned_private: plan.private.clone(),
            provider_meta: None,
            planned_identity: identity_data(plan.identity.as_ref()),
        };
        let answer = self.client.rpc().apply_resource_change(request).await;
        let answer = answer.expect("an answer").into_inner();
        let failed = Self::told(self.block(kind), answer.diagnostics.clone()).is_err();
        assert!(
            answer.new_state.is_some(),
            "no state at all is taken for the one before"
        );
        let value = self.of(kind).read(answer.new_state.as_ref());
        let told = answer.diagnostics;
        if value.is_null() {
            let is_due = plan.value.is_null();
            assert!(is_due || failed, "null, but no error: {told:#?}");
            // With an error, core keeps what it had.
            let left = if failed { prior.cloned() } else { None };
            return Applied { left, told };
        }
        if failed {
            holds("what is left", &rules::known(&value));
        } else {
            let wrong = rules::applied(&self.of(kind), &plan.value, &value);
            holds("the apply", &wrong);
        }
        let had = prior.and_then(|prior| prior.identity.as_ref());
        let planned = plan.identity.as_ref().filter(|one| one.is_wholly_known());
        let identity = rules::identity(
            self.identities.get(kind),
            had.or(planned),
            answer.new_identity.as_ref(),
            false,
        );
        let left = Instance {
            kind: kind.clone(),
            value,
            private: answer.private,
            identity: identity.unwrap_or_else(|why| panic!("after the apply: {why}")),
        };
        Applied {
            left: Some(left),
            told,
        }
    }

    /// Reads the state of a resource as it was stored, and the resource. `None`: it is gone.
    pub(crate) async fn refresh(&self, stored: &Instance) -> Result<Option<Instance>, Told> {
        let kind = &stored.kind;
        let version = self.schemas.resource_schemas[kind].version;
        let json = stored.value.json();
        let value = self.upgrade(kind, version, &json).await?;
        assert_eq!(value, stored.value, "an upgrade to the same version");
        self.read(stored).await.map(|(read, _)| read)
    }

    /// Upgrades a stored state.
    pub(crate) async fn upgrade(
        &self,
        kind: &str,
        version: i64,
        stored: &serde_json::Value,
    ) -> Result<Val, Told> {
        let request = wire::upgrade_resource_state::Request {
            type_name: kind.to_owned(),
            version,
            raw_state: Some(wire::RawState {
                json: stored.to_string().into(),
                ..wire::RawState::default()
            }),
        };
        let answer = self.client.rpc().upgrade_resource_state(request).await;
        let answer = answer.expect("an answer").into_inner();
        Self::told(self.block(kind), answer.diagnostics)?;
        let upgraded = answer.upgraded_state.expect("the state is not lost");
        let value = if upgraded.json.is_empty() {
            self.of(kind).read(Some(&upgraded))
        } else {
            // In JSON attributes may be missing: core takes those for null.
            written_out(self.block(kind), &Val::read(Some(&upgraded)))
        };
        holds("the upgraded state", &rules::known(&value));
        Ok(value)
    }

    /// Reads a resource, and says what was told.
    pub(crate) async fn read(&self, stored: &Instance) -> Result<(Option<Instance>, Told), Told> {
        let kind = &stored.kind;
        let request = wire::read_resource::Request {
            type_name: kind.clone(),
            current_state: Some(stored.value.msgpack()),
            private: stored.private.clone(),
            provider_meta: None,
            client_capabilities: Some(CAPABILITIES),
            current_identity: identity_data(stored.identity.as_ref()),
        };
        let answer = self.client.rpc().read_resource(request).await;
        let answer = answer.expect("an answer").into_inner();
        let value = self.of(kind).read(answer.new_state.as_ref());
        holds("what was read", &rules::known(&value));
        let identity = rules::identity(
            self.identities.get(kind),
            stored.identity.as_ref(),
            answer.new_identity.as_ref(),
            false,
        );
        let identity = identity.unwrap_or_else(|why| panic!("after the read: {why}"));
        let told = Self::told(self.block(kind), answer.diagnostics)?;
        let read = (!value.is_null()).then(|| Instance {
            kind: kind.clone(),
            value,
            private: answer.private,
            identity,
        });
        Ok((read, told))
    }
}
