SELECT *
FROM cloudtrail_logs
WHERE (eventcategory = 'Management' OR eventcategory IS NULL)
  AND (
    (
      eventsource = 'iam.amazonaws.com'
      AND eventname IN (
        'CreateUser'
      )
    )
    OR (
      eventsource = 'identitystore.amazonaws.com'
      AND eventname IN (
        'CreateUser'
      )
    )
    OR (
      eventsource = 'sso-directory.amazonaws.com'
      AND eventname IN (
        'CreateUser'
      )
    )
    OR (
      eventsource = 'identitystore-scim.amazonaws.com'
      AND eventname IN (
        'CreateUser'
      )
    )
  )
