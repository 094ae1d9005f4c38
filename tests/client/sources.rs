//! Where a session's credentials and its Region come from, and what else the block says of them.
//!
//! Imports the crate's `aws`, the simulator and temporary files.

use std::path::Path;
use std::time::Duration;

use terraform_provider_iam::aws::config::{
    AssumeRole, MetadataMode, RetryMode, SessionOptions, StaticCredentials,
};
use terraform_provider_iam::aws::error::ErrorKind;

use super::{Bench, credentials};
use crate::simulator::{ACCESS_KEY, Fault, TrailSeed, What, account};

const MEMBER: account::Credentials = account::MEMBER;
const DELEGATED: account::Credentials = account::DELEGATED;

/// A bench whose credentials come from the shared files in a directory of its own.
fn bench(profile: &str, config: &[&str], keys: &[&str]) -> (Bench, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let written = |texts: &[&str], name: &str| -> Vec<String> {
        let file = |(at, text): (usize, &&str)| {
            let path = directory.path().join(format!("{name}{at}"));
            std::fs::write(&path, text).expect("to write");
            path.to_string_lossy().into_owned()
        };
        texts.iter().enumerate().map(file).collect()
    };
    let mut bench = Bench::new(TrailSeed::default());
    bench.options = SessionOptions {
        credentials: None,
        profile: Some(profile.to_owned()),
        shared_config_files: written(config, "config"),
        shared_credentials_files: written(keys, "credentials"),
        skip_requesting_account_id: false,
        skip_credentials_validation: false,
        ..bench.options
    };
    (bench, directory)
}

fn keys(profile: &str, keys: account::Credentials) -> String {
    format!(
        "[{profile}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        keys.access_key, keys.secret_key
    )
}

fn account_of(bench: &Bench) -> Option<String> {
    bench.run(async |_, session| session.caller_account().map(str::to_owned))
}

fn refused(bench: &Bench) -> ErrorKind {
    bench.refusal().kind
}

/// A profile is found in the files that are named, whichever of them has it.
#[test]
fn a_profile_of_named_files_is_used() {
    let first = keys("one", MEMBER);
    let second = keys("two", DELEGATED);
    let config = "[profile two]\nregion = eu-west-1\n";
    for (profile, expected) in [("one", MEMBER), ("two", DELEGATED)] {
        let (bench, _files) = bench(profile, &["", config], &[&first, &second]);
        assert_eq!(account_of(&bench).as_deref(), Some(expected.account));
    }
    let (bench, _files) = bench("three", &[config], &[&first, &second]);
    let failed = bench.refusal();
    assert_eq!(failed.kind, ErrorKind::SessionArgument);
    let words = "profile: the profile `three` is not in the shared files; they hold one, two";
    assert!(failed.to_string().contains(words), "{failed}");
}

/// A file that is named has to be there.
#[test]
fn a_missing_file_is_told() {
    let (mut bench, _files) = bench("one", &[""], &[&keys("one", MEMBER)]);
    bench.options.shared_credentials_files = vec!["/nowhere/credentials".to_owned()];
    let failed = bench.refusal();
    assert_eq!(failed.kind, ErrorKind::SessionArgument);
    assert!(
        failed.to_string().contains("/nowhere/credentials"),
        "{failed}"
    );
}

/// Keys of the block go before its profile, and a role of the block is assumed with the profile's.
#[test]
fn the_block_goes_before_the_profile() {
    let (mut bench, _files) = bench("one", &[""], &[&keys("one", MEMBER)]);
    bench.options.assume_role = vec![AssumeRole {
        role_arn: format!("arn:aws:iam::{}:role/There", DELEGATED.account),
        ..AssumeRole::default()
    }];
    assert_eq!(account_of(&bench).as_deref(), Some(DELEGATED.account));
    let journal = bench.simulator.journal();
    assert_eq!(journal[0].access_key_id, MEMBER.access_key);
    bench.options.assume_role.clear();
    let StaticCredentials {
        access_key,
        secret_key,
        token,
    } = credentials(DELEGATED.access_key, DELEGATED.secret_key);
    bench.options.credentials = Some(StaticCredentials {
        access_key,
        secret_key,
        token,
    });
    assert_eq!(account_of(&bench).as_deref(), Some(DELEGATED.account));
}

fn process(directory: &Path) -> String {
    let answer = directory.join("answer.json");
    let text = format!(
        "{{\"Version\": 1, \"AccessKeyId\": \"{}\", \"SecretAccessKey\": \"{}\"}}",
        MEMBER.access_key, MEMBER.secret_key
    );
    std::fs::write(&answer, text).expect("to write");
    format!(
        "[profile one]\ncredential_process = cat {}\n",
        answer.display()
    )
}

/// A profile's credentials may come from a program.
#[test]
fn a_credential_process_is_run() {
    let directory = tempfile::tempdir().expect("a directory");
    let (bench, _files) = bench("one", &[&process(directory.path())], &[""]);
    assert_eq!(account_of(&bench).as_deref(), Some(MEMBER.account));
}

/// A program that fails is no reason to look elsewhere.
#[test]
fn a_credential_process_that_fails_is_told() {
    let config = "[profile one]\ncredential_process = false\n";
    let (bench, _files) = bench("one", &[config], &[""]);
    assert_eq!(refused(&bench), ErrorKind::NoCredentials);
    assert!(bench.calls().is_empty());
}

