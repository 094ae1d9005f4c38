//! A failed call, as a user reads it: what happened, to which trail or event data store, what is left,
//! what to do. One row a kind; where an event data store needs other advice than a trail, a row of its
//! own. May import all but `plugin`.

use tf_provider::{AttributePath, Diagnostics};

use super::error;
use crate::aws::error::{Error, ErrorKind};
use crate::rules::Destination;

/// Adds a failed call: what happened, to which trail or event data store, what is left (a sentence of the caller's, who
/// alone knows), and what to do.
pub(crate) fn failure(
    diags: &mut Diagnostics,
    attribute: AttributePath,
    failed: &Error,
    place: &str,
    left: &str,
) {
    let (summary, advice) = match destination(failed) {
        Destination::Trail => advice(failed),
        Destination::EventDataStore => store_advice(failed).unwrap_or_else(|| advice(failed)),
    };
    let advice = match failed.whereabouts.as_slice() {
        [] => advice.to_owned(),
        arns => format!(
            "The account does have a trail of that name elsewhere: {}. Use the ARN as trail_name, \
             or set region.",
            arns.join(", ")
        ),
    };
    let of_place = if place.is_empty() {
        String::new()
    } else {
        format!("{}: {place}\n", label(destination(failed)))
    };
    error(
        diags,
        attribute,
        summary,
        format!("{of_place}{failed}\n\n{left}\n\n{advice}"),
    );
}

