# When to use it: a trail writes to a log group of CloudWatch Logs already, and IAM activity is to be
# counted and to raise an alarm there. The trail stays as it is; the filters are exact.

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

# The Region of the log group, which is the trail's home Region.
provider "aws" {
  region = "us-east-1"
}

provider "iam" {
  region = "us-east-1"
}

variable "log_group" {
  description = "Name of the log group that the trail writes to."
  type        = string
}

variable "alarm_actions" {
  description = "ARNs of what an alarm sets off, such as SNS topics."
  type        = list(string)
  default     = []
}

data "iam_selector_document" "changes" {
  access_levels   = ["Permissions management"]
  read_write_type = "WriteOnly"

  # Decides the selectors of a trail, which are not used here: what stands behind a trail filters by
  # source and name. This one needs no warning.
  filter_by = "exclusion"
}

locals {
  # A pattern has room for 1,024 characters, so that many names need several, by their number.
  patterns = {
    for number, pattern in data.iam_selector_document.changes.cloudwatch_logs_filter_patterns :
    format("%02d", number + 1) => pattern
  }
}

# Each counts into the same metric, and no event is counted twice: no name is in two patterns.
resource "aws_cloudwatch_log_metric_filter" "iam" {
  for_each = local.patterns

  name           = "iam-changes-${each.key}"
  log_group_name = var.log_group
  pattern        = each.value

  metric_transformation {
    name          = "IamPermissionChanges"
    namespace     = "Audit"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "iam" {
  alarm_name        = "iam-permission-changes"
  alarm_description = "Somebody changes what somebody may do."
  alarm_actions     = var.alarm_actions

  namespace           = "Audit"
  metric_name         = "IamPermissionChanges"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"

  depends_on = [aws_cloudwatch_log_metric_filter.iam]
}

output "event_names" {
  description = "What is counted."
  value       = data.iam_selector_document.changes.event_names
}
