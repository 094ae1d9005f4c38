# When to use it: an organization's trail, and credentials of the management account that owns it. For
# those of a delegated administrator see ../../organization-trail.

terraform {
  required_providers {
    iam = {
      source = "iam-only/iam"
    }
  }
}

variable "trail" {
  description = "ARN of the organization's trail. A name would be looked up in one account and Region."
  type        = string

  validation {
    condition     = can(regex("^arn:[^:]+:cloudtrail:[^:]+:[0-9]{12}:trail/.", var.trail))
    error_message = "The ARN of a trail is needed, such as arn:aws:cloudtrail:us-east-1:111122223333:trail/organization."
  }
}

provider "iam" {
  region = "us-east-1"

  # The management account, which the ARN names. Credentials of any other are stopped before anything
  # is asked: a member account may not change the organization's trail.
  allowed_account_ids = [split(":", var.trail)[4]]
}

resource "iam_only_trail_selector" "organization" {
  trail_name = var.trail

  lifecycle {
    postcondition {
      condition     = self.organization_trail
      error_message = "${var.trail} is the trail of one account, not of an organization."
    }
  }
}

output "organization_trail" {
  value = {
    filter    = iam_only_trail_selector.organization.effective_filter
    precision = iam_only_trail_selector.organization.precision
  }
}
