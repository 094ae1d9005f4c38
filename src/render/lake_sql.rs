//! The query for an event data store of `CloudTrail` Lake.
//!
//! Imports its parent only. Next: `sql.rs`, which writes it.

use super::sql::{Columns, query};
use super::{Format, Order};

/// Columns as Lake has them; `readOnly` is a Boolean.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html>
const COLUMNS: Columns = Columns {
    event_category: "eventCategory",
    event_source: "eventSource",
    event_name: "eventName",
    read_only: "readOnly",
    flag: str::to_owned,
};

/// A query of Lake.
pub(super) const LAKE_SQL: Format = Format {
    key: "lake_sql",
    what: "A query for CloudTrail Lake that selects exactly the chosen events.",
    source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html",
    limit: None,
    tried: "sqlglot and DuckDB",
    render,
};

fn render(order: &Order) -> Vec<String> {
    vec![query(order, &COLUMNS, &order.event_data_store_id)]
}
