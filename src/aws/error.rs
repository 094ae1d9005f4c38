//! What can go wrong when CloudTrail or STS is asked: every SDK error becomes one of our kinds.
//!
//! The kinds are AWS's documented error codes, grouped by what a user has to do about them. The
//! sentences that a user reads are made in `provider::explain`; here is only what is known. May
//! import nothing of ours.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudtrail::operation::RequestId;
use aws_smithy_runtime_api::client::interceptors::context;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::call::Call;
use super::http::NotReached;

/// What went wrong, by what has to be done about it.
///
/// The codes and their causes are those of
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>,
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html> and
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// No trail of that name or ARN in the Region and account that were asked.
    TrailNotFound,
    /// The trail name breaks the naming rules.
    InvalidTrailName,
    /// The ARN is malformed, or names something that is not a trail.
    InvalidArn,
    /// The call was sent to another Region than the trail's home.
    InvalidHomeRegion,
    /// CloudTrail does not take these event selectors.
    InvalidEventSelectors,
    /// Another change of the trail is under way.
    Conflict,
    /// Too many calls.
    Throttled,
    /// The operation is not available here.
    Unsupported,
    /// The caller may not do this to this trail: a member account and an organization trail.
    NotPermitted,
    /// Only the organization's management account or a delegated administrator may do this.
    NotOrganizationManagement,
    /// The management account lacks CloudTrail's service-linked role.
    NoServiceLinkedRole,
    /// The caller lacks permissions in AWS Organizations or IAM that CloudTrail needs.
    MissingDependencyPermission,
    /// An IAM policy denies the call.
    AccessDenied,
    /// AWS does not accept the credentials: unknown, expired, or the signature does not match.
    BadCredentials,
    /// No credentials were found, or the source that should give them failed.
    NoCredentials,
    /// STS refused a role that the provider block names.
    RoleNotAssumed,
    /// The credentials belong to an account that is not to be worked in.
    WrongAccount,
    /// An argument of the session can't be used.
    SessionArgument,
    /// No Region was given anywhere.
    NoRegion,
    /// The service could not be reached.
    Unreachable,
    /// The certificate of the service, or of the proxy, is not one that is trusted here.
    CertificateNotTrusted,
    /// The proxy wants other credentials than it got, or any, or does not connect for another reason.
    ProxyRefused,
    /// No answer in time.
    TimedOut,
    /// Not sent: the session's own limit of calls a second did not let it through in time.
    NoTurn,
    /// Whoever waits wanted it to stop before it was done.
    Stopped,
    /// The service failed: HTTP 5xx.
    ServiceFault,
    /// The service answered something that is not understood.
    UnexpectedAnswer,
    /// No event data store of that ID or ARN in the Region and account that were asked.
    StoreNotFound,
    /// The ARN of an event data store is malformed, or its ID is none.
    InvalidStoreArn,
    /// The event data store takes no change: it is on its way out.
    StoreInactive,
    /// The event data store was between two states for too long.
    StoreBusy,
    /// Events are being imported into the event data store.
    ImportUnderWay,
    /// The store's Insights can't work with these selectors.
    InsightsClash,
    /// The organization does not have all features enabled.
    NotAllFeatures,
    /// CloudTrail has no trusted access to AWS Organizations.
    NoTrustedAccess,
    /// The account belongs to no organization.
    NoOrganization,
    /// The KMS key of the event data store can't be used.
    KmsKey,
    /// An argument of the call is not taken.
    InvalidParameter,
    /// Any other refusal by the service.
    Refused,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: &[Self] = &[
        Self::TrailNotFound,
        Self::InvalidTrailName,
        Self::InvalidArn,
        Self::InvalidHomeRegion,
        Self::InvalidEventSelectors,
        Self::Conflict,
        Self::Throttled,
        Self::Unsupported,
        Self::NotPermitted,
        Self::NotOrganizationManagement,
        Self::NoServiceLinkedRole,
        Self::MissingDependencyPermission,
        Self::AccessDenied,
        Self::BadCredentials,
        Self::NoCredentials,
        Self::RoleNotAssumed,
        Self::WrongAccount,
        Self::SessionArgument,
        Self::NoRegion,
        Self::Unreachable,
        Self::CertificateNotTrusted,
        Self::ProxyRefused,
        Self::TimedOut,
        Self::NoTurn,
        Self::Stopped,
        Self::ServiceFault,
        Self::UnexpectedAnswer,
        Self::StoreNotFound,
        Self::InvalidStoreArn,
        Self::StoreInactive,
        Self::StoreBusy,
        Self::ImportUnderWay,
        Self::InsightsClash,
        Self::NotAllFeatures,
        Self::NoTrustedAccess,
        Self::NoOrganization,
        Self::KmsKey,
        Self::InvalidParameter,
        Self::Refused,
    ];
}

