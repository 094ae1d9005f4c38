//! What tells one trail's selectors from all others, and the configuration that a state comes from.
//!
//! A trail has one set of selectors, so the identity is the trail's: its ARN, and what stands in it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::AttributeType;
use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::model::{Model, Private, Text};
use super::{TrailSelector, import};
use crate::aws::home_region::TrailArn;
use crate::protocol::{IdentityAttribute, IdentitySchema, ManagedResource};
use crate::provider::convert;
use crate::provider::explain;
use crate::provider::shared::Configured;

/// The identity as Terraform stores it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) trail_arn: Text,
    pub(crate) account_id: Text,
    pub(crate) region: Text,
}

#[async_trait]
impl ManagedResource for TrailSelector {
    type Identity = Identity;

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(schema())
    }

    fn identity(&self, state: &Value<Model>) -> Option<Identity> {
        of_state(state)
    }

    async fn import_identity<'a>(
        &self,
        diags: &mut Diagnostics,
        identity: Identity,
    ) -> Option<(Value<Model>, Value<Private>)> {
        let patience = self.to_read();
        let arn = arn(diags, &identity)?.to_string();
        let configured = self.shared.configured();
        let (state, private) = import::import(diags, &configured, arn, &patience).await?;
        Some((Value::Value(state), Value::Value(private)))
    }

    fn generate_config(
        &self,
        _diags: &mut Diagnostics,
        state: Value<Model>,
    ) -> Option<Value<Model>> {
        let configured = self.shared.configured();
        Some(state.map(|state| config(&configured, &state)))
    }

    fn upgrade_state(
        &self,
        diags: &mut Diagnostics,
        version: i64,
        _state: &serde_json::Value,
    ) -> Option<Value<Model>> {
        explain::error(
            diags,
            AttributePath::root(),
            "The state is of an unknown version",
            format!(
                "Found schema version {version}. This version of the provider has written version {} \
                 only. Use the version of the provider that wrote the state, or import the trail anew.",
                super::schema::VERSION
            ),
        );
        None
    }
}

/// The attributes of an identity.
fn schema() -> IdentitySchema {
    let text = |name, required_for_import, description| IdentityAttribute {
        name,
        attr_type: AttributeType::String,
        required_for_import,
        description,
    };
    IdentitySchema {
        version: 0,
        attributes: vec![
            text("trail_arn", true, "The trail's ARN."),
            text(
                "account_id",
                false,
                "The account that owns the trail, twelve digits; it stands in the ARN.",
            ),
            text(
                "region",
                false,
                "The trail's home Region; it stands in the ARN.",
            ),
        ],
    }
}

/// The identity of a trail.
pub(super) fn of_arn(arn: &TrailArn) -> Identity {
    Identity {
        trail_arn: Value::Value(arn.to_string()),
        account_id: Value::Value(arn.account().to_owned()),
        region: Value::Value(arn.region().to_owned()),
    }
}

/// The identity of what a state or a plan describes. The plan of a creation may not know it.
fn of_state(state: &Value<Model>) -> Option<Identity> {
    let arn = &state.as_ref_option()?.trail_arn;
    match arn.as_ref_option() {
        Some(arn) => TrailArn::parse(arn).ok().as_ref().map(of_arn),
        None => arn.is_unknown().then_some(Identity {
            trail_arn: Value::Unknown,
            account_id: Value::Unknown,
            region: Value::Unknown,
        }),
    }
}

/// The ARN of an identity that is to be imported.
fn arn(diags: &mut Diagnostics, identity: &Identity) -> Option<TrailArn> {
    let given = identity.trail_arn.as_ref_option().map(String::as_str);
    let arn = match TrailArn::parse(given.unwrap_or_default()) {
        Ok(arn) => arn,
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::new("trail_arn"),
                "Not the ARN of a trail",
                format!(
                    "Found {wrong}.\n\nExpected in the identity the ARN of a trail, such as \
                     arn:aws:cloudtrail:us-east-1:111122223333:trail/audit."
                ),
            );
            return None;
        }
    };
    for (name, given, expected) in [
        ("account_id", &identity.account_id, arn.account()),
        ("region", &identity.region, arn.region()),
    ] {
        if let Some(given) = given.as_ref_option().filter(|given| *given != expected) {
            explain::error(
                diags,
                AttributePath::new(name),
                "The identity contradicts itself",
                format!(
                    "Found {name} = `{given}`, but trail_arn says `{expected}`. Expected the same, or no \
                     {name} at all: it stands in the ARN."
                ),
            );
        }
    }
    diags.errors.is_empty().then_some(arn)
}

/// The shortest configuration that leads to a state: what equals the provider's defaults is left
/// out, and so is what can't be written.
fn config(configured: &Configured, state: &Model) -> Model {
    let blank = Model {
        trail_name: state.trail_name.clone(),
        ..Model::default()
    };
    let default = convert::inputs(&blank, None, &configured.event_catalog);
    let mut config = Model {
        region: state.region.clone(),
        timeouts: match &state.timeouts {
            Value::Value(blocks) => Value::Value(blocks.clone()),
            Value::Null | Value::Unknown => Value::Value(Vec::new()),
        },
        ..blank
    };
    let texts = [
        (
            &mut config.selector_name,
            &state.selector_name,
            &default.selector_name,
        ),
        (
            &mut config.read_write_type,
            &state.read_write_type,
            &default.read_write_type,
        ),
        (&mut config.filter_by, &state.filter_by, &default.filter_by),
        (&mut config.fallback, &state.fallback, &default.fallback),
        (
            &mut config.on_destroy,
            &state.on_destroy,
            &default.on_destroy,
        ),
    ];
    for (written, found, default) in texts {
        if found != default {
            written.clone_from(found);
        }
    }
    if state.preserve_other_categories != default.preserve_other_categories {
        config.preserve_other_categories = state.preserve_other_categories;
    }
    let sets = [
        (&mut config.services, &state.services, &default.services),
        (
            &mut config.access_levels,
            &state.access_levels,
            &default.access_levels,
        ),
        (
            &mut config.resource_families,
            &state.resource_families,
            &default.resource_families,
        ),
        (
            &mut config.include_event_names,
            &state.include_event_names,
            &default.include_event_names,
        ),
        (
            &mut config.exclude_event_names,
            &state.exclude_event_names,
            &default.exclude_event_names,
        ),
    ];
    for (written, found, default) in sets {
        if convert::texts(found) != convert::texts(default) {
            written.clone_from(found);
        }
    }
    config
}
