//! The promises of `import.rs`.

use super::super::generate;
use super::*;
use crate::selector::{EventSelector, Selectors};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn intent(names: NameFilter, filter_by: FilterBy, read_write_type: ReadWriteType) -> Intent {
    Intent {
        selector_name: Some("iam-only".to_owned()),
        names,
        read_write_type,
        filter_by,
    }
}

/// The filter that the selectors of this intent come back as.
fn back(intent: &Intent) -> NameFilter {
    let live = intent.resolve().unwrap().selectors;
    let found = Intent::from_selectors(&live).expect("comes back");
    assert_eq!(
        Intent {
            names: intent.names.clone(),
            ..found.clone()
        },
        *intent,
        "all but the names is as it was"
    );
    found.names
}

#[test]
fn selections_come_back_as_they_were_asked_for() {
    let levels = |levels: &[AccessLevel]| levels.iter().copied().collect::<BTreeSet<_>>();
    let families = |families: &[Family]| families.iter().copied().collect::<BTreeSet<_>>();
    let services = |services: &[Service]| whole(services.iter().copied().collect());
    let selections = [
        NameFilter::default(),
        services(&[Service::Sts]),
        services(&[Service::Iam, Service::Sts, Service::Signin]),
        services(&[Service::Sso, Service::Identitystore]),
        services(Service::ALL),
        NameFilter {
            access_levels: levels(&[AccessLevel::Write, AccessLevel::Tagging]),
            ..NameFilter::default()
        },
        NameFilter {
            access_levels: levels(&[AccessLevel::Read]),
            ..services(&[Service::Iam, Service::Sts])
        },
        NameFilter {
            resource_families: families(&[Family::Role, Family::AccessKey]),
            ..NameFilter::default()
        },
        NameFilter {
            access_levels: levels(&[AccessLevel::Write, AccessLevel::PermissionsManagement]),
            resource_families: families(&[Family::Role, Family::User]),
            ..NameFilter::default()
        },
    ];
    for filter in selections {
        for filter_by in [FilterBy::EventName, FilterBy::EventNameAndSource] {
            let wish = intent(filter.clone(), filter_by, ReadWriteType::All);
            assert_eq!(back(&wish), filter, "{filter_by:?}");
        }
    }
    for read_write_type in ReadWriteType::ALL {
        let wish = intent(NameFilter::default(), FilterBy::EventName, *read_write_type);
        assert_eq!(back(&wish), NameFilter::default(), "{read_write_type:?}");
    }
}

#[test]
fn names_of_no_selection_come_back_as_included_names() {
    let names = included(words(&["CreateUser", "AssumeRole", "NewThing"]));
    let wish = intent(names.clone(), FilterBy::EventName, ReadWriteType::All);
    assert_eq!(back(&wish), names);
}

#[test]
fn names_of_a_source_come_back_by_the_least_correction() {
    let part = NameFilter {
        exclude: words(&["GetUser"]),
        ..NameFilter::default()
    };
    let wish = intent(
        part.clone(),
        FilterBy::EventNameAndSource,
        ReadWriteType::All,
    );
    assert_eq!(back(&wish), part);

    let more = NameFilter {
        include: words(&["GetCallerIdentity", "NewThing"]),
        ..NameFilter::default()
    };
    let wish = intent(
        more.clone(),
        FilterBy::EventNameAndSource,
        ReadWriteType::All,
    );
    assert_eq!(back(&wish), more);

    let mut alone = NameFilter::default();
    alone.exclude = alone.of_services();
    alone.exclude.remove("CreateUser");
    let wish = intent(alone, FilterBy::EventNameAndSource, ReadWriteType::All);
    let found = back(&wish);
    assert_eq!(found.resource_families, [Family::User].into());
    assert!(
        found.include.is_empty() && found.exclude.len() < 10,
        "{found:?}"
    );

    // No level of writes has rows among reads, but a selection of nothing says nothing.
    let mut read = NameFilter::default();
    read.exclude = read.of_services();
    read.exclude.remove("GetUser");
    let wish = intent(read, FilterBy::EventNameAndSource, ReadWriteType::ReadOnly);
    let found = back(&wish);
    assert!(
        found.include.is_empty() && found.exclude.len() < 10,
        "{found:?}"
    );

    let everywhere = included(words(&["AssumeRole"]));
    let wish = intent(
        everywhere.clone(),
        FilterBy::EventNameAndSource,
        ReadWriteType::All,
    );
    assert_eq!(back(&wish), everywhere);
}

/// `ListGroupsForUser` is not asked of sso-directory, so IAM was selected; `GetUser` is asked of
/// IAM and of SCIM, and since IAM was selected, so was SCIM, of which nothing else tells.
#[test]
fn a_service_can_be_told_by_another() {
    let services = BTreeSet::from([Service::Iam, Service::IdentitystoreScim]);
    let mut filter = whole(services);
    filter.exclude = filter.of_services();
    filter
        .exclude
        .retain(|name| !["GetUser", "ListGroupsForUser"].contains(&name.as_str()));
    let wish = intent(filter, FilterBy::EventNameAndSource, ReadWriteType::All);
    assert_eq!(wish.resolve().unwrap().selectors.len(), 2);
    assert_eq!(back(&wish).services, wish.names.services);
}

#[test]
fn sources_and_exclusions_come_back() {
    for filter_by in [FilterBy::EventSource, FilterBy::Exclusion] {
        for read_write_type in ReadWriteType::ALL {
            let wish = intent(NameFilter::default(), filter_by, *read_write_type);
            assert_eq!(back(&wish), NameFilter::default());
        }
    }
}

