# When to use it: the trail also logs data events (S3 objects, Lambda invocations) or network activity
# events, and these are to stay. Without the argument the trail has our selectors and nothing else.

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
  trail_name                = var.trail
  preserve_other_categories = true

  # Put back, on destroy, what the trail had before; this is the default.
  on_destroy = "restore"
}

# The whole set on the trail: ours and the kept ones.
output "selectors" {
  value = iam_only_trail_selector.audit.advanced_event_selectors
}
