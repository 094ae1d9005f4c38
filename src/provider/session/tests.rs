//! The rules of the session arguments, each with what keeps it and what breaks it.
//!
//! A wrong value is an error on its own attribute, which says what was found; a value that is not
//! known yet is none. Imports the session and its models.

mod environment;

use std::time::Duration;

use tf_provider::Diagnostics;
use tf_provider::value::Value;

use super::model::{AssumeRoleModel, EndpointsModel, TextList, WebIdentityModel};
use super::rule::{
    ACCOUNT_ID, ARN, EXTERNAL_ID, POLICY, ROLE_ARN, Rule, SESSION_NAME, SOURCE_IDENTITY, URL,
};
use super::{ProviderModel, options, secrets};
use crate::aws::config::{
    AssumeRole, MetadataMode, Rate, RetryMode, Secret, SessionOptions, WebIdentity,
};
use crate::aws::environment::Environment;
use crate::provider::iam_only_trail_selector::model::Text;

const ROLE: &str = "arn:aws:iam::111122223333:role/audit";

fn text(text: &str) -> Text {
    Value::Value(text.to_owned())
}

fn list(texts: &[&str]) -> TextList {
    Value::Value(texts.iter().map(|one| text(one)).collect())
}

fn role(change: impl FnOnce(&mut AssumeRoleModel)) -> ProviderModel {
    let mut block = AssumeRoleModel {
        role_arn: text(ROLE),
        ..AssumeRoleModel::default()
    };
    change(&mut block);
    roles(vec![block])
}

fn roles(blocks: Vec<AssumeRoleModel>) -> ProviderModel {
    ProviderModel {
        assume_role: Value::Value(blocks.into_iter().map(Value::Value).collect()),
        ..ProviderModel::default()
    }
}

fn web(change: impl FnOnce(&mut WebIdentityModel)) -> ProviderModel {
    let mut block = WebIdentityModel {
        role_arn: text(ROLE),
        web_identity_token_file: text("/run/token"),
        ..WebIdentityModel::default()
    };
    change(&mut block);
    ProviderModel {
        assume_role_with_web_identity: Value::Value(vec![Value::Value(block)]),
        ..ProviderModel::default()
    }
}

fn with(change: impl FnOnce(&mut ProviderModel)) -> ProviderModel {
    let mut model = ProviderModel::default();
    change(&mut model);
    model
}

/// What becomes of a provider block that has nothing wrong.
fn read(model: &ProviderModel) -> SessionOptions {
    let mut diags = Diagnostics::default();
    let read = options(&mut diags, model, &Environment::default());
    assert!(
        diags.errors.is_empty() && diags.warnings.is_empty(),
        "{diags:?}"
    );
    read.as_option().expect("everything is known")
}

