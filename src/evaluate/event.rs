//! The fields of a CloudTrail record that selectors can ask for, and nothing else of it.
//!
//! Texts are borrowed from the input where they have no escapes; what no selector asks for is skipped
//! without being built. Imports `selector` only, for its [`Field`]. Next: `condition.rs`, which
//! compares these contents with a selector's values.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::selector::{Field, MANAGEMENT};

/// The resource types whose data events were recorded before records had an `eventCategory`: those
/// that basic selectors know.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>
const OLD_DATA_TYPES: [&str; 3] = [
    "AWS::S3::Object",
    "AWS::Lambda::Function",
    "AWS::DynamoDB::Table",
];

/// The version of the record format that brought `eventCategory`.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
const CATEGORY_SINCE: (u32, u32) = (1, 7);

/// What a record has under one key. Missing is not empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Content<'a> {
    /// The key is not there, or is there with `null`; that these are the same is assumed.
    #[default]
    Missing,
    /// A text; `true` and `false` are texts here, because the values of selectors are.
    Text(Cow<'a, str>),
    /// Something that the key never has in a record, such as "a number".
    Unreadable(&'static str),
}

impl Content<'_> {
    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Missing | Self::Unreadable(_) => None,
        }
    }
}

/// One entry of a record's `resources`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resource<'a> {
    /// `type`, such as `AWS::S3::Object`.
    pub kind: Content<'a>,
    /// `ARN`.
    pub arn: Content<'a>,
    /// `ARNPrefix`, which records of listings have in place of the ARN
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html>).
    pub arn_prefix: Content<'a>,
}

/// One record, as far as selectors can see it. A key that is there twice counts the last time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// `eventVersion`, such as `1.11`; no selector asks for it, the defaults of old records do.
    pub event_version: Content<'a>,
    /// `eventCategory`; in records since version 1.07.
    pub event_category: Content<'a>,
    /// `managementEvent`, `true` or `false`; asked for where `eventCategory` is missing.
    pub management_event: Content<'a>,
    /// `eventName`.
    pub event_name: Content<'a>,
    /// `eventSource`.
    pub event_source: Content<'a>,
    /// `readOnly`, `true` or `false`.
    pub read_only: Content<'a>,
    /// `eventType`.
    pub event_type: Content<'a>,
    /// `userIdentity.arn`.
    pub user_identity_arn: Content<'a>,
    /// `sessionCredentialFromConsole`: `true`, or missing.
    pub session_credential_from_console: Content<'a>,
    /// `errorCode`.
    pub error_code: Content<'a>,
    /// `vpcEndpointId`.
    pub vpc_endpoint_id: Content<'a>,
    /// `resources`; none when the key is missing.
    pub resources: Vec<Resource<'a>>,
    /// What `resources` is if it cannot be read: what it has in place of a list of objects.
    pub resources_unreadable: Option<&'static str>,
}

/// What can be said about a field of a record before it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen<'e> {
    /// It has this content.
    Text(&'e str),
    /// The record has no such field, as many have none.
    Absent,
    /// It has some content, and not this one.
    Not(&'static str),
    /// The record does not tell.
    Hidden(Hidden<'e>),
}

/// Why a record does not tell what a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden<'e> {
    /// Every record of the service has the field, this one has not.
    Lost,
    /// The field is there with something it never has.
    Unreadable(&'static str),
    /// The content begins with this.
    Beginning(&'e str),
    /// This crate does not know the field.
    Unknown,
}

impl Content<'_> {
    /// The content of a field that a record may do without.
    pub(super) fn optional(&self) -> Seen<'_> {
        match self {
            Self::Missing => Seen::Absent,
            Self::Text(text) => Seen::Text(text),
            Self::Unreadable(what) => Seen::Hidden(Hidden::Unreadable(what)),
        }
    }

    /// The content of a field without which a record is not whole.
    fn required(&self) -> Seen<'_> {
        match self.optional() {
            Seen::Absent => Seen::Hidden(Hidden::Lost),
            seen @ (Seen::Text(_) | Seen::Not(_) | Seen::Hidden(_)) => seen,
        }
    }
}

impl Resource<'_> {
    /// What is known of the ARN.
    pub(super) fn seen_arn(&self) -> Seen<'_> {
        match (self.arn.optional(), self.arn_prefix.optional()) {
            (Seen::Absent, Seen::Text(prefix)) => Seen::Hidden(Hidden::Beginning(prefix)),
            (seen, _) => seen,
        }
    }
}

