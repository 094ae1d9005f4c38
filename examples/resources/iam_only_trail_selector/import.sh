# By the trail's ARN, which also says where the trail lives:
terraform import iam_only_trail_selector.audit arn:aws:cloudtrail:us-east-1:111122223333:trail/audit

# By its name, looked up in the provider's region:
terraform import iam_only_trail_selector.audit audit