/// One failed call.
#[derive(Debug, Clone)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The API operation, as AWS spells it: `PutEventSelectors`. Words for what is no call.
    pub operation: &'static str,
    /// The Region that was asked; empty if none was.
    pub region: Box<str>,
    /// AWS's error code, where the service answered with one.
    pub code: Option<Box<str>>,
    /// The service's own words, or the innermost cause for a call that never arrived.
    pub message: Option<Box<str>>,
    /// The request id, for a support case.
    pub request_id: Option<Box<str>>,
    /// Whether a call that changes something may have been carried out although it failed here: an
    /// attempt was answered 5xx or not at all, or was still on its way when it was given up.
    pub outcome_unknown: bool,
    /// For a trail that was not found by its bare name: the ARNs of the account's trails of that
    /// name in other Regions.
    pub whereabouts: Vec<String>,
}

impl Error {
    /// An error that was found before or beside a call.
    pub(crate) fn local(kind: ErrorKind, operation: &'static str, region: &str) -> Self {
        Self {
            kind,
            operation,
            region: region.into(),
            code: None,
            message: None,
            request_id: None,
            outcome_unknown: false,
            whereabouts: Vec::new(),
        }
    }

    /// The same with a text.
    pub(crate) fn with_message(mut self, message: impl Into<Box<str>>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The same with the request id of an answer, where it has one.
    pub(crate) fn with_request_id(mut self, answer: &impl RequestId) -> Self {
        self.request_id = answer.request_id().map(Into::into);
        self
    }

    /// The same for a call that would have been made again, had it not been stopped. What its last
    /// attempt was answered stays in it.
    pub(super) fn stopped(mut self) -> Self {
        self.kind = ErrorKind::Stopped;
        self
    }

    /// Sorts what a whole call came to into our kinds.
    pub(super) fn from_sdk<E>(call: &Call, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let local = |kind| Self::local(kind, call.operation, &call.region);
        if let Some(of_role) = role_cause(error) {
            return of_role.clone();
        }
        match error {
            SdkError::ServiceError(context) => Self::answered(call, context.err(), context.raw()),
            SdkError::TimeoutError(_) => local(ErrorKind::TimedOut),
            SdkError::ResponseError(context) => local(ErrorKind::UnexpectedAnswer)
                .with_message(innermost(error).to_string())
                .with_request_id(context.raw()),
            SdkError::DispatchFailure(failure) => {
                if let Some(cause) = credentials_cause(error) {
                    return local(ErrorKind::NoCredentials).with_message(cause);
                }
                local(way_kind(error, failure.is_timeout()))
                    .with_message(innermost(error).to_string())
            }
            SdkError::ConstructionFailure(_) | _ => match credentials_cause(error) {
                Some(cause) => local(ErrorKind::NoCredentials).with_message(cause),
                None => local(ErrorKind::Refused).with_message(innermost(error).to_string()),
            },
        }
    }

    /// Sorts what one attempt of a call came to into our kinds.
    pub(super) fn of_attempt<E>(
        call: &Call,
        error: &OrchestratorError<context::Error>,
        response: Option<&HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let local = |kind| Self::local(kind, call.operation, &call.region);
        let answer = error.as_operation_error().and_then(|e| e.downcast_ref());
        if let (Some::<&E>(answer), Some(response)) = (answer, response) {
            return Self::answered(call, answer, response);
        }
        if let Some(failure) = error.as_connector_error() {
            return local(way_kind(failure, failure.is_timeout()))
                .with_message(innermost(failure).to_string());
        }
        match response {
            _ if error.is_timeout_error() => local(ErrorKind::TimedOut),
            Some(response) => local(ErrorKind::UnexpectedAnswer).with_request_id(response),
            None => local(ErrorKind::Unreachable),
        }
    }

    /// The service's own error.
    fn answered(call: &Call, answer: &impl ProvideErrorMetadata, response: &HttpResponse) -> Self {
        let kind = kind_of(answer.code(), response.status().as_u16());
        Self {
            code: answer.code().map(Into::into),
            message: answer.message().map(Into::into),
            ..Self::local(kind, call.operation, &call.region)
        }
        .with_request_id(response)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        if !self.region.is_empty() {
            write!(f, " in {}", self.region)?;
        }
        let is_stopped = self.kind == ErrorKind::Stopped;
        if is_stopped {
            write!(f, " was stopped")?;
            if self.code.is_some() || self.message.is_some() {
                write!(f, "; its last attempt")?;
            }
        }
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, " answered {code}: {message}")?,
            (Some(code), None) => write!(f, " answered {code}")?,
            (None, Some(message)) if self.kind == ErrorKind::WrongAccount => {
                write!(f, " answered {message}")?;
            }
            (None, Some(message)) => write!(f, " failed: {message}")?,
            (None, None) if is_stopped => {}
            (None, None) => write!(f, " failed")?,
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request id {id})")?;
        }
        Ok(())
    }
}

