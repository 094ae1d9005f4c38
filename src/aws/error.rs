//! What can go wrong when CloudTrail or STS is asked: every SDK error becomes one of our kinds.
//!
//! The kinds are AWS's documented error codes, grouped by what a user has to do about them. The
//! sentences that a user reads are made in `provider::explain`; here is only what is known. May
//! import nothing of ours.

use std::error::Error as StdError;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cloudtrail::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// What went wrong, by what has to be done about it.
///
/// The codes and their causes are those of
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html> and
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
    /// No Region was given anywhere.
    NoRegion,
    /// The service could not be reached.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The service failed: HTTP 5xx.
    ServiceFault,
    /// The service answered something that is not understood.
    UnexpectedAnswer,
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
        Self::NoRegion,
        Self::Unreachable,
        Self::TimedOut,
        Self::ServiceFault,
        Self::UnexpectedAnswer,
        Self::Refused,
    ];
}

/// One failed call.
#[derive(Debug, Clone)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// The API operation, as AWS spells it: `PutEventSelectors`.
    pub operation: &'static str,
    /// The Region that was asked; empty if none was.
    pub region: Box<str>,
    /// AWS's error code, where the service answered with one.
    pub code: Option<Box<str>>,
    /// The service's own words, or the innermost cause for a call that never arrived.
    pub message: Option<Box<str>>,
    /// The request id, for a support case.
    pub request_id: Option<Box<str>>,
    /// Whether the call may have been carried out although it failed here.
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

    /// Sorts an SDK error into our kinds.
    pub(crate) fn from_sdk<E>(
        operation: &'static str,
        region: &str,
        error: &SdkError<E, HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let local = |kind| Self::local(kind, operation, region);
        match error {
            SdkError::ServiceError(context) => {
                let answer = context.err();
                let status = context.raw().status().as_u16();
                let mut this = local(kind_of(answer.code(), status));
                this.code = answer.code().map(Into::into);
                this.message = answer.message().map(Into::into);
                this.request_id = error.request_id().map(Into::into);
                this.outcome_unknown = status >= 500;
                this
            }
            SdkError::TimeoutError(_) => {
                let mut this = local(ErrorKind::TimedOut);
                this.outcome_unknown = true;
                this
            }
            SdkError::ResponseError(_) => {
                let mut this =
                    local(ErrorKind::UnexpectedAnswer).with_message(innermost(error).to_string());
                this.outcome_unknown = true;
                this
            }
            SdkError::DispatchFailure(failure) => {
                if let Some(cause) = credentials_cause(error) {
                    return local(ErrorKind::NoCredentials).with_message(cause);
                }
                let kind = if failure.is_timeout() {
                    ErrorKind::TimedOut
                } else {
                    ErrorKind::Unreachable
                };
                let mut this = local(kind).with_message(innermost(error).to_string());
                this.outcome_unknown = true;
                this
            }
            SdkError::ConstructionFailure(_) | _ => match credentials_cause(error) {
                Some(cause) => local(ErrorKind::NoCredentials).with_message(cause),
                None => local(ErrorKind::Refused).with_message(innermost(error).to_string()),
            },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        if !self.region.is_empty() {
            write!(f, " in {}", self.region)?;
        }
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, " answered {code}: {message}")?,
            (Some(code), None) => write!(f, " answered {code}")?,
            (None, Some(message)) => write!(f, " failed: {message}")?,
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

/// The innermost cause of an error: the one that says what happened rather than where.
fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause
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

    /// Every error that CloudTrail declares for `PutEventSelectors` or `GetEventSelectors` has a kind
    /// of its own, so that none ends in the bucket for the unknown.
    #[test]
    fn every_declared_error_has_a_kind() {
        for code in [
            "CloudTrailARNInvalidException",
            "ConflictException",
            "InsufficientDependencyServiceAccessPermissionException",
            "InvalidEventSelectorsException",
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
