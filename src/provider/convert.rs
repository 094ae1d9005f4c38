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
use super::destination::model::{Choice, InForce, Names, Text, TextSet};
use super::explain;
use super::shared::EventCatalog;
use crate::catalog::{AccessLevel, Family, Service};
use crate::intent::{FilterBy, Intent, NameFilter, Resolved};
use crate::rules::coverage;
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

/// What was typed, and the default wherever nothing was; `filter_by` is the default of that.
///
/// An import of a selector without a name leaves `selector_name` null, and null it stays
/// (`is_nameless`); in every other case a name that is not given is the default name.
pub(crate) fn filled(
    typed: Choice,
    is_nameless: bool,
    catalog: &EventCatalog,
    filter_by: Text,
) -> Choice {
    let or = |given: TextSet, default: &TextSet| {
        if given.is_null() {
            default.clone()
        } else {
            given
        }
    };
    let text = |given: Text, default: &str| {
        if given.is_null() {
            Value::Value(default.to_owned())
        } else {
            given
        }
    };
    Choice {
        selector_name: if is_nameless {
            typed.selector_name
        } else {
            text(typed.selector_name, SELECTOR_NAME)
        },
        services: or(typed.services, &catalog.services),
        access_levels: or(typed.access_levels, &catalog.access_levels),
        resource_families: or(typed.resource_families, &catalog.resource_families),
        include_event_names: or(typed.include_event_names, &catalog.include),
        exclude_event_names: or(typed.exclude_event_names, &catalog.exclude),
        read_write_type: text(typed.read_write_type, ReadWriteType::All.as_str()),
        filter_by: if typed.filter_by.is_null() {
            filter_by
        } else {
            typed.filter_by
        },
        preserve_other_categories: if typed.preserve_other_categories.is_null() {
            Value::Value(false)
        } else {
            typed.preserve_other_categories
        },
        on_destroy: text(typed.on_destroy, OnDestroy::Restore.as_str()),
    }
}

/// Of a choice that leads to a state, what has to be written down: what equals the default is left out.
pub(crate) fn shortest(choice: Choice, default: &Choice) -> Choice {
    let text = |found: Text, default: &Text| {
        if found == *default {
            Value::Null
        } else {
            found
        }
    };
    let set = |found: TextSet, default: &TextSet| {
        if texts(&found) == texts(default) {
            Value::Null
        } else {
            found
        }
    };
    Choice {
        selector_name: text(choice.selector_name, &default.selector_name),
        services: set(choice.services, &default.services),
        access_levels: set(choice.access_levels, &default.access_levels),
        resource_families: set(choice.resource_families, &default.resource_families),
        include_event_names: set(choice.include_event_names, &default.include_event_names),
        exclude_event_names: set(choice.exclude_event_names, &default.exclude_event_names),
        read_write_type: text(choice.read_write_type, &default.read_write_type),
        filter_by: text(choice.filter_by, &default.filter_by),
        preserve_other_categories: if choice.preserve_other_categories
            == default.preserve_other_categories
        {
            Value::Null
        } else {
            choice.preserve_other_categories
        },
        on_destroy: text(choice.on_destroy, &default.on_destroy),
    }
}

/// The filters of a choice.
pub(crate) fn filters(choice: &Choice) -> Filters<'_> {
    Filters {
        services: &choice.services,
        access_levels: &choice.access_levels,
        resource_families: &choice.resource_families,
        include: ("include_event_names", &choice.include_event_names),
        exclude: ("exclude_event_names", &choice.exclude_event_names),
    }
}

/// Reads what a resource asks for. `Unknown` if anything of it is; `Null` if a diagnostic was made.
/// `filter_by` may be any of `allowed`, and is the first of them where it is not set.
pub(crate) fn wish(
    diags: &mut Diagnostics,
    typed: &Choice,
    allowed: &[FilterBy],
    fallback: &Text,
) -> Value<Wish> {
    let names = name_filter(diags, &AttributePath::root(), filters(typed));
    let read_write_type = choice(
        diags,
        "read_write_type",
        &typed.read_write_type,
        ReadWriteType::ALL,
        ReadWriteType::as_str,
    );
    let filter_by = choice(
        diags,
        "filter_by",
        &typed.filter_by,
        allowed,
        FilterBy::as_str,
    );
    let fallback = choice(diags, "fallback", fallback, Fallback::ALL, Fallback::as_str);
    let on_destroy = choice(
        diags,
        "on_destroy",
        &typed.on_destroy,
        OnDestroy::ALL,
        OnDestroy::as_str,
    );
    let choices = all5(read_write_type, filter_by, fallback, on_destroy, names);
    if typed.selector_name.is_unknown() || typed.preserve_other_categories.is_unknown() {
        return Value::Unknown;
    }
    let selector_name = typed
        .selector_name
        .as_ref_option()
        .filter(|name| !name.is_empty())
        .cloned();
    let preserve_other_categories = typed
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

/// Writes an intent into the choice that would express it.
pub(crate) fn set_intent(choice: &mut Choice, intent: &Intent) {
    let names = &intent.names;
    choice.selector_name = Value::from(intent.selector_name.clone());
    choice.services = text_set(names.services.iter().map(|one| one.key()));
    choice.access_levels = text_set(names.access_levels.iter().map(|one| one.as_str()));
    choice.resource_families = text_set(names.resource_families.iter().map(|one| one.as_str()));
    choice.include_event_names = text_set(names.include.iter().cloned());
    choice.exclude_event_names = text_set(names.exclude.iter().cloned());
    choice.read_write_type = Value::Value(intent.read_write_type.as_str().to_owned());
    choice.filter_by = Value::Value(intent.filter_by.as_str().to_owned());
}

/// Leaves nothing unknown in a choice that is imported: where the provider's defaults are not known
/// yet, nothing stands in for them.
pub(crate) fn set_unknown_null(choice: &mut Choice) {
    for set in [
        &mut choice.services,
        &mut choice.access_levels,
        &mut choice.resource_families,
        &mut choice.include_event_names,
        &mut choice.exclude_event_names,
    ] {
        if texts(set).is_unknown() {
            *set = Value::Null;
        }
    }
}

/// The names that were computed, as the state holds them.
pub(crate) fn names(resolved: &Resolved) -> Names {
    Names {
        event_names: text_set(resolved.event_names.iter().cloned()),
        event_count: i64::try_from(resolved.event_names.len()).map_or(Value::Null, Value::Value),
        colliding_event_names: text_set(resolved.colliding.keys().cloned()),
    }
}

/// The selectors that are there, as the state holds them.
pub(crate) fn in_force(selectors: &[AdvancedEventSelector]) -> InForce {
    let filter = coverage::effective_filter(selectors).as_str();
    InForce {
        advanced_event_selectors: Value::Value(advanced_model(selectors)),
        effective_filter: Value::Value(filter.to_owned()),
        precision: Value::Value(coverage::precision(selectors).as_str().to_owned()),
    }
}
