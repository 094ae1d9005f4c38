//! The rules of CloudTrail's selectors, each with its reason, its source and two examples.
//!
//! Law of this module: a rule is data. [`RULES`] is the one list; checks, the guide for users and
//! tests run through it, and a rule without a reason, a source or an example fails a test. A rule
//! says what CloudTrail documents, or what is assumed where it says nothing, and nothing about
//! Terraform.
//!
//! May import: `catalog` and `selector`.
//!
//! Where to go next, in the order of [`RULES`]: `rules/limits.rs` (counts and lengths),
//! `rules/categories.rs` (which there are), `rules/fields.rs` (which field goes with which category),
//! `rules/operators.rs` and `rules/values.rs` (how a field may be compared, and with what),
//! `rules/combinations.rs` (what a trail's management events take), `rules/basic.rs` (the older kind
//! of selectors), `rules/names.rs` (what a trail may be called), [`reach`] (whether events get there
//! at all), [`circumstances`] (what else a change does). [`coverage`] tells what selectors really log,
//! [`guide()`] prints the rules for users, [`check_document`] holds JSON against them. To add one: write
//! its constant and its check beside the others of its room, and name it in [`RULES`].

mod basic;
mod categories;
pub mod circumstances;
mod combinations;
pub mod coverage;
mod document;
pub mod example;
mod fields;
mod guide;
mod limits;
mod names;
mod operators;
mod place;
pub mod reach;
mod values;

use std::collections::BTreeSet;

use crate::catalog::Service;
use crate::selector::{AdvancedEventSelector, EventSelector, ShapeError};
use circumstances::Circumstances;
use example::{BasicExample, ChangeExample, Draft, ReachExample};

pub use document::{Told, Unfit, check_document};
pub use guide::guide;
pub use names::Subject;
pub use place::Location;

