# When to use it: to refuse selectors that CloudTrail does not take, whoever wrote them.

variable "selectors" {
  description = "Event selectors of a trail, as JSON of the AWS CLI."
  type        = string

  default = <<-JSON
    [{
      "Name": "without KMS",
      "FieldSelectors": [
        { "Field": "eventCategory", "Equals": ["Management"] },
        { "Field": "eventSource", "NotEquals": ["kms.amazonaws.com"] }
      ]
    }]
  JSON

  validation {
    condition = alltrue([
      for finding in provider::iam::check_selectors(var.selectors, "trail") : finding.severity != "error"
    ])
    error_message = join("\n", [
      for finding in provider::iam::check_selectors(var.selectors, "trail") :
      "${finding.path}: found ${finding.found}; expected ${finding.expected}. See ${finding.source}"
    ])
  }
}

output "warnings" {
  value = [for finding in provider::iam::check_selectors(var.selectors, "trail") : finding.title]
}
