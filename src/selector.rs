//! The shape of CloudTrail event selectors: what one is made of, and when two sets are the same.
//!
//! Law of this module: a value of these types can be sent. Whatever the API's own model refuses (an
//! empty operator, an empty value, a name with a line break) cannot be built; whatever the model
//! allows can, even where the service's documentation advises against it, because a trail may hold
//! it and it has to be read back as it is. Whether a set of selectors is wise, or documented for a
//! trail, is judged in `rules`.
//!
//! May import: nothing of this crate. It is one of the two roots of the domain, beside `catalog`.
//!
//! Where to go next: [`Field`] and [`FieldSelector`] (one condition), [`Operator`], [`EventSelector`]
//! (the older, basic kind and its advanced equal), [`diff`] (canonical order, and what counts as no
//! change), `json` (reading selectors from what the AWS CLI prints and takes).
//!
//! Shapes and lengths are those of
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html> and
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>.

mod basic;
pub mod diff;
mod field;
mod json;
mod operator;

use std::collections::BTreeSet;
use std::fmt;

pub use basic::{DataResource, EventSelector, ReadWriteType};
pub use field::{Field, FieldSelector};
pub use operator::Operator;

/// The longest name a selector may have, in characters.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html>
pub const NAME_MAX: usize = 1000;

/// The longest field name, in characters.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
pub const FIELD_MAX: usize = 1000;

/// The longest value of an operator, in characters.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
pub const VALUE_MAX: usize = 2048;

/// The category of the events this provider narrows.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
pub const MANAGEMENT: &str = "Management";

/// The sources whose management events a trail may leave out, by `eventSource NotEquals`; it is
/// documented for no others.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
pub const EXCLUDABLE_SOURCES: [&str; 2] = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];

/// The name the console gives to the one selector of a trail that was left at its default.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>
pub const DEFAULT_NAME: &str = "Management events selector";

/// How many values of one operator [`AdvancedEventSelector::summary`] prints before it counts.
const SUMMARY_VALUES: usize = 3;

/// One advanced event selector: an event is selected when every field selector holds for it.
///
/// Always has at least one field selector. A trail logs an event when any of its selectors does
/// select it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AdvancedEventSelector {
    name: Option<String>,
    field_selectors: Vec<FieldSelector>,
}

impl AdvancedEventSelector {
    /// Builds a selector; the order of the field selectors is kept as given.
    ///
    /// An empty name is the same as none, because the service answers one for the other.
    ///
    /// # Errors
    /// A name of more than [`NAME_MAX`] characters or with a line break, or no field selector at
    /// all.
    pub fn new(
        name: Option<String>,
        field_selectors: Vec<FieldSelector>,
    ) -> Result<Self, ShapeError> {
        let name = name.filter(|name| !name.is_empty());
        if let Some(name) = &name {
            let characters = name.chars().count();
            if characters > NAME_MAX {
                return Err(ShapeError::NameTooLong { characters });
            }
            if has_line_break(name) {
                return Err(ShapeError::NameLineBreak { name: name.clone() });
            }
        }
        if field_selectors.is_empty() {
            return Err(ShapeError::NoFieldSelectors { name });
        }
        Ok(Self {
            name,
            field_selectors,
        })
    }

    /// The name, if it has one; never `Some("")`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The conditions, all of which must hold; never empty.
    #[must_use]
    pub fn field_selectors(&self) -> &[FieldSelector] {
        &self.field_selectors
    }

    /// The first condition on this field.
    ///
    /// A field is normally there once. The API's model does not forbid a second one, so a caller to
    /// whom that matters looks through [`Self::field_selectors`].
    #[must_use]
    pub fn field(&self, field: &Field) -> Option<&FieldSelector> {
        self.field_selectors
            .iter()
            .find(|selector| selector.field() == field)
    }

    /// The event category, when the selector names exactly one by `Equals`, as every selector must
    /// according to
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>.
    ///
    /// `None` when it names none, several, or names it by another operator.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        let mut named = BTreeSet::new();
        for selector in &self.field_selectors {
            if *selector.field() == Field::EventCategory {
                named.extend(selector.only(Operator::Equals)?.iter().map(String::as_str));
            }
        }
        let first = named.pop_first();
        if named.is_empty() { first } else { None }
    }

    /// How many values the selector spends: all values of all operators, that of `eventCategory`
    /// included.
    ///
    /// The service counts "all conditions" of a trail against one limit
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>);
    /// that the category counts too is assumed, as the careful reading.
    #[must_use]
    pub fn value_count(&self) -> usize {
        self.field_selectors
            .iter()
            .map(FieldSelector::value_count)
            .sum()
    }

    /// One line for people: the name, the category, and each other condition.
    ///
    /// Up to three values of an operator are printed; of more, the first and how many follow, as
    /// in `"iam-only" (Management: eventName Equals AcceptDelegationRequest and 179 more)`.
    #[must_use]
    pub fn summary(&self) -> String {
        let name = match self.name() {
            Some(name) => format!("\"{name}\""),
            None => "unnamed".to_owned(),
        };
        let category = self.category();
        let conditions = self
            .field_selectors
            .iter()
            .filter(|selector| category.is_none() || *selector.field() != Field::EventCategory)
            .flat_map(|selector| {
                selector.conditions().map(|(operator, values)| {
                    let values = match values {
                        [first, rest @ ..] if rest.len() >= SUMMARY_VALUES => {
                            format!("{first} and {} more", rest.len())
                        }
                        few => few.join(", "),
                    };
                    format!("{} {} {values}", selector.field(), operator.api_name())
                })
            })
            .collect::<Vec<_>>()
            .join("; ");
        let category = category.unwrap_or("no category");
        if conditions.is_empty() {
            format!("{name} ({category})")
        } else {
            format!("{name} ({category}: {conditions})")
        }
    }

    /// Whether the selector takes every event of the management category, both reads and writes.
    fn is_all_management(&self) -> bool {
        self.category() == Some(MANAGEMENT)
            && self
                .field_selectors
                .iter()
                .all(|selector| *selector.field() == Field::EventCategory)
    }
}

