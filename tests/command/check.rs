//! `check`: what is told of selectors, and each exit code.

use super::{BY_NAME, directory, run};

/// Breaks two rules of trails in one value each.
const WRONG: &str = r#"[{"field_selectors": [
    {"field": "eventCategory", "equals": ["Management"]},
    {"field": "readOnly", "equals": ["maybe"]},
    {"field": "resources.type", "equals": ["AWS::S3::Object"]}
]}]"#;

#[test]
fn what_is_documented_to_work_ends_with_0() {
    let directory = directory(&[("s.json", BY_NAME.as_bytes())]);
    let arguments = ["check", "s.json", "--destination", "event_data_store"];
    let ended = run(directory.path(), &arguments, "");
    let line = "s.json: 1 advanced selector for an event data store: 0 errors, 0 warnings\n";
    assert_eq!(
        (ended.code, ended.output.as_str(), ended.errors.as_str()),
        (Some(0), line, "")
    );
}

#[test]
fn a_warning_ends_with_0_and_says_what_when_where_and_what_to_do() {
    let directory = directory(&[]);
    let arguments = ["check", "-", "--destination", "trail"];
    let ended = run(directory.path(), &arguments, BY_NAME);
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
    assert_eq!(ended.output, include_str!("check_warning.txt"));
}

#[test]
fn an_error_ends_with_1_and_names_the_path_as_the_file_spells_it() {
    let directory = directory(&[
        ("good.json", BY_NAME.as_bytes()),
        ("bad.json", WRONG.as_bytes()),
    ]);
    let arguments = ["check", "good.json", "bad.json", "--destination", "trail"];
    let ended = run(directory.path(), &arguments, "");
    assert_eq!((ended.code, ended.errors.as_str()), (Some(1), ""));
    for line in [
        "bad.json: 1 advanced selector for a trail: 2 errors, 0 warnings",
        "  error read-only-value: ",
        "    at        $[0].field_selectors[1].equals[0] (readOnly)",
        "  error resources-type-category: ",
    ] {
        let is_there = ended.output.lines().any(|one| one.starts_with(line));
        assert!(is_there, "{line}\n{}", ended.output);
    }
}

#[test]
fn json_is_an_object_that_stays_as_it_is() {
    let directory = directory(&[
        ("good.json", BY_NAME.as_bytes()),
        ("bad.json", WRONG.as_bytes()),
    ]);
    let arguments = [
        "check",
        "good.json",
        "bad.json",
        "-",
        "--json",
        "--destination=trail",
    ];
    let basic = r#"{"EventSelectors": [{"ReadWriteType": "All"}], "TrailARN": "a"}"#;
    let ended = run(directory.path(), &arguments, basic);
    assert_eq!((ended.code, ended.errors.as_str()), (Some(1), ""));
    assert_eq!(ended.output, include_str!("check.json"));
}

/// What no selector can be built of breaks a rule, too.
#[test]
fn a_wrong_shape_has_its_rule() {
    let directory = directory(&[]);
    for (field, rule) in [
        (r#"{"Field": "eventName", "Equals": [""]}"#, "value-length"),
        (r#"{"Field": "eventName"}"#, "operator-missing"),
    ] {
        let json = format!(r#"[{{"FieldSelectors": [{field}]}}]"#);
        let ended = run(
            directory.path(),
            &["check", "-", "--destination", "trail"],
            &json,
        );
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let line = format!("  error {rule}: ");
        assert!(ended.output.contains(&line), "{}", ended.output);
        assert!(
            ended.output.contains("at        $[0].FieldSelectors[0]"),
            "{}",
            ended.output
        );
    }
}

/// One line, exit code 2, and the other files are still looked at.
#[test]
fn what_is_no_selectors_is_told() {
    for (json, line) in [
        (
            "{",
            "bad.json: found no JSON (EOF while parsing an object at line 1 column 1); expected event selectors as JSON\n",
        ),
        (
            r#"{"Trails": []}"#,
            "bad.json: $: found the key \"Trails\"; expected no other keys than EventSelectors, \
             AdvancedEventSelectors, TrailARN, TrailName\n",
        ),
        (
            r#"[{"IncludeManagementEvents": true}]"#,
            "bad.json: found basic event selectors at $; expected advanced ones: an event data \
             store has no others\n",
        ),
    ] {
        let directory = directory(&[
            ("bad.json", json.as_bytes()),
            ("s.json", BY_NAME.as_bytes()),
        ]);
        let arguments = [
            "check",
            "bad.json",
            "s.json",
            "--destination",
            "event_data_store",
        ];
        let ended = run(directory.path(), &arguments, "");
        assert_eq!((ended.code, ended.errors.as_str()), (Some(2), line));
        assert!(
            ended.output.starts_with("s.json: 1 advanced"),
            "{}",
            ended.output
        );
    }
}

/// Basic selectors have rules of their own.
#[test]
fn basic_selectors_are_checked() {
    let directory = directory(&[]);
    let json = r#"{"EventSelectors": [{"ExcludeManagementEventSources": ["s3.amazonaws.com"]}]}"#;
    let ended = run(
        directory.path(),
        &["check", "-", "--destination", "trail"],
        json,
    );
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .output
            .starts_with("-: 1 basic selector for a trail: 1 error"),
        "{}",
        ended.output
    );
    assert!(
        ended.output.contains("error basic-excluded-source: "),
        "{}",
        ended.output
    );
}