/// Each rule takes these texts and refuses those.
#[test]
fn every_rule_takes_and_refuses() {
    let long = |length: usize| "x".repeat(length);
    let table: [(&Rule, Vec<String>, Vec<String>); 8] = [
        (
            &ACCOUNT_ID,
            vec!["111122223333".into(), "000000000000".into()],
            vec![
                "11112222333".into(),
                "1111222233334".into(),
                "11112222333x".into(),
                "١٢".into(),
            ],
        ),
        (
            &ROLE_ARN,
            vec![
                ROLE.into(),
                "arn:aws-us-gov:iam::111122223333:role/path/to/audit".into(),
                "arn:aws-cn:iam::111122223333:role/a:b".into(),
            ],
            vec![
                "audit".into(),
                "arn:aws:iam::111122223333:user/audit".into(),
                "arn:aws:iam::111122223333:role/".into(),
                "arn:aws:iam::1111:role/audit".into(),
                "arn:aws:iam:us-east-1:111122223333:role/audit".into(),
                "arn::iam::111122223333:role/audit".into(),
                "arn:aws:sts::111122223333:assumed-role/audit/me".into(),
            ],
        ),
        (
            &ARN,
            vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
            vec![
                "ReadOnlyAccess".into(),
                "arn:aws:iam::aws:".into(),
                "arn::iam::aws:policy/x".into(),
            ],
        ),
        (
            &SESSION_NAME,
            vec!["ab".into(), long(64), "a_Z9+=,.@-".into()],
            vec![
                "a".into(),
                long(65),
                "two words".into(),
                "a/b".into(),
                "é-é".into(),
            ],
        ),
        (
            &SOURCE_IDENTITY,
            vec!["ab".into(), long(64)],
            vec!["a".into(), long(65), "aws:me".into()],
        ),
        (
            &EXTERNAL_ID,
            vec!["12".into(), long(1_224)],
            vec!["1".into(), long(1_225)],
        ),
        (
            &POLICY,
            vec![
                "{}".into(),
                "{\"Version\": \"2012-10-17\", \"Statement\": []}".into(),
            ],
            vec![
                "{".into(),
                "[]".into(),
                "\"{}\"".into(),
                "Version: 2012-10-17".into(),
            ],
        ),
        (
            &URL,
            vec!["http://127.0.0.1:1".into(), "https://sts.example".into()],
            vec!["127.0.0.1".into(), "ftp://sts.example".into()],
        ),
    ];
    for (rule, taken, refused) in table {
        assert!(rule.summary.split(' ').count() <= 8, "{}", rule.summary);
        assert!(rule.expected.starts_with("Expected ") && rule.expected.ends_with('.'));
        for text in taken {
            assert!((rule.keeps)(&text), "{}: {text}", rule.summary);
        }
        for text in refused {
            assert!(!(rule.keeps)(&text), "{}: {text}", rule.summary);
        }
    }
}

