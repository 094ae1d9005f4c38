//! `explain`: what is told of records, whichever way they come, and that nothing stops it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{BY_NAME, directory, is_misuse, run};

/// A record of a management event.
fn record(source: &str, name: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.11","eventSource":"{source}","eventName":"{name}","readOnly":false,"eventType":"AwsApiCall","eventCategory":"Management"}}"#
    )
}

/// Five records of which each ends otherwise: logged and IAM's, logged and of a neighbour, logged and
/// beyond, missed, neither.
fn records() -> Vec<String> {
    [
        ("iam.amazonaws.com", "CreateUser"),
        ("identitystore.amazonaws.com", "CreateUser"),
        ("memorydb.amazonaws.com", "CreateUser"),
        ("iam.amazonaws.com", "GetUser"),
        ("ec2.amazonaws.com", "RunInstances"),
    ]
    .map(|(source, name)| record(source, name))
    .to_vec()
}

fn log_file(records: &[String]) -> String {
    format!("{{\"Records\":[{}]}}", records.join(","))
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn people_get_a_table_totals_and_both_lists() {
    let directory = directory(&[("s.json", BY_NAME.as_bytes())]);
    let mut records = records();
    records.push(r#"{"eventVersion":"1.11","eventSource":"x","eventName":"\u001b[2J"}"#.to_owned());
    let ended = run(
        directory.path(),
        &["explain", "s.json", "-"],
        &records.join("\n"),
    );
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
    assert_eq!(ended.output, include_str!("explain.txt"));
}

#[test]
fn json_is_an_object_that_stays_as_it_is() {
    let directory = directory(&[("s.json", BY_NAME.as_bytes())]);
    let arguments = ["explain", "--json", "s.json", "-"];
    let ended = run(directory.path(), &arguments, &records().join("\n"));
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
    assert_eq!(ended.output, include_str!("explain.json"));
}

/// However the same records are laid out, packed and named, the figures are the same.
#[test]
fn every_way_that_records_come_in_comes_to_the_same() {
    let all = records();
    let (some, others) = all.split_at(2);
    let looked_up: Vec<String> = all
        .iter()
        .map(|record| {
            format!(
                "{{\"CloudTrailEvent\":{}}}",
                serde_json::Value::from(record.as_str())
            )
        })
        .collect();
    let events: Vec<String> = all
        .iter()
        .map(|record| format!("{{\"detail\":{record}}}"))
        .collect();
    let tree = directory(&[
        ("s.json", BY_NAME.as_bytes()),
        ("tree/b/2026/one.json.gz", &packed(&log_file(some))),
        ("tree/a/two.jsonl", others.join("\n").as_bytes()),
        ("tree/a/notes.txt", b"none of ours"),
        (
            "tree/CloudTrail-Digest/d.json.gz",
            &packed("{\"digestS3Bucket\":\"b\"}"),
        ),
        ("all.log", log_file(&all).as_bytes()),
        (
            "lookup.json",
            format!("{{\"Events\":[{}]}}", looked_up.join(",")).as_bytes(),
        ),
        ("bridge.jsonl", events.join("\n").as_bytes()),
    ]);
    let report = |arguments: &[&str], input: &str| {
        let arguments = [&["explain", "s.json", "--json"], arguments].concat();
        let ended = run(tree.path(), &arguments, input);
        assert_eq!(
            (ended.code, ended.errors.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        let mut report: serde_json::Value = serde_json::from_str(&ended.output).expect("JSON");
        let files = report["files"].take();
        (files.as_u64(), report)
    };
    let (one, whole) = report(&["all.log"], "");
    assert_eq!((one, &whole["records"]), (Some(1), &5.into()));
    for (arguments, input, files) in [
        (["tree"].as_slice(), "", 2),
        (&["tree/a", "tree/b/2026/one.json.gz"], "", 2),
        (&["-"], all.concat().as_str(), 1),
        (&["lookup.json"], "", 1),
        (&["bridge.jsonl"], "", 1),
    ] {
        assert_eq!(
            report(arguments, input),
            (Some(files), whole.clone()),
            "{arguments:?}"
        );
    }
}

/// One line each, in the order in which they are; the rest counts.
#[test]
fn what_is_broken_is_told_and_the_rest_is_read() {
    let mut damaged = packed(&log_file(&records()));
    let middle = damaged.len() - 6;
    damaged[middle] ^= 1;
    let lines = format!(
        "{}\n{{\"eventVersion\" oops\n{{\"digest\":1}}\n{}\n",
        records()[0],
        records()[3]
    );
    let directory = directory(&[
        ("s.json", BY_NAME.as_bytes()),
        ("r/1.jsonl", lines.as_bytes()),
        ("r/2.json.gz", &damaged),
        ("r/3.json", &log_file(&records()).as_bytes()[..200]),
    ]);
    let ended = run(directory.path(), &["explain", "s.json", "r"], "");
    assert_eq!(ended.code, Some(0));
    let told: Vec<&str> = ended.errors.lines().collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    for (line, beginning) in told.iter().zip([
        "r/1.jsonl: record 2 at byte 154: the JSON breaks off or is wrong at byte 170",
        "r/1.jsonl: record 3 at byte 175: found an object with none of eventVersion",
        "r/2.json.gz: record 6 at byte 7",
        "r/3.json: record 2 at byte 166: the file ends before it does",
    ]) {
        assert!(line.starts_with(beginning), "{line}");
    }
    let totals =
        "8 records in 3 files: 5 logged, 3 not logged, 0 unknown; 4 broken records not counted";
    assert!(ended.output.contains(totals), "{}", ended.output);
}

#[test]
fn without_selectors_nothing_is_known_and_that_is_said_in_one_line() {
    let directory = directory(&[("r.jsonl", records().join("\n").as_bytes())]);
    for none in [
        r#"{"AdvancedEventSelectors": []}"#,
        r#"{"EventSelectors": []}"#,
    ] {
        let ended = run(directory.path(), &["explain", "-", "r.jsonl"], none);
        assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
        assert!(
            ended.output.starts_with("There are no selectors: "),
            "{}",
            ended.output
        );
        let totals = "5 records in 1 file: 0 logged, 0 not logged, 5 unknown\n";
        assert!(ended.output.contains(totals), "{}", ended.output);
        assert!(!ended.output.contains("unknown: "), "{}", ended.output);
    }
}

#[test]
fn a_place_without_records_is_told() {
    let directory = directory(&[("s.json", BY_NAME.as_bytes()), ("r/notes.txt", b"none")]);
    let ended = run(directory.path(), &["explain", "s.json", "r"], "");
    let line = "found no files of records; expected *.json, *.jsonl, *.json.gz or *.jsonl.gz";
    is_misuse(&ended, line);
}

#[test]
fn selectors_that_cannot_be_built_end_it() {
    let directory = directory(&[("r.jsonl", b"")]);
    let selectors = r#"[{"FieldSelectors": [{"Field": "eventName", "Equals": [""]}]}]"#;
    let ended = run(directory.path(), &["explain", "-", "r.jsonl"], selectors);
    assert_eq!((ended.code, ended.output.as_str()), (Some(2), ""));
    assert!(
        ended.errors.starts_with("-: $[0].FieldSelectors[0]: "),
        "{}",
        ended.errors
    );
}

/// What cannot be opened is told and the rest is read; but the figures are not the whole, so that
/// the exit code is 2. Links to directories are not followed, so that a circle has an end.
#[cfg(unix)]
#[test]
fn links_are_followed_to_files_only() {
    use std::os::unix::fs::symlink;
    let directory = directory(&[
        ("s.json", BY_NAME.as_bytes()),
        ("elsewhere", records().join("\n").as_bytes()),
        ("r/a.json", b"[]"),
    ]);
    let path = directory.path();
    symlink(path.join("elsewhere"), path.join("r/link.json")).expect("a link");
    symlink(path.join("r"), path.join("r/circle")).expect("a link");
    symlink(path.join("none"), path.join("r/nowhere.json")).expect("a link");
    let ended = run(path, &["explain", "s.json", "r"], "");
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
    assert!(
        ended.output.contains("5 records in 2 files: "),
        "{}",
        ended.output
    );
}

/// `explain ... | head -1`: no panic, no complaint.
#[test]
fn a_reader_of_the_output_may_go_away() {
    let many: Vec<String> = (0..20_000)
        .map(|n| record("s", &format!("Name{n}")))
        .collect();
    let directory = directory(&[
        ("s.json", BY_NAME.as_bytes()),
        ("r.jsonl", many.join("\n").as_bytes()),
    ]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_terraform-provider-iam"))
        .args(["explain", "s.json", "r.jsonl"])
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut first = String::new();
    let output = child.stdout.take().expect("a pipe");
    BufReader::new(output)
        .read_line(&mut first)
        .expect("a line");
    assert!(first.starts_with("eventSource"), "{first}");
    let mut errors = String::new();
    let mut pipe = child.stderr.take().expect("a pipe");
    pipe.read_to_string(&mut errors).expect("UTF-8");
    assert_eq!(
        (child.wait().expect("it ends").code(), errors.as_str()),
        (Some(0), "")
    );
}