/// What a trail holds, verbatim and in its own order: one kind of selectors or the other, never
/// both.
///
/// Writing one kind removes the other
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>), so
/// what has to be put back later is remembered in the kind it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selectors {
    /// Basic event selectors.
    Basic(Vec<EventSelector>),
    /// Advanced event selectors.
    Advanced(Vec<AdvancedEventSelector>),
}

impl Selectors {
    /// The same filter as advanced selectors; advanced ones come back unchanged.
    ///
    /// # Errors
    /// A basic selector with a value that no advanced selector can carry.
    pub fn to_advanced(&self) -> Result<Vec<AdvancedEventSelector>, ShapeError> {
        match self {
            Self::Basic(selectors) => {
                let mut advanced = Vec::new();
                for selector in selectors {
                    advanced.extend(selector.to_advanced()?);
                }
                Ok(advanced)
            }
            Self::Advanced(selectors) => Ok(selectors.clone()),
        }
    }

    /// Whether this is what a trail has that nobody configured: nothing, or either documented
    /// spelling of "all management events and nothing else".
    ///
    /// The basic spelling is what the API gives a new trail
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-additional-cli-commands.html>),
    /// the advanced one, without a name or with [`DEFAULT_NAME`], is what the console writes
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>).
    /// A selector with another name was somebody's decision, and is not the default even when it
    /// logs the same.
    #[must_use]
    pub fn is_service_default(&self) -> bool {
        match self {
            Self::Basic(selectors) => match selectors.as_slice() {
                [] => true,
                [only] => *only == EventSelector::service_default(),
                _ => false,
            },
            Self::Advanced(selectors) => match selectors.as_slice() {
                [] => true,
                [only] => {
                    only.name().is_none_or(|name| name == DEFAULT_NAME) && only.is_all_management()
                }
                _ => false,
            },
        }
    }
}

/// Why a selector cannot be built. Each says what was found and what is allowed.
///
/// The limits are those of
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html>,
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html> and,
/// for [`ReadWriteType`],
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShapeError {
    /// The selector's name has more than [`NAME_MAX`] characters.
    NameTooLong {
        /// How many it has.
        characters: usize,
    },
    /// The selector's name goes over more than one line.
    NameLineBreak {
        /// The name.
        name: String,
    },
    /// The selector has no field selector.
    NoFieldSelectors {
        /// The selector's name.
        name: Option<String>,
    },
    /// A field's name is empty, or has more than [`FIELD_MAX`] characters.
    FieldLength {
        /// How many characters it has.
        characters: usize,
    },
    /// A field's name has a character no field name can have.
    FieldCharacter {
        /// The field's name.
        field: String,
        /// The first such character.
        character: char,
    },
    /// The field selector has no operator with a value.
    NoOperator {
        /// The field.
        field: Field,
    },
    /// An operator is given twice in one field selector.
    DuplicateOperator {
        /// The field.
        field: Field,
        /// The operator.
        operator: Operator,
    },
    /// A value is empty.
    EmptyValue {
        /// The field.
        field: Field,
        /// The operator.
        operator: Operator,
    },
    /// A value has more than [`VALUE_MAX`] characters.
    ValueTooLong {
        /// The field.
        field: Field,
        /// The operator.
        operator: Operator,
        /// How many characters it has.
        characters: usize,
    },
    /// A value goes over more than one line.
    ValueLineBreak {
        /// The field.
        field: Field,
        /// The operator.
        operator: Operator,
        /// The value.
        value: String,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameTooLong { characters } => write!(
                out,
                "a selector name has {characters} characters; at most {NAME_MAX} are allowed"
            ),
            Self::NameLineBreak { name } => write!(
                out,
                "the selector name {name:?} has a line break; a name is one line of at most \
                 {NAME_MAX} characters"
            ),
            Self::NoFieldSelectors { name: Some(name) } => write!(
                out,
                "the selector {name:?} has no field selector; at least one is required, on \
                 eventCategory"
            ),
            Self::NoFieldSelectors { name: None } => write!(
                out,
                "an unnamed selector has no field selector; at least one is required, on \
                 eventCategory"
            ),
            Self::FieldLength { characters } => write!(
                out,
                "a field name has {characters} characters; 1 to {FIELD_MAX} are allowed"
            ),
            Self::FieldCharacter { field, character } => write!(
                out,
                "the field name {field:?} has the character {character:?}; only letters and digits \
                 of ASCII and `.`, `_` and `|` are allowed"
            ),
            Self::NoOperator { field } => write!(
                out,
                "the field selector on {field} has no operator with a value; at least one of {} is \
                 required",
                Operator::listed()
            ),
            Self::DuplicateOperator { field, operator } => write!(
                out,
                "the field selector on {field} has {operator} twice; each operator is allowed once, \
                 with all its values"
            ),
            Self::EmptyValue { field, operator } => write!(
                out,
                "{field} {operator} has an empty value; a value has 1 to {VALUE_MAX} characters"
            ),
            Self::ValueTooLong {
                field,
                operator,
                characters,
            } => write!(
                out,
                "{field} {operator} has a value of {characters} characters; a value has 1 to \
                 {VALUE_MAX} characters"
            ),
            Self::ValueLineBreak {
                field,
                operator,
                value,
            } => write!(
                out,
                "{field} {operator} has the value {value:?}, with a line break; a value is one line \
                 of 1 to {VALUE_MAX} characters"
            ),
        }
    }
}

