//! Creating, updating and destroying: read, put, read back.
//!
//! The law here: no selector is overwritten that was not read, remembered and known to the plan. How a
//! set is put is the same for all places: `provider/destination/attempt`.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::judge;
use super::model::{Model, Private};
use super::plan;
use crate::aws::error::ErrorKind;
use crate::aws::event_data_store::{StoreArn, StoreReference};
use crate::aws::patience::Patience;
use crate::provider::convert::{self, OnDestroy};
use crate::provider::destination::attempt::Attempt;
use crate::provider::destination::leave::{self, Leaving};
use crate::provider::destination::{Place, session, unchanged};
use crate::provider::shared::{Configured, Shared};
use crate::provider::{destination, explain};
use crate::rules::Destination;
use crate::selector::{Selectors, diff};

/// What comes back from an apply: the new state, and what Terraform keeps beside it.
pub(super) type Applied = Option<(Model, Private)>;

const STORE: Destination = Destination::EventDataStore;

/// Makes a store's selectors ours.
pub(super) async fn create(
    diags: &mut Diagnostics,
    configured: &Configured,
    planned: Model,
    patience: &Patience,
) -> Applied {
    let session = session(diags, configured)?;
    let (Value::Value(reference), Value::Value(wish)) = (
        plan::reference(diags, &planned.event_data_store),
        plan::wish(diags, &planned),
    ) else {
        return None;
    };
    let given = planned.event_data_store.as_ref_option();
    let name = given.cloned().unwrap_or_default();
    let region = planned.region.as_ref_option().map(String::as_str);
    let store = session.read_ready_store(&reference, region, patience).await;
    let store = unchanged(diags, STORE, &name, store)?;
    let outcome = plan::outcome(diags, &wish, &store.selectors)?;
    // The plan has told the warnings; what is an error now was hidden from it by unknown values.
    let mut judged = Diagnostics::default();
    destination::judge::wanted(&mut judged, STORE, &wish, &outcome.wanted);
    judge::store(&mut judged, configured, &wish, &outcome, &store);
    if !judged.errors.is_empty() {
        diags.errors.append(&mut judged.errors);
        return None;
    }
    let mut state = planned;
    plan::set_store(&mut state, &store);
    plan::set_names(&mut state, &outcome.resolved);
    state.replaced_selectors = plan::replaced(&store);
    let attempt = Attempt {
        session,
        place: &Place::Store(store.arn),
        before: &store.selectors,
        wanted: &outcome.wanted,
        fallback: None,
        patience,
        creates: true,
    };
    run(diags, &attempt, state).await
}

/// Changes what we have in a store.
pub(super) async fn update(
    diags: &mut Diagnostics,
    configured: &Configured,
    prior: Model,
    private: Private,
    planned: Model,
    patience: &Patience,
) -> Applied {
    let kept = (prior.clone(), private);
    let (Some(session), Some(arn)) = (session(diags, configured), arn(diags, &prior)) else {
        return Some(kept);
    };
    let Value::Value(wish) = plan::wish(diags, &planned) else {
        return Some(kept);
    };
    let known = destination::in_state(&prior.advanced_event_selectors);
    let Some(outcome) = plan::outcome(diags, &wish, &known) else {
        return Some(kept);
    };
    let changes_nothing = diff::same(
        &known,
        &destination::in_state(&planned.advanced_event_selectors),
    );
    let reference = StoreReference::Arn(arn.clone());
    let store = if changes_nothing {
        session.read_store(&reference, None, patience).await
    } else {
        session.read_ready_store(&reference, None, patience).await
    };
    let Some(store) = unchanged(diags, STORE, &arn.to_string(), store) else {
        return Some(kept);
    };
    let place = Place::Store(arn);
    let live = store.selectors;
    if !diff::same(&live, &known) && !diff::same(&live, &outcome.wanted) {
        destination::changed_since_the_plan(diags, &place, &live);
        return Some(kept);
    }
    let mut state = planned;
    plan::set_names(&mut state, &outcome.resolved);
    if changes_nothing && diff::same(&live, &known) {
        // Nothing of the store changes, only attributes of our own, such as on_destroy. Whoever put
        // the set there, it is the one that is asked for, and ours from now on.
        plan::set_selectors(&mut state, &known);
        let written = convert::advanced_model(&known);
        return Some((state, Private { written }));
    }
    let attempt = Attempt {
        session,
        place: &place,
        before: &live,
        wanted: &outcome.wanted,
        fallback: None,
        patience,
        creates: false,
    };
    run(diags, &attempt, state).await.or(Some(kept))
}

