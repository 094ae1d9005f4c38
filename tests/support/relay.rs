//! TLS in front of a service that has none: an endpoint as it is inside a company, or in front of AWS
//! where a company looks into TLS.
//!
//! Its certificate is of an authority of its own, which nobody trusts who was not told to. Whoever
//! begins with `CONNECT` is let through to it under whatever name was asked for, so that a proxy can
//! have it for its upstream: names of AWS then end here, and no look-up of a name is needed. What it
//! deciphers goes to the service unchanged.
//!
//! Imports nothing of ours. [`super::proxy`] may stand before it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// An address of this machine which is none of the loopback network: what goes to loopback never goes
/// through a proxy. A connection to it arrives at loopback.
pub(crate) const THIS_MACHINE: &str = "0.0.0.0";

/// The names that the certificate is good for, beside those of the machine.
const NAMES: [&str; 6] = [
    THIS_MACHINE,
    "127.0.0.1",
    "localhost",
    "cloudtrail.us-east-1.amazonaws.com",
    "sts.us-east-1.amazonaws.com",
    "trails.corporate.example",
];

/// The longest head of a `CONNECT` that is read, in bytes.
const HEAD: u64 = 8 << 10;

/// A certificate authority.
pub(crate) struct Authority {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Authority {
    /// One that there was not before.
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = CertificateParams::default();
        let name = "The company's own authority";
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let certificate = parameters.self_signed(&key).expect("a certificate");
        Self { certificate, key }
    }

    /// Its certificate, as PEM.
    pub(crate) fn pem(&self) -> String {
        let text = STANDARD.encode(self.certificate.der());
        let (mut pem, mut rest) = ("-----BEGIN CERTIFICATE-----\n".to_owned(), text.as_str());
        while !rest.is_empty() {
            let (line, more) = rest.split_at(rest.len().min(64));
            pem.extend([line, "\n"]);
            rest = more;
        }
        pem + "-----END CERTIFICATE-----\n"
    }

    /// What a server needs that this authority vouches for.
    fn server(&self) -> ServerConfig {
        let names: Vec<String> = NAMES.map(str::to_owned).into();
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new(names).expect("names");
        let certificate = parameters
            .signed_by(&key, &self.certificate, &self.key)
            .expect("a certificate");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let mut server =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .expect("versions of TLS")
                .with_no_client_auth()
                .with_single_cert(chain, key)
                .expect("a certificate and its key");
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        server
    }
}

/// A connection that came to a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    /// The `host:port` of its `CONNECT`, if it began with one: a proxy had the relay for its upstream.
    pub(crate) asked: Option<String>,
    /// The name that the client expected a certificate for; none if that was an address.
    pub(crate) name: Option<String>,
    /// Whether TLS was agreed upon. If not, the client did not like the certificate.
    pub(crate) agreed: bool,
}

/// A relay that is running, until this is dropped.
pub(crate) struct Relay {
    /// Who vouches for its certificate.
    pub(crate) authority: Authority,
    port: u16,
    visits: Arc<Mutex<Vec<Visit>>>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Relay {
    /// Stands in front of the service at `url`, which is `http://host:port`.
    pub(crate) fn start(url: &str) -> Self {
        let authority = Authority::new();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        listener.set_nonblocking(true).expect("a socket for tokio");
        let door = Door {
            acceptor: TlsAcceptor::from(Arc::new(authority.server())),
            service: url.trim_start_matches("http://").to_owned(),
            visits: Arc::default(),
        };
        let (visits, stop) = (Arc::clone(&door.visits), CancellationToken::new());
        let stopped = stop.clone();
        let serve = async move {
            let listener = TcpListener::from_std(listener).expect("a socket for tokio");
            while let Ok((stream, _)) = listener.accept().await {
                let door = door.clone();
                // How it ended is in the visit.
                tokio::spawn(async move { _ = door.welcome(stream).await });
            }
        };
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build();
            runtime.expect("a runtime").block_on(async {
                tokio::select! {
                    () = stopped.cancelled() => {}
                    () = serve => {}
                }
            });
        });
        Self {
            authority,
            port,
            visits,
            stop,
            thread: Some(thread),
        }
    }

    /// Where it listens, as a URL with this host.
    pub(crate) fn url(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    /// The port on which it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Who came so far.
    pub(crate) fn visits(&self) -> Vec<Visit> {
        let visits = self.visits.lock();
        visits.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.stop.cancel();
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// What every connection needs.
#[derive(Clone)]
struct Door {
    acceptor: TlsAcceptor,
    service: String,
    visits: Arc<Mutex<Vec<Visit>>>,
}

impl Door {
    async fn welcome(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            // A proxy that looks whether its upstream is there.
            return Ok(());
        }
        let asked = match &first {
            b"C" => Some(connect(&mut stream).await?),
            _ => None,
        };
        let mut name = None;
        let agreed =
            tokio_rustls::LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream);
        let agreed = async {
            let hello = agreed.await?;
            name = hello.client_hello().server_name().map(str::to_owned);
            let server = Arc::clone(self.acceptor.config());
            let mut stream = hello.into_stream(server).await?;
            // In TLS 1.3 the client judges the certificate after the server's part is done: it has
            // agreed once it says something.
            let mut said = vec![0; 1 << 10];
            let length = stream.read(&mut said).await?;
            said.truncate(length);
            io::Result::Ok((stream, said))
        }
        .await;
        let visit = Visit {
            asked,
            name,
            agreed: agreed.is_ok(),
        };
        let lock = self.visits.lock();
        lock.unwrap_or_else(PoisonError::into_inner).push(visit);
        let (mut stream, said) = agreed?;
        let mut service = TcpStream::connect(&self.service).await?;
        service.write_all(&said).await?;
        copy_bidirectional(&mut stream, &mut service).await?;
        Ok(())
    }
}

/// Reads the head of a `CONNECT`, answers it, and tells what was asked for.
async fn connect(stream: &mut TcpStream) -> io::Result<String> {
    let (mut head, mut bytes) = (Vec::new(), stream.take(HEAD));
    while !head.ends_with(b"\r\n\r\n") {
        // Byte by byte: what follows is not ours to read.
        head.push(bytes.read_u8().await?);
    }
    stream
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    let head = String::from_utf8_lossy(&head);
    Ok(head.split(' ').nth(1).unwrap_or_default().to_owned())
}
