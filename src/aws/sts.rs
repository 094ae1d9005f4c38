//! What is asked of STS: whose credentials these are, and those of roles.
//!
//! A role is a source of credentials like any other: the SDK asks it when there are none yet or they
//! are about to expire, and keeps what it gets. May import nothing of ours.

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};
use aws_sdk_sts::Client;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;
use aws_sdk_sts::types::{Credentials as Issued, PolicyDescriptorType, Tag};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use std::error::Error as StdError;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::call::Call;
use super::config::{AssumeRole, SessionOptions, WebIdentity};
use super::credentials::{Hide, Told};
use super::error::{Error, ErrorKind};
use super::patience::Patience;
use super::sources::{at_home, retry_partition};
use super::user_agent::Products;

/// The Region that STS is asked in where the session has none.
const FALLBACK_REGION: &str = "us-east-1";

/// The name of a role's session where none is given.
const SESSION_NAME: &str = "terraform-provider-iam";

/// How long credentials are waited for at most. Whoever waits for the call that needs them is not
/// that patient, and ends it earlier; the SDK by itself would give up after five seconds, which is
/// not enough for a chain of roles.
pub(super) const LOAD_LIMIT: Duration = Duration::from_mins(5);

/// STS, in one Region, with one source of credentials.
#[derive(Debug, Clone)]
pub(super) struct Sts {
    client: Client,
    region: String,
}

impl Sts {
    /// STS as the options say: `sts_region`, else the session's own Region; `endpoints { sts }`.
    pub(super) fn new(options: &SessionOptions, sdk: &SdkConfig) -> Self {
        let region = region(options, sdk);
        let config = aws_sdk_sts::config::Builder::from(sdk)
            .region(Region::new(region.clone()))
            .retry_partition(retry_partition(options.token_bucket_rate_limiter_capacity));
        let mut config = match Products::new(&options.user_agent) {
            Some(products) => config.interceptor(products),
            None => config,
        };
        if let Some(url) = &options.sts_endpoint {
            config = config.endpoint_url(url);
        }
        Self {
            client: Client::from_conf(config.build()),
            region,
        }
    }

    /// The Region that is asked.
    pub(super) fn region(&self) -> &str {
        &self.region
    }

    /// The account that the credentials belong to.
    pub(super) async fn caller_account(
        &self,
        patience: &Patience,
    ) -> Result<Option<String>, Error> {
        let request = self.client.get_caller_identity();
        let answer = Call::sts("GetCallerIdentity", &self.region)
            .make(patience, |watch| {
                request.customize().interceptor(watch).send()
            })
            .await?;
        Ok(answer.account)
    }
}

/// The Region that STS is asked in: `sts_region`, else the session's own.
pub(super) fn region(options: &SessionOptions, sdk: &SdkConfig) -> String {
    let own = || sdk.region().map(|region| region.as_ref().to_owned());
    let region = options.sts_region.clone().or_else(own);
    region.unwrap_or_else(|| FALLBACK_REGION.to_owned())
}

/// The last role of the options, assumed with the credentials of the one before, and so on down to
/// `source`. All of them are told.
pub(super) fn chain(
    options: &SessionOptions,
    sdk: &SdkConfig,
    source: SharedCredentialsProvider,
    hide: &Hide,
) -> SharedCredentialsProvider {
    let told = |source| SharedCredentialsProvider::new(Told::new(source, hide.clone()));
    let mut source = told(source);
    for role in &options.assume_role {
        let caller = sdk.to_builder().credentials_provider(source).build();
        source = told(SharedCredentialsProvider::new(Role {
            role: role.clone(),
            sts: Sts::new(options, &caller),
        }));
    }
    source
}

/// A role that is assumed with the token of another identity provider, and with no credentials.
pub(super) fn web_role(
    identity: &WebIdentity,
    options: &SessionOptions,
    sdk: &SdkConfig,
    hide: &Hide,
) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(WebRole {
        identity: identity.clone(),
        sts: Sts::new(options, sdk),
        home: options.home.clone(),
        hide: hide.clone(),
    })
}

/// A role that is assumed with other credentials.
#[derive(Debug)]
struct Role {
    role: AssumeRole,
    sts: Sts,
}

impl Role {
    async fn provide(&self) -> Provided {
        let role = &self.role;
        let tag = |(key, value)| Tag::builder().key(key).value(value).build();
        let tags: Result<Vec<_>, _> = role.tags.iter().map(tag).collect();
        let tags = tags.map_err(CredentialsError::invalid_configuration)?;
        let request = self.sts.client.assume_role().role_arn(&role.role_arn);
        let request = request
            .role_session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME))
            .set_external_id(role.external_id.clone())
            .set_duration_seconds(seconds(role.duration))
            .set_policy(role.policy.clone())
            .set_policy_arns(policies(&role.policy_arns))
            .set_tags(some(tags))
            .set_transitive_tag_keys(some(role.transitive_tag_keys.clone()))
            .set_source_identity(role.source_identity.clone());
        let answer = Call::sts("AssumeRole", &self.sts.region)
            .make(&Patience::unstoppable(LOAD_LIMIT), |watch| {
                request.customize().interceptor(watch).send()
            })
            .await
            .map_err(|error| not_assumed(error, &role.role_arn))?;
        issued(answer.credentials, "AssumeRole")
    }
}

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }
}

