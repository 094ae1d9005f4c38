//! What a plan says: the values that follow from the configuration alone, and what the live trail
//! gives reason to warn of.
//!
//! Terraform plans twice and holds the second plan against the first, so every value here is a pure
//! function of configuration, prior state and catalog. What depends on the live trail is unknown in a
//! plan that creates, and only told as a warning.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::judge;
use super::model::{Model, Text};
use crate::aws::error::ErrorKind;
use crate::aws::home_region::{NameError, TrailArn, TrailReference};
use crate::aws::patience::Patience;
use crate::aws::trail::{Trail, TrailReading};
use crate::intent::{FilterBy, IntentError, Resolved};
use crate::provider::convert::{self, Fallback, Wish};
use crate::provider::shared::{Configured, EventCatalog};
use crate::provider::{destination, explain};
use crate::rules::Destination;
use crate::selector::{AdvancedEventSelector, diff};

/// What a wish comes to on a trail.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The names and the selectors of our own.
    pub(super) resolved: Resolved,
    /// The whole set for the trail, canonical: ours, and what is preserved.
    pub(super) wanted: Vec<AdvancedEventSelector>,
    /// The whole set for the trail if CloudTrail refuses the wanted one and a fallback is allowed.
    pub(super) exclusion: Option<Vec<AdvancedEventSelector>>,
}

/// Works out what a wish comes to on a trail that has these selectors.
pub(super) fn outcome(
    wish: &Wish,
    on_trail: &[AdvancedEventSelector],
) -> Result<Outcome, IntentError> {
    let preserved: Vec<_> = if wish.preserve_other_categories {
        destination::others(on_trail)
    } else {
        Vec::new()
    };
    let whole = |own: &[AdvancedEventSelector]| diff::canonical(&[own, &preserved].concat());
    let resolved = wish.intent.resolve()?;
    let exclusion = match wish.fallback_intent() {
        Some(intent) => Some(whole(&intent.resolve()?.selectors)),
        None => None,
    };
    Ok(Outcome {
        wanted: whole(&resolved.selectors),
        resolved,
        exclusion,
    })
}

/// Writes the names that were computed into a model.
pub(super) fn set_names(model: &mut Model, resolved: &Resolved) {
    let names = convert::names(resolved);
    model.event_names = names.event_names;
    model.event_count = names.event_count;
    model.colliding_event_names = names.colliding_event_names;
}

/// Writes what is on the trail into a model.
pub(super) fn set_selectors(model: &mut Model, selectors: &[AdvancedEventSelector]) {
    let in_force = convert::in_force(selectors);
    model.advanced_event_selectors = in_force.advanced_event_selectors;
    model.effective_filter = in_force.effective_filter;
    model.precision = in_force.precision;
}

/// Reads what a model asks for. `Unknown` if anything of it is; `Null` if a diagnostic was made.
pub(super) fn wish(diags: &mut Diagnostics, model: &Model) -> Value<Wish> {
    convert::wish(diags, &model.choice(), FilterBy::ALL, &model.fallback)
}

/// The inputs of a plan: what was typed, and the default wherever nothing was. All outputs are unknown.
pub(super) fn inputs(config: &Model, prior: Option<&Model>, catalog: &EventCatalog) -> Model {
    let is_nameless = prior.is_some_and(|prior| prior.selector_name.is_null());
    let by_name = Value::Value(FilterBy::EventName.as_str().to_owned());
    let mut planned = Model {
        trail_name: config.trail_name.clone(),
        region: config.region.clone(),
        fallback: if config.fallback.is_null() {
            Value::Value(Fallback::None.as_str().to_owned())
        } else {
            config.fallback.clone()
        },
        timeouts: config.timeouts.clone(),
        id: Value::Unknown,
        trail_arn: Value::Unknown,
        home_region: Value::Unknown,
        multi_region: Value::Unknown,
        organization_trail: Value::Unknown,
        event_names: Value::Unknown,
        event_count: Value::Unknown,
        advanced_event_selectors: Value::Unknown,
        effective_filter: Value::Unknown,
        precision: Value::Unknown,
        colliding_event_names: Value::Unknown,
        replaced_selectors: Value::Unknown,
        ..Model::default()
    };
    planned.set_choice(convert::filled(
        config.choice(),
        is_nameless,
        catalog,
        by_name,
    ));
    planned
}

/// Writes which trail it is into a model.
pub(super) fn set_arn(model: &mut Model, arn: &TrailArn) {
    model.id = Value::Value(arn.to_string());
    model.trail_arn = Value::Value(arn.to_string());
    model.home_region = Value::Value(arn.region().to_owned());
}

