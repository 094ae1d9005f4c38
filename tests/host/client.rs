//! The client: a connection to a host, and every service that it has.
//!
//! Its TLS is done beside it, in a task that carries bytes between the client's own socket and the
//! host's: so the client's gRPC is the library's, and who it is, is [`person`](super::person)'s.
//! Imports [`wire`] and [`person`](super::person).

use std::io;
use std::path::Path;
use std::sync::Arc;

use bytes::{Buf as _, BufMut as _, Bytes};
use rustls::ClientConfig;
use tokio::net::UnixListener;
use tokio_util::task::AbortOnDropHandle;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use tonic_health::pb::health_client::HealthClient;

use super::person;
use super::wire::go_plugin::grpc_broker_client::GrpcBrokerClient;
use super::wire::go_plugin::grpc_controller_client::GrpcControllerClient;
use super::wire::go_plugin::grpc_stdio_client::GrpcStdioClient;
use super::wire::tfplugin6::provider_client::ProviderClient;

/// The largest message that Terraform sends and takes, but for schemas.
const LARGEST: usize = 0x7fff_ffff;

/// The largest schema that Terraform takes.
const LARGEST_SCHEMA: usize = 64 << 20;

/// Messages as bytes.
#[derive(Debug, Clone, Copy)]
struct AsItIs;

impl Codec for AsItIs {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for AsItIs {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(message);
        Ok(())
    }
}

impl Decoder for AsItIs {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Client {
    channel: Channel,
    _bridge: Option<(AbortOnDropHandle<()>, tempfile::TempDir)>,
}

impl Client {
    /// Connects without TLS.
    pub(crate) async fn plain(socket: &Path) -> Self {
        let endpoint = Endpoint::from_shared(format!("unix://{}", socket.display()));
        let endpoint = endpoint
            .expect("an address")
            .initial_connection_window_size(4 << 20)
            .initial_stream_window_size(4 << 20);
        Self {
            channel: endpoint.connect().await.expect("a connection"),
            _bridge: None,
        }
    }

    /// Connects through TLS.
    pub(crate) async fn encrypted(socket: &Path, config: &Arc<ClientConfig>) -> io::Result<Self> {
        let mut there = person::handshake(socket, config).await?;
        let place = tempfile::Builder::new().prefix("iam-bridge-").tempdir()?;
        let path = place.path().join("here");
        let listener = UnixListener::bind(&path)?;
        let bridge = tokio::spawn(async move {
            if let Ok((mut here, _)) = listener.accept().await {
                // Either end may be gone at any time: that is the connection's end.
                _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
            }
        });
        let Self { channel, .. } = Self::plain(&path).await;
        Ok(Self {
            channel,
            _bridge: Some((AbortOnDropHandle::new(bridge), place)),
        })
    }

    /// Terraform's service.
    pub(crate) fn rpc(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone())
            .max_decoding_message_size(LARGEST)
            .max_encoding_message_size(LARGEST)
    }

    /// The same, as Terraform asks for schemas.
    pub(crate) fn rpc_for_schemas(&self) -> ProviderClient<Channel> {
        ProviderClient::new(self.channel.clone()).max_decoding_message_size(LARGEST_SCHEMA)
    }

    /// The service by which a plugin is told to end.
    pub(crate) fn controller(&self) -> GrpcControllerClient<Channel> {
        GrpcControllerClient::new(self.channel.clone())
    }

    /// The service for a plugin's output.
    pub(crate) fn stdio(&self) -> GrpcStdioClient<Channel> {
        GrpcStdioClient::new(self.channel.clone())
    }

    /// The service for further connections.
    pub(crate) fn broker(&self) -> GrpcBrokerClient<Channel> {
        GrpcBrokerClient::new(self.channel.clone())
    }

    /// The service that tells whether others are there.
    pub(crate) fn health(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel.clone())
    }

    /// A call by its path, with an empty message; its answer as it comes.
    pub(crate) async fn raw(&self, path: &'static str) -> Result<Bytes, Status> {
        self.raw_with(path, Bytes::new()).await
    }

    /// A call by its path, with a message that is encoded already.
    pub(crate) async fn raw_with(
        &self,
        path: &'static str,
        message: Bytes,
    ) -> Result<Bytes, Status> {
        let mut client = tonic::client::Grpc::new(self.channel.clone());
        client.ready().await.expect("a connection");
        let path = PathAndQuery::from_static(path);
        let answer = client.unary(Request::new(message), path, AsItIs).await;
        answer.map(tonic::Response::into_inner)
    }

    /// Tells the plugin to end, as Terraform does when it closes a provider.
    pub(crate) async fn shutdown(&self) -> Result<(), Status> {
        self.controller().shutdown(()).await.map(|_| ())
    }
}
