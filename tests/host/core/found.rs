//! How core takes in what is there: imports, listings, generated configurations.

use super::{CAPABILITIES, Core, Instance, Listed, Told, errors, identity_data};
use crate::host::rules::{self, holds};
use crate::host::shape::{block_of, written_out};
use crate::host::value::Val;
use crate::host::wire::tfplugin6 as wire;

impl Core {
    /// Imports by id, and reads what was imported.
    pub(crate) async fn import(&self, kind: &str, id: &str) -> Result<Instance, Told> {
        self.imported(kind, id, None).await.map(|(found, _)| found)
    }

    /// Imports by identity, and reads what was imported.
    pub(crate) async fn import_identity(
        &self,
        kind: &str,
        identity: impl Into<Val>,
    ) -> Result<Instance, Told> {
        let imported = self.imported(kind, "", Some(identity.into())).await;
        imported.map(|(found, _)| found)
    }

    async fn imported(
        &self,
        kind: &str,
        id: &str,
        identity: Option<Val>,
    ) -> Result<(Instance, Told), Told> {
        let request = wire::import_resource_state::Request {
            type_name: kind.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(CAPABILITIES),
            identity: identity_data(identity.as_ref()),
        };
        let answer = self.client.rpc().import_resource_state(request).await;
        let answer = answer.expect("an answer").into_inner();
        let told = answer.diagnostics;
        // A path may also lead into the identity that was given.
        let mut rest = told.clone();
        if let Some(schema) = self.identities.get(kind) {
            rest.retain(|one| !rules::leads_into_identity(schema, one.attribute.as_ref()));
        }
        holds(
            "diagnostics",
            &rules::diagnostics(Some(self.block(kind)), &rest),
        );
        if !errors(&told).is_empty() {
            return Err(told);
        }
        let [imported] = answer.imported_resources.as_slice() else {
            panic!("not one resource: {:?}", answer.imported_resources);
        };
        assert_eq!(imported.type_name, kind);
        let value = self.of(kind).read(imported.state.as_ref());
        assert!(!value.is_null(), "an import of nothing");
        holds("what was imported", &rules::known(&value));
        let given = imported.identity.as_ref();
        let found = rules::identity(self.identities.get(kind), None, given, false);
        let found = found.unwrap_or_else(|why| panic!("after the import: {why}"));
        if let (Some(Val::Map(asked)), found) = (identity, &found) {
            let found = found.as_ref().expect("an import by identity has one");
            for (name, asked) in asked {
                assert!(
                    asked.is_null() || *found.get(&name) == asked,
                    "{name} in {found:?}"
                );
            }
        }
        let imported = Instance {
            kind: kind.to_owned(),
            value,
            private: imported.private.clone(),
            identity: found,
        };
        let (read, more) = self.read(&imported).await?;
        let read = read.expect("what was imported is there");
        Ok((read, [told, more].concat()))
    }

    /// Lists resources; like core, stops at an error or at the limit.
    pub(crate) async fn list(
        &self,
        kind: &str,
        written: impl Into<Val>,
        with_states: bool,
        limit: i64,
    ) -> (Vec<Listed>, Told) {
        let block = block_of(&self.schemas.list_resource_schemas[kind]);
        let config = written_out(block, &written.into());
        let request = wire::validate_list_resource_config::Request {
            type_name: kind.to_owned(),
            config: Some(config.msgpack()),
            include_resource_object: Some(Val::from(with_states).msgpack()),
            limit: Some(Val::from(serde_json::json!(limit)).msgpack()),
        };
        let told = self
            .client
            .rpc()
            .validate_list_resource_config(request)
            .await;
        let told = told.expect("an answer").into_inner().diagnostics;
        let mut all = Self::told(block, told).unwrap_or_else(|told| panic!("{told:#?}"));
        let request = wire::list_resource::Request {
            type_name: kind.to_owned(),
            config: Some(config.msgpack()),
            include_resource_object: with_states,
            limit,
        };
        let events = self.client.rpc().list_resource(request).await;
        let mut events = events.expect("a stream").into_inner();
        let mut listed = Vec::new();
        while let Some(event) = events.message().await.expect("no status") {
            holds(
                "diagnostics",
                &rules::diagnostics(Some(block), &event.diagnostic),
            );
            holds("an event", &rules::event(&event, with_states));
            let failed = !errors(&event.diagnostic).is_empty();
            all.extend(event.diagnostic);
            if failed {
                break;
            }
            let Some(given) = &event.identity else {
                continue;
            };
            let schema = self.identities.get(kind);
            let identity = rules::identity(schema, None, Some(given), false);
            let state = event.resource_object.as_ref();
            listed.push(Listed {
                identity: identity.ok().flatten().expect("an identity that fits"),
                display_name: event.display_name,
                state: state.map(|state| self.of(kind).read(Some(state))),
            });
        }
        let limit = usize::try_from(limit).expect("a limit");
        assert!(listed.len() <= limit, "{} of at most {limit}", listed.len());
        (listed, all)
    }

    /// Has a configuration written for a resource that was imported.
    pub(crate) async fn generate(&self, imported: &Instance) -> Result<Val, Told> {
        let block = self.block(&imported.kind);
        let request = wire::generate_resource_config::Request {
            type_name: imported.kind.clone(),
            state: Some(imported.value.msgpack()),
        };
        let answer = self.client.rpc().generate_resource_config(request).await;
        let answer = answer.expect("an answer").into_inner();
        Self::told(block, answer.diagnostics)?;
        let config = self.of(&imported.kind).read(answer.config.as_ref());
        holds("the configuration", &rules::generated(block, &config));
        Ok(config)
    }
}
