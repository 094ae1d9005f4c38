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
use crate::provider::explain;
use crate::provider::shared::Configured;
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
    let session = apply::session(diags, configured)?;
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
    let mut state = convert::inputs(&blank, None, &configured.event_catalog);
    state.timeouts = Value::Value(Vec::new());
    plan::set_trail(&mut state, &reading.trail);
    let others = plan::others(&live);
    if let Some(intent) = Intent::from_selectors(&live) {
        convert::set_intent(&mut state, &intent);
        state.preserve_other_categories = Value::Value(!others.is_empty());
        if let Ok(resolved) = intent.resolve() {
            plan::set_names(&mut state, &resolved);
        }
    } else {
        state.event_names = convert::text_set::<String>([]);
        state.event_count = Value::Value(0);
        state.colliding_event_names = convert::text_set::<String>([]);
        // Where the provider's defaults are not known yet, nothing stands in for them: what is
        // imported must be known.
        for set in [
            &mut state.services,
            &mut state.access_levels,
            &mut state.resource_families,
            &mut state.include_event_names,
            &mut state.exclude_event_names,
        ] {
            if convert::texts(set).is_unknown() {
                *set = Value::Null;
            }
        }
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
    let session = apply::session(diags, configured)?;
    let arn = apply::arn(diags, &state)?;
    let trail = arn.to_string();
    let reading = match session
        .read(&TrailReference::Arn(arn.clone()), None, patience)
        .await
    {
        Ok(reading) => reading,
        Err(failed) if super::is_gone(session, &arn, &failed) => {
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
