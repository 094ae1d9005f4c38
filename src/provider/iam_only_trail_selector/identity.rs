//! What tells one trail's selectors from all others, and the configuration that a state comes from.
//!
//! A trail has one set of selectors, so the identity is the trail's: its ARN, and what stands in it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::AttributeType;
use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::model::{Model, Private, Text};
use super::{TrailSelector, import, plan};
use crate::aws::home_region::TrailArn;
use crate::protocol::{IdentityAttribute, IdentitySchema, ManagedResource};
use crate::provider::convert;
use crate::provider::shared::Configured;
use crate::provider::{destination, explain};
use crate::rules::Destination;

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
        let patience = destination::to_read(&self.shared);
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
        let ours = super::schema::VERSION;
        destination::unknown_version(diags, Destination::Trail, version, ours);
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
    let parts = [
        ("account_id", &identity.account_id, arn.account()),
        ("region", &identity.region, arn.region()),
    ];
    destination::check_identity(diags, "trail_arn", parts);
    diags.errors.is_empty().then_some(arn)
}

/// The shortest configuration that leads to a state: what equals the provider's defaults is left
/// out, and so is what can't be written.
fn config(configured: &Configured, state: &Model) -> Model {
    let blank = Model {
        trail_name: state.trail_name.clone(),
        ..Model::default()
    };
    let default = plan::inputs(&blank, None, &configured.event_catalog);
    let mut config = Model {
        region: state.region.clone(),
        fallback: if state.fallback == default.fallback {
            Value::Null
        } else {
            state.fallback.clone()
        },
        timeouts: match &state.timeouts {
            Value::Value(blocks) => Value::Value(blocks.clone()),
            Value::Null | Value::Unknown => Value::Value(Vec::new()),
        },
        ..blank
    };
    config.set_choice(convert::shortest(state.choice(), &default.choice()));
    config
}
