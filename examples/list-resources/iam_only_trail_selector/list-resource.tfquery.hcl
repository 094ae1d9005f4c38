# When to use it: an account has trails already, and their selectors are to be taken over.
#
#   terraform query
#   terraform query -generate-config-out=selectors.tf

list "iam_only_trail_selector" "all" {
  provider = iam
}

list "iam_only_trail_selector" "in_one_region" {
  provider = iam

  config {
    region = "eu-west-1"
  }
}