/// Makes an attempt, and notes what was written. `None`: nothing was changed.
async fn run(diags: &mut Diagnostics, attempt: &Attempt<'_>, mut state: Model) -> Applied {
    let written = attempt.run(diags).await?;
    plan::set_selectors(&mut state, written.set);
    let written = convert::advanced_model(written.set);
    Some((state, Private { written }))
}

/// Leaves the store as `on_destroy` says, unless it is no longer as we left it. A store that is on its
/// way out takes no change, and needs none.
pub(super) async fn destroy(
    diags: &mut Diagnostics,
    shared: &Shared,
    configured: &Configured,
    prior: &Model,
    private: Option<&Private>,
    patience: &Patience,
) -> Option<()> {
    let session = session(diags, configured)?;
    let arn = arn(diags, prior)?;
    let name = arn.to_string();
    let wish = plan::wish(diags, prior).as_option()?;
    if wish.on_destroy == OnDestroy::Keep {
        return Some(());
    }
    let place = Place::Store(arn.clone());
    let replaced = prior.replaced_selectors.as_ref_option();
    let replaced = replaced.map(|model| {
        convert::advanced(&model.advanced_event_selectors).map_err(|error| error.to_string())
    });
    let reference = StoreReference::Arn(arn);
    let live = match session.read_ready_store(&reference, None, patience).await {
        Err(failed) if place.is_gone(session, &failed) => return Some(()),
        Err(failed) if failed.kind == ErrorKind::StoreInactive => {
            let replaced = match (wish.on_destroy, &replaced) {
                (OnDestroy::Restore, Some(Ok(replaced))) => replaced.as_slice(),
                _ => &[],
            };
            judge::not_put_back(diags, &name, replaced);
            return Some(());
        }
        store => unchanged(diags, STORE, &name, store)?.selectors,
    };
    let replaced = replaced.map(|replaced| replaced.map(Selectors::Advanced));
    let leaving = Leaving {
        session,
        place: &place,
        wish: &wish,
        ours: leave::written(&prior.advanced_event_selectors, private),
        replaced,
        // An empty set stands for what the service itself selects.
        default: Selectors::Advanced(Vec::new()),
    };
    leaving.run(diags, shared, &live, patience).await
}

/// Says at plan time what a destroy will leave alone.
pub(super) fn announce_destroy(diags: &mut Diagnostics, prior: &Model, private: Option<&Private>) {
    let keep = prior
        .on_destroy
        .as_ref_option()
        .is_some_and(|text| text == OnDestroy::Keep.as_str());
    if keep {
        return;
    }
    let live = destination::in_state(&prior.advanced_event_selectors);
    let ours = leave::written(&prior.advanced_event_selectors, private);
    let arn = prior.event_data_store_arn.as_ref_option();
    leave::announce(diags, STORE, arn, &live, &ours);
}

/// The store that a state is about.
pub(super) fn arn(diags: &mut Diagnostics, state: &Model) -> Option<StoreArn> {
    let text = state.event_data_store_arn.as_ref_option();
    match StoreArn::parse(text.map_or("", String::as_str)) {
        Ok(arn) => Some(arn),
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::new("event_data_store_arn"),
                "The state names no event data store",
                format!(
                    "Found {wrong}.\n\nNothing was changed. Remove the resource from the state with \
                     terraform state rm, and import the event data store."
                ),
            );
            None
        }
    }
}
