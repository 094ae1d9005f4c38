//! Every format against readings of its own: what an order says comes back out, whatever text it
//! holds, and no text is too long.
//!
//! What the documents keep is held against the evaluator in `tests/agreement/documents.rs`; that the
//! tools read them so is tried with the tools.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::str::Chars;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::selector::{Field, FieldSelector, Selectors, generate};

/// Any name that a selector may have: often with what some language takes for its own.
fn name() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "$", "${", "%{", "$${", "}", "\"", "\\", "\\n", "'", "''", "{{", "#", ": ", "- ", "&",
            "*", "\t", "\u{85}", "\u{2028}", "\u{feff}", "\u{7f}", "é", "🔑", "no", "~", "[", "|",
            "\u{0}",
        ])
        .prop_map(str::to_owned),
        "[a-z ]{0,3}",
        any::<char>().prop_map(String::from),
    ];
    let joined = prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat());
    joined.prop_filter("one line", |name| {
        AdvancedEventSelector::new(
            Some(name.clone()),
            vec![FieldSelector::equals(Field::EventCategory, ["Management"]).unwrap()],
        )
        .is_ok()
    })
}

/// An event name as the provider lets it through: no blank and no `*`.
fn event_name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Z][A-Za-z]{1,40}",
        1 => "[^\\s*\\p{C}]{1,20}",
        1 => "[\"'\\\\$%{}()|&=]{1,5}",
    ]
}

fn source() -> impl Strategy<Value = Source> {
    let names = prop::collection::btree_set(event_name(), 1..40);
    let event_source = prop::sample::select(vec![
        "iam.amazonaws.com",
        "sts.amazonaws.com",
        "signin.amazonaws.com",
        "sso.amazonaws.com",
    ]);
    (
        event_source,
        names,
        any::<bool>(),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(event_source, names, whole, at)| Source {
            event_source: event_source.to_owned(),
            names_of_type: names
                .iter()
                .take(at.index(names.len() + 1))
                .cloned()
                .collect(),
            names: (!whole).then_some(names),
        })
}

fn order() -> impl Strategy<Value = Order> {
    let named = (prop::option::of(name()), generate::selectors());
    let selectors = named.prop_map(|(name, selectors)| {
        let rename = |one: AdvancedEventSelector| {
            AdvancedEventSelector::new(name.clone(), one.field_selectors().to_vec()).unwrap()
        };
        selectors.into_iter().map(rename).collect()
    });
    let sources = prop::collection::vec(source(), 1..4).prop_map(|mut sources| {
        let mut seen = BTreeSet::new();
        sources.retain(|source| seen.insert(source.event_source.clone()));
        sources
    });
    (selectors, sources, prop::sample::select(ReadWriteType::ALL)).prop_map(
        |(selectors, sources, read_write_type)| Order {
            selectors,
            sources,
            read_write_type,
            event_data_store_id: EVENT_DATA_STORE_ID.to_owned(),
            athena_table: ATHENA_TABLE.to_owned(),
        },
    )
}

fn texts(key: &str, order: &Order) -> Vec<String> {
    let format = FORMATS.iter().find(|format| format.key == key).unwrap();
    format.texts(order).unwrap()
}

fn text(key: &str, order: &Order) -> String {
    texts(key, order).concat()
}

/// The selectors of an order, said once more, in the API's spelling.
fn told(order: &Order) -> Value {
    let selector = |one: &AdvancedEventSelector| {
        let fields = one.field_selectors().iter().map(|condition| {
            let mut told = json!({ "Field": condition.field().as_str() });
            for (operator, values) in condition.conditions() {
                told[operator.api_name()] = json!(values);
            }
            told
        });
        let mut told = json!({ "FieldSelectors": fields.collect::<Vec<_>>() });
        if let Some(name) = one.name() {
            told["Name"] = json!(name);
        }
        told
    };
    order.selectors.iter().map(selector).collect()
}

/// Reads the YAML that is written here: maps and lists by indentation, texts in double quotes.
fn yaml(text: &str) -> Value {
    // A line is its depth and its content; an item's dash is a line of its own.
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for line in text.lines() {
        let content = line.trim_start_matches(' ');
        let mut depth = line.len() - content.len();
        let mut content = content;
        while let Some(item) = content.strip_prefix("- ") {
            lines.push((depth, "-"));
            depth += 2;
            content = item;
        }
        lines.push((depth, content));
    }
    let mut at = 0;
    let value = yaml_at(&lines, &mut at);
    assert_eq!(at, lines.len(), "all lines are read");
    value
}

fn yaml_at(lines: &[(usize, &str)], at: &mut usize) -> Value {
    let (depth, first) = lines[*at];
    if first == "-" {
        let mut items = Vec::new();
        while lines.get(*at) == Some(&(depth, "-")) {
            *at += 1;
            items.push(yaml_at(lines, at));
        }
        return Value::Array(items);
    }
    if first.starts_with('"') {
        *at += 1;
        return serde_json::from_str(first).unwrap();
    }
    let mut map = Map::new();
    while let Some((_, line)) = lines
        .get(*at)
        .filter(|(own, line)| *own == depth && *line != "-")
    {
        *at += 1;
        let (key, value) = line.split_once(':').unwrap();
        let value = match value.trim_start() {
            "" => yaml_at(lines, at),
            value => serde_json::from_str(value).unwrap(),
        };
        assert!(map.insert(key.to_owned(), value).is_none(), "{key} twice");
    }
    Value::Object(map)
}

