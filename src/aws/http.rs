//! The one HTTP client for all calls. May import nothing of ours.

use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::shared::IntoShared as _;

/// A client that speaks TLS by rustls with the machine's own trusted roots. They are read when a
/// connection first needs them: that takes as long as all else before a first call.
pub(super) fn client() -> SharedHttpClient {
    let crypto = tls::rustls_provider::CryptoMode::AwsLc;
    let client = ByScheme {
        plain: Builder::new().build_http(),
        encrypted: Builder::new()
            .tls_provider(tls::Provider::Rustls(crypto))
            .build_https(),
    };
    client.into_shared()
}

/// One client for each scheme.
#[derive(Debug, Clone)]
struct ByScheme {
    plain: SharedHttpClient,
    encrypted: SharedHttpClient,
}

impl HttpClient for ByScheme {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = Connector {
            clients: self.clone(),
            settings: settings.clone(),
            components: components.clone(),
        };
        connector.into_shared()
    }
}

/// What connects once the scheme is known. The clients keep their connections themselves.
#[derive(Debug)]
struct Connector {
    clients: ByScheme,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = if request.uri().starts_with("http:") {
            &self.clients.plain
        } else {
            &self.clients.encrypted
        };
        client
            .http_connector(&self.settings, &self.components)
            .call(request)
    }
}
