//! What a user reads: every error and warning as summary, detail, path and next step.
//!
//! A summary has at most eight words. A detail says what was found, what was expected or what is
//! left unchanged, and what to do. Nothing here prints a credential or the name of a Rust type: the
//! only foreign words are AWS's own messages. May import all but `plugin`.

use tf_provider::{AttributePath, Diagnostic, Diagnostics};

use crate::aws::error::{Error, ErrorKind};
use crate::intent::{FilterBy, IntentError, NameFilter, NoNames};
use crate::rules::{Finding, RULES, Severity};
use crate::selector::{NAME_MAX, ShapeError};

/// Adds an error. Built field by field: the library's own constructor would append a backtrace to
/// the user's message wherever `RUST_BACKTRACE` is set.
pub(crate) fn error(
    diags: &mut Diagnostics,
    attribute: AttributePath,
    summary: impl Into<String>,
    detail: impl Into<String>,
) {
    diags.errors.push(diagnostic(attribute, summary, detail));
}

/// Adds a warning.
pub(crate) fn warning(
    diags: &mut Diagnostics,
    attribute: AttributePath,
    summary: impl Into<String>,
    detail: impl Into<String>,
) {
    diags.warnings.push(diagnostic(attribute, summary, detail));
}

fn diagnostic(
    attribute: AttributePath,
    summary: impl Into<String>,
    detail: impl Into<String>,
) -> Diagnostic {
    Diagnostic {
        summary: summary.into().into(),
        detail: detail.into().into(),
        attribute,
    }
}

/// Adds what a rule has found, on the attribute that put it there.
pub(crate) fn finding(diags: &mut Diagnostics, attribute: AttributePath, finding: &Finding) {
    let detail = format!(
        "Found: {}\n\nExpected: {}\n\n{}\n\n{} ({})",
        sentence(&finding.found),
        sentence(&finding.expected),
        sentence(&finding.repair),
        finding.source,
        finding.rule
    );
    let rule = RULES.iter().find(|rule| rule.id == finding.rule);
    let summary = rule.map_or(finding.rule, |rule| rule.title);
    match finding.severity {
        Severity::Error => error(diags, attribute, summary, detail),
        Severity::Warning => warning(diags, attribute, summary, detail),
    }
}

