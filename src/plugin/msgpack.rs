//! Values on the wire: MessagePack in Terraform's dialect, to and from the provider's own types.
//!
//! The law here: what a provider's type reads and writes is plain MessagePack, and what goes over the
//! wire is Terraform's. Between the two stands one walk along the schema: a number may come as a
//! decimal text; a value that is not known may come with what is known of it, and goes out bare.
//! May import [`super::proto`] only.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use rmp::{Marker, encode};
use serde::{Deserialize, Serialize};
use tf_provider::schema::{Attribute, AttributeType, Block, NestedBlock, Type};
use tf_provider::{AttributePath, AttributePathStep};

use super::proto::tfplugin6::DynamicValue;

/// How deep values may lie in one another where the schema sets no limit.
const DEPTH: usize = 128;
/// Null.
const NULL: &[u8] = &[0xc0];
/// A value that is not known, as Terraform writes it: extension 0 with one byte of nothing.
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// What of a type matters when a value is walked along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A number, which may come as a decimal text.
    Number,
    /// Anything that is taken as it is.
    Any,
    /// A list or a set.
    Each(Box<Shape>),
    /// A map: every value has this shape.
    Values(Box<Shape>),
    /// An object: its attributes' shapes.
    Object(BTreeMap<String, Shape>),
    /// A tuple: its elements' shapes.
    Tuple(Vec<Shape>),
}

impl Shape {
    /// The shape of a block: an object of its attributes and blocks.
    pub(super) fn of_block(block: &Block) -> Self {
        let attributes = block
            .attributes
            .iter()
            .map(|(name, attribute)| (name.clone(), Self::of_attribute(&attribute.attr_type)));
        let blocks = block.blocks.iter().map(|(name, nested)| {
            let shape = match nested {
                NestedBlock::Single(block) | NestedBlock::Group(block) => Self::of_block(block),
                NestedBlock::List(block)
                | NestedBlock::Set(block)
                | NestedBlock::Optional(block) => Self::Each(Box::new(Self::of_block(block))),
                NestedBlock::Map(block) => Self::Values(Box::new(Self::of_block(block))),
            };
            (name.clone(), shape)
        });
        Self::Object(attributes.chain(blocks).collect())
    }

    /// The shape of an attribute's type.
    pub(super) fn of_attribute(kind: &AttributeType) -> Self {
        let object = |attributes: &std::collections::HashMap<String, Attribute>| {
            let each = attributes
                .iter()
                .map(|(name, attribute)| (name.clone(), Self::of_attribute(&attribute.attr_type)));
            Self::Object(each.collect())
        };
        match kind {
            AttributeType::String | AttributeType::Bool | AttributeType::Any => Self::Any,
            AttributeType::Number => Self::Number,
            AttributeType::List(inner) | AttributeType::Set(inner) => {
                Self::Each(Box::new(Self::of_attribute(inner)))
            }
            AttributeType::Map(inner) => Self::Values(Box::new(Self::of_attribute(inner))),
            AttributeType::Object(members) => {
                let each = members
                    .iter()
                    .map(|(name, inner)| (name.clone(), Self::of_attribute(inner)));
                Self::Object(each.collect())
            }
            AttributeType::Tuple(inner) => {
                Self::Tuple(inner.iter().map(Self::of_attribute).collect())
            }
            AttributeType::AttributeSingle(attributes) => object(attributes),
            AttributeType::AttributeList(attributes) | AttributeType::AttributeSet(attributes) => {
                Self::Each(Box::new(object(attributes)))
            }
            AttributeType::AttributeMap(attributes) => Self::Values(Box::new(object(attributes))),
        }
    }

    /// The shape of a function's parameter or result.
    pub(super) fn of_type(kind: &Type) -> Self {
        match kind {
            Type::String | Type::Bool | Type::Any => Self::Any,
            Type::Number => Self::Number,
            Type::List(inner) | Type::Set(inner) => Self::Each(Box::new(Self::of_type(inner))),
            Type::Map(inner) => Self::Values(Box::new(Self::of_type(inner))),
            Type::Object(members) => {
                let each = members
                    .iter()
                    .map(|(name, inner)| (name.clone(), Self::of_type(inner)));
                Self::Object(each.collect())
            }
            Type::Tuple(inner) => Self::Tuple(inner.iter().map(Self::of_type).collect()),
        }
    }
}

