//! A trail: its settings, its selectors and its answers, and the rules for its name and ARN.
//!
//! Imports the clock, the accounts and the rule table. Where trails live and who may see them is
//! [`super::cloud`]'s business.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    clock,
    error::Refusal,
    region,
    rule::{TRAIL_ARN, TRAIL_NAME},
};

/// The operators of an advanced field selector, for the old form of reading.
const OPERATORS: [&str; 6] = [
    "Equals",
    "StartsWith",
    "EndsWith",
    "NotEquals",
    "NotStartsWith",
    "NotEndsWith",
];

/// The selectors of a trail, of one kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Selectors {
    /// Basic event selectors.
    Basic(Vec<Value>),
    /// Advanced event selectors.
    Advanced(Vec<Value>),
}

impl Selectors {
    /// What a trail has that nobody configured:
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-additional-cli-commands.html>.
    pub(crate) fn fresh() -> Self {
        Self::Basic(vec![basic(&Value::Null)])
    }

    /// Reads the members of a Put or of [`Self::members`]; `None` unless exactly one kind is there.
    pub(crate) fn read(members: &Map<String, Value>) -> Option<Self> {
        let list = |name: &str| members.get(name).and_then(Value::as_array);
        match (list("EventSelectors"), list("AdvancedEventSelectors")) {
            (Some(list), None) => Some(Self::Basic(list.iter().map(basic).collect())),
            (None, Some(list)) => Some(Self::Advanced(list.iter().map(without_null).collect())),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }

    /// The members of an answer. In the old form, operators that are not used are empty lists.
    pub(crate) fn members(&self, old_form: bool) -> Map<String, Value> {
        let (name, list) = match self {
            Self::Basic(list) => ("EventSelectors", list.clone()),
            Self::Advanced(list) => ("AdvancedEventSelectors", list.clone()),
        };
        let mut list = Value::Array(list);
        if old_form {
            for selector in list.as_array_mut().into_iter().flatten() {
                let fields = selector
                    .get_mut("FieldSelectors")
                    .and_then(Value::as_array_mut);
                for field in fields
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_object_mut)
                {
                    for operator in OPERATORS {
                        field.entry(operator).or_insert_with(|| json!([]));
                    }
                }
            }
        }
        Map::from_iter([(name.to_owned(), list)])
    }

    /// Whether write, or if `reads_too` any, management events are logged: what Insights need.
    pub(crate) fn log_management(&self, reads_too: bool) -> bool {
        let has = |value: &Value, key: &str, wanted: &str| {
            value.get(key).and_then(Value::as_str) == Some(wanted)
        };
        match self {
            Self::Basic(list) => list.iter().any(|selector| {
                selector.get("IncludeManagementEvents") == Some(&json!(true))
                    && (reads_too || !has(selector, "ReadWriteType", "ReadOnly"))
            }),
            Self::Advanced(list) => list.iter().any(|selector| {
                let fields = || selector.get("FieldSelectors").and_then(Value::as_array);
                let management = fields().into_iter().flatten().any(|field| {
                    has(field, "Field", "eventCategory")
                        && field.get("Equals") == Some(&json!(["Management"]))
                });
                let reads_only = fields().into_iter().flatten().any(|field| {
                    has(field, "Field", "readOnly") && field.get("Equals") == Some(&json!(["true"]))
                });
                management && (reads_too || !reads_only)
            }),
        }
    }
}

/// A basic selector with its defaults filled in:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>. That an
/// answer spells them all out is what the user guide's samples show.
fn basic(selector: &Value) -> Value {
    let given = |name: &str, default: Value| {
        selector
            .get(name)
            .filter(|value| !value.is_null())
            .cloned()
            .unwrap_or(default)
    };
    json!({
        "ReadWriteType": given("ReadWriteType", json!("All")),
        "IncludeManagementEvents": given("IncludeManagementEvents", json!(true)),
        "DataResources": given("DataResources", json!([])),
        "ExcludeManagementEventSources": given("ExcludeManagementEventSources", json!([])),
    })
}

/// A value without the members that are null, which on the wire means absent.
fn without_null(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_null).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name.clone(), without_null(member)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// A trail's full name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arn {
    /// `aws` and so on.
    pub(crate) partition: String,
    /// The home region.
    pub(crate) region: String,
    /// The owner's account.
    pub(crate) account: String,
    /// The trail's name.
    pub(crate) name: String,
}

impl Arn {
    /// Reads `arn:<partition>:cloudtrail:<region>:<account>:trail/<name>`.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = text.split(':').collect();
        if let ["arn", partition, "cloudtrail", region, account, resource] = parts.as_slice()
            && region::partition_of(region) == Some(*partition)
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(name) = resource.strip_prefix("trail/")
            && check_name(name).is_ok()
        {
            return Ok(Self {
                partition: (*partition).to_owned(),
                region: (*region).to_owned(),
                account: (*account).to_owned(),
                name: name.to_owned(),
            });
        }
        let message = format!(
            "{text} is not a trail ARN; expected \
             arn:<partition>:cloudtrail:<region>:<account>:trail/<name>"
        );
        Err(Refusal::new(&TRAIL_ARN, message))
    }
}

