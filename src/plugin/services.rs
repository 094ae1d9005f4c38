//! Which service a request is for, by its path. May import the rooms of the services.

use std::convert::Infallible;
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::NamedService;
use tonic_health::pb::health_server::{Health, HealthServer};

use super::control::Control;
use super::proto::go_plugin::grpc_broker_server::GrpcBrokerServer;
use super::proto::go_plugin::grpc_controller_server::GrpcControllerServer;
use super::proto::go_plugin::grpc_stdio_server::GrpcStdioServer;
use super::proto::tfplugin6::provider_server::ProviderServer;
use super::server::Server;

/// How large a message may be, either way: as large as with every other provider.
const MESSAGE: usize = 256 << 20;

/// All services of one plugin.
pub(super) struct Services<H: Health> {
    provider: ProviderServer<Server>,
    controller: GrpcControllerServer<Control>,
    stdio: GrpcStdioServer<Control>,
    broker: GrpcBrokerServer<Control>,
    health: HealthServer<H>,
}

impl<H: Health> Services<H> {
    pub(super) fn new(server: Server, control: &Control, health: HealthServer<H>) -> Self {
        Self {
            provider: ProviderServer::new(server)
                .max_decoding_message_size(MESSAGE)
                .max_encoding_message_size(MESSAGE),
            controller: GrpcControllerServer::new(control.clone()),
            stdio: GrpcStdioServer::new(control.clone()),
            broker: GrpcBrokerServer::new(control.clone()),
            health,
        }
    }
}

impl<H: Health> Clone for Services<H> {
    fn clone(&self) -> Self {
        Self {
            provider: self.provider.clone(),
            controller: self.controller.clone(),
            stdio: self.stdio.clone(),
            broker: self.broker.clone(),
            health: self.health.clone(),
        }
    }
}

impl<H: Health> Service<http::Request<Body>> for Services<H> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // Each of them always is.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let path = request.uri().path();
        let service = path.strip_prefix('/').and_then(|path| path.split_once('/'));
        match service.map_or("", |(service, _)| service) {
            ProviderServer::<Server>::NAME => self.provider.call(request),
            GrpcControllerServer::<Control>::NAME => self.controller.call(request),
            GrpcStdioServer::<Control>::NAME => self.stdio.call(request),
            GrpcBrokerServer::<Control>::NAME => self.broker.call(request),
            HealthServer::<H>::NAME => self.health.call(request),
            _ => {
                let unknown = tonic::Status::unimplemented("no such service");
                Box::pin(async move { Ok(unknown.into_http()) })
            }
        }
    }
}
