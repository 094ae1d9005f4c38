//! The part of the Security Token Service that a provider needs in order to know who it is:
//! `GetCallerIdentity`, `AssumeRole` and `AssumeRoleWithWebIdentity`, in the Query protocol (a
//! form goes in, XML comes out).
//!
//! Imports the accounts, the clock and the rule table. Any role of a simulated account may be
//! assumed by anyone: permissions are not simulated.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    account::{self, Account, Credentials},
    clock,
    error::Refusal,
    rule::{OPERATION_UNKNOWN, STS_PARAMETER, STS_ROLE, STS_VERSION},
    sigv4::{decode, sha256},
};

/// The parameters of a Query request.
pub(crate) type Form = BTreeMap<String, String>;

/// A key that can sign: one that was there from the start, or of a role's session.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// Access key id.
    pub(crate) id: String,
    /// Secret access key.
    pub(crate) secret: String,
    /// Session token, for temporary credentials.
    pub(crate) token: Option<String>,
    /// Whether its time is over.
    pub(crate) expired: bool,
    /// When its time is over, for a role's session: in seconds of the epoch.
    pub(crate) until: Option<i64>,
    /// The account it belongs to.
    pub(crate) account: &'static Account,
    /// The principal.
    pub(crate) arn: String,
    /// The principal's unique id.
    pub(crate) user_id: String,
}

/// Every key that exists.
#[derive(Debug, Default)]
pub(crate) struct Keyring {
    minted: Vec<Key>,
    /// For how many seconds a role's credentials are good, whatever was asked for.
    pub(crate) lifetime: Option<i64>,
    /// The access tokens of people who are signed in to the portal.
    pub(crate) signed_in: BTreeSet<String>,
}

impl Keyring {
    /// The key with this id.
    pub(crate) fn find(&self, id: &str) -> Option<Key> {
        let fixed = account::KEYS.iter().find(|key| key.access_key == id);
        let mut key = fixed
            .and_then(fixed_key)
            .or_else(|| self.minted.iter().find(|key| key.id == id).cloned())?;
        key.expired |= key.until.is_some_and(|until| until <= clock::now());
        Some(key)
    }

    /// One more key of [`account::ACCOUNT`], whose user is named as the key is; good until then, in
    /// seconds of the epoch.
    pub(crate) fn add(&mut self, id: &str, secret: &str, token: Option<&str>, until: Option<i64>) {
        let Some(account) = account::account(account::ACCOUNT) else {
            return;
        };
        self.minted.push(Key {
            id: id.to_owned(),
            secret: secret.to_owned(),
            token: token.map(str::to_owned),
            expired: false,
            until,
            account,
            arn: format!("arn:aws:iam::{}:user/{id}", account.id),
            user_id: format!("AIDA{id}"),
        });
    }

    /// A key of a role's session, good until then, which nobody had before.
    pub(crate) fn mint(
        &mut self,
        account: &'static Account,
        role: &str,
        session: &str,
        until: i64,
    ) -> Key {
        let Account { id, partition, .. } = account;
        // Keys must differ from session to session, and need not be hard to guess.
        let seed = format!("{id} {role} {session} {}", self.minted.len());
        let seed = sha256(seed.as_bytes());
        let letters = seed.to_uppercase().replace(['0', '1', '8', '9'], "Z");
        let key = Key {
            id: format!("ASIA{}EXAMPLE", letters.get(..9).unwrap_or_default()),
            secret: format!("{}EXAMPLEKEY", seed.get(..30).unwrap_or_default()),
            token: Some(format!("AQoDYXdzEJr{seed}")),
            expired: false,
            until: Some(until),
            account,
            arn: format!("arn:{partition}:sts::{id}:assumed-role/{role}/{session}"),
            user_id: format!("AROACKCEVSQ6C2EXAMPLE:{session}"),
        };
        self.minted.push(key.clone());
        key
    }
}

fn fixed_key(key: &Credentials) -> Option<Key> {
    let account = account::account(key.account)?;
    let Account { id, partition, .. } = account;
    let (arn, user_id) = if key.token.is_some() {
        (
            format!("arn:{partition}:sts::{id}:assumed-role/Admin/terraform"),
            "AROACKCEVSQ6C2EXAMPLE:terraform",
        )
    } else {
        (
            format!("arn:{partition}:iam::{id}:user/terraform"),
            "AIDACKCEVSQ6C2EXAMPLE",
        )
    };
    Some(Key {
        id: key.access_key.to_owned(),
        secret: key.secret_key.to_owned(),
        token: key.token.map(str::to_owned),
        expired: *key == account::EXPIRED,
        until: None,
        account,
        arn,
        user_id: user_id.to_owned(),
    })
}

/// Reads a form. `None` if it is not UTF-8 or names a parameter twice.
pub(crate) fn read_form(body: &[u8]) -> Option<Form> {
    let mut form = Form::new();
    for pair in std::str::from_utf8(body)
        .ok()?
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (name, value) = pair.split_once('=')?;
        let plain = |text: &str| decode(&text.replace('+', " "));
        if form.insert(plain(name), plain(value)).is_some() {
            return None;
        }
    }
    Some(form)
}

/// A form for the journal. The token of a web identity is a credential, and left out.
pub(crate) fn journaled(form: &Form) -> Value {
    let shown = |(name, value): (&String, &String)| {
        let secret = name == "WebIdentityToken" || name == "TokenCode";
        (
            name.clone(),
            Value::from(if secret {
                "(not shown)"
            } else {
                value.as_str()
            }),
        )
    };
    Value::Object(form.iter().map(shown).collect())
}

