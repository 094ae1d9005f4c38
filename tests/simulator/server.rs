//! HTTP: takes a request, finds out who calls what, lets the faults in, has the operation carried
//! out, and writes the journal.
//!
//! Imports every room of the simulator. The order of the checks is: signature, caller, protocol,
//! operation, quotas, faults, hook, API model, operation.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header::CONTENT_TYPE, request::Parts},
    response::Response,
};
use serde_json::Value;

use super::{
    clock,
    cloud::{Caller, Cloud},
    error::Refusal,
    fault::{Faults, What},
    journal::{Entry, Journal, Outcome},
    model::{self, Operation},
    operations, portal,
    quota::Quotas,
    region, rule, shape,
    sigv4::{Authorization, Signed},
    sts::{self, Form, Key, Keyring},
    wire::Scissors,
};

/// Most bytes of a body that are read.
const BODY_LIMIT: usize = 1 << 20;

/// A request that is about to be carried out: what a hook is told.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    /// The operation's name.
    pub(crate) operation: String,
    /// The caller's account; empty for a request that needs no signature.
    pub(crate) account: String,
    /// The region of the call.
    pub(crate) region: String,
    /// The body as parsed.
    pub(crate) body: Value,
}

/// Called before an operation is carried out.
pub(crate) type Hook = Arc<dyn Fn(&Incoming) + Send + Sync>;

/// All that the handler shares with the tests.
#[derive(Default)]
pub(crate) struct Shared {
    cloud: Mutex<Cloud>,
    keyring: Mutex<Keyring>,
    quotas: Mutex<Quotas>,
    faults: Mutex<Faults>,
    hook: Mutex<Option<Hook>>,
    journal: Mutex<Option<Journal>>,
}

/// A test that panics while it holds a lock must not turn every later request into a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// A world with nothing in it, and this journal.
    pub(crate) fn new(cloud: Cloud, journal: Journal) -> Self {
        Self {
            cloud: Mutex::new(cloud),
            journal: Mutex::new(Some(journal)),
            ..Self::default()
        }
    }

    /// The trails.
    pub(crate) fn cloud(&self) -> MutexGuard<'_, Cloud> {
        lock(&self.cloud)
    }

    /// The keys that there are.
    pub(crate) fn keyring(&self) -> MutexGuard<'_, Keyring> {
        lock(&self.keyring)
    }

    /// The quotas.
    pub(crate) fn quotas(&self) -> MutexGuard<'_, Quotas> {
        lock(&self.quotas)
    }

    /// The faults.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// Sets or clears the hook.
    pub(crate) fn set_hook(&self, hook: Option<Hook>) {
        *lock(&self.hook) = hook;
    }

    /// Does something with the journal.
    pub(crate) fn with_journal<T>(&self, act: impl FnOnce(&mut Journal) -> T) -> Option<T> {
        lock(&self.journal).as_mut().map(act)
    }

    /// Calls the hook, with no lock held, so that it may use the simulator.
    fn call_hook(&self, entry: &Entry) {
        let hook = lock(&self.hook).clone();
        if let Some(hook) = hook {
            hook(&Incoming {
                operation: entry.operation.clone(),
                account: entry.account.clone(),
                region: entry.region.clone(),
                body: entry.body.clone(),
            });
        }
    }
}

/// What a request asks for, once it is known who asks.
enum Call {
    CloudTrail(Key, Operation, &'static shape::Shape),
    Sts(Option<Key>, Form),
    Portal(HeaderMap),
}

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Json,
    Query,
}

/// Handles one request.
pub(crate) async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let (sequence, started_at) = shared.with_journal(Journal::arrival).unwrap_or_default();
    let mut entry = Entry {
        sequence,
        at_ms: 0,
        duration: Duration::ZERO,
        started_at,
        finished_at: started_at,
        service: String::new(),
        region: String::new(),
        account: String::new(),
        access_key_id: String::new(),
        operation: String::new(),
        body: Value::Null,
        outcome: Outcome::Ok,
        user_agent: String::new(),
    };
    let (parts, body) = request.into_parts();
    text(&parts.headers, "user-agent").clone_into(&mut entry.user_agent);
    let is_json = parts.headers.contains_key("x-amz-target") || portal::is_asked(&parts.uri);
    let protocol = if is_json {
        Protocol::Json
    } else {
        Protocol::Query
    };
    let outcome = answer(&shared, &scissors, &parts, body, &mut entry).await;
    let response = respond(protocol, sequence, &outcome);
    if entry.outcome == Outcome::Ok
        && let Err(refusal) = outcome
    {
        entry.outcome = Outcome::Refused(refusal);
    }
    shared.with_journal(|journal| journal.record(entry));
    response
}

