//! Reads selectors from the JSON that people have: [`Selectors`] and [`Reading`] as serde
//! deserializes them.
//!
//! Accepted is what `aws cloudtrail get-event-selectors` and `get-event-data-store` print, what
//! `put-event-selectors` and `update-event-data-store` take (an object with `EventSelectors` or
//! `AdvancedEventSelectors`), and a plain list of selectors of either kind; each also with its keys as
//! Terraform spells them, as attributes or as blocks. An operator, a list or a name that is empty or
//! `null` counts as left out, because older answers print every unused operator as `[]`. Nothing else
//! is dropped: an unknown key, a key that is there twice, or a text where a list belongs is an error
//! that says where it is, what was found and what is expected.
//!
//! Imports nothing of this crate but its own parent. Next: [`super::Selectors`], and
//! [`Spelling`] here.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    AdvancedEventSelector, DataResource, EventSelector, Field, FieldSelector, Operator,
    ReadWriteType, Selectors, ShapeError,
};

const ADVANCED: &str = "AdvancedEventSelectors";
const BASIC: &str = "EventSelectors";
const FIELD_SELECTORS: &str = "FieldSelectors";
const DATA_RESOURCES: &str = "DataResources";
const ADVANCED_KEYS: [&str; 2] = ["Name", FIELD_SELECTORS];
/// The keys beside the selectors that say which trail they are for, and nothing about selectors.
const TRAIL: [&str; 2] = ["TrailARN", "TrailName"];
/// The keys that only what is said of an event data store has.
const STORE_MARKS: [&str; 2] = ["EventDataStoreArn", "EventDataStore"];
/// The keys beside the selectors of an event data store, in answers and requests
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html>,
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html>).
const STORE: [&str; 16] = [
    STORE_MARKS[0],
    STORE_MARKS[1],
    "Name",
    "Status",
    "MultiRegionEnabled",
    "OrganizationEnabled",
    "RetentionPeriod",
    "TerminationProtectionEnabled",
    "CreatedTimestamp",
    "UpdatedTimestamp",
    "KmsKeyId",
    "BillingMode",
    "FederationStatus",
    "FederationRoleArn",
    "PartitionKeys",
    "TagsList",
];
const BASIC_KEYS: [&str; 4] = [
    "ReadWriteType",
    "IncludeManagementEvents",
    DATA_RESOURCES,
    "ExcludeManagementEventSources",
];

/// The most characters of a text that an error repeats.
const SHOWN: usize = 60;

impl<'de> Deserialize<'de> for Selectors {
    /// Reads selectors of either kind; see the [module](self).
    ///
    /// # Errors
    /// Anything that is not wholly understood, with its place as in
    /// `$.AdvancedEventSelectors[0].FieldSelectors[2].Equals`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reading = Reading::deserialize(deserializer)?;
        reading.selectors.map_err(D::Error::custom)
    }
}

/// A document with selectors, for those who have to tell where in it something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// How the document spells its keys.
    pub spelling: Spelling,
    /// The way to the list of selectors, such as `$.AdvancedEventSelectors`; `$` if none was found.
    pub list: String,
    /// The selectors, or why there are none.
    pub selectors: Result<Selectors, Unread>,
}

/// Why a document has no selectors that can be read. It prints the place, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where, as in `$.AdvancedEventSelectors[0].FieldSelectors[2].Equals`.
    pub path: String,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It has something else there than selectors have.
    Unexpected {
        /// What was found, as a clause.
        found: String,
        /// What is expected, as a clause.
        expected: String,
    },
    /// What it has there is well-formed, and no selector can be built of it.
    Shape(ShapeError),
}

impl fmt::Display for Unread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Unexpected { found, expected } => {
                write!(out, "{}: found {found}; expected {expected}", self.path)
            }
            Why::Shape(error) => write!(out, "{}: {error}", self.path),
        }
    }
}

