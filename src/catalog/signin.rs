//! AWS Sign-In: console and Identity Center sign-ins, `aws login`, and the operations of botocore's
//! `signin`.
//!
//! One page of AWS prints the source as `signin.amazon.com`; every record has
//! `signin.amazonaws.com`. `AssumeRole` and `ExternalIdPDirectoryLogin` rest on one test fixture of
//! a public rule set each. `ExitRole`, `RenewRole`, `EmailUpdated` and `PasswordRecoveryCompleted`
//! are left out: nothing shows that they exist under this source.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - Access levels: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssignin.html>
//! - In CloudTrail: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>
//! - Identity Center: <https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html>

use super::Seen::{Documented, Modelled, Record};
use super::Service::Signin;
use super::{Event, READ, UNRATED};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    Signin.rw("AssumeRole", UNRATED, None, Record),
    Signin.ro("AuthorizeOAuth2Access", READ, None, Documented),
    Signin.rw("CheckMfa", UNRATED, None, Record),
    Signin.rw("ConsoleLogin", UNRATED, None, Record),
    Signin.rw("CreateBearerToken", UNRATED, None, Modelled),
    Signin.ro("CreateOAuth2Token", READ, None, Documented),
    Signin.rw("CreateOAuth2TokenWithIAM", UNRATED, None, Modelled),
    Signin.rw("CreateOAuth2TokenWithTokenExchange", UNRATED, None, Modelled),
    Signin.rw("CredentialChallenge", UNRATED, None, Record),
    Signin.rw("CredentialVerification", UNRATED, None, Record),
    Signin.rw("DeleteConsoleAuthorizationConfiguration", UNRATED, None, Modelled),
    Signin.rw("DeleteResourcePermissionStatement", UNRATED, None, Modelled),
    Signin.rw("ExternalIdPDirectoryLogin", UNRATED, None, Record),
    Signin.ro("GetConsoleAuthorizationConfiguration", UNRATED, None, Modelled),
    Signin.ro("GetResourcePolicy", UNRATED, None, Modelled),
    Signin.rw("GetSigninToken", UNRATED, None, Record),
    Signin.rw("IntrospectOAuth2TokenWithIAM", UNRATED, None, Modelled),
    Signin.ro("ListResourcePermissionStatements", UNRATED, None, Modelled),
    // No record and no AWS page: known from Elastic's published detection rule of that name.
    Signin.rw("PasswordRecoveryRequested", UNRATED, None, Modelled),
    Signin.rw("PasswordUpdated", UNRATED, None, Record),
    Signin.rw("PutConsoleAuthorizationConfiguration", UNRATED, None, Modelled),
    Signin.rw("PutResourcePermissionStatement", UNRATED, None, Modelled),
    Signin.rw("RevokeOAuth2TokenWithIAM", UNRATED, None, Modelled),
    Signin.rw("SwitchRole", UNRATED, None, Record),
    Signin.rw("UserAuthentication", UNRATED, None, Record),
];
