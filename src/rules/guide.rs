//! The rules as a text for users, in Markdown.
//!
//! Imports `selector` and its own parent. Next: [`super::RULES`], which is all that it prints.

use super::circumstances::Circumstances;
use super::example::{ChangeExample, Condition, Draft, ReachExample};
use super::reach::Facts;
use super::{Basis, Check, Destination, RULES, Rule, Severity};
use crate::selector::EventSelector;

/// How many values of a list an example prints before it counts.
const VALUES: usize = 4;

/// How many characters of a text an example prints before it counts.
const CHARACTERS: usize = 100;

/// Every rule as Markdown, chapter by chapter: what it asks for, why, how bad it is to break it, where
/// it holds, what it rests on, and an example that is accepted and one that is rejected.
///
/// A list of more than four values is shortened in the examples, and so is a text of more than 100
/// characters; what is left out is said in its place, so that the JSON stays JSON.
#[must_use]
pub fn guide() -> String {
    let mut sections = vec![at_a_glance()];
    let mut chapter = None;
    for rule in RULES {
        if chapter != Some(rule.chapter) {
            chapter = Some(rule.chapter);
            sections.push(format!("## {}", rule.chapter.heading()));
        }
        sections.push(section(rule));
    }
    sections.join("\n\n") + "\n"
}

/// A table of all rules, with links to them.
fn at_a_glance() -> String {
    let mut lines = vec![
        "| rule | on | breaking it is | basis |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    lines.extend(RULES.iter().map(|rule| {
        format!(
            "| [{id}](#{id}) | {} | {} | {} |",
            places(rule),
            severity(rule),
            rule.basis.as_str(),
            id = rule.id
        )
    }));
    lines.join("\n")
}

fn places(rule: &Rule) -> String {
    let places: Vec<&str> = rule.destinations.iter().map(|place| place.noun()).collect();
    places.join(", ")
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "an error",
        Severity::Warning => "a warning",
    }
}

fn section(rule: &Rule) -> String {
    let source = match rule.basis {
        Basis::Documented => "documented:",
        Basis::Assumed => "assumed; the page that comes nearest is",
    };
    let (accepted, rejected) = examples(rule);
    [
        format!("### {}", rule.id),
        format!("**{}.** {}", rule.title, rule.what),
        rule.why.to_owned(),
        format!(
            "On: {}. Breaking it is {}. It is {source} <{}>",
            places(rule),
            severity(rule),
            rule.source
        ),
        "Accepted:".to_owned(),
        accepted,
        "Rejected:".to_owned(),
        rejected,
    ]
    .join("\n\n")
}

/// The accepted example and the rejected one.
fn examples(rule: &Rule) -> (String, String) {
    match rule.check {
        Check::Shape { accepted, rejected }
        | Check::Selectors {
            accepted, rejected, ..
        } => (fence(&drafts(accepted)), fence(&drafts(rejected))),
        Check::Basic {
            accepted, rejected, ..
        } => (fence(&basic(&accepted())), fence(&basic(&rejected()))),
        Check::Text {
            subject,
            accepted,
            rejected,
            ..
        } => {
            let of = |text: &str| {
                let named = [(subject.noun(), Json::text(text))];
                fence(&Json::object(named))
            };
            (of(accepted), of(rejected))
        }
        Check::Reach {
            accepted, rejected, ..
        } => (fence(&reach(&accepted)), fence(&reach(&rejected))),
        Check::Change {
            accepted, rejected, ..
        } => (fence(&change(&accepted)), fence(&change(&rejected))),
    }
}

fn fence(json: &Json) -> String {
    format!("```json\n{}\n```", json.print(0))
}

fn drafts(drafts: &[Draft]) -> Json {
    Json::once(drafts.iter().map(draft).collect())
}

fn draft(draft: &Draft) -> Json {
    let name = draft.name.map(|name| ("Name", Json::text(&name.text())));
    let conditions = draft.conditions.iter().map(condition).collect();
    let conditions = [("FieldSelectors", Json::List(conditions))];
    Json::object(name.into_iter().chain(conditions))
}

fn condition(condition: &Condition) -> Json {
    let field = [("Field", Json::text(&condition.field.text()))];
    let operators = condition.operators.iter().flatten();
    let operators =
        operators.map(|(operator, values)| (operator.api_name(), Json::texts(&values.texts())));
    Json::object(field.into_iter().chain(operators))
}

