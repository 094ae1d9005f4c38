//! A company's network: the way out is a proxy that wants a password, and certificates are of an
//! authority that only the company trusts.
//!
//! The proxy is a real one ([`crate::support::proxy`]); before the service stands a
//! [`crate::support::relay`], whose certificate nobody trusts who was not told to.
//!
//! | module | promises about |
//! |---|---|
//! | [`through`] | everything goes through the proxy that was named, wherever it was named |
//! | [`around`] | what does not go through a proxy |
//! | [`certificates`] | which certificates are taken, and what is said of others |
//! | [`failures`] | proxies that refuse or are not there: who is named, and what never is |

mod around;
mod certificates;
mod failures;
mod through;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{RECIPE, only, selector};
use crate::support::case::{Case, Step, THIS};
use crate::support::proxy::{PASSWORD, Proxy, USER};
use crate::support::relay::{Relay, THIS_MACHINE};
use crate::support::service::{Service, Trail};
use crate::support::terraform::Terraform;

/// The file that holds the certificate of the company's authority.
const BUNDLE: &str = "company.pem";
/// The argument that names it.
const TRUSTED: &str = "custom_ca_bundle = \"company.pem\"";

/// The provider block of a service that is reached at another URL, with more arguments. STS is asked
/// who the caller is.
fn block(service: &Service, endpoint: &str, extra: &str) -> String {
    let block = service.provider("us-east-1", extra);
    let skips = "skip_credentials_validation = true";
    let asks = "skip_credentials_validation = false";
    assert!(block.contains(skips), "{block}");
    block.replace(&service.url(), endpoint).replace(skips, asks)
}

/// A block with no arguments but that failures are told soon.
fn bare_block(service: &Service) -> String {
    let block = service.provider("us-east-1", "");
    let (required, _) = block.split_once("provider \"iam\"").expect("a block");
    format!("{required}provider \"iam\" {{\n  max_retries = 0\n}}\n")
}

/// The block of the relay in front of the service, by an address that proxies may be asked for.
/// Failures are told soon.
fn relayed(service: &Service, relay: &Relay, extra: &str) -> String {
    let extra = format!("max_retries = 0\n  {extra}");
    block(service, &relay.url(THIS_MACHINE), &extra)
}

/// A case with the certificate of this relay's authority in a file, nothing of which may show the
/// password of a proxy, whatever is logged.
fn case<'s>(service: &'s Service, relay: &Relay) -> Case<'s> {
    Case::new(service).terraform(|terraform| {
        terraform.write(BUNDLE, &relay.authority.pem());
        log_all(terraform);
    })
}

/// Has all logged, and every form of the proxy's password looked for in it.
fn log_all(terraform: &mut Terraform) {
    terraform.set("TF_LOG", "TRACE");
    for password in [PASSWORD, failures::WRONG] {
        terraform.conceal(password);
        terraform.conceal(&password.replace('-', "%2D"));
        terraform.conceal(&STANDARD.encode(format!("{USER}:{password}")));
    }
}

/// Applies and, at the end of the case, destroys.
fn applied<'s>(trail: &Trail<'_>) -> Step<'s> {
    Step::config(selector(&trail.arn, &only(&RECIPE))).plans(THIS, &["create"])
}

/// Plans to create, which asks the service.
fn planned<'s>(trail: &Trail<'_>) -> Step<'s> {
    Step::plan_only(selector(&trail.arn, &only(&RECIPE))).plans(THIS, &["create"])
}

/// Fails the test unless the relay was come to, and every time through this proxy, which was asked
/// for nothing else.
fn only_through(proxy: &Proxy, relay: &Relay) {
    let (requests, visits) = (proxy.requests(), relay.visits());
    let expected = format!("CONNECT {THIS_MACHINE}:{}", relay.port());
    assert!(!visits.is_empty(), "nobody came: {requests:?}");
    assert!(
        requests.iter().all(|request| *request == expected),
        "{requests:?}"
    );
    // A connection may be given up before it gets there.
    assert!(
        visits.len() <= requests.len(),
        "{visits:?} after {requests:?}"
    );
}

/// Fails the test unless the relay was come to, and never through this proxy.
fn only_around(proxy: &Proxy, relay: &Relay) {
    assert!(!relay.visits().is_empty(), "nobody came");
    assert_eq!(proxy.requests(), [""; 0]);
}
