SELECT *
FROM $EDS_ID
WHERE (eventCategory = 'Management' OR eventCategory IS NULL)
  AND (
    (
      eventSource = 'iam.amazonaws.com'
      AND eventName IN (
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
      eventSource = 'sts.amazonaws.com'
      AND eventName IN (
        'AssumeRoot'
      )
    )
    OR (
      eventSource IN ('signin.amazonaws.com', 'signin.amazon.com')
      AND eventName IN (
        'ConsoleLogin'
      )
    )
  )
