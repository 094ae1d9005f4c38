# When to use it: the security team works in an account of its own, which is a delegated administrator
# of CloudTrail, and the organization's trail is to be narrowed from there.
#
# The management account owns the trail all the same: the ARN names that account, and the trail's bare
# name is not found in the administrator's. The management account appoints the administrator once:
#
#   aws cloudtrail register-organization-delegated-admin --member-account-id ACCOUNT
#
# or, with provider aws, aws_cloudtrail_organization_delegated_admin_account. Every member's alarms
# and rules that live off this trail see what is left of it: see "What an IAM-only trail means".

terraform {
  required_providers {
    iam = {
      source = "iam-only/iam"
    }
  }
}

variable "trail" {
  description = "ARN of the organization's trail; it names the management account."
  type        = string

  validation {
    condition     = can(regex("^arn:[^:]+:cloudtrail:[^:]+:[0-9]{12}:trail/.", var.trail))
    error_message = "The ARN of a trail is needed, such as arn:aws:cloudtrail:us-east-1:111122223333:trail/organization."
  }
}

variable "delegated_administrator" {
  description = "Id of the account that the credentials are of."
  type        = string
}

variable "fallback" {
  description = "\"exclusion\": if CloudTrail refuses to filter by name, log the least that is documented for trails. \"none\": fail and change nothing."
  type        = string
  default     = "none"
}

provider "iam" {
  region              = "us-east-1"
  allowed_account_ids = [var.delegated_administrator]
}

resource "iam_only_trail_selector" "organization" {
  trail_name = var.trail
  fallback   = var.fallback

  # To go back is to put back what the organization had.
  on_destroy = "restore"

  lifecycle {
    postcondition {
      condition     = self.organization_trail
      error_message = "${var.trail} is the trail of one account, not of an organization."
    }
  }
}

output "precision" {
  description = "What the trail logs now: by_name, or superset if it is more than IAM."
  value       = iam_only_trail_selector.organization.precision
}

output "replaced_selectors" {
  description = "What it had before."
  value       = iam_only_trail_selector.organization.replaced_selectors
}