fn basic(selectors: &[EventSelector]) -> Json {
    let list = selectors.iter();
    let list = list
        .map(|selector| {
            let data = selector.data_resources.iter().map(|data| {
                let members = [
                    ("Type", Json::text(&data.kind)),
                    ("Values", Json::texts(&data.values)),
                ];
                Json::object(members)
            });
            Json::object([
                (
                    "ReadWriteType",
                    Json::text(selector.read_write_type.as_str()),
                ),
                (
                    "IncludeManagementEvents",
                    Json::flag(selector.include_management_events),
                ),
                ("DataResources", Json::List(data.collect())),
                (
                    "ExcludeManagementEventSources",
                    Json::texts(&selector.exclude_management_event_sources),
                ),
            ])
        })
        .collect();
    Json::once(list)
}

fn reach(example: &ReachExample) -> Json {
    let Facts {
        destination,
        home_region,
        partition,
        multi_region,
        global_service_events,
    } = example.facts;
    let sources: Vec<String> = example
        .services
        .iter()
        .map(|service| service.source().to_owned())
        .collect();
    let globals = match destination {
        Destination::Trail => Some(("global service events", Json::flag(global_service_events))),
        Destination::EventDataStore => None,
    };
    let members = [
        ("for events of", Json::texts(&sources)),
        ("destination", Json::text(destination.noun())),
        ("Region", Json::text(home_region)),
        ("partition", Json::text(partition)),
        ("multi-region", Json::flag(multi_region)),
    ];
    Json::object(members.into_iter().chain(globals))
}

fn change(example: &ChangeExample) -> Json {
    let Circumstances {
        destination,
        insights,
        owned_by_other_account,
        security_lake,
        lake_unused,
    } = example.circumstances;
    let insights: Vec<String> = insights.iter().map(|one| one.as_str().to_owned()).collect();
    let mut members = vec![("destination", Json::text(destination.noun()))];
    if !insights.is_empty() {
        members.push(("Insights", Json::texts(&insights)));
    }
    for (name, holds) in [
        ("belongs to another account", owned_by_other_account),
        ("used by Security Lake", security_lake),
        ("account has no event data store", lake_unused),
    ] {
        if holds {
            members.push((name, Json::flag(true)));
        }
    }
    members.push(("selectors now", drafts(example.live)));
    members.push(("selectors wanted", drafts(example.wanted)));
    Json::object(members)
}

/// As much of JSON as examples need.
#[derive(Debug, Clone)]
enum Json {
    /// A text or a flag, as it is printed.
    Bare(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    fn text(text: &str) -> Self {
        let characters = text.chars().count();
        let shown: String = if characters > CHARACTERS {
            let beginning = text.chars().take(VALUES).collect::<String>();
            format!("{beginning}... ({characters} characters)")
        } else {
            text.to_owned()
        };
        // All that has to be escaped in the examples there are; a test reads them back.
        let escaped = shown
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        Self::Bare(format!("\"{escaped}\""))
    }

    fn texts(texts: &[String]) -> Self {
        let mut shown: Vec<Self> = texts
            .iter()
            .take(VALUES)
            .map(|one| Self::text(one))
            .collect();
        if texts.len() > VALUES {
            let more = texts.len() - VALUES;
            shown.push(Self::text(&format!("... and {more} more")));
        }
        Self::List(shown)
    }

    /// A list; of one that has the same thing over and over, that thing, and how often it follows.
    fn once(mut items: Vec<Self>) -> Self {
        let flat: Vec<String> = items.iter().map(Self::flat).collect();
        let more = items.len().saturating_sub(1);
        if more > 1 && flat.windows(2).all(|pair| pair.first() == pair.last()) {
            items.truncate(1);
            items.push(Self::text(&format!("... and {more} more like it")));
        }
        Self::List(items)
    }

    fn flag(flag: bool) -> Self {
        Self::Bare(flag.to_string())
    }

    fn object(members: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        Self::Object(members.into_iter().collect())
    }

    /// The JSON with this indentation: what fits into a line is one line.
    fn print(&self, depth: usize) -> String {
        const WIDTH: usize = 90;
        let flat = self.flat();
        if depth + flat.len() <= WIDTH {
            return flat;
        }
        let inner = depth + 2;
        let margin = " ".repeat(inner);
        let end = " ".repeat(depth);
        match self {
            Self::Bare(text) => text.clone(),
            Self::List(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| format!("{margin}{}", item.print(inner)))
                    .collect();
                format!("[\n{}\n{end}]", items.join(",\n"))
            }
            Self::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("{margin}\"{name}\": {}", value.print(inner)))
                    .collect();
                format!("{{\n{}\n{end}}}", members.join(",\n"))
            }
        }
    }

    fn flat(&self) -> String {
        match self {
            Self::Bare(text) => text.clone(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::flat).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("\"{name}\": {}", value.flat()))
                    .collect();
                format!("{{ {} }}", members.join(", "))
            }
        }
    }
}
