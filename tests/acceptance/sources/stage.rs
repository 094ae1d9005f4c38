//! A case about credentials: what stands in the provider block, the environment and the shared
//! files, the servers that hand credentials out, and who signed what in the end.
//!
//! Everybody who signs has a name in capitals: a key of its own, or a role of that name. Imports
//! [`crate::support`] and the simulator.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use crate::acceptance::selector;
use crate::simulator::{Options, Simulator, clock};
use crate::support::metadata::{Issued, Metadata, Mood};
use crate::support::recorder::{Record, Recorder};
use crate::support::service::{Service, Trail};
use crate::support::terraform::{CONFIGURATION, Outcome, PROVIDER, Terraform};

/// The Region of every case.
pub(super) const REGION: &str = "us-east-1";
/// What each provider block adds to the `User-Agent`.
pub(super) const PRODUCT: &str = "audit/7";
/// What proves a web identity.
const WEB_TOKEN: &str = "eyJhbGciOiJFWEFNUExFIn0.d2Vi";
/// What proves that a person is signed in.
const ACCESS_TOKEN: &str = "eyJlbmMiOiJFWEFNUExFIn0.c2lnbmVkaW4";
/// The name of the sign-in session, and the file that its token is cached in: the SHA-1 of it.
const SIGN_IN: (&str, &str) = ("portal", "23f3fd77a464cbe250150f60d785f08978d07e40");
/// A start URL, and the file that its token is cached in: the SHA-1 of it.
const START: (&str, &str) = (
    "https://portal.example/start",
    "5863e3e4b5a9564b6e829cf4aa6724bdbf9788a5",
);
/// What a container shows to get its credentials.
pub(super) const CONTAINER_TOKEN: &str = "Basic Y29udGFpbmVy";

/// Sections of a shared file, with their settings.
type Sections = BTreeMap<String, BTreeMap<String, String>>;

/// Long-term credentials of somebody.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// Access key id.
    pub(super) id: String,
    /// Secret access key.
    pub(super) secret: String,
}

/// A case.
pub(super) struct Stage<'s> {
    service: &'s Service,
    trail: Trail<'s>,
    /// What goes by on its way to the service.
    pub(super) recorder: Recorder,
    /// The portal of a service that has none.
    portal: Option<Simulator>,
    /// The instance's and the container's credentials, where the case has them.
    instance: Option<Metadata>,
    container: Option<Metadata>,
    /// The working directory.
    pub(super) terraform: Terraform,
    block: Vec<String>,
    config: Sections,
    credentials: Sections,
}

impl<'s> Stage<'s> {
    /// A case without any credentials, in Region [`REGION`] by `AWS_REGION`; a trail is there.
    pub(super) fn new(service: &'s Service) -> Self {
        let recorder = Recorder::start(&service.url());
        let portal = service
            .as_moto()
            .map(|_| Simulator::start(Options::default()).expect("a free port for the portal"));
        let mut stage = Self {
            service,
            trail: service.trail(),
            terraform: service.terraform(),
            recorder,
            portal,
            instance: None,
            container: None,
            block: vec![format!("user_agent = [\"{PRODUCT}\"]")],
            config: Sections::new(),
            credentials: Sections::new(),
        };
        stage.unset("AWS_ACCESS_KEY_ID");
        stage.unset("AWS_SECRET_ACCESS_KEY");
        let (url, portal) = (stage.recorder.url(), stage.portal().url().to_owned());
        for (name, value) in [
            ("AWS_REGION", REGION),
            ("AWS_ENDPOINT_URL", &url),
            ("AWS_ENDPOINT_URL_SSO", &portal),
        ] {
            stage.set(name, value);
        }
        for directory in ["home/.aws", "home/.aws/sso", "home/.aws/sso/cache"] {
            std::fs::create_dir(stage.terraform.path(directory)).expect("a home directory");
        }
        stage
    }

