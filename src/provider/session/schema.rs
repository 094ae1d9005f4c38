//! The session's part of the provider's schema: one entry an argument, each with its meaning, its
//! default and the environment variable that stands in for it.
//!
//! May import `provider::attribute` and, for the values that an argument may have, `aws`.

use tf_provider::schema::{Attribute, AttributeType, Block, NestedBlock};

use super::role::{ASSUME_ROLE, WEB_IDENTITY};
use crate::aws::config::{MetadataMode, Rate, RetryMode};
use crate::provider::attribute::{
    Optional, attribute, block, list_of_text, one_of, sensitive, set_of_text,
};

fn text(name: &str, description: impl Into<String>) -> (String, Attribute) {
    attribute(name, AttributeType::String, Optional, description)
}

fn flag(name: &str, description: impl Into<String>) -> (String, Attribute) {
    attribute(name, AttributeType::Bool, Optional, description)
}

fn secret(name: &str, description: impl Into<String>) -> (String, Attribute) {
    sensitive(name, AttributeType::String, Optional, description)
}

fn list(name: &str, description: impl Into<String>) -> (String, Attribute) {
    attribute(name, list_of_text(), Optional, description)
}

fn set(name: &str, description: impl Into<String>) -> (String, Attribute) {
    attribute(name, set_of_text(), Optional, description)
}

/// The session's arguments that are no blocks.
pub(in crate::provider) fn attributes() -> impl Iterator<Item = (String, Attribute)> {
    credentials()
        .into_iter()
        .chain(reach())
        .chain(network())
        .chain(calls_and_accounts())
}

fn credentials() -> [(String, Attribute); 7] {
    [
        text(
            "region",
            "Region in which bare trail names are looked up. Every call about a trail goes to the \
             trail's home Region, whatever is set here. Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, \
             the profile, the instance metadata.",
        ),
        text(
            "profile",
            "Profile of the shared configuration and credentials files. Goes before the environment. \
             Default: `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`, then `default`, after the environment.",
        ),
        secret(
            "access_key",
            "Access key id; needs `secret_key`. Default: the SDK's chain, `AWS_ACCESS_KEY_ID` first.",
        ),
        secret(
            "secret_key",
            "Secret access key; needs `access_key`. Default: `AWS_SECRET_ACCESS_KEY`, with \
             `AWS_ACCESS_KEY_ID`.",
        ),
        secret(
            "token",
            "Session token, for temporary credentials given in `access_key` and `secret_key`. Default: \
             `AWS_SESSION_TOKEN`, with `AWS_ACCESS_KEY_ID`.",
        ),
        list(
            "shared_config_files",
            "Paths of shared configuration files, of which a later one goes before an earlier one. \
             Default: `AWS_CONFIG_FILE`, then `~/.aws/config`.",
        ),
        list(
            "shared_credentials_files",
            "Paths of shared credentials files, of which a later one goes before an earlier one. \
             Default: `AWS_SHARED_CREDENTIALS_FILE`, then `~/.aws/credentials`.",
        ),
    ]
}

fn reach() -> [(String, Attribute); 6] {
    [
        text(
            "sts_region",
            "Region in which STS is asked. Default: the session's Region.",
        ),
        flag(
            "use_fips_endpoint",
            "Whether to use endpoints with FIPS-validated cryptography. Default: \
             `AWS_USE_FIPS_ENDPOINT`, then the profile's `use_fips_endpoint`, then `false`.",
        ),
        flag(
            "use_dualstack_endpoint",
            "Whether to use endpoints that are reached by IPv6 too. Default: \
             `AWS_USE_DUALSTACK_ENDPOINT`, then the profile's `use_dualstack_endpoint`, then `false`.",
        ),
        text(
            "ec2_metadata_service_endpoint",
            "URL of the instance metadata service. Default: `AWS_EC2_METADATA_SERVICE_ENDPOINT`, then \
             the service's own address.",
        ),
        text(
            "ec2_metadata_service_endpoint_mode",
            format!(
                "How the instance metadata service is reached: one of {}. Default: \
                 `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, then `{}`.",
                one_of(MetadataMode::ALL.iter().map(|one| one.as_str())),
                MetadataMode::IPv4.as_str()
            ),
        ),
        text(
            "skip_metadata_api_check",
            "`true` to never ask the instance metadata service for credentials or a Region. Default: it \
             is asked last, unless `AWS_EC2_METADATA_DISABLED` is `true`.",
        ),
    ]
}

fn network() -> [(String, Attribute); 5] {
    [
        text(
            "custom_ca_bundle",
            "Path of a file of certificates, PEM, that are trusted in place of the machine's own. \
             Default: `AWS_CA_BUNDLE`, then the machine's own.",
        ),
        text(
            "http_proxy",
            "URL of a proxy for `http://` endpoints, `http://user:password@host:port`; `\"\"` for none. \
             Without `https_proxy` it is used for `https://` endpoints too. Default: `HTTP_PROXY` or \
             `http_proxy`.",
        ),
        text(
            "https_proxy",
            "URL of a proxy for `https://` endpoints; `\"\"` for none. Default: `HTTPS_PROXY` or \
             `https_proxy`.",
        ),
        text(
            "no_proxy",
            "Hosts that are reached without a proxy, separated by commas: names (with all below them), \
             addresses, networks such as `10.0.0.0/8`, or `*`. The machine itself and the metadata \
             services are never reached through one. Default: `NO_PROXY` or `no_proxy`.",
        ),
        flag(
            "insecure",
            "Whether to take any certificate, for tests. Default: `false`.",
        ),
    ]
}

