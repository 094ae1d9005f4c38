//! What Terraform holds every answer of a provider to, as functions that tell what is wrong.
//!
//! Read from core's own checks (`AssertPlanValid`, `AssertObjectCompatible`, the identity checks of
//! `node_resource_abstract_instance.go`), which most commands of Terraform show only as "this is a bug
//! in the provider". Values come as [`super::shape::Type::take`] hands them over. Imports [`shape`],
//! [`value`] and [`wire`].

use super::shape::{Type, inner_of};
use super::value::Val;
use super::wire::tfplugin6 as wire;
use wire::attribute_path::step::Selector;
use wire::diagnostic::Severity;
use wire::schema::nested_block::NestingMode;
use wire::schema::{Attribute, Block};

/// What is wrong, each with the place.
pub(crate) type Wrong = Vec<String>;

/// Fails unless nothing is wrong.
#[track_caller]
pub(crate) fn holds(what: &str, wrong: &Wrong) {
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

/// A plan against the configuration and what was there before.
pub(crate) fn plan(block: &Block, prior: &Val, config: &Val, planned: &Val) -> Wrong {
    let mut wrong = Vec::new();
    // What is known of an unknown value may get lost in a plan.
    let [prior, config, planned] = [prior, config, planned].map(Val::unrefined);
    plan_block(block, &prior, &config, &planned, "", &mut wrong);
    wrong
}

fn plan_block(
    block: &Block,
    prior: &Val,
    config: &Val,
    planned: &Val,
    at: &str,
    wrong: &mut Wrong,
) {
    if planned.is_null() != config.is_null() {
        wrong.push(format!("{at}: planned {planned:?}, configured {config:?}"));
        return;
    }
    if planned.is_null() {
        return;
    }
    let null = Val::Null;
    let before = |name: &str| {
        if prior.is_null() {
            &null
        } else {
            prior.get(name)
        }
    };
    for attribute in &block.attributes {
        let name = &attribute.name;
        let (prior, config, planned) = (before(name), config.get(name), planned.get(name));
        if let Err(why) = plan_attribute(attribute, prior, config, planned) {
            wrong.push(format!("{at}.{name}: {why}"));
        }
    }
    for nested in &block.block_types {
        let name = &nested.type_name;
        let at = format!("{at}.{name}");
        let (prior, config, planned) = (before(name), config.get(name), planned.get(name));
        if planned == config {
            continue;
        }
        let (Val::List(config), Val::List(planned)) = (config, planned) else {
            wrong.push(format!("{at}: planned {planned:?}, configured {config:?}"));
            continue;
        };
        if planned.iter().any(Val::is_unknown) {
            wrong.push(format!("{at}: a block is unknown itself"));
            continue;
        }
        if nested.nesting() == NestingMode::Set {
            continue;
        }
        if planned.len() != config.len() {
            wrong.push(format!(
                "{at}: {} blocks of {}",
                planned.len(),
                config.len()
            ));
            continue;
        }
        for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
            let prior = if let Val::List(prior) = prior {
                prior.get(index)
            } else {
                None
            };
            let (prior, at) = (prior.unwrap_or(&null), format!("{at}[{index}]"));
            plan_block(inner_of(nested), prior, config, planned, &at, wrong);
        }
    }
}

fn plan_attribute(
    about: &Attribute,
    prior: &Val,
    config: &Val,
    planned: &Val,
) -> Result<(), String> {
    let as_before = planned == prior && !prior.is_null() && !config.is_null();
    let left_to_us = about.computed && (config.is_null() || !about.optional);
    if planned == config || as_before || left_to_us {
        return Ok(());
    }
    Err(format!(
        "planned {planned:?} is neither the configured {config:?} nor the prior {prior:?}"
    ))
}

/// The second plan of an apply against the first: what was known stays.
pub(crate) fn replanned(first: &Val, second: &Val) -> Wrong {
    let mut wrong = Vec::new();
    became(first, second, false, "", &mut wrong);
    wrong
}

