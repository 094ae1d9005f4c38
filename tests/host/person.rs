//! Who comes to the socket: a certificate and a key, and what a TLS client shows of them.
//!
//! Imports nothing of ours: it goes by go-plugin's `generateCert`, not by the host's own idea of it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

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
use rustls::{ClientConfig, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What a client of HTTP/2 says first, with empty settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// How long someone tries to get in.
const PATIENCE: Duration = Duration::from_secs(10);

/// A certificate and a key. They need not belong together.
pub(crate) struct Person {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Person {
    /// A fresh one, as Terraform makes it for itself: P-521, and CA:TRUE on a leaf.
    pub(crate) fn terraform() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).expect("a key");
        let mut about = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        let name = &mut about.distinguished_name;
        name.push(DnType::OrganizationName, "HashiCorp");
        name.push(DnType::CommonName, "localhost");
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        about.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
            KeyUsagePurpose::KeyAgreement,
            KeyUsagePurpose::KeyCertSign,
        ];
        about.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ClientAuth,
            ExtendedKeyUsagePurpose::ServerAuth,
        ];
        let made = about.self_signed(&key).expect("a certificate");
        Self {
            certificate: made.der().clone(),
            key,
        }
    }

    /// This one's certificate with another's key: who has read our environment, and nothing else.
    pub(crate) fn thief(&self) -> Self {
        let Self { key, .. } = Self::terraform();
        Self {
            certificate: self.certificate.clone(),
            key,
        }
    }

    /// The certificate as `PLUGIN_CLIENT_CERT` has it.
    pub(crate) fn pem(&self) -> String {
        let text = STANDARD.encode(&self.certificate);
        let mut pem = "-----BEGIN CERTIFICATE-----\n".to_owned();
        for line in text.as_bytes().chunks(64) {
            pem.extend(line.iter().copied().map(char::from));
            pem.push('\n');
        }
        pem + "-----END CERTIFICATE-----\n"
    }

    /// A TLS client that shows this certificate to a server which must have that one.
    pub(crate) fn tls(&self, server: &[u8]) -> Arc<ClientConfig> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let key = aws_lc_rs::sign::any_supported_type(&key).expect("a key that signs");
        let chain = vec![self.certificate.clone()];
        tls(server, Some(Arc::new(CertifiedKey::new(chain, key))))
    }

    /// A TLS client that shows nothing.
    pub(crate) fn nobody(server: &[u8]) -> Arc<ClientConfig> {
        tls(server, None)
    }
}

/// Shows what it has to whoever asks, whether or not they said that they would take it.
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

fn tls(server: &[u8], shows: Option<Arc<CertifiedKey>>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let server = CertificateDer::from(server.to_vec());
    roots.add(server).expect("the server's certificate");
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(Shows(shows)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}

/// Does the client's part of the TLS handshake.
pub(crate) async fn handshake(
    socket: &Path,
    config: &Arc<ClientConfig>,
) -> io::Result<TlsStream<UnixStream>> {
    let stream = UnixStream::connect(socket).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::clone(config))
        .connect(name, stream)
        .await
}

/// Tries to get in through TLS. Only the server's answer tells: in TLS 1.3 the client's handshake is
/// over before the server has judged it.
pub(crate) async fn enter(socket: &Path, config: &Arc<ClientConfig>) -> Result<(), String> {
    let attempt = async { greet(&mut handshake(socket, config).await?).await };
    let attempt = tokio::time::timeout(PATIENCE, attempt).await;
    attempt
        .expect("an answer or a refusal")
        .map_err(|error| error.to_string())
}

/// Tries to get in without TLS.
pub(crate) async fn enter_plainly(socket: &Path) -> Result<(), String> {
    let attempt = async { greet(&mut UnixStream::connect(socket).await?).await };
    let attempt = tokio::time::timeout(PATIENCE, attempt).await;
    attempt
        .expect("an answer or a refusal")
        .map_err(|error| error.to_string())
}

/// Says the first words of HTTP/2, and hears the server's.
pub(crate) async fn greet(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    stream.write_all(PREFACE).await?;
    stream.flush().await?;
    let mut head = [0; 9];
    stream.read_exact(&mut head).await?;
    // The fourth byte is a frame's type; settings are 4.
    if head[3] == 4 {
        Ok(())
    } else {
        Err(io::Error::other(format!("no settings: {head:?}")))
    }
}
