SELECT *
FROM $EDS_ID
WHERE (eventCategory = 'Management' OR eventCategory IS NULL)
  AND (
    (
      eventSource = 'iam.amazonaws.com'
      AND eventName IN (
        'CreateUser'
      )
    )
    OR (
      eventSource = 'identitystore.amazonaws.com'
      AND eventName IN (
        'CreateUser'
      )
    )
    OR (
      eventSource = 'sso-directory.amazonaws.com'
      AND eventName IN (
        'CreateUser'
      )
    )
    OR (
      eventSource = 'identitystore-scim.amazonaws.com'
      AND eventName IN (
        'CreateUser'
      )
    )
  )
