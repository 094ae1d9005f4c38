//! The session with AWS and the few calls that are made in it.
//!
//! Everything that leaves this machine leaves it here. Calls about a trail go to the trail's home
//! Region, whatever the session's own Region; reading takes one round trip of two calls; an answer is
//! turned into `selector`'s types whole or not at all. May import `selector` only. Go on to
//! [`home_region`] for what names a trail, [`trail`] for the answers, [`event_data_store`] for both of a
//! store, [`listing`] for all of them,
//! [`error`] for what goes wrong, [`patience`] for how long a call may take and who may stop it,
//! [`pace`] for how many go at once, [`config`] for the session's arguments.

pub mod config;
pub mod environment;
pub mod error;
pub mod event_data_store;
pub mod home_region;
mod http;
pub mod listing;
pub mod patience;
pub mod proxy;
pub mod trail;

mod attempt;
mod call;
mod credentials;
mod pace;
mod pauses;
mod sources;
mod sts;
mod user_agent;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aws_config::{Region, SdkConfig};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_trail::GetTrailOutput;

use self::call::Call;
use self::config::SessionOptions;
use self::credentials::Hide;
use self::error::{Error, ErrorKind};
use self::home_region::{TrailArn, TrailReference};
use self::listing::Trails;
use self::pace::Pace;
use self::patience::{Cut, Patience};
use self::pauses::Pauses;
use self::sts::Sts;
use self::trail::{Trail, TrailReading};
use self::user_agent::Products;
use crate::selector::{EventSelector, Selectors};

/// A session: credentials, a Region for bare names, and a client for each Region that was needed.
#[derive(Debug)]
pub struct Session {
    sdk: SdkConfig,
    products: Option<Products>,
    cloudtrail_endpoint: Option<String>,
    caller_account: Option<String>,
    retry_tokens: Option<usize>,
    clients: Mutex<BTreeMap<String, Client>>,
    pace: Pace,
}

impl Session {
    /// Opens a session and, unless the options say to skip it, asks STS whose credentials these are.
    /// Where they say which accounts may be worked in, STS is asked all the same: whoever wants
    /// that checked does not want it skipped.
    /// `hide` is told every secret that comes up, now and as long as the session lives, before
    /// anything else is done with it.
    ///
    /// # Errors
    ///
    /// [`Error`] of `GetCallerIdentity`, where the credentials are missing or not accepted, of a role
    /// that can't be assumed, or about an account that is not to be worked in.
    pub async fn open(
        options: &SessionOptions,
        patience: &Patience,
        hide: impl Fn(&str) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let load = Box::pin(sources::load(options, Hide::new(hide)));
        let sdk = patience.wait_for(load).await.map_err(|cut| {
            let kind = match cut {
                Cut::Late => ErrorKind::TimedOut,
                Cut::Stopped => ErrorKind::Stopped,
            };
            Error::local(kind, "GetCallerIdentity", "")
        })??;
        let caller_account = caller_account(options, &sdk, patience).await?;
        Ok(Self {
            sdk,
            products: Products::new(&options.user_agent),
            cloudtrail_endpoint: options.cloudtrail_endpoint.clone(),
            caller_account,
            retry_tokens: options.token_bucket_rate_limiter_capacity,
            clients: Mutex::default(),
            pace: Pace::new(options),
        })
    }

    /// The account that the credentials belong to, twelve digits, if STS was asked.
    #[must_use]
    pub fn caller_account(&self) -> Option<&str> {
        self.caller_account.as_deref()
    }

