//! How the SDK is set up for a session, and where its credentials and its Region come from.
//!
//! Below the arguments lies what the SDK asks by default, in its own order: environment, shared
//! files, web identity, container, instance metadata. Every credential that comes up on the way is
//! told, so that it can be kept out of what is shown. May import nothing of ours.

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::identity::IdentityCache;
use aws_config::imds::Client as Metadata;
use aws_config::imds::client::EndpointMode;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
#[expect(
    deprecated,
    reason = "the types that it points to are in a crate which nothing else here needs"
)]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, FrameworkMetadata, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;

use super::config::{MetadataMode, RetryMode, SessionOptions};
use super::credentials::Hide;
use super::error::{Error, ErrorKind};
use super::sts::{self, LOAD_LIMIT};

/// How often a call is repeated unless `max_retries` says otherwise, as in provider `aws`.
const MAX_RETRIES: u32 = 25;

/// How long one attempt of a call may take before it counts as lost. An assumption: AWS documents no
/// figure, and its own answers come within a few seconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);

/// Sets the SDK up. Nothing is sent, but the default chain may read files, and the instance metadata
/// service where no Region is given anywhere else.
///
/// # Errors
///
/// An argument that can't be used.
pub(super) async fn load(options: &SessionOptions, hide: Hide) -> Result<SdkConfig, Error> {
    if let Some(given) = &options.credentials {
        for secret in [&given.access_key, &given.secret_key]
            .into_iter()
            .chain(&given.token)
        {
            hide.text(secret.reveal());
        }
    }
    let identity = options.assume_role_with_web_identity.as_ref();
    if let Some(token) = identity.and_then(|identity| identity.token.as_ref()) {
        hide.text(token.reveal());
    }
    let http = super::http::client();
    let retries = retries(options);
    let files = Files::new(options);
    let sources = ProviderConfig::without_region().with_http_client(http.clone());
    let metadata = metadata(options, &sources)?;
    let region = region(options, &sources, files.as_ref(), &metadata).await;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .region(region.clone())
        .retry_config(retries.clone())
        .identity_cache(IdentityCache::lazy().load_timeout(LOAD_LIMIT).build())
        .no_credentials()
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
    if let Some(fips) = options.use_fips_endpoint {
        loader = loader.use_fips(fips);
    }
    if let Some(dualstack) = options.use_dualstack_endpoint {
        loader = loader.use_dual_stack(dualstack);
    }
    if let Some(files) = &files {
        loader = loader.profile_files(files.0.clone());
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    let sdk = loader.load().await;
    // All that is done with this Region is to ask STS for the roles of profile and environment.
    let of_sts = options.sts_region.clone().map(Region::new);
    let mut sources = sources
        .with_region(of_sts.or(region))
        .with_use_fips(sdk.use_fips())
        .with_use_dual_stack(sdk.use_dual_stack())
        .with_retry_config(retries);
    if let Some(timeouts) = sdk.timeout_config() {
        sources = sources.with_timeout_config(timeouts.clone());
    }
    let source = match &options.assume_role_with_web_identity {
        Some(_) => None,
        None => Some(source(options, &sources, files.as_ref(), metadata)),
    };
    let source = sts::chain(options, &sdk, source, &hide);
    let mut sdk = sdk.into_builder();
    sdk.set_credentials_provider(source);
    Ok(sdk.build())
}

/// How calls are repeated. The SDK is not left to look up `AWS_RETRY_MODE` and `AWS_MAX_ATTEMPTS`: it
/// panics where they are not what it expects.
fn retries(options: &SessionOptions) -> RetryConfig {
    let retries = match options.retry_mode.unwrap_or(RetryMode::Standard) {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    };
    let again = options.max_retries.unwrap_or(MAX_RETRIES);
    retries.with_max_attempts(again.saturating_add(1))
}

/// The instance metadata service.
fn metadata(options: &SessionOptions, sources: &ProviderConfig) -> Result<Metadata, Error> {
    let mut builder = Metadata::builder().configure(sources);
    if let Some(url) = &options.ec2_metadata_service_endpoint {
        builder = builder.endpoint(url).map_err(|error| {
            Error::local(ErrorKind::SessionArgument, "Opening the session", "")
                .with_message(format!("ec2_metadata_service_endpoint {url}: {error}"))
        })?;
    }
    if let Some(mode) = options.ec2_metadata_service_endpoint_mode {
        builder = builder.endpoint_mode(match mode {
            MetadataMode::IPv4 => EndpointMode::IpV4,
            MetadataMode::IPv6 => EndpointMode::IpV6,
        });
    }
    Ok(builder.build())
}

/// The shared files, where the options name any.
#[derive(Debug, Clone)]
#[expect(deprecated, reason = "see its import")]
struct Files(ProfileFiles);

impl Files {
    /// Files of one kind that are named stand for the default one of that kind.
    #[expect(deprecated, reason = "see its import")]
    fn new(options: &SessionOptions) -> Option<Self> {
        let (config, credentials) = (
            &options.shared_config_files,
            &options.shared_credentials_files,
        );
        if config.is_empty() && credentials.is_empty() {
            return None;
        }
        let mut files = ProfileFiles::builder()
            .include_default_config_file(config.is_empty())
            .include_default_credentials_file(credentials.is_empty());
        for path in config {
            files = files.with_file(
                ProfileFileKind::Config,
                at_home(path, options.home.as_deref()),
            );
        }
        for path in credentials {
            files = files.with_file(
                ProfileFileKind::Credentials,
                at_home(path, options.home.as_deref()),
            );
        }
        Some(Self(files.build()))
    }
}

/// A path whose leading `~` is the home directory, as the SDK has it for its own default files only.
fn at_home(path: &str, home: Option<&Path>) -> PathBuf {
    let rest = match path.strip_prefix('~') {
        Some("") => Some(""),
        Some(rest) => rest.strip_prefix(std::path::is_separator),
        None => None,
    };
    match (rest, home) {
        (Some(rest), Some(home)) => home.join(rest),
        (Some(_) | None, _) => PathBuf::from(path),
    }
}

/// Where credentials come from that no role gives: the keys of the provider block, its profile, or
/// what the SDK asks by default.
fn source(
    options: &SessionOptions,
    sources: &ProviderConfig,
    files: Option<&Files>,
    metadata: Metadata,
) -> SharedCredentialsProvider {
    if let Some(given) = &options.credentials {
        return SharedCredentialsProvider::new(Credentials::new(
            given.access_key.reveal(),
            given.secret_key.reveal(),
            given.token.as_ref().map(|token| token.reveal().to_owned()),
            None,
            "provider block",
        ));
    }
    let instance = |metadata| {
        ImdsCredentialsProvider::builder()
            .configure(sources)
            .imds_client(metadata)
            .build()
    };
    let mut profile = ProfileFileCredentialsProvider::builder()
        .configure(sources)
        .with_custom_provider("Ec2InstanceMetadata", instance(metadata.clone()));
    if let Some(files) = files {
        profile = profile.profile_files(files.0.clone());
    }
    if let Some(name) = &options.profile {
        return SharedCredentialsProvider::new(profile.profile_name(name).build());
    }
    let web = WebIdentityTokenCredentialsProvider::builder().configure(sources);
    let container = EcsCredentialsProvider::builder().configure(sources);
    let environment = EnvironmentVariableCredentialsProvider::new();
    let chain = CredentialsProviderChain::first_try("Environment", environment)
        .or_else("Profile", profile.build())
        .or_else("WebIdentityToken", web.build())
        .or_else("EcsContainer", container.build());
    SharedCredentialsProvider::new(if options.skip_metadata_api_check {
        chain
    } else {
        chain.or_else("Ec2InstanceMetadata", instance(metadata))
    })
}

/// The Region for bare names, and for STS unless it has its own: the argument, the environment, the
/// profile and, unless it is not to be asked, the instance metadata.
async fn region(
    options: &SessionOptions,
    sources: &ProviderConfig,
    files: Option<&Files>,
    metadata: &Metadata,
) -> Option<Region> {
    if let Some(region) = &options.region {
        return Some(Region::new(region.clone()));
    }
    let mut profile = ProfileFileRegionProvider::builder().configure(sources);
    if let Some(files) = files {
        profile = profile.profile_files(files.0.clone());
    }
    if let Some(name) = &options.profile {
        profile = profile.profile_name(name);
    }
    let chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new());
    let mut chain = chain.or_else(profile.build());
    if !options.skip_metadata_api_check {
        let instance = ImdsRegionProvider::builder().configure(sources);
        chain = chain.or_else(instance.imds_client(metadata.clone()).build());
    }
    chain.region().await
}

#[cfg(test)]
mod tests {
    use std::path::{MAIN_SEPARATOR, Path, PathBuf};

    use super::at_home;

    /// Only a `~` that stands alone at the beginning is the home directory.
    #[test]
    fn home_is_where_the_tilde_is() {
        let home = Path::new("/h");
        for path in ["/etc/aws", "aws", "~other/aws", "a/~/b"] {
            assert_eq!(at_home(path, Some(home)), PathBuf::from(path));
        }
        assert_eq!(at_home("~", Some(home)), home);
        assert_eq!(at_home("~/aws", Some(home)), home.join("aws"));
        let native = format!("~{MAIN_SEPARATOR}aws");
        assert_eq!(at_home(&native, Some(home)), home.join("aws"));
        assert_eq!(at_home("~/aws", None), PathBuf::from("~/aws"));
    }
}
