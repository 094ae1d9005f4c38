# When to use it: provider "aws" owns the trail, and its selectors are to be ours.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
    iam = {
      source = "iam-only/iam"
    }
  }
}

provider "aws" {
  region = "us-east-1"
}

provider "iam" {
  region = "us-east-1"
}

resource "aws_cloudtrail" "audit" {
  name           = "audit"
  s3_bucket_name = aws_s3_bucket_policy.audit.bucket

  # IAM is recorded in us-east-1 only: this is how its events reach the trail.
  is_multi_region_trail         = true
  include_global_service_events = true

  # One trail, one owner of its selectors. Both names: putting advanced selectors removes the basic
  # ones, so aws_cloudtrail sees both arguments change, and would put its own back.
  lifecycle { ignore_changes = [event_selector, advanced_event_selector] }
}

resource "iam_only_trail_selector" "audit" {
  trail_name = aws_cloudtrail.audit.arn

  # If CloudTrail refuses to filter by name, as its documentation says it does on trails, log the
  # least that is documented. Without this line a refusal fails the apply and changes nothing.
  fallback = "exclusion"
}

# Which of the two it was.
output "audit_trail" {
  value = {
    filter    = iam_only_trail_selector.audit.effective_filter # "event_name" or "exclusion"
    precision = iam_only_trail_selector.audit.precision        # "by_name" or "superset"
  }
}
