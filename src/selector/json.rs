//! Reads selectors from the JSON that people have: [`Selectors`] as serde deserializes it.
//!
//! Accepted is what `aws cloudtrail get-event-selectors` prints, what `put-event-selectors` takes (an
//! object with `EventSelectors` or `AdvancedEventSelectors`), and a plain list of selectors of either
//! kind. An operator, a list or a name that is empty or `null` counts as left out, because older
//! answers print every unused operator as `[]`. Nothing else is dropped: an unknown key, a key that
//! is there twice, or a text where a list belongs is an error that says where it is, what was found
//! and what is expected.
//!
//! Imports nothing of this crate but its own parent. Next: [`super::Selectors`].
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html>,
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    AdvancedEventSelector, DataResource, EventSelector, Field, FieldSelector, Operator,
    ReadWriteType, Selectors,
};

const ADVANCED: &str = "AdvancedEventSelectors";
const BASIC: &str = "EventSelectors";
/// The keys beside the selectors that say which trail they are for, and nothing about selectors.
const TRAIL: [&str; 2] = ["TrailARN", "TrailName"];
const BASIC_KEYS: [&str; 4] = [
    "ReadWriteType",
    "IncludeManagementEvents",
    "DataResources",
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
        let json = Json::deserialize(deserializer)?;
        let root = Place {
            path: "$".to_owned(),
            json: &json,
        };
        document(&root).map_err(D::Error::custom)
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

/// A part of the document, and the way to it.
struct Place<'j> {
    path: String,
    json: &'j Json,
}

