//! From what was typed to what it means, and back: HCL models on one side, the domain's types on the
//! other.
//!
//! Reading is total: an unknown value makes the whole unknown, a value that is not allowed becomes a
//! diagnostic on its attribute that prints the list of those that are. May import all but `plugin`.

mod selectors;

use std::collections::BTreeSet;
use std::time::Duration;

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::attribute::one_of;
use super::explain;
use super::iam_only_trail_selector::model::{Model, Text, TextSet};
use super::shared::EventCatalog;
use crate::catalog::{AccessLevel, Family, Service};
use crate::intent::{FilterBy, Intent, NameFilter};
use crate::selector::{
    AdvancedEventSelector, Field, FieldSelector, MANAGEMENT, ReadWriteType, ShapeError,
};

pub(crate) use self::selectors::{advanced, advanced_model, replaced, replaced_model};

/// What to do when CloudTrail refuses the selectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// Fail, and change nothing.
    None,
    /// Apply the narrowest selectors that AWS documents for trails.
    Exclusion,
}

impl Fallback {
    pub(crate) const ALL: &'static [Self] = &[Self::None, Self::Exclusion];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Exclusion => "exclusion",
        }
    }
}

/// What to leave on the trail when the resource goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDestroy {
    /// What was there before.
    Restore,
    /// The service default: all management events.
    Default,
    /// What is there now.
    Keep,
}

impl OnDestroy {
    pub(crate) const ALL: &'static [Self] = &[Self::Restore, Self::Default, Self::Keep];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::Default => "default",
            Self::Keep => "keep",
        }
    }
}

/// The name that a selector gets unless the configuration says another.
pub(crate) const SELECTOR_NAME: &str = "iam-only";

/// Everything that a configuration asks for, apart from the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    /// Which events, and by which fields.
    pub(crate) intent: Intent,
    /// What to do on refusal.
    pub(crate) fallback: Fallback,
    /// Whether selectors of other categories stay.
    pub(crate) preserve_other_categories: bool,
    /// What to leave behind.
    pub(crate) on_destroy: OnDestroy,
}

impl Wish {
    /// The fallback, if it could make a difference.
    pub(crate) fn fallback_intent(&self) -> Option<Intent> {
        match (self.fallback, self.intent.filter_by) {
            (Fallback::None, _) | (Fallback::Exclusion, FilterBy::Exclusion) => None,
            (
                Fallback::Exclusion,
                FilterBy::EventName | FilterBy::EventSource | FilterBy::EventNameAndSource,
            ) => Some(self.intent.exclusion()),
        }
    }
}

/// The five filters of a set of names, as they were typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filters<'a> {
    pub(crate) services: &'a TextSet,
    pub(crate) access_levels: &'a TextSet,
    pub(crate) resource_families: &'a TextSet,
    /// The name of the attribute that `include` was typed in, and its value.
    pub(crate) include: (&'static str, &'a TextSet),
    /// The same for `exclude`.
    pub(crate) exclude: (&'static str, &'a TextSet),
}

/// Reads the five filters. `Unknown` if any of them is; `Null` if a diagnostic was made.
pub(crate) fn name_filter(
    diags: &mut Diagnostics,
    root: &AttributePath,
    filters: Filters<'_>,
) -> Value<NameFilter> {
    let services = keys(
        diags,
        root,
        "services",
        filters.services,
        Service::from_key,
        || one_of(Service::ALL.iter().map(|service| service.key())),
    );
    let access_levels = keys(
        diags,
        root,
        "access_levels",
        filters.access_levels,
        AccessLevel::parse,
        || one_of(AccessLevel::ALL.iter().map(|level| level.as_str())),
    );
    let resource_families = keys(
        diags,
        root,
        "resource_families",
        filters.resource_families,
        Family::parse,
        || one_of(Family::ALL.iter().map(|family| family.as_str())),
    );
    let include = event_names(diags, root, filters.include);
    let exclude = event_names(diags, root, filters.exclude);
    all5(services, access_levels, resource_families, include, exclude).map(
        |(services, access_levels, resource_families, include, exclude)| NameFilter {
            services,
            access_levels,
            resource_families,
            include,
            exclude,
        },
    )
}

