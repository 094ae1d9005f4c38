//! What a provider asks of AWS, as it goes by: a relay in front of the simulator or of moto that
//! changes nothing and writes one record a request. What it writes is the same for both, so that one
//! expectation is held against both.
//!
//! Imports [`super::http`] and the simulator's clock.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::http::{Answer, Request, Server};
use crate::simulator::clock;

/// One request, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// `cloudtrail`, `sts`: from the credential scope; `sts` for what needs no signature.
    pub(crate) service: String,
    /// The Region in the credential scope; empty without a signature.
    pub(crate) region: String,
    /// Id of the key that signed; empty without a signature.
    pub(crate) access_key_id: String,
    /// Whether a session token came with it.
    pub(crate) has_token: bool,
    /// The operation.
    pub(crate) operation: String,
    /// The body: JSON as it is, a form as an object.
    pub(crate) body: Value,
    /// The `User-Agent`.
    pub(crate) user_agent: String,
    /// When it came, in seconds of the epoch.
    pub(crate) at: i64,
    /// The status of the answer.
    pub(crate) status: u16,
    /// Id of the key that the answer hands out, if it does.
    pub(crate) issued: Option<String>,
}

impl Record {
    fn new(at: i64, request: &Request, answer: &Answer) -> Self {
        let body = String::from_utf8_lossy(&request.body);
        let target = request.header("x-amz-target");
        let (operation, body) = if target.is_empty() {
            let form = form(&body);
            (form["Action"].as_str().unwrap_or_default().to_owned(), form)
        } else {
            let operation = target.rsplit('.').next().unwrap_or_default();
            let body = serde_json::from_str(&body).unwrap_or_default();
            (operation.to_owned(), body)
        };
        // `AWS4-HMAC-SHA256 Credential=ID/DAY/REGION/SERVICE/aws4_request, ...`
        let scope = request.header("authorization").split_once("Credential=");
        let scope = scope.and_then(|(_, rest)| rest.split(',').next());
        let scope: Vec<&str> = scope.unwrap_or_default().split('/').collect();
        let part = |at: usize| scope.get(at).copied().unwrap_or_default().to_owned();
        let service = part(3);
        Self {
            service: if service.is_empty() {
                "sts".to_owned()
            } else {
                service
            },
            region: part(2),
            access_key_id: part(0),
            has_token: !request.header("x-amz-security-token").is_empty(),
            operation,
            body,
            user_agent: request.header("user-agent").to_owned(),
            at,
            status: answer.status,
            issued: issued(&String::from_utf8_lossy(&answer.body)),
        }
    }

    /// The name of the role that it asks to assume, without its path; empty if it asks for none.
    pub(crate) fn role(&self) -> &str {
        let arn = self.body["RoleArn"].as_str().unwrap_or_default();
        arn.rsplit('/').next().unwrap_or_default()
    }
}

fn issued(answer: &str) -> Option<String> {
    let (_, rest) = answer.split_once("<AccessKeyId>")?;
    rest.split_once('<').map(|(id, _)| id.to_owned())
}

/// A form as an object.
fn form(body: &str) -> Value {
    let mut form = json!({});
    for (name, value) in body.split('&').filter_map(|pair| pair.split_once('=')) {
        form[plain(name)] = json!(plain(value));
    }
    form
}

/// Undoes the escapes of a form.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().map(char::from).and_then(|c| c.to_digit(16));
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let value = digit().zip(digit()).map(|(high, low)| high * 16 + low);
                value
                    .and_then(|value| u8::try_from(value).ok())
                    .unwrap_or(b'%')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A relay that writes down what goes by.
pub(crate) struct Recorder {
    server: Server,
    records: Arc<Mutex<Vec<Record>>>,
}

impl Recorder {
    /// A relay to the service at `url`, which is `http://HOST:PORT`.
    pub(crate) fn start(url: &str) -> Self {
        let upstream = url.trim_start_matches("http://").to_owned();
        let records = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&records);
        let server = Server::start(move |request| {
            let at = clock::now();
            let answer = relayed(&upstream, request)
                .unwrap_or_else(|| Answer::text(502, "the service did not answer"));
            let record = Record::new(at, request, &answer);
            book.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(record);
            Some(answer)
        });
        Self { server, records }
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// What went by so far, in the order of the answers.
    pub(crate) fn records(&self) -> Vec<Record> {
        let records = self.records.lock();
        records.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The request whose answer handed out this key, if one did.
    pub(crate) fn origin(&self, access_key_id: &str) -> Option<Record> {
        let is_origin = |record: &Record| record.issued.as_deref() == Some(access_key_id);
        self.records().into_iter().find(is_origin)
    }
}

/// Hands a request on as it is, so that its signature stays good, but for the connection.
fn relayed(upstream: &str, request: &Request) -> Option<Answer> {
    let mut stream = TcpStream::connect(upstream).ok()?;
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("connection") {
            head.extend([name, ": ", value, "\r\n"]);
        }
    }
    head.push_str("connection: close\r\n\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend(&request.body);
    stream.write_all(&bytes).ok()?;
    Answer::read(stream)
}
