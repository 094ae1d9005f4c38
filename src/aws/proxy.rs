//! Proxies: which one a call goes through, and what of it may be shown. May import nothing of ours
//! but [`config`](super::config).
//!
//! Provider `aws` has one for `http://` and one for `https://` endpoints, and a list of hosts that are
//! reached without. What serves credentials on the machine itself is always reached without.

use std::fmt;

use aws_smithy_http_client::proxy::ProxyConfig;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use percent_encoding::percent_decode_str;

use super::config::Secret;

/// What no proxy can reach in a caller's place: the machine itself, and the addresses from which an
/// instance, a task or a pod is given its metadata and credentials
/// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>,
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html>).
const NEAR: &str = "localhost,127.0.0.0/8,::1,169.254.169.254,169.254.170.2,169.254.170.23,\
                    fd00:ec2::254,fd00:ec2::23";

/// Every host, by name or by address.
const EVERY_HOST: &str = "*,0.0.0.0/0,::/0";

/// One proxy, as a URL. What is shown of it is scheme, host and port.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    url: Secret,
    shown: String,
    /// User and password as they stand in the URL.
    user: Option<(String, Secret)>,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.shown)
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Proxy {
    /// Reads `http://user:password@host:port`, of which only the host has to be there; without a
    /// scheme it is `http`. User and password are percent-encoded where they hold what a URL may not.
    ///
    /// # Errors
    ///
    /// Why it can't be one, without what may be secret in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = scheme.to_ascii_lowercase();
        if !["http", "https"].contains(&scheme.as_str()) {
            return Err(format!("its scheme is `{scheme}`"));
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // Read as it stands, part of a password would be taken for the host, and shown.
        if !authority.contains('@') && rest.contains('@') {
            return Err(
                "a `/`, `?` or `#` of its user or password is not percent-encoded".to_owned(),
            );
        }
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let is_wrong = |c: char| c.is_whitespace() || c.is_control() || c == '@';
        if host.is_empty() || host.starts_with(':') || host.contains(is_wrong) {
            return Err("it names no host".to_owned());
        }
        // What is behind the colon of an address in brackets is no port.
        let port = host
            .rsplit_once(':')
            .filter(|(_, port)| !port.ends_with(']'));
        if port.is_some_and(|(_, port)| !matches!(port.parse::<u16>(), Ok(1..))) {
            return Err("its port is no number from 1 to 65535".to_owned());
        }
        let shown = format!("{scheme}://{host}");
        let url = match user {
            Some(user) => format!("{scheme}://{user}@{host}"),
            None => shown.clone(),
        };
        // The one judge of what can be spoken to is who speaks.
        ProxyConfig::all(url.as_str()).map_err(|_| "it is no URL".to_owned())?;
        let user = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            (name.to_owned(), Secret::new(password.to_owned()))
        });
        Ok(Self {
            url: Secret::new(url),
            shown,
            user,
        })
    }

    /// The same for a text that is in custody.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn parse_secret(text: &Secret) -> Result<Self, String> {
        Self::parse(text.reveal())
    }

    /// As the SDK's client takes it, for whatever is sent by it.
    pub(super) fn config(&self) -> ProxyConfig {
        ProxyConfig::all(self.url.reveal()).unwrap_or_else(|_| ProxyConfig::disabled())
    }

    /// As the client underneath takes it.
    pub(super) fn intercept(&self) -> Option<Intercept> {
        let matcher = Matcher::builder().all(self.url.reveal()).build();
        matcher.intercept(&Uri::from_static("https://any"))
    }

    /// Every form in which its password could show.
    pub(super) fn secrets(&self) -> Vec<String> {
        let Some((user, password)) = &self.user else {
            return Vec::new();
        };
        let decoded = |text| percent_decode_str(text).decode_utf8_lossy();
        let (user, plain) = (decoded(user), decoded(password.reveal()));
        let basic = STANDARD.encode(format!("{user}:{plain}"));
        vec![password.reveal().to_owned(), plain.into_owned(), basic]
    }
}

/// The proxies of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http://` endpoints.
    pub http: Option<Proxy>,
    /// For `https://` endpoints.
    pub https: Option<Proxy>,
    /// Hosts that are reached without: names (with all below them), addresses, networks such as
    /// `10.0.0.0/8`, or `*` for every host; separated by commas.
    pub except: Option<String>,
}

