//! What a plan warns of, and what it refuses: the wanted selectors held against CloudTrail's rules, the
//! trail held against what it is wanted for, and what others would lose.

use std::collections::BTreeMap;

use tf_provider::{AttributePath, Diagnostics};

use super::plan::Outcome;
use crate::aws::home_region::TrailArn;
use crate::aws::trail::Trail;
use crate::catalog::Service;
use crate::intent::FilterBy;
use crate::provider::convert::{Fallback, Wish};
use crate::provider::explain;
use crate::provider::shared::Configured;
use crate::rules::{self, Destination, Finding};
use crate::selector::{AdvancedEventSelector, MANAGEMENT, ReadWriteType, Selectors, diff};

/// Rules whose findings are told otherwise, and better, because here it is known what was typed: a name
/// with another name near it, and a read-write type that was asked for.
pub(crate) const TOLD_ELSEWHERE: [&str; 2] = ["value-case", "read-write-half"];

/// Rules about what `filter_by` puts on a trail: whether it works is for CloudTrail to say, and
/// `fallback` for what comes then.
pub(crate) const OF_FILTER_BY: [&str; 2] = [
    "trail-management-event-name",
    "trail-management-event-source",
];

/// Holds the wanted set against the rules of CloudTrail, and says each rule once, however many
/// selectors there are.
pub(super) fn wanted(diags: &mut Diagnostics, wish: &Wish, wanted: &[AdvancedEventSelector]) {
    left_out(diags, wish);
    let mut by_rule: BTreeMap<&str, Finding> = BTreeMap::new();
    let findings = rules::check_trail(wanted).into_iter();
    for finding in findings.filter(|finding| is_ours(finding, wanted)) {
        by_rule
            .entry(finding.rule)
            .and_modify(|first| first.found = format!("{}; {}", first.found, finding.found))
            .or_insert(finding);
    }
    for mut finding in by_rule.into_values() {
        if OF_FILTER_BY.contains(&finding.rule) {
            let advice = match wish.fallback {
                Fallback::None => {
                    "The service decides at apply. If it refuses, the apply fails and changes \
                     nothing. Set fallback = \"exclusion\" to get the narrowest documented selectors \
                     in that case, or filter_by = \"exclusion\" to ask for them straight away"
                }
                Fallback::Exclusion => {
                    "The service decides at apply. If it refuses, the trail gets the narrowest \
                     documented selectors, as fallback = \"exclusion\" asks for"
                }
            };
            advice.clone_into(&mut finding.repair);
        }
        let of_value = finding.at.as_ref().is_some_and(|at| at.value.is_some());
        let path = if of_value {
            // The catalog's own values break no rule.
            AttributePath::new("include_event_names")
        } else {
            explain::path_of(&finding, wish.intent.filter_by)
        };
        explain::finding(diags, path, &finding);
    }
}

/// Whether a finding is about what was asked for: a selector of another category is one that is
/// preserved, and CloudTrail has taken it before, whatever the rules say.
fn is_ours(finding: &Finding, wanted: &[AdvancedEventSelector]) -> bool {
    let preserved = |selector: &AdvancedEventSelector| selector.category() != Some(MANAGEMENT);
    let at = finding.at.as_ref().and_then(|at| wanted.get(at.selector));
    !at.is_some_and(preserved) && !TOLD_ELSEWHERE.contains(&finding.rule)
}

/// Holds what a trail is against what it is wanted for.
pub(super) fn trail(diags: &mut Diagnostics, configured: &Configured, wish: &Wish, trail: &Trail) {
    reach(
        diags,
        wish,
        &trail.arn,
        trail.multi_region,
        trail.global_service_events,
    );
    let starves = wish.intent.filter_by != FilterBy::Exclusion
        || wish.intent.read_write_type == ReadWriteType::ReadOnly;
    if trail.insights && starves {
        explain::warning(
            diags,
            AttributePath::new("trail_name"),
            "Insights will see IAM events only",
            "The trail has CloudTrail Insights on. Insights analyses only what the trail logs, so \
             from now on it will find unusual activity in the selected events alone; with \
             read_write_type = \"ReadOnly\" the call-rate Insights have nothing left to analyse. Keep \
             Insights on a trail that logs all management events. Source: \
             https://docs.aws.amazon.com/awscloudtrail/latest/userguide/insights-events-cli-enable.html",
        );
    }
    let owner = trail.arn.account();
    if let Some(caller) = configured
        .session
        .as_ref()
        .and_then(|session| session.caller_account())
        && trail.organization
        && caller != owner
    {
        explain::warning(
            diags,
            AttributePath::new("trail_name"),
            "Organization trail of another account",
            format!(
                "The trail belongs to the organization's management account {owner}, the credentials \
                 to account {caller}. CloudTrail lets the management account and a delegated \
                 administrator change it, a member account not: if {caller} is a member, the apply \
                 will be refused and change nothing. Source: \
                 https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html"
            ),
        );
    }
}

