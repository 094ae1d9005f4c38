//! What the provider block has set up, shared by every resource and data source of one provider
//! process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tf_provider::value::Value;

use super::convert;
use super::destination::model::TextSet;
use super::iam_only_event_data_store_selector::model::Model as StoreModel;
use super::iam_only_trail_selector::model::Model as TrailModel;
use crate::aws::Session;
use crate::catalog::Service;
use crate::protocol::Host;

/// The host, and what the last Configure has left. Terraform may configure one process several
/// times.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Who serves the provider.
    pub(crate) host: Host,
    configured: RwLock<Configured>,
    claimed: Mutex<BTreeMap<String, Vec<Claim>>>,
}

/// A resource that was planned on a trail, or on an event data store, in this walk.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Claim {
    /// Whether the plan creates the resource.
    pub(crate) creates: bool,
    /// What the plan asks for.
    pub(crate) config: Config,
}

/// The configuration of a resource that manages selectors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Config {
    /// Those of a trail.
    Trail(Box<TrailModel>),
    /// Those of an event data store.
    Store(Box<StoreModel>),
}

/// A session, if one could be opened yet, and the provider's own choice of event names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Configured {
    /// `None` before Configure, and while the provider block holds unknown values.
    pub(crate) session: Option<Arc<Session>>,
    /// The `event_catalog` block.
    pub(crate) event_catalog: EventCatalog,
}

/// The `event_catalog` block with its defaults filled in; a set is unknown if the block's was.
#[derive(Debug, Clone)]
pub(crate) struct EventCatalog {
    pub(crate) services: TextSet,
    pub(crate) access_levels: TextSet,
    pub(crate) resource_families: TextSet,
    pub(crate) include: TextSet,
    pub(crate) exclude: TextSet,
}

impl EventCatalog {
    /// A block of which nothing is known yet.
    pub(crate) fn unknown() -> Self {
        Self {
            services: Value::Unknown,
            access_levels: Value::Unknown,
            resource_families: Value::Unknown,
            include: Value::Unknown,
            exclude: Value::Unknown,
        }
    }
}

impl Default for EventCatalog {
    fn default() -> Self {
        Self {
            services: convert::text_set([Service::Iam.key()]),
            access_levels: convert::text_set::<String>([]),
            resource_families: convert::text_set::<String>([]),
            include: convert::text_set::<String>([]),
            exclude: convert::text_set::<String>([]),
        }
    }
}

impl Shared {
    /// Before Configure, with this host.
    pub(crate) fn new(host: Host) -> Self {
        Self {
            host,
            ..Self::default()
        }
    }

    /// Takes over a new configuration, and forgets who managed what under the old one.
    pub(crate) fn configure(&self, configured: Configured) {
        *self
            .configured
            .write()
            .unwrap_or_else(PoisonError::into_inner) = configured;
        self.claimed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The configuration in force.
    pub(crate) fn configured(&self) -> Configured {
        self.configured
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes that a resource is planned on a trail or a store, by its ARN. `false` if another one is already: Terraform makes
    /// a new process, or at least a new Configure, for each walk, and plans each resource once in it.
    /// Only one that is to be replaced on demand is planned twice, first as it is, then as if it were
    /// not there yet, with the same configuration.
    pub(crate) fn claim(&self, arn: &str, claim: Claim) -> bool {
        let mut claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        let claims = claimed.entry(arn.to_owned()).or_default();
        let free = match claims.as_slice() {
            [] => true,
            [first] => !first.creates && claim.creates && first.config == claim.config,
            [..] => false,
        };
        claims.push(claim);
        free
    }

    /// Whether some resource of this walk manages a trail or a store.
    pub(crate) fn is_claimed(&self, arn: &str) -> bool {
        self.claimed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(arn)
    }
}

#[cfg(test)]
mod tests {
    use tf_provider::value::Value;

    use super::{Claim, Config, Configured, Shared, TrailModel};

    fn claim(creates: bool, filter_by: &str) -> Claim {
        let filter_by = Value::Value(filter_by.to_owned());
        Claim {
            creates,
            config: Config::Trail(Box::new(TrailModel {
                filter_by,
                ..TrailModel::default()
            })),
        }
    }

    /// Two resources on one trail are found out, whether they are there already or not.
    #[test]
    fn a_second_resource_is_found_out() {
        for first in [true, false] {
            for second in [true, false] {
                let shared = Shared::default();
                assert!(shared.claim("trail", claim(first, "event_name")));
                assert!(!shared.claim("trail", claim(second, "exclusion")));
                assert!(shared.claim("another", claim(second, "exclusion")));
            }
        }
    }

    /// A replacement on demand is one resource, planned twice; a third plan is another resource's.
    #[test]
    fn a_replacement_is_one_resource() {
        let shared = Shared::default();
        assert!(shared.claim("trail", claim(false, "event_name")));
        assert!(shared.claim("trail", claim(true, "event_name")));
        assert!(!shared.claim("trail", claim(true, "event_name")));
    }

    /// A new Configure is a new walk.
    #[test]
    fn a_new_walk_forgets() {
        let shared = Shared::default();
        assert!(shared.claim("trail", claim(true, "event_name")));
        shared.configure(Configured::default());
        assert!(!shared.is_claimed("trail"));
        assert!(shared.claim("trail", claim(true, "event_name")));
    }
}
