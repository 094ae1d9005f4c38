//! The promises of `rules.rs`, for every rule at once; [`matrix`] walks the cells of the documented
//! matrix.

mod matrix;

use std::collections::BTreeSet;

use super::circumstances::check_change;
use super::example::build;
use super::*;
use crate::selector::{Field, FieldSelector, Operator, generate};
use proptest::prelude::*;

/// The findings of this rule about its accepted and about its rejected example, at a destination.
fn of_examples(rule: &Rule, destination: Destination) -> (Vec<Finding>, Vec<Finding>) {
    let built = |drafts: &[Draft]| build(drafts).unwrap_or_else(|e| panic!("{}: {e}", rule.id));
    let (mut accepted, mut rejected) = match rule.check {
        Check::Shape { accepted, rejected } => {
            built(accepted);
            let wrong = build(rejected).expect_err(rule.id);
            (Vec::new(), vec![of_shape(&wrong, None)])
        }
        Check::Selectors {
            accepted, rejected, ..
        } => (
            check(&built(accepted), destination),
            check(&built(rejected), destination),
        ),
        Check::Basic {
            accepted, rejected, ..
        } => (check_basic(&accepted()), check_basic(&rejected())),
        Check::Text {
            subject,
            accepted,
            rejected,
            ..
        } => (check_text(subject, accepted), check_text(subject, rejected)),
        Check::Reach {
            accepted, rejected, ..
        } => {
            let of = |example: ReachExample| {
                let facts = reach::Facts {
                    destination,
                    ..example.facts
                };
                reach::reaches(&example.services.iter().copied().collect(), &facts)
            };
            (of(accepted), of(rejected))
        }
        Check::Change {
            accepted, rejected, ..
        } => {
            let of = |example: ChangeExample| {
                let circumstances = Circumstances {
                    destination,
                    ..example.circumstances
                };
                check_change(&built(example.wanted), &built(example.live), &circumstances)
            };
            (of(accepted), of(rejected))
        }
    };
    accepted.retain(|finding| finding.rule == rule.id);
    rejected.retain(|finding| finding.rule == rule.id);
    (accepted, rejected)
}

/// Whether a text is a sentence or some, in one line.
fn is_prose(text: &str) -> bool {
    text.starts_with(|c: char| c.is_uppercase())
        || text
            .split([' ', '.'])
            .next()
            .is_some_and(|word| word.contains(char::is_uppercase))
        || text.starts_with("resources.")
}

#[test]
fn every_rule_says_what_why_and_where() {
    let mut ids = BTreeSet::new();
    for rule in RULES {
        let id = rule.id;
        assert!(ids.insert(id), "{id} is there twice");
        let hyphenated = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(id.chars().all(hyphenated), "{id}");
        let words = rule.title.split(' ').count();
        let headline = (2..=8).contains(&words) && !rule.title.ends_with('.');
        assert!(headline, "{id}: {:?} is no headline", rule.title);
        for text in [rule.what, rule.why] {
            let sentence = is_prose(text) && text.ends_with('.') && text.len() >= 20;
            assert!(sentence, "{id}: {text:?} is no sentence");
            assert!(
                !text.contains("  ") && !text.contains('\n'),
                "{id}: {text:?}"
            );
        }
        assert_ne!(rule.what, rule.why, "{id}");
        let ours = ["https://docs.aws.amazon.com/", "https://docs.amazonaws.cn/"];
        let documented = ours.iter().any(|host| rule.source.starts_with(host));
        assert!(documented, "{id}: {}", rule.source);
        assert!(!rule.destinations.is_empty(), "{id}");
        assert_eq!(super::rule(id).map(|found| found.title), Some(rule.title));
        let alone = |name: &str| id.starts_with(name);
        if alone("trail-") {
            assert_eq!(rule.destinations, [Destination::Trail], "{id}");
        }
        if alone("store-") {
            assert_eq!(rule.destinations, [Destination::EventDataStore], "{id}");
        }
    }
    assert!(RULES.is_sorted_by_key(|rule| rule.chapter));
    assert_eq!(super::rule("no-such-rule").map(|rule| rule.id), None);
}

#[test]
fn every_rule_accepts_its_one_example_and_rejects_the_other_wherever_it_holds() {
    for rule in RULES {
        for destination in rule.destinations {
            let (accepted, rejected) = of_examples(rule, *destination);
            assert_eq!(accepted, [], "{} refuses what it accepts", rule.id);
            assert!(!rejected.is_empty(), "{} accepts what it refuses", rule.id);
            for finding in rejected {
                assert_eq!(finding.severity, rule.severity);
                assert_eq!(finding.source, rule.source);
            }
        }
    }
}

