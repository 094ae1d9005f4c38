//! What else a change of selectors does, and whether it is allowed, by what the place is.
//!
//! Imports `selector` and its own parent. Next: [`super::coverage`], what selectors really log.

use std::collections::BTreeSet;

use super::categories::kind_of;
use super::example::{
    ALL_MANAGEMENT, BOTH, ChangeExample, DATA, Draft, IAM, MANAGEMENT, OBJECTS, OF_IAM, STORE,
    TRAIL, category, equals,
};
use super::{Basis, Chapter, Check, Destination, Finding, Rule, Severity};
use crate::selector::{self, AdvancedEventSelector, Field, Operator};

/// What is known of a trail or an event data store whose selectors are to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances<'a> {
    /// What it is.
    pub destination: Destination,
    /// The Insights that are on for it.
    pub insights: &'a [Insight],
    /// Whether it belongs to an organization, and the caller is in another account than its owner.
    pub owned_by_other_account: bool,
    /// Whether Security Lake collects management events through it.
    pub security_lake: bool,
    /// Whether the account has no event data store yet.
    pub lake_unused: bool,
}

impl Circumstances<'static> {
    /// A place of which nothing special is known.
    #[must_use]
    pub const fn plain(destination: Destination) -> Self {
        Self {
            destination,
            insights: &[],
            owned_by_other_account: false,
            security_lake: false,
            lake_unused: false,
        }
    }
}

/// A kind of `CloudTrail` Insights on management events.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/insights-events-cli-enable.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Insight {
    /// `ApiCallRateInsight`, which needs write management events.
    CallRate,
    /// `ApiErrorRateInsight`, which needs management events of either kind.
    ErrorRate,
}

impl Insight {
    /// As the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallRate => "ApiCallRateInsight",
            Self::ErrorRate => "ApiErrorRateInsight",
        }
    }
}

/// What the rules say against writing `wanted` where `live` is now; in the order of
/// [`super::RULES`].
#[must_use]
pub fn check_change(
    wanted: &[AdvancedEventSelector],
    live: &[AdvancedEventSelector],
    circumstances: &Circumstances<'_>,
) -> Vec<Finding> {
    super::RULES
        .iter()
        .filter(|rule| rule.holds_at(circumstances.destination))
        .filter_map(|rule| match rule.check {
            Check::Change { check, .. } => check(rule, wanted, live, circumstances),
            Check::Shape { .. }
            | Check::Selectors { .. }
            | Check::Basic { .. }
            | Check::Text { .. }
            | Check::Reach { .. } => None,
        })
        .collect()
}

const ON_TRAIL: Circumstances<'static> = Circumstances::plain(Destination::Trail);
const IN_STORE: Circumstances<'static> = Circumstances::plain(Destination::EventDataStore);

const INSIGHTS_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/insights-events-cli-enable.html";

const READS_OF_IAM: &[Draft] = &[Draft::of(&[MANAGEMENT, IAM, equals("readOnly", &["true"])])];

pub(super) const CATEGORIES_LOST: Rule = Rule {
    id: "change-categories-lost",
    chapter: Chapter::Circumstances,
    title: "Data or network activity events are lost",
    what: "A change of selectors keeps those of categories that it is not about.",
    why: "A call replaces the whole set. Selectors of data and network activity events that are \
          not in the new set are gone.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
    check: Check::Change {
        check: |rule, wanted, live, _| {
            let lost: Vec<&str> = ["Data", "NetworkActivity"]
                .into_iter()
                .filter(|category| logs(live, category) && !logs(wanted, category))
                .collect();
            if lost.is_empty() {
                return None;
            }
            let lost = lost.join(" and ");
            Some(rule.finding(
                None,
                format!("selectors of the category {lost} that the new set has none of"),
                "a new set with the selectors that are to stay",
                "add them to the new set, if they are to stay",
            ))
        },
        accepted: ChangeExample {
            wanted: WITH_OBJECTS,
            live: WITH_OBJECTS,
            circumstances: ON_TRAIL,
        },
        rejected: ChangeExample {
            wanted: OF_IAM,
            live: WITH_OBJECTS,
            circumstances: ON_TRAIL,
        },
    },
};

