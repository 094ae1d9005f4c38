//! What a plan says: the values that follow from the configuration alone, and what the live event data
//! store gives reason to warn of.
//!
//! Terraform plans twice and holds the second plan against the first, so every value here is a pure
//! function of configuration, prior state and catalog. What depends on the live store is unknown in a
//! plan that creates, and only told as a warning.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::judge;
use super::model::{Choice, Model, ReplacedModel, Text};
use crate::aws::error::ErrorKind;
use crate::aws::event_data_store::{Store, StoreArn, StoreReference};
use crate::aws::patience::Patience;
use crate::intent::{FilterBy, Intent, IntentError, Resolved};
use crate::provider::convert::{self, Wish};
use crate::provider::shared::{Configured, EventCatalog};
use crate::provider::{destination, explain};
use crate::rules::Destination;
use crate::selector::{AdvancedEventSelector, ReadWriteType, diff};

/// What `filter_by` may be. The exclusions are for trails, which can't select a source.
pub(super) const FILTERS: &[FilterBy] = &[
    FilterBy::EventSource,
    FilterBy::EventName,
    FilterBy::EventNameAndSource,
];

/// What a wish comes to on a store.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The names and the selectors of our own.
    pub(super) resolved: Resolved,
    /// The whole set for the store, canonical: ours, and what is preserved.
    pub(super) wanted: Vec<AdvancedEventSelector>,
}

/// Works out what a wish comes to on a store that has these selectors, or says why it comes to nothing.
pub(super) fn outcome(
    diags: &mut Diagnostics,
    wish: &Wish,
    live: &[AdvancedEventSelector],
) -> Option<Outcome> {
    let resolved = match wish.intent.resolve() {
        Ok(resolved) => resolved,
        Err(error) => {
            explain::intent(diags, &error);
            return None;
        }
    };
    let preserved = if wish.preserve_other_categories {
        destination::others(live)
    } else {
        Vec::new()
    };
    let wanted = diff::canonical(&[resolved.selectors.clone(), preserved].concat());
    Some(Outcome { resolved, wanted })
}

/// Writes the names that were computed into a model.
pub(super) fn set_names(model: &mut Model, resolved: &Resolved) {
    let names = convert::names(resolved);
    model.event_names = names.event_names;
    model.event_count = names.event_count;
    model.colliding_event_names = names.colliding_event_names;
}

/// Writes the store's selectors into a model.
pub(super) fn set_selectors(model: &mut Model, selectors: &[AdvancedEventSelector]) {
    let in_force = convert::in_force(selectors);
    model.advanced_event_selectors = in_force.advanced_event_selectors;
    model.effective_filter = in_force.effective_filter;
    model.precision = in_force.precision;
}

/// Writes which store it is into a model.
fn set_arn(model: &mut Model, arn: &StoreArn) {
    model.id = Value::Value(arn.to_string());
    model.event_data_store_arn = Value::Value(arn.to_string());
    model.home_region = Value::Value(arn.region().to_owned());
}

/// Writes the store's facts into a model.
pub(super) fn set_store(model: &mut Model, store: &Store) {
    set_arn(model, &store.arn);
    model.name = Value::Value(store.name.clone());
    model.status = Value::Value(store.status.clone());
    model.multi_region = Value::Value(store.multi_region);
    model.organization_enabled = Value::Value(store.organization);
}

/// What a store has, as it is remembered: verbatim and in its order.
pub(super) fn replaced(store: &Store) -> Value<ReplacedModel> {
    Value::Value(ReplacedModel {
        advanced_event_selectors: convert::advanced_model(&store.selectors),
    })
}

/// Reads `event_data_store`: unknown, or an ARN or ID, or a diagnostic.
pub(super) fn reference(diags: &mut Diagnostics, given: &Text) -> Value<StoreReference> {
    match given.as_ref().map(|text| StoreReference::parse(text)) {
        Value::Unknown => Value::Unknown,
        Value::Null => Value::Null,
        Value::Value(Ok(reference)) => Value::Value(reference),
        Value::Value(Err(wrong)) => {
            explain::error(
                diags,
                AttributePath::new("event_data_store"),
                "Not an event data store",
                format!(
                    "Found {wrong}.\n\nExpected the ARN of an existing event data store, \
                     arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID, or the ID at the end of it."
                ),
            );
            Value::Null
        }
    }
}

