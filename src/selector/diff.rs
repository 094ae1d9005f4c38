//! When two sets of selectors are the same, and the one order in which a set is shown.
//!
//! Imports nothing of this crate but its own parent. Next: [`super::AdvancedEventSelector`].

use super::AdvancedEventSelector;

/// The same selectors in canonical order: selectors sorted, within each `eventCategory` first and
/// the other fields by name, operators and values sorted; and nothing twice (a value in an
/// operator, a condition in a selector, a selector in the set).
///
/// Neither order nor repetition changes what is logged, because selectors and values are
/// alternatives, and conditions must all hold
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>,
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>).
#[must_use]
pub fn canonical(selectors: &[AdvancedEventSelector]) -> Vec<AdvancedEventSelector> {
    let mut selectors: Vec<_> = selectors.iter().map(canonical_selector).collect();
    selectors.sort();
    selectors.dedup();
    selectors
}

/// Whether going from one set to the other is no change.
///
/// Order and repetition do not count, nor an empty name against none; any other difference of names
/// does, although it changes nothing that is logged, because the name is what people find a
/// selector by.
#[must_use]
pub fn same(a: &[AdvancedEventSelector], b: &[AdvancedEventSelector]) -> bool {
    canonical(a) == canonical(b)
}

fn canonical_selector(selector: &AdvancedEventSelector) -> AdvancedEventSelector {
    let mut selector = selector.clone();
    for condition in &mut selector.field_selectors {
        *condition = condition.canonical();
    }
    selector.field_selectors.sort();
    selector.field_selectors.dedup();
    selector
}

#[cfg(test)]
mod tests {
    use super::super::{Field, FieldSelector, Operator, generate};
    use super::*;
    use proptest::prelude::*;

    /// The same set, written otherwise: everything reversed and everything twice.
    fn rewritten(selectors: &[AdvancedEventSelector]) -> Vec<AdvancedEventSelector> {
        let twice_reversed = |values: &[String]| {
            let mut values: Vec<String> = values.iter().chain(values).cloned().collect();
            values.reverse();
            values
        };
        let rewritten = selectors.iter().rev().map(|selector| {
            let mut fields: Vec<_> = selector
                .field_selectors()
                .iter()
                .map(|field| {
                    let conditions: Vec<_> = field
                        .conditions()
                        .map(|(operator, values)| (operator, twice_reversed(values)))
                        .collect();
                    FieldSelector::new(field.field().clone(), conditions.into_iter().rev()).unwrap()
                })
                .collect();
            fields.extend(fields.clone());
            fields.reverse();
            let name = selector.name().unwrap_or_default().to_owned();
            AdvancedEventSelector::new(Some(name), fields).unwrap()
        });
        let rewritten: Vec<_> = rewritten.collect();
        [rewritten.clone(), rewritten].concat()
    }

    proptest! {
        #[test]
        fn canonical_order_is_reached_at_once(selectors in generate::selectors()) {
            let once = canonical(&selectors);
            prop_assert_eq!(canonical(&once), once);
        }

        #[test]
        fn order_and_repetition_and_the_empty_name_do_not_count(selectors in generate::selectors()) {
            let other = rewritten(&selectors);
            prop_assert_eq!(canonical(&selectors), canonical(&other));
            prop_assert!(same(&selectors, &other));
        }

        #[test]
        fn a_shuffle_does_not_count(
            (selectors, shuffled) in generate::selectors()
                .prop_flat_map(|selectors| (Just(selectors.clone()), Just(selectors).prop_shuffle()))
        ) {
            prop_assert!(same(&selectors, &shuffled));
        }

        #[test]
        fn a_name_or_a_value_or_an_operator_more_counts(selector in generate::selector()) {
            let fields = selector.field_selectors().to_vec();
            let named = AdvancedEventSelector::new(Some("another".to_owned()), fields.clone()).unwrap();
            let first = &fields[0];
            let mut more: Vec<_> =
                first.conditions().map(|(operator, values)| (operator, values.to_vec())).collect();
            more[0].1.push("another".to_owned());
            let valued = FieldSelector::new(first.field().clone(), more).unwrap();
            let mut changed = fields.clone();
            changed[0] = valued;
            let valued = AdvancedEventSelector::new(None, changed).unwrap();
            let mut extended = fields;
            extended.push(FieldSelector::equals(Field::ErrorCode, ["x"]).unwrap());
            let extended = AdvancedEventSelector::new(None, extended).unwrap();
            let live = [selector];
            for other in [named, valued, extended] {
                prop_assert!(!same(&live, &[other]));
            }
        }

        #[test]
        fn the_category_is_no_matter_of_order(selectors in generate::selectors()) {
            let mut categories: Vec<_> = selectors.iter().map(|s| s.category()).collect();
            categories.sort_unstable();
            categories.dedup();
            let canonical = canonical(&rewritten(&selectors));
            let mut others: Vec<_> = canonical.iter().map(|s| s.category()).collect();
            others.sort_unstable();
            others.dedup();
            prop_assert_eq!(categories, others);
        }
    }

    #[test]
    fn the_canonical_order_is_category_then_fields_by_name() {
        let selector = AdvancedEventSelector::new(
            None,
            vec![
                FieldSelector::equals(Field::ReadOnly, ["true"]).unwrap(),
                FieldSelector::new(
                    Field::EventName,
                    [
                        (Operator::NotEquals, vec!["C".to_owned()]),
                        (
                            Operator::Equals,
                            vec!["B".to_owned(), "A".to_owned(), "B".to_owned()],
                        ),
                    ],
                )
                .unwrap(),
                FieldSelector::equals(Field::EventCategory, ["Management"]).unwrap(),
            ],
        )
        .unwrap();
        let canonical = canonical(&[selector]);
        assert_eq!(
            canonical[0].summary(),
            "unnamed (Management: eventName Equals A, B; eventName NotEquals C; readOnly Equals true)"
        );
        assert_eq!(
            *canonical[0].field_selectors()[0].field(),
            Field::EventCategory
        );
    }
}