fn management(fields: Vec<FieldSelector>) -> AdvancedEventSelector {
    let mut all = vec![FieldSelector::equals(Field::EventCategory, [MANAGEMENT]).unwrap()];
    all.extend(fields);
    AdvancedEventSelector::new(Some("x".to_owned()), all).unwrap()
}

#[test]
fn selectors_no_intent_writes_come_back_as_none() {
    let equals = |field, value: &str| FieldSelector::equals(field, [value]).unwrap();
    let create_user = equals(Field::EventName, "CreateUser");
    let prefix = FieldSelector::new(
        Field::EventName,
        [(Operator::StartsWith, vec!["Create".to_owned()])],
    );
    let kms = FieldSelector::not_equals(Field::EventSource, ["kms.amazonaws.com"]);
    for fields in [
        vec![],
        vec![equals(Field::ReadOnly, "true")],
        vec![prefix.unwrap()],
        vec![kms.unwrap()],
        vec![
            create_user.clone(),
            create_user.clone(),
            equals(Field::EventName, "GetUser"),
        ],
        vec![create_user.clone(), equals(Field::EventType, "AwsApiCall")],
        vec![create_user.clone(), equals(Field::ReadOnly, "maybe")],
        // A name the catalog knows as a write is never asked for among reads.
        vec![create_user.clone(), equals(Field::ReadOnly, "true")],
        vec![equals(Field::EventSource, "ec2.amazonaws.com")],
        vec![
            equals(Field::EventSource, "ec2.amazonaws.com"),
            create_user.clone(),
        ],
    ] {
        let live = management(fields);
        assert_eq!(
            Intent::from_selectors(std::slice::from_ref(&live)),
            None,
            "{}",
            live.summary()
        );
    }
    assert_eq!(Intent::from_selectors(&[]), None);
    let two = [
        management(vec![create_user]),
        management(vec![equals(Field::EventName, "GetUser")]),
    ];
    assert_eq!(Intent::from_selectors(&two), None);
    let default = Selectors::Basic(vec![EventSelector::service_default()]);
    assert_eq!(
        Intent::from_selectors(&default.to_advanced().unwrap()),
        None
    );
}

#[test]
fn names_of_selectors_that_do_not_go_together_come_back_as_none() {
    let wish = intent(
        whole([Service::Iam, Service::Sts].into()),
        FilterBy::EventNameAndSource,
        ReadWriteType::All,
    );
    let mut live = wish.resolve().unwrap().selectors;
    assert_eq!(Intent::from_selectors(&live), Some(wish));
    let fields = live[1].field_selectors().to_vec();
    let other = Some("other sts.amazonaws.com".to_owned());
    live[1] = AdvancedEventSelector::new(other, fields).unwrap();
    assert_eq!(Intent::from_selectors(&live), None);
}

/// A promise about intents that resolve is worth what the generator makes of it.
#[test]
fn generated_intents_mostly_resolve_and_use_every_filter() {
    let mut runner = TestRunner::deterministic();
    let mut resolved = BTreeMap::new();
    let mut corrected = 0;
    for _ in 0..600 {
        let tree = generate::intent().new_tree(&mut runner).unwrap();
        let intent = tree.current();
        if intent.resolve().is_ok() {
            *resolved.entry(intent.filter_by).or_insert(0) += 1;
            let names = &intent.names;
            corrected += usize::from(!names.include.is_empty() && !names.exclude.is_empty());
        }
    }
    for by in FilterBy::ALL {
        assert!(
            resolved.get(by).is_some_and(|count| *count > 50),
            "{resolved:?}"
        );
    }
    assert!(corrected > 50, "{corrected}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_an_intent_writes_comes_back_as_an_intent_that_writes_the_same(
        intent in generate::intent(),
        data in any::<bool>(),
    ) {
        let Ok(resolved) = intent.resolve() else { return Ok(()) };
        let mut live = resolved.selectors.clone();
        live.reverse();
        if data {
            let data = FieldSelector::equals(Field::EventCategory, ["Data"]).unwrap();
            live.insert(0, AdvancedEventSelector::new(None, vec![data]).unwrap());
        }
        let found = Intent::from_selectors(&live);
        prop_assert!(found.is_some(), "{intent:?}");
        let found = found.unwrap();
        let again = found.resolve().unwrap();
        prop_assert!(diff::same(&again.selectors, &resolved.selectors));
        prop_assert_eq!(found.filter_by, intent.filter_by);
        prop_assert_eq!(found.read_write_type, intent.read_write_type);
    }

    #[test]
    fn a_selection_comes_back_without_included_or_excluded_names(
        filter in generate::selection(),
        filter_by in prop::sample::select(vec![FilterBy::EventName, FilterBy::EventNameAndSource]),
        read_write_type in prop::sample::select(ReadWriteType::ALL),
    ) {
        let wish = intent(filter, filter_by, read_write_type);
        if wish.resolve().is_ok() {
            let found = back(&wish);
            prop_assert!(found.include.is_empty() && found.exclude.is_empty(), "{found:?}");
        }
    }

    #[test]
    fn an_import_is_never_a_wrong_one(live in crate::selector::generate::selectors()) {
        let Some(intent) = Intent::from_selectors(&live) else { return Ok(()) };
        let management: Vec<_> =
            live.into_iter().filter(|s| s.category() == Some(MANAGEMENT)).collect();
        prop_assert!(diff::same(&intent.resolve().unwrap().selectors, &management));
    }
}
