# When to use it: questions are asked of the trail's files now and then, and nobody waits for an
# answer within minutes. The trail stays as it is; the query is exact; each run pays for what it scans.
#
# What it needs: a table over the trail's bucket, which the console makes ("Create Athena table") or
# https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html

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

# The Region of the table.
provider "aws" {
  region = "us-east-1"
}

provider "iam" {
  region = "us-east-1"
}

variable "database" {
  description = "Database that the table is in."
  type        = string
  default     = "default"
}

variable "table" {
  description = "Table over the trail's files."
  type        = string
  default     = "cloudtrail_logs"
}

variable "workgroup" {
  description = "Athena workgroup that keeps the queries."
  type        = string
  default     = "primary"
}

data "iam_selector_document" "iam" {
  athena_table = var.table

  # Decides the selectors of a trail, which are not used here: what stands behind a trail filters by
  # source, and by name where need be. This one needs no warning.
  filter_by = "exclusion"
}

resource "aws_athena_named_query" "iam" {
  name        = "iam-activity"
  description = "IAM activity in the trail's files."
  workgroup   = var.workgroup
  database    = var.database
  query       = data.iam_selector_document.iam.athena_sql
}

# Run once, it makes a view that other queries narrow: by day, where the table has partitions, and by
# Region, which for IAM is us-east-1.
resource "aws_athena_named_query" "view" {
  name        = "iam-activity-view"
  description = "Makes the view iam_activity."
  workgroup   = var.workgroup
  database    = var.database
  query       = "CREATE OR REPLACE VIEW iam_activity AS\n${data.iam_selector_document.iam.athena_sql}"
}

output "query" {
  value = data.iam_selector_document.iam.athena_sql
}
