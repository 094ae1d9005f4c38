SELECT *
FROM cloudtrail_logs
WHERE (eventcategory = 'Management' OR eventcategory IS NULL)
  AND (
    (
      eventsource = 'iam.amazonaws.com'
      AND eventname IN (
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
      eventsource IN ('signin.amazonaws.com', 'signin.amazon.com')
      AND eventname IN (
        'ConsoleLogin'
      )
    )
  )
