SELECT *
FROM $EDS_ID
WHERE (eventCategory = 'Management' OR eventCategory IS NULL)
  AND eventSource = 'iam.amazonaws.com'
