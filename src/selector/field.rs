//! One condition of a selector: a field of the event record, operators, and their values.
//!
//! Imports nothing of this crate but its own parent. Next: [`super::AdvancedEventSelector`], which
//! joins conditions.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use super::{FIELD_MAX, Operator, ShapeError, VALUE_MAX, has_line_break};

/// A field of an event record that selectors can look at.
///
/// Which field is documented for which category is in
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>.
/// Fields are equal, and ordered, by their spelling, with `eventCategory` before all others.
#[derive(Debug, Clone)]
pub enum Field {
    /// `eventCategory`: Management, Data or `NetworkActivity`; required in every selector.
    EventCategory,
    /// `eventSource`: the service, such as `iam.amazonaws.com`.
    EventSource,
    /// `eventName`: the action, such as `CreateUser`.
    EventName,
    /// `readOnly`: `true` or `false`, as text.
    ReadOnly,
    /// `eventType`: such as `AwsApiCall`.
    EventType,
    /// `resources.type`: such as `AWS::S3::Object`.
    ResourcesType,
    /// `resources.ARN`.
    ResourcesArn,
    /// `userIdentity.arn`.
    UserIdentityArn,
    /// `sessionCredentialFromConsole`: `true`, or not in the record.
    SessionCredentialFromConsole,
    /// `errorCode`.
    ErrorCode,
    /// `vpcEndpointId`.
    VpcEndpointId,
    /// A field this version does not know, as a trail may have it. [`FieldSelector::new`] checks
    /// it as [`Field::parse`] does.
    Other(String),
}

impl Field {
    const KNOWN: &[Self] = &[
        Self::EventCategory,
        Self::EventSource,
        Self::EventName,
        Self::ReadOnly,
        Self::EventType,
        Self::ResourcesType,
        Self::ResourcesArn,
        Self::UserIdentityArn,
        Self::SessionCredentialFromConsole,
        Self::ErrorCode,
        Self::VpcEndpointId,
    ];

    /// The field as the API spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::EventCategory => "eventCategory",
            Self::EventSource => "eventSource",
            Self::EventName => "eventName",
            Self::ReadOnly => "readOnly",
            Self::EventType => "eventType",
            Self::ResourcesType => "resources.type",
            Self::ResourcesArn => "resources.ARN",
            Self::UserIdentityArn => "userIdentity.arn",
            Self::SessionCredentialFromConsole => "sessionCredentialFromConsole",
            Self::ErrorCode => "errorCode",
            Self::VpcEndpointId => "vpcEndpointId",
            Self::Other(name) => name,
        }
    }

    /// Reads a field name as the API spells it; one that is not known becomes [`Field::Other`].
    ///
    /// # Errors
    /// A name that is empty, too long, or has a character outside the API's pattern
    /// `[\w|\d|\.|_]+`: that is ASCII letters, digits, `_`, `.` and, taken literally, `|`
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>).
    pub fn parse(name: &str) -> Result<Self, ShapeError> {
        let characters = name.chars().count();
        if characters == 0 || characters > FIELD_MAX {
            return Err(ShapeError::FieldLength { characters });
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '|');
        if let Some(character) = name.chars().find(|c| !allowed(*c)) {
            return Err(ShapeError::FieldCharacter {
                field: name.to_owned(),
                character,
            });
        }
        let known = Self::KNOWN.iter().find(|known| known.as_str() == name);
        Ok(known
            .cloned()
            .unwrap_or_else(|| Self::Other(name.to_owned())))
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Field {}

impl Ord for Field {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |field: &Self| field.as_str() != Self::EventCategory.as_str();
        (key(self), self.as_str()).cmp(&(key(other), other.as_str()))
    }
}