/// A role that is assumed with the token of another identity provider.
#[derive(Debug)]
struct WebRole {
    identity: WebIdentity,
    sts: Sts,
    home: Option<PathBuf>,
    hide: Hide,
}

impl WebRole {
    async fn provide(&self) -> Provided {
        let WebIdentity {
            role_arn,
            session_name,
            ..
        } = &self.identity;
        let token = self.token()?;
        self.hide.text(&token);
        let request = self.sts.client.assume_role_with_web_identity();
        let request = request
            .role_arn(role_arn)
            .role_session_name(session_name.as_deref().unwrap_or(SESSION_NAME))
            .web_identity_token(token)
            .set_duration_seconds(seconds(self.identity.duration))
            .set_policy(self.identity.policy.clone())
            .set_policy_arns(policies(&self.identity.policy_arns));
        let answer = Call::sts("AssumeRoleWithWebIdentity", &self.sts.region)
            .make(&Patience::unstoppable(LOAD_LIMIT), |watch| {
                request.customize().interceptor(watch).send()
            })
            .await
            .map_err(|error| not_assumed(error, role_arn))?;
        issued(answer.credentials, "AssumeRoleWithWebIdentity")
    }

    /// The token as it is now: whoever writes the file may renew it at any time.
    fn token(&self) -> Result<String, CredentialsError> {
        let failed = |why: String| {
            let error = Error::local(
                ErrorKind::RoleNotAssumed,
                "AssumeRoleWithWebIdentity",
                self.sts.region(),
            );
            CredentialsError::invalid_configuration(error.with_message(why))
        };
        match (&self.identity.token, &self.identity.token_file) {
            (Some(token), _) => Ok(token.reveal().to_owned()),
            (None, Some(path)) => {
                let read = std::fs::read_to_string(at_home(path, self.home.as_deref()));
                let read = read.map(|token| token.trim().to_owned());
                let wrong = match read {
                    Ok(token) if !token.is_empty() => return Ok(token),
                    Ok(_) => "is empty".to_owned(),
                    Err(error) => format!("can't be read: {error}"),
                };
                Err(failed(format!(
                    "the file of the web identity token, {path}, {wrong}"
                )))
            }
            (None, None) => Err(failed("there is no web identity token".to_owned())),
        }
    }
}

impl ProvideCredentials for WebRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }
}

/// What STS issued, for the signer.
fn issued(credentials: Option<Issued>, operation: &'static str) -> Provided {
    let Some(issued) = credentials else {
        return Err(CredentialsError::unhandled(
            "STS answered without credentials",
        ));
    };
    let until = SystemTime::try_from(issued.expiration).map_err(CredentialsError::unhandled)?;
    Ok(Credentials::new(
        issued.access_key_id,
        issued.secret_access_key,
        Some(issued.session_token),
        Some(until),
        operation,
    ))
}

/// What STS said, where the SDK asked it for a role that a profile names.
pub(super) fn refusal(error: &(dyn StdError + 'static), region: &str) -> Option<Error> {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(refused) = current.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>() {
            return Some(Error::from_sdk(&Call::sts("AssumeRole", region), refused));
        }
        let by_web =
            current.downcast_ref::<SdkError<AssumeRoleWithWebIdentityError, HttpResponse>>();
        if let Some(refused) = by_web {
            let call = Call::sts("AssumeRoleWithWebIdentity", region);
            return Some(Error::from_sdk(&call, refused));
        }
        cause = current.source();
    }
    None
}

/// A role that STS refuses is a matter of its own: what is wrong is the role or who may assume it,
/// not what was to be done with it.
pub(super) fn not_assumed(mut error: Error, role_arn: &str) -> CredentialsError {
    let refused = [
        ErrorKind::AccessDenied,
        ErrorKind::Refused,
        ErrorKind::BadCredentials,
    ];
    let is_role =
        error.kind != ErrorKind::BadCredentials || error.operation == "AssumeRoleWithWebIdentity";
    if refused.contains(&error.kind) && is_role {
        error.kind = ErrorKind::RoleNotAssumed;
    }
    if error.kind == ErrorKind::NoCredentials {
        // Nobody was there to ask for it.
        return CredentialsError::provider_error(error);
    }
    let words = error.message.unwrap_or_default();
    error.message = Some(if words.contains(role_arn) {
        words
    } else if words.is_empty() {
        format!("role {role_arn}").into()
    } else {
        format!("{words} (role {role_arn})").into()
    });
    CredentialsError::provider_error(error)
}

/// A list, if there is anything in it.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn seconds(duration: Option<Duration>) -> Option<i32> {
    duration.map(|duration| i32::try_from(duration.as_secs()).unwrap_or(i32::MAX))
}

fn policies(arns: &[String]) -> Option<Vec<PolicyDescriptorType>> {
    let policy = |arn| PolicyDescriptorType::builder().arn(arn).build();
    some(arns.iter().map(policy).collect())
}
