//! The session arguments of the provider block: spelled and meant as in provider `aws`, so that they
//! can be pasted from there.
//!
//! [`schema`] says what may be typed, [`model`] holds it, [`rule`] says what a text has to look like,
//! [`role`] reads the blocks that assume roles, [`network`] how AWS is reached, [`retries`] how often,
//! and [`options`] puts it all together, with the environment behind it. What is not known yet is not
//! judged. May import all but `plugin`.

pub(super) mod model;
mod network;
mod retries;
mod role;
mod rule;
pub(super) mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use self::model::{Blocks, EndpointsModel, Known, TextList};
use self::rule::{ACCOUNT_ID, REGION, URL, list};
use super::attribute::one_of;
use super::iam_only_trail_selector::model::{Flag, Text};
use super::{ProviderModel, convert, explain};
use crate::aws::config::{MetadataMode, Secret, SessionOptions, StaticCredentials};
use crate::aws::environment::Environment;

/// Every credential that stands in a provider block. What is secret of a proxy's URL is told when the
/// session is opened: before that nobody speaks of it.
pub(super) fn secrets(model: &ProviderModel) -> impl Iterator<Item = &str> {
    let web = model.assume_role_with_web_identity.as_ref_option();
    let tokens = web.into_iter().flatten().filter_map(Value::as_ref_option);
    [&model.access_key, &model.secret_key, &model.token]
        .into_iter()
        .chain(tokens.map(|block| &block.web_identity_token))
        .filter_map(Value::as_ref_option)
        .map(String::as_str)
        .filter(|secret| !secret.is_empty())
}

/// Reads the session arguments, and what the environment has in place of those that are not set.
/// `Unknown` if one is not known yet; `Null` if an error was made.
pub(super) fn options(
    diags: &mut Diagnostics,
    model: &ProviderModel,
    environment: &Environment,
) -> Value<SessionOptions> {
    let flag = |flag: &Flag| flag.as_ref_option().copied();
    let skip_region_validation = flag(&model.skip_region_validation).unwrap_or_default();
    let is_checked = !skip_region_validation && !model.skip_region_validation.is_unknown();
    let mut region = |name: &'static str, given: &Text| match text(given) {
        Some(_) if is_checked => REGION.text(diags, AttributePath::new(name), given),
        other => other,
    };
    let (sts_region, region) = (
        region("sts_region", &model.sts_region),
        region("region", &model.region),
    );
    let (cloudtrail_endpoint, sts_endpoint) = endpoints(diags, &model.endpoints);
    let max_retries = retries::max_retries(diags, &model.max_retries, environment);
    let retry_mode = retries::mode(diags, &model.retry_mode, environment);
    let token_bucket_rate_limiter_capacity =
        retries::token_bucket(diags, &model.token_bucket_rate_limiter_capacity);
    let credentials = credentials(diags, model);
    let skip_metadata_api_check = skip_metadata_api_check(diags, &model.skip_metadata_api_check);
    let assume_role = role::assumed(diags, &model.assume_role);
    let assume_role_with_web_identity =
        role::web_identity(diags, &model.assume_role_with_web_identity, environment);
    let environment_web_identity = role::of_environment(diags, model, environment);
    let proxies = network::proxies(diags, model, environment);
    let insecure = network::insecure(diags, model.insecure);
    let (allowed_account_ids, forbidden_account_ids) = account_ids(diags, model);
    let mut per_second = |name, given| retries::rate(diags, name, given);
    let max_reads_per_second = per_second("max_reads_per_second", &model.max_reads_per_second);
    let max_writes_per_second = per_second("max_writes_per_second", &model.max_writes_per_second);
    let ec2_metadata_service_endpoint = URL.text(
        diags,
        AttributePath::new("ec2_metadata_service_endpoint"),
        &model.ec2_metadata_service_endpoint,
    );
    let ec2_metadata_service_endpoint_mode = choice(
        diags,
        "ec2_metadata_service_endpoint_mode",
        &model.ec2_metadata_service_endpoint_mode,
        MetadataMode::ALL,
        MetadataMode::as_str,
    );
    if !diags.errors.is_empty() {
        return Value::Null;
    }
    if model.is_open() {
        return Value::Unknown;
    }
    Value::Value(SessionOptions {
        region,
        profile: text(&model.profile),
        credentials,
        cloudtrail_endpoint,
        sts_endpoint,
        max_retries,
        skip_credentials_validation: flag(&model.skip_credentials_validation).unwrap_or_default(),
        skip_requesting_account_id: flag(&model.skip_requesting_account_id).unwrap_or_default(),
        skip_metadata_api_check,
        shared_config_files: list(&model.shared_config_files),
        shared_credentials_files: list(&model.shared_credentials_files),
        assume_role,
        assume_role_with_web_identity,
        sts_region,
        use_fips_endpoint: flag(&model.use_fips_endpoint),
        use_dualstack_endpoint: flag(&model.use_dualstack_endpoint),
        retry_mode,
        token_bucket_rate_limiter_capacity,
        max_reads_per_second,
        max_writes_per_second,
        user_agent: list(&model.user_agent)
            .into_iter()
            .chain(environment.append_user_agent.clone())
            .collect(),
        allowed_account_ids,
        forbidden_account_ids,
        ec2_metadata_service_endpoint,
        ec2_metadata_service_endpoint_mode,
        custom_ca_bundle: text(&model.custom_ca_bundle).or_else(|| environment.ca_bundle.clone()),
        proxies,
        insecure,
        skip_region_validation,
        home: environment.home.clone(),
        environment_profile: environment.profile.clone(),
        environment_half_a_pair: environment.half_a_pair,
        environment_web_identity,
    })
}

