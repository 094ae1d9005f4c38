//! Every refusal the simulator knows, one row each: its name, the error code and status it is
//! answered with, and its mark.
//!
//! Imports [`super::error`] for the mark. To add a refusal: a row here, in [`RULES`] too, and a
//! `Refusal::new` where the request is judged. Those about event data stores only are in [`stores`].

use super::error::Mark::{self, Assumed, Documented};

pub(crate) mod stores;

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Name, for the journal and for tests.
    pub(crate) name: &'static str,
    /// Error code.
    pub(crate) code: &'static str,
    /// HTTP status.
    pub(crate) status: u16,
    /// Documented or assumed.
    pub(crate) mark: Mark,
}

const fn row(name: &'static str, code: &'static str, status: u16, mark: Mark) -> Rule {
    Rule {
        name,
        code,
        status,
        mark,
    }
}

const fn bad(name: &'static str, code: &'static str, mark: Mark) -> Rule {
    row(name, code, 400, mark)
}

const fn signature(name: &'static str, mark: Mark) -> Rule {
    row(name, "InvalidSignatureException", 403, mark)
}

const fn selectors(name: &'static str, mark: Mark) -> Rule {
    bad(name, "InvalidEventSelectorsException", mark)
}

const COMMON: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html";
const SIGNING: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html";
const SIGNING_ERRORS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html";
const API: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html";
const PUT: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html";
const AES: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html";
const AFS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html";
const BES: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html";
const BASIC_RESOURCE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html";
const UPDATE_STORE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html";
const CREATE: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html";
const STATUS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html";
const INSIGHT: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html";
const INSIGHT_GET: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html";
const TAGS: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html";
const TAGS_LIST: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html";
const LIMITS: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html";
const NAME: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html";
const MANAGEMENT: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html";
const NETWORK: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html";
const DATA: &str =
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html";
const CLI: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-additional-cli-commands.html";
const DELEGATION: &str = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html";
const PORTAL: &str = "https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html";

const VALIDATION: &str = "ValidationException";

// Signature and caller.
pub(crate) const UNSIGNED: Rule = row(
    "unsigned",
    "MissingAuthenticationToken",
    403,
    Documented(COMMON),
);
pub(crate) const SIGNATURE_INCOMPLETE: Rule = row(
    "signature-incomplete",
    "IncompleteSignature",
    403,
    Documented(COMMON),
);
pub(crate) const SIGNED_HEADERS: Rule = signature("signed-headers", Documented(SIGNING));
pub(crate) const SIGNATURE_WRONG: Rule = signature("signature-wrong", Documented(SIGNING_ERRORS));
pub(crate) const SIGNATURE_TIME: Rule = signature("signature-time", Documented(SIGNING_ERRORS));
pub(crate) const SIGNATURE_SCOPE: Rule = signature("signature-scope", Documented(SIGNING_ERRORS));
pub(crate) const BODY_HASH: Rule = signature(
    "body-hash",
    Assumed("x-amz-content-sha256 is specified for Amazon S3 only"),
);
pub(crate) const KEY_UNKNOWN: Rule = row(
    "key-unknown",
    "UnrecognizedClientException",
    403,
    Documented(COMMON),
);
pub(crate) const TOKEN_WRONG: Rule = row(
    "token-wrong",
    "UnrecognizedClientException",
    403,
    Assumed("the code is documented for an unknown key id; a wrong session token has no other"),
);
pub(crate) const TOKEN_EXPIRED: Rule = row(
    "token-expired",
    "ExpiredTokenException",
    403,
    Documented(COMMON),
);
pub(crate) const PARTITION_WRONG: Rule = row(
    "partition-wrong",
    "UnrecognizedClientException",
    403,
    Assumed("a key of another partition is taken to be an unknown one"),
);
// Protocol.
pub(crate) const METHOD_OR_PATH: Rule = row(
    "method-or-path",
    "UnknownOperationException",
    404,
    Assumed("the protocol has POST / only; what else is answered is not documented"),
);
pub(crate) const OPERATION_UNKNOWN: Rule = row(
    "operation-unknown",
    "UnknownOperationException",
    404,
    Documented(COMMON),
);
pub(crate) const CONTENT_TYPE: Rule = row(
    "content-type",
    "SerializationException",
    400,
    Assumed("the protocol has one content type; what is answered to another is not documented"),
);
pub(crate) const BODY_SIZE: Rule = row(
    "body-size",
    "RequestEntityTooLargeException",
    413,
    Documented(COMMON),
);
pub(crate) const BODY_SYNTAX: Rule = bad(
    "body-syntax",
    "SerializationException",
    Assumed("that the request is refused is certain, the code is not documented"),
);
pub(crate) const MODEL_TYPE: Rule = bad(
    "model-type",
    "SerializationException",
    Assumed("the type is documented, the code is not"),
);
pub(crate) const MODEL_MEMBER: Rule = row(
    "model-member",
    VALIDATION,
    400,
    Assumed("the service may ignore what it does not know; a client must not rely on it"),
);
/// The constraints are on the pages of the types. The code is what other services with this
/// protocol send; the page of common errors prints it as `ValidationError`.
pub(crate) const MODEL_CONSTRAINT: Rule = bad("model-constraint", VALIDATION, Documented(API));
/// The page has the numbers in its editions for all operations of a kind, 10 a second for those that
/// get, describe or list, and 1 for others; since then each operation has a quota of its own, in
/// <https://docs.aws.amazon.com/general/latest/gr/ct.html>.
pub(crate) const RATE: Rule = bad(
    "rate",
    "ThrottlingException",
    Assumed(
        "the numbers were documented (WhatIsCloudTrail-Limits), how a second is counted is not",
    ),
);
// Trails: names, regions, accounts.
pub(crate) const TRAIL_NAME: Rule =
    bad("trail-name", "InvalidTrailNameException", Documented(NAME));