/// Reads a set of names that come from a fixed list.
fn keys<T: Ord>(
    diags: &mut Diagnostics,
    root: &AttributePath,
    name: &'static str,
    given: &TextSet,
    parse: impl Fn(&str) -> Option<T>,
    allowed: impl Fn() -> String,
) -> Value<BTreeSet<T>> {
    let mut wrong = false;
    let found = texts(given).map(|texts| {
        let parsed = texts.iter().filter_map(|text| {
            let key = parse(text);
            if key.is_none() {
                wrong = true;
                explain::error(
                    diags,
                    root.clone().attribute(name),
                    format!("Unknown value in {name}"),
                    format!("Found `{text}`. Expected any of {}.", allowed()),
                );
            }
            key
        });
        parsed.collect()
    });
    if wrong { Value::Null } else { found }
}

/// Reads a set of event names. Any text that could be one is taken: AWS adds names.
fn event_names(
    diags: &mut Diagnostics,
    root: &AttributePath,
    (name, given): (&'static str, &TextSet),
) -> Value<BTreeSet<String>> {
    let mut wrong = false;
    let found = texts(given);
    if let Value::Value(names) = &found {
        for text in names {
            if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c == '*') {
                wrong = true;
                explain::error(
                    diags,
                    root.clone().attribute(name),
                    "Not an event name",
                    format!(
                        "Found `{text}` in {name}. Expected the whole name of one API event, such \
                         as `CreateUser`: CloudTrail compares whole names, and `*` stands for \
                         itself there, not for a pattern. To select many names, use services, \
                         access_levels or resource_families."
                    ),
                );
            }
        }
    }
    if wrong { Value::Null } else { found }
}

#[expect(
    clippy::many_single_char_names,
    reason = "five values of five types have no better names"
)]
fn all5<A, B, C, D, E>(
    a: Value<A>,
    b: Value<B>,
    c: Value<C>,
    d: Value<D>,
    e: Value<E>,
) -> Value<(A, B, C, D, E)> {
    let unknown =
        a.is_unknown() || b.is_unknown() || c.is_unknown() || d.is_unknown() || e.is_unknown();
    match (a, b, c, d, e) {
        (Value::Value(a), Value::Value(b), Value::Value(c), Value::Value(d), Value::Value(e)) => {
            Value::Value((a, b, c, d, e))
        }
        _ if unknown => Value::Unknown,
        _ => Value::Null,
    }
}

/// The elements of a set of texts: unknown if any element is, empty if the set is null.
pub(crate) fn texts(given: &TextSet) -> Value<BTreeSet<String>> {
    match given {
        Value::Unknown => Value::Unknown,
        Value::Null => Value::Value(BTreeSet::new()),
        Value::Value(elements) if elements.iter().any(Value::is_unknown) => Value::Unknown,
        Value::Value(elements) => Value::Value(
            elements
                .iter()
                .filter_map(Value::as_ref_option)
                .cloned()
                .collect(),
        ),
    }
}

/// A set of texts as Terraform wants it.
pub(crate) fn text_set<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> TextSet {
    Value::Value(
        texts
            .into_iter()
            .map(|text| Value::Value(text.into()))
            .collect(),
    )
}

/// Reads a text that must be one of a list. Unset is the first of them.
pub(crate) fn choice<T: Copy>(
    diags: &mut Diagnostics,
    name: &'static str,
    given: &Text,
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
) -> Value<T> {
    match given {
        Value::Unknown => Value::Unknown,
        Value::Null => Value::from(all.first().copied()),
        Value::Value(text) => {
            let found = all.iter().copied().find(|&one| as_str(one) == text);
            if found.is_none() {
                let allowed = one_of(all.iter().map(|&one| as_str(one)));
                explain::error(
                    diags,
                    AttributePath::new(name),
                    format!("Unknown value of {name}"),
                    format!("Found `{text}`. Expected one of {allowed}."),
                );
            }
            Value::from(found)
        }
    }
}