impl Known for ProviderModel {
    /// Of the session's arguments only: event names that are not known yet keep no session waiting.
    fn is_open(&self) -> bool {
        let Self {
            region,
            profile,
            access_key,
            secret_key,
            token,
            shared_config_files,
            shared_credentials_files,
            assume_role,
            assume_role_with_web_identity,
            sts_region,
            use_fips_endpoint,
            use_dualstack_endpoint,
            max_retries,
            retry_mode,
            max_reads_per_second,
            max_writes_per_second,
            user_agent,
            allowed_account_ids,
            forbidden_account_ids,
            skip_credentials_validation,
            skip_requesting_account_id,
            skip_metadata_api_check,
            ec2_metadata_service_endpoint,
            ec2_metadata_service_endpoint_mode,
            token_bucket_rate_limiter_capacity,
            custom_ca_bundle,
            http_proxy,
            https_proxy,
            no_proxy,
            insecure,
            skip_region_validation,
            endpoints,
            event_catalog: _,
        } = self;
        let texts = [
            region,
            profile,
            access_key,
            secret_key,
            token,
            sts_region,
            retry_mode,
            skip_metadata_api_check,
            ec2_metadata_service_endpoint,
            ec2_metadata_service_endpoint_mode,
            custom_ca_bundle,
            http_proxy,
            https_proxy,
            no_proxy,
        ];
        let lists = [
            shared_config_files,
            shared_credentials_files,
            user_agent,
            allowed_account_ids,
            forbidden_account_ids,
        ];
        let flags = [
            use_fips_endpoint,
            use_dualstack_endpoint,
            skip_credentials_validation,
            skip_requesting_account_id,
            insecure,
            skip_region_validation,
        ];
        texts.into_iter().any(Known::is_open)
            || lists.into_iter().any(Known::is_open)
            || flags.into_iter().any(Known::is_open)
            || [
                max_retries,
                max_reads_per_second,
                max_writes_per_second,
                token_bucket_rate_limiter_capacity,
            ]
            .into_iter()
            .any(Known::is_open)
            || assume_role.is_open()
            || assume_role_with_web_identity.is_open()
            || endpoints.is_open()
    }
}

/// A text, unless it is unset, empty or not known yet.
fn text(given: &Text) -> Option<String> {
    let text = given.as_ref_option();
    text.filter(|text| !text.is_empty()).cloned()
}

