//! The query for a table that Athena has over the log files of a trail.
//!
//! Imports its parent only. Next: `sql.rs`, which writes it.

use super::sql::{Columns, query};
use super::{Format, Order, quoted};

/// Columns as AWS has Athena create them; `readonly` is a text.
///
/// <https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html>
const COLUMNS: Columns = Columns {
    event_category: "eventcategory",
    event_source: "eventsource",
    event_name: "eventname",
    read_only: "readonly",
    flag: quoted::sql,
};

/// A query of Athena.
pub(super) const ATHENA_SQL: Format = Format {
    key: "athena_sql",
    what: "A query for an Athena table over the trail's log files that selects exactly the chosen \
           events. It reads all partitions: add a condition on yours.",
    source: "https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html",
    limit: None,
    tried: "sqlglot and DuckDB",
    render,
};

fn render(order: &Order) -> Vec<String> {
    vec![query(order, &COLUMNS, &order.athena_table)]
}
