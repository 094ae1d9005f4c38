//! Signature Version 4, checked from scratch: the request is canonicalized again and signed again
//! with the secret that belongs to the key id. Signatures in the query string are not taken.
//!
//! Imports the clock and the rule table. The steps are those of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use std::fmt::Write as _;

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{
    clock,
    error::Refusal,
    rule::{
        BODY_HASH, SIGNATURE_INCOMPLETE, SIGNATURE_SCOPE, SIGNATURE_TIME, SIGNATURE_WRONG,
        SIGNED_HEADERS, UNSIGNED,
    },
};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Seconds that a signature may be off the server's clock, either way.
const TOLERANCE: i64 = 15 * 60;

/// A request, as far as its signature covers it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'a> {
    /// `POST`.
    pub(crate) method: &'a str,
    /// The path as it was sent.
    pub(crate) path: &'a str,
    /// The query string as it was sent, without the question mark.
    pub(crate) query: &'a str,
    /// All headers.
    pub(crate) headers: &'a HeaderMap,
    /// The body.
    pub(crate) body: &'a [u8],
}

/// What the `Authorization` header says, and the date that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authorization {
    /// Id of the key that signed.
    pub(crate) access_key: String,
    /// `20150830`.
    pub(crate) day: String,
    /// The region in the credential scope.
    pub(crate) region: String,
    /// The service in the credential scope.
    pub(crate) service: String,
    /// Names of the signed headers, in the order sent.
    pub(crate) signed_headers: Vec<String>,
    /// Hexadecimal.
    pub(crate) signature: String,
    /// `20150830T123600Z`.
    pub(crate) date: String,
}