pub(crate) const TRAIL_ARN: Rule = bad(
    "trail-arn",
    "CloudTrailARNInvalidException",
    Documented(PUT),
);
pub(crate) const TRAIL_UNKNOWN: Rule =
    bad("trail-unknown", "TrailNotFoundException", Documented(CLI));
pub(crate) const TRAIL_UNKNOWN_TO_CALLER: Rule = bad(
    "trail-unknown-to-caller",
    "TrailNotFoundException",
    Assumed("what an account that may not see a trail is answered is not documented"),
);
pub(crate) const STATUS_BY_NAME: Rule = bad(
    "status-by-name",
    "TrailNotFoundException",
    Documented(STATUS),
);
pub(crate) const HOME_REGION: Rule =
    bad("home-region", "InvalidHomeRegionException", Documented(PUT));
pub(crate) const MEMBER_READS_SELECTORS: Rule = bad(
    "member-reads-selectors",
    "OperationNotPermittedException",
    Assumed(
        "it fails (https://github.com/cloud-custodian/cloud-custodian/pull/6394), the code is not documented",
    ),
);
pub(crate) const MEMBER_CHANGES: Rule = bad(
    "member-changes",
    "NotOrganizationMasterAccountException",
    Documented(PUT),
);
pub(crate) const MEMBER_CREATES: Rule = bad(
    "member-creates",
    "NotOrganizationMasterAccountException",
    Documented(CREATE),
);
pub(crate) const NO_ORGANIZATION: Rule = bad(
    "no-organization",
    "OrganizationsNotInUseException",
    Documented(CREATE),
);
pub(crate) const CONVERSION: Rule = bad(
    "conversion",
    "NotOrganizationMasterAccountException",
    Documented(DELEGATION),
);
pub(crate) const TRAIL_EXISTS: Rule = bad(
    "trail-exists",
    "TrailAlreadyExistsException",
    Documented(CREATE),
);
pub(crate) const TRAIL_COUNT: Rule = bad(
    "trail-count",
    "MaximumNumberOfTrailsExceededException",
    Documented(LIMITS),
);
pub(crate) const BUCKET_NAME: Rule = bad(
    "bucket-name",
    "InvalidS3BucketNameException",
    Documented(CREATE),
);
pub(crate) const BUCKET_PREFIX: Rule = bad(
    "bucket-prefix",
    "InvalidS3PrefixException",
    Documented(CREATE),
);
pub(crate) const TOPIC_NAME: Rule = bad(
    "topic-name",
    "InvalidSnsTopicNameException",
    Documented(CREATE),
);
pub(crate) const LOG_GROUP_AND_ROLE: Rule = bad(
    "log-group-and-role",
    "InvalidCloudWatchLogsLogGroupArnException",
    Assumed("that one needs the other is documented, the code is not"),
);
pub(crate) const GLOBAL_EVENTS: Rule = row(
    "global-events",
    "InvalidParameterCombinationException",
    400,
    Assumed(
        "conversion to multi-Region turns global service events on; the refusal is not documented",
    ),
);
pub(crate) const NEXT_TOKEN: Rule = bad(
    "next-token",
    "InvalidTokenException",
    Assumed("the operations that take a token do not say what a wrong one is answered with"),
);
// Selectors: kinds and counts.
pub(crate) const KINDS: Rule = selectors(
    "kinds",
    Assumed("the code: a request with both kinds is documented as wrong"),
);
pub(crate) const KIND_MISSING: Rule = selectors(
    "kind-missing",
    Assumed("a request with neither kind is not documented"),
);
pub(crate) const LIST_EMPTY: Rule =
    selectors("list-empty", Assumed("an empty list is not documented"));
