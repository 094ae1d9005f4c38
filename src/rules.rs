//! The documented rules of CloudTrail, each with its reason, its source and two examples.
//!
//! Law of this module: a rule is data. [`RULES`] is the one list; checks, documentation and tests
//! run through it, and a rule without a reason, a source or an example fails a test. A rule says
//! what CloudTrail documents and nothing about Terraform.
//!
//! May import: `catalog` and `selector`.
//!
//! Where to go next: `rules/limits.rs` (counts and lengths), `rules/combinations.rs` (which field
//! goes with which category and operator), [`coverage`] (what a trail really logs, and whether
//! events reach it). To add a rule: write its constant and its check beside the others of its room,
//! and name it in [`RULES`].

mod combinations;
pub mod coverage;
mod limits;

use std::collections::BTreeSet;

use crate::catalog::Service;
use crate::selector::{AdvancedEventSelector, Field, ShapeError};
use coverage::TrailFacts;

/// Every rule, in the order of the rooms they are in.
pub const RULES: &[Rule] = &[
    limits::TRAIL_VALUE_LIMIT,
    limits::SELECTOR_NAME_LENGTH,
    limits::VALUE_LENGTH,
    combinations::TRAIL_MANAGEMENT_EVENT_NAME,
    combinations::TRAIL_MANAGEMENT_EVENT_SOURCE,
    combinations::TRAIL_MANAGEMENT_EVENT_TYPE,
    combinations::TRAIL_MANAGEMENT_SESSION_CREDENTIAL,
    combinations::TRAIL_MANAGEMENT_USER_IDENTITY,
    coverage::GLOBAL_EVENTS_OFF,
    coverage::LEADER_REGION,
    coverage::CHINA_MULTI_REGION,
    coverage::LEADER_UNKNOWN,
    coverage::STS_REGIONS,
    coverage::STS_GLOBAL_ENDPOINT,
    coverage::SIGNIN_REGIONS,
];

/// One documented rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name for machines and for searching: lower case, words joined by hyphens.
    pub id: &'static str,
    /// What is wrong where it is broken, in at most eight words: the headline of a finding.
    pub title: &'static str,
    /// Why it is there, or what happens otherwise.
    pub why: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// Where it is documented.
    pub source: &'static str,
    /// How it is checked, with an example it accepts and one it rejects.
    pub check: Check,
}

/// How a rule is checked, and the two examples that show it.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// By the types of `selector`: what breaks the rule cannot be built, so nothing that can be
    /// checked breaks it.
    Shape {
        /// Selectors that can be built.
        accepted: fn() -> Built,
        /// Selectors that cannot.
        rejected: fn() -> Built,
    },
    /// By looking at all selectors of a trail.
    Trail {
        /// What is wrong with the selectors.
        check: fn(&[AdvancedEventSelector]) -> Vec<Finding>,
        /// Selectors with nothing wrong.
        accepted: fn() -> Built,
        /// Selectors with something wrong.
        rejected: fn() -> Built,
    },
    /// By looking at what a trail is, and at which services it is for.
    Reach {
        /// Why events of the services do not reach the trail, if they do not.
        check: fn(&BTreeSet<Service>, &TrailFacts<'_>) -> Option<Finding>,
        /// A trail that is reached.
        accepted: ReachExample,
        /// A trail that is not.
        rejected: ReachExample,
    },
}

/// Selectors, or why they cannot be built.
pub type Built = Result<Vec<AdvancedEventSelector>, ShapeError>;

/// Services and a trail, as an example.
#[derive(Debug, Clone, Copy)]
pub struct ReachExample {
    /// The services.
    pub services: &'static [Service],
    /// The trail.
    pub facts: TrailFacts<'static>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It is documented not to work.
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

/// Where in a list of selectors a finding is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The selector's place in the list that was checked, from 0.
    pub selector: usize,
    /// The field, if the finding is about one.
    pub field: Option<Field>,
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
        found: String,
        expected: impl Into<String>,
        repair: impl Into<String>,
    ) -> Finding {
        Finding {
            rule: self.id,
            severity: self.severity,
            at,
            found,
            expected: expected.into(),
            repair: repair.into(),
            source: self.source,
        }
    }
}

