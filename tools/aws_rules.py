"""What is documented, or assumed, of the selectors of a trail, as requests that can be tried: the
table and the judge of `make test-aws`.

Each rule has a request that the service must take and one that it must refuse. Every request that
must be taken logs all management events. So does, wherever that can be had, one that must be
refused, should it be taken after all: what it adds to them selects objects of a bucket that nobody
has, or denied calls through an endpoint. Where neither can be had, the rule is not tried.

The ids are those of the simulator (tests/simulator/rule.rs): a test holds the two lists together.
What is about event data stores alone (tests/simulator/rule/stores.rs) is not asked: `make test-aws`
has a trail, and a store of somebody's is paid for by what it takes in while the rules are tried.
Knows nothing of AWS's clients: test-aws.py sends what stands here.
"""

import json

REFERENCE = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/"
GUIDE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
PUT = REFERENCE + "API_PutEventSelectors.html"
ADVANCED = REFERENCE + "API_AdvancedEventSelector.html"
FIELD = REFERENCE + "API_AdvancedFieldSelector.html"
BASIC = REFERENCE + "API_EventSelector.html"
RESOURCE = REFERENCE + "API_DataResource.html"
LIMITS = GUIDE + "WhatIsCloudTrail-Limits.html"
NAMES = GUIDE + "cloudtrail-trail-naming-requirements.html"
MANAGEMENT = GUIDE + "logging-management-events-with-cloudtrail.html"
NETWORK = GUIDE + "logging-network-events-with-cloudtrail.html"
DATA = GUIDE + "filtering-data-events.html"
COMMANDS = GUIDE + "cloudtrail-additional-cli-commands.html"

REFUSED = "InvalidEventSelectorsException"
# Answers that are about the caller or the moment, and not about what was sent.
ELSEWHERE = ("AccessDenied", "ExpiredToken", "UnrecognizedClient", "Throttling", "Conflict",
             "RequestLimit", "ServiceUnavailable", "InternalFailure", "OperationNotPermitted")


def has(field, *values, operator="Equals"):
    """One field selector."""
    return {"Field": field, operator: list(values)}


class Examples:
    """The requests, made for one trail: everything in them that has a name has the run's own."""

    def __init__(self, trail, tag, original):
        self.trail, self.tag = trail, tag
        self.original = original
        partition = trail["arn"].split(":")[1]
        self.bucket = f"arn:{partition}:s3:::{tag}"

    def selector(self, *fields, name=None):
        return {"Name": name or self.tag, "FieldSelectors": list(fields)}

    def management(self, *fields, name=None):
        return self.selector(has("eventCategory", "Management"), *fields, name=name)

    def objects(self, *fields, values=None):
        """Data events of objects that are not there."""
        where = has("resources.ARN", *(values or [self.bucket + "/"]), operator="StartsWith")
        of_type = has("resources.type", "AWS::S3::Object")
        return self.selector(has("eventCategory", "Data"), of_type, where, *fields)

    def endpoint(self, *fields):
        """Denied calls through an endpoint of a network."""
        source = has("eventSource", "ec2.amazonaws.com")
        return self.selector(has("eventCategory", "NetworkActivity"), source, *fields)

    def all_and(self, *selectors):
        """All management events, and these."""
        return {"AdvancedEventSelectors": [self.management(), *selectors]}

    @staticmethod
    def one(selector):
        return {"AdvancedEventSelectors": [selector]}

    @staticmethod
    def basic(*more, **changes):
        """All management events as a basic selector, and these."""
        first = {"ReadWriteType": "All", "IncludeManagementEvents": True, **changes}
        return {"EventSelectors": [first, *more]}

    def resources(self, *values, kind="AWS::S3::Object"):
        listed = [{"Type": kind, "Values": list(values or [self.bucket + "/"])}]
        return {"ReadWriteType": "All", "IncludeManagementEvents": False, "DataResources": listed}

    def buckets(self, count):
        return [f"{self.bucket}-{number}/" for number in range(count)]


