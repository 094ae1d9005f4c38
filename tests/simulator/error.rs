//! Refusals: the code, status and message that go over the wire, and the mark that says whether
//! AWS documents the refusal or the simulator assumes it.
//!
//! Imports [`super::rule`], whose table is the one place where a mark is given.

use serde_json::{Value, json};

use super::rule::Rule;

/// How sure it is that AWS refuses this, and so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// AWS documents it; the page.
    Documented(&'static str),
    /// AWS does not document it, or not with this code; why it is assumed.
    Assumed(&'static str),
    /// Neither: a test ordered it.
    Ordered,
}

/// A request that is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The rule's name, of [`super::rule::all`]; `ordered` for a fault.
    pub(crate) rule: &'static str,
    /// The error code.
    pub(crate) code: String,
    /// HTTP status.
    pub(crate) status: u16,
    /// The message.
    pub(crate) message: String,
    /// Documented or assumed.
    pub(crate) mark: Mark,
}

impl Refusal {
    /// A refusal by a rule, with what was wrong this time.
    pub(crate) fn new(rule: &Rule, message: impl Into<String>) -> Self {
        Self {
            rule: rule.name,
            code: rule.code.to_owned(),
            status: rule.status,
            message: message.into(),
            mark: rule.mark,
        }
    }

    /// A refusal that a test ordered.
    pub(crate) fn ordered(status: u16, code: &str, message: &str) -> Self {
        Self {
            rule: "ordered",
            code: code.to_owned(),
            status,
            message: message.to_owned(),
            mark: Mark::Ordered,
        }
    }

    /// The body of the answer in AWS JSON 1.1. Errors of `CloudTrail` itself spell `Message`, as
    /// <https://github.com/aws/aws-sdk-go-v2/issues/1957> shows; those from the layers before it
    /// spell `message` (assumed).
    pub(crate) fn to_json(&self) -> Value {
        let common = COMMON.contains(&self.code.as_str());
        let key = if common { "message" } else { "Message" };
        json!({ "__type": self.code, key: self.message })
    }
}

/// Codes that do not come from `CloudTrail` itself.
const COMMON: &[&str] = &[
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InternalFailure",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SerializationException",
    "ServiceUnavailable",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationException",
];