/// Every rule, in the order of the rooms they are in.
pub const RULES: &[Rule] = &[
    limits::TRAIL_VALUE_LIMIT,
    limits::STORE_VALUE_LIMIT,
    limits::STORE_SELECTOR_LIMIT,
    limits::SELECTOR_SET_EMPTY,
    limits::SELECTOR_NAME_LENGTH,
    limits::SELECTOR_NAME_LINE,
    limits::FIELD_SELECTOR_MISSING,
    limits::FIELD_NAME_LENGTH,
    limits::FIELD_NAME_CHARACTER,
    limits::OPERATOR_MISSING,
    limits::OPERATOR_TWICE,
    limits::VALUE_LENGTH,
    limits::VALUE_LINE,
    categories::CATEGORY_MISSING,
    categories::CATEGORY_FORM,
    categories::TRAIL_CATEGORY,
    categories::STORE_CATEGORY,
    categories::STORE_CATEGORY_GROUP,
    categories::STORE_STANDALONE_FIELDS,
    fields::FIELD_UNKNOWN,
    fields::FIELD_TWICE,
    fields::READ_ONLY_CATEGORY,
    fields::EVENT_TYPE_CATEGORY,
    fields::SESSION_CREDENTIAL_CATEGORY,
    fields::ERROR_CODE_CATEGORY,
    fields::VPC_ENDPOINT_ID_CATEGORY,
    fields::RESOURCES_TYPE_CATEGORY,
    fields::RESOURCES_ARN_CATEGORY,
    fields::TRAIL_NETWORK_USER_IDENTITY,
    fields::STORE_NETWORK_USER_IDENTITY,
    fields::DATA_RESOURCES_TYPE,
    fields::NETWORK_EVENT_SOURCE,
    operators::READ_ONLY_OPERATOR,
    operators::SESSION_CREDENTIAL_OPERATOR,
    operators::ERROR_CODE_OPERATOR,
    operators::RESOURCES_TYPE_OPERATOR,
    operators::NETWORK_SOURCE_OPERATOR,
    values::READ_ONLY_VALUE,
    values::READ_ONLY_BOTH,
    values::SESSION_CREDENTIAL_VALUE,
    values::ERROR_CODE_VALUE,
    values::RESOURCES_TYPE_ONE,
    values::RESOURCES_TYPE_FORM,
    values::RESOURCES_ARN_FORM,
    values::NETWORK_SOURCE_ONE,
    values::EVENT_SOURCE_FORM,
    values::EVENT_TYPE_VALUE,
    values::VALUE_WILDCARD,
    values::VALUE_CASE,
    combinations::TRAIL_MANAGEMENT_EVENT_NAME,
    combinations::TRAIL_MANAGEMENT_EVENT_SOURCE,
    combinations::TRAIL_MANAGEMENT_EXCLUSION,
    combinations::TRAIL_MANAGEMENT_EVENT_TYPE,
    combinations::TRAIL_MANAGEMENT_SESSION_CREDENTIAL,
    combinations::TRAIL_MANAGEMENT_USER_IDENTITY,
    combinations::READ_WRITE_HALF,
    basic::BASIC_SELECTOR_COUNT,
    basic::BASIC_DATA_RESOURCE_COUNT,
    basic::BASIC_DATA_RESOURCE_TYPE,
    basic::BASIC_DATA_RESOURCE_VALUE,
    basic::BASIC_DATA_RESOURCE_EMPTY,
    basic::BASIC_EXCLUDED_SOURCE,
    names::READ_WRITE_TYPE,
    names::TRAIL_NAME,
    names::TRAIL_ARN,
    names::STORE_NAME,
    names::STORE_ARN,
    reach::GLOBAL_EVENTS_OFF,
    reach::LEADER_REGION,
    reach::STORE_LEADER_REGION,
    reach::CHINA_MULTI_REGION,
    reach::LEADER_UNKNOWN,
    reach::STS_REGIONS,
    reach::STS_GLOBAL_ENDPOINT,
    reach::SIGNIN_REGIONS,
    circumstances::CATEGORIES_LOST,
    circumstances::TRAIL_INSIGHTS,
    circumstances::STORE_INSIGHTS,
    circumstances::STORE_EVENT_KIND,
    circumstances::ORGANIZATION_MEMBER,
    circumstances::SECURITY_LAKE,
    circumstances::LAKE_CLOSED,
];

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name for machines and for searching: lower case, words joined by hyphens.
    pub id: &'static str,
    /// The room it is in, which is its chapter in the guide.
    pub chapter: Chapter,
    /// What is wrong where it is broken, in at most eight words: the headline of a finding.
    pub title: &'static str,
    /// What it asks for, in sentences.
    pub what: &'static str,
    /// Why it is there, or what happens otherwise, in sentences.
    pub why: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// Whether AWS says so.
    pub basis: Basis,
    /// Where it holds; never empty.
    pub destinations: &'static [Destination],
    /// Where it is documented; of what is assumed, the page that comes nearest.
    pub source: &'static str,
    /// How it is checked, with an example it accepts and one it rejects, at each destination.
    pub check: Check,
}

/// How a rule is checked, and the two examples that show it.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// By the types of `selector`: what breaks the rule cannot be built, so nothing that can be
    /// checked breaks it. [`rule_of`] tells which rule it is that something breaks.
    Shape {
        /// Selectors that can be built.
        accepted: &'static [Draft],
        /// Selectors that cannot.
        rejected: &'static [Draft],
    },
    /// By looking at all advanced selectors of a destination.
    Selectors {
        /// What is wrong with the selectors.
        check: fn(&Rule, &[AdvancedEventSelector]) -> Vec<Finding>,
        /// Selectors with nothing wrong.
        accepted: &'static [Draft],
        /// Selectors with something wrong.
        rejected: &'static [Draft],
    },
    /// By looking at all basic selectors of a trail.
    Basic {
        /// What is wrong with the selectors.
        check: fn(&Rule, &[EventSelector]) -> Vec<Finding>,
        /// Selectors with nothing wrong.
        accepted: BasicExample,
        /// Selectors with something wrong.
        rejected: BasicExample,
    },
    /// By looking at a single text.
    Text {
        /// What the text is.
        subject: Subject,
        /// What is wrong with the text, if anything is.
        check: fn(&Rule, &str) -> Option<Finding>,
        /// A text with nothing wrong.
        accepted: &'static str,
        /// A text with something wrong.
        rejected: &'static str,
    },
    /// By looking at what a trail or an event data store is, and at which services it is for.
    Reach {
        /// Why events of the services do not reach it, if they do not.
        check: fn(&Rule, &BTreeSet<Service>, &reach::Facts<'_>) -> Option<Finding>,
        /// A place that is reached.
        accepted: ReachExample,
        /// A place that is not.
        rejected: ReachExample,
    },
    /// By looking at advanced selectors and at the place they are to go to.
    Change {
        /// What is wrong with that, if anything is.
        check: fn(
            &Rule,
            &[AdvancedEventSelector],
            &[AdvancedEventSelector],
            &Circumstances<'_>,
        ) -> Option<Finding>,
        /// A change with nothing wrong.
        accepted: ChangeExample,
        /// A change with something wrong.
        rejected: ChangeExample,
    },
}

