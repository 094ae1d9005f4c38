//! Reading an existing trail into a state: on import from nothing, on refresh over what was there.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::apply;
use super::model::{Model, Private};
use super::plan;
use crate::aws::home_region::TrailReference;
use crate::aws::patience::Patience;
use crate::intent::Intent;
use crate::provider::convert;
use crate::provider::destination::Place;
use crate::provider::shared::Configured;
use crate::provider::{destination, explain};
use crate::selector::diff;

/// Imports the trail of a name or an ARN. Its inputs come out as the configuration that would write
/// the same selectors; if none would, as the provider's defaults, and the next plan shows the way
/// there.
pub(super) async fn import(
    diags: &mut Diagnostics,
    configured: &Configured,
    id: String,
    patience: &Patience,
) -> Option<(Model, Private)> {
    let session = destination::session(diags, configured)?;
    let reference = match TrailReference::parse(&id) {
        Ok(reference) => reference,
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::root(),
                "Not a trail",
                format!(
                    "Found {wrong}.\n\nExpected as import id the ARN of a trail, or the name of a \
                         trail in the provider's Region."
                ),
            );
            return None;
        }
    };
    let reading = match session.read(&reference, None, patience).await {
        Ok(reading) => reading,
        Err(failed) => {
            let left = "Nothing was imported.";
            explain::failure(diags, AttributePath::root(), &failed, &id, left);
            return None;
        }
    };
    let live = diff::canonical(&apply::held(diags, &id, &reading.selectors)?);
    let blank = Model {
        trail_name: Value::Value(id),
        ..Model::default()
    };
    let mut state = plan::inputs(&blank, None, &configured.event_catalog);
    state.timeouts = Value::Value(Vec::new());
    plan::set_trail(&mut state, &reading.trail);
    let others = destination::others(&live);
    if let Some(intent) = Intent::from_selectors(&live) {
        let mut choice = state.choice();
        convert::set_intent(&mut choice, &intent);
        state.set_choice(choice);
        state.preserve_other_categories = Value::Value(!others.is_empty());
        if let Ok(resolved) = intent.resolve() {
            plan::set_names(&mut state, &resolved);
        }
    } else {
        state.event_names = convert::text_set::<String>([]);
        state.event_count = Value::Value(0);
        state.colliding_event_names = convert::text_set::<String>([]);
        let mut choice = state.choice();
        convert::set_unknown_null(&mut choice);
        state.set_choice(choice);
        explain::warning(
            diags,
            AttributePath::new("trail_name"),
            "The trail is not IAM-only yet",
            "No configuration of this resource writes the selectors that are on the trail, so the \
             next apply will replace them. They are remembered in replaced_selectors, and put back \
             on destroy.",
        );
    }
    plan::set_selectors(&mut state, &live);
    state.replaced_selectors = Value::Value(convert::replaced_model(&reading.selectors));
    let written = convert::advanced_model(&live);
    Some((state, Private { written }))
}

/// Refreshes a state. `Value::Null`: the trail is gone.
pub(super) async fn read(
    diags: &mut Diagnostics,
    configured: &Configured,
    mut state: Model,
    patience: &Patience,
) -> Option<Value<Model>> {
    let session = destination::session(diags, configured)?;
    let arn = apply::arn(diags, &state)?;
    let trail = arn.to_string();
    let reading = match session
        .read(&TrailReference::Arn(arn.clone()), None, patience)
        .await
    {
        Ok(reading) => reading,
        Err(failed) if Place::Trail(arn.clone()).is_gone(session, &failed) => {
            explain::warning(
                diags,
                AttributePath::new("trail_name"),
                "The trail is gone",
                format!(
                    "Trail: {trail}\n{failed}\n\nThe trail was deleted outside of Terraform, so the \
                         resource is taken out of the state. A plan will want to create it again, which \
                         needs the trail to be there: make the trail again, or remove the resource from \
                         the configuration."
                ),
            );
            return Some(Value::Null);
        }
        Err(failed) => {
            let left = "The state is kept as it was; nothing was changed.";
            explain::failure(
                diags,
                AttributePath::new("trail_name"),
                &failed,
                &trail,
                left,
            );
            return None;
        }
    };
    let live = diff::canonical(&apply::held(diags, &trail, &reading.selectors)?);
    plan::set_trail(&mut state, &reading.trail);
    plan::set_selectors(&mut state, &live);
    Some(Value::Value(state))
}
