//! Schemas for the wire, in one order: by name. May import [`super::proto`] only.

use std::collections::{BTreeMap, HashMap};

use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, FunctionSchema, NestedBlock,
    Parameter, Schema, StringKind, Type,
};

use super::proto::tfplugin6 as wire;
use crate::protocol::IdentitySchema;
use wire::schema::nested_block::NestingMode as BlockNesting;
use wire::schema::object::NestingMode as ObjectNesting;

/// A schema.
pub(super) fn schema(schema: &Schema) -> wire::Schema {
    wire::Schema {
        version: schema.version,
        block: Some(block(&schema.block)),
    }
}

/// Whether a schema has nothing in it.
pub(super) fn is_empty(schema: &Schema) -> bool {
    schema.block.attributes.is_empty() && schema.block.blocks.is_empty()
}

/// An identity's schema.
pub(super) fn identity(schema: &IdentitySchema) -> wire::ResourceIdentitySchema {
    let attribute = |attribute: &crate::protocol::IdentityAttribute| {
        wire::resource_identity_schema::IdentityAttribute {
            name: attribute.name.to_owned(),
            r#type: attribute_type(&attribute.attr_type),
            required_for_import: attribute.required_for_import,
            optional_for_import: !attribute.required_for_import,
            description: attribute.description.to_owned(),
        }
    };
    wire::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: schema.attributes.iter().map(attribute).collect(),
    }
}

/// A function's signature.
pub(super) fn function(function: &FunctionSchema) -> wire::Function {
    wire::Function {
        parameters: function.parameters.iter().map(parameter).collect(),
        variadic_parameter: function.variadic.as_ref().map(parameter),
        r#return: Some(wire::function::Return {
            r#type: json(&function_type(&function.return_type)),
        }),
        summary: function.summary.clone(),
        description: function.description.content.clone(),
        description_kind: kind(&function.description),
        deprecation_message: match function.deprecated.as_deref() {
            None => String::new(),
            Some("") => "deprecated".to_owned(),
            Some(message) => message.to_owned(),
        },
    }
}

fn parameter(parameter: &Parameter) -> wire::function::Parameter {
    wire::function::Parameter {
        name: parameter.name.clone(),
        r#type: json(&function_type(&parameter.param_type)),
        allow_null_value: parameter.allow_null,
        allow_unknown_values: parameter.allow_unknown,
        description: parameter.description.content.clone(),
        description_kind: kind(&parameter.description),
    }
}

fn block(block: &Block) -> wire::schema::Block {
    let blocks: BTreeMap<_, _> = block.blocks.iter().collect();
    wire::schema::Block {
        version: block.version,
        attributes: attributes(&block.attributes),
        block_types: blocks
            .into_iter()
            .map(|(name, nested)| nested_block(name, nested))
            .collect(),
        description: block.description.content.clone(),
        description_kind: kind(&block.description),
        deprecated: block.deprecated,
    }
}

fn nested_block(name: &str, nested: &NestedBlock) -> wire::schema::NestedBlock {
    // No upper limit is 0, as every other provider says it.
    let (nesting, inner, min_items, max_items) = match nested {
        NestedBlock::Single(inner) => (BlockNesting::Single, inner, 1, 1),
        NestedBlock::List(inner) => (BlockNesting::List, inner, 0, 0),
        NestedBlock::Set(inner) => (BlockNesting::Set, inner, 0, 0),
        NestedBlock::Map(inner) => (BlockNesting::Map, inner, 0, 0),
        NestedBlock::Group(inner) => (BlockNesting::Group, inner, 0, 0),
        NestedBlock::Optional(inner) => (BlockNesting::List, inner, 0, 1),
    };
    wire::schema::NestedBlock {
        type_name: name.to_owned(),
        block: Some(block(inner)),
        nesting: nesting.into(),
        min_items,
        max_items,
    }
}

