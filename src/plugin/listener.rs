//! Where Terraform reaches this process: a socket, and the connections that are let in through it.
//!
//! May import nothing of ours but its rooms: `unix` for a socket in a directory of our own, `tcp` for
//! systems without one. Who is let in is decided by the TLS acceptor it is given.
//!
//! Whoever connects is a stranger until the TLS handshake is over, and may say nothing for ever. So
//! each handshake has a task and a time limit of its own, and the listener waits for none of them.

#[cfg(any(not(unix), test))]
mod tcp;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use tcp as system;
#[cfg(unix)]
use unix as system;

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tokio_util::task::AbortOnDropHandle;
use tonic::transport::server::Connected;

/// How long a stranger may take to become somebody.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// How many strangers are heard at once. One more, and the one who has kept us waiting longest goes:
/// a limit that made newcomers wait instead would let idle strangers keep Terraform out.
const STRANGERS: usize = 64;

/// How long the listener rests when the system has no room for another connection.
const REST: Duration = Duration::from_millis(50);

/// A socket that is bound and accepts nobody yet.
#[derive(Debug)]
pub(super) struct Listener(system::Socket);

impl Listener {
    /// Binds: on Unix in a fresh directory of our own, elsewhere on a port of the loopback address.
    /// Must be called within the runtime.
    ///
    /// The directory is made in `directory` if the host program named one: it has a reason to, so
    /// there is no other place to go when that one does not do. Otherwise it is made in `temp`, or
    /// in `/tmp` when `temp` does not do, say because the socket's path would be too long.
    ///
    /// # Errors
    ///
    /// A sentence that says what could not be made, where and why.
    pub(super) fn bind(directory: Option<&Path>, temp: &Path) -> Result<Self, String> {
        system::Socket::bind(directory, temp).map(Self)
    }

    /// The kind of network, in the words of the handshake line: `unix` or `tcp`.
    #[expect(
        clippy::unused_self,
        reason = "it is this listener's, though all are alike here"
    )]
    pub(super) fn network(&self) -> &'static str {
        system::NETWORK
    }

    /// Where to connect to: a path, or an address and a port.
    pub(super) fn address(&self) -> String {
        self.0.address().to_owned()
    }

    /// Starts to accept, until either of the two returned is dropped. What the stream yields has been
    /// through TLS; it never ends by itself and never yields an error.
    ///
    /// # Errors
    ///
    /// Without TLS the socket itself must keep others out, and one on the network does not.
    pub(super) fn incoming(
        self,
        tls: Option<TlsAcceptor>,
    ) -> Result<(Incoming, SocketGuard), String> {
        allowed(system::PRIVATE, tls.is_some())?;
        let Self(socket) = self;
        let (socket, home) = socket.split();
        // Unbounded, so that no one is dropped between the handshake and the server. The server takes
        // at once, and what could pile up is limited by the number of files a process may open.
        let (ready, incoming) = unbounded_channel();
        let accepting = tokio::spawn(accept(socket, tls, ready));
        let guard = SocketGuard {
            _accepting: AbortOnDropHandle::new(accepting),
            _home: home,
        };
        Ok((UnboundedReceiverStream::new(incoming), guard))
    }
}

/// The connections that were let in.
pub(super) type Incoming = UnboundedReceiverStream<io::Result<Connection>>;

/// Keeps the socket: when it is dropped nobody is accepted any more, and the socket and its directory
/// are removed. Connections that were let in go on.
#[must_use = "the socket goes when this is dropped"]
pub(super) struct SocketGuard {
    // In this order: first nobody comes, then the place goes.
    _accepting: AbortOnDropHandle<()>,
    _home: system::Home,
}

impl fmt::Debug for SocketGuard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SocketGuard").finish_non_exhaustive()
    }
}

