//! The refusals that are about event data stores only; [`super`] has the others and says what a
//! row is.
//!
//! To add one: a row here, in [`RULES`] too, and a `Refusal::new` where the request is judged.

use super::{AES, INSIGHT, Mark::Assumed, Mark::Documented, Rule, UPDATE_STORE, bad, selectors};

const STORE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html";
const STORE_CREATE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html";
const STORE_DELETE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html";
const STORE_RESTORE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RestoreEventDataStore.html";
const STORE_LIST: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html";
const STORE_STOP: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html";
const LAKE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html";
const LAKE_LIMITS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html";
const LAKE_ORGANIZATION: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-organizations.html";

// Which store.
pub(crate) const NO_LAKE: Rule = bad(
    "no-lake",
    "UnsupportedOperationException",
    Assumed(
        "the limits page of the China Regions has no event data stores; the code is not documented",
    ),
);
pub(crate) const STORE_ARN: Rule = bad(
    "store-arn",
    "EventDataStoreARNInvalidException",
    Documented(STORE),
);
pub(crate) const STORE_ID: Rule = bad(
    "store-id",
    "EventDataStoreARNInvalidException",
    Assumed("the text of the error is about ARNs; what has the form of neither is not documented"),
);
pub(crate) const STORE_FOREIGN: Rule = bad(
    "store-foreign",
    "EventDataStoreARNInvalidException",
    Documented(STORE),
);
pub(crate) const STORE_UNKNOWN: Rule = bad(
    "store-unknown",
    "EventDataStoreNotFoundException",
    Documented(STORE),
);
pub(crate) const STORE_ELSEWHERE: Rule = bad(
    "store-elsewhere",
    "EventDataStoreNotFoundException",
    Assumed(
        "that a store is reached in its own region only is taken from the list of the current region",
    ),
);
pub(crate) const STORE_MEMBER: Rule = bad(
    "store-member",
    "NotOrganizationMasterAccountException",
    Documented(UPDATE_STORE),
);
pub(crate) const STORE_CONVERSION: Rule = bad(
    "store-conversion",
    "NotOrganizationMasterAccountException",
    Documented(UPDATE_STORE),
);
pub(crate) const STORE_MEMBER_CREATES: Rule = bad(
    "store-member-creates",
    "NotOrganizationMasterAccountException",
    Documented(STORE_CREATE),
);
pub(crate) const STORE_NO_ORGANIZATION: Rule = bad(
    "store-no-organization",
    "OrganizationsNotInUseException",
    Documented(STORE_CREATE),
);
// What is done to it.
pub(crate) const STORE_EXISTS: Rule = bad(
    "store-exists",
    "EventDataStoreAlreadyExistsException",
    Documented(STORE_CREATE),
);
pub(crate) const STORE_COUNT: Rule = bad(
    "store-count",
    "EventDataStoreMaxLimitExceededException",
    Documented(LAKE_LIMITS),
);
pub(crate) const STORE_NOTHING: Rule = bad(
    "store-nothing",
    "InvalidParameterException",
    Assumed("that an update has to change something is documented, the code is not"),
);
pub(crate) const STORE_RETENTION: Rule = bad(
    "store-retention",
    "InvalidParameterException",
    Assumed("the days of each billing mode are documented, the code is not"),
);
pub(crate) const STORE_BILLING: Rule = bad(
    "store-billing",
    "InvalidParameterException",
    Assumed("that the billing mode can't be changed back is documented, the code is not"),
);
pub(crate) const STORE_INACTIVE: Rule = bad(
    "store-inactive",
    "InactiveEventDataStoreException",
    Assumed("the error is declared; that a store pending deletion is the inactive one is not said"),
);
pub(crate) const STORE_BUSY: Rule = bad(
    "store-busy",
    "ConflictException",
    Assumed("the error is for what is not ready; which states that are is not said"),
);
pub(crate) const STORE_IMPORT: Rule = bad(
    "store-import",
    "EventDataStoreHasOngoingImportException",
    Documented(UPDATE_STORE),
);
pub(crate) const STORE_PROTECTED: Rule = bad(
    "store-protected",
    "EventDataStoreTerminationProtectedException",
    Documented(STORE_DELETE),
);
pub(crate) const STORE_STATUS: Rule = bad(
    "store-status",
    "InvalidEventDataStoreStatusException",
    Documented(STORE_STOP),
);
pub(crate) const STORE_RESTORED: Rule = bad(
    "store-restored",
    "InvalidEventDataStoreStatusException",
    Documented(STORE_RESTORE),
);
pub(crate) const STORE_CATEGORY: Rule = bad(
    "store-category",
    "InvalidEventDataStoreCategoryException",
    Documented(STORE_STOP),
);
pub(crate) const STORE_TOKEN: Rule = bad(
    "store-token",
    "InvalidNextTokenException",
    Documented(STORE_LIST),
);
// Its selectors.
pub(crate) const STORE_SELECTOR_COUNT: Rule =
    selectors("store-selector-count", Documented(UPDATE_STORE));
