//! A small client over a bare socket: what it sends can be bent where an SDK would not let it.

use std::{
    fmt::Write as _,
    io::{Read, Write},
    net::TcpStream,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::simulator::{
    Simulator, TrailSeed,
    account::{Credentials, MANAGEMENT},
    clock,
    sigv4::{Authorization, Signed},
};

/// An answer. Status 0 stands for a connection that closed without one.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["__type"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn message(&self) -> String {
        let json = self.json();
        let message = json["Message"].as_str().or(json["message"].as_str());
        message.unwrap_or_default().to_owned()
    }
}

/// A caller in a region.
pub(crate) struct Client<'s> {
    pub(crate) simulator: &'s Simulator,
    pub(crate) key: Credentials,
    pub(crate) region: &'static str,
}

impl<'s> Client<'s> {
    pub(crate) fn new(simulator: &'s Simulator) -> Self {
        Self {
            simulator,
            key: MANAGEMENT,
            region: "us-east-1",
        }
    }

    pub(crate) fn with(self, key: Credentials) -> Self {
        Self { key, ..self }
    }

    pub(crate) fn at(self, region: &'static str) -> Self {
        Self { region, ..self }
    }

    /// Calls an operation as an SDK does.
    pub(crate) fn call(&self, operation: &str, body: &Value) -> Answer {
        self.request(operation, &body.to_string()).send(self)
    }

    /// The answer of a call that has to succeed.
    #[track_caller]
    pub(crate) fn ok(&self, operation: &str, body: &Value) -> Value {
        let answer = self.call(operation, body);
        assert_eq!(answer.status, 200, "{operation} {body}: {}", answer.text);
        answer.json()
    }

    /// Calls, and expects this error code.
    #[track_caller]
    pub(crate) fn refused(&self, operation: &str, body: &Value, code: &str) -> Answer {
        let answer = self.call(operation, body);
        assert_eq!(answer.code(), code, "{operation} {body}: {}", answer.text);
        answer
    }

    /// A request to bend.
    pub(crate) fn request(&self, operation: &str, body: &str) -> Request {
        let mut headers = vec![
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", format!("CloudTrail_20131101.{operation}")),
        ];
        headers.extend(
            self.key
                .token
                .map(|token| ("x-amz-security-token", token.to_owned())),
        );
        Request {
            headers,
            body: body.to_owned(),
            method: "POST",
            path: "/",
            service: "cloudtrail",
            date: clock::basic(clock::now()),
            unsigned: Vec::new(),
            authorization: None,
            forge: None,
        }
    }

    /// A request to STS.
    pub(crate) fn form(&self, form: &str) -> Request {
        let mut request = self.request("", form);
        request.service = "sts";
        request
            .headers
            .retain(|(name, _)| *name == "x-amz-security-token");
        request.headers.push((
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        ));
        request
    }
}

/// A request before it is signed.
pub(crate) struct Request {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) service: &'static str,
    pub(crate) date: String,
    /// Headers that are sent and not signed.
    pub(crate) unsigned: Vec<&'static str>,
    /// Sent instead of the header that would be right; `""` for none.
    pub(crate) authorization: Option<String>,
    /// Changes what is sent after it was signed.
    pub(crate) forge: Option<fn(&mut Request)>,
}

impl Request {
    pub(crate) fn send(mut self, client: &Client<'_>) -> Answer {
        let host = client
            .simulator
            .url()
            .trim_start_matches("http://")
            .to_owned();
        self.headers.push(("host", host.clone()));
        if !self.date.is_empty() {
            self.headers.push(("x-amz-date", self.date.clone()));
        }
        let authorization = self
            .authorization
            .clone()
            .unwrap_or_else(|| self.sign(&client.key, client.region));
        if let Some(forge) = self.forge {
            forge(&mut self);
        }
        let mut text = format!(
            "{} {} HTTP/1.1\r\nconnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        if !authorization.is_empty() {
            write!(text, "authorization: {authorization}\r\n").unwrap();
        }
        write!(
            text,
            "content-length: {}\r\n\r\n{}",
            self.body.len(),
            self.body
        )
        .unwrap();
        exchange(&host, &text)
    }

    fn sign(&self, key: &Credentials, region: &str) -> String {
        let mut headers = HeaderMap::new();
        let mut names = Vec::new();
        for (name, value) in self
            .headers
            .iter()
            .filter(|(name, _)| !self.unsigned.contains(name))
        {
            let value = HeaderValue::from_str(value).unwrap();
            headers.append(HeaderName::from_static(name), value);
            names.push((*name).to_owned());
        }
        names.sort_unstable();
        names.dedup();
        let day = self.date.get(..8).unwrap_or("20150830").to_owned();
        let unsigned = Authorization {
            access_key: key.access_key.to_owned(),
            day: day.clone(),
            region: region.to_owned(),
            service: self.service.to_owned(),
            signed_headers: names.clone(),
            signature: String::new(),
            date: self.date.clone(),
        };
        let (path, query) = self.path.split_once('?').unwrap_or((self.path, ""));
        let request = Signed {
            method: self.method,
            path,
            query,
            headers: &headers,
            body: self.body.as_bytes(),
        };
        let signature = unsigned.expected(request, key.secret_key);
        format!(
            "AWS4-HMAC-SHA256 Credential={}/{day}/{region}/{}/aws4_request, SignedHeaders={}, \
             Signature={signature}",
            key.access_key,
            self.service,
            names.join(";")
        )
    }
}

/// Sends text to a host, and reads until it closes.
pub(crate) fn exchange(host: &str, text: &str) -> Answer {
    let mut stream = TcpStream::connect(host).unwrap();
    // What is too long is answered before it has been read.
    stream.write_all(text.as_bytes()).ok();
    let mut answer = String::new();
    // A cut connection may be a reset.
    stream.read_to_string(&mut answer).ok();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Answer {
        status: status.unwrap_or(0),
        text: body.to_owned(),
    }
}

/// A simulator with the documented rules.
pub(crate) fn strict() -> Simulator {
    Simulator::start(crate::simulator::Options::default()).unwrap()
}

/// A simulator with a multi-Region trail `audit` in us-east-1, and the trail's ARN.
pub(crate) fn with_trail() -> (Simulator, String) {
    let simulator = strict();
    let arn = simulator.create_trail(TrailSeed::default());
    (simulator, arn)
}