/// How a document spells its keys; all of them in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As the API does: `FieldSelectors`.
    Api,
    /// As attributes of Terraform are named: `field_selectors`.
    Attributes,
    /// As blocks of Terraform are named, each for itself: `field_selector`. Resource
    /// `aws_cloudtrail` has them
    /// (<https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/cloudtrail.html.markdown>).
    Blocks,
}

impl Spelling {
    /// A key that the API spells like this.
    #[must_use]
    pub fn key(self, api: &str) -> Cow<'_, str> {
        let named_alone = self == Self::Blocks && [FIELD_SELECTORS, DATA_RESOURCES].contains(&api);
        if self == Self::Api {
            return Cow::Borrowed(api);
        }
        let mut key = String::with_capacity(api.len().saturating_add(4));
        for letter in api.chars() {
            if letter.is_ascii_uppercase() && key.ends_with(|before: char| before.is_lowercase()) {
                key.push('_');
            }
            key.push(letter.to_ascii_lowercase());
        }
        if named_alone {
            key.pop();
        }
        Cow::Owned(key)
    }

    /// The spelling of a document: a key tells it that no other spelling has.
    fn of(document: &Json) -> Self {
        let is_spelled = |json: &Json, spelling: Self, keys: &[&str]| {
            keys.iter().any(|key| json.has(&spelling.key(key)))
        };
        match document {
            Json::Object(_) if is_spelled(document, Self::Attributes, &[BASIC, ADVANCED]) => {
                Self::Attributes
            }
            Json::List(items) => {
                let any = |spelling, keys| items.iter().any(|one| is_spelled(one, spelling, keys));
                if any(Self::Blocks, &[FIELD_SELECTORS, DATA_RESOURCES]) {
                    Self::Blocks
                } else if any(Self::Attributes, &ADVANCED_KEYS)
                    || any(Self::Attributes, &BASIC_KEYS)
                {
                    Self::Attributes
                } else {
                    Self::Api
                }
            }
            Json::Object(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => {
                Self::Api
            }
        }
    }
}

impl<'de> Deserialize<'de> for Reading {
    /// Reads any JSON; whether it is selectors is told by [`Reading::selectors`].
    ///
    /// # Errors
    /// Text that is no JSON.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let root = Place {
            path: "$".to_owned(),
            spelling: Spelling::of(&json),
            json: &json,
        };
        let mut list = root.path.clone();
        let selectors = document(&root, &mut list);
        Ok(Self {
            spelling: root.spelling,
            list,
            selectors,
        })
    }
}

/// What JSON can be, with the keys of an object in their order and maybe twice.
enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn has(&self, wanted: &str) -> bool {
        match self {
            Self::Object(entries) => entries.iter().any(|(key, _)| key == wanted),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => false,
        }
    }
}

/// A part of the document, and the way to it.
struct Place<'j> {
    path: String,
    spelling: Spelling,
    json: &'j Json,
}

