//! What tests, and a person at a terminal, do to event data stores behind everyone's back, and read
//! of them: no rule is asked, and no read is counted.
//!
//! Imports the stores and the accounts. `World::selectors` and `World::set_selectors` take the ARN of
//! a store as they take a trail's.

use serde_json::{Value, json};

use super::{
    ACCOUNT, World, clock, lake, region,
    store::{Arn, Insights, Status, Store},
    trail::Selectors,
};

/// An event data store that is there from the start.
#[derive(Clone, Debug)]
pub(crate) struct StoreSeed {
    /// The owner. For an organization's store, the management account, [`ACCOUNT`].
    pub(crate) account: String,
    /// Where it lives; the partition follows from it.
    pub(crate) region: String,
    /// Its name.
    pub(crate) name: String,
    /// Whether it has the events of every region.
    pub(crate) multi_region: bool,
    /// Whether it is an organization's.
    pub(crate) organization: bool,
    /// Its state.
    pub(crate) status: Status,
    /// The category of its one selector: `Management`, unless it is to be another type of store.
    pub(crate) category: String,
    /// Insight types that are on, such as `ApiCallRateInsight`.
    pub(crate) insight: Vec<String>,
}

impl Default for StoreSeed {
    fn default() -> Self {
        Self {
            account: ACCOUNT.to_owned(),
            region: "us-east-1".to_owned(),
            name: "lake".to_owned(),
            multi_region: true,
            organization: false,
            status: Status::Enabled,
            category: "Management".to_owned(),
            insight: Vec::new(),
        }
    }
}

impl World {
    /// Creates a store, with the default selectors if it is one for management events, and gives its
    /// ARN.
    pub(crate) fn create_store(&self, seed: StoreSeed) -> String {
        let partition = region::partition_of(&seed.region).unwrap_or("aws");
        let cloud = &mut self.0.cloud();
        cloud.made += 1;
        let arn = Arn {
            partition: partition.to_owned(),
            region: seed.region,
            account: seed.account,
            id: lake::id(cloud.made),
        };
        let key = arn.to_string();
        let mut store = Store::new(arn, &seed.name, clock::now());
        store.multi_region = seed.multi_region;
        store.organization = seed.organization;
        store.pass(seed.status, cloud.lasting);
        if seed.category != "Management" {
            store.selectors = Selectors::Advanced(vec![json!({
                "FieldSelectors": [{ "Field": "eventCategory", "Equals": [seed.category] }],
            })]);
        }
        store.insights = Insights {
            kinds: seed.insight,
            destination: String::new(),
        };
        cloud.stores.insert(key.clone(), store);
        key
    }

    /// The ARNs of all stores.
    pub(crate) fn stores(&self) -> Vec<String> {
        self.0.cloud().stores.keys().cloned().collect()
    }

    /// The store as an update answers it; null if there is none.
    pub(crate) fn store(&self, arn: &str) -> Value {
        let cloud = self.0.cloud();
        let store = cloud.stores.get(arn);
        store
            .map(|store| Value::Object(store.described(false)))
            .unwrap_or_default()
    }

    /// Changes a store.
    ///
    /// # Panics
    ///
    /// If there is no such store.
    pub(crate) fn change_store(&self, arn: &str, change: impl FnOnce(&mut Store)) {
        let mut cloud = self.0.cloud();
        let store = cloud.stores.get_mut(arn);
        assert!(store.is_some(), "no event data store {arn}");
        if let Some(store) = store {
            change(store);
        }
    }

    /// Puts a store into a state, in which it stays for so many reads if it is one that passes.
    ///
    /// # Panics
    ///
    /// If there is no such store.
    pub(crate) fn set_store_status(&self, arn: &str, status: Status, reads: usize) {
        self.change_store(arn, |store| store.pass(status, reads));
    }

    /// Makes every state that passes last for so many reads from now on.
    pub(crate) fn set_store_lasting(&self, reads: usize) {
        self.0.cloud().lasting = reads;
    }

    /// Takes a store away, as the service does seven days after its deletion.
    ///
    /// # Panics
    ///
    /// If there is no such store.
    pub(crate) fn forget_store(&self, arn: &str) {
        let removed = self.0.cloud().stores.remove(arn);
        assert!(removed.is_some(), "no event data store {arn}");
    }
}
