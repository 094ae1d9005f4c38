//! What a destroy leaves behind: what was there before, the service's default, or what is there.
//!
//! The law here: a set that is no longer ours is left alone, and said to be.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::model::{AdvancedModel, Private};
use super::{Place, in_state, label, list, management, others, short};
use crate::aws::Session;
use crate::aws::patience::Patience;
use crate::provider::convert::{OnDestroy, Wish};
use crate::provider::shared::Shared;
use crate::provider::{convert, explain};
use crate::rules::Destination;
use crate::selector::{AdvancedEventSelector, Selectors, diff};

/// A place that a resource leaves.
#[derive(Debug)]
pub(crate) struct Leaving<'a> {
    pub(crate) session: &'a Session,
    pub(crate) place: &'a Place,
    pub(crate) wish: &'a Wish,
    /// The set that we wrote last.
    pub(crate) ours: Vec<AdvancedEventSelector>,
    /// What was there before, or why it can't be told; `None` if it was not noted.
    pub(crate) replaced: Option<Result<Selectors, String>>,
    /// What the service selects where nobody has chosen.
    pub(crate) default: Selectors,
}

impl Leaving<'_> {
    /// Leaves the place as `on_destroy` says, unless it is no longer as we left it.
    pub(crate) async fn run(
        self,
        diags: &mut Diagnostics,
        shared: &Shared,
        live: &[AdvancedEventSelector],
        patience: &Patience,
    ) -> Option<()> {
        let of = self.place.kind();
        let (name, noun) = (self.place.arn(), of.noun());
        let left_alone = if shared.is_claimed(&name) {
            Some(format!(
                "Another resource of this configuration manages the selectors of this {noun} now."
            ))
        } else if !diff::same(&management(live), &management(&self.ours))
            || (!self.wish.preserve_other_categories && !diff::same(live, &self.ours))
        {
            Some(format!(
                "Someone else has changed the {noun}'s selectors since this resource wrote them."
            ))
        } else {
            None
        };
        if let Some(why) = left_alone {
            explain::warning(
                diags,
                AttributePath::new("on_destroy"),
                format!("The {}'s selectors were left alone", short(of)),
                format!(
                    "{}: {name}\n{why} There is now:\n{}\n\nNothing was changed on the {noun}.",
                    label(of),
                    list(live)
                ),
            );
            return Some(());
        }
        let (session, place) = (self.session, self.place);
        let back = self.back(diags, live)?;
        match place.put(session, &back, patience).await {
            Ok(()) => Some(()),
            Err(failed) if place.is_gone(session, &failed) => Some(()),
            Err(failed) => {
                let found = if failed.outcome_unknown {
                    format!("It is not known whether the former selectors are back on the {noun}")
                } else {
                    "The former selectors could not be put back".to_owned()
                };
                let left = format!(
                    "{found}; the resource is still in the state. To take it out without touching the \
                     {noun}, set on_destroy = \"keep\"."
                );
                let path = AttributePath::new("on_destroy");
                explain::failure(diags, path, &failed, &name, &left);
                None
            }
        }
    }

    /// The set that `on_destroy` leaves there. What others have preserved beside ours stays.
    fn back(self, diags: &mut Diagnostics, live: &[AdvancedEventSelector]) -> Option<Selectors> {
        let noun = self.place.kind().noun();
        let back = match (self.wish.on_destroy, self.replaced) {
            (OnDestroy::Restore, Some(replaced)) => replaced,
            (OnDestroy::Restore | OnDestroy::Default | OnDestroy::Keep, _) => Ok(self.default),
        };
        let back = back.and_then(|back| {
            let advanced = back.to_advanced().map_err(|error| error.to_string())?;
            let others_live = others(live);
            if !self.wish.preserve_other_categories || diff::same(&others(&advanced), &others_live)
            {
                return Ok(back);
            }
            Ok(Selectors::Advanced(
                [management(&advanced), others_live].concat(),
            ))
        });
        match back {
            Ok(back) => Some(back),
            Err(why) => {
                explain::error(
                    diags,
                    AttributePath::new("replaced_selectors"),
                    "The remembered selectors are not valid",
                    format!(
                        "Found in the state: {why}.\n\nNothing was changed on the {noun}. Set \
                         on_destroy = \"default\" or \"keep\" to destroy without them."
                    ),
                );
                None
            }
        }
    }
}

/// Says at plan time what a destroy will leave alone: `live` is the set in the state.
pub(crate) fn announce(
    diags: &mut Diagnostics,
    of: Destination,
    arn: Option<&String>,
    live: &[AdvancedEventSelector],
    ours: &[AdvancedEventSelector],
) {
    let noun = of.noun();
    if diff::same(&management(live), &management(ours)) {
        return;
    }
    explain::warning(
        diags,
        AttributePath::new("on_destroy"),
        format!("The {}'s selectors will be left alone", short(of)),
        format!(
            "{}: {}\nSomeone else has changed the {noun}'s selectors since this resource wrote them, \
             so a destroy takes the resource out of the state and changes nothing on the {noun}. There \
             is now:\n{}",
            label(of),
            arn.map_or("", |text| text),
            list(live)
        ),
    );
}

/// The set that we wrote last; from before there was a note of it, the set in the state.
pub(crate) fn written(
    in_the_state: &Value<Vec<AdvancedModel>>,
    private: Option<&Private>,
) -> Vec<AdvancedEventSelector> {
    let noted = private.and_then(|private| convert::advanced(&private.written).ok());
    noted
        .filter(|noted| !noted.is_empty())
        .unwrap_or_else(|| in_state(in_the_state))
}
