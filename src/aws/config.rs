//! What a session with AWS is made from, and how the SDK is set up for it.
//!
//! The arguments are spelled and meant as in provider `aws`; everything below them (environment,
//! shared files, container, instance metadata) is the SDK's own default chain, not ours. Every
//! credential that comes up on the way is told, so that it can be kept out of what is shown. May
//! import nothing of ours.

use std::fmt;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, FrameworkMetadata, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::credentials::{Hide, Told};

/// A text that is never shown: its `Debug` form is three asterisks.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into custody.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the signer.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Credentials given in the provider block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticCredentials {
    /// `access_key`.
    pub access_key: Secret,
    /// `secret_key`.
    pub secret_key: Secret,
    /// `token`, for temporary credentials.
    pub token: Option<Secret>,
}

/// The provider block's session arguments. `None` leaves the matter to the SDK's default chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// `region`: where bare trail names are looked up.
    pub region: Option<String>,
    /// `profile`, of the shared configuration and credentials files. Goes before the environment.
    pub profile: Option<String>,
    /// `access_key`, `secret_key` and `token`. Go before everything else.
    pub credentials: Option<StaticCredentials>,
    /// `endpoints { cloudtrail }`: a URL.
    pub cloudtrail_endpoint: Option<String>,
    /// `endpoints { sts }`: a URL.
    pub sts_endpoint: Option<String>,
    /// `max_retries`: how often a throttled or failed call is repeated; 25 unless given.
    pub max_retries: Option<u32>,
    /// `skip_credentials_validation`: do not ask STS whether the credentials are good.
    pub skip_credentials_validation: bool,
    /// `skip_requesting_account_id`: do not ask STS whose they are.
    pub skip_requesting_account_id: bool,
    /// `skip_metadata_api_check`: never ask the instance metadata service.
    pub skip_metadata_api_check: bool,
}

/// How often a call is repeated unless `max_retries` says otherwise, as in provider `aws`.
const MAX_RETRIES: u32 = 25;

/// How long one attempt of a call may take before it counts as lost. An assumption: AWS documents no
/// figure, and its own answers come within a few seconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);

/// Sets the SDK up. Nothing is sent, but the default chain may read files, and the instance metadata
/// service where no Region is given anywhere else.
pub(super) async fn load(options: &SessionOptions, hide: Hide) -> SdkConfig {
    if let Some(given) = &options.credentials {
        for secret in [&given.access_key, &given.secret_key]
            .into_iter()
            .chain(&given.token)
        {
            hide.text(secret.reveal());
        }
    }
    let http = super::http::client();
    let retries = options.max_retries.unwrap_or(MAX_RETRIES);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http.clone())
        .retry_config(RetryConfig::standard().with_max_attempts(retries.saturating_add(1)))
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .build(),
        );
    if let Ok(name) = FrameworkMetadata::new(
        "terraform-provider-iam",
        Some(std::borrow::Cow::Borrowed(env!("CARGO_PKG_VERSION"))),
    ) {
        loader = loader.framework_metadata(name);
    }
    let region = region(options, &http).await;
    loader = loader.region(region.clone());
    let sources = ProviderConfig::without_region()
        .with_http_client(http)
        .with_region(region);
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(given) = &options.credentials {
        loader = loader.credentials_provider(Credentials::new(
            given.access_key.reveal(),
            given.secret_key.reveal(),
            given.token.as_ref().map(|token| token.reveal().to_owned()),
            None,
            "provider block",
        ));
    } else if let Some(profile) = &options.profile {
        let files = ProfileFileCredentialsProvider::builder().configure(&sources);
        loader = loader.credentials_provider(files.profile_name(profile).build());
    } else if options.skip_metadata_api_check {
        // The SDK's default chain without its last link, the instance metadata service.
        let files = ProfileFileCredentialsProvider::builder()
            .configure(&sources)
            .build();
        let web = WebIdentityTokenCredentialsProvider::builder()
            .configure(&sources)
            .build();
        let container = EcsCredentialsProvider::builder()
            .configure(&sources)
            .build();
        let environment = EnvironmentVariableCredentialsProvider::new();
        let chain = CredentialsProviderChain::first_try("Environment", environment)
            .or_else("Profile", files)
            .or_else("WebIdentityToken", web)
            .or_else("EcsContainer", container);
        loader = loader.credentials_provider(chain);
    }
    let sdk = loader.load().await;
    let Some(source) = sdk.credentials_provider() else {
        return sdk;
    };
    let told = SharedCredentialsProvider::new(Told::new(source, hide));
    sdk.into_builder().credentials_provider(told).build()
}

/// The Region for bare names and for roles that a profile assumes: the argument, the environment, the
/// profile and, unless it is not to be asked, the instance metadata.
async fn region(options: &SessionOptions, http: &SharedHttpClient) -> Option<Region> {
    if let Some(region) = &options.region {
        return Some(Region::new(region.clone()));
    }
    let sources = ProviderConfig::without_region().with_http_client(http.clone());
    let mut files = ProfileFileRegionProvider::builder().configure(&sources);
    if let Some(profile) = &options.profile {
        files = files.profile_name(profile);
    }
    let chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new());
    let mut chain = chain.or_else(files.build());
    if !options.skip_metadata_api_check {
        chain = chain.or_else(ImdsRegionProvider::builder().configure(&sources).build());
    }
    chain.region().await
}

#[cfg(test)]
mod tests {
    use super::{Secret, SessionOptions, StaticCredentials};

    /// Whatever prints the options prints no credential.
    #[test]
    fn options_print_no_credential() {
        let options = SessionOptions {
            credentials: Some(StaticCredentials {
                access_key: Secret::new("AKIAIOSFODNN7EXAMPLE".to_owned()),
                secret_key: Secret::new("wJalrXUtnFEMI".to_owned()),
                token: Some(Secret::new("FwoGZXIvYXdzE".to_owned())),
            }),
            ..SessionOptions::default()
        };
        let text = format!("{options:?} {options:#?}");
        for secret in ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", "FwoGZXIvYXdzE"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
