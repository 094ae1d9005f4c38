//! The portal of IAM Identity Center, as far as a signed-in person's tools need it: `GetRoleCredentials`
//! hands out the credentials of a role for an access token, by GET and without a signature
//! (<https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>).
//!
//! Imports the accounts, the clock, the keys and the rule table. Whoever is signed in may have any
//! role of a simulated account: assignments are not simulated.

use axum::http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};

use super::{
    account, clock,
    error::Refusal,
    rule::{PORTAL_REQUEST, PORTAL_ROLE, PORTAL_TOKEN},
    sigv4::decode,
    sts::Keyring,
};

/// The operation's name in the journal.
pub(crate) const OPERATION: &str = "GetRoleCredentials";
/// What the journal calls the service: the name that its requests would be signed for.
pub(crate) const SERVICE: &str = "awsssoportal";
/// Its one path.
const PATH: &str = "/federation/credentials";
/// The header that carries the access token.
const TOKEN: &str = "x-amz-sso_bearer_token";

/// Whether a request is for the portal rather than for another service.
pub(crate) fn is_asked(uri: &Uri) -> bool {
    uri.path() == PATH
}

/// What is asked for, for the journal: the two parameters. The token is a credential, and left out.
///
/// # Errors
///
/// Another method, or parameters that are not exactly these two.
pub(crate) fn read(method: &Method, uri: &Uri) -> Result<Value, Refusal> {
    let refused = |why: String| Err(Refusal::new(&PORTAL_REQUEST, why));
    if method != Method::GET {
        return refused(format!("{method} is not GET"));
    }
    let mut asked = serde_json::Map::new();
    for pair in uri.query().unwrap_or_default().split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match name {
            "account_id" | "role_name" if !value.is_empty() => {
                asked.insert(name.to_owned(), json!(decode(value)));
            }
            _ => return refused(format!("parameter {name} is unknown or empty")),
        }
    }
    match asked.len() {
        2 => Ok(Value::Object(asked)),
        _ => refused("account_id and role_name are required".to_owned()),
    }
}

/// Hands out the credentials of a role.
///
/// # Errors
///
/// A token of nobody who is signed in, or a role of an account that does not exist.
pub(crate) fn carry_out(
    keyring: &mut Keyring,
    headers: &HeaderMap,
    asked: &Value,
) -> Result<String, Refusal> {
    let token = headers.get(TOKEN).and_then(|token| token.to_str().ok());
    if !token.is_some_and(|token| keyring.signed_in.contains(token)) {
        return Err(Refusal::new(
            &PORTAL_TOKEN,
            "Session token not found or invalid",
        ));
    }
    let parameter = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default();
    let role = parameter("role_name");
    let Some(account) = account::account(parameter("account_id")) else {
        return Err(Refusal::new(&PORTAL_ROLE, "No access"));
    };
    let until = clock::now().saturating_add(keyring.lifetime.unwrap_or(3_600));
    let reserved = format!("AWSReservedSSO_{role}");
    let key = keyring.mint(account, &reserved, "person", until);
    let answer = json!({
        "roleCredentials": {
            "accessKeyId": key.id,
            "secretAccessKey": key.secret,
            "sessionToken": key.token,
            "expiration": until.saturating_mul(1_000),
        }
    });
    Ok(answer.to_string())
}