impl<'a> Event<'a> {
    /// Reads one record. All of its text is checked to be JSON.
    ///
    /// # Errors
    /// Text that is not one JSON object and nothing behind it; and a whole log file, which has its
    /// records under `Records`.
    pub fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// What the record has in a field other than `resources.type` and `resources.ARN`, of which it
    /// can have several.
    ///
    /// A missing field is judged by what the documentation says about it
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>):
    /// `eventSource`, `eventName`, `eventType` and `eventCategory` are in every record, so one
    /// without is not whole, and nothing is said about it. The same is assumed of `readOnly`, which
    /// is documented as optional without a word on what selectors make of its absence. The others
    /// are left out where they do not apply.
    pub(super) fn seen(&self, field: &Field) -> Seen<'_> {
        match field {
            Field::EventCategory => self.category(),
            Field::EventSource => self.event_source.required(),
            Field::EventName => self.event_name.required(),
            Field::ReadOnly => self.read_only.required(),
            Field::EventType => self.event_type.required(),
            Field::UserIdentityArn => self.user_identity_arn.optional(),
            Field::SessionCredentialFromConsole => self.session_credential_from_console.optional(),
            Field::ErrorCode => self.error_code.optional(),
            Field::VpcEndpointId => self.vpc_endpoint_id.optional(),
            Field::ResourcesType | Field::ResourcesArn | Field::Other(_) => {
                Seen::Hidden(Hidden::Unknown)
            }
        }
    }

    /// The category, which records have since version 1.07
    /// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>).
    ///
    /// Without it `managementEvent` tells whether it is Management. Where that is missing too, a
    /// record of an older version is assumed to be a management event, unless it has a resource of a
    /// type that had data events then.
    fn category(&self) -> Seen<'_> {
        if self.event_category != Content::Missing {
            return self.event_category.required();
        }
        match &self.management_event {
            Content::Text(text) if text == "true" => Seen::Text(MANAGEMENT),
            Content::Text(text) if text == "false" => Seen::Not(MANAGEMENT),
            Content::Missing if self.is_older_than_categories() && !self.may_be_data() => {
                Seen::Text(MANAGEMENT)
            }
            Content::Missing | Content::Text(_) | Content::Unreadable(_) => {
                Seen::Hidden(Hidden::Lost)
            }
        }
    }

    /// Whether the record says that it is of a version before 1.07. `1.10` is the tenth.
    fn is_older_than_categories(&self) -> bool {
        let version = self
            .event_version
            .text()
            .and_then(|text| text.split_once('.'))
            .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
        version.is_some_and(|version: (u32, u32)| version < CATEGORY_SINCE)
    }

    fn may_be_data(&self) -> bool {
        self.resources_unreadable.is_some()
            || self.resources.iter().any(|resource| {
                let kind = resource.kind.text();
                kind.is_some_and(|kind| OLD_DATA_TYPES.contains(&kind))
            })
    }
}

/// A part of a record, read from whatever JSON stands in its place.
trait Part<'de>: Sized {
    /// From something it never is, or from `null`, which is told by `None`.
    fn other(what: Option<&'static str>) -> Self;

    fn text(_: Cow<'de, str>) -> Self {
        Self::other(Some("a text"))
    }

    fn bool(_: bool) -> Self {
        Self::other(Some("true or false"))
    }

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::other(Some("a list")))
    }

    fn object<A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::other(Some("an object")))
    }
}

/// A [`Part`] as serde reads it.
struct Read<P>(P);

impl<'de, P: Part<'de>> Deserialize<'de> for Read<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData)).map(Self)
    }
}

struct Reader<P>(PhantomData<P>);

