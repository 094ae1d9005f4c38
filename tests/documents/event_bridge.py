"""Runs EventBridge patterns in moto's EventBridge: what somebody else's code makes of them.

Reads from standard input
    {"rules": {"NAME": "PATTERN", ...},
     "events": [{"source": "aws.iam", "detail-type": "...", "detail": {"eventID": "...", ...}}, ...]}
and writes
    {"matched": {"NAME": ["EVENTID", ...]}, "refused": {"NAME": "CODE"}}
to standard output: for each rule the events that it matches, or the code of the error with which
PutRule refuses it.

A rule is put by boto3, and asked what it matches as moto's PutEvents asks it. Nothing is delivered:
moto takes 75 ms for each delivery. Nothing leaves the process.
"""

import json
import sys

import boto3
import botocore.exceptions
import moto
import moto.events.models

ACCOUNT = "123456789012"
REGION = "us-east-1"
# Without it read-only management events never arrive
# (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html).
STATE = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def main():
    given = json.load(sys.stdin)
    matched, refused = {}, {}
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    with moto.mock_aws():
        events = boto3.client("events", region_name=REGION, **keys)
        for name, pattern in given["rules"].items():
            try:
                events.put_rule(Name=name, EventPattern=pattern, State=STATE)
            except botocore.exceptions.ClientError as error:
                refused[name] = error.response["Error"]["Code"]
        rules = moto.events.models.events_backends[ACCOUNT][REGION].describe_event_bus("default").rules
        for name, rule in rules.items():
            matched[name] = [
                event["detail"]["eventID"]
                for event in given["events"]
                if rule.event_pattern.matches_event({"account": ACCOUNT, "region": REGION, **event})
            ]
    json.dump({"matched": matched, "refused": refused}, sys.stdout)


if __name__ == "__main__":
    main()
