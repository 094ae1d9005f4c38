//! Creating, updating and destroying: read, Put, read back.
//!
//! The law here: no selector is overwritten that was not read, remembered and known to the plan. How a
//! set is put is the same for all places: `provider/destination/attempt`.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::judge;
use super::model::{Model, Private};
use super::plan;
use crate::aws::home_region::{TrailArn, TrailReference};
use crate::aws::patience::Patience;
use crate::provider::convert::{self, OnDestroy};
use crate::provider::destination::attempt::Attempt;
use crate::provider::destination::leave::{self, Leaving};
use crate::provider::destination::{Place, session, unchanged};
use crate::provider::shared::{Configured, Shared};
use crate::provider::{destination, explain};
use crate::rules::Destination;
use crate::selector::{AdvancedEventSelector, EventSelector, Selectors, diff};

/// What comes back from an apply: the new state, and what Terraform keeps beside it.
pub(super) type Applied = Option<(Model, Private)>;

/// Makes a trail's selectors ours.
pub(super) async fn create(
    diags: &mut Diagnostics,
    configured: &Configured,
    planned: Model,
    patience: &Patience,
) -> Applied {
    let session = session(diags, configured)?;
    let (Value::Value(reference), Value::Value(wish)) = (
        plan::reference(diags, &planned.trail_name),
        plan::wish(diags, &planned),
    ) else {
        return None;
    };
    let name = planned
        .trail_name
        .as_ref_option()
        .cloned()
        .unwrap_or_default();
    let region = planned.region.as_ref_option().map(String::as_str);
    let reading = session.read(&reference, region, patience).await;
    let reading = unchanged(diags, Destination::Trail, &name, reading)?;
    let on_trail = held(diags, &name, &reading.selectors)?;
    let outcome = plan::explained(diags, plan::outcome(&wish, &on_trail))?;
    // The plan has told the warnings; what is an error now was hidden from it by unknown values.
    let mut judged = Diagnostics::default();
    let of = Destination::Trail;
    destination::judge::wanted(&mut judged, of, &wish, &outcome.wanted);
    judge::trail(&mut judged, configured, &wish, &reading.trail);
    if !judged.errors.is_empty() {
        diags.errors.append(&mut judged.errors);
        return None;
    }
    let mut state = planned;
    plan::set_trail(&mut state, &reading.trail);
    plan::set_names(&mut state, &outcome.resolved);
    state.replaced_selectors = Value::Value(convert::replaced_model(&reading.selectors));
    let attempt = Attempt {
        session,
        place: &Place::Trail(reading.trail.arn),
        before: &on_trail,
        wanted: &outcome.wanted,
        fallback: outcome.exclusion.as_deref(),
        patience,
        creates: true,
    };
    run(diags, &attempt, state).await
}

/// Changes what we have on a trail.
pub(super) async fn update(
    diags: &mut Diagnostics,
    configured: &Configured,
    prior: Model,
    private: Private,
    planned: Model,
    patience: &Patience,
) -> Applied {
    let kept = (prior.clone(), private);
    let Some(session) = session(diags, configured) else {
        return Some(kept);
    };
    let Some(arn) = arn(diags, &prior) else {
        return Some(kept);
    };
    let Value::Value(wish) = plan::wish(diags, &planned) else {
        return Some(kept);
    };
    let live = session.selectors(&arn, patience).await;
    let Some(live) = unchanged(diags, Destination::Trail, &arn.to_string(), live) else {
        return Some(kept);
    };
    let Some(live) = held(diags, &arn.to_string(), &live) else {
        return Some(kept);
    };
    let on_trail = plan::on_trail(&prior);
    let Some(outcome) = plan::explained(diags, plan::outcome(&wish, &on_trail)) else {
        return Some(kept);
    };
    let place = Place::Trail(arn);
    if !diff::same(&live, &on_trail) && !diff::same(&live, &outcome.wanted) {
        destination::changed_since_the_plan(diags, &place, &live);
        return Some(kept);
    }
    let mut state = planned;
    plan::set_names(&mut state, &outcome.resolved);
    let is_planned = diff::same(&on_trail, &plan::on_trail(&state));
    if is_planned && diff::same(&live, &on_trail) {
        // Nothing of the trail changes, only attributes of our own, such as on_destroy. Whoever put
        // the set there, it is the one that is asked for, and ours from now on.
        plan::set_selectors(&mut state, &on_trail);
        if !diff::same(&on_trail, &outcome.wanted) {
            state.colliding_event_names = convert::text_set::<String>([]);
        }
        let written = convert::advanced_model(&on_trail);
        return Some((state, Private { written }));
    }
    let attempt = Attempt {
        session,
        place: &place,
        before: &live,
        wanted: &outcome.wanted,
        fallback: outcome.exclusion.as_deref(),
        patience,
        creates: false,
    };
    run(diags, &attempt, state).await.or(Some(kept))
}