def rules(trail, tag, original):
    """Every rule, as a list of objects with `id`, `mark`, `source`, `what`, `code`, and either
    `accepts` and `refuses` (of which one may be absent) or `untried`, the reason."""
    e = Examples(trail, tag, original)
    denied = has("errorCode", "VpceAccessDenied")
    names = ["CreateUser", "DeleteUser", "CreateAccessKey", "ListUsers", "GetUser"]
    all_events, objects, endpoint = e.all_and(), e.all_and(e.objects()), e.all_and(e.endpoint(denied))
    basic, resources = e.basic(), e.basic(e.resources())
    found = []

    def rule(mark, name, source, what, accepts=None, refuses=None, code=REFUSED, untried=None):
        found.append({"id": name, "mark": mark, "source": source, "what": what, "code": code,
                      "accepts": accepts, "refuses": refuses, "untried": untried})

    def documented(*row, **more):
        rule("documented", *row, **more)

    def assumed(name, what, *row, **more):
        rule("assumed", name, None, what, *row, **more)

    # The trail that is named.
    documented("trail-name", NAMES, "a name ends with a letter or a digit", original,
               {**original, "TrailName": tag + "-"}, code="InvalidTrailNameException")
    documented("trail-arn", PUT, "an ARN names a trail", original,
               {**original, "TrailName": trail["arn"].rsplit("/", 1)[0]},
               code="CloudTrailARNInvalidException")
    documented("trail-unknown", COMMANDS, "the trail exists", original,
               {**original, "TrailName": tag}, code="TrailNotFoundException")
    if trail["elsewhere"]:
        documented("home-region", PUT, "a trail is changed in its home Region", original,
                   {**original, "Region": trail["elsewhere"]}, code="InvalidHomeRegionException")
    else:
        documented("home-region", PUT, "a trail is changed in its home Region",
                   untried="no other Region is known that shows this trail")
    documented("member-changes", PUT, "a member account changes no organization trail",
               untried="it wants the credentials of a member account")

    # Shape and counts.
    documented("model-constraint", ADVANCED, "a Name has at most 1000 characters",
               e.one(e.management(name=tag.ljust(1000, "x"))),
               e.one(e.management(name=tag.ljust(1001, "x"))), code="ValidationException")
    documented("basic-count", PUT, "at most 5 basic selectors", resources,
               e.basic(*[e.resources(one) for one in e.buckets(5)]))
    documented("resource-count", LIMITS, "at most 250 data resources", resources,
               e.basic(e.resources(*e.buckets(251))))
    documented("value-count", PUT, "at most 500 values in all advanced selectors",
               e.all_and(e.objects(values=e.buckets(400))), e.all_and(e.objects(values=e.buckets(501))))
    assumed("kinds", "basic and advanced selectors are not put at once", basic,
            {**basic, **all_events})
    untried = "what it does to a trail is not documented, and it could leave the trail with nothing"
    assumed("kind-missing", "a request has selectors", untried=untried)
    assumed("list-empty", "a list of selectors is not empty", untried=untried)

    # Basic selectors.
    documented("resource-type", RESOURCE, "basic data resources are of three types", resources,
               e.basic(e.resources(kind="AWS::EC2::Instance")))
    documented("resource-value", RESOURCE, "a data resource is an ARN of its type", resources,
               e.basic(e.resources(e.bucket.replace(":s3:", ":lambda:"))))
    assumed("resource-values-empty", "a data resource has values",
            untried="taken after all, it could log every object of the account")
    documented("excluded-source", BASIC, "basic selectors exclude KMS and the RDS Data API only",
               e.basic(ExcludeManagementEventSources=["kms.amazonaws.com"]),
               e.basic(ExcludeManagementEventSources=["s3.amazonaws.com"]))

    # Advanced selectors: the category, and what holds for all of them.
    no_category = e.selector(has("readOnly", "true"))
    documented("category-required", FIELD, "each selector has an eventCategory", all_events,
               e.all_and(no_category))
    documented("category-value", FIELD, "a trail has no category Insight", all_events,
               e.all_and(e.selector(has("eventCategory", "Insight"))))
    assumed("category-count", "eventCategory has one value", all_events,
            e.one(e.selector(has("eventCategory", "Management", "NetworkActivity"))))
    documented("equals-only", FIELD, "readOnly takes Equals",
               e.all_and(e.objects(has("readOnly", "true"))),
               e.all_and(e.objects(has("readOnly", "true", operator="NotEquals"))))
    documented("field-unknown", FIELD, "a field is one of a list", objects,
               e.all_and(e.objects(has("eventNames", tag))))
    assumed("field-twice", "a field stands once in a selector",
            e.one(e.management(has("eventSource", "kms.amazonaws.com", operator="NotEquals"))),
            e.one(e.management(*[has("eventSource", f"{one}.amazonaws.com", operator="NotEquals")
                                 for one in ("kms", "rdsdata")])))
    assumed("operator-missing", "a field has an operator", objects,
            e.all_and(e.objects({"Field": "eventName"})))
    documented("read-only-value", FIELD, "readOnly is true or false",
               e.all_and(e.objects(has("readOnly", "true"))),
               e.all_and(e.objects(has("readOnly", "yes"))))

    # Management events. Taken after all, a NotEquals here hides nothing that anybody does, but for
    # the last of the four: that hides what is done at the console, for the one call.
    documented("management-field", ADVANCED, "management events have no vpcEndpointId", all_events,
               e.one(e.management(has("vpcEndpointId", "vpce-0", operator="NotEquals"))))
    for field, value in [("eventName", tag), ("eventType", "AwsVpceEvents"),
                         ("userIdentity.arn", tag), ("sessionCredentialFromConsole", "true")]:
        documented("management-store-field", MANAGEMENT,
                   f"{field} of management events is for event data stores", all_events,
                   e.one(e.management(has(field, value, operator="NotEquals"))))
    documented("management-store-field", MANAGEMENT,
               "eventName Equals of management events is for event data stores", all_events,
               e.one(e.management(has("eventName", *names))))
    excluded = has("eventSource", "kms.amazonaws.com", "rdsdata.amazonaws.com", operator="NotEquals")
    documented("management-source", FIELD, "eventSource NotEquals takes KMS and the RDS Data API only",
               e.one(e.management(excluded)),
               e.one(e.management(has("eventSource", "s3.amazonaws.com", operator="NotEquals"))))
    documented("management-source", FIELD, "eventSource of management events takes no Equals",
               e.one(e.management(excluded)),
               e.one(e.management(has("eventSource", "iam.amazonaws.com"))))
    assumed("management-twice", "several selectors of management events may stand on a trail",
            {"AdvancedEventSelectors": [e.management(has("readOnly", one)) for one in ("true", "false")]})

    # Data events.
    documented("data-field", ADVANCED, "data events have no vpcEndpointId", objects,
               e.all_and(e.objects(has("vpcEndpointId", "vpce-0"))))
    no_type = e.selector(has("eventCategory", "Data"), has("eventName", tag))
    documented("data-type-required", DATA, "data events want a resources.type", objects,
               e.all_and(no_type))
    where = has("resources.ARN", e.bucket + "/", operator="StartsWith")

    def typed(*types):
        return e.selector(has("eventCategory", "Data"), has("resources.type", *types), where)

    documented("data-type-one", FIELD, "a selector has one resources.type", objects,
               e.all_and(typed("AWS::S3::Object", "AWS::Lambda::Function")))
    assumed("data-type-form", "a resources.type looks like AWS::Service::Resource", objects,
            e.all_and(typed(tag)))
    documented("data-arn-form", FIELD, "resources.ARN Equals takes a whole ARN",
               e.all_and(e.objects(has("eventName", tag))),
               e.all_and(e.selector(has("eventCategory", "Data"), has("resources.type", "AWS::S3::Object"),
                                    has("resources.ARN", tag))))
    documented("console-session", FIELD, "sessionCredentialFromConsole is true",
               e.all_and(e.objects(has("sessionCredentialFromConsole", "true"))),
               e.all_and(e.objects(has("sessionCredentialFromConsole", "false"))))

    # Network activity.
    documented("network-field", ADVANCED, "network activity has no readOnly", endpoint,
               e.all_and(e.endpoint(denied, has("readOnly", "true"))))
    documented("network-source", NETWORK, "network activity wants an eventSource", endpoint,
               e.all_and(e.selector(has("eventCategory", "NetworkActivity"), denied)))
    documented("network-error-code", NETWORK, "errorCode is VpceAccessDenied", endpoint,
               e.all_and(e.endpoint(has("errorCode", "AccessDenied"))))
    return found