impl StdError for Error {}

/// Sorts AWS's error code, then the HTTP status, into a kind.
fn kind_of(code: Option<&str>, status: u16) -> ErrorKind {
    match code.unwrap_or_default() {
        "TrailNotFoundException" => ErrorKind::TrailNotFound,
        "InvalidTrailNameException" => ErrorKind::InvalidTrailName,
        "CloudTrailARNInvalidException" => ErrorKind::InvalidArn,
        "InvalidHomeRegionException" => ErrorKind::InvalidHomeRegion,
        "InvalidEventSelectorsException" => ErrorKind::InvalidEventSelectors,
        "ConflictException" => ErrorKind::Conflict,
        "ThrottlingException" | "Throttling" | "RequestLimitExceeded" => ErrorKind::Throttled,
        "UnsupportedOperationException" => ErrorKind::Unsupported,
        "OperationNotPermittedException" => ErrorKind::NotPermitted,
        "NotOrganizationMasterAccountException" => ErrorKind::NotOrganizationManagement,
        "NoManagementAccountSLRExistsException" => ErrorKind::NoServiceLinkedRole,
        "InsufficientDependencyServiceAccessPermissionException" => {
            ErrorKind::MissingDependencyPermission
        }
        "EventDataStoreNotFoundException" => ErrorKind::StoreNotFound,
        "EventDataStoreARNInvalidException" => ErrorKind::InvalidStoreArn,
        "InactiveEventDataStoreException" => ErrorKind::StoreInactive,
        "EventDataStoreHasOngoingImportException" => ErrorKind::ImportUnderWay,
        "InvalidInsightSelectorsException" => ErrorKind::InsightsClash,
        "OrganizationNotInAllFeaturesModeException" => ErrorKind::NotAllFeatures,
        "CloudTrailAccessNotEnabledException" => ErrorKind::NoTrustedAccess,
        "OrganizationsNotInUseException" => ErrorKind::NoOrganization,
        "InsufficientEncryptionPolicyException"
        | "InvalidKmsKeyIdException"
        | "KmsException"
        | "KmsKeyNotFoundException" => ErrorKind::KmsKey,
        "InvalidParameterException"
        | "EventDataStoreAlreadyExistsException"
        | "InvalidMaxResultsException"
        | "InvalidNextTokenException" => ErrorKind::InvalidParameter,
        "AccessDeniedException" | "AccessDenied" | "NotAuthorized" => ErrorKind::AccessDenied,
        "ExpiredTokenException"
        | "ExpiredToken"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException" => ErrorKind::BadCredentials,
        _ if status >= 500 => ErrorKind::ServiceFault,
        _ if status == 429 => ErrorKind::Throttled,
        _ if status == 403 => ErrorKind::AccessDenied,
        _ => ErrorKind::Refused,
    }
}