/// Why a value can't be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValueError {
    /// Where, as far as the walk had come; the root if that is not known.
    pub(super) path: AttributePath,
    /// What is wrong there, as a sentence without its end.
    pub(super) why: String,
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for ValueError {}

impl ValueError {
    fn new(why: impl Into<String>) -> Self {
        Self {
            path: AttributePath::root(),
            why: why.into(),
        }
    }

    fn below(mut self, step: AttributePathStep) -> Self {
        self.path.steps.insert(0, step);
        self
    }
}

/// A value as it came, ready to be read as one type or another.
#[derive(Debug, Clone)]
pub(super) enum Received {
    /// Plain MessagePack.
    Plain(Vec<u8>),
    /// JSON.
    Json(Bytes),
}

impl Received {
    /// Takes a value off the wire. One that is absent is null.
    pub(super) fn new(value: Option<DynamicValue>, shape: &Shape) -> Result<Self, ValueError> {
        match value {
            Some(value) if !value.msgpack.is_empty() => {
                Ok(Self::Plain(walk(&value.msgpack, shape)?))
            }
            Some(value) if !value.json.is_empty() => Ok(Self::Json(value.json)),
            Some(_) | None => Ok(Self::Plain(NULL.to_vec())),
        }
    }

    /// Whether it is null.
    pub(super) fn is_null(&self) -> bool {
        match self {
            Self::Plain(bytes) => bytes == NULL,
            Self::Json(text) => text.trim_ascii() == b"null",
        }
    }

    /// Reads it.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ValueError> {
        match self {
            Self::Plain(bytes) => plain(bytes),
            Self::Json(text) => {
                serde_json::from_slice(text).map_err(|error| ValueError::new(error.to_string()))
            }
        }
    }
}

/// Reads plain MessagePack; nothing is null.
pub(super) fn plain<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ValueError> {
    let bytes = if bytes.is_empty() { NULL } else { bytes };
    rmp_serde::from_slice(bytes).map_err(|error| ValueError::new(error.to_string()))
}

/// Writes a value as plain MessagePack.
pub(super) fn to_plain<T: Serialize>(value: &T) -> Result<Vec<u8>, ValueError> {
    rmp_serde::to_vec_named(value).map_err(|error| ValueError::new(error.to_string()))
}

/// Writes a value for the wire.
pub(super) fn send<T: Serialize>(value: &T, shape: &Shape) -> Result<DynamicValue, ValueError> {
    Ok(DynamicValue {
        msgpack: walk(&to_plain(value)?, shape)?.into(),
        json: Bytes::new(),
    })
}

/// The arguments of a call as one array.
pub(super) fn arguments(
    values: Vec<DynamicValue>,
    shapes: &[Shape],
    rest: Option<&Shape>,
) -> Result<Vec<u8>, (usize, ValueError)> {
    let mut out = Vec::new();
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    put(encode::write_array_len(&mut out, count)).map_err(|error| (0, error))?;
    for (index, value) in values.into_iter().enumerate() {
        let shape = shapes.get(index).or(rest).unwrap_or(&Shape::Any);
        match Received::new(Some(value), shape) {
            Ok(Received::Plain(bytes)) => out.extend(bytes),
            Ok(Received::Json(_)) => {
                return Err((index, ValueError::new("arguments come as MessagePack")));
            }
            Err(error) => return Err((index, error)),
        }
    }
    Ok(out)
}

/// Whether anything in a value that was written for the wire is not known.
pub(super) fn has_unknown(value: &DynamicValue) -> bool {
    let mut finder = Walk {
        input: &value.msgpack,
        out: Vec::new(),
        unknowns: 0,
    };
    finder.value(&Shape::Any, DEPTH).is_err() || finder.unknowns > 0
}

