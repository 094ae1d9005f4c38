//! What is the same for all that selectors are put on: a trail, and an event data store.
//!
//! A resource of either keeps its own model, plan and facts; here is what both do alike. [`model`] is what
//! they hold, [`schema`] what may be typed of it, [`judge`] what a plan warns of, [`attempt`] how a set is
//! put and read back, [`leave`] what a destroy leaves behind. May import all but `plugin`.

pub(crate) mod attempt;
pub(crate) mod judge;
pub(crate) mod leave;
pub(crate) mod model;
pub(crate) mod schema;

use std::time::Duration;

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostic, Diagnostics};
use tokio::time::Instant;

use self::model::{Choice, Text, TimeoutBlocks, Timeouts};
use super::shared::{Claim, Configured, Shared};
use super::{convert, explain};
use crate::aws::Session;
use crate::aws::error::{Error, ErrorKind};
use crate::aws::event_data_store::{StoreArn, StoreReference};
use crate::aws::home_region::TrailArn;
use crate::aws::patience::Patience;
use crate::intent::NameFilter;
use crate::rules::Destination;
use crate::selector::{AdvancedEventSelector, MANAGEMENT, Selectors};

/// How long reading may take, retries included.
pub(crate) const READ_TIME: Duration = Duration::from_mins(2);

/// How long creating, updating or destroying may take, unless `timeouts` says otherwise.
const APPLY_TIME: Duration = Duration::from_mins(5);

/// One trail, or one event data store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A trail.
    Trail(TrailArn),
    /// An event data store.
    Store(StoreArn),
}

impl Place {
    /// What it is.
    pub(crate) fn kind(&self) -> Destination {
        match self {
            Self::Trail(_) => Destination::Trail,
            Self::Store(_) => Destination::EventDataStore,
        }
    }

    /// Its ARN.
    pub(crate) fn arn(&self) -> String {
        match self {
            Self::Trail(arn) => arn.to_string(),
            Self::Store(arn) => arn.to_string(),
        }
    }

    /// Whether a failure says that it is gone, rather than out of these credentials' sight: what another
    /// account owns is not found either, and the selectors of an organization trail may not be found
    /// by a member account that does see the trail.
    pub(crate) fn is_gone(&self, session: &Session, failed: &Error) -> bool {
        let (is_not_found, owner) = match self {
            Self::Trail(arn) => (
                failed.kind == ErrorKind::TrailNotFound && failed.operation != "GetEventSelectors",
                arn.account(),
            ),
            Self::Store(arn) => (failed.kind == ErrorKind::StoreNotFound, arn.account()),
        };
        is_not_found
            && session
                .caller_account()
                .is_none_or(|caller| caller == owner)
    }

    /// Reads the selectors that are there now.
    async fn selectors(&self, session: &Session, patience: &Patience) -> Result<Selectors, Error> {
        match self {
            Self::Trail(arn) => session.selectors(arn, patience).await,
            Self::Store(arn) => {
                let reference = StoreReference::Arn(arn.clone());
                let store = session.read_store(&reference, None, patience).await?;
                Ok(Selectors::Advanced(store.selectors))
            }
        }
    }

    /// Puts a whole set.
    async fn put(
        &self,
        session: &Session,
        set: &Selectors,
        patience: &Patience,
    ) -> Result<(), Error> {
        match self {
            Self::Trail(arn) => session.put(arn, set, patience).await,
            Self::Store(arn) => match set {
                Selectors::Advanced(set) => session.put_store(arn, set, patience).await,
                // A store has no basic selectors; the empty set stands for the service's default.
                Selectors::Basic(_) => session.put_store(arn, &[], patience).await,
            },
        }
    }
}

/// The attribute that names a trail or a store.
pub(crate) fn path(of: Destination) -> AttributePath {
    AttributePath::new(match of {
        Destination::Trail => "trail_name",
        Destination::EventDataStore => "event_data_store",
    })
}

/// What it is called in a summary, which has few words.
pub(crate) fn short(of: Destination) -> &'static str {
    match of {
        Destination::Trail => "trail",
        Destination::EventDataStore => "store",
    }
}

/// What it is called with its article, at the beginning of a sentence.
pub(crate) fn with_article(of: Destination) -> &'static str {
    match of {
        Destination::Trail => "A trail",
        Destination::EventDataStore => "An event data store",
    }
}

