//! How many calls a second CloudTrail gets: so many places in each Region for calls that read, and so
//! many for calls that change something.
//!
//! A call holds a place from before its first attempt until a period after its last answer, and leaves
//! as much between its own attempts ([`super::attempt`]). So whoever takes the place next arrives at
//! least a period later, and within no period more calls arrive than there are places, however long
//! the way there takes. To space the moments of sending could not promise that: what leaves in step
//! may arrive at once. Whoever waits is served first come, first served. May import nothing of ours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::attempt::Attempts;
use super::config::{Rate, SessionOptions};

/// More places than calls can be under way. A higher rate has a shorter period instead.
const MOST_PLACES: u32 = 1 << 20;

/// The places of all Regions that were asked. A session has the credentials of one account, so that
/// they are the places of that account.
#[derive(Debug)]
pub(super) struct Pace {
    reads: Rate,
    writes: Rate,
    regions: Mutex<BTreeMap<String, Lanes>>,
}

/// The places of one Region.
#[derive(Debug)]
struct Lanes {
    reads: Lane,
    writes: Lane,
}

impl Pace {
    /// As the options say.
    pub(super) fn new(options: &SessionOptions) -> Self {
        Self {
            reads: options.max_reads_per_second.unwrap_or(Rate::READS),
            writes: options.max_writes_per_second.unwrap_or(Rate::WRITES),
            regions: Mutex::default(),
        }
    }

    /// The places of a Region for calls that read.
    pub(super) fn reads(&self, region: &str) -> Lane {
        self.lane(region, |lanes| &lanes.reads)
    }

    /// The places of a Region for calls that change something.
    pub(super) fn writes(&self, region: &str) -> Lane {
        self.lane(region, |lanes| &lanes.writes)
    }

    fn lane(&self, region: &str, pick: impl Fn(&Lanes) -> &Lane) -> Lane {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let lanes = regions.entry(region.to_owned()).or_insert_with(|| Lanes {
            reads: Lane::new(region, "max_reads_per_second", self.reads),
            writes: Lane::new(region, "max_writes_per_second", self.writes),
        });
        pick(lanes).clone()
    }
}

/// The places that one limit gives, in one Region. A clone is the same places.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    /// The Region.
    pub(super) region: Box<str>,
    argument: &'static str,
    rate: Rate,
    period: Duration,
    places: Arc<Semaphore>,
}

impl Lane {
    fn new(region: &str, argument: &'static str, rate: Rate) -> Self {
        let (places, period) = places(rate);
        let places = usize::try_from(places).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            region: region.into(),
            argument,
            rate,
            period,
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// How long a place is kept after an answer.
    pub(super) fn period(&self) -> Duration {
        self.period
    }

    /// A place for these attempts, if one is free and nobody waits for it.
    pub(super) fn free(&self, attempts: &Arc<Attempts>) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(self.place(Some(permit), attempts))
    }

    /// The next place for these attempts, after all who came before. May be dropped at any moment.
    pub(super) async fn next(&self, attempts: &Arc<Attempts>) -> Place {
        let permit = Arc::clone(&self.places).acquire_owned().await;
        self.place(permit.ok(), attempts)
    }

    /// Why a call that waited so long was not sent.
    pub(super) fn too_late(&self, waited: Duration) -> String {
        let (argument, rate, waited) = (self.argument, self.rate, waited.as_secs_f64());
        format!("it waited {waited:.1} s for its turn and was not sent; {argument} is {rate}")
    }

    fn place(&self, permit: Option<OwnedSemaphorePermit>, attempts: &Arc<Attempts>) -> Place {
        Place {
            permit,
            period: self.period,
            attempts: Arc::clone(attempts),
        }
    }
}

/// How many places a rate gives, and for how long a place is kept after an answer.
fn places(rate: Rate) -> (u32, Duration) {
    // The whole calls of a second, counted as the whole seconds of so many.
    let whole = Duration::try_from_secs_f64(rate.calls()).map_or(u64::MAX, |time| time.as_secs());
    let places = u32::try_from(whole).unwrap_or(MOST_PLACES);
    let places = places.clamp(1, MOST_PLACES);
    let period = Duration::try_from_secs_f64(f64::from(places) / rate.calls());
    (places, period.unwrap_or(Duration::MAX))
}

/// One call's place. When it is dropped it is free again: a period later if anything was sent, at once
/// if not.
#[derive(Debug)]
pub(super) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    period: Duration,
    attempts: Arc<Attempts>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let permit = self.permit.take().filter(|_| self.attempts.any_sent());
        // Where there is no runtime any more, nobody waits either.
        if let (Some(permit), Ok(runtime)) = (permit, Handle::try_current()) {
            let period = self.period;
            runtime.spawn(async move {
                tokio::time::sleep(period).await;
                drop(permit);
            });
        }
    }
}

/// A pause that is longer by up to a half, as chance has it: whoever else met the same obstacle at the
/// same moment comes back at another.
pub(super) fn drawn_out(pause: Duration) -> Duration {
    let [chance, ..] = uuid::Uuid::new_v4().into_bytes();
    pause.mul_f64(1.0 + f64::from(chance) / 512.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{MOST_PLACES, drawn_out, places};
    use crate::aws::config::Rate;

    /// Places over their period are the rate, and a whole number of calls a second has a period of
    /// one second.
    #[test]
    fn places_keep_the_rate() {
        for calls in [0.01, 0.5, 1.0, 1.5, 2.0, 5.0, 7.25, 10.0, 1e5, 1e9] {
            let rate = Rate::new(calls).unwrap();
            let (places, period) = places(rate);
            let kept = f64::from(places) / period.as_secs_f64();
            assert!((kept / calls - 1.0).abs() < 1e-6, "{calls}: {kept}");
            if calls.fract() == 0.0 && calls < 1e6 {
                assert_eq!(period, Duration::from_secs(1), "{calls}");
            }
        }
    }

    /// Rates beyond all measure neither fail nor let everything through.
    #[test]
    fn places_have_bounds() {
        let of = |calls| places(Rate::new(calls).unwrap());
        assert_eq!(of(f64::MIN_POSITIVE), (1, Duration::MAX));
        assert_eq!(of(f64::MAX).0, MOST_PLACES);
    }

    /// What is no number of calls is no rate.
    #[test]
    fn a_rate_is_more_than_nothing() {
        for calls in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Rate::new(calls), None, "{calls}");
        }
    }

    /// A pause is never shorter than it has to be, less than half as long again, and not always the
    /// same.
    #[test]
    fn pauses_are_drawn_out_by_chance() {
        let pause = Duration::from_secs(2);
        let drawn: Vec<_> = (0..100).map(|_| drawn_out(pause)).collect();
        let bounds = pause..Duration::from_secs(3);
        assert!(drawn.iter().all(|one| bounds.contains(one)), "{drawn:?}");
        assert!(drawn.iter().any(|one| *one != drawn[0]), "{drawn:?}");
    }
}
