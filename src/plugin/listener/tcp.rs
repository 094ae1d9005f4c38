//! A port of the loopback address, for systems on which Terraform uses no Unix sockets.
//!
//! May import nothing of ours. Every program on the machine can connect here, so nothing is served
//! without TLS.

use std::io;
use std::net::Ipv4Addr;
use std::path::Path;

use tokio::net::{TcpListener, TcpStream};

/// The network's name on the handshake line.
#[cfg_attr(
    unix,
    expect(dead_code, reason = "a test on Unix has the other room's")
)]
pub(super) const NETWORK: &str = "tcp";

/// Whether the socket keeps others out by itself.
pub(super) const PRIVATE: bool = false;

/// A connection.
pub(super) type Stream = TcpStream;

/// Nothing has to be kept.
pub(super) type Home = ();

/// A bound socket.
#[derive(Debug)]
pub(super) struct Socket {
    bound: Bound,
    address: String,
}

impl Socket {
    /// Binds to a port the system picks; both directories are for other systems.
    pub(super) fn bind(_directory: Option<&Path>, _temp: &Path) -> Result<Self, String> {
        let bind = || {
            let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?.to_string();
            Ok((TcpListener::from_std(listener)?, address))
        };
        let (bound, address) = bind().map_err(|error: io::Error| {
            format!("no port for Terraform could be opened on the loopback address: {error}")
        })?;
        Ok(Self {
            bound: Bound(bound),
            address,
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// What accepts, and what must be kept while it does.
    pub(super) fn split(self) -> (Bound, Home) {
        (self.bound, ())
    }
}

/// A socket that accepts.
#[derive(Debug)]
pub(super) struct Bound(TcpListener);

impl Bound {
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        let (stream, _) = self.0.accept().await?;
        // gRPC sends small messages and waits for the answer. Without it they are only slower.
        _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Socket, Stream};

    /// Only this machine can connect, and nothing waits for a larger packet.
    #[tokio::test]
    async fn the_port_is_on_the_loopback_address() {
        let socket = Socket::bind(None, Path::new("")).expect("bound");
        let address = socket.address().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        let (bound, ()) = socket.split();
        let (accepted, connected) = tokio::join!(bound.accept(), Stream::connect(&address));
        assert!(accepted.expect("accepted").nodelay().expect("told"));
        connected.expect("connected");
    }
}
