//! What a text of the session has to look like: one rule a kind of text, each with what it expects in
//! words, so that the check and the message can't differ.
//!
//! The limits are those of
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html> and
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>. May
//! import `explain`, the value types and `aws`.

use serde_json::{Map, Value};
use tf_provider::{AttributePath, Diagnostics};

use super::model::TextList;
use crate::aws::config::is_spelled_like_a_region;
use crate::provider::explain;
use crate::provider::iam_only_trail_selector::model::Text;

/// What a text has to look like.
pub(super) struct Rule {
    /// Summary of the error.
    pub(super) summary: &'static str,
    /// What is expected, and what to do: whole sentences.
    pub(super) expected: &'static str,
    /// Whether a text keeps the rule.
    pub(super) keeps: fn(&str) -> bool,
}

/// An account's id.
pub(super) const ACCOUNT_ID: Rule = Rule {
    summary: "Not an account id",
    expected: "Expected the 12 digits of an AWS account, in quotation marks: without them Terraform \
               takes leading zeros away.",
    keeps: is_account_id,
};

/// The ARN of a role.
pub(super) const ROLE_ARN: Rule = Rule {
    summary: "Not the ARN of an IAM role",
    expected: "Expected `arn:<partition>:iam::<12 digits>:role/<name>`, such as \
               `arn:aws:iam::111122223333:role/audit`. The ARN of an assumed role (`sts`, \
               `assumed-role`) names a session: give its role's.",
    keeps: is_role_arn,
};

/// The ARN of anything.
pub(super) const ARN: Rule = Rule {
    summary: "Not an ARN",
    expected: "Expected the ARN of an IAM managed policy, such as \
               `arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess`.",
    keeps: is_arn,
};

/// The name of a role's session.
pub(super) const SESSION_NAME: Rule = Rule {
    summary: "Not a session name",
    expected: "Expected 2 to 64 characters: letters, digits, and any of `_+=,.@-`.",
    keeps: is_session_name,
};

/// A source identity.
pub(super) const SOURCE_IDENTITY: Rule = Rule {
    summary: "Not a source identity",
    expected: "Expected 2 to 64 characters: letters, digits, and any of `_+=,.@-`.",
    keeps: is_session_name,
};

/// An external id.
pub(super) const EXTERNAL_ID: Rule = Rule {
    summary: "Not an external id",
    expected: "Expected 2 to 1,224 characters, as the role's trust policy has them.",
    keeps: |text| (2..=1_224).contains(&text.chars().count()),
};

/// A session policy.
pub(super) const POLICY: Rule = Rule {
    summary: "Not a policy",
    expected: "Expected a policy as a JSON object. `jsonencode` writes one.",
    keeps: |text| serde_json::from_str::<Map<String, Value>>(text).is_ok(),
};

/// A Region.
pub(super) const REGION: Rule = Rule {
    summary: "Not the name of a Region",
    expected: "Expected one such as `us-east-1` or `us-gov-west-1`: words of small letters and a \
               number, joined by hyphens. skip_region_validation takes any spelling.",
    keeps: is_spelled_like_a_region,
};

/// A URL.
pub(super) const URL: Rule = Rule {
    summary: "Not a URL",
    expected: "Expected a URL that begins with `https://` or `http://`.",
    keeps: |text| text.starts_with("http://") || text.starts_with("https://"),
};

impl Rule {
    /// Reads a text: nothing if it is unset, empty or not known yet. One that breaks the rule becomes
    /// an error.
    pub(super) fn text(
        &self,
        diags: &mut Diagnostics,
        path: AttributePath,
        given: &Text,
    ) -> Option<String> {
        let text = given.as_ref_option().filter(|text| !text.is_empty())?;
        self.check(diags, path, text);
        Some(text.clone())
    }

    /// Reads several texts, those that are known.
    pub(super) fn texts(
        &self,
        diags: &mut Diagnostics,
        path: &AttributePath,
        given: &TextList,
    ) -> Vec<String> {
        let texts = list(given);
        for text in &texts {
            self.check(diags, path.clone(), text);
        }
        texts
    }

    fn check(&self, diags: &mut Diagnostics, path: AttributePath, text: &str) {
        if !(self.keeps)(text) {
            let detail = format!("Found `{text}`. {}", self.expected);
            explain::error(diags, path, self.summary, detail);
        }
    }
}

/// The texts of a list or set that are known, in its order.
pub(super) fn list(given: &TextList) -> Vec<String> {
    let elements = given.as_ref_option().into_iter().flatten();
    elements
        .filter_map(|element| element.as_ref_option().cloned())
        .collect()
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_role_arn(text: &str) -> bool {
    match text.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "iam", "", account, resource] => {
            !partition.is_empty()
                && is_account_id(account)
                && resource
                    .strip_prefix("role/")
                    .is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
        }
        _ => false,
    }
}

fn is_arn(text: &str) -> bool {
    match text.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, service, _, _, resource] => ![partition, service, resource]
            .iter()
            .any(|part| part.is_empty()),
        _ => false,
    }
}

fn is_session_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    (2..=64).contains(&text.len()) && text.chars().all(allowed)
}
