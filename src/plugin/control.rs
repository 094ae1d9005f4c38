//! The services that every plugin has beside its own: being told to end, and two streams that stay
//! silent.
//!
//! A provider's log goes to standard error, never through the stream for output; and nothing of
//! Terraform ever asks the broker for a further connection. Both streams are held open until the end,
//! because a client takes their end for the plugin's. May import [`super::proto`] only.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_stream::Stream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::{Request, Response, Status, Streaming};

use super::proto::go_plugin as wire;

/// All three services, which are one: they share the moment of the end.
#[derive(Debug, Clone)]
pub(super) struct Control {
    /// Cancelled when the client wants the plugin to end.
    pub(super) end: CancellationToken,
}

/// A stream of nothing, which ends at the end.
pub(super) struct Silence<T> {
    end: Pin<Box<WaitForCancellationFutureOwned>>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T> Stream for Silence<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.end.as_mut().poll(context).map(|()| None)
    }
}

impl Control {
    fn silence<T>(&self) -> Silence<T> {
        Silence {
            end: Box::pin(self.end.clone().cancelled_owned()),
            of: std::marker::PhantomData,
        }
    }
}

#[tonic::async_trait]
impl wire::grpc_controller_server::GrpcController for Control {
    async fn shutdown(&self, _request: Request<()>) -> Result<Response<()>, Status> {
        tracing::debug!("Terraform is done with the provider");
        self.end.cancel();
        Ok(Response::new(()))
    }
}

#[tonic::async_trait]
impl wire::grpc_stdio_server::GrpcStdio for Control {
    type StreamStdioStream = Silence<wire::StdioData>;

    async fn stream_stdio(
        &self,
        _request: Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(self.silence()))
    }
}

#[tonic::async_trait]
impl wire::grpc_broker_server::GrpcBroker for Control {
    type StartStreamStream = Silence<wire::ConnInfo>;

    async fn start_stream(
        &self,
        _request: Request<Streaming<wire::ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(self.silence()))
    }
}
