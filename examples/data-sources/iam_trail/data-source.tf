# When to use it: to hold a trail that somebody else looks after to what your audit needs, without
# managing it.

provider "iam" {
  region = "us-east-1"

  # Which names the trail is asked for.
  event_catalog {
    services      = ["iam"]
    access_levels = ["Write", "Permissions management"]
  }
}

data "iam_trail" "audit" {
  trail_name = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit"
}

check "writes_of_iam_are_logged" {
  assert {
    condition     = data.iam_trail.audit.receives_iam_events == true
    error_message = "No event of IAM gets to the trail. ${data.iam_trail.audit.reason}"
  }

  assert {
    condition     = length(data.iam_trail.audit.missed_event_names) == 0
    error_message = "The trail misses ${join(", ", data.iam_trail.audit.missed_event_names)}."
  }
}

# "exact", "by_name", or "superset" if the trail logs more than IAM.
output "precision" {
  value = data.iam_trail.audit.precision
}