const WITH_OBJECTS: &[Draft] = &[Draft::of(&[MANAGEMENT]), Draft::of(&[DATA, OBJECTS])];

pub(super) const TRAIL_INSIGHTS: Rule = Rule {
    id: "trail-insights",
    chapter: Chapter::Circumstances,
    title: "Insights have nothing left to analyse",
    what: "A trail with Insights on the call rate logs write management events, and one with \
           Insights on the error rate logs management events.",
    why: "Insights analyse what the trail logs. That the service lets the selectors change, and that \
          the Insights stay on and find nothing, is assumed: PutEventSelectors declares no error \
          for it.",
    severity: Severity::Warning,
    basis: Basis::Assumed,
    destinations: TRAIL,
    source: INSIGHTS_PAGE,
    check: Check::Change {
        check: insights,
        accepted: ChangeExample {
            wanted: OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: WITH_INSIGHTS,
        },
        rejected: ChangeExample {
            wanted: READS_OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: WITH_INSIGHTS,
        },
    },
};

const WITH_INSIGHTS: Circumstances<'static> = Circumstances {
    insights: &[Insight::CallRate],
    ..ON_TRAIL
};

pub(super) const STORE_INSIGHTS: Rule = Rule {
    id: "store-insights",
    chapter: Chapter::Circumstances,
    title: "Insights need other selectors",
    what: "An event data store with Insights on the call rate has write management events, and one \
           with Insights on the error rate has management events.",
    why: "UpdateEventDataStore refuses selectors that its Insights cannot work with: \
          InvalidInsightSelectorsException.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html",
    check: Check::Change {
        check: insights,
        accepted: ChangeExample {
            wanted: OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: STORE_WITH_INSIGHTS,
        },
        rejected: ChangeExample {
            wanted: READS_OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: STORE_WITH_INSIGHTS,
        },
    },
};

const STORE_WITH_INSIGHTS: Circumstances<'static> = Circumstances {
    insights: &[Insight::CallRate],
    ..IN_STORE
};

fn insights(
    rule: &Rule,
    wanted: &[AdvancedEventSelector],
    _: &[AdvancedEventSelector],
    circumstances: &Circumstances<'_>,
) -> Option<Finding> {
    let halves = halves(wanted);
    let starves = |insight: &&Insight| match insight {
        Insight::CallRate => !halves.contains(&Half::Writes),
        Insight::ErrorRate => halves.is_empty(),
    };
    let starving: Vec<&str> = circumstances
        .insights
        .iter()
        .filter(starves)
        .map(|insight| insight.as_str())
        .collect();
    if starving.is_empty() {
        return None;
    }
    let names = starving.join(" and ");
    let noun = circumstances.destination.noun();
    let found = match (halves.is_empty(), halves.contains(&Half::Writes)) {
        (true, _) => "no management events are selected",
        (false, false) => "only management events that are reads are selected",
        (false, true) => "the selected management events are too few",
    };
    Some(rule.finding(
        None,
        format!("{names} is on for the {noun}, and {found}"),
        "write management events for ApiCallRateInsight, any for ApiErrorRateInsight",
        "select writes as well, or turn these Insights off first",
    ))
}

/// One half of the management events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Half {
    Reads,
    Writes,
}

/// Which halves of the management events the selectors let through, as far as `readOnly` says.
fn halves(selectors: &[AdvancedEventSelector]) -> BTreeSet<Half> {
    let both = [(Half::Reads, "true"), (Half::Writes, "false")];
    selectors
        .iter()
        .filter(|selector| selector.category() == Some(selector::MANAGEMENT))
        .flat_map(|selector| {
            let flag = selector.field(&Field::ReadOnly);
            both.into_iter().filter(move |(_, value)| {
                flag.is_none_or(|flag| {
                    let mut values = flag.values(Operator::Equals).iter();
                    values.any(|one| one == value)
                })
            })
        })
        .map(|(half, _)| half)
        .collect()
}

