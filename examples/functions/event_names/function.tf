# When to use it: to write selectors for something that this provider does not manage.

locals {
  selectors = [{
    name = "IAM and STS changes"
    field_selectors = [
      { field = "eventCategory", equals = ["Management"] },
      {
        field  = "eventName"
        equals = provider::iam::event_names(["iam", "sts"], ["Write", "Permissions management"])
      },
    ]
  }]
}

output "selectors" {
  value = local.selectors
}