fn attributes(attributes: &HashMap<String, Attribute>) -> Vec<wire::schema::Attribute> {
    let sorted: BTreeMap<_, _> = attributes.iter().collect();
    let each = sorted.into_iter().map(|(name, attribute)| {
        let nested = match &attribute.attr_type {
            AttributeType::AttributeSingle(inner) => Some((ObjectNesting::Single, inner)),
            AttributeType::AttributeList(inner) => Some((ObjectNesting::List, inner)),
            AttributeType::AttributeSet(inner) => Some((ObjectNesting::Set, inner)),
            AttributeType::AttributeMap(inner) => Some((ObjectNesting::Map, inner)),
            AttributeType::String
            | AttributeType::Number
            | AttributeType::Bool
            | AttributeType::List(_)
            | AttributeType::Set(_)
            | AttributeType::Map(_)
            | AttributeType::Object(_)
            | AttributeType::Tuple(_)
            | AttributeType::Any => None,
        };
        let (required, optional, computed) = match attribute.constraint {
            AttributeConstraint::Required => (true, false, false),
            AttributeConstraint::Optional => (false, true, false),
            AttributeConstraint::OptionalComputed => (false, true, true),
            AttributeConstraint::Computed => (false, false, true),
        };
        wire::schema::Attribute {
            name: name.clone(),
            // Either a type or a nested type, never both.
            r#type: match nested {
                None => attribute_type(&attribute.attr_type),
                Some(_) => bytes::Bytes::new(),
            },
            nested_type: nested.map(|(nesting, inner)| wire::schema::Object {
                attributes: self::attributes(inner),
                nesting: nesting.into(),
            }),
            description: attribute.description.content.clone(),
            required,
            optional,
            computed,
            sensitive: attribute.sensitive,
            description_kind: kind(&attribute.description),
            deprecated: attribute.deprecated,
        }
    });
    each.collect()
}

fn kind(description: &Description) -> i32 {
    match description.kind {
        StringKind::Plain => wire::StringKind::Plain.into(),
        StringKind::Markdown => wire::StringKind::Markdown.into(),
    }
}

fn attribute_type(kind: &AttributeType) -> bytes::Bytes {
    json(&type_of(kind))
}

fn json(kind: &serde_json::Value) -> bytes::Bytes {
    kind.to_string().into_bytes().into()
}

/// A type in the notation of <https://github.com/zclconf/go-cty/blob/main/docs/json.md#type-serialization>.
/// The members of an object come sorted by name.
fn type_of(kind: &AttributeType) -> serde_json::Value {
    let object = |members: &HashMap<String, Attribute>| {
        let members = members.iter().map(|(name, inner)| (name, &inner.attr_type));
        serde_json::json!(["object", members_of(members)])
    };
    match kind {
        AttributeType::String => "string".into(),
        AttributeType::Number => "number".into(),
        AttributeType::Bool => "bool".into(),
        AttributeType::Any => "dynamic".into(),
        AttributeType::List(inner) => serde_json::json!(["list", type_of(inner)]),
        AttributeType::Set(inner) => serde_json::json!(["set", type_of(inner)]),
        AttributeType::Map(inner) => serde_json::json!(["map", type_of(inner)]),
        AttributeType::Object(members) => {
            serde_json::json!(["object", members_of(members.iter())])
        }
        AttributeType::Tuple(inner) => {
            serde_json::json!(["tuple", inner.iter().map(type_of).collect::<Vec<_>>()])
        }
        AttributeType::AttributeSingle(members) => object(members),
        AttributeType::AttributeList(members) => serde_json::json!(["list", object(members)]),
        AttributeType::AttributeSet(members) => serde_json::json!(["set", object(members)]),
        AttributeType::AttributeMap(members) => serde_json::json!(["map", object(members)]),
    }
}

fn members_of<'a>(
    members: impl Iterator<Item = (&'a String, &'a AttributeType)>,
) -> BTreeMap<&'a String, serde_json::Value> {
    members.map(|(name, kind)| (name, type_of(kind))).collect()
}

fn function_type(kind: &Type) -> serde_json::Value {
    match kind {
        Type::String => "string".into(),
        Type::Number => "number".into(),
        Type::Bool => "bool".into(),
        Type::Any => "dynamic".into(),
        Type::List(inner) => serde_json::json!(["list", function_type(inner)]),
        Type::Set(inner) => serde_json::json!(["set", function_type(inner)]),
        Type::Map(inner) => serde_json::json!(["map", function_type(inner)]),
        Type::Object(members) => {
            let sorted: BTreeMap<_, _> = members
                .iter()
                .map(|(name, kind)| (name, function_type(kind)))
                .collect();
            serde_json::json!(["object", sorted])
        }
        Type::Tuple(inner) => {
            serde_json::json!(["tuple", inner.iter().map(function_type).collect::<Vec<_>>()])
        }
    }
}
