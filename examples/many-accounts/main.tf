# When to use it: several accounts have a trail each, one configuration is to hold them all to IAM
# activity, and a role in each account may change the trail's selectors.
#
# A provider block is for one account, so there is one for each, with the role in it. Trails of one
# account, also of several Regions, need one block only: the calls go to each trail's home Region.

terraform {
  required_providers {
    iam = {
      source = "iam-only/iam"
    }
  }
}

variable "production" {
  description = "The production account: its id, the role to assume there, and its trails by a name of one's own."
  type = object({
    account = string
    role    = string
    trails  = map(string)
  })
}

variable "staging" {
  description = "The same of the staging account."
  type = object({
    account = string
    role    = string
    trails  = map(string)
  })
}

provider "iam" {
  alias  = "production"
  region = "us-east-1"

  # A role of the wrong account is noticed before its trails are touched.
  allowed_account_ids = [var.production.account]

  assume_role {
    role_arn     = var.production.role
    session_name = "iam-only-trail"
  }
}

provider "iam" {
  alias  = "staging"
  region = "us-east-1"

  allowed_account_ids = [var.staging.account]

  assume_role {
    role_arn     = var.staging.role
    session_name = "iam-only-trail"
  }
}

resource "iam_only_trail_selector" "production" {
  for_each = var.production.trails
  provider = iam.production

  trail_name = each.value
}

resource "iam_only_trail_selector" "staging" {
  for_each = var.staging.trails
  provider = iam.staging

  trail_name      = each.value
  read_write_type = "WriteOnly"
}

output "precision" {
  description = "What each trail logs: by_name, or superset if it is more than IAM."
  value = merge(
    { for name, selector in iam_only_trail_selector.production : "production/${name}" => selector.precision },
    { for name, selector in iam_only_trail_selector.staging : "staging/${name}" => selector.precision },
  )
}