/// What is accepted shows nothing else that is an error: an example is there to be copied.
#[test]
fn an_accepted_example_breaks_no_other_rule() {
    for rule in RULES {
        let Check::Selectors { accepted, .. } = rule.check else {
            continue;
        };
        for destination in rule.destinations {
            let findings = check(&build(accepted).unwrap(), *destination);
            let errors: Vec<_> = findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", rule.id);
        }
    }
}

/// The clauses of a finding become sentences elsewhere: they begin small unless with a name, have no
/// full stop, are one line, and print no Rust.
fn assert_style(finding: &Finding) {
    for text in [&finding.found, &finding.expected, &finding.repair] {
        let context = format!("{}: {text:?}", finding.rule);
        assert!(
            !text.is_empty() && !text.ends_with(['.', '!', ':', ' ']),
            "{context}"
        );
        assert!(!text.starts_with(' ') && !text.contains("  "), "{context}");
        assert!(!text.contains(['\n', '\r']), "{context}");
        for rust in ["Some(", "None", "Field::", "{", "}", "Vec"] {
            assert!(!text.contains(rust), "{context}");
        }
        let first = text.split(' ').next().unwrap_or_default();
        let capital = first.starts_with(char::is_uppercase);
        let is_name = first.chars().skip(1).any(char::is_uppercase) || text.contains(" or ");
        assert!(!capital || is_name, "{context}");
    }
    assert!(finding.repair.len() > 8, "{}", finding.rule);
    assert!(finding.found.len() < 800, "{}", finding.rule);
}

#[test]
fn findings_keep_the_style_of_diagnostics() {
    for rule in RULES {
        for destination in rule.destinations {
            for finding in of_examples(rule, *destination).1 {
                assert_style(&finding);
            }
        }
    }
}

/// Each way not to be buildable, with its rule.
#[test]
fn what_cannot_be_built_has_its_rule() {
    let field = || Field::EventName;
    let operator = Operator::Equals;
    let text = || "a; b.".to_owned();
    let rows = [
        (
            ShapeError::NameTooLong { characters: 1001 },
            "selector-name-length",
        ),
        (
            ShapeError::NameLineBreak { name: text() },
            "selector-name-line",
        ),
        (
            ShapeError::NoFieldSelectors { name: None },
            "field-selector-missing",
        ),
        (
            ShapeError::NoFieldSelectors { name: Some(text()) },
            "field-selector-missing",
        ),
        (
            ShapeError::FieldLength { characters: 0 },
            "field-name-length",
        ),
        (
            ShapeError::FieldCharacter {
                field: text(),
                character: ';',
            },
            "field-name-character",
        ),
        (
            ShapeError::NoOperator { field: field() },
            "operator-missing",
        ),
        (
            ShapeError::DuplicateOperator {
                field: field(),
                operator,
            },
            "operator-twice",
        ),
        (
            ShapeError::EmptyValue {
                field: field(),
                operator,
            },
            "value-length",
        ),
        (
            ShapeError::ValueTooLong {
                field: field(),
                operator,
                characters: 3000,
            },
            "value-length",
        ),
        (
            ShapeError::ValueLineBreak {
                field: field(),
                operator,
                value: text(),
            },
            "value-line",
        ),
    ];
    for (error, id) in rows {
        assert_eq!(rule_of(&error).id, id);
        let at = Some(Location::of_selector(3));
        let finding = of_shape(&error, at.clone());
        assert_eq!((finding.rule, &finding.at), (id, &at));
        assert_style(&finding);
        assert_eq!(
            format!("{}; {}", finding.found, finding.expected),
            error.to_string()
        );
        assert!(matches!(rule_of(&error).check, Check::Shape { .. }), "{id}");
    }
    let shapes = RULES
        .iter()
        .filter(|rule| matches!(rule.check, Check::Shape { .. }));
    assert_eq!(shapes.count(), 9, "each of them is in the rows");
}

/// Fields, operators and values beyond those that the other tests need: all fields, all categories.
fn selector() -> impl Strategy<Value = AdvancedEventSelector> {
    let field = prop::sample::select(vec![
        "eventCategory",
        "eventSource",
        "eventName",
        "readOnly",
        "eventType",
        "resources.type",
        "resources.ARN",
        "userIdentity.arn",
        "sessionCredentialFromConsole",
        "errorCode",
        "vpcEndpointId",
        "resources.arn",
        "new|field",
    ]);
    let value = prop::sample::select(vec![
        "Management",
        "Data",
        "NetworkActivity",
        "Insight",
        "Evidence",
        "management",
        "true",
        "false",
        "TRUE",
        "iam.amazonaws.com",
        "IAM.amazonaws.com",
        "kms.amazonaws.com",
        "iam",
        "CreateUser",
        "createuser",
        "Create*",
        "AwsApiCall",
        "VpceAccessDenied",
        "AWS::S3::Object",
        "AWS::S3",
        "arn:aws:s3:::bucket/key",
        "arn:aws:s3",
    ]);
    let values = prop::collection::vec(value.prop_map(str::to_owned), 1..4);
    let condition = (
        field,
        prop::collection::btree_map(generate::operator(), values, 1..3),
    )
        .prop_map(|(field, conditions)| {
            FieldSelector::new(Field::parse(field).unwrap(), conditions).unwrap()
        });
    let categories = prop::sample::select(vec![
        None,
        Some("Management"),
        Some("Data"),
        Some("NetworkActivity"),
        Some("Insight"),
        Some("Other"),
    ]);
    (categories, prop::collection::vec(condition, 1..4)).prop_map(|(category, mut conditions)| {
        if let Some(category) = category {
            let category = FieldSelector::equals(Field::EventCategory, [category]).unwrap();
            conditions.insert(0, category);
        }
        AdvancedEventSelector::new(None, conditions).unwrap()
    })
}

