//! Identity Center directory: what the console does to users and groups of the Identity Store.
//!
//! AWS publishes no API model for it. The names come from the user guide as of 2023, so this list
//! is the one most likely to have gaps.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - Access levels: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenterdirectory.html>
//! - In CloudTrail: <https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html>

use super::Seen::{Documented, Record};
use super::Service::SsoDirectory;
use super::{Event, READ, UNRATED, WRITE};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    SsoDirectory.rw("AddMemberToGroup", WRITE, None, Record),
    SsoDirectory.rw("CompleteVirtualMfaDeviceRegistration", WRITE, None, Documented),
    SsoDirectory.rw("CompleteWebAuthnDeviceRegistration", WRITE, None, Documented),
    SsoDirectory.rw("CreateAlias", WRITE, None, Documented),
    SsoDirectory.rw("CreateExternalIdPConfigurationForDirectory", WRITE, None, Documented),
    SsoDirectory.rw("CreateGroup", WRITE, None, Record),
    SsoDirectory.rw("CreateUser", WRITE, None, Record),
    SsoDirectory.rw("DeleteExternalIdPConfigurationForDirectory", WRITE, None, Documented),
    SsoDirectory.rw("DeleteGroup", WRITE, None, Documented),
    SsoDirectory.rw("DeleteMfaDeviceForUser", WRITE, None, Documented),
    SsoDirectory.rw("DeleteUser", WRITE, None, Documented),
    SsoDirectory.ro("DescribeDirectory", READ, None, Documented),
    SsoDirectory.ro("DescribeGroups", READ, None, Documented),
    SsoDirectory.ro("DescribeUsers", READ, None, Documented),
    SsoDirectory.rw("DisableExternalIdPConfigurationForDirectory", WRITE, None, Documented),
    SsoDirectory.rw("DisableUser", WRITE, None, Documented),
    SsoDirectory.rw("EnableExternalIdPConfigurationForDirectory", WRITE, None, Documented),
    SsoDirectory.rw("EnableUser", WRITE, None, Documented),
    SsoDirectory.ro("GetAWSSPConfigurationForDirectory", READ, None, Documented),
    SsoDirectory.ro("ListExternalIdPConfigurationsForDirectory", READ, None, Documented),
    SsoDirectory.ro("ListGroupsForUser", READ, None, Documented),
    SsoDirectory.ro("ListMembersInGroup", READ, None, Documented),
    SsoDirectory.ro("ListMfaDevicesForUser", READ, None, Documented),
    SsoDirectory.rw("PutMfaDeviceManagementForDirectory", UNRATED, None, Documented),
    SsoDirectory.rw("RemoveMemberFromGroup", WRITE, None, Documented),
    SsoDirectory.ro("SearchGroups", READ, None, Documented),
    SsoDirectory.ro("SearchUsers", READ, None, Documented),
    SsoDirectory.rw("StartVirtualMfaDeviceRegistration", WRITE, None, Documented),
    SsoDirectory.rw("StartWebAuthnDeviceRegistration", WRITE, None, Documented),
    SsoDirectory.rw("UpdateExternalIdPConfigurationForDirectory", WRITE, None, Documented),
    SsoDirectory.rw("UpdateGroup", WRITE, None, Documented),
    SsoDirectory.rw("UpdateMfaDeviceForUser", WRITE, None, Documented),
    SsoDirectory.rw("UpdatePassword", WRITE, None, Documented),
    SsoDirectory.rw("UpdateUser", WRITE, None, Documented),
    SsoDirectory.rw("VerifyEmail", WRITE, None, Documented),
];
