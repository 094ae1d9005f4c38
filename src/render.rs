//! The documents in which others take selectors, or filter what comes from behind a trail.
//!
//! Law of this module: a document is a pure function of an [`Order`], and says no more and no less
//! than it. Documents of selectors say the selectors; documents behind a trail (`EventBridge`,
//! `CloudWatch` Logs, SQL) keep the events of the order's sources and names, and no others. Whatever
//! text an order holds comes out as that text when the document's own tool reads it.
//!
//! May import: `selector`.
//!
//! Where to go next: [`FORMATS`], one file of `render/` each. What they are written with: `tree.rs`
//! (JSON and YAML), `quoted.rs` (texts in quotes), `split.rs` (texts that may only be so long),
//! `sql.rs` (the query that both kinds of tables have). To add one: write its file, and name it in
//! [`FORMATS`].

mod athena_sql;
mod aws_cli;
mod cloudformation_json;
mod cloudformation_yaml;
mod cloudwatch_logs;
mod event_bridge;
mod lake_sql;
mod quoted;
mod split;
mod sql;
mod terraform_hcl;
mod tree;

use std::collections::BTreeSet;
use std::fmt;

use crate::selector::{AdvancedEventSelector, ReadWriteType};

/// Every format, in the order in which a page shows them.
pub const FORMATS: &[Format] = &[
    aws_cli::AWS_CLI_JSON,
    cloudformation_json::CLOUDFORMATION_JSON,
    cloudformation_yaml::CLOUDFORMATION_YAML,
    terraform_hcl::TERRAFORM_HCL,
    event_bridge::EVENT_BRIDGE_PATTERNS,
    cloudwatch_logs::CLOUDWATCH_LOGS_FILTER_PATTERNS,
    lake_sql::LAKE_SQL,
    athena_sql::ATHENA_SQL,
];

/// The name of an event data store in the queries that AWS prints as samples, for people to replace.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-console-queries.html>
pub const EVENT_DATA_STORE_ID: &str = "$EDS_ID";

/// The name of the table in the queries that AWS prints for Athena.
///
/// <https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html>
pub const ATHENA_TABLE: &str = "cloudtrail_logs";

/// What documents are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The selectors, in their order.
    pub selectors: Vec<AdvancedEventSelector>,
    /// The sources of the events that are meant, each once; never empty.
    pub sources: Vec<Source>,
    /// Whether reads, writes or both are meant.
    pub read_write_type: ReadWriteType,
    /// What stands behind `FROM` in a query of `CloudTrail` Lake, such as [`EVENT_DATA_STORE_ID`].
    pub event_data_store_id: String,
    /// What stands behind `FROM` in a query of Athena, such as [`ATHENA_TABLE`].
    pub athena_table: String,
}

/// An event source, and which of its events are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The `eventSource` of its records, such as `iam.amazonaws.com`.
    pub event_source: String,
    /// The names that are meant; `None` for all, and those that AWS has yet to add. Never empty.
    pub names: Option<BTreeSet<String>>,
    /// The names that are meant and that can be of the order's read-write type, as far as is known:
    /// for a format that can't ask for the type itself. May be empty.
    pub names_of_type: BTreeSet<String>,
}

/// Another spelling of an `eventSource` that a page of AWS prints.
///
/// Of Identity Center's sign-in events that page has `signin.amazon.com`
/// (<https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html>); public
/// records have `signin.amazonaws.com`. What stands behind a trail takes both.
const OTHER_SPELLING: (&str, &str) = ("signin.amazonaws.com", "signin.amazon.com");

impl Source {
    /// The `eventSource` in each of its spellings.
    fn spellings(&self) -> Vec<&str> {
        let (usual, other) = OTHER_SPELLING;
        let own = [self.event_source.as_str()];
        let other = (self.event_source == usual).then_some(other);
        own.into_iter().chain(other).collect()
    }
}

/// A kind of document.
pub struct Format {
    /// The name of the output, such as `aws_cli_json`.
    pub key: &'static str,
    /// What it is, as sentences in Markdown.
    pub what: &'static str,
    /// The page on which AWS, or who else reads it, documents the form.
    pub source: &'static str,
    /// The most characters that the reader takes in one text. Where there is a limit the document may
    /// be several texts, all of which are needed; where there is none it is one.
    pub limit: Option<usize>,
    /// The tool by which `make test` tries it, as a clause.
    pub tried: &'static str,
    /// Makes the texts, never none; the limit is kept wherever a text can still be split.
    render: fn(&Order) -> Vec<String>,
}

impl fmt::Debug for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.key)
    }
}

impl Format {
    /// The document: one text, or where there is a limit one or more.
    ///
    /// # Errors
    /// [`TooLong`]: a single name is so long that a text with it alone is over the limit.
    pub fn texts(&self, order: &Order) -> Result<Vec<String>, TooLong> {
        let texts = (self.render)(order);
        let longest = texts.iter().map(|text| text.chars().count()).max();
        match (self.limit, longest) {
            (Some(limit), Some(characters)) if characters > limit => Err(TooLong {
                format: self.key,
                characters,
                limit,
            }),
            _ => Ok(texts),
        }
    }
}

/// A document that can't be split into texts that are short enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooLong {
    /// The [`Format::key`].
    pub format: &'static str,
    /// How many characters its longest text has.
    pub characters: usize,
    /// How many it may have.
    pub limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} has {} characters with one event name alone; at most {} are allowed",
            self.format, self.characters, self.limit
        )
    }
}

impl std::error::Error for TooLong {}

#[cfg(test)]
mod tests;