impl<'de, P: Part<'de>> Visitor<'de> for Reader<P> {
    type Value = P;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<P, E> {
        Ok(P::text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<P, E> {
        Ok(P::text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<P, E> {
        Ok(P::bool(value))
    }

    fn visit_unit<E>(self) -> Result<P, E> {
        Ok(P::other(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<P, E> {
        Ok(P::other(Some("a number")))
    }

    fn visit_u64<E>(self, _: u64) -> Result<P, E> {
        Ok(P::other(Some("a number")))
    }

    fn visit_f64<E>(self, _: f64) -> Result<P, E> {
        Ok(P::other(Some("a number")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<P, A::Error> {
        P::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<P, A::Error> {
        P::object(object)
    }
}

impl<'de> Part<'de> for Content<'de> {
    fn other(what: Option<&'static str>) -> Self {
        what.map_or(Self::Missing, Self::Unreadable)
    }

    fn text(text: Cow<'de, str>) -> Self {
        Self::Text(text)
    }

    fn bool(value: bool) -> Self {
        Self::Text(Cow::Borrowed(if value { "true" } else { "false" }))
    }
}

/// Reads the values of an object's keys: the function takes those it wants.
fn each_key<'de, A: MapAccess<'de>>(
    mut object: A,
    mut wanted: impl FnMut(&str, &mut A) -> Result<bool, A::Error>,
) -> Result<(), A::Error> {
    // A key is a text like any other, and is borrowed in the same way.
    while let Some(Read(key)) = object.next_key::<Read<Content<'de>>>()? {
        if !wanted(key.text().unwrap_or_default(), &mut object)? {
            object.next_value::<IgnoredAny>()?;
        }
    }
    Ok(())
}

fn put<'de, P: Part<'de>, A: MapAccess<'de>>(
    place: &mut P,
    from: &mut A,
) -> Result<bool, A::Error> {
    let Read(value) = from.next_value()?;
    *place = value;
    Ok(true)
}

/// `userIdentity`, of which only `arn` is kept.
#[derive(Default)]
struct Identity<'a>(Content<'a>);

impl<'de> Part<'de> for Identity<'de> {
    fn other(what: Option<&'static str>) -> Self {
        Self(Content::other(what))
    }

    fn object<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        let mut arn = Content::Missing;
        each_key(object, |key, object| match key {
            "arn" => put(&mut arn, object),
            _ => Ok(false),
        })?;
        Ok(Self(arn))
    }
}

/// An entry of `resources`, or what is there in its place.
struct Entry<'a>(Result<Resource<'a>, &'static str>);

impl<'de> Part<'de> for Entry<'de> {
    fn other(what: Option<&'static str>) -> Self {
        Self(Err(what.unwrap_or("null")))
    }

    fn object<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        let mut resource = Resource::default();
        each_key(object, |key, object| match key {
            "type" => put(&mut resource.kind, object),
            "ARN" => put(&mut resource.arn, object),
            "ARNPrefix" => put(&mut resource.arn_prefix, object),
            _ => Ok(false),
        })?;
        Ok(Self(Ok(resource)))
    }
}

/// `resources`, or what is there in its place.
struct Resources<'a>(Result<Vec<Resource<'a>>, &'static str>);

impl<'de> Part<'de> for Resources<'de> {
    fn other(what: Option<&'static str>) -> Self {
        Self(what.map_or(Ok(Vec::new()), Err))
    }

    fn list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut resources = Ok(Vec::new());
        while let Some(Read(Entry(entry))) = list.next_element()? {
            match (entry, &mut resources) {
                (Ok(entry), Ok(resources)) => resources.push(entry),
                (Err(_), Ok(_)) => resources = Err("a list of something else than objects"),
                (_, Err(_)) => {}
            }
        }
        Ok(Self(resources))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Event<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Record;
        impl<'de> Visitor<'de> for Record {
            type Value = Event<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a CloudTrail record, which is an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Event<'de>, A::Error> {
                Event::of(object)
            }
        }
        deserializer.deserialize_map(Record)
    }
}

impl<'de> Event<'de> {
    fn of<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        let mut event = Self::default();
        let mut identity = Identity::default();
        let mut resources = Resources(Ok(Vec::new()));
        each_key(object, |key, object| match key {
            "eventVersion" => put(&mut event.event_version, object),
            "eventCategory" => put(&mut event.event_category, object),
            "managementEvent" => put(&mut event.management_event, object),
            "eventName" => put(&mut event.event_name, object),
            "eventSource" => put(&mut event.event_source, object),
            "readOnly" => put(&mut event.read_only, object),
            "eventType" => put(&mut event.event_type, object),
            "userIdentity" => put(&mut identity, object),
            "sessionCredentialFromConsole" => {
                put(&mut event.session_credential_from_console, object)
            }
            "errorCode" => put(&mut event.error_code, object),
            "vpcEndpointId" => put(&mut event.vpc_endpoint_id, object),
            "resources" => put(&mut resources, object),
            "Records" => Err(A::Error::custom(
                "found `Records`, which a record does not have; expected one record, or a log file \
                 whose first key is `Records`",
            )),
            _ => Ok(false),
        })?;
        event.user_identity_arn = identity.0;
        match resources.0 {
            Ok(resources) => event.resources = resources,
            Err(what) => event.resources_unreadable = Some(what),
        }
        Ok(event)
    }
}
