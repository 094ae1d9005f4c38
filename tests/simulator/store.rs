//! An event data store of `CloudTrail` Lake: its settings, its states, its selectors and its answers,
//! and the rules for its ARN and ID.
//!
//! Imports the clock, the regions, the trails' selectors and the rule table. Where stores live and
//! what is done to them is [`super::lake`]'s business.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    error::Refusal,
    region,
    rule::stores::{STORE_ARN, STORE_ID},
    trail::Selectors,
};

/// Days that events are kept where billing goes by extendable retention:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html>.
pub(crate) const EXTENDABLE: &str = "EXTENDABLE_RETENTION_PRICING";
/// The other billing mode.
pub(crate) const FIXED: &str = "FIXED_RETENTION_PRICING";

/// A state of a store, spelled on the wire as
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html> has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Made a moment ago.
    Created,
    /// Takes events in.
    Enabled,
    /// On its way to [`Self::Enabled`].
    Starting,
    /// On its way to [`Self::Stopped`].
    Stopping,
    /// Takes no events in.
    Stopped,
    /// Deleted, and can be restored for seven days.
    PendingDeletion,
}

impl Status {
    /// As the wire has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Enabled => "ENABLED",
            Self::Starting => "STARTING_INGESTION",
            Self::Stopping => "STOPPING_INGESTION",
            Self::Stopped => "STOPPED_INGESTION",
            Self::PendingDeletion => "PENDING_DELETION",
        }
    }

    /// The state that this one passes into by itself, if it does.
    fn next(self) -> Option<Self> {
        match self {
            Self::Created | Self::Starting => Some(Self::Enabled),
            Self::Stopping => Some(Self::Stopped),
            Self::Enabled | Self::Stopped | Self::PendingDeletion => None,
        }
    }
}

/// A store's full name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arn {
    /// `aws` and so on.
    pub(crate) partition: String,
    /// Where it lives.
    pub(crate) region: String,
    /// The owner's account.
    pub(crate) account: String,
    /// The ID, the last part of the ARN.
    pub(crate) id: String,
}

impl Arn {
    /// Reads `arn:<partition>:cloudtrail:<region>:<account>:eventdatastore/<id>`.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = text.split(':').collect();
        if let ["arn", partition, "cloudtrail", region, account, resource] = parts.as_slice()
            && region::partition_of(region) == Some(*partition)
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(id) = resource.strip_prefix("eventdatastore/")
            && check_id(id).is_ok()
        {
            return Ok(Self {
                partition: (*partition).to_owned(),
                region: (*region).to_owned(),
                account: (*account).to_owned(),
                id: id.to_owned(),
            });
        }
        let message = format!("The specified event data store ARN is not valid: {text}");
        Err(Refusal::new(&STORE_ARN, message))
    }
}

impl std::fmt::Display for Arn {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            partition,
            region,
            account,
            id,
        } = self;
        write!(
            out,
            "arn:{partition}:cloudtrail:{region}:{account}:eventdatastore/{id}"
        )
    }
}

/// Checks an ID: groups of letters and digits, as a UUID has them, and as AWS prints it in samples,
/// `EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE`.
pub(crate) fn check_id(id: &str) -> Result<(), Refusal> {
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let middle = matches!(groups.as_slice(), [7 | 8, 4, 4, 4, 12]);
    if plain && middle {
        return Ok(());
    }
    let message = format!("The specified event data store ARN is not valid: {id}");
    Err(Refusal::new(&STORE_ID, message))
}

/// What a store's Insights are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Insights {
    /// The types that are on.
    pub(crate) kinds: Vec<String>,
    /// The ARN of the store that their events go to.
    pub(crate) destination: String,
}

