//! What a session with AWS is made from.
//!
//! The arguments are spelled and meant as in provider `aws`; everything below them (environment,
//! shared files, container, instance metadata) is the SDK's own default chain, not ours. May import
//! nothing of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::proxy::Proxies;

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

/// One `assume_role` block. Absent is absent from the request too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// `role_arn`.
    pub role_arn: String,
    /// `session_name`.
    pub session_name: Option<String>,
    /// `external_id`.
    pub external_id: Option<String>,
    /// `duration`: how long the role's credentials are good for; STS's own default is one hour.
    pub duration: Option<Duration>,
    /// `policy`: a session policy, JSON.
    pub policy: Option<String>,
    /// `policy_arns`: managed policies as session policies.
    pub policy_arns: Vec<String>,
    /// `tags` of the session.
    pub tags: BTreeMap<String, String>,
    /// `transitive_tag_keys`: the tags that a role assumed from this one inherits.
    pub transitive_tag_keys: Vec<String>,
    /// `source_identity`.
    pub source_identity: Option<String>,
}

/// The `assume_role_with_web_identity` block. Absent is absent from the request too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebIdentity {
    /// `role_arn`.
    pub role_arn: String,
    /// `session_name`.
    pub session_name: Option<String>,
    /// `duration`: how long the role's credentials are good for; STS's own default is one hour.
    pub duration: Option<Duration>,
    /// `policy`: a session policy, JSON.
    pub policy: Option<String>,
    /// `policy_arns`: managed policies as session policies.
    pub policy_arns: Vec<String>,
    /// `web_identity_token`. Goes before the file.
    pub token: Option<Secret>,
    /// `web_identity_token_file`: read anew each time the role is assumed.
    pub token_file: Option<String>,
}

/// `retry_mode`: what happens between a call's attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryMode {
    /// Pauses that grow.
    Standard,
    /// The same, and fewer calls altogether while the service throttles.
    Adaptive,
}

impl RetryMode {
    /// All modes.
    pub const ALL: &[Self] = &[Self::Standard, Self::Adaptive];

    /// The mode as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Adaptive => "adaptive",
        }
    }
}

/// `ec2_metadata_service_endpoint_mode`: how the instance metadata service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataMode {
    /// By IPv4.
    IPv4,
    /// By IPv6.
    IPv6,
}

impl MetadataMode {
    /// All modes.
    pub const ALL: &[Self] = &[Self::IPv4, Self::IPv6];

    /// The mode as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IPv4 => "IPv4",
            Self::IPv6 => "IPv6",
        }
    }
}

/// So many calls a second: a finite number greater than 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate(f64);

// What is not a number is no rate.
impl Eq for Rate {}

impl Rate {
    /// `max_reads_per_second` unless it is given: half of the 10 that AWS documented for an account
    /// and Region, so that whoever else reads there finds room
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>, in
    /// its editions for all operations of a kind; today
    /// <https://docs.aws.amazon.com/general/latest/gr/ct.html> has a quota for each operation).
    pub const READS: Self = Self(5.0);

    /// `max_writes_per_second` unless it is given: what the same pages documented for every operation
    /// that neither gets, describes nor lists.
    pub const WRITES: Self = Self(1.0);

    /// So many calls a second; `None` unless it is a finite number greater than 0.
    #[must_use]
    pub fn new(calls: f64) -> Option<Self> {
        (calls.is_finite() && calls > 0.0).then_some(Self(calls))
    }

