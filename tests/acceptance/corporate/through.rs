//! Everything goes through the proxy that was named, wherever it was named.

use super::{TRUSTED, applied, bare_block, block, case, log_all, only_through, planned, relayed};
use crate::support::case::Case;
use crate::support::prove::Phase;
use crate::support::proxy::{NOWHERE, PASSWORD, Proxy, Setting};
use crate::support::relay::{Relay, THIS_MACHINE};
use crate::support::selectors::service_default;
use crate::support::service::Service;

on_both![
    an_endpoint_of_the_company,
    names_of_aws_where_tls_is_looked_into,
    an_endpoint_without_tls,
    an_environment_that_has_it_all,
];

/// The whole life of a resource: TLS with the company's certificate, through a proxy that wants a
/// password, which is percent-encoded in its URL.
fn an_endpoint_of_the_company(service: &Service) {
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let trail = service.trail();
    let url = proxy.url_with(PASSWORD);
    let arguments = format!("https_proxy = \"{url}\"\n  {TRUSTED}");
    case(service, &relay)
        .provider(relayed(service, &relay, &arguments))
        .step(applied(&trail))
        .destroyed(|| trail.has(&service_default()))
        .run();
    only_through(&proxy, &relay);
    assert!(relay.visits().iter().any(|visit| visit.agreed));
}

/// No endpoint is set: CloudTrail and STS are asked by their own names, which nothing but the proxy
/// looks up, and answer with certificates of the company's.
fn names_of_aws_where_tls_is_looked_into(service: &Service) {
    let relay = Relay::start(&service.url());
    let proxy = Proxy::start(Setting {
        authenticates: true,
        upstream: Some(relay.port()),
    });
    let trail = service.trail();
    let url = proxy.url_with(PASSWORD);
    let arguments = format!("max_retries = 0\n  https_proxy = \"{url}\"\n  {TRUSTED}");
    let block = block(service, "", &arguments);
    let (head, endpoints) = block.split_once("\n  endpoints {").expect("endpoints");
    assert!(endpoints.trim_end().ends_with("}\n}"), "{endpoints}");
    case(service, &relay)
        .provider(format!("{head}}}\n"))
        .step(applied(&trail))
        .destroyed(|| trail.has(&service_default()))
        .run();
    let (sts, cloudtrail) = (
        "sts.us-east-1.amazonaws.com",
        "cloudtrail.us-east-1.amazonaws.com",
    );
    let requests = proxy.requests();
    for name in [sts, cloudtrail] {
        let wanted = format!("CONNECT {name}:443");
        assert!(requests.contains(&wanted), "{wanted} in {requests:?}");
    }
    for visit in relay.visits() {
        // A connection that was given up before it was used asked for nothing more than the way.
        let asked = visit
            .asked
            .as_deref()
            .and_then(|to| to.strip_suffix(":443"));
        assert!([Some(sts), Some(cloudtrail)].contains(&asked), "{visit:?}");
        assert!(visit.name.as_deref() == asked || !visit.agreed, "{visit:?}");
    }
}

/// Without TLS the proxy is handed the requests themselves. This one closes connections without a word
/// of it, so that a call may meet a closed one: calls are repeated here as they usually are.
fn an_endpoint_without_tls(service: &Service) {
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let trail = service.trail();
    let url = proxy.url_with(PASSWORD);
    let endpoint = service.url().replace("127.0.0.1", THIS_MACHINE);
    let arguments = format!("http_proxy = \"{url}\"\n  https_proxy = \"\"");
    case(service, &relay)
        .provider(block(service, &endpoint, &arguments))
        .step(applied(&trail))
        .destroyed(|| trail.has(&service_default()))
        .run();
    let requests = proxy.requests();
    assert!(!requests.is_empty());
    let expected = format!("POST {endpoint}/");
    assert!(
        requests.iter().all(|request| *request == expected),
        "{expected} in {requests:?}"
    );
}

/// Neither proxy nor certificates are in the block: the environment has them.
fn an_environment_that_has_it_all(service: &Service) {
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let trail = service.trail();
    case(service, &relay)
        .terraform(|terraform| {
            terraform.set("AWS_REGION", "us-east-1");
            terraform.set("AWS_ENDPOINT_URL", &relay.url(THIS_MACHINE));
            terraform.set("AWS_CA_BUNDLE", super::BUNDLE);
            terraform.set("HTTPS_PROXY", &proxy.url_with(PASSWORD));
        })
        .provider(bare_block(service))
        .step(applied(&trail))
        .destroyed(|| trail.has(&service_default()))
        .run();
    only_through(&proxy, &relay);
}

