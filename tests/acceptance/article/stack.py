"""What CloudFormation makes of a template, without AWS: python3 stack.py TEMPLATE URL REGION

moto's CloudFormation reads the template, resolves its references and keeps the stack. It knows no
trails and no policies of buckets, so these two are here, as their pages have them:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudtrail-trail.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html
A trail is made by CreateTrail, StartLogging and PutEventSelectors, at the CloudTrail of the URL, or at
moto's if the URL is "moto". A property that the page does not have is an error.

Prints one JSON object: what describe_stacks and the CloudTrail answer, or {"error": ...}.
"""

import json
import os
import sys

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.common_models import CloudFormationModel

TEMPLATE, URL, REGION = sys.argv[1:]
STACK = "iam-trail"
# The keys of the environment, before moto puts its own there.
KEYS = {
    "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
    "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
}
# The arguments of CreateTrail that a template may have.
CREATED_WITH = {
    "S3BucketName", "S3KeyPrefix", "SnsTopicName", "IncludeGlobalServiceEvents", "IsMultiRegionTrail",
    "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "IsOrganizationTrail",
}
RENAMED = {"TrailName": "Name", "KMSKeyId": "KmsKeyId", "EnableLogFileValidation": "EnableLogFileValidation"}


def cloudtrail():
    if URL == "moto":
        return boto3.client("cloudtrail", region_name=REGION)
    return boto3.client("cloudtrail", region_name=REGION, endpoint_url=URL, **KEYS)


class Trail(CloudFormationModel):
    """AWS::CloudTrail::Trail."""

    # moto keeps its models by the second part of this.
    __module__ = "stack.cloudtrail"

    def __init__(self, name, arn):
        self.physical_resource_id = name
        self.arn = arn

    @staticmethod
    def cloudformation_name_type():
        return "TrailName"

    @staticmethod
    def cloudformation_type():
        return "AWS::CloudTrail::Trail"

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name):
        assert attribute_name == "Arn", attribute_name
        return self.arn

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = dict(cloudformation_json["Properties"])
        kinds = ("EventSelectors", "AdvancedEventSelectors")
        selectors = {kind: properties.pop(kind) for kind in kinds if kind in properties}
        logging = properties.pop("IsLogging")
        arguments = {"Name": resource_name}
        for name, value in properties.items():
            if name not in CREATED_WITH and name not in RENAMED:
                raise ValueError(f"AWS::CloudTrail::Trail has no property {name}")
            arguments[RENAMED.get(name, name)] = value
        client = cloudtrail()
        made = client.create_trail(**arguments)
        try:
            if logging:
                client.start_logging(Name=made["Name"])
            if selectors:
                client.put_event_selectors(TrailName=made["Name"], **selectors)
        except ClientError:
            # A resource that can't be finished is taken back with its stack.
            client.delete_trail(Name=made["Name"])
            raise
        return cls(made["Name"], made["TrailARN"])


class BucketPolicy(CloudFormationModel):
    """AWS::S3::BucketPolicy."""

    __module__ = "stack.s3"
    physical_resource_id = "policy"

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return "AWS::S3::BucketPolicy"

    @classmethod
    def has_cfn_attr(cls, attr):
        return False

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = cloudformation_json["Properties"]
        s3 = boto3.client("s3", region_name=region_name)
        s3.put_bucket_policy(Bucket=properties["Bucket"], Policy=json.dumps(properties["PolicyDocument"]))
        return cls()


@mock_aws
def main():
    formation = boto3.client("cloudformation", region_name=REGION)
    with open(TEMPLATE, encoding="utf-8") as file:
        template = file.read()
    try:
        formation.validate_template(TemplateBody=template)
        formation.create_stack(StackName=STACK, TemplateBody=template)
        stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
    except (ClientError, ValueError) as error:
        return {"error": str(error)}
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    client = cloudtrail()
    buckets = boto3.client("s3", region_name=REGION)
    trail = client.get_trail(Name=outputs["TrailArn"])["Trail"]
    selectors = client.get_event_selectors(TrailName=outputs["TrailArn"])
    bucket = buckets.list_buckets()["Buckets"][0]["Name"]
    return {
        "status": stack["StackStatus"],
        "outputs": outputs,
        "trail": trail,
        "logging": client.get_trail_status(Name=outputs["TrailArn"])["IsLogging"],
        "selectors": {name: selectors.get(name) or [] for name in ("EventSelectors", "AdvancedEventSelectors")},
        "bucket": bucket,
        "policy": json.loads(buckets.get_bucket_policy(Bucket=bucket)["Policy"]),
    }


print(json.dumps(main(), default=str))
