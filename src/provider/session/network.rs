//! How AWS is reached: the proxies, and whether certificates are verified.
//!
//! What is not known yet is not judged. May import `explain` and `aws`.

use tf_provider::{AttributePath, Diagnostics};

use super::text;
use crate::aws::environment::Environment;
use crate::aws::proxy::{Proxies, Proxy};
use crate::provider::iam_only_trail_selector::model::{Flag, Text};
use crate::provider::{ProviderModel, explain};

/// Reads `http_proxy`, `https_proxy` and `no_proxy`, else the variables of their names. A text that is
/// empty is a proxy that is none, whatever the environment says.
///
/// With an `http_proxy` in the provider block and none for https anywhere, it is used for https too,
/// with a warning: so does provider `aws`.
pub(super) fn proxies(
    diags: &mut Diagnostics,
    model: &ProviderModel,
    environment: &Environment,
) -> Proxies {
    let mut read = |name: &'static str, variable: &str, given: &Text| match given.as_ref_option() {
        Some(url) if url.is_empty() => None,
        Some(url) => proxy(diags, name, Proxy::parse(url)),
        None if given.is_unknown() => None,
        None => {
            let of = match name {
                "http_proxy" => &environment.http_proxy,
                _ => &environment.https_proxy,
            };
            proxy(diags, variable, Proxy::parse_secret(of.as_ref()?))
        }
    };
    let http = read("http_proxy", "HTTP_PROXY", &model.http_proxy);
    let mut https = read("https_proxy", "HTTPS_PROXY", &model.https_proxy);
    let is_given = text(&model.http_proxy).is_some();
    if is_given && model.https_proxy.is_null() && environment.https_proxy.is_none() {
        https.clone_from(&http);
        if let Some(http) = &http {
            explain::warning(
                diags,
                // Terraform shows the line that a path leads to, password and all.
                AttributePath::root(),
                "No proxy for https is set",
                format!(
                    "Found http_proxy without https_proxy. {http} is used for https too, as in provider \
                     aws.\n\nSet https_proxy to the same URL to say so, or to \"\" to reach https \
                     endpoints without a proxy."
                ),
            );
        }
    }
    Proxies {
        http,
        https,
        except: text(&model.no_proxy).or_else(|| environment.no_proxy.clone()),
    }
}

/// Tells what is wrong with the URL of a proxy. It may hold a password, so it is not repeated, and no
/// path leads to it: Terraform would show the line.
fn proxy(diags: &mut Diagnostics, name: &str, read: Result<Proxy, String>) -> Option<Proxy> {
    if let Err(wrong) = &read {
        explain::error(
            diags,
            AttributePath::root(),
            "Not the URL of a proxy",
            format!(
                "Found a text in {name} that can't be one: {wrong}. Expected `http://host:port` or \
                 `https://host:port`, with `user:password@` before the host if the proxy asks for them; \
                 what a URL may not hold is percent-encoded there."
            ),
        );
    }
    read.ok()
}

/// Reads `insecure`, and warns of it.
pub(super) fn insecure(diags: &mut Diagnostics, given: Flag) -> bool {
    let is_on = given.as_option().unwrap_or_default();
    if is_on {
        explain::warning(
            diags,
            AttributePath::new("insecure"),
            "Certificates are not verified",
            "Found insecure = true: whoever is on the way to AWS can read and change what is sent.\n\n\
             Set custom_ca_bundle to the certificates of a private authority, and take insecure away.",
        );
    }
    is_on
}