/// A profile of IAM Identity Center is understood; without a token that is signed in, it says so.
#[test]
fn a_profile_without_a_sign_in_is_told() {
    let config = "[profile one]\nsso_session = none-such-session\nsso_account_id = 111122223333\n\
                  sso_role_name = Audit\n[sso-session none-such-session]\n\
                  sso_region = us-east-1\nsso_start_url = https://none-such.example/start\n";
    let (bench, _files) = bench("one", &[config], &[""]);
    let failed = bench.refusal();
    assert_eq!(failed.kind, ErrorKind::NoCredentials);
    assert!(!failed.to_string().contains("feature"), "{failed}");
}

/// A role that a profile names is assumed in the Region for STS, where the profile says STS is; a
/// role of the block comes after it.
#[test]
fn a_role_of_the_profile_is_assumed() {
    let (mut bench, files) = bench("one", &[""], &[&keys("base", MEMBER)]);
    let config = format!(
        "[profile one]\nrole_arn = arn:aws:iam::{}:role/There\nrole_session_name = of-the-profile\n\
         source_profile = base\nservices = here\n[services here]\nsts =\n  endpoint_url = {}\n",
        DELEGATED.account,
        bench.simulator.url()
    );
    std::fs::write(files.path().join("config0"), config).expect("to write");
    bench.options.sts_region = Some("eu-central-1".to_owned());
    bench.options.assume_role = vec![AssumeRole {
        role_arn: format!("arn:aws:iam::{}:role/Last", account::ACCOUNT),
        ..AssumeRole::default()
    }];
    assert_eq!(account_of(&bench).as_deref(), Some(account::ACCOUNT));
    let journal = bench.simulator.journal();
    assert_eq!(journal[0].access_key_id, MEMBER.access_key);
    assert_eq!(journal[0].body["RoleSessionName"], "of-the-profile");
    let name = &journal[1].body["RoleSessionName"];
    assert_eq!(name, "terraform-provider-iam");
    let regions: Vec<_> = journal.iter().map(|entry| &*entry.region).collect();
    assert_eq!(regions, ["eu-central-1"; 3]);
}

/// STS is asked in its own Region, CloudTrail in the trail's.
#[test]
fn sts_has_a_region_of_its_own() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.skip_requesting_account_id = false;
    bench.options.sts_region = Some("eu-central-1".to_owned());
    bench.selectors().expect("selectors");
    let regions: Vec<String> = bench
        .calls()
        .into_iter()
        .map(|(_, region)| region)
        .collect();
    assert_eq!(regions, ["eu-central-1", "us-east-1"]);
}

/// What a user adds to the user agent comes last, in every call.
#[test]
fn products_are_appended_to_the_user_agent() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.skip_requesting_account_id = false;
    bench.options.user_agent = vec!["team/1.0".to_owned(), "audit/2 (nightly)".to_owned()];
    bench.selectors().expect("selectors");
    for entry in bench.simulator.journal() {
        let said = &entry.user_agent;
        assert!(said.ends_with(" team/1.0 audit/2 (nightly)"), "{said}");
        assert!(said.starts_with("aws-sdk-rust/"), "{said}");
    }
}

/// Both modes repeat a call that failed. Once the service throttles, the adaptive one holds the next
/// attempt back for longer than the standard one would.
#[test]
fn the_adaptive_mode_is_slower() {
    for mode in RetryMode::ALL {
        let mut bench = Bench::new(TrailSeed::default());
        bench.options.retry_mode = Some(*mode);
        bench.options.max_retries = Some(2);
        bench.time = Duration::from_secs(4);
        let fault = Fault::on("GetEventSelectors", What::InternalFailure);
        bench.simulator.inject(fault);
        bench.selectors().expect("the second");
        assert_eq!(bench.calls().len(), 2, "{}", mode.as_str());
        let fault = Fault::on("GetEventSelectors", What::Throttle);
        bench.simulator.inject(fault);
        let read = bench.selectors();
        match mode {
            RetryMode::Standard => assert!(read.is_ok()),
            RetryMode::Adaptive => {
                let failed = read.expect_err("it is still held back");
                assert_eq!(failed.kind, ErrorKind::Throttled);
            }
        }
    }
}

/// FIPS has endpoints of its own, so that it can't be had together with another endpoint.
#[test]
fn fips_excludes_an_endpoint() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.use_fips_endpoint = Some(true);
    let failed = bench.selectors().expect_err("a custom endpoint");
    assert!(failed.to_string().contains("FIPS"), "{failed}");
    bench.options.use_fips_endpoint = Some(false);
    bench.options.use_dualstack_endpoint = Some(true);
    let failed = bench.selectors().expect_err("a custom endpoint");
    assert!(failed.to_string().contains("Dualstack"), "{failed}");
}

/// The endpoint of the instance metadata service has to be a URL; it is not asked for nothing.
#[test]
fn the_endpoint_of_the_metadata_service_is_a_url() {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.ec2_metadata_service_endpoint = Some("not a URL".to_owned());
    bench.options.ec2_metadata_service_endpoint_mode = Some(MetadataMode::IPv6);
    let failed = bench.refusal();
    assert_eq!(failed.kind, ErrorKind::SessionArgument);
    let words = failed.to_string();
    assert!(words.contains("ec2_metadata_service_endpoint"), "{words}");
    bench.options.ec2_metadata_service_endpoint = Some("http://127.0.0.1:1".to_owned());
    bench.selectors().expect("selectors");
    assert_eq!(bench.simulator.journal()[0].access_key_id, ACCESS_KEY);
}