pub(crate) const BASIC_COUNT: Rule = selectors("basic-count", Documented(PUT));
pub(crate) const RESOURCE_COUNT: Rule = selectors("resource-count", Documented(LIMITS));
pub(crate) const VALUE_COUNT: Rule = selectors("value-count", Documented(PUT));
// Selectors: basic.
pub(crate) const RESOURCE_TYPE: Rule = selectors("resource-type", Documented(BASIC_RESOURCE));
pub(crate) const RESOURCE_VALUE: Rule = selectors("resource-value", Documented(BASIC_RESOURCE));
pub(crate) const RESOURCE_VALUES_EMPTY: Rule = selectors(
    "resource-values-empty",
    Assumed("a type without values is not documented"),
);
pub(crate) const EXCLUDED_SOURCE: Rule = selectors("excluded-source", Documented(BES));
// Selectors: advanced.
pub(crate) const CATEGORY_REQUIRED: Rule = selectors("category-required", Documented(AFS));
pub(crate) const CATEGORY_VALUE: Rule = selectors("category-value", Documented(AFS));
pub(crate) const CATEGORY_COUNT: Rule = row(
    "category-count",
    "InvalidEventSelectorsException",
    400,
    Assumed("every documented selector has one category; none says that two are refused"),
);
pub(crate) const EQUALS_ONLY: Rule = selectors("equals-only", Documented(AFS));
pub(crate) const FIELD_UNKNOWN: Rule = selectors("field-unknown", Documented(AFS));
pub(crate) const FIELD_TWICE: Rule = row(
    "field-twice",
    "InvalidEventSelectorsException",
    400,
    Assumed("only resources.type is documented as refused twice; others are advised against"),
);
pub(crate) const OPERATOR_MISSING: Rule = row(
    "operator-missing",
    "InvalidEventSelectorsException",
    400,
    Assumed("a field without an operator selects nothing; not documented"),
);
pub(crate) const READ_ONLY_VALUE: Rule = selectors("read-only-value", Documented(AFS));
pub(crate) const MANAGEMENT_FIELD: Rule = selectors("management-field", Documented(AES));
pub(crate) const MANAGEMENT_STORE_FIELD: Rule =
    selectors("management-store-field", Documented(MANAGEMENT));
pub(crate) const MANAGEMENT_SOURCE: Rule = selectors("management-source", Documented(AFS));
pub(crate) const DATA_FIELD: Rule = selectors("data-field", Documented(AES));
pub(crate) const DATA_TYPE_REQUIRED: Rule = selectors("data-type-required", Documented(DATA));
pub(crate) const DATA_TYPE_ONE: Rule = selectors("data-type-one", Documented(AFS));
pub(crate) const DATA_TYPE_FORM: Rule = row(
    "data-type-form",
    "InvalidEventSelectorsException",
    400,
    Assumed("the list of types grows; the simulator checks their form AWS::Service::Resource"),
);
pub(crate) const DATA_ARN_FORM: Rule = selectors("data-arn-form", Documented(AFS));
pub(crate) const CONSOLE_SESSION: Rule = selectors("console-session", Documented(AFS));
pub(crate) const NETWORK_FIELD: Rule = selectors("network-field", Documented(AES));
pub(crate) const NETWORK_SOURCE: Rule = selectors("network-source", Documented(NETWORK));
pub(crate) const NETWORK_ERROR_CODE: Rule = selectors("network-error-code", Documented(NETWORK));
// Insights.
pub(crate) const INSIGHT_OFF: Rule = bad(
    "insight-off",
    "InsightNotEnabledException",
    Documented(INSIGHT_GET),
);
pub(crate) const INSIGHT_NEEDS: Rule = bad(
    "insight-needs",
    "InvalidInsightSelectorsException",
    Documented(INSIGHT),
);
pub(crate) const INSIGHT_TARGET: Rule = bad(
    "insight-target",
    "InvalidParameterCombinationException",
    Documented(INSIGHT),
);
// Tags.
pub(crate) const TAG_COUNT: Rule = bad("tag-count", "TagsLimitExceededException", Documented(TAGS));
pub(crate) const TAG_TWICE: Rule = bad(
    "tag-twice",
    "InvalidTagParameterException",
    Documented(TAGS),
);
pub(crate) const TAGGED_UNKNOWN: Rule = bad(
    "tagged-unknown",
    "ResourceNotFoundException",
    Documented(TAGS),
);
pub(crate) const TAGS_LIST_COUNT: Rule = bad(
    "tags-list-count",
    "InvalidParameterException",
    Assumed("the limit is documented (API_ListTags), the code is not"),
);
pub(crate) const TAGS_FOREIGN: Rule = bad(
    "tags-foreign",
    "CloudTrailARNInvalidException",
    Documented(TAGS_LIST),
);
// STS, whose errors have codes of their own.
pub(crate) const STS_VERSION: Rule = row(
    "sts-version",
    "InvalidAction",
    400,
    Assumed("the protocol has one version; what is answered to another is not documented"),
);
pub(crate) const STS_PARAMETER: Rule = bad(
    "sts-parameter",
    "ValidationError",
    Documented("https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"),
);
pub(crate) const STS_ROLE: Rule = row(
    "sts-role",
    "AccessDenied",
    403,
    Assumed("a role of an account that is not simulated is one that may not be assumed"),
);
// The portal of IAM Identity Center.
pub(crate) const PORTAL_REQUEST: Rule = bad(
    "portal-request",
    "InvalidRequestException",
    Documented(PORTAL),
);
pub(crate) const PORTAL_TOKEN: Rule = row(
    "portal-token",
    "UnauthorizedException",
    401,
    Documented(PORTAL),
);
pub(crate) const PORTAL_ROLE: Rule = row(
    "portal-role",
    "ForbiddenException",
    403,
    Assumed("what is answered about a role that is not assigned is not on the operation's page"),
);

