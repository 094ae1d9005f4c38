# When to use it: selectors or filters for IAM activity are wanted by a tool other than this provider.

data "iam_selector_document" "changes" {
  read_write_type = "WriteOnly"
  filter_by       = "exclusion" # on the trail the narrowest that AWS documents; behind it exact all the same
}

# terraform output -raw selectors >selectors.json
# aws cloudtrail put-event-selectors --trail-name TRAIL --advanced-event-selectors file://selectors.json
output "selectors" {
  value = data.iam_selector_document.changes.aws_cli_json
}

# One rule for each, in the state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS where reads are wanted.
output "event_patterns" {
  value = data.iam_selector_document.changes.event_bridge_patterns
}

# What has changed access keys, from the trail's log files.
data "iam_selector_document" "access_keys" {
  destination       = "event_data_store"
  resource_families = ["access_key"]
  read_write_type   = "WriteOnly"
  athena_table      = "audit.cloudtrail_logs"
}

output "query" {
  value = data.iam_selector_document.access_keys.athena_sql
}
