//! A managed resource without its types.
//!
//! The answers keep to Terraform's rules for a failed call: a refresh keeps the state as it was; an
//! apply that comes to nothing answers null with an error, at which Terraform keeps the prior state,
//! what is stored beside it and whether it is tainted; an identity is told again as it came, or it
//! would be forgotten.

use async_trait::async_trait;
use bytes::Bytes;
use serde::Deserialize as _;
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;

use super::{concluded, fault, read, received, sent, silent_failure};
use crate::plugin::diagnostics;
use crate::plugin::msgpack::{self, Received, Shape};
use crate::plugin::proto::tfplugin6 as wire;
use crate::protocol::{IdentitySchema, ManagedResource};

/// The calls about one type of managed resource.
#[async_trait]
pub(in crate::plugin) trait AnyResource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn shape(&self) -> &Shape;
    fn identity(&self) -> Option<&IdentitySchema>;
    async fn validate(
        &self,
        request: wire::validate_resource_config::Request,
    ) -> wire::validate_resource_config::Response;
    async fn upgrade(
        &self,
        request: wire::upgrade_resource_state::Request,
    ) -> wire::upgrade_resource_state::Response;
    async fn upgrade_identity(
        &self,
        request: wire::upgrade_resource_identity::Request,
    ) -> wire::upgrade_resource_identity::Response;
    async fn read(&self, request: wire::read_resource::Request) -> wire::read_resource::Response;
    async fn plan(
        &self,
        request: wire::plan_resource_change::Request,
    ) -> wire::plan_resource_change::Response;
    async fn apply(
        &self,
        request: wire::apply_resource_change::Request,
    ) -> wire::apply_resource_change::Response;
    async fn import(
        &self,
        request: wire::import_resource_state::Request,
    ) -> wire::import_resource_state::Response;
    async fn generate_config(
        &self,
        request: wire::generate_resource_config::Request,
    ) -> wire::generate_resource_config::Response;
}

/// What an unsuccessful refresh answers: everything as it was.
pub(in crate::plugin) fn unread(
    request: &wire::read_resource::Request,
) -> wire::read_resource::Response {
    wire::read_resource::Response {
        new_state: request.current_state.clone(),
        diagnostics: Vec::new(),
        private: request.private.clone(),
        new_identity: request.current_identity.clone(),
    }
}

/// What an apply answers of which nothing comes: null, written out, because an absent state would be
/// taken for the prior one. With an error beside it Terraform keeps what it had.
pub(in crate::plugin) fn unapplied(
    _request: &wire::apply_resource_change::Request,
) -> wire::apply_resource_change::Response {
    wire::apply_resource_change::Response {
        new_state: Some(wire::DynamicValue {
            msgpack: Bytes::from_static(&[0xc0]),
            json: Bytes::new(),
        }),
        ..wire::apply_resource_change::Response::default()
    }
}

/// A managed resource with its types.
pub(super) struct TypedResource<R> {
    name: String,
    schema: Schema,
    shape: Shape,
    identity: Option<IdentitySchema>,
    identity_shape: Shape,
    resource: R,
}

impl<R: ManagedResource> TypedResource<R> {
    pub(super) fn new(name: String, schema: Schema, resource: R) -> Self {
        let identity = resource.identity_schema();
        let attributes = identity.iter().flat_map(|schema| &schema.attributes);
        let members = attributes.map(|attribute| {
            let shape = Shape::of_attribute(&attribute.attr_type);
            (attribute.name.to_owned(), shape)
        });
        Self {
            identity_shape: Shape::Object(members.collect()),
            shape: Shape::of_block(&schema.block),
            name,
            schema,
            identity,
            resource,
        }
    }

    /// The identity of what a state describes. Without a schema there is none, nor of null.
    fn identity_of(
        &self,
        told: &mut Vec<wire::Diagnostic>,
        state: &R::State<'_>,
    ) -> Option<wire::ResourceIdentityData> {
        self.identity.as_ref()?;
        let identity = self.resource.identity(state)?;
        let data = sent(told, "the identity", &identity, &self.identity_shape)?;
        Some(wire::ResourceIdentityData {
            identity_data: Some(data),
        })
    }

    /// A stored state of today's version: as MessagePack, which Terraform reads faster than JSON. What
    /// does not fit today's type, or has a number that might not come out as it is, is passed on as it
    /// came.
    fn same_version(&self, stored: Bytes) -> wire::DynamicValue {
        let value = serde_json::from_slice(&stored).ok().filter(is_exact);
        let state = value
            .as_ref()
            .and_then(|value: &serde_json::Value| R::State::deserialize(value).ok())
            .and_then(|state| msgpack::send(&state, &self.shape).ok());
        state.unwrap_or(wire::DynamicValue {
            msgpack: Bytes::new(),
            json: stored,
        })
    }

