//! Short forms for schema entries, so that a schema reads as the table it is.
//!
//! May import `catalog`, for the values that an attribute may have.

use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, NestedBlock,
};

use crate::catalog::{AccessLevel, Family, Service};

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

/// The three attributes that select names from the catalog, as the provider block, the resource and
/// the data source all have them. `default` says what stands in for one that is not set.
pub(crate) fn selection(
    constraint: &AttributeConstraint,
    default: &str,
) -> [(String, Attribute); 3] {
    let entry = |name, what: &str, allowed: String| {
        let description = format!("{what}: any of {allowed}. {default}");
        attribute(name, set_of_text(), constraint.clone(), description)
    };
    [
        entry(
            "services",
            "Services whose event names are taken from the catalog",
            one_of(Service::ALL.iter().map(|one| one.key())),
        ),
        entry(
            "access_levels",
            "Takes only names of these access levels, as the Service Authorization Reference has \
             them. Empty: all, those without a level too. Otherwise",
            one_of(AccessLevel::ALL.iter().map(|one| one.as_str())),
        ),
        entry(
            "resource_families",
            "Takes only names about these kinds of resources. Empty: all. Otherwise",
            one_of(Family::ALL.iter().map(|one| one.as_str())),
        ),
    ]
}

/// A block of attributes and blocks.
pub(crate) fn block<const B: usize>(
    description: &str,
    attributes: impl IntoIterator<Item = (String, Attribute)>,
    blocks: [(String, NestedBlock); B],
) -> Block {
    Block {
        version: 0,
        attributes: attributes.into_iter().collect(),
        blocks: blocks.into_iter().collect(),
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
