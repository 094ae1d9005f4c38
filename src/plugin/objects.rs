//! A provider's objects without their types: each call of the protocol in, its answer out.
//!
//! This is where the wire format meets tf-provider's traits. Whatever goes wrong in between is a
//! diagnostic of that one call. Every answer starts as what is to be said if nothing comes of the
//! call: for what has a state, the state as it was. May import the rooms of the wire format and
//! `protocol`.

mod lists;
mod resources;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use tf_provider::schema::{FunctionSchema, Schema};
use tf_provider::{AttributePathStep, DataSource, Diagnostics, Function, Provider};

pub(super) use self::lists::AnyList;
use self::lists::TypedList;
use self::resources::TypedResource;
pub(super) use self::resources::{AnyResource, unapplied, unread};
use super::msgpack::{self, Received, Shape, ValueError};
use super::proto::tfplugin6 as wire;
use super::{diagnostics, schema};
use crate::protocol::{self, ListResource, ManagedResource, Served};

/// Everything that a provider serves, by full name.
pub(super) struct Objects {
    pub(super) provider: Arc<dyn AnyProvider>,
    pub(super) resources: BTreeMap<String, Arc<dyn AnyResource>>,
    pub(super) data_sources: BTreeMap<String, Arc<dyn AnyDataSource>>,
    pub(super) lists: BTreeMap<String, Arc<dyn AnyList>>,
    pub(super) functions: BTreeMap<String, Arc<dyn AnyFunction>>,
    /// What the schemas had to say against themselves: a bug of the provider.
    pub(super) diagnostics: Vec<wire::Diagnostic>,
    name: String,
}

impl Objects {
    /// Takes all objects of a provider; `name` is the provider's, with which their names begin.
    pub(super) fn of<P: Served>(name: &str, provider: P) -> Self {
        let mut diags = Diagnostics::default();
        let own = Provider::schema(&provider, &mut diags).unwrap_or_else(empty);
        let meta = Provider::meta_schema(&provider, &mut diags).unwrap_or_else(empty);
        let provider = Arc::new(TypedProvider {
            shape: Shape::of_block(&own.block),
            schema: own,
            meta,
            provider,
        });
        let untyped: Arc<dyn AnyProvider> = provider.clone();
        let mut objects = Self {
            provider: untyped,
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            lists: BTreeMap::new(),
            functions: BTreeMap::new(),
            diagnostics: diagnostics::to_wire(diags),
            name: name.to_owned(),
        };
        provider.provider.objects(&mut objects);
        objects
    }

    fn full_name(&self, name: &str) -> String {
        format!("{}_{name}", self.name)
    }

    /// A schema, and what it has to say against itself.
    fn schema<T>(&mut self, made: impl FnOnce(&mut Diagnostics) -> Option<T>) -> Option<T> {
        let mut diags = Diagnostics::default();
        let schema = made(&mut diags);
        self.diagnostics.extend(diagnostics::to_wire(diags));
        schema
    }

    /// The answer to the question for all schemas, the same each time.
    pub(super) fn schemas(&self) -> wire::get_provider_schema::Response {
        let meta = self.provider.meta_schema();
        let by_name = |name: &String, found: &Schema| (name.clone(), schema::schema(found));
        wire::get_provider_schema::Response {
            provider: Some(schema::schema(self.provider.schema())),
            resource_schemas: self
                .resources
                .iter()
                .map(|(name, one)| by_name(name, one.schema()))
                .collect(),
            data_source_schemas: self
                .data_sources
                .iter()
                .map(|(name, one)| by_name(name, one.schema()))
                .collect(),
            list_resource_schemas: self
                .lists
                .iter()
                .map(|(name, one)| by_name(name, one.schema()))
                .collect(),
            functions: self.function_schemas(),
            diagnostics: self.diagnostics.clone(),
            // Terraform sends provider_meta only where there is a schema for it.
            provider_meta: (!schema::is_empty(meta)).then(|| schema::schema(meta)),
            server_capabilities: Some(CAPABILITIES),
        }
    }

    /// The signatures of all functions.
    pub(super) fn function_schemas(&self) -> BTreeMap<String, wire::Function> {
        let each = self.functions.iter();
        each.map(|(name, one)| (name.clone(), schema::function(one.schema())))
            .collect()
    }

    /// The schemas of all identities.
    pub(super) fn identity_schemas(&self) -> BTreeMap<String, wire::ResourceIdentitySchema> {
        let each = self.resources.iter();
        each.filter_map(|(name, one)| Some((name.clone(), schema::identity(one.identity()?))))
            .collect()
    }
}

impl protocol::Objects for Objects {
    fn resource(&mut self, name: &str, resource: impl ManagedResource + 'static) {
        let schema = self
            .schema(|diags| resource.schema(diags))
            .unwrap_or_else(empty);
        let name = self.full_name(name);
        let typed = TypedResource::new(name.clone(), schema, resource);
        self.resources.insert(name, Arc::new(typed));
    }