/// A clause as a sentence of its own: a capital unless it begins with a name that has none, a stop.
fn sentence(clause: &str) -> String {
    let first_word = clause.split(' ').next().unwrap_or_default();
    let is_name = first_word.contains('.') || first_word.chars().skip(1).any(char::is_uppercase);
    let mut letters = clause.chars();
    let mut text: String = match letters.next() {
        Some(first) if !is_name => first.to_uppercase().chain(letters).collect(),
        _ => clause.to_owned(),
    };
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// The attribute that a rule's finding about our own selectors comes from.
pub(crate) fn path_of(finding: &Finding, filter_by: FilterBy) -> AttributePath {
    let carries_names = match filter_by {
        FilterBy::EventName | FilterBy::EventNameAndSource => true,
        FilterBy::EventSource | FilterBy::Exclusion => false,
    };
    AttributePath::new(match finding.severity {
        Severity::Error if carries_names => "include_event_names",
        Severity::Error | Severity::Warning => "filter_by",
    })
}

/// Adds why an intent comes to no selectors.
pub(crate) fn intent(diags: &mut Diagnostics, wrong: &IntentError) {
    let (name, summary) = match wrong {
        IntentError::NoNames {
            why: NoNames::NothingSelected,
        } => ("services", "No event names are selected"),
        IntentError::NoNames {
            why: NoNames::AllExcluded,
        } => ("exclude_event_names", "All event names are excluded"),
        IntentError::NoNames {
            why: NoNames::AllDropped { .. },
        } => ("read_write_type", "The read-write type leaves no names"),
        IntentError::NotNarrowable { .. } => ("filter_by", "An event source can't be narrowed"),
        IntentError::NoSource { .. } => (
            "include_event_names",
            "The event source of a name is unknown",
        ),
        IntentError::Shape(ShapeError::NameTooLong { .. } | ShapeError::NameLineBreak { .. }) => {
            ("selector_name", "Not a selector name")
        }
        IntentError::Shape(_) => ("include_event_names", "A selector can't be built"),
    };
    let mut detail = format!("Found: {}", sentence(&wrong.to_string()));
    if matches!(wrong, IntentError::NotNarrowable { .. }) {
        detail.push_str(
            "\n\nSet filter_by = \"event_name_and_source\" to narrow the sources by name, or leave \
             access_levels, resource_families, include_event_names and exclude_event_names empty.",
        );
    }
    error(diags, AttributePath::new(name), summary, detail);
}

/// Adds a warning for each name that the catalog does not know.
pub(crate) fn unknown_names(
    diags: &mut Diagnostics,
    root: &AttributePath,
    (include, exclude): (&'static str, &'static str),
    names: &NameFilter,
) {
    for unknown in names.unknown_names() {
        let name = if unknown.excluded { exclude } else { include };
        let advice = match unknown.did_you_mean {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "No name of the catalog is near.".to_owned(),
        };
        let effect = if unknown.excluded {
            "it takes nothing away"
        } else {
            "it is used as it stands, and matches nothing if no such event exists"
        };
        warning(
            diags,
            root.clone().attribute(name),
            "Event name not in the catalog",
            format!(
                "Found `{}` in {name}. {advice}\n\nAWS adds names, so this is no error; {effect}. \
                 CloudTrail compares names exactly, upper and lower case included.",
                unknown.name
            ),
        );
    }
}

/// Adds an error for a data source that needs the provider's choice of names before that is known.
pub(crate) fn unconfigured_catalog(diags: &mut Diagnostics) {
    error(
        diags,
        AttributePath::root(),
        "The provider is not configured yet",
        "The provider's event_catalog depends on values that are not known yet. Set the five filters of \
         this data source, or apply what the block depends on first.",
    );
}

/// Adds an error for a selector name that CloudTrail would not take.
pub(crate) fn selector_name(diags: &mut Diagnostics, wrong: &ShapeError) {
    error(
        diags,
        AttributePath::new("selector_name"),
        "Not a selector name",
        format!(
            "Found: {}\n\nExpected at most {NAME_MAX} characters in one line.",
            sentence(&wrong.to_string())
        ),
    );
}

/// Adds a failed call: what happened, to which trail, what is left (a sentence of the caller's, who
/// alone knows), and what to do.
pub(crate) fn failure(
    diags: &mut Diagnostics,
    attribute: AttributePath,
    failed: &Error,
    trail: &str,
    left: &str,
) {
    let (summary, advice) = advice(failed);
    let advice = match failed.whereabouts.as_slice() {
        [] => advice.to_owned(),
        arns => format!(
            "The account does have a trail of that name elsewhere: {}. Use the ARN as trail_name, \
             or set region.",
            arns.join(", ")
        ),
    };
    let of_trail = if trail.is_empty() {
        String::new()
    } else {
        format!("Trail: {trail}\n")
    };
    error(
        diags,
        attribute,
        summary,
        format!("{of_trail}{failed}\n\n{left}\n\n{advice}"),
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
        ErrorKind::Refused => (
            "CloudTrail refused the call",
            "The service's own words above say why.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use tf_provider::{AttributePath, Diagnostics};

    use super::{advice, failure, finding, intent, sentence, unknown_names};
    use crate::aws::error::{Error, ErrorKind};
    use crate::catalog::Service;
    use crate::intent::{FilterBy, Intent, IntentError, NameFilter, NoNames};
    use crate::rules::{self, RULES};
    use crate::selector::ReadWriteType;

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
            let (summary, next) = advice(&failed(kind));
            assert!(summary.split(' ').count() <= 8, "{kind:?}: {summary}");
            assert!(!summary.ends_with('.'), "{kind:?}: {summary}");
            assert!(
                next.ends_with('.') || next.contains("Source: http"),
                "{kind:?}: {next}"
            );
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

    /// The title of every rule fits into a summary.
    #[test]
    fn rule_titles_are_summaries() {
        for rule in RULES {
            assert!(
                rule.title.split(' ').count() <= 8,
                "{}: {}",
                rule.id,
                rule.title
            );
            assert!(!rule.title.ends_with('.'), "{}: {}", rule.id, rule.title);
        }
    }

    /// A finding names its rule and its source, on the attribute it comes from.
    #[test]
    fn findings_name_their_rule_and_source() {
        let intent = Intent {
            selector_name: None,
            names: NameFilter::default(),
            read_write_type: ReadWriteType::All,
            filter_by: FilterBy::EventName,
        };
        let found = rules::check_trail(&intent.resolve().unwrap().selectors);
        assert!(!found.is_empty());
        for one in found {
            let mut diags = Diagnostics::default();
            finding(&mut diags, super::path_of(&one, intent.filter_by), &one);
            let shown = &diags.warnings[0];
            assert!(shown.detail.contains(one.rule) && shown.detail.contains("https://"));
            assert_eq!(shown.attribute, AttributePath::new("filter_by"));
        }
    }

    /// A misspelt name is a warning that asks for the nearest one, never an error.
    #[test]
    fn a_misspelt_name_is_a_question() {
        let names = NameFilter {
            include: ["CreateUsr".to_owned()].into(),
            services: [Service::Iam].into(),
            ..NameFilter::default()
        };
        let mut diags = Diagnostics::default();
        unknown_names(
            &mut diags,
            &AttributePath::root(),
            ("include", "exclude"),
            &names,
        );
        assert!(diags.errors.is_empty());
        assert!(
            diags.warnings[0]
                .detail
                .contains("Did you mean `CreateUser`?")
        );
    }

    /// Each way to have no names points at the attribute that took them away.
    #[test]
    fn no_names_point_at_their_cause() {
        for (why, name) in [
            (NoNames::NothingSelected, "services"),
            (NoNames::AllExcluded, "exclude_event_names"),
            (
                NoNames::AllDropped {
                    read_write_type: ReadWriteType::ReadOnly,
                },
                "read_write_type",
            ),
        ] {
            let mut diags = Diagnostics::default();
            intent(&mut diags, &IntentError::NoNames { why });
            assert_eq!(diags.errors[0].attribute, AttributePath::new(name));
        }
    }

    /// Clauses become sentences; API names keep their first letter.
    #[test]
    fn clauses_become_sentences() {
        assert_eq!(
            sentence("leave it to the service"),
            "Leave it to the service."
        );
        assert_eq!(
            sentence("eventName Equals with 180 values"),
            "eventName Equals with 180 values."
        );
    }
}
