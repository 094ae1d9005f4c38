//! Selectors as blocks of hashicorp/aws, in the layout of `terraform fmt`.
//!
//! Imports its parent and `selector`. Next: `quoted.rs`, for what a text may hold.

use super::{Format, Order, quoted};
use crate::selector::{AdvancedEventSelector, FieldSelector};

/// Blocks of `aws_cloudtrail` and `aws_cloudtrail_event_data_store`.
pub(super) const TERRAFORM_HCL: Format = Format {
    key: "terraform_hcl",
    what: "The selectors as `advanced_event_selector` blocks of `aws_cloudtrail` and \
           `aws_cloudtrail_event_data_store`, as `terraform fmt` leaves them.",
    source: "https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/cloudtrail.html.markdown",
    limit: None,
    tried: "Terraform and the provider hashicorp/aws",
    render,
};

fn render(order: &Order) -> Vec<String> {
    let blocks: Vec<String> = order.selectors.iter().map(block).collect();
    vec![blocks.join("\n")]
}

fn block(selector: &AdvancedEventSelector) -> String {
    let name = selector.name().map(|name| {
        let name = quoted::hcl(name);
        format!("  name = {name}\n")
    });
    let conditions = selector.field_selectors().iter().map(condition);
    let parts: Vec<String> = name.into_iter().chain(conditions).collect();
    format!("advanced_event_selector {{\n{}}}\n", parts.join("\n"))
}

fn condition(condition: &FieldSelector) -> String {
    let field = ("field", quoted::hcl(condition.field().as_str()));
    let operators = condition.conditions().map(|(operator, values)| {
        let values: Vec<String> = values.iter().map(|value| quoted::hcl(value)).collect();
        let list = match values.as_slice() {
            [only] => format!("[{only}]"),
            several => format!("[\n      {},\n    ]", several.join(",\n      ")),
        };
        (operator.hcl_name(), list)
    });
    let lines: Vec<(&str, String)> = [field].into_iter().chain(operators).collect();
    let mut out = "  field_selector {\n".to_owned();
    // The equals signs of neighbours that have a line each stand below each other.
    for neighbours in lines.chunk_by(|one, next| is_line(one) && is_line(next)) {
        let width = neighbours.iter().map(|(key, _)| key.len()).max();
        let width = width.unwrap_or_default();
        for (key, value) in neighbours {
            out.extend([&format!("    {key:width$} = "), value.as_str(), "\n"]);
        }
    }
    out.push_str("  }\n");
    out
}

fn is_line((_, value): &(&str, String)) -> bool {
    !value.contains('\n')
}