    /// Writes a state or a plan, and what is stored beside it.
    fn written(
        &self,
        told: &mut Vec<wire::Diagnostic>,
        state: &R::State<'_>,
        private: &R::PrivateState<'_>,
    ) -> Option<(wire::DynamicValue, Bytes)> {
        let state = sent(told, "the state", state, &self.shape);
        let private = msgpack::to_plain(private)
            .map_err(|error| told.push(fault("what is stored beside the state", &error)))
            .ok();
        Some((state?, private?.into()))
    }

    async fn plan_create(
        &self,
        (proposed, config, meta): (&Received, &Received, &Received),
        answer: &mut wire::plan_resource_change::Response,
    ) -> Option<()> {
        let told = &mut answer.diagnostics;
        let proposed = read(told, "the proposed state", proposed);
        let config = read(told, "the configuration", config);
        let meta = read(told, "provider_meta", meta);
        let mut diags = Diagnostics::default();
        let planned = self
            .resource
            .plan_create(&mut diags, proposed?, config?, meta?)
            .await;
        told.extend(diagnostics::to_wire(diags));
        let (state, private) = planned?;
        answer.planned_identity = self.identity_of(told, &state);
        let (state, private) = self.written(told, &state, &private)?;
        answer.planned_state = Some(state);
        answer.planned_private = private;
        Some(())
    }

    async fn plan_update(
        &self,
        prior: &Received,
        (proposed, config, meta): (&Received, &Received, &Received),
        private: &[u8],
        answer: &mut wire::plan_resource_change::Response,
    ) -> Option<()> {
        let told = &mut answer.diagnostics;
        let prior = read(told, "the prior state", prior);
        let proposed = read(told, "the proposed state", proposed);
        let config = read(told, "the configuration", config);
        let meta = read(told, "provider_meta", meta);
        let private = private_of(told, private);
        let prior = prior?;
        if answer.planned_identity.is_none() {
            answer.planned_identity = self.identity_of(told, &prior);
        }
        let mut diags = Diagnostics::default();
        let planned = self
            .resource
            .plan_update(&mut diags, prior, proposed?, config?, private?, meta?)
            .await;
        told.extend(diagnostics::to_wire(diags));
        let (state, private, replace) = planned?;
        let (state, private) = self.written(told, &state, &private)?;
        answer.planned_state = Some(state);
        answer.planned_private = private;
        answer.requires_replace = replace.iter().map(diagnostics::path).collect();
        Some(())
    }

    async fn plan_destroy(
        &self,
        prior: &Received,
        meta: &Received,
        private: &[u8],
        answer: &mut wire::plan_resource_change::Response,
    ) -> Option<()> {
        let told = &mut answer.diagnostics;
        let prior = read(told, "the prior state", prior);
        let meta = read(told, "provider_meta", meta);
        let private = private_of(told, private);
        let mut diags = Diagnostics::default();
        let planned = self
            .resource
            .plan_destroy(&mut diags, prior?, private?, meta?)
            .await;
        told.extend(diagnostics::to_wire(diags));
        let private = msgpack::to_plain(&planned?)
            .map_err(|error| told.push(fault("what is stored beside the state", &error)))
            .ok()?;
        answer.planned_private = private.into();
        Some(())
    }

    async fn applied(
        &self,
        request: wire::apply_resource_change::Request,
        answer: &mut wire::apply_resource_change::Response,
    ) -> Option<()> {
        let told = &mut answer.diagnostics;
        let prior = received(told, "the prior state", request.prior_state, &self.shape);
        let planned = received(told, "the plan", request.planned_state, &self.shape);
        let config = received(told, "the configuration", request.config, &self.shape);
        let meta = received(told, "provider_meta", request.provider_meta, &Shape::Any);
        let (prior, planned, config, meta) = (prior?, planned?, config?, meta?);
        let private = private_of(told, &request.planned_private);
        let meta = read(told, "provider_meta", &meta);
        let mut diags = Diagnostics::default();
        let done = if planned.is_null() {
            let prior = read(told, "the prior state", &prior);
            answer.new_identity = request.planned_identity;
            let done = self
                .resource
                .destroy(&mut diags, prior?, private?, meta?)
                .await;
            told.extend(diagnostics::to_wire(diags));
            return done;
        } else if prior.is_null() {
            let planned = read(told, "the plan", &planned);
            let config = read(told, "the configuration", &config);
            self.resource
                .create(&mut diags, planned?, config?, private?, meta?)
                .await
        } else {
            let prior = read(told, "the prior state", &prior);
            let planned = read(told, "the plan", &planned);
            let config = read(told, "the configuration", &config);
            self.resource
                .update(&mut diags, prior?, planned?, config?, private?, meta?)
                .await
        };
        told.extend(diagnostics::to_wire(diags));
        let (state, private) = done?;
        answer.new_identity = known(self.identity_of(told, &state));
        let (state, private) = self.written(told, &state, &private)?;
        answer.new_state = Some(state);
        answer.private = private;
        Some(())
    }

