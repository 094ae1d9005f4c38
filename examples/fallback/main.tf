# When to use it: the trail has to be narrowed as far as CloudTrail documents it, even if that is not
# IAM-only, and someone has to be told which of the two it became.

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

resource "iam_only_trail_selector" "audit" {
  trail_name = var.trail
  filter_by  = "event_name"
  fallback   = "exclusion"
}

# Not an error: apply succeeds, and says so every time the trail logs more than IAM.
check "trail_is_iam_only" {
  assert {
    condition     = iam_only_trail_selector.audit.precision != "superset"
    error_message = "The trail logs more than IAM: CloudTrail took only the exclusions (${iam_only_trail_selector.audit.effective_filter})."
  }
}
