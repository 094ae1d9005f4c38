advanced_event_selector {
  name = "iam-only"

  field_selector {
    field  = "eventCategory"
    equals = ["Management"]
  }

  field_selector {
    field = "eventSource"
    equals = [
      "iam.amazonaws.com",
      "signin.amazonaws.com",
      "sso.amazonaws.com",
      "sts.amazonaws.com",
    ]
  }
}