/// Reads what a model asks for. `Unknown` if anything of it is; `Null` if a diagnostic was made.
pub(super) fn wish(diags: &mut Diagnostics, model: &Model) -> Value<Wish> {
    let exclusion = FilterBy::Exclusion.as_str();
    if model.filter_by.as_ref_option().map(String::as_str) == Some(exclusion) {
        explain::error(
            diags,
            AttributePath::new("filter_by"),
            "The exclusions are for trails",
            format!(
                "Found `{exclusion}`, which leaves AWS KMS and the RDS Data API out and keeps all else: \
                 the narrowest that AWS documents for trails. An event data store can be asked for IAM \
                 itself. Expected `event_source` for whole services, or `event_name_and_source` for a \
                 part of them; without filter_by the one that fits is chosen."
            ),
        );
        return Value::Null;
    }
    convert::wish(diags, &model.choice(), FILTERS, &Value::Null)
}

/// The inputs of a plan: what was typed, and the default wherever nothing was. All outputs are unknown.
pub(super) fn inputs(config: &Model, prior: Option<&Model>, catalog: &EventCatalog) -> Model {
    let is_nameless = prior.is_some_and(|prior| prior.selector_name.is_null());
    let mut choice = convert::filled(config.choice(), is_nameless, catalog, Value::Null);
    if choice.filter_by.is_null() {
        choice.filter_by = fitting(&choice);
    }
    let mut planned = Model {
        event_data_store: config.event_data_store.clone(),
        region: config.region.clone(),
        timeouts: config.timeouts.clone(),
        id: Value::Unknown,
        event_data_store_arn: Value::Unknown,
        home_region: Value::Unknown,
        name: Value::Unknown,
        status: Value::Unknown,
        multi_region: Value::Unknown,
        organization_enabled: Value::Unknown,
        event_names: Value::Unknown,
        event_count: Value::Unknown,
        advanced_event_selectors: Value::Unknown,
        effective_filter: Value::Unknown,
        precision: Value::Unknown,
        colliding_event_names: Value::Unknown,
        replaced_selectors: Value::Unknown,
        ..Model::default()
    };
    planned.set_choice(choice);
    planned
}

/// The filter for a choice that names none: by source where that says it, else by name and source.
fn fitting(choice: &Choice) -> Text {
    let mut elsewhere = Diagnostics::default();
    let root = AttributePath::root();
    let names = convert::name_filter(&mut elsewhere, &root, convert::filters(choice));
    let filter_by = match names {
        Value::Unknown => return Value::Unknown,
        // What is wrong with the choice is told where it is read.
        Value::Null => FilterBy::EventSource,
        Value::Value(names) => {
            let by_source = Intent {
                selector_name: None,
                names,
                read_write_type: ReadWriteType::All,
                filter_by: FilterBy::EventSource,
            };
            match by_source.resolve() {
                Err(IntentError::NotNarrowable { .. }) => FilterBy::EventNameAndSource,
                Ok(_) | Err(_) => FilterBy::EventSource,
            }
        }
    };
    Value::Value(filter_by.as_str().to_owned())
}

/// Plans a resource that is not there yet; with the ARN of the store, as far as it is known.
pub(super) async fn create(
    diags: &mut Diagnostics,
    configured: &Configured,
    config: &Model,
    patience: &Patience,
) -> Option<(Model, Option<String>)> {
    let mut planned = inputs(config, None, &configured.event_catalog);
    let reference = reference(diags, &planned.event_data_store);
    let wish = wish(diags, &planned);
    if wish.is_null() || reference.is_null() || !diags.errors.is_empty() {
        return None;
    }
    judge::lake_is_closed(diags);
    if let Value::Value(StoreReference::Arn(arn)) = &reference {
        judge::china(diags, arn);
        set_arn(&mut planned, arn);
    }
    let store = match &reference {
        Value::Value(reference) => live(diags, configured, &planned, reference, patience).await?,
        Value::Null | Value::Unknown => None,
    };
    let arn = match &store {
        Some(store) => Some(store.arn.to_string()),
        None => planned.event_data_store_arn.as_ref_option().cloned(),
    };
    let Value::Value(wish) = wish else {
        return Some((planned, arn));
    };
    let live: &[_] = store.as_ref().map_or(&[], |store| &store.selectors);
    let outcome = outcome(diags, &wish, live)?;
    set_names(&mut planned, &outcome.resolved);
    if !wish.preserve_other_categories {
        set_selectors(&mut planned, &outcome.wanted);
    }
    let of = Destination::EventDataStore;
    destination::judge::wanted(diags, of, &wish, &outcome.wanted);
    if let Some(store) = &store {
        judge::store(diags, configured, &wish, &outcome, store);
        let is_default = judge::is_service_default(live);
        destination::judge::replacement(diags, of, live, &outcome.wanted, is_default);
    }
    diags.errors.is_empty().then_some((planned, arn))
}

