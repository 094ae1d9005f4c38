//! Documents of lists, keys and texts, written as JSON or as YAML.
//!
//! Small on purpose: the keys are this crate's own and plain words, each list and each map has
//! something in it, and a text is always in quotes, so that no reader takes it for a number, a
//! Boolean or a date. Imports `selector`, for [`selectors`].

use super::quoted;
use crate::selector::AdvancedEventSelector;

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Text(String),
    Flag(bool),
    List(Vec<Tree>),
    /// Keys in the order in which they are written.
    Map(Vec<(&'static str, Tree)>),
}

impl Tree {
    /// A list of texts.
    pub(super) fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let texts = texts.into_iter().map(|text| Self::Text(text.into()));
        Self::List(texts.collect())
    }

    /// As JSON in one line without a blank, for a reader who counts characters.
    pub(super) fn compact(&self) -> String {
        match self {
            Self::Text(text) => quoted::json(text),
            Self::Flag(flag) => flag.to_string(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::compact).collect();
                format!("[{}]", items.join(","))
            }
            Self::Map(entries) => {
                let entry = |(key, value): &(&str, Self)| format!("\"{key}\":{}", value.compact());
                let entries: Vec<String> = entries.iter().map(entry).collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }

    /// As JSON for people, with a line break at the end.
    pub(super) fn json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out, 0);
        out.push('\n');
        out
    }

    fn write_json(&self, out: &mut String, depth: usize) {
        let inner = depth.saturating_add(1);
        match self {
            Self::Text(_) | Self::Flag(_) => out.push_str(&self.compact()),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    next_line(out, index > 0, inner);
                    item.write_json(out, inner);
                }
                next_line(out, false, depth);
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    next_line(out, index > 0, inner);
                    out.extend(["\"", key, "\": "]);
                    value.write_json(out, inner);
                }
                next_line(out, false, depth);
                out.push('}');
            }
        }
    }

    /// As YAML for people, with a line break at the end.
    pub(super) fn yaml(&self) -> String {
        let mut out = String::new();
        self.write_yaml(&mut out, 0);
        out
    }

    /// Writes the part from where the line stands, which is at this depth, to the end of a line.
    fn write_yaml(&self, out: &mut String, depth: usize) {
        let inner = depth.saturating_add(1);
        match self {
            Self::Text(_) | Self::Flag(_) => {
                out.push_str(&self.compact());
                out.push('\n');
            }
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        indent(out, depth);
                    }
                    out.push_str("- ");
                    item.write_yaml(out, inner);
                }
            }
            Self::Map(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        indent(out, depth);
                    }
                    out.push_str(key);
                    out.push(':');
                    if matches!(value, Self::List(_) | Self::Map(_)) {
                        out.push('\n');
                        indent(out, inner);
                    } else {
                        out.push(' ');
                    }
                    value.write_yaml(out, inner);
                }
            }
        }
    }
}

fn next_line(out: &mut String, comma: bool, depth: usize) {
    if comma {
        out.push(',');
    }
    out.push('\n');
    indent(out, depth);
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Advanced selectors in the API's spelling, which the AWS CLI and `CloudFormation` share; a selector
/// without a name has none there, because `CloudFormation` takes no empty one.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudtrail-trail-advancedeventselector.html>
pub(super) fn selectors(selectors: &[AdvancedEventSelector]) -> Tree {
    let selector = |selector: &AdvancedEventSelector| {
        let fields = selector.field_selectors().iter().map(|condition| {
            let field = ("Field", Tree::Text(condition.field().as_str().to_owned()));
            let operators = condition
                .conditions()
                .map(|(operator, values)| (operator.api_name(), Tree::texts(values)));
            Tree::Map([field].into_iter().chain(operators).collect())
        });
        let fields = ("FieldSelectors", Tree::List(fields.collect()));
        let name = selector.name().map(|name| Tree::Text(name.to_owned()));
        let name = name.map(|name| ("Name", name));
        Tree::Map(name.into_iter().chain([fields]).collect())
    };
    Tree::List(selectors.iter().map(selector).collect())
}
