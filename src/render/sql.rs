//! The query that keeps the chosen events, as far as the tables of Lake and Athena are alike.
//!
//! Imports its parent and `selector`. Next: `lake_sql.rs` and `athena_sql.rs`, which say how the
//! columns are called.

use super::{Order, Source, quoted};
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
    let category = columns.event_category;
    let management = quoted::sql(MANAGEMENT);
    // Records have a category since version 1.07 of their format.
    let is_management = format!("({category} = {management} OR {category} IS NULL)");
    let value = order.read_write_type.read_only_value();
    let is_of_type = value.map(|value| {
        let value = (columns.flag)(value);
        format!("{} = {value}", columns.read_only)
    });
    let conditions: Vec<String> = [is_management]
        .into_iter()
        .chain(is_chosen(order, columns))
        .chain(is_of_type)
        .collect();
    let conditions = indented(&conditions.join("\nAND "));
    format!(
        "SELECT *\nFROM {table}\nWHERE {}\n",
        conditions.trim_start()
    )
}

/// The conditions that hold for the chosen events only.
fn is_chosen(order: &Order, columns: &Columns) -> Vec<String> {
    let (whole, narrowed): (Vec<&Source>, Vec<&Source>) =
        order.sources.iter().partition(|one| one.names.is_none());
    let mut alternatives: Vec<Vec<String>> = narrowed
        .into_iter()
        .map(|source| {
            let names = source.names.iter().flatten();
            let names: Vec<String> = names.map(|name| quoted::sql(name)).collect();
            let names = indented(&names.join(",\n"));
            vec![
                is_source(&[source], columns),
                format!("{} IN (\n{names}\n)", columns.event_name),
            ]
        })
        .collect();
    if !whole.is_empty() {
        alternatives.insert(0, vec![is_source(&whole, columns)]);
    }
    match alternatives.pop() {
        Some(only) if alternatives.is_empty() => only,
        last => {
            let alternatives = alternatives.into_iter().chain(last);
            let alternatives = alternatives.map(|conditions| match conditions.as_slice() {
                [only] => only.clone(),
                several => format!("(\n{}\n)", indented(&several.join("\nAND "))),
            });
            let alternatives: Vec<String> = alternatives.collect();
            vec![format!("(\n{}\n)", indented(&alternatives.join("\nOR ")))]
        }
    }
}

fn is_source(sources: &[&Source], columns: &Columns) -> String {
    let spellings = sources.iter().flat_map(|source| source.spellings());
    let spellings: Vec<String> = spellings.map(quoted::sql).collect();
    match spellings.as_slice() {
        [only] => format!("{} = {only}", columns.event_source),
        several => format!("{} IN ({})", columns.event_source, several.join(", ")),
    }
}

/// Each line two blanks further in. No text of an order goes over a line.
fn indented(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}