fn walk(bytes: &[u8], shape: &Shape) -> Result<Vec<u8>, ValueError> {
    let mut walk = Walk {
        input: bytes,
        out: Vec::with_capacity(bytes.len()),
        unknowns: 0,
    };
    walk.value(shape, DEPTH)?;
    if walk.input.is_empty() {
        Ok(walk.out)
    } else {
        Err(ValueError::new("there is more after the value"))
    }
}

/// What became of writing to memory, which has no other end than being too long.
fn put<T, E: fmt::Display>(written: Result<T, E>) -> Result<(), ValueError> {
    written
        .map(|_| ())
        .map_err(|error| ValueError::new(error.to_string()))
}

/// A length, with its highest byte first.
fn big_endian(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .fold(0, |length, &byte| length << 8 | usize::from(byte))
}

struct Walk<'a> {
    input: &'a [u8],
    out: Vec<u8>,
    unknowns: usize,
}

impl<'a> Walk<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ValueError> {
        let (taken, rest) = self
            .input
            .split_at_checked(count)
            .ok_or_else(|| ValueError::new("the value is cut off"))?;
        self.input = rest;
        Ok(taken)
    }

    fn length(&mut self, bytes: usize) -> Result<usize, ValueError> {
        self.take(bytes).map(big_endian)
    }

    fn copy(&mut self, marker: Marker, count: usize) -> Result<(), ValueError> {
        let taken = self.take(count)?;
        self.out.push(marker.to_u8());
        self.out.extend(taken);
        Ok(())
    }

    fn value(&mut self, shape: &Shape, depth: usize) -> Result<(), ValueError> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| ValueError::new("values lie too deep in one another"))?;
        let [first] = *self.take(1)? else {
            return Err(ValueError::new("the value is cut off"));
        };
        let marker = Marker::from_u8(first);
        match marker {
            Marker::Null | Marker::True | Marker::False | Marker::FixPos(_) | Marker::FixNeg(_) => {
                self.copy(marker, 0)
            }
            Marker::U8 | Marker::I8 => self.copy(marker, 1),
            Marker::U16 | Marker::I16 => self.copy(marker, 2),
            Marker::U32 | Marker::I32 | Marker::F32 => self.copy(marker, 4),
            Marker::U64 | Marker::I64 => self.copy(marker, 8),
            Marker::F64 => self.float(),
            Marker::FixStr(length) => self.text(shape, usize::from(length)),
            Marker::Str8 => self.length(1).and_then(|length| self.text(shape, length)),
            Marker::Str16 => self.length(2).and_then(|length| self.text(shape, length)),
            Marker::Str32 => self.length(4).and_then(|length| self.text(shape, length)),
            Marker::Bin8 => self.bin(marker, 1),
            Marker::Bin16 => self.bin(marker, 2),
            Marker::Bin32 => self.bin(marker, 4),
            Marker::FixArray(count) => self.array(shape, u32::from(count), depth),
            Marker::Array16 => self.counted(2).and_then(|n| self.array(shape, n, depth)),
            Marker::Array32 => self.counted(4).and_then(|n| self.array(shape, n, depth)),
            Marker::FixMap(count) => self.map(shape, u32::from(count), depth),
            Marker::Map16 => self.counted(2).and_then(|n| self.map(shape, n, depth)),
            Marker::Map32 => self.counted(4).and_then(|n| self.map(shape, n, depth)),
            Marker::FixExt1 => self.unknown(1),
            Marker::FixExt2 => self.unknown(2),
            Marker::FixExt4 => self.unknown(4),
            Marker::FixExt8 => self.unknown(8),
            Marker::FixExt16 => self.unknown(16),
            Marker::Ext8 => self.length(1).and_then(|length| self.unknown(length)),
            Marker::Ext16 => self.length(2).and_then(|length| self.unknown(length)),
            Marker::Ext32 => self.length(4).and_then(|length| self.unknown(length)),
            Marker::Reserved => Err(ValueError::new("0xc1 is no MessagePack")),
        }
    }

    fn counted(&mut self, bytes: usize) -> Result<u32, ValueError> {
        let count = self.length(bytes)?;
        u32::try_from(count).map_err(|error| ValueError::new(error.to_string()))
    }

    fn float(&mut self) -> Result<(), ValueError> {
        let bytes = self.take(8)?;
        let number = bytes.try_into().map(f64::from_be_bytes);
        self.number(number.unwrap_or(f64::NAN))
    }

    fn number(&mut self, number: f64) -> Result<(), ValueError> {
        if !number.is_finite() {
            return Err(ValueError::new(format!(
                "{number} is no number that can be worked with"
            )));
        }
        put(encode::write_f64(&mut self.out, number))
    }

    /// A text; where a number is expected, it is that number in decimal.
    fn text(&mut self, shape: &Shape, length: usize) -> Result<(), ValueError> {
        let taken = self.take(length)?;
        let text =
            std::str::from_utf8(taken).map_err(|_| ValueError::new("a text that is not UTF-8"))?;
        if *shape != Shape::Number {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            put(encode::write_str_len(&mut self.out, length))?;
            self.out.extend(taken);
            return Ok(());
        }
        if let Ok(number) = text.parse::<i64>() {
            return put(encode::write_sint(&mut self.out, number));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => self.number(number),
            Ok(_) | Err(_) => Err(ValueError::new(
                "a number that is too large, or none at all; expected one up to 1.8e308",
            )),
        }
    }

    fn bin(&mut self, marker: Marker, bytes: usize) -> Result<(), ValueError> {
        let length = self.take(bytes)?;
        let taken = self.take(big_endian(length))?;
        self.out.push(marker.to_u8());
        self.out.extend(length);
        self.out.extend(taken);
        Ok(())
    }

    /// Any extension is a value that is not known; what is known of it is not kept.
    fn unknown(&mut self, length: usize) -> Result<(), ValueError> {
        self.take(1)?;
        self.take(length)?;
        self.out.extend(UNKNOWN);
        self.unknowns += 1;
        Ok(())
    }

    fn array(&mut self, shape: &Shape, count: u32, depth: usize) -> Result<(), ValueError> {
        put(encode::write_array_len(&mut self.out, count))?;
        for index in 0..count {
            let element = match shape {
                Shape::Each(element) => element,
                Shape::Tuple(elements) => usize::try_from(index)
                    .ok()
                    .and_then(|index| elements.get(index))
                    .unwrap_or(&Shape::Any),
                Shape::Number | Shape::Any | Shape::Values(_) | Shape::Object(_) => &Shape::Any,
            };
            self.value(element, depth)
                .map_err(|error| error.below(AttributePathStep::Index(index.into())))?;
        }
        Ok(())
    }

    fn map(&mut self, shape: &Shape, count: u32, depth: usize) -> Result<(), ValueError> {
        put(encode::write_map_len(&mut self.out, count))?;
        for _ in 0..count {
            let before = self.input;
            self.value(&Shape::Any, depth)?;
            let used = before.len() - self.input.len();
            let key = before
                .get(..used)
                .and_then(|mut key| {
                    rmp::decode::read_str_len(&mut key).ok()?;
                    std::str::from_utf8(key).ok()
                })
                .ok_or_else(|| ValueError::new("a key that is no text"))?;
            let member = match shape {
                Shape::Values(member) => member,
                Shape::Object(members) => members.get(key).unwrap_or(&Shape::Any),
                Shape::Number | Shape::Any | Shape::Each(_) | Shape::Tuple(_) => &Shape::Any,
            };
            self.value(member, depth).map_err(|error| {
                let name = key.to_owned().into();
                error.below(match shape {
                    Shape::Object(_) => AttributePathStep::Attribute(name),
                    Shape::Number
                    | Shape::Any
                    | Shape::Each(_)
                    | Shape::Values(_)
                    | Shape::Tuple(_) => AttributePathStep::Key(name),
                })
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
