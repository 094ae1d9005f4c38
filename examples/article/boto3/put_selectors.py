#!/usr/bin/env python3
"""When to use it: a trail's selectors are to be put by a script, and Terraform only writes them.

    terraform output -raw selectors >selectors.json
    python3 put_selectors.py my-trail selectors.json --dry-run
    python3 put_selectors.py my-trail selectors.json

Needs boto3, and credentials and a Region in the usual places. The trail is given by its ARN, or by
its name, which is looked up in the Region; the selectors come from a file, or from - for standard
input, as a JSON array of advanced event selectors.

What the trail has is shown, and saved in a file, before anything is changed. The saved file is taken
in place of the selectors, and puts back what was there:

    python3 put_selectors.py my-trail my-trail.20260131T120000Z.json

CloudTrail documents eventName on management events for event data stores, not for trails. If it
refuses the selectors, the script says so and the trail has what it had.

Exit codes: 0 the trail has the selectors, or would have without --dry-run; 1 nothing was put; 2 CloudTrail
refused them; 3 what the trail has is not what was put, or not known.
"""

import argparse
import json
import os
import sys
import time

import boto3
from botocore.exceptions import BotoCoreError, ClientError

FIELDS = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html"
BASIC, ADVANCED = "EventSelectors", "AdvancedEventSelectors"
# What a trail logs that nobody configured: all management events.
SERVICE_DEFAULT = {BASIC: [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]}
# Reads may show for a while what was there before.
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-data-consistency.html
# So many more reads, so many seconds apart.
READS, PAUSE = 4, 2


class Stop(Exception):
    """The end of the script: what to say, and the exit code."""

    def __init__(self, text, code=1):
        super().__init__(text)
        self.code = code


def wanted(source):
    """The selectors of a file, under the name of the argument that takes them."""
    try:
        if source == "-":
            document = json.load(sys.stdin)
        else:
            with open(source, encoding="utf-8") as file:
                document = json.load(file)
    except (OSError, ValueError) as error:
        raise Stop(f"{source} can't be read: {error}") from None
    if isinstance(document, list):
        document = {ADVANCED: document}
    given = [name for name in (BASIC, ADVANCED) if isinstance(document, dict) and document.get(name)]
    # PutEventSelectors takes one of the two, and an empty list of neither.
    # https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
    if len(given) != 1:
        expected = f"a JSON array that is not empty, or an object with {BASIC} or {ADVANCED}"
        raise Stop(f"{source} has no selectors: expected {expected}")
    return {given[0]: document[given[0]]}


def trail_at_home(name):
    """The trail's ARN, and a client of its home Region: PutEventSelectors works nowhere else."""
    session = boto3.session.Session()
    if name.startswith("arn:"):
        return name, session.client("cloudtrail", region_name=name.split(":")[3])
    client = session.client("cloudtrail")
    # Asked for by name, a multi-Region trail is found in its home Region only; the list has it everywhere.
    found = client.describe_trails(includeShadowTrails=True)["trailList"]
    trail = next((trail for trail in found if trail["Name"] == name), None)
    if trail is None:
        names = ", ".join(sorted(trail["Name"] for trail in found)) or "none"
        region = client.meta.region_name
        raise Stop(f"{region} has no trail {name}; it has {names}. Of another account give the ARN")
    home = trail.get("HomeRegion") or trail["TrailARN"].split(":")[3]
    return trail["TrailARN"], session.client("cloudtrail", region_name=home)


def read(client, arn):
    """The trail's selectors, in the form of `wanted`."""
    answer = client.get_event_selectors(TrailName=arn)
    for name in (BASIC, ADVANCED):
        if answer.get(name):
            return {name: answer[name]}
    return SERVICE_DEFAULT


