#!/usr/bin/env python3
"""The keeper of `make test-aws`: tests the provider on a trail of yours, in AWS, and puts back what
the trail had.

    test-aws.py [COMMAND...]

Without COMMAND it only looks whether it could begin. IAM_TEST_TRAIL names the trail; credentials
and Region come from where every client of AWS takes them. The keeper looks at the trail, says what
it is going to do and waits for a yes. It saves the trail's selectors, runs COMMAND (the cases of
tests/acceptance/live.rs) as its child, tries every rule of aws_rules.py, and restores. It restores
as well when COMMAND fails, on Ctrl-C, SIGTERM, SIGHUP and SIGQUIT, and when the terminal is gone;
what it cannot survive, the next run finds by a marker beside the saved selectors, and mends first.
The child's processes end before anything is restored, and end by themselves when the keeper is
killed.

AWS is asked through botocore, on which AWS's own CLI stands: another client than the provider's,
whose check of parameters can be turned off, and which starts no process in the midst of a restore.

Exit codes: 0 all passed; 1 a test failed, or nothing was begun; 2 THE TRAIL IS NOT RESTORED; 3 a
documented rule is contradicted; 128 and the signal's number after a signal.

Files are in target/test-aws. No credential is in any of them.
"""

import contextlib
import datetime
import fcntl
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import time

import aws_rules

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "test-aws"
UNRESTORED = ".unrestored"
KINDS = ("EventSelectors", "AdvancedEventSelectors")
OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
# What CloudTrail does with a trail that nobody configured.
DEFAULT = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True,
                               "DataResources": []}]}
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
# Codes after which the same request is sent again.
PASSING = ("Throttling", "Conflict", "ServiceUnavailable", "InternalFailure", "RequestLimit")
# Where a partition's IAM events are, for a trail of one Region:
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
LEADERS = ("us-east-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "us-isof-south-1")
# Seconds: for a terraform to end by itself, and for a read to show what was put.
GRACE, SETTLED = 15, 60

# The child's group of processes lives while the keeper holds the other end of this input.
CHILD = """exec 3<&0 </dev/null
(trap '' TERM; read -r end <&3; kill -KILL 0) >/dev/null 2>&1 &
"$@" 3<&- & child=$!
exec 3<&-
wait "$child"
"""


class Stop(Exception):
    """The end of a run that has changed nothing, with what to say."""


class Signalled(BaseException):
    """A signal that ends the run. What the run has changed is restored on the way out."""

    def __init__(self, number):
        super().__init__(signal.Signals(number).name)
        self.number = number


def say(text=""):
    # The terminal may be gone: that is no reason to stop halfway through a restore.
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


# --- selectors ---


def put_form(answer):
    """What is put to have again what was read. Unused operators, which a read may show as empty
    lists, may not be sent."""
    if answer.get("EventSelectors"):
        return {"EventSelectors": answer["EventSelectors"]}
    if not answer.get("AdvancedEventSelectors"):
        return DEFAULT

    def field(one):
        return {key: value for key, value in one.items() if key not in OPERATORS or value}

    def selector(one):
        kept = {key: value for key, value in one.items() if key != "Name" or value}
        return {**kept, "FieldSelectors": [field(each) for each in one["FieldSelectors"]]}

    return {"AdvancedEventSelectors": [selector(one) for one in answer["AdvancedEventSelectors"]]}


def canonical(selectors):
    """The one form in which selectors are compared: order and repetition do not count."""
    selectors = put_form(selectors)

    def basic(one):
        resources = [(each["Type"], sorted(set(each.get("Values") or ())))
                     for each in one.get("DataResources") or ()]
        return [one.get("ReadWriteType", "All"), one.get("IncludeManagementEvents", True),
                sorted(resources), sorted(set(one.get("ExcludeManagementEventSources") or ()))]

    def advanced(one):
        fields = [[each["Field"], [[key, sorted(set(each[key]))] for key in OPERATORS if each.get(key)]]
                  for each in one["FieldSelectors"]]
        return [one.get("Name") or "", sorted(fields)]

    kind = KINDS[0] if KINDS[0] in selectors else KINDS[1]
    told = map(basic if kind == KINDS[0] else advanced, selectors[kind])
    return json.dumps([kind, sorted(map(json.dumps, told))])


# --- AWS ---


class Aws:
    """The few calls, at most one put in `pace` seconds."""

    def __init__(self):
        try:
            import botocore.config
            import botocore.exceptions
            import botocore.session
        except ImportError:
            raise Stop("this python has no botocore: run `make test-aws`, which installs it") from None
        self.config = botocore.config.Config
        self.errors = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError)
        self.refusal = botocore.exceptions.ClientError
        self.session = botocore.session.get_session()
        self.clients = {}
        # CloudTrail documents one put a second; something on this machine may be asked faster.
        here = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://127.0.0.1:")
        self.pace = float(os.environ.get("IAM_TEST_PACE") or 1) if here else 1.0
        self.next_put = 0.0

    def region(self):
        return os.environ.get("AWS_REGION") or self.session.get_config_variable("region")

    def client(self, service, region):
        key = service, region
        if key not in self.clients:
            config = self.config(parameter_validation=False, connect_timeout=10, read_timeout=30,
                                 retries={"mode": "standard", "total_max_attempts": 1})
            self.clients[key] = self.session.create_client(service, region_name=region, config=config)
        return self.clients[key]

    def read(self, service, region, operation, **arguments):
        """A call that changes nothing, tried five times."""
        for attempt in range(5):
            try:
                answer = getattr(self.client(service, region), operation)(**arguments)
                answer.pop("ResponseMetadata", None)
                return answer
            except self.errors as error:
                if attempt == 4 or not self.passes(error):
                    raise
                time.sleep(2**attempt / 2)
        raise AssertionError

    def passes(self, error):
        """Whether the same call may do better in a moment."""
        if not isinstance(error, self.refusal):
            return type(error).__name__ in ("EndpointConnectionError", "ReadTimeoutError",
                                            "ConnectTimeoutError", "ConnectionClosedError")
        return error.response["Error"].get("Code", "").startswith(PASSING)

    def put(self, trail, request):
        """Sends selectors. `request` may name another trail or Region. The answer is that of
        aws_rules.judge; its code is None if there was none from the service."""
        arguments = {"TrailName": trail["arn"], **request}
        region = arguments.pop("Region", trail["region"])
        answer = None
        for attempt in range(5):
            time.sleep(max(0.0, self.next_put - time.monotonic()))
            try:
                told = self.client("cloudtrail", region).put_event_selectors(**arguments)
                answer = {"accepted": True, "code": None, "message": None, **identity(told)}
            except self.refusal as error:
                told = error.response["Error"]
                answer = {"accepted": False, "code": told.get("Code") or "no code",
                          "message": told.get("Message"), **identity(error.response)}
            except self.errors as error:
                # It may have been done all the same.
                return {"accepted": None, "code": None, "message": str(error), "request_id": None}
            finally:
                self.next_put = time.monotonic() + self.pace
            if answer["accepted"] or not answer["code"].startswith(PASSING):
                break
            time.sleep(2**attempt)
        return answer

    def selectors(self, trail):
        answer = self.read("cloudtrail", trail["region"], "get_event_selectors", TrailName=trail["arn"])
        return {kind: answer[kind] for kind in KINDS if kind in answer}


