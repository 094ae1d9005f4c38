# When to use it: IAM activity and nothing else is wanted as a stream, within minutes, and the trail may
# stay as it is. The rule's filter is exact: by source, and by name where only some names are wanted.
#
# What it needs: a trail in the account that logs management events, read and write, and is logging;
# without one EventBridge gets no API calls at all.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
#
# What it leaves out: delivery to EventBridge is best effort, and there is no file to validate. Keep
# the trail for the audit. https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-iam.html

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

# IAM's events are on the bus of us-east-1 and of no other Region; the log group has to be there too.
provider "aws" {
  region = "us-east-1"
}

provider "iam" {
  region = "us-east-1"
}

variable "name" {
  description = "Name of the rule, and of the log group after /aws/events/."
  type        = string
  default     = "iam-activity"
}

variable "read_write_type" {
  description = "\"All\", \"WriteOnly\" or \"ReadOnly\"."
  type        = string
  default     = "All"
}

data "iam_selector_document" "stream" {
  read_write_type = var.read_write_type

  # Decides the selectors of a trail, which are not used here: what stands behind a trail filters by
  # source, and by name where need be. This one needs no warning.
  filter_by = "exclusion"
}

resource "aws_cloudwatch_event_rule" "iam" {
  # More than one pattern only where the names of a selection are too many for one.
  count = length(data.iam_selector_document.stream.event_bridge_patterns)

  name          = count.index == 0 ? var.name : "${var.name}-${count.index + 1}"
  description   = "IAM activity that CloudTrail records."
  event_pattern = data.iam_selector_document.stream.event_bridge_patterns[count.index]

  # A rule that is merely ENABLED does not get events of calls that only read.
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
  state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
}

resource "aws_cloudwatch_event_target" "log" {
  count = length(aws_cloudwatch_event_rule.iam)

  rule = aws_cloudwatch_event_rule.iam[count.index].name
  arn  = aws_cloudwatch_log_group.iam.arn

  # The events that arrive before the policy is there would be lost.
  depends_on = [aws_cloudwatch_log_resource_policy.iam]
}

resource "aws_cloudwatch_log_group" "iam" {
  name              = "/aws/events/${var.name}"
  retention_in_days = 400
}

# EventBridge writes to a log group by the group's policy; a target of this kind takes no role.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
data "aws_iam_policy_document" "delivery" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.iam.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "iam" {
  policy_name     = "event-bridge-${var.name}"
  policy_document = data.aws_iam_policy_document.delivery.json
}

output "log_group" {
  description = "Where the events arrive."
  value       = aws_cloudwatch_log_group.iam.name
}

output "patterns" {
  description = "What the rules let through."
  value       = data.iam_selector_document.stream.event_bridge_patterns
}
