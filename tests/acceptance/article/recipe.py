# Does not work.
import boto3

cloudtrail = boto3.client("cloudtrail")
cloudtrail.update_trail(
    Name="iam-activity",
    EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}],
    AdvancedEventSelectors=[
        {
            "Name": "IAM",
            "FieldSelectors": [
                {"Field": "eventName", "Equals": ["CreateUser", "DeleteUser", "CreateRole", "DeleteRole"]}
            ],
        }
    ],
)
