//! The house rules, held against the source as it stands: who may import whom, where foreign crates
//! may be named, how long a file may be, what it opens with.
//!
//! Reads files and imports nothing. The checker has negative twins at the end: a made-up source that
//! breaks a rule is caught.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Who may import whom. What is not here may not be.
const IMPORTS: [(&str, &[&str]); 12] = [
    ("catalog", &[]),
    ("selector", &[]),
    ("intent", &["catalog", "selector"]),
    ("rules", &["catalog", "selector"]),
    ("evaluate", &["selector"]),
    ("render", &["selector"]),
    ("aws", &["selector"]),
    ("protocol", &[]),
    ("plugin", &["protocol"]),
    (
        "provider",
        &[
            "catalog", "selector", "intent", "rules", "evaluate", "render", "aws", "protocol",
        ],
    ),
    ("command", &["catalog", "selector", "rules", "evaluate"]),
    (
        "main",
        &["provider", "plugin", "protocol", "aws", "command"],
    ),
];

/// Where a foreign crate may be named: the crate, or the beginning of its name if that ends in `_`,
/// and the modules.
const FOREIGN: [(&str, &[&str]); 16] = [
    ("aws_config", &["aws"]),
    ("aws_credential_", &["aws"]),
    ("aws_sdk_", &["aws"]),
    ("aws_smithy_", &["aws"]),
    ("aws_types", &["aws"]),
    ("aws_lc_rs", &["plugin", "aws"]),
    ("hyper_", &["aws"]),
    ("flate2", &["evaluate"]),
    ("lexopt", &["command"]),
    ("prost", &["plugin"]),
    ("rmp_serde", &["plugin"]),
    ("rustls", &["plugin", "aws"]),
    ("tokio_rustls", &["plugin"]),
    ("tonic", &["plugin"]),
    ("tracing_subscriber", &["plugin"]),
    ("tf_provider", &["provider", "plugin", "protocol"]),
];

/// The modules which know no JSON: theirs are the domain's types.
const DOMAIN: [&str; 4] = ["catalog", "selector", "intent", "rules"];

/// The longest file that is not a table.
const LINES: usize = 600;

/// What a contributor finds in the Makefile.
const TARGETS: [&str; 10] = [
    "demo",
    "test",
    "test-aws",
    "lint",
    "docs",
    "docs-check",
    "bench",
    "golden",
    "catalog",
    "catalog-check",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `directory`, as a path from the top of the project, sorted.
fn files(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(next) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(path) = path.strip_prefix(root()) {
                found.push(path.to_owned());
            }
        }
    }
    found.sort();
    found
}

fn sources(directory: &str) -> Vec<(PathBuf, String)> {
    let rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    files(directory)
        .into_iter()
        .filter(rust)
        .map(|path| (path.clone(), read(&path)))
        .collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{} can't be read: {error}", path.display()))
}

/// The names of a source file's module, outermost first: `src/aws/config.rs` is `aws`, `config`.
fn module_path(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix("src").unwrap_or(path).with_extension("");
    inside
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect()
}

/// `text` with comments, strings and characters blanked: what is left is code.
fn code(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let ahead = |at: usize, wanted: &str| {
        wanted
            .chars()
            .enumerate()
            .all(|(i, c)| bytes.get(at + i) == Some(&c))
    };
    while let Some(&character) = bytes.get(at) {
        let end = if ahead(at, "//") {
            find(&bytes, at, "\n")
        } else if ahead(at, "/*") {
            find(&bytes, at + 2, "*/") + 2
        } else if character == 'r' && (ahead(at, "r\"") || ahead(at, "r#")) {
            let hashes = bytes[at + 1..].iter().take_while(|&&c| c == '#').count();
            if bytes.get(at + 1 + hashes) == Some(&'"') {
                let close = format!("\"{}", "#".repeat(hashes));
                find(&bytes, at + 2 + hashes, &close) + close.len()
            } else {
                at + 1
            }
        } else if character == '"' {
            let mut end = at + 1;
            while let Some(&inner) = bytes.get(end) {
                end += if inner == '\\' { 2 } else { 1 };
                if inner == '"' {
                    break;
                }
            }
            end
        } else if character == '\'' && bytes.get(at + 1) == Some(&'\\') {
            find(&bytes, at + 3, "'") + 1
        } else if character == '\'' && bytes.get(at + 2) == Some(&'\'') {
            at + 3
        } else {
            at + 1
        };
        let end = end.min(bytes.len()).max(at + 1);
        if end == at + 1 {
            out.push(character);
        } else {
            out.extend(
                bytes[at..end]
                    .iter()
                    .map(|&c| if c == '\n' { '\n' } else { ' ' }),
            );
        }
        at = end;
    }
    out
}