/// Selectors, or why they cannot be built.
pub type Built = Result<Vec<AdvancedEventSelector>, ShapeError>;

/// Where selectors can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// A trail.
    Trail,
    /// An event data store of `CloudTrail` Lake.
    EventDataStore,
}

impl Destination {
    /// Both.
    pub const ALL: &[Self] = &[Self::Trail, Self::EventDataStore];

    /// As users write it: `trail` or `event_data_store`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trail => "trail",
            Self::EventDataStore => "event_data_store",
        }
    }

    /// Reads what [`Self::as_str`] prints; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|place| place.as_str() == text)
    }

    /// In a sentence: `trail` or `event data store`.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Trail => "trail",
            Self::EventDataStore => "event data store",
        }
    }
}

/// The room of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chapter {
    /// Counts and lengths.
    Limits,
    /// Which categories there are, and beside which others.
    Categories,
    /// Which field goes with which category.
    Fields,
    /// How a field may be compared.
    Operators,
    /// With what it may be compared.
    Values,
    /// What goes together.
    Combinations,
    /// Basic event selectors.
    Basic,
    /// Single texts: names and keywords.
    Names,
    /// Whether events get to the destination.
    Reach,
    /// What else a change does.
    Circumstances,
}

impl Chapter {
    /// Its heading in the guide.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Limits => "Counts and lengths",
            Self::Categories => "Categories",
            Self::Fields => "Fields",
            Self::Operators => "Operators",
            Self::Values => "Values",
            Self::Combinations => "Combinations",
            Self::Basic => "Basic event selectors",
            Self::Names => "Names and keywords",
            Self::Reach => "Whether events get there",
            Self::Circumstances => "What else a change does",
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It is documented not to work, or assumed not to.
    Error,
    /// The service may decide, or some events will be missing.
    Warning,
}

impl Severity {
    /// As a word: `error` or `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What a rule rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// AWS says so in its documentation or in the model of its API.
    Documented,
    /// AWS says nothing, or not enough; this is the careful reading.
    Assumed,
}

impl Basis {
    /// As a word: `documented` or `assumed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Assumed => "assumed",
        }
    }
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's [`id`](Rule::id).
    pub rule: &'static str,
    /// The rule's severity.
    pub severity: Severity,
    /// Where; `None` when the whole is meant.
    pub at: Option<Location>,
    /// What was found, as a clause without a full stop.
    pub found: String,
    /// What is documented to work, likewise.
    pub expected: String,
    /// What to do about it, likewise.
    pub repair: String,
    /// The rule's source.
    pub source: &'static str,
}

impl Rule {
    /// A finding against this rule.
    fn finding(
        &self,
        at: Option<Location>,
        found: impl Into<String>,
        expected: impl Into<String>,
        repair: impl Into<String>,
    ) -> Finding {
        Finding {
            rule: self.id,
            severity: self.severity,
            at,
            found: found.into(),
            expected: expected.into(),
            repair: repair.into(),
            source: self.source,
        }
    }

    /// Whether it holds at this destination.
    #[must_use]
    pub fn holds_at(&self, destination: Destination) -> bool {
        self.destinations.contains(&destination)
    }
}

