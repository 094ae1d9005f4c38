//! What a trail with these selectors really logs, and whether the events reach it at all.
//!
//! Imports `catalog`, `selector` and its own parent. Next: [`super::RULES`], of which the rules of
//! [`reaches`] are a part.
//!
//! [`precision`] and [`effective_filter`] are careful in one direction: what is not understood is
//! said to log more than IAM, never less.

use std::collections::BTreeSet;

use super::{Check, Finding, ReachExample, Rule, Severity};
use crate::catalog::{self, Service};
use crate::selector::{AdvancedEventSelector, Field, FieldSelector, MANAGEMENT, Operator};

/// How close what is logged comes to the services of the catalog; later is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Only management events whose source is in the catalog.
    Exact,
    /// Only management events whose name is in the catalog; those of other services with the same
    /// name too.
    ByName,
    /// Other events as well, or possibly.
    Superset,
}

impl Precision {
    /// All three, from the best to the worst.
    pub const ALL: &[Self] = &[Self::Exact, Self::ByName, Self::Superset];

    /// As users see it, such as `by_name`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ByName => "by_name",
            Self::Superset => "superset",
        }
    }
}

/// The precision of a set of selectors, which is that of its worst.
///
/// No selectors at all are a superset: a trail without any logs all management events
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>).
#[must_use]
pub fn precision(selectors: &[AdvancedEventSelector]) -> Precision {
    selectors
        .iter()
        .map(precision_of)
        .max()
        .unwrap_or(Precision::Superset)
}

fn precision_of(selector: &AdvancedEventSelector) -> Precision {
    if selector.category() != Some(MANAGEMENT) {
        return Precision::Superset;
    }
    // All conditions of a selector must hold, so one that keeps everything else out is enough.
    let is_source = |source: &str| Service::from_source(source).is_some();
    if conditions(selector, &Field::EventSource).any(|source| only_equals(source, is_source)) {
        return Precision::Exact;
    }
    let is_name = |name: &str| catalog::named(name).next().is_some();
    if conditions(selector, &Field::EventSource).next().is_none()
        && conditions(selector, &Field::EventName).any(|name| only_equals(name, is_name))
    {
        return Precision::ByName;
    }
    Precision::Superset
}

/// Which filter is on the management events of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectiveFilter {
    /// `eventName Equals`.
    EventName,
    /// `eventSource Equals`.
    EventSource,
    /// Both, in each selector.
    EventNameAndSource,
    /// `eventSource NotEquals`.
    Exclusion,
    /// None, but perhaps for `readOnly`.
    Unfiltered,
    /// Another, a mixture, or no management selector at all.
    Other,
}

impl EffectiveFilter {
    /// All six.
    pub const ALL: &[Self] = &[
        Self::EventName,
        Self::EventSource,
        Self::EventNameAndSource,
        Self::Exclusion,
        Self::Unfiltered,
        Self::Other,
    ];

    /// As users see it, such as `event_name`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventName => "event_name",
            Self::EventSource => "event_source",
            Self::EventNameAndSource => "event_name_and_source",
            Self::Exclusion => "exclusion",
            Self::Unfiltered => "unfiltered",
            Self::Other => "other",
        }
    }
}

/// The filter that all management selectors of a set have in common; selectors of other categories
/// are not looked at.
#[must_use]
pub fn effective_filter(selectors: &[AdvancedEventSelector]) -> EffectiveFilter {
    let filters: BTreeSet<EffectiveFilter> = selectors
        .iter()
        .filter(|selector| selector.category() == Some(MANAGEMENT))
        .map(filter_of)
        .collect();
    let mut filters = filters.into_iter();
    match (filters.next(), filters.next()) {
        (Some(only), None) => only,
        (None, _) | (Some(_), Some(_)) => EffectiveFilter::Other,
    }
}