fn find(text: &[char], from: usize, wanted: &str) -> usize {
    let wanted: Vec<char> = wanted.chars().collect();
    (from..text.len())
        .find(|&at| text[at..].starts_with(&wanted))
        .unwrap_or(text.len())
}

fn is_name(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric()
}

/// The names that follow `prefix` in `code`, as in `crate::aws` and `crate::{aws, rules::Finding}`.
fn names_after(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].ends_with(is_name) {
            continue;
        }
        let rest = code[at + prefix.len()..].trim_start();
        let items: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => outermost(group),
            None => vec![rest],
        };
        for item in items {
            let name: String = item
                .trim_start()
                .chars()
                .take_while(|&c| is_name(c))
                .collect();
            if !name.is_empty() {
                names.insert(name);
            }
        }
    }
    names
}

/// The items of a group whose opening brace is gone, without looking into groups in it.
fn outermost(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items
}

/// The modules of our crate that a source names, whichever way.
fn named_modules(path: &Path, text: &str) -> BTreeSet<String> {
    let code = code(text);
    let mut named = names_after(&code, "crate::");
    named.extend(names_after(&code, "terraform_provider_iam::"));
    // A chain of `super::` that climbs out of its own module names a neighbour too. A test module
    // inside the file is one level further down.
    let depth = module_path(path).len();
    let (own, tests) = code.split_once("#[cfg(test)]").unwrap_or((&code, ""));
    for (part, depth) in [(own, depth), (tests, depth + 1)] {
        named.extend(names_after(part, &"super::".repeat(depth)));
    }
    let known = |name: &String| IMPORTS.iter().any(|(module, _)| module == name);
    named.into_iter().filter(known).collect()
}

/// What a source file breaks of the import table and of the rules about foreign crates.
fn violations(path: &Path, text: &str) -> Vec<String> {
    let modules = module_path(path);
    let Some(module) = modules.first().map(String::as_str) else {
        return Vec::new();
    };
    if module == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = IMPORTS.iter().find(|(known, _)| *known == module) else {
        return vec![format!("{module} is no module of the house")];
    };
    let mut broken: Vec<String> = named_modules(path, text)
        .into_iter()
        .filter(|name| name != module && !allowed.contains(&name.as_str()))
        .map(|name| format!("{module} may not import {name}"))
        .collect();
    let code = code(text);
    let words: BTreeSet<&str> = code.split(|c: char| !is_name(c)).collect();
    for (crates, rooms) in FOREIGN {
        let is_meant = |word: &str| {
            if crates.ends_with('_') {
                word.starts_with(crates)
            } else {
                word == crates
            }
        };
        let foreign = |word: &&&str| is_meant(word) && code.contains(&format!("{word}::"));
        if !rooms.contains(&module) {
            broken.extend(
                words
                    .iter()
                    .filter(foreign)
                    .map(|word| format!("{module} may not name {word}")),
            );
        }
    }
    if DOMAIN.contains(&module) && words.contains("serde_json") {
        broken.push(format!("{module} may not name serde_json"));
    }
    broken
}

#[test]
fn every_import_is_in_the_table() {
    let sources = sources("src");
    assert!(sources.len() > 10, "the source is found");
    let broken: Vec<String> = sources
        .iter()
        .flat_map(|(path, text)| {
            violations(path, text)
                .into_iter()
                .map(move |what| format!("{}: {what}", path.display()))
        })
        .collect();
    assert!(
        broken.is_empty(),
        "the house rules are broken:\n{}",
        broken.join("\n")
    );
}

#[test]
fn no_file_is_too_long() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        let lines = text.lines().count();
        let table = path.starts_with("src/catalog");
        assert!(
            table || lines <= LINES,
            "{} has {lines} lines: it wants rooms",
            path.display()
        );
    }
}

#[test]
fn every_module_says_at_its_door_what_it_is() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        assert!(
            text.starts_with("//! "),
            "{} must open with its text",
            path.display()
        );
    }
}

/// The simulator reads AWS's rules a second time, and the acceptance tests know a binary: neither
/// may look into the crate.
#[test]
fn what_judges_the_crate_does_not_use_it() {
    for directory in ["tests/simulator", "tests/support", "tests/acceptance"] {
        let sources = sources(directory);
        assert!(!sources.is_empty(), "{directory} is found");
        for (path, text) in sources {
            let names = code(&text).contains("terraform_provider_iam");
            assert!(!names, "{} may not use the crate", path.display());
        }
    }
}

