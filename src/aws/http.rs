//! The one HTTP client for all calls: which proxy it goes through and which certificates it trusts.
//!
//! May import [`proxy`](super::proxy) and [`error`](super::error). [`unverified`] is for `insecure` alone.

mod unverified;

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::shared::IntoShared as _;
use hyper_util::client::proxy::matcher::Matcher;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{CertificateError, RootCertStore};

use super::error::ErrorKind;
use super::proxy::{Proxies, Proxy};

/// How hyper words that a proxy answered and did not connect us, and what that says. Of the answer
/// itself it tells no more; some proxies have the same for a wrong password as for a host that they
/// don't allow.
const PROXY_REFUSES: [(&str, &str); 2] = [
    (
        "tunnel error: proxy authorization required",
        PROXY_WANTS_CREDENTIALS,
    ),
    (
        "tunnel error: unsuccessful",
        "the proxy did not connect to the service: it may want another user or password, not allow \
         this host, or not reach it",
    ),
];

/// What is said of a proxy that asks for credentials, or for others than it got.
const PROXY_WANTS_CREDENTIALS: &str = "the proxy wants a user and a password, or others";

/// With what a proxy to which requests themselves are handed asks for credentials. 407 is its own;
/// some answer 401 to wrong ones, which AWS has no use for
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html>).
const WANTS_CREDENTIALS: [u16; 2] = [401, 407];

/// How the client reaches the services.
#[derive(Debug, Clone, Default)]
pub(super) struct Network {
    /// The proxies that it goes through.
    pub(super) proxies: Proxies,
    /// Certificates to trust in place of the machine's own, checked by [`bundle`].
    pub(super) roots: Option<Vec<u8>>,
    /// Whether any certificate will do.
    pub(super) insecure: bool,
}

/// A client that speaks TLS by rustls, with the machine's own trusted roots unless others are given.
/// The machine's are read when a connection first needs them: that takes as long as all else before a
/// first call.
///
/// # Errors
///
/// That TLS can't be set up.
pub(super) fn client(network: Network) -> Result<SharedHttpClient, String> {
    let Proxies { http, https, .. } = &network.proxies;
    let by_proxy = |proxy: &Option<Proxy>, make: &dyn Fn(Option<&Proxy>) -> _| {
        proxy.as_ref().map(|proxy| make(Some(proxy))).transpose()
    };
    let encrypted = |proxy: Option<&Proxy>| {
        if network.insecure {
            unverified::client(proxy)
        } else {
            verified(proxy, network.roots.as_deref())
        }
    };
    let plain = |proxy: Option<&Proxy>| Ok(plain(proxy));
    let ways = Ways {
        plain: plain(None)?,
        encrypted: encrypted(None)?,
        plain_by_proxy: by_proxy(http, &plain)?,
        encrypted_by_proxy: by_proxy(https, &encrypted)?,
        matcher: Arc::new(network.proxies.matcher()),
        proxies: network.proxies,
    };
    Ok(ways.into_shared())
}

fn plain(proxy: Option<&Proxy>) -> SharedHttpClient {
    let proxy = proxy_config(proxy);
    Builder::new().build_with_connector_fn(move |settings, components| {
        builder(settings, components, proxy.clone()).build_http()
    })
}

fn verified(proxy: Option<&Proxy>, roots: Option<&[u8]>) -> Result<SharedHttpClient, String> {
    let trust = match roots {
        Some(roots) => TrustStore::empty().with_pem_certificate(roots),
        None => TrustStore::default(),
    };
    let context = TlsContext::builder().with_trust_store(trust).build();
    let context = context.map_err(|error| error.to_string())?;
    let proxy = proxy_config(proxy);
    Ok(
        Builder::new().build_with_connector_fn(move |settings, components| {
            let crypto = Provider::Rustls(CryptoMode::AwsLc);
            let builder = builder(settings, components, proxy.clone()).tls_provider(crypto);
            builder.tls_context(context.clone()).build()
        }),
    )
}

fn proxy_config(proxy: Option<&Proxy>) -> ProxyConfig {
    proxy.map_or_else(ProxyConfig::disabled, Proxy::config)
}

fn builder(
    settings: Option<&HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
    proxy: ProxyConfig,
) -> ConnectorBuilder {
    let mut builder = Connector::builder().proxy_config(proxy);
    builder.set_connector_settings(settings.cloned());
    builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
    builder
}

/// Reads the certificates of a file, in PEM, all of which have to be usable as trusted roots. The
/// client itself would panic over one that is not.
///
/// # Errors
///
/// What is wrong with the file, as a clause.
pub(super) fn bundle(path: &Path) -> Result<Vec<u8>, String> {
    let pem = std::fs::read(path).map_err(|error| format!("can't be read: {error}"))?;
    let mut roots = RootCertStore::empty();
    for (number, certificate) in (1_u32..).zip(CertificateDer::pem_slice_iter(&pem)) {
        let certificate = certificate
            .map_err(|error| format!("is not PEM at its certificate number {number}: {error}"))?;
        roots.add(certificate).map_err(|error| {
            format!("has a certificate, number {number}, that can't be used: {error}")
        })?;
    }
    if roots.is_empty() {
        return Err("holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)".to_owned());
    }
    Ok(pem)
}