fn filter_of(selector: &AdvancedEventSelector) -> EffectiveFilter {
    let filters: Vec<(&Field, Option<Operator>)> = selector
        .field_selectors()
        .iter()
        .filter(|condition| ![Field::EventCategory, Field::ReadOnly].contains(condition.field()))
        .map(|condition| {
            let mut operators = condition.conditions().map(|(operator, _)| operator);
            let only = operators.next().filter(|_| operators.next().is_none());
            (condition.field(), only)
        })
        .collect();
    match filters.as_slice() {
        [] => EffectiveFilter::Unfiltered,
        [(Field::EventName, Some(Operator::Equals))] => EffectiveFilter::EventName,
        [(Field::EventSource, Some(Operator::Equals))] => EffectiveFilter::EventSource,
        [(Field::EventSource, Some(Operator::NotEquals))] => EffectiveFilter::Exclusion,
        [
            (Field::EventSource, Some(Operator::Equals)),
            (Field::EventName, Some(Operator::Equals)),
        ]
        | [
            (Field::EventName, Some(Operator::Equals)),
            (Field::EventSource, Some(Operator::Equals)),
        ] => EffectiveFilter::EventNameAndSource,
        _ => EffectiveFilter::Other,
    }
}

fn conditions<'a>(
    selector: &'a AdvancedEventSelector,
    field: &Field,
) -> impl Iterator<Item = &'a FieldSelector> {
    selector
        .field_selectors()
        .iter()
        .filter(move |condition| condition.field() == field)
}

/// Whether the condition is `Equals` alone, with nothing but values of this kind.
fn only_equals(condition: &FieldSelector, is_kind: impl Fn(&str) -> bool) -> bool {
    condition
        .only(Operator::Equals)
        .is_some_and(|values| values.iter().all(|value| is_kind(value)))
}

/// What decides, before any selector, which regions' events a trail receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrailFacts<'a> {
    /// The region the trail was made in, such as `us-east-1`.
    pub home_region: &'a str,
    /// The partition of that region, such as `aws`.
    pub partition: &'a str,
    /// Whether it receives the events of all regions.
    pub multi_region: bool,
    /// Whether it includes the events of global services.
    pub global_service_events: bool,
}

/// The services whose events are recorded in one region of the partition only.
///
/// STS is, for its global endpoint alone, and sign-in for some users; both have rules of their own.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html>
const LEADER_ONLY: &[Service] = &[Service::Iam];

const CHINA: &str = "aws-cn";

/// The region in which a partition's IAM events are recorded, as far as it is known.
///
/// Documented for `aws`
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html>); for the
/// US government and secret partitions it is the region that IAM's endpoint signs for, and assumed.
/// `None` for China, where no document says which of its two regions records them, and for
/// partitions this version does not know.
#[must_use]
pub fn leader_region(partition: &str) -> Option<&'static str> {
    match partition {
        "aws" => Some("us-east-1"),
        "aws-us-gov" => Some("us-gov-west-1"),
        "aws-iso" => Some("us-iso-east-1"),
        "aws-iso-b" => Some("us-isob-east-1"),
        "aws-iso-f" => Some("us-isof-south-1"),
        _ => None,
    }
}

/// Why events of these services do not reach such a trail, whatever its selectors: errors for
/// services it can never receive, warnings for those it receives in part; in the order of
/// [`super::RULES`].
#[must_use]
pub fn reaches(services: &BTreeSet<Service>, facts: &TrailFacts<'_>) -> Vec<Finding> {
    super::RULES
        .iter()
        .filter_map(|rule| match rule.check {
            Check::Reach { check, .. } => check(services, facts),
            Check::Shape { .. } | Check::Trail { .. } => None,
        })
        .collect()
}

const CONCEPTS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html";

const MULTI_REGION: TrailFacts<'static> = TrailFacts {
    home_region: "eu-west-1",
    partition: "aws",
    multi_region: true,
    global_service_events: true,
};

const SINGLE_REGION: TrailFacts<'static> = TrailFacts {
    multi_region: false,
    ..MULTI_REGION
};

