//! Which certificates are taken, and what is said of others.

use super::{BUNDLE, TRUSTED, applied, case, planned, relayed};
use crate::support::case::{Case, Step};
use crate::support::prove::Phase;
use crate::support::proxy::{PASSWORD, Proxy, Setting};
use crate::support::relay::{Authority, Relay};
use crate::support::selectors::service_default;
use crate::support::service::Service;

on_both![any_certificate_if_one_insists];

/// `insecure` takes any certificate, through a proxy or not, and that is warned of before anything is
/// asked.
fn any_certificate_if_one_insists(service: &Service) {
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let trail = service.trail();
    let arguments = format!(
        "https_proxy = \"{}\"\n  insecure = true",
        proxy.url_with(PASSWORD)
    );
    case(service, &relay)
        .provider(relayed(service, &relay, &arguments))
        .step(applied(&trail).says(Phase::Validate, &["Warning:", "insecure"]))
        .destroyed(|| trail.has(&service_default()))
        .run();
    super::only_through(&proxy, &relay);
}

/// `insecure = false` is what there is without it.
#[test]
fn not_insecure() {
    let service = Service::simulator();
    let relay = Relay::start(&service.url());
    let trail = service.trail();
    let step = Step::plan_only(super::selector(&trail.arn, ""))
        .never_says(Phase::Validate, &["Warning:"])
        .fails_before_apply(&["Error:", "certificate", "custom_ca_bundle"]);
    case(&service, &relay)
        .provider(relayed(&service, &relay, "insecure = false"))
        .step(step)
        .run();
}

/// A certificate of an authority that is not trusted: told is that it is the certificate, and what to
/// do, whether or not a proxy is in between. Nothing is sent to who shows it.
#[test]
fn an_authority_that_is_not_trusted() {
    let service = Service::simulator();
    let trail = service.trail();
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let other = Authority::new();
    let through = format!("https_proxy = \"{}\"", proxy.url_with(PASSWORD));
    for arguments in [
        String::new(),
        through.clone(),
        "custom_ca_bundle = \"other.pem\"".to_owned(),
        format!("{through}\n  custom_ca_bundle = \"other.pem\""),
    ] {
        let needles = [
            "Error:",
            "certificate is of an authority that is not trusted",
            "custom_ca_bundle",
        ];
        let step = Step::plan_only(super::selector(&trail.arn, "")).fails_before_apply(&needles);
        case(&service, &relay)
            .terraform(|terraform| terraform.write("other.pem", &other.pem()))
            .provider(relayed(&service, &relay, &arguments))
            .step(step)
            .run();
    }
    let visits = relay.visits();
    assert!(!visits.is_empty());
    assert!(visits.iter().all(|visit| !visit.agreed), "{visits:?}");
    let journal = service.as_simulator().expect("a simulator").journal();
    assert!(journal.is_empty(), "{journal:?}");
}

/// A certificate for another name: told is which name was expected. No authority more would mend it.
#[test]
fn a_certificate_for_another_name() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    let proxy = Proxy::start(Setting {
        upstream: Some(relay.port()),
        ..Setting::default()
    });
    let name = "elsewhere.corporate.example";
    let arguments = format!(
        "max_retries = 0\n  https_proxy = \"{}\"\n  {TRUSTED}",
        proxy.url()
    );
    let needles = ["Error:", &format!("certificate is not valid for {name}")];
    case(&service, &relay)
        .provider(super::block(
            &service,
            &format!("https://{name}"),
            &arguments,
        ))
        .step(Step::plan_only(super::selector(&trail.arn, "")).fails_before_apply(&needles))
        .run();
    let visits = relay.visits();
    assert!(!visits.is_empty());
    for visit in visits {
        assert_eq!(visit.name.as_deref(), Some(name));
        assert!(!visit.agreed, "{visit:?}");
    }
}

/// A bundle may hold more than one certificate, and text between them, as bundles do.
#[test]
fn a_bundle_of_many() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    let bundle = format!(
        "# The company's authorities\n{}\nRoot 2\n======\n{}{}",
        Authority::new().pem(),
        relay.authority.pem(),
        Authority::new().pem()
    );
    case(&service, &relay)
        .terraform(|terraform| terraform.write(BUNDLE, &bundle))
        .provider(relayed(&service, &relay, TRUSTED))
        .step(planned(&trail))
        .run();
    assert!(relay.visits().iter().any(|visit| visit.agreed));
}

/// A file that is not there or holds no certificate: named is the file, the argument or the variable,
/// and what is expected. Nobody is asked anything.
#[test]
fn a_bundle_that_is_none() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    let whole = relay.authority.pem();
    let (half, _) = whole.split_at(whole.len() / 2);
    let key = "-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----\n";
    let no_certificate = "-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n";
    for (file, text) in [
        ("missing.pem", None),
        ("empty.pem", Some("")),
        ("prose.pem", Some("ask the network team")),
        ("half.pem", Some(half)),
        ("key.pem", Some(key)),
        ("broken.pem", Some(no_certificate)),
    ] {
        for by_block in [true, false] {
            let argument = format!("custom_ca_bundle = \"{file}\"");
            let name = if by_block {
                "custom_ca_bundle"
            } else {
                "AWS_CA_BUNDLE"
            };
            let needles = ["Error:", file, name, "PEM"];
            let step =
                Step::plan_only(super::selector(&trail.arn, "")).fails_before_apply(&needles);
            Case::new(&service)
                .terraform(|terraform| {
                    if let Some(text) = text {
                        terraform.write(file, text);
                    }
                    if !by_block {
                        terraform.set("AWS_CA_BUNDLE", file);
                    }
                })
                .provider(relayed(
                    &service,
                    &relay,
                    if by_block { &argument } else { "" },
                ))
                .step(step)
                .run();
        }
    }
    assert_eq!(relay.visits(), []);
}

/// A bundle that is not needed does no harm.
#[test]
fn a_bundle_without_tls() {
    let service = Service::simulator();
    let trail = service.trail();
    let relay = Relay::start(&service.url());
    case(&service, &relay)
        .provider(super::block(&service, &service.url(), TRUSTED))
        .step(planned(&trail))
        .run();
    assert_eq!(relay.visits(), []);
}