/// What an apply came to against its plan: what was planned is there, and all is known. Sets are
/// held to their size, and to their elements where those were known.
pub(crate) fn applied(kind: &Type, planned: &Val, actual: &Val) -> Wrong {
    let mut wrong = known(actual);
    completed(kind, planned, actual, "", &mut wrong);
    wrong
}

fn completed(kind: &Type, planned: &Val, actual: &Val, at: &str, wrong: &mut Wrong) {
    match (kind, planned, actual) {
        (_, Val::Unknown, _) => {}
        (_, Val::Refined, actual) => {
            if actual.is_null() {
                wrong.push(format!(
                    "{at}: null, though the plan promised that it is not"
                ));
            }
        }
        (Type::Object(kinds), Val::Map(planned), Val::Map(actual)) => {
            for (name, kind) in kinds {
                completed(
                    kind,
                    &planned[name],
                    &actual[name],
                    &format!("{at}.{name}"),
                    wrong,
                );
            }
        }
        (Type::Map(kind), Val::Map(planned), Val::Map(actual)) => {
            if !planned.keys().eq(actual.keys()) {
                wrong.push(format!("{at}: other keys than were planned"));
                return;
            }
            for (name, planned) in planned {
                completed(
                    kind,
                    planned,
                    &actual[name],
                    &format!("{at}[{name:?}]"),
                    wrong,
                );
            }
        }
        (Type::List(kind), Val::List(planned), Val::List(actual)) => {
            if planned.len() != actual.len() {
                wrong.push(format!(
                    "{at}: {} elements of {}",
                    actual.len(),
                    planned.len()
                ));
                return;
            }
            for (index, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                completed(kind, planned, actual, &format!("{at}[{index}]"), wrong);
            }
        }
        (Type::Set(kind), Val::List(planned), Val::List(actual)) => {
            if actual.len() > planned.len() {
                wrong.push(format!("{at}: the set has grown"));
            }
            let fits = |planned: &Val, actual: &Val| {
                let mut wrong = Vec::new();
                completed(kind, planned, actual, "", &mut wrong);
                wrong.is_empty()
            };
            let lost = planned
                .iter()
                .any(|one| !actual.iter().any(|other| fits(one, other)));
            let new = actual
                .iter()
                .any(|other| !planned.iter().any(|one| fits(one, other)));
            if lost || new {
                wrong.push(format!("{at}: planned {planned:?}, then {actual:?}"));
            }
        }
        (_, planned, actual) => {
            if planned != actual {
                wrong.push(format!("{at}: planned {planned:?}, then {actual:?}"));
            }
        }
    }
}

fn became(first: &Val, second: &Val, inside_set: bool, at: &str, wrong: &mut Wrong) {
    match (first, second) {
        (Val::Unknown | Val::Refined, _) => {}
        (Val::Map(first), Val::Map(second)) if !inside_set => {
            for (name, first) in first {
                match second.get(name) {
                    Some(second) => became(first, second, false, &format!("{at}.{name}"), wrong),
                    None => wrong.push(format!("{at}.{name}: is gone")),
                }
            }
        }
        (Val::List(before), Val::List(_)) if before.iter().any(|one| !one.is_wholly_known()) => {}
        (first, second) => {
            if first != second {
                wrong.push(format!("{at}: first {first:?}, then {second:?}"));
            }
        }
    }
}

/// What is stored is known.
pub(crate) fn known(value: &Val) -> Wrong {
    let mut wrong = Vec::new();
    if !value.is_wholly_known() {
        wrong.push(format!("something is unknown: {value:?}"));
    }
    wrong
}