/// The summary and the next step for each kind of failure.
#[expect(clippy::too_many_lines, reason = "a table: one row a kind")]
fn advice(failed: &Error) -> (&'static str, &'static str) {
    match failed.kind {
        ErrorKind::TrailNotFound => (
            "Trail not found",
            "Check the trail's name, the Region and the account of the credentials. A bare name is \
             looked up in one Region of the caller's own account; the ARN finds a trail of another \
             Region, of another account, or of an organization.",
        ),
        ErrorKind::InvalidTrailName => (
            "CloudTrail refused the trail name",
            "Give the name of an existing trail (3 to 128 letters, digits, `.`, `_`, `-`), or its \
             ARN.",
        ),
        ErrorKind::InvalidArn => (
            "CloudTrail refused the trail ARN",
            "Give an ARN of the form arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME.",
        ),
        ErrorKind::InvalidHomeRegion => (
            "Call outside the trail's home Region",
            "A trail is changed in its home Region only. Give the trail's ARN, which names that \
             Region.",
        ),
        ErrorKind::InvalidEventSelectors => (
            "CloudTrail refused the event selectors",
            "AWS documents eventName, and any eventSource but the exclusion of AWS KMS and the RDS \
             Data API, for event data stores and not for the management events of a trail. What \
             works on a trail: set fallback = \"exclusion\" to apply the narrowest documented \
             selectors when this happens, or filter_by = \"exclusion\" to ask for them straight \
             away. Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/\
             API_AdvancedFieldSelector.html",
        ),
        ErrorKind::Conflict => (
            "Another change of the trail goes on",
            "Wait some minutes and apply again, or raise the timeouts.",
        ),
        ErrorKind::Throttled => (
            "CloudTrail throttled the calls",
            "Others use the same quota of the account and Region. Lower max_reads_per_second and \
             max_writes_per_second in the provider block to leave them a share, or raise max_retries or \
             the timeouts, and apply again.",
        ),
        ErrorKind::Unsupported => (
            "CloudTrail does not support this here",
            "Check that the trail's Region and partition offer advanced event selectors.",
        ),
        ErrorKind::NotPermitted => (
            "Not permitted on this trail",
            "An organization trail is changed from the organization's management account or a \
             delegated administrator, never from a member account. Use credentials of one of them.",
        ),
        ErrorKind::NotOrganizationManagement => (
            "Not the organization's management account",
            "Use credentials of the organization's management account or of a delegated \
             administrator for CloudTrail.",
        ),
        ErrorKind::NoServiceLinkedRole => (
            "Management account lacks CloudTrail's service-linked role",
            "Create the service-linked role AWSServiceRoleForCloudTrail in the management account, \
             for example by enabling trusted access for CloudTrail in AWS Organizations.",
        ),
        ErrorKind::MissingDependencyPermission => (
            "Permissions in AWS Organizations are missing",
            "Allow the caller iam:GetRole, iam:CreateServiceLinkedRole, \
             organizations:DescribeOrganization, organizations:ListAccounts and \
             organizations:ListAWSServiceAccessForOrganization.",
        ),
        ErrorKind::AccessDenied => (
            "Access denied",
            "Allow the caller cloudtrail:GetTrail, cloudtrail:GetEventSelectors and \
             cloudtrail:PutEventSelectors on the trail, and cloudtrail:DescribeTrails and \
             cloudtrail:ListTrails where trails are given by their bare name.",
        ),
        ErrorKind::BadCredentials => (
            "AWS did not accept the credentials",
            "Check that the credentials are whole, not expired, and of the right partition. A clock \
             that is wrong by more than five minutes looks the same, and so does a Region that the \
             account has not enabled; in a Region that is enabled by hand, a role's credentials have to \
             be issued by STS in a Region (sts_region), not by its global endpoint. Source: \
             https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html",
        ),
        ErrorKind::NoCredentials => (
            "No usable AWS credentials",
            "Set access_key and secret_key, profile or assume_role_with_web_identity in the provider \
             block, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or AWS_ROLE_ARN and \
             AWS_WEB_IDENTITY_TOKEN_FILE in the environment. A source that has credentials and can't \
             give them ends the search: no other is meant.",
        ),
        ErrorKind::RoleNotAssumed => (
            "An IAM role could not be assumed",
            "Check role_arn, and that the role's trust policy lets the caller assume it: with this \
             external_id, these tags and this source_identity, if they are set. The caller needs \
             sts:AssumeRole (and sts:TagSession, sts:SetSourceIdentity) on the role; the first role \
             is assumed with the credentials of the provider block or the environment, each other \
             one with those of the role before it. A web identity's token has to be there, unexpired \
             and of an identity provider that the role trusts.",
        ),
        ErrorKind::WrongAccount => (
            "Credentials of an account not allowed here",
            "Use credentials of an account that is allowed, or change allowed_account_ids or \
             forbidden_account_ids in the provider block.",
        ),
        ErrorKind::SessionArgument => (
            "The session can't be set up",
            "Correct it where it stands: in the provider block, the environment, or the shared files.",
        ),
        ErrorKind::NoRegion => (
            "No Region for a bare trail name",
            "Set region in the resource or the provider block, or AWS_REGION, or give the trail's \
             ARN, which names its Region.",
        ),
        ErrorKind::Unreachable => (
            "AWS could not be reached",
            "Check the network and the Region's name, and what is set of endpoints, http_proxy, \
             https_proxy and no_proxy in the provider block, or of AWS_ENDPOINT_URL, HTTPS_PROXY and \
             NO_PROXY in the environment.",
        ),
        ErrorKind::CertificateNotTrusted => (
            "A certificate is not trusted",
            "Set custom_ca_bundle (or AWS_CA_BUNDLE) to a file with the certificates of the authority \
             that issued it: a company's own, where its proxy looks into TLS, or that of a private \
             endpoint. The file stands in place of the machine's own trusted certificates.",
        ),
        ErrorKind::ProxyRefused => (
            "The proxy did not let the call through",
            "Check the URL of https_proxy (or HTTPS_PROXY; for an endpoint without TLS http_proxy or \
             HTTP_PROXY): `http://user:password@host:port`, percent-encoded where user or password hold \
             what a URL may not. The proxy has to allow the host and port of the endpoint; or exempt \
             the host by no_proxy (or NO_PROXY).",
        ),
        ErrorKind::TimedOut => (
            "No answer in time",
            "Apply again; if it goes on, raise the timeouts or check the network.",
        ),
        ErrorKind::NoTurn => (
            "A call's turn came too late",
            "The provider makes no more calls a second than the limit above lets through in a Region. \
             Apply again with a lower -parallelism, raise the timeouts, or, if the quotas of the \
             account allow for it, raise the limit in the provider block.",
        ),
        ErrorKind::Stopped => (
            "Stopped before the work was done",
            "Terraform was told to stop. Run the command again to go on.",
        ),
        ErrorKind::ServiceFault => (
            "The service failed",
            "This is a fault of the service. Apply again later.",
        ),
        ErrorKind::UnexpectedAnswer => (
            "The answer was not understood",
            "The service answered something that this version can't hold without losing part of \
             it, so it goes no further. Look at the trail's selectors with `aws cloudtrail \
             get-event-selectors`, and upgrade the provider.",
        ),
        ErrorKind::StoreNotFound => (
            "Event data store not found",
            "Check the ID, the Region and the account of the credentials. A store is found by its ARN, \
             or by the ID at the end of it, never by its name; a bare ID is looked up in one Region of \
             the caller's own account.",
        ),
        ErrorKind::InvalidStoreArn => (
            "CloudTrail refused the store's ARN",
            "Give an ARN of the form arn:aws:cloudtrail:REGION:ACCOUNT:eventdatastore/ID, or the ID \
             alone. The name of a store is neither.",
        ),
        ErrorKind::StoreInactive => (
            "The event data store takes no change",
            "A store takes other selectors while its status is ENABLED or STOPPED_INGESTION. One that \
             is pending deletion is deleted after seven days: restore it (`aws cloudtrail \
             restore-event-data-store`), or remove the resource from the configuration. Source: \
             https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html",
        ),
        ErrorKind::StoreBusy => (
            "The event data store is not ready",
            "A store takes other selectors while its status is ENABLED or STOPPED_INGESTION. Apply \
             again when it has come to one of them, or raise the timeouts.",
        ),
        ErrorKind::ImportUnderWay => (
            "Events are imported into the store",
            "Wait for the import to end (`aws cloudtrail list-imports`), or stop it, and apply again.",
        ),
        ErrorKind::InsightsClash => (
            "Insights need other selectors",
            "The event data store has Insights on that can't work with these selectors: \
             ApiCallRateInsight needs write management events, ApiErrorRateInsight management events of \
             either kind. Choose read_write_type = \"All\" or \"WriteOnly\", or turn these Insights off \
             first (`aws cloudtrail put-insight-selectors`). Source: \
             https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html",
        ),
        ErrorKind::NotAllFeatures => (
            "The organization lacks all features",
            "Enable all features in AWS Organizations, from its management account.",
        ),
        ErrorKind::NoTrustedAccess => (
            "CloudTrail lacks trusted access to Organizations",
            "Enable trusted access for CloudTrail in AWS Organizations, from its management account.",
        ),
        ErrorKind::NoOrganization => (
            "The account is in no organization",
            "Use credentials of the organization's management account or of a delegated \
             administrator for CloudTrail.",
        ),
        ErrorKind::KmsKey => (
            "The KMS key can't be used",
            "Check that the key is enabled and in the Region of the event data store, and that its \
             policy lets CloudTrail and the caller use it.",
        ),
        ErrorKind::InvalidParameter => (
            "CloudTrail refused an argument",
            "The service's own words above say which. Check the ID or ARN, and the event names that are \
             not of the catalog.",
        ),
        ErrorKind::Refused => (
            "CloudTrail refused the call",
            "The service's own words above say why.",
        ),
    }
}