/// One event data store.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are switches of the API, each on its own"
)]
pub(crate) struct Store {
    /// Its full name: owner, region and ID are in it.
    pub(crate) arn: Arn,
    /// Its name.
    pub(crate) name: String,
    /// Its state, and for how many more reads it stays in it, if it is one that passes.
    pub(crate) status: Status,
    /// Reads that still answer a state that passes.
    pub(crate) lasting: usize,
    /// Its selectors: advanced ones.
    pub(crate) selectors: Selectors,
    /// Selectors from before the last update, and how often a read still answers them.
    pub(crate) stale: Option<(Selectors, usize)>,
    /// Whether it has the events of every region.
    pub(crate) multi_region: bool,
    /// Whether it has the events of the organization.
    pub(crate) organization: bool,
    /// Whether it is protected from deletion.
    pub(crate) protected: bool,
    /// Days that events are kept.
    pub(crate) retention: i64,
    /// [`EXTENDABLE`] or [`FIXED`].
    pub(crate) billing: String,
    /// The key that it is encrypted with, if it is one of the customer's.
    pub(crate) key: Option<String>,
    /// Insights.
    pub(crate) insights: Insights,
    /// Whether trail events are being copied into it.
    pub(crate) importing: bool,
    /// Whether Lake query federation is on.
    pub(crate) federated: bool,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// When it was made, in seconds since 1970.
    pub(crate) created: i64,
    /// When it was last updated, in seconds since 1970.
    pub(crate) updated: i64,
}

impl Store {
    /// A store with the documented defaults and the default selectors:
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>.
    pub(crate) fn new(arn: Arn, name: &str, now: i64) -> Self {
        Self {
            arn,
            name: name.to_owned(),
            status: Status::Created,
            lasting: 0,
            selectors: Selectors::Advanced(vec![json!({
                "Name": "Default management events",
                "FieldSelectors": [{ "Field": "eventCategory", "Equals": ["Management"] }],
            })]),
            stale: None,
            multi_region: true,
            organization: false,
            protected: true,
            retention: 366,
            billing: EXTENDABLE.to_owned(),
            key: None,
            insights: Insights::default(),
            importing: false,
            federated: false,
            tags: BTreeMap::new(),
            created: now,
            updated: now,
        }
    }

    /// Passes into a state, which lasts for so many reads if it is one that passes.
    pub(crate) fn pass(&mut self, status: Status, reads: usize) {
        self.status = status;
        self.lasting = reads;
    }

    /// Goes on to the next state, if this one's time is over.
    pub(crate) fn settle(&mut self) {
        if self.lasting == 0
            && let Some(next) = self.status.next()
        {
            self.status = next;
        }
    }

    /// One read: settles, or brings the end of a state that passes nearer. Gives the answer.
    pub(crate) fn read(&mut self, old_form: bool) -> Value {
        self.settle();
        let mut answer = self.described(old_form);
        self.lasting = self.lasting.saturating_sub(1);
        if let Some((former, reads)) = &mut self.stale
            && *reads > 0
        {
            *reads -= 1;
            answer.extend(former.members(old_form));
        }
        let federation = if self.federated {
            "ENABLED"
        } else {
            "DISABLED"
        };
        answer.insert("FederationStatus".to_owned(), json!(federation));
        Value::Object(answer)
    }

    /// What every answer about a store has.
    pub(crate) fn described(&self, old_form: bool) -> Map<String, Value> {
        let mut answer = self.selectors.members(old_form);
        for (name, value) in [
            ("EventDataStoreArn", json!(self.arn.to_string())),
            ("Name", json!(self.name)),
            ("Status", json!(self.status.name())),
            ("MultiRegionEnabled", json!(self.multi_region)),
            ("OrganizationEnabled", json!(self.organization)),
            ("RetentionPeriod", json!(self.retention)),
            ("TerminationProtectionEnabled", json!(self.protected)),
            ("CreatedTimestamp", json!(self.created)),
            ("UpdatedTimestamp", json!(self.updated)),
            ("BillingMode", json!(self.billing)),
        ] {
            answer.insert(name.to_owned(), value);
        }
        if let Some(key) = &self.key {
            answer.insert("KmsKeyId".to_owned(), json!(key));
        }
        answer
    }

    /// The list of its selectors.
    pub(crate) fn list(&self) -> &[Value] {
        match &self.selectors {
            Selectors::Advanced(list) | Selectors::Basic(list) => list,
        }
    }

    /// What its Insights would miss with these selectors, if they would miss anything:
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html>.
    pub(crate) fn starved(&self, selectors: &Selectors) -> Option<(&str, &'static str)> {
        self.insights.kinds.iter().find_map(|kind| {
            let call_rate = kind == "ApiCallRateInsight";
            let needed = if call_rate { "write" } else { "read or write" };
            (!selectors.log_management(!call_rate)).then_some((kind.as_str(), needed))
        })
    }
}