/// Reads the blocks that are written here, as the API spells them.
fn hcl(text: &str) -> Value {
    let mut letters = text.chars().peekable();
    let mut selectors = Vec::new();
    while let Some(word) = hcl_word(&mut letters) {
        assert_eq!(word, "advanced_event_selector");
        selectors.push(hcl_block(&mut letters));
    }
    Value::Array(selectors)
}

fn hcl_word(letters: &mut Peekable<Chars<'_>>) -> Option<String> {
    while letters
        .next_if(|c| c.is_ascii_whitespace() || *c == ',')
        .is_some()
    {}
    let mut word = String::new();
    while let Some(letter) = letters.next_if(|c| c.is_ascii_lowercase() || *c == '_') {
        word.push(letter);
    }
    match word.as_str() {
        "" => letters.next().map(String::from),
        _ => Some(word),
    }
}

fn hcl_block(letters: &mut Peekable<Chars<'_>>) -> Value {
    assert_eq!(hcl_word(letters).unwrap(), "{");
    let mut block = json!({});
    loop {
        let key = match hcl_word(letters).unwrap().as_str() {
            "}" => return block,
            "field_selector" => {
                let inner = hcl_block(letters);
                let fields = block.as_object_mut().unwrap();
                let fields = fields.entry("FieldSelectors").or_insert(json!([]));
                fields.as_array_mut().unwrap().push(inner);
                continue;
            }
            key => key.to_owned(),
        };
        assert_eq!(hcl_word(letters).unwrap(), "=");
        let value = match hcl_word(letters).unwrap().as_str() {
            "\"" => json!(hcl_text(letters)),
            "[" => {
                let mut items = Vec::new();
                while hcl_word(letters).unwrap() == "\"" {
                    items.push(hcl_text(letters));
                }
                json!(items)
            }
            other => panic!("{other} is no value"),
        };
        let words = key
            .split('_')
            .map(|word| word[..1].to_uppercase() + &word[1..]);
        assert!(block.get(&key).is_none(), "{key} twice");
        block[words.collect::<String>()] = value;
    }
}

/// A text behind its first quote, as
/// <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md> reads it.
fn hcl_text(letters: &mut Peekable<Chars<'_>>) -> String {
    let mut out = String::new();
    loop {
        let letter = letters.next().unwrap();
        match letter {
            '"' => return out,
            '\\' => match letters.next().unwrap() {
                'u' => {
                    let digits: String = letters.by_ref().take(4).collect();
                    let number = u32::from_str_radix(&digits, 16).unwrap();
                    out.push(char::from_u32(number).unwrap());
                }
                quoted => out.push(quoted),
            },
            '$' | '%' if letters.peek() == Some(&'{') => panic!("a template begins"),
            '$' | '%' if letters.peek() == Some(&letter) => {
                letters.next();
                out.push(letter);
                if letters.next_if_eq(&'{').is_some() {
                    out.push('{');
                } else {
                    // Not followed by a brace the second stands for itself, and may begin a pair.
                    let third = letters.peek() == Some(&letter);
                    assert!(!third, "three of a kind are not settled");
                    out.push(letter);
                }
            }
            _ => out.push(letter),
        }
    }
}