    /// The calls a second.
    #[must_use]
    pub const fn calls(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The provider block's session arguments. `None` leaves the matter to the SDK's default chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are switches of the provider block, each by itself"
)]
pub struct SessionOptions {
    /// `region`: where bare trail names are looked up.
    pub region: Option<String>,
    /// `profile`, of the shared configuration and credentials files. Goes before the environment.
    pub profile: Option<String>,
    /// `access_key`, `secret_key` and `token`. Go before everything else.
    pub credentials: Option<StaticCredentials>,
    /// `endpoints { cloudtrail }`: a URL.
    pub cloudtrail_endpoint: Option<String>,
    /// `endpoints { sts }`: a URL. The SDK itself assumes the roles that a profile or the environment
    /// names, and takes their endpoint from nowhere but `AWS_ENDPOINT_URL_STS` and the profile.
    pub sts_endpoint: Option<String>,
    /// `max_retries`: how often a throttled or failed call is repeated; 25 unless given.
    pub max_retries: Option<u32>,
    /// `skip_credentials_validation`: do not ask STS whether the credentials are good.
    pub skip_credentials_validation: bool,
    /// `skip_requesting_account_id`: do not ask STS whose they are.
    pub skip_requesting_account_id: bool,
    /// `skip_metadata_api_check`: never ask the instance metadata service.
    pub skip_metadata_api_check: bool,
    /// `shared_config_files`, read in order; a leading `~` is the home directory. Empty: the SDK's
    /// own default.
    pub shared_config_files: Vec<String>,
    /// `shared_credentials_files`, likewise.
    pub shared_credentials_files: Vec<String>,
    /// `assume_role`: each role is assumed with the credentials of the one before.
    pub assume_role: Vec<AssumeRole>,
    /// `assume_role_with_web_identity`: where the credentials come from; goes before `assume_role`.
    pub assume_role_with_web_identity: Option<WebIdentity>,
    /// `sts_region`: where STS is asked; the session's Region unless given.
    pub sts_region: Option<String>,
    /// `use_fips_endpoint`.
    pub use_fips_endpoint: Option<bool>,
    /// `use_dualstack_endpoint`.
    pub use_dualstack_endpoint: Option<bool>,
    /// `retry_mode`; standard unless given.
    pub retry_mode: Option<RetryMode>,
    /// `max_reads_per_second`: how many calls that read go to CloudTrail, in each Region;
    /// [`Rate::READS`] unless given.
    pub max_reads_per_second: Option<Rate>,
    /// `max_writes_per_second`: how many calls that change something; [`Rate::WRITES`] unless given.
    pub max_writes_per_second: Option<Rate>,
    /// `user_agent`: products, `name/version`, that are appended to the `User-Agent`.
    pub user_agent: Vec<String>,
    /// `allowed_account_ids`: unless empty, no other account is worked in.
    pub allowed_account_ids: BTreeSet<String>,
    /// `forbidden_account_ids`: none of these is worked in.
    pub forbidden_account_ids: BTreeSet<String>,
    /// `ec2_metadata_service_endpoint`: a URL.
    pub ec2_metadata_service_endpoint: Option<String>,
    /// `ec2_metadata_service_endpoint_mode`.
    pub ec2_metadata_service_endpoint_mode: Option<MetadataMode>,
    /// `custom_ca_bundle`: the path of a file of certificates, PEM, which are trusted in place of the
    /// machine's own; a leading `~` is the home directory.
    pub custom_ca_bundle: Option<String>,
    /// `http_proxy`, `https_proxy` and `no_proxy`.
    pub proxies: Proxies,
    /// `token_bucket_rate_limiter_capacity`: tokens from which repetitions are paid, and which come
    /// back as calls succeed; no limit unless given.
    pub token_bucket_rate_limiter_capacity: Option<usize>,
    /// `insecure`: any certificate will do.
    pub insecure: bool,
    /// `skip_region_validation`: a Region may be spelled in any way.
    pub skip_region_validation: bool,
    /// The home directory, which a leading `~` of a path means.
    pub home: Option<PathBuf>,
    /// The profile that the environment names, and the variable that does.
    pub environment_profile: Option<(&'static str, String)>,
    /// The key of a pair that the environment has, and the one that it lacks.
    pub environment_half_a_pair: Option<(&'static str, &'static str)>,
    /// A role that the environment names, with a token of its own.
    pub environment_web_identity: Option<WebIdentity>,
}

/// Whether a text is spelled like a Region: words of small letters, joined by hyphens, and a number
/// at the end, as in `us-gov-west-1`. Which Regions there are changes every year
/// (<https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>).
#[must_use]
pub fn is_spelled_like_a_region(text: &str) -> bool {
    let Some((words, number)) = text.rsplit_once('-') else {
        return false;
    };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    words.contains('-') && words.split('-').all(is_word) && is_number(number)
}

#[cfg(test)]
mod tests {
    use super::{Secret, SessionOptions, StaticCredentials, is_spelled_like_a_region};

    /// Every partition's Regions are spelled alike; what people mistype is not.
    #[test]
    fn a_region_is_known_by_its_spelling() {
        for region in [
            "us-east-1",
            "ap-southeast-4",
            "us-gov-west-1",
            "cn-northwest-1",
            "us-isob-east-1",
            "eusc-de-east-1",
            "mx-central-1",
            "il-central-1",
        ] {
            assert!(is_spelled_like_a_region(region), "{region}");
        }
        for other in [
            "",
            "us-east",
            "us-east1",
            "us_east_1",
            "US-EAST-1",
            "us-east-1a",
            "east-1",
            "us--1",
            "us-east-1 ",
            "us-east-1.example.com",
            "-east-1",
            "N. Virginia",
        ] {
            assert!(!is_spelled_like_a_region(other), "{other}");
        }
    }

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