pub(crate) const STORE_CATEGORY_ALONE: Rule = selectors("store-category-alone", Documented(LAKE));
pub(crate) const STORE_CATEGORY_FIELD: Rule = selectors("store-category-field", Documented(AES));
pub(crate) const STORE_TYPE: Rule = selectors(
    "store-type",
    Assumed("a store contains the categories of one type; that a change is refused so is not said"),
);
pub(crate) const STORE_OUTSIDE: Rule = selectors(
    "store-outside",
    Assumed(
        "that an organization's store takes no events from outside AWS is documented, the code is not",
    ),
);
/// The newest pages have `userIdentity.arn` on network activity events, of trails only.
pub(crate) const STORE_NETWORK_FIELD: Rule = selectors("store-network-field", Documented(AES));
// Its Insights.
pub(crate) const STORE_INSIGHT_CLASH: Rule = bad(
    "store-insight-clash",
    "InvalidInsightSelectorsException",
    Documented(UPDATE_STORE),
);
pub(crate) const STORE_INSIGHT_DESTINATION: Rule = bad(
    "store-insight-destination",
    "InvalidInsightSelectorsException",
    Documented(INSIGHT),
);
pub(crate) const STORE_INSIGHT_PAIR: Rule = bad(
    "store-insight-pair",
    "InvalidParameterCombinationException",
    Assumed("that source and destination are both needed is documented, the code is not"),
);
pub(crate) const STORE_INSIGHT_DATA: Rule = bad(
    "store-insight-data",
    "InvalidInsightSelectorsException",
    Assumed("that a store has no Insights on data events is documented, the code is not"),
);
pub(crate) const STORE_INSIGHT_MEMBER: Rule = bad(
    "store-insight-member",
    "NotOrganizationMasterAccountException",
    Documented(LAKE_ORGANIZATION),
);

/// Every row.
pub(crate) const RULES: &[Rule] = &[
    NO_LAKE,
    STORE_ARN,
    STORE_ID,
    STORE_FOREIGN,
    STORE_UNKNOWN,
    STORE_ELSEWHERE,
    STORE_MEMBER,
    STORE_CONVERSION,
    STORE_MEMBER_CREATES,
    STORE_NO_ORGANIZATION,
    STORE_EXISTS,
    STORE_COUNT,
    STORE_NOTHING,
    STORE_RETENTION,
    STORE_BILLING,
    STORE_INACTIVE,
    STORE_BUSY,
    STORE_IMPORT,
    STORE_PROTECTED,
    STORE_STATUS,
    STORE_RESTORED,
    STORE_CATEGORY,
    STORE_TOKEN,
    STORE_SELECTOR_COUNT,
    STORE_CATEGORY_ALONE,
    STORE_CATEGORY_FIELD,
    STORE_TYPE,
    STORE_OUTSIDE,
    STORE_NETWORK_FIELD,
    STORE_INSIGHT_CLASH,
    STORE_INSIGHT_DESTINATION,
    STORE_INSIGHT_PAIR,
    STORE_INSIGHT_DATA,
    STORE_INSIGHT_MEMBER,
];