/// Provider blocks with one thing wrong: where it is, and what has to be said of it.
#[expect(clippy::too_many_lines, reason = "a table: one row a mistake")]
fn mistakes() -> Vec<(ProviderModel, &'static str, &'static str)> {
    vec![
        (
            role(|b| b.role_arn = text("audit")),
            "assume_role[0].role_arn",
            "audit",
        ),
        (
            role(|b| b.session_name = text("a b")),
            "assume_role[0].session_name",
            "a b",
        ),
        (
            role(|b| b.external_id = text("1")),
            "assume_role[0].external_id",
            "`1`",
        ),
        (
            role(|b| b.duration = text("14m59s")),
            "assume_role[0].duration",
            "14m59s",
        ),
        (
            role(|b| b.duration = text("12h1s")),
            "assume_role[0].duration",
            "12h1s",
        ),
        (
            role(|b| b.duration = text("soon")),
            "assume_role[0].duration",
            "soon",
        ),
        (
            role(|b| b.policy = text("{")),
            "assume_role[0].policy",
            "jsonencode",
        ),
        (
            role(|b| b.policy_arns = list(&["x"])),
            "assume_role[0].policy_arns",
            "`x`",
        ),
        (
            role(|b| b.source_identity = text("a")),
            "assume_role[0].source_identity",
            "`a`",
        ),
        (
            role(|b| b.transitive_tag_keys = list(&["team"])),
            "assume_role[0].transitive_tag_keys",
            "team",
        ),
        (
            roles(vec![
                AssumeRoleModel {
                    role_arn: text(ROLE),
                    ..AssumeRoleModel::default()
                },
                AssumeRoleModel::default(),
            ]),
            "assume_role[1].role_arn",
            "several blocks",
        ),
        (
            web(|b| b.role_arn = Value::Null),
            "assume_role_with_web_identity[0].role_arn",
            "without role_arn",
        ),
        (
            web(|b| b.role_arn = text("audit")),
            "assume_role_with_web_identity[0].role_arn",
            "audit",
        ),
        (
            web(|b| b.web_identity_token = text("a.b.c.d")),
            "assume_role_with_web_identity[0]",
            "both",
        ),
        (
            web(|b| b.web_identity_token_file = Value::Null),
            "assume_role_with_web_identity[0]",
            "neither",
        ),
        (
            web(|b| {
                b.web_identity_token_file = Value::Null;
                b.web_identity_token = text("abc");
            }),
            "assume_role_with_web_identity[0]",
            "3 characters",
        ),
        (
            web(|b| b.session_name = text("a")),
            "assume_role_with_web_identity[0].session_name",
            "`a`",
        ),
        (
            web(|b| b.duration = text("1s")),
            "assume_role_with_web_identity[0].duration",
            "15m",
        ),
        (
            web(|b| b.policy = text("x")),
            "assume_role_with_web_identity[0].policy",
            "JSON",
        ),
        (
            web(|b| b.policy_arns = list(&["x"])),
            "assume_role_with_web_identity[0].policy_arns",
            "`x`",
        ),
        (
            with(|m| m.allowed_account_ids = list(&["1"])),
            "allowed_account_ids",
            "12 digits",
        ),
        (
            with(|m| m.forbidden_account_ids = list(&["1"])),
            "forbidden_account_ids",
            "12 digits",
        ),
        (
            with(|m| {
                m.allowed_account_ids = list(&["111122223333"]);
                m.forbidden_account_ids = list(&["444455556666"]);
            }),
            "forbidden_account_ids",
            "Expected one of them",
        ),
        (
            with(|m| m.retry_mode = text("legacy")),
            "retry_mode",
            "`standard`, `adaptive`",
        ),
        (
            with(|m| m.ec2_metadata_service_endpoint_mode = text("ipv4")),
            "ec2_metadata_service_endpoint_mode",
            "`IPv4`, `IPv6`",
        ),
        (
            with(|m| m.ec2_metadata_service_endpoint = text("169.254.169.254")),
            "ec2_metadata_service_endpoint",
            "https://",
        ),
        (
            with(|m| m.max_retries = Value::Value(1.5)),
            "max_retries",
            "1.5",
        ),
        (
            with(|m| m.max_retries = Value::Value(-1.0)),
            "max_retries",
            "-1",
        ),
        (
            with(|m| m.max_reads_per_second = Value::Value(0.0)),
            "max_reads_per_second",
            "greater than 0",
        ),
        (
            with(|m| m.max_writes_per_second = Value::Value(-0.5)),
            "max_writes_per_second",
            "-0.5",
        ),
        (
            with(|m| m.max_writes_per_second = Value::Value(f64::NAN)),
            "max_writes_per_second",
            "NaN",
        ),
        (
            with(|m| m.skip_metadata_api_check = text("yes")),
            "skip_metadata_api_check",
            "yes",
        ),
        (
            with(|m| m.access_key = text("AKIA")),
            "",
            "without secret_key",
        ),
        (
            with(|m| m.secret_key = text("wJal")),
            "",
            "without access_key",
        ),
        (with(|m| m.token = text("FwoG")), "", "without access_key"),
        (
            with(|m| {
                let endpoint = EndpointsModel {
                    sts: text("sts"),
                    cloudtrail: Value::Null,
                };
                m.endpoints = Value::Value(vec![Value::Value(endpoint)]);
            }),
            "endpoints",
            "for sts",
        ),
    ]
}

/// Every wrong value is one error, on its own attribute, which tells what was found and expected.
#[test]
fn a_wrong_value_is_an_error_on_its_attribute() {
    for (model, path, said) in mistakes() {
        let mut diags = Diagnostics::default();
        assert!(
            options(&mut diags, &model, &Environment::default()).is_null(),
            "{path}"
        );
        let [error] = diags.errors.as_slice() else {
            panic!("not one error for {path}: {diags:?}");
        };
        assert_eq!(error.attribute.to_string(), path);
        assert!(error.summary.split(' ').count() <= 8, "{}", error.summary);
        assert!(error.detail.contains(said), "{path}: {}", error.detail);
        for secret in ["AKIA", "wJal", "FwoG", "abc", "a.b.c.d"] {
            assert!(!error.detail.contains(secret), "{}", error.detail);
        }
    }
}

/// A single block without a role is ignored, and said to be.
#[test]
fn an_empty_block_is_ignored_with_a_warning() {
    for block in [
        AssumeRoleModel::default(),
        AssumeRoleModel {
            role_arn: text(""),
            session_name: text("me"),
            ..AssumeRoleModel::default()
        },
    ] {
        let mut diags = Diagnostics::default();
        let read = options(&mut diags, &roles(vec![block]), &Environment::default());
        assert_eq!(read, Value::Value(SessionOptions::default()));
        let [warning] = diags.warnings.as_slice() else {
            panic!("not one warning: {diags:?}");
        };
        assert_eq!(warning.attribute.to_string(), "assume_role[0].role_arn");
        assert!(warning.detail.contains("ignored"));
    }
}

