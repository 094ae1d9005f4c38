//! All trails of an account, and all event data stores of a Region, page by page. May import nothing of ours.

use std::collections::BTreeSet;

use super::Session;
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::event_data_store::StoreArn;
use super::home_region::TrailArn;
use super::patience::Patience;

/// Where a listing stands: nothing is asked before a page is wanted, and none after the last.
#[derive(Debug, Default)]
struct Paging {
    token: Option<String>,
    ended: bool,
}

impl Paging {
    /// Whether there is no next page. Until [`Self::go_on`] says otherwise, the page that is asked for
    /// now, with the token that is there, is the last.
    fn is_over(&mut self) -> bool {
        std::mem::replace(&mut self.ended, true)
    }

    /// Takes the token for the page after one that was asked with `asked`; `false` where the answer
    /// leads nowhere but to the same page again.
    fn go_on(&mut self, asked: Option<&str>, next: Option<&str>) -> bool {
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            return true;
        };
        if asked == Some(next) {
            return false;
        }
        self.token = Some(next.to_owned());
        self.ended = false;
        true
    }
}

/// What is told of an answer that leads nowhere.
const SAME_PAGE: &str = "the same page again";

/// The trails that an account sees, in the order in which the service tells them: `ListTrails` in one
/// Region answers those of all Regions, each with its home
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html>).
///
/// Nothing is asked before a page is wanted, and none after whoever reads has enough.
#[derive(Debug)]
pub struct Trails<'a> {
    session: &'a Session,
    region: String,
    patience: Patience,
    paging: Paging,
    seen: BTreeSet<TrailArn>,
}

impl<'a> Trails<'a> {
    /// The trails as they are told in a Region.
    pub(super) fn new(session: &'a Session, region: String, patience: Patience) -> Self {
        Self {
            session,
            region,
            patience,
            paging: Paging::default(),
            seen: BTreeSet::new(),
        }
    }

    /// The next page, sorted, without trails that a former page had; `None` after the last one. A
    /// page may be empty though others follow.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call; the listing is over then.
    pub async fn next_page(&mut self) -> Result<Option<Vec<TrailArn>>, Error> {
        if self.paging.is_over() {
            return Ok(None);
        }
        let token = self.paging.token.take();
        let client = self.session.client(&self.region);
        let call = Call::read("ListTrails", self.session.pace.reads(&self.region));
        let answer = call.make(&self.patience, |watch| {
            let list = client.list_trails().set_next_token(token.clone());
            list.customize()
                .config_override(watch.pauses())
                .interceptor(watch)
                .send()
        });
        let answer = answer.await?;
        let unexpected = |message: String| {
            Error::local(ErrorKind::UnexpectedAnswer, "ListTrails", &self.region)
                .with_message(message)
                .with_request_id(&answer)
        };
        let mut page = BTreeSet::new();
        for trail in answer.trails() {
            let arn = TrailArn::parse(trail.trail_arn().unwrap_or_default())
                .map_err(|wrong| unexpected(wrong.to_string()))?;
            if self.seen.insert(arn.clone()) {
                page.insert(arn);
            }
        }
        if !self.paging.go_on(token.as_deref(), answer.next_token()) {
            return Err(unexpected(SAME_PAGE.to_owned()));
        }
        Ok(Some(page.into_iter().collect()))
    }
}

/// The event data stores of an account in one Region, in the order in which the service tells them
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html>).
///
/// Nothing is asked before a page is wanted, and none after whoever reads has enough.
#[derive(Debug)]
pub struct Stores<'a> {
    session: &'a Session,
    region: String,
    patience: Patience,
    paging: Paging,
    seen: BTreeSet<StoreArn>,
}

impl<'a> Stores<'a> {
    /// The stores of a Region.
    pub(super) fn new(session: &'a Session, region: String, patience: Patience) -> Self {
        Self {
            session,
            region,
            patience,
            paging: Paging::default(),
            seen: BTreeSet::new(),
        }
    }

    /// The next page: each store that no former page had, with its name; `None` after the last one. A
    /// page may be empty though others follow.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call; the listing is over then.
    pub async fn next_page(&mut self) -> Result<Option<Vec<(StoreArn, String)>>, Error> {
        const OPERATION: &str = "ListEventDataStores";
        if self.paging.is_over() {
            return Ok(None);
        }
        let token = self.paging.token.take();
        let client = self.session.client(&self.region);
        let call = Call::read(OPERATION, self.session.pace.reads(&self.region));
        let answer = call.make(&self.patience, |watch| {
            let list = client
                .list_event_data_stores()
                .set_next_token(token.clone());
            list.customize()
                .config_override(watch.pauses())
                .interceptor(watch)
                .send()
        });
        let answer = answer.await?;
        let unexpected = |message: String| {
            Error::local(ErrorKind::UnexpectedAnswer, OPERATION, &self.region)
                .with_message(message)
                .with_request_id(&answer)
        };
        let mut page = Vec::new();
        for store in answer.event_data_stores() {
            let arn = StoreArn::parse(store.event_data_store_arn().unwrap_or_default())
                .map_err(|wrong| unexpected(wrong.to_string()))?;
            if self.seen.insert(arn.clone()) {
                page.push((arn, store.name().unwrap_or_default().to_owned()));
            }
        }
        if !self.paging.go_on(token.as_deref(), answer.next_token()) {
            return Err(unexpected(SAME_PAGE.to_owned()));
        }
        Ok(Some(page))
    }
}
