//! A strict `CloudTrail` of our own: an HTTP server that tests, and a person at a terminal, can
//! point Terraform, the AWS CLI or an SDK at.
//!
//! Its law: it knows nothing of the crate under test. It reads AWS's pages a second time, refuses
//! whatever it does not expect, and every refusal says whether AWS documents it or whether it is
//! assumed ([`rule`]).
//!
//! | room | what is in it |
//! |---|---|
//! | [`server`] | HTTP, the order of the checks |
//! | [`wire`] | connections that can be cut |
//! | [`sigv4`], [`clock`] | signatures |
//! | [`account`], [`region`] | the accounts and their keys, partitions and regions |
//! | [`model`], [`shape`] | the operations and the API model of their requests |
//! | [`operations`], [`extras`], [`cloud`], [`trail`] | what the operations do, and to what |
//! | [`lake`], [`store`], [`stores`] | the same for event data stores, and what tests do to them |
//! | [`selectors`] | what selectors may be |
//! | [`sts`] | who am I, and roles |
//! | [`quota`] | how many calls a second are taken |
//! | [`portal`] | roles for people who are signed in |
//! | [`error`], [`rule`] | refusals |
//! | [`journal`], [`fault`] | what happened, and what is to go wrong |
//!
//! Start reading at [`Simulator`]. By hand: `cargo run --example simulator -- --help`.

use std::{
    borrow::Borrow,
    fs::File,
    io,
    path::PathBuf,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use axum::Router;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

pub(crate) mod account;
pub(crate) mod clock;
pub(crate) mod cloud;
pub(crate) mod error;
pub(crate) mod extras;
pub(crate) mod fault;
pub(crate) mod journal;
pub(crate) mod lake;
pub(crate) mod model;
pub(crate) mod operations;
pub(crate) mod portal;
pub(crate) mod quota;
pub(crate) mod region;
pub(crate) mod rule;
pub(crate) mod selectors;
pub(crate) mod server;
pub(crate) mod shape;
pub(crate) mod sigv4;
pub(crate) mod store;
pub(crate) mod stores;
pub(crate) mod sts;
#[cfg(test)]
mod tests;
pub(crate) mod trail;
pub(crate) mod wire;

pub(crate) use account::{ACCESS_KEY, ACCOUNT, SECRET_KEY};
pub(crate) use fault::{Fault, What};
pub(crate) use journal::Entry;
pub(crate) use server::Incoming;
pub(crate) use store::Status as StoreStatus;
pub(crate) use stores::StoreSeed;

use cloud::Cloud;
use journal::Journal;
use server::Shared;
use trail::{Arn, Selectors, Trail};
use wire::{Door, Scissors};

/// How a simulator behaves from the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Takes fields on management events of a trail that AWS documents for event data stores only,
    /// as emulators do.
    pub(crate) accept_undocumented: bool,
    /// Answers reads in the old form, in which unused operators are empty lists.
    pub(crate) old_read_form: bool,
    /// Takes no more calls a second than AWS documented for an account and region.
    pub(crate) enforce_quotas: bool,
    /// Port of 127.0.0.1 to listen on; 0 for any that is free.
    pub(crate) port: u16,
    /// File to which each request is written as a line of JSON; it is emptied first.
    pub(crate) journal_file: Option<PathBuf>,
}

/// A trail that is there from the start. Made without HTTP, so no limit stands in the way.
#[derive(Clone, Debug)]
pub(crate) struct TrailSeed {
    /// The owner. For an organization trail, the management account, [`ACCOUNT`].
    pub(crate) account: String,
    /// Where it lives; the partition follows from it.
    pub(crate) home_region: String,
    /// Its name.
    pub(crate) name: String,
    /// Whether it is replicated to every region.
    pub(crate) multi_region: bool,
    /// Whether it is an organization trail.
    pub(crate) organization: bool,
    /// Whether it has events of global services, such as IAM.
    pub(crate) global_service_events: bool,
    /// Insight types that are on, such as `ApiCallRateInsight`.
    pub(crate) insight: Vec<String>,
}

impl Default for TrailSeed {
    fn default() -> Self {
        Self {
            account: ACCOUNT.to_owned(),
            home_region: "us-east-1".to_owned(),
            name: "audit".to_owned(),
            multi_region: true,
            organization: false,
            global_service_events: true,
            insight: Vec::new(),
        }
    }
}