/// One value that is not known makes the session unknown, wherever it stands, and is not judged.
#[test]
fn what_is_unknown_is_not_judged() {
    let unknown = || Value::Value(vec![Value::Unknown]);
    let cases: Vec<ProviderModel> = vec![
        role(|b| b.role_arn = Value::Unknown),
        role(|b| b.external_id = Value::Unknown),
        role(|b| b.policy_arns = unknown()),
        role(|b| {
            b.tags = Value::Unknown;
            b.transitive_tag_keys = list(&["team"]);
        }),
        role(|b| b.tags = Value::Value([("team".to_owned(), Value::Unknown)].into())),
        roles(vec![
            AssumeRoleModel {
                role_arn: Value::Unknown,
                ..AssumeRoleModel::default()
            },
            AssumeRoleModel {
                role_arn: text(ROLE),
                ..AssumeRoleModel::default()
            },
        ]),
        with(|m| m.assume_role = Value::Unknown),
        with(|m| m.assume_role = Value::Value(vec![Value::Unknown])),
        web(|b| b.web_identity_token = Value::Unknown),
        web(|b| b.web_identity_token_file = Value::Unknown),
        web(|b| b.role_arn = Value::Unknown),
        with(|m| m.assume_role_with_web_identity = Value::Unknown),
        with(|m| m.shared_config_files = unknown()),
        with(|m| m.shared_credentials_files = Value::Unknown),
        with(|m| m.user_agent = unknown()),
        with(|m| {
            m.allowed_account_ids = unknown();
            m.forbidden_account_ids = list(&["444455556666"]);
        }),
        with(|m| m.forbidden_account_ids = Value::Unknown),
        with(|m| m.sts_region = Value::Unknown),
        with(|m| m.use_fips_endpoint = Value::Unknown),
        with(|m| m.use_dualstack_endpoint = Value::Unknown),
        with(|m| m.retry_mode = Value::Unknown),
        with(|m| m.ec2_metadata_service_endpoint = Value::Unknown),
        with(|m| m.ec2_metadata_service_endpoint_mode = Value::Unknown),
        with(|m| m.max_retries = Value::Unknown),
        with(|m| m.token_bucket_rate_limiter_capacity = Value::Unknown),
        with(|m| m.custom_ca_bundle = Value::Unknown),
        with(|m| m.http_proxy = Value::Unknown),
        with(|m| m.https_proxy = Value::Unknown),
        with(|m| m.no_proxy = Value::Unknown),
        with(|m| m.insecure = Value::Unknown),
        with(|m| m.skip_region_validation = Value::Unknown),
        with(|m| m.max_reads_per_second = Value::Unknown),
        with(|m| m.max_writes_per_second = Value::Unknown),
        with(|m| m.endpoints = Value::Value(vec![Value::Unknown])),
    ];
    for (number, model) in cases.iter().enumerate() {
        let mut diags = Diagnostics::default();
        let read = options(&mut diags, model, &Environment::default());
        assert!(
            diags.errors.is_empty() && diags.warnings.is_empty(),
            "{number}: {diags:?}"
        );
        assert!(read.is_unknown(), "{number}");
    }
}

/// What is wrong is told although something else is not known yet.
#[test]
fn what_is_known_is_judged_beside_what_is_not() {
    let model = role(|b| {
        b.role_arn = Value::Unknown;
        b.session_name = text("a");
    });
    let mut diags = Diagnostics::default();
    assert!(options(&mut diags, &model, &Environment::default()).is_null());
    assert_eq!(diags.errors.len(), 1);
}

