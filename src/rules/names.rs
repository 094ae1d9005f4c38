//! Single texts: what a trail and an event data store may be called, and the read-write types.
//!
//! Imports `selector` and its own parent. Next: `reach.rs`.

use std::net::Ipv4Addr;

use super::example::{STORE, TRAIL};
use super::place::{alternatives, shown};
use super::{Basis, Chapter, Check, Finding, Rule, Severity};
use crate::selector::ReadWriteType;

/// What a single text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The name of a trail; an ARN is none.
    TrailName,
    /// The ARN of a trail.
    TrailArn,
    /// The ARN of an event data store, or the ID in it, as calls take it.
    EventDataStore,
    /// The ARN of an event data store.
    EventDataStoreArn,
    /// `ReadWriteType` of a basic selector.
    ReadWriteType,
}

impl Subject {
    /// In a sentence, such as `name of a trail`.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::TrailName => "name of a trail",
            Self::TrailArn => "ARN of a trail",
            Self::EventDataStore => "event data store",
            Self::EventDataStoreArn => "ARN of an event data store",
            Self::ReadWriteType => "read-write type",
        }
    }
}

pub(super) const READ_WRITE_TYPE: Rule = Rule {
    id: "basic-read-write-type",
    chapter: Chapter::Names,
    title: "Not a read-write type",
    what: "ReadWriteType of a basic selector is All, ReadOnly or WriteOnly, spelled so.",
    why: "The API's model lists these three.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html",
    check: Check::Text {
        subject: Subject::ReadWriteType,
        check: |rule, text| {
            if ReadWriteType::parse(text).is_some() {
                return None;
            }
            let names: Vec<&str> = ReadWriteType::ALL
                .iter()
                .map(|kind| kind.as_str())
                .collect();
            let found = format!("the read-write type {}", shown(text));
            Some(rule.finding(
                None,
                found,
                format!("the word {}", alternatives(&names)),
                "write one of these; upper and lower case count",
            ))
        },
        accepted: "WriteOnly",
        rejected: "writeonly",
    },
};

pub(super) const TRAIL_NAME: Rule = Rule {
    id: "trail-name",
    chapter: Chapter::Names,
    title: "Not the name of a trail",
    what: "The name of a trail has 3 to 128 letters and digits of ASCII, full stops, underscores \
           and hyphens. It starts and ends with a letter or digit, has no two of the others side by \
           side, and is no IP address.",
    why: "The service documents this, and refuses other names with InvalidTrailNameException.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html",
    check: Check::Text {
        subject: Subject::TrailName,
        check: trail_name,
        accepted: "iam-only_2",
        rejected: "iam-_only",
    },
};

fn trail_name(rule: &Rule, name: &str) -> Option<Finding> {
    let named = || format!("the name {}", shown(name));
    let is_joint = |c: char| matches!(c, '.' | '_' | '-');
    let length = name.chars().count();
    let foreign = name
        .chars()
        .find(|&c| !c.is_ascii_alphanumeric() && !is_joint(c));
    let side_by_side = || {
        let mut pairs = name.chars().zip(name.chars().skip(1));
        pairs.any(|(a, b)| is_joint(a) && is_joint(b))
    };
    let (found, expected) = if !(3..=128).contains(&length) {
        (
            format!("a name of {length} characters"),
            "3 to 128 characters",
        )
    } else if let Some(foreign) = foreign {
        (
            format!("the name {} with the character {foreign:?}", shown(name)),
            "letters and digits of ASCII, full stops, underscores and hyphens",
        )
    } else if name.starts_with(is_joint) || name.ends_with(is_joint) {
        (named(), "a letter or digit at both ends")
    } else if side_by_side() {
        (
            named(),
            "no two of full stop, underscore and hyphen side by side",
        )
    } else if name.parse::<Ipv4Addr>().is_ok() {
        (named(), "a name that is no IP address")
    } else {
        return None;
    };
    let repair = "give the name of an existing trail, as the console shows it";
    Some(rule.finding(None, found, expected, repair))
}

pub(super) const TRAIL_ARN: Rule = Rule {
    id: "trail-arn",
    chapter: Chapter::Names,
    title: "Not the ARN of a trail",
    what: "The ARN of a trail is arn, partition, cloudtrail, Region, account and trail/NAME, with \
           colons between them. Its Region is the trail's home Region.",
    why: "The service documents this form, and refuses others with CloudTrailARNInvalidException.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: TRAIL,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
    check: Check::Text {
        subject: Subject::TrailArn,
        check: |rule, text| arn(rule, text, "trail"),
        accepted: "arn:aws:cloudtrail:us-east-1:111122223333:trail/iam-only",
        rejected: "arn:aws:s3:::iam-only",
    },
};