/// The inputs of a plan: what was typed, and the default wherever nothing was.
///
/// An import of a selector without a name leaves `selector_name` null, and null it stays; in every
/// other case a name that is not given is the default name.
pub(crate) fn inputs(config: &Model, prior: Option<&Model>, catalog: &EventCatalog) -> Model {
    let or = |given: &TextSet, default: &TextSet| {
        if given.is_null() {
            default.clone()
        } else {
            given.clone()
        }
    };
    let text = |given: &Value<String>, default: &str| {
        if given.is_null() {
            Value::Value(default.to_owned())
        } else {
            given.clone()
        }
    };
    let nameless = prior.is_some_and(|prior| prior.selector_name.is_null());
    Model {
        selector_name: if nameless {
            config.selector_name.clone()
        } else {
            text(&config.selector_name, SELECTOR_NAME)
        },
        services: or(&config.services, &catalog.services),
        access_levels: or(&config.access_levels, &catalog.access_levels),
        resource_families: or(&config.resource_families, &catalog.resource_families),
        include_event_names: or(&config.include_event_names, &catalog.include),
        exclude_event_names: or(&config.exclude_event_names, &catalog.exclude),
        read_write_type: text(&config.read_write_type, ReadWriteType::All.as_str()),
        filter_by: text(&config.filter_by, FilterBy::EventName.as_str()),
        fallback: text(&config.fallback, Fallback::None.as_str()),
        preserve_other_categories: if config.preserve_other_categories.is_null() {
            Value::Value(false)
        } else {
            config.preserve_other_categories
        },
        on_destroy: text(&config.on_destroy, OnDestroy::Restore.as_str()),
        trail_name: config.trail_name.clone(),
        region: config.region.clone(),
        timeouts: config.timeouts.clone(),
        ..unknown_outputs()
    }
}

/// A model of which every computed attribute is unknown.
fn unknown_outputs() -> Model {
    Model {
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
    }
}

/// Reads what a resource asks for. `Unknown` if anything of it is; `Null` if a diagnostic was made.
pub(crate) fn wish(diags: &mut Diagnostics, model: &Model) -> Value<Wish> {
    let root = AttributePath::root();
    let names = name_filter(
        diags,
        &root,
        Filters {
            services: &model.services,
            access_levels: &model.access_levels,
            resource_families: &model.resource_families,
            include: ("include_event_names", &model.include_event_names),
            exclude: ("exclude_event_names", &model.exclude_event_names),
        },
    );
    let read_write_type = choice(
        diags,
        "read_write_type",
        &model.read_write_type,
        ReadWriteType::ALL,
        ReadWriteType::as_str,
    );
    let filter_by = choice(
        diags,
        "filter_by",
        &model.filter_by,
        FilterBy::ALL,
        FilterBy::as_str,
    );
    let fallback = choice(
        diags,
        "fallback",
        &model.fallback,
        Fallback::ALL,
        Fallback::as_str,
    );
    let on_destroy = choice(
        diags,
        "on_destroy",
        &model.on_destroy,
        OnDestroy::ALL,
        OnDestroy::as_str,
    );
    let choices = all5(read_write_type, filter_by, fallback, on_destroy, names);
    if model.selector_name.is_unknown() || model.preserve_other_categories.is_unknown() {
        return Value::Unknown;
    }
    let selector_name = model
        .selector_name
        .as_ref_option()
        .filter(|name| !name.is_empty())
        .cloned();
    let preserve_other_categories = model
        .preserve_other_categories
        .as_ref_option()
        .copied()
        .unwrap_or_default();
    choices.map(
        |(read_write_type, filter_by, fallback, on_destroy, names)| Wish {
            intent: Intent {
                selector_name,
                names,
                read_write_type,
                filter_by,
            },
            fallback,
            preserve_other_categories,
            on_destroy,
        },
    )
}

/// Whether a selector may have this name: a selector that has it is built.
///
/// # Errors
///
/// [`ShapeError`], where it may not.
pub(crate) fn check_selector_name(name: Option<String>) -> Result<(), ShapeError> {
    let field = FieldSelector::equals(Field::EventCategory, [MANAGEMENT])?;
    AdvancedEventSelector::new(name, vec![field]).map(|_| ())
}

/// Reads a duration such as `90s`, `5m` or `1h30m`.
///
/// # Errors
///
/// Why it is none, as the end of a sentence.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration.is_zero() => Err("it is no time at all".to_owned()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(error.to_string()),
    }
}

/// Writes an intent into the attributes that would express it.
pub(crate) fn set_intent(state: &mut Model, intent: &Intent) {
    let names = &intent.names;
    state.selector_name = Value::from(intent.selector_name.clone());
    state.services = text_set(names.services.iter().map(|one| one.key()));
    state.access_levels = text_set(names.access_levels.iter().map(|one| one.as_str()));
    state.resource_families = text_set(names.resource_families.iter().map(|one| one.as_str()));
    state.include_event_names = text_set(names.include.iter().cloned());
    state.exclude_event_names = text_set(names.exclude.iter().cloned());
    state.read_write_type = Value::Value(intent.read_write_type.as_str().to_owned());
    state.filter_by = Value::Value(intent.filter_by.as_str().to_owned());
}
