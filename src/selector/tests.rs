//! The promises of `selector.rs`.

use super::*;
use proptest::prelude::*;

fn category() -> FieldSelector {
    FieldSelector::equals(Field::EventCategory, [MANAGEMENT]).unwrap()
}

#[test]
fn the_empty_name_is_no_name() {
    let named = AdvancedEventSelector::new(Some(String::new()), vec![category()]).unwrap();
    assert_eq!(named.name(), None);
    assert_eq!(
        named,
        AdvancedEventSelector::new(None, vec![category()]).unwrap()
    );
}

#[test]
fn a_name_is_one_line_of_at_most_a_thousand_characters() {
    let build = |name: String| AdvancedEventSelector::new(Some(name), vec![category()]);
    assert!(build("é".repeat(1000)).is_ok());
    assert_eq!(
        build("é".repeat(1001)).unwrap_err().to_string(),
        "a selector name has 1001 characters; at most 1000 are allowed"
    );
    assert_eq!(
        build("a\nb".to_owned()).unwrap_err().to_string(),
        "the selector name \"a\\nb\" has a line break; a name is one line of at most 1000 \
         characters"
    );
}

#[test]
fn a_selector_has_a_condition() {
    assert_eq!(
        AdvancedEventSelector::new(Some("x".to_owned()), vec![])
            .unwrap_err()
            .to_string(),
        "the selector \"x\" has no field selector; at least one is required, on eventCategory"
    );
}

#[test]
fn the_category_is_one_value_by_equals_and_nothing_else() {
    let of = |fields| {
        AdvancedEventSelector::new(None, fields)
            .unwrap()
            .category()
            .map(str::to_owned)
    };
    let field = Field::EventCategory;
    assert_eq!(of(vec![category()]).as_deref(), Some("Management"));
    assert_eq!(
        of(vec![category(), category()]).as_deref(),
        Some("Management")
    );
    let two = FieldSelector::equals(field.clone(), ["Management", "Data"]).unwrap();
    assert_eq!(of(vec![two]), None);
    let not = FieldSelector::not_equals(field, ["Management"]).unwrap();
    assert_eq!(of(vec![not.clone()]), None);
    assert_eq!(of(vec![category(), not]), None);
    let other = FieldSelector::equals(Field::ReadOnly, ["true"]).unwrap();
    assert_eq!(of(vec![other]), None);
}

#[test]
fn a_summary_names_category_and_conditions_and_counts_long_lists() {
    let names: Vec<String> = (0..180).map(|n| format!("Name{n:03}")).collect();
    let long = AdvancedEventSelector::new(
        Some("iam-only".to_owned()),
        vec![
            category(),
            FieldSelector::equals(Field::EventName, names).unwrap(),
            FieldSelector::equals(Field::ReadOnly, ["false"]).unwrap(),
        ],
    )
    .unwrap();
    assert_eq!(
        long.summary(),
        "\"iam-only\" (Management: eventName Equals Name000 and 179 more; readOnly Equals false)"
    );
    let all = AdvancedEventSelector::new(None, vec![category()]).unwrap();
    assert_eq!(all.summary(), "unnamed (Management)");
    let none = FieldSelector::not_equals(Field::EventSource, ["a.b", "c.d"]).unwrap();
    let none = AdvancedEventSelector::new(None, vec![none]).unwrap();
    assert_eq!(
        none.summary(),
        "unnamed (no category: eventSource NotEquals a.b, c.d)"
    );
}

#[test]
fn the_service_default_has_three_spellings_and_no_more() {
    let advanced = |name: Option<&str>, fields| {
        Selectors::Advanced(vec![
            AdvancedEventSelector::new(name.map(str::to_owned), fields).unwrap(),
        ])
    };
    let read_only = FieldSelector::equals(Field::ReadOnly, ["true"]).unwrap();
    let basic = EventSelector::service_default();
    assert!(Selectors::Basic(vec![]).is_service_default());
    assert!(Selectors::Advanced(vec![]).is_service_default());
    assert!(Selectors::Basic(vec![basic.clone()]).is_service_default());
    assert!(advanced(None, vec![category()]).is_service_default());
    assert!(advanced(Some(DEFAULT_NAME), vec![category()]).is_service_default());

    assert!(!advanced(Some("ours"), vec![category()]).is_service_default());
    assert!(!advanced(None, vec![category(), read_only]).is_service_default());
    assert!(!Selectors::Basic(vec![basic.clone(), basic.clone()]).is_service_default());
    let writes = EventSelector {
        read_write_type: ReadWriteType::WriteOnly,
        ..basic
    };
    assert!(!Selectors::Basic(vec![writes]).is_service_default());
}

proptest! {
    #[test]
    fn values_are_counted_one_by_one(selector in generate::selector()) {
        let mut counted = 0;
        for field in selector.field_selectors() {
            for operator in Operator::ALL {
                for _ in field.values(*operator) {
                    counted += 1;
                }
            }
        }
        prop_assert_eq!(selector.value_count(), counted);
    }

    #[test]
    fn a_summary_is_one_line_and_names_every_field(selector in generate::selector()) {
        let summary = selector.summary();
        prop_assert!(!summary.contains('\n'));
        for field in selector.field_selectors() {
            if *field.field() != Field::EventCategory {
                prop_assert!(summary.contains(field.field().as_str()));
            }
        }
    }
}
