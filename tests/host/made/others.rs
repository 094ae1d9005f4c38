//! What the provider `made` has beside its resources: a listing, a data source, functions. Imports
//! the crate's `protocol`.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_provider_iam::protocol::{Found, ListResource};
use tf_provider::schema::AttributeConstraint::{Computed, Optional};
use tf_provider::schema::{AttributeType, Description, FunctionSchema, Parameter, Schema, Type};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, DataSource, Diagnostics, Function};
use tokio::sync::mpsc::Sender;

use super::thing::{Key, Thing};
use super::{SECRET, Shared, Text, attribute, block};

/// Lists `made_thing`.
#[derive(Debug)]
pub(crate) struct Listed(pub(super) Arc<Shared>);

/// What a `list` block holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Listing {
    act: Text,
    /// How many things there are.
    count: Value<i64>,
}

#[async_trait]
impl ListResource for Listed {
    type Config<'a> = Value<Listing>;
    type Identity = Key;
    type State = Value<Thing>;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(Schema {
            version: 0,
            block: block([
                attribute("count", AttributeType::Number, Optional),
                attribute("act", AttributeType::String, Optional),
            ]),
        })
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Listing>) -> Option<()> {
        let acts = config.unwrap_or_default().act.unwrap_or_default();
        self.0.act(diags, "validate", &acts).await
    }

    async fn list<'a>(
        &self,
        config: Value<Listing>,
        with_states: bool,
        found: Sender<Found<Key, Value<Thing>>>,
    ) {
        let config = config.unwrap_or_default();
        let acts = config.act.unwrap_or_default();
        for index in 0..config.count.unwrap_or_default() {
            let name = format!("thing-{index}");
            let thing = Thing::named(&name);
            let object = Found::Object {
                identity: Key {
                    key: thing.id.clone(),
                    place: Value::Null,
                },
                display_name: name,
                state: (with_states || acts == "list=more").then_some(Value::Value(thing)),
            };
            if found.send(object).await.is_err() {
                self.0.note(format!("nobody wants thing-{index}"));
                return;
            }
            self.0.note(format!("told thing-{index}"));
        }
        if acts == "list=more" {
            return;
        }
        let mut diags = Diagnostics::default();
        tokio::select! {
            _ = self.0.act(&mut diags, "list", &acts) => {}
            () = found.closed() => self.0.note("nobody waits"),
        }
        if !diags.errors.is_empty() || !diags.warnings.is_empty() {
            _ = found.send(Found::Diagnostics(diags)).await;
        }
    }
}

/// The data source `made_setting`: what the provider block set.
#[derive(Debug)]
pub(crate) struct Setting(pub(super) Arc<Shared>);

/// Its configuration and its state.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Set {
    act: Text,
    setting: Text,
}

#[async_trait]
impl DataSource for Setting {
    type State<'a> = Value<Set>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(Schema {
            version: 0,
            block: block([
                attribute("setting", AttributeType::String, Computed),
                attribute("act", AttributeType::String, Optional),
            ]),
        })
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Set>) -> Option<()> {
        let acts = config.unwrap_or_default().act.unwrap_or_default();
        self.0.act(diags, "validate", &acts).await
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        config: Value<Set>,
        _: ValueEmpty,
    ) -> Option<Value<Set>> {
        let act = config.unwrap_or_default().act;
        let acts = act.as_ref_option().map_or("", String::as_str);
        self.0.act(diags, "read", acts).await?;
        Some(Value::Value(Set {
            setting: Value::Value(self.0.setting()),
            act,
        }))
    }
}

fn parameter(name: &str, param_type: Type) -> Parameter {
    Parameter {
        name: name.to_owned(),
        param_type,
        allow_null: false,
        allow_unknown: false,
        description: Description::plain("An argument."),
    }
}

/// The function `join(separator, parts...)`. Some separators are acts.
#[derive(Debug)]
pub(crate) struct Join(pub(super) Arc<Shared>);

#[async_trait]
impl Function for Join {
    type Input<'a> = Vec<String>;
    type Output<'a> = String;

    fn schema(&self, _: &mut Diagnostics) -> Option<FunctionSchema> {
        Some(FunctionSchema {
            parameters: vec![parameter("separator", Type::String)],
            variadic: Some(parameter("parts", Type::String)),
            return_type: Type::String,
            summary: "Joins texts".to_owned(),
            description: Description::plain("Joins texts."),
            deprecated: None,
        })
    }

    async fn call<'a>(&self, diags: &mut Diagnostics, given: Vec<String>) -> Option<String> {
        let (separator, parts) = given.split_first()?;
        self.0.act(diags, "call", separator).await?;
        if let Some(index) = parts.iter().position(String::is_empty) {
            let index = i64::try_from(index).unwrap_or_default();
            diags.errors.push(tf_provider::Diagnostic {
                summary: format!("nothing to join, says {SECRET}").into(),
                detail: "".into(),
                attribute: AttributePath::function_argument(index + 1),
            });
            return None;
        }
        Some(parts.join(separator))
    }
}

/// The function `sum(numbers...)`.
#[derive(Debug)]
pub(crate) struct Sum;

#[async_trait]
impl Function for Sum {
    type Input<'a> = Vec<f64>;
    type Output<'a> = f64;

    fn schema(&self, _: &mut Diagnostics) -> Option<FunctionSchema> {
        Some(FunctionSchema {
            parameters: Vec::new(),
            variadic: Some(parameter("numbers", Type::Number)),
            return_type: Type::Number,
            summary: "Adds numbers".to_owned(),
            description: Description::plain("Adds numbers."),
            deprecated: None,
        })
    }

    async fn call<'a>(&self, _: &mut Diagnostics, numbers: Vec<f64>) -> Option<f64> {
        Some(numbers.iter().sum())
    }
}
