//! `cloudformation_json` and `cloudformation_yaml`: cfn-lint finds nothing wrong with a template that
//! holds them, and both say the selectors of `aws_cli_json`, which are put in
//! [`selectors`](super::selectors).
//!
//! `CloudFormation` itself is not asked: moto makes nothing of `AWS::CloudTrail::Trail`. Imports this
//! folder's [`choices`](super::choices) and [`stage`](super::stage).

use serde_json::{Map, Value, json};

use super::choices::{CHOICES, Choice};
use super::stage::{Stage, ask, stage};

/// The two resources that have the property, with what each needs besides.
const RESOURCES: [(&str, &[(&str, &str)]); 2] = [
    (
        "Trail",
        &[
            ("S3BucketName", "\"amzn-s3-demo-bucket\""),
            ("IsLogging", "true"),
        ],
    ),
    ("EventDataStore", &[]),
];

fn resource(choice: &Choice) -> (&'static str, &'static [(&'static str, &'static str)]) {
    RESOURCES[usize::from(choice.name == "store")]
}

/// A template with the document as properties, and others written into it. It is not read and written
/// anew here: how it escapes is its own affair.
fn in_json(stage: &Stage, choice: &Choice) -> String {
    let (kind, more) = resource(choice);
    let more = more
        .iter()
        .map(|(key, value)| format!("{key:?}: {value}, "));
    let inside = stage
        .text(choice, "cloudformation_json")
        .trim_start()
        .strip_prefix('{');
    format!(
        "{{\"Resources\": {{\"It\": {{\"Type\": \"AWS::CloudTrail::{kind}\", \"Properties\": {{{}{}}}}}}}\n",
        more.collect::<String>(),
        inside.expect("an object")
    )
}

/// A template with the document indented below `Properties`, as one does it in an editor.
fn in_yaml(stage: &Stage, choice: &Choice) -> String {
    let (kind, more) = resource(choice);
    let mut lines = vec![
        "Resources:".to_owned(),
        "  It:".to_owned(),
        format!("    Type: AWS::CloudTrail::{kind}"),
        "    Properties:".to_owned(),
    ];
    lines.extend(
        more.iter()
            .map(|(key, value)| format!("      {key}: {value}")),
    );
    let document = stage.text(choice, "cloudformation_yaml");
    lines.extend(document.lines().map(|line| format!("      {line}")));
    lines.join("\n") + "\n"
}

/// A way to break a template.
type Break = fn(&mut Value);

/// Templates that are broken, and the rule of cfn-lint that says so
/// (<https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md>).
const BROKEN: [(&str, &str, Break); 4] = [
    ("key.json", "E3002", |selector| {
        let field = selector["FieldSelectors"][1]
            .as_object_mut()
            .expect("a field");
        let values = field.remove("Equals").expect("values");
        field.insert("Equal".to_owned(), values);
    }),
    ("list.json", "E3012", |selector| {
        selector["FieldSelectors"][1]["Equals"] = json!("CreateAccessKey");
    }),
    ("empty.json", "E3032", |selector| {
        selector["FieldSelectors"][1]["Equals"] = json!([]);
    }),
    ("name.json", "E3033", |selector| {
        selector["Name"] = json!("");
    }),
];

/// One run of cfn-lint: it takes a second to start.
#[test]
fn cfn_lint_takes_the_templates() {
    let stage = stage();
    let mut templates = Map::new();
    for choice in &CHOICES {
        let name = choice.name;
        templates.insert(format!("{name}.json"), json!(in_json(stage, choice)));
        templates.insert(format!("{name}.yaml"), json!(in_yaml(stage, choice)));
    }
    let keys = &CHOICES[2];
    for (name, _, change) in BROKEN {
        let text = in_json(stage, keys);
        let mut template: Value = serde_json::from_str(&text).expect("JSON");
        change(&mut template["Resources"]["It"]["Properties"]["AdvancedEventSelectors"][0]);
        templates.insert(format!("broken-{name}"), json!(template.to_string()));
    }
    let answer = ask("templates.py", &json!({ "templates": templates }));
    for choice in &CHOICES {
        for form in ["json", "yaml"] {
            let name = format!("{}.{form}", choice.name);
            assert_eq!(answer["findings"][&name], json!([]), "{name}");
            let read = &answer["properties"][&name]["AdvancedEventSelectors"];
            assert_eq!(*read, stage.selectors(choice), "{name}");
        }
    }
    for (name, rule, _) in BROKEN {
        assert_eq!(
            answer["findings"][format!("broken-{name}")],
            json!([rule]),
            "{name}"
        );
    }
}
