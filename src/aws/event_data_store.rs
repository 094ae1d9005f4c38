//! An event data store of CloudTrail Lake: what names it, what CloudTrail answers of it, and the calls.
//!
//! One call reads both the store and its selectors. Calls go to the Region in the store's ARN; a bare ID
//! is looked up in the Region that the user gave. Nothing but the selectors is ever sent, so that all
//! else of a store stays as it is. May import `selector` only.

use std::fmt;

use aws_sdk_cloudtrail::operation::get_event_data_store::GetEventDataStoreOutput;
use aws_sdk_cloudtrail::types::EventDataStoreStatus;

use super::Session;
use super::call::Call;
use super::error::{Error, ErrorKind};
use super::home_region::{ArnOf, NameError, take_apart};
use super::listing::Stores;
use super::patience::Patience;
use super::pauses::Pauses;
use super::trail;
use crate::selector::{AdvancedEventSelector, Field, FieldSelector, MANAGEMENT, ShapeError};

/// The ARN of a store.
const STORE: ArnOf = ArnOf {
    kind: "eventdatastore",
    name: "id",
    noun: "an event data store",
};

/// The name of the selector that the service gives to a store which is made without selectors
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>).
const DEFAULT_NAME: &str = "Default management events";

/// What the service selects for a store which is made without selectors: all management events.
///
/// # Errors
///
/// [`ShapeError`], never in fact.
pub fn service_default() -> Result<Vec<AdvancedEventSelector>, ShapeError> {
    let category = FieldSelector::equals(Field::EventCategory, [MANAGEMENT])?;
    let only = AdvancedEventSelector::new(Some(DEFAULT_NAME.to_owned()), vec![category])?;
    Ok(vec![only])
}

/// The ARN of a store, taken apart: `arn:<partition>:cloudtrail:<region>:<account>:eventdatastore/<id>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreArn {
    partition: String,
    region: String,
    account: String,
    id: String,
}

impl StoreArn {
    /// Takes an ARN apart.
    ///
    /// # Errors
    ///
    /// [`NameError`], where the text is not the ARN of an event data store.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let wrong = |why| NameError {
            found: text.to_owned(),
            why,
        };
        let parts = take_apart(text, STORE).map_err(wrong)?;
        check_id(&parts.name)?;
        Ok(Self {
            partition: parts.partition,
            region: parts.region,
            account: parts.account,
            id: parts.name,
        })
    }

    /// The partition: `aws`, `aws-us-gov`.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The Region in which the store is.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account that owns the store, twelve digits. For an organization's store this is the
    /// management account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }
}

impl fmt::Display for StoreArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "arn:{}:cloudtrail:{}:{}:eventdatastore/{}",
            self.partition, self.region, self.account, self.id
        )
    }
}

/// What a user may give for a store: its ARN, or the ID at the end of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreReference {
    /// The ARN, which says where the store is.
    Arn(StoreArn),
    /// The ID of a store in the caller's own account.
    Id(String),
}

impl StoreReference {
    /// Reads an ARN or an ID.
    ///
    /// # Errors
    ///
    /// [`NameError`], where it is neither.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.starts_with("arn:") {
            return StoreArn::parse(text).map(Self::Arn);
        }
        check_id(text)?;
        Ok(Self::Id(text.to_owned()))
    }

    /// Whether this can be the store of that ARN: the same ARN, or its ID.
    #[must_use]
    pub fn names(&self, arn: &StoreArn) -> bool {
        match self {
            Self::Arn(own) => own == arn,
            Self::Id(id) => *id == arn.id,
        }
    }
}

/// What an ID may be: the API's length and characters, without those that part an ARN
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html>). AWS
/// documents no form beyond that.
fn check_id(id: &str) -> Result<(), NameError> {
    let wrong = |why: String| {
        Err(NameError {
            found: id.to_owned(),
            why,
        })
    };
    let length = id.chars().count();
    if !(3..=256).contains(&length) {
        return wrong(format!(
            "the ID of an event data store has 3 to 256 characters, this has {length}"
        ));
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    match id.chars().find(|&c| !is_allowed(c)) {
        Some(c) => wrong(format!(
            "the ID of an event data store has ASCII letters, digits and `.`, `_`, `-` only, this \
             has `{c}`"
        )),
        None => Ok(()),
    }
}

/// What a store is about to do, or does
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// It takes other selectors: it ingests events, or its ingestion is stopped.
    Ready,
    /// It is between two states, and takes other selectors when it has come to the next.
    UnderWay,
    /// It is on its way out, and takes no change unless it is restored.
    PendingDeletion,
}