    async fn imported(
        &self,
        request: wire::import_resource_state::Request,
        told: &mut Vec<wire::Diagnostic>,
    ) -> Option<wire::import_resource_state::ImportedResource> {
        let mut diags = Diagnostics::default();
        let by_identity = request.identity.filter(|_| request.id.is_empty());
        let made = match by_identity {
            None => self.resource.import(&mut diags, request.id).await,
            Some(identity) => {
                let what = "the identity";
                let identity = received(told, what, identity.identity_data, &self.identity_shape)?;
                let identity = read(told, what, &identity)?;
                self.resource.import_identity(&mut diags, identity).await
            }
        };
        told.extend(diagnostics::to_wire(diags));
        let (state, private) = made?;
        let identity = known(self.identity_of(told, &state));
        let (state, private) = self.written(told, &state, &private)?;
        Some(wire::import_resource_state::ImportedResource {
            type_name: self.name.clone(),
            state: Some(state),
            private,
            identity,
        })
    }
}

/// Whether every number is whole and small enough for any type of number.
fn is_exact(value: &serde_json::Value) -> bool {
    /// From here on not every whole number is one of a float's.
    const LIMIT: i64 = 1 << 53;
    match value {
        serde_json::Value::Number(number) => number
            .as_i64()
            .is_some_and(|number| (-LIMIT..=LIMIT).contains(&number)),
        serde_json::Value::Array(elements) => elements.iter().all(is_exact),
        serde_json::Value::Object(members) => members.values().all(is_exact),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::String(_) => true,
    }
}

/// What is stored beside a state.
fn private_of<'a, T: serde::Deserialize<'a>>(
    told: &mut Vec<wire::Diagnostic>,
    private: &'a [u8],
) -> Option<T> {
    msgpack::plain(private)
        .map_err(|error| told.push(fault("what is stored beside the state", &error)))
        .ok()
}

/// An identity that may be stored: one that is wholly known.
fn known(identity: Option<wire::ResourceIdentityData>) -> Option<wire::ResourceIdentityData> {
    identity.filter(|identity| {
        let data = identity.identity_data.as_ref();
        data.is_some_and(|data| !msgpack::has_unknown(data))
    })
}