/// An identity that a resource of this type was given, with what it had before. It may be unknown
/// only `while_made`: in the plan of a creation or a replacement.
pub(crate) fn identity(
    schema: Option<&wire::ResourceIdentitySchema>,
    prior: Option<&Val>,
    given: Option<&wire::ResourceIdentityData>,
    while_made: bool,
) -> Result<Option<Val>, String> {
    let Some(schema) = schema else {
        return match given {
            None => Ok(None),
            Some(given) => Err(format!("an identity of a type that has none: {given:?}")),
        };
    };
    let Some(given) = given else {
        return match prior {
            None => Ok(None),
            Some(prior) => Err(format!("the identity {prior:?} is forgotten")),
        };
    };
    let value = Val::read(given.identity_data.as_ref());
    let value = Type::of_identity(schema).take(value)?;
    if value.is_null() {
        return Err("an identity that is null".to_owned());
    }
    if !while_made && !value.is_wholly_known() {
        return Err(format!("an identity that is not known: {value:?}"));
    }
    for attribute in &schema.identity_attributes {
        if attribute.required_for_import && value.get(&attribute.name).is_null() {
            return Err(format!(
                "{} is null: it can't be imported by that",
                attribute.name
            ));
        }
    }
    match prior {
        Some(prior) if !while_made && *prior != value => {
            Err(format!("the identity was {prior:?} and is {value:?}"))
        }
        Some(_) | None => Ok(Some(value)),
    }
}

/// A configuration that was made from a state: it fits the schema and could have been typed.
pub(crate) fn generated(block: &Block, config: &Val) -> Wrong {
    let mut wrong = known(config);
    typed(block, config, "", &mut wrong);
    wrong
}

fn typed(block: &Block, config: &Val, at: &str, wrong: &mut Wrong) {
    for attribute in &block.attributes {
        let (name, value) = (&attribute.name, config.get(&attribute.name));
        if attribute.computed && !attribute.optional && !value.is_null() {
            wrong.push(format!(
                "{at}.{name}: can't be configured, but is {value:?}"
            ));
        }
        if attribute.required && value.is_null() {
            wrong.push(format!("{at}.{name}: is required, but null"));
        }
    }
    for nested in &block.block_types {
        let (name, blocks) = (&nested.type_name, config.get(&nested.type_name).elements());
        let count = i64::try_from(blocks.len()).unwrap_or(i64::MAX);
        if count < nested.min_items || (nested.max_items > 0 && count > nested.max_items) {
            wrong.push(format!("{at}.{name}: {count} blocks"));
        }
        for (index, one) in blocks.iter().enumerate() {
            typed(
                inner_of(nested),
                one,
                &format!("{at}.{name}[{index}]"),
                wrong,
            );
        }
    }
}

/// Diagnostics: each has a weight, a summary, and a path that leads somewhere in the schema.
pub(crate) fn diagnostics(block: Option<&Block>, told: &[wire::Diagnostic]) -> Wrong {
    let mut wrong = Vec::new();
    for one in told {
        let about = &one.summary;
        if one.severity() == Severity::Invalid || i32::from(one.severity()) != one.severity {
            wrong.push(format!("{about:?} has no severity"));
        }
        if about.is_empty() || about.contains('\n') {
            wrong.push(format!("{about:?} is no summary of {:?}", one.detail));
        }
        let Some(path) = &one.attribute else { continue };
        let found = match block {
            Some(block) => leads_somewhere(block, path),
            None => Err("no schema to lead anywhere in".to_owned()),
        };
        if let Err(why) = found {
            wrong.push(format!("the path of {about:?}, {path:?}: {why}"));
        }
    }
    wrong
}

/// An event of a listing: an object has an identity and a name, and a state only if it was asked for;
/// without an object there is something to say.
pub(crate) fn event(event: &wire::list_resource::Event, with_states: bool) -> Wrong {
    let mut wrong = Vec::new();
    let identity = event.identity.as_ref();
    let has_identity = identity.is_some_and(|identity| identity.identity_data.is_some());
    if !has_identity && event.diagnostic.is_empty() {
        wrong.push("neither an identity nor a diagnostic".to_owned());
    }
    if has_identity && event.display_name.is_empty() {
        wrong.push("no name to display".to_owned());
    }
    if event.resource_object.is_some() && !(with_states && has_identity) {
        wrong.push("a state that nobody asked for".to_owned());
    }
    wrong
}

