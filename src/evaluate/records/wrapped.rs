//! Records that come in something else: the answer of `LookupEvents`, which has them as texts, and
//! events of EventBridge, which have them under `detail`.
//!
//! Imports nothing but its own parents. Next: `event.rs`, which reads a record.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html>,
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>

use serde::Deserialize;

use super::super::event::Content;
use crate::evaluate::Event;

/// What an object without any of a record's own keys has in it.
#[derive(Deserialize)]
pub(super) struct Wrapper<'a> {
    /// The record's JSON as a text.
    #[serde(rename = "CloudTrailEvent")]
    pub(super) text: Option<String>,
    /// The record.
    #[serde(borrow)]
    pub(super) detail: Option<Event<'a>>,
}

impl<'a> Wrapper<'a> {
    /// Looks into an object; `None` if it is no wrapper. Costs nothing where it is a record.
    pub(super) fn open(event: &Event<'_>, json: &'a str) -> Option<Self> {
        if event.is_record() {
            return None;
        }
        let wrapper: Self = serde_json::from_str(json).ok()?;
        let is_filled =
            wrapper.text.is_some() || wrapper.detail.as_ref().is_some_and(Event::is_record);
        is_filled.then_some(wrapper)
    }
}

impl Event<'_> {
    /// Whether it has at least one of `eventVersion`, `eventSource` and `eventName`, which every
    /// record has
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>).
    #[must_use]
    pub fn is_record(&self) -> bool {
        [&self.event_version, &self.event_source, &self.event_name]
            .into_iter()
            .any(|content| *content != Content::Missing)
    }
}
