//! The portal hands out keys that open the rest of the simulator, and tells nobody's token.

use serde_json::Value;

use super::client::{exchange, strict};
use crate::simulator::account::MEMBER;

/// Whoever is signed in gets a role's keys; they are of that account, and differ each time.
#[test]
fn a_person_who_is_signed_in_gets_a_role() {
    let simulator = strict();
    simulator.sign_in("signed-in");
    let host = simulator.url().trim_start_matches("http://");
    let account = MEMBER.account;
    let request = format!(
        "GET /federation/credentials?role_name=Audit&account_id={account} HTTP/1.1\r\n\
         host: {host}\r\nconnection: close\r\nx-amz-sso_bearer_token: signed-in\r\n\r\n"
    );
    let key = || -> Value {
        let answer = exchange(host, &request);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["roleCredentials"].clone()
    };
    let (one, other) = (key(), key());
    assert_ne!(one["accessKeyId"], other["accessKeyId"]);
    let holder = simulator.holder(one["accessKeyId"].as_str().unwrap());
    let role = format!("arn:aws:sts::{account}:assumed-role/AWSReservedSSO_Audit/person");
    assert_eq!(holder, Some(role));
    for entry in simulator.journal() {
        assert_eq!(entry.service, "awsssoportal");
        assert_eq!(entry.operation, "GetRoleCredentials");
        assert_eq!(entry.body["role_name"], "Audit");
        assert!(!format!("{entry:?}").contains("signed-in"), "{entry:?}");
    }
}