/// The rule of this name.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// What the rules say against these selectors as the whole set of a destination, preserved ones
/// included; in the order of [`RULES`], and within a rule in that of the selectors.
#[must_use]
pub fn check(selectors: &[AdvancedEventSelector], destination: Destination) -> Vec<Finding> {
    RULES
        .iter()
        .filter(|rule| rule.holds_at(destination))
        .flat_map(|rule| match rule.check {
            Check::Selectors { check, .. } => check(rule, selectors),
            Check::Shape { .. }
            | Check::Basic { .. }
            | Check::Text { .. }
            | Check::Reach { .. }
            | Check::Change { .. } => Vec::new(),
        })
        .collect()
}

/// [`check`] for a trail.
#[must_use]
pub fn check_trail(selectors: &[AdvancedEventSelector]) -> Vec<Finding> {
    check(selectors, Destination::Trail)
}

/// What the rules say against these basic selectors as the whole set of a trail; event data stores
/// take none. In the order of [`RULES`].
#[must_use]
pub fn check_basic(selectors: &[EventSelector]) -> Vec<Finding> {
    RULES
        .iter()
        .flat_map(|rule| match rule.check {
            Check::Basic { check, .. } => check(rule, selectors),
            Check::Shape { .. }
            | Check::Selectors { .. }
            | Check::Text { .. }
            | Check::Reach { .. }
            | Check::Change { .. } => Vec::new(),
        })
        .collect()
}

/// What the rules say against a single text; in the order of [`RULES`].
#[must_use]
pub fn check_text(subject: Subject, text: &str) -> Vec<Finding> {
    RULES
        .iter()
        .filter_map(|rule| match rule.check {
            Check::Text {
                subject: of, check, ..
            } if of == subject => check(rule, text),
            Check::Text { .. }
            | Check::Shape { .. }
            | Check::Selectors { .. }
            | Check::Basic { .. }
            | Check::Reach { .. }
            | Check::Change { .. } => None,
        })
        .collect()
}

/// The rule that something breaks which cannot be built.
#[must_use]
pub const fn rule_of(error: &ShapeError) -> &'static Rule {
    match error {
        ShapeError::NameTooLong { .. } => &limits::SELECTOR_NAME_LENGTH,
        ShapeError::NameLineBreak { .. } => &limits::SELECTOR_NAME_LINE,
        ShapeError::NoFieldSelectors { .. } => &limits::FIELD_SELECTOR_MISSING,
        ShapeError::FieldLength { .. } => &limits::FIELD_NAME_LENGTH,
        ShapeError::FieldCharacter { .. } => &limits::FIELD_NAME_CHARACTER,
        ShapeError::NoOperator { .. } => &limits::OPERATOR_MISSING,
        ShapeError::DuplicateOperator { .. } => &limits::OPERATOR_TWICE,
        ShapeError::EmptyValue { .. } | ShapeError::ValueTooLong { .. } => &limits::VALUE_LENGTH,
        ShapeError::ValueLineBreak { .. } => &limits::VALUE_LINE,
    }
}

/// Why something cannot be built, as a finding; `at` is where it was read, if that is known.
#[must_use]
pub fn of_shape(error: &ShapeError, at: Option<Location>) -> Finding {
    let text = error.to_string();
    // What is allowed comes last and has no text of the user's in it.
    let (found, expected) = text.rsplit_once("; ").unwrap_or((&text, ""));
    let repair = match error {
        ShapeError::NameTooLong { .. } => "shorten the name",
        ShapeError::NameLineBreak { .. } => "put the name into one line",
        ShapeError::NoFieldSelectors { .. } => "add a field selector on eventCategory",
        ShapeError::FieldLength { .. } | ShapeError::FieldCharacter { .. } => {
            "name one of the documented fields"
        }
        ShapeError::NoOperator { .. } => "add an operator with a value, or leave the field out",
        ShapeError::DuplicateOperator { .. } => "put the values of both into one operator",
        ShapeError::EmptyValue { .. } => "leave the empty value out",
        ShapeError::ValueTooLong { .. } => "shorten the value; StartsWith needs only its beginning",
        ShapeError::ValueLineBreak { .. } => "put the value into one line",
    };
    rule_of(error).finding(at, found, expected, repair)
}

#[cfg(test)]
mod tests;