proptest! {
    #[test]
    fn selectors_come_back_out_of_every_document_of_selectors(order in order()) {
        let told = told(&order);
        let cli: Value = serde_json::from_str(&text("aws_cli_json", &order)).unwrap();
        prop_assert_eq!(&cli, &told);
        let read: Selectors = serde_json::from_str(&text("aws_cli_json", &order)).unwrap();
        if !order.selectors.is_empty() {
            prop_assert_eq!(read, Selectors::Advanced(order.selectors.clone()));
        }
        let property = json!({ "AdvancedEventSelectors": told });
        let json: Value = serde_json::from_str(&text("cloudformation_json", &order)).unwrap();
        prop_assert_eq!(&json, &property);
        if !order.selectors.is_empty() {
            prop_assert_eq!(yaml(&text("cloudformation_yaml", &order)), property);
        }
    }

    #[test]
    fn any_text_survives_its_quotes(name in name()) {
        let quoted = quoted::json(&name);
        prop_assert_eq!(&serde_json::from_str::<String>(&quoted).unwrap(), &name);
        // <https://yaml.org/spec/1.2.2/#51-character-set>, and what YAML 1.1 took for a line break.
        let printable = |c: char| matches!(
            c,
            ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..,
        );
        let breaks = ['\u{2028}', '\u{2029}', '\u{feff}'];
        let is_taken = quoted.chars().all(|c| printable(c) && !breaks.contains(&c));
        prop_assert!(is_taken, "{}", quoted);
        let sql = quoted::sql(&name);
        let inner = sql.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap();
        prop_assert_eq!(inner.split("''").collect::<Vec<_>>().join("'"), name.clone());
        prop_assert!(!inner.replace("''", "").contains('\''));
    }

    #[test]
    fn selectors_come_back_out_of_hcl(order in order()) {
        // Three `$` in a row are told apart by Terraform itself, not by the reading here.
        let plain = order.selectors.iter().all(|one| {
            let name = one.name().unwrap_or_default();
            !name.contains("$$") && !name.contains("%%")
        });
        prop_assume!(plain);
        prop_assert_eq!(hcl(&text("terraform_hcl", &order)), told(&order));
    }

    #[test]
    fn each_name_is_in_one_text_and_no_text_is_too_long(order in order()) {
        for key in ["event_bridge_patterns", "cloudwatch_logs_filter_patterns"] {
            let format = FORMATS.iter().find(|format| format.key == key).unwrap();
            let texts = format.texts(&order).unwrap();
            let limit = format.limit.unwrap();
            let lengths: Vec<usize> = texts.iter().map(|text| text.chars().count()).collect();
            prop_assert!(lengths.iter().all(|length| *length <= limit), "{:?}", lengths);
        }
        // Each pattern's pairs of source and name; a whole source is a pair with none.
        let mut pairs = Vec::new();
        for pattern in texts("event_bridge_patterns", &order) {
            let pattern: Value = serde_json::from_str(&pattern).unwrap();
            let detail = &pattern["detail"];
            let only = vec![detail.clone()];
            let alternatives = detail["$or"].as_array().unwrap_or(&only);
            for one in alternatives {
                for source in one["eventSource"].as_array().unwrap() {
                    let source = source.as_str().unwrap().to_owned();
                    match one["eventName"].as_array() {
                        None => pairs.push((source, None)),
                        Some(names) => pairs.extend(
                            names.iter().map(|name| (source.clone(), name.as_str().map(str::to_owned))),
                        ),
                    }
                }
            }
        }
        let mut expected = Vec::new();
        for source in &order.sources {
            for spelling in source.spellings() {
                match &source.names {
                    None => expected.push((spelling.to_owned(), None)),
                    Some(names) => expected
                        .extend(names.iter().map(|name| (spelling.to_owned(), Some(name.clone())))),
                }
            }
        }
        pairs.sort();
        expected.sort();
        prop_assert_eq!(pairs, expected);
    }
}

/// A list that is split is as short as it can be: no text has room for what begins the next.
#[test]
fn texts_are_as_full_as_they_can_be() {
    let names: BTreeSet<String> = (0..400).map(|number| format!("Name{number:03}")).collect();
    let order = Order {
        selectors: Vec::new(),
        sources: vec![Source {
            event_source: "iam.amazonaws.com".to_owned(),
            names_of_type: names.clone(),
            names: Some(names),
        }],
        read_write_type: ReadWriteType::All,
        event_data_store_id: String::new(),
        athena_table: String::new(),
    };
    for (key, of_one) in [
        ("event_bridge_patterns", "\"Name000\",".len()),
        (
            "cloudwatch_logs_filter_patterns",
            "($.eventName = \"Name000\") || ".len(),
        ),
    ] {
        let format = FORMATS.iter().find(|format| format.key == key).unwrap();
        let texts = format.texts(&order).unwrap();
        let (_, full) = texts.split_last().unwrap();
        assert!(!full.is_empty(), "{key} is split");
        for text in full {
            assert!(text.len() + of_one > format.limit.unwrap(), "{key}: {text}");
        }
    }
}

/// A name that fits into no pattern is told, with the limit, and not cut.
#[test]
fn a_name_that_fits_nowhere_is_told() {
    let name = "N".repeat(1100);
    let order = Order {
        selectors: Vec::new(),
        sources: vec![Source {
            event_source: "iam.amazonaws.com".to_owned(),
            names_of_type: BTreeSet::new(),
            names: Some(["A".to_owned(), name, "Z".to_owned()].into()),
        }],
        read_write_type: ReadWriteType::All,
        event_data_store_id: String::new(),
        athena_table: String::new(),
    };
    let wrong = cloudwatch_logs::CLOUDWATCH_LOGS_FILTER_PATTERNS.texts(&order);
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "cloudwatch_logs_filter_patterns has 1163 characters with one event name alone; at most 1024 \
         are allowed"
    );
}

/// Each format says what it is, where it is documented and what tries it, under a name of its own.
#[test]
fn every_format_is_whole() {
    let mut keys = BTreeSet::new();
    for format in FORMATS {
        let key = format.key;
        assert!(keys.insert(key), "{key} twice");
        assert!(
            key.chars().all(|c| c == '_' || c.is_ascii_lowercase()),
            "{key}"
        );
        assert!(format.what.ends_with('.'), "{key}");
        assert!(format.source.starts_with("https://"), "{key}");
        assert!(!format.tried.is_empty(), "{key}");
    }
}
