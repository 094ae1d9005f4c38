//! The query that keeps the chosen events, as far as the tables of Lake and Athena are alike.
//!
//! Imports its parent and `selector`. Next: `lake_sql.rs` and `athena_sql.rs`, which say how the
//! columns are called.

use super::{Order, quoted};
use crate::selector::MANAGEMENT;

/// How a kind of table calls its columns.
pub(super) struct Columns {
    pub(super) event_category: &'static str,
    pub(super) event_source: &'static str,
    pub(super) event_name: &'static str,
    pub(super) read_only: &'static str,
    /// How it says that a record is a read, of the text `true` or `false`.
    pub(super) flag: fn(&str) -> String,
}

/// One statement without a semicolon, so that it also fits into a view.
pub(super) fn query(order: &Order, columns: &Columns, table: &str) -> String {
    let Columns {
        event_category,
        event_source,
        event_name,
        read_only,
        flag,
    } = columns;
    // Records have a category since version 1.07 of their format.
    let management = quoted::sql(MANAGEMENT);
    let category = format!("({event_category} = {management} OR {event_category} IS NULL)");
    let is_source = |spellings: &[&str]| {
        let spellings: Vec<String> = spellings.iter().map(|one| quoted::sql(one)).collect();
        match spellings.as_slice() {
            [only] => format!("{event_source} = {only}"),
            several => format!("{event_source} IN ({})", several.join(", ")),
        }
    };
    let whole: Vec<&str> = order
        .sources
        .iter()
        .filter(|source| source.names.is_none())
        .flat_map(super::Source::spellings)
        .collect();
    let whole = (!whole.is_empty()).then(|| is_source(&whole));
    let narrowed = order.sources.iter().filter_map(|source| {
        let names = source.names.as_ref()?;
        let names: Vec<String> = names.iter().map(|name| quoted::sql(name)).collect();
        let names = names.join(",\n      ");
        let source = is_source(&source.spellings());
        Some(format!(
            "({source} AND {event_name} IN (\n      {names}\n    ))"
        ))
    });
    let alternatives: Vec<String> = whole.into_iter().chain(narrowed).collect();
    let events = match alternatives.as_slice() {
        [only] => only.clone(),
        several => format!("(\n    {}\n  )", several.join("\n    OR ")),
    };
    let value = order.read_write_type.read_only_value();
    let kind = value.map(|value| format!("\n  AND {read_only} = {}", flag(value)));
    format!(
        "SELECT *\nFROM {table}\nWHERE {category}\n  AND {events}{}\n",
        kind.unwrap_or_default()
    )
}
