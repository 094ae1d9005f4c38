# When to use it: CloudFormation owns the trail, and is to put its selectors as well. Terraform writes
# the template and asks nothing of AWS:
#
#   terraform apply
#   terraform output -raw template >trail.yaml
#   aws cloudformation deploy --stack-name iam-trail --template-file trail.yaml --region us-east-1
#
# trail-by-name.yaml and trail-exclusion.yaml beside it are two that it has written. CloudTrail
# documents the filter of the first for event data stores, not for trails: if it refuses it, the stack
# fails and is rolled back, and the second is the one that is documented. It logs more than IAM.

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
  description = "\"event_name\" or \"exclusion\"."
  type        = string
  default     = "event_name"
}

data "iam_selector_document" "trail" {
  services            = length(var.event_names) == 0 ? ["iam"] : []
  include_event_names = var.event_names
  filter_by           = var.filter_by
}

output "template" {
  value = templatefile("${path.module}/trail.yaml.tftpl", {
    # The property AdvancedEventSelectors, as it stands under Properties.
    selectors = chomp(data.iam_selector_document.trail.cloudformation_yaml)
    precision = data.iam_selector_document.trail.precision
  })
}