/// A client for each way to a service: by scheme, direct or by proxy.
#[derive(Debug, Clone)]
struct Ways {
    plain: SharedHttpClient,
    encrypted: SharedHttpClient,
    plain_by_proxy: Option<SharedHttpClient>,
    encrypted_by_proxy: Option<SharedHttpClient>,
    proxies: Proxies,
    matcher: Arc<Matcher>,
}

impl Ways {
    /// The way to a URL, and the proxy on it.
    fn to(&self, url: &str) -> (&SharedHttpClient, Option<&Proxy>) {
        let (direct, by_proxy, proxy) = if url.starts_with("http:") {
            (&self.plain, &self.plain_by_proxy, &self.proxies.http)
        } else {
            (
                &self.encrypted,
                &self.encrypted_by_proxy,
                &self.proxies.https,
            )
        };
        let uri = url.parse().ok();
        let is_on_the_way = uri.is_some_and(|uri| self.matcher.intercept(&uri).is_some());
        match (by_proxy, proxy) {
            (Some(client), Some(proxy)) if is_on_the_way => (client, Some(proxy)),
            (Some(_) | None, _) => (direct, None),
        }
    }
}

impl HttpClient for Ways {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = Way {
            ways: self.clone(),
            settings: settings.clone(),
            components: components.clone(),
        };
        connector.into_shared()
    }
}

/// What connects once the URL is known. The clients keep their connections themselves.
#[derive(Debug)]
struct Way {
    ways: Ways,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Way {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, proxy) = self.ways.to(request.uri());
        let proxy = proxy.map(ToString::to_string);
        let is_handed_on = proxy.is_some() && request.uri().starts_with("http:");
        let answer = client
            .http_connector(&self.settings, &self.components)
            .call(request);
        HttpConnectorFuture::new(async move {
            let answer = match answer.await {
                Ok(answer) => answer,
                Err(error) => return Err(explained(error, proxy)),
            };
            if is_handed_on && WANTS_CREDENTIALS.contains(&answer.status().as_u16()) {
                let told = NotReached {
                    kind: ErrorKind::ProxyRefused,
                    cause: PROXY_WANTS_CREDENTIALS.to_owned(),
                    proxy,
                };
                return Err(ConnectorError::other(told.into(), None));
            }
            Ok(answer)
        })
    }
}

/// Why a service was not reached, in the words of the innermost cause, and through which proxy.
#[derive(Debug)]
pub(super) struct NotReached {
    /// What it is about: the network, a certificate or the proxy.
    pub(super) kind: ErrorKind,
    cause: String,
    proxy: Option<String>,
}

impl fmt::Display for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.proxy {
            Some(proxy) => write!(f, "{} (through the proxy {proxy})", self.cause),
            None => f.write_str(&self.cause),
        }
    }
}

impl StdError for NotReached {}

/// Names the proxy that was on the way, and sees to it that what no repetition can mend is not
/// repeated: a certificate that is not trusted, a proxy that asks for other credentials.
fn explained(error: ConnectorError, proxy: Option<String>) -> ConnectorError {
    let mut cause: &(dyn StdError + 'static) = &error;
    let mut kind = ErrorKind::Unreachable;
    let mut certificate = None;
    loop {
        if let Some(rustls::Error::InvalidCertificate(wrong)) = cause.downcast_ref() {
            kind = ErrorKind::CertificateNotTrusted;
            certificate = Some(of_certificate(wrong));
        }
        let next = match cause.downcast_ref().and_then(io::Error::get_ref) {
            // `source` would skip what stands in it.
            Some(inside) => {
                let inside: &(dyn StdError + 'static) = inside;
                Some(inside)
            }
            None => cause.source(),
        };
        let Some(next) = next else { break };
        cause = next;
    }
    let mut cause = certificate.unwrap_or_else(|| cause.to_string());
    let refusal = PROXY_REFUSES.iter().find(|(words, _)| cause == *words);
    if let (Some(_), Some((_, told))) = (&proxy, refusal) {
        kind = ErrorKind::ProxyRefused;
        (*told).clone_into(&mut cause);
    }
    if proxy.is_none() && kind == ErrorKind::Unreachable {
        return error;
    }
    let told = NotReached { kind, cause, proxy };
    if kind != ErrorKind::Unreachable {
        ConnectorError::other(told.into(), None)
    } else if error.is_timeout() {
        ConnectorError::timeout(told.into())
    } else if error.is_user() {
        ConnectorError::user(told.into())
    } else if error.is_io() {
        ConnectorError::io(told.into())
    } else {
        ConnectorError::other(told.into(), error.as_other())
    }
}

/// What is wrong with a certificate, in words: rustls has the names of its own types for it.
fn of_certificate(wrong: &CertificateError) -> String {
    use CertificateError as Wrong;
    // A bad signature: one of that name is trusted, and has another key.
    let what = if matches!(wrong, Wrong::UnknownIssuer | Wrong::BadSignature) {
        "is of an authority that is not trusted"
    } else if matches!(wrong, Wrong::Expired | Wrong::ExpiredContext { .. }) {
        "has expired, or this machine's clock is wrong"
    } else if matches!(wrong, Wrong::NotValidYet | Wrong::NotValidYetContext { .. }) {
        "is not valid yet, or this machine's clock is wrong"
    } else if let Wrong::NotValidForNameContext { expected, .. } = wrong {
        return format!("the certificate is not valid for {}", expected.to_str());
    } else {
        return format!("the certificate is not valid: {wrong}");
    };
    format!("the certificate {what}")
}
