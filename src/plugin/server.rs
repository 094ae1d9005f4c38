//! The service that Terraform calls: finds the object that a call is about, and lets it answer.
//!
//! The law here: every call gets an answer, and nothing that goes wrong in one reaches another. A
//! call runs in a task of its own, so that it comes to its end even if the client hangs up, and a
//! panic in it is an error of that call alone. What goes wrong is a diagnostic, never a status of
//! gRPC: at a status Terraform would forget the state that the answer carries. Diagnostics are
//! masked and logged in one place. May import the rooms of the host and `protocol`.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status};
use tracing::{Instrument as _, Span};

use super::objects::{self, Objects};
use super::proto::tfplugin6 as wire;
use super::{crash, diagnostics};
use crate::protocol::{Host, Masks};

/// The protocol's version as logs tell it.
const PROTOCOL: &str = "6.10";

/// Serves the objects of a provider.
#[derive(Clone)]
pub(super) struct Server {
    objects: Arc<Objects>,
    schemas: Arc<wire::get_provider_schema::Response>,
    host: Host,
    address: &'static str,
    /// The calls in progress.
    pub(super) calls: TaskTracker,
}

impl Server {
    /// A server of these objects; `address` is the provider's, for logs.
    pub(super) fn new(objects: Objects, host: Host, address: &'static str) -> Self {
        Self {
            schemas: Arc::new(objects.schemas()),
            objects: Arc::new(objects),
            host,
            address,
            calls: TaskTracker::new(),
        }
    }

    fn span(&self, call: &'static str, about: &str) -> Span {
        tracing::error_span!(
            "call",
            tf_rpc = call,
            tf_req_id = %uuid::Uuid::new_v4(),
            tf_provider_addr = self.address,
            tf_proto_version = PROTOCOL,
            tf_resource_type = (!about.is_empty()).then_some(about),
        )
    }

    /// Carries out a call. `otherwise` is the answer if nothing comes of it.
    async fn call<R: Answer>(
        &self,
        span: Span,
        otherwise: R,
        work: impl Future<Output = R> + Send + 'static,
    ) -> Result<Response<R>, Status> {
        let masks = self.host.masks.clone();
        let work = async move {
            let started = Instant::now();
            tracing::trace!("Received request");
            let mut answer = match tokio::spawn(work.in_current_span()).await {
                Ok(answer) => answer,
                Err(failed) => {
                    let mut answer = otherwise;
                    answer.fail(panicked(failed));
                    answer
                }
            };
            let (errors, warnings) = finish(answer.diagnostics(), &masks);
            tracing::trace!(
                tf_req_duration_ms = u64::try_from(started.elapsed().as_millis()).ok(),
                diagnostic_error_count = errors,
                diagnostic_warning_count = warnings,
                "Served request"
            );
            answer
        };
        let done = self.calls.spawn(work.instrument(span)).await;
        // The task only waits for another one and writes the log.
        done.map(Response::new)
            .map_err(|_| Status::internal("the call was lost"))
    }
}

/// What a panic has become.
fn panicked(failed: tokio::task::JoinError) -> wire::Diagnostic {
    let found = match failed.try_into_panic() {
        Ok(payload) => crash::text(payload.as_ref()).to_owned(),
        Err(_) => "the call was cut off".to_owned(),
    };
    diagnostics::error(
        "The provider has a bug",
        format!(
            "It stopped in the middle of this call: {found}.\n\nOther calls are not affected. What this \
             one has changed is not known: plan again and look before you apply. Please report this, \
             with the stack trace that Terraform prints below."
        ),
    )
}

