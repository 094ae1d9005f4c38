//! What the provider block has set up, shared by every resource and data source of one provider
//! process.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tf_provider::value::Value;

use super::convert;
use super::iam_only_trail_selector::model::TextSet;
use crate::aws::Session;
use crate::catalog::Service;

/// What the last Configure has left. Terraform may configure one process several times.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    configured: RwLock<Configured>,
    claimed: Mutex<BTreeSet<String>>,
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

    /// Notes that a resource manages a trail. `false` if another one does already: Terraform plans
    /// each resource once in a walk, and makes a new process, or at least a new Configure, for each
    /// walk.
    pub(crate) fn claim(&self, trail: &str) -> bool {
        self.claimed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(trail.to_owned())
    }

    /// Whether some resource of this walk manages a trail.
    pub(crate) fn is_claimed(&self, trail: &str) -> bool {
        self.claimed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(trail)
    }
}
