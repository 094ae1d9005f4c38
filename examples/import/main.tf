# When to use it: a trail already has selectors that someone put there by hand, and they are to be
# managed from now on without being changed first.
#
# To have Terraform write the resource, take the resource block out and run
#
#   terraform plan -generate-config-out=selector.tf
#
# The file it writes plans without a change.

terraform {
  required_providers {
    iam = {
      source = "iam-only/iam"
    }
  }
}

provider "iam" {
  region = "us-east-1"
}

import {
  to = iam_only_trail_selector.audit
  id = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit"
}

resource "iam_only_trail_selector" "audit" {
  trail_name = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit"
}