/// What stands before its name in a detail.
pub(crate) fn label(of: Destination) -> &'static str {
    match of {
        Destination::Trail => "Trail",
        Destination::EventDataStore => "Event data store",
    }
}

/// Checks what can be checked of a configuration without asking anyone: the names, once they are
/// known, the selector's name and the durations.
pub(crate) fn check_typed(
    diags: &mut Diagnostics,
    choice: &Choice,
    names: Option<&NameFilter>,
    timeouts: &TimeoutBlocks,
) {
    if let Some(names) = names {
        explain::unknown_names(
            diags,
            &AttributePath::root(),
            ("include_event_names", "exclude_event_names"),
            names,
        );
    }
    if let Err(wrong) = convert::check_selector_name(choice.selector_name.clone().as_option()) {
        explain::selector_name(diags, &wrong);
    }
    let blocks = timeouts.as_ref_option();
    for block in blocks
        .into_iter()
        .flatten()
        .filter_map(Value::as_ref_option)
    {
        for (name, given) in [
            ("create", &block.create),
            ("update", &block.update),
            ("delete", &block.delete),
        ] {
            if let Some(Err(why)) = given.as_ref_option().map(|text| convert::duration(text)) {
                explain::error(
                    diags,
                    AttributePath::new("timeouts").index(0).attribute(name),
                    "Not a duration",
                    format!(
                        "Found `{given}`: {why}. Expected a duration such as `90s`, `5m` or `1h30m`.",
                        given = given.as_ref_option().map_or("", |text| text)
                    ),
                );
            }
        }
    }
}

/// How long a call that starts now may read, unless it is stopped.
pub(crate) fn to_read(shared: &Shared) -> Patience {
    Patience {
        until: Instant::now() + READ_TIME,
        stop: shared.host.stop.token(),
    }
}

/// How long an apply that starts now may take, unless it is stopped.
pub(crate) fn to_apply(
    shared: &Shared,
    timeouts: &TimeoutBlocks,
    pick: impl Fn(&Timeouts) -> &Text,
) -> Patience {
    let block = timeouts.as_ref_option().and_then(|blocks| blocks.first());
    let text = block
        .and_then(Value::as_ref_option)
        .and_then(|block| pick(block).as_ref_option());
    let given = text.and_then(|text| convert::duration(text).ok());
    let now = Instant::now();
    Patience {
        until: now
            .checked_add(given.unwrap_or(APPLY_TIME))
            .unwrap_or(now + APPLY_TIME),
        stop: shared.host.stop.token(),
    }
}

/// Notes that a resource of this walk manages a trail or a store, or says that another one does.
pub(crate) fn claim(
    diags: &mut Diagnostics,
    shared: &Shared,
    of: Destination,
    arn: Option<&str>,
    claim: Claim,
) -> Option<()> {
    let Some(arn) = arn.filter(|arn| !shared.claim(arn, claim)) else {
        return Some(());
    };
    let (noun, resource, also) = match of {
        Destination::Trail => ("trail", "iam_only_trail_selector", "a name and an ARN"),
        Destination::EventDataStore => (
            "event data store",
            "iam_only_event_data_store_selector",
            "an ID and an ARN",
        ),
    };
    explain::error(
        diags,
        path(of),
        format!("Two resources manage one {}", short(of)),
        format!(
            "{}: {arn}\nAnother {resource} of this configuration manages the selectors of the same \
             {noun}. {} has one set of selectors, so the two would overwrite each other at every \
             apply.\n\nKeep one of them; {also} may mean the same {noun}.",
            label(of),
            with_article(of)
        ),
    );
    None
}

/// The session, without which nothing can be applied.
pub(crate) fn session<'a>(
    diags: &mut Diagnostics,
    configured: &'a Configured,
) -> Option<&'a Session> {
    if configured.session.is_none() {
        explain::error(
            diags,
            AttributePath::root(),
            "The provider is not configured yet",
            "The provider block depends on values that are not known yet, so there is no session with \
             AWS. Apply what they depend on first, for example with -target.",
        );
    }
    configured.session.as_deref()
}

/// Says that nothing was read, because there is no session yet.
pub(crate) fn warn_unread(diags: &mut Diagnostics, of: Destination) {
    let noun = of.noun();
    explain::warning(
        diags,
        AttributePath::root(),
        format!("The {noun} was not read"),
        format!(
            "The provider block depends on values that are not known yet, so the state is shown as it \
             was. The apply reads the {noun} before it changes anything."
        ),
    );
}