/// The simulator can be run by hand, so it stands on its own feet.
#[test]
fn the_simulator_does_not_lean_on_the_tests() {
    for (path, text) in sources("tests/simulator") {
        for neighbour in ["support", "acceptance", "client", "agreement"] {
            let leans = names_after(&code(&text), "crate::").contains(neighbour);
            assert!(!leans, "{} may not import {neighbour}", path.display());
        }
    }
}

/// tf-provider's traits are used, its server is not: of the transport below it nothing is linked.
#[test]
fn the_old_transport_is_out_of_the_binary() {
    let binary = std::fs::read(env!("CARGO_BIN_EXE_terraform-provider-iam")).expect("the binary");
    let lock = read(Path::new("Cargo.lock"));
    let versions: Vec<&str> = lock
        .split("[[package]]")
        .filter_map(|package| package.split_once("name = \"tonic\"\nversion = \""))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(version, _)| version)
        .collect();
    let [old, ours] = versions.as_slice() else {
        panic!("tf-provider's transport and ours, but not {versions:?}");
    };
    // A library leaves the paths of its sources behind, for its panics.
    let holds = |version: &str| {
        let path = format!("tonic-{version}");
        binary
            .windows(path.len())
            .any(|window| window == path.as_bytes())
    };
    assert!(holds(ours), "tonic {ours} is what serves");
    assert!(!holds(old), "tonic {old} is linked again");
}

#[test]
fn the_makefile_has_what_the_documentation_promises() {
    let makefile = read(Path::new("Makefile"));
    for target in TARGETS {
        let found = makefile
            .lines()
            .any(|line| line.starts_with(&format!("{target}:")));
        assert!(found, "make {target} is promised");
    }
}

/// What only works on the machine where it was written does not belong here.
#[test]
fn no_path_of_a_machine_is_in_the_project() {
    let machine: Vec<String> = ["work", "root", "home", "Users"]
        .iter()
        .map(|name| format!("/{name}/"))
        .collect();
    let mut paths: Vec<PathBuf> = [
        "src", "tests", "examples", "docs", "tools", "benches", "fuzz", ".ci",
    ]
    .iter()
    .flat_map(|directory| files(directory))
    .collect();
    paths.extend(["Makefile", "Cargo.toml", "README.md", "CONTRIBUTING.md"].map(PathBuf::from));
    for path in paths {
        let Ok(text) = std::fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for name in &machine {
            assert!(
                !text.contains(name),
                "{} has a path under {name}",
                path.display()
            );
        }
    }
}

#[test]
fn a_forbidden_import_is_caught() {
    let rules = Path::new("src/rules/limits.rs");
    for (text, caught) in [
        ("use crate::aws::Session;", "rules may not import aws"),
        (
            "use crate::{catalog, intent::Intent};",
            "rules may not import intent",
        ),
        (
            "fn f() -> crate::provider::Convert { todo() }",
            "rules may not import provider",
        ),
        (
            "use super::super::plugin::serve;",
            "rules may not import plugin",
        ),
        (
            "use aws_sdk_cloudtrail::Client;",
            "rules may not name aws_sdk_cloudtrail",
        ),
        (
            "fn f(d: &mut tf_provider::Diagnostics) {}",
            "rules may not name tf_provider",
        ),
        (
            "pub fn f() -> serde_json::Value { x() }",
            "rules may not name serde_json",
        ),
    ] {
        assert_eq!(violations(rules, text), [caught], "{text}");
    }
    let stranger = violations(Path::new("src/utils.rs"), "//! x");
    assert_eq!(stranger, ["utils is no module of the house"]);
    let main = violations(
        Path::new("src/main.rs"),
        "use terraform_provider_iam::rules;",
    );
    assert_eq!(main, ["main may not import rules"]);
}

#[test]
fn an_allowed_import_is_not() {
    let rules = Path::new("src/rules/limits.rs");
    for text in [
        "use crate::catalog::{self, Service};\nuse crate::selector;",
        "use crate::rules::Finding;\nuse super::Severity;",
        "// use crate::aws::Session;\n/// [`crate::provider`]\n/* crate::plugin */",
        "const URL: &str = \"https://example.org/crate::aws\";\nconst R: &str = r#\"crate::aws\"#;",
        "#[cfg(test)]\nmod tests {\n  use super::super::Finding;\n}",
        "const QUOTE: char = '\"';\nfn f<'a>(x: &'a str) {}\nuse crate::catalog;",
    ] {
        assert!(violations(rules, text).is_empty(), "{text}");
    }
    let text = "use crate::aws::Session;\nuse tf_provider::Resource;\nuse super::Provider;";
    assert!(violations(Path::new("src/provider/iam_trail.rs"), text).is_empty());
    let text = "use aws_config::SdkConfig;\nuse crate::selector::Selectors;";
    assert!(violations(Path::new("src/aws/config.rs"), text).is_empty());
}
