//! The operations and the shapes of their requests, as the API model of `CloudTrail` (2013-11-01)
//! gives them: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html>.
//!
//! Imports [`super::shape`]. To add an operation: a variant, a row in [`OPERATIONS`], and an arm in
//! [`super::operations`].

use super::shape::{
    Member,
    Shape::{self, Choice, Flag, List, Record, Text, Whole},
};

/// An operation of `CloudTrail` that is simulated; AWS describes each under the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    AddTags,
    CreateEventDataStore,
    CreateTrail,
    DeleteEventDataStore,
    DeleteTrail,
    DescribeTrails,
    GetEventDataStore,
    GetEventSelectors,
    GetInsightSelectors,
    GetTrail,
    GetTrailStatus,
    ListEventDataStores,
    ListTags,
    ListTrails,
    PutEventSelectors,
    PutInsightSelectors,
    RemoveTags,
    RestoreEventDataStore,
    StartEventDataStoreIngestion,
    StartLogging,
    StopEventDataStoreIngestion,
    StopLogging,
    UpdateEventDataStore,
    UpdateTrail,
}

/// Every operation: its name on the wire and the shape of its request.
pub(crate) const OPERATIONS: &[(Operation, &str, &Shape)] = &[
    (Operation::AddTags, "AddTags", TAG_CHANGE),
    (
        Operation::CreateEventDataStore,
        "CreateEventDataStore",
        CREATE_STORE,
    ),
    (Operation::CreateTrail, "CreateTrail", CREATE_TRAIL),
    (
        Operation::DeleteEventDataStore,
        "DeleteEventDataStore",
        BY_STORE,
    ),
    (Operation::DeleteTrail, "DeleteTrail", BY_NAME),
    (Operation::DescribeTrails, "DescribeTrails", DESCRIBE_TRAILS),
    (Operation::GetEventDataStore, "GetEventDataStore", BY_STORE),
    (
        Operation::GetEventSelectors,
        "GetEventSelectors",
        BY_TRAIL_NAME,
    ),
    (
        Operation::GetInsightSelectors,
        "GetInsightSelectors",
        GET_INSIGHT_SELECTORS,
    ),
    (Operation::GetTrail, "GetTrail", BY_NAME),
    (Operation::GetTrailStatus, "GetTrailStatus", BY_NAME),
    (
        Operation::ListEventDataStores,
        "ListEventDataStores",
        LIST_STORES,
    ),
    (Operation::ListTags, "ListTags", LIST_TAGS),
    (Operation::ListTrails, "ListTrails", LIST_TRAILS),
    (
        Operation::PutEventSelectors,
        "PutEventSelectors",
        PUT_EVENT_SELECTORS,
    ),
    (
        Operation::PutInsightSelectors,
        "PutInsightSelectors",
        PUT_INSIGHT_SELECTORS,
    ),
    (Operation::RemoveTags, "RemoveTags", TAG_CHANGE),
    (
        Operation::RestoreEventDataStore,
        "RestoreEventDataStore",
        BY_STORE,
    ),
    (
        Operation::StartEventDataStoreIngestion,
        "StartEventDataStoreIngestion",
        BY_STORE,
    ),
    (Operation::StartLogging, "StartLogging", BY_NAME),
    (
        Operation::StopEventDataStoreIngestion,
        "StopEventDataStoreIngestion",
        BY_STORE,
    ),
    (Operation::StopLogging, "StopLogging", BY_NAME),
    (
        Operation::UpdateEventDataStore,
        "UpdateEventDataStore",
        UPDATE_STORE,
    ),
    (Operation::UpdateTrail, "UpdateTrail", UPDATE_TRAIL),
];

/// The operation with this name, and the shape of its request.
pub(crate) fn operation(name: &str) -> Option<(Operation, &'static Shape)> {
    OPERATIONS
        .iter()
        .find(|(_, known, _)| *known == name)
        .map(|(operation, _, shape)| (*operation, *shape))
}

const ANY: usize = usize::MAX;

const fn must(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        required: true,
        shape,
    }
}

const fn may(name: &'static str, shape: &'static Shape) -> Member {
    Member {
        name,
        required: false,
        shape,
    }
}

fn any_char(_: char) -> bool {
    true
}

/// The model's `.*` and `.+`, whose full stop stands for no end of a line.
fn not_newline(c: char) -> bool {
    !matches!(c, '\n' | '\r')
}

/// The model's `[\w|\d|\.|_]+`, whose bars are literal.
fn field_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '|')
}

fn store_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-' | ':')
}

const TEXT: &Shape = &Text(0, ANY, any_char);
const FLAG: &Shape = &Flag;
const TEXTS: &Shape = &List(0, ANY, TEXT);
const STORE: &Shape = &Text(3, 256, store_char);

/// The model's `[a-zA-Z0-9._\-]+`.
fn store_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

const STORE_NAME: &Shape = &Text(3, 128, store_name_char);
const KEY_ID: &Shape = &Text(1, 350, store_char);
const BILLING: &Shape = &Choice(&["EXTENDABLE_RETENTION_PRICING", "FIXED_RETENTION_PRICING"]);
const RETENTION: &Shape = &Whole(7, 3_653);

