//! Types and schemas as core reads them: what a value must look like, and what a configuration is
//! before it is written out.
//!
//! Imports [`value`] and [`wire`].

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::value::Val;
use super::wire::tfplugin6 as wire;
use wire::schema::nested_block::NestingMode;
use wire::schema::{Attribute, Block, NestedBlock};

/// A type of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Text,
    Number,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(BTreeMap<String, Type>),
}

impl Type {
    /// In the notation that schemas have it in.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let json = serde_json::from_slice(bytes).expect("a type is JSON");
        Self::of(&json)
    }

    fn of(json: &Json) -> Self {
        let inner = |json: &Json| Box::new(Self::of(json));
        match json {
            Json::String(name) => match name.as_str() {
                "string" => Self::Text,
                "number" => Self::Number,
                "bool" => Self::Bool,
                other => panic!("the type {other} is not covered here"),
            },
            Json::Array(parts) => match (parts[0].as_str(), &parts[1]) {
                (Some("list"), element) => Self::List(inner(element)),
                (Some("set"), element) => Self::Set(inner(element)),
                (Some("map"), element) => Self::Map(inner(element)),
                (Some("object"), Json::Object(members)) => {
                    let each = members.iter();
                    Self::Object(
                        each.map(|(name, kind)| (name.clone(), Self::of(kind)))
                            .collect(),
                    )
                }
                other => panic!("the type {other:?} is not covered here"),
            },
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => {
                panic!("{json} is no type")
            }
        }
    }

    /// The type of the objects that a block describes.
    pub(crate) fn of_block(block: &Block) -> Self {
        let attributes = block.attributes.iter();
        let attributes = attributes.map(|one| (one.name.clone(), Self::of_attribute(one)));
        let blocks = block.block_types.iter();
        let blocks = blocks.map(|one| (one.type_name.clone(), Self::of_nested(one)));
        Self::Object(attributes.chain(blocks).collect())
    }

    /// The type of an attribute.
    pub(crate) fn of_attribute(attribute: &Attribute) -> Self {
        assert!(
            attribute.nested_type.is_none(),
            "{}: nested types are not covered here",
            attribute.name
        );
        Self::parse(&attribute.r#type)
    }

    fn of_nested(nested: &NestedBlock) -> Self {
        let inner = Box::new(Self::of_block(inner_of(nested)));
        match nested.nesting() {
            NestingMode::List => Self::List(inner),
            NestingMode::Set => Self::Set(inner),
            NestingMode::Single | NestingMode::Group | NestingMode::Map | NestingMode::Invalid => {
                panic!(
                    "{}: blocks of this kind are not covered here",
                    nested.type_name
                )
            }
        }
    }

    /// The type of an identity.
    pub(crate) fn of_identity(schema: &wire::ResourceIdentitySchema) -> Self {
        let each = schema.identity_attributes.iter();
        Self::Object(
            each.map(|one| (one.name.clone(), Self::parse(&one.r#type)))
                .collect(),
        )
    }

    /// A value of this type as core takes it: sets in one order, without doubles. Fails where core
    /// could not decode it.
    pub(crate) fn take(&self, value: Val) -> Result<Val, String> {
        match (self, value) {
            (_, value @ (Val::Null | Val::Unknown | Val::Refined))
            | (Self::Text, value @ Val::Text(_))
            | (Self::Number, value @ Val::Number(_))
            | (Self::Bool, value @ Val::Bool(_)) => Ok(value),
            // As a decimal text, which is one number as good as another.
            (Self::Number, Val::Text(text)) => text
                .parse()
                .map(Val::Number)
                .map_err(|error| format!("{text:?} is no number: {error}")),
            (Self::List(element), Val::List(elements)) => {
                let taken = elements.into_iter().map(|one| element.take(one));
                taken.collect::<Result<_, _>>().map(Val::List)
            }
            (Self::Set(element), Val::List(elements)) => {
                let taken = elements.into_iter().map(|one| element.take(one));
                let mut taken = taken.collect::<Result<Vec<_>, _>>()?;
                taken.sort_by_key(|one| format!("{one:?}"));
                let count = taken.len();
                taken.dedup();
                if taken.len() < count {
                    return Err("an element is in a set twice".to_owned());
                }
                Ok(Val::List(taken))
            }
            (Self::Map(element), Val::Map(members)) => {
                let taken = members.into_iter();
                let taken = taken.map(|(name, one)| Ok((name, element.take(one)?)));
                taken.collect::<Result<_, String>>().map(Val::Map)
            }
            (Self::Object(kinds), Val::Map(members)) => {
                if !kinds.keys().eq(members.keys()) {
                    let (expected, found) = (kinds.keys(), members.keys());
                    return Err(format!("expected {expected:?}, found {found:?}"));
                }
                let taken = members.into_iter().map(|(name, one)| {
                    let kind = &kinds[&name];
                    let taken = kind.take(one).map_err(|why| format!("{name}: {why}"))?;
                    Ok((name, taken))
                });
                taken.collect::<Result<_, String>>().map(Val::Map)
            }
            (kind, value) => Err(format!("expected {kind:?}, found {value:?}")),
        }
    }

    /// Off the wire, held to the type.
    pub(crate) fn read(&self, value: Option<&wire::DynamicValue>) -> Val {
        self.take(Val::read(value))
            .unwrap_or_else(|why| panic!("core can't decode it: {why}"))
    }
}

/// The block of a schema.
pub(crate) fn block_of(schema: &wire::Schema) -> &Block {
    schema.block.as_ref().expect("a schema has a block")
}

/// The block of a nested block.
pub(crate) fn inner_of(nested: &NestedBlock) -> &Block {
    nested.block.as_ref().expect("a nested block has a block")
}

/// A configuration with all that was not written: null attributes, no blocks.
pub(crate) fn written_out(block: &Block, written: &Val) -> Val {
    let Val::Map(mut members) = written.clone() else {
        return written.clone();
    };
    for attribute in &block.attributes {
        members.entry(attribute.name.clone()).or_insert(Val::Null);
    }
    for nested in &block.block_types {
        let inner = inner_of(nested);
        let blocks = members
            .entry(nested.type_name.clone())
            .or_insert(Val::List(Vec::new()));
        if let Val::List(blocks) = blocks {
            for one in blocks {
                *one = written_out(inner, one);
            }
        }
    }
    Type::of_block(block)
        .take(Val::Map(members))
        .unwrap_or_else(|why| panic!("no configuration for this schema: {why}"))
}

/// What core proposes to a provider: the configuration, and where it says nothing of a computed
/// attribute, what was there before.
pub(crate) fn proposed(block: &Block, prior: &Val, config: &Val) -> Val {
    let Val::Map(config) = config else {
        return prior.clone();
    };
    let before = |name: &str| {
        if let Val::Map(prior) = prior {
            prior[name].clone()
        } else {
            Val::Null
        }
    };
    let attributes = block.attributes.iter().map(|attribute| {
        let name = &attribute.name;
        let written = &config[name];
        let value = if attribute.computed && written.is_null() {
            before(name)
        } else {
            written.clone()
        };
        (name.clone(), value)
    });
    let blocks = block.block_types.iter().map(|nested| {
        let name = &nested.type_name;
        let (written, before) = (&config[name], before(name));
        let value = match (written, nested.nesting()) {
            (Val::List(written), NestingMode::List) => {
                let each = written.iter().enumerate().map(|(index, one)| {
                    let before = if let Val::List(before) = &before {
                        before.get(index)
                    } else {
                        None
                    };
                    proposed(inner_of(nested), before.unwrap_or(&Val::Null), one)
                });
                Val::List(each.collect())
            }
            (written, _) => written.clone(),
        };
        (name.clone(), value)
    });
    Val::Map(attributes.chain(blocks).collect())
}
