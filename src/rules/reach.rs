//! Whether events get to a trail or an event data store at all, whatever its selectors.
//!
//! Imports `catalog` and its own parent. Next: [`super::circumstances`].

use std::collections::BTreeSet;

use super::example::{BOTH, ReachExample, STORE, TRAIL};
use super::{Basis, Chapter, Check, Destination, Finding, Rule, Severity};
use crate::catalog::Service;

/// What decides, before any selector, which regions' events a destination receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts<'a> {
    /// What it is.
    pub destination: Destination,
    /// The region it was made in, such as `us-east-1`.
    pub home_region: &'a str,
    /// The partition of that region, such as `aws`.
    pub partition: &'a str,
    /// Whether it receives the events of all regions.
    pub multi_region: bool,
    /// Whether it includes the events of global services; always so for an event data store.
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

/// Why events of these services do not reach such a place, whatever its selectors: errors for
/// services it can never receive, warnings for those it receives in part; in the order of
/// [`super::RULES`].
#[must_use]
pub fn reaches(services: &BTreeSet<Service>, facts: &Facts<'_>) -> Vec<Finding> {
    super::RULES
        .iter()
        .filter(|rule| rule.holds_at(facts.destination))
        .filter_map(|rule| match rule.check {
            Check::Reach { check, .. } => check(rule, services, facts),
            Check::Shape { .. }
            | Check::Selectors { .. }
            | Check::Basic { .. }
            | Check::Text { .. }
            | Check::Change { .. } => None,
        })
        .collect()
}

const CONCEPTS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html";

const MULTI_REGION: Facts<'static> = Facts {
    destination: Destination::Trail,
    home_region: "eu-west-1",
    partition: "aws",
    multi_region: true,
    global_service_events: true,
};

const SINGLE_REGION: Facts<'static> = Facts {
    multi_region: false,
    ..MULTI_REGION
};

/// What receives the events of all regions, in words.
fn multi_region(facts: &Facts<'_>) -> String {
    format!("a multi-region {}", facts.destination.noun())
}

fn make_multi_region(facts: &Facts<'_>) -> String {
    format!("make it {}", multi_region(facts))
}

