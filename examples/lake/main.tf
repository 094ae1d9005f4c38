# When to use it: the account uses CloudTrail Lake already, and an event data store is to ingest IAM
# activity and nothing else. AWS documents this filter for event data stores; it is exact.

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

variable "event_data_store" {
  description = "ARN of the event data store, or its ID."
  type        = string
}

resource "iam_only_event_data_store_selector" "lake" {
  event_data_store = var.event_data_store
}

# "exact": events of IAM and of no other service.
output "precision" {
  value = iam_only_event_data_store_selector.lake.precision
}
