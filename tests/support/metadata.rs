//! Where a machine's own credentials come from: the instance metadata service of EC2, version 2, and
//! a container's credentials endpoint, behind one address.
//!
//! It refuses what they refuse, a metadata request without a token of the session first of all
//! (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>,
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>), and can be
//! told to fail. Imports [`super::http`] and the simulator's clock.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use super::http::{Answer, Request, Server};
use crate::simulator::clock;

/// The token of a metadata session.
const SESSION: &str = "AQAEAmetadataSESSIONtoken==";
/// The role of the instance.
const ROLE: &str = "instance-role";
/// Where the instance's credentials are, and its Region.
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const PLACEMENT: &str = "/latest/meta-data/placement/region";
/// The Region of the instance.
pub(crate) const REGION: &str = "eu-north-1";
/// Where a container's credentials are.
const CONTAINER: &str = "/v1/credentials";
/// The headers of a metadata session.
const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN: &str = "x-aws-ec2-metadata-token";

/// Credentials that are handed out.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    /// Access key id.
    pub(crate) id: String,
    /// Secret access key.
    pub(crate) secret: String,
    /// Session token.
    pub(crate) token: String,
    /// When they expire, in seconds of the epoch.
    pub(crate) until: i64,
}

impl Issued {
    /// As JSON, the way both services write it.
    fn to_json(&self) -> String {
        let now = clock::extended(clock::now());
        let document = json!({
            "Code": "Success",
            "LastUpdated": now,
            "Type": "AWS-HMAC",
            "AccessKeyId": self.id,
            "SecretAccessKey": self.secret,
            "Token": self.token,
            "Expiration": clock::extended(self.until),
        });
        document.to_string()
    }
}

/// What the service does.
pub(crate) enum Mood {
    /// Hands out credentials: what this makes, each time anew.
    Issues(Box<dyn Fn() -> Issued + Send + Sync>),
    /// Answers whatever is asked with this status and this text, the session's token excepted.
    Answers(u16, &'static str),
    /// Takes connections and says nothing.
    Silent,
}

/// A running service.
pub(crate) struct Metadata {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Metadata {
    /// Starts it. A container's requests must show `authorization`, unless it is empty.
    pub(crate) fn start(mood: Mood, authorization: &str) -> Self {
        let authorization = authorization.to_owned();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&asked);
        let server = Server::start(move |request| {
            let line = format!("{} {}", request.method, request.target);
            book.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
            answer(&mood, &authorization, request)
        });
        Self { server, asked }
    }

    /// Its address: the endpoint of the metadata service.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// The full URI of the container's credentials.
    pub(crate) fn container(&self) -> String {
        format!("{}{CONTAINER}", self.server.url())
    }

    /// What was asked so far: method and path of each request.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answer(mood: &Mood, authorization: &str, request: &Request) -> Option<Answer> {
    if matches!(mood, Mood::Silent) {
        return None;
    }
    let unauthorized = || Some(Answer::text(401, "Unauthorized"));
    if request.target == CONTAINER {
        if request.header("authorization") != authorization {
            return unauthorized();
        }
    } else if request.method == "PUT" && request.target == "/latest/api/token" {
        let ttl = request.header(TTL);
        return if ttl.is_empty() {
            Some(Answer::text(400, "Bad Request"))
        } else {
            Some(Answer::text(200, SESSION).with(TTL, ttl))
        };
    } else if request.header(TOKEN) != SESSION {
        return unauthorized();
    }
    let issue = match mood {
        Mood::Issues(issue) => issue,
        Mood::Answers(status, text) => return Some(Answer::text(*status, text)),
        Mood::Silent => return None,
    };
    let document = if request.target == CONTAINER {
        issue().to_json()
    } else if request.target == PLACEMENT {
        REGION.to_owned()
    } else {
        match request.target.strip_prefix(ROLES) {
            Some("") => ROLE.to_owned(),
            Some(ROLE) => issue().to_json(),
            Some(_) | None => return Some(Answer::text(404, "Not Found")),
        }
    };
    Some(Answer::text(200, &document))
}
