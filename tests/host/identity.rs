//! The real provider's identity: what it is made of, and importing by it.

use serde_json::json;

use super::core::errors;
use super::cycle::{SELECTOR, cloud, identity_of};
use super::shape::Type;
use super::stage::Stage;
use super::value::Val;
use super::wire::tfplugin6 as wire;
use crate::simulator::StoreSeed;
use wire::attribute_path::step::Selector;

const STORE: &str = "iam_only_event_data_store_selector";

/// The ARN is what an import needs; what stands in it may be said besides.
#[tokio::test]
async fn the_identity_is_the_arn() {
    let (simulator, _) = cloud();
    let stage = Stage::real(&simulator).await;
    let of_each = [(STORE, "event_data_store_arn"), (SELECTOR, "trail_arn")];
    let known: Vec<_> = stage.core.identities.keys().collect();
    assert_eq!(known, of_each.map(|(resource, _)| resource));
    for (resource, arn) in of_each {
        let schema = &stage.core.identities[resource];
        let about = |one: &wire::resource_identity_schema::IdentityAttribute| {
            assert_eq!(Type::parse(&one.r#type), Type::Text);
            assert!(!one.description.is_empty(), "{one:?}");
            (one.name.clone(), one.required_for_import)
        };
        let attributes: Vec<_> = schema.identity_attributes.iter().map(about).collect();
        let expected = [(arn, true), ("account_id", false), ("region", false)];
        assert_eq!(
            attributes,
            expected.map(|(name, required)| (name.to_owned(), required))
        );
        assert_eq!(schema.version, 0);
    }
}

/// An import by identity comes to the same as one by ARN, with and without what stands in the ARN.
#[tokio::test]
async fn an_import_by_identity_is_one_by_arn() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let by_id = stage.core.import(SELECTOR, &arn).await.expect("an import");
    assert_eq!(by_id.identity, Some(identity_of(&arn)));
    let bare = identity_of(&arn)
        .with("account_id", Val::Null)
        .with("region", Val::Null);
    for identity in [identity_of(&arn), bare] {
        let imported = stage.core.import_identity(SELECTOR, identity).await;
        assert_eq!(imported.expect("an import"), by_id);
    }
    // By its name it is the same trail.
    let by_name = stage
        .core
        .import(SELECTOR, "audit")
        .await
        .expect("an import");
    assert_eq!(by_name.identity, by_id.identity);
}

/// An event data store is imported by its identity as by its ARN.
#[tokio::test]
async fn a_store_is_imported_by_its_identity() {
    let (simulator, _) = cloud();
    let arn = simulator.create_store(StoreSeed::default());
    let stage = Stage::real(&simulator).await;
    let by_arn = stage.core.import(STORE, &arn).await.expect("an import");
    let identity = by_arn.identity.clone().expect("an identity");
    let by_identity = stage.core.import_identity(STORE, identity).await;
    assert_eq!(by_identity.expect("an import"), by_arn);
}

/// An identity that is none, or says two things at once, is told where it is wrong, and no call is
/// made.
#[tokio::test]
async fn a_wrong_identity_is_told_where() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let right = identity_of(&arn);
    let other = "999999999999";
    for (identity, place) in [
        (right.clone().with("trail_arn", "audit"), "trail_arn"),
        (right.clone().with("trail_arn", ""), "trail_arn"),
        (right.clone().with("trail_arn", Val::Null), "trail_arn"),
        (
            right.clone().with("trail_arn", "arn:aws:s3:::bucket"),
            "trail_arn",
        ),
        (right.clone().with("account_id", other), "account_id"),
        (right.with("region", "eu-west-1"), "region"),
    ] {
        let told = stage.core.import_identity(SELECTOR, identity.clone()).await;
        let told = told.map(|_| ()).expect_err("a wrong identity");
        assert_eq!(errors(&told).len(), 1, "{identity:?}: {told:#?}");
        let steps = told[0].attribute.as_ref().map(|path| path.steps.as_slice());
        let Some([step]) = steps else {
            panic!("no place: {told:#?}");
        };
        let name = Selector::AttributeName(place.to_owned());
        assert_eq!(step.selector, Some(name));
    }
    assert!(simulator.journal().is_empty());
}

/// A trail that is not there is not imported by identity either.
#[tokio::test]
async fn a_trail_that_is_not_there_is_not_imported() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let elsewhere = arn.replace("us-east-1", "eu-west-1");
    for arn in [arn.replace("audit", "other"), elsewhere] {
        let told = stage
            .core
            .import_identity(SELECTOR, identity_of(&arn))
            .await;
        let told = told.map(|_| ()).expect_err("there is none");
        assert_eq!(errors(&told).len(), 1, "{told:#?}");
    }
}

/// A stored identity of today's version comes back as it was, one of another does not.
#[tokio::test]
async fn a_stored_identity_comes_back() {
    let (simulator, arn) = cloud();
    let stage = Stage::real(&simulator).await;
    let identity = identity_of(&arn);
    for (version, is_ours) in [(0, true), (1, false)] {
        let request = wire::upgrade_resource_identity::Request {
            type_name: SELECTOR.to_owned(),
            version,
            raw_identity: Some(wire::RawState {
                json: identity.json().to_string().into(),
                ..wire::RawState::default()
            }),
        };
        let answer = stage
            .core
            .client
            .rpc()
            .upgrade_resource_identity(request)
            .await;
        let answer = answer.expect("no status").into_inner();
        assert_eq!(
            errors(&answer.diagnostics).is_empty(),
            is_ours,
            "{answer:?}"
        );
        let data = answer.upgraded_identity.and_then(|one| one.identity_data);
        let expected = if is_ours { identity.clone() } else { Val::Null };
        assert_eq!(Val::read(data.as_ref()), expected);
    }
    let told = stage.core.upgrade(SELECTOR, 7, &json!({})).await;
    assert_eq!(errors(&told.expect_err("no such version")).len(), 1);
}
