//! What the process's environment says about a session, beside what the SDK reads of it by itself:
//! Region, keys, files, endpoints and switches of the default chain.
//!
//! It is read once, in `main`, and handed down. May import nothing of ours but [`config`](super::config).

use std::path::PathBuf;

use super::config::Secret;

/// The variables that matter to a session and that the SDK does not read, or does not read as
/// provider `aws` does. One that is empty is as good as none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// The home directory, which a leading `~` of a path means.
    pub home: Option<PathBuf>,
    /// `AWS_PROFILE`, else `AWS_DEFAULT_PROFILE`, and which of the two it was.
    pub profile: Option<(&'static str, String)>,
    /// `AWS_ACCESS_KEY_ID` without `AWS_SECRET_ACCESS_KEY`, or the other way round: the name of the
    /// one that is there, and of the one that is missing.
    pub half_a_pair: Option<(&'static str, &'static str)>,
    /// `AWS_ROLE_ARN`.
    pub role_arn: Option<String>,
    /// `AWS_ROLE_SESSION_NAME`.
    pub role_session_name: Option<String>,
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    pub web_identity_token_file: Option<String>,
    /// `TF_AWS_WEB_IDENTITY_TOKEN`.
    pub web_identity_token: Option<Secret>,
    /// `AWS_MAX_ATTEMPTS`.
    pub max_attempts: Option<String>,
    /// `AWS_RETRY_MODE`.
    pub retry_mode: Option<String>,
    /// `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<String>,
    /// `HTTP_PROXY`, else `http_proxy`.
    pub http_proxy: Option<Secret>,
    /// `HTTPS_PROXY`, else `https_proxy`.
    pub https_proxy: Option<Secret>,
    /// `NO_PROXY`, else `no_proxy`.
    pub no_proxy: Option<String>,
    /// `TF_APPEND_USER_AGENT`.
    pub append_user_agent: Option<String>,
}

impl Environment {
    /// Reads the variables; `variable` tells one by its name.
    #[must_use]
    pub fn from_variables(
        home: Option<PathBuf>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let read = |name: &str| variable(name).filter(|value| !value.is_empty());
        let either = |one: &str, other: &str| read(one).or_else(|| read(other));
        let named = |name: &'static str| Some((name, read(name)?));
        let (key, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        let half_a_pair = match (read(key), read(secret)) {
            (Some(_), None) => Some((key, secret)),
            (None, Some(_)) => Some((secret, key)),
            (Some(_), Some(_)) | (None, None) => None,
        };
        Self {
            home,
            profile: named("AWS_PROFILE").or_else(|| named("AWS_DEFAULT_PROFILE")),
            half_a_pair,
            role_arn: read("AWS_ROLE_ARN"),
            role_session_name: read("AWS_ROLE_SESSION_NAME"),
            web_identity_token_file: read("AWS_WEB_IDENTITY_TOKEN_FILE"),
            web_identity_token: read("TF_AWS_WEB_IDENTITY_TOKEN").map(Secret::new),
            max_attempts: read("AWS_MAX_ATTEMPTS"),
            retry_mode: read("AWS_RETRY_MODE"),
            ca_bundle: read("AWS_CA_BUNDLE"),
            http_proxy: either("HTTP_PROXY", "http_proxy").map(Secret::new),
            https_proxy: either("HTTPS_PROXY", "https_proxy").map(Secret::new),
            no_proxy: either("NO_PROXY", "no_proxy"),
            append_user_agent: read("TF_APPEND_USER_AGENT"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

    fn of(variables: &[(&str, &str)]) -> Environment {
        Environment::from_variables(None, |name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    /// What is empty is not there, and either spelling of a proxy's variable will do.
    #[test]
    fn empty_is_none_and_lower_case_stands_in() {
        let blank = of(&[("AWS_PROFILE", ""), ("HTTPS_PROXY", ""), ("NO_PROXY", "")]);
        assert_eq!(blank, Environment::default());
        let lower = of(&[("HTTPS_PROXY", ""), ("https_proxy", "p"), ("no_proxy", "n")]);
        assert_eq!(
            lower
                .https_proxy
                .map(|url| url.reveal().to_owned())
                .as_deref(),
            Some("p")
        );
        assert_eq!(lower.no_proxy.as_deref(), Some("n"));
        let second = of(&[("AWS_DEFAULT_PROFILE", "two")]);
        assert_eq!(
            second.profile,
            Some(("AWS_DEFAULT_PROFILE", "two".to_owned()))
        );
    }

    /// A key without its secret is half a pair, and so is a secret without its key.
    #[test]
    fn half_a_pair_is_seen() {
        let (key, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        assert_eq!(of(&[(key, "k")]).half_a_pair, Some((key, secret)));
        assert_eq!(
            of(&[(secret, "s"), (key, "")]).half_a_pair,
            Some((secret, key))
        );
        assert_eq!(of(&[(secret, "s"), (key, "k")]).half_a_pair, None);
    }

    /// Whatever prints the environment prints no credential.
    #[test]
    fn the_environment_prints_no_credential() {
        let secret = "eyJhbGciOiJFWEFNUExFIn0";
        let environment = of(&[
            ("TF_AWS_WEB_IDENTITY_TOKEN", secret),
            ("HTTPS_PROXY", "http://user:eyJhbGciOiJFWEFNUExFIn0@proxy:1"),
        ]);
        assert!(!format!("{environment:?}").contains(secret));
    }
}