impl std::error::Error for ShapeError {}

/// Whether the text goes over more than one line. The API's patterns for names and values (`.*` and
/// `.+`) do not match line breaks; which characters count as one is assumed to be these two.
fn has_line_break(text: &str) -> bool {
    text.contains(['\n', '\r'])
}

#[cfg(test)]
pub(crate) mod generate {
    //! Random selectors for the property tests of the modules that work on them.

    use super::{AdvancedEventSelector, Field, FieldSelector, Operator};
    use proptest::prelude::*;

    /// Fields, the ones with a meaning more often than others.
    pub(crate) fn field() -> impl Strategy<Value = Field> {
        prop_oneof![
            3 => Just(Field::EventSource),
            3 => Just(Field::EventName),
            2 => Just(Field::ReadOnly),
            1 => Just(Field::EventType),
            1 => Just(Field::ResourcesType),
            1 => Just(Field::UserIdentityArn),
            1 => Just(Field::Other("vpc.new|field_1".to_owned())),
        ]
    }

    /// An operator; `Equals` half of the time.
    pub(crate) fn operator() -> impl Strategy<Value = Operator> {
        prop_oneof![Just(Operator::Equals), prop::sample::select(Operator::ALL)]
    }

    /// Values from a small pool, so that they meet each other and real records.
    pub(crate) fn value() -> impl Strategy<Value = String> {
        prop::sample::select(vec![
            "iam.amazonaws.com",
            "sts.amazonaws.com",
            "ec2.amazonaws.com",
            "kms.amazonaws.com",
            "rdsdata.amazonaws.com",
            "CreateUser",
            "AssumeRole",
            "RunInstances",
            "true",
            "false",
            "i",
            "Create",
            "User",
            "com",
        ])
        .prop_map(str::to_owned)
    }

    /// One field selector on the given field.
    pub(crate) fn field_selector(field: Field) -> impl Strategy<Value = FieldSelector> {
        prop::collection::btree_map(operator(), prop::collection::vec(value(), 1..4), 1..3)
            .prop_map(move |conditions| FieldSelector::new(field.clone(), conditions).unwrap())
    }

    /// A selector: mostly of the management category, with up to three more fields, maybe twice the
    /// same.
    pub(crate) fn selector() -> impl Strategy<Value = AdvancedEventSelector> {
        let category = prop_oneof![
            6 => Just(Some("Management")), 1 => Just(Some("Data")), 1 => Just(None),
        ];
        let name = prop_oneof![Just(None), Just(Some("a")), Just(Some("b")), Just(Some(""))];
        let fields = prop::collection::vec(field().prop_flat_map(field_selector), 0..4);
        (name, category, fields, any::<prop::sample::Index>()).prop_map(
            |(name, category, mut fields, at)| {
                if let Some(category) = category {
                    let category = FieldSelector::equals(Field::EventCategory, [category]).unwrap();
                    fields.insert(at.index(fields.len() + 1), category);
                }
                if fields.is_empty() {
                    fields.push(FieldSelector::equals(Field::ReadOnly, ["true"]).unwrap());
                }
                AdvancedEventSelector::new(name.map(str::to_owned), fields).unwrap()
            },
        )
    }

    /// Up to four selectors.
    pub(crate) fn selectors() -> impl Strategy<Value = Vec<AdvancedEventSelector>> {
        prop::collection::vec(selector(), 0..5)
    }
}

#[cfg(test)]
mod tests;