    /// All trails that the account sees, page by page, as they are told in the session's Region.
    ///
    /// # Errors
    ///
    /// [`Error`] where the session has no Region.
    pub fn trails(&self, patience: &Patience) -> Result<Trails<'_>, Error> {
        let missing = || Error::local(ErrorKind::NoRegion, "ListTrails", "");
        let region = self.own_region().ok_or_else(missing)?;
        Ok(Trails::new(self, region, patience.clone()))
    }

    /// Reads a trail and its selectors: `GetTrail` and `GetEventSelectors` side by side, in the trail's
    /// home Region. A bare name is looked up in `region`, else in the session's Region; if that
    /// Region shows a shadow trail, both calls are made once more at its home.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call that failed; nothing is changed.
    pub async fn read(
        &self,
        reference: &TrailReference,
        region: Option<&str>,
        patience: &Patience,
    ) -> Result<TrailReading, Error> {
        let (name, region) = match reference {
            TrailReference::Arn(arn) => (arn.to_string(), arn.region().to_owned()),
            TrailReference::Name(name) => {
                let region = region.map(str::to_owned).or_else(|| self.own_region());
                let missing = || Error::local(ErrorKind::NoRegion, "GetTrail", "");
                (name.clone(), region.ok_or_else(missing)?)
            }
        };
        let (trail, selectors) = self.read_in(&name, &region, patience).await;
        match (trail, reference) {
            (Ok(trail), _) if trail.arn.region() == region => Ok(TrailReading {
                trail,
                selectors: selectors?,
            }),
            (Ok(shadow), _) => self.read_at_home(&shadow.arn, patience).await,
            (Err(error), TrailReference::Name(name)) if error.kind == ErrorKind::TrailNotFound => {
                match self.shadow(name, &region, patience).await {
                    Ok(Some(arn)) => self.read_at_home(&arn, patience).await,
                    Err(stopped) if stopped.kind == ErrorKind::Stopped => Err(stopped),
                    Ok(None) | Err(_) => Err(self.with_whereabouts(error, name, patience).await),
                }
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Reads a trail and its selectors as [`Self::read`] does, and whether its logging is on
    /// (`GetTrailStatus`): in the same round trip where the trail is given by its ARN.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call that failed; nothing is changed.
    pub async fn inspect(
        &self,
        reference: &TrailReference,
        region: Option<&str>,
        patience: &Patience,
    ) -> Result<(TrailReading, bool), Error> {
        match reference {
            TrailReference::Arn(arn) => {
                let reading = self.read(reference, region, patience);
                let (reading, logging) = tokio::join!(reading, self.is_logging(arn, patience));
                Ok((reading?, logging?))
            }
            TrailReference::Name(_) => {
                let reading = self.read(reference, region, patience).await?;
                let logging = self.is_logging(&reading.trail.arn, patience).await?;
                Ok((reading, logging))
            }
        }
    }

    /// Reads the selectors of a trail: `GetEventSelectors` in its home Region.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call; nothing is changed.
    pub async fn selectors(&self, arn: &TrailArn, patience: &Patience) -> Result<Selectors, Error> {
        self.selectors_in(&arn.to_string(), arn.region(), patience)
            .await
    }

    /// Replaces a trail's selectors: `PutEventSelectors` in its home Region. An empty set is never
    /// sent: it stands for the service default, which is put instead. While another change is under
    /// way (`ConflictException`) the call is repeated as long as patience lasts; a trail that turns
    /// out to be at home elsewhere is looked up once more.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. Unless [`Error::outcome_unknown`] is set, nothing was changed.
    pub async fn put(
        &self,
        arn: &TrailArn,
        selectors: &Selectors,
        patience: &Patience,
    ) -> Result<(), Error> {
        let mut pauses = Pauses::new();
        let mut is_open = false;
        loop {
            let answer = self.put_in(arn, arn.region(), selectors, patience).await;
            let Err(mut error) = answer else {
                return Ok(());
            };
            // An attempt that was lost stays lost, whatever a later one is answered.
            is_open |= error.outcome_unknown;
            error.outcome_unknown = is_open;
            if error.kind == ErrorKind::Conflict {
                let what = "another change of the trail to end";
                pauses.wait(patience, error, what).await?;
                continue;
            }
            if error.kind == ErrorKind::InvalidHomeRegion {
                let open = |mut failed: Error| {
                    failed.outcome_unknown |= is_open;
                    failed
                };
                let home = self.home_region(arn, patience).await.map_err(open)?;
                if home == arn.region() {
                    return Err(error);
                }
                return self
                    .put_in(arn, &home, selectors, patience)
                    .await
                    .map_err(open);
            }
            return Err(error);
        }
    }

    async fn read_at_home(
        &self,
        arn: &TrailArn,
        patience: &Patience,
    ) -> Result<TrailReading, Error> {
        let (trail, selectors) = self.read_in(&arn.to_string(), arn.region(), patience).await;
        Ok(TrailReading {
            trail: trail?,
            selectors: selectors?,
        })
    }

    async fn read_in(
        &self,
        name: &str,
        region: &str,
        patience: &Patience,
    ) -> (Result<Trail, Error>, Result<Selectors, Error>) {
        tokio::join!(
            self.trail_in(name, region, patience),
            self.selectors_in(name, region, patience)
        )
    }

    async fn trail_in(
        &self,
        name: &str,
        region: &str,
        patience: &Patience,
    ) -> Result<Trail, Error> {
        let answer = self.get_trail(name, region, patience).await?;
        let missing = || Error::local(ErrorKind::UnexpectedAnswer, "GetTrail", region);
        let read = match &answer.trail {
            Some(found) => trail::trail(found, "GetTrail", region),
            None => Err(missing().with_message("no trail in the answer")),
        };
        read.map_err(|error| error.with_request_id(&answer))
    }

    async fn get_trail(
        &self,
        name: &str,
        region: &str,
        patience: &Patience,
    ) -> Result<GetTrailOutput, Error> {
        let request = self.client(region).get_trail().name(name);
        Call::read("GetTrail", self.pace.reads(region))
            .make(patience, |watch| {
                request
                    .customize()
                    .config_override(watch.pauses())
                    .interceptor(watch)
                    .send()
            })
            .await
    }

    async fn is_logging(&self, arn: &TrailArn, patience: &Patience) -> Result<bool, Error> {
        let region = arn.region();
        let request = self.client(region).get_trail_status().name(arn.to_string());
        let answer = Call::read("GetTrailStatus", self.pace.reads(region))
            .make(patience, |watch| {
                request
                    .customize()
                    .config_override(watch.pauses())
                    .interceptor(watch)
                    .send()
            })
            .await?;
        let missing = || Error::local(ErrorKind::UnexpectedAnswer, "GetTrailStatus", region);
        let missing = || missing().with_message("no IsLogging in the answer");
        answer
            .is_logging()
            .ok_or_else(|| missing().with_request_id(&answer))
    }

    async fn selectors_in(
        &self,
        name: &str,
        region: &str,
        patience: &Patience,
    ) -> Result<Selectors, Error> {
        let request = self.client(region).get_event_selectors().trail_name(name);
        let answer = Call::read("GetEventSelectors", self.pace.reads(region))
            .make(patience, |watch| {
                request
                    .customize()
                    .config_override(watch.pauses())
                    .interceptor(watch)
                    .send()
            })
            .await?;
        trail::selectors(&answer, region).map_err(|error| error.with_request_id(&answer))
    }

    async fn put_in(
        &self,
        arn: &TrailArn,
        region: &str,
        selectors: &Selectors,
        patience: &Patience,
    ) -> Result<(), Error> {
        let request = self
            .client(region)
            .put_event_selectors()
            .trail_name(arn.to_string());
        let request = match selectors {
            Selectors::Advanced(advanced) if !advanced.is_empty() => {
                let advanced = trail::advanced_to_aws(advanced).map_err(|why| {
                    Error::local(ErrorKind::Refused, "PutEventSelectors", region).with_message(why)
                })?;
                request.set_advanced_event_selectors(Some(advanced))
            }
            Selectors::Basic(basic) if !basic.is_empty() => {
                request.set_event_selectors(Some(trail::basic_to_aws(basic)))
            }
            Selectors::Advanced(_) | Selectors::Basic(_) => {
                request.set_event_selectors(Some(trail::basic_to_aws(&[
                    EventSelector::service_default(),
                ])))
            }
        };
        Call::change("PutEventSelectors", self.pace.writes(region))
            .make(patience, |watch| {
                request
                    .customize()
                    .config_override(watch.pauses())
                    .interceptor(watch)
                    .send()
            })
            .await?;
        Ok(())
    }

    /// The home Region of a trail as the service says it.
    async fn home_region(&self, arn: &TrailArn, patience: &Patience) -> Result<String, Error> {
        let name = arn.to_string();
        let answer = self.get_trail(&name, arn.region(), patience).await?;
        let home = answer.trail.and_then(|trail| trail.home_region);
        Ok(home.unwrap_or_else(|| arn.region().to_owned()))
    }

    /// The ARN of the one trail of that name that is visible in a Region, shadow trails included.
    async fn shadow(
        &self,
        name: &str,
        region: &str,
        patience: &Patience,
    ) -> Result<Option<TrailArn>, Error> {
        let request = self.client(region).describe_trails();
        let request = request.include_shadow_trails(true);
        let answer = Call::read("DescribeTrails", self.pace.reads(region))
            .make(patience, |watch| {
                request
                    .customize()
                    .config_override(watch.pauses())
                    .interceptor(watch)
                    .send()
            })
            .await?;
        let mut found = answer
            .trail_list()
            .iter()
            .filter(|candidate| candidate.name() == Some(name))
            .filter_map(|candidate| TrailArn::parse(candidate.trail_arn()?).ok());
        Ok(match (found.next(), found.next()) {
            (Some(arn), None) => Some(arn),
            (None, _) | (Some(_), Some(_)) => None,
        })
    }

    /// Adds to a "not found" in which Regions the account does have a trail of that name. A caller
    /// who may not list trails gets the plain error.
    async fn with_whereabouts(&self, mut error: Error, name: &str, patience: &Patience) -> Error {
        let mut pages = Trails::new(self, error.region.to_string(), patience.clone());
        loop {
            match pages.next_page().await {
                Ok(Some(page)) => {
                    let named = page.into_iter().filter(|arn| arn.name() == name);
                    error.whereabouts.extend(named.map(|arn| arn.to_string()));
                }
                Err(stopped) if stopped.kind == ErrorKind::Stopped => return stopped,
                Ok(None) | Err(_) => return error,
            }
        }
    }

    /// The session's own Region.
    fn own_region(&self) -> Option<String> {
        self.sdk.region().map(|region| region.as_ref().to_owned())
    }

    fn client(&self, region: &str) -> Client {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let mut config = aws_sdk_cloudtrail::config::Builder::from(&self.sdk)
                .region(Region::new(region.to_owned()))
                .retry_partition(sources::retry_partition(self.retry_tokens));
            if let Some(url) = &self.cloudtrail_endpoint {
                config = config.endpoint_url(url);
            }
            if let Some(products) = &self.products {
                config = config.interceptor(products.clone());
            }
            Client::from_conf(config.build())
        };
        clients
            .entry(region.to_owned())
            .or_insert_with(make)
            .clone()
    }
}

/// Whose credentials these are, as far as it is to be asked, and whether they may be used.
async fn caller_account(
    options: &SessionOptions,
    sdk: &SdkConfig,
    patience: &Patience,
) -> Result<Option<String>, Error> {
    let (allowed, forbidden) = (&options.allowed_account_ids, &options.forbidden_account_ids);
    let is_checked = !allowed.is_empty() || !forbidden.is_empty();
    let is_skipped = options.skip_credentials_validation && options.skip_requesting_account_id;
    if is_skipped && !is_checked {
        return Ok(None);
    }
    let sts = Sts::new(options, sdk);
    let account = match sts.caller_account(patience).await {
        Ok(account) => account,
        Err(error) => {
            let may_fail = options.skip_credentials_validation && !is_checked;
            return if may_fail && error.kind != ErrorKind::Stopped {
                Ok(None)
            } else {
                Err(error)
            };
        }
    };
    if !is_checked {
        return Ok(account);
    }
    let wrong = |kind| Error::local(kind, "GetCallerIdentity", sts.region());
    let Some(account) = account else {
        let missing = wrong(ErrorKind::UnexpectedAnswer);
        return Err(missing.with_message("no account in the answer"));
    };
    let list = |ids: &BTreeSet<String>| ids.iter().cloned().collect::<Vec<_>>().join(", ");
    let why = if !allowed.is_empty() && !allowed.contains(&account) {
        format!("not in allowed_account_ids: {}", list(allowed))
    } else if forbidden.contains(&account) {
        format!("in forbidden_account_ids: {}", list(forbidden))
    } else {
        return Ok(Some(account));
    };
    let wrong = wrong(ErrorKind::WrongAccount);
    Err(wrong.with_message(format!("account {account}, which is {why}")))
}
