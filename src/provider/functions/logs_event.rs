//! The function `logs_event`: would these selectors log this record, and why.
//!
//! What it may import is told in its parent. Next: [`crate::evaluate`], which judges.

use async_trait::async_trait;
use serde::Serialize;
use tf_provider::schema::{Description, FunctionSchema, Type};
use tf_provider::{Diagnostics, Function};

use super::argument::Given;
use super::{error, object, parameter, record, selectors};
use crate::evaluate::{Verdict, evaluate};

/// The function.
#[derive(Debug)]
pub(in crate::provider) struct LogsEvent;

/// What it comes to.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(in crate::provider) struct Answer {
    logged: Option<bool>,
    reason: String,
}

#[async_trait]
impl Function for LogsEvent {
    type Input<'a> = (Given, Given);
    type Output<'a> = Answer;

    fn schema(&self, _: &mut Diagnostics) -> Option<FunctionSchema> {
        Some(FunctionSchema {
            parameters: vec![
                parameter("selectors", Type::Any, super::SELECTORS),
                parameter(
                    "event",
                    Type::Any,
                    "One CloudTrail record: an object, or a string with its JSON. Selectors see \
                     `eventCategory` (or `managementEvent`), `eventName`, `eventSource`, `readOnly`, \
                     `eventType`, `userIdentity.arn`, `sessionCredentialFromConsole`, `errorCode`, \
                     `vpcEndpointId` and `resources`; the rest may be left out.",
                ),
            ],
            variadic: None,
            return_type: object([("logged", Type::Bool), ("reason", Type::String)]),
            summary: "Tells whether event selectors log a CloudTrail record, and why".to_owned(),
            description: Description::markdown(
                "Tells whether a trail or an event data store with these selectors logs this \
                 record. In the result, `logged` is true or false, or null where the record does not \
                 tell what a selector asks for; `reason` says which selector takes the record, or \
                 what each has against it. Asks nothing of AWS: whether an event reaches the trail at \
                 all (its Region, its account, global service events) is not looked at.",
            ),
            deprecated: None,
        })
    }

    async fn call<'a>(
        &self,
        diags: &mut Diagnostics,
        (wanted, event): (Given, Given),
    ) -> Option<Answer> {
        let selectors = selectors(diags, 0, &wanted)?.selectors;
        let selectors = selectors
            .map_err(|why| error(diags, 0, why.to_string()))
            .ok()?;
        let verdict = evaluate(&selectors, &record(diags, 1, &event)?);
        Some(Answer {
            logged: match verdict {
                Verdict::Logged { .. } => Some(true),
                Verdict::NotLogged { .. } => Some(false),
                Verdict::Unknown { .. } => None,
            },
            reason: verdict.to_string(),
        })
    }
}