/// What a call was about: the names of the operations say it.
fn destination(failed: &Error) -> Destination {
    if failed.operation.contains("EventDataStore") {
        Destination::EventDataStore
    } else {
        Destination::Trail
    }
}

/// What stands before the name of a trail or an event data store.
fn label(destination: Destination) -> &'static str {
    match destination {
        Destination::Trail => "Trail",
        Destination::EventDataStore => "Event data store",
    }
}

/// The summary and the next step where an event data store needs others than a trail.
fn store_advice(failed: &Error) -> Option<(&'static str, &'static str)> {
    match failed.kind {
        ErrorKind::InvalidEventSelectors => Some((
            "CloudTrail refused the event selectors",
            "The service's own words above say why. Documented for an event data store are at most five \
             selectors with 500 values in all, and categories of the kind that the store was made for. \
             Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/\
             API_UpdateEventDataStore.html",
        )),
        ErrorKind::Conflict => Some((
            "Another change of the store goes on",
            "Wait some minutes and apply again, or raise the timeouts.",
        )),
        ErrorKind::Unsupported => Some((
            "CloudTrail does not support this here",
            "Check that CloudTrail Lake is offered in the store's Region and partition.",
        )),
        ErrorKind::NotPermitted => Some((
            "Not permitted on this event data store",
            "An organization's event data store is changed from the organization's management account \
             or a delegated administrator, never from a member account. Use credentials of one of them. \
             Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/\
             cloudtrail-lake-organizations.html",
        )),
        ErrorKind::AccessDenied => Some((
            "Access denied",
            "Allow the caller cloudtrail:GetEventDataStore and cloudtrail:UpdateEventDataStore on the \
             event data store, and cloudtrail:ListEventDataStores where stores are listed. An \
             organization's store is changed from its management account or a delegated administrator \
             only.",
        )),
        ErrorKind::NoRegion => Some((
            "No Region for a bare ID",
            "Set region in the resource or the provider block, or AWS_REGION, or give the event data \
             store's ARN, which names its Region.",
        )),
        ErrorKind::UnexpectedAnswer => Some((
            "The answer was not understood",
            "The service answered something that this version can't hold without losing part of \
             it, so it goes no further. Look at the store with `aws cloudtrail get-event-data-store`, and \
             upgrade the provider.",
        )),
        ErrorKind::TrailNotFound
        | ErrorKind::InvalidTrailName
        | ErrorKind::InvalidArn
        | ErrorKind::InvalidHomeRegion
        | ErrorKind::Throttled
        | ErrorKind::NotOrganizationManagement
        | ErrorKind::NoServiceLinkedRole
        | ErrorKind::MissingDependencyPermission
        | ErrorKind::BadCredentials
        | ErrorKind::NoCredentials
        | ErrorKind::RoleNotAssumed
        | ErrorKind::WrongAccount
        | ErrorKind::SessionArgument
        | ErrorKind::Unreachable
        | ErrorKind::CertificateNotTrusted
        | ErrorKind::ProxyRefused
        | ErrorKind::TimedOut
        | ErrorKind::NoTurn
        | ErrorKind::Stopped
        | ErrorKind::ServiceFault
        | ErrorKind::StoreNotFound
        | ErrorKind::InvalidStoreArn
        | ErrorKind::StoreInactive
        | ErrorKind::StoreBusy
        | ErrorKind::ImportUnderWay
        | ErrorKind::InsightsClash
        | ErrorKind::NotAllFeatures
        | ErrorKind::NoTrustedAccess
        | ErrorKind::NoOrganization
        | ErrorKind::KmsKey
        | ErrorKind::InvalidParameter
        | ErrorKind::Refused => None,
    }
}

