"""Puts selectors with boto3, as `json.loads` reads them, and reads them back.

Reads from standard input
    {"endpoint": "URL", "access_key": "...", "secret_key": "...",
     "puts": [{"name": "...", "trail": "ARN" or "store": "ARN", "selectors": "JSON"}, ...]}
and writes
    {"read": {"NAME": [...]}, "refused": {"NAME": "ERROR"}}
to standard output: what GetEventSelectors or GetEventDataStore then tells, or the code of the error;
`ParamValidationError` where botocore itself found that this is not what the API takes.
"""

import json
import sys

import boto3
import botocore.config
import botocore.exceptions


def main():
    given = json.load(sys.stdin)
    cloudtrail = boto3.client(
        "cloudtrail",
        region_name="us-east-1",
        endpoint_url=given["endpoint"],
        aws_access_key_id=given["access_key"],
        aws_secret_access_key=given["secret_key"],
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )
    read, refused = {}, {}
    for put in given["puts"]:
        selectors = json.loads(put["selectors"])
        try:
            if "store" in put:
                store = put["store"]
                cloudtrail.update_event_data_store(
                    EventDataStore=store, AdvancedEventSelectors=selectors
                )
                answer = cloudtrail.get_event_data_store(EventDataStore=store)
            else:
                trail = put["trail"]
                cloudtrail.put_event_selectors(TrailName=trail, AdvancedEventSelectors=selectors)
                answer = cloudtrail.get_event_selectors(TrailName=trail)
            read[put["name"]] = answer["AdvancedEventSelectors"]
        except botocore.exceptions.ParamValidationError as error:
            refused[put["name"]] = type(error).__name__
        except botocore.exceptions.ClientError as error:
            refused[put["name"]] = error.response["Error"]["Code"]
    json.dump({"read": read, "refused": refused}, sys.stdout)


if __name__ == "__main__":
    main()
