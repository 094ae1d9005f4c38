//! A test's stage: a host with a provider on it, and core in touch with it.
//!
//! Imports [`core`](super::core), [`made`](super::made), [`person`](super::person),
//! [`serving`](super::serving), the crate's `provider`, and the simulator.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use terraform_provider_iam::aws::environment::Environment;
use terraform_provider_iam::provider::{self, IamProvider};

use super::client::Client;
use super::core::Core;
use super::made::{Made, SECRET};
use super::person::Person;
use super::serving::{Hosted, Told};
use super::value::Val;
use crate::simulator::{ACCESS_KEY, SECRET_KEY, Simulator};

/// What a provider has noted.
pub(crate) type Journal = Arc<Mutex<Vec<String>>>;

/// A host with a provider, and core in touch with it without TLS.
pub(crate) struct Stage {
    pub(crate) core: Core,
    pub(crate) hosted: Hosted,
    journal: Journal,
}

/// Starts a host with the provider `made`.
pub(crate) async fn host(told: Told) -> Result<(Hosted, Journal), String> {
    let journal = Journal::default();
    let noted = Arc::clone(&journal);
    let hosted = Hosted::start("made", told, |host| Made::new(host, noted)).await?;
    Ok((hosted, journal))
}

/// Connects to a host without TLS.
pub(crate) async fn visit(hosted: &Hosted) -> Client {
    Client::plain(&hosted.handshake().address).await
}

/// Starts a host for someone, who comes in through TLS.
pub(crate) async fn host_for(person: &Person) -> (Hosted, Client) {
    let told = Told {
        certificate: Some(person.pem()),
        ..Told::default()
    };
    let (hosted, _) = host(told).await.expect("a host");
    let says = hosted.handshake();
    let config = person.tls(&says.certificate);
    let client = Client::encrypted(&says.address, &config).await;
    (hosted, client.expect("a connection"))
}

impl Stage {
    /// With the provider `made`, which knows its secret.
    pub(crate) async fn made() -> Self {
        let (hosted, journal) = host(Told::default()).await.expect("a host");
        let mut core = Core::meet(visit(&hosted).await).await;
        let config = json!({"secret": SECRET, "setting": "first"});
        core.configure(config).await.expect("configured");
        Self {
            core,
            hosted,
            journal,
        }
    }

    /// With the real provider, on a simulator.
    pub(crate) async fn real(simulator: &Simulator) -> Self {
        Self::real_with(simulator, json!({})).await
    }

    /// The same, with more in the provider block.
    pub(crate) async fn real_with(simulator: &Simulator, more: serde_json::Value) -> Self {
        let hosted = Hosted::start(provider::NAME, Told::default(), |host| {
            IamProvider::new(host, Environment::default())
        })
        .await;
        let hosted = hosted.expect("a host");
        let mut core = Core::meet(visit(&hosted).await).await;
        core.configure(provider_block(simulator, more))
            .await
            .expect("configured");
        simulator.clear_journal();
        Self {
            core,
            hosted,
            journal: Journal::default(),
        }
    }

    /// What the provider `made` has noted.
    pub(crate) fn journal(&self) -> Vec<String> {
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.clone()
    }

    /// Waits until it has noted something.
    pub(crate) async fn noted(&self, what: &str) {
        let noted = async {
            while !self.journal().iter().any(|note| note == what) {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let limit = std::time::Duration::from_secs(10);
        let noted = tokio::time::timeout(limit, noted).await;
        assert!(noted.is_ok(), "no {what:?} in {:?}", self.journal());
    }
}

/// A provider block for a simulator.
pub(crate) fn provider_block(simulator: &Simulator, more: serde_json::Value) -> Val {
    let mut block = Val::from(json!({
        "region": "us-east-1",
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "max_retries": 0,
        "skip_credentials_validation": true,
        "skip_requesting_account_id": true,
        "skip_metadata_api_check": "true",
        "endpoints": [{"cloudtrail": simulator.url(), "sts": simulator.url()}],
    }));
    if let Val::Map(more) = Val::from(more) {
        for (name, value) in more {
            block = block.with(&name, value);
        }
    }
    block
}

/// The permissions of a file or a directory.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    let about = std::fs::symlink_metadata(path).expect("it is there");
    about.mode() & 0o7777
}