#[cfg(test)]
mod tests {
    use tf_provider::{AttributePath, Diagnostics};

    use super::{advice, failure, store_advice};
    use crate::aws::error::{Error, ErrorKind};

    fn failed(kind: ErrorKind) -> Error {
        Error {
            kind,
            operation: "PutEventSelectors",
            region: "us-east-1".into(),
            code: Some("SomeException".into()),
            message: Some("the service's own words".into()),
            request_id: Some("11111111-2222".into()),
            outcome_unknown: false,
            whereabouts: Vec::new(),
        }
    }

    /// Every kind of failure has a short summary, and a next step in whole sentences.
    #[test]
    fn every_failure_has_a_summary_and_a_next_step() {
        for &kind in ErrorKind::ALL {
            for (summary, next) in [Some(advice(&failed(kind))), store_advice(&failed(kind))]
                .into_iter()
                .flatten()
            {
                assert!(summary.split(' ').count() <= 8, "{kind:?}: {summary}");
                assert!(!summary.ends_with('.'), "{kind:?}: {summary}");
                assert!(
                    next.ends_with('.') || next.contains("Source: http"),
                    "{kind:?}: {next}"
                );
            }
        }
    }

    /// A failure says what happened to which trail, the service's own words and request id, what is
    /// left, and no name of a type of ours.
    #[test]
    fn a_failure_tells_all_that_is_known() {
        for &kind in ErrorKind::ALL {
            let mut diags = Diagnostics::default();
            let path = AttributePath::new("trail_name");
            failure(
                &mut diags,
                path,
                &failed(kind),
                "audit",
                "Nothing was changed on the trail.",
            );
            let text = diags
                .errors
                .iter()
                .map(|one| one.detail.as_ref())
                .collect::<String>();
            let call = if kind == ErrorKind::Stopped {
                "PutEventSelectors in us-east-1 was stopped; its last attempt"
            } else {
                "PutEventSelectors in us-east-1"
            };
            let answer = format!("{call} answered SomeException: the service's own words");
            for part in [
                "Trail: audit",
                &answer,
                "request id 11111111-2222",
                "Nothing was changed on the trail.",
            ] {
                assert!(text.contains(part), "{kind:?}: {text}");
            }
            assert!(
                !text.contains("ErrorKind") && !text.contains("::"),
                "{kind:?}: {text}"
            );
        }
    }

    /// Where the account has trails of that name elsewhere, that is the advice.
    #[test]
    fn whereabouts_are_the_advice() {
        let elsewhere = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit";
        let mut not_found = failed(ErrorKind::TrailNotFound);
        not_found.whereabouts = vec![elsewhere.to_owned()];
        let mut diags = Diagnostics::default();
        failure(
            &mut diags,
            AttributePath::root(),
            &not_found,
            "audit",
            "Nothing was changed.",
        );
        assert!(
            diags
                .errors
                .iter()
                .all(|one| one.detail.contains(elsewhere))
        );
    }

    /// A failure of a store's call names the store, and speaks of no trail's permissions.
    #[test]
    fn a_store_is_no_trail() {
        for &kind in ErrorKind::ALL {
            let mut diags = Diagnostics::default();
            let of_store = Error {
                operation: "UpdateEventDataStore",
                ..failed(kind)
            };
            failure(&mut diags, AttributePath::root(), &of_store, "abc", "Left.");
            for one in &diags.errors {
                assert!(one.detail.contains("Event data store: abc\n"), "{kind:?}");
                assert!(!one.detail.contains("cloudtrail:GetTrail"), "{kind:?}");
                assert!(!one.detail.contains("fallback"), "{kind:?}");
            }
            assert_eq!(diags.errors.len(), 1);
        }
    }
}