/// Masks diagnostics and logs them. Returns how many errors and warnings there are.
fn finish(diagnostics: Option<&mut Vec<wire::Diagnostic>>, masks: &Masks) -> (usize, usize) {
    let (mut errors, mut warnings) = (0, 0);
    for diagnostic in diagnostics.into_iter().flatten() {
        for text in [&mut diagnostic.summary, &mut diagnostic.detail] {
            if let std::borrow::Cow::Owned(masked) = masks.mask(text) {
                *text = masked;
            }
        }
        let path = diagnostic.attribute.as_ref().map(path_text);
        match diagnostic.severity() {
            wire::diagnostic::Severity::Warning => {
                warnings += 1;
                tracing::warn!(
                    diagnostic_severity = "WARNING",
                    diagnostic_summary = diagnostic.summary,
                    diagnostic_detail = diagnostic.detail,
                    diagnostic_attribute = path,
                    "Response contains warning diagnostic"
                );
            }
            wire::diagnostic::Severity::Error | wire::diagnostic::Severity::Invalid => {
                errors += 1;
                tracing::error!(
                    diagnostic_severity = "ERROR",
                    diagnostic_summary = diagnostic.summary,
                    diagnostic_detail = diagnostic.detail,
                    diagnostic_attribute = path,
                    "Response contains error diagnostic"
                );
            }
        }
    }
    (errors, warnings)
}

/// A path as a person writes it.
fn path_text(path: &wire::AttributePath) -> String {
    use wire::attribute_path::step::Selector;
    let selectors = path.steps.iter().filter_map(|step| step.selector.as_ref());
    let steps = selectors.map(|selector| match selector {
        Selector::AttributeName(name) => format!(".{name}"),
        Selector::ElementKeyString(key) => format!("[{key:?}]"),
        Selector::ElementKeyInt(index) => format!("[{index}]"),
    });
    let text: String = steps.collect();
    text.trim_start_matches('.').to_owned()
}

/// An answer that can say that its call has failed.
trait Answer: Send + 'static {
    fn diagnostics(&mut self) -> Option<&mut Vec<wire::Diagnostic>>;

    fn fail(&mut self, diagnostic: wire::Diagnostic) {
        if let Some(diagnostics) = self.diagnostics() {
            diagnostics.push(diagnostic);
        }
    }
}

macro_rules! answers {
    ($($call:ident),+ $(,)?) => {
        $(
            impl Answer for wire::$call::Response {
                fn diagnostics(&mut self) -> Option<&mut Vec<wire::Diagnostic>> {
                    Some(&mut self.diagnostics)
                }
            }
        )+
    };
}

answers!(
    validate_provider_config,
    configure_provider,
    validate_resource_config,
    upgrade_resource_state,
    upgrade_resource_identity,
    read_resource,
    plan_resource_change,
    apply_resource_change,
    import_resource_state,
    generate_resource_config,
    validate_list_resource_config,
    validate_data_resource_config,
    read_data_source,
);

impl Answer for wire::call_function::Response {
    fn diagnostics(&mut self) -> Option<&mut Vec<wire::Diagnostic>> {
        None
    }

    fn fail(&mut self, diagnostic: wire::Diagnostic) {
        self.error = Some(wire::FunctionError {
            text: format!("{}: {}", diagnostic.summary, diagnostic.detail),
            function_argument: None,
        });
    }
}

/// What to say to a call about something that this provider does not have.
fn stranger<R: Answer + Default>(kind: &str, name: &str) -> R {
    let mut answer = R::default();
    answer.fail(diagnostics::error(
        "The provider has no such object",
        format!(
            "Found `{name}`. This version of the provider has no {kind} of that name. Check the \
             version constraint in required_providers."
        ),
    ));
    answer
}

/// Lets the object of that name answer a call.
macro_rules! about {
    ($self:ident, $request:ident, $call:literal, $objects:ident, $kind:literal, $name:ident,
     $method:ident, $otherwise:expr) => {{
        let request = $request.into_inner();
        let span = $self.span($call, &request.$name);
        match $self.objects.$objects.get(&request.$name) {
            None => {
                let answer = stranger($kind, &request.$name);
                $self.call(span, nothing(&()), async { answer }).await
            }
            Some(object) => {
                let object = Arc::clone(object);
                let otherwise = $otherwise(&request);
                let work = async move { object.$method(request).await };
                $self.call(span, otherwise, work).await
            }
        }
    }};
}

/// The answer to a call of which nothing comes, where no state is at stake.
fn nothing<Q, R: Default>(_request: &Q) -> R {
    R::default()
}