/// A text that must be one of a list, unless it is unset, empty or not known yet.
fn choice<T: Copy>(
    diags: &mut Diagnostics,
    name: &'static str,
    given: &Text,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Option<T> {
    let text = text(given)?;
    convert::choice(diags, name, &Value::Value(text), all, as_str).as_option()
}

/// Reads the `endpoints` blocks: the URLs of CloudTrail and of STS.
fn endpoints(
    diags: &mut Diagnostics,
    given: &Blocks<EndpointsModel>,
) -> (Option<String>, Option<String>) {
    let blocks = given.as_ref_option().map(Vec::as_slice).unwrap_or_default();
    let mut endpoint = |name: &str, pick: fn(&EndpointsModel) -> &Text| {
        let mut blocks = blocks.iter().filter_map(Value::as_ref_option);
        let url = blocks.find_map(|block| text(pick(block)))?;
        if !(URL.keeps)(&url) {
            explain::error(
                diags,
                AttributePath::new("endpoints"),
                URL.summary,
                format!("Found `{url}` as endpoint for {name}. {}", URL.expected),
            );
        }
        Some(url)
    };
    (
        endpoint("cloudtrail", |block| &block.cloudtrail),
        endpoint("sts", |block| &block.sts),
    )
}

/// Reads `access_key`, `secret_key` and `token`, which come together or not at all.
fn credentials(diags: &mut Diagnostics, model: &ProviderModel) -> Option<StaticCredentials> {
    let is_there = |text: &Text| text.is_unknown() || !text.is_null();
    let (key, secret) = (is_there(&model.access_key), is_there(&model.secret_key));
    let half = match (key, secret, is_there(&model.token)) {
        (true, false, _) => Some("access_key without secret_key"),
        (false, true, _) => Some("secret_key without access_key"),
        (false, false, true) => Some("token without access_key and secret_key"),
        (true, true, _) | (false, false, false) => None,
    };
    if let Some(found) = half {
        explain::error(
            diags,
            // Terraform shows the line that a path leads to, with the secret that may stand in it.
            AttributePath::root(),
            "Half a pair of credentials",
            format!(
                "Found {found}. Expected access_key and secret_key together, with token for \
                     temporary credentials, or none of them."
            ),
        );
    }
    let identities = model.assume_role_with_web_identity.as_ref_option();
    if key && secret && identities.is_some_and(|blocks| !blocks.is_empty()) {
        explain::warning(
            diags,
            AttributePath::new(role::WEB_IDENTITY).index(0),
            "Keys go before the web identity",
            "Found assume_role_with_web_identity beside access_key and secret_key. The block is ignored, \
             as in provider aws.\n\nTake one of them away.",
        );
    }
    let secret = |text: &Text| text.as_ref_option().cloned().map(Secret::new);
    Some(StaticCredentials {
        access_key: secret(&model.access_key)?,
        secret_key: secret(&model.secret_key)?,
        token: secret(&model.token),
    })
}

/// Reads `skip_metadata_api_check`, a text that says yes or no, as in provider `aws`.
fn skip_metadata_api_check(diags: &mut Diagnostics, given: &Text) -> bool {
    match text(given).as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(other) => {
            explain::error(
                diags,
                AttributePath::new("skip_metadata_api_check"),
                "Unknown value of skip_metadata_api_check",
                format!(
                    "Found `{other}`. Expected one of {}.",
                    one_of(["true", "false"])
                ),
            );
            false
        }
    }
}

/// Reads `allowed_account_ids` and `forbidden_account_ids`, of which one may be given.
fn account_ids(
    diags: &mut Diagnostics,
    model: &ProviderModel,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut read = |name: &'static str, given: &TextList| -> BTreeSet<String> {
        let ids = ACCOUNT_ID.texts(diags, &AttributePath::new(name), given);
        ids.into_iter().collect()
    };
    let allowed = read("allowed_account_ids", &model.allowed_account_ids);
    let forbidden = read("forbidden_account_ids", &model.forbidden_account_ids);
    if !allowed.is_empty() && !forbidden.is_empty() {
        explain::error(
            diags,
            AttributePath::new("forbidden_account_ids"),
            "Accounts both allowed and forbidden",
            "Found allowed_account_ids and forbidden_account_ids. Expected one of them.\n\nTake \
             forbidden_account_ids away: what is not allowed is forbidden.",
        );
    }
    (allowed, forbidden)
}
