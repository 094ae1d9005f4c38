//! The session with AWS and the few calls that are made in it.
//!
//! Everything that leaves this machine leaves it here. Calls about a trail go to the trail's home
//! Region, whatever the session's own Region; reading takes one round trip of two calls; an answer is
//! turned into `selector`'s types whole or not at all. May import `selector` only. Go on to
//! [`home_region`] for what names a trail, [`trail`] for the answers, [`error`] for what goes wrong,
//! [`config`] for the session's arguments.

pub mod config;
pub mod error;
pub mod home_region;
pub mod trail;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

use self::config::SessionOptions;
use self::error::{Error, ErrorKind};
use self::home_region::{TrailArn, TrailReference};
use self::trail::{Trail, TrailReading};
use crate::selector::{EventSelector, Selectors};

/// The Region that STS is asked in where the session has none.
const STS_FALLBACK_REGION: &str = "us-east-1";

/// The first pause after a `ConflictException`, doubled each time up to [`CONFLICT_PAUSE_LIMIT`]. AWS
/// advises to "wait a few minutes", and names no figure; these are assumptions.
const CONFLICT_PAUSE: Duration = Duration::from_secs(1);
const CONFLICT_PAUSE_LIMIT: Duration = Duration::from_secs(30);

/// A session: credentials, a Region for bare names, and a client for each Region that was needed.
#[derive(Debug)]
pub struct Session {
    sdk: SdkConfig,
    cloudtrail_endpoint: Option<String>,
    caller_account: Option<String>,
    clients: Mutex<BTreeMap<String, Client>>,
}

impl Session {
    /// Opens a session and, unless the options say to skip it, asks STS whose credentials these are.
    ///
    /// # Errors
    ///
    /// [`Error`] of `GetCallerIdentity`, where the credentials are missing or not accepted.
    pub async fn open(options: &SessionOptions, until: Instant) -> Result<Self, Error> {
        let sdk = config::load(options).await;
        let caller_account =
            if options.skip_credentials_validation && options.skip_requesting_account_id {
                None
            } else {
                match caller_account(&sdk, options.sts_endpoint.as_deref(), until).await {
                    Ok(account) => account,
                    Err(_) if options.skip_credentials_validation => None,
                    Err(error) => return Err(error),
                }
            };
        Ok(Self {
            sdk,
            cloudtrail_endpoint: options.cloudtrail_endpoint.clone(),
            caller_account,
            clients: Mutex::default(),
        })
    }

