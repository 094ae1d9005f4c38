# When to use it: a team has agreed what its trail has to log and what it must not, and nobody is to
# change that without noticing. `terraform test` holds this configuration to policy.tftest.hcl; it
# plans and changes nothing. The provider functions need Terraform 1.8 or newer.

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

variable "trail" {
  description = "Name or ARN of the trail."
  type        = string
}

variable "services" {
  description = "The services whose events the trail logs."
  type        = set(string)
  default     = ["iam", "sts"]
}

locals {
  # What will be on the trail: known when planned, unless fallback or preserve_other_categories is set.
  selectors = iam_only_trail_selector.audit.advanced_event_selectors

  # Records, as far as selectors ask for them.
  new_access_key = {
    eventCategory = "Management"
    eventSource   = "iam.amazonaws.com"
    eventName     = "CreateAccessKey"
    readOnly      = false
  }
  decryption = {
    eventCategory = "Management"
    eventSource   = "kms.amazonaws.com"
    eventName     = "Decrypt"
    readOnly      = true
  }
}

resource "iam_only_trail_selector" "audit" {
  trail_name = var.trail
  services   = var.services

  lifecycle {
    # Without this event the audit is worth nothing: no plan goes on without it.
    postcondition {
      condition     = provider::iam::logs_event(self.advanced_event_selectors, local.new_access_key).logged == true
      error_message = "CreateAccessKey has to be logged: ${provider::iam::logs_event(self.advanced_event_selectors, local.new_access_key).reason}."
    }
  }
}

# With this one it only costs more: a check warns and goes on.
check "decryption_is_left_out" {
  assert {
    condition     = provider::iam::logs_event(local.selectors, local.decryption).logged == false
    error_message = "Decrypt must not be logged: ${provider::iam::logs_event(local.selectors, local.decryption).reason}."
  }
}
