//! What does not go through a proxy: what `no_proxy` has, loopback, and the addresses at which a
//! machine asks for its own credentials.

use super::{TRUSTED, block, case, only_around, only_through, planned, relayed};
use crate::support::case::{Case, Step};
use crate::support::proxy::{PASSWORD, Proxy};
use crate::support::relay::{Relay, THIS_MACHINE};
use crate::support::service::Service;

on_both![what_no_proxy_has];

/// A host of `no_proxy` is gone to directly. The same host goes through the proxy when something else
/// is in it.
fn what_no_proxy_has(service: &Service) {
    let trail = service.trail();
    for (no_proxy, direct) in [(THIS_MACHINE, true), ("trails.corporate.example", false)] {
        let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
        let arguments = format!(
            "https_proxy = \"{}\"\n  no_proxy = \"{no_proxy}\"\n  {TRUSTED}",
            proxy.url_with(PASSWORD)
        );
        case(service, &relay)
            .provider(relayed(service, &relay, &arguments))
            .step(planned(&trail))
            .run();
        if direct {
            only_around(&proxy, &relay);
        } else {
            only_through(&proxy, &relay);
        }
    }
}

/// Each form of an entry, alone and among others, and whether it has the address of the endpoint.
#[test]
fn forms_of_no_proxy() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    let port = relay.port();
    let mut wrong = Vec::new();
    for (no_proxy, direct) in [
        ("*".to_owned(), true),
        ("0.0.0.0/8".to_owned(), true),
        ("corporate.example, 0.0.0.0".to_owned(), true),
        (format!("0.0.0.0:{port}"), true),
        ("10.0.0.0/8,.0.0,0.0.0,.corporate.example".to_owned(), false),
        (String::new(), false),
    ] {
        // Each proxy has a log of its own; which way was taken is seen there.
        let proxy = Proxy::open();
        let arguments = format!(
            "https_proxy = \"{}\"\n  no_proxy = \"{no_proxy}\"\n  {TRUSTED}",
            proxy.url()
        );
        case(&service, &relay)
            .provider(relayed(&service, &relay, &arguments))
            .step(planned(&trail))
            .run();
        if proxy.requests().is_empty() != direct {
            wrong.push(no_proxy);
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The variable counts in capitals or not, and the block goes before it.
#[test]
fn no_proxy_in_the_environment() {
    let service = Service::simulator();
    let trail = service.trail();
    for (name, argument, direct) in [
        ("NO_PROXY", "", true),
        ("no_proxy", "", true),
        ("NO_PROXY", "no_proxy = \"corporate.example\"", false),
    ] {
        let (relay, proxy) = (Relay::start(&service.url()), Proxy::open());
        let arguments = format!("{TRUSTED}\n  {argument}");
        case(&service, &relay)
            .terraform(|terraform| {
                terraform.set(name, THIS_MACHINE);
                terraform.set("HTTPS_PROXY", &proxy.url());
            })
            .provider(relayed(&service, &relay, &arguments))
            .step(planned(&trail))
            .run();
        if direct {
            only_around(&proxy, &relay);
        } else {
            only_through(&proxy, &relay);
        }
    }
}

/// An empty argument means no proxy, whatever the environment has. An empty `http_proxy` says nothing
/// about TLS.
#[test]
fn an_empty_argument_means_none() {
    let service = Service::simulator();
    let trail = service.trail();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::open());
    let run = |argument: &str| {
        case(&service, &relay)
            .terraform(|terraform| {
                terraform.set("HTTPS_PROXY", &proxy.url());
                terraform.set("https_proxy", &proxy.url());
            })
            .provider(relayed(
                &service,
                &relay,
                &format!("{TRUSTED}\n  {argument}"),
            ))
            .step(planned(&trail))
            .run();
    };
    run("https_proxy = \"\"");
    only_around(&proxy, &relay);
    run("http_proxy = \"\"");
    assert!(!proxy.requests().is_empty());
}

/// Loopback is never asked for through a proxy, which has a loopback of its own.
#[test]
fn loopback() {
    let service = Service::simulator();
    let trail = service.trail();
    let proxy = Proxy::open();
    for host in ["127.0.0.1", "localhost"] {
        let relay = Relay::start(&service.url());
        let arguments = format!(
            "http_proxy = \"{0}\"\n  https_proxy = \"{0}\"\n  {TRUSTED}",
            proxy.url()
        );
        for endpoint in [relay.url(host), service.url().replace("127.0.0.1", host)] {
            case(&service, &relay)
                .provider(block(&service, &endpoint, &arguments))
                .step(planned(&trail))
                .run();
        }
        only_around(&proxy, &relay);
    }
}

/// What a machine or a container is asked for its credentials is asked there, not at a proxy: who
/// sits behind it would answer with its own.
#[test]
fn credentials_of_the_machine() {
    let service = Service::simulator();
    let trail = service.trail();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::open());
    let metadata = |terraform: &mut crate::support::terraform::Terraform| {
        terraform.unset("AWS_EC2_METADATA_DISABLED");
    };
    let container = |terraform: &mut crate::support::terraform::Terraform| {
        terraform.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/nobody");
    };
    let ways: [&dyn Fn(&mut crate::support::terraform::Terraform); 2] = [&metadata, &container];
    for way in ways {
        let arguments = format!("http_proxy = \"{0}\"\n  {TRUSTED}", proxy.url());
        let provider = relayed(&service, &relay, &arguments);
        Case::new(&service)
            .terraform(|terraform| {
                terraform.write(super::BUNDLE, &relay.authority.pem());
                terraform.unset("AWS_ACCESS_KEY_ID");
                terraform.unset("AWS_SECRET_ACCESS_KEY");
                way(terraform);
            })
            .provider(provider.replace("skip_metadata_api_check     = true", ""))
            .step(
                Step::plan_only(super::selector(&trail.arn, ""))
                    .fails_before_apply(&["No usable AWS credentials"]),
            )
            .run();
    }
    assert_eq!(proxy.requests(), [""; 0]);
}