/// Plans a resource that is there: which values change, and whether it has to be replaced because
/// another store is named.
pub(super) fn update(
    diags: &mut Diagnostics,
    configured: &Configured,
    prior: &Model,
    config: &Model,
) -> Option<(Model, Vec<AttributePath>)> {
    let mut planned = inputs(config, Some(prior), &configured.event_catalog);
    let reference = reference(diags, &planned.event_data_store);
    let wish = wish(diags, &planned);
    if wish.is_null() || reference.is_null() || !diags.errors.is_empty() {
        return None;
    }
    let is_same = reference
        .as_ref_option()
        .is_some_and(|reference| is_same_store(&planned, prior, reference));
    if !is_same {
        let replace = ["event_data_store", "region"].map(AttributePath::new);
        return Some((planned, replace.into()));
    }
    planned.event_data_store.clone_from(&prior.event_data_store);
    for (new, old) in [
        (&mut planned.id, &prior.id),
        (
            &mut planned.event_data_store_arn,
            &prior.event_data_store_arn,
        ),
        (&mut planned.home_region, &prior.home_region),
        (&mut planned.name, &prior.name),
        (&mut planned.status, &prior.status),
    ] {
        new.clone_from(old);
    }
    planned.multi_region = prior.multi_region;
    planned.organization_enabled = prior.organization_enabled;
    planned
        .replaced_selectors
        .clone_from(&prior.replaced_selectors);
    let Value::Value(wish) = wish else {
        return Some((planned, Vec::new()));
    };
    let live = destination::in_state(&prior.advanced_event_selectors);
    let outcome = outcome(diags, &wish, &live)?;
    set_names(&mut planned, &outcome.resolved);
    if diff::same(&live, &outcome.wanted) {
        set_selectors(&mut planned, &live);
    } else {
        set_selectors(&mut planned, &outcome.wanted);
        let of = Destination::EventDataStore;
        destination::judge::wanted(diags, of, &wish, &outcome.wanted);
        judge::change(diags, &outcome.wanted, &live);
        // The organization was told when the resource was created.
        if let (Some(arn), Value::Value(multi_region)) = (known_arn(prior), prior.multi_region) {
            judge::reach(diags, &wish, &arn, multi_region);
        }
    }
    diags.errors.is_empty().then_some((planned, Vec::new()))
}

/// The ARN in a state.
fn known_arn(state: &Model) -> Option<StoreArn> {
    let arn = state.event_data_store_arn.as_ref_option()?;
    StoreArn::parse(arn).ok()
}

/// Whether an ARN or ID is that of the store in the state. IDs are unique, so a bare one is another
/// store only where another Region than the store's is named with it.
fn is_same_store(planned: &Model, prior: &Model, reference: &StoreReference) -> bool {
    let Some(arn) = known_arn(prior) else {
        return false;
    };
    let is_there = match reference {
        StoreReference::Arn(_) => true,
        StoreReference::Id(_) => match &planned.region {
            Value::Null => true,
            Value::Value(region) => *region == arn.region() || planned.region == prior.region,
            Value::Unknown => false,
        },
    };
    is_there && reference.names(&arn)
}

