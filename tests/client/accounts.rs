//! Which accounts a session may work in.
//!
//! Imports the crate's `aws` and the simulator.

use std::collections::BTreeSet;

use terraform_provider_iam::aws::config::AssumeRole;
use terraform_provider_iam::aws::error::ErrorKind;

use super::{Bench, credentials};
use crate::simulator::{Fault, TrailSeed, What, account};

const OWN: &str = account::ACCOUNT;
const OTHER: &str = account::MEMBER.account;

fn ids(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

fn bench(allowed: &[&str], forbidden: &[&str]) -> Bench {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.allowed_account_ids = ids(allowed);
    bench.options.forbidden_account_ids = ids(forbidden);
    bench
}

/// An account that is allowed, or not forbidden, is worked in. STS is asked once, although the
/// options would skip that.
#[test]
fn an_allowed_account_is_worked_in() {
    for (allowed, forbidden) in [(&[OTHER, OWN][..], &[][..]), (&[], &[OTHER])] {
        let bench = bench(allowed, forbidden);
        assert!(bench.options.skip_requesting_account_id);
        bench.run(async |_, session| assert_eq!(session.caller_account(), Some(OWN)));
        let operations = bench.calls();
        assert_eq!(operations.len(), 1, "{operations:?}");
        assert_eq!(operations[0].0, "GetCallerIdentity");
    }
}

/// Any other account is refused before anything else is done, and the error says which it is and
/// which were expected.
#[test]
fn any_other_account_is_refused() {
    for (allowed, forbidden, words) in [
        (
            &[OTHER, account::OUTSIDER.account][..],
            &[][..],
            "answered account 111122223333, which is not in allowed_account_ids: 123456789012, \
             444455556666",
        ),
        (
            &[],
            &[OWN],
            "answered account 111122223333, which is in forbidden_account_ids: 111122223333",
        ),
    ] {
        let bench = bench(allowed, forbidden);
        let failed = bench.refusal();
        assert_eq!(
            (failed.kind, failed.operation),
            (ErrorKind::WrongAccount, "GetCallerIdentity")
        );
        assert!(failed.to_string().contains(words), "{failed}");
        assert_eq!(bench.calls().len(), 1);
    }
}

/// It is the account of the last role that counts.
#[test]
fn the_account_is_that_of_the_last_role() {
    let mut bench = bench(&[OTHER], &[]);
    bench.options.assume_role = vec![AssumeRole {
        role_arn: format!("arn:aws:iam::{OTHER}:role/There"),
        ..AssumeRole::default()
    }];
    bench.run(async |_, session| assert_eq!(session.caller_account(), Some(OTHER)));
    bench.options.allowed_account_ids = ids(&[OWN]);
    assert_eq!(bench.refusal().kind, ErrorKind::WrongAccount);
}

/// Where accounts are listed, not to know the account is a failure, whatever may be skipped.
#[test]
fn an_account_that_is_not_known_is_refused() {
    let mut bench = bench(&[], &[OTHER]);
    let denied = What::error("AccessDenied", "its words");
    let fault = Fault::on("GetCallerIdentity", denied);
    bench.simulator.inject(fault.clone());
    assert_eq!(bench.refusal().kind, ErrorKind::AccessDenied);
    bench.options.forbidden_account_ids.clear();
    bench.options.skip_requesting_account_id = false;
    bench.simulator.inject(fault);
    bench.run(async |_, session| assert_eq!(session.caller_account(), None));
}

/// Credentials that are not accepted are no matter of the account.
#[test]
fn bad_credentials_are_told_as_such() {
    let mut bench = bench(&[OWN], &[]);
    bench.options.credentials = Some(credentials("AKIAIOSFODNN7NOBODY", "not-a-secret"));
    assert_eq!(bench.refusal().kind, ErrorKind::BadCredentials);
}