const MAKE_MULTI_REGION: &str = "make it a multi-region trail";

pub(super) const GLOBAL_EVENTS_OFF: Rule = Rule {
    id: "reach-global-events-off",
    title: "Global events never reach this trail",
    why: "IAM is a global service. A trail that leaves global services out receives none of its \
          events, in whatever region it is.",
    severity: Severity::Error,
    source: CONCEPTS,
    check: Check::Reach {
        check: |services, facts| {
            let only = leader_only(services)?;
            if facts.global_service_events {
                return None;
            }
            Some(GLOBAL_EVENTS_OFF.finding(
                None,
                format!("a trail without global service events, for events of {only}"),
                "a trail that includes global service events",
                "turn global service events on, as making it a multi-region trail does",
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: MULTI_REGION,
        },
        rejected: ReachExample {
            services: &[Service::Iam],
            facts: TrailFacts {
                home_region: "us-east-1",
                global_service_events: false,
                ..SINGLE_REGION
            },
        },
    },
};

pub(super) const LEADER_REGION: Rule = Rule {
    id: "reach-leader-region",
    title: "IAM events never reach this trail",
    why: "IAM events are recorded in one region of a partition. A single-region trail elsewhere \
          receives none of them.",
    severity: Severity::Error,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html",
    check: Check::Reach {
        check: |services, facts| {
            let only = leader_only(services)?;
            let leader = leader_region(facts.partition)?;
            if facts.multi_region || facts.home_region == leader {
                return None;
            }
            Some(LEADER_REGION.finding(
                None,
                format!("{}, for events of {only}", single_region(facts)),
                format!(
                    "a multi-region trail, or one in {leader}, where these events are recorded"
                ),
                format!("{MAKE_MULTI_REGION}, or use a trail in {leader}"),
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: TrailFacts {
                home_region: "us-east-1",
                ..SINGLE_REGION
            },
        },
        rejected: ReachExample {
            services: &[Service::Iam],
            facts: SINGLE_REGION,
        },
    },
};

pub(super) const CHINA_MULTI_REGION: Rule = Rule {
    id: "reach-china-multi-region",
    title: "IAM events may never reach this trail",
    why: "IAM is run from one of the two regions, other global services from the other, and no \
          document says which of them records IAM events. A multi-region trail receives both.",
    severity: Severity::Error,
    source: "https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html",
    check: Check::Reach {
        check: |services, facts| {
            let only = leader_only(services)?;
            if facts.multi_region || facts.partition != CHINA {
                return None;
            }
            Some(CHINA_MULTI_REGION.finding(
                None,
                format!("{} in China, for events of {only}", single_region(facts)),
                "a multi-region trail, as it is not documented which region records these events",
                MAKE_MULTI_REGION,
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: TrailFacts {
                multi_region: true,
                ..CHINESE
            },
        },
        rejected: ReachExample {
            services: &[Service::Iam],
            facts: CHINESE,
        },
    },
};

const CHINESE: TrailFacts<'static> = TrailFacts {
    home_region: "cn-north-1",
    partition: CHINA,
    ..SINGLE_REGION
};

pub(super) const LEADER_UNKNOWN: Rule = Rule {
    id: "reach-leader-unknown",
    title: "IAM events might not reach this trail",
    why: "IAM events are recorded in one region of a partition, and which it is here is not known. \
          A single-region trail may receive none of them.",
    severity: Severity::Warning,
    source: CONCEPTS,
    check: Check::Reach {
        check: |services, facts| {
            let only = leader_only(services)?;
            let known = facts.partition == CHINA || leader_region(facts.partition).is_some();
            if facts.multi_region || known {
                return None;
            }
            Some(LEADER_UNKNOWN.finding(
                None,
                format!(
                    "{} of the partition {}, for events of {only}",
                    single_region(facts),
                    facts.partition
                ),
                "a multi-region trail, as it is not known which region records these events",
                MAKE_MULTI_REGION,
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: MULTI_REGION,
        },
        rejected: ReachExample {
            services: &[Service::Iam],
            facts: TrailFacts {
                home_region: "eusc-de-east-1",
                partition: "aws-eusc",
                ..SINGLE_REGION
            },
        },
    },
};

pub(super) const STS_REGIONS: Rule = Rule {
    id: "reach-sts-regions",
    title: "STS events of other Regions are missed",
    why: "A call to STS is recorded in the region whose endpoint was called, and one to the global \
          endpoint in the leading region of the partition. A single-region trail receives those of \
          its own region only.",
    severity: Severity::Warning,
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html",
    check: Check::Reach {
        check: |services, facts| {
            if facts.multi_region || !services.contains(&Service::Sts) {
                return None;
            }
            Some(STS_REGIONS.finding(
                None,
                format!(
                    "{}, for events of {}",
                    single_region(facts),
                    Service::Sts.source()
                ),
                "a multi-region trail, as STS calls are recorded in the region that is called",
                MAKE_MULTI_REGION,
            ))
        },
        accepted: ReachExample {
            services: &[Service::Sts],
            facts: MULTI_REGION,
        },
        rejected: ReachExample {
            services: &[Service::Sts],
            facts: SINGLE_REGION,
        },
    },
};

pub(super) const STS_GLOBAL_ENDPOINT: Rule = Rule {
    id: "reach-sts-global-endpoint",
    title: "The STS global endpoint's events are missed",
    why: "Calls to the global endpoint of STS are events of a global service. A trail that leaves \
          those out misses them.",
    severity: Severity::Warning,
    source: CONCEPTS,
    check: Check::Reach {
        check: |services, facts| {
            if facts.global_service_events || !services.contains(&Service::Sts) {
                return None;
            }
            Some(STS_GLOBAL_ENDPOINT.finding(
                None,
                format!(
                    "a trail without global service events, for events of {}",
                    Service::Sts.source()
                ),
                "a trail that includes global service events, as calls to the global endpoint are",
                "turn global service events on, as making it a multi-region trail does",
            ))
        },
        accepted: ReachExample {
            services: &[Service::Sts],
            facts: MULTI_REGION,
        },
        rejected: ReachExample {
            services: &[Service::Sts],
            facts: TrailFacts {
                global_service_events: false,
                ..SINGLE_REGION
            },
        },
    },
};

pub(super) const SIGNIN_REGIONS: Rule = Rule {
    id: "reach-signin-regions",
    title: "Sign-in events of other Regions are missed",
    why: "A sign-in is recorded in the region of the endpoint that was used: the root user's always \
          in the leading one, other users' in several. A single-region trail receives those of its \
          own region only.",
    severity: Severity::Warning,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
    check: Check::Reach {
        check: |services, facts| {
            if facts.multi_region || !services.contains(&Service::Signin) {
                return None;
            }
            Some(SIGNIN_REGIONS.finding(
                None,
                format!(
                    "{}, for events of {}",
                    single_region(facts),
                    Service::Signin.source()
                ),
                "a multi-region trail, as sign-ins are recorded in the region of the endpoint used",
                MAKE_MULTI_REGION,
            ))
        },
        accepted: ReachExample {
            services: &[Service::Signin],
            facts: MULTI_REGION,
        },
        rejected: ReachExample {
            services: &[Service::Signin],
            facts: TrailFacts {
                home_region: "us-east-1",
                ..SINGLE_REGION
            },
        },
    },
};

/// The sources among these that one region alone records; `None` if there are none.
fn leader_only(services: &BTreeSet<Service>) -> Option<String> {
    let only: Vec<&str> = LEADER_ONLY
        .iter()
        .filter(|service| services.contains(service))
        .map(|service| service.source())
        .collect();
    if only.is_empty() {
        None
    } else {
        Some(only.join(", "))
    }
}

fn single_region(facts: &TrailFacts<'_>) -> String {
    format!("a single-region trail in {}", facts.home_region)
}

#[cfg(test)]
mod tests;