impl Authorization {
    /// Reads the headers. Refuses what is not there or not complete; judges no value.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let incomplete = |what: String| Refusal::new(&SIGNATURE_INCOMPLETE, what);
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(authorization) = header("authorization") else {
            return Err(Refusal::new(&UNSIGNED, "Missing Authentication Token"));
        };
        let Some(rest) = authorization.strip_prefix(ALGORITHM) else {
            return Err(incomplete(format!(
                "Authorization must begin with {ALGORITHM}"
            )));
        };
        let part = |name: &str| {
            let found = rest.split(',').find_map(|part| {
                part.trim()
                    .strip_prefix(name)
                    .and_then(|part| part.strip_prefix('='))
            });
            found.filter(|value| !value.is_empty()).ok_or_else(|| {
                incomplete(format!("Authorization header requires '{name}' parameter."))
            })
        };
        let (credential, signed_headers, signature) = (
            part("Credential")?,
            part("SignedHeaders")?,
            part("Signature")?,
        );
        // An access key id has no slash in it, so five parts are all there can be.
        let scope: Vec<&str> = credential.split('/').collect();
        let &[access_key, day, region, service, "aws4_request"] = scope.as_slice() else {
            return Err(incomplete(
                "Credential must have the form <key>/<day>/<region>/<service>/aws4_request".into(),
            ));
        };
        let Some(date) = header("x-amz-date") else {
            return Err(incomplete(
                "Authorization header requires existence of 'X-Amz-Date'".into(),
            ));
        };
        Ok(Self {
            access_key: access_key.to_owned(),
            day: day.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers: signed_headers.split(';').map(str::to_owned).collect(),
            signature: signature.to_owned(),
            date: date.to_owned(),
        })
    }

    /// Checks date, signed headers, body hash and signature, at `now` in seconds since 1970.
    pub(crate) fn verify(
        &self,
        request: Signed<'_>,
        secret: &str,
        now: i64,
    ) -> Result<(), Refusal> {
        self.check_date(now)?;
        self.check_headers(request)?;
        if self.signature != self.expected(request, secret) {
            let message = "The request signature we calculated does not match the signature you \
                           provided. Check your AWS Secret Access Key and signing method. Consult \
                           the service documentation for details.";
            return Err(Refusal::new(&SIGNATURE_WRONG, message));
        }
        Ok(())
    }

    fn check_date(&self, now: i64) -> Result<(), Refusal> {
        let refuse = |rule, message: String| Err(Refusal::new(rule, message));
        let Some(signed) = clock::parse(&self.date) else {
            let message = format!(
                "Date must be in ISO-8601 basic format. Got '{}'.",
                self.date
            );
            return refuse(&SIGNATURE_INCOMPLETE, message);
        };
        if !self.date.starts_with(&self.day) {
            let message = format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{}' != '{}'.",
                self.day, self.date
            );
            return refuse(&SIGNATURE_SCOPE, message);
        }
        let (earliest, latest) = (now - TOLERANCE, now + TOLERANCE);
        if signed < earliest {
            let message = format!(
                "Signature expired: {} is now earlier than {} ({} - 15 min.)",
                self.date,
                clock::basic(earliest),
                clock::basic(now)
            );
            return refuse(&SIGNATURE_TIME, message);
        }
        if signed > latest {
            let message = format!(
                "Signature not yet current: {} is still later than {} ({} + 15 min.)",
                self.date,
                clock::basic(latest),
                clock::basic(now)
            );
            return refuse(&SIGNATURE_TIME, message);
        }
        Ok(())
    }

    fn check_headers(&self, request: Signed<'_>) -> Result<(), Refusal> {
        let signs = |name: &str| self.signed_headers.iter().any(|signed| signed == name);
        let must = request
            .headers
            .keys()
            .map(axum::http::HeaderName::as_str)
            .filter(|name| name.starts_with("x-amz-"));
        if let Some(missing) = must.chain(["host"]).find(|name| !signs(name)) {
            let message = format!(
                "'Host' and every 'X-Amz-' header of the request must be a 'SignedHeader'; \
                 '{missing}' is not."
            );
            return Err(Refusal::new(&SIGNED_HEADERS, message));
        }
        if let Some(missing) = self
            .signed_headers
            .iter()
            .find(|name| !request.headers.contains_key(name.as_str()))
        {
            let message = format!("'{missing}' is signed, and not in the request.");
            return Err(Refusal::new(&SIGNED_HEADERS, message));
        }
        let hash = request.headers.get("x-amz-content-sha256");
        if hash.is_some_and(|hash| hash.as_bytes() != sha256(request.body).as_bytes()) {
            let message = "x-amz-content-sha256 is not the SHA-256 of the body";
            return Err(Refusal::new(&BODY_HASH, message));
        }
        Ok(())
    }

    /// The signature that this request has to carry.
    pub(crate) fn expected(&self, request: Signed<'_>, secret: &str) -> String {
        let canonical = canonical_request(request, &self.signed_headers);
        let Self {
            day,
            region,
            service,
            date,
            ..
        } = self;
        let scope = format!("{day}/{region}/{service}/aws4_request");
        let to_sign = format!(
            "{ALGORITHM}\n{date}\n{scope}\n{}",
            sha256(canonical.as_bytes())
        );
        let key = [day, region, service, "aws4_request"]
            .into_iter()
            .fold(format!("AWS4{secret}").into_bytes(), |key, step| {
                hmac(&key, step)
            });
        hex::encode(hmac(&key, &to_sign))
    }
}

/// The canonical form of a request, with these headers, which need not be sorted.
pub(crate) fn canonical_request(request: Signed<'_>, signed_headers: &[String]) -> String {
    let mut names: Vec<&str> = signed_headers.iter().map(String::as_str).collect();
    names.sort_unstable();
    let mut headers = String::new();
    for name in &names {
        let values: Vec<String> = request
            .headers
            .get_all(*name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        // Writing to a string cannot fail.
        writeln!(headers, "{name}:{}", values.join(",")).ok();
    }
    format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        request.method,
        canonical_path(request.path),
        canonical_query(request.query),
        names.join(";"),
        sha256(request.body),
    )
}

/// Dot segments resolved, doubled slashes joined, and each segment encoded once more.
fn canonical_path(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let folder = path.ends_with('/') && !segments.is_empty();
    let encoded: Vec<String> = segments.into_iter().map(encode).collect();
    format!("/{}{}", encoded.join("/"), if folder { "/" } else { "" })
}

/// Parameters sorted by name, then value. They arrive encoded, and are encoded alike.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encode(&decode(name)), encode(&decode(value))))
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").ok();
        }
    }
    encoded
}

/// Percent-decodes. A `%` that begins no byte stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        if let Some(byte) = after
            .get(..2)
            .and_then(|two| u8::from_str_radix(two, 16).ok())
        {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(b'%');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Hexadecimal SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    // HMAC takes a key of any length, so there is always a code.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}
