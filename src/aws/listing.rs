//! All trails of an account, page by page. May import nothing of ours.

use std::collections::BTreeSet;

use super::Session;
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::home_region::TrailArn;
use super::patience::Patience;

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
    token: Option<String>,
    ended: bool,
    seen: BTreeSet<TrailArn>,
}

impl<'a> Trails<'a> {
    /// The trails as they are told in a Region.
    pub(super) fn new(session: &'a Session, region: String, patience: Patience) -> Self {
        Self {
            session,
            region,
            patience,
            token: None,
            ended: false,
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
        if self.ended {
            return Ok(None);
        }
        self.ended = true;
        let client = self.session.client(&self.region);
        let token = self.token.take();
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
        if let Some(next) = answer.next_token().filter(|next| !next.is_empty()) {
            if token.as_deref() == Some(next) {
                return Err(unexpected("the same page again".to_owned()));
            }
            self.token = Some(next.to_owned());
            self.ended = false;
        }
        Ok(Some(page.into_iter().collect()))
    }
}