/// Writes the trail's facts into a model.
pub(super) fn set_trail(model: &mut Model, trail: &Trail) {
    set_arn(model, &trail.arn);
    model.multi_region = Value::Value(trail.multi_region);
    model.organization_trail = Value::Value(trail.organization);
}

/// Reads `trail_name`: unknown, or a name or ARN, or a diagnostic.
pub(in crate::provider) fn reference(
    diags: &mut Diagnostics,
    trail_name: &Text,
) -> Value<TrailReference> {
    match trail_name.as_ref().map(|text| TrailReference::parse(text)) {
        Value::Unknown => Value::Unknown,
        Value::Null => Value::Null,
        Value::Value(Ok(reference)) => Value::Value(reference),
        Value::Value(Err(wrong)) => {
            explain::error(
                diags,
                AttributePath::new("trail_name"),
                "Not a trail",
                format!(
                    "Found {wrong}.\n\nExpected the name of an existing CloudTrail trail, or its ARN: \
                     arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME."
                ),
            );
            Value::Null
        }
    }
}

/// A plan that creates, and the ARN of the trail, as far as it is known.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) model: Model,
    pub(super) trail: Option<String>,
}

/// Plans a resource that is not there yet.
pub(super) async fn create(
    diags: &mut Diagnostics,
    configured: &Configured,
    config: &Model,
    patience: &Patience,
) -> Option<Planned> {
    let mut planned = inputs(config, None, &configured.event_catalog);
    let reference = reference(diags, &planned.trail_name);
    let wish = self::wish(diags, &planned);
    if wish.is_null() || reference.is_null() {
        return None;
    }
    if let Value::Value(TrailReference::Arn(arn)) = &reference {
        set_arn(&mut planned, arn);
    }
    let reading = match &reference {
        Value::Value(reference) => live(diags, configured, &planned, reference, patience).await?,
        Value::Null | Value::Unknown => None,
    };
    let trail = match (&reading, &planned.trail_arn) {
        (Some(reading), _) => Some(reading.trail.arn.to_string()),
        (None, arn) => arn.as_ref_option().cloned(),
    };
    let Value::Value(wish) = wish else {
        return Some(Planned {
            model: planned,
            trail,
        });
    };
    let on_trail = reading
        .as_ref()
        .map(|reading| reading.selectors.to_advanced());
    let on_trail = on_trail.and_then(Result::ok).unwrap_or_default();
    let outcome = explained(diags, outcome(&wish, &on_trail))?;
    set_names(&mut planned, &outcome.resolved);
    if outcome.exclusion.is_some() {
        planned.colliding_event_names = Value::Unknown;
    } else if !wish.preserve_other_categories {
        set_selectors(&mut planned, &outcome.wanted);
    }
    destination::judge::wanted(diags, Destination::Trail, &wish, &outcome.wanted);
    if let Some(reading) = &reading {
        judge::trail(diags, configured, &wish, &reading.trail);
        let of = Destination::Trail;
        let is_default = reading.selectors.is_service_default();
        destination::judge::replacement(diags, of, &on_trail, &outcome.wanted, is_default);
    }
    diags.errors.is_empty().then_some(Planned {
        model: planned,
        trail,
    })
}

/// Plans a resource that is there: which values change, and whether it has to be replaced because
/// another trail is named.
pub(super) async fn update(
    diags: &mut Diagnostics,
    configured: &Configured,
    prior: &Model,
    config: &Model,
    patience: &Patience,
) -> Option<(Model, Vec<AttributePath>)> {
    let mut planned = inputs(config, Some(prior), &configured.event_catalog);
    let reference = reference(diags, &planned.trail_name);
    let wish = self::wish(diags, &planned);
    if wish.is_null() || reference.is_null() {
        return None;
    }
    let replace = match &reference {
        Value::Value(reference)
            if is_same_trail(diags, configured, &planned, prior, reference, patience).await? =>
        {
            planned.trail_name.clone_from(&prior.trail_name);
            Vec::new()
        }
        Value::Value(_) | Value::Null | Value::Unknown => {
            vec![
                AttributePath::new("trail_name"),
                AttributePath::new("region"),
            ]
        }
    };
    if !replace.is_empty() {
        return Some((planned, replace));
    }
    for (new, old) in [
        (&mut planned.id, &prior.id),
        (&mut planned.trail_arn, &prior.trail_arn),
        (&mut planned.home_region, &prior.home_region),
    ] {
        new.clone_from(old);
    }
    planned.multi_region = prior.multi_region;
    planned.organization_trail = prior.organization_trail;
    planned
        .replaced_selectors
        .clone_from(&prior.replaced_selectors);
    let Value::Value(wish) = wish else {
        return Some((planned, replace));
    };
    let on_trail = on_trail(prior);
    let outcome = explained(diags, outcome(&wish, &on_trail))?;
    set_names(&mut planned, &outcome.resolved);
    if diff::same(&on_trail, &outcome.wanted) {
        set_selectors(&mut planned, &on_trail);
    } else if is_settled(prior, &planned, &on_trail, &outcome) {
        set_selectors(&mut planned, &on_trail);
        planned.colliding_event_names = convert::text_set::<String>([]);
    } else {
        if outcome.exclusion.is_none() {
            set_selectors(&mut planned, &outcome.wanted);
        } else {
            planned.colliding_event_names = Value::Unknown;
        }
        destination::judge::wanted(diags, Destination::Trail, &wish, &outcome.wanted);
        // Insights and the organization were told when the resource was created.
        if let (Some(Ok(arn)), Value::Value(multi_region)) = (known_arn(prior), prior.multi_region)
        {
            judge::reach(diags, &wish, &arn, multi_region, true);
        }
    }
    diags.errors.is_empty().then_some((planned, replace))
}

