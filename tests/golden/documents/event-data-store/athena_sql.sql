SELECT *
FROM cloudtrail_logs
WHERE (eventcategory = 'Management' OR eventcategory IS NULL)
  AND (
    (
      eventsource = 'iam.amazonaws.com'
      AND eventname IN (
        'ChangePassword',
        'CreateLoginProfile',
        'CreateVirtualMFADevice',
        'DeactivateMFADevice',
        'DeleteLoginProfile',
        'DeleteVirtualMFADevice',
        'EnableMFADevice',
        'GetLoginProfile',
        'GetMFADevice',
        'ListMFADeviceTags',
        'ListMFADevices',
        'ListVirtualMFADevices',
        'ResyncMFADevice',
        'TagMFADevice',
        'UntagMFADevice',
        'UpdateLoginProfile'
      )
    )
    OR (
      eventsource = 'sts.amazonaws.com'
      AND eventname IN (
        'AssumeRoot'
      )
    )
    OR (
      eventsource IN ('signin.amazonaws.com', 'signin.amazon.com')
      AND eventname IN (
        'ConsoleLogin'
      )
    )
  )
