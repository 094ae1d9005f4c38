//! The shared configuration and credentials files: which they are, and what their profile says. May
//! import [`config`](crate::aws::config) and [`error`](crate::aws::error).

use std::borrow::Cow;
use std::path::{Path, PathBuf};

#[expect(
    deprecated,
    reason = "the types that it points to are in a crate which nothing else here needs"
)]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::profile::{ProfileSet, load};
use aws_types::os_shim_internal::{Env, Fs};

use super::unusable;
use crate::aws::config::SessionOptions;
use crate::aws::error::{Error, innermost};

/// The profile that is meant where none is named.
const DEFAULT_PROFILE: &str = "default";

/// The shared files, and the profile that is meant.
#[derive(Debug, Clone)]
#[expect(deprecated, reason = "see its import")]
pub(super) struct Profiles {
    /// The files, where the options name any.
    pub(super) files: Option<ProfileFiles>,
    /// The profile's name.
    pub(super) name: String,
    /// All that the files hold.
    read: ProfileSet,
}

impl Profiles {
    /// Reads the files: those that the options name, else the default ones of that kind.
    ///
    /// # Errors
    ///
    /// A file that is named and can't be read, one that is not understood, and a profile that is named
    /// and is in none of them: whoever names one wants no other credentials.
    pub(super) async fn read(options: &SessionOptions) -> Result<Self, Error> {
        let files = named(options);
        let by_block = options.profile.as_ref().map(|name| ("profile", name));
        let by_environment = options.environment_profile.as_ref();
        let by_environment = by_environment.map(|(variable, name)| (*variable, name));
        let chosen = by_block.or(by_environment);
        let name = chosen.map_or(DEFAULT_PROFILE, |(_, name)| name).to_owned();
        let all = files.clone().unwrap_or_default();
        let selected = Some(Cow::Owned(name.clone()));
        let read = load(&Fs::real(), &Env::real(), &all, selected).await;
        let read = read.map_err(|error| {
            let why = innermost(&error);
            unusable(format!("the shared files: {error}: {why}"))
        })?;
        match chosen {
            Some((argument, name))
                if read.get_profile(name).is_none() && name != DEFAULT_PROFILE =>
            {
                let mut known: Vec<&str> = read.profiles().collect();
                known.sort_unstable();
                let known = if known.is_empty() {
                    "they hold none".to_owned()
                } else {
                    format!("they hold {}", known.join(", "))
                };
                Err(unusable(format!(
                    "{argument}: the profile `{name}` is not in the shared files; {known}"
                )))
            }
            Some(_) | None => Ok(Self { files, name, read }),
        }
    }

    /// What the profile says of something.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.read.get_profile(&self.name)?.get(key)
    }

    /// What the profile is called at the beginning of a sentence: with the setting that its credentials
    /// come by, unless they stand in it. The order is that in which the SDK looks at them.
    pub(super) fn called(&self) -> String {
        let by = [
            "web_identity_token_file",
            "role_arn",
            "sso_session",
            "sso_start_url",
            "credential_process",
        ];
        let by = by.into_iter().find(|key| self.get(key).is_some());
        let by = by.map_or_else(String::new, |key| format!(", {key}"));
        format!("profile `{}` of the shared files{by}", self.name)
    }

    /// The role that the profile names.
    pub(super) fn role(&self) -> Option<String> {
        self.get("role_arn").map(str::to_owned)
    }

    /// What helps where the profile gives no credentials, as a sentence without a full stop.
    pub(super) fn hint(&self) -> Option<String> {
        let is_sign_in = ["sso_session", "sso_start_url"]
            .into_iter()
            .any(|key| self.get(key).is_some());
        let command = || format!("Sign in with `aws sso login --profile {}`", self.name);
        is_sign_in.then(command)
    }
}

/// Files of one kind that are named stand for the default one of that kind.
#[expect(deprecated, reason = "see its import")]
fn named(options: &SessionOptions) -> Option<ProfileFiles> {
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
    let kinds = [
        (ProfileFileKind::Config, config),
        (ProfileFileKind::Credentials, credentials),
    ];
    for (kind, paths) in kinds {
        for path in paths {
            files = files.with_file(kind, at_home(path, options.home.as_deref()));
        }
    }
    Some(files.build())
}

/// A path whose leading `~` is the home directory, as the SDK has it for its own default files only.
pub(in crate::aws) fn at_home(path: &str, home: Option<&Path>) -> PathBuf {
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
