//! What a provider has to say, for the wire. May import [`super::proto`] only.

use tf_provider::{AttributePath, AttributePathStep, Diagnostics};

use super::proto::tfplugin6 as wire;
use wire::attribute_path::step::Selector;
use wire::diagnostic::Severity;

/// Errors first, then warnings, each in the order in which they were made.
pub(super) fn to_wire(diags: Diagnostics) -> Vec<wire::Diagnostic> {
    let all = |diagnostics: Vec<tf_provider::Diagnostic>, severity: Severity| {
        diagnostics.into_iter().map(move |diagnostic| {
            let steps = diagnostic.attribute;
            wire::Diagnostic {
                severity: severity.into(),
                summary: diagnostic.summary.into_owned(),
                detail: diagnostic.detail.into_owned(),
                attribute: (!steps.steps.is_empty()).then(|| path(&steps)),
            }
        })
    };
    all(diags.errors, Severity::Error)
        .chain(all(diags.warnings, Severity::Warning))
        .collect()
}

/// An error of the host itself, or of the provider's making.
pub(super) fn error(summary: &str, detail: impl Into<String>) -> wire::Diagnostic {
    wire::Diagnostic {
        severity: Severity::Error.into(),
        summary: summary.to_owned(),
        detail: detail.into(),
        attribute: None,
    }
}

/// An attribute's path.
pub(super) fn path(path: &AttributePath) -> wire::AttributePath {
    let steps = path.steps.iter().map(|step| wire::attribute_path::Step {
        selector: Some(match step {
            AttributePathStep::Attribute(name) => Selector::AttributeName(name.to_string()),
            AttributePathStep::Key(key) => Selector::ElementKeyString(key.to_string()),
            AttributePathStep::Index(index) => Selector::ElementKeyInt(*index),
        }),
    });
    wire::AttributePath {
        steps: steps.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Selector, Severity, to_wire};
    use tf_provider::{AttributePath, Diagnostic, Diagnostics};

    /// A diagnostic keeps its place and its weight; one of no attribute has no path at all.
    #[test]
    fn a_diagnostic_keeps_its_path() {
        let diagnostic = |attribute| Diagnostic {
            summary: "summary".into(),
            detail: "detail".into(),
            attribute,
        };
        let path = AttributePath::new("block").index(0).attribute("name");
        let told = to_wire(Diagnostics {
            errors: vec![diagnostic(AttributePath::root())],
            warnings: vec![diagnostic(path.key("k"))],
        });
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].severity(), Severity::Error);
        assert_eq!(told[0].attribute, None);
        assert_eq!(told[1].severity(), Severity::Warning);
        let steps = told[1].attribute.clone().unwrap().steps;
        let steps: Vec<_> = steps.into_iter().filter_map(|step| step.selector).collect();
        assert_eq!(
            steps,
            [
                Selector::AttributeName("block".to_owned()),
                Selector::ElementKeyInt(0),
                Selector::AttributeName("name".to_owned()),
                Selector::ElementKeyString("k".to_owned()),
            ]
        );
    }
}