#[tonic::async_trait]
impl wire::provider_server::Provider for Server {
    async fn get_metadata(
        &self,
        _request: Request<wire::get_metadata::Request>,
    ) -> Result<Response<wire::get_metadata::Response>, Status> {
        let named = |name: &String| wire::get_metadata::Named {
            type_name: name.clone(),
        };
        let function = |name: &String| wire::get_metadata::NamedFunction { name: name.clone() };
        Ok(Response::new(wire::get_metadata::Response {
            server_capabilities: Some(objects::CAPABILITIES),
            diagnostics: Vec::new(),
            data_sources: self.objects.data_sources.keys().map(named).collect(),
            resources: self.objects.resources.keys().map(named).collect(),
            functions: self.objects.functions.keys().map(function).collect(),
            list_resources: self.objects.lists.keys().map(named).collect(),
        }))
    }

    async fn get_provider_schema(
        &self,
        _request: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        Ok(Response::new((*self.schemas).clone()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _request: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        let answer = wire::get_resource_identity_schemas::Response {
            identity_schemas: self.objects.identity_schemas(),
            diagnostics: Vec::new(),
        };
        Ok(Response::new(answer))
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        let provider = Arc::clone(&self.objects.provider);
        let work = async move { provider.validate(request.into_inner()).await };
        let span = self.span("ValidateProviderConfig", "");
        self.call(span, nothing(&()), work).await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        let provider = Arc::clone(&self.objects.provider);
        let work = async move { provider.configure(request.into_inner()).await };
        let span = self.span("ConfigureProvider", "");
        self.call(span, nothing(&()), work).await
    }

    async fn stop_provider(
        &self,
        _request: Request<wire::stop_provider::Request>,
    ) -> Result<Response<wire::stop_provider::Response>, Status> {
        self.span("StopProvider", "").in_scope(|| {
            tracing::info!("Terraform wants the calls in progress to end");
            self.host.stop.stop();
        });
        Ok(Response::new(wire::stop_provider::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<wire::validate_resource_config::Request>,
    ) -> Result<Response<wire::validate_resource_config::Response>, Status> {
        about!(
            self,
            request,
            "ValidateResourceConfig",
            resources,
            "resource",
            type_name,
            validate,
            nothing
        )
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<wire::upgrade_resource_state::Request>,
    ) -> Result<Response<wire::upgrade_resource_state::Response>, Status> {
        about!(
            self,
            request,
            "UpgradeResourceState",
            resources,
            "resource",
            type_name,
            upgrade,
            nothing
        )
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<wire::upgrade_resource_identity::Request>,
    ) -> Result<Response<wire::upgrade_resource_identity::Response>, Status> {
        about!(
            self,
            request,
            "UpgradeResourceIdentity",
            resources,
            "resource",
            type_name,
            upgrade_identity,
            nothing
        )
    }

    async fn read_resource(
        &self,
        request: Request<wire::read_resource::Request>,
    ) -> Result<Response<wire::read_resource::Response>, Status> {
        about!(
            self,
            request,
            "ReadResource",
            resources,
            "resource",
            type_name,
            read,
            objects::unread
        )
    }

    async fn plan_resource_change(
        &self,
        request: Request<wire::plan_resource_change::Request>,
    ) -> Result<Response<wire::plan_resource_change::Response>, Status> {
        about!(
            self,
            request,
            "PlanResourceChange",
            resources,
            "resource",
            type_name,
            plan,
            nothing
        )
    }

    async fn apply_resource_change(
        &self,
        request: Request<wire::apply_resource_change::Request>,
    ) -> Result<Response<wire::apply_resource_change::Response>, Status> {
        about!(
            self,
            request,
            "ApplyResourceChange",
            resources,
            "resource",
            type_name,
            apply,
            objects::unapplied
        )
    }

    async fn import_resource_state(
        &self,
        request: Request<wire::import_resource_state::Request>,
    ) -> Result<Response<wire::import_resource_state::Response>, Status> {
        about!(
            self,
            request,
            "ImportResourceState",
            resources,
            "resource",
            type_name,
            import,
            nothing
        )
    }

    async fn move_resource_state(
        &self,
        request: Request<wire::move_resource_state::Request>,
    ) -> Result<Response<wire::move_resource_state::Response>, Status> {
        let request = request.into_inner();
        Ok(Response::new(wire::move_resource_state::Response {
            diagnostics: vec![diagnostics::error(
                "A state can't be moved between types",
                format!(
                    "Found a move from `{}` to `{}`. Remove the one from the state and import the other.",
                    request.source_type_name, request.target_type_name
                ),
            )],
            ..wire::move_resource_state::Response::default()
        }))
    }

    async fn generate_resource_config(
        &self,
        request: Request<wire::generate_resource_config::Request>,
    ) -> Result<Response<wire::generate_resource_config::Response>, Status> {
        about!(
            self,
            request,
            "GenerateResourceConfig",
            resources,
            "resource",
            type_name,
            generate_config,
            nothing
        )
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<wire::validate_list_resource_config::Request>,
    ) -> Result<Response<wire::validate_list_resource_config::Response>, Status> {
        about!(
            self,
            request,
            "ValidateListResourceConfig",
            lists,
            "list resource",
            type_name,
            validate,
            nothing
        )
    }

    type ListResourceStream = ReceiverStream<Result<wire::list_resource::Event, Status>>;

    async fn list_resource(
        &self,
        request: Request<wire::list_resource::Request>,
    ) -> Result<Response<Self::ListResourceStream>, Status> {
        let request = request.into_inner();
        let span = self.span("ListResource", &request.type_name);
        let masks = self.host.masks.clone();
        let (to_client, answers) = mpsc::channel(1);
        let list = self.objects.lists.get(&request.type_name).cloned();
        let work = async move {
            tracing::trace!("Received request");
            let (events, mut told) = mpsc::channel(1);
            let listing = match list {
                Some(list) => {
                    tokio::spawn(async move { list.list(request, events).await }.in_current_span())
                }
                None => tokio::spawn(async move {
                    let mut event = wire::list_resource::Event::default();
                    let answer: wire::validate_list_resource_config::Response =
                        stranger("list resource", &request.type_name);
                    event.diagnostic = answer.diagnostics;
                    _ = events.send(event).await;
                }),
            };
            let mut count: u64 = 0;
            loop {
                let event = tokio::select! {
                    event = told.recv() => event,
                    () = to_client.closed() => None,
                };
                let Some(mut event) = event else { break };
                finish(Some(&mut event.diagnostic), &masks);
                count += 1;
                if to_client.send(Ok(event)).await.is_err() {
                    break;
                }
            }
            drop(told);
            if let Err(failed) = listing.await {
                let mut event = wire::list_resource::Event {
                    diagnostic: vec![panicked(failed)],
                    ..wire::list_resource::Event::default()
                };
                finish(Some(&mut event.diagnostic), &masks);
                _ = to_client.send(Ok(event)).await;
            }
            tracing::trace!(events = count, "Served request");
        };
        self.calls.spawn(work.instrument(span));
        Ok(Response::new(ReceiverStream::new(answers)))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<wire::validate_data_resource_config::Request>,
    ) -> Result<Response<wire::validate_data_resource_config::Response>, Status> {
        about!(
            self,
            request,
            "ValidateDataResourceConfig",
            data_sources,
            "data source",
            type_name,
            validate,
            nothing
        )
    }

    async fn read_data_source(
        &self,
        request: Request<wire::read_data_source::Request>,
    ) -> Result<Response<wire::read_data_source::Response>, Status> {
        about!(
            self,
            request,
            "ReadDataSource",
            data_sources,
            "data source",
            type_name,
            read,
            nothing
        )
    }

    async fn get_functions(
        &self,
        _request: Request<wire::get_functions::Request>,
    ) -> Result<Response<wire::get_functions::Response>, Status> {
        Ok(Response::new(wire::get_functions::Response {
            functions: self.objects.function_schemas(),
            diagnostics: Vec::new(),
        }))
    }

    async fn call_function(
        &self,
        request: Request<wire::call_function::Request>,
    ) -> Result<Response<wire::call_function::Response>, Status> {
        about!(
            self,
            request,
            "CallFunction",
            functions,
            "function",
            name,
            call,
            nothing
        )
    }
}