proptest! {
    #[test]
    fn findings_point_at_what_they_tell_of_and_come_rule_by_rule(
        selectors in prop::collection::vec(selector(), 0..8),
        destination in prop::sample::select(Destination::ALL),
    ) {
        let findings = check(&selectors, destination);
        let place = |finding: &Finding| RULES.iter().position(|rule| rule.id == finding.rule);
        prop_assert!(findings.iter().all(|finding| place(finding).is_some()));
        prop_assert!(findings.is_sorted_by_key(place));
        for finding in &findings {
            assert_style(finding);
            prop_assert!(rule(finding.rule).unwrap().holds_at(destination));
            let Some(at) = &finding.at else { continue };
            let selector = &selectors[at.selector];
            let Some(index) = at.condition else { continue };
            let condition = &selector.field_selectors()[index];
            prop_assert_eq!(at.field.as_ref(), Some(condition.field()));
            let Some(operator) = at.operator else { continue };
            let values = condition.values(operator);
            prop_assert!(!values.is_empty());
            if let Some(value) = at.value {
                prop_assert!(finding.found.contains(&values[value]));
            }
        }
    }

    /// A rule about one selector does not care for the others: their findings are the same alone.
    #[test]
    fn a_selector_is_judged_alike_alone_and_among_others(
        selectors in prop::collection::vec(selector(), 1..5),
        destination in prop::sample::select(Destination::ALL),
    ) {
        let of_sets = ["store-category-group", "read-write-half"];
        let own = |findings: Vec<Finding>, index: usize| -> BTreeSet<(&'static str, String)> {
            findings
                .into_iter()
                .filter(|finding| !of_sets.contains(&finding.rule))
                .filter_map(|finding| {
                    let at = finding.at.filter(|at| at.selector == index)?;
                    Some((finding.rule, Location { selector: 0, ..at }.to_string()))
                })
                .collect()
        };
        for (index, selector) in selectors.iter().enumerate() {
            let alone = own(check(std::slice::from_ref(selector), destination), 0);
            prop_assert_eq!(own(check(&selectors, destination), index), alone);
        }
    }
}

#[test]
fn what_the_provider_writes_into_a_store_is_documented() {
    let iam = FieldSelector::equals(Field::EventSource, ["iam.amazonaws.com"]).unwrap();
    let category = FieldSelector::equals(Field::EventCategory, ["Management"]).unwrap();
    let selector = AdvancedEventSelector::new(Some("IAM".to_owned()), vec![category, iam]).unwrap();
    let set = [selector];
    assert_eq!(check(&set, Destination::EventDataStore), []);
    let rules: Vec<_> = check_trail(&set)
        .into_iter()
        .map(|finding| finding.rule)
        .collect();
    assert_eq!(rules, ["trail-management-event-source"]);
}

#[test]
fn the_guide_has_each_rule_once_with_all_that_it_says() {
    let guide = guide();
    for rule in RULES {
        let heading = format!("### {}\n", rule.id);
        assert_eq!(guide.matches(&heading).count(), 1, "{}", rule.id);
        let section = guide.split(&heading).nth(1).unwrap();
        let section = section.split("\n### ").next().unwrap();
        for part in [rule.title, rule.what, rule.why, rule.source] {
            assert!(section.contains(part), "{}: {part}", rule.id);
        }
        assert_eq!(section.matches("```json\n").count(), 2, "{}", rule.id);
        let (accepted, rejected) = section.split_once("Rejected:").unwrap();
        let accepted = accepted.split_once("Accepted:").unwrap().1;
        let first = |text: &str| text.split("```").nth(1).map(str::to_owned);
        assert!(
            first(accepted) != first(rejected),
            "{}: one example",
            rule.id
        );
        assert!(section.lines().all(|line| line.len() < 600), "{}", rule.id);
    }
}

#[test]
fn destinations_are_read_back_as_printed() {
    for destination in Destination::ALL {
        assert_eq!(Destination::parse(destination.as_str()), Some(*destination));
    }
    assert_eq!(Destination::parse("Trail"), None);
}