#[async_trait]
impl<R: ManagedResource> AnyResource for TypedResource<R> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn identity(&self) -> Option<&IdentitySchema> {
        self.identity.as_ref()
    }

    async fn validate(
        &self,
        request: wire::validate_resource_config::Request,
    ) -> wire::validate_resource_config::Response {
        let mut told = Vec::new();
        let what = "the configuration";
        if let Some(config) = received(&mut told, what, request.config, &self.shape)
            && let Some(config) = read(&mut told, what, &config)
        {
            let mut diags = Diagnostics::default();
            let done = self.resource.validate(&mut diags, config).await;
            concluded(&mut told, diags, done);
        }
        wire::validate_resource_config::Response { diagnostics: told }
    }

    async fn upgrade(
        &self,
        request: wire::upgrade_resource_state::Request,
    ) -> wire::upgrade_resource_state::Response {
        let mut answer = wire::upgrade_resource_state::Response::default();
        let told = &mut answer.diagnostics;
        let stored = request.raw_state.unwrap_or_default();
        if stored.json.is_empty() {
            told.push(diagnostics::error(
                "The state is too old",
                "It was written by Terraform 0.11 or before, which stored it in another form. Apply \
                 once with Terraform 0.12, or import the resource anew.",
            ));
            return answer;
        }
        if request.version == self.schema.version {
            answer.upgraded_state = Some(self.same_version(stored.json));
            return answer;
        }
        let state = match serde_json::from_slice(&stored.json) {
            Ok(state) => state,
            Err(error) => {
                told.push(diagnostics::error(
                    "The state is no JSON",
                    format!("It can't be read: {error}. Restore a backup of the state."),
                ));
                return answer;
            }
        };
        let mut diags = Diagnostics::default();
        let upgraded = self
            .resource
            .upgrade_state(&mut diags, request.version, &state);
        if let Some(state) = concluded(told, diags, upgraded) {
            answer.upgraded_state = sent(told, "the state", &state, &self.shape);
        }
        answer
    }

    async fn upgrade_identity(
        &self,
        request: wire::upgrade_resource_identity::Request,
    ) -> wire::upgrade_resource_identity::Response {
        let mut answer = wire::upgrade_resource_identity::Response::default();
        let told = &mut answer.diagnostics;
        let version = self.identity.as_ref().map(|schema| schema.version);
        if version != Some(request.version) {
            told.push(diagnostics::error(
                "The identity is of another version",
                format!(
                    "Found version {} of the identity in the state. This provider knows {}. Use the \
                     version of the provider that wrote the state, or a later one.",
                    request.version,
                    version.map_or_else(
                        || "no identity of this type".to_owned(),
                        |version| format!("version {version}")
                    )
                ),
            ));
            return answer;
        }
        let stored = request.raw_identity.unwrap_or_default();
        let identity = Received::Json(stored.json);
        if let Some(identity) = read::<R::Identity>(told, "the identity", &identity) {
            answer.upgraded_identity = sent(told, "the identity", &identity, &self.identity_shape)
                .map(|data| wire::ResourceIdentityData {
                    identity_data: Some(data),
                });
        }
        answer
    }

    async fn read(&self, request: wire::read_resource::Request) -> wire::read_resource::Response {
        let mut answer = unread(&request);
        let told = &mut answer.diagnostics;
        let state = received(told, "the state", request.current_state, &self.shape);
        let meta = received(told, "provider_meta", request.provider_meta, &Shape::Any);
        let (Some(state), Some(meta)) = (state, meta) else {
            return answer;
        };
        let (Some(state), Some(meta), Some(private)) = (
            read(told, "the state", &state),
            read(told, "provider_meta", &meta),
            private_of(told, &request.private),
        ) else {
            return answer;
        };
        let mut diags = Diagnostics::default();
        let found = self.resource.read(&mut diags, state, private, meta).await;
        let Some((state, private)) = concluded(told, diags, found) else {
            return answer;
        };
        let identity = known(self.identity_of(told, &state));
        if let Some((state, private)) = self.written(told, &state, &private) {
            answer.new_state = Some(state);
            answer.private = private;
            answer.new_identity = identity.or(answer.new_identity);
        }
        answer
    }

    async fn plan(
        &self,
        request: wire::plan_resource_change::Request,
    ) -> wire::plan_resource_change::Response {
        let mut answer = wire::plan_resource_change::Response::default();
        let told = &mut answer.diagnostics;
        let prior = received(told, "the prior state", request.prior_state, &self.shape);
        let proposed = received(
            told,
            "the proposed state",
            request.proposed_new_state,
            &self.shape,
        );
        let config = received(told, "the configuration", request.config, &self.shape);
        let meta = received(told, "provider_meta", request.provider_meta, &Shape::Any);
        let (Some(prior), Some(proposed), Some(config), Some(meta)) =
            (prior, proposed, config, meta)
        else {
            return answer;
        };
        let private = &request.prior_private;
        let planned = if prior.is_null() {
            self.plan_create((&proposed, &config, &meta), &mut answer)
                .await
        } else {
            answer.planned_identity = request.prior_identity;
            if proposed.is_null() {
                self.plan_destroy(&prior, &meta, private, &mut answer).await
            } else {
                let wanted = (&proposed, &config, &meta);
                self.plan_update(&prior, wanted, private, &mut answer).await
            }
        };
        if planned.is_none() {
            silent_failure(&mut answer.diagnostics);
        }
        answer
    }

    async fn apply(
        &self,
        request: wire::apply_resource_change::Request,
    ) -> wire::apply_resource_change::Response {
        let mut answer = unapplied(&request);
        if self.applied(request, &mut answer).await.is_none() {
            silent_failure(&mut answer.diagnostics);
        }
        answer
    }

    async fn import(
        &self,
        request: wire::import_resource_state::Request,
    ) -> wire::import_resource_state::Response {
        let mut told = Vec::new();
        let imported = self.imported(request, &mut told).await;
        if imported.is_none() {
            silent_failure(&mut told);
        }
        wire::import_resource_state::Response {
            imported_resources: imported.into_iter().collect(),
            diagnostics: told,
        }
    }

    async fn generate_config(
        &self,
        request: wire::generate_resource_config::Request,
    ) -> wire::generate_resource_config::Response {
        let mut answer = wire::generate_resource_config::Response::default();
        let told = &mut answer.diagnostics;
        if let Some(state) = received(told, "the state", request.state, &self.shape)
            && let Some(state) = read(told, "the state", &state)
        {
            let mut diags = Diagnostics::default();
            let config = self.resource.generate_config(&mut diags, state);
            if let Some(config) = concluded(told, diags, config) {
                answer.config = sent(told, "the configuration", &config, &self.shape);
            }
        }
        answer
    }
}
