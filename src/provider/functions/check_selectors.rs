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
use crate::rules::{self, Destination};

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
    fn new(rules::Told { finding, path }: rules::Told) -> Self {
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
        match rules::check_document(&reading, destination) {
            Ok(told) => Some(told.into_iter().map(Told::new).collect()),
            Err(unfit) => {
                error(diags, 0, unfit.to_string());
                None
            }
        }
    }
}
