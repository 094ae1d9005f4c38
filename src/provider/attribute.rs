//! Short forms for schema entries, so that a schema reads as the table it is.
//!
//! May import nothing of ours but its own room, `provider`.

use std::collections::HashMap;

use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, NestedBlock,
};

/// What a user may do with an attribute.
pub(crate) use tf_provider::schema::AttributeConstraint::{
    Computed, Optional, OptionalComputed, Required,
};

/// One entry of a schema's attribute table.
pub(crate) fn attribute(
    name: &str,
    attr_type: AttributeType,
    constraint: AttributeConstraint,
    description: impl Into<String>,
) -> (String, Attribute) {
    let attribute = Attribute {
        attr_type,
        description: Description::markdown(description.into()),
        constraint,
        sensitive: false,
        deprecated: false,
    };
    (name.to_owned(), attribute)
}

/// The same, never shown by Terraform.
pub(crate) fn sensitive(
    name: &str,
    attr_type: AttributeType,
    constraint: AttributeConstraint,
    description: impl Into<String>,
) -> (String, Attribute) {
    let (name, attribute) = attribute(name, attr_type, constraint, description);
    (
        name,
        Attribute {
            sensitive: true,
            ..attribute
        },
    )
}

/// A block of attributes and blocks.
pub(crate) fn block<const A: usize, const B: usize>(
    description: &str,
    attributes: [(String, Attribute); A],
    blocks: [(String, NestedBlock); B],
) -> Block {
    Block {
        version: 0,
        attributes: HashMap::from(attributes),
        blocks: HashMap::from(blocks),
        description: Description::markdown(description),
        deprecated: false,
    }
}

/// A list of something.
pub(crate) fn list_of(element: AttributeType) -> AttributeType {
    AttributeType::List(Box::new(element))
}

/// A set of texts.
pub(crate) fn set_of_text() -> AttributeType {
    AttributeType::Set(Box::new(AttributeType::String))
}

/// A list of texts.
pub(crate) fn list_of_text() -> AttributeType {
    list_of(AttributeType::String)
}

/// An object with the given members.
pub(crate) fn object<const N: usize>(members: [(&str, AttributeType); N]) -> AttributeType {
    AttributeType::Object(
        members
            .into_iter()
            .map(|(name, kind)| (name.to_owned(), kind))
            .collect(),
    )
}

/// Prints a list of allowed values the way a description or an error names them.
pub(crate) fn one_of<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = values
        .into_iter()
        .map(|value| format!("`{value}`"))
        .collect();
    quoted.join(", ")
}