const BY_STORE: &Shape = &Record(&[must("EventDataStore", STORE)]);
const LIST_STORES: &Shape = &Record(&[
    may("NextToken", &Text(4, 1_000, not_newline)),
    may("MaxResults", &Whole(1, 1_000)),
]);
const CREATE_STORE: &Shape = &Record(&[
    must("Name", STORE_NAME),
    may("AdvancedEventSelectors", ADVANCED_SELECTORS),
    may("MultiRegionEnabled", FLAG),
    may("OrganizationEnabled", FLAG),
    may("RetentionPeriod", RETENTION),
    may("TerminationProtectionEnabled", FLAG),
    may("TagsList", TAGS),
    may("KmsKeyId", KEY_ID),
    may("StartIngestion", FLAG),
    may("BillingMode", BILLING),
]);
const UPDATE_STORE: &Shape = &Record(&[
    must("EventDataStore", STORE),
    may("Name", STORE_NAME),
    may("AdvancedEventSelectors", ADVANCED_SELECTORS),
    may("MultiRegionEnabled", FLAG),
    may("OrganizationEnabled", FLAG),
    may("RetentionPeriod", RETENTION),
    may("TerminationProtectionEnabled", FLAG),
    may("KmsKeyId", KEY_ID),
    may("BillingMode", BILLING),
]);

const BY_NAME: &Shape = &Record(&[must("Name", TEXT)]);
const BY_TRAIL_NAME: &Shape = &Record(&[must("TrailName", TEXT)]);
const LIST_TRAILS: &Shape = &Record(&[may("NextToken", TEXT)]);
const DESCRIBE_TRAILS: &Shape = &Record(&[
    may("trailNameList", TEXTS),
    may("includeShadowTrails", FLAG),
]);

const CREATE_TRAIL: &Shape = &Record(&[
    must("Name", TEXT),
    must("S3BucketName", TEXT),
    may("S3KeyPrefix", TEXT),
    may("SnsTopicName", TEXT),
    may("IncludeGlobalServiceEvents", FLAG),
    may("IsMultiRegionTrail", FLAG),
    may("EnableLogFileValidation", FLAG),
    may("CloudWatchLogsLogGroupArn", TEXT),
    may("CloudWatchLogsRoleArn", TEXT),
    may("KmsKeyId", TEXT),
    may("IsOrganizationTrail", FLAG),
    may("TagsList", TAGS),
]);
const UPDATE_TRAIL: &Shape = &Record(&[
    must("Name", TEXT),
    may("S3BucketName", TEXT),
    may("S3KeyPrefix", TEXT),
    may("SnsTopicName", TEXT),
    may("IncludeGlobalServiceEvents", FLAG),
    may("IsMultiRegionTrail", FLAG),
    may("EnableLogFileValidation", FLAG),
    may("CloudWatchLogsLogGroupArn", TEXT),
    may("CloudWatchLogsRoleArn", TEXT),
    may("KmsKeyId", TEXT),
    may("IsOrganizationTrail", FLAG),
]);

const PUT_EVENT_SELECTORS: &Shape = &Record(&[
    must("TrailName", TEXT),
    may("EventSelectors", BASIC_SELECTORS),
    may("AdvancedEventSelectors", ADVANCED_SELECTORS),
]);
/// A list of basic selectors.
pub(crate) const BASIC_SELECTORS: &Shape = &List(
    0,
    ANY,
    &Record(&[
        may("ReadWriteType", &Choice(&["ReadOnly", "WriteOnly", "All"])),
        may("IncludeManagementEvents", FLAG),
        may(
            "DataResources",
            &List(0, ANY, &Record(&[may("Type", TEXT), may("Values", TEXTS)])),
        ),
        may("ExcludeManagementEventSources", TEXTS),
    ]),
);
/// A list of advanced selectors. The list itself has no modelled minimum.
pub(crate) const ADVANCED_SELECTORS: &Shape = &List(
    0,
    ANY,
    &Record(&[
        may("Name", &Text(0, 1_000, not_newline)),
        must("FieldSelectors", &List(1, ANY, FIELD_SELECTOR)),
    ]),
);
const FIELD_SELECTOR: &Shape = &Record(&[
    must("Field", &Text(1, 1_000, field_char)),
    may("Equals", VALUES),
    may("StartsWith", VALUES),
    may("EndsWith", VALUES),
    may("NotEquals", VALUES),
    may("NotStartsWith", VALUES),
    may("NotEndsWith", VALUES),
]);
const VALUES: &Shape = &List(1, ANY, &Text(1, 2_048, not_newline));

const GET_INSIGHT_SELECTORS: &Shape =
    &Record(&[may("TrailName", TEXT), may("EventDataStore", STORE)]);
const PUT_INSIGHT_SELECTORS: &Shape = &Record(&[
    may("TrailName", TEXT),
    must("InsightSelectors", &List(0, ANY, INSIGHT_SELECTOR)),
    may("EventDataStore", STORE),
    may("InsightsDestination", STORE),
]);
const INSIGHT_SELECTOR: &Shape = &Record(&[
    may(
        "InsightType",
        &Choice(&["ApiCallRateInsight", "ApiErrorRateInsight"]),
    ),
    may(
        "EventCategories",
        &List(0, ANY, &Choice(&["Management", "Data"])),
    ),
]);

const TAG_CHANGE: &Shape = &Record(&[must("ResourceId", TEXT), must("TagsList", TAGS)]);
const TAGS: &Shape = &List(
    0,
    200,
    &Record(&[
        must("Key", &Text(1, 128, any_char)),
        may("Value", &Text(1, 256, any_char)),
    ]),
);
const LIST_TAGS: &Shape = &Record(&[must("ResourceIdList", TEXTS), may("NextToken", TEXT)]);