fn document(root: &Place<'_>) -> Result<Selectors, String> {
    const EXPECTED: &str = "a list of selectors, or an object with EventSelectors or \
                            AdvancedEventSelectors";
    match root.json {
        Json::List(items) => {
            let is_basic = |item: &Json| match item {
                Json::Object(entries) => entries
                    .iter()
                    .any(|(key, _)| BASIC_KEYS.contains(&key.as_str())),
                Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::List(_) => {
                    false
                }
            };
            if items.iter().any(is_basic) {
                basic(root)
            } else {
                advanced(root)
            }
        }
        Json::Object(_) => {
            let [basics, advanceds, _, _] = root.keys([BASIC, ADVANCED, TRAIL[0], TRAIL[1]])?;
            let given = |place: &Option<Place<'_>>| match place {
                Some(place) => Ok::<_, String>(!place.list()?.is_empty()),
                None => Ok(false),
            };
            match (basics, advanceds) {
                (basics, advanceds) if given(&basics)? && given(&advanceds)? => Err(root.error(
                    "both EventSelectors and AdvancedEventSelectors with selectors",
                    "one of the two, as a trail has either",
                )),
                (basics, Some(advanceds)) if !given(&basics)? => advanced(&advanceds),
                (Some(basics), _) => basic(&basics),
                (None, _) => Err(root.found(EXPECTED)),
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => Err(root.found(EXPECTED)),
    }
}

fn advanced(list: &Place<'_>) -> Result<Selectors, String> {
    let selectors: Result<_, String> = list
        .list()?
        .iter()
        .map(|selector| {
            let [name, fields] = selector.keys(["Name", "FieldSelectors"])?;
            let name = name.map(|name| name.text()).transpose()?;
            let fields = fields
                .ok_or_else(|| selector.error("no FieldSelectors", "a list of field selectors"))?;
            let fields: Result<_, String> = fields.list()?.iter().map(field).collect();
            AdvancedEventSelector::new(name, fields?).map_err(|error| selector.says(&error))
        })
        .collect();
    Ok(Selectors::Advanced(selectors?))
}

fn field(place: &Place<'_>) -> Result<FieldSelector, String> {
    let mut names = ["Field"; 7];
    for (name, operator) in names.iter_mut().skip(1).zip(Operator::ALL) {
        *name = operator.api_name();
    }
    let [name, operators @ ..] = place.keys(names)?;
    let name = name.ok_or_else(|| place.error("no Field", "the name of a field of the record"))?;
    let field = Field::parse(&name.text()?).map_err(|error| name.says(&error))?;
    let mut conditions = Vec::new();
    for (operator, values) in Operator::ALL.iter().zip(operators) {
        if let Some(values) = values {
            conditions.push((*operator, values.texts()?));
        }
    }
    FieldSelector::new(field, conditions).map_err(|error| place.says(&error))
}

fn basic(list: &Place<'_>) -> Result<Selectors, String> {
    let selectors: Result<_, String> = list
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

fn data_resource(place: &Place<'_>) -> Result<DataResource, String> {
    let [kind, values] = place.keys(["Type", "Values"])?;
    let kind = kind.ok_or_else(|| place.error("no Type", "a type such as AWS::S3::Object"))?;
    Ok(DataResource {
        kind: kind.text()?,
        values: values.map_or_else(|| Ok(Vec::new()), |values| values.filled_texts())?,
    })
}

impl<'j> Place<'j> {
    /// The values of these keys, of an object that has no other; `null` is as good as not there.
    fn keys<const N: usize>(&self, known: [&str; N]) -> Result<[Option<Place<'j>>; N], String> {
        let Json::Object(entries) = self.json else {
            return Err(self.found(&format!("an object with {}", known.join(", "))));
        };
        let mut seen = BTreeSet::new();
        for (key, _) in entries {
            if !known.contains(&key.as_str()) {
                let expected = format!("no other keys than {}", known.join(", "));
                return Err(self.error(&format!("the key {}", shown(key)), &expected));
            }
            if !seen.insert(key) {
                return Err(self.error(&format!("the key {} twice", shown(key)), "it once"));
            }
        }
        Ok(known.map(|name| {
            let entry = entries.iter().find(|(key, _)| key == name);
            entry
                .filter(|(_, json)| !matches!(json, Json::Null))
                .map(|(key, json)| Place {
                    path: format!("{}.{key}", self.path),
                    json,
                })
        }))
    }

    fn list(&self) -> Result<Vec<Place<'j>>, String> {
        let Json::List(items) = self.json else {
            return Err(self.found("a list"));
        };
        let place = |(index, json)| Place {
            path: format!("{}[{index}]", self.path),
            json,
        };
        Ok(items.iter().enumerate().map(place).collect())
    }

    fn texts(&self) -> Result<Vec<String>, String> {
        let Json::List(_) = self.json else {
            return Err(self.found("a list of texts"));
        };
        self.list()?.iter().map(Place::text).collect()
    }

    /// Texts of a basic selector, whose shape nobody else looks at.
    fn filled_texts(&self) -> Result<Vec<String>, String> {
        let texts = self.texts()?;
        if texts.iter().any(String::is_empty) {
            return Err(self.error("an empty text", "texts of one character or more"));
        }
        Ok(texts)
    }

    fn text(&self) -> Result<String, String> {
        match self.json {
            Json::Text(text) => Ok(text.clone()),
            Json::Bool(_) => Err(self.found("a text, in quotation marks")),
            Json::Null | Json::Number(_) | Json::List(_) | Json::Object(_) => {
                Err(self.found("a text"))
            }
        }
    }

    fn bool(&self) -> Result<bool, String> {
        match self.json {
            Json::Bool(value) => Ok(*value),
            Json::Null | Json::Number(_) | Json::Text(_) | Json::List(_) | Json::Object(_) => {
                Err(self.found("true or false"))
            }
        }
    }

    fn found(&self, expected: &str) -> String {
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
        self.error(&found, expected)
    }

    fn error(&self, found: &str, expected: &str) -> String {
        format!("{}: found {found}; expected {expected}", self.path)
    }

    fn says(&self, error: &impl fmt::Display) -> String {
        format!("{}: {error}", self.path)
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
