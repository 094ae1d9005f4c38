//! What Terraform's plugin protocol can say and tf-provider's traits cannot: identities, listing,
//! generated configuration, being told to stop, secrets that must not be shown.
//!
//! The Terraform tower's root: `plugin` serves these traits, `provider` implements them, and neither
//! knows the other. May import nothing of ours.

mod masks;
mod stop;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::{DataSource, Diagnostics, Function, Provider, Resource};
use tokio::sync::mpsc;

pub use self::masks::Masks;
pub use self::stop::Stop;

/// What a host lends to the provider that it serves. Cheap to clone: clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// Says when Terraform wants calls in progress to come to an end.
    pub stop: Stop,
    /// Takes the texts that no log line and no diagnostic may show.
    pub masks: Masks,
}

/// A provider that can be served: tf-provider's trait, and its objects with their types.
pub trait Served: Provider {
    /// Hands over every object of the provider, once, before anything is served.
    fn objects(&self, into: &mut impl Objects);
}

/// What takes a provider's objects. A name is the type's name without the provider's, such as
/// `instance` for `aws_instance`; a function's name is its whole name.
pub trait Objects {
    /// Takes a managed resource.
    fn resource(&mut self, name: &str, resource: impl ManagedResource + 'static);
    /// Takes a data source.
    fn data_source(&mut self, name: &str, data_source: impl DataSource + 'static);
    /// Takes a list resource: it lists the managed resource of the same name.
    fn list_resource(&mut self, name: &str, list: impl ListResource + 'static);
    /// Takes a function.
    fn function(&mut self, name: &str, function: impl Function + 'static);
}

/// What can be said of a managed resource beyond tf-provider's [`Resource`].
#[async_trait]
pub trait ManagedResource: Resource {
    /// What tells one remote object from all others; [`NoIdentity`] where there is none.
    type Identity: Serialize + DeserializeOwned + Send + Sync;

    /// The identity's attributes; `None` where resources of this type have no identity.
    fn identity_schema(&self) -> Option<IdentitySchema>;

    /// The identity of what a state or a plan describes. Values that are not known yet are unknown;
    /// they may be in the plan of a creation only.
    fn identity(&self, state: &Self::State<'_>) -> Option<Self::Identity>;

    /// Imports by identity, as [`Resource::import`] does by id.
    async fn import_identity<'a>(
        &self,
        diags: &mut Diagnostics,
        identity: Self::Identity,
    ) -> Option<(Self::State<'a>, Self::PrivateState<'a>)>;

    /// The configuration that would have led to a state: what Terraform writes for a resource that
    /// is imported without configuration. Attributes that need not be written are null.
    fn generate_config(
        &self,
        diags: &mut Diagnostics,
        state: Self::State<'_>,
    ) -> Option<Self::State<'static>>;

    /// A state of an older schema version, as JSON, in today's shape.
    fn upgrade_state(
        &self,
        diags: &mut Diagnostics,
        version: i64,
        state: &serde_json::Value,
    ) -> Option<Self::State<'static>>;
}

/// The identity of resources that have none; it has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NoIdentity {}

/// The attributes of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentitySchema {
    /// Its version, 0 or more.
    pub version: i64,
    /// Its attributes, in the order in which they are told.
    pub attributes: Vec<IdentityAttribute>,
}

/// One attribute of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityAttribute {
    /// Its name.
    pub name: &'static str,
    /// Its type: a primitive, or a list of primitives.
    pub attr_type: AttributeType,
    /// Whether an import must give it; otherwise it may.
    pub required_for_import: bool,
    /// What it is.
    pub description: &'static str,
}

/// Lists the remote objects that a managed resource of the same name could manage.
#[async_trait]
pub trait ListResource: Send + Sync {
    /// What a `list` block holds.
    type Config<'a>: Serialize + serde::Deserialize<'a> + Send;
    /// [`ManagedResource::Identity`] of the resource of the same name.
    type Identity: Serialize + Send;
    /// [`Resource::State`] of the resource of the same name.
    type State: Serialize + Send;

    /// The attributes of the `list` block.
    fn schema(&self, diags: &mut Diagnostics) -> Option<Schema>;

    /// Validates a `list` block.
    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Self::Config<'a>) -> Option<()>;

    /// Sends what is found, until all is told or the receiver is gone, which is how a client says
    /// that it has enough. States are sent where `with_states` asks for them.
    async fn list<'a>(
        &self,
        config: Self::Config<'a>,
        with_states: bool,
        found: mpsc::Sender<Found<Self::Identity, Self::State>>,
    );
}

/// One event of a listing.
#[derive(Debug)]
pub enum Found<I, S> {
    /// A remote object.
    Object {
        /// Its identity.
        identity: I,
        /// How a person would call it.
        display_name: String,
        /// Its state, where states were asked for.
        state: Option<S>,
    },
    /// What went wrong, or what a person should know; errors end the listing.
    Diagnostics(Diagnostics),
}
