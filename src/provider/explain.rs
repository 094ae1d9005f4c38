//! What a user reads: every error and warning as summary, detail, path and next step.
//!
//! A summary has at most eight words. A detail says what was found, what was expected or what is
//! left unchanged, and what to do. Nothing here prints a credential or the name of a Rust type: the
//! only foreign words are AWS's own messages. What a failed call is told as stands in [`mod@failure`]. May
//! import all but `plugin`.

mod failure;

use tf_provider::{AttributePath, Diagnostic, Diagnostics};

use crate::intent::{FilterBy, IntentError, NameFilter, NoNames};
use crate::rules::{Finding, RULES, Severity};
use crate::selector::{NAME_MAX, ShapeError};

pub(crate) use self::failure::failure;

/// Adds an error. Built field by field: the library's own constructor would append a backtrace to
/// the user's message wherever `RUST_BACKTRACE` is set.
pub(crate) fn error(
    diags: &mut Diagnostics,
    attribute: AttributePath,
    summary: impl Into<String>,
    detail: impl Into<String>,
) {
    diags.errors.push(diagnostic(attribute, summary, detail));
}

/// Adds a warning.
pub(crate) fn warning(
    diags: &mut Diagnostics,
    attribute: AttributePath,
    summary: impl Into<String>,
    detail: impl Into<String>,
) {
    diags.warnings.push(diagnostic(attribute, summary, detail));
}

fn diagnostic(
    attribute: AttributePath,
    summary: impl Into<String>,
    detail: impl Into<String>,
) -> Diagnostic {
    Diagnostic {
        summary: summary.into().into(),
        detail: detail.into().into(),
        attribute,
    }
}

/// Adds what a rule has found, on the attribute that put it there.
pub(crate) fn finding(diags: &mut Diagnostics, attribute: AttributePath, finding: &Finding) {
    let detail = format!(
        "Found: {}\n\nExpected: {}\n\n{}\n\n{} ({})",
        sentence(&finding.found),
        sentence(&finding.expected),
        sentence(&finding.repair),
        finding.source,
        finding.rule
    );
    let rule = RULES.iter().find(|rule| rule.id == finding.rule);
    let summary = rule.map_or(finding.rule, |rule| rule.title);
    match finding.severity {
        Severity::Error => error(diags, attribute, summary, detail),
        Severity::Warning => warning(diags, attribute, summary, detail),
    }
}

