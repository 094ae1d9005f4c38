"""Reads CloudWatch Logs filter patterns for JSON, from AWS's page and not from the provider's code.

Reads from standard input
    {"filters": {"NAME": "PATTERN", ...}, "events": ["JSON", ...]}
and writes
    {"matched": {"NAME": [INDEX, ...]}, "wrong": {"NAME": "WHY"}, "refused": {"NAME": "CODE"}}
to standard output: for each pattern the events that it matches, counted from 0, or what is wrong with
it; and the code of the error with which moto's PutMetricFilter refuses it, whose one rule is length.

No service is asked: moto takes every pattern in braces for one that matches everything, and knows no
TestMetricFilter. What is read here is the part of
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html that its section
on JSON documents without regular expressions, numbers and arrays:

    { SELECTOR = "TEXT" }   { SELECTOR != "TEXT" }   with * in the text for any characters
    { (EXPRESSION) && EXPRESSION || EXPRESSION }     parentheses first, then &&, then ||

Names and texts are compared by case. `IS TRUE` and the like, which are not on that page, are wrong
here. Needs the standard library, and moto for `refused`.
"""

import json
import re
import sys

TOKEN = re.compile(
    r'\s*(?:(?P<text>"[^"\\]*")|(?P<path>\$(?:\.[A-Za-z_][A-Za-z0-9_]*)+)|(?P<sign>&&|\|\||!=|[=(){}]))'
)


class Wrong(Exception):
    """What is wrong with a pattern."""


class Pattern:
    """A pattern, read by descending: or, and, one."""

    def __init__(self, text):
        self.tokens = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise Wrong(f"nothing documented at {at}: {text[at : at + 20]!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self.take("{")
        self.matches = self.either()
        self.take("}")
        if self.tokens:
            raise Wrong(f"more after the end: {self.tokens[0][1]!r}")

    def next(self):
        return self.tokens[0][1] if self.tokens else None

    def take(self, sign):
        if self.next() != sign:
            raise Wrong(f"{self.next()!r} where {sign!r} should be")
        self.tokens.pop(0)

    def kind(self, wanted):
        if not self.tokens or self.tokens[0][0] != wanted:
            raise Wrong(f"{self.next()!r} where a {wanted} should be")
        return self.tokens.pop(0)[1]

    def row(self, sign, part, joined):
        parts = [part()]
        while self.next() == sign:
            self.take(sign)
            parts.append(part())
        return lambda event: joined(one(event) for one in parts)

    def either(self):
        return self.row("||", self.both, any)

    def both(self):
        return self.row("&&", self.one, all)

    def one(self):
        if self.next() == "(":
            self.take("(")
            inside = self.either()
            self.take(")")
            return inside
        path = self.kind("path").split(".")[1:]
        sign = self.kind("sign")
        if sign not in ("=", "!="):
            raise Wrong(f"{sign!r} where = or != should be")
        parts = map(re.escape, self.kind("text")[1:-1].split("*"))
        text = re.compile(".*".join(parts), re.DOTALL)

        def holds(event):
            for key in path:
                event = event.get(key) if isinstance(event, dict) else None
            # A selector that is not there satisfies neither: the page has NOT EXISTS for that.
            return isinstance(event, str) and (text.fullmatch(event) is not None) == (sign == "=")

        return holds


def refused_by_moto(filters):
    import boto3
    import botocore.exceptions
    import moto

    refused = {}
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    metric = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    with moto.mock_aws():
        logs = boto3.client("logs", region_name="us-east-1", **keys)
        logs.create_log_group(logGroupName="g")
        for name, pattern in filters.items():
            given = {"logGroupName": "g", "filterName": name, "filterPattern": pattern}
            try:
                logs.put_metric_filter(**given, metricTransformations=[metric])
            except botocore.exceptions.ClientError as error:
                refused[name] = error.response["Error"]["Code"]
    return refused


def main():
    given = json.load(sys.stdin)
    events = [json.loads(event) for event in given["events"]]
    matched, wrong = {}, {}
    for name, text in given["filters"].items():
        try:
            pattern = Pattern(text)
        except Wrong as why:
            wrong[name] = str(why)
            continue
        matched[name] = [index for index, event in enumerate(events) if pattern.matches(event)]
    refused = refused_by_moto(given["filters"])
    json.dump({"matched": matched, "wrong": wrong, "refused": refused}, sys.stdout)


if __name__ == "__main__":
    main()
