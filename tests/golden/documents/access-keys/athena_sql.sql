SELECT *
FROM cloudtrail_logs
WHERE (eventcategory = 'Management' OR eventcategory IS NULL)
  AND eventsource = 'iam.amazonaws.com'
  AND eventname IN (
    'CreateAccessKey',
    'DeleteAccessKey',
    'GetAccessKeyLastUsed',
    'ListAccessKeys',
    'UpdateAccessKey'
  )
