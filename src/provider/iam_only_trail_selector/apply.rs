//! Creating, updating and destroying: read, Put, read back.
//!
//! The law here: no selector is overwritten that was not read, remembered and known to the plan; once
//! something may have been put, the resource is in the state, whatever fails afterwards. Who is told
//! to stop sees the Put through that is on its way, and starts nothing after it.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::judge;
use super::model::{Model, Private};
use super::plan::{self, Outcome};
use crate::aws::Session;
use crate::aws::error::{Error, ErrorKind};
use crate::aws::home_region::{TrailArn, TrailReference};
use crate::aws::patience::Patience;
use crate::provider::convert::{self, OnDestroy, Wish};
use crate::provider::explain;
use crate::provider::shared::{Configured, Shared};
use crate::selector::{AdvancedEventSelector, EventSelector, MANAGEMENT, Selectors, diff};

/// What comes back from an apply: the new state, and what Terraform keeps beside it.
pub(super) type Applied = Option<(Model, Private)>;

/// Makes a trail's selectors ours.
pub(super) async fn create(
    diags: &mut Diagnostics,
    configured: &Configured,
    planned: Model,
    patience: &Patience,
) -> Applied {
    let session = session(diags, configured)?;
    let (Value::Value(reference), Value::Value(wish)) = (
        plan::reference(diags, &planned.trail_name),
        convert::wish(diags, &planned),
    ) else {
        return None;
    };
    let name = planned
        .trail_name
        .as_ref_option()
        .cloned()
        .unwrap_or_default();
    let region = planned.region.as_ref_option().map(String::as_str);
    let reading = session.read(&reference, region, patience).await;
    let reading = unchanged(diags, &name, reading)?;
    let on_trail = held(diags, &name, &reading.selectors)?;
    let outcome = plan::explained(diags, plan::outcome(&wish, &on_trail))?;
    // The plan has told the warnings; what is an error now was hidden from it by unknown values.
    let mut judged = Diagnostics::default();
    judge::wanted(&mut judged, &wish, &outcome.wanted);
    judge::trail(&mut judged, configured, &wish, &reading.trail);
    if !judged.errors.is_empty() {
        diags.errors.append(&mut judged.errors);
        return None;
    }
    let mut state = planned;
    plan::set_trail(&mut state, &reading.trail);
    plan::set_names(&mut state, &outcome.resolved);
    state.replaced_selectors = Value::Value(convert::replaced_model(&reading.selectors));
    let attempt = Attempt {
        session,
        arn: &reading.trail.arn,
        before: &on_trail,
        outcome: &outcome,
        patience,
        creates: true,
    };
    attempt.run(diags, state).await
}

/// Changes what we have on a trail.
pub(super) async fn update(
    diags: &mut Diagnostics,
    configured: &Configured,
    prior: Model,
    private: Private,
    planned: Model,
    patience: &Patience,
) -> Applied {
    let kept = (prior.clone(), private);
    let Some(session) = session(diags, configured) else {
        return Some(kept);
    };
    let Some(arn) = arn(diags, &prior) else {
        return Some(kept);
    };
    let Value::Value(wish) = convert::wish(diags, &planned) else {
        return Some(kept);
    };
    let live = session.selectors(&arn, patience).await;
    let Some(live) = unchanged(diags, &arn.to_string(), live) else {
        return Some(kept);
    };
    let Some(live) = held(diags, &arn.to_string(), &live) else {
        return Some(kept);
    };
    let on_trail = plan::on_trail(&prior);
    let Some(outcome) = plan::explained(diags, plan::outcome(&wish, &on_trail)) else {
        return Some(kept);
    };
    if !diff::same(&live, &on_trail) && !diff::same(&live, &outcome.wanted) {
        explain::error(
            diags,
            AttributePath::new("trail_name"),
            "Selectors have changed since the plan",
            format!(
                "Trail: {arn}\nSomeone has changed the trail's selectors after this plan was made. \
                 There is now:\n{}\n\nNothing was changed. Plan again to see what an apply would \
                 replace.",
                list(&live)
            ),
        );
        return Some(kept);
    }
    let mut state = planned;
    plan::set_names(&mut state, &outcome.resolved);
    let is_planned = diff::same(&on_trail, &plan::on_trail(&state));
    if is_planned && diff::same(&live, &on_trail) {
        // Nothing of the trail changes, only attributes of our own, such as on_destroy. Whoever put
        // the set there, it is the one that is asked for, and ours from now on.
        plan::set_selectors(&mut state, &on_trail);
        if !diff::same(&on_trail, &outcome.wanted) {
            state.colliding_event_names = convert::text_set::<String>([]);
        }
        let written = convert::advanced_model(&on_trail);
        return Some((state, Private { written }));
    }
    let attempt = Attempt {
        session,
        arn: &arn,
        before: &live,
        outcome: &outcome,
        patience,
        creates: false,
    };
    attempt.run(diags, state).await.or(Some(kept))
}

