//! Arguments of any type, as JSON.
//!
//! Terraform sends such an argument as a pair: its type, and a value of it. A number that no machine
//! word holds comes as a decimal text, which only the type tells from a text; it is copied digit by
//! digit, so that no number is rounded on its way. Imports nothing of this crate.
//!
//! <https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/object-wire-format.md>

use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde_json::Value;

/// An argument of any type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::provider) enum Given {
    /// A text, as it was given. It should be JSON.
    Text(String),
    /// Anything else, as JSON.
    Json(String),
}

impl Given {
    /// What should be JSON, or is.
    pub(super) fn json(&self) -> &str {
        match self {
            Self::Text(text) | Self::Json(text) => text,
        }
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Pair)
    }
}

/// Reads a pair of type and value.
struct Pair;

impl<'de> Visitor<'de> for Pair {
    type Value = Given;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a type and a value of it")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<Given, A::Error> {
        let missing = |length| A::Error::invalid_length(length, &self);
        let Kind(kind) = pair.next_element()?.ok_or_else(|| missing(0))?;
        if kind == "string" {
            let text = pair.next_element()?.ok_or_else(|| missing(1))?;
            return Ok(Given::Text(text));
        }
        let mut json = String::new();
        let value = Copier {
            kind: &kind,
            json: &mut json,
        };
        pair.next_element_seed(value)?.ok_or_else(|| missing(1))?;
        Ok(Given::Json(json))
    }
}

/// A type, in the notation of
/// <https://github.com/zclconf/go-cty/blob/main/docs/json.md#type-serialization>.
struct Kind(Value);

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Kind;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a type as JSON")
            }

            fn visit_bytes<E: serde::de::Error>(self, json: &[u8]) -> Result<Kind, E> {
                serde_json::from_slice(json).map(Kind).map_err(E::custom)
            }

            fn visit_str<E: serde::de::Error>(self, json: &str) -> Result<Kind, E> {
                self.visit_bytes(json.as_bytes())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// Copies a value of this type to the end of a JSON text.
struct Copier<'a> {
    kind: &'a Value,
    json: &'a mut String,
}

impl Copier<'_> {
    /// The type's parameter: of a list that of its elements, of an object those of its members.
    fn inner(&self) -> Option<&Value> {
        self.kind.get(1)
    }

    /// Whether the type is made of others in this way, such as `list`.
    fn is(&self, name: &str) -> bool {
        self.kind.get(0).is_some_and(|kind| kind == name)
    }

    fn text<E: serde::de::Error>(&mut self, text: &str) -> Result<(), E> {
        let quoted = serde_json::to_string(text).map_err(E::custom)?;
        self.json.push_str(&quoted);
        Ok(())
    }

    fn number(self, number: impl fmt::Display) {
        self.json.push_str(&number.to_string());
    }
}

impl<'de> DeserializeSeed<'de> for Copier<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Copier<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a value of type {}", self.kind)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.json.push_str("null");
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.json.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.number(number);
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        if !number.is_finite() {
            return Err(E::invalid_value(Unexpected::Float(number), &self));
        }
        self.number(number);
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<(), E> {
        if self.kind != "number" {
            return self.text(text);
        }
        let is_decimal = text.parse::<f64>().is_ok()
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"-.".contains(&b));
        if !is_decimal {
            return Err(E::invalid_value(Unexpected::Str(text), &self));
        }
        self.number(text);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        if self.kind == "dynamic" {
            let kind: Option<Kind> = list.next_element()?;
            let Kind(kind) = kind.ok_or_else(|| A::Error::invalid_length(0, &Pair))?;
            let value = Copier {
                kind: &kind,
                json: self.json,
            };
            let value = list.next_element_seed(value)?;
            return value.ok_or_else(|| A::Error::invalid_length(1, &Pair));
        }
        let is_tuple = self.is("tuple");
        let inner = self.inner().cloned().unwrap_or_default();
        self.json.push('[');
        let mut index = 0_usize;
        loop {
            let before = self.json.len();
            if index > 0 {
                self.json.push(',');
            }
            let kind = if is_tuple {
                inner.get(index).unwrap_or(&Value::Null)
            } else {
                &inner
            };
            let element = Copier {
                kind,
                json: &mut *self.json,
            };
            if list.next_element_seed(element)?.is_none() {
                self.json.truncate(before);
                break;
            }
            index = index.saturating_add(1);
        }
        self.json.push(']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        let is_object = self.is("object");
        let inner = self.inner().cloned().unwrap_or_default();
        self.json.push('{');
        let mut is_first = true;
        while let Some(key) = object.next_key::<String>()? {
            if !is_first {
                self.json.push(',');
            }
            is_first = false;
            self.text(&key)?;
            self.json.push(':');
            let kind = if is_object {
                inner.get(&key).unwrap_or(&Value::Null)
            } else {
                &inner
            };
            object.next_value_seed(Copier {
                kind,
                json: &mut *self.json,
            })?;
        }
        self.json.push('}');
        Ok(())
    }
}
