//! The resources `made_thing`, which has an identity, and `made_nameless`, which has none though it
//! would tell one. Imports the crate's `protocol`.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_provider_iam::protocol::{IdentityAttribute, IdentitySchema, ManagedResource};
use tf_provider::schema::AttributeConstraint::{Computed, Optional, OptionalComputed, Required};
use tf_provider::schema::{AttributeType, NestedBlock, Schema};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics, Resource};

use super::{Shared, Text, attribute, block};

/// Today's version of the schema.
pub(crate) const VERSION: i64 = 2;

/// One thing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Thing {
    pub(crate) name: Text,
    pub(crate) act: Text,
    pub(crate) text: Text,
    pub(crate) number: Value<f64>,
    pub(crate) tags: Value<Vec<Text>>,
    pub(crate) mode: Text,
    pub(crate) id: Text,
    pub(crate) length: Value<i64>,
    pub(crate) part: Value<Vec<Value<Part>>>,
}

/// A block of a thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) key: Text,
    pub(crate) count: Value<f64>,
}

/// What is stored beside a thing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Beside {
    pub(crate) note: String,
}

/// A thing's identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) key: Text,
    pub(crate) place: Text,
}

/// The resource.
#[derive(Debug)]
pub(crate) struct Things {
    shared: Arc<Shared>,
    with_identity: bool,
}

type State = Value<Thing>;
type Private = Value<Beside>;

impl Thing {
    /// A thing with a name, as it is when it was made.
    pub(crate) fn named(name: &str) -> Self {
        let mut thing = Self {
            name: Value::Value(name.to_owned()),
            part: Value::Value(Vec::new()),
            ..Self::default()
        };
        thing.complete();
        thing
    }

    fn complete(&mut self) {
        if let Some(name) = self.name.as_ref_option() {
            self.id = Value::Value(format!("id-{name}"));
        }
        if !self.mode.is_value() {
            self.mode = Value::Value("plain".to_owned());
        }
        let text = self.text.as_ref_option().map_or("", String::as_str);
        self.length = i64::try_from(text.len()).map_or(Value::Null, Value::Value);
    }

    fn plan(&mut self, prior: Option<&Self>) {
        if self.mode.is_null() {
            self.mode = Value::Value("plain".to_owned());
        }
        let changes = prior.is_none_or(|prior| {
            let computed = Self {
                id: self.id.clone(),
                length: self.length,
                ..prior.clone()
            };
            computed != *self
        });
        if changes {
            self.length = Value::Unknown;
        }
        if prior.is_none_or(|prior| prior.name != self.name) {
            self.id = Value::Unknown;
        }
    }

    fn acts(&self) -> &str {
        self.act.as_ref_option().map_or("", String::as_str)
    }
}

fn beside(note: &str) -> Private {
    Value::Value(Beside {
        note: note.to_owned(),
    })
}

impl Things {
    pub(crate) fn new(shared: Arc<Shared>, with_identity: bool) -> Self {
        Self {
            shared,
            with_identity,
        }
    }

    async fn act(&self, diags: &mut Diagnostics, call: &str, state: &State) -> Option<()> {
        let acts = state.as_ref_option().map_or("", Thing::acts);
        self.shared.act(diags, call, acts).await
    }
}

