//! What a value may look like on the wire, and that nothing which comes over it does harm.

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use super::{DynamicValue, Received, Shape, ValueError, has_unknown, plain, send, to_plain, walk};

fn object<const N: usize>(members: [(&str, Shape); N]) -> Shape {
    Shape::Object(members.map(|(name, shape)| (name.to_owned(), shape)).into())
}

fn received<T: for<'a> Deserialize<'a>>(msgpack: Vec<u8>, shape: &Shape) -> Result<T, ValueError> {
    let value = DynamicValue {
        msgpack: msgpack.into(),
        json: Bytes::new(),
    };
    Received::new(Some(value), shape)?.read()
}

/// A number comes as an integer, as a float or, if it fits neither, as a decimal text.
#[test]
fn a_number_is_a_number_in_all_its_forms() {
    for (sent, expected) in [
        (to_plain(&7), 7.0),
        (to_plain(&-7), -7.0),
        (to_plain(&0.5), 0.5),
        (
            to_plain(&"12345678901234567890123"),
            1.234_567_890_123_456_8e22,
        ),
        (to_plain(&"0.1000000000000000000001"), 0.1),
        (to_plain(&"42"), 42.0),
    ] {
        let number: Value<f64> = received(sent.unwrap(), &Shape::Number).unwrap();
        assert_eq!(number, Value::Value(expected));
    }
    let whole: Value<i64> = received(to_plain(&"42").unwrap(), &Shape::Number).unwrap();
    assert_eq!(whole, Value::Value(42));
}

/// A text in the place of a text is not taken for a number.
#[test]
fn a_text_of_digits_stays_a_text() {
    let text: Value<String> = received(to_plain(&"42").unwrap(), &Shape::Any).unwrap();
    assert_eq!(text, Value::Value("42".to_owned()));
}

/// What no number can hold is refused, and the error says where it stands.
#[test]
fn a_number_beyond_all_bounds_is_refused_where_it_stands() {
    let shape = object([(
        "blocks",
        Shape::Each(Box::new(object([("n", Shape::Number)]))),
    )]);
    let value = BTreeMap::from([("blocks", vec![BTreeMap::from([("n", "1e999")])])]);
    let refused = received::<()>(to_plain(&value).unwrap(), &shape).unwrap_err();
    assert_eq!(refused.path.to_string(), "blocks[0].n");
    assert!(refused.why.contains("too large"), "{refused}");
}

/// A value that is not known is that, whatever is told of it, and goes out bare.
#[test]
fn an_unknown_value_is_unknown_in_all_its_forms() {
    let bare = vec![0xd4, 0, 0];
    // An extension 12 with refinements: a map which says that it is not null.
    let refined = vec![0xc7, 3, 12, 0x81, 1, 0xc2];
    for sent in [bare.clone(), refined, vec![0xc7, 0, 0]] {
        let value: Value<String> = received(sent, &Shape::Any).unwrap();
        assert_eq!(value, Value::Unknown);
    }
    let value = send(&Value::<String>::Unknown, &Shape::Any).unwrap();
    assert_eq!(value.msgpack, bare);
    assert!(has_unknown(&value));
    assert!(!has_unknown(&send(&"known", &Shape::Any).unwrap()));
}

/// A whole list that is not known is told from a list with an element that is not.
#[test]
fn unknown_lies_at_any_depth() {
    let shape = Shape::Each(Box::new(Shape::Any));
    let list: Value<Vec<Value<String>>> =
        received(vec![0x92, 0xd4, 0, 0, 0xa1, b'a'], &shape).unwrap();
    let expected = vec![Value::Unknown, Value::Value("a".to_owned())];
    assert_eq!(list, Value::Value(expected));
    let list: Value<Vec<Value<String>>> = received(vec![0xd4, 0, 0], &shape).unwrap();
    assert_eq!(list, Value::Unknown);
}

/// What is absent is null.
#[test]
fn nothing_is_null() {
    let absent = Received::new(None, &Shape::Any).unwrap();
    assert!(absent.is_null());
    let empty = Received::new(Some(DynamicValue::default()), &Shape::Any).unwrap();
    assert!(empty.is_null());
    assert_eq!(plain::<Value<String>>(&[]).unwrap(), Value::Null);
}

/// What is not a number is not written as one.
#[test]
fn not_a_number_is_not_written() {
    for number in [f64::NAN, f64::INFINITY] {
        assert!(send(&number, &Shape::Number).is_err());
    }
}

/// Whoever nests deeper than any schema is refused, not followed.
#[test]
fn depth_has_an_end() {
    let mut deep = vec![0x91; 100_000];
    deep.push(0xc0);
    let refused = walk(&deep, &Shape::Any).unwrap_err();
    assert!(refused.why.contains("too deep"), "{refused}");
}

/// Any value of a model, as configurations hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Model {
    text: Value<String>,
    number: Value<f64>,
    flag: Value<bool>,
    list: Value<Vec<Value<String>>>,
    block: Value<Vec<Value<Numbers>>>,
}

type Numbers = BTreeMap<String, Value<i64>>;

fn value<T: Clone + std::fmt::Debug + 'static>(
    inner: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Value<T>> {
    prop_oneof![
        1 => Just(Value::Null),
        1 => Just(Value::Unknown),
        6 => inner.prop_map(Value::Value),
    ]
}

fn model() -> impl Strategy<Value = Model> {
    let texts = value(proptest::collection::vec(value(".{0,40}"), 0..20));
    let numbers = proptest::collection::btree_map("[a-z]{1,5}", value(any::<i64>()), 0..20);
    let blocks = value(proptest::collection::vec(value(numbers), 0..4));
    (
        value(".{0,300}"),
        value(-1e300..1e300),
        value(any::<bool>()),
        texts,
        blocks,
    )
        .prop_map(|(text, number, flag, list, block)| Model {
            text,
            number,
            flag,
            list,
            block,
        })
}

fn model_shape() -> Shape {
    object([
        ("text", Shape::Any),
        ("number", Shape::Number),
        ("flag", Shape::Any),
        ("list", Shape::Each(Box::new(Shape::Any))),
        (
            "block",
            Shape::Each(Box::new(Shape::Values(Box::new(Shape::Number)))),
        ),
    ])
}

proptest! {
    /// What was sent is what is received.
    #[test]
    fn a_value_survives_the_wire(model in model()) {
        let shape = model_shape();
        let sent = send(&model, &shape).unwrap();
        let back: Model = Received::new(Some(sent), &shape).unwrap().read().unwrap();
        prop_assert_eq!(back, model);
    }

    /// No bytes make the walk do anything but answer, and what it lets pass is MessagePack.
    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(passed) = walk(&bytes, &model_shape()) {
            prop_assert!(walk(&passed, &Shape::Any).is_ok());
        }
    }

    /// A message that is cut off anywhere is refused.
    #[test]
    fn a_value_cut_off_is_refused(model in model(), at in any::<prop::sample::Index>()) {
        let whole = to_plain(&model).unwrap();
        let cut = at.index(whole.len());
        prop_assert!(walk(&whole[..cut], &model_shape()).is_err());
    }
}
