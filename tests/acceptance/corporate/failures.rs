//! Proxies that refuse or are not there: told is which proxy, never with which password.

use super::{TRUSTED, block, case, planned, relayed};
use crate::support::case::{Case, Step};
use crate::support::proxy::{NOWHERE, PASSWORD, Proxy, Setting};
use crate::support::relay::{Relay, THIS_MACHINE};
use crate::support::service::Service;

/// A password that no proxy takes.
pub(super) const WRONG: &str = "Last-Years.passw0rd";

/// Plans, which must fail before anything is touched and say all of this.
fn fails<'s>(trail: &str, needles: &[&str]) -> Step<'s> {
    let needles: Vec<&str> = ["Error:"].iter().chain(needles).copied().collect();
    Step::plan_only(super::selector(trail, "")).fails_before_apply(&needles)
}

/// The wrong password, and none: named are the proxy and the argument, not the password. Nobody comes
/// to the endpoint.
#[test]
fn a_proxy_that_wants_another_password() {
    let service = Service::simulator();
    let trail = service.trail();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    for url in [proxy.url_with(WRONG), proxy.url()] {
        let needles = [&*proxy.address(), "proxy", "https_proxy", "password"];
        case(&service, &relay)
            .provider(relayed(
                &service,
                &relay,
                &format!("https_proxy = \"{url}\"\n  {TRUSTED}"),
            ))
            .step(fails(&trail.arn, &needles))
            .run();
    }
    assert_eq!(relay.visits(), []);
    assert!(!proxy.requests().is_empty());
}

/// The same without TLS, where the proxy's refusal is an answer like the service's own: it is not
/// taken for one.
#[test]
fn a_proxy_that_wants_another_password_without_tls() {
    let service = Service::simulator();
    let trail = service.trail();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let endpoint = service.url().replace("127.0.0.1", THIS_MACHINE);
    // To no password it answers 407, which no service does; to a wrong one 401, as a service may.
    for url in [proxy.url(), proxy.url_with(WRONG)] {
        let needles = [&*proxy.address(), "proxy", "http_proxy", "password"];
        let arguments = format!("max_retries = 0\n  http_proxy = \"{url}\"\n  https_proxy = \"\"");
        case(&service, &relay)
            .provider(block(&service, &endpoint, &arguments))
            .step(fails(&trail.arn, &needles))
            .run();
    }
    let journal = service.as_simulator().expect("a simulator").journal();
    assert!(journal.is_empty(), "{journal:?}");
}

/// A proxy that is not there: it is named, so that nobody looks for the fault at AWS.
#[test]
fn a_proxy_that_is_not_there() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    let url = format!("http://build-agent:{PASSWORD}@{NOWHERE}");
    case(&service, &relay)
        .provider(relayed(
            &service,
            &relay,
            &format!("https_proxy = \"{url}\"\n  {TRUSTED}"),
        ))
        .step(fails(&trail.arn, &[NOWHERE, "proxy", "https_proxy"]))
        .run();
    assert_eq!(relay.visits(), []);
}

/// The same, where the environment named it: told is the variable.
#[test]
fn a_proxy_of_the_environment_that_is_not_there() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    case(&service, &relay)
        .terraform(|terraform| {
            terraform.set(
                "HTTPS_PROXY",
                &format!("http://build-agent:{PASSWORD}@{NOWHERE}"),
            );
        })
        .provider(relayed(&service, &relay, TRUSTED))
        .step(fails(&trail.arn, &[NOWHERE, "proxy", "HTTPS_PROXY"]))
        .run();
    assert_eq!(relay.visits(), []);
}

/// A proxy that does not get there itself: named is what it said, and that it was the proxy.
#[test]
fn a_proxy_that_gets_nowhere() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    let proxy = Proxy::start(Setting {
        upstream: Some(1),
        ..Setting::default()
    });
    case(&service, &relay)
        .provider(relayed(
            &service,
            &relay,
            &format!("https_proxy = \"{}\"\n  {TRUSTED}", proxy.url()),
        ))
        .step(fails(&trail.arn, &[&proxy.address(), "proxy", "not reach"]))
        .run();
    assert_eq!(relay.visits(), []);
}

/// What is no URL of a proxy is refused before anybody is asked, without a word of what it holds.
#[test]
fn a_url_that_is_none() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    for (argument, url) in [
        ("https_proxy", format!("ftp://me:{PASSWORD}@proxy:3128")),
        ("http_proxy", format!("http://me:{PASSWORD}@:3128")),
        ("https_proxy", format!("http://me:{PASSWORD}@proxy:port")),
    ] {
        // By way of a variable: Terraform shows the line of a configuration that an error is about.
        case(&service, &relay)
            .terraform(|terraform| {
                terraform.write(
                    "variables.tf",
                    "variable \"proxy\" {\n  type      = string\n  sensitive = true\n}\n",
                );
                terraform.set("TF_VAR_proxy", &url);
            })
            .provider(relayed(
                &service,
                &relay,
                &format!("{argument} = var.proxy\n  {TRUSTED}"),
            ))
            .step(fails(&trail.arn, &[argument, "http://"]))
            .run();
    }
    assert_eq!(relay.visits(), []);
}

/// A proxy that goes away between plan and apply: the apply fails and says so, nothing is changed, and
/// with the proxy back it goes on.
#[test]
fn a_proxy_that_goes_away() {
    let service = Service::simulator();
    let trail = service.trail();
    let before = trail.selectors();
    let relay = Relay::start(&service.url());
    let proxy = std::cell::RefCell::new(Some(Proxy::open()));
    let (url, address) = {
        let proxy = proxy.borrow();
        let proxy = proxy.as_ref().expect("a proxy");
        (proxy.url(), proxy.address())
    };
    let step = Step::config(super::selector(&trail.arn, ""))
        .before_apply(|| drop(proxy.borrow_mut().take()))
        .fails(
            crate::support::prove::Phase::Apply,
            &["Error:", &address, "proxy"],
        );
    Case::new(&service)
        .terraform(|terraform| terraform.write(super::BUNDLE, &relay.authority.pem()))
        .provider(relayed(
            &service,
            &relay,
            &format!("https_proxy = \"{url}\"\n  {TRUSTED}"),
        ))
        .step(step)
        .run();
    trail.has(&before);
    drop(planned(&trail));
}
