//! A list resource without its types.

use async_trait::async_trait;
use serde::Serialize;
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;
use tokio::sync::mpsc;

use super::{concluded, read, received};
use crate::plugin::diagnostics;
use crate::plugin::msgpack::Shape;
use crate::plugin::proto::tfplugin6 as wire;
use crate::protocol::{Found, ListResource};

/// How many events may wait to be sent.
const AHEAD: usize = 16;

/// The events of one listing; it ends when the other end is gone.
pub(in crate::plugin) type Events = mpsc::Sender<wire::list_resource::Event>;

/// The calls about one list resource.
#[async_trait]
pub(in crate::plugin) trait AnyList: Send + Sync {
    fn schema(&self) -> &Schema;
    async fn validate(
        &self,
        request: wire::validate_list_resource_config::Request,
    ) -> wire::validate_list_resource_config::Response;
    async fn list(&self, request: wire::list_resource::Request, events: Events);
}

/// A list resource with its types.
pub(super) struct TypedList<L> {
    schema: Schema,
    shape: Shape,
    state: Shape,
    list: L,
}

impl<L: ListResource> TypedList<L> {
    /// `state` is the shape of the states of the resource that is listed.
    pub(super) fn new(schema: Schema, state: Shape, list: L) -> Self {
        Self {
            shape: Shape::of_block(&schema.block),
            schema,
            state,
            list,
        }
    }

    /// What was found, for the wire; a state only where states were asked for.
    fn event<I: Serialize, S: Serialize>(
        &self,
        found: Found<I, S>,
        with_states: bool,
    ) -> wire::list_resource::Event {
        let mut event = wire::list_resource::Event::default();
        match found {
            Found::Diagnostics(diags) => event.diagnostic = diagnostics::to_wire(diags),
            Found::Object {
                identity,
                display_name,
                state,
            } => {
                let told = &mut event.diagnostic;
                event.display_name = display_name;
                event.identity = super::sent(told, "the identity", &identity, &Shape::Any).map(
                    |identity_data| wire::ResourceIdentityData {
                        identity_data: Some(identity_data),
                    },
                );
                event.resource_object = state
                    .filter(|_| with_states)
                    .and_then(|state| super::sent(told, "the state", &state, &self.state));
            }
        }
        event
    }
}

#[async_trait]
impl<L: ListResource> AnyList for TypedList<L> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    async fn validate(
        &self,
        request: wire::validate_list_resource_config::Request,
    ) -> wire::validate_list_resource_config::Response {
        let mut told = Vec::new();
        let what = "the list block";
        if let Some(config) = received(&mut told, what, request.config, &self.shape)
            && let Some(config) = read(&mut told, what, &config)
        {
            let mut diags = Diagnostics::default();
            let done = self.list.validate(&mut diags, config).await;
            concluded(&mut told, diags, done);
        }
        wire::validate_list_resource_config::Response { diagnostics: told }
    }

    async fn list(&self, request: wire::list_resource::Request, events: Events) {
        let mut told = Vec::new();
        let what = "the list block";
        let config = received(&mut told, what, request.config, &self.shape);
        let config = config
            .as_ref()
            .and_then(|config| read(&mut told, what, config));
        let Some(config) = config else {
            let event = wire::list_resource::Event {
                diagnostic: told,
                ..wire::list_resource::Event::default()
            };
            _ = events.send(event).await;
            return;
        };
        let (sender, mut found) = mpsc::channel(AHEAD);
        let mut left = request.limit.max(0);
        let with_states = request.include_resource_object;
        let listing = self.list.list(config, with_states, sender);
        let telling = async {
            // A limit of 0 or below is none: Terraform always sends one above.
            loop {
                let one = tokio::select! {
                    one = found.recv() => one,
                    () = events.closed() => None,
                };
                let Some(one) = one else { break };
                let counts = matches!(one, Found::Object { .. });
                if events.send(self.event(one, with_states)).await.is_err() {
                    break;
                }
                left -= i64::from(counts);
                if counts && left == 0 {
                    break;
                }
            }
            drop(found);
        };
        tokio::join!(listing, telling);
    }
}
