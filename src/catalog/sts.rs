//! STS: every operation of its API.
//!
//! The table where access level and `readOnly` disagree: records mark the two `AssumeRole` events
//! seen as reading though they are rated Write, and the two session token events as writing though
//! they are rated Read.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - Operations: <https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html>
//! - Access levels: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>
//! - In CloudTrail: <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>

use super::Seen::{Modelled, Record};
use super::Service::Sts;
use super::{Event, READ, WRITE};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    Sts.ro("AssumeRole", WRITE, None, Record),
    Sts.ro("AssumeRoleWithSAML", WRITE, None, Record),
    Sts.rw("AssumeRoleWithWebIdentity", WRITE, None, Modelled),
    Sts.rw("AssumeRoot", WRITE, None, Modelled),
    Sts.rw("DecodeAuthorizationMessage", WRITE, None, Modelled),
    Sts.ro("GetAccessKeyInfo", READ, None, Modelled),
    Sts.ro("GetCallerIdentity", READ, None, Record),
    Sts.rw("GetDelegatedAccessToken", WRITE, None, Modelled),
    Sts.rw("GetFederationToken", READ, None, Record),
    Sts.rw("GetSessionToken", READ, None, Record),
    Sts.rw("GetWebIdentityToken", WRITE, None, Modelled),
];
