//! The six operators of a field selector.
//!
//! Imports nothing of this crate. Next: [`super::FieldSelector`], which pairs them with values.

use std::fmt;

/// How a field's content is compared with the values: exactly, at its start, or at its end.
///
/// The first three select, the others leave out
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>). The
/// order here is the canonical one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// The content is one of the values.
    Equals,
    /// The content begins with one of the values.
    StartsWith,
    /// The content ends with one of the values.
    EndsWith,
    /// The content is none of the values.
    NotEquals,
    /// The content begins with none of the values.
    NotStartsWith,
    /// The content ends with none of the values.
    NotEndsWith,
}

impl Operator {
    /// All six, in canonical order.
    pub const ALL: &[Self] = &[
        Self::Equals,
        Self::StartsWith,
        Self::EndsWith,
        Self::NotEquals,
        Self::NotStartsWith,
        Self::NotEndsWith,
    ];

    /// The operator as the API spells it, such as `NotEquals`.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>
    #[must_use]
    pub const fn api_name(self) -> &'static str {
        match self {
            Self::Equals => "Equals",
            Self::StartsWith => "StartsWith",
            Self::EndsWith => "EndsWith",
            Self::NotEquals => "NotEquals",
            Self::NotStartsWith => "NotStartsWith",
            Self::NotEndsWith => "NotEndsWith",
        }
    }

    /// The operator as a Terraform attribute is named, such as `not_equals`.
    #[must_use]
    pub const fn hcl_name(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::NotEquals => "not_equals",
            Self::NotStartsWith => "not_starts_with",
            Self::NotEndsWith => "not_ends_with",
        }
    }

    /// All API names in one line, for messages about what is allowed.
    pub(super) fn listed() -> String {
        let names: Vec<&str> = Self::ALL
            .iter()
            .map(|operator| operator.api_name())
            .collect();
        names.join(", ")
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.api_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_in_order_and_the_two_spellings_agree() {
        assert!(Operator::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for operator in Operator::ALL {
            let api: String = operator
                .hcl_name()
                .split('_')
                .map(|word| word[..1].to_uppercase() + &word[1..])
                .collect();
            assert_eq!(api, operator.api_name());
        }
    }
}
