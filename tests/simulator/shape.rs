//! Checks a request against the API model: types, required members, lengths, allowed values, and,
//! stricter than the service, no member that the model does not have.
//!
//! Imports [`super::error`] and [`super::rule`]. The shapes of the requests are in
//! [`super::model`]. A `null` member counts as absent.

use serde_json::{Map, Value};

use super::{
    error::Refusal,
    rule::{MODEL_CONSTRAINT, MODEL_MEMBER, MODEL_TYPE},
};

/// The shape a value must have.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A boolean.
    Flag,
    /// A whole number between these.
    Whole(i64, i64),
    /// A string of this many characters, of these characters.
    Text(usize, usize, fn(char) -> bool),
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A list of this many members of one shape.
    List(usize, usize, &'static Shape),
    /// An object.
    Record(&'static [Member]),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// Its shape.
    pub(crate) shape: &'static Shape,
}

/// Checks a request's body.
pub(crate) fn check(shape: &Shape, body: &Value) -> Result<(), Refusal> {
    check_at(shape, body, "")
}

fn check_at(shape: &Shape, value: &Value, path: &str) -> Result<(), Refusal> {
    match shape {
        Shape::Flag => value
            .as_bool()
            .map(drop)
            .ok_or_else(|| wrong_type(path, "a boolean", value)),
        Shape::Whole(min, max) => {
            let number = value
                .as_i64()
                .ok_or_else(|| wrong_type(path, "a whole number", value))?;
            if (*min..=*max).contains(&number) {
                return Ok(());
            }
            let wanted = format!("Member must have value between {min} and {max}");
            Err(constraint(path, &number.to_string(), &wanted))
        }
        Shape::Text(min, max, allowed) => {
            let text = text_at(value, path)?;
            let length = text.chars().count();
            if length < *min || length > *max {
                let wanted =
                    format!("Member must have length between {min} and {max}, has {length}");
                return Err(constraint(path, text, &wanted));
            }
            if !text.chars().all(allowed) {
                return Err(constraint(
                    path,
                    text,
                    "Member must satisfy the pattern of its type",
                ));
            }
            Ok(())
        }
        Shape::Choice(choices) => {
            let text = text_at(value, path)?;
            if choices.contains(&text) {
                return Ok(());
            }
            let wanted = format!(
                "Member must satisfy enum value set: [{}]",
                choices.join(", ")
            );
            Err(constraint(path, text, &wanted))
        }
        Shape::List(min, max, of) => {
            let items = value
                .as_array()
                .ok_or_else(|| wrong_type(path, "a list", value))?;
            if items.len() < *min || items.len() > *max {
                let wanted = format!("Member must have between {min} and {max} items");
                return Err(constraint(
                    path,
                    &format!("a list of {}", items.len()),
                    &wanted,
                ));
            }
            items
                .iter()
                .zip(1..)
                .try_for_each(|(item, place)| check_at(of, item, &format!("{path}.{place}.member")))
        }
        Shape::Record(members) => {
            let object = value
                .as_object()
                .ok_or_else(|| wrong_type(path, "an object", value))?;
            check_record(members, object, path)
        }
    }
}

fn check_record(
    members: &[Member],
    object: &Map<String, Value>,
    path: &str,
) -> Result<(), Refusal> {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    if let Some(unknown) = object
        .keys()
        .find(|key| members.iter().all(|m| m.name != **key))
    {
        let known: Vec<&str> = members.iter().map(|member| member.name).collect();
        let place = below(unknown);
        let message = format!(
            "Unknown member '{place}'; the model has: {}",
            known.join(", ")
        );
        return Err(Refusal::new(&MODEL_MEMBER, message));
    }
    for member in members {
        match object.get(member.name).filter(|value| !value.is_null()) {
            Some(value) => check_at(member.shape, value, &below(member.name))?,
            None if member.required => {
                return Err(constraint(
                    &below(member.name),
                    "null",
                    "Member must not be null",
                ));
            }
            None => {}
        }
    }
    Ok(())
}

fn text_at<'a>(value: &'a Value, path: &str) -> Result<&'a str, Refusal> {
    value
        .as_str()
        .ok_or_else(|| wrong_type(path, "a string", value))
}

fn wrong_type(path: &str, wanted: &str, found: &Value) -> Refusal {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let place = if path.is_empty() { "the body" } else { path };
    Refusal::new(
        &MODEL_TYPE,
        format!("Expected {wanted} at {place}, found {found}"),
    )
}

fn constraint(path: &str, found: &str, wanted: &str) -> Refusal {
    let found: String = found.chars().take(200).collect();
    let message = format!(
        "1 validation error detected: Value '{found}' at '{path}' failed to satisfy constraint: \
         {wanted}"
    );
    Refusal::new(&MODEL_CONSTRAINT, message)
}
