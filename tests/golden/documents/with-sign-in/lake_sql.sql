SELECT *
FROM $EDS_ID
WHERE (eventCategory = 'Management' OR eventCategory IS NULL)
  AND eventSource IN ('iam.amazonaws.com', 'sts.amazonaws.com', 'sso.amazonaws.com', 'signin.amazonaws.com', 'signin.amazon.com')
