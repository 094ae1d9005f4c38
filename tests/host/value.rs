//! A value as Terraform has it: null, unknown, or known; to the wire and from it.
//!
//! A second reading of the format, by hand: it shares nothing with the host's own. Imports [`wire`].

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::{decode, encode};

use super::wire::tfplugin6 as wire;

/// A value. A list, a set and a tuple are one here, and so are a map and an object: what they are is
/// the schema's to say ([`super::shape`]).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Val {
    Null,
    /// Not known, and nothing is known of it.
    Unknown,
    /// Not known but not null: what newer Terraform sends, and a provider need not.
    Refined,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Val>),
    Map(BTreeMap<String, Val>),
}

impl From<&str> for Val {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Val {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Val {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<f64> for Val {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<serde_json::Value> for Val {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(flag),
            serde_json::Value::Number(number) => {
                Self::Number(number.as_f64().expect("a number that fits"))
            }
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(items) => {
                Self::List(items.into_iter().map(Self::from).collect())
            }
            serde_json::Value::Object(members) => {
                let each = members.into_iter();
                Self::Map(each.map(|(name, member)| (name, member.into())).collect())
            }
        }
    }
}

impl Val {
    /// A member of an object.
    pub(crate) fn get(&self, name: &str) -> &Self {
        let Self::Map(members) = self else {
            panic!("no object that could have {name}: {self:?}");
        };
        let member = members.get(name);
        member.unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    /// The same object with another member.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Self>) -> Self {
        let Self::Map(members) = &mut self else {
            panic!("no object that could have {name}: {self:?}");
        };
        members.insert(name.to_owned(), value.into());
        self
    }

    /// A known text.
    pub(crate) fn text(&self) -> &str {
        let Self::Text(text) = self else {
            panic!("no text: {self:?}");
        };
        text
    }

    /// The elements of a known list.
    pub(crate) fn elements(&self) -> &[Self] {
        let Self::List(elements) = self else {
            panic!("no list: {self:?}");
        };
        elements
    }

    pub(crate) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown | Self::Refined)
    }

