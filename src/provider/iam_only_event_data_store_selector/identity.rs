//! What tells one store's selectors from all others, and the configuration that a state comes from.
//!
//! An event data store has one set of selectors, so the identity is the store's: its ARN, and what stands
//! in it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::AttributeType;
use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::model::{Model, Private, Text};
use super::{StoreSelector, import, plan};
use crate::aws::event_data_store::StoreArn;
use crate::protocol::{IdentityAttribute, IdentitySchema, ManagedResource};
use crate::provider::convert;
use crate::provider::shared::Configured;
use crate::provider::{destination, explain};
use crate::rules::Destination;

/// The identity as Terraform stores it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) event_data_store_arn: Text,
    pub(crate) account_id: Text,
    pub(crate) region: Text,
}

#[async_trait]
impl ManagedResource for StoreSelector {
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
        destination::unknown_version(diags, Destination::EventDataStore, version, ours);
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
            text("event_data_store_arn", true, "The event data store's ARN."),
            text(
                "account_id",
                false,
                "The account that owns the event data store, twelve digits; it stands in the ARN.",
            ),
            text(
                "region",
                false,
                "The Region in which the event data store is; it stands in the ARN.",
            ),
        ],
    }
}

/// The identity of a store.
pub(super) fn of_arn(arn: &StoreArn) -> Identity {
    Identity {
        event_data_store_arn: Value::Value(arn.to_string()),
        account_id: Value::Value(arn.account().to_owned()),
        region: Value::Value(arn.region().to_owned()),
    }
}

/// The identity of what a state or a plan describes. The plan of a creation may not know it.
fn of_state(state: &Value<Model>) -> Option<Identity> {
    let arn = &state.as_ref_option()?.event_data_store_arn;
    match arn.as_ref_option() {
        Some(arn) => StoreArn::parse(arn).ok().as_ref().map(of_arn),
        None => arn.is_unknown().then_some(Identity {
            event_data_store_arn: Value::Unknown,
            account_id: Value::Unknown,
            region: Value::Unknown,
        }),
    }
}

/// The ARN of an identity that is to be imported.
fn arn(diags: &mut Diagnostics, identity: &Identity) -> Option<StoreArn> {
    let given = identity.event_data_store_arn.as_ref_option();
    let arn = match StoreArn::parse(given.map_or("", String::as_str)) {
        Ok(arn) => arn,
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::new("event_data_store_arn"),
                "Not the ARN of a store",
                format!(
                    "Found {wrong}.\n\nExpected in the identity the ARN of an event data store, such as \
                     arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/ID."
                ),
            );
            return None;
        }
    };
    let parts = [
        ("account_id", &identity.account_id, arn.account()),
        ("region", &identity.region, arn.region()),
    ];
    destination::check_identity(diags, "event_data_store_arn", parts);
    diags.errors.is_empty().then_some(arn)
}

/// The shortest configuration that leads to a state: what equals the defaults is left out, and so is
/// what can't be written. The default of `filter_by` is the one that fits the rest.
fn config(configured: &Configured, state: &Model) -> Model {
    let blank = Model {
        event_data_store: state.event_data_store.clone(),
        ..Model::default()
    };
    let default = plan::inputs(&blank, None, &configured.event_catalog);
    let mut config = Model {
        region: state.region.clone(),
        timeouts: match &state.timeouts {
            Value::Value(blocks) => Value::Value(blocks.clone()),
            Value::Null | Value::Unknown => Value::Value(Vec::new()),
        },
        ..blank
    };
    let mut choice = convert::shortest(state.choice(), &default.choice());
    choice.filter_by = Value::Null;
    config.set_choice(choice);
    let fitting = plan::inputs(&config, None, &configured.event_catalog).filter_by;
    if fitting != state.filter_by {
        config.filter_by.clone_from(&state.filter_by);
    }
    config
}
