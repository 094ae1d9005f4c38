//! A CloudTrail for a test: the simulator, one for each test, or moto, one for all; or AWS itself,
//! with a trail of the person who runs the tests.
//!
//! What a test does here happens behind Terraform's back: making trails, changing their selectors,
//! looking at what is really there. On the simulator that goes past its wire, so that its journal
//! holds the provider's calls and no others.
//!
//! May import the simulator, [`super::moto`], [`super::live`] and [`super::process`]; the provider
//! only sees the URL.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::live::Live;
use super::moto::{self, Moto};
use super::process::eventually;
use super::selectors;
use super::terraform::Terraform;
use crate::simulator::{self, Simulator, TrailSeed};

/// By when AWS shows what was put.
const SETTLED: Duration = Duration::from_mins(1);

/// A running service.
pub(crate) struct Service {
    kind: Kind,
}

enum Kind {
    Simulator(Box<Simulator>),
    Moto(&'static Moto),
    Live(Live),
}

impl Service {
    /// A simulator of its own that takes event names on a trail, as emulators do.
    pub(crate) fn simulator() -> Self {
        Self::start(simulator::Options {
            accept_undocumented: true,
            ..simulator::Options::default()
        })
    }

    /// A simulator of its own that refuses what CloudTrail documents as unsupported.
    pub(crate) fn documented() -> Self {
        Self::start(simulator::Options::default())
    }

    /// A simulator with other options.
    pub(crate) fn start(options: simulator::Options) -> Self {
        let simulator = Simulator::start(options).expect("a free port for the simulator");
        Self {
            kind: Kind::Simulator(Box::new(simulator)),
        }
    }

    /// The moto server of this test run.
    pub(crate) fn moto() -> Self {
        Self {
            kind: Kind::Moto(Moto::shared()),
        }
    }

    /// AWS, with the one trail that the keeper of `make test-aws` watches.
    pub(crate) fn live() -> Self {
        Self {
            kind: Kind::Live(Live::from_keeper()),
        }
    }

    /// The simulator, if it is one.
    pub(crate) fn as_simulator(&self) -> Option<&Simulator> {
        match &self.kind {
            Kind::Simulator(simulator) => Some(simulator),
            Kind::Moto(_) | Kind::Live(_) => None,
        }
    }

    /// moto, if it is moto.
    pub(crate) fn as_moto(&self) -> Option<&'static Moto> {
        match &self.kind {
            Kind::Simulator(_) | Kind::Live(_) => None,
            Kind::Moto(moto) => Some(moto),
        }
    }

    /// AWS, if it is AWS.
    pub(crate) fn as_live(&self) -> Option<&Live> {
        match &self.kind {
            Kind::Simulator(_) | Kind::Moto(_) => None,
            Kind::Live(live) => Some(live),
        }
    }

    /// What stands in a provider's `endpoints`. AWS is found without.
    pub(crate) fn url(&self) -> String {
        match &self.kind {
            Kind::Simulator(simulator) => simulator.url().to_owned(),
            Kind::Moto(moto) => moto.url(),
            Kind::Live(_) => panic!("AWS has no URL of ours"),
        }
    }

    /// The account whose keys the provider gets.
    pub(crate) fn account(&self) -> &str {
        match &self.kind {
            Kind::Simulator(_) => simulator::ACCOUNT,
            Kind::Moto(_) => moto::ACCOUNT,
            Kind::Live(live) => live.account(),
        }
    }

    /// The access key and the secret key of that account. Those of AWS are nobody's to know.
    pub(crate) fn keys(&self) -> (&'static str, &'static str) {
        match &self.kind {
            Kind::Simulator(_) => (simulator::ACCESS_KEY, simulator::SECRET_KEY),
            Kind::Moto(_) => (moto::ACCESS_KEY, moto::SECRET_KEY),
            Kind::Live(_) => panic!("the credentials are in the environment"),
        }
    }

