//! Identity Store: every operation of its API. The console's twin of it is `sso_directory`, the
//! provisioning protocol's is `identitystore_scim`; whoever watches users and groups needs all
//! three. None of these events was found in a public record, so every `readOnly` here is inferred.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - Operations: <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Operations.html>
//! - Access levels: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html>
//! - In CloudTrail: <https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html>

use super::Seen::Modelled;
use super::Service::Identitystore;
use super::{Event, LIST, READ, UNRATED, WRITE};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    Identitystore.rw("CreateGroup", WRITE, None, Modelled),
    Identitystore.rw("CreateGroupMembership", WRITE, None, Modelled),
    Identitystore.rw("CreateUser", WRITE, None, Modelled),
    Identitystore.rw("DeleteGroup", WRITE, None, Modelled),
    Identitystore.rw("DeleteGroupMembership", WRITE, None, Modelled),
    Identitystore.rw("DeleteUser", WRITE, None, Modelled),
    Identitystore.ro("DescribeGroup", READ, None, Modelled),
    Identitystore.ro("DescribeGroupMembership", READ, None, Modelled),
    Identitystore.ro("DescribeIdentityStore", UNRATED, None, Modelled),
    Identitystore.ro("DescribeUser", READ, None, Modelled),
    Identitystore.ro("GetGroupId", READ, None, Modelled),
    Identitystore.ro("GetGroupMembershipId", READ, None, Modelled),
    Identitystore.ro("GetUserId", READ, None, Modelled),
    Identitystore.ro("IsMemberInGroups", READ, None, Modelled),
    Identitystore.ro("ListGroupMemberships", LIST, None, Modelled),
    Identitystore.ro("ListGroupMembershipsForMember", LIST, None, Modelled),
    Identitystore.ro("ListGroups", LIST, None, Modelled),
    Identitystore.ro("ListIdentityStores", UNRATED, None, Modelled),
    Identitystore.ro("ListUsers", LIST, None, Modelled),
    Identitystore.rw("UpdateGroup", WRITE, None, Modelled),
    Identitystore.rw("UpdateIdentityStore", WRITE, None, Modelled),
    Identitystore.rw("UpdateUser", WRITE, None, Modelled),
];