/// Whether a fallback has settled the matter before: the exclusions are on the trail, and nothing
/// has changed that would give reason to ask for the wanted set again.
fn is_settled(
    prior: &Model,
    planned: &Model,
    on_trail: &[AdvancedEventSelector],
    outcome: &Outcome,
) -> bool {
    outcome
        .exclusion
        .as_ref()
        .is_some_and(|exclusion| diff::same(on_trail, exclusion))
        && convert::texts(&prior.event_names) == convert::texts(&planned.event_names)
        && prior.filter_by == planned.filter_by
        && prior.fallback == planned.fallback
}

/// The selectors that a state says are on the trail.
pub(super) fn on_trail(state: &Model) -> Vec<AdvancedEventSelector> {
    destination::in_state(&state.advanced_event_selectors)
}

/// The ARN in a state.
fn known_arn(state: &Model) -> Option<Result<TrailArn, NameError>> {
    state
        .trail_arn
        .as_ref_option()
        .map(|arn| TrailArn::parse(arn))
}

/// Whether a name or ARN is that of the trail in the state. Only a bare name together with another
/// `region` than before has to be looked up.
async fn is_same_trail(
    diags: &mut Diagnostics,
    configured: &Configured,
    planned: &Model,
    prior: &Model,
    reference: &TrailReference,
    patience: &Patience,
) -> Option<bool> {
    let Some(Ok(arn)) = known_arn(prior) else {
        return Some(false);
    };
    let looked_up_elsewhere = matches!(reference, TrailReference::Name(_))
        && !planned.region.is_null()
        && planned.region != prior.region
        && planned
            .region
            .as_ref_option()
            .is_none_or(|region| region != arn.region());
    if !looked_up_elsewhere || !reference.names(&arn) {
        return Some(reference.names(&arn));
    }
    let reading = live(diags, configured, planned, reference, patience).await?;
    Some(reading.is_some_and(|reading| reading.trail.arn == arn))
}

/// Asks for the live trail. `Some(None)`: it can't be known yet. `None`: an error was made.
async fn live(
    diags: &mut Diagnostics,
    configured: &Configured,
    planned: &Model,
    reference: &TrailReference,
    patience: &Patience,
) -> Option<Option<TrailReading>> {
    let (Some(session), false) = (&configured.session, planned.region.is_unknown()) else {
        return Some(None);
    };
    let region = planned.region.as_ref_option().map(String::as_str);
    match session.read(reference, region, patience).await {
        Ok(reading) => Some(Some(reading)),
        Err(failed) if failed.kind == ErrorKind::TrailNotFound && failed.whereabouts.is_empty() => {
            explain::warning(
                diags,
                AttributePath::new("trail_name"),
                "The trail does not exist yet",
                format!(
                    "{failed}\n\nIf the trail is made in the same apply, this is in order; refer to its \
                     ARN (trail_name = aws_cloudtrail.NAME.arn), so that Terraform makes it first. \
                     If not, the apply will fail and change nothing: check the name, the Region and the \
                     account of the credentials."
                ),
            );
            Some(None)
        }
        Err(failed) => {
            let name = planned
                .trail_name
                .as_ref_option()
                .map(String::as_str)
                .unwrap_or_default();
            explain::failure(
                diags,
                AttributePath::new("trail_name"),
                &failed,
                name,
                "The plan can't go on without the trail; nothing was changed.",
            );
            None
        }
    }
}

/// An outcome, or the diagnostic that says why there is none.
pub(super) fn explained(
    diags: &mut Diagnostics,
    outcome: Result<Outcome, IntentError>,
) -> Option<Outcome> {
    match outcome {
        Ok(outcome) => Some(outcome),
        Err(error) => {
            explain::intent(diags, &error);
            None
        }
    }
}
