//! TLS between Terraform and this process: who may call us, and how we prove who we are.
//!
//! May import nothing of ours. The socket is the listener's; how our certificate reaches Terraform is
//! the handshake's.
//!
//! Both sides make a key and a self-signed certificate for one process and pass the certificate to
//! the other outside TLS: Terraform's comes in our environment, ours goes back on the handshake line.
//! So there is no authority to trust and nothing to look up: the one certificate is the identity.
//!
//! Two ready-made choices fail here without a word, and are why this room exists:
//! - rustls with ring never sees Terraform's certificate. Its key is on P-521, which ring cannot
//!   verify and so does not offer; Terraform then presents none, and a server that only asks for one
//!   serves anybody. Hence aws-lc, named here rather than taken from the process, whose default
//!   another library may set.
//! - webpki's client verifier refuses Terraform's certificate, for it says CA:TRUE and is used as a
//!   leaf. Hence our own verifier, which asks for exactly that certificate and nothing less.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, ServerConfig};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible,
    SignatureScheme,
};
use tokio_rustls::TlsAcceptor;

/// The name Terraform expects in our certificate, whatever the socket is called.
const NAME: &str = "localhost";

/// The first and the last year in which our certificate holds.
///
/// Fixed and wide rather than "now": the certificate lives as long as the process and no longer, so
/// the dates protect nothing, and a clock that is wrong or is set during an apply must not end it.
const YEARS: (i32, i32) = (2020, 2120);

/// Our end of TLS, for one process.
pub(super) struct ServerSide {
    /// Lets in who holds the pinned certificate and its key.
    pub(super) acceptor: TlsAcceptor,
    /// Our own certificate, as DER, for the handshake line.
    pub(super) certificate: Vec<u8>,
}

impl fmt::Debug for ServerSide {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ServerSide").finish_non_exhaustive()
    }
}

/// Makes a key and a certificate, and trusts the one client whose certificate this PEM text holds.
///
/// # Errors
///
/// A sentence that says what is wrong with the text, or why no key could be made. There is nothing to
/// fall back to then: serving without a check would let in anybody.
pub(super) fn server_side(client_certificate_pem: &str) -> Result<ServerSide, String> {
    let client = pinned(client_certificate_pem)?;
    let no = |what: &str, error: &dyn fmt::Display| format!("{what}: {error}");

    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
        .map_err(|error| no("no key could be made for TLS", &error))?;
    let certificate = certificate(&key)
        .map_err(|error| no("no certificate could be made for TLS", &error))?
        .der()
        .clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));

    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Arc::new(OneClient {
        certificate: client,
        algorithms: provider.signature_verification_algorithms,
    });
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| no("TLS 1.3 is not to be had", &error))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate.clone()], key)
        .map_err(|error| no("the certificate made for TLS was refused", &error))?;
    // gRPC clients insist on it (grpc-go from 1.67).
    config.alpn_protocols = vec![b"h2".to_vec()];
    // A resumed session would come in without showing its certificate again.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;

    Ok(ServerSide {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        certificate: certificate.to_vec(),
    })
}

/// The one certificate in a PEM text.
fn pinned(pem: &str) -> Result<CertificateDer<'static>, String> {
    let found = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        // Without the parser's reason, which quotes the text.
        .map_err(|_| "the host program's client certificate is not a well-formed PEM text")?;
    let count = found.len();
    let Ok([certificate]) = <[CertificateDer<'static>; 1]>::try_from(found) else {
        return Err(format!(
            "the host program's client certificate should be one PEM certificate, and {count} were \
             found"
        ));
    };
    // What does not parse could never be let in. Better to end now than to refuse every connection.
    ParsedCertificate::try_from(&certificate).map_err(|error| {
        format!("the host program's client certificate cannot be read: {error}")
    })?;
    Ok(certificate)
}

/// A certificate for `key` that says no more than Terraform asks: a server called localhost.
fn certificate(key: &KeyPair) -> Result<rcgen::Certificate, rcgen::Error> {
    let mut parameters = CertificateParams::new(vec![NAME.to_owned()])?;
    parameters.distinguished_name.push(DnType::CommonName, NAME);
    parameters.is_ca = IsCa::NoCa;
    parameters.custom_extensions = vec![
        critical(BASIC_CONSTRAINTS, &[0x30, 0]),
        critical(KEY_USAGE, &[3, 2, 7, 0x80]),
    ];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters.not_before = rcgen::date_time_ymd(YEARS.0, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(YEARS.1, 1, 1);
    parameters.self_signed(key)
}

/// The extension that says CA:FALSE, with an empty sequence: false is the default.
const BASIC_CONSTRAINTS: [u64; 4] = [2, 5, 29, 19];

/// The extension that says digitalSignature, with the first bit of a bit string.
const KEY_USAGE: [u64; 4] = [2, 5, 29, 15];

/// An extension which its reader must understand. These are written by hand because rcgen writes
/// their defaults and trailing zeros out, which DER forbids and a strict reader may refuse.
fn critical(name: [u64; 4], value: &[u8]) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(&name, value.to_vec());
    extension.set_criticality(true);
    extension
}

/// Lets in one certificate, byte for byte, and who proves to hold its key.
struct OneClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl fmt::Debug for OneClient {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("OneClient").finish_non_exhaustive()
    }
}

impl ClientCertVerifier for OneClient {
    /// None: there is no authority whose certificates would do.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    /// The dates in the certificate are not looked at. It was handed to this very process, and a
    /// clock that is set during an apply must not lock Terraform out.
    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if intermediates.is_empty() && end_entity.as_ref() == self.certificate.as_ref() {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ))
        }
    }

    /// TLS 1.2 is not offered, so nobody can come this way.
    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered))
    }

    /// A certificate is public: this is the proof that the client holds its key.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
pub(super) mod client;
#[cfg(test)]
mod tests;