/// Reads a document, and says where its list is.
fn document(root: &Place<'_>, list: &mut String) -> Result<Selectors, Unread> {
    let key = |api| root.spelling.key(api);
    let expected = format!(
        "a list of selectors, or an object with {} or {}",
        key(BASIC),
        key(ADVANCED)
    );
    match root.json {
        Json::List(items) => {
            let is_basic = |item: &Json| BASIC_KEYS.iter().any(|name| item.has(&key(name)));
            if items.iter().any(is_basic) {
                basic(root)
            } else {
                advanced(root)
            }
        }
        Json::Object(_) => {
            let is_store = STORE_MARKS.iter().any(|mark| root.json.has(mark));
            let beside: &[&str] = if is_store { &STORE } else { &TRAIL };
            let [basics, advanceds] = root.keys_beside([BASIC, ADVANCED], beside)?;
            let given = |place: &Option<Place<'_>>| match place {
                Some(place) => Ok::<_, Unread>(!place.list()?.is_empty()),
                None => Ok(false),
            };
            let mut at = |place: &Place<'_>| list.clone_from(&place.path);
            match (basics, advanceds) {
                (basics, advanceds) if given(&basics)? && given(&advanceds)? => Err(root.error(
                    format!("both {} and {} with selectors", key(BASIC), key(ADVANCED)),
                    "one of the two, as a trail has either",
                )),
                (basics, Some(advanceds)) if !given(&basics)? => {
                    at(&advanceds);
                    advanced(&advanceds)
                }
                (Some(basics), _) => {
                    at(&basics);
                    basic(&basics)
                }
                (None, _) => Err(root.found(expected)),
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => Err(root.found(expected)),
    }
}

fn advanced(list: &Place<'_>) -> Result<Selectors, Unread> {
    let selectors: Result<_, Unread> = list
        .list()?
        .iter()
        .map(|selector| {
            let [name, fields] = selector.keys(ADVANCED_KEYS)?;
            let name = name.map(|name| name.text()).transpose()?;
            let fields = fields.ok_or_else(|| {
                let key = selector.spelling.key(FIELD_SELECTORS);
                selector.error(format!("no {key}"), "a list of field selectors")
            })?;
            let fields: Result<_, Unread> = fields.list()?.iter().map(field).collect();
            AdvancedEventSelector::new(name, fields?).map_err(|error| selector.says(error))
        })
        .collect();
    Ok(Selectors::Advanced(selectors?))
}

fn field(place: &Place<'_>) -> Result<FieldSelector, Unread> {
    let mut names = ["Field"; 7];
    for (name, operator) in names.iter_mut().skip(1).zip(Operator::ALL) {
        *name = operator.api_name();
    }
    let [name, operators @ ..] = place.keys(names)?;
    let name = name.ok_or_else(|| {
        let key = place.spelling.key("Field");
        place.error(format!("no {key}"), "the name of a field of the record")
    })?;
    let field = Field::parse(&name.text()?).map_err(|error| name.says(error))?;
    let mut conditions = Vec::new();
    for (operator, values) in Operator::ALL.iter().zip(operators) {
        if let Some(values) = values {
            conditions.push((*operator, values.texts()?));
        }
    }
    FieldSelector::new(field, conditions).map_err(|error| place.says(error))
}

fn basic(list: &Place<'_>) -> Result<Selectors, Unread> {
    let selectors: Result<_, Unread> = list
        .list()?
        .iter()
        .map(|selector| {
            let [read_write_type, management, resources, excluded] = selector.keys(BASIC_KEYS)?;
            let default = EventSelector::service_default();
            Ok(EventSelector {
                read_write_type: match read_write_type {
                    Some(place) => ReadWriteType::parse(&place.text()?)
                        .ok_or_else(|| place.found("All, ReadOnly or WriteOnly"))?,
                    None => default.read_write_type,
                },
                include_management_events: match management {
                    Some(place) => place.bool()?,
                    None => default.include_management_events,
                },
                data_resources: match resources {
                    Some(place) => place
                        .list()?
                        .iter()
                        .map(data_resource)
                        .collect::<Result<_, _>>()?,
                    None => Vec::new(),
                },
                exclude_management_event_sources: match excluded {
                    Some(place) => place.filled_texts()?,
                    None => Vec::new(),
                },
            })
        })
        .collect();
    Ok(Selectors::Basic(selectors?))
}

fn data_resource(place: &Place<'_>) -> Result<DataResource, Unread> {
    let [kind, values] = place.keys(["Type", "Values"])?;
    let kind = kind.ok_or_else(|| {
        let key = place.spelling.key("Type");
        place.error(format!("no {key}"), "a type such as AWS::S3::Object")
    })?;
    Ok(DataResource {
        kind: kind.text()?,
        values: values.map_or_else(|| Ok(Vec::new()), |values| values.filled_texts())?,
    })
}

impl<'j> Place<'j> {
    /// The values of these keys, of an object that has no other; `null` is as good as not there.
    fn keys<const N: usize>(&self, known: [&str; N]) -> Result<[Option<Place<'j>>; N], Unread> {
        self.keys_beside(known, &[])
    }

    /// The same for an object that may have these other keys, whatever they hold.
    fn keys_beside<const N: usize>(
        &self,
        known: [&str; N],
        beside: &[&str],
    ) -> Result<[Option<Place<'j>>; N], Unread> {
        let known = known.map(|api| self.spelling.key(api));
        let Json::Object(entries) = self.json else {
            return Err(self.found(format!("an object with {}", known.join(", "))));
        };
        let beside: Vec<_> = beside.iter().map(|api| self.spelling.key(api)).collect();
        let mut seen = BTreeSet::new();
        for (key, _) in entries {
            if !known.iter().chain(&beside).any(|name| name == key) {
                let all = [known.as_slice(), &beside].concat();
                let expected = format!("no other keys than {}", all.join(", "));
                return Err(self.error(format!("the key {}", shown(key)), expected));
            }
            if !seen.insert(key) {
                return Err(self.error(format!("the key {} twice", shown(key)), "it once"));
            }
        }
        Ok(known.map(|name| {
            let entry = entries.iter().find(|(key, _)| *key == name);
            entry
                .filter(|(_, json)| !matches!(json, Json::Null))
                .map(|(key, json)| Place {
                    path: format!("{}.{key}", self.path),
                    spelling: self.spelling,
                    json,
                })
        }))
    }

    fn list(&self) -> Result<Vec<Place<'j>>, Unread> {
        let Json::List(items) = self.json else {
            return Err(self.found("a list"));
        };
        let place = |(index, json)| Place {
            path: format!("{}[{index}]", self.path),
            spelling: self.spelling,
            json,
        };
        Ok(items.iter().enumerate().map(place).collect())
    }

    fn texts(&self) -> Result<Vec<String>, Unread> {
        let Json::List(_) = self.json else {
            return Err(self.found("a list of texts"));
        };
        self.list()?.iter().map(Place::text).collect()
    }

    /// Texts of a basic selector, whose shape nobody else looks at.
    fn filled_texts(&self) -> Result<Vec<String>, Unread> {
        let texts = self.texts()?;
        if texts.iter().any(String::is_empty) {
            return Err(self.error("an empty text", "texts of one character or more"));
        }
        Ok(texts)
    }

    fn text(&self) -> Result<String, Unread> {
        match self.json {
            Json::Text(text) => Ok(text.clone()),
            Json::Bool(_) => Err(self.found("a text, in quotation marks")),
            Json::Null | Json::Number(_) | Json::List(_) | Json::Object(_) => {
                Err(self.found("a text"))
            }
        }
    }

    fn bool(&self) -> Result<bool, Unread> {
        match self.json {
            Json::Bool(value) => Ok(*value),
            Json::Null | Json::Number(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => {
                Err(self.found("true or false"))
            }
        }
    }

    fn found(&self, expected: impl Into<String>) -> Unread {
        let found = match self.json {
            Json::Null => "null".to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Number(number) => format!("the number {number}"),
            Json::Text(text) => format!("the text {}", shown(text)),
            Json::List(items) if items.is_empty() => "an empty list".to_owned(),
            Json::List(_) => "a list".to_owned(),
            Json::Object(entries) if entries.is_empty() => "an empty object".to_owned(),
            Json::Object(_) => "an object".to_owned(),
        };
        self.error(found, expected)
    }

    fn error(&self, found: impl Into<String>, expected: impl Into<String>) -> Unread {
        Unread {
            path: self.path.clone(),
            why: Why::Unexpected {
                found: found.into(),
                expected: expected.into(),
            },
        }
    }

    fn says(&self, error: ShapeError) -> Unread {
        Unread {
            path: self.path.clone(),
            why: Why::Shape(error),
        }
    }
}

fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        start.push_str("...");
    }
    format!("{start:?}")
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = object.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}
