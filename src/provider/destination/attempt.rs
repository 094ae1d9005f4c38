//! One attempt to bring a trail or an event data store to a wanted set: put, read back, compare.
//!
//! The law here: once something may have been put, the resource goes into the state, whatever fails
//! afterwards. Who is told to stop sees the Put through that is on its way, and starts nothing after it.

use std::time::Duration;

use tf_provider::{AttributePath, Diagnostics};

use super::{Place, label, list, path, short};
use crate::aws::Session;
use crate::aws::error::{Error, ErrorKind};
use crate::aws::patience::Patience;
use crate::provider::explain;
use crate::selector::{AdvancedEventSelector, Selectors, diff};

/// How long the last look may take when the time for an apply has run out, or when it was told to stop.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// One attempt to bring a place to a wanted set.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) session: &'a Session,
    pub(crate) place: &'a Place,
    /// What is there.
    pub(crate) before: &'a [AdvancedEventSelector],
    /// The whole set that is wanted.
    pub(crate) wanted: &'a [AdvancedEventSelector],
    /// The whole set to put if the wanted one is refused.
    pub(crate) fallback: Option<&'a [AdvancedEventSelector]>,
    pub(crate) patience: &'a Patience,
    /// Whether the resource goes into the state even if all that is known of the place is that it
    /// was asked. A resource that is being created must: a Put that arrives late would otherwise
    /// leave a changed set, and what was there before, in nobody's memory.
    pub(crate) creates: bool,
}

/// What an attempt has written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) set: &'a [AdvancedEventSelector],
    /// Whether it is the fallback.
    pub(crate) fell_back: bool,
}

impl<'a> Attempt<'a> {
    /// Puts the wanted set, or the fallback, and reads back. `None`: nothing was changed.
    pub(crate) async fn run(&self, diags: &mut Diagnostics) -> Option<Written<'a>> {
        let of = self.place.kind();
        let name = self.place.arn();
        let mut written = Written {
            set: self.wanted,
            fell_back: false,
        };
        let mut put = self.put(written.set).await;
        if let (Err(refused), Some(fallback)) = (&put, self.fallback)
            && refused.kind == ErrorKind::InvalidEventSelectors
        {
            let second = self.put(fallback).await;
            if !second.as_ref().is_err_and(did_nothing) {
                warn_of_fallback(diags, &name, refused);
            }
            written = Written {
                set: fallback,
                fell_back: true,
            };
            put = second;
        }
        match put {
            Ok(()) => self.read_back(diags, written.set).await,
            Err(failed) if failed.outcome_unknown => {
                if !self.look_again(diags, written.set, &failed).await {
                    return None;
                }
            }
            Err(failed) => {
                let left = format!("Nothing was changed on the {}.", of.noun());
                explain::failure(diags, path(of), &failed, &name, &left);
                return None;
            }
        }
        Some(written)
    }

    /// Puts a set, unless it is there already.
    async fn put(&self, set: &[AdvancedEventSelector]) -> Result<(), Error> {
        if diff::same(self.before, set) {
            return Ok(());
        }
        let set = Selectors::Advanced(set.to_vec());
        self.place.put(self.session, &set, self.patience).await
    }

    /// Compares what is there now with what was written. A difference is a warning, because
    /// changes take a while to spread. Who is told to stop does without, and nothing is amiss then.
    async fn read_back(&self, diags: &mut Diagnostics, written: &[AdvancedEventSelector]) {
        let of = self.place.kind();
        let (name, noun) = (self.place.arn(), of.noun());
        match self.place.selectors(self.session, self.patience).await {
            Ok(live) => {
                let live = live.to_advanced().unwrap_or_default();
                if !diff::same(&live, written) {
                    explain::warning(
                        diags,
                        path(of),
                        format!("The {} reads otherwise than written", short(of)),
                        format!(
                            "{}: {name}\nCloudTrail took the selectors, but right afterwards it \
                             answers:\n{}\n\nChanges take a while to spread; or someone else has \
                             changed the {noun} at the same moment. The state holds what was written. \
                             Run terraform plan: if the difference is still there, it will show.",
                            label(of),
                            list(&live)
                        ),
                    );
                }
            }
            Err(failed) if failed.kind == ErrorKind::Stopped => {}
            Err(failed) => {
                let left = format!(
                    "CloudTrail took the selectors before that: the {noun} is changed, and the \
                     resource is in the state."
                );
                explain::failure(diags, path(of), &failed, &name, &left);
            }
        }
    }

    /// A Put went out and no answer came back: looks at the place before saying anything, also when
    /// told to stop, for a moment: what was changed must not get lost. `false`: the state is better
    /// left as it was.
    async fn look_again(
        &self,
        diags: &mut Diagnostics,
        written: &[AdvancedEventSelector],
        failed: &Error,
    ) -> bool {
        let of = self.place.kind();
        let (name, noun) = (self.place.arn(), of.noun());
        let last = Patience::unstoppable(LAST_LOOK);
        let patience = Patience {
            until: self.patience.until.max(last.until),
            stop: self.patience.stop.clone(),
        };
        let mut live = self.place.selectors(self.session, &patience).await;
        if live.as_ref().is_err_and(did_nothing) {
            let last = Patience::unstoppable(LAST_LOOK);
            live = self.place.selectors(self.session, &last).await;
        }
        let live = live.ok().and_then(|live| live.to_advanced().ok());
        let is_there = |set| live.as_ref().is_some_and(|live| diff::same(live, set));
        if is_there(written) {
            explain::warning(
                diags,
                path(of),
                "CloudTrail's answer was lost",
                format!(
                    "{}: {name}\n{failed}\n\nThe {noun} was read again: the selectors are on it.",
                    label(of)
                ),
            );
            return true;
        }
        let found = if is_there(self.before) {
            format!(
                "The {noun} was read again: the selectors are not on it, though they may still arrive."
            )
        } else {
            format!("It is not known whether the selectors are on the {noun}.")
        };
        let kept = if self.creates {
            format!(
                "The resource is in the state with what the {noun} had before, so that a later apply \
                 sets it right and nothing is lost."
            )
        } else {
            format!("The state is kept as it was; the next plan will show what is on the {noun}.")
        };
        explain::failure(diags, path(of), failed, &name, &format!("{found} {kept}"));
        self.creates
    }
}

/// Whether a stop came, and nothing was done.
fn did_nothing(failed: &Error) -> bool {
    failed.kind == ErrorKind::Stopped && !failed.outcome_unknown
}

fn warn_of_fallback(diags: &mut Diagnostics, trail: &str, refused: &Error) {
    explain::warning(
        diags,
        AttributePath::new("filter_by"),
        "Refused; the exclusions were applied",
        format!(
            "Trail: {trail}\n{refused}\n\nAs fallback = \"exclusion\" asks for, the trail gets the \
             narrowest selectors that AWS documents for trails: all management events but those of \
             AWS KMS and the RDS Data API. It logs more than IAM; precision says so. Set filter_by = \
             \"exclusion\" to ask for them straight away."
        ),
    );
}
