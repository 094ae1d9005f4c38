//! The accounts of the simulated world, their place in its organization, and their keys.
//!
//! Imports nothing. Keys have the form of the example keys in AWS's documentation, and open
//! nothing anywhere else.

/// What a caller signs with, and the account that the simulator takes it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// Twelve digits.
    pub(crate) account: &'static str,
    /// Access key id.
    pub(crate) access_key: &'static str,
    /// Secret access key.
    pub(crate) secret_key: &'static str,
    /// Session token: set for temporary credentials only, which are refused without it.
    pub(crate) token: Option<&'static str>,
}

/// An account's place in the organization; the world has one organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Owns the organization and every organization trail.
    Management,
    /// May act on organization trails for the management account.
    Delegated,
    /// Sees organization trails, changes none.
    Member,
    /// In no organization.
    Alone,
}

/// One simulated account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// Twelve digits.
    pub(crate) id: &'static str,
    /// `aws`, `aws-cn` or `aws-us-gov`: an account lives in one partition.
    pub(crate) partition: &'static str,
    /// Its place in the organization.
    pub(crate) standing: Standing,
}

/// The default account: the management account of the organization, in partition `aws`.
pub(crate) const ACCOUNT: &str = "111122223333";
/// Access key id of [`ACCOUNT`].
pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// Secret access key of [`ACCOUNT`].
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// Long-term credentials of [`ACCOUNT`].
pub(crate) const MANAGEMENT: Credentials = Credentials {
    account: ACCOUNT,
    access_key: ACCESS_KEY,
    secret_key: SECRET_KEY,
    token: None,
};
/// A member account of the organization.
pub(crate) const MEMBER: Credentials = Credentials {
    account: "444455556666",
    access_key: "AKIAI44QH8DHBEXAMPLE",
    secret_key: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    token: None,
};
/// A member account which is `CloudTrail`'s delegated administrator.
pub(crate) const DELEGATED: Credentials = Credentials {
    account: "777788889999",
    access_key: "AKIAJDELEGATEEXAMPLE",
    secret_key: "dElEgAtEdAdMn/K7MDENG/bPxRfiCYEXAMPLEKEY",
    token: None,
};
/// An account in no organization.
pub(crate) const OUTSIDER: Credentials = Credentials {
    account: "123456789012",
    access_key: "AKIAJOUTSIDEREXAMPLE",
    secret_key: "oUtSiDeR00/K7MDENG/bPxRfiCYzzzEXAMPLEKEY",
    token: None,
};
/// An account of partition `aws-cn`.
pub(crate) const CHINA: Credentials = Credentials {
    account: "222233334444",
    access_key: "AKIAJCHINAACCEXAMPLE",
    secret_key: "cHiNa00000/K7MDENG/bPxRfiCYzzzEXAMPLEKEY",
    token: None,
};
/// An account of partition `aws-us-gov`.
pub(crate) const GOVCLOUD: Credentials = Credentials {
    account: "333344445555",
    access_key: "AKIAJGOVCLOUDEXAMPLE",
    secret_key: "gOvClOuD00/K7MDENG/bPxRfiCYzzzEXAMPLEKEY",
    token: None,
};
/// Temporary credentials of [`ACCOUNT`].
pub(crate) const SESSION: Credentials = Credentials {
    account: ACCOUNT,
    access_key: "ASIAIOSFODNN7EXAMPLE",
    secret_key: "sEsSiOnKeY/K7MDENG/bPxRfiCYzzzEXAMPLEKEY",
    token: Some("AQoDYXdzEJrEXAMPLETOKENtHeOnEtHaTiSvAlIdZZ"),
};
/// Temporary credentials of [`ACCOUNT`] whose time is over.
pub(crate) const EXPIRED: Credentials = Credentials {
    account: ACCOUNT,
    access_key: "ASIAJEXPIREDKEXAMPLE",
    secret_key: "eXpIrEdKeY/K7MDENG/bPxRfiCYzzzEXAMPLEKEY",
    token: Some("AQoDYXdzEJrEXAMPLETOKENtHeOnEtHaTiSoLdZZZZ"),
};

/// Every key that exists from the start.
pub(crate) const KEYS: &[Credentials] = &[
    MANAGEMENT, MEMBER, DELEGATED, OUTSIDER, CHINA, GOVCLOUD, SESSION, EXPIRED,
];

const ACCOUNTS: &[Account] = &[
    Account {
        id: ACCOUNT,
        partition: "aws",
        standing: Standing::Management,
    },
    Account {
        id: MEMBER.account,
        partition: "aws",
        standing: Standing::Member,
    },
    Account {
        id: DELEGATED.account,
        partition: "aws",
        standing: Standing::Delegated,
    },
    Account {
        id: OUTSIDER.account,
        partition: "aws",
        standing: Standing::Alone,
    },
    Account {
        id: CHINA.account,
        partition: "aws-cn",
        standing: Standing::Alone,
    },
    Account {
        id: GOVCLOUD.account,
        partition: "aws-us-gov",
        standing: Standing::Alone,
    },
];

/// The account with this id.
pub(crate) fn account(id: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|account| account.id == id)
}