    /// Holds up the next request of an operation. The simulator's only, which has one more hand: while
    /// this one waits, others are answered.
    pub(crate) fn hold(&self, operation: &'static str) -> Held<'_> {
        let simulator = self.as_simulator().expect("a simulator");
        let (arrived, arrival) = channel();
        let (release, gate) = channel();
        let gate = Mutex::new(Some(gate));
        simulator.on_request(move |request| {
            if request.operation != operation {
                return;
            }
            let gate: Option<Receiver<()>> =
                gate.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(gate) = gate {
                _ = arrived.send(());
                // Also over when the other end is dropped.
                _ = gate.recv();
            }
        });
        Held {
            operation,
            arrival,
            release,
            simulator,
        }
    }

    /// A working directory with the credentials of this service in its environment.
    pub(crate) fn terraform(&self) -> Terraform {
        if self.as_live().is_some() {
            return Live::terraform();
        }
        let (access_key, secret_key) = self.keys();
        Terraform::new(access_key, secret_key)
    }

    /// `required_providers` and a provider block for this service in `region`; `extra` is more of
    /// the provider block.
    pub(crate) fn provider(&self, region: &str, extra: &str) -> String {
        if let Kind::Live(live) = &self.kind {
            return live.provider();
        }
        let extra = if extra.is_empty() {
            String::new()
        } else {
            format!("\n  {extra}\n")
        };
        format!(
            r#"terraform {{
  required_providers {{
    iam = {{
      source = "iam-only/iam"
    }}
  }}
}}

provider "iam" {{
  region                      = "{region}"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
{extra}
  endpoints {{
    cloudtrail = "{url}"
    sts        = "{url}"
  }}
}}
"#,
            url = self.url()
        )
    }

    /// A multi-region trail of `us-east-1`, as most have one, with a name of its own.
    pub(crate) fn trail(&self) -> Trail<'_> {
        self.trail_with(Make::default())
    }

    /// A trail of another make. On AWS it is the one trail, whatever it is like.
    pub(crate) fn trail_with(&self, make: Make) -> Trail<'_> {
        let name = make.name.map_or_else(unique_name, str::to_owned);
        let arn = match &self.kind {
            Kind::Simulator(simulator) => simulator.create_trail(TrailSeed {
                account: make.account.unwrap_or(simulator::ACCOUNT).to_owned(),
                home_region: make.region.to_owned(),
                name: name.clone(),
                multi_region: make.multi_region,
                organization: make.organization,
                global_service_events: make.global_service_events,
                ..TrailSeed::default()
            }),
            Kind::Moto(moto) => {
                let request = moto::create_trail_request(
                    &name,
                    make.multi_region,
                    make.organization,
                    make.global_service_events,
                );
                let answer = moto
                    .call(make.region, "CreateTrail", &request)
                    .expect("moto makes a trail");
                answer["TrailARN"]
                    .as_str()
                    .expect("a trail has an ARN")
                    .to_owned()
            }
            Kind::Live(live) => {
                return Trail {
                    service: self,
                    name: live.name().to_owned(),
                    arn: live.arn.clone(),
                    region: live.region().to_owned(),
                };
            }
        };
        Trail {
            service: self,
            name,
            arn,
            region: make.region.to_owned(),
        }
    }
}

/// A request that is held up, until this is dropped.
pub(crate) struct Held<'s> {
    operation: &'static str,
    arrival: Receiver<()>,
    release: Sender<()>,
    simulator: &'s Simulator,
}

impl Held<'_> {
    /// Waits until the request is there.
    pub(crate) fn arrived(&self) {
        let limit = Duration::from_mins(1);
        let arrived = self.arrival.recv_timeout(limit);
        assert!(arrived.is_ok(), "no {} within {limit:?}", self.operation);
    }

    /// Lets the request go and waits until it is done, whether or not its sender still listens.
    pub(crate) fn release(self) {
        let (operation, simulator) = (self.operation, self.simulator);
        let done = || {
            let journal = simulator.journal();
            let of_it = journal.iter().filter(|call| call.operation == operation);
            of_it.count()
        };
        let before = done();
        drop(self.release);
        eventually(
            "the request that was held up is done",
            Duration::from_secs(5),
            || (done() > before).then_some(()),
        );
        simulator.clear_hook();
    }
}