/// The value of a call that changes nothing, or its failure as a diagnostic.
pub(crate) fn unchanged<T>(
    diags: &mut Diagnostics,
    of: Destination,
    name: &str,
    answer: Result<T, Error>,
) -> Option<T> {
    match answer {
        Ok(value) => Some(value),
        Err(failed) => {
            let left = format!("Nothing was changed on the {}.", of.noun());
            explain::failure(diags, path(of), &failed, name, &left);
            None
        }
    }
}

/// Says that the live selectors are neither those of the plan nor those that it wants.
pub(crate) fn changed_since_the_plan(
    diags: &mut Diagnostics,
    place: &Place,
    live: &[AdvancedEventSelector],
) {
    let of = place.kind();
    explain::error(
        diags,
        path(of),
        "Selectors have changed since the plan",
        format!(
            "{}: {}\nSomeone has changed the {}'s selectors after this plan was made. There is \
             now:\n{}\n\nNothing was changed. Plan again to see what an apply would replace.",
            label(of),
            place.arn(),
            of.noun(),
            list(live)
        ),
    );
}

/// The selectors that a state says are there.
pub(crate) fn in_state(models: &Value<Vec<model::AdvancedModel>>) -> Vec<AdvancedEventSelector> {
    let models = models.as_ref_option();
    models
        .and_then(|models| convert::advanced(models).ok())
        .unwrap_or_default()
}

/// The selectors of other categories than management events.
pub(crate) fn others(selectors: &[AdvancedEventSelector]) -> Vec<AdvancedEventSelector> {
    let is_other = |one: &&AdvancedEventSelector| one.category() != Some(MANAGEMENT);
    selectors.iter().filter(is_other).cloned().collect()
}

/// The selectors for management events.
pub(crate) fn management(selectors: &[AdvancedEventSelector]) -> Vec<AdvancedEventSelector> {
    let is_ours = |one: &&AdvancedEventSelector| one.category() == Some(MANAGEMENT);
    selectors.iter().filter(is_ours).cloned().collect()
}

/// A set of selectors, one to a line.
pub(crate) fn list(selectors: &[AdvancedEventSelector]) -> String {
    let lines: Vec<_> = selectors
        .iter()
        .map(|one| format!("  - {}", one.summary()))
        .collect();
    if lines.is_empty() {
        "  (none)".to_owned()
    } else {
        lines.join("\n")
    }
}

/// What one trail or store of a listing did not tell, as warnings.
pub(crate) fn unread(told: Diagnostics, of: Destination) -> Diagnostics {
    let (noun, short) = (of.noun(), short(of));
    let warnings = told.errors.into_iter().map(|error| Diagnostic {
        summary: format!("A {short} could not be read").into(),
        detail: format!(
            "{}: {}\n\nThe {noun} is listed without its state.",
            error.summary, error.detail
        )
        .into(),
        attribute: AttributePath::root(),
    });
    Diagnostics {
        errors: Vec::new(),
        warnings: warnings.collect(),
    }
}

/// Says that an identity names a part otherwise than its ARN does; `arn` is the ARN's attribute.
pub(crate) fn check_identity(
    diags: &mut Diagnostics,
    arn: &'static str,
    parts: [(&'static str, &Text, &str); 2],
) {
    for (name, given, expected) in parts {
        if let Some(given) = given.as_ref_option().filter(|given| *given != expected) {
            explain::error(
                diags,
                AttributePath::new(name),
                "The identity contradicts itself",
                format!(
                    "Found {name} = `{given}`, but {arn} says `{expected}`. Expected the same, or no \
                     {name} at all: it stands in the ARN."
                ),
            );
        }
    }
}

/// Says that a state is of a schema version which no version of this provider has written yet.
pub(crate) fn unknown_version(diags: &mut Diagnostics, of: Destination, version: i64, ours: i64) {
    explain::error(
        diags,
        AttributePath::root(),
        "The state is of an unknown version",
        format!(
            "Found schema version {version}. This version of the provider has written version {ours} only. \
             Use the version of the provider that wrote the state, or import the {} anew.",
            of.noun()
        ),
    );
}
