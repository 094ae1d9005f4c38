//! One condition on one field, made ready for many records: does the content of the field fit?
//!
//! Imports `selector` only. Next: `resources.rs`, where a record has several contents for a field,
//! and `../evaluate.rs`, which joins conditions.
//!
//! Among the values of `Equals`, `StartsWith` and `EndsWith` one has to fit, among those of the other
//! three none may, and both must hold
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>). That
//! texts are compared with regard to case is assumed.

use super::event::{Hidden, Seen};
use crate::selector::{Field, FieldSelector, Operator};

/// The most characters of a record's text that a reason repeats.
const SHOWN: usize = 200;

/// What is known of a statement about a record.
///
/// Where several are joined, what is known decides: one that is false makes "all hold" false, one
/// that is true makes "any holds" true, whatever is unknown beside it. Two unknown ones are never
/// set off against each other: a record without `readOnly` may fit neither of two selectors that
/// between them take `true` and `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// It does not hold.
    False,
    /// The record does not tell.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    pub(super) const fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    pub(super) const fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            (Self::Unknown | Self::True, Self::Unknown | Self::True) => Self::Unknown,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    pub(super) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::True;
        for truth in truths {
            all = all.and(truth);
            if all == Self::False {
                break;
            }
        }
        all
    }

    pub(super) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        Self::all(truths.into_iter().map(Self::not)).not()
    }
}

/// A field selector with its values sorted, so that a long list costs a few comparisons.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) field: Field,
    select: Vec<Values>,
    deselect: Vec<Values>,
}

/// The values of one operator.
#[derive(Debug, Clone)]
struct Values {
    operator: Operator,
    comparison: Comparison,
    /// The values, sorted, and none of them twice.
    sorted: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Whole,
    Beginning,
    End,
}

impl Condition {
    pub(super) fn new(selector: &FieldSelector) -> Self {
        let mut condition = Self {
            field: selector.field().clone(),
            select: Vec::new(),
            deselect: Vec::new(),
        };
        for (operator, values) in selector.conditions() {
            let (comparison, side) = match operator {
                Operator::Equals => (Comparison::Whole, &mut condition.select),
                Operator::StartsWith => (Comparison::Beginning, &mut condition.select),
                Operator::EndsWith => (Comparison::End, &mut condition.select),
                Operator::NotEquals => (Comparison::Whole, &mut condition.deselect),
                Operator::NotStartsWith => (Comparison::Beginning, &mut condition.deselect),
                Operator::NotEndsWith => (Comparison::End, &mut condition.deselect),
            };
            let mut values = values.to_vec();
            values.sort_unstable();
            values.dedup();
            side.push(Values {
                operator,
                comparison,
                sorted: values,
            });
        }
        condition
    }

    /// Whether it leaves anything out, rather than only selecting.
    pub(super) fn deselects(&self) -> bool {
        !self.deselect.is_empty()
    }

    /// Whether the content fits.
    ///
    /// A field that the record does without fits unless something was selected. The documentation
    /// drops console sessions by `sessionCredentialFromConsole NotEquals true`, a field that other
    /// records do not have
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>);
    /// that other optional fields do the same is assumed.
    pub(super) fn judge(&self, seen: Seen<'_>) -> Truth {
        if seen == Seen::Absent {
            return Truth::of(self.select.is_empty());
        }
        let any = |side: &[Values]| Truth::any(side.iter().map(|values| values.fit(seen)));
        let selected = if self.select.is_empty() {
            Truth::True
        } else {
            any(&self.select)
        };
        selected.and(any(&self.deselect).not())
    }

    /// Why the content does not fit, or why that is not known, as a clause that begins with the
    /// field's name.
    pub(super) fn clause(&self, seen: Seen<'_>) -> String {
        let field = &self.field;
        match seen {
            Seen::Text(text) => format!("{field} is {}{}", shown(text), self.against(text)),
            Seen::Absent => format!("{field} is not in the record"),
            Seen::Not(not) => format!("{field} is not in the record, and it is not {not}"),
            Seen::Hidden(hidden) => match hidden {
                Hidden::Lost => {
                    format!("{field} is not in the record, and nothing else in it tells")
                }
                Hidden::Unreadable(what) => {
                    format!("{field} is {what} in the record, which it never should be")
                }
                Hidden::Beginning(text) => {
                    format!("{field} begins with {}, and no more is known", shown(text))
                }
                Hidden::Unknown => format!("{field} is a field this version cannot read"),
            },
        }
    }

    /// What there is against a text, as the end of a clause.
    fn against(&self, text: &str) -> String {
        for values in &self.deselect {
            if let Some(value) = values.found(text) {
                let operator = values.operator.api_name();
                return format!(", which {operator} {} leaves out", shown(value));
            }
        }
        match self.select.as_slice() {
            [only] => match (only.comparison, only.sorted.as_slice()) {
                (Comparison::Whole, [value]) => format!(", not {}", shown(value)),
                (Comparison::Beginning, [value]) => {
                    format!(", which does not begin with {}", shown(value))
                }
                (Comparison::End, [value]) => format!(", which does not end in {}", shown(value)),
                (Comparison::Whole, values) => {
                    format!(", which is not among its {} values", values.len())
                }
                (Comparison::Beginning, values) => {
                    format!(", which begins with none of its {} values", values.len())
                }
                (Comparison::End, values) => {
                    format!(", which ends in none of its {} values", values.len())
                }
            },
            several => {
                let count: usize = several.iter().map(|values| values.sorted.len()).sum();
                format!(", which fits none of its {count} values")
            }
        }
    }
}

impl Values {
    /// Whether any of the values fits a content that is there.
    fn fit(&self, seen: Seen<'_>) -> Truth {
        match seen {
            Seen::Text(text) => Truth::of(self.found(text).is_some()),
            Seen::Absent => Truth::False,
            Seen::Not(not) => Truth::any(self.sorted.iter().map(|value| match self.comparison {
                Comparison::Whole if value == not => Truth::False,
                Comparison::Whole | Comparison::Beginning | Comparison::End => Truth::Unknown,
            })),
            Seen::Hidden(Hidden::Beginning(known)) => {
                Truth::any(self.sorted.iter().map(|value| match self.comparison {
                    Comparison::Beginning if known.starts_with(value.as_str()) => Truth::True,
                    Comparison::Beginning | Comparison::Whole if !value.starts_with(known) => {
                        Truth::False
                    }
                    Comparison::Whole | Comparison::Beginning | Comparison::End => Truth::Unknown,
                }))
            }
            Seen::Hidden(Hidden::Lost | Hidden::Unreadable(_) | Hidden::Unknown) => Truth::Unknown,
        }
    }

    /// The value that fits the text, if one does.
    fn found(&self, text: &str) -> Option<&str> {
        let found = match self.comparison {
            Comparison::Whole => {
                let at = self
                    .sorted
                    .binary_search_by(|value| value.as_str().cmp(text));
                at.ok().and_then(|at| self.sorted.get(at))
            }
            Comparison::Beginning => self.sorted.iter().find(|v| text.starts_with(v.as_str())),
            Comparison::End => self.sorted.iter().find(|v| text.ends_with(v.as_str())),
        };
        found.map(String::as_str)
    }
}

/// A text of a record or a selector in a reason: on one line, and not without end.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    if shown.is_empty() {
        shown.push_str("empty");
    }
    shown
}
