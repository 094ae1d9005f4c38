SELECT *
FROM cloudtrail_logs
WHERE (eventcategory = 'Management' OR eventcategory IS NULL)
  AND eventsource = 'iam.amazonaws.com'
  AND readonly = 'false'