/// Makes an attempt, and notes what was written. `None`: nothing was changed.
async fn run(diags: &mut Diagnostics, attempt: &Attempt<'_>, mut state: Model) -> Applied {
    let written = attempt.run(diags).await?;
    if written.fell_back {
        state.colliding_event_names = convert::text_set::<String>([]);
    }
    plan::set_selectors(&mut state, written.set);
    let written = convert::advanced_model(written.set);
    Some((state, Private { written }))
}

/// Leaves the trail as `on_destroy` says, unless it is no longer as we left it.
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
    let trail = arn.to_string();
    let wish = plan::wish(diags, prior).as_option()?;
    if wish.on_destroy == OnDestroy::Keep {
        return Some(());
    }
    let place = Place::Trail(arn.clone());
    let live = match session
        .read(&TrailReference::Arn(arn), None, patience)
        .await
    {
        Err(failed) if place.is_gone(session, &failed) => return Some(()),
        reading => {
            let reading = unchanged(diags, Destination::Trail, &trail, reading)?;
            held(diags, &trail, &reading.selectors)?
        }
    };
    let replaced = prior.replaced_selectors.as_ref_option();
    let leaving = Leaving {
        session,
        place: &place,
        wish: &wish,
        ours: leave::written(&prior.advanced_event_selectors, private),
        replaced: replaced.map(convert::replaced),
        default: Selectors::Basic(vec![EventSelector::service_default()]),
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
    let (live, arn) = (plan::on_trail(prior), prior.trail_arn.as_ref_option());
    let ours = leave::written(&prior.advanced_event_selectors, private);
    leave::announce(diags, Destination::Trail, arn, &live, &ours);
}

/// The trail that a state is about.
pub(super) fn arn(diags: &mut Diagnostics, state: &Model) -> Option<TrailArn> {
    let text = state
        .trail_arn
        .as_ref_option()
        .map(String::as_str)
        .unwrap_or_default();
    match TrailArn::parse(text) {
        Ok(arn) => Some(arn),
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::new("trail_arn"),
                "The state names no trail",
                format!(
                    "Found {wrong}.\n\nNothing was changed. Remove the resource from the state with \
                         terraform state rm, and import the trail."
                ),
            );
            None
        }
    }
}

/// The advanced equal of what is on a trail, or a diagnostic where there is none.
pub(in crate::provider) fn held(
    diags: &mut Diagnostics,
    trail: &str,
    selectors: &Selectors,
) -> Option<Vec<AdvancedEventSelector>> {
    match selectors.to_advanced() {
        Ok(advanced) => Some(advanced),
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::new("trail_name"),
                "The trail's selectors were not understood",
                format!(
                    "Trail: {trail}\n{wrong}\n\nNothing was changed on the trail: what can't be read \
                     can't be restored. Look at it with `aws cloudtrail get-event-selectors`."
                ),
            );
            None
        }
    }
}
