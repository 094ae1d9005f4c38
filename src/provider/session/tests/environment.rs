//! What the environment has in place of what the provider block does not say.
//!
//! Imports the session, its models and the blocks of [`super`].

use tf_provider::Diagnostics;
use tf_provider::value::Value;

use super::{ROLE, list, text, web, with};
use crate::aws::config::{RetryMode, Secret, SessionOptions, WebIdentity};
use crate::aws::environment::Environment;
use crate::provider::ProviderModel;
use crate::provider::session::model::WebIdentityModel;
use crate::provider::session::options;

/// An environment with these variables.
fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::from_variables(Some("/me".into()), |name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

/// What becomes of a block and an environment with nothing wrong, and the warnings.
fn read_in(model: &ProviderModel, variables: &[(&str, &str)]) -> (SessionOptions, usize) {
    let mut diags = Diagnostics::default();
    let read = options(&mut diags, model, &environment(variables));
    assert!(diags.errors.is_empty(), "{diags:?}");
    let options = read.as_option().expect("everything is known");
    (options, diags.warnings.len())
}

/// What the block does not say, the environment does; what it says, goes before.
#[test]
fn the_environment_stands_in_for_the_block() {
    let variables = [
        ("AWS_MAX_ATTEMPTS", "4"),
        ("AWS_RETRY_MODE", "adaptive"),
        ("AWS_CA_BUNDLE", "/of/environment"),
        ("HTTPS_PROXY", "http://of.environment:1"),
        ("NO_PROXY", "of.environment"),
        ("TF_APPEND_USER_AGENT", "environment/1"),
        ("AWS_DEFAULT_PROFILE", "of-environment"),
    ];
    let (read, _) = read_in(&ProviderModel::default(), &variables);
    assert_eq!(read.max_retries, Some(3));
    assert_eq!(read.retry_mode, Some(RetryMode::Adaptive));
    assert_eq!(read.custom_ca_bundle.as_deref(), Some("/of/environment"));
    let https = read.proxies.https.as_ref().map(ToString::to_string);
    assert_eq!(https.as_deref(), Some("http://of.environment:1"));
    assert_eq!(read.proxies.http, None);
    assert_eq!(read.proxies.except.as_deref(), Some("of.environment"));
    assert_eq!(read.user_agent, ["environment/1"]);
    let profile = ("AWS_DEFAULT_PROFILE", "of-environment".to_owned());
    assert_eq!(read.environment_profile, Some(profile));
    assert_eq!(read.profile, None);

    let block = with(|m| {
        m.max_retries = Value::Value(0.0);
        m.retry_mode = text("standard");
        m.custom_ca_bundle = text("/of/block");
        m.https_proxy = text("http://of.block:1");
        m.no_proxy = text("of.block");
        m.user_agent = list(&["block/1"]);
    });
    let (read, _) = read_in(&block, &variables);
    assert_eq!(read.max_retries, Some(0));
    assert_eq!(read.retry_mode, Some(RetryMode::Standard));
    assert_eq!(read.custom_ca_bundle.as_deref(), Some("/of/block"));
    let https = read.proxies.https.as_ref().map(ToString::to_string);
    assert_eq!(https.as_deref(), Some("http://of.block:1"));
    assert_eq!(read.proxies.except.as_deref(), Some("of.block"));
    assert_eq!(read.user_agent, ["block/1", "environment/1"]);
}

/// What a variable holds that can't be used is an error which names the variable, and never what a
/// secret one holds.
#[test]
fn a_wrong_variable_is_told_by_its_name() {
    for (variable, value, said) in [
        ("AWS_MAX_ATTEMPTS", "0", "AWS_MAX_ATTEMPTS=0"),
        ("AWS_MAX_ATTEMPTS", "many", "1 or more"),
        ("AWS_RETRY_MODE", "legacy", "`standard`, `adaptive`"),
        ("HTTPS_PROXY", "socks5://me:wJalrXUtn@p:1", "socks5"),
        ("http_proxy", "http://me:wJalrXUtn@", "HTTP_PROXY"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "token", "AWS_ROLE_ARN"),
    ] {
        let mut diags = Diagnostics::default();
        let environment = environment(&[(variable, value)]);
        assert!(options(&mut diags, &ProviderModel::default(), &environment).is_null());
        let [error] = diags.errors.as_slice() else {
            panic!("not one error for {variable}: {diags:?}");
        };
        assert!(error.summary.split(' ').count() <= 8, "{}", error.summary);
        assert!(error.detail.contains(said), "{}", error.detail);
        assert!(!error.detail.contains("wJal"), "{}", error.detail);
    }
}

/// The proxy for http is the one for https too where nothing else is said, and that is told.
#[test]
fn one_proxy_for_both_is_warned_of() {
    let one = with(|m| m.http_proxy = text("http://me:wJalrXUtn@proxy:1"));
    let mut diags = Diagnostics::default();
    let read = options(&mut diags, &one, &environment(&[])).as_option();
    let read = read.expect("everything is known");
    assert!(read.proxies.https.is_some());
    assert_eq!(read.proxies.https, read.proxies.http);
    let [warning] = diags.warnings.as_slice() else {
        panic!("not one warning: {diags:?}");
    };
    // A path would have Terraform show the line, with the password in it.
    assert_eq!(warning.attribute.to_string(), "");
    assert!(
        warning.detail.contains("http://proxy:1"),
        "{}",
        warning.detail
    );
    assert!(!warning.detail.contains("wJal"), "{}", warning.detail);

    let none = with(|m| {
        m.http_proxy = text("http://proxy:1");
        m.https_proxy = text("");
    });
    let of_environment = [("HTTPS_PROXY", "http://other:1")];
    let (read, warnings) = read_in(&none, &of_environment);
    assert_eq!((read.proxies.https, warnings), (None, 0));
    let (read, warnings) = read_in(&one, &of_environment);
    let https = read.proxies.https.map(|proxy| proxy.to_string());
    assert_eq!((https.as_deref(), warnings), (Some("http://other:1"), 0));
    let (read, warnings) = read_in(
        &ProviderModel::default(),
        &[("HTTP_PROXY", "http://other:1")],
    );
    assert_eq!((read.proxies.https, warnings), (None, 0));
}

/// A web identity is put together from the block and the environment, or is one of the environment's
/// own where nothing goes before it.
#[test]
fn a_web_identity_may_be_of_the_environment() {
    let variables = [
        ("AWS_ROLE_ARN", ROLE),
        ("AWS_ROLE_SESSION_NAME", "pipeline"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/of/environment"),
    ];
    let (read, _) = read_in(&ProviderModel::default(), &variables);
    let of_environment = WebIdentity {
        role_arn: ROLE.to_owned(),
        session_name: Some("pipeline".to_owned()),
        token_file: Some("/of/environment".to_owned()),
        ..WebIdentity::default()
    };
    assert_eq!(read.environment_web_identity, Some(of_environment.clone()));
    assert_eq!(read.assume_role_with_web_identity, None);

    let (read, _) = read_in(&web(|_| {}), &variables);
    assert_eq!(
        read.assume_role_with_web_identity
            .as_ref()
            .map(|w| w.role_arn.as_str()),
        Some(ROLE)
    );
    assert_eq!(read.environment_web_identity, None);
    let blank = with(|m| {
        m.assume_role_with_web_identity =
            Value::Value(vec![Value::Value(WebIdentityModel::default())]);
    });
    let (read, _) = read_in(&blank, &variables);
    assert_eq!(read.assume_role_with_web_identity, Some(of_environment));
    let token = [
        variables[0],
        ("TF_AWS_WEB_IDENTITY_TOKEN", "a.b.c.d"),
        variables[2],
    ];
    let (read, _) = read_in(&blank, &token);
    let identity = read.assume_role_with_web_identity.expect("an identity");
    assert_eq!(identity.token, Some(Secret::new("a.b.c.d".to_owned())));
    assert_eq!(identity.token_file, None);
    let keys = with(|m| {
        m.access_key = text("AKIAIOSFODNN7EXAMPLE");
        m.secret_key = text("wJalrXUtnFEMI");
    });
    assert_eq!(read_in(&keys, &variables).0.environment_web_identity, None);
}

/// A Region that is not spelled like one is refused, unless any spelling will do.
#[test]
fn a_region_is_spelled_like_one() {
    for name in ["region", "sts_region"] {
        let mut model = with(|m| match name {
            "region" => m.region = text("us-east1"),
            _ => m.sts_region = text("us-east1"),
        });
        let mut diags = Diagnostics::default();
        assert!(options(&mut diags, &model, &Environment::default()).is_null());
        assert_eq!(diags.errors.len(), 1);
        assert_eq!(diags.errors[0].attribute.to_string(), name);
        assert!(diags.errors[0].detail.contains("us-east1"));
        model.skip_region_validation = Value::Value(true);
        let (read, _) = read_in(&model, &[]);
        let taken = if name == "region" {
            read.region
        } else {
            read.sts_region
        };
        assert_eq!(taken.as_deref(), Some("us-east1"));
    }
}
