//! For tests: the client's end of TLS, as Terraform holds it and as others would like to.
//!
//! May import the door's server side. What it connects with checks our certificate as Terraform
//! does: against the one it was told of, for the name localhost.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P521_SHA512,
};
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, HandshakeKind, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::ServerSide;

/// A certificate and a key to show it with.
pub(in crate::plugin) struct Identity {
    pub(in crate::plugin) pem: String,
    pub(super) key: KeyPair,
    pub(super) certificate: CertificateDer<'static>,
}

impl Identity {
    /// A fresh one, in the way of go-plugin's `generateCert`: P-521, and CA:TRUE on a leaf.
    pub(in crate::plugin) fn go_plugin() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key");
        let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let name = &mut parameters.distinguished_name;
        name.push(DnType::OrganizationName, "HashiCorp");
        name.push(DnType::CommonName, "localhost");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        parameters.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        let made = parameters.self_signed(&key).expect("a certificate");
        Self {
            pem: pem("CERTIFICATE", made.der()),
            certificate: made.der().clone(),
            key,
        }
    }

    /// A client that shows this certificate, and signs with this key whether or not they match.
    pub(in crate::plugin) fn config(&self, server: &[u8]) -> Arc<ClientConfig> {
        self.config_showing(server, vec![self.certificate.clone()])
    }

    /// The same, with another's certificate behind this one.
    pub(super) fn config_with_chain(&self, server: &[u8], other: &Self) -> Arc<ClientConfig> {
        let chain = vec![self.certificate.clone(), other.certificate.clone()];
        self.config_showing(server, chain)
    }

    fn config_showing(
        &self,
        server: &[u8],
        chain: Vec<CertificateDer<'static>>,
    ) -> Arc<ClientConfig> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let key = aws_lc_rs::sign::any_supported_type(&key).expect("a key that signs");
        client(server, Some(Arc::new(CertifiedKey::new(chain, key))))
    }

    /// A client that shows no certificate.
    pub(super) fn nobody(server: &[u8]) -> Arc<ClientConfig> {
        client(server, None)
    }
}

/// DER as PEM, in one long line where others break it.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

/// Shows what it was told to, to whoever asks.
#[derive(Debug)]
struct Shows(Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Shows {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

fn client(server: &[u8], shows: Option<Arc<CertifiedKey>>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(server.to_vec()))
        .expect("the server's certificate");
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Shows(shows)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// Does the client's part of the handshake.
pub(in crate::plugin) async fn connect<S>(
    config: &Arc<ClientConfig>,
    stream: S,
) -> io::Result<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::clone(config))
        .connect(name, stream)
        .await
}

/// What one end knows after the handshake.
#[derive(Debug)]
pub(super) struct End {
    pub(super) alpn: Option<Vec<u8>>,
    pub(super) kind: Option<HandshakeKind>,
    pub(super) presented: Option<usize>,
    pub(super) tickets: u32,
}

/// How it went, for each end.
pub(super) struct Met {
    pub(super) server: Result<End, String>,
    pub(super) client: Result<End, String>,
}

/// Brings a server and a client together. The client holds that it was let in only when it was
/// answered: in TLS 1.3 its own handshake is over before the server has judged it.
pub(super) async fn meet(side: &ServerSide, config: &Arc<ClientConfig>) -> Met {
    let (here, there) = tokio::io::duplex(1 << 16);
    let server = async {
        let mut stream = side.acceptor.accept(here).await?;
        let asked = stream.read_u8().await?;
        stream.write_u8(asked + 1).await?;
        stream.flush().await?;
        let connection = stream.get_ref().1;
        Ok::<_, io::Error>(End {
            alpn: connection.alpn_protocol().map(<[u8]>::to_vec),
            kind: connection.handshake_kind(),
            presented: connection.peer_certificates().map(<[_]>::len),
            tickets: 0,
        })
    };
    let client = async {
        let mut stream = connect(config, there).await?;
        stream.write_u8(41).await?;
        stream.flush().await?;
        if stream.read_u8().await? != 42 {
            return Err(io::Error::other("a wrong answer"));
        }
        let connection = stream.get_ref().1;
        Ok(End {
            alpn: connection.alpn_protocol().map(<[u8]>::to_vec),
            kind: connection.handshake_kind(),
            presented: connection.peer_certificates().map(<[_]>::len),
            tickets: connection.tls13_tickets_received(),
        })
    };
    let (server, client) = tokio::join!(server, client);
    Met {
        server: server.map_err(|error| error.to_string()),
        client: client.map_err(|error| error.to_string()),
    }
}
