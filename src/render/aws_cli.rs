//! Selectors as the AWS CLI and boto3 take them.
//!
//! Imports its parent only. Next: `tree.rs`, which writes it.

use super::{Format, Order, tree};

/// `--advanced-event-selectors file://`.
pub(super) const AWS_CLI_JSON: Format = Format {
    key: "aws_cli_json",
    what: "The selectors as JSON for `--advanced-event-selectors file://` of `aws cloudtrail \
           put-event-selectors` and `update-event-data-store`, and, by `json.loads`, for boto3's \
           `AdvancedEventSelectors`. The functions `logs_event` and `check_selectors` take it too.",
    source: "https://docs.aws.amazon.com/cli/latest/reference/cloudtrail/put-event-selectors.html",
    limit: None,
    tried: "the AWS CLI and boto3",
    render,
};

fn render(order: &Order) -> Vec<String> {
    vec![tree::selectors(&order.selectors).json()]
}