impl PartialOrd for Field {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// One condition: a field, and at least one operator with at least one value.
///
/// Among the values of the selecting operators one has to match, and none of those of the others
/// may
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldSelector {
    field: Field,
    conditions: BTreeMap<Operator, Vec<String>>,
}

impl FieldSelector {
    /// Builds a condition; values keep their order and duplicates.
    ///
    /// An operator with an empty list is dropped, since some answers of the service print every
    /// unused operator as an empty list.
    ///
    /// # Errors
    /// A field name [`Field::parse`] refuses, no operator with a value, an operator given twice, or
    /// a value that is empty, longer than [`VALUE_MAX`] characters, or has a line break.
    pub fn new(
        field: Field,
        conditions: impl IntoIterator<Item = (Operator, Vec<String>)>,
    ) -> Result<Self, ShapeError> {
        // `Other` can be made by anyone with any text; only here does it become part of a selector.
        let field = if let Field::Other(name) = &field {
            Field::parse(name)?
        } else {
            field
        };
        let mut kept = BTreeMap::new();
        for (operator, values) in conditions {
            if values.is_empty() {
                continue;
            }
            for value in &values {
                check_value(&field, operator, value)?;
            }
            if kept.insert(operator, values).is_some() {
                return Err(ShapeError::DuplicateOperator { field, operator });
            }
        }
        if kept.is_empty() {
            return Err(ShapeError::NoOperator { field });
        }
        Ok(Self {
            field,
            conditions: kept,
        })
    }

