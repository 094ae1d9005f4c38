//! Which trail a user means, and in which Region it is at home.
//!
//! CloudTrail changes a trail in its home Region only, and the Region in a trail's ARN is its home
//! (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>), so an
//! ARN needs no look-up. A bare name is looked up in the Region that the user gave. May import
//! nothing of ours; `aws` does the asking.

use std::fmt;
use std::net::Ipv4Addr;

/// The ARN of a trail, taken apart: `arn:<partition>:cloudtrail:<region>:<account>:trail/<name>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailArn {
    partition: String,
    region: String,
    account: String,
    name: String,
}

impl TrailArn {
    /// Takes an ARN apart.
    ///
    /// # Errors
    ///
    /// [`NameError`], where the text is not the ARN of a trail.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let wrong = |why| NameError {
            found: text.to_owned(),
            why,
        };
        let parts = take_apart(text, TRAIL).map_err(wrong)?;
        check_trail_name(&parts.name)?;
        Ok(Self {
            partition: parts.partition,
            region: parts.region,
            account: parts.account,
            name: parts.name,
        })
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The trail's home Region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account that owns the trail, twelve digits. For an organization trail this is the
    /// management account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The trail's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for TrailArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "arn:{}:cloudtrail:{}:{}:trail/{}",
            self.partition, self.region, self.account, self.name
        )
    }
}

/// What a user may give for a trail: its ARN, or its bare name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailReference {
    /// The ARN, which says where the trail is at home.
    Arn(TrailArn),
    /// The name of a trail in the caller's own account.
    Name(String),
}

impl TrailReference {
    /// Reads a name or an ARN.
    ///
    /// # Errors
    ///
    /// [`NameError`], where it is neither.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.starts_with("arn:") {
            return TrailArn::parse(text).map(Self::Arn);
        }
        check_trail_name(text)?;
        Ok(Self::Name(text.to_owned()))
    }

    /// Whether this can be the trail of that ARN: the same ARN, or its bare name.
    #[must_use]
    pub fn names(&self, arn: &TrailArn) -> bool {
        match self {
            Self::Arn(own) => own == arn,
            Self::Name(name) => *name == arn.name,
        }
    }
}

/// What an ARN of CloudTrail may be of.
#[derive(Debug, Clone, Copy)]
pub(super) struct ArnOf {
    /// What its last part begins with, before the `/`.
    pub(super) kind: &'static str,
    /// What stands behind the `/`.
    pub(super) name: &'static str,
    /// What it is the ARN of, with its article.
    pub(super) noun: &'static str,
}

/// The ARN of a trail.
const TRAIL: ArnOf = ArnOf {
    kind: "trail",
    name: "name",
    noun: "a trail",
};

/// The parts of an ARN of CloudTrail that differ from one to the next.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) partition: String,
    pub(super) region: String,
    pub(super) account: String,
    pub(super) name: String,
}

/// Takes an ARN of CloudTrail apart, or says which rule it breaks, as the end of a sentence.
pub(super) fn take_apart(text: &str, of: ArnOf) -> Result<Parts, String> {
    let mut parts = text.splitn(6, ':');
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (arn, partition, service, region, account, resource) =
        (next(), next(), next(), next(), next(), next());
    let ArnOf { kind, name, noun } = of;
    if arn != "arn" || resource.is_empty() {
        return Err(format!(
            "an ARN has six parts: arn:<partition>:cloudtrail:<region>:<account>:{kind}/<{name}>"
        ));
    }
    if service != "cloudtrail" {
        let of_cloudtrail = noun.split_once(' ').map_or(noun, |(_, noun)| noun);
        return Err(format!(
            "it is the ARN of something in `{service}`, not of a CloudTrail {of_cloudtrail}"
        ));
    }
    let (found, name) = resource.split_once('/').unwrap_or((&resource, ""));
    if found != kind || !resource.contains('/') {
        return Err(format!(
            "it is the ARN of a CloudTrail `{found}`, not of {noun}"
        ));
    }
    if partition.is_empty() || region.is_empty() {
        return Err("its partition or Region is empty".to_owned());
    }
    if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
        return Err("its account is not twelve digits".to_owned());
    }
    Ok(Parts {
        name: name.to_owned(),
        partition,
        region,
        account,
    })
}

/// A text that names no trail, or no event data store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    /// The text.
    pub found: String,
    /// Which rule it breaks, as the end of a sentence.
    pub why: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, but {}", self.found, self.why)
    }
}

impl std::error::Error for NameError {}

/// The naming rules of
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html>.
fn check_trail_name(name: &str) -> Result<(), NameError> {
    let wrong = |why: String| {
        Err(NameError {
            found: name.to_owned(),
            why,
        })
    };
    let is_separator = |c: char| matches!(c, '.' | '_' | '-');
    let length = name.chars().count();
    if !(3..=128).contains(&length) {
        return wrong(format!(
            "a trail name has 3 to 128 characters, this has {length}"
        ));
    }
    if let Some(c) = name
        .chars()
        .find(|&c| !c.is_ascii_alphanumeric() && !is_separator(c))
    {
        return wrong(format!(
            "a trail name has ASCII letters, digits and `.`, `_`, `-` only, this has `{c}`"
        ));
    }
    if name.starts_with(is_separator) || name.ends_with(is_separator) {
        return wrong("a trail name starts and ends with a letter or digit".to_owned());
    }
    let follows = name.chars().skip(1);
    if name
        .chars()
        .zip(follows)
        .any(|(a, b)| is_separator(a) && is_separator(b))
    {
        return wrong("a trail name has no two of `.`, `_`, `-` side by side".to_owned());
    }
    if name.parse::<Ipv4Addr>().is_ok() {
        return wrong("a trail name may not look like an IP address".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{TrailArn, TrailReference};

    const ARN: &str = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit";

    /// An ARN comes out as it went in, and says its home.
    #[test]
    fn an_arn_says_its_home_region() {
        let arn = TrailArn::parse(ARN).unwrap();
        assert_eq!(arn.to_string(), ARN);
        assert_eq!(
            (arn.region(), arn.account(), arn.name()),
            ("eu-west-1", "111122223333", "audit")
        );
    }

    /// The bare name of a trail and its ARN are the same trail; another Region is another.
    #[test]
    fn name_and_arn_are_one_trail() {
        let arn = TrailArn::parse(ARN).unwrap();
        assert!(TrailReference::parse("audit").unwrap().names(&arn));
        assert!(TrailReference::parse(ARN).unwrap().names(&arn));
        assert!(!TrailReference::parse("audit2").unwrap().names(&arn));
        assert!(
            !TrailReference::parse(&ARN.replace("eu-west-1", "us-east-1"))
                .unwrap()
                .names(&arn)
        );
    }

    /// What is no trail says which rule it breaks.
    #[test]
    fn what_is_no_trail_says_why() {
        for (text, why) in [
            ("arn:aws:s3:::bucket", "in `s3`"),
            (
                "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/x-y",
                "`eventdatastore`",
            ),
            (
                "arn:aws:cloudtrail:us-east-1:1111:trail/audit",
                "twelve digits",
            ),
            ("arn:aws:cloudtrail", "six parts"),
            ("ab", "this has 2"),
            ("my trail", "` `"),
            ("-trail", "starts and ends"),
            ("my-_trail", "side by side"),
            ("192.168.5.4", "IP address"),
        ] {
            let error = TrailReference::parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