def judge(rule, put, restore):
    """Tries one rule. `put` sends a request and gives an answer, `{"accepted": bool, "code",
    "message", "request_id"}`; `restore` is called after whatever was taken and should not be."""
    told = {key: rule[key] for key in ("id", "mark", "source", "what")}
    told["expected_code"] = rule["code"]
    if rule["untried"]:
        return {**told, "verdict": "not tried", "why": rule["untried"]}
    taken = put(rule["accepts"])
    told["accepts"] = {"request": short(rule["accepts"]), "answer": taken}
    refused = None
    if rule["refuses"] is not None:
        refused = put(rule["refuses"])
        told["refuses"] = {"request": short(rule["refuses"]), "answer": refused}
        if refused["accepted"] is not False:
            restore()
    for answer in (taken, refused):
        if answer and not answer["accepted"] and unrelated(answer["code"]):
            why = f"{answer['code']}: {answer['message']}"
            return {**told, "verdict": "not tried", "why": why}
    if not taken["accepted"]:
        why = f"it refuses what must be taken: {taken['code']}: {taken['message']}"
        return {**told, "verdict": "contradicted", "why": why}
    if refused is None:
        return {**told, "verdict": "confirmed", "why": ""}
    if refused["accepted"]:
        return {**told, "verdict": "contradicted", "why": "it takes what must be refused"}
    other = refused["code"] != rule["code"]
    return {**told, "verdict": "confirmed", "why": f"by {refused['code']}" if other else ""}


def unrelated(code):
    return code is None or any(code.startswith(one) for one in ELSEWHERE)


def short(request):
    """A request as it is reported: long lists are cut."""

    def cut(value):
        if isinstance(value, dict):
            return {key: cut(one) for key, one in value.items()}
        if isinstance(value, list):
            kept = [cut(one) for one in value[:8]]
            return kept if len(value) <= 8 else [*kept, f"... {len(value)} in all"]
        return value[:60] + "..." if isinstance(value, str) and len(value) > 90 else value

    return cut(json.loads(json.dumps(request)))