    fn data_source(&mut self, name: &str, data_source: impl DataSource + 'static) {
        let schema = self
            .schema(|diags| data_source.schema(diags))
            .unwrap_or_else(empty);
        let typed = TypedDataSource {
            shape: Shape::of_block(&schema.block),
            schema,
            data_source,
        };
        self.data_sources
            .insert(self.full_name(name), Arc::new(typed));
    }

    fn list_resource(&mut self, name: &str, list: impl ListResource + 'static) {
        let schema = self
            .schema(|diags| list.schema(diags))
            .unwrap_or_else(empty);
        let name = self.full_name(name);
        let of = self.resources.get(&name).map(|resource| resource.shape());
        let typed = TypedList::new(schema, of.cloned().unwrap_or(Shape::Any), list);
        self.lists.insert(name, Arc::new(typed));
    }

    fn function(&mut self, name: &str, function: impl Function + 'static) {
        let schema = self
            .schema(|diags| function.schema(diags))
            .unwrap_or_default();
        let typed = TypedFunction {
            parameters: schema
                .parameters
                .iter()
                .map(|parameter| Shape::of_type(&parameter.param_type))
                .collect(),
            rest: schema
                .variadic
                .as_ref()
                .map(|parameter| Shape::of_type(&parameter.param_type)),
            result: Shape::of_type(&schema.return_type),
            schema,
            function,
        };
        self.functions.insert(name.to_owned(), Arc::new(typed));
    }
}

fn empty() -> Schema {
    Schema {
        version: 0,
        block: tf_provider::schema::Block::default(),
    }
}

/// What to say of a value that can't be read or written.
fn fault(what: &str, error: &ValueError) -> wire::Diagnostic {
    let mut diagnostic = diagnostics::error(
        "A value could not be read",
        format!("In {what}: {}.", error.why),
    );
    if !error.path.steps.is_empty() {
        diagnostic.attribute = Some(diagnostics::path(&error.path));
    }
    diagnostic
}

/// Takes a value off the wire, or says why not.
fn received(
    diagnostics: &mut Vec<wire::Diagnostic>,
    what: &str,
    value: Option<wire::DynamicValue>,
    shape: &Shape,
) -> Option<Received> {
    Received::new(value, shape)
        .map_err(|error| diagnostics.push(fault(what, &error)))
        .ok()
}

/// Reads what was received as one type, or says why not.
fn read<'a, T: serde::Deserialize<'a>>(
    diagnostics: &mut Vec<wire::Diagnostic>,
    what: &str,
    value: &'a Received,
) -> Option<T> {
    value
        .read()
        .map_err(|error| diagnostics.push(fault(what, &error)))
        .ok()
}

/// Writes a value for the wire, or says why not.
fn sent<T: Serialize>(
    diagnostics: &mut Vec<wire::Diagnostic>,
    what: &str,
    value: &T,
    shape: &Shape,
) -> Option<wire::DynamicValue> {
    msgpack::send(value, shape)
        .map_err(|error| diagnostics.push(fault(what, &error)))
        .ok()
}

/// Takes over what a call had to say; one that came to nothing says so.
fn concluded<T>(
    told: &mut Vec<wire::Diagnostic>,
    diags: Diagnostics,
    done: Option<T>,
) -> Option<T> {
    told.extend(diagnostics::to_wire(diags));
    if done.is_none() {
        silent_failure(told);
    }
    done
}

/// Sees to it that a call which came to nothing says so.
fn silent_failure(diagnostics: &mut Vec<wire::Diagnostic>) {
    let is_error =
        |diagnostic: &wire::Diagnostic| diagnostic.severity() == wire::diagnostic::Severity::Error;
    if !diagnostics.iter().any(is_error) {
        diagnostics.push(diagnostics::error(
            "The provider failed without a reason",
            "This is a bug of the provider. Nothing more is known.",
        ));
    }
}

/// A provider without its types.
#[async_trait]
pub(super) trait AnyProvider: Send + Sync {
    fn schema(&self) -> &Schema;
    fn meta_schema(&self) -> &Schema;
    async fn validate(
        &self,
        request: wire::validate_provider_config::Request,
    ) -> wire::validate_provider_config::Response;
    async fn configure(
        &self,
        request: wire::configure_provider::Request,
    ) -> wire::configure_provider::Response;
}

struct TypedProvider<P> {
    schema: Schema,
    meta: Schema,
    shape: Shape,
    provider: P,
}