/// Asks for the live store. `Some(None)`: it can't be known yet. `None`: an error was made.
async fn live(
    diags: &mut Diagnostics,
    configured: &Configured,
    planned: &Model,
    reference: &StoreReference,
    patience: &Patience,
) -> Option<Option<Store>> {
    let (Some(session), false) = (&configured.session, planned.region.is_unknown()) else {
        return Some(None);
    };
    let region = planned.region.as_ref_option().map(String::as_str);
    let path = AttributePath::new("event_data_store");
    match session.read_store(reference, region, patience).await {
        Ok(store) => Some(Some(store)),
        Err(failed) if failed.kind == ErrorKind::StoreNotFound => {
            explain::warning(
                diags,
                path,
                "The store does not exist yet",
                format!(
                    "{failed}\n\nIf the event data store is made in the same apply, this is in order; refer \
                     to its ARN (event_data_store = aws_cloudtrail_event_data_store.NAME.arn), so that \
                     Terraform makes it first. If not, the apply will fail and change nothing: check the ID, \
                     the Region and the account of the credentials. A store is not found by its name."
                ),
            );
            Some(None)
        }
        Err(failed) => {
            let given = planned.event_data_store.as_ref_option();
            let name = given.map_or("", String::as_str);
            let left = "The plan can't go on without the event data store; nothing was changed.";
            explain::failure(diags, path, &failed, name, left);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tf_provider::Diagnostics;
    use tf_provider::value::Value;

    use super::{Model, inputs, is_same_store, outcome, wish};
    use crate::aws::event_data_store::StoreReference;
    use crate::provider::convert;
    use crate::provider::shared::EventCatalog;
    use crate::rules::{self, Destination, coverage};

    const ID: &str = "11111111-2222-3333-4444-555555555555";
    const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/\
                       11111111-2222-3333-4444-555555555555";

    fn filter_by(config: &Model) -> Value<String> {
        inputs(config, None, &EventCatalog::default()).filter_by
    }

    /// Whatever is chosen, the filter that stands in for one that is not set can say it, and says it
    /// exactly; whole services are said by source alone.
    #[test]
    fn the_filter_that_is_not_set_is_exact() {
        let sets = |services: &[&str], levels: &[&str], include: &[&str], exclude: &[&str]| Model {
            services: convert::text_set(services.iter().copied()),
            access_levels: convert::text_set(levels.iter().copied()),
            include_event_names: convert::text_set(include.iter().copied()),
            exclude_event_names: convert::text_set(exclude.iter().copied()),
            ..Model::default()
        };
        for (config, expected) in [
            (Model::default(), "event_source"),
            (sets(&["iam", "sts"], &[], &[], &[]), "event_source"),
            (sets(&["iam"], &[], &["CreateUser"], &[]), "event_source"),
            (
                sets(&["iam"], &["Write"], &[], &[]),
                "event_name_and_source",
            ),
            (
                sets(&["iam"], &[], &["AssumeRole"], &[]),
                "event_name_and_source",
            ),
            (
                sets(&["iam"], &[], &[], &["GetUser"]),
                "event_name_and_source",
            ),
            (
                sets(&[], &[], &["CreateUser"], &[]),
                "event_name_and_source",
            ),
        ] {
            let planned = inputs(&config, None, &EventCatalog::default());
            assert_eq!(planned.filter_by, Value::Value(expected.to_owned()));
            let mut diags = Diagnostics::default();
            let Value::Value(wish) = wish(&mut diags, &planned) else {
                panic!("{:?}", diags.errors);
            };
            let outcome = outcome(&mut diags, &wish, &[]).unwrap();
            assert_eq!(coverage::precision(&outcome.wanted).as_str(), "exact");
            let found = rules::check(&outcome.wanted, Destination::EventDataStore);
            let found: BTreeSet<_> = found.iter().map(|one| one.rule).collect();
            assert!(found.is_empty(), "{found:?}");
        }
    }

    /// What is typed stays, and what is not known yet leaves the filter open.
    #[test]
    fn a_filter_follows_what_is_known() {
        let typed = Model {
            filter_by: Value::Value("event_name".to_owned()),
            ..Model::default()
        };
        assert_eq!(filter_by(&typed), typed.filter_by);
        let open = Model {
            access_levels: Value::Unknown,
            ..Model::default()
        };
        assert!(filter_by(&open).is_unknown());
    }

    /// The exclusions are refused with the filter to use instead.
    #[test]
    fn the_exclusions_are_refused() {
        let excluding = Model {
            filter_by: Value::Value("exclusion".to_owned()),
            ..Model::default()
        };
        let mut diags = Diagnostics::default();
        assert!(wish(&mut diags, &excluding).is_null());
        assert!(diags.errors[0].detail.contains("event_source"));
    }

    /// An ARN and an ID may be one store; a bare ID with another Region is another.
    #[test]
    fn one_store_has_two_names() {
        let text = |text: &str| Value::Value(text.to_owned());
        let prior = Model {
            event_data_store_arn: text(ARN),
            ..Model::default()
        };
        let is_same = |name: &str, region: Value<String>| {
            let planned = Model {
                region,
                ..Model::default()
            };
            is_same_store(&planned, &prior, &StoreReference::parse(name).unwrap())
        };
        assert!(is_same(ID, Value::Null) && is_same(ARN, Value::Null));
        assert!(is_same(ID, text("us-east-1")) && is_same(ARN, text("eu-west-1")));
        assert!(!is_same(ID, text("eu-west-1")) && !is_same(ID, Value::Unknown));
        assert!(!is_same(&ARN.replace("1111-", "2222-"), Value::Null));
    }
}
