# When to use it: a trail that exists, whoever made it, is to log IAM activity by event name.

resource "iam_only_trail_selector" "audit" {
  trail_name = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit"
}

# What the trail logs now: "exact", "by_name" or "superset".
output "precision" {
  value = iam_only_trail_selector.audit.precision
}