fn calls_and_accounts() -> [(String, Attribute); 11] {
    let own = "Fractions are allowed. Each provider block counts for itself. Provider `aws` has no such \
               argument.";
    [
        attribute(
            "max_retries",
            AttributeType::Number,
            Optional,
            "How often a throttled or failed call is repeated. Default: one less than \
             `AWS_MAX_ATTEMPTS`, then than the profile's `max_attempts`, then 25.",
        ),
        attribute(
            "token_bucket_rate_limiter_capacity",
            AttributeType::Number,
            Optional,
            "Tokens from which the repetitions of all calls of a Region are paid; they come back as \
             calls succeed. Default: 0, no limit.",
        ),
        text(
            "retry_mode",
            format!(
                "How a call is repeated: one of {}. `adaptive` makes fewer calls while the service \
                 throttles. Default: `AWS_RETRY_MODE`, then the profile's `retry_mode`, then `{}`.",
                one_of(RetryMode::ALL.iter().map(|one| one.as_str())),
                RetryMode::Standard.as_str()
            ),
        ),
        attribute(
            "max_reads_per_second",
            AttributeType::Number,
            Optional,
            format!(
                "At most so many calls a second that read go to CloudTrail in each Region; what is more waits \
                 for its turn. {own} Default: {}.",
                Rate::READS
            ),
        ),
        attribute(
            "max_writes_per_second",
            AttributeType::Number,
            Optional,
            format!(
                "At most so many calls a second that change something go to CloudTrail in each Region; what is \
                 more waits for its turn. {own} Default: {}.",
                Rate::WRITES
            ),
        ),
        list(
            "user_agent",
            "Products that are appended to the `User-Agent` of every call, such as `pipeline/1.4`. The \
             text of `TF_APPEND_USER_AGENT` comes after them.",
        ),
        set(
            "allowed_account_ids",
            "Accounts in which the provider may work: with credentials of any other it stops before it \
             asks CloudTrail anything. Not together with `forbidden_account_ids`. Default: every \
             account.",
        ),
        set(
            "forbidden_account_ids",
            "Accounts in which the provider must not work. Not together with `allowed_account_ids`. \
             Default: none.",
        ),
        flag(
            "skip_credentials_validation",
            "Whether to go on without asking STS if the credentials are good. Default: `false`.",
        ),
        flag(
            "skip_region_validation",
            "Whether to take a Region that is not spelled like one. Default: `false`.",
        ),
        flag(
            "skip_requesting_account_id",
            "Whether to go on without knowing the account of the credentials. Together with \
             `skip_credentials_validation` STS is not called at all. Default: `false`.",
        ),
    ]
}

/// The session's blocks.
pub(in crate::provider) fn blocks() -> [(String, NestedBlock); 3] {
    let endpoints = block(
        "URLs to ask instead of AWS's own, for tests and for VPC endpoints.",
        [
            text("cloudtrail", "URL of the CloudTrail API."),
            text("sts", "URL of the STS API."),
        ],
        [],
    );
    [
        ("endpoints".to_owned(), NestedBlock::Set(endpoints)),
        (ASSUME_ROLE.to_owned(), NestedBlock::List(assume_role())),
        (
            WEB_IDENTITY.to_owned(),
            NestedBlock::Optional(web_identity()),
        ),
    ]
}

/// What both kinds of roles have.
fn role() -> [(String, Attribute); 5] {
    [
        text(
            "role_arn",
            "ARN of the IAM role, `arn:<partition>:iam::<account>:role/<name>`.",
        ),
        text(
            "session_name",
            "Name of the role's session, of 2 to 64 characters, which CloudTrail records. Default: \
             `terraform-provider-iam`.",
        ),
        text(
            "duration",
            "How long the role's credentials are good for, from `15m` to `12h`, such as `1h30m`. They \
             are renewed before they end. Default: one hour.",
        ),
        text(
            "policy",
            "Session policy, a JSON object: narrows what the role may do. Default: none.",
        ),
        set(
            "policy_arns",
            "ARNs of managed policies to use as session policies. Default: none.",
        ),
    ]
}

fn assume_role() -> Block {
    let own = [
        text(
            "external_id",
            "External id that the role's trust policy asks for, of 2 to 1,224 characters.",
        ),
        attribute(
            "tags",
            AttributeType::Map(Box::new(AttributeType::String)),
            Optional,
            "Tags of the session. Default: none.",
        ),
        set(
            "transitive_tag_keys",
            "Keys of those `tags` that the next role of a chain inherits. Default: none.",
        ),
        text(
            "source_identity",
            "Source identity, of 2 to 64 characters, which stays with every session that is made from \
             this one. Default: none.",
        ),
    ];
    block(
        "Role to assume. Several blocks make a chain: each role is assumed with the credentials of the \
         one before, and AWS limits every one but the first to one hour.",
        role().into_iter().chain(own),
        [],
    )
}

fn web_identity() -> Block {
    let own = [
        secret(
            "web_identity_token",
            "Token of an OpenID Connect or OAuth 2.0 identity provider, of 4 to 20,000 characters. Not \
             together with `web_identity_token_file`.",
        ),
        text(
            "web_identity_token_file",
            "Path of a file that holds the token; read anew whenever the role is assumed. Not together \
             with `web_identity_token`.",
        ),
    ];
    block(
        "Role to assume with a token of an identity provider, as CI systems and HCP Terraform issue \
         them; goes before every other source of credentials but `access_key`. What is not set is taken \
         from `AWS_ROLE_ARN`, `AWS_ROLE_SESSION_NAME`, and `TF_AWS_WEB_IDENTITY_TOKEN` or \
         `AWS_WEB_IDENTITY_TOKEN_FILE`; without the block these are a source of their own.",
        role().into_iter().chain(own),
        [],
    )
}
