# When to use it: to be told whether an event would be on the trail, before anyone waits for it.

locals {
  # The same list works as advanced_event_selectors of iam_only_trail_selector gives it, as
  # advanced_event_selector of aws_cloudtrail does, or as JSON of the AWS CLI.
  selectors = [{
    name = "iam-only"
    field_selectors = [
      { field = "eventCategory", equals = ["Management"] },
      { field = "eventName", equals = ["CreateAccessKey", "DeleteAccessKey"] },
    ]
  }]

  # One record, as far as the selectors ask for it. jsondecode(file("record.json")) is another way.
  record = {
    eventCategory = "Management"
    eventSource   = "kms.amazonaws.com"
    eventName     = "Decrypt"
    readOnly      = true
  }
}

output "decrypt" {
  value = provider::iam::logs_event(local.selectors, local.record)
}