/// The body of the answer, or a refusal. A cut is noted in the entry.
async fn answer(
    shared: &Shared,
    scissors: &Scissors,
    parts: &Parts,
    body: Body,
    entry: &mut Entry,
) -> Result<String, Refusal> {
    let body = to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|_| Refusal::new(&rule::BODY_SIZE, format!("more than {BODY_LIMIT} bytes")))?;
    let call = recognize(shared, parts, &body, entry)?;
    if matches!(call, Call::CloudTrail(..)) {
        shared.quotas().admit(
            &entry.account,
            &entry.region,
            &entry.operation,
            entry.started_at,
        )?;
    }
    let (delay, fault) = shared.faults().draw(&entry.operation);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    match &fault {
        Some(What::Error {
            status,
            code,
            message,
        }) => {
            return Err(Refusal::ordered(*status, code, message));
        }
        Some(What::Throttle) => {
            return Err(Refusal::ordered(
                400,
                "ThrottlingException",
                "Rate exceeded",
            ));
        }
        Some(What::InternalFailure) => {
            return Err(Refusal::ordered(
                500,
                "InternalFailure",
                "An internal error occurred.",
            ));
        }
        Some(What::ServiceUnavailable) => {
            return Err(Refusal::ordered(
                503,
                "ServiceUnavailable",
                "Try again later.",
            ));
        }
        Some(What::CutBeforeDoing) => {
            scissors.cut();
            entry.outcome = Outcome::Cut { done: false };
            return Ok(String::new());
        }
        Some(
            What::Slow { .. }
            | What::CutBeforeAnswer
            | What::AlterSelectors(_)
            | What::StaleReads { .. },
        )
        | None => {}
    }
    shared.call_hook(entry);
    let done = carry_out(shared, &call, entry, fault.as_ref());
    if matches!(fault, Some(What::CutBeforeAnswer)) {
        scissors.cut();
        entry.outcome = Outcome::Cut { done: done.is_ok() };
    }
    done
}

/// Finds out who calls what. Notes in the entry all it learns, also if it refuses.
fn recognize(
    shared: &Shared,
    parts: &Parts,
    body: &[u8],
    entry: &mut Entry,
) -> Result<Call, Refusal> {
    let headers = &parts.headers;
    let target = text(headers, "x-amz-target");
    if !target.is_empty() {
        target.clone_into(&mut entry.operation);
    }
    if portal::is_asked(&parts.uri) {
        portal::SERVICE.clone_into(&mut entry.service);
        portal::OPERATION.clone_into(&mut entry.operation);
        entry.body = portal::read(&parts.method, &parts.uri)?;
        return Ok(Call::Portal(headers.clone()));
    }
    // The one request to STS that needs no signature: the token in its form is the proof.
    if target.is_empty()
        && !headers.contains_key("authorization")
        && let Some(form) = sts::read_form(body)
        && form
            .get("Action")
            .is_some_and(|action| action == "AssumeRoleWithWebIdentity")
    {
        check_protocol(parts, FORM)?;
        "sts".clone_into(&mut entry.service);
        "AssumeRoleWithWebIdentity".clone_into(&mut entry.operation);
        entry.body = sts::journaled(&form);
        return Ok(Call::Sts(None, form));
    }
    let authorization = Authorization::read(headers)?;
    entry.access_key_id.clone_from(&authorization.access_key);
    entry.region.clone_from(&authorization.region);
    entry.service.clone_from(&authorization.service);
    let key = authenticate(shared, parts, body, &authorization)?;
    key.account.id.clone_into(&mut entry.account);
    if authorization.service == "sts" && target.is_empty() {
        check_protocol(parts, FORM)?;
        let Some(form) = sts::read_form(body) else {
            return Err(Refusal::new(&rule::BODY_SYNTAX, "the body is not a form"));
        };
        form.get("Action")
            .cloned()
            .unwrap_or_default()
            .clone_into(&mut entry.operation);
        entry.body = sts::journaled(&form);
        return Ok(Call::Sts(Some(key), form));
    }
    if authorization.service != "cloudtrail" || target.is_empty() {
        let right = if target.is_empty() {
            "sts"
        } else {
            "cloudtrail"
        };
        let message = format!("Credential should be scoped to correct service: '{right}'.");
        return Err(Refusal::new(&rule::SIGNATURE_SCOPE, message));
    }
    check_protocol(parts, "application/x-amz-json-1.1")?;
    let name = TARGETS
        .iter()
        .find_map(|prefix| target.strip_prefix(prefix));
    let Some((name, (operation, shape))) =
        name.and_then(|name| Some((name, model::operation(name)?)))
    else {
        let message = format!("No operation {target}");
        return Err(Refusal::new(&rule::OPERATION_UNKNOWN, message));
    };
    name.clone_into(&mut entry.operation);
    entry.body = serde_json::from_slice(body).map_err(|error| {
        Refusal::new(&rule::BODY_SYNTAX, format!("the body is not JSON: {error}"))
    })?;
    Ok(Call::CloudTrail(key, operation, shape))
}

