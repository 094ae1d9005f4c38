//! Selectors as the property of a resource in a `CloudFormation` template in YAML.
//!
//! Imports its parent and `cloudformation_json.rs`, which says the same.

use super::{Format, Order, cloudformation_json};

/// The property in YAML.
pub(super) const CLOUDFORMATION_YAML: Format = Format {
    key: "cloudformation_yaml",
    what: "The same as YAML, to be indented under `Properties`.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudtrail-trail-advancedeventselector.html",
    limit: None,
    tried: "cfn-lint",
    render,
};

fn render(order: &Order) -> Vec<String> {
    vec![cloudformation_json::property(order).yaml()]
}
