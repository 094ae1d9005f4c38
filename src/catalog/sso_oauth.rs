//! Identity Center's OIDC service, as far as it logs under a source of its own: one event. The
//! other one it is known to log, `CreateToken`, is in `sso`.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - Access levels: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenteroidcservice.html>
//! - In CloudTrail: <https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html>

use super::Seen::Documented;
use super::Service::SsoOauth;
use super::{Event, WRITE};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    SsoOauth.rw("CreateTokenWithIAM", WRITE, None, Documented),
];
