//! What a plan warns of, and what it refuses: the wanted selectors held against CloudTrail's rules, the
//! place held against what it is wanted for, and what others would lose.

use std::collections::{BTreeMap, BTreeSet};

use tf_provider::{AttributePath, Diagnostics};

use super::{path, short, with_article};
use crate::intent::Intent;
use crate::provider::convert::{Fallback, Wish};
use crate::provider::explain;
use crate::rules::reach::{self, Facts};
use crate::rules::{self, Destination, Finding};
use crate::selector::{AdvancedEventSelector, MANAGEMENT, ReadWriteType, diff};

/// Rules whose findings are told otherwise, and better, because here it is known what was typed: a name
/// with another name near it, and a read-write type that was asked for.
pub(in crate::provider) const TOLD_ELSEWHERE: [&str; 2] = ["value-case", "read-write-half"];

/// Rules about what `filter_by` puts on a trail: whether it works is for CloudTrail to say, and
/// `fallback` for what comes then.
pub(in crate::provider) const OF_FILTER_BY: [&str; 2] = [
    "trail-management-event-name",
    "trail-management-event-source",
];

/// The rule about how many selectors a store has. By name and source there is one for each source.
pub(in crate::provider) const OF_SOURCES: &str = "store-selector-limit";

/// Holds the wanted set against the rules of CloudTrail, and says each rule once, however many
/// selectors there are.
pub(crate) fn wanted(
    diags: &mut Diagnostics,
    of: Destination,
    wish: &Wish,
    wanted: &[AdvancedEventSelector],
) {
    left_out(diags, &wish.intent);
    let mut by_rule: BTreeMap<&str, Finding> = BTreeMap::new();
    let findings = rules::check(wanted, of).into_iter();
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
        let too_many = (finding.rule == OF_SOURCES).then(|| too_many(of, wanted));
        if let Some((_, repair)) = &too_many {
            repair.clone_into(&mut finding.repair);
        }
        let of_value = finding.at.as_ref().is_some_and(|at| at.value.is_some());
        let path = if of_value {
            // The catalog's own values break no rule.
            AttributePath::new("include_event_names")
        } else if let Some((attribute, _)) = too_many {
            AttributePath::new(attribute)
        } else {
            explain::path_of(&finding, wish.intent.filter_by)
        };
        explain::finding(diags, path, &finding);
    }
}

/// Which attribute makes more selectors than a store has, and what to do about it: those of others that
/// are kept may leave too little room, or one for each source may be too many by themselves.
fn too_many(of: Destination, wanted: &[AdvancedEventSelector]) -> (&'static str, String) {
    let (ours, kept): (Vec<_>, Vec<_>) = wanted
        .iter()
        .cloned()
        .partition(|one| one.category() == Some(MANAGEMENT));
    let ours_fit = rules::check(&ours, of)
        .iter()
        .all(|finding| finding.rule != OF_SOURCES);
    if ours_fit {
        let (kept, ours) = (kept.len(), ours.len());
        let repair = format!(
            "preserve_other_categories = true keeps {kept} selectors of other categories, which leave \
             too little room for {ours} of management events. Put some of those that are kept into one \
             selector, take some off the event data store, or set preserve_other_categories = false, \
             which replaces them all"
        );
        return ("preserve_other_categories", repair);
    }
    let repair = "filter_by = \"event_name_and_source\" makes one selector for each event source. Choose \
                  fewer services; or whole services, which filter_by = \"event_source\" puts into one \
                  selector; or filter_by = \"event_name\", which has one for all names and takes events \
                  of other services with the same names too";
    ("filter_by", repair.to_owned())
}

/// Whether a finding is about what was asked for: a selector of another category is one that is
/// preserved, and CloudTrail has taken it before, whatever the rules say.
fn is_ours(finding: &Finding, wanted: &[AdvancedEventSelector]) -> bool {
    let preserved = |selector: &AdvancedEventSelector| selector.category() != Some(MANAGEMENT);
    let at = finding.at.as_ref().and_then(|at| wanted.get(at.selector));
    !at.is_some_and(preserved) && !TOLD_ELSEWHERE.contains(&finding.rule)
}

/// Whether the events that are wanted get there at all.
pub(crate) fn reach(diags: &mut Diagnostics, wish: &Wish, facts: &Facts<'_>) {
    for finding in reach::reaches(&wish.intent.names.services, facts) {
        explain::finding(diags, path(facts.destination), &finding);
    }
}

/// What a read-write type leaves out that its author may not expect.
pub(in crate::provider) fn left_out(diags: &mut Diagnostics, intent: &Intent) {
    let kind = intent.read_write_type;
    let rows = intent.names.rated_otherwise(kind);
    if rows.is_empty() {
        return;
    }
    let names: BTreeSet<&str> = rows.iter().map(|row| row.name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let names = names.join(", ");
    let (rated, recorded, matter) = match kind {
        ReadWriteType::WriteOnly => ("one that writes", "reading", "who takes on which role"),
        ReadWriteType::ReadOnly | ReadWriteType::All => (
            "one that reads",
            "writing",
            "who gets temporary credentials",
        ),
    };
    explain::warning(
        diags,
        AttributePath::new("read_write_type"),
        format!("{} leaves out {names}", kind.as_str()),
        format!(
            "The access level of {names} is {rated}, and CloudTrail records these events as {recorded} \
             ones, so that {kind} does not log {matter}. Use read_write_type = \"All\" to log it, or \
             leave these names out (exclude_event_names) if that is meant. Source: \
             https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html",
            kind = kind.as_str(),
        ),
    );
}

/// Says which selectors of others an apply will take away. What nobody has chosen is none of theirs.
pub(crate) fn replacement(
    diags: &mut Diagnostics,
    of: Destination,
    live: &[AdvancedEventSelector],
    wanted: &[AdvancedEventSelector],
    is_service_default: bool,
) {
    let kept = |one: &&AdvancedEventSelector| {
        !wanted
            .iter()
            .any(|wanted| diff::same(std::slice::from_ref(wanted), std::slice::from_ref(*one)))
    };
    if is_service_default || diff::same(live, wanted) {
        return;
    }
    let lost: Vec<_> = live
        .iter()
        .filter(kept)
        .map(|one| format!("  - {}", one.summary()))
        .collect();
    if lost.is_empty() {
        return;
    }
    explain::warning(
        diags,
        path(of),
        format!("Selectors on the {} will be replaced", short(of)),
        format!(
            "{} has one set of selectors, and someone has set this one's. The apply replaces:\n{}\
             \n\nThey are remembered in replaced_selectors, and put back on destroy unless on_destroy \
             says otherwise. To keep selectors for data and network activity events, set \
             preserve_other_categories = true.",
            with_article(of),
            lost.join("\n")
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::{OF_FILTER_BY, OF_SOURCES, TOLD_ELSEWHERE, is_ours};
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
        let store = Destination::EventDataStore;
        assert!(rules::rule(OF_SOURCES).is_some_and(|rule| rule.holds_at(store)));
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