impl std::fmt::Display for Arn {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            partition,
            region,
            account,
            name,
        } = self;
        write!(
            out,
            "arn:{partition}:cloudtrail:{region}:{account}:trail/{name}"
        )
    }
}

/// Checks a trail's name:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html>.
pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let refuse = |why: &str| {
        Err(Refusal::new(
            &TRAIL_NAME,
            format!("Trail name '{name}' {why}"),
        ))
    };
    let length = name.chars().count();
    if length < 3 {
        return refuse("is too short: at least 3 characters");
    }
    if length > 128 {
        return refuse("is too long: at most 128 characters");
    }
    let mark = |c: char| matches!(c, '.' | '_' | '-');
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || mark(c)) {
        return refuse("may have letters, digits, periods, underscores and dashes only");
    }
    if name.starts_with(mark) || name.ends_with(mark) {
        return refuse("must start and end with a letter or a digit");
    }
    if name
        .chars()
        .zip(name.chars().skip(1))
        .any(|(one, next)| mark(one) && mark(next))
    {
        return refuse("may not have adjacent periods, underscores or dashes");
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return refuse("may not look like an IP address");
    }
    Ok(())
}

/// One trail.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are switches of the API, each on its own"
)]
pub(crate) struct Trail {
    /// Its full name: owner and home region are in it.
    pub(crate) arn: Arn,
    /// Settings that are kept as they were sent, under the names in which they are answered.
    pub(crate) settings: BTreeMap<&'static str, String>,
    /// Whether it is an organization trail.
    pub(crate) organization: bool,
    /// Whether it is multi-Region.
    pub(crate) multi_region: bool,
    /// Whether it has global service events.
    pub(crate) global_service_events: bool,
    /// Whether log files are validated.
    pub(crate) validation: bool,
    /// Its selectors.
    pub(crate) selectors: Selectors,
    /// Selectors from before the last Put, and how often a read still answers them.
    pub(crate) stale: Option<(Selectors, usize)>,
    /// Whether selectors were ever put. Whether the service's flag falls back with the default is
    /// not documented; here it stays.
    pub(crate) custom: bool,
    /// Insight selectors: type to event categories.
    pub(crate) insights: BTreeMap<String, Value>,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// Whether it is logging.
    pub(crate) logging: bool,
    /// When logging was last started, in seconds since 1970.
    pub(crate) started: Option<i64>,
    /// When logging was last stopped, in seconds since 1970.
    pub(crate) stopped: Option<i64>,
}

impl Trail {
    /// A trail as `CreateTrail` makes it, with the documented defaults and the default selectors.
    pub(crate) fn new(arn: Arn) -> Self {
        Self {
            arn,
            settings: BTreeMap::new(),
            organization: false,
            multi_region: false,
            global_service_events: true,
            validation: false,
            selectors: Selectors::fresh(),
            stale: None,
            custom: false,
            insights: BTreeMap::new(),
            tags: BTreeMap::new(),
            logging: false,
            started: None,
            stopped: None,
        }
    }

    /// The answer to `CreateTrail` and `UpdateTrail`.
    pub(crate) fn as_made(&self) -> Map<String, Value> {
        let mut answer: Map<String, Value> = self
            .settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        for (name, value) in [
            ("Name", json!(self.arn.name)),
            ("TrailARN", json!(self.arn.to_string())),
            (
                "IncludeGlobalServiceEvents",
                json!(self.global_service_events),
            ),
            ("IsMultiRegionTrail", json!(self.multi_region)),
            ("LogFileValidationEnabled", json!(self.validation)),
            ("IsOrganizationTrail", json!(self.organization)),
        ] {
            answer.insert(name.to_owned(), value);
        }
        answer
    }

    /// A trail in the answers of `GetTrail` and `DescribeTrails`.
    pub(crate) fn described(&self) -> Value {
        let mut answer = self.as_made();
        for (name, value) in [
            ("HomeRegion", json!(self.arn.region)),
            ("HasCustomEventSelectors", json!(self.custom)),
            ("HasInsightSelectors", json!(!self.insights.is_empty())),
        ] {
            answer.insert(name.to_owned(), value);
        }
        Value::Object(answer)
    }

    /// The answer to `GetTrailStatus`, for a trail that has not delivered anything yet.
    pub(crate) fn status(&self) -> Value {
        let written = |time: Option<i64>| time.map(clock::extended).unwrap_or_default();
        let mut answer = json!({
            "IsLogging": self.logging,
            "LatestDeliveryAttemptTime": "",
            "LatestNotificationAttemptTime": "",
            "LatestNotificationAttemptSucceeded": "",
            "LatestDeliveryAttemptSucceeded": "",
            "TimeLoggingStarted": written(self.started),
            "TimeLoggingStopped": written(self.stopped),
        });
        for (name, time) in [
            ("StartLoggingTime", self.started),
            ("StopLoggingTime", self.stopped),
        ] {
            if let (Some(time), Some(answer)) = (time, answer.as_object_mut()) {
                answer.insert(name.to_owned(), json!(time));
            }
        }
        answer
    }
}
