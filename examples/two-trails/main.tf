# When to use it: something else lives off the trail (alarms, EventBridge rules, checks, Insights), and
# a log of IAM activity is wanted beside it, in a bucket of its own that other people may read.
#
# What it costs: in each Region the first copy of management events is free and further ones are
# charged, so that the second trail is paid for what it logs. Narrowed by name that is little; with the
# exclusions alone it is nearly everything a second time: look at `precision` before it stays.
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-manage-costs.html

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

variable "everything_bucket" {
  description = "Bucket of the trail that logs everything, with the policy that CloudTrail needs."
  type        = string
}

variable "iam_bucket" {
  description = "Bucket of the trail that logs IAM activity, with the policy that CloudTrail needs."
  type        = string
}

# All management events of all Regions: what everything else lives off. Nothing of ours touches it.
resource "aws_cloudtrail" "everything" {
  name                          = "everything"
  s3_bucket_name                = var.everything_bucket
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
}

resource "aws_cloudtrail" "iam" {
  name                          = "iam-activity"
  s3_bucket_name                = var.iam_bucket
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  # Its selectors are ours.
  lifecycle { ignore_changes = [event_selector, advanced_event_selector] }
}

resource "iam_only_trail_selector" "iam" {
  trail_name = aws_cloudtrail.iam.arn
}

# A second trail that logs nearly everything is only expensive. Without this block it would be silent.
check "the_second_trail_is_small" {
  assert {
    condition     = iam_only_trail_selector.iam.precision != "superset"
    error_message = "The second trail logs more than IAM: a second copy of nearly all management events is charged."
  }
}

output "precision" {
  value = iam_only_trail_selector.iam.precision
}
