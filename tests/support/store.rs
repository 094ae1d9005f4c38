//! An event data store of CloudTrail Lake, and what is done to it behind Terraform's back. The
//! simulator alone has them: moto, in 5.2.5, does not.
//!
//! May import the simulator and [`super::service`]; selectors are compared as those of trails are, by
//! [`super::selectors`].

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::selectors;
use super::service::Service;
use crate::simulator::{ACCOUNT, Simulator, StoreSeed, StoreStatus};

/// A store, seen past Terraform.
pub(crate) struct Store<'s> {
    simulator: &'s Simulator,
    /// Its ARN.
    pub(crate) arn: String,
    /// Its ID, the last part of the ARN.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Where it lives.
    pub(crate) region: String,
}

impl Service {
    /// A multi-Region store of `us-east-1` for CloudTrail's own events, which takes them in.
    pub(crate) fn store(&self) -> Store<'_> {
        self.store_with(|_| ())
    }

    /// A store of another make.
    pub(crate) fn store_with(&self, make: impl FnOnce(&mut StoreSeed)) -> Store<'_> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let simulator = self.as_simulator().expect("a simulator");
        let mut seed = StoreSeed {
            account: ACCOUNT.to_owned(),
            name: format!("store-{}", COUNT.fetch_add(1, Ordering::Relaxed)),
            ..StoreSeed::default()
        };
        make(&mut seed);
        let (name, region) = (seed.name.clone(), seed.region.clone());
        let arn = simulator.create_store(seed);
        let id = arn.rsplit('/').next().unwrap_or_default().to_owned();
        Store {
            simulator,
            arn,
            id,
            name,
            region,
        }
    }
}

impl Store<'_> {
    /// Its selectors, in the form of [`selectors::normal`].
    pub(crate) fn selectors(&self) -> Value {
        selectors::normal(&self.simulator.selectors(&self.arn))
    }

    /// Fails the test unless it has these selectors and no others, in whatever order.
    #[track_caller]
    pub(crate) fn has(&self, expected: &Value) {
        let (found, expected) = (self.selectors(), selectors::normal(expected));
        assert!(
            found == expected,
            "{} has {found:#} instead of {expected:#}",
            self.name
        );
    }

    /// Replaces its selectors, as somebody at a console does.
    pub(crate) fn put(&self, wanted: &Value) {
        self.simulator.set_selectors(&self.arn, wanted);
    }

    /// Its state, as the service has it.
    pub(crate) fn status(&self) -> String {
        let told = self.simulator.store(&self.arn);
        told["Status"].as_str().unwrap_or_default().to_owned()
    }

    /// Puts it into a state, in which it stays for so many reads if it is one that passes.
    pub(crate) fn pass(&self, status: StoreStatus, reads: usize) {
        self.simulator.set_store_status(&self.arn, status, reads);
    }

    /// Takes it away for good, as the service does seven days after its deletion.
    pub(crate) fn forget(&self) {
        self.simulator.forget_store(&self.arn);
    }
}
