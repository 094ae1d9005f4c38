//! The function `check_selectors`: what the rule book has against selectors.
//!
//! What it may import is told in its parent. Next: [`crate::rules`], which checks.

use async_trait::async_trait;
use serde::Serialize;
use tf_provider::schema::{Description, FunctionSchema, Type};
use tf_provider::{Diagnostics, Function};

use super::argument::Given;
use super::{error, object, parameter, selectors, shown, unexpected};
use crate::provider::attribute::one_of;
use crate::rules::{self, Destination, Finding, Location};
use crate::selector::json::{Reading, Why};
use crate::selector::{Operator, Selectors};

/// The function.
#[derive(Debug)]
pub(in crate::provider) struct CheckSelectors;

/// One finding.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(in crate::provider) struct Told {
    rule: &'static str,
    severity: &'static str,
    title: &'static str,
    path: String,
    found: String,
    expected: String,
    repair: String,
    source: &'static str,
}

impl Told {
    fn new(finding: Finding, path: String) -> Self {
        let rule = rules::rule(finding.rule);
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            title: rule.map_or(finding.rule, |rule| rule.title),
            path,
            found: finding.found,
            expected: finding.expected,
            repair: finding.repair,
            source: finding.source,
        }
    }
}

/// The way through the argument, in the names that it uses.
fn path(reading: &Reading, at: Option<&Location>) -> String {
    let Some(at) = at else {
        return reading.list.clone();
    };
    let key = |api| reading.spelling.key(api);
    let selector = Some(format!("[{}]", at.selector));
    let condition = at.condition;
    let condition = condition.map(|index| format!(".{}[{index}]", key("FieldSelectors")));
    let operator = at.operator.map(Operator::api_name);
    let operator = operator.map(|operator| format!(".{}", key(operator)));
    let value = at.value.map(|index| format!("[{index}]"));
    let steps = [selector, condition, operator, value];
    [reading.list.clone()]
        .into_iter()
        .chain(steps.into_iter().flatten())
        .collect()
}

fn destinations() -> String {
    one_of(Destination::ALL.iter().map(|one| one.as_str()))
}

#[async_trait]
impl Function for CheckSelectors {
    type Input<'a> = (Given, String);
    type Output<'a> = Vec<Told>;

    fn schema(&self, _: &mut Diagnostics) -> Option<FunctionSchema> {
        let text = || Type::String;
        let finding = object([
            ("rule", text()),
            ("severity", text()),
            ("title", text()),
            ("path", text()),
            ("found", text()),
            ("expected", text()),
            ("repair", text()),
            ("source", text()),
        ]);
        Some(FunctionSchema {
            parameters: vec![
                parameter("selectors", Type::Any, super::SELECTORS),
                parameter(
                    "destination",
                    text(),
                    format!("What they are for: one of {}.", destinations()),
                ),
            ],
            variadic: None,
            return_type: Type::List(Box::new(finding)),
            summary: "Holds event selectors against what CloudTrail documents".to_owned(),
            description: Description::markdown(
                "Holds selectors against the provider's rule book and lists what breaks a rule; an \
                 empty list says that nothing does. Each finding has `rule`, its id in the rule book; \
                 `severity`, `error` or `warning`; `title`; `path`, the way to it in the argument, \
                 such as `$[0].field_selectors[1].equals[3]`; `found`; `expected`; `repair`, what to \
                 do; and `source`, where AWS documents it. They come in the order of the rule book. \
                 What breaks a rule of form, such as an empty value, stands alone in the list: only \
                 well-formed selectors are looked at further. Asks nothing of AWS.",
            ),
            deprecated: None,
        })
    }

    async fn call<'a>(
        &self,
        diags: &mut Diagnostics,
        (given, destination): (Given, String),
    ) -> Option<Vec<Told>> {
        let Some(destination) = Destination::parse(&destination) else {
            let expected = format!("one of {}", destinations());
            unexpected(diags, 1, &shown(&destination), &expected);
            return None;
        };
        let reading = selectors(diags, 0, &given)?;
        let findings = match &reading.selectors {
            Ok(Selectors::Advanced(selectors)) => rules::check(selectors, destination),
            Ok(Selectors::Basic(selectors)) => match destination {
                Destination::Trail => rules::check_basic(selectors),
                Destination::EventDataStore => {
                    let found = format!("basic event selectors at {}", reading.list);
                    let expected = "advanced ones: an event data store has no others";
                    unexpected(diags, 0, &found, expected);
                    return None;
                }
            },
            Err(unread) => match &unread.why {
                Why::Unexpected { .. } => {
                    error(diags, 0, unread.to_string());
                    return None;
                }
                Why::Shape(shape) => {
                    let finding = rules::of_shape(shape, None);
                    return Some(vec![Told::new(finding, unread.path.clone())]);
                }
            },
        };
        let told = findings.into_iter().map(|finding| {
            let path = path(&reading, finding.at.as_ref());
            Told::new(finding, path)
        });
        Some(told.collect())
    }
}
