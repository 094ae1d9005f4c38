//! Where in a list of selectors something is, and the walk through a list.
//!
//! Imports `selector` and its own parent. Next: `fields.rs`, whose rules walk.

use std::fmt;

use crate::selector::{AdvancedEventSelector, Field, FieldSelector, Operator};

/// Where in a list of selectors a finding is: a selector, and as far into it as the finding goes.
///
/// Printed it is the way from the list, in the API's names, such as
/// `[0].FieldSelectors[1].Equals[3]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The selector's place in the list that was checked, from 0.
    pub selector: usize,
    /// The condition's place in the selector, from 0, if the finding is about one.
    pub condition: Option<usize>,
    /// The field of that condition.
    pub field: Option<Field>,
    /// The operator, if the finding is about one.
    pub operator: Option<Operator>,
    /// The value's place in the operator's list, from 0, if the finding is about one.
    pub value: Option<usize>,
}

impl Location {
    /// A selector as a whole.
    #[must_use]
    pub const fn of_selector(selector: usize) -> Self {
        Self {
            selector,
            condition: None,
            field: None,
            operator: None,
            value: None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[{}]", self.selector)?;
        if let Some(condition) = self.condition {
            write!(out, ".FieldSelectors[{condition}]")?;
        }
        if let Some(operator) = self.operator {
            write!(out, ".{operator}")?;
        }
        if let Some(value) = self.value {
            write!(out, "[{value}]")?;
        }
        Ok(())
    }
}

/// A condition in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// The place of its selector in the list.
    pub(super) selector: usize,
    index: usize,
    /// The category of its selector, if that is clear.
    pub(super) category: Option<&'a str>,
    pub(super) condition: &'a FieldSelector,
}

/// A value in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValuePlace<'a> {
    place: Place<'a>,
    index: usize,
    pub(super) operator: Operator,
    pub(super) value: &'a str,
}

impl<'a> Place<'a> {
    /// The condition as a whole.
    pub(super) fn at(&self) -> Location {
        Location {
            condition: Some(self.index),
            field: Some(self.condition.field().clone()),
            ..Location::of_selector(self.selector)
        }
    }

    /// One of its operators.
    pub(super) fn at_operator(&self, operator: Operator) -> Location {
        Location {
            operator: Some(operator),
            ..self.at()
        }
    }

    /// The values of all its operators.
    pub(super) fn values(self) -> impl Iterator<Item = ValuePlace<'a>> {
        self.condition.conditions().flat_map(move |(operator, of)| {
            of.iter().enumerate().map(move |(index, value)| ValuePlace {
                place: self,
                index,
                operator,
                value,
            })
        })
    }

    /// The condition in words: a value that is alone, and how many there are of more.
    pub(super) fn words(&self) -> String {
        let operators: Vec<String> = self
            .condition
            .conditions()
            .map(|(operator, values)| match values {
                [only] => format!("{operator} {}", shown(only)),
                more => format!("{operator} with {} values", more.len()),
            })
            .collect();
        format!("{} {}", self.condition.field(), operators.join(" and "))
    }
}

impl ValuePlace<'_> {
    /// The value.
    pub(super) fn at(&self) -> Location {
        Location {
            value: Some(self.index),
            ..self.place.at_operator(self.operator)
        }
    }

    /// The value in words.
    pub(super) fn words(&self) -> String {
        let field = self.place.condition.field();
        format!("{field} {} {}", self.operator, shown(self.value))
    }

    /// Whether it is compared as a whole, not by its beginning or its end.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.operator, Operator::Equals | Operator::NotEquals)
    }
}

/// How much of a value a text shows, in characters.
const SHOWN: usize = 120;

/// A value as a text shows it: a long one only begins, and a control character is escaped, so that
/// it does nothing to a terminal.
pub(super) fn shown(value: &str) -> String {
    let mut text = String::new();
    for (index, character) in value.chars().enumerate() {
        if index == SHOWN {
            text.push_str("...");
            break;
        }
        if character.is_control() {
            text.extend(character.escape_default());
        } else {
            text.push(character);
        }
    }
    text
}

/// The places of the selectors of this kind.
pub(super) fn selectors(
    selectors: &[AdvancedEventSelector],
    is_meant: impl Fn(&AdvancedEventSelector) -> bool,
) -> impl Iterator<Item = Location> {
    let places = selectors.iter().enumerate();
    places
        .filter(move |(_, selector)| is_meant(selector))
        .map(|(index, _)| Location::of_selector(index))
}

/// All conditions of all selectors.
pub(super) fn conditions(
    selectors: &[AdvancedEventSelector],
) -> impl Iterator<Item = Place<'_>> + Clone {
    selectors.iter().enumerate().flat_map(|(index, selector)| {
        let category = selector.category();
        let conditions = selector.field_selectors().iter().enumerate();
        conditions.map(move |(at, condition)| Place {
            selector: index,
            index: at,
            category,
            condition,
        })
    })
}

/// All conditions on this field.
pub(super) fn on<'a>(
    selectors: &'a [AdvancedEventSelector],
    field: &Field,
) -> impl Iterator<Item = Place<'a>> {
    conditions(selectors).filter(move |place| place.condition.field() == field)
}

/// Texts as a list in a sentence, such as `a, b or c`.
pub(super) fn alternatives(texts: &[&str]) -> String {
    match texts {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_prints_the_way_from_the_list() {
        let whole = Location::of_selector(2);
        assert_eq!(whole.to_string(), "[2]");
        let value = Location {
            condition: Some(1),
            field: Some(Field::EventName),
            operator: Some(Operator::NotEquals),
            value: Some(3),
            ..whole
        };
        assert_eq!(value.to_string(), "[2].FieldSelectors[1].NotEquals[3]");
    }

    #[test]
    fn a_long_value_only_begins() {
        assert_eq!(shown("short"), "short");
        assert_eq!(shown(&"ü".repeat(120)), "ü".repeat(120));
        assert_eq!(shown(&"ü".repeat(121)), format!("{}...", "ü".repeat(120)));
    }

    #[test]
    fn a_control_character_is_escaped() {
        assert_eq!(shown("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
    }

    #[test]
    fn alternatives_are_read_aloud() {
        assert_eq!(alternatives(&["a"]), "a");
        assert_eq!(alternatives(&["a", "b", "c"]), "a, b or c");
    }
}