    /// The condition that the field is one of these values.
    ///
    /// # Errors
    /// As [`FieldSelector::new`].
    pub fn equals(
        field: Field,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, ShapeError> {
        let values = values.into_iter().map(Into::into).collect();
        Self::new(field, [(Operator::Equals, values)])
    }

    /// The condition that the field is none of these values.
    ///
    /// # Errors
    /// As [`FieldSelector::new`].
    pub fn not_equals(
        field: Field,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, ShapeError> {
        let values = values.into_iter().map(Into::into).collect();
        Self::new(field, [(Operator::NotEquals, values)])
    }

    /// The field.
    #[must_use]
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// The values of an operator; empty if the condition does not use it.
    #[must_use]
    pub fn values(&self, operator: Operator) -> &[String] {
        self.conditions.get(&operator).map_or(&[], Vec::as_slice)
    }

    /// The operators in use, in canonical order, each with its values.
    pub fn conditions(&self) -> impl Iterator<Item = (Operator, &[String])> {
        self.conditions
            .iter()
            .map(|(operator, values)| (*operator, values.as_slice()))
    }

    /// The values of this operator if the condition uses it and no other.
    #[must_use]
    pub fn only(&self, operator: Operator) -> Option<&[String]> {
        if self.conditions.len() == 1 {
            self.conditions.get(&operator).map(Vec::as_slice)
        } else {
            None
        }
    }

    /// How many values all operators have together.
    pub(super) fn value_count(&self) -> usize {
        self.conditions.values().map(Vec::len).sum()
    }

    /// The same condition with the values of each operator sorted and each once.
    pub(super) fn canonical(&self) -> Self {
        let mut canonical = self.clone();
        for values in canonical.conditions.values_mut() {
            values.sort();
            values.dedup();
        }
        canonical
    }
}

fn check_value(field: &Field, operator: Operator, value: &str) -> Result<(), ShapeError> {
    let field = || field.clone();
    let characters = value.chars().count();
    if characters == 0 {
        return Err(ShapeError::EmptyValue {
            field: field(),
            operator,
        });
    }
    if characters > VALUE_MAX {
        return Err(ShapeError::ValueTooLong {
            field: field(),
            operator,
            characters,
        });
    }
    if has_line_break(value) {
        return Err(ShapeError::ValueLineBreak {
            field: field(),
            operator,
            value: value.to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_known_field_is_read_back_as_itself() {
        for field in Field::KNOWN {
            let parsed = Field::parse(field.as_str()).unwrap();
            assert_eq!(
                std::mem::discriminant(&parsed),
                std::mem::discriminant(field),
                "{field}"
            );
        }
        assert!(matches!(
            Field::parse("EventName").unwrap(),
            Field::Other(_)
        ));
    }

    #[test]
    fn event_category_comes_first_and_the_others_by_name() {
        let mut fields = Field::KNOWN.to_vec();
        fields.push(Field::Other("aaa".to_owned()));
        fields.sort();
        assert_eq!(fields[0], Field::EventCategory);
        assert!(
            fields[1..]
                .windows(2)
                .all(|pair| pair[0].as_str() < pair[1].as_str())
        );
    }

    #[test]
    fn a_field_name_disguised_as_unknown_is_recognised() {
        let disguised = Field::Other("eventName".to_owned());
        assert_eq!(disguised, Field::EventName);
        let selector = FieldSelector::equals(disguised, ["CreateUser"]).unwrap();
        assert!(matches!(selector.field(), Field::EventName));
        let broken = FieldSelector::equals(Field::Other("a b".to_owned()), ["x"]);
        assert_eq!(
            broken.unwrap_err().to_string(),
            "the field name \"a b\" has the character ' '; only letters and digits of ASCII and \
             `.`, `_` and `|` are allowed"
        );
    }

    #[test]
    fn a_field_name_has_one_to_a_thousand_characters() {
        assert!(Field::parse(&"a".repeat(1000)).is_ok());
        for length in [0, 1001] {
            assert_eq!(
                Field::parse(&"a".repeat(length)).unwrap_err().to_string(),
                format!("a field name has {length} characters; 1 to 1000 are allowed")
            );
        }
    }

    #[test]
    fn operators_without_values_are_dropped_but_one_must_stay() {
        let kept = FieldSelector::new(
            Field::EventName,
            [
                (Operator::StartsWith, vec![]),
                (Operator::Equals, vec!["A".to_owned()]),
            ],
        )
        .unwrap();
        assert_eq!(
            kept,
            FieldSelector::equals(Field::EventName, ["A"]).unwrap()
        );
        assert!(kept.values(Operator::StartsWith).is_empty());
        let none = FieldSelector::new(Field::EventName, [(Operator::Equals, vec![])]);
        assert_eq!(
            none.unwrap_err().to_string(),
            "the field selector on eventName has no operator with a value; at least one of Equals, \
             StartsWith, EndsWith, NotEquals, NotStartsWith, NotEndsWith is required"
        );
    }

    #[test]
    fn an_operator_is_given_once() {
        let twice = FieldSelector::new(
            Field::EventName,
            [
                (Operator::Equals, vec!["A".to_owned()]),
                (Operator::Equals, vec!["B".to_owned()]),
            ],
        );
        assert_eq!(
            twice.unwrap_err().to_string(),
            "the field selector on eventName has Equals twice; each operator is allowed once, with \
             all its values"
        );
    }

    #[test]
    fn a_value_is_one_line_of_1_to_2048_characters() {
        let build = |value: String| FieldSelector::equals(Field::ResourcesArn, [value]);
        assert!(build("ü".repeat(2048)).is_ok());
        assert_eq!(
            build("ü".repeat(2049)).unwrap_err().to_string(),
            "resources.ARN Equals has a value of 2049 characters; a value has 1 to 2048 characters"
        );
        assert_eq!(
            build(String::new()).unwrap_err().to_string(),
            "resources.ARN Equals has an empty value; a value has 1 to 2048 characters"
        );
        assert_eq!(
            build("a\rb".to_owned()).unwrap_err().to_string(),
            "resources.ARN Equals has the value \"a\\rb\", with a line break; a value is one line \
             of 1 to 2048 characters"
        );
    }

    proptest! {
        #[test]
        fn a_field_name_is_read_exactly_when_the_pattern_allows_it(name in "[a-zA-Z0-9._| \\-é]{0,12}") {
            let allowed = !name.is_empty()
                && name.chars().all(|c| "._|".contains(c) || c.is_ascii_alphanumeric());
            prop_assert_eq!(Field::parse(&name).is_ok(), allowed);
        }

        #[test]
        fn fields_are_ordered_as_they_are_equal(
            a in super::super::generate::field(), b in super::super::generate::field(),
        ) {
            prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        }
    }
}