fn logs(selectors: &[AdvancedEventSelector], category: &str) -> bool {
    selectors
        .iter()
        .any(|selector| selector.category() == Some(category))
}

pub(super) const STORE_EVENT_KIND: Rule = Rule {
    id: "store-event-kind",
    chapter: Chapter::Circumstances,
    title: "A store keeps its kind of events",
    what: "An event data store keeps the kind of events it was made for: recorded events, or \
           Insights, configuration items, evidence, or activity outside AWS.",
    why: "A store for other events cannot become one for CloudTrail events, nor the other way round.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-cli-update-eds.html",
    check: Check::Change {
        check: |rule, wanted, live, _| {
            let first = |selectors: &'_ [AdvancedEventSelector]| {
                let mut categories = selectors.iter().filter_map(AdvancedEventSelector::category);
                categories
                    .find(|category| kind_of(category).is_some())
                    .map(str::to_owned)
            };
            let (new, old) = (first(wanted)?, first(live)?);
            if kind_of(&new) == kind_of(&old) {
                return None;
            }
            Some(rule.finding(
                None,
                format!("the category {new}, where the event data store has {old}"),
                "a category of the kind of events that the event data store was made for",
                "make another event data store for these events",
            ))
        },
        accepted: ChangeExample {
            wanted: OF_IAM,
            live: WITH_OBJECTS,
            circumstances: IN_STORE,
        },
        rejected: ChangeExample {
            wanted: OF_IAM,
            live: &[Draft::of(&[category(&["ConfigurationItem"])])],
            circumstances: IN_STORE,
        },
    },
};

pub(super) const ORGANIZATION_MEMBER: Rule = Rule {
    id: "organization-member",
    chapter: Chapter::Circumstances,
    title: "A member account may not change this",
    what: "The selectors of an organization's trail or event data store are changed by its \
           management account, or by a delegated administrator.",
    why: "A member account sees them and may not change them. Whether an account is a delegated \
          administrator cannot be seen from the outside, so that this is a warning.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html",
    check: Check::Change {
        check: |rule, _, _, circumstances| {
            if !circumstances.owned_by_other_account {
                return None;
            }
            let noun = circumstances.destination.noun();
            Some(rule.finding(
                None,
                format!("an organization's {noun} that belongs to another account"),
                "the management account of the organization, or a delegated administrator",
                "use credentials of one of these accounts",
            ))
        },
        accepted: ChangeExample {
            wanted: OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: ON_TRAIL,
        },
        rejected: ChangeExample {
            wanted: OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: Circumstances {
                owned_by_other_account: true,
                ..ON_TRAIL
            },
        },
    },
};

pub(super) const SECURITY_LAKE: Rule = Rule {
    id: "trail-security-lake",
    chapter: Chapter::Circumstances,
    title: "Security Lake needs all management events",
    what: "The trail that Security Lake collects management events through logs them all, reads and \
           writes.",
    why: "Security Lake needs a multi-region organization trail with both. A change that breaks \
          this is documented to be refused; that a filter by source or name breaks it as well is \
          assumed.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html",
    check: Check::Change {
        check: |rule, wanted, _, circumstances| {
            let halves = halves(wanted);
            let whole = [Half::Reads, Half::Writes]
                .iter()
                .all(|half| halves.contains(half));
            let narrowed = wanted
                .iter()
                .filter(|selector| selector.category() == Some(selector::MANAGEMENT))
                .all(|selector| {
                    [Field::EventName, Field::EventSource]
                        .iter()
                        .any(|field| selector.field(field).is_some())
                });
            if !circumstances.security_lake || (whole && !narrowed) {
                return None;
            }
            Some(rule.finding(
                None,
                "a trail of Security Lake that is to log a part of the management events",
                "all management events, reads and writes",
                "keep this trail as it is, and narrow another one",
            ))
        },
        accepted: ChangeExample {
            wanted: ALL_MANAGEMENT,
            live: ALL_MANAGEMENT,
            circumstances: OF_SECURITY_LAKE,
        },
        rejected: ChangeExample {
            wanted: OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: OF_SECURITY_LAKE,
        },
    },
};

