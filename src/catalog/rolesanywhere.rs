//! IAM Roles Anywhere: every operation of its API. `CreateSession`, by which a workload trades its
//! certificate for credentials, is in no API model, and whether it is logged under this source was
//! not verified; it is not here.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - Operations: <https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_Operations.html>
//! - Access levels: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementrolesanywhere.html>
//! - In CloudTrail: <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/logging-using-cloudtrail.html>

use super::Seen::{Documented, Modelled, Record};
use super::Service::Rolesanywhere;
use super::{Event, LIST, READ, TAGGING, WRITE};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    Rolesanywhere.rw("CreateProfile", WRITE, None, Record),
    Rolesanywhere.rw("CreateTrustAnchor", WRITE, None, Record),
    Rolesanywhere.rw("DeleteAttributeMapping", WRITE, None, Modelled),
    Rolesanywhere.rw("DeleteCrl", WRITE, None, Modelled),
    Rolesanywhere.rw("DeleteProfile", WRITE, None, Record),
    Rolesanywhere.rw("DeleteTrustAnchor", WRITE, None, Record),
    Rolesanywhere.rw("DisableCrl", WRITE, None, Modelled),
    Rolesanywhere.rw("DisableProfile", WRITE, None, Modelled),
    Rolesanywhere.rw("DisableTrustAnchor", WRITE, None, Modelled),
    Rolesanywhere.rw("EnableCrl", WRITE, None, Modelled),
    Rolesanywhere.rw("EnableProfile", WRITE, None, Modelled),
    Rolesanywhere.rw("EnableTrustAnchor", WRITE, None, Modelled),
    Rolesanywhere.ro("GetCrl", READ, None, Modelled),
    Rolesanywhere.ro("GetProfile", READ, None, Modelled),
    Rolesanywhere.ro("GetSubject", READ, None, Modelled),
    Rolesanywhere.ro("GetTrustAnchor", READ, None, Modelled),
    Rolesanywhere.rw("ImportCrl", WRITE, None, Modelled),
    Rolesanywhere.ro("ListCrls", LIST, None, Modelled),
    Rolesanywhere.ro("ListProfiles", LIST, None, Record),
    Rolesanywhere.ro("ListSubjects", LIST, None, Modelled),
    Rolesanywhere.ro("ListTagsForResource", LIST, None, Modelled),
    Rolesanywhere.ro("ListTrustAnchors", LIST, None, Record),
    Rolesanywhere.rw("PutAttributeMapping", WRITE, None, Modelled),
    Rolesanywhere.rw("PutNotificationSettings", WRITE, None, Modelled),
    Rolesanywhere.rw("ResetNotificationSettings", WRITE, None, Modelled),
    Rolesanywhere.rw("TagResource", TAGGING, None, Modelled),
    Rolesanywhere.rw("UntagResource", TAGGING, None, Modelled),
    Rolesanywhere.rw("UpdateCrl", WRITE, None, Modelled),
    Rolesanywhere.rw("UpdateProfile", WRITE, None, Documented),
    Rolesanywhere.rw("UpdateTrustAnchor", WRITE, None, Modelled),
];