/// A clause as a sentence of its own: a capital unless it begins with a name that has none, a stop.
fn sentence(clause: &str) -> String {
    let first_word = clause.split(' ').next().unwrap_or_default();
    let is_name =
        first_word.contains(['.', '_']) || first_word.chars().skip(1).any(char::is_uppercase);
    let mut letters = clause.chars();
    let mut text: String = match letters.next() {
        Some(first) if !is_name => first.to_uppercase().chain(letters).collect(),
        _ => clause.to_owned(),
    };
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// The attribute that a rule's finding about our own selectors comes from.
pub(crate) fn path_of(finding: &Finding, filter_by: FilterBy) -> AttributePath {
    let carries_names = match filter_by {
        FilterBy::EventName | FilterBy::EventNameAndSource => true,
        FilterBy::EventSource | FilterBy::Exclusion => false,
    };
    AttributePath::new(match finding.severity {
        Severity::Error if carries_names => "include_event_names",
        Severity::Error | Severity::Warning => "filter_by",
    })
}

/// Adds why an intent comes to no selectors.
pub(crate) fn intent(diags: &mut Diagnostics, wrong: &IntentError) {
    let (name, summary) = match wrong {
        IntentError::NoNames {
            why: NoNames::NothingSelected,
        } => ("services", "No event names are selected"),
        IntentError::NoNames {
            why: NoNames::AllExcluded,
        } => ("exclude_event_names", "All event names are excluded"),
        IntentError::NoNames {
            why: NoNames::AllDropped { .. },
        } => ("read_write_type", "The read-write type leaves no names"),
        IntentError::NotNarrowable { .. } => ("filter_by", "An event source can't be narrowed"),
        IntentError::NoSource { .. } => (
            "include_event_names",
            "The event source of a name is unknown",
        ),
        IntentError::Shape(ShapeError::NameTooLong { .. } | ShapeError::NameLineBreak { .. }) => {
            ("selector_name", "Not a selector name")
        }
        IntentError::Shape(_) => ("include_event_names", "A selector can't be built"),
    };
    let mut detail = format!("Found: {}", sentence(&wrong.to_string()));
    if matches!(wrong, IntentError::NotNarrowable { .. }) {
        detail.push_str(
            "\n\nSet filter_by = \"event_name_and_source\" to narrow the sources by name, or leave \
             access_levels, resource_families, include_event_names and exclude_event_names empty.",
        );
    }
    error(diags, AttributePath::new(name), summary, detail);
}

/// Adds a warning for each name that the catalog does not know.
pub(crate) fn unknown_names(
    diags: &mut Diagnostics,
    root: &AttributePath,
    (include, exclude): (&'static str, &'static str),
    names: &NameFilter,
) {
    for unknown in names.unknown_names() {
        let name = if unknown.excluded { exclude } else { include };
        let advice = match unknown.did_you_mean {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "No name of the catalog is near.".to_owned(),
        };
        let effect = if unknown.excluded {
            "it takes nothing away"
        } else {
            "it is used as it stands, and matches nothing if no such event exists"
        };
        warning(
            diags,
            root.clone().attribute(name),
            "Event name not in the catalog",
            format!(
                "Found `{}` in {name}. {advice}\n\nAWS adds names, so this is no error; {effect}. \
                 CloudTrail compares names exactly, upper and lower case included.",
                unknown.name
            ),
        );
    }
}

/// Adds an error for a data source that needs the provider's choice of names before that is known.
pub(crate) fn unconfigured_catalog(diags: &mut Diagnostics) {
    error(
        diags,
        AttributePath::root(),
        "The provider is not configured yet",
        "The provider's event_catalog depends on values that are not known yet. Set the five filters of \
         this data source, or apply what the block depends on first.",
    );
}

/// Adds an error for a selector name that CloudTrail would not take.
pub(crate) fn selector_name(diags: &mut Diagnostics, wrong: &ShapeError) {
    error(
        diags,
        AttributePath::new("selector_name"),
        "Not a selector name",
        format!(
            "Found: {}\n\nExpected at most {NAME_MAX} characters in one line.",
            sentence(&wrong.to_string())
        ),
    );
}

#[cfg(test)]
mod tests {
    use tf_provider::{AttributePath, Diagnostics};

    use super::{finding, intent, sentence, unknown_names};
    use crate::catalog::Service;
    use crate::intent::{FilterBy, Intent, IntentError, NameFilter, NoNames};
    use crate::rules::{self, RULES};
    use crate::selector::ReadWriteType;

    /// The title of every rule fits into a summary.
    #[test]
    fn rule_titles_are_summaries() {
        for rule in RULES {
            assert!(
                rule.title.split(' ').count() <= 8,
                "{}: {}",
                rule.id,
                rule.title
            );
            assert!(!rule.title.ends_with('.'), "{}: {}", rule.id, rule.title);
        }
    }

    /// A finding names its rule and its source, on the attribute it comes from.
    #[test]
    fn findings_name_their_rule_and_source() {
        let intent = Intent {
            selector_name: None,
            names: NameFilter::default(),
            read_write_type: ReadWriteType::All,
            filter_by: FilterBy::EventName,
        };
        let found = rules::check_trail(&intent.resolve().unwrap().selectors);
        assert!(!found.is_empty());
        for one in found {
            let mut diags = Diagnostics::default();
            finding(&mut diags, super::path_of(&one, intent.filter_by), &one);
            let shown = &diags.warnings[0];
            assert!(shown.detail.contains(one.rule) && shown.detail.contains("https://"));
            assert_eq!(shown.attribute, AttributePath::new("filter_by"));
        }
    }

    /// `filter_by` once began a sentence as `Filter_by`.
    #[test]
    fn regression_an_argument_begins_a_sentence_as_it_is_typed() {
        assert_eq!(
            sentence("filter_by = \"x\" is one"),
            "filter_by = \"x\" is one."
        );
        assert_eq!(sentence("eventName is one"), "eventName is one.");
        assert_eq!(sentence("choose another!"), "Choose another!");
    }

    /// A misspelt name is a warning that asks for the nearest one, never an error.
    #[test]
    fn a_misspelt_name_is_a_question() {
        let names = NameFilter {
            include: ["CreateUsr".to_owned()].into(),
            services: [Service::Iam].into(),
            ..NameFilter::default()
        };
        let mut diags = Diagnostics::default();
        unknown_names(
            &mut diags,
            &AttributePath::root(),
            ("include", "exclude"),
            &names,
        );
        assert!(diags.errors.is_empty());
        assert!(
            diags.warnings[0]
                .detail
                .contains("Did you mean `CreateUser`?")
        );
    }

    /// Each way to have no names points at the attribute that took them away.
    #[test]
    fn no_names_point_at_their_cause() {
        for (why, name) in [
            (NoNames::NothingSelected, "services"),
            (NoNames::AllExcluded, "exclude_event_names"),
            (
                NoNames::AllDropped {
                    read_write_type: ReadWriteType::ReadOnly,
                },
                "read_write_type",
            ),
        ] {
            let mut diags = Diagnostics::default();
            intent(&mut diags, &IntentError::NoNames { why });
            assert_eq!(diags.errors[0].attribute, AttributePath::new(name));
        }
    }

    /// Clauses become sentences; API names keep their first letter.
    #[test]
    fn clauses_become_sentences() {
        assert_eq!(
            sentence("leave it to the service"),
            "Leave it to the service."
        );
        assert_eq!(
            sentence("eventName Equals with 180 values"),
            "eventName Equals with 180 values."
        );
    }
}
