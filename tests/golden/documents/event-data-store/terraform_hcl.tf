advanced_event_selector {
  name = "iam-only iam.amazonaws.com"

  field_selector {
    field  = "eventCategory"
    equals = ["Management"]
  }

  field_selector {
    field  = "eventSource"
    equals = ["iam.amazonaws.com"]
  }

  field_selector {
    field = "eventName"
    equals = [
      "ChangePassword",
      "CreateLoginProfile",
      "CreateVirtualMFADevice",
      "DeactivateMFADevice",
      "DeleteLoginProfile",
      "DeleteVirtualMFADevice",
      "EnableMFADevice",
      "GetLoginProfile",
      "GetMFADevice",
      "ListMFADeviceTags",
      "ListMFADevices",
      "ListVirtualMFADevices",
      "ResyncMFADevice",
      "TagMFADevice",
      "UntagMFADevice",
      "UpdateLoginProfile",
    ]
  }
}

advanced_event_selector {
  name = "iam-only signin.amazonaws.com"

  field_selector {
    field  = "eventCategory"
    equals = ["Management"]
  }

  field_selector {
    field  = "eventSource"
    equals = ["signin.amazonaws.com"]
  }

  field_selector {
    field  = "eventName"
    equals = ["ConsoleLogin"]
  }
}

advanced_event_selector {
  name = "iam-only sts.amazonaws.com"

  field_selector {
    field  = "eventCategory"
    equals = ["Management"]
  }

  field_selector {
    field  = "eventSource"
    equals = ["sts.amazonaws.com"]
  }

  field_selector {
    field  = "eventName"
    equals = ["AssumeRoot"]
  }
}
