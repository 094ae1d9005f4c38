//! How the SDK is set up for a session, and where its credentials and its Region come from.
//!
//! What gives credentials is the SDK's own; the order in which it is asked is that of provider `aws`:
//! the provider block, keys of the environment, its web identity, the profile, the container, the
//! instance metadata. Every credential that comes up on the way is told, so that it can be kept out of
//! what is shown. May import all of `aws`; go on to [`profiles`] for the shared files.

mod profiles;

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
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, FrameworkMetadata, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};

use self::profiles::Profiles;
pub(super) use self::profiles::at_home;
use super::config::{MetadataMode, RetryMode, SessionOptions, is_spelled_like_a_region};
use super::credentials::{Hide, Source, Sources};
use super::error::{Error, ErrorKind};
use super::http::{self, Network};
use super::proxy::Proxy;
use super::sts::{self, LOAD_LIMIT};

/// How often a call is repeated unless `max_retries` says otherwise, as in provider `aws`.
const MAX_RETRIES: u32 = 25;

/// How long one attempt of a call may take before it counts as lost. An assumption: AWS documents no
/// figure, and its own answers come within a few seconds.
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);

/// How long one question to the instance metadata service may take. It answers within milliseconds
/// where there is one; elsewhere, nobody may. It is asked twice, for a Region and for credentials.
const METADATA_TIMEOUT: Duration = Duration::from_secs(2);

/// An argument, a variable or a file that can't be used.
fn unusable(message: String) -> Error {
    Error::local(ErrorKind::SessionArgument, "Opening the session", "").with_message(message)
}

/// Sets the SDK up. Nothing is sent, but the default chain may read files, and the instance metadata
/// service where no Region is given anywhere else.
///
/// # Errors
///
/// What can't be used: an argument, a variable, a file.
pub(super) async fn load(options: &SessionOptions, hide: Hide) -> Result<SdkConfig, Error> {
    hide_given(options, &hide);
    whole_pair(options)?;
    let http = http::client(network(options)?).map_err(unusable)?;
    let profiles = Profiles::read(options).await?;
    let retries = retries(options, &profiles)?;
    let sources = ProviderConfig::without_region().with_http_client(http.clone());
    let metadata = metadata(options, &sources)?;
    let region = region(options, &sources, &profiles, &metadata).await?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .region(region.clone())
        .retry_config(retries.clone())
        .identity_cache(IdentityCache::lazy().load_timeout(LOAD_LIMIT).build())
        .no_credentials()
        .profile_name(&profiles.name)
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
    if let Some(files) = &profiles.files {
        loader = loader.profile_files(files.clone());
    }
    let sdk = loader.load().await;
    // All that is done with this Region is to ask STS for the roles of profiles.
    let of_sts = options.sts_region.clone().map(Region::new);
    let mut sources = sources
        .with_region(of_sts.or(region))
        .with_use_fips(sdk.use_fips())
        .with_use_dual_stack(sdk.use_dual_stack())
        .with_retry_config(retries);
    if let Some(timeouts) = sdk.timeout_config() {
        sources = sources.with_timeout_config(timeouts.clone());
    }
    let source = source(options, &sdk, &sources, &profiles, metadata, &hide);
    let source = sts::chain(options, &sdk, source, &hide);
    let mut sdk = sdk.into_builder();
    sdk.set_credentials_provider(Some(source));
    Ok(sdk.build())
}

/// Half a pair of keys in the environment, where its keys would be asked for: somebody means to use
/// them, and no others.
fn whole_pair(options: &SessionOptions) -> Result<(), Error> {
    let goes_before = options.credentials.is_some()
        || options.assume_role_with_web_identity.is_some()
        || options.profile.is_some();
    match options.environment_half_a_pair {
        Some((there, missing)) if !goes_before => Err(unusable(format!(
            "the environment has {there} without {missing}; expected both or neither"
        ))),
        Some(_) | None => Ok(()),
    }
}

/// Tells every secret of the options.
fn hide_given(options: &SessionOptions, hide: &Hide) {
    let keys = options.credentials.iter();
    let keys = keys.flat_map(|given| {
        [
            Some(&given.access_key),
            Some(&given.secret_key),
            given.token.as_ref(),
        ]
    });
    let identities = [
        &options.assume_role_with_web_identity,
        &options.environment_web_identity,
    ];
    let tokens = identities
        .into_iter()
        .flatten()
        .map(|identity| identity.token.as_ref());
    for secret in keys.chain(tokens).flatten() {
        hide.text(secret.reveal());
    }
    let proxies = [&options.proxies.http, &options.proxies.https];
    for secret in proxies.into_iter().flatten().flat_map(Proxy::secrets) {
        hide.text(&secret);
    }
}

/// How the services are reached.
fn network(options: &SessionOptions) -> Result<Network, Error> {
    let read = |path: &String| {
        let bundle = http::bundle(&at_home(path, options.home.as_deref()));
        bundle.map_err(|wrong| {
            unusable(format!(
                "custom_ca_bundle (or AWS_CA_BUNDLE): {path} {wrong}; expected is a file of \
                 certificates in PEM"
            ))
        })
    };
    Ok(Network {
        proxies: options.proxies.clone(),
        roots: options.custom_ca_bundle.as_ref().map(read).transpose()?,
        insecure: options.insecure,
    })
}

