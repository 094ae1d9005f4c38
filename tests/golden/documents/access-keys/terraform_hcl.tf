advanced_event_selector {
  name = "iam-only"

  field_selector {
    field  = "eventCategory"
    equals = ["Management"]
  }

  field_selector {
    field = "eventName"
    equals = [
      "CreateAccessKey",
      "DeleteAccessKey",
      "GetAccessKeyLastUsed",
      "ListAccessKeys",
      "UpdateAccessKey",
    ]
  }
}
