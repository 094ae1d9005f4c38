SELECT *
FROM cloudtrail_logs
WHERE (eventcategory = 'Management' OR eventcategory IS NULL)
  AND eventsource IN ('iam.amazonaws.com', 'sts.amazonaws.com', 'sso.amazonaws.com', 'signin.amazonaws.com', 'signin.amazon.com')
