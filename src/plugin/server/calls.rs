//! Each call of the protocol: which object it is about, and what is answered if nothing comes of it.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};
use tracing::Instrument as _;

use super::{About, Answer, Kind, Server, finish, panicked};
use crate::plugin::proto::tfplugin6 as wire;
use crate::plugin::{diagnostics, objects};

/// What to say to a call about something that this provider does not have.
fn stranger<R: Answer + Default>(about: About<'_>) -> R {
    let mut answer = R::default();
    answer.fail(diagnostics::error(
        "The provider has no such object",
        format!(
            "Found `{}`. This version of the provider has no {} of that name. Check the version \
             constraint in required_providers.",
            about.name,
            about.word()
        ),
    ));
    answer
}

/// Lets the object of that name answer a call.
macro_rules! about {
    ($self:ident, $request:ident, $call:literal, $objects:ident, $kind:ident, $name:ident,
     $method:ident, $otherwise:expr) => {{
        let request = $request.into_inner();
        let about = About {
            kind: Kind::$kind,
            name: &request.$name,
        };
        match $self.objects.$objects.get(&request.$name) {
            None => $self.tell($call, about, stranger(about)).await,
            Some(object) => {
                let span = $self.span($call, about);
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
        let answer = wire::get_metadata::Response {
            server_capabilities: Some(objects::CAPABILITIES),
            diagnostics: Vec::new(),
            data_sources: self.objects.data_sources.keys().map(named).collect(),
            resources: self.objects.resources.keys().map(named).collect(),
            functions: self.objects.functions.keys().map(function).collect(),
            list_resources: self.objects.lists.keys().map(named).collect(),
        };
        self.tell("GetMetadata", About::PROVIDER, answer).await
    }

    async fn get_provider_schema(
        &self,
        _request: Request<wire::get_provider_schema::Request>,
    ) -> Result<Response<wire::get_provider_schema::Response>, Status> {
        self.tell(
            "GetProviderSchema",
            About::PROVIDER,
            (*self.schemas).clone(),
        )
        .await
    }

    async fn get_resource_identity_schemas(
        &self,
        _request: Request<wire::get_resource_identity_schemas::Request>,
    ) -> Result<Response<wire::get_resource_identity_schemas::Response>, Status> {
        let answer = wire::get_resource_identity_schemas::Response {
            identity_schemas: self.objects.identity_schemas(),
            diagnostics: Vec::new(),
        };
        self.tell("GetResourceIdentitySchemas", About::PROVIDER, answer)
            .await
    }

    async fn validate_provider_config(
        &self,
        request: Request<wire::validate_provider_config::Request>,
    ) -> Result<Response<wire::validate_provider_config::Response>, Status> {
        let provider = Arc::clone(&self.objects.provider);
        let work = async move { provider.validate(request.into_inner()).await };
        let span = self.span("ValidateProviderConfig", About::PROVIDER);
        self.call(
            span,
            wire::validate_provider_config::Response::default(),
            work,
        )
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<wire::configure_provider::Request>,
    ) -> Result<Response<wire::configure_provider::Response>, Status> {
        let provider = Arc::clone(&self.objects.provider);
        let work = async move { provider.configure(request.into_inner()).await };
        let span = self.span("ConfigureProvider", About::PROVIDER);
        self.call(span, wire::configure_provider::Response::default(), work)
            .await
    }

    async fn stop_provider(
        &self,
        _request: Request<wire::stop_provider::Request>,
    ) -> Result<Response<wire::stop_provider::Response>, Status> {
        self.span("StopProvider", About::PROVIDER).in_scope(|| {
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
            Resource,
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
            Resource,
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
            Resource,
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
            Resource,
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
            Resource,
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
            Resource,
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
            Resource,
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
        let answer = wire::move_resource_state::Response {
            diagnostics: vec![diagnostics::error(
                "A state can't be moved between types",
                format!(
                    "Found a move from `{}` to `{}`. Remove the one from the state and import the other.",
                    request.source_type_name, request.target_type_name
                ),
            )],
            ..wire::move_resource_state::Response::default()
        };
        self.tell("MoveResourceState", About::PROVIDER, answer)
            .await
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
            Resource,
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
            ListResource,
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
        let about = About {
            kind: Kind::ListResource,
            name: &request.type_name,
        };
        let span = self.span("ListResource", about);
        let strange: wire::validate_list_resource_config::Response = stranger(about);
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
                    let event = wire::list_resource::Event {
                        diagnostic: strange.diagnostics,
                        ..wire::list_resource::Event::default()
                    };
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
            DataSource,
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
            DataSource,
            type_name,
            read,
            nothing
        )
    }

    async fn get_functions(
        &self,
        _request: Request<wire::get_functions::Request>,
    ) -> Result<Response<wire::get_functions::Response>, Status> {
        let answer = wire::get_functions::Response {
            functions: self.objects.function_schemas(),
            diagnostics: Vec::new(),
        };
        self.tell("GetFunctions", About::PROVIDER, answer).await
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
            Function,
            name,
            call,
            nothing
        )
    }
}
