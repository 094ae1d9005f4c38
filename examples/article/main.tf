# When to use it: a list of event names is given, here the thirteen of a published recipe, and is to
# be kept as it is. To cover IAM leave both lists out: these names are 13 of its 108 changing calls,
# and seven of them are emitted by other services as well.

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

resource "iam_only_trail_selector" "recipe" {
  trail_name = var.trail

  # Nothing from the catalog: only the names below.
  services = []
  include_event_names = [
    "CreateUser",
    "DeleteUser",
    "UpdateUser",
    "CreateRole",
    "DeleteRole",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "PutUserPolicy",
    "DeleteUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreateGroup",
    "DeleteGroup",
  ]
}

# The seven.
output "shared_with_other_services" {
  value = iam_only_trail_selector.recipe.colliding_event_names
}
