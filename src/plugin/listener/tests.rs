//! Promises of the listener: who is let in, and that nobody keeps another out.
//!
//! May import the listener and, for what a client does, TLS with its client.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_stream::StreamExt as _;

use super::system::Stream;
use super::{Connection, HANDSHAKE, Incoming, Listener, STRANGERS, SocketGuard, allowed};
use crate::plugin::tls::client::{Identity, connect};
use crate::plugin::tls::server_side;

/// A listener at work, and a client that is let in.
struct Case {
    address: String,
    config: Arc<ClientConfig>,
    incoming: Incoming,
    guard: SocketGuard,
    _temp: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let terraform = Identity::go_plugin();
        let side = server_side(&terraform.pem).expect("a server side");
        let temp = tempfile::tempdir().expect("a directory");
        let listener = Listener::bind(None, temp.path()).expect("bound");
        let address = listener.address();
        let (incoming, guard) = listener.incoming(Some(side.acceptor)).expect("started");
        Self {
            address,
            config: terraform.config(&side.certificate),
            incoming,
            guard,
            _temp: temp,
        }
    }

    async fn stranger(&self) -> Stream {
        Stream::connect(&self.address).await.expect("connected")
    }

    /// Sends a byte through, and back.
    async fn gets_through(&mut self) {
        self.gets_through_within(HANDSHAKE).await;
    }

    async fn gets_through_within(&mut self, limit: Duration) {
        tokio::time::timeout(limit, self.exchange())
            .await
            .expect("in time");
    }

    async fn exchange(&mut self) {
        let client = async {
            let mut stream = connect(&self.config, Stream::connect(&self.address).await?).await?;
            stream.write_u8(1).await?;
            stream.flush().await?;
            stream.read_u8().await
        };
        let server = async {
            let mut connection = self.incoming.next().await.expect("open").expect("let in");
            assert!(matches!(connection, Connection::Encrypted(_)));
            let asked = connection.read_u8().await.expect("asked");
            connection.write_u8(asked + 1).await.expect("answered");
            connection.flush().await.expect("answered");
        };
        let (answer, ()) = tokio::join!(client, server);
        assert_eq!(answer.expect("answered"), 2);
    }
}

/// Reads to the end, with or without an error: how a stranger learns that it was dropped.
async fn dropped(stranger: &mut Stream) {
    _ = stranger.read_to_end(&mut Vec::new()).await;
}

/// Idle strangers, more than are ever heard at once, do not keep Terraform out.
#[tokio::test]
async fn idle_strangers_keep_nobody_out() {
    let mut case = Case::new();
    let mut idle = Vec::new();
    for count in [50, STRANGERS + 50] {
        while idle.len() < count {
            idle.push(case.stranger().await);
        }
        case.gets_through_within(Duration::from_secs(1)).await;
    }
    // Too many: the oldest has gone, and the newest is still heard.
    dropped(&mut idle[0]).await;
    let newest = idle.last_mut().expect("there");
    let wait = Duration::from_millis(100);
    tokio::time::timeout(wait, dropped(newest))
        .await
        .expect_err("still there");
}

/// A stranger who says nothing is dropped after a while.
#[tokio::test]
async fn an_idle_stranger_is_dropped() {
    let case = Case::new();
    let mut idle = case.stranger().await;
    let start = Instant::now();
    tokio::time::timeout(HANDSHAKE * 2, dropped(&mut idle))
        .await
        .expect("dropped");
    assert!(start.elapsed() >= HANDSHAKE.mul_f32(0.9));
}

/// Who connects and leaves, or is refused, is not even seen by the server.
#[tokio::test]
async fn a_stranger_is_not_seen() {
    let mut case = Case::new();
    drop(case.stranger().await);
    let mut plain = case.stranger().await;
    plain
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await
        .expect("sent");
    dropped(&mut plain).await;
    // The first that is seen is the one who was let in.
    case.gets_through().await;
}

/// While a connection is in use, others are let in.
#[tokio::test]
async fn many_are_let_in() {
    let mut case = Case::new();
    for _ in 0..3 {
        case.gets_through().await;
    }
}

/// With the guard the socket goes, and what was let in stays.
#[tokio::test]
async fn the_guard_ends_it() {
    let mut case = Case::new();
    let home = Path::new(&case.address)
        .parent()
        .expect("a directory")
        .to_owned();
    assert_eq!(home.exists(), cfg!(unix));
    let stream = case.stranger().await;
    let (client, connection) = tokio::join!(connect(&case.config, stream), case.incoming.next());
    let mut client = client.expect("connected");
    let mut connection = connection.expect("open").expect("let in");

    drop(case.guard);
    assert!(!home.exists());
    Stream::connect(&case.address).await.expect_err("gone");
    assert!(
        case.incoming.next().await.is_none(),
        "nobody comes any more"
    );

    client.write_u8(7).await.expect("sent");
    client.flush().await.expect("sent");
    assert_eq!(connection.read_u8().await.expect("read"), 7);
}

/// When nobody takes connections any more, none is accepted.
#[tokio::test]
async fn the_end_of_the_stream_ends_it() {
    let case = Case::new();
    drop(case.incoming);
    tokio::time::timeout(Duration::from_secs(1), async {
        while Stream::connect(&case.address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("closed");
}

/// Without TLS a private socket serves, and what is sent arrives as it is.
#[cfg(unix)]
#[tokio::test]
async fn a_private_socket_serves_without_tls() {
    let temp = tempfile::tempdir().expect("a directory");
    let listener = Listener::bind(None, temp.path()).expect("bound");
    assert_eq!(listener.network(), "unix");
    let address = listener.address();
    let (mut incoming, _guard) = listener.incoming(None).expect("started");
    let mut client = Stream::connect(&address).await.expect("connected");
    let mut connection = incoming.next().await.expect("open").expect("let in");
    assert!(matches!(connection, Connection::Plain(_)));
    client.write_all(b"as it is").await.expect("sent");
    drop(client);
    let mut arrived = String::new();
    connection.read_to_string(&mut arrived).await.expect("read");
    assert_eq!(arrived, "as it is");
}

/// A socket on the network serves with TLS or not at all.
#[test]
fn a_public_socket_needs_tls() {
    assert_eq!(allowed(true, false), Ok(()));
    assert_eq!(allowed(true, true), Ok(()));
    assert_eq!(allowed(super::tcp::PRIVATE, true), Ok(()));
    let error = allowed(super::tcp::PRIVATE, false).expect_err("refused");
    assert!(error.contains("refused on TCP"), "{error}");
}