/// An event data store as CloudTrail answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Its ARN.
    pub arn: StoreArn,
    /// Its name.
    pub name: String,
    /// Its status, as the API spells it.
    pub status: String,
    /// What the status means for a change. One that is not known here is taken for ready: the
    /// service decides.
    pub readiness: Readiness,
    /// Whether it receives the events of all Regions.
    pub multi_region: bool,
    /// Whether it receives the events of all accounts of an organization.
    pub organization: bool,
    /// Its selectors, verbatim and in their order.
    pub selectors: Vec<AdvancedEventSelector>,
}

/// Reads an answer of `GetEventDataStore`. A selector that this crate's types can't hold is an error,
/// because it would be lost from the store.
fn store(answer: &GetEventDataStoreOutput, region: &str) -> Result<Store, Error> {
    let unexpected = |message: String| {
        Error::local(ErrorKind::UnexpectedAnswer, READ, region)
            .with_message(message)
            .with_request_id(answer)
    };
    let arn = StoreArn::parse(answer.event_data_store_arn().unwrap_or_default())
        .map_err(|wrong| unexpected(wrong.to_string()))?;
    let status = answer.status();
    let readiness = match status {
        Some(
            EventDataStoreStatus::Created
            | EventDataStoreStatus::StartingIngestion
            | EventDataStoreStatus::StoppingIngestion,
        ) => Readiness::UnderWay,
        Some(EventDataStoreStatus::PendingDeletion) => Readiness::PendingDeletion,
        None | Some(_) => Readiness::Ready,
    };
    let selectors = answer
        .advanced_event_selectors()
        .iter()
        .map(trail::advanced_from_aws);
    Ok(Store {
        arn,
        name: answer.name().unwrap_or_default().to_owned(),
        status: status.map_or_else(String::new, |status| status.as_str().to_owned()),
        readiness,
        multi_region: answer.multi_region_enabled().unwrap_or_default(),
        organization: answer.organization_enabled().unwrap_or_default(),
        selectors: selectors.collect::<Result<_, _>>().map_err(unexpected)?,
    })
}

const READ: &str = "GetEventDataStore";
const CHANGE: &str = "UpdateEventDataStore";

impl Session {
    /// Reads a store and its selectors: `GetEventDataStore` in the store's Region. A bare ID is looked
    /// up in `region`, else in the session's Region.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call; nothing is changed.
    pub async fn read_store(
        &self,
        reference: &StoreReference,
        region: Option<&str>,
        patience: &Patience,
    ) -> Result<Store, Error> {
        let (name, region) = match reference {
            StoreReference::Arn(arn) => (arn.to_string(), arn.region().to_owned()),
            StoreReference::Id(id) => {
                let region = region.map(str::to_owned).or_else(|| self.own_region());
                let missing = || Error::local(ErrorKind::NoRegion, READ, "");
                (id.clone(), region.ok_or_else(missing)?)
            }
        };
        let request = self.client(&region).get_event_data_store();
        let request = request.event_data_store(name);
        let answer = Call::read(READ, self.pace.reads(&region))
            .make(patience, |watch| {
                request
                    .customize()
                    .config_override(watch.pauses())
                    .interceptor(watch)
                    .send()
            })
            .await?;
        store(&answer, &region)
    }

    /// Reads a store as [`Self::read_store`] does, again and again until it takes a change, as long as
    /// patience lasts.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call, or that the store takes no change: on its way out, or still between two
    /// states. Nothing is changed.
    pub async fn read_ready_store(
        &self,
        reference: &StoreReference,
        region: Option<&str>,
        patience: &Patience,
    ) -> Result<Store, Error> {
        let mut pauses = Pauses::new();
        loop {
            let store = self.read_store(reference, region, patience).await?;
            let kind = match store.readiness {
                Readiness::Ready => return Ok(store),
                Readiness::UnderWay => ErrorKind::StoreBusy,
                Readiness::PendingDeletion => ErrorKind::StoreInactive,
            };
            let not_ready = Error::local(kind, READ, store.arn.region())
                .with_message(format!("the status is {}", store.status));
            if kind == ErrorKind::StoreInactive {
                return Err(not_ready);
            }
            let what = "the event data store to be ready";
            pauses.wait(patience, not_ready, what).await?;
        }
    }