/// Every row, those of [`stores`] too.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(stores::RULES)
}

/// Every row of this table.
pub(crate) const RULES: &[Rule] = &[
    UNSIGNED,
    SIGNATURE_INCOMPLETE,
    SIGNED_HEADERS,
    SIGNATURE_WRONG,
    SIGNATURE_TIME,
    SIGNATURE_SCOPE,
    BODY_HASH,
    KEY_UNKNOWN,
    TOKEN_WRONG,
    TOKEN_EXPIRED,
    PARTITION_WRONG,
    METHOD_OR_PATH,
    OPERATION_UNKNOWN,
    CONTENT_TYPE,
    BODY_SIZE,
    BODY_SYNTAX,
    MODEL_TYPE,
    MODEL_MEMBER,
    MODEL_CONSTRAINT,
    RATE,
    TRAIL_NAME,
    TRAIL_ARN,
    TRAIL_UNKNOWN,
    TRAIL_UNKNOWN_TO_CALLER,
    STATUS_BY_NAME,
    HOME_REGION,
    MEMBER_READS_SELECTORS,
    MEMBER_CHANGES,
    MEMBER_CREATES,
    NO_ORGANIZATION,
    CONVERSION,
    TRAIL_EXISTS,
    TRAIL_COUNT,
    BUCKET_NAME,
    BUCKET_PREFIX,
    TOPIC_NAME,
    LOG_GROUP_AND_ROLE,
    GLOBAL_EVENTS,
    NEXT_TOKEN,
    KINDS,
    KIND_MISSING,
    LIST_EMPTY,
    BASIC_COUNT,
    RESOURCE_COUNT,
    VALUE_COUNT,
    RESOURCE_TYPE,
    RESOURCE_VALUE,
    RESOURCE_VALUES_EMPTY,
    EXCLUDED_SOURCE,
    CATEGORY_REQUIRED,
    CATEGORY_VALUE,
    CATEGORY_COUNT,
    EQUALS_ONLY,
    FIELD_UNKNOWN,
    FIELD_TWICE,
    OPERATOR_MISSING,
    READ_ONLY_VALUE,
    MANAGEMENT_FIELD,
    MANAGEMENT_STORE_FIELD,
    MANAGEMENT_SOURCE,
    DATA_FIELD,
    DATA_TYPE_REQUIRED,
    DATA_TYPE_ONE,
    DATA_TYPE_FORM,
    DATA_ARN_FORM,
    CONSOLE_SESSION,
    NETWORK_FIELD,
    NETWORK_SOURCE,
    NETWORK_ERROR_CODE,
    INSIGHT_OFF,
    INSIGHT_NEEDS,
    INSIGHT_TARGET,
    TAG_COUNT,
    TAG_TWICE,
    TAGGED_UNKNOWN,
    TAGS_LIST_COUNT,
    TAGS_FOREIGN,
    STS_VERSION,
    STS_PARAMETER,
    STS_ROLE,
    PORTAL_REQUEST,
    PORTAL_TOKEN,
    PORTAL_ROLE,
];
