//! SCIM provisioning into the Identity Store, by an outside identity provider.
//!
//! `ServiceProviderConfig` is an event name, noun though it is. These requests are authorized by a
//! bearer token, not by IAM, so the Reference rates none of them.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - In CloudTrail: <https://docs.aws.amazon.com/singlesignon/latest/userguide/scim-logging-using-cloudtrail.html>

use super::Seen::{Documented, Record};
use super::Service::IdentitystoreScim;
use super::{Event, UNRATED};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    IdentitystoreScim.rw("CreateGroup", UNRATED, None, Record),
    IdentitystoreScim.rw("CreateUser", UNRATED, None, Record),
    IdentitystoreScim.rw("DeleteGroup", UNRATED, None, Documented),
    IdentitystoreScim.rw("DeleteUser", UNRATED, None, Documented),
    IdentitystoreScim.ro("GetGroup", UNRATED, None, Documented),
    IdentitystoreScim.ro("GetSchema", UNRATED, None, Documented),
    IdentitystoreScim.ro("GetUser", UNRATED, None, Documented),
    IdentitystoreScim.ro("ListGroups", UNRATED, None, Documented),
    IdentitystoreScim.ro("ListResourceTypes", UNRATED, None, Documented),
    IdentitystoreScim.ro("ListSchemas", UNRATED, None, Documented),
    IdentitystoreScim.ro("ListUsers", UNRATED, None, Documented),
    IdentitystoreScim.rw("PatchGroup", UNRATED, None, Record),
    IdentitystoreScim.rw("PatchUser", UNRATED, None, Record),
    IdentitystoreScim.rw("PutUser", UNRATED, None, Documented),
    IdentitystoreScim.rw("ServiceProviderConfig", UNRATED, None, Documented),
];
