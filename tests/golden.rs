//! The documents as people read them: a few choices, each in every format, in `tests/golden/`. They
//! are there to be looked at when a change of them is reviewed; that they are right is shown by others
//! (`agreement::documents`, `documents`).
//!
//! `make golden` writes them anew. Imports the crate, and [`crate::support`] for the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use terraform_provider_iam::catalog::{AccessLevel, Family, Service};
use terraform_provider_iam::intent::{FilterBy, Intent, NameFilter};
use terraform_provider_iam::render::{ATHENA_TABLE, EVENT_DATA_STORE_ID, FORMATS, Order, Source};
use terraform_provider_iam::selector::ReadWriteType;

use crate::support::ambient;

/// Set by `make golden`: the files are written and not compared.
const WRITE: &str = "IAM_TEST_WRITE_GOLDEN";

fn set<T: Ord + Copy>(of: &[T]) -> BTreeSet<T> {
    of.iter().copied().collect()
}

fn texts(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}

/// The choices, each with a name that says what there is to see.
fn choices() -> BTreeMap<&'static str, Intent> {
    let iam = NameFilter::default;
    let by_name = |names: NameFilter| Intent {
        selector_name: Some("iam-only".to_owned()),
        names,
        read_write_type: ReadWriteType::All,
        filter_by: FilterBy::EventName,
    };
    let of_services = |services: &[Service]| NameFilter {
        services: set(services),
        ..iam()
    };
    BTreeMap::from([
        ("whole-iam", by_name(iam())),
        (
            "writes-only",
            Intent {
                read_write_type: ReadWriteType::WriteOnly,
                ..by_name(iam())
            },
        ),
        (
            "access-keys",
            by_name(NameFilter {
                resource_families: set(&[Family::AccessKey]),
                ..iam()
            }),
        ),
        (
            "with-sign-in",
            Intent {
                filter_by: FilterBy::EventSource,
                ..by_name(of_services(&[
                    Service::Iam,
                    Service::Sts,
                    Service::Sso,
                    Service::Signin,
                ]))
            },
        ),
        (
            "added-and-taken-away",
            by_name(NameFilter {
                access_levels: set(&[AccessLevel::PermissionsManagement]),
                include: texts(&["ConsoleLogin", "CreateUser", "NewThing"]),
                exclude: texts(&["PutUserPolicy"]),
                ..iam()
            }),
        ),
        (
            "every-rated-name",
            by_name(NameFilter {
                access_levels: set(AccessLevel::ALL),
                ..of_services(Service::ALL)
            }),
        ),
        (
            "a-name-with-everything",
            Intent {
                selector_name: Some("a \"b\" 'c' \\ ${d} %{e} $${f}: {{g}} #h é".to_owned()),
                ..by_name(NameFilter {
                    services: BTreeSet::new(),
                    include: texts(&["CreateUser"]),
                    ..iam()
                })
            },
        ),
        (
            "event-data-store",
            Intent {
                filter_by: FilterBy::EventNameAndSource,
                ..by_name(NameFilter {
                    resource_families: set(&[Family::Mfa, Family::LoginProfile]),
                    include: texts(&["ConsoleLogin", "AssumeRoot"]),
                    ..iam()
                })
            },
        ),
    ])
}

fn order(intent: &Intent) -> Order {
    let sources = intent.sources().expect("sources").into_iter();
    Order {
        selectors: intent.resolve().expect("selectors").selectors,
        sources: sources
            .map(|source| Source {
                event_source: source.source.to_owned(),
                names: source.names,
                names_of_type: source.names_of_type,
            })
            .collect(),
        read_write_type: intent.read_write_type,
        event_data_store_id: EVENT_DATA_STORE_ID.to_owned(),
        athena_table: ATHENA_TABLE.to_owned(),
    }
}

/// The file of a format: its key, and an ending by which an editor knows what it is.
fn file(key: &str) -> String {
    let endings = [
        ("_json", "json"),
        ("_yaml", "yaml"),
        ("_hcl", "tf"),
        ("_sql", "sql"),
    ];
    let ending = endings.iter().find(|(ending, _)| key.ends_with(ending));
    format!("{key}.{}", ending.map_or("txt", |(_, ending)| ending))
}

/// All files, by their paths under `tests/golden/documents/`. Where a document is several texts, each
/// has a line.
fn documents() -> BTreeMap<PathBuf, String> {
    let mut documents = BTreeMap::new();
    for (name, intent) in choices() {
        let order = order(&intent);
        for format in FORMATS {
            let texts = format.texts(&order).expect("names that fit");
            let content = match format.limit {
                Some(_) => texts.iter().flat_map(|text| [text, "\n"]).collect(),
                None => texts.concat(),
            };
            documents.insert(Path::new(name).join(file(format.key)), content);
        }
    }
    documents
}

/// The page of the data source says of each format where it is documented and what it was tried in.
#[test]
fn every_format_is_on_its_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("tools/docs/data-sources/selector_document.md.tmpl");
    let page = std::fs::read_to_string(page).expect("the page");
    for format in FORMATS {
        let key = format!("| `{}` |", format.key);
        let row = page.lines().find(|line| line.starts_with(&key));
        let row = row.unwrap_or_else(|| panic!("{key} has no row"));
        let tried = format!("| {} |", format.tried);
        assert!(
            row.contains(format.source) && row.ends_with(&tried),
            "{row}"
        );
    }
}

#[test]
fn the_documents_are_those_that_were_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/documents");
    let documents = documents();
    if ambient(WRITE).is_some() {
        _ = std::fs::remove_dir_all(&folder);
        for (path, content) in documents {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, content).expect("a file");
        }
        return;
    }
    let mut found = BTreeMap::new();
    for case in std::fs::read_dir(&folder).expect("tests/golden/documents") {
        let case = case.expect("an entry");
        for file in std::fs::read_dir(case.path()).expect("a folder") {
            let file = file.expect("an entry");
            let content = std::fs::read_to_string(file.path()).expect("a text");
            found.insert(Path::new(&case.file_name()).join(file.file_name()), content);
        }
    }
    let paths: BTreeSet<&PathBuf> = documents.keys().chain(found.keys()).collect();
    let differ: Vec<&PathBuf> = paths
        .into_iter()
        .filter(|path| documents.get(*path) != found.get(*path))
        .collect();
    assert!(
        differ.is_empty(),
        "not as in tests/golden/documents/: {differ:?}. Look at what `make golden` and `git diff` make \
         of it, and commit it if that is what was wanted."
    );
}