impl Proxies {
    /// What tells whether a proxy is on the way to a URL.
    pub(super) fn matcher(&self) -> Matcher {
        let url = |proxy: &Option<Proxy>| match proxy {
            Some(proxy) => proxy.url.reveal().to_owned(),
            None => String::new(),
        };
        let builder = Matcher::builder()
            .http(url(&self.http))
            .https(url(&self.https));
        builder.no(self.exceptions()).build()
    }

    /// Every host that is reached without a proxy. Provider `aws` also takes `*.` before a name, and a
    /// port behind it: the first is a leading dot, and the second is of no use to a client whose
    /// endpoints have one port each.
    fn exceptions(&self) -> String {
        let given = self.except.iter().flat_map(|list| list.split(','));
        let given = given.map(|entry| {
            let entry = entry.trim();
            let entry = match entry.rsplit_once(':') {
                Some((host, port)) if !host.contains(':') && port.parse::<u16>().is_ok() => host,
                Some(_) | None => entry,
            };
            match entry {
                // By itself it stands for every name, and for no address.
                "*" => EVERY_HOST,
                _ => entry
                    .strip_prefix('*')
                    .filter(|rest| rest.starts_with('.'))
                    .unwrap_or(entry),
            }
        });
        std::iter::once(NEAR)
            .chain(given)
            .collect::<Vec<_>>()
            .join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::{Proxies, Proxy};

    /// What is shown is where the proxy is, and nothing of who may use it.
    #[test]
    fn only_scheme_host_and_port_are_shown() {
        for (text, shown) in [
            (
                "http://proxy.example.com:3128",
                "http://proxy.example.com:3128",
            ),
            ("proxy.example.com:3128", "http://proxy.example.com:3128"),
            ("HTTPS://proxy/", "https://proxy"),
            ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
            ("http://user:s3cr%40t@proxy:1/path?x", "http://proxy:1"),
        ] {
            let proxy = Proxy::parse(text).expect(text);
            assert_eq!(proxy.to_string(), shown);
            assert!(!format!("{proxy:?}").contains("s3cr"), "{proxy:?}");
        }
        for (text, why) in [
            ("", "no host"),
            ("http://", "no host"),
            ("http://user:secret@", "no host"),
            ("http://:3128", "no host"),
            ("socks5://proxy:1080", "socks5"),
            ("http://pro xy", "no host"),
            ("http://pro%xy:1", "no URL"),
            ("http://proxy:port", "port"),
            ("http://proxy:0", "port"),
            ("http://proxy:65536", "port"),
            ("http://proxy:", "port"),
            ("http://fd00::beef", "port"),
            ("http://me:12/secret@proxy:1", "percent-encoded"),
            ("me:#secret@proxy:1", "percent-encoded"),
        ] {
            let wrong = Proxy::parse(text).expect_err(text);
            assert!(wrong.contains(why) && !wrong.contains("secret"), "{wrong}");
        }
    }

    /// The password is told as it stands, decoded, and as it is sent.
    #[test]
    fn a_password_is_told_in_every_form() {
        let proxy = Proxy::parse("http://us%65r:p%40ss@proxy:1").expect("a proxy");
        assert_eq!(proxy.secrets(), ["p%40ss", "p@ss", "dXNlcjpwQHNz"]);
        assert!(
            Proxy::parse("proxy:1")
                .expect("a proxy")
                .secrets()
                .is_empty()
        );
        let odd = Proxy::parse("http://u:%zz%4@proxy:1");
        assert!(odd.is_err() || odd.is_ok_and(|odd| odd.secrets()[1] == "%zz%4"));
    }

    /// Names, networks and `*` are handed on; what provider `aws` takes besides is turned into that.
    #[test]
    fn exceptions_are_as_provider_aws_has_them() {
        let except = " .corp.example , *.internal,10.0.0.0/8,host.example:443,::1,fd00::/8,*";
        let proxies = Proxies {
            except: Some(except.to_owned()),
            ..Proxies::default()
        };
        let list = proxies.exceptions();
        assert!(
            list.starts_with("localhost,127.0.0.0/8,::1,169.254.169.254"),
            "{list}"
        );
        let given =
            ",.corp.example,.internal,10.0.0.0/8,host.example,::1,fd00::/8,*,0.0.0.0/0,::/0";
        assert!(list.ends_with(given), "{list}");
    }
}
