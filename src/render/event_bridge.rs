//! Patterns for rules of `EventBridge`.
//!
//! Imports its parent and `selector`. Next: `split.rs`, for patterns that would be too long.

use super::split::{Part, Unit, split};
use super::tree::Tree;
use super::{Format, Order};
use crate::selector::ReadWriteType;

/// The most characters a pattern may have in an account whose quota nobody has raised
/// (<https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>). No account takes more than
/// 4,096 (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>).
const LIMIT: usize = 2048;

/// The types under which CloudTrail's management events of any source come.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
const DETAIL_TYPES: [&str; 3] = [
    "AWS API Call via CloudTrail",
    "AWS Service Event via CloudTrail",
    "AWS Console Action via CloudTrail",
];

/// The type of sign-in events, as public rules have it, and as the page above prints it.
const SIGN_IN_TYPES: [&str; 2] = [
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
];

/// The source whose events may be of [`SIGN_IN_TYPES`].
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>
const SIGN_IN: &str = "signin.amazonaws.com";

/// Patterns of rules.
pub(super) const EVENT_BRIDGE_PATTERNS: Format = Format {
    key: "event_bridge_patterns",
    what: "Event patterns for rules of EventBridge that match exactly the chosen events; more than \
           one, a rule each, where one would have over 2,048 characters.",
    source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html",
    limit: Some(LIMIT),
    tried: "moto's EventBridge, AWS's Event Ruler",
    render,
};

fn render(order: &Order) -> Vec<String> {
    let (narrowed, whole): (Vec<_>, Vec<_>) = order
        .sources
        .iter()
        .partition(|source| source.names.is_some());
    let whole = whole.into_iter().map(|source| Unit { source, name: None });
    let named = narrowed.into_iter().flat_map(|source| {
        let names = source.names.iter().flatten();
        names.map(move |name| Unit {
            source,
            name: Some(name),
        })
    });
    // Whole sources first, so that they are one alternative of one pattern.
    let units: Vec<Unit<'_>> = whole.chain(named).collect();
    split(&units, LIMIT, |parts| {
        pattern(parts, order.read_write_type).compact()
    })
}

fn pattern(parts: &[Part<'_>], read_write_type: ReadWriteType) -> Tree {
    let sources = parts.iter().map(|part| source(&part.source.event_source));
    let signs_in = parts.iter().any(|part| part.source.event_source == SIGN_IN);
    let sign_in_types = SIGN_IN_TYPES.iter().filter(|_| signs_in);
    let types = DETAIL_TYPES.iter().chain(sign_in_types).copied();
    let whole: Vec<&str> = parts
        .iter()
        .filter(|part| part.names.is_empty())
        .flat_map(|part| part.source.spellings())
        .collect();
    let whole = (!whole.is_empty()).then(|| vec![("eventSource", Tree::texts(whole))]);
    let narrowed = parts.iter().filter(|part| !part.names.is_empty());
    let narrowed = narrowed.map(|part| {
        let names = part.names.iter().copied();
        vec![
            ("eventSource", Tree::texts(part.source.spellings())),
            ("eventName", Tree::texts(names)),
        ]
    });
    let mut alternatives: Vec<_> = whole.into_iter().chain(narrowed).collect();
    let mut detail = match alternatives.pop() {
        Some(only) if alternatives.is_empty() => only,
        last => {
            let alternatives = alternatives.into_iter().chain(last);
            vec![("$or", Tree::List(alternatives.map(Tree::Map).collect()))]
        }
    };
    if let Some(value) = read_write_type.read_only_value() {
        // A Boolean in the record, and so in the pattern, where a selector has a text.
        let flag = Tree::Flag(value == "true");
        detail.push(("readOnly", Tree::List(vec![flag])));
    }
    Tree::Map(vec![
        ("source", Tree::texts(sources)),
        ("detail-type", Tree::texts(types)),
        ("detail", Tree::Map(detail)),
    ])
}

/// The `source` of a service's events: `aws.iam` for `iam.amazonaws.com`.
///
/// Documented for IAM, STS, Identity Store and the Identity Center OIDC service
/// (<https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-iam.html> and its neighbours), in
/// public rules for AWS Sign-In, and assumed of the others.
fn source(event_source: &str) -> String {
    let service = event_source.split('.').next().unwrap_or_default();
    format!("aws.{service}")
}
