//! Basic event selectors, the older kind, which trails alone have.
//!
//! Imports `selector` and its own parent. Next: `names.rs`.

use super::example::TRAIL;
use super::place::{Location, alternatives, shown};
use super::{Basis, Chapter, Check, Rule, Severity};
use crate::selector::{DataResource, EXCLUDABLE_SOURCES, EventSelector};

/// The most basic selectors a trail may have.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>
const SELECTORS_MAX: usize = 5;

/// The most data resources all basic selectors of a trail may have together.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>
const DATA_RESOURCES_MAX: usize = 250;

/// The types of data resources in basic selectors.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>
const TYPES: [&str; 3] = [
    "AWS::S3::Object",
    "AWS::Lambda::Function",
    "AWS::DynamoDB::Table",
];

/// The services in the ARNs of these types, in the same order.
const SERVICES: [&str; 3] = ["s3", "lambda", "dynamodb"];

const PUT: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html";
const RESOURCE_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html";
const SELECTOR_PAGE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html";

pub(super) const BASIC_SELECTOR_COUNT: Rule = Rule {
    id: "basic-selector-count",
    chapter: Chapter::Basic,
    title: "Not one to five basic selectors",
    what: "A trail has one to five basic selectors.",
    why: "The service documents up to five. That an empty set is refused is assumed.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: PUT,
    check: Check::Basic {
        check: |rule, selectors| {
            let count = selectors.len();
            if (1..=SELECTORS_MAX).contains(&count) {
                return Vec::new();
            }
            let found = format!("{count} basic selectors");
            let expected = format!("1 to {SELECTORS_MAX} on a trail");
            let repair = "join selectors that have the same read-write type, or use advanced ones";
            vec![rule.finding(None, found, expected, repair)]
        },
        accepted: || vec![EventSelector::service_default()],
        rejected: || vec![EventSelector::service_default(); SELECTORS_MAX + 1],
    },
};

pub(super) const BASIC_DATA_RESOURCE_COUNT: Rule = Rule {
    id: "basic-data-resource-count",
    chapter: Chapter::Basic,
    title: "More than 250 data resources",
    what: "The basic selectors of a trail name at most 250 data resources together, not counting \
           values that stand for all resources of a type.",
    why: "The service documents this number, and that it does not apply where all data events of a \
          type are logged.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html",
    check: Check::Basic {
        check: |rule, selectors| {
            let resources = selectors.iter().flat_map(|one| &one.data_resources);
            let values = resources.flat_map(|resource| &resource.values);
            let count = values.filter(|value| !is_all(value)).count();
            if count <= DATA_RESOURCES_MAX {
                return Vec::new();
            }
            vec![rule.finding(
                None,
                format!("{count} data resources in all basic selectors"),
                format!("at most {DATA_RESOURCES_MAX} on a trail"),
                "log all resources of the type, or use advanced selectors",
            )]
        },
        accepted: || buckets(DATA_RESOURCES_MAX),
        rejected: || buckets(DATA_RESOURCES_MAX + 1),
    },
};

/// Whether a value stands for all resources of a type, as `arn:aws:s3` and `arn:aws:s3:::` do.
fn is_all(value: &str) -> bool {
    value.starts_with("arn:") && value.split(':').skip(3).all(str::is_empty)
}

fn buckets(count: usize) -> Vec<EventSelector> {
    let values = (1..=count).map(|number| format!("arn:aws:s3:::bucket{number}/"));
    with_data(TYPES[0], values.collect())
}

fn with_data(kind: &str, values: Vec<String>) -> Vec<EventSelector> {
    let kind = kind.to_owned();
    vec![EventSelector {
        data_resources: vec![DataResource { kind, values }],
        ..EventSelector::service_default()
    }]
}

pub(super) const BASIC_DATA_RESOURCE_TYPE: Rule = Rule {
    id: "basic-data-resource-type",
    chapter: Chapter::Basic,
    title: "Not a type for basic selectors",
    what: "The type of a data resource is AWS::S3::Object, AWS::Lambda::Function or \
           AWS::DynamoDB::Table.",
    why: "Basic selectors know these three. All other types, and the fields of advanced selectors, \
          need advanced selectors.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: SELECTOR_PAGE,
    check: Check::Basic {
        check: |rule, selectors| {
            each(selectors, |one| {
                one.data_resources.iter().map(|data| &*data.kind)
            })
            .filter(|(_, kind)| !TYPES.contains(kind))
            .map(|(at, kind)| {
                let found = format!("the type {}", shown(kind));
                let repair = "use an advanced selector for this type";
                rule.finding(Some(at), found, alternatives(&TYPES), repair)
            })
            .collect()
        },
        accepted: || with_data("AWS::DynamoDB::Table", vec!["arn:aws:dynamodb".to_owned()]),
        rejected: || with_data("AWS::SQS::Queue", vec!["arn:aws:sqs".to_owned()]),
    },
};