/// Each name of the variable counts, in capitals or not.
#[test]
fn either_spelling_of_the_variables() {
    let service = Service::simulator();
    let trail = service.trail();
    for (name, plain) in [
        ("HTTPS_PROXY", false),
        ("https_proxy", false),
        ("HTTP_PROXY", true),
        ("http_proxy", true),
    ] {
        let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
        let endpoint = if plain {
            service.url().replace("127.0.0.1", THIS_MACHINE)
        } else {
            relay.url(THIS_MACHINE)
        };
        case(&service, &relay)
            .terraform(|terraform| terraform.set(name, &proxy.url_with(PASSWORD)))
            .provider(block(&service, &endpoint, TRUSTED))
            .step(planned(&trail))
            .run();
        if plain {
            let requests = proxy.requests();
            assert!(!requests.is_empty(), "{name}");
        } else {
            only_through(&proxy, &relay);
        }
    }
}

/// The block goes before the environment.
#[test]
fn the_block_goes_first() {
    let service = Service::simulator();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::open());
    let trail = service.trail();
    let arguments = format!("https_proxy = \"{}\"\n  {TRUSTED}", proxy.url());
    case(&service, &relay)
        .terraform(|terraform| {
            for name in ["HTTPS_PROXY", "https_proxy"] {
                terraform.set(name, &format!("http://{NOWHERE}"));
            }
            terraform.set("AWS_CA_BUNDLE", "there-is-none.pem");
        })
        .provider(relayed(&service, &relay, &arguments))
        .step(planned(&trail))
        .run();
    only_through(&proxy, &relay);
}

/// A proxy that is named for `http` alone is used for TLS too, as provider `aws` does, and that is
/// told. One that the environment has for TLS is used for that, without a word.
#[test]
fn a_proxy_for_http_alone() {
    let service = Service::simulator();
    let trail = service.trail();
    let told = ["No proxy for https is set", "https_proxy", "http_proxy"];
    for elsewhere in [false, true] {
        let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
        let other = Proxy::open();
        let url = proxy.url_with(PASSWORD);
        let arguments = format!("http_proxy = \"{url}\"\n  {TRUSTED}");
        let step = planned(&trail);
        let step = if elsewhere {
            step.never_says(Phase::Plan, &[told[0]])
        } else {
            step.says(Phase::Plan, &told)
        };
        case(&service, &relay)
            .terraform(|terraform| {
                if elsewhere {
                    terraform.set("HTTPS_PROXY", &other.url());
                }
            })
            .provider(relayed(&service, &relay, &arguments))
            .step(step)
            .run();
        let (used, spared) = if elsewhere {
            (&other, &proxy)
        } else {
            (&proxy, &other)
        };
        only_through(used, &relay);
        assert_eq!(spared.requests(), [""; 0]);
    }
}

/// A role is assumed through the proxy too.
#[test]
fn a_role_is_assumed_through_it() {
    let service = Service::simulator();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let trail = service.trail();
    let role = format!("arn:aws:iam::{}:role/x", service.account());
    let arguments = format!(
        "https_proxy = \"{}\"\n  {TRUSTED}\n  assume_role {{\n    role_arn = \"{role}\"\n  }}",
        proxy.url_with(PASSWORD)
    );
    case(&service, &relay)
        .provider(relayed(&service, &relay, &arguments))
        .step(planned(&trail))
        .run();
    only_through(&proxy, &relay);
    let journal = service.as_simulator().expect("a simulator").journal();
    for operation in ["AssumeRole", "GetEventSelectors"] {
        assert!(
            journal.iter().any(|call| call.operation == operation),
            "{operation}"
        );
    }
}

/// A proxy whose URL is not known yet: the plan goes on, and asks nobody past it.
#[test]
fn a_proxy_that_is_not_known_yet() {
    let service = Service::simulator();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::open());
    let trail = service.trail();
    let made = format!(
        "resource \"terraform_data\" \"proxy\" {{\n  input = \"{}\"\n}}\n",
        proxy.url()
    );
    let arguments = format!("https_proxy = terraform_data.proxy.output\n  {TRUSTED}");
    let step = crate::support::case::Step::config(
        made + &super::selector(&trail.arn, &super::only(&super::RECIPE)),
    );
    Case::new(&service)
        .terraform(|terraform| {
            terraform.write(super::BUNDLE, &relay.authority.pem());
            log_all(terraform);
        })
        .provider(relayed(&service, &relay, &arguments))
        .step(step.before_apply(|| assert_eq!(relay.visits(), [])))
        .run();
    only_through(&proxy, &relay);
}