/// Whether the events that are wanted reach a trail at all.
pub(super) fn reach(
    diags: &mut Diagnostics,
    wish: &Wish,
    arn: &TrailArn,
    multi_region: bool,
    global_service_events: bool,
) {
    let facts = rules::reach::Facts {
        destination: Destination::Trail,
        home_region: arn.region(),
        partition: arn.partition(),
        multi_region,
        global_service_events,
    };
    for finding in rules::reach::reaches(&wish.intent.names.services, &facts) {
        explain::finding(diags, AttributePath::new("trail_name"), &finding);
    }
}

/// What a wish leaves out that its author may not expect.
fn left_out(diags: &mut Diagnostics, wish: &Wish) {
    if wish.intent.read_write_type == ReadWriteType::WriteOnly
        && wish.intent.names.services.contains(&Service::Sts)
    {
        explain::warning(
            diags,
            AttributePath::new("read_write_type"),
            "WriteOnly leaves out AssumeRole",
            "CloudTrail records AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity and \
             GetCallerIdentity as read-only events, so WriteOnly does not log who takes on which \
             role. Use read_write_type = \"All\" to see it. Source: \
             https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html",
        );
    }
}

/// Says which selectors of others an apply will take from the trail.
pub(super) fn replacement(
    diags: &mut Diagnostics,
    on_trail: &[AdvancedEventSelector],
    outcome: &Outcome,
    verbatim: &Selectors,
) {
    let kept = |one: &&AdvancedEventSelector| {
        !outcome
            .wanted
            .iter()
            .any(|wanted| diff::same(std::slice::from_ref(wanted), std::slice::from_ref(*one)))
    };
    if verbatim.is_service_default() || diff::same(on_trail, &outcome.wanted) {
        return;
    }
    let lost: Vec<_> = on_trail
        .iter()
        .filter(kept)
        .map(|one| format!("  - {}", one.summary()))
        .collect();
    if lost.is_empty() {
        return;
    }
    explain::warning(
        diags,
        AttributePath::new("trail_name"),
        "Selectors on the trail will be replaced",
        format!(
            "A trail has one set of selectors, and someone has set this one's. The apply replaces:\n{}\
             \n\nThey are remembered in replaced_selectors, and put back on destroy unless on_destroy \
             says otherwise. To keep selectors for data and network activity events, set \
             preserve_other_categories = true.",
            lost.join("\n")
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::{OF_FILTER_BY, TOLD_ELSEWHERE, is_ours};
    use crate::rules::{self, Destination};
    use crate::selector::{AdvancedEventSelector, Field, FieldSelector};

    fn selector(fields: &[(Field, &str)]) -> AdvancedEventSelector {
        let fields = fields.iter().cloned();
        let fields = fields.map(|(field, value)| FieldSelector::equals(field, [value]).unwrap());
        AdvancedEventSelector::new(None, fields.collect()).unwrap()
    }

    /// The rules that are named here are there, for trails.
    #[test]
    fn rules_named_here_exist() {
        for id in OF_FILTER_BY.iter().chain(&TOLD_ELSEWHERE) {
            let rule = rules::rule(id);
            assert!(
                rule.is_some_and(|rule| rule.holds_at(Destination::Trail)),
                "{id}"
            );
        }
    }

    /// A preserved selector is on the trail, so that no rule speaks against it; ours are judged, and
    /// the values of all are counted.
    #[test]
    fn preserved_selectors_are_counted_and_not_judged() {
        let preserved = selector(&[
            (Field::EventCategory, "Data"),
            (Field::Other("previewField".to_owned()), "x"),
        ]);
        let ours = selector(&[
            (Field::EventCategory, "Management"),
            (Field::EventName, "CreateUser"),
        ]);
        let mut set = vec![preserved, ours];
        let told = |set: &[AdvancedEventSelector]| -> Vec<&'static str> {
            let findings = rules::check_trail(set).into_iter();
            let ours = findings.filter(|finding| is_ours(finding, set));
            ours.map(|finding| finding.rule).collect()
        };
        assert!(rules::check_trail(&set).len() > 2);
        assert_eq!(told(&set), ["trail-management-event-name"]);
        let values = (0..500).map(|number| number.to_string());
        let category = FieldSelector::equals(Field::EventCategory, ["Data"]).unwrap();
        let arns = FieldSelector::equals(Field::ResourcesArn, values).unwrap();
        set.push(AdvancedEventSelector::new(None, vec![category, arns]).unwrap());
        assert_eq!(
            told(&set),
            ["trail-value-limit", "trail-management-event-name"]
        );
    }
}