    /// Replaces a store's selectors: `UpdateEventDataStore` in the store's Region. An empty set is never
    /// sent: it stands for the service default, which is put instead. While another change is under
    /// way (`ConflictException`) the call is repeated as long as patience lasts.
    ///
    /// # Errors
    ///
    /// [`Error`] of the call. Unless [`Error::outcome_unknown`] is set, nothing was changed.
    pub async fn put_store(
        &self,
        arn: &StoreArn,
        selectors: &[AdvancedEventSelector],
        patience: &Patience,
    ) -> Result<(), Error> {
        let refused =
            |why: String| Error::local(ErrorKind::Refused, CHANGE, arn.region()).with_message(why);
        let default = service_default().map_err(|error| refused(error.to_string()))?;
        let selectors = if selectors.is_empty() {
            &default
        } else {
            selectors
        };
        let selectors = trail::advanced_to_aws(selectors).map_err(refused)?;
        let request = self
            .client(arn.region())
            .update_event_data_store()
            .event_data_store(arn.to_string())
            .set_advanced_event_selectors(Some(selectors));
        let mut pauses = Pauses::new();
        let mut is_open = false;
        loop {
            let request = request.clone();
            let answer = Call::change(CHANGE, self.pace.writes(arn.region()))
                .make(patience, |watch| {
                    request
                        .customize()
                        .config_override(watch.pauses())
                        .interceptor(watch)
                        .send()
                })
                .await;
            let Err(mut error) = answer else {
                return Ok(());
            };
            // An attempt that was lost stays lost, whatever a later one is answered.
            is_open |= error.outcome_unknown;
            error.outcome_unknown = is_open;
            if error.kind != ErrorKind::Conflict {
                return Err(error);
            }
            let what = "another change of the event data store to end";
            pauses.wait(patience, error, what).await?;
        }
    }

    /// All stores of the account in a Region, page by page; without one in the session's.
    ///
    /// # Errors
    ///
    /// [`Error`] where there is no Region.
    pub fn stores(&self, region: Option<&str>, patience: &Patience) -> Result<Stores<'_>, Error> {
        let missing = || Error::local(ErrorKind::NoRegion, "ListEventDataStores", "");
        let region = region.map(str::to_owned).or_else(|| self.own_region());
        Ok(Stores::new(
            self,
            region.ok_or_else(missing)?,
            patience.clone(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudtrail::operation::get_event_data_store::GetEventDataStoreOutput;
    use aws_sdk_cloudtrail::types::EventDataStoreStatus;

    use super::{Readiness, StoreArn, StoreReference, service_default, store};

    /// The form that AWS's own samples print.
    const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/\
                       EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE";

    /// An ARN comes out as it went in, and says where the store is.
    #[test]
    fn an_arn_says_its_region() {
        let arn = StoreArn::parse(ARN).unwrap();
        assert_eq!(arn.to_string(), ARN);
        assert_eq!(
            (arn.partition(), arn.region(), arn.account()),
            ("aws", "us-east-1", "111122223333")
        );
    }

    /// The ID of a store and its ARN are the same store; another Region is another.
    #[test]
    fn id_and_arn_are_one_store() {
        let arn = StoreArn::parse(ARN).unwrap();
        let names = |text: &str| StoreReference::parse(text).unwrap().names(&arn);
        assert!(names("EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"));
        assert!(names(ARN));
        assert!(!names("EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLF"));
        assert!(!names(&ARN.replace("us-east-1", "eu-west-1")));
    }

    /// What is no store says which rule it breaks.
    #[test]
    fn what_is_no_store_says_why() {
        for (text, why) in [
            ("arn:aws:s3:::bucket", "in `s3`"),
            (
                "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",
                "`trail`, not of an event data store",
            ),
            (
                "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore",
                "`eventdatastore`",
            ),
            (
                "arn:aws:cloudtrail:us-east-1:1:eventdatastore/abc",
                "twelve digits",
            ),
            ("arn:aws:cloudtrail", "eventdatastore/<id>"),
            ("ab", "this has 2"),
            ("my store", "` `"),
        ] {
            let error = StoreReference::parse(text).unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    /// The four states that the documentation lets a change wait for or refuse are told from the two
    /// that take it, and from one that is not known yet.
    #[test]
    fn states_are_told_apart() {
        for (status, readiness) in [
            ("ENABLED", Readiness::Ready),
            ("STOPPED_INGESTION", Readiness::Ready),
            ("CREATED", Readiness::UnderWay),
            ("STARTING_INGESTION", Readiness::UnderWay),
            ("STOPPING_INGESTION", Readiness::UnderWay),
            ("PENDING_DELETION", Readiness::PendingDeletion),
            ("SOMETHING_NEW", Readiness::Ready),
        ] {
            let answer = GetEventDataStoreOutput::builder()
                .event_data_store_arn(ARN)
                .status(EventDataStoreStatus::from(status));
            let store = store(&answer.build(), "us-east-1").unwrap();
            assert_eq!((&*store.status, store.readiness), (status, readiness));
        }
    }

    /// The default is one selector of the documented name for all management events.
    #[test]
    fn the_default_is_the_documented_one() {
        let summaries: Vec<_> = service_default()
            .unwrap()
            .iter()
            .map(crate::selector::AdvancedEventSelector::summary)
            .collect();
        assert_eq!(summaries, ["\"Default management events\" (Management)"]);
    }
}