def identity(answer):
    metadata = answer.get("ResponseMetadata", {})
    request_id = metadata.get("RequestId") or metadata.get("HTTPHeaders", {}).get("x-amzn-requestid")
    return {"request_id": request_id}


# --- before anything ---


def look(aws):
    """The trail and who asks, or Stop."""
    named = os.environ.get("IAM_TEST_TRAIL")
    if not named:
        raise Stop("IAM_TEST_TRAIL must name a trail of yours, by name or ARN, that may be changed "
                   "for some minutes")
    try:
        if aws.session.get_credentials() is None:
            raise Stop("no credentials of AWS are found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                       "AWS_SECRET_ACCESS_KEY")
        return seen(aws, named)
    except aws.errors as error:
        raise Stop(f"AWS does not let us look at {named}: {error}") from None


def seen(aws, named):
    arn = named if named.startswith("arn:") else found(aws, named)
    parts = re.fullmatch(r"arn:([a-z-]+):cloudtrail:([a-z0-9-]+):(\d{12}):trail/(.+)", arn)
    if not parts:
        raise Stop(f"{named} is not the ARN of a trail")
    partition, region, owner, name = parts.groups()
    caller = aws.read("sts", region, "get_caller_identity")
    if caller["Account"] != owner:
        raise Stop(f"{name} is a trail of account {owner}, and these credentials are of "
                   f"{caller['Account']}: its own account is wanted")
    described = aws.read("cloudtrail", region, "get_trail", Name=arn)["Trail"]
    home = described.get("HomeRegion") or region
    if home != region:
        raise Stop(f"the home Region of {name} is {home}: give the ARN that has it")
    status = aws.read("cloudtrail", region, "get_trail_status", Name=arn)
    trail = {
        "arn": arn, "name": name, "region": region, "account": owner, "caller": caller["Arn"],
        "multi_region": bool(described.get("IsMultiRegionTrail")),
        "organization": bool(described.get("IsOrganizationTrail")),
        "logging": bool(status.get("IsLogging")), "elsewhere": None,
    }
    reached = trail["multi_region"] or region in LEADERS
    if not reached or described.get("IncludeGlobalServiceEvents") is False:
        raise Stop(f"{name} never gets IAM's events, so that the provider refuses it: it must be "
                   "multi-Region, or in the Region of global services, and include their events")
    if trail["multi_region"] and partition == "aws":
        trail["elsewhere"] = "us-west-2" if region == "us-east-1" else "us-east-1"
    return trail


def found(aws, name):
    """The ARN of a trail by its name."""
    region = aws.region()
    if not region:
        raise Stop(f"no Region is set: set AWS_REGION, or give the ARN of {name}")
    listed = aws.read("cloudtrail", region, "describe_trails", includeShadowTrails=True)["trailList"]
    arns = {one["TrailARN"] for one in listed if one["Name"] == name}
    here = {arn for arn in arns if arn.split(":")[3] == region}
    if len(here or arns) != 1:
        raise Stop(f"{len(here or arns)} trails are called {name} in {region}: give its ARN")
    return (here or arns).pop()


def allowed(trail):
    """Stop, if the trail is one that must not be touched."""
    if not trail["organization"]:
        return
    if os.environ.get("IAM_TEST_ORGANIZATION") != "1":
        raise Stop(f"{trail['name']} is an organization trail: every account of the organization is "
                   "logged by it. IAM_TEST_ORGANIZATION=1 takes it all the same")
    # Security Lake rests on such trails only, and the trail does not show it:
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html
    if trail["multi_region"] and os.environ.get("IAM_TEST_SECURITY_LAKE") != "no":
        raise Stop(f"Amazon Security Lake may rest on {trail['name']}, a multi-Region organization "
                   "trail, which cannot be seen from the trail. Ask `aws securitylake "
                   "list-log-sources` for CLOUD_TRAIL_MGMT in the account that administers it; "
                   "IAM_TEST_SECURITY_LAKE=no says that there is none")


def tell(trail, selectors):
    def yes(value):
        return "yes" if value else "no"

    say(f"""
make test-aws changes this trail, and puts back what it has:

  caller        {trail['caller']}
  account       {trail['account']}
  trail         {trail['arn']}
  home Region   {trail['region']}
  multi-Region  {yes(trail['multi_region'])}
  organization  {yes(trail['organization'])}
  logging       {yes(trail['logging'])}
  selectors""")
    say("\n".join("    " + line for line in json.dumps(selectors, indent=2).splitlines()))
    say("""
For five to ten minutes the trail has other selectors, one set after the other. Events of that time
are logged by those: some have IAM's management events only, or leave out those of KMS and of the
RDS Data API. Whatever reads this trail sees that. Nothing but selectors is changed, and nothing is
created. Every put is a PutEventSelectors event in this account's history.
""")


def consent():
    if os.environ.get("IAM_TEST_YES") == "1":
        return
    if not sys.stdin or not sys.stdin.isatty():
        raise Stop("there is no terminal to ask: IAM_TEST_YES=1 says yes")
    print("Type yes to go on: ", end="", flush=True)
    if sys.stdin.readline().strip() != "yes":
        raise Stop("that is not a yes: nothing is changed")


# --- what must not be lost ---


class Kept:
    """The saved selectors of a trail, with the marker that says they are owed."""

    def __init__(self, marker):
        self.marker = marker
        self.told = json.loads(marker.read_text())
        self.snapshot = marker.with_suffix(".json")
        self.record = marker.with_suffix(".record")
        request = json.loads(self.snapshot.read_text())
        self.original = {kind: request[kind] for kind in KINDS if kind in request}

    @classmethod
    def save(cls, trail, answer):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        stem = FOLDER / f"{trail['account']}-{trail['name']}-{now}"
        tag = "iam-only-test-" + secrets.token_hex(3)
        # A trail's name may have dots: with_suffix would cut it there.
        marker = pathlib.Path(f"{stem}{UNRESTORED}")
        store(marker.with_suffix(".answer"), answer)
        store(marker.with_suffix(".json"), {"TrailName": trail["arn"], **put_form(answer)})
        store(marker, {"trail": trail, "tag": tag})
        return cls(marker)

    @property
    def trail(self):
        return self.told["trail"]

    @property
    def command(self):
        return (f"aws cloudtrail put-event-selectors --region {self.trail['region']} "
                f"--cli-input-json file://{self.snapshot}")

    def put(self, aws, request):
        """Puts selectors of the run's own, and notes them first."""
        with self.record.open("a") as record:
            record.write(json.dumps({"put": request}) + "\n")
        return aws.put(self.trail, request)

    def records(self):
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        return [json.loads(line) for line in lines]

    def is_ours(self, selectors):
        """Whether this run may have put these selectors."""
        live = canonical(selectors)
        puts = [one["put"] for one in self.records() if "put" in one]
        valid = [one for one in puts if sum(kind in one for kind in KINDS) == 1]
        if live in [canonical(one) for one in [self.original, DEFAULT, *valid]]:
            return True
        advanced = put_form(selectors).get("AdvancedEventSelectors", ())
        tag = self.told["tag"]
        return bool(advanced) and all(one.get("Name", "").startswith(tag) for one in advanced)

    def restore(self, aws):
        """Puts the original back and reads it back. Whether that is done."""
        say(f"== restoring {self.trail['name']}")
        why = "it is not read back within a minute"
        try:
            self.compare(aws)
            for _ in range(3):
                answer = aws.put(self.trail, self.original)
                if answer["accepted"]:
                    break
                why = f"{answer['code']}: {answer['message']}"
            else:
                raise Stop(why)
            until = time.monotonic() + SETTLED
            while time.monotonic() < until:
                if canonical(aws.selectors(self.trail)) == canonical(self.original):
                    self.marker.unlink()
                    say(f"restored, and read back: {self.trail['arn']}")
                    return True
                time.sleep(1)
        except (*aws.errors, Stop, OSError, ValueError, KeyError) as error:
            why = str(error)
        say(f"\nTHE TRAIL IS NOT RESTORED: {why}\nTO RESTORE IT, RUN:\n\n  {self.command}\n\n"
            "or `make test-aws` again, which restores first. If the trail is gone, remove\n"
            f"{self.marker}\n")
        return False

    def compare(self, aws):
        """Says so, and keeps what is found, if it is not ours."""
        try:
            live = aws.selectors(self.trail)
            if self.is_ours(live):
                return
            other = self.marker.with_suffix(".found")
            store(other, live)
            say("SOMEBODY ELSE HAS CHANGED THE SELECTORS OF THIS TRAIL IN THE MEANTIME. What was "
                f"found is in {other}; what was there before the tests is put back.")
        except (*aws.errors, OSError, ValueError, KeyError) as error:
            # What cannot be compared is restored all the same.
            say(f"what is on the trail now is not known: {error}")


def store(path, value):
    """Writes a file so that it is there, whole, or not at all."""
    beside = pathlib.Path(f"{path}.new")
    with beside.open("w") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def mend(aws, account):
    """Restores what runs before this one could not."""
    for marker in sorted(FOLDER.glob(f"*{UNRESTORED}")):
        kept = Kept(marker)
        say(f"A run before this one left {kept.trail['arn']} unrestored ({marker}).")
        if kept.trail["account"] != account:
            raise Stop(f"these credentials are of account {account}. Run it with those of "
                       f"{kept.trail['account']}, or run `{kept.command}` and remove {marker}")
        if not kept.restore(aws):
            return False
    return True


@contextlib.contextmanager
def alone():
    """One run at a time. The children hold the lock too: until they are gone no other run begins."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        until = time.monotonic() + GRACE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    raise Stop("another `make test-aws` is running") from None
                time.sleep(0.1)
        yield lock.fileno()


# --- the run ---


class Child:
    """The command, in a session of its own: what a terminal sends reaches the keeper alone, which
    ends the child before it restores."""

    def __init__(self, command, environment, lock):
        self.process = subprocess.Popen(["sh", "-c", CHILD, "sh", *command], env=environment,
                                        stdin=subprocess.PIPE, start_new_session=True,
                                        pass_fds=(lock,))

    def end(self):
        """Until no process of it is left."""
        until = time.monotonic() + GRACE
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            # The watcher is one of the group and stays.
            while self.count() > 1 and time.monotonic() < until:
                time.sleep(0.05)
        self.signal(signal.SIGKILL)
        self.process.stdin.close()
        while self.count() and time.monotonic() < until + 5:
            time.sleep(0.02)
        self.process.wait()

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def count(self):
        """How many processes of the group are running. One that has ended is not, even if nobody
        has waited for it."""
        listed = subprocess.run(["ps", "-A", "-o", "pgid=", "-o", "stat="], capture_output=True,
                                text=True, check=False, start_new_session=True).stdout
        rows = [line.split() for line in listed.splitlines()]
        return sum(row[0] == str(self.process.pid) and not row[1].startswith("Z") for row in rows)


def cases(kept, command, lock):
    """Runs the command. Whether it passed."""
    environment = {**os.environ, "IAM_TEST_TRAIL": kept.trail["arn"], "IAM_TEST_TAG": kept.told["tag"],
                   "IAM_TEST_RECORD": str(kept.record)}
    environment.setdefault("IAM_TEST_PYTHON", sys.executable)
    say("== the provider on this trail")
    child = None
    try:
        with held():
            child = Child(command, environment, lock)
        return child.process.wait() == 0
    finally:
        # The trail is not ours alone while a child is there.
        with deaf():
            if child:
                child.end()


@contextlib.contextmanager
def handled(handler):
    before = {one: signal.signal(one, handler) for one in SIGNALS}
    try:
        yield
    finally:
        for one, earlier in before.items():
            signal.signal(one, earlier)


def deaf():
    """Signals that come within do nothing."""
    return handled(signal.SIG_IGN)


@contextlib.contextmanager
def held():
    """Signals that come within are heard at its end."""
    heard = []
    with handled(lambda number, _frame: heard.append(number)):
        yield
    if heard:
        stop(heard[0], None)


def stop(number, _frame):
    """What a signal does: it ends the run, and no other signal disturbs that."""
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise Signalled(number)


def tried(aws, kept, time_of):
    """Tries every rule, tells them in a table and reports them in a file. Whether none is
    contradicted of those that are documented."""
    say("== what CloudTrail documents, tried")
    results = []
    known = {}

    def put(request):
        key = json.dumps(request, sort_keys=True)
        if key not in known:
            known[key] = kept.put(aws, request)
        return known[key]

    for rule in aws_rules.rules(kept.trail, kept.told["tag"], kept.original):
        result = aws_rules.judge(rule, put, lambda: kept.put(aws, kept.original))
        results.append(result)
        say(f"  {result['verdict']:<13}{result['mark']:<12}{result['id']:<24}{result['what']}")
        if result["why"]:
            say(f"{'':>27}{result['why'][:200]}")
    report = FOLDER / f"rules-{time_of}.json"
    outcomes = [one for one in kept.records() if "case" in one]
    store(report, {"trail": kept.trail, "cases": outcomes, "rules": results})
    say(f"== {count(results)}: {report}")
    return not any((one["verdict"], one["mark"]) == ("contradicted", "documented") for one in results)


def count(results):
    told = [one["verdict"] for one in results]
    return ", ".join(f"{told.count(one)} {one}" for one in ("confirmed", "contradicted", "not tried"))


def run(command):
    aws = Aws()
    trail = look(aws)
    allowed(trail)
    if not command:
        return 0
    with alone() as lock:
        with deaf():
            mended = mend(aws, trail["account"])
        if not mended:
            return 2
        try:
            answer = aws.selectors(trail)
        except aws.errors as error:
            raise Stop(f"AWS does not tell the selectors of {trail['name']}: {error}") from None
        tell(trail, answer)
        consent()
        kept, code = Kept.save(trail, answer), 1
        try:
            say("The selectors are saved. This restores them, whatever happens:\n\n"
                f"  {kept.command}\n")
            code = changed(aws, kept, command, lock)
        except Signalled as stop:
            say(f"\n== stopped by {stop}")
            code = 128 + stop.number
        finally:
            if not restored(aws, kept):
                code = 2
        return code


def restored(aws, kept):
    """Restores, though a signal comes at this moment: after the first there is no second."""
    try:
        with deaf():
            return kept.restore(aws)
    except Signalled:
        return kept.restore(aws)


def changed(aws, kept, command, lock):
    """All that changes the trail."""
    # The first put is of what is there: it shows that we may put, and that we can restore.
    answer = kept.put(aws, kept.original)
    if not answer["accepted"]:
        say(f"The trail does not take its own selectors: {answer['code']}: {answer['message']}")
        return 1
    passed = cases(kept, command, lock)
    time_of = kept.marker.stem.rsplit("-", 1)[1]
    confirmed = tried(aws, kept, time_of)
    for one in kept.records():
        if "case" in one:
            say(f"  {one['case']}: {one['outcome']}")
    if not passed:
        say("== a case has FAILED: see above")
        return 1
    return 0 if confirmed else 3


def main():
    for one in SIGNALS:
        signal.signal(one, stop)
    try:
        return run(sys.argv[1:])
    except Stop as why:
        with contextlib.suppress(OSError):
            print(f"make test-aws: {why}", file=sys.stderr, flush=True)
        return 1
    except Signalled as stopped:
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main())
