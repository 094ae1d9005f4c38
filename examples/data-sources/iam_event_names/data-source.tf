# When to use it: to see, or to pass on, the event names of a selection without touching a trail.

data "iam_event_names" "access_keys" {
  services          = ["iam"]
  resource_families = ["access_key", "login_profile", "mfa"]
}

output "event_names" {
  value = data.iam_event_names.access_keys.event_names
}

# Names that other services emit too: a filter by name alone lets those events in.
output "shared_names" {
  value = [for event in data.iam_event_names.access_keys.events : event.name if length(event.collides_with) > 0]
}
