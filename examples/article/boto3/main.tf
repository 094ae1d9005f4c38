# When to use it: a script of boto3 puts a trail's selectors, and is to keep doing so. Terraform only
# computes them and asks nothing of AWS; put_selectors.py beside it puts them.
#
#   terraform apply
#   terraform output -raw selectors >selectors.json
#   python3 put_selectors.py TRAIL selectors.json --dry-run

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

variable "event_names" {
  description = "Names of a list of one's own. Left out, all of IAM's."
  type        = set(string)
  default     = []
}

variable "filter_by" {
  description = "\"event_name\", which CloudTrail documents for event data stores, not for trails; or \"exclusion\", which it documents for trails and which logs more than IAM."
  type        = string
  default     = "event_name"
}

data "iam_selector_document" "trail" {
  services            = length(var.event_names) == 0 ? ["iam"] : []
  include_event_names = var.event_names
  filter_by           = var.filter_by
}

# The file that the script takes, and `aws cloudtrail put-event-selectors --advanced-event-selectors`.
output "selectors" {
  value = data.iam_selector_document.trail.aws_cli_json
}

# What a trail with them logs: "by_name" or "superset".
output "precision" {
  value = data.iam_selector_document.trail.precision
}
