//! Selectors as the property of a resource in a `CloudFormation` template in JSON.
//!
//! Imports its parent only. Next: `cloudformation_yaml.rs`, the same in YAML.

use super::tree::Tree;
use super::{Format, Order, tree};

/// The property in JSON.
pub(super) const CLOUDFORMATION_JSON: Format = Format {
    key: "cloudformation_json",
    what: "The property `AdvancedEventSelectors` of `AWS::CloudTrail::Trail` and \
           `AWS::CloudTrail::EventDataStore`, as a JSON object that stands for `Properties` or is \
           merged into it.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudtrail-trail-advancedeventselector.html",
    limit: None,
    tried: "cfn-lint",
    render,
};

fn render(order: &Order) -> Vec<String> {
    vec![property(order).json()]
}

/// The property, with its name.
pub(super) fn property(order: &Order) -> Tree {
    let selectors = tree::selectors(&order.selectors);
    Tree::Map(vec![("AdvancedEventSelectors", selectors)])
}