    /// The trail that is planned for.
    pub(super) fn trail(&self) -> &Trail<'s> {
        &self.trail
    }

    /// The portal of IAM Identity Center.
    pub(super) fn portal(&self) -> &Simulator {
        let portal = self.portal.as_ref().or_else(|| self.service.as_simulator());
        portal.expect("a portal")
    }

    /// Sets a variable of the environment.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.terraform.set(name, value);
    }

    /// Takes a variable out of the environment.
    pub(super) fn unset(&mut self, name: &str) {
        self.terraform.unset(name);
    }

    /// Adds lines to the provider block.
    pub(super) fn argue(&mut self, lines: impl Into<String>) {
        self.block.push(lines.into());
    }

    /// Settings of a section of `~/.aws/config`; what was set before by that name is replaced.
    pub(super) fn config(&mut self, section: &str, settings: &[(&str, &str)]) {
        put(&mut self.config, section, settings);
    }

    /// The same of `~/.aws/credentials`.
    pub(super) fn credentials(&mut self, section: &str, settings: &[(&str, &str)]) {
        put(&mut self.credentials, section, settings);
    }

    /// Keys of somebody by this name, at most nine capitals, which the service knows.
    pub(super) fn keys(&mut self, name: &str) -> Keys {
        let keys = Keys {
            id: format!("AKIA{name:Q<9}EXAMPLE"),
            secret: format!("{name:0<20}/SECRET/EXAMPLEKEY"),
        };
        if let Some(simulator) = self.service.as_simulator() {
            simulator.add_key(&keys.id, &keys.secret, None, None);
        }
        self.terraform.hide(&keys.secret);
        keys
    }

    /// Temporary keys of somebody by this name, good for so many seconds from now.
    pub(super) fn temporary(&mut self, name: &str, seconds: i64) -> Issued {
        let issued = made(name, clock::now() + seconds);
        self.known(&issued);
        issued
    }

    /// Has the service know temporary keys.
    pub(super) fn known(&mut self, issued: &Issued) {
        if let Some(simulator) = self.service.as_simulator() {
            let (id, secret) = (&issued.id, &issued.secret);
            simulator.add_key(id, secret, Some(&issued.token), Some(issued.until));
        }
        self.terraform.hide(&issued.secret);
        self.terraform.hide(&issued.token);
    }

    /// The ARN of a role by this name.
    pub(super) fn role(&self, name: &str) -> String {
        format!("arn:aws:iam::{}:role/{name}", self.service.account())
    }

    /// A file of the working directory with this text.
    pub(super) fn file(&self, name: &str, text: &str) -> PathBuf {
        self.terraform.write(name, text);
        self.terraform.path(name)
    }

    /// A token of a web identity, which must not be seen.
    pub(super) fn web_token(&mut self) -> &'static str {
        self.terraform.hide(WEB_TOKEN);
        WEB_TOKEN
    }

    /// A file with a token of a web identity.
    pub(super) fn web_token_file(&mut self) -> String {
        let token = self.web_token();
        self.file("web-token", token).display().to_string()
    }

    /// A program that prints `text`, under this name: the command line that runs it. It leaves a
    /// trace, see [`Self::runs`].
    pub(super) fn program(&self, name: &str, text: &str) -> String {
        let answer = self.file(&format!("{name}.json"), text);
        let trace = self.terraform.path(&format!("{name}.asked"));
        let (answer, trace) = (answer.display(), trace.display());
        let script = format!("echo asked >> '{trace}'\ncat '{answer}'\n");
        let script = self.file(&format!("{name}.sh"), &script);
        format!("sh {}", script.display())
    }

    /// What a program prints to give these keys.
    pub(super) fn printed(keys: &Keys) -> String {
        let (id, secret) = (&keys.id, &keys.secret);
        format!(r#"{{"Version": 1, "AccessKeyId": "{id}", "SecretAccessKey": "{secret}"}}"#)
    }

    /// The same for temporary ones.
    pub(super) fn printed_temporary(issued: &Issued) -> String {
        let document = serde_json::json!({
            "Version": 1,
            "AccessKeyId": issued.id,
            "SecretAccessKey": issued.secret,
            "SessionToken": issued.token,
            "Expiration": clock::extended(issued.until),
        });
        document.to_string()
    }

    /// A program that prints keys of its own each time, good for so many seconds: the command line.
    /// At most nine times.
    pub(super) fn renewing(&mut self, name: &str, seconds: i64) -> String {
        // The service can't know when the program will run, so that it is given no end for them.
        for time in 1..=9 {
            let mut issued = made(&format!("{name}{time}"), 0);
            issued.until = i64::MAX;
            self.known(&issued);
        }
        let example = made(&format!("{name}#"), 0);
        let part = |text: &str| text.replace('#', "'\"$n\"'");
        let trace = self.terraform.path(&format!("{name}.asked"));
        let script = format!(
            "trace='{trace}'\nuntil=$(($(date +%s) + {seconds}))\necho $until >> \"$trace\"\n\
             n=$(wc -l < \"$trace\" | tr -d ' ')\n\
             iso() {{ date -u -d \"@$until\" \"$1\" 2>/dev/null || date -u -r \"$until\" \"$1\"; }}\n\
             printf '{{\"Version\": 1, \"AccessKeyId\": \"%s\", \"SecretAccessKey\": \"%s\", \
             \"SessionToken\": \"%s\", \"Expiration\": \"%s\"}}' \
             '{id}' '{secret}' '{token}' \"$(iso +%Y-%m-%dT%H:%M:%SZ)\"\n",
            trace = trace.display(),
            id = part(&example.id),
            secret = part(&example.secret),
            token = part(&example.token),
        );
        let script = self.file(&format!("{name}.sh"), &script);
        format!("sh {}", script.display())
    }

    /// A service that issues keys of its own each time, good for so many seconds, which the simulator
    /// refuses when these are over.
    pub(super) fn issuing(&self, name: &'static str, seconds: i64) -> Mood {
        let world = self.service.as_simulator().map(Simulator::world);
        let count = AtomicU32::new(0);
        Mood::Issues(Box::new(move || {
            let time = count.fetch_add(1, Ordering::SeqCst);
            let issued = made(&format!("{name}{time}"), clock::now() + seconds);
            if let Some(world) = &world {
                let (id, secret) = (&issued.id, &issued.secret);
                world.add_key(id, secret, Some(&issued.token), Some(issued.until));
            }
            issued
        }))
    }

    /// When what a program of [`Self::renewing`] printed was over, each time, in seconds of the epoch.
    pub(super) fn ends(&self, name: &str) -> Vec<i64> {
        let trace = self.terraform.read(&format!("{name}.asked"));
        let trace = trace.unwrap_or_default();
        trace.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// How often a program ran.
    pub(super) fn runs(&self, name: &str) -> usize {
        let trace = self.terraform.read(&format!("{name}.asked"));
        trace.unwrap_or_default().lines().count()
    }

    /// A profile of a person who is signed in to the portal, whose token is good for so many seconds.
    pub(super) fn signed_in(&mut self, section: &str, role: &str, seconds: i64) {
        let (session, file) = SIGN_IN;
        self.cached(file, seconds);
        let account = self.service.account();
        let settings = [
            ("sso_session", session),
            ("sso_account_id", account),
            ("sso_role_name", role),
        ];
        self.config(section, &settings);
        let settings = [("sso_region", REGION), ("sso_start_url", START.0)];
        self.config(&format!("sso-session {session}"), &settings);
    }

    /// The same in the older form, which has no section for the session.
    pub(super) fn signed_in_of_old(&mut self, section: &str, role: &str) {
        let (url, file) = START;
        self.cached(file, 3_600);
        let account = self.service.account();
        let settings = [
            ("sso_start_url", url),
            ("sso_region", REGION),
            ("sso_account_id", account),
            ("sso_role_name", role),
        ];
        self.config(section, &settings);
    }

    fn cached(&mut self, file: &str, seconds: i64) {
        let document = serde_json::json!({
            "accessToken": ACCESS_TOKEN,
            "expiresAt": clock::extended(clock::now() + seconds),
            "region": REGION,
            "startUrl": START.0,
        });
        self.file(
            &format!("home/.aws/sso/cache/{file}.json"),
            &document.to_string(),
        );
        self.terraform.hide(ACCESS_TOKEN);
        self.portal().sign_in(ACCESS_TOKEN);
    }

    /// Has the portal forget who was signed in.
    pub(super) fn signed_out(&self) {
        self.portal().sign_out();
    }

    /// Puts the case on an instance whose metadata service does this.
    pub(super) fn on_instance(&mut self, mood: Mood) {
        let metadata = Metadata::start(mood, "");
        self.unset("AWS_EC2_METADATA_DISABLED");
        self.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata.url());
        self.instance = Some(metadata);
    }

    /// Puts the case into a container whose credentials endpoint does this for whoever shows
    /// `authorization`.
    pub(super) fn in_container(&mut self, mood: Mood, authorization: &str) {
        let metadata = Metadata::start(mood, authorization);
        let uri = metadata.container();
        self.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri);
        self.container = Some(metadata);
    }

    /// What the metadata service was asked.
    pub(super) fn asked_instance(&self) -> Vec<String> {
        self.instance
            .as_ref()
            .map(Metadata::asked)
            .unwrap_or_default()
    }

    /// What the container's endpoint was asked.
    pub(super) fn asked_container(&self) -> Vec<String> {
        self.container
            .as_ref()
            .map(Metadata::asked)
            .unwrap_or_default()
    }

    /// How often the portal was asked for a role.
    pub(super) fn asked_portal(&self) -> usize {
        let journal = self.portal().journal();
        let of_it = journal
            .iter()
            .filter(|e| e.operation == "GetRoleCredentials");
        of_it.count()
    }

    /// Writes all that was said, with these resources.
    pub(super) fn write(&self, resources: &str) {
        for (file, sections) in [("config", &self.config), ("credentials", &self.credentials)] {
            if !sections.is_empty() {
                self.file(&format!("home/.aws/{file}"), &written(sections));
            }
        }
        let block = self.block.join("\n  ");
        let provider = format!(
            "terraform {{\n  required_providers {{\n    iam = {{ source = \"iam-only/iam\" }}\n  }}\n}}\n\n\
             provider \"iam\" {{\n  {block}\n}}\n"
        );
        self.terraform.write(PROVIDER, &provider);
        self.terraform.write(CONFIGURATION, resources);
    }

    /// Plans for the trail.
    pub(super) fn plan(&self) -> Outcome {
        self.write(&selector(&self.trail.name, ""));
        self.terraform.run(&["plan"])
    }

    /// Plans, which has to go well, and gives what went by.
    pub(super) fn planned(&self) -> Vec<Record> {
        self.plan().success();
        let records = self.recorder.records();
        let calls = records.iter().filter(|r| r.service == "cloudtrail").count();
        assert!(calls > 0, "CloudTrail was not asked: {records:?}");
        records
    }

    /// The name of who signed a request: of a key, or of the role whose session it was; empty for a
    /// request without a signature.
    pub(super) fn signer(&self, record: &Record) -> String {
        let id = &record.access_key_id;
        if let Some(origin) = self.recorder.origin(id) {
            return origin.role().to_owned();
        }
        let holder = self.portal().holder(id).unwrap_or_default();
        if let Some((_, role)) = holder.split_once("AWSReservedSSO_") {
            return role.split('/').next().unwrap_or_default().to_owned();
        }
        let name = id.get(4..).unwrap_or_default();
        let name = name.trim_end_matches("EXAMPLE").trim_end_matches('Q');
        name.to_owned()
    }

    /// The requests of one operation so far.
    pub(super) fn calls(&self, operation: &str) -> Vec<Record> {
        let mut records = self.recorder.records();
        records.retain(|record| record.operation == operation);
        records
    }
}