    /// Whether it and all in it is known.
    pub(crate) fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown | Self::Refined => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => true,
            Self::List(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Map(members) => members.values().all(Self::is_wholly_known),
        }
    }

    /// The same without what is known of unknown values.
    pub(crate) fn unrefined(&self) -> Self {
        match self {
            Self::Refined => Self::Unknown,
            Self::List(elements) => Self::List(elements.iter().map(Self::unrefined).collect()),
            Self::Map(members) => {
                let each = members.iter();
                Self::Map(
                    each.map(|(name, one)| (name.clone(), one.unrefined()))
                        .collect(),
                )
            }
            Self::Null | Self::Unknown | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {
                self.clone()
            }
        }
    }

    /// As JSON; there is no unknown in JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Unknown | Self::Refined => panic!("JSON can't say unknown"),
            Self::Bool(flag) => (*flag).into(),
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(elements) => elements.iter().map(Self::json).collect(),
            Self::Map(members) => {
                let each = members.iter();
                each.map(|(name, member)| (name.clone(), member.json()))
                    .collect()
            }
        }
    }

    /// For the wire, in MessagePack.
    pub(crate) fn msgpack(&self) -> wire::DynamicValue {
        let mut bytes = Vec::new();
        self.write(&mut bytes).expect("a vector takes it");
        wire::DynamicValue {
            msgpack: bytes.into(),
            ..wire::DynamicValue::default()
        }
    }

    /// For the wire, in JSON.
    pub(crate) fn as_json(&self) -> wire::DynamicValue {
        wire::DynamicValue {
            json: self.json().to_string().into(),
            ..wire::DynamicValue::default()
        }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), encode::ValueWriteError> {
        let count = |length: usize| u32::try_from(length).expect("a count that fits");
        match self {
            Self::Null => out.push(0xc0),
            Self::Unknown => out.extend([0xd4, 0, 0]),
            // Extension 12 with a map: 1 (whether null) is false, 2 (how it begins) is "ab".
            Self::Refined => {
                let refinements = [0x82, 1, 0xc2, 2, 0xa2, b'a', b'b'];
                encode::write_ext_meta(out, count(refinements.len()), 12)?;
                out.extend(refinements);
            }
            Self::Bool(flag) => out.push(if *flag { 0xc3 } else { 0xc2 }),
            Self::Number(number) => match format!("{number}").parse::<i64>() {
                Ok(whole) => _ = encode::write_sint(out, whole)?,
                Err(_) => encode::write_f64(out, *number)?,
            },
            Self::Text(text) => encode::write_str(out, text)?,
            Self::List(elements) => {
                _ = encode::write_array_len(out, count(elements.len()))?;
                for element in elements {
                    element.write(out)?;
                }
            }
            Self::Map(members) => {
                _ = encode::write_map_len(out, count(members.len()))?;
                for (name, member) in members {
                    encode::write_str(out, name)?;
                    member.write(out)?;
                }
            }
        }
        Ok(())
    }

    /// Off the wire. Nothing at all is null, as core reads it.
    pub(crate) fn read(value: Option<&wire::DynamicValue>) -> Self {
        let Some(value) = value else {
            return Self::Null;
        };
        if !value.msgpack.is_empty() {
            let mut bytes = value.msgpack.as_ref();
            let read = Self::read_one(&mut bytes);
            assert!(bytes.is_empty(), "{} bytes after a value", bytes.len());
            return read;
        }
        if value.json.is_empty() {
            return Self::Null;
        }
        let json: serde_json::Value = serde_json::from_slice(&value.json).expect("JSON");
        json.into()
    }

    fn read_one(bytes: &mut &[u8]) -> Self {
        let marker = Marker::from_u8(*bytes.first().expect("a value that is not cut off"));
        match marker {
            Marker::Null => decode::read_nil(bytes).map(|()| Self::Null).expect("nil"),
            Marker::True | Marker::False => Self::Bool(decode::read_bool(bytes).expect("a bool")),
            Marker::F32 => Self::Number(decode::read_f32(bytes).expect("a float").into()),
            Marker::F64 => Self::Number(decode::read_f64(bytes).expect("a float")),
            Marker::FixPos(_)
            | Marker::FixNeg(_)
            | Marker::U8
            | Marker::U16
            | Marker::U32
            | Marker::U64
            | Marker::I8
            | Marker::I16
            | Marker::I32
            | Marker::I64 => {
                let whole: i64 = decode::read_int(bytes).expect("an integer");
                Self::Number(whole.to_string().parse().expect("a number"))
            }
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                Self::Text(Self::read_text(bytes))
            }
            Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => {
                let count = decode::read_array_len(bytes).expect("a list");
                Self::List((0..count).map(|_| Self::read_one(bytes)).collect())
            }
            Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => {
                let count = decode::read_map_len(bytes).expect("a map");
                let mut members = BTreeMap::new();
                for _ in 0..count {
                    let name = Self::read_text(bytes);
                    let old = members.insert(name.clone(), Self::read_one(bytes));
                    assert_eq!(old, None, "{name} is there twice");
                }
                Self::Map(members)
            }
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => {
                let about = decode::read_ext_meta(bytes).expect("an extension");
                let length = usize::try_from(about.size).expect("a length");
                *bytes = bytes
                    .get(length..)
                    .expect("an extension that is not cut off");
                if about.typeid == 0 {
                    Self::Unknown
                } else {
                    Self::Refined
                }
            }
            Marker::Bin8 | Marker::Bin16 | Marker::Bin32 | Marker::Reserved => {
                panic!("nothing that Terraform knows begins with {marker:?}")
            }
        }
    }

    fn read_text(bytes: &mut &[u8]) -> String {
        let length = decode::read_str_len(bytes).expect("a text");
        let length = usize::try_from(length).expect("a length");
        let (text, rest) = bytes.split_at(length);
        *bytes = rest;
        String::from_utf8(text.to_vec()).expect("UTF-8")
    }
}

/// What is written is read back as it was; an absent value is null.
#[test]
fn a_value_survives_the_wire() {
    let value = Val::from(serde_json::json!({
        "text": "x".repeat(70_000), "number": -3, "real": 1.5, "flag": true, "null": null,
        "list": [1, [], {}], "much": vec![300; 20],
    }))
    .with("unknown", Val::Unknown)
    .with("refined", Val::Refined);
    assert_eq!(Val::read(Some(&value.msgpack())), value);
    assert!(!value.is_wholly_known());
    assert_eq!(Val::read(None), Val::Null);
    assert_eq!(Val::read(Some(&wire::DynamicValue::default())), Val::Null);
    let known = value.with("unknown", 1.0).with("refined", "x");
    assert_eq!(Val::read(Some(&known.as_json())), known);
}