/// Schemas: what core refuses, or reads in a way that was not meant.
pub(crate) fn schemas(
    all: &wire::get_provider_schema::Response,
    identities: &std::collections::BTreeMap<String, wire::ResourceIdentitySchema>,
) -> Wrong {
    let mut wrong = Vec::new();
    let own = all.provider.iter().map(|one| ("the provider", one));
    let maps = [
        &all.resource_schemas,
        &all.data_source_schemas,
        &all.list_resource_schemas,
    ];
    let others = maps
        .into_iter()
        .flatten()
        .map(|(name, one)| (name.as_str(), one));
    for (name, schema) in own.chain(others) {
        schema_block(schema.block.as_ref(), name, &mut wrong);
    }
    for (name, schema) in identities {
        if !all.resource_schemas.contains_key(name) {
            wrong.push(format!("{name} has an identity, and is no resource"));
        }
        if schema.identity_attributes.is_empty() {
            wrong.push(format!("the identity of {name} is empty"));
        }
        for one in &schema.identity_attributes {
            if one.required_for_import == one.optional_for_import {
                wrong.push(format!("{name}, {}: required or optional?", one.name));
            }
        }
    }
    for name in all.list_resource_schemas.keys() {
        if !identities.contains_key(name) {
            wrong.push(format!("{name} is listed, but has no identity"));
        }
    }
    wrong
}

fn schema_block(block: Option<&Block>, at: &str, wrong: &mut Wrong) {
    let Some(block) = block else {
        wrong.push(format!("{at}: a schema without a block"));
        return;
    };
    let names = block.attributes.iter().map(|one| &one.name);
    if !names.is_sorted() {
        wrong.push(format!("{at}: attributes in no order"));
    }
    let names = block.block_types.iter().map(|one| &one.type_name);
    if !names.is_sorted() {
        wrong.push(format!("{at}: blocks in no order"));
    }
    for one in &block.attributes {
        let at = format!("{at}.{}", one.name);
        if one.r#type.is_empty() != one.nested_type.is_some() {
            wrong.push(format!("{at}: a type or a nested type, not both"));
        }
        if one.required == (one.optional || one.computed) {
            wrong.push(format!("{at}: required, or optional or computed"));
        }
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !one.name.chars().all(is_name) {
            wrong.push(format!("{at}: not a name"));
        }
    }
    for one in &block.block_types {
        let at = format!("{at}.{}", one.type_name);
        if one.nesting() == NestingMode::Invalid {
            wrong.push(format!("{at}: a block of no kind"));
        }
        schema_block(one.block.as_ref(), &at, wrong);
    }
}

/// Whether a path leads to an attribute, a block, or a part of one.
pub(crate) fn leads_somewhere(block: &Block, path: &wire::AttributePath) -> Result<(), String> {
    let mut kind = Type::of_block(block);
    if path.steps.is_empty() {
        return Err("it has no steps".to_owned());
    }
    for step in &path.steps {
        let selector = step.selector.as_ref().ok_or("a step without a selector")?;
        kind = match (selector, kind) {
            (Selector::AttributeName(name), Type::Object(mut members)) => {
                members.remove(name).ok_or(format!("there is no {name}"))?
            }
            (Selector::ElementKeyInt(_), Type::List(inner))
            | (Selector::ElementKeyString(_), Type::Map(inner)) => *inner,
            (selector, kind) => return Err(format!("no step {selector:?} in {kind:?}")),
        };
    }
    Ok(())
}

/// Whether a path is that of an identity's attribute.
pub(crate) fn leads_into_identity(
    schema: &wire::ResourceIdentitySchema,
    path: Option<&wire::AttributePath>,
) -> bool {
    let steps = path.map(|path| path.steps.as_slice()).unwrap_or_default();
    let [step] = steps else { return false };
    let Some(Selector::AttributeName(name)) = &step.selector else {
        return false;
    };
    schema
        .identity_attributes
        .iter()
        .any(|one| one.name == *name)
}

#[cfg(test)]
mod tests;