/// A handle on what a simulator remembers and what it is told to do.
///
/// Every method may be called at any time from any thread, also from a hook.
#[derive(Clone)]
pub(crate) struct World(Arc<Shared>);

/// A running simulator. It stops when it is dropped. Everything that a [`World`] can do, it can.
pub(crate) struct Simulator {
    world: World,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl std::ops::Deref for Simulator {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Simulator {
    /// Starts a simulator on a thread of its own, with a runtime of its own: it can be used from
    /// synchronous and from asynchronous tests.
    ///
    /// # Errors
    ///
    /// If the port is taken, or the journal file cannot be written.
    pub(crate) fn start(options: Options) -> io::Result<Self> {
        let file = options.journal_file.map(File::create).transpose()?;
        let cloud = Cloud {
            accept_undocumented: options.accept_undocumented,
            old_read_form: options.old_read_form,
            ..Cloud::default()
        };
        let shared = Arc::new(Shared::new(cloud, Journal::new(file)));
        shared.quotas().enforced = options.enforce_quotas;
        let listener = std::net::TcpListener::bind(("127.0.0.1", options.port))?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        // Two workers: one request may be held up by a hook while another is answered.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let door = {
            let _inside = runtime.enter();
            Door(TcpListener::from_std(listener)?)
        };
        let app = Router::new()
            .fallback(server::handle)
            .with_state(Arc::clone(&shared));
        let app = app.into_make_service_with_connect_info::<Scissors>();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("simulator".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        _ = axum::serve(door, app) => {}
                        _ = stopped => {}
                    }
                });
                // Connections that are still open, and hooks that wait, are left behind.
                runtime.shutdown_timeout(Duration::from_millis(50));
            })?;
        Ok(Self {
            world: World(shared),
            url,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it listens, such as `http://127.0.0.1:41234`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A handle on its state, which can be cloned and moved into a hook.
    pub(crate) fn world(&self) -> World {
        self.world.clone()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok();
        }
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl World {
    /// Every request so far, in order of arrival.
    pub(crate) fn journal(&self) -> Vec<Entry> {
        self.0
            .with_journal(|journal| journal.entries())
            .unwrap_or_default()
    }

    /// Forgets the requests so far.
    pub(crate) fn clear_journal(&self) {
        self.0.with_journal(Journal::clear);
    }

    /// Orders a fault.
    pub(crate) fn inject(&self, fault: Fault) {
        self.0.faults().push(fault);
    }

    /// Forgets every fault that is still open.
    pub(crate) fn clear_faults(&self) {
        self.0.faults().clear();
    }

    /// Switches whether undocumented fields are taken.
    pub(crate) fn set_accept_undocumented(&self, accept: bool) {
        self.0.cloud().accept_undocumented = accept;
    }

    /// Switches the form of reads.
    pub(crate) fn set_old_read_form(&self, old: bool) {
        self.0.cloud().old_read_form = old;
    }

    /// Switches whether more calls a second than AWS documented for an account and region are
    /// refused. What arrived before does not count.
    pub(crate) fn enforce_quotas(&self, enforce: bool) {
        self.0.quotas().enforced = enforce;
    }

    /// Makes `ListTrails` and `ListEventDataStores` answer at most this many at once; `None` for all.
    pub(crate) fn set_page_size(&self, size: Option<usize>) {
        self.0.cloud().page_size = size;
    }

    /// Makes STS issue a role's credentials for so many seconds, whatever was asked for; `None` for
    /// what was asked for.
    pub(crate) fn set_role_lifetime(&self, seconds: Option<i64>) {
        self.0.keyring().lifetime = seconds;
    }

    /// Makes one more key of [`ACCOUNT`], good until then (in seconds of the epoch) or for ever.
    pub(crate) fn add_key(&self, id: &str, secret: &str, token: Option<&str>, until: Option<i64>) {
        self.0.keyring().add(id, secret, token, until);
    }

    /// Signs a person in to the portal: whoever shows this access token gets roles.
    pub(crate) fn sign_in(&self, token: &str) {
        self.0.keyring().signed_in.insert(token.to_owned());
    }

    /// Signs everybody out of the portal.
    pub(crate) fn sign_out(&self) {
        self.0.keyring().signed_in.clear();
    }

    /// The ARN of the principal that a key belongs to, if there is such a key.
    pub(crate) fn holder(&self, access_key_id: &str) -> Option<String> {
        self.0.keyring().find(access_key_id).map(|key| key.arn)
    }

    /// Calls this before each operation is carried out, after the faults. It replaces the hook
    /// before it. It may use the simulator, through a [`World`] of its own.
    pub(crate) fn on_request(&self, hook: impl Fn(&Incoming) + Send + Sync + 'static) {
        self.0.set_hook(Some(Arc::new(hook)));
    }

    /// Takes the hook away.
    pub(crate) fn clear_hook(&self) {
        self.0.set_hook(None);
    }

    /// Creates a trail with the default selectors, and gives its ARN.
    pub(crate) fn create_trail(&self, seed: TrailSeed) -> String {
        let partition = region::partition_of(&seed.home_region)
            .unwrap_or("aws")
            .to_owned();
        let arn = Arn {
            partition,
            region: seed.home_region,
            account: seed.account,
            name: seed.name,
        };
        let key = arn.to_string();
        let mut trail = Trail::new(arn);
        trail.multi_region = seed.multi_region;
        trail.organization = seed.organization;
        trail.global_service_events = seed.global_service_events;
        trail.logging = true;
        trail
            .settings
            .insert("S3BucketName", "amzn-s3-demo-bucket".to_owned());
        trail.insights = seed
            .insight
            .into_iter()
            .map(|kind| (kind, json!(["Management"])))
            .collect();
        self.0.cloud().trails.insert(key.clone(), trail);
        key
    }

    /// The ARNs of all trails.
    pub(crate) fn trails(&self) -> Vec<String> {
        self.0.cloud().trails.keys().cloned().collect()
    }

    /// The trail as `GetTrail` answers it; null if there is none.
    pub(crate) fn trail(&self, arn: &str) -> Value {
        self.0
            .cloud()
            .trails
            .get(arn)
            .map(Trail::described)
            .unwrap_or_default()
    }

    /// The selectors of the trail or event data store, `{"EventSelectors": [..]}` or
    /// `{"AdvancedEventSelectors": [..]}`, in the new form of reading; null if there is none.
    pub(crate) fn selectors(&self, arn: &str) -> Value {
        let cloud = self.0.cloud();
        let trail = cloud.trails.get(arn).map(|trail| &trail.selectors);
        let store = cloud.stores.get(arn).map(|store| &store.selectors);
        trail
            .or(store)
            .map(|selectors| Value::Object(selectors.members(false)))
            .unwrap_or_default()
    }

    /// Stores selectors, in the form of [`Self::selectors`], behind everyone's back: no rule is
    /// asked.
    ///
    /// # Panics
    ///
    /// If there is no such trail or event data store, or the value has not exactly one of the two
    /// lists.
    pub(crate) fn set_selectors(&self, arn: &str, selectors: impl Borrow<Value>) {
        let read = selectors.borrow().as_object().and_then(Selectors::read);
        assert!(
            read.is_some(),
            "not the selectors of a trail or an event data store: {}",
            selectors.borrow()
        );
        let mut guard = self.0.cloud();
        let cloud = &mut *guard;
        if let (Some(store), Some(read)) = (cloud.stores.get_mut(arn), &read) {
            store.selectors = read.clone();
            return;
        }
        let trail = cloud.trails.get_mut(arn);
        assert!(trail.is_some(), "no trail and no event data store {arn}");
        if let (Some(trail), Some(read)) = (trail, read) {
            trail.selectors = read;
            trail.custom = true;
        }
    }

    /// Starts or stops a trail's logging.
    ///
    /// # Panics
    ///
    /// If there is no such trail.
    pub(crate) fn set_logging(&self, arn: &str, on: bool) {
        let mut cloud = self.0.cloud();
        let trail = cloud.trails.get_mut(arn);
        assert!(trail.is_some(), "no trail {arn}");
        if let Some(trail) = trail {
            trail.logging = on;
        }
    }

    /// Deletes a trail.
    ///
    /// # Panics
    ///
    /// If there is no such trail.
    pub(crate) fn delete_trail(&self, arn: &str) {
        let removed = self.0.cloud().trails.remove(arn);
        assert!(removed.is_some(), "no trail {arn}");
    }
}
