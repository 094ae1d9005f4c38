//! Serving a provider to Terraform: a line on stdout that says where, then gRPC until Terraform is
//! done.
//!
//! Three laws. Only who started the process gets in: the socket is in a directory of its own that no
//! other user may enter, and the client must prove that it holds the key to the one certificate
//! which the process was given at its start. Nothing waits for anything else: a connection, a
//! handshake and a call each have a task of their own. Nothing is lost: a call that has begun comes
//! to its end, and what goes wrong in it is a diagnostic.
//!
//! The door is [`serve`]. Rooms: `handshake` the lines for Terraform, `tls` and `listener` who gets
//! in, `process` what ends it, `services`, `control` and `server` the calls, `objects` the provider's
//! objects without their types, `msgpack`, `schema`, `diagnostics` and `proto` the wire format,
//! `log` and `crash` standard error. May import `protocol` only: it serves whatever implements those
//! traits and tf-provider's.

mod control;
mod crash;
mod diagnostics;
mod handshake;
mod listener;
pub mod log;
mod msgpack;
mod objects;
mod process;
mod proto;
mod schema;
mod server;
mod services;
mod tls;

use std::ffi::OsString;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use self::control::Control;
pub use self::handshake::MAGIC_COOKIE;
use self::listener::Listener;
use self::objects::Objects;
pub use self::process::{End, Ends};
use self::server::Server;
use self::services::Services;
use crate::protocol::{Host, Masks, Served};

/// How long calls in progress and their answers may take once the end has come. Terraform waits for
/// two seconds.
const GRACE: Duration = Duration::from_millis(1500);

/// How much a client may send on one connection before it has to wait.
const CONNECTION_WINDOW: u32 = 4 << 20;

/// How much of that in one call.
const CALL_WINDOW: u32 = 1 << 20;

/// How a provider is served.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The provider's type name, with which its objects' names begin.
    pub name: &'static str,
    /// Its source address, as in `required_providers`.
    pub address: &'static str,
    /// Whether it was started by hand, for commands of Terraform that are told where it is. Such a
    /// client has no certificate.
    pub debug: bool,
    /// The client's certificate as PEM, if it has one.
    pub client_certificate: Option<String>,
    /// Where the socket's directory is to be, if the client says so.
    pub socket_directory: Option<PathBuf>,
    /// Where temporary files belong.
    pub temporary_directory: PathBuf,
    /// Whether the client wants the socket to be open to a group.
    pub socket_group: bool,
    /// Whether the client asks about multiplexing.
    pub multiplex: bool,
    /// The protocol versions that the client speaks, as it says them.
    pub versions: Option<String>,
}

impl Settings {
    /// Reads the variables by which Terraform tells a plugin what to do.
    pub fn from_variables(
        name: &'static str,
        address: &'static str,
        debug: bool,
        temporary_directory: PathBuf,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        // What is no text stays something that is set: a certificate is refused then, not ignored.
        let text = |name| {
            let value = variable(name).filter(|value| !value.is_empty());
            value.map(|value| value.to_string_lossy().into_owned())
        };
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        Self {
            name,
            address,
            debug,
            client_certificate: text("PLUGIN_CLIENT_CERT").filter(|_| !debug),
            socket_directory: variable("PLUGIN_UNIX_SOCKET_DIR")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            temporary_directory,
            socket_group: is_set("PLUGIN_UNIX_SOCKET_GROUP"),
            multiplex: is_set("PLUGIN_MULTIPLEX_GRPC"),
            versions: text("PLUGIN_PROTOCOL_VERSIONS"),
        }
    }
}

/// Serves a provider until Terraform is done with it, or until `ended`.
///
/// `announce` gets the one line that tells the client where to find it; nothing else may have been
/// written to the same place before.
///
/// # Errors
///
/// A sentence that says why it could not be served, for the log.
pub async fn serve(
    settings: Settings,
    host: Host,
    provider: impl Served,
    announce: impl FnOnce(&str) -> io::Result<()>,
    ended: impl Future<Output = ()>,
) -> Result<(), String> {
    if settings.socket_group {
        return Err(
            "PLUGIN_UNIX_SOCKET_GROUP is set, but this provider opens its socket to nobody else. Unset \
             it."
                .to_owned(),
        );
    }
    let side = settings
        .client_certificate
        .as_deref()
        .map(tls::server_side)
        .transpose()?;
    let directory = settings.socket_directory.as_deref();
    let listener = Listener::bind(directory, &settings.temporary_directory)?;
    let (network, address) = (listener.network(), listener.address());
    let (acceptor, certificate) = side.map(|side| (side.acceptor, side.certificate)).unzip();
    let (incoming, socket) = listener.incoming(acceptor)?;

    let objects = Objects::of(settings.name, provider);
    let server = Server::new(objects, host.clone(), settings.address);
    let calls = server.calls.clone();
    let control = Control {
        end: CancellationToken::new(),
    };
    let end = control.end.clone();
    let (reporter, health) = tonic_health::server::health_reporter();
    let healthy = tonic_health::ServingStatus::Serving;
    reporter.set_service_status("plugin", healthy).await;
    let serving = tonic::transport::Server::builder()
        .initial_connection_window_size(CONNECTION_WINDOW)
        .initial_stream_window_size(CALL_WINDOW)
        .serve_with_incoming_shutdown(
            Services::new(server, &control, health),
            incoming,
            end.clone().cancelled_owned(),
        );
    let mut serving = std::pin::pin!(serving);

    if !handshake::speaks_six(settings.versions.as_deref()) {
        tracing::warn!(
            versions = settings.versions,
            "Terraform does not list protocol 6"
        );
    }
    let line = if settings.debug {
        handshake::reattach(settings.address, std::process::id(), network, &address)
    } else {
        handshake::line(
            network,
            &address,
            certificate.as_deref(),
            settings.multiplex,
        )
    };
    announce(&line).map_err(|error| format!("the handshake could not be written: {error}"))?;

    let outcome = tokio::select! {
        outcome = &mut serving => Some(outcome),
        () = end.cancelled() => None,
        () = ended => None,
    };
    drop(socket);
    end.cancel();
    // What waits ends at once; what is under way has a moment to end and to be told.
    host.stop.stop();
    calls.close();
    let rest = async {
        calls.wait().await;
        if outcome.is_none() {
            _ = serving.await;
        }
    };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::warn!("Calls were still in progress at the end");
    }
    match outcome {
        Some(Err(error)) => Err(error.to_string()),
        Some(Ok(())) | None => Ok(()),
    }
}

/// Has every panic told on standard error, in the form in which Terraform looks for it.
pub fn report_panics(masks: &Masks) {
    crash::install(masks);
}