#[async_trait]
impl<P: Provider> AnyProvider for TypedProvider<P> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn meta_schema(&self) -> &Schema {
        &self.meta
    }

    async fn validate(
        &self,
        request: wire::validate_provider_config::Request,
    ) -> wire::validate_provider_config::Response {
        let mut told = Vec::new();
        let what = "the provider block";
        if let Some(config) = received(&mut told, what, request.config, &self.shape)
            && let Some(config) = read(&mut told, what, &config)
        {
            let mut diags = Diagnostics::default();
            let done = self.provider.validate(&mut diags, config).await;
            concluded(&mut told, diags, done);
        }
        wire::validate_provider_config::Response { diagnostics: told }
    }

    async fn configure(
        &self,
        request: wire::configure_provider::Request,
    ) -> wire::configure_provider::Response {
        let mut told = Vec::new();
        let what = "the provider block";
        if let Some(config) = received(&mut told, what, request.config, &self.shape)
            && let Some(config) = read(&mut told, what, &config)
        {
            let mut diags = Diagnostics::default();
            let version = request.terraform_version;
            let done = self.provider.configure(&mut diags, version, config).await;
            concluded(&mut told, diags, done);
        }
        wire::configure_provider::Response { diagnostics: told }
    }
}

/// A data source without its types.
#[async_trait]
pub(super) trait AnyDataSource: Send + Sync {
    fn schema(&self) -> &Schema;
    async fn validate(
        &self,
        request: wire::validate_data_resource_config::Request,
    ) -> wire::validate_data_resource_config::Response;
    async fn read(
        &self,
        request: wire::read_data_source::Request,
    ) -> wire::read_data_source::Response;
}

struct TypedDataSource<D> {
    schema: Schema,
    shape: Shape,
    data_source: D,
}

#[async_trait]
impl<D: DataSource> AnyDataSource for TypedDataSource<D> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    async fn validate(
        &self,
        request: wire::validate_data_resource_config::Request,
    ) -> wire::validate_data_resource_config::Response {
        let mut told = Vec::new();
        let what = "the configuration";
        if let Some(config) = received(&mut told, what, request.config, &self.shape)
            && let Some(config) = read(&mut told, what, &config)
        {
            let mut diags = Diagnostics::default();
            let done = self.data_source.validate(&mut diags, config).await;
            concluded(&mut told, diags, done);
        }
        wire::validate_data_resource_config::Response { diagnostics: told }
    }

    async fn read(
        &self,
        request: wire::read_data_source::Request,
    ) -> wire::read_data_source::Response {
        let mut answer = wire::read_data_source::Response::default();
        let told = &mut answer.diagnostics;
        let (config, meta) = (
            received(told, "the configuration", request.config, &self.shape),
            received(told, "provider_meta", request.provider_meta, &Shape::Any),
        );
        let (Some(config), Some(meta)) = (config, meta) else {
            return answer;
        };
        let (Some(config), Some(meta)) = (
            read(told, "the configuration", &config),
            read(told, "provider_meta", &meta),
        ) else {
            return answer;
        };
        let mut diags = Diagnostics::default();
        let state = self.data_source.read(&mut diags, config, meta).await;
        if let Some(state) = concluded(told, diags, state) {
            answer.state = sent(told, "the state", &state, &self.shape);
        }
        answer
    }
}

/// A function without its types.
#[async_trait]
pub(super) trait AnyFunction: Send + Sync {
    fn schema(&self) -> &FunctionSchema;
    async fn call(&self, request: wire::call_function::Request) -> wire::call_function::Response;
}

struct TypedFunction<F> {
    schema: FunctionSchema,
    parameters: Vec<Shape>,
    rest: Option<Shape>,
    result: Shape,
    function: F,
}

#[async_trait]
impl<F: Function> AnyFunction for TypedFunction<F> {
    fn schema(&self) -> &FunctionSchema {
        &self.schema
    }

    async fn call(&self, request: wire::call_function::Request) -> wire::call_function::Response {
        let failed = |text: String, argument: Option<i64>| wire::call_function::Response {
            result: None,
            error: Some(wire::FunctionError {
                text,
                function_argument: argument,
            }),
        };
        let given =
            match msgpack::arguments(request.arguments, &self.parameters, self.rest.as_ref()) {
                Ok(given) => given,
                Err((index, error)) => return failed(error.why, i64::try_from(index).ok()),
            };
        let input = match msgpack::plain(&given) {
            Ok(input) => input,
            Err(error) => return failed(error.why, None),
        };
        let mut diags = Diagnostics::default();
        let output = self.function.call(&mut diags, input).await;
        if let Some(error) = diags.errors.first() {
            let text = match error.detail.as_ref() {
                "" => error.summary.to_string(),
                detail => format!("{}: {detail}", error.summary),
            };
            let argument = match error.attribute.steps.as_slice() {
                [AttributePathStep::Index(index), ..] => Some(*index),
                []
                | [
                    AttributePathStep::Attribute(_) | AttributePathStep::Key(_),
                    ..,
                ] => None,
            };
            return failed(text, argument);
        }
        match output.map(|output| msgpack::send(&output, &self.result)) {
            Some(Ok(result)) => wire::call_function::Response {
                result: Some(result),
                error: None,
            },
            Some(Err(error)) => failed(error.why, None),
            None => failed("the function failed without a reason".to_owned(), None),
        }
    }
}

/// What the host can do: plans of destroys, being used without asking for the schemas again,
/// generated configuration.
pub(super) const CAPABILITIES: wire::ServerCapabilities = wire::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: false,
    generate_resource_config: true,
};
