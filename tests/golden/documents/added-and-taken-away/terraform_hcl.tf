advanced_event_selector {
  name = "iam-only"

  field_selector {
    field  = "eventCategory"
    equals = ["Management"]
  }

  field_selector {
    field = "eventName"
    equals = [
      "AttachGroupPolicy",
      "AttachRolePolicy",
      "AttachUserPolicy",
      "ConsoleLogin",
      "CreatePolicy",
      "CreatePolicyVersion",
      "CreateUser",
      "DeleteAccountPasswordPolicy",
      "DeleteGroupPolicy",
      "DeletePolicy",
      "DeletePolicyVersion",
      "DeleteRolePermissionsBoundary",
      "DeleteRolePolicy",
      "DeleteUserPermissionsBoundary",
      "DeleteUserPolicy",
      "DetachGroupPolicy",
      "DetachRolePolicy",
      "DetachUserPolicy",
      "NewThing",
      "PutGroupPolicy",
      "PutRolePermissionsBoundary",
      "PutRolePolicy",
      "PutUserPermissionsBoundary",
      "SetDefaultPolicyVersion",
      "UpdateAssumeRolePolicy",
    ]
  }
}