/// Carries out an operation. `key` is the caller's, absent for a request that is not signed.
pub(crate) fn carry_out(
    keyring: &mut Keyring,
    key: Option<&Key>,
    form: &Form,
) -> Result<String, Refusal> {
    let parameter = |name: &str| form.get(name).map_or("", String::as_str);
    let action = parameter("Action");
    if parameter("Version") != "2011-06-15" {
        let message = format!("Could not find operation {action} for that version");
        return Err(Refusal::new(&STS_VERSION, message));
    }
    match (action, key) {
        ("GetCallerIdentity", Some(key)) => {
            only(form, &[])?;
            Ok(answer(
                action,
                &format!(
                    "<Arn>{}</Arn><UserId>{}</UserId><Account>{}</Account>",
                    key.arn, key.user_id, key.account.id
                ),
            ))
        }
        ("AssumeRole", Some(_)) => {
            only(
                form,
                &[
                    "RoleArn",
                    "RoleSessionName",
                    "DurationSeconds",
                    "ExternalId",
                    "Policy",
                    "PolicyArns",
                    "Tags",
                    "TransitiveTagKeys",
                    "SourceIdentity",
                ],
            )?;
            assume_role(keyring, form, action)
        }
        ("AssumeRoleWithWebIdentity", None) => {
            only(
                form,
                &[
                    "RoleArn",
                    "RoleSessionName",
                    "DurationSeconds",
                    "WebIdentityToken",
                    "ProviderId",
                    "Policy",
                    "PolicyArns",
                ],
            )?;
            if parameter("WebIdentityToken").is_empty() {
                return Err(Refusal::new(&STS_PARAMETER, "WebIdentityToken is required"));
            }
            assume_role(keyring, form, action)
        }
        _ => Err(Refusal::new(
            &OPERATION_UNKNOWN,
            format!("Could not find operation {action}"),
        )),
    }
}

/// Refuses a parameter that is not one of these, or a member of one of these.
fn only(form: &Form, known: &[&str]) -> Result<(), Refusal> {
    let stem = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let unknown = form.keys().map(|name| stem(name)).find(|name| {
        !["Action", "Version"].contains(&name.as_str()) && !known.contains(&name.as_str())
    });
    match unknown {
        Some(name) => Err(Refusal::new(
            &STS_PARAMETER,
            format!("Parameter {name} is not one of the model"),
        )),
        None => Ok(()),
    }
}

fn assume_role(keyring: &mut Keyring, form: &Form, action: &str) -> Result<String, Refusal> {
    let parameter = |name: &str| form.get(name).map_or("", String::as_str);
    let (role_arn, session) = (parameter("RoleArn"), parameter("RoleSessionName"));
    let session_char = |c: char| c.is_ascii_alphanumeric() || "_=,.@-".contains(c);
    if !(2..=64).contains(&session.len()) || !session.chars().all(session_char) {
        return Err(Refusal::new(
            &STS_PARAMETER,
            format!("RoleSessionName '{session}' is not valid"),
        ));
    }
    let seconds = match form.get("DurationSeconds").map(|text| text.parse()) {
        None => 3_600,
        Some(Ok(seconds @ 900..=43_200_i64)) => seconds,
        Some(_) => {
            let message = "DurationSeconds is not from 900 to 43200";
            return Err(Refusal::new(&STS_PARAMETER, message));
        }
    };
    let until = clock::now().saturating_add(keyring.lifetime.unwrap_or(seconds));
    let parts: Vec<&str> = role_arn.splitn(6, ':').collect();
    let role = match parts.as_slice() {
        ["arn", partition, "iam", "", id, resource] => {
            let account = account::account(id).filter(|account| account.partition == *partition);
            account.zip(
                resource
                    .strip_prefix("role/")
                    .filter(|role| !role.is_empty()),
            )
        }
        _ => None,
    };
    let Some((account, role)) = role else {
        let message = format!("Not authorized to perform: sts:{action} on resource: {role_arn}");
        return Err(Refusal::new(&STS_ROLE, message));
    };
    let role = role.rsplit('/').next().unwrap_or(role);
    let key = keyring.mint(account, role, session, until);
    let result = format!(
        "<AssumedRoleUser><AssumedRoleId>{}</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\
         <SessionToken>{}</SessionToken><Expiration>{}</Expiration></Credentials>",
        key.user_id,
        key.arn,
        key.id,
        key.secret,
        key.token.as_deref().unwrap_or_default(),
        clock::extended(until),
    );
    Ok(answer(action, &result))
}

fn answer(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>\
         </{action}Response>"
    )
}

const REQUEST_ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// The body of a refusal. The Query protocol has names of its own for errors of the signature:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>.
pub(crate) fn to_xml(refusal: &Refusal) -> String {
    let code = match refusal.code.as_str() {
        "UnrecognizedClientException" => "InvalidClientTokenId",
        "InvalidSignatureException" => "SignatureDoesNotMatch",
        "ExpiredTokenException" => "ExpiredToken",
        "ThrottlingException" => "Throttling",
        "UnknownOperationException" => "InvalidAction",
        code => code,
    };
    let kind = if refusal.status >= 500 {
        "Receiver"
    } else {
        "Sender"
    };
    let message = escaped(&refusal.message);
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>\
         <Type>{kind}</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