pub(super) const GLOBAL_EVENTS_OFF: Rule = Rule {
    id: "reach-global-events-off",
    chapter: Chapter::Reach,
    title: "Global events never reach this trail",
    what: "A trail for IAM includes the events of global services.",
    why: "IAM is a global service. A trail that leaves global services out receives none of its \
          events, in whatever region it is.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: CONCEPTS,
    check: Check::Reach {
        check: |rule, services, facts| {
            let only = leader_only(services)?;
            if facts.global_service_events {
                return None;
            }
            Some(rule.finding(
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
            facts: Facts {
                home_region: "us-east-1",
                global_service_events: false,
                ..SINGLE_REGION
            },
        },
    },
};

pub(super) const LEADER_REGION: Rule = Rule {
    id: "reach-leader-region",
    chapter: Chapter::Reach,
    title: "IAM events never reach this trail",
    what: "A trail for IAM is a multi-region trail, or one in the Region that records the IAM events \
           of its partition: us-east-1 in the standard one.",
    why: "IAM events are recorded in one region of a partition. A single-region trail elsewhere \
          receives none of them.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html",
    check: Check::Reach {
        check: |rule, services, facts| {
            let only = leader_only(services)?;
            let leader = leader_region(facts.partition)?;
            if facts.multi_region || facts.home_region == leader {
                return None;
            }
            Some(rule.finding(
                None,
                format!("{}, for events of {only}", single_region(facts)),
                format!(
                    "a multi-region trail, or one in {leader}, where these events are recorded"
                ),
                format!("{}, or use a trail in {leader}", make_multi_region(facts)),
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: Facts {
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

pub(super) const STORE_LEADER_REGION: Rule = Rule {
    id: "reach-store-leader-region",
    chapter: Chapter::Reach,
    title: "IAM events never reach this store",
    what: "An event data store for IAM is a multi-region one, or one in the Region that records the \
           IAM events of its partition: us-east-1 in the standard one.",
    why: "IAM events are recorded in one region of a partition, and a store that is not a \
          multi-region one has the events of its own region. That it therefore has none of IAM's \
          elsewhere is concluded from the two.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html",
    check: Check::Reach {
        check: |rule, services, facts| {
            let only = leader_only(services)?;
            let leader = leader_region(facts.partition)?;
            if facts.multi_region || facts.home_region == leader {
                return None;
            }
            Some(rule.finding(
                None,
                format!("{}, for events of {only}", single_region(facts)),
                format!(
                    "{}, or one in {leader}, where these events are recorded",
                    multi_region(facts)
                ),
                format!(
                    "{}, or use an event data store in {leader}",
                    make_multi_region(facts)
                ),
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: Facts {
                destination: Destination::EventDataStore,
                ..MULTI_REGION
            },
        },
        rejected: ReachExample {
            services: &[Service::Iam],
            facts: Facts {
                destination: Destination::EventDataStore,
                ..SINGLE_REGION
            },
        },
    },
};

pub(super) const CHINA_MULTI_REGION: Rule = Rule {
    id: "reach-china-multi-region",
    chapter: Chapter::Reach,
    title: "IAM events may never reach this trail",
    what: "A trail for IAM in China is a multi-region trail.",
    why: "IAM is run from one of the two regions, other global services from the other, and no \
          document says which of them records IAM events. A multi-region trail receives both.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: TRAIL,
    source: "https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html",
    check: Check::Reach {
        check: |rule, services, facts| {
            let only = leader_only(services)?;
            if facts.multi_region || facts.partition != CHINA {
                return None;
            }
            Some(rule.finding(
                None,
                format!("{} in China, for events of {only}", single_region(facts)),
                "a multi-region trail, as it is not documented which region records these events",
                make_multi_region(facts),
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: Facts {
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

const CHINESE: Facts<'static> = Facts {
    home_region: "cn-north-1",
    partition: CHINA,
    ..SINGLE_REGION
};

pub(super) const LEADER_UNKNOWN: Rule = Rule {
    id: "reach-leader-unknown",
    chapter: Chapter::Reach,
    title: "IAM events might not get here",
    what: "Where it is not known which Region records IAM events, a trail or an event data store for \
           IAM is a multi-region one.",
    why: "IAM events are recorded in one region of a partition, and which it is here is not known. \
          A single-region trail or store may receive none of them.",
    severity: Severity::Warning,
    basis: Basis::Assumed,
    destinations: BOTH,
    source: CONCEPTS,
    check: Check::Reach {
        check: |rule, services, facts| {
            let only = leader_only(services)?;
            let known = facts.partition == CHINA || leader_region(facts.partition).is_some();
            if facts.multi_region || known {
                return None;
            }
            Some(rule.finding(
                None,
                format!(
                    "{} of the partition {}, for events of {only}",
                    single_region(facts),
                    facts.partition
                ),
                format!(
                    "{}, as it is not known which region records these events",
                    multi_region(facts)
                ),
                make_multi_region(facts),
            ))
        },
        accepted: ReachExample {
            services: &[Service::Iam],
            facts: MULTI_REGION,
        },
        rejected: ReachExample {
            services: &[Service::Iam],
            facts: Facts {
                home_region: "eusc-de-east-1",
                partition: "aws-eusc",
                ..SINGLE_REGION
            },
        },
    },
};

pub(super) const STS_REGIONS: Rule = Rule {
    id: "reach-sts-regions",
    chapter: Chapter::Reach,
    title: "STS events of other Regions are missed",
    what: "A trail or an event data store for STS is a multi-region one.",
    why: "A call to STS is recorded in the region whose endpoint was called, and one to the global \
          endpoint in the leading region of the partition. A single-region trail or store receives \
          those of its own region only.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html",
    check: Check::Reach {
        check: |rule, services, facts| {
            if facts.multi_region || !services.contains(&Service::Sts) {
                return None;
            }
            Some(rule.finding(
                None,
                format!(
                    "{}, for events of {}",
                    single_region(facts),
                    Service::Sts.source()
                ),
                format!(
                    "{}, as STS calls are recorded in the region that is called",
                    multi_region(facts)
                ),
                make_multi_region(facts),
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
    chapter: Chapter::Reach,
    title: "The STS global endpoint's events are missed",
    what: "A trail for STS includes the events of global services.",
    why: "Calls to the global endpoint of STS are events of a global service. A trail that leaves \
          those out misses them.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: CONCEPTS,
    check: Check::Reach {
        check: |rule, services, facts| {
            if facts.global_service_events || !services.contains(&Service::Sts) {
                return None;
            }
            Some(rule.finding(
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
            facts: Facts {
                global_service_events: false,
                ..SINGLE_REGION
            },
        },
    },
};

pub(super) const SIGNIN_REGIONS: Rule = Rule {
    id: "reach-signin-regions",
    chapter: Chapter::Reach,
    title: "Sign-in events of other Regions are missed",
    what: "A trail or an event data store for sign-ins is a multi-region one.",
    why: "A sign-in is recorded in the region of the endpoint that was used: the root user's always \
          in the leading one, other users' in several. A single-region trail or store receives \
          those of its own region only.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    destinations: BOTH,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
    check: Check::Reach {
        check: |rule, services, facts| {
            if facts.multi_region || !services.contains(&Service::Signin) {
                return None;
            }
            Some(rule.finding(
                None,
                format!(
                    "{}, for events of {}",
                    single_region(facts),
                    Service::Signin.source()
                ),
                format!(
                    "{}, as sign-ins are recorded in the region of the endpoint used",
                    multi_region(facts)
                ),
                make_multi_region(facts),
            ))
        },
        accepted: ReachExample {
            services: &[Service::Signin],
            facts: MULTI_REGION,
        },
        rejected: ReachExample {
            services: &[Service::Signin],
            facts: Facts {
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

fn single_region(facts: &Facts<'_>) -> String {
    let noun = facts.destination.noun();
    format!("a single-region {noun} in {}", facts.home_region)
}

#[cfg(test)]
mod tests;
