# When to use it: the trail is in another account than the credentials, such as an organization's
# management account, and a role there is allowed to change its selectors.
#
# Several assume_role blocks make a chain: each role is assumed with the credentials of the one before.

terraform {
  required_providers {
    iam = {
      source = "iam-only/iam"
    }
  }
}

variable "trail" {
  description = "ARN of the trail."
  type        = string
}

variable "role" {
  description = "ARN of the role that may change the trail's selectors."
  type        = string
}

variable "external_id" {
  description = "What the role's trust policy asks for, if it asks for anything."
  type        = string
  default     = null
}

variable "account" {
  description = "Id of the account that the role is in."
  type        = string
}

provider "iam" {
  region = "us-east-1"

  # With credentials of any other account CloudTrail is not asked anything.
  allowed_account_ids = [var.account]

  assume_role {
    role_arn     = var.role
    session_name = "iam-only-trail"
    external_id  = var.external_id
  }
}

resource "iam_only_trail_selector" "audit" {
  trail_name = var.trail
}