/// How a trail is made.
#[derive(Clone, Copy)]
pub(crate) struct Make {
    /// Its name, if not one that no other trail has. Not on moto, which other tests use too.
    pub(crate) name: Option<&'static str>,
    /// Its home region.
    pub(crate) region: &'static str,
    /// Whether it takes the events of all regions.
    pub(crate) multi_region: bool,
    /// Whether it is an organization's.
    pub(crate) organization: bool,
    /// Whether it takes the events of global services, IAM's among them.
    pub(crate) global_service_events: bool,
    /// Whose it is, if not the caller's. The simulator's only.
    pub(crate) account: Option<&'static str>,
}

impl Default for Make {
    fn default() -> Self {
        Self {
            name: None,
            region: "us-east-1",
            multi_region: true,
            organization: false,
            global_service_events: true,
            account: None,
        }
    }
}

/// A trail, seen past Terraform.
pub(crate) struct Trail<'s> {
    service: &'s Service,
    /// Its name.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Its home region.
    pub(crate) region: String,
}

impl Trail<'_> {
    /// Its selectors, in the form of [`selectors::normal`].
    pub(crate) fn selectors(&self) -> Value {
        let answer = match &self.service.kind {
            Kind::Simulator(simulator) => simulator.selectors(&self.arn),
            Kind::Moto(moto) => {
                let request = json!({ "TrailName": self.arn });
                moto.call(&self.region, "GetEventSelectors", &request)
                    .expect("moto tells selectors")
            }
            Kind::Live(live) => live.selectors(),
        };
        selectors::normal(&answer)
    }

    /// Fails the test unless it has these selectors and no others, in whatever order. AWS, which
    /// may still show what was there before, has a minute.
    pub(crate) fn has(&self, expected: &Value) {
        let expected = selectors::normal(expected);
        if self.service.as_live().is_some() {
            let found = || (self.selectors() == expected).then_some(());
            return eventually("the selectors are read back", SETTLED, found);
        }
        let found = self.selectors();
        assert!(
            found == expected,
            "{} has {found:#} instead of {expected:#}",
            self.name
        );
    }

    /// Replaces its selectors, as somebody at a console does.
    pub(crate) fn put(&self, wanted: &Value) {
        match &self.service.kind {
            Kind::Simulator(simulator) => simulator.set_selectors(&self.arn, wanted),
            Kind::Moto(moto) => {
                let mut request = wanted.clone();
                request["TrailName"] = json!(self.arn);
                moto.call(&self.region, "PutEventSelectors", &request)
                    .expect("moto takes selectors");
            }
            Kind::Live(live) => live.put(wanted),
        }
    }

    /// Starts or stops its logging. On moto a trail is made with its logging off, on the simulator
    /// with its logging on.
    pub(crate) fn set_logging(&self, on: bool) {
        match &self.service.kind {
            Kind::Simulator(simulator) => simulator.set_logging(&self.arn, on),
            Kind::Moto(moto) => {
                let operation = if on { "StartLogging" } else { "StopLogging" };
                moto.call(&self.region, operation, &json!({ "Name": self.name }))
                    .expect("moto starts and stops logging");
            }
            Kind::Live(_) => panic!("nobody's logging is stopped"),
        }
    }

    /// Deletes it.
    pub(crate) fn delete(&self) {
        match &self.service.kind {
            Kind::Simulator(simulator) => simulator.delete_trail(&self.arn),
            Kind::Moto(moto) => {
                // By name: moto takes an ARN here and does nothing.
                let request = json!({ "Name": self.name });
                moto.call(&self.region, "DeleteTrail", &request)
                    .expect("moto deletes a trail");
            }
            Kind::Live(_) => panic!("nobody's trail is deleted"),
        }
    }
}

/// A name that no other test of any run has.
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("trail-{}-{count}", std::process::id())
}
