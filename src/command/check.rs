//! `check`: what the rules say against selectors.
//!
//! Imports `rules` and `selector`. Next: [`crate::rules::check_document`], which checks.

use serde::Serialize;

use super::arguments::Check;
use super::{DONE, FOUND, Surroundings, USELESS, counted, one_line, print, print_json};
use crate::rules::{self, Destination, Severity, Told};
use crate::selector::{Operator, Selectors};

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    destination: &'static str,
    errors: u64,
    warnings: u64,
    files: Vec<Judged>,
}

/// One file.
#[derive(Debug, Serialize)]
struct Judged {
    file: String,
    /// `advanced` or `basic`; null where no selectors can be built.
    kind: Option<&'static str>,
    /// How many selectors there are; null likewise.
    selectors: Option<usize>,
    /// Why the rules have nothing to say about it, if so.
    unfit: Option<String>,
    findings: Vec<Line>,
}

/// One finding.
#[derive(Debug, Serialize)]
struct Line {
    rule: &'static str,
    severity: &'static str,
    basis: Option<&'static str>,
    title: &'static str,
    path: String,
    selector: Option<usize>,
    field: Option<String>,
    operator: Option<&'static str>,
    value: Option<usize>,
    found: String,
    expected: String,
    repair: String,
    source: &'static str,
}

/// Carries the order out, and returns the exit code.
pub(super) fn run(order: &Check, around: &mut Surroundings<'_>) -> u8 {
    let missing = order.files.iter().find(|path| super::is_missing(path));
    if let Some(path) = missing {
        return around.misuse(&format!("found no file {}", path.display()));
    }
    let mut report = Report {
        destination: order.destination.as_str(),
        errors: 0,
        warnings: 0,
        files: Vec::new(),
    };
    let mut is_useless = false;
    for path in &order.files {
        let mut judged = Judged {
            file: path.display().to_string(),
            kind: None,
            selectors: None,
            unfit: None,
            findings: Vec::new(),
        };
        let unfit = match around.selectors(path) {
            Err(why) => Some((why.clone(), why)),
            Ok(reading) => {
                if let Ok(selectors) = &reading.selectors {
                    let (kind, count) = kind(selectors);
                    judged.kind = Some(kind);
                    judged.selectors = Some(count);
                }
                match rules::check_document(&reading, order.destination) {
                    Ok(told) => {
                        judged.findings = told.into_iter().map(Line::new).collect();
                        None
                    }
                    Err(unfit) => {
                        let text = unfit.to_string();
                        Some((format!("{}: {text}", path.display()), text))
                    }
                }
            }
        };
        if let Some((line, text)) = unfit {
            around.say(line);
            judged.unfit = Some(text);
            is_useless = true;
        }
        report.errors = report.errors.saturating_add(judged.count(Severity::Error));
        report.warnings = report
            .warnings
            .saturating_add(judged.count(Severity::Warning));
        report.files.push(judged);
    }
    let code = match (is_useless, report.errors) {
        (true, _) => USELESS,
        (false, 0) => DONE,
        (false, _) => FOUND,
    };
    if order.is_json {
        print_json(around, code, &report)
    } else {
        print(around, code, &report.text(order.destination))
    }
}

fn kind(selectors: &Selectors) -> (&'static str, usize) {
    match selectors {
        Selectors::Basic(selectors) => ("basic", selectors.len()),
        Selectors::Advanced(selectors) => ("advanced", selectors.len()),
    }
}

impl Line {
    fn new(Told { finding, path }: Told) -> Self {
        let rule = rules::rule(finding.rule);
        let at = finding.at.as_ref();
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            basis: rule.map(|rule| rule.basis.as_str()),
            title: rule.map_or(finding.rule, |rule| rule.title),
            path,
            selector: at.map(|at| at.selector),
            field: at.and_then(|at| at.field.as_ref().map(ToString::to_string)),
            operator: at.and_then(|at| at.operator.map(Operator::api_name)),
            value: at.and_then(|at| at.value),
            found: finding.found,
            expected: finding.expected,
            repair: finding.repair,
            source: finding.source,
        }
    }
}

impl Judged {
    fn count(&self, severity: Severity) -> u64 {
        let of = |line: &&Line| line.severity == severity.as_str();
        u64::try_from(self.findings.iter().filter(of).count()).unwrap_or(u64::MAX)
    }
}

impl Report {
    /// The findings for people; what is unfit was told when it was found.
    fn text(&self, destination: Destination) -> String {
        let place = match destination {
            Destination::Trail => "a trail",
            Destination::EventDataStore => "an event data store",
        };
        let mut lines = Vec::new();
        for judged in self.files.iter().filter(|judged| judged.unfit.is_none()) {
            let errors = counted(judged.count(Severity::Error), "error");
            let warnings = counted(judged.count(Severity::Warning), "warning");
            let what = match (judged.kind, judged.selectors) {
                (Some(kind), Some(1)) => format!("1 {kind} selector"),
                (Some(kind), Some(count)) => format!("{count} {kind} selectors"),
                (None, _) | (_, None) => "selectors".to_owned(),
            };
            let file = &judged.file;
            lines.push(format!("{file}: {what} for {place}: {errors}, {warnings}"));
            for line in &judged.findings {
                let field = match &line.field {
                    Some(field) => format!(" ({field})"),
                    None => String::new(),
                };
                lines.push(String::new());
                lines.push(format!("  {} {}: {}", line.severity, line.rule, line.title));
                lines.push(format!("    at        {}{field}", line.path));
                lines.push(format!("    found     {}", line.found));
                lines.push(format!("    expected  {}", line.expected));
                lines.push(format!("    do        {}", line.repair));
                lines.push(format!("    source    {}", line.source));
            }
        }
        let mut text = String::new();
        for line in lines {
            text.push_str(&one_line(&line));
            text.push('\n');
        }
        text
    }
}