/// Every argument of a role gets where it belongs, and the order of a chain is kept.
#[test]
fn roles_are_read() {
    let first = AssumeRoleModel {
        role_arn: text(ROLE),
        session_name: text("terraform"),
        external_id: text("12345"),
        duration: text("1h30m"),
        policy: text("{}"),
        policy_arns: list(&["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
        tags: Value::Value([("team".to_owned(), text("audit"))].into()),
        transitive_tag_keys: list(&["team"]),
        source_identity: text("me"),
    };
    let second = AssumeRoleModel {
        role_arn: text("arn:aws:iam::444455556666:role/trails"),
        ..AssumeRoleModel::default()
    };
    let expected = vec![
        AssumeRole {
            role_arn: ROLE.to_owned(),
            session_name: Some("terraform".to_owned()),
            external_id: Some("12345".to_owned()),
            duration: Some(Duration::from_mins(90)),
            policy: Some("{}".to_owned()),
            policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned()],
            tags: [("team".to_owned(), "audit".to_owned())].into(),
            transitive_tag_keys: vec!["team".to_owned()],
            source_identity: Some("me".to_owned()),
        },
        AssumeRole {
            role_arn: "arn:aws:iam::444455556666:role/trails".to_owned(),
            ..AssumeRole::default()
        },
    ];
    assert_eq!(read(&roles(vec![first, second])).assume_role, expected);
}

/// A web identity is read, and its token is one of the block's secrets.
#[test]
fn a_web_identity_is_read() {
    let model = web(|b| {
        b.web_identity_token_file = Value::Null;
        b.web_identity_token = text("eyJhbGciOi");
        b.duration = text("15m");
        b.session_name = text("ci");
    });
    assert_eq!(secrets(&model).collect::<Vec<_>>(), ["eyJhbGciOi"]);
    let expected = WebIdentity {
        role_arn: ROLE.to_owned(),
        session_name: Some("ci".to_owned()),
        duration: Some(Duration::from_mins(15)),
        token: Some(Secret::new("eyJhbGciOi".to_owned())),
        ..WebIdentity::default()
    };
    assert_eq!(read(&model).assume_role_with_web_identity, Some(expected));
    let file = read(&web(|_| ())).assume_role_with_web_identity;
    assert_eq!(
        file.and_then(|web| web.token_file).as_deref(),
        Some("/run/token")
    );
}

/// The other arguments get where they belong; lists keep their order, and an empty text is none.
#[test]
fn arguments_are_read() {
    let model = with(|m| {
        m.shared_config_files = list(&["b", "a"]);
        m.shared_credentials_files = list(&["~/c"]);
        m.sts_region = text("eu-west-1");
        m.use_fips_endpoint = Value::Value(true);
        m.use_dualstack_endpoint = Value::Value(false);
        m.retry_mode = text("adaptive");
        m.user_agent = list(&["pipeline/1.4", "team/audit"]);
        m.allowed_account_ids = list(&["111122223333"]);
        m.forbidden_account_ids = list(&[]);
        m.ec2_metadata_service_endpoint = text("http://[fd00:ec2::254]");
        m.ec2_metadata_service_endpoint_mode = text("IPv6");
        m.max_retries = Value::Value(3.0);
        m.max_reads_per_second = Value::Value(8.0);
        m.max_writes_per_second = Value::Value(0.5);
        m.profile = text("");
    });
    let expected = SessionOptions {
        shared_config_files: vec!["b".to_owned(), "a".to_owned()],
        shared_credentials_files: vec!["~/c".to_owned()],
        sts_region: Some("eu-west-1".to_owned()),
        use_fips_endpoint: Some(true),
        use_dualstack_endpoint: Some(false),
        retry_mode: Some(RetryMode::Adaptive),
        user_agent: vec!["pipeline/1.4".to_owned(), "team/audit".to_owned()],
        allowed_account_ids: ["111122223333".to_owned()].into(),
        ec2_metadata_service_endpoint: Some("http://[fd00:ec2::254]".to_owned()),
        ec2_metadata_service_endpoint_mode: Some(MetadataMode::IPv6),
        max_retries: Some(3),
        max_reads_per_second: Rate::new(8.0),
        max_writes_per_second: Rate::new(0.5),
        ..SessionOptions::default()
    };
    assert_eq!(read(&model), expected);
    assert_eq!(read(&ProviderModel::default()), SessionOptions::default());
}
