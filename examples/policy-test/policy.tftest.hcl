# The policy. Each run only plans, which reads the trail: TF_VAR_trail names it.

run "access_keys_are_logged" {
  command = plan

  assert {
    condition     = provider::iam::logs_event(local.selectors, local.new_access_key).logged == true
    error_message = provider::iam::logs_event(local.selectors, local.new_access_key).reason
  }
}

run "decryption_is_not" {
  command = plan

  assert {
    condition     = provider::iam::logs_event(local.selectors, local.decryption).logged == false
    error_message = provider::iam::logs_event(local.selectors, local.decryption).reason
  }
}

# A trail for another service would break the policy, and the postcondition says so.
run "a_trail_without_iam_is_refused" {
  command = plan

  variables {
    services = ["sts"]
  }

  expect_failures = [iam_only_trail_selector.audit]
}