pub(super) const STORE_ARN: Rule = Rule {
    id: "store-arn",
    chapter: Chapter::Names,
    title: "Not the ARN of a store",
    what: "The ARN of an event data store is arn, partition, cloudtrail, Region, account and \
           eventdatastore/ID, with colons between them.",
    why: "The service documents this form, and refuses others with \
          EventDataStoreARNInvalidException.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html",
    check: Check::Text {
        subject: Subject::EventDataStoreArn,
        check: |rule, text| arn(rule, text, "eventdatastore"),
        accepted: AN_EVENT_DATA_STORE,
        rejected: "arn:aws:cloudtrail:us-east-1:111122223333:trail/iam-only",
    },
};

const AN_EVENT_DATA_STORE: &str =
    "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE";

fn arn(rule: &Rule, text: &str, kind: &str) -> Option<Finding> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_account =
        |account: &str| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let is_meant = match parts.as_slice() {
        ["arn", partition, "cloudtrail", region, account, resource] => {
            !partition.is_empty()
                && !region.is_empty()
                && is_account(account)
                && resource
                    .strip_prefix(kind)
                    .and_then(|rest| rest.strip_prefix('/'))
                    .is_some_and(|name| !name.is_empty())
        }
        _ => false,
    };
    (!is_meant).then(|| {
        rule.finding(
            None,
            format!("the text {}", shown(text)),
            format!("an ARN such as arn:aws:cloudtrail:REGION:ACCOUNT:{kind}/NAME"),
            "copy the ARN from the console, or from an answer of the service",
        )
    })
}

pub(super) const STORE_NAME: Rule = Rule {
    id: "store-name",
    chapter: Chapter::Names,
    title: "Not an event data store",
    what: "An event data store is named by its ARN, or by the ID at the end of it: 3 to 256 letters \
           and digits of ASCII, full stops, underscores, hyphens, slashes and colons.",
    why: "The API's model has this length and pattern, and another text fails the whole request.",
    severity: Severity::Error,
    basis: Basis::Documented,
    destinations: STORE,
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html",
    check: Check::Text {
        subject: Subject::EventDataStore,
        check: |rule, text| {
            let length = text.chars().count();
            let allowed = |c: char| c.is_ascii_alphanumeric() || "._/-:".contains(c);
            let found = if !(3..=256).contains(&length) {
                format!("a text of {length} characters")
            } else if let Some(foreign) = text.chars().find(|&c| !allowed(c)) {
                format!("{} with the character {foreign:?}", shown(text))
            } else {
                return None;
            };
            Some(rule.finding(
                None,
                found,
                "the ARN of an event data store or the ID at its end, of 3 to 256 characters",
                "copy the ARN, which ends in eventdatastore/ID",
            ))
        },
        accepted: AN_EVENT_DATA_STORE,
        rejected: "my event data store",
    },
};

#[cfg(test)]
mod tests {
    use super::super::check_text;
    use super::*;

    #[test]
    fn names_of_trails_as_documented() {
        let longest = "n".repeat(128);
        for name in [
            "abc",
            "a.b_c-d",
            "A1B",
            "1.2.3",
            "1.2.3.400",
            longest.as_str(),
        ] {
            assert_eq!(check_text(Subject::TrailName, name), [], "{name}");
        }
        let longer = "n".repeat(129);
        for name in [
            "",
            "ab",
            "my trail",
            "-ab",
            "ab-",
            "a..b",
            "my-_trail",
            "my_-x",
            "192.168.5.4",
            "äbc",
            longer.as_str(),
        ] {
            assert_eq!(check_text(Subject::TrailName, name).len(), 1, "{name}");
        }
    }

    #[test]
    fn an_arn_is_of_its_kind() {
        let broken = |subject, text: &str| !check_text(subject, text).is_empty();
        let trail = "arn:aws-cn:cloudtrail:cn-north-1:111122223333:trail/audit";
        let store = trail.replace("trail/", "eventdatastore/");
        assert!(!broken(Subject::TrailArn, trail));
        assert!(broken(Subject::TrailArn, &store));
        assert!(!broken(Subject::EventDataStoreArn, &store));
        assert!(broken(Subject::EventDataStoreArn, trail));
        for wrong in [
            "audit",
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/",
            "arn:aws:cloudtrail:us-east-1:1111:trail/audit",
            "arn:aws:cloudtrail::111122223333:trail/audit",
            "arn::cloudtrail:us-east-1:111122223333:trail/audit",
            "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit:more",
        ] {
            assert!(broken(Subject::TrailArn, wrong), "{wrong}");
        }
    }

    #[test]
    fn stores_are_named_by_arn_or_id() {
        let longest = "n".repeat(256);
        for text in ["abc", "a/b:c.d_e-f", longest.as_str()] {
            assert_eq!(check_text(Subject::EventDataStore, text), [], "{text}");
        }
        let longer = "n".repeat(257);
        for text in ["ab", "a b", "a@b", longer.as_str()] {
            assert_eq!(check_text(Subject::EventDataStore, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_text_is_judged_by_its_own_rules() {
        assert_eq!(check_text(Subject::ReadWriteType, "All"), []);
        assert_eq!(check_text(Subject::TrailName, "readonly"), []);
        let findings = check_text(Subject::ReadWriteType, "readonly");
        assert_eq!(findings[0].rule, "basic-read-write-type");
    }
}