pub(super) const BASIC_DATA_RESOURCE_VALUE: Rule = Rule {
    id: "basic-data-resource-value",
    chapter: Chapter::Basic,
    title: "Not an ARN of the type",
    what: "The values of a data resource are ARNs of its type, or beginnings of them that have at \
           least arn, the partition and the service. The shortest, such as arn:aws:s3, stand for all \
           resources of the type.",
    why: "The service documents ARNs and parts of ARNs of the type. Whether there is such a resource \
          is not checked.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: RESOURCE_PAGE,
    check: Check::Basic {
        check: |rule, selectors| {
            each(selectors, |one| &one.data_resources)
                .flat_map(|(at, data)| {
                    data.values
                        .iter()
                        .map(move |value| (at.clone(), data, value))
                })
                .filter_map(|(at, data, value)| {
                    let (_, service) = TYPES
                        .iter()
                        .zip(SERVICES)
                        .find(|(of, _)| **of == data.kind)?;
                    if is_arn_of(value, service) {
                        return None;
                    }
                    let found = format!("the value {} of the type {}", shown(value), data.kind);
                    let expected =
                        format!("an ARN, or a beginning of one from arn:aws:{service} on");
                    let repair = "write the whole ARN, or use advanced selectors";
                    Some(rule.finding(Some(at), found, expected, repair))
                })
                .collect()
        },
        accepted: || with_data("AWS::Lambda::Function", vec!["arn:aws:lambda".to_owned()]),
        rejected: || with_data("AWS::Lambda::Function", vec!["arn:aws:s3".to_owned()]),
    },
};

/// Whether this begins as the ARNs of a service do.
fn is_arn_of(value: &str, service: &str) -> bool {
    let parts: Vec<&str> = value.splitn(4, ':').collect();
    matches!(parts.as_slice(), ["arn", partition, of, ..]
        if partition.starts_with("aws") && *of == service)
}

pub(super) const BASIC_DATA_RESOURCE_EMPTY: Rule = Rule {
    id: "basic-data-resource-empty",
    chapter: Chapter::Basic,
    title: "A data resource without values",
    what: "A data resource has at least one value.",
    why: "The service counts 1 to 250 data resources for an event selector that has any. What it \
          makes of a type without values is not documented: that it is refused is assumed.",
    severity: Severity::Error,
    basis: Basis::Assumed,
    destinations: TRAIL,
    source: PUT,
    check: Check::Basic {
        check: |rule, selectors| {
            each(selectors, |one| &one.data_resources)
                .filter(|(_, data)| data.values.is_empty())
                .map(|(at, data)| {
                    let found = format!("the type {} without values", shown(&data.kind));
                    let repair = "name the resources, or leave the type out";
                    rule.finding(Some(at), found, "at least one value", repair)
                })
                .collect()
        },
        accepted: || with_data("AWS::S3::Object", vec!["arn:aws:s3".to_owned()]),
        rejected: || with_data("AWS::S3::Object", Vec::new()),
    },
};

pub(super) const BASIC_EXCLUDED_SOURCE: Rule = Rule {
    id: "basic-excluded-source",
    chapter: Chapter::Basic,
    title: "A trail cannot leave this source out",
    what: "ExcludeManagementEventSources has kms.amazonaws.com and rdsdata.amazonaws.com at most.",
    why: "The service documents no other source. A source can be left out in Regions where it is \
          supported.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: SELECTOR_PAGE,
    check: Check::Basic {
        check: |rule, selectors| {
            each(selectors, |one| {
                let sources = one.exclude_management_event_sources.iter();
                sources.map(String::as_str)
            })
            .filter(|(_, source)| !EXCLUDABLE_SOURCES.contains(source))
            .map(|(at, source)| {
                let found = format!("the source {}", shown(source));
                let repair = "leave out these two at most";
                let expected = format!("no source but {}", alternatives(&EXCLUDABLE_SOURCES));
                rule.finding(Some(at), found, expected, repair)
            })
            .collect()
        },
        accepted: || without(&EXCLUDABLE_SOURCES),
        rejected: || without(&["ec2.amazonaws.com"]),
    },
};

fn without(sources: &[&str]) -> Vec<EventSelector> {
    vec![EventSelector {
        exclude_management_event_sources: sources
            .iter()
            .map(|source| (*source).to_owned())
            .collect(),
        ..EventSelector::service_default()
    }]
}

/// What `of` finds in each selector, with the selector's place.
fn each<'a, Parts: IntoIterator>(
    selectors: &'a [EventSelector],
    of: impl Fn(&'a EventSelector) -> Parts,
) -> impl Iterator<Item = (Location, Parts::Item)> {
    selectors
        .iter()
        .enumerate()
        .flat_map(move |(index, selector)| {
            let parts = of(selector).into_iter();
            parts.map(move |part| (Location::of_selector(index), part))
        })
}

#[cfg(test)]
mod tests {
    use super::super::check_basic;
    use super::*;

    fn broken(selectors: &[EventSelector]) -> Vec<&'static str> {
        let findings = check_basic(selectors);
        findings.iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn one_to_five_basic_selectors() {
        for count in 0..8 {
            let set = vec![EventSelector::service_default(); count];
            assert_eq!(broken(&set).is_empty(), (1..=5).contains(&count), "{count}");
        }
    }

    #[test]
    fn what_stands_for_all_resources_does_not_count() {
        let mut set = buckets(200);
        set.extend(buckets(50));
        assert_eq!(broken(&set), [""; 0]);
        for all in ["arn:aws:s3", "arn:aws-cn:s3:::", "arn:aws-iso:s3:"] {
            set[0].data_resources[0].values.push(all.to_owned());
            assert_eq!(broken(&set), [""; 0], "{all}");
        }
        for one_more in ["arn:aws:s3:::b", "arn:aws:s3:us-east-1"] {
            let mut set = set.clone();
            set[1].data_resources[0].values.push(one_more.to_owned());
            assert_eq!(broken(&set), ["basic-data-resource-count"], "{one_more}");
        }
    }

    #[test]
    fn a_finding_says_which_selector() {
        let mut set = without(&["kms.amazonaws.com"]);
        set.extend(without(&["rdsdata.amazonaws.com", "sts.amazonaws.com"]));
        let findings = check_basic(&set);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].at, Some(Location::of_selector(1)));
        assert_eq!(findings[0].found, "the source sts.amazonaws.com");
    }
}
