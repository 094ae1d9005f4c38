//! Credentials on their way to the signer: every one that comes up is told to whoever keeps secrets
//! out of what is shown, and what each source said is kept for whoever gets none. May import
//! [`error`](super::error) and [`sts`].

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{
    ProvideCredentials, Result as Provided, SharedCredentialsProvider, future,
};

use super::error::{innermost, role_cause};
use super::sts;

/// What is told every text that nobody may see.
#[derive(Clone)]
pub(super) struct Hide(Arc<dyn Fn(&str) + Send + Sync>);

impl fmt::Debug for Hide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hide")
    }
}

impl Hide {
    /// Tells a function.
    pub(super) fn new(hide: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hide))
    }

    /// Tells one text.
    pub(super) fn text(&self, secret: &str) {
        (self.0)(secret);
    }

    /// Tells all that is secret about credentials.
    fn credentials(&self, credentials: &Credentials) {
        self.text(credentials.access_key_id());
        self.text(credentials.secret_access_key());
        if let Some(token) = credentials.session_token() {
            self.text(token);
        }
    }
}

/// One source of credentials, and how it is spoken of.
#[derive(Debug)]
pub(super) struct Source {
    /// What it is called at the beginning of a sentence.
    pub(super) name: String,
    /// What helps if it fails, as a sentence.
    pub(super) hint: Option<String>,
    /// The role that it assumes by itself, by asking STS in a Region.
    pub(super) role: Option<(String, String)>,
    /// What gives them.
    pub(super) gives: SharedCredentialsProvider,
}

impl Source {
    /// A source that has only a name.
    pub(super) fn new(name: &str, gives: impl ProvideCredentials + 'static) -> Self {
        Self {
            name: name.to_owned(),
            hint: None,
            role: None,
            gives: SharedCredentialsProvider::new(gives),
        }
    }

    /// What it said when it failed: the error of the role that could not be assumed, if that is it, else
    /// its words.
    fn failed(&self, error: CredentialsError) -> CredentialsError {
        if role_cause(&error).is_some() {
            return error;
        }
        if let Some((arn, region)) = &self.role
            && let Some(refused) = sts::refusal(&error, region)
        {
            return sts::not_assumed(refused, arn);
        }
        let words = plain(&innermost(&error).to_string());
        let hint = self.hint.as_ref();
        let hint = hint.map_or_else(String::new, |hint| format!(". {hint}"));
        CredentialsError::provider_error(format!("{}: {words}{hint}", self.name))
    }
}

/// The SDK's words without what only a programmer reads.
fn plain(words: &str) -> String {
    const WORDS: [(&str, &str); 4] = [
        ("ECS provider not configured", "neither is set"),
        ("environment variable not set", "not set"),
        (
            "received 404 from IMDS",
            "the instance has no role (HTTP 404)",
        ),
        ("could not communicate with IMDS", "nobody answers"),
    ];
    if let Some((_, ours)) = WORDS.iter().find(|(theirs, _)| *theirs == words) {
        return (*ours).to_owned();
    }
    // A whole answer, with whatever is in it.
    let words = words.split(" Response {").next().unwrap_or_default();
    let words = words.trim_end_matches('.').replace("StatusCode(", "(HTTP ");
    words.trim().to_owned()
}

/// Sources of credentials in the order in which they are asked: the first that has any gives them. One
/// that has some and can't give them ends the search, so that nobody works with other credentials than
/// were meant.
///
/// The SDK's own chain asks in the same way, but does not tell what each source said.
#[derive(Debug)]
pub(super) struct Sources(pub(super) Vec<Source>);

impl Sources {
    async fn provide(&self) -> Provided {
        let mut said = String::new();
        for source in &self.0 {
            match source.gives.provide_credentials().await {
                Ok(credentials) => return Ok(credentials),
                Err(nothing @ CredentialsError::CredentialsNotLoaded(_)) => {
                    let why = nothing
                        .source()
                        .map(|why| plain(&innermost(why).to_string()));
                    let why = why.as_deref().unwrap_or("holds none");
                    said.extend(["\n  ", &source.name, ": ", why]);
                }
                Err(failed) => return Err(source.failed(failed)),
            }
        }
        let none = format!("no source has any.{said}");
        Err(CredentialsError::not_loaded(none))
    }
}

impl ProvideCredentials for Sources {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        let mut sources = self.0.iter();
        sources.find_map(|source| source.gives.as_ref().fallback_on_interrupt())
    }
}

/// A source of credentials that tells each of them before it hands it on, and is otherwise the
/// source itself: the SDK's cache lies before it, so it is asked, as the source would be, only when
/// there are none yet or they are about to expire.
#[derive(Debug)]
pub(super) struct Told {
    source: SharedCredentialsProvider,
    hide: Hide,
}

impl Told {
    /// The source, with someone to tell.
    pub(super) fn new(source: SharedCredentialsProvider, hide: Hide) -> Self {
        Self { source, hide }
    }

    async fn provide(&self) -> Provided {
        let credentials = self.source.provide_credentials().await?;
        self.hide.credentials(&credentials);
        Ok(credentials)
    }
}

impl ProvideCredentials for Told {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.provide())
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        let credentials = self.source.as_ref().fallback_on_interrupt()?;
        self.hide.credentials(&credentials);
        Some(credentials)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_credential_types::Credentials;
    use aws_credential_types::provider::{
        ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
    };

    use super::{Hide, Told};

    /// A source that answers nothing in time, but has something set aside.
    #[derive(Debug)]
    struct Late(Credentials);

    impl ProvideCredentials for Late {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let error = CredentialsError::not_loaded("late");
            future::ProvideCredentials::ready(Err(error))
        }

        fn fallback_on_interrupt(&self) -> Option<Credentials> {
            Some(self.0.clone())
        }
    }

    fn credentials() -> Credentials {
        Credentials::new("AKIDEXAMPLE", "secret", Some("token".to_owned()), None, "")
    }

    fn told(source: impl ProvideCredentials + 'static) -> (Told, Arc<Mutex<Vec<String>>>) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        let hide = Hide::new(move |text| ear.lock().unwrap().push(text.to_owned()));
        (
            Told::new(SharedCredentialsProvider::new(source), hide),
            heard,
        )
    }

    /// Credentials go through as they are, and are told.
    #[tokio::test]
    async fn credentials_are_told() {
        let (told, heard) = told(credentials());
        assert_eq!(told.provide_credentials().await.unwrap(), credentials());
        assert_eq!(*heard.lock().unwrap(), ["AKIDEXAMPLE", "secret", "token"]);
    }

    /// What a source has set aside for when it is slow is told as well; its errors stay its own.
    #[tokio::test]
    async fn a_fallback_is_told() {
        let (told, heard) = told(Late(credentials()));
        let failed = told.provide_credentials().await;
        assert!(matches!(
            failed,
            Err(CredentialsError::CredentialsNotLoaded(_))
        ));
        assert!(heard.lock().unwrap().is_empty());
        assert_eq!(told.fallback_on_interrupt(), Some(credentials()));
        assert_eq!(heard.lock().unwrap().len(), 3);
    }
}