const OF_SECURITY_LAKE: Circumstances<'static> = Circumstances {
    security_lake: true,
    ..ON_TRAIL
};

pub(super) const LAKE_CLOSED: Rule = Rule {
    id: "store-lake-closed",
    chapter: Chapter::Circumstances,
    title: "CloudTrail Lake takes no new customers",
    what: "Event data stores are for accounts that have used CloudTrail Lake before.",
    why: "CloudTrail Lake has been closed to new customers since 2026-05-31. Stores that are there \
          go on working.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-service-availability-change.html",
    check: Check::Change {
        check: |rule, _, _, circumstances| {
            circumstances.lake_unused.then(|| {
                rule.finding(
                    None,
                    "an account without an event data store",
                    "an account that has used CloudTrail Lake before 2026-05-31",
                    "use a trail, and filter behind it",
                )
            })
        },
        accepted: ChangeExample {
            wanted: OF_IAM,
            live: ALL_MANAGEMENT,
            circumstances: IN_STORE,
        },
        rejected: ChangeExample {
            wanted: OF_IAM,
            live: &[],
            circumstances: Circumstances {
                lake_unused: true,
                ..IN_STORE
            },
        },
    },
};

#[cfg(test)]
mod tests {
    use super::super::example::build;
    use super::*;

    fn broken(
        wanted: &[Draft],
        live: &[Draft],
        circumstances: &Circumstances<'_>,
    ) -> Vec<&'static str> {
        let (wanted, live) = (build(wanted).unwrap(), build(live).unwrap());
        let findings = check_change(&wanted, &live, circumstances);
        findings.iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn insights_on_the_call_rate_need_writes_and_on_the_error_rate_any() {
        const WRITES: &[Draft] = &[Draft::of(&[MANAGEMENT, equals("readOnly", &["false"])])];
        const HALVES: &[Draft] = &[
            Draft::of(&[MANAGEMENT, equals("readOnly", &["false"])]),
            Draft::of(&[MANAGEMENT, equals("readOnly", &["true"])]),
        ];
        const OBJECTS_ALONE: &[Draft] = &[Draft::of(&[DATA, OBJECTS])];
        let rows = [
            (WRITES, false, false),
            (READS_OF_IAM, true, false),
            (HALVES, false, false),
            (ALL_MANAGEMENT, false, false),
            (OBJECTS_ALONE, true, true),
        ];
        for (wanted, calls, errors) in rows {
            for (insight, starves) in [(Insight::CallRate, calls), (Insight::ErrorRate, errors)] {
                let circumstances = Circumstances {
                    insights: &[insight],
                    ..ON_TRAIL
                };
                let rules = broken(wanted, &[], &circumstances);
                assert_eq!(rules.contains(&"trail-insights"), starves, "{wanted:?}");
            }
        }
    }

    #[test]
    fn nothing_special_is_nothing_to_tell() {
        for destination in Destination::ALL {
            let plain = Circumstances::plain(*destination);
            assert_eq!(broken(OF_IAM, ALL_MANAGEMENT, &plain), [""; 0]);
            assert_eq!(broken(READS_OF_IAM, &[], &plain), [""; 0]);
        }
    }

    #[test]
    fn only_categories_that_vanish_are_lost() {
        assert_eq!(
            broken(OF_IAM, WITH_OBJECTS, &IN_STORE),
            ["change-categories-lost"]
        );
        assert_eq!(broken(WITH_OBJECTS, OF_IAM, &IN_STORE), [""; 0]);
    }
}