def normal(value):
    """Selectors without what makes no difference: order, and operators that are not used."""
    if isinstance(value, dict):
        return {name: normal(part) for name, part in sorted(value.items()) if part not in ([], None)}
    if isinstance(value, list):
        return sorted((normal(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    return value


def told(selectors):
    """What a trail with these selectors logs, a line a selector or condition."""
    lines = []
    for selector in selectors.get(BASIC, []):
        kind = selector.get("ReadWriteType", "All")
        management = selector.get("IncludeManagementEvents", True)
        lines.append(f"basic: {kind} management events" if management else "basic: no management events")
        for source in selector.get("ExcludeManagementEventSources", []):
            lines.append(f"  without those of {source}")
        for data in selector.get("DataResources", []):
            lines.append(f"  data events of {data['Type']}: {', '.join(data.get('Values', [])) or 'none'}")
    for selector in selectors.get(ADVANCED, []):
        lines.append(f"selector {selector.get('Name') or 'without a name'}")
        for condition in selector["FieldSelectors"]:
            for operator, values in condition.items():
                if operator == "Field" or not values:
                    continue
                few = ", ".join(values[:3]) + (f" and {len(values) - 3} more" if len(values) > 3 else "")
                lines.append(f"  {condition['Field']} {operator} {few}")
    return "\n".join(f"  {line}" for line in lines)


def save(path, selectors):
    """Writes the selectors that are about to be replaced; never over a file that is there."""
    try:
        with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            json.dump(selectors, file, indent=2)
            file.write("\n")
    except FileExistsError:
        text = f"{path} exists, and may hold what the trail once had: move it, or name another file with --save"
        raise Stop(text) from None
    except OSError as error:
        raise Stop(f"{path} can't be written, so nothing is put: {error}") from None


def put(client, arn, selectors, before):
    """Puts the selectors, or says why not, and what the trail has then."""
    try:
        client.put_event_selectors(TrailName=arn, **selectors)
        return
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    except BotoCoreError as error:
        raise Stop(f"{error}\nWhether the selectors were put is not known: run this again with --dry-run.", 3) from None
    text, refused = f"CloudTrail does not take the selectors: {code}: {message}", 1
    if code == "InvalidEventSelectorsException":
        refused = 2
        conditions = [c for s in selectors.get(ADVANCED, []) for c in s["FieldSelectors"]]
        if any(condition["Field"] == "eventName" for condition in conditions):
            text += (
                "\neventName on management events is documented for event data stores, not for trails:"
                f" {FIELDS}\nWhat is documented for trails is the filter \"exclusion\", which logs more than IAM."
            )
    try:
        now = read(client, arn)
    except (BotoCoreError, ClientError) as error:
        raise Stop(f"{text}\nWhat the trail has now can't be read: {error}", 3) from None
    if normal(now) != normal(before):
        raise Stop(f"{text}\nSomebody else changed the trail meanwhile. It has\n{told(now)}", 3)
    raise Stop(f"{text}\nThe trail has what it had.", refused)


def run(arguments):
    selectors = wanted(arguments.selectors)
    arn, client = trail_at_home(arguments.trail)
    before = read(client, arn)
    print(f"{arn} has\n{told(before)}")
    if normal(before) == normal(selectors):
        print("These are the selectors that are wanted: nothing to do.")
        return
    print(f"and is to have instead\n{told(selectors)}")
    if arguments.dry_run:
        print("Nothing was put: this is a dry run.")
        return
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    path = arguments.save or f"{arn.rsplit('/', 1)[1]}.{now}.json"
    save(path, before)
    print(f"What it had is saved in {path}.")
    put(client, arn, selectors, before)
    for pause in [0] + [PAUSE] * READS:
        time.sleep(pause)
        after = read(client, arn)
        if normal(after) == normal(selectors):
            print(f"Put and read back. {arn} logs\n{told(after)}")
            return
    raise Stop(f"Put, but {arn} still answers\n{told(after)}", 3)


def main():
    parser = argparse.ArgumentParser(description="Puts event selectors on a CloudTrail trail.")
    parser.add_argument("trail", help="name or ARN of the trail")
    parser.add_argument("selectors", help="file of the selectors; - for standard input")
    parser.add_argument("--dry-run", action="store_true", help="show what would be replaced, and put nothing")
    parser.add_argument("--save", metavar="FILE", help="where to save what the trail has (default: TRAIL.TIME.json)")
    try:
        run(parser.parse_args())
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    except (BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
