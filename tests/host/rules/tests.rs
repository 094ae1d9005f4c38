//! The rules' own negative twins: an answer that breaks one is told.

use serde_json::json;

use super::super::shape::Type;
use super::super::value::Val;
use super::super::wire::tfplugin6 as wire;
use super::{applied, diagnostics, generated, identity, plan, replanned};
use wire::schema::{Attribute, Block};

/// A block with an attribute that is typed, one that may be, and one that is computed.
fn block() -> Block {
    let attribute = |name: &str, kind: &str, computed, optional| Attribute {
        name: name.to_owned(),
        r#type: kind.to_owned().into(),
        computed,
        optional,
        required: !computed && !optional,
        ..Attribute::default()
    };
    Block {
        attributes: vec![
            attribute("typed", r#""string""#, false, false),
            attribute("either", r#"["set","string"]"#, true, true),
            attribute("computed", r#""number""#, true, false),
        ],
        ..Block::default()
    }
}

fn object(typed: &str, either: impl Into<Val>, computed: impl Into<Val>) -> Val {
    Val::from(json!({"typed": typed}))
        .with("either", either)
        .with("computed", computed)
}

/// A plan says what is configured, or what was there; what is not configured is the provider's.
#[test]
fn a_plan_keeps_to_the_configuration() {
    let config = object("a", Val::Null, Val::Null);
    let right = object("a", Val::Unknown, 1.0);
    assert!(plan(&block(), &Val::Null, &config, &right).is_empty());
    let prior = object("A", Val::Null, Val::Null);
    let as_before = object("A", Val::Null, Val::Null);
    assert!(plan(&block(), &prior, &config, &as_before).is_empty());
    for wrong in [
        object("b", Val::Null, Val::Null),
        Val::Null,
        right.clone().with("typed", Val::Unknown),
    ] {
        assert!(
            !plan(&block(), &Val::Null, &config, &wrong).is_empty(),
            "{wrong:?}"
        );
    }
    let configured = config.with("either", json!(["x"]));
    assert!(!plan(&block(), &Val::Null, &configured, &right).is_empty());
}

/// An apply comes to what was planned, and to nothing unknown.
#[test]
fn an_apply_keeps_to_the_plan() {
    let kind = Type::of_block(&block());
    let planned = object("a", Val::List(vec!["x".into(), Val::Unknown]), Val::Unknown);
    for right in [json!(["x", "y"]), json!(["x"])] {
        assert!(applied(&kind, &planned, &object("a", right, 1.0)).is_empty());
    }
    for wrong in [
        object("b", json!(["x"]), 1.0),
        object("a", Val::Null, 1.0),
        object("a", json!(["y"]), Val::Unknown),
        object("a", json!(["x", "y", "z"]), 1.0),
        Val::Null,
    ] {
        assert!(!applied(&kind, &planned, &wrong).is_empty(), "{wrong:?}");
    }
    let without_x = object("a", json!(["y"]), 1.0);
    let of_x = object("a", json!(["x"]), Val::Unknown);
    assert!(!applied(&kind, &of_x, &without_x).is_empty());
}

/// A second plan may know more, and nothing else.
#[test]
fn a_second_plan_keeps_to_the_first() {
    let first = object("a", Val::Unknown, 1.0);
    assert!(replanned(&first, &object("a", json!(["x"]), 1.0)).is_empty());
    for wrong in [
        object("a", Val::Unknown, 2.0),
        object("a", Val::Unknown, Val::Unknown),
    ] {
        assert!(!replanned(&first, &wrong).is_empty(), "{wrong:?}");
    }
}

/// An identity belongs to a type that has one, stays as it is, and is known but while it is made.
#[test]
fn an_identity_stays() {
    let schema = wire::ResourceIdentitySchema {
        version: 0,
        identity_attributes: vec![wire::resource_identity_schema::IdentityAttribute {
            name: "key".to_owned(),
            r#type: r#""string""#.into(),
            required_for_import: true,
            ..Default::default()
        }],
    };
    let data = |value: Val| wire::ResourceIdentityData {
        identity_data: Some(value.msgpack()),
    };
    let [one, other] = ["a", "b"].map(|key| Val::from(json!({"key": key})));
    let unknown = one.clone().with("key", Val::Unknown);
    let given = Some(data(one.clone()));
    let held = |prior, given: Option<&_>, made| identity(Some(&schema), prior, given, made);
    assert_eq!(
        held(Some(&one), given.as_ref(), false),
        Ok(Some(one.clone()))
    );
    assert_eq!(held(None, None, false), Ok(None));
    held(Some(&other), given.as_ref(), false).expect_err("it changed");
    held(Some(&one), None, false).expect_err("it is forgotten");
    held(None, Some(&data(unknown.clone())), false).expect_err("it is unknown");
    held(None, Some(&data(unknown)), true).expect("while it is made");
    held(None, Some(&data(json!({"key": null}).into())), true).expect_err("it is null");
    held(None, Some(&data(json!({"kez": "a"}).into())), true).expect_err("another type");
    identity(None, None, given.as_ref(), true).expect_err("a type without identity");
}

/// What is generated could have been typed.
#[test]
fn a_generated_configuration_could_be_typed() {
    assert!(generated(&block(), &object("a", json!(["x"]), Val::Null)).is_empty());
    for wrong in [
        object("a", Val::Null, 1.0),
        object("a", Val::Unknown, Val::Null),
        Val::from(json!({"typed": null, "either": null, "computed": null})),
    ] {
        assert!(!generated(&block(), &wrong).is_empty(), "{wrong:?}");
    }
}

/// A diagnostic has a severity, a summary, and a path into the schema or none.
#[test]
fn a_diagnostic_leads_somewhere() {
    use wire::attribute_path::{Step, step::Selector};
    let told = |severity, summary: &str, steps: Option<Vec<Selector>>| wire::Diagnostic {
        severity,
        summary: summary.to_owned(),
        detail: String::new(),
        attribute: steps.map(|steps| wire::AttributePath {
            steps: steps
                .into_iter()
                .map(|one| Step {
                    selector: Some(one),
                })
                .collect(),
        }),
    };
    let name = |name: &str| Selector::AttributeName(name.to_owned());
    let right = [told(1, "s", None), told(2, "s", Some(vec![name("typed")]))];
    assert!(diagnostics(Some(&block()), &right).is_empty());
    for wrong in [
        told(0, "s", None),
        told(7, "s", None),
        told(1, "", None),
        told(1, "s", Some(vec![])),
        told(1, "s", Some(vec![name("other")])),
        told(
            1,
            "s",
            Some(vec![name("typed"), Selector::ElementKeyInt(0)]),
        ),
    ] {
        assert!(
            !diagnostics(Some(&block()), std::slice::from_ref(&wrong)).is_empty(),
            "{wrong:?}"
        );
    }
}