/// What kind of failure it was that came between a call and its service.
fn way_kind(error: &(dyn StdError + 'static), is_timeout: bool) -> ErrorKind {
    if is_timeout {
        return ErrorKind::TimedOut;
    }
    match innermost(error).downcast_ref::<NotReached>() {
        Some(told) => told.kind,
        None => ErrorKind::Unreachable,
    }
}

/// The innermost cause of an error: the one that says what happened rather than where.
pub(super) fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause
}

/// What went wrong when a role was assumed for the call, if that is what failed: the error of that
/// call, told in place of the one that it was for.
pub(super) fn role_cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Error> {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(found) = current.downcast_ref() {
            return Some(found);
        }
        cause = current.source();
    }
    None
}

/// The words of the credential source that failed, if that is what failed.
fn credentials_cause(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if current.downcast_ref::<CredentialsError>().is_some() {
            return Some(innermost(current).to_string());
        }
        cause = current.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{ErrorKind, kind_of};

    /// Every error that CloudTrail declares for reading and changing selectors, of a trail or of an
    /// event data store, has a kind, so that none ends in the bucket for the unknown.
    #[test]
    fn every_declared_error_has_a_kind() {
        for code in [
            "CloudTrailARNInvalidException",
            "CloudTrailAccessNotEnabledException",
            "ConflictException",
            "EventDataStoreARNInvalidException",
            "EventDataStoreAlreadyExistsException",
            "EventDataStoreHasOngoingImportException",
            "EventDataStoreNotFoundException",
            "InactiveEventDataStoreException",
            "InsufficientDependencyServiceAccessPermissionException",
            "InsufficientEncryptionPolicyException",
            "InvalidEventSelectorsException",
            "InvalidInsightSelectorsException",
            "InvalidKmsKeyIdException",
            "InvalidParameterException",
            "KmsException",
            "KmsKeyNotFoundException",
            "OrganizationNotInAllFeaturesModeException",
            "OrganizationsNotInUseException",
            "InvalidHomeRegionException",
            "InvalidTrailNameException",
            "NoManagementAccountSLRExistsException",
            "NotOrganizationMasterAccountException",
            "OperationNotPermittedException",
            "ThrottlingException",
            "TrailNotFoundException",
            "UnsupportedOperationException",
        ] {
            assert_ne!(kind_of(Some(code), 400), ErrorKind::Refused, "{code}");
        }
    }

    /// Without a known code the HTTP status decides.
    #[test]
    fn status_decides_without_a_code() {
        assert_eq!(kind_of(None, 503), ErrorKind::ServiceFault);
        assert_eq!(kind_of(Some("Whatever"), 500), ErrorKind::ServiceFault);
        assert_eq!(kind_of(None, 403), ErrorKind::AccessDenied);
        assert_eq!(kind_of(None, 429), ErrorKind::Throttled);
        assert_eq!(kind_of(Some("Whatever"), 400), ErrorKind::Refused);
    }
}