/// How calls are repeated: as the options say, or the profile. The SDK is not left to look it up: it
/// panics where it does not find what it expects.
fn retries(options: &SessionOptions, profiles: &Profiles) -> Result<RetryConfig, Error> {
    let wrong = |key: &str, found: &str, expected: String| {
        let profile = &profiles.name;
        unusable(format!(
            "{key} = {found} in the profile `{profile}`; expected {expected}"
        ))
    };
    let mode = match (options.retry_mode, profiles.get("retry_mode")) {
        (Some(mode), _) => mode,
        (None, None) => RetryMode::Standard,
        (None, Some(text)) => {
            let all = || RetryMode::ALL.iter().map(|mode| mode.as_str());
            let known = RetryMode::ALL.iter().find(|mode| mode.as_str() == text);
            let expected = || wrong("retry_mode", text, all().collect::<Vec<_>>().join(" or "));
            *known.ok_or_else(expected)?
        }
    };
    let attempts = match (options.max_retries, profiles.get("max_attempts")) {
        (Some(again), _) => again.saturating_add(1),
        (None, None) => MAX_RETRIES.saturating_add(1),
        (None, Some(text)) => {
            let number = text.parse().ok().filter(|&attempts| attempts > 0);
            let expected = || wrong("max_attempts", text, "a whole number, 1 or more".to_owned());
            number.ok_or_else(expected)?
        }
    };
    let retries = match mode {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    };
    Ok(retries.with_max_attempts(attempts))
}

/// What all calls of one client share when they are repeated. Without a limit to what they may repeat
/// between them: each call has its own, in number and in time.
pub(super) fn retry_partition(tokens: Option<usize>) -> RetryPartition {
    let bucket = tokens.map_or_else(TokenBucket::unlimited, TokenBucket::new);
    RetryPartition::custom("iam").token_bucket(bucket).build()
}

/// The instance metadata service.
fn metadata(options: &SessionOptions, sources: &ProviderConfig) -> Result<Metadata, Error> {
    let mut builder = Metadata::builder()
        .configure(sources)
        .operation_timeout(METADATA_TIMEOUT);
    if let Some(url) = &options.ec2_metadata_service_endpoint {
        builder = builder
            .endpoint(url)
            .map_err(|error| unusable(format!("ec2_metadata_service_endpoint {url}: {error}")))?;
    }
    if let Some(mode) = options.ec2_metadata_service_endpoint_mode {
        builder = builder.endpoint_mode(match mode {
            MetadataMode::IPv4 => EndpointMode::IpV4,
            MetadataMode::IPv6 => EndpointMode::IpV6,
        });
    }
    Ok(builder.build())
}

/// Where credentials come from before any role of the provider block is assumed with them.
fn source(
    options: &SessionOptions,
    sdk: &SdkConfig,
    sources: &ProviderConfig,
    profiles: &Profiles,
    metadata: Metadata,
    hide: &Hide,
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
    if let Some(identity) = &options.assume_role_with_web_identity {
        return sts::web_role(identity, options, sdk, hide);
    }
    let mut asked = Vec::new();
    // A profile of the provider block goes before the environment, one of the environment after it.
    if options.profile.is_none() {
        asked.push(Source::new(
            "environment, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            EnvironmentVariableCredentialsProvider::new(),
        ));
        if let Some(identity) = &options.environment_web_identity {
            let role = sts::web_role(identity, options, sdk, hide);
            asked.push(Source::new("environment, AWS_ROLE_ARN", role));
        }
    }
    let instance = |metadata| {
        let builder = ImdsCredentialsProvider::builder().configure(sources);
        builder.imds_client(metadata).build()
    };
    let mut profile = ProfileFileCredentialsProvider::builder()
        .configure(sources)
        .profile_name(&profiles.name)
        .with_custom_provider("Ec2InstanceMetadata", instance(metadata.clone()));
    if let Some(files) = &profiles.files {
        profile = profile.profile_files(files.clone());
    }
    asked.push(Source {
        hint: profiles.hint(),
        role: profiles.role().map(|arn| (arn, sts::region(options, sdk))),
        ..Source::new(&profiles.called(), profile.build())
    });
    let container = EcsCredentialsProvider::builder().configure(sources);
    asked.push(Source::new(
        "container, AWS_CONTAINER_CREDENTIALS_FULL_URI and _RELATIVE_URI",
        container.build(),
    ));
    if !options.skip_metadata_api_check {
        asked.push(Source::new("instance metadata", instance(metadata)));
    }
    SharedCredentialsProvider::new(Sources(asked))
}

/// The Region for bare names, and for STS unless it has its own: the argument, the environment, the
/// profile and, unless it is not to be asked, the instance metadata.
async fn region(
    options: &SessionOptions,
    sources: &ProviderConfig,
    profiles: &Profiles,
    metadata: &Metadata,
) -> Result<Option<Region>, Error> {
    if let Some(region) = &options.region {
        return Ok(Some(Region::new(region.clone())));
    }
    let mut profile = ProfileFileRegionProvider::builder()
        .configure(sources)
        .profile_name(&profiles.name);
    if let Some(files) = &profiles.files {
        profile = profile.profile_files(files.clone());
    }
    let chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new());
    let mut chain = chain.or_else(profile.build());
    if !options.skip_metadata_api_check {
        let instance = ImdsRegionProvider::builder().configure(sources);
        chain = chain.or_else(instance.imds_client(metadata.clone()).build());
    }
    match chain.region().await {
        Some(region)
            if !options.skip_region_validation && !is_spelled_like_a_region(region.as_ref()) =>
        {
            Err(unusable(format!(
                "`{region}`, from AWS_REGION, AWS_DEFAULT_REGION or the profile, is not spelled like a \
                 Region; expected one such as us-east-1 (or skip_region_validation)"
            )))
        }
        region => Ok(region),
    }
}
