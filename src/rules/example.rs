//! Selectors as examples: data that can also say what no selector can be.
//!
//! Imports `selector` and its own parent. Next: [`super::Check`], where the examples are, and
//! `guide.rs`, which prints them.

use super::{Built, Destination};
use crate::catalog::Service;
use crate::selector::{AdvancedEventSelector, EventSelector, Field, FieldSelector, Operator};

/// One advanced selector of an example, buildable or not.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    /// Its name, if it has one.
    pub name: Option<Text>,
    /// Its conditions, in order.
    pub conditions: &'static [Condition],
}

/// One condition of a [`Draft`].
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// The field.
    pub field: Text,
    /// The operators in order, each with its values; at most two.
    pub operators: [Option<(Operator, Values)>; 2],
}

/// A text of an example.
#[derive(Debug, Clone, Copy)]
pub enum Text {
    /// As it stands.
    Is(&'static str),
    /// The letter `n`, so many times.
    Long(usize),
}

/// The values of an operator of an example.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// As they stand.
    Are(&'static [&'static str]),
    /// So many: `Name1`, `Name2` and so on.
    Numbered(usize),
    /// One, of so many letters.
    Long(usize),
}

/// Services, and what events of theirs have to reach, as an example.
#[derive(Debug, Clone, Copy)]
pub struct ReachExample {
    /// The services.
    pub services: &'static [Service],
    /// The trail or the event data store.
    pub facts: super::reach::Facts<'static>,
}

/// Selectors, and where they are to go, as an example.
#[derive(Debug, Clone, Copy)]
pub struct ChangeExample {
    /// The selectors that are to be written.
    pub wanted: &'static [Draft],
    /// The selectors that are there now.
    pub live: &'static [Draft],
    /// All else that is known of the place.
    pub circumstances: super::circumstances::Circumstances<'static>,
}

/// Basic selectors, as an example.
pub type BasicExample = fn() -> Vec<EventSelector>;

impl Draft {
    /// A selector without a name.
    #[must_use]
    pub const fn of(conditions: &'static [Condition]) -> Self {
        Self {
            name: None,
            conditions,
        }
    }

    /// The selector itself.
    ///
    /// # Errors
    /// What makes it unbuildable.
    pub fn build(&self) -> Result<AdvancedEventSelector, crate::selector::ShapeError> {
        let mut conditions = Vec::new();
        for condition in self.conditions {
            let field = Field::parse(&condition.field.text())?;
            let operators = condition.operators.iter().flatten();
            let operators = operators.map(|(operator, values)| (*operator, values.texts()));
            conditions.push(FieldSelector::new(field, operators)?);
        }
        AdvancedEventSelector::new(self.name.map(Text::text), conditions)
    }
}

/// The selectors of an example.
///
/// # Errors
/// What makes the first of them unbuildable that is.
pub fn build(drafts: &[Draft]) -> Built {
    drafts.iter().map(Draft::build).collect()
}

impl Condition {
    /// A condition of one operator.
    #[must_use]
    pub const fn new(field: &'static str, operator: Operator, values: Values) -> Self {
        Self {
            field: Text::Is(field),
            operators: [Some((operator, values)), None],
        }
    }
}

/// The condition that the field is one of these.
pub(super) const fn equals(field: &'static str, values: &'static [&'static str]) -> Condition {
    Condition::new(field, Operator::Equals, Values::Are(values))
}

/// The condition of this operator with these values.
pub(super) const fn with(
    field: &'static str,
    operator: Operator,
    values: &'static [&'static str],
) -> Condition {
    Condition::new(field, operator, Values::Are(values))
}

/// The condition that the category is this one.
pub(super) const fn category(name: &'static [&'static str; 1]) -> Condition {
    equals("eventCategory", name)
}

/// Management events.
pub(super) const MANAGEMENT: Condition = category(&["Management"]);
/// Data events.
pub(super) const DATA: Condition = category(&["Data"]);
/// Network activity events.
pub(super) const NETWORK: Condition = category(&["NetworkActivity"]);
/// Objects in S3, as the resource type that a selector of data events needs.
pub(super) const OBJECTS: Condition = equals("resources.type", &["AWS::S3::Object"]);
/// IAM Roles Anywhere, as the source that a selector of network activity events needs.
pub(super) const ANYWHERE: Condition = equals("eventSource", &["rolesanywhere.amazonaws.com"]);
/// IAM as the source.
pub(super) const IAM: Condition = equals("eventSource", &["iam.amazonaws.com"]);

/// All management events.
pub(super) const ALL_MANAGEMENT: &[Draft] = &[Draft::of(&[MANAGEMENT])];
/// The management events of IAM.
pub(super) const OF_IAM: &[Draft] = &[Draft::of(&[MANAGEMENT, IAM])];
/// The data events of S3 objects.
pub(super) const OF_OBJECTS: &[Draft] = &[Draft::of(&[DATA, OBJECTS])];
/// The network activity events of IAM Roles Anywhere.
pub(super) const OF_ANYWHERE: &[Draft] = &[Draft::of(&[NETWORK, ANYWHERE])];

impl Text {
    /// The text in full.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Is(text) => text.to_owned(),
            Self::Long(letters) => "n".repeat(letters),
        }
    }
}

impl Values {
    /// The values in full.
    #[must_use]
    pub fn texts(self) -> Vec<String> {
        match self {
            Self::Are(values) => values.iter().map(|value| (*value).to_owned()).collect(),
            Self::Numbered(count) => (1..=count).map(|number| format!("Name{number}")).collect(),
            Self::Long(letters) => vec!["n".repeat(letters)],
        }
    }
}

/// Both destinations.
pub(super) const BOTH: &[Destination] = Destination::ALL;
/// Trails only.
pub(super) const TRAIL: &[Destination] = &[Destination::Trail];
/// Event data stores only.
pub(super) const STORE: &[Destination] = &[Destination::EventDataStore];