/// One attempt to bring a trail to a wanted set.
struct Attempt<'a> {
    session: &'a Session,
    arn: &'a TrailArn,
    /// What is on the trail.
    before: &'a [AdvancedEventSelector],
    outcome: &'a Outcome,
    patience: &'a Patience,
    /// Whether the resource goes into the state even if all that is known of the trail is that it
    /// was asked. A resource that is being created must: a Put that arrives late would otherwise
    /// leave a changed trail, and what was there before, in nobody's memory.
    creates: bool,
}

impl Attempt<'_> {
    /// Puts the wanted set, or the fallback, and reads back. `None`: nothing was changed.
    async fn run(&self, diags: &mut Diagnostics, mut state: Model) -> Applied {
        let trail = self.arn.to_string();
        let mut written = &self.outcome.wanted;
        let mut put = self.put(written).await;
        if let (Err(refused), Some(exclusion)) = (&put, &self.outcome.exclusion)
            && refused.kind == ErrorKind::InvalidEventSelectors
        {
            let second = self.put(exclusion).await;
            if !second.as_ref().is_err_and(did_nothing) {
                warn_of_fallback(diags, &trail, refused);
            }
            state.colliding_event_names = convert::text_set::<String>([]);
            written = exclusion;
            put = second;
        }
        plan::set_selectors(&mut state, written);
        let private = Private {
            written: convert::advanced_model(written),
        };
        match put {
            Ok(()) => self.read_back(diags, written).await,
            Err(failed) if failed.outcome_unknown => {
                if !self.look_again(diags, written, &failed).await {
                    return None;
                }
            }
            Err(failed) => {
                let left = "Nothing was changed on the trail.";
                explain::failure(
                    diags,
                    AttributePath::new("trail_name"),
                    &failed,
                    &trail,
                    left,
                );
                return None;
            }
        }
        Some((state, private))
    }

    /// Puts a set, unless it is on the trail already.
    async fn put(&self, set: &[AdvancedEventSelector]) -> Result<(), Error> {
        if diff::same(self.before, set) {
            return Ok(());
        }
        self.session
            .put(self.arn, &Selectors::Advanced(set.to_vec()), self.patience)
            .await
    }

    /// Compares what the trail has now with what was written. A difference is a warning, because
    /// changes take a while to spread. Who is told to stop does without, and nothing is amiss then.
    async fn read_back(&self, diags: &mut Diagnostics, written: &[AdvancedEventSelector]) {
        let (trail, path) = (self.arn.to_string(), AttributePath::new("trail_name"));
        match self.session.selectors(self.arn, self.patience).await {
            Ok(live) => {
                let live = live.to_advanced().unwrap_or_default();
                if !diff::same(&live, written) {
                    explain::warning(
                        diags,
                        path,
                        "The trail reads otherwise than written",
                        format!(
                            "Trail: {trail}\nCloudTrail took the selectors, but right afterwards it \
                             answers:\n{}\n\nChanges take a while to spread; or someone else has \
                             changed the trail at the same moment. The state holds what was written. \
                             Run terraform plan: if the difference is still there, it will show.",
                            list(&live)
                        ),
                    );
                }
            }
            Err(failed) if failed.kind == ErrorKind::Stopped => {}
            Err(failed) => {
                let left = "CloudTrail took the selectors before that: the trail is changed, and the \
                            resource is in the state.";
                explain::failure(diags, path, &failed, &trail, left);
            }
        }
    }

    /// A Put went out and no answer came back: looks at the trail before saying anything, also when
    /// told to stop, for a moment: what was changed must not get lost. `false`: the state is better
    /// left as it was.
    async fn look_again(
        &self,
        diags: &mut Diagnostics,
        written: &[AdvancedEventSelector],
        failed: &Error,
    ) -> bool {
        let (trail, path) = (self.arn.to_string(), AttributePath::new("trail_name"));
        let last = Patience::unstoppable(super::LAST_LOOK);
        let patience = Patience {
            until: self.patience.until.max(last.until),
            stop: self.patience.stop.clone(),
        };
        let mut live = self.session.selectors(self.arn, &patience).await;
        if live.as_ref().is_err_and(did_nothing) {
            let last = Patience::unstoppable(super::LAST_LOOK);
            live = self.session.selectors(self.arn, &last).await;
        }
        let live = live.ok().and_then(|live| live.to_advanced().ok());
        let is_there = |set| live.as_ref().is_some_and(|live| diff::same(live, set));
        if is_there(written) {
            explain::warning(
                diags,
                path,
                "CloudTrail's answer was lost",
                format!(
                    "Trail: {trail}\n{failed}\n\nThe trail was read again: the selectors are on it."
                ),
            );
            return true;
        }
        let found = if is_there(self.before) {
            "The trail was read again: the selectors are not on it, though they may still arrive."
        } else {
            "It is not known whether the selectors are on the trail."
        };
        let kept = if self.creates {
            "The resource is in the state with what the trail had before, so that a later apply sets \
             it right and nothing is lost."
        } else {
            "The state is kept as it was; the next plan will show what is on the trail."
        };
        explain::failure(diags, path, failed, &trail, &format!("{found} {kept}"));
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

/// Leaves the trail as `on_destroy` says, unless it is no longer as we left it.
pub(super) async fn destroy(
    diags: &mut Diagnostics,
    shared: &Shared,
    configured: &Configured,
    prior: &Model,
    private: Option<&Private>,
    patience: &Patience,
) -> Option<()> {
    let session = session(diags, configured)?;
    let arn = arn(diags, prior)?;
    let trail = arn.to_string();
    let wish = convert::wish(diags, prior).as_option()?;
    if wish.on_destroy == OnDestroy::Keep {
        return Some(());
    }
    let reference = TrailReference::Arn(arn.clone());
    let live = match session.read(&reference, None, patience).await {
        Err(failed) if super::is_gone(session, &arn, &failed) => return Some(()),
        reading => {
            let reading = unchanged(diags, &trail, reading)?;
            held(diags, &trail, &reading.selectors)?
        }
    };
    let ours = written(prior, private);
    let left_alone = if shared.is_claimed(&trail) {
        Some("Another resource of this configuration manages the selectors of this trail now.")
    } else if !diff::same(&management(&live), &management(&ours))
        || (!wish.preserve_other_categories && !diff::same(&live, &ours))
    {
        Some("Someone else has changed the trail's selectors since this resource wrote them.")
    } else {
        None
    };
    if let Some(why) = left_alone {
        explain::warning(
            diags,
            AttributePath::new("on_destroy"),
            "The trail's selectors were left alone",
            format!(
                "Trail: {trail}\n{why} There is now:\n{}\n\nNothing was changed on the trail.",
                list(&live)
            ),
        );
        return Some(());
    }
    let back = what_to_leave(diags, prior, &wish, &live)?;
    match session.put(&arn, &back, patience).await {
        Ok(()) => Some(()),
        Err(failed) if super::is_gone(session, &arn, &failed) => Some(()),
        Err(failed) => {
            let found = if failed.outcome_unknown {
                "It is not known whether the former selectors are back on the trail"
            } else {
                "The former selectors could not be put back"
            };
            let left = format!(
                "{found}; the resource is still in the state. To take it out without touching the \
                 trail, set on_destroy = \"keep\"."
            );
            explain::failure(
                diags,
                AttributePath::new("on_destroy"),
                &failed,
                &trail,
                &left,
            );
            None
        }
    }
}

/// Says at plan time what a destroy will leave alone.
pub(super) fn announce_destroy(diags: &mut Diagnostics, prior: &Model, private: Option<&Private>) {
    let keep = prior
        .on_destroy
        .as_ref_option()
        .is_some_and(|text| text == OnDestroy::Keep.as_str());
    let (live, ours) = (plan::on_trail(prior), written(prior, private));
    if keep || diff::same(&management(&live), &management(&ours)) {
        return;
    }
    explain::warning(
        diags,
        AttributePath::new("on_destroy"),
        "The trail's selectors will be left alone",
        format!(
            "Trail: {}\nSomeone else has changed the trail's selectors since this resource wrote them, \
             so a destroy takes the resource out of the state and changes nothing on the trail. There \
             is now:\n{}",
            prior.trail_arn.as_ref_option().map_or("", |text| text),
            list(&live)
        ),
    );
}

/// The set that `on_destroy` leaves on the trail. What others have preserved beside ours stays.
fn what_to_leave(
    diags: &mut Diagnostics,
    prior: &Model,
    wish: &Wish,
    live: &[AdvancedEventSelector],
) -> Option<Selectors> {
    let default = Selectors::Basic(vec![EventSelector::service_default()]);
    let back = match (wish.on_destroy, prior.replaced_selectors.as_ref_option()) {
        (OnDestroy::Restore, Some(model)) => convert::replaced(model),
        (OnDestroy::Restore | OnDestroy::Default | OnDestroy::Keep, _) => Ok(default),
    };
    let back = back.and_then(|back| {
        let advanced = back.to_advanced().map_err(|error| error.to_string())?;
        let others = plan::others(live);
        if !wish.preserve_other_categories || diff::same(&plan::others(&advanced), &others) {
            return Ok(back);
        }
        Ok(Selectors::Advanced(
            [management(&advanced), others].concat(),
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
                    "Found in the state: {why}.\n\nNothing was changed on the trail. Set on_destroy = \
                     \"default\" or \"keep\" to destroy without them."
                ),
            );
            None
        }
    }
}

/// The set that we wrote last; from before there was a note of it, the set in the state.
pub(super) fn written(state: &Model, private: Option<&Private>) -> Vec<AdvancedEventSelector> {
    let noted = private.and_then(|private| convert::advanced(&private.written).ok());
    noted
        .filter(|noted| !noted.is_empty())
        .unwrap_or_else(|| plan::on_trail(state))
}

/// The selectors for management events.
fn management(selectors: &[AdvancedEventSelector]) -> Vec<AdvancedEventSelector> {
    let is_ours = |one: &&AdvancedEventSelector| one.category() == Some(MANAGEMENT);
    selectors.iter().filter(is_ours).cloned().collect()
}

/// A set of selectors, one to a line.
fn list(selectors: &[AdvancedEventSelector]) -> String {
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

/// The session, without which nothing can be applied.
pub(in crate::provider) fn session<'a>(
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

/// The trail that a state is about.
pub(super) fn arn(diags: &mut Diagnostics, state: &Model) -> Option<TrailArn> {
    let text = state
        .trail_arn
        .as_ref_option()
        .map(String::as_str)
        .unwrap_or_default();
    match TrailArn::parse(text) {
        Ok(arn) => Some(arn),
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::new("trail_arn"),
                "The state names no trail",
                format!(
                    "Found {wrong}.\n\nNothing was changed. Remove the resource from the state with \
                         terraform state rm, and import the trail."
                ),
            );
            None
        }
    }
}

/// The value of a call that changes nothing, or its failure as a diagnostic.
fn unchanged<T>(diags: &mut Diagnostics, trail: &str, answer: Result<T, Error>) -> Option<T> {
    match answer {
        Ok(value) => Some(value),
        Err(failed) => {
            let left = "Nothing was changed on the trail.";
            explain::failure(
                diags,
                AttributePath::new("trail_name"),
                &failed,
                trail,
                left,
            );
            None
        }
    }
}

/// The advanced equal of what is on a trail, or a diagnostic where there is none.
pub(in crate::provider) fn held(
    diags: &mut Diagnostics,
    trail: &str,
    selectors: &Selectors,
) -> Option<Vec<AdvancedEventSelector>> {
    match selectors.to_advanced() {
        Ok(advanced) => Some(advanced),
        Err(wrong) => {
            explain::error(
                diags,
                AttributePath::new("trail_name"),
                "The trail's selectors were not understood",
                format!(
                    "Trail: {trail}\n{wrong}\n\nNothing was changed on the trail: what can't be read \
                     can't be restored. Look at it with `aws cloudtrail get-event-selectors`."
                ),
            );
            None
        }
    }
}
