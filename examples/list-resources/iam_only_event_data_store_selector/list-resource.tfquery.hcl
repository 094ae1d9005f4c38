# When to use it: an account has event data stores already, and their selectors are to be taken over.
#
#   terraform query
#   terraform query -generate-config-out=selectors.tf

list "iam_only_event_data_store_selector" "in_one_region" {
  provider = iam

  config {
    region = "eu-west-1"
  }
}