const FORM: &str = "application/x-www-form-urlencoded";

/// What stands before the operation's name: botocore's form, and that of the Smithy SDKs.
const TARGETS: [&str; 2] = [
    "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.",
    "CloudTrail_20131101.",
];

fn authenticate(
    shared: &Shared,
    parts: &Parts,
    body: &[u8],
    authorization: &Authorization,
) -> Result<Key, Refusal> {
    let invalid = |rule| {
        Refusal::new(
            rule,
            "The security token included in the request is invalid.",
        )
    };
    let key = lock(&shared.keyring).find(&authorization.access_key);
    let key = key.ok_or_else(|| invalid(&rule::KEY_UNKNOWN))?;
    let signed = Signed {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body,
    };
    authorization.verify(signed, &key.secret, clock::now())?;
    let token = parts
        .headers
        .get("x-amz-security-token")
        .map(HeaderValue::as_bytes);
    if token != key.token.as_deref().map(str::as_bytes) {
        return Err(invalid(&rule::TOKEN_WRONG));
    }
    if key.expired {
        let message = "The security token included in the request is expired";
        return Err(Refusal::new(&rule::TOKEN_EXPIRED, message));
    }
    let region = &authorization.region;
    match region::partition_of(region) {
        Some(partition) if partition == key.account.partition => Ok(key),
        Some(_) => Err(invalid(&rule::PARTITION_WRONG)),
        None => {
            let message = format!("Credential should be scoped to a valid region, not '{region}'.");
            Err(Refusal::new(&rule::SIGNATURE_SCOPE, message))
        }
    }
}

fn check_protocol(parts: &Parts, content_type: &str) -> Result<(), Refusal> {
    if parts.method != Method::POST || parts.uri.path() != "/" || parts.uri.query().is_some() {
        let message = format!("{} {} is not POST /", parts.method, parts.uri);
        return Err(Refusal::new(&rule::METHOD_OR_PATH, message));
    }
    let sent = text(&parts.headers, "content-type");
    // A character set may follow, which changes nothing.
    if sent.split(';').next().map(str::trim) != Some(content_type) {
        let message = format!("Content-Type is '{sent}', expected {content_type}");
        return Err(Refusal::new(&rule::CONTENT_TYPE, message));
    }
    Ok(())
}

fn carry_out(
    shared: &Shared,
    call: &Call,
    entry: &Entry,
    fault: Option<&What>,
) -> Result<String, Refusal> {
    match call {
        Call::CloudTrail(key, operation, shape) => {
            shape::check(shape, &entry.body)?;
            let caller = Caller {
                account: key.account,
                region: &entry.region,
            };
            let nothing = serde_json::Map::new();
            let body = entry.body.as_object().unwrap_or(&nothing);
            let cloud = &mut shared.cloud();
            operations::carry_out(cloud, caller, *operation, body, fault)
                .map(|answer| answer.to_string())
        }
        Call::Portal(headers) => {
            portal::carry_out(&mut lock(&shared.keyring), headers, &entry.body)
        }
        Call::Sts(key, form) => sts::carry_out(&mut lock(&shared.keyring), key.as_ref(), form),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn respond(protocol: Protocol, sequence: u64, outcome: &Result<String, Refusal>) -> Response {
    let (status, body) = match (outcome, protocol) {
        (Ok(body), _) => (StatusCode::OK, body.clone()),
        (Err(refusal), Protocol::Json) => (status(refusal), refusal.to_json().to_string()),
        (Err(refusal), Protocol::Query) => (status(refusal), sts::to_xml(refusal)),
    };
    let content_type = match protocol {
        Protocol::Json => "application/x-amz-json-1.1",
        Protocol::Query => "text/xml",
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let id = format!("{sequence:08x}-0000-4000-8000-000000000000");
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST)
}
