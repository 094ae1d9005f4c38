SELECT *
FROM $EDS_ID
WHERE (eventCategory = 'Management' OR eventCategory IS NULL)
  AND (
    (
      eventSource = 'iam.amazonaws.com'
      AND eventName IN (
        'AttachGroupPolicy',
        'AttachRolePolicy',
        'AttachUserPolicy',
        'CreatePolicy',
        'CreatePolicyVersion',
        'CreateUser',
        'DeleteAccountPasswordPolicy',
        'DeleteGroupPolicy',
        'DeletePolicy',
        'DeletePolicyVersion',
        'DeleteRolePermissionsBoundary',
        'DeleteRolePolicy',
        'DeleteUserPermissionsBoundary',
        'DeleteUserPolicy',
        'DetachGroupPolicy',
        'DetachRolePolicy',
        'DetachUserPolicy',
        'NewThing',
        'PutGroupPolicy',
        'PutRolePermissionsBoundary',
        'PutRolePolicy',
        'PutUserPermissionsBoundary',
        'SetDefaultPolicyVersion',
        'UpdateAssumeRolePolicy'
      )
    )
    OR (
      eventSource IN ('signin.amazonaws.com', 'signin.amazon.com')
      AND eventName IN (
        'ConsoleLogin'
      )
    )
  )