#[async_trait]
impl Resource for Things {
    type State<'a> = State;
    type PrivateState<'a> = Private;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let text = || AttributeType::String;
        let tags = AttributeType::Set(Box::new(text()));
        let mut block_of_things = block([
            attribute("name", text(), Required),
            attribute("text", text(), Optional),
            attribute("act", text(), Optional),
            attribute("number", AttributeType::Number, Optional),
            attribute("tags", tags, Optional),
            attribute("mode", text(), OptionalComputed),
            attribute("id", text(), Computed),
            attribute("length", AttributeType::Number, Computed),
        ]);
        let part = block([
            attribute("key", text(), Required),
            attribute("count", AttributeType::Number, Optional),
        ]);
        let blocks = &mut block_of_things.blocks;
        blocks.insert("part".to_owned(), NestedBlock::List(part));
        Some(Schema {
            version: VERSION,
            block: block_of_things,
        })
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: State) -> Option<()> {
        self.act(diags, "validate", &config).await
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: State,
        private: Private,
        _: ValueEmpty,
    ) -> Option<(State, Private)> {
        self.act(diags, "read", &state).await?;
        if state
            .as_ref_option()
            .is_some_and(|state| state.acts().contains("gone"))
        {
            return Some((Value::Null, private));
        }
        Some((state, private))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: State,
        _: State,
        _: ValueEmpty,
    ) -> Option<(State, Private)> {
        self.act(diags, "plan", &proposed).await?;
        let planned = proposed.map(|mut thing| {
            thing.plan(None);
            thing
        });
        Some((planned, beside("planned")))
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        proposed: State,
        _: State,
        private: Private,
        _: ValueEmpty,
    ) -> Option<(State, Private, Vec<AttributePath>)> {
        self.act(diags, "plan", &proposed).await?;
        let (prior, mut planned) = (prior.as_option()?, proposed.as_option()?);
        planned.plan(Some(&prior));
        let mut replace = Vec::new();
        if prior.name != planned.name {
            replace.push(AttributePath::new("name"));
        }
        Some((Value::Value(planned), private, replace))
    }

    async fn plan_destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        private: Private,
        _: ValueEmpty,
    ) -> Option<Private> {
        self.act(diags, "plan", &prior).await?;
        Some(private)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: State,
        _: State,
        _: Private,
        _: ValueEmpty,
    ) -> Option<(State, Private)> {
        self.act(diags, "apply", &planned).await?;
        let made = planned.map(|mut thing| {
            thing.complete();
            thing
        });
        Some((made, beside("made")))
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        _: State,
        planned: State,
        _: State,
        _: Private,
        _: ValueEmpty,
    ) -> Option<(State, Private)> {
        self.act(diags, "apply", &planned).await?;
        let changed = planned.map(|mut thing| {
            thing.complete();
            thing
        });
        Some((changed, beside("changed")))
    }

    async fn destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        _: Private,
        _: ValueEmpty,
    ) -> Option<()> {
        self.act(diags, "apply", &prior).await
    }

    async fn import<'a>(&self, diags: &mut Diagnostics, id: String) -> Option<(State, Private)> {
        self.shared.act(diags, "import", &id).await?;
        Some((Value::Value(Thing::named(&id)), beside("imported")))
    }
}

#[async_trait]
impl ManagedResource for Things {
    type Identity = Key;

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let text = |name, required_for_import| IdentityAttribute {
            name,
            attr_type: AttributeType::String,
            required_for_import,
            description: "A part of the identity.",
        };
        self.with_identity.then(|| IdentitySchema {
            version: 3,
            attributes: vec![text("key", true), text("place", false)],
        })
    }

    fn identity(&self, state: &State) -> Option<Key> {
        let state = state.as_ref_option()?;
        Some(Key {
            key: state.id.clone(),
            place: Value::Null,
        })
    }

    async fn import_identity<'a>(
        &self,
        diags: &mut Diagnostics,
        identity: Key,
    ) -> Option<(State, Private)> {
        let key = identity.key.unwrap_or_default();
        self.shared.act(diags, "import", &key).await?;
        let name = key.strip_prefix("id-").unwrap_or_default();
        Some((Value::Value(Thing::named(name)), beside("imported")))
    }

    fn generate_config(&self, _: &mut Diagnostics, state: State) -> Option<State> {
        assert!(
            state
                .as_ref_option()
                .is_none_or(|state| !state.acts().contains("generate=panic")),
            "no configuration comes to mind"
        );
        Some(state.map(|state| Thing {
            id: Value::Null,
            length: Value::Null,
            mode: Value::Null,
            ..state
        }))
    }

    fn upgrade_state(
        &self,
        _: &mut Diagnostics,
        version: i64,
        state: &serde_json::Value,
    ) -> Option<State> {
        // Version 1 had a title in place of a name; nobody knows what version 0 was.
        let title = (version == 1).then(|| state["title"].as_str())??;
        Some(Value::Value(Thing::named(title)))
    }
}
