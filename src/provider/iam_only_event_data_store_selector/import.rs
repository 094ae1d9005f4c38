//! Reading an existing event data store into a state: on import from nothing, on refresh over what was
//! there.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::apply;
use super::model::{Model, Private};
use super::plan;
use crate::aws::event_data_store::{Readiness, Store, StoreReference};
use crate::aws::patience::Patience;
use crate::intent::{FilterBy, Intent};
use crate::provider::convert;
use crate::provider::destination::Place;
use crate::provider::shared::Configured;
use crate::provider::{destination, explain};
use crate::selector::diff;

const EVENT_DATA_STORE: &str = "event_data_store";

/// Imports the store of an ARN or an ID. Its inputs come out as the configuration that would write
/// the same selectors; if none would, as the provider's defaults, and the next plan shows the way
/// there.
pub(super) async fn import(
    diags: &mut Diagnostics,
    configured: &Configured,
    id: String,
    patience: &Patience,
) -> Option<(Model, Private)> {
    let session = destination::session(diags, configured)?;
    let reference = match StoreReference::parse(&id) {
        Ok(reference) => reference,
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::root(),
                "Not an event data store",
                format!(
                    "Found {wrong}.\n\nExpected as import id the ARN of an event data store, or the ID of \
                     one in the provider's Region."
                ),
            );
            return None;
        }
    };
    let store = match session.read_store(&reference, None, patience).await {
        Ok(store) => store,
        Err(failed) => {
            let left = "Nothing was imported.";
            explain::failure(diags, AttributePath::root(), &failed, &id, left);
            return None;
        }
    };
    warn_if_leaving(diags, &store);
    let live = diff::canonical(&store.selectors);
    let blank = Model {
        event_data_store: Value::Value(id),
        ..Model::default()
    };
    let mut state = plan::inputs(&blank, None, &configured.event_catalog);
    state.timeouts = Value::Value(Vec::new());
    plan::set_store(&mut state, &store);
    let mut choice = state.choice();
    // The exclusions are no choice here.
    let intent =
        Intent::from_selectors(&live).filter(|intent| intent.filter_by != FilterBy::Exclusion);
    if let Some(intent) = intent {
        convert::set_intent(&mut choice, &intent);
        let has_others = !destination::others(&live).is_empty();
        choice.preserve_other_categories = Value::Value(has_others);
        if let Ok(resolved) = intent.resolve() {
            plan::set_names(&mut state, &resolved);
        }
    } else {
        state.event_names = convert::text_set::<String>([]);
        state.event_count = Value::Value(0);
        state.colliding_event_names = convert::text_set::<String>([]);
        convert::set_unknown_null(&mut choice);
        if choice.filter_by.is_unknown() {
            choice.filter_by = Value::Null;
        }
        explain::warning(
            diags,
            AttributePath::new(EVENT_DATA_STORE),
            "The store is not IAM-only yet",
            "No configuration of this resource writes the selectors that are on the event data store, so \
             the next apply will replace them. They are remembered in replaced_selectors, and put back \
             on destroy.",
        );
    }
    state.set_choice(choice);
    plan::set_selectors(&mut state, &live);
    state.replaced_selectors = plan::replaced(&store);
    let written = convert::advanced_model(&live);
    Some((state, Private { written }))
}

/// Refreshes a state. `Value::Null`: the store is gone.
pub(super) async fn read(
    diags: &mut Diagnostics,
    configured: &Configured,
    mut state: Model,
    patience: &Patience,
) -> Option<Value<Model>> {
    let session = destination::session(diags, configured)?;
    let arn = apply::arn(diags, &state)?;
    let name = arn.to_string();
    let reference = StoreReference::Arn(arn.clone());
    let path = AttributePath::new(EVENT_DATA_STORE);
    let store = match session.read_store(&reference, None, patience).await {
        Ok(store) => store,
        Err(failed) if Place::Store(arn).is_gone(session, &failed) => {
            explain::warning(
                diags,
                path,
                "The event data store is gone",
                format!(
                    "Event data store: {name}\n{failed}\n\nThe store was deleted outside of Terraform, so \
                     the resource is taken out of the state. A plan will want to create it again, which \
                     needs a store to be there: name another one, or remove the resource from the \
                     configuration."
                ),
            );
            return Some(Value::Null);
        }
        Err(failed) => {
            let left = "The state is kept as it was; nothing was changed.";
            explain::failure(diags, path, &failed, &name, left);
            return None;
        }
    };
    warn_if_leaving(diags, &store);
    plan::set_store(&mut state, &store);
    plan::set_selectors(&mut state, &diff::canonical(&store.selectors));
    Some(Value::Value(state))
}

/// Says that a store is on its way out. It is there still, and can be restored, so that the resource
/// stays in the state.
fn warn_if_leaving(diags: &mut Diagnostics, store: &Store) {
    if store.readiness != Readiness::PendingDeletion {
        return;
    }
    explain::warning(
        diags,
        AttributePath::new(EVENT_DATA_STORE),
        "The event data store is pending deletion",
        format!(
            "Event data store: {}\nIts status is {}: it is deleted seven days after its deletion was asked \
             for, and ingests nothing. The resource stays in the state meanwhile; a change of the \
             selectors would be refused, a destroy changes nothing. Restore the store with `aws cloudtrail \
             restore-event-data-store`, or remove the resource from the configuration. Source: \
             https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html",
            store.arn, store.status
        ),
    );
}