/// What the rules say against these selectors as the whole set of a trail, preserved ones
/// included; in the order of [`RULES`].
#[must_use]
pub fn check_trail(selectors: &[AdvancedEventSelector]) -> Vec<Finding> {
    RULES
        .iter()
        .flat_map(|rule| match rule.check {
            Check::Trail { check, .. } => check(selectors),
            Check::Shape { .. } | Check::Reach { .. } => Vec::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selector::generate;
    use proptest::prelude::*;

    fn of_example(example: ReachExample, rule: &Rule) -> Vec<Finding> {
        let services = example.services.iter().copied().collect();
        let mut findings = coverage::reaches(&services, &example.facts);
        findings.retain(|finding| finding.rule == rule.id);
        findings
    }

    #[test]
    fn every_rule_says_what_why_and_where() {
        let mut ids = BTreeSet::new();
        for rule in RULES {
            assert!(ids.insert(rule.id), "{} is there twice", rule.id);
            let hyphenated = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(rule.id.chars().all(hyphenated), "{}", rule.id);
            let words = rule.title.split(' ').count();
            let headline = (2..=8).contains(&words) && !rule.title.ends_with('.');
            assert!(headline, "{}: {:?} is no headline", rule.id, rule.title);
            let sentence = rule.why.starts_with(char::is_uppercase) && rule.why.ends_with('.');
            assert!(sentence, "{}: {:?} is no sentence", rule.id, rule.why);
            let ours = ["https://docs.aws.amazon.com/", "https://docs.amazonaws.cn/"];
            let documented = ours.iter().any(|host| rule.source.starts_with(host));
            assert!(documented, "{}: {}", rule.id, rule.source);
        }
    }

    #[test]
    fn every_rule_accepts_its_one_example_and_rejects_the_other() {
        for rule in RULES {
            let (accepted, rejected) = match rule.check {
                Check::Shape { accepted, rejected } => {
                    assert!(accepted().is_ok(), "{}", rule.id);
                    assert!(rejected().is_err(), "{}", rule.id);
                    continue;
                }
                Check::Trail {
                    accepted, rejected, ..
                } => {
                    let findings = |built: Built| {
                        let mut findings = check_trail(&built.expect(rule.id));
                        findings.retain(|finding| finding.rule == rule.id);
                        findings
                    };
                    (findings(accepted()), findings(rejected()))
                }
                Check::Reach {
                    accepted, rejected, ..
                } => (of_example(accepted, rule), of_example(rejected, rule)),
            };
            assert_eq!(accepted, [], "{} refuses what it accepts", rule.id);
            assert!(!rejected.is_empty(), "{} accepts what it refuses", rule.id);
            for finding in rejected {
                assert_eq!(finding.severity, rule.severity);
                assert_eq!(finding.source, rule.source);
                for text in [&finding.found, &finding.expected, &finding.repair] {
                    assert!(
                        !text.is_empty() && !text.ends_with('.'),
                        "{}: {text:?}",
                        rule.id
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn findings_point_into_the_list_and_come_rule_by_rule(
            selectors in generate::selectors(),
        ) {
            let findings = check_trail(&selectors);
            let place = |finding: &Finding| RULES.iter().position(|rule| rule.id == finding.rule);
            prop_assert!(findings.iter().all(|finding| place(finding).is_some()));
            prop_assert!(findings.is_sorted_by_key(place));
            for finding in &findings {
                if let Some(at) = &finding.at {
                    let selector = &selectors[at.selector];
                    if let Some(field) = &at.field {
                        prop_assert!(selector.field(field).is_some());
                    }
                }
            }
        }
    }
}