/// Temporary keys of somebody by this name, good until then.
fn made(name: &str, until: i64) -> Issued {
    Issued {
        id: format!("ASIA{name:Q<9}EXAMPLE"),
        secret: format!("{name:0<20}/SECRET/EXAMPLEKEY"),
        token: format!("AQoDYXdzEJr{name:0<20}EXAMPLE"),
        until,
    }
}

fn put(sections: &mut Sections, section: &str, settings: &[(&str, &str)]) {
    let known = sections.entry(section.to_owned()).or_default();
    for (name, value) in settings {
        known.insert((*name).to_owned(), (*value).to_owned());
    }
}

fn written(sections: &Sections) -> String {
    let mut text = String::new();
    for (section, settings) in sections {
        text.extend(["[", section, "]\n"]);
        for (name, value) in settings {
            text.extend([name, " = ", value, "\n"]);
        }
        text.push('\n');
    }
    text
}

/// As many as there are processors.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Does this with each row, so many at once, and fails the test with all that do not hold.
pub(super) fn all_hold<T: Sync>(
    rows: &[T],
    at_once: usize,
    name: impl Fn(&T) -> String + Sync,
    hold: impl Fn(&T) + Sync,
) {
    let next = AtomicUsize::new(0);
    let broken = Mutex::new(Vec::new());
    let work = || {
        while let Some(row) = rows.get(next.fetch_add(1, Ordering::SeqCst)) {
            if let Err(why) = catch_unwind(AssertUnwindSafe(|| hold(row))) {
                let text = why.downcast_ref::<String>().map(String::as_str);
                let why = text.or_else(|| why.downcast_ref::<&str>().copied());
                let told = format!("{}: {}", name(row), why.unwrap_or_default());
                broken.lock().expect("a list").push(told);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(work);
        }
    });
    let broken = broken.into_inner().expect("a list");
    let (count, told) = (broken.len(), broken.join("\n\n"));
    assert!(broken.is_empty(), "{count} do not hold:\n{told}");
}