    /// The account that the credentials belong to, twelve digits, if STS was asked.
    #[must_use]
    pub fn caller_account(&self) -> Option<&str> {
        self.caller_account.as_deref()
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
        until: Instant,
    ) -> Result<TrailReading, Error> {
        let (name, region) = match reference {
            TrailReference::Arn(arn) => (arn.to_string(), arn.region().to_owned()),
            TrailReference::Name(name) => {
                let own = || self.sdk.region().map(|region| region.as_ref().to_owned());
                let region = region.map(str::to_owned).or_else(own);
                let missing = || Error::local(ErrorKind::NoRegion, "GetTrail", "");
                (name.clone(), region.ok_or_else(missing)?)
            }
        };
        let (trail, selectors) = self.read_in(&name, &region, until).await;
        match (trail, reference) {
            (Ok(trail), _) if trail.arn.region() == region => Ok(TrailReading {
                trail,
                selectors: selectors?,
            }),
            (Ok(shadow), _) => self.read_at_home(&shadow.arn, until).await,
            (Err(error), TrailReference::Name(name)) if error.kind == ErrorKind::TrailNotFound => {
                match self.shadow(name, &region, until).await {
                    Ok(Some(arn)) => self.read_at_home(&arn, until).await,
                    Ok(None) | Err(_) => Err(self.with_whereabouts(error, name, until).await),
                }
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Reads the selectors of a trail: `GetEventSelectors` in its home Region.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call; nothing is changed.
    pub async fn selectors(&self, arn: &TrailArn, until: Instant) -> Result<Selectors, Error> {
        self.selectors_in(&arn.to_string(), arn.region(), until)
            .await
    }

    /// Replaces a trail's selectors: `PutEventSelectors` in its home Region. An empty set is never
    /// sent: it stands for the service default, which is put instead. While another change is under
    /// way (`ConflictException`) the call is repeated until `until`; a trail that turns out to be at
    /// home elsewhere is looked up once more.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. Unless [`Error::outcome_unknown`] is set, nothing was changed.
    pub async fn put(
        &self,
        arn: &TrailArn,
        selectors: &Selectors,
        until: Instant,
    ) -> Result<(), Error> {
        let mut pause = CONFLICT_PAUSE;
        loop {
            match self.put_in(arn, arn.region(), selectors, until).await {
                Err(error)
                    if error.kind == ErrorKind::Conflict && Instant::now() + pause < until =>
                {
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(CONFLICT_PAUSE_LIMIT);
                }
                Err(error) if error.kind == ErrorKind::InvalidHomeRegion => {
                    let home = self.home_region(arn, until).await?;
                    if home == arn.region() {
                        return Err(error);
                    }
                    return self.put_in(arn, &home, selectors, until).await;
                }
                answer => return answer,
            }
        }
    }

    async fn read_at_home(&self, arn: &TrailArn, until: Instant) -> Result<TrailReading, Error> {
        let (trail, selectors) = self.read_in(&arn.to_string(), arn.region(), until).await;
        Ok(TrailReading {
            trail: trail?,
            selectors: selectors?,
        })
    }

    async fn read_in(
        &self,
        name: &str,
        region: &str,
        until: Instant,
    ) -> (Result<Trail, Error>, Result<Selectors, Error>) {
        tokio::join!(
            self.trail_in(name, region, until),
            self.selectors_in(name, region, until)
        )
    }

    async fn trail_in(&self, name: &str, region: &str, until: Instant) -> Result<Trail, Error> {
        let call = Box::pin(self.client(region).get_trail().name(name).send());
        let answer = within("GetTrail", region, until, call).await?;
        let missing = || Error::local(ErrorKind::UnexpectedAnswer, "GetTrail", region);
        let answer = answer
            .trail
            .ok_or_else(|| missing().with_message("no trail in the answer"))?;
        trail::trail(&answer, "GetTrail", region)
    }

    async fn selectors_in(
        &self,
        name: &str,
        region: &str,
        until: Instant,
    ) -> Result<Selectors, Error> {
        let call = Box::pin(
            self.client(region)
                .get_event_selectors()
                .trail_name(name)
                .send(),
        );
        let answer = within("GetEventSelectors", region, until, call).await?;
        trail::selectors(&answer, region)
    }

    async fn put_in(
        &self,
        arn: &TrailArn,
        region: &str,
        selectors: &Selectors,
        until: Instant,
    ) -> Result<(), Error> {
        let call = self
            .client(region)
            .put_event_selectors()
            .trail_name(arn.to_string());
        let call = match selectors {
            Selectors::Advanced(advanced) if !advanced.is_empty() => {
                let advanced = trail::advanced_to_aws(advanced).map_err(|why| {
                    Error::local(ErrorKind::Refused, "PutEventSelectors", region).with_message(why)
                })?;
                call.set_advanced_event_selectors(Some(advanced))
            }
            Selectors::Basic(basic) if !basic.is_empty() => {
                call.set_event_selectors(Some(trail::basic_to_aws(basic)))
            }
            Selectors::Advanced(_) | Selectors::Basic(_) => {
                call.set_event_selectors(Some(trail::basic_to_aws(&[
                    EventSelector::service_default(),
                ])))
            }
        };
        within("PutEventSelectors", region, until, Box::pin(call.send())).await?;
        Ok(())
    }

    /// The home Region of a trail as the service says it.
    async fn home_region(&self, arn: &TrailArn, until: Instant) -> Result<String, Error> {
        let call = Box::pin(
            self.client(arn.region())
                .get_trail()
                .name(arn.to_string())
                .send(),
        );
        let answer = within("GetTrail", arn.region(), until, call).await?;
        let home = answer.trail.and_then(|trail| trail.home_region);
        Ok(home.unwrap_or_else(|| arn.region().to_owned()))
    }

    /// The ARN of the one trail of that name that is visible in a Region, shadow trails included.
    async fn shadow(
        &self,
        name: &str,
        region: &str,
        until: Instant,
    ) -> Result<Option<TrailArn>, Error> {
        let call = Box::pin(
            self.client(region)
                .describe_trails()
                .include_shadow_trails(true)
                .send(),
        );
        let answer = within("DescribeTrails", region, until, call).await?;
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
    async fn with_whereabouts(&self, mut error: Error, name: &str, until: Instant) -> Error {
        let mut pages = self
            .client(&error.region)
            .list_trails()
            .into_paginator()
            .send();
        loop {
            let next = async { pages.next().await.transpose() };
            let page = within("ListTrails", &error.region, until, Box::pin(next)).await;
            let Ok(Some(page)) = page else { return error };
            let named = page
                .trails()
                .iter()
                .filter(|candidate| candidate.name() == Some(name));
            let arns = named.filter_map(|candidate| candidate.trail_arn().map(str::to_owned));
            error.whereabouts.extend(arns);
        }
    }

    fn client(&self, region: &str) -> Client {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let mut config = aws_sdk_cloudtrail::config::Builder::from(&self.sdk)
                .region(Region::new(region.to_owned()));
            if let Some(url) = &self.cloudtrail_endpoint {
                config = config.endpoint_url(url);
            }
            Client::from_conf(config.build())
        };
        clients
            .entry(region.to_owned())
            .or_insert_with(make)
            .clone()
    }
}

async fn caller_account(
    sdk: &SdkConfig,
    endpoint: Option<&str>,
    until: Instant,
) -> Result<Option<String>, Error> {
    let region = sdk
        .region()
        .map_or(STS_FALLBACK_REGION, |region| region.as_ref())
        .to_owned();
    let mut config = aws_sdk_sts::config::Builder::from(sdk).region(Region::new(region.clone()));
    if let Some(url) = endpoint {
        config = config.endpoint_url(url);
    }
    let client = aws_sdk_sts::Client::from_conf(config.build());
    let call = Box::pin(client.get_caller_identity().send());
    let answer = within("GetCallerIdentity", &region, until, call).await?;
    Ok(answer.account)
}

/// Waits for a call until a moment, and sorts what went wrong.
async fn within<T, E>(
    operation: &'static str,
    region: &str,
    until: Instant,
    call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Result<T, Error>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if let Ok(answer) = tokio::time::timeout_at(until, call).await {
        return answer.map_err(|error| Error::from_sdk(operation, region, &error));
    }
    let mut error = Error::local(ErrorKind::TimedOut, operation, region);
    error.outcome_unknown = true;
    Err(error)
}
