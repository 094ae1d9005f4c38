# When to use it: only changes matter; Get, List and Simulate calls are not to fill the trail.
#
# With other services beside iam look twice: CloudTrail records sts AssumeRole as read-only, so that
# "WriteOnly" hides who took on which role.

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

resource "iam_only_trail_selector" "changes" {
  trail_name      = var.trail
  selector_name   = "iam-changes"
  read_write_type = "WriteOnly"
}

# The names that only read are not in the filter.
output "event_count" {
  value = iam_only_trail_selector.changes.event_count
}