/// Whether to serve on such a socket, with or without TLS.
fn allowed(private: bool, encrypted: bool) -> Result<(), String> {
    if private || encrypted {
        Ok(())
    } else {
        Err(
            "serving without TLS is refused on TCP, where every program on this machine could \
             connect: unset TF_DISABLE_PLUGIN_TLS, and use no debug mode on this system"
                .to_owned(),
        )
    }
}

/// Accepts until nobody listens any more. An error is the system's, not the socket's (no file left
/// to open, a client gone before it was accepted), so it ends nothing.
async fn accept(
    socket: system::Bound,
    tls: Option<TlsAcceptor>,
    ready: UnboundedSender<io::Result<Connection>>,
) {
    let mut strangers = Strangers::default();
    let mut failing = false;
    loop {
        let accepted = tokio::select! {
            () = ready.closed() => return,
            accepted = socket.accept() => accepted,
        };
        let stream = match accepted {
            Ok(stream) => stream,
            Err(error) => {
                if !failing {
                    tracing::warn!(%error, "no connection can be accepted for now");
                }
                failing = true;
                strangers.make_room();
                tokio::time::sleep(REST).await;
                continue;
            }
        };
        failing = false;
        match &tls {
            None => _ = ready.send(Ok(Connection::Plain(stream))),
            Some(tls) => strangers.hear(handshake(tls.clone(), stream, ready.clone())),
        }
    }
}

/// Turns a stranger into a connection, or drops it.
async fn handshake(
    tls: TlsAcceptor,
    stream: system::Stream,
    ready: UnboundedSender<io::Result<Connection>>,
) {
    match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
        Ok(Ok(stream)) => _ = ready.send(Ok(Connection::Encrypted(Box::new(stream)))),
        // The host program looks whether we live by connecting and leaving.
        Ok(Err(error)) if left(&error) => {
            tracing::debug!(%error, "a connection was closed before it was let in");
        }
        Ok(Err(error)) => tracing::warn!(%error, "a connection was refused"),
        Err(_) => tracing::warn!("a connection was dropped: it took too long to be let in"),
    }
}

/// Whether the other side has gone, rather than been refused.
fn left(error: &io::Error) -> bool {
    [
        io::ErrorKind::UnexpectedEof,
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::BrokenPipe,
    ]
    .contains(&error.kind())
}

/// The handshakes in progress, oldest first.
#[derive(Default)]
struct Strangers(VecDeque<AbortOnDropHandle<()>>);

impl Strangers {
    /// Starts another handshake, at the cost of the oldest when there are too many.
    fn hear(&mut self, handshake: impl Future<Output = ()> + Send + 'static) {
        self.forget_finished();
        if self.0.len() >= STRANGERS && self.0.pop_front().is_some() {
            tracing::warn!("a connection was dropped: too many wait to be let in");
        }
        let task = tokio::spawn(handshake);
        self.0.push_back(AbortOnDropHandle::new(task));
    }

    /// Ends the older half, for when the system has no room: whoever waits to be accepted would wait
    /// for their time limit otherwise.
    fn make_room(&mut self) {
        self.forget_finished();
        self.0.drain(..self.0.len().div_ceil(2));
    }

    fn forget_finished(&mut self) {
        self.0.retain(|handshake| !handshake.is_finished());
    }
}

/// A connection that was let in.
pub(super) enum Connection {
    /// On a socket which only we and Terraform can reach.
    Plain(system::Stream),
    /// Through TLS. Boxed, for its state is large.
    Encrypted(Box<TlsStream<system::Stream>>),
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Encrypted(_) => "Encrypted",
        })
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Encrypted(stream) => Pin::new(stream.as_mut()).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Encrypted(stream) => Pin::new(stream.as_mut()).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(context, slices),
            Self::Encrypted(stream) => {
                Pin::new(stream.as_mut()).poll_write_vectored(context, slices)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Encrypted(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Encrypted(stream) => Pin::new(stream.as_mut()).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Encrypted(stream) => Pin::new(stream.as_mut()).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests;
