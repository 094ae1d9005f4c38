#!/usr/bin/env python3
"""Measures the provider beside terraform_data, a boto3 script and the AWS CLI: `make bench`.

One run takes all of them in turn (A, B, C, A, B, C, ...), so that noise of the machine hits all, on
one simulator of CloudTrail. The first round warms the caches and is dropped. A figure is a median
with its quartiles; that of a ratio is taken over the ratios within each round: below 1, the provider
is the faster one.

Terraform starts a provider three times for a plan, and makes a key on P-521 and a certificate for each
start; the plan without TLS shows how much of a plan that is.

That all do the same work is checked in every round: the plans must be empty, and the three creates
must leave identical selectors behind. The scripts create with three calls (get, put, get); the
provider adds a GetTrail. Terraform takes the provider from a directory (dev_overrides), so its
checksum of an installed provider is not in the figures.

Beside that it measures `explain` on 1 GB of JSON in gzipped files of records, which are made once, in
target/bench, always the same: the processor's time in user and system mode, and the peak of resident
memory. `gzip -dc` and `jq` count the same by source and name, once, where they are on the machine.
`--explain` measures that alone.

Needs boto3 and awscli in the Python named by IAM_TEST_PYTHON (default: the one that runs this).
"""

import argparse
import contextlib
import fcntl
import gzip
import itertools
import json
import os
import pathlib
import platform
import random
import re
import shutil
import signal
import site
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILT = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PYTHON = os.environ.get("IAM_TEST_PYTHON") or sys.executable
MARKS = ("<!-- bench: begin -->\n", "<!-- bench: end -->")
HEAD = ("measured", "median (quartiles)", "provider : this", "target")
# What makes a provider believe that Terraform started it. The client's certificate comes with it.
HANDSHAKE = {
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "6",
}
# The targets of the project.
PLAN_RATIO, HANDSHAKE_MS, CALL_MS, MEMORY_MB, BINARY_MB = 2.5, 5, 5, 10, 15

RC = """provider_installation {{
  dev_overrides {{
    "iam-only/iam" = "{folder}"
  }}
}}
"""
BUILT_IN = 'resource "terraform_data" "one" {\n  input = "one"\n}\n'
SELECTOR = """terraform {{
  required_providers {{
    iam = {{ source = "iam-only/iam" }}
  }}
}}
{provider}
resource "iam_only_trail_selector" "one" {{
  trail_name = "{trail}"
}}
"""
BOTO3 = "import boto3, json, sys\nclient, trails = boto3.client('cloudtrail'), sys.argv[1:]\n"
READ = BOTO3 + """client.get_trail(Name=trails[0])
print(json.dumps(client.get_event_selectors(TrailName=trails[0])['AdvancedEventSelectors']))
"""
CREATE = BOTO3 + """trail, selectors = trails[0], json.load(open('selectors.json'))
client.get_event_selectors(TrailName=trail)
client.put_event_selectors(TrailName=trail, AdvancedEventSelectors=selectors)
client.get_event_selectors(TrailName=trail)
"""
# Prints the selectors of each trail, then gives it those of a new trail.
RESET = BOTO3 + """new = [{'ReadWriteType': 'All', 'IncludeManagementEvents': True, 'DataResources': []}]
found = [client.get_event_selectors(TrailName=trail).get('AdvancedEventSelectors') for trail in trails]
[client.put_event_selectors(TrailName=trail, EventSelectors=new) for trail in trails]
print(json.dumps(found))
"""


# The records that `explain` reads: files of so many, until their JSON is so large.
RECORDS_IN_FILE, JSON_BYTES, FILES_VERSION = 10_000, 1_000_000_000, 1
# The target of the project, in MB of JSON per second and core.
EXPLAIN_MB = 300
COUNT = """reduce (inputs.Records[] | select(.eventName | IN($names[]))) as $r
  ({}; .[$r.eventSource + " " + $r.eventName] += 1)"""


class Stop(Exception):
    """Why there is nothing to report; its text says what to do."""


@contextlib.contextmanager
def started(argv, **options):
    """A child process in a group of its own, of which nothing is left afterwards."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                             start_new_session=True, **options)
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()


def simulator(program, env, count):
    """What the simulator says when it is up: the clients' variables, a provider block, the trails."""
    lines, trails = [], []
    while len(trails) < count:
        line = program.stdout.readline()
        if not line:
            raise Stop("the simulator ended before it was up; its own message is above")
        lines.append(line)
        trails += re.findall(r"^trail (\S+)", line)
    text = "".join(lines)
    exports = " ".join(re.findall(r"^export (.*)$", text, re.M))
    block = re.search(r'^provider "iam" \{.*?^\}', text, re.M | re.S).group(0)
    return {**env, **dict(re.findall(r"(AWS_\w+)=(\S+)", exports))}, block, trails


class Bench:
    """The contenders, each a function that does its work once and returns the seconds it took."""

    def __init__(self, work, env, simulated, binary):
        self.work, self.env, self.binary, self.memory, self.calls = work, env, binary, [], []
        # As in real life, the provider is given a certificate to look out for.
        self.run([PYTHON, ROOT / "tests/host/outsider.py", "make", work], env)
        self.handshake = {**HANDSHAKE, "PLUGIN_CLIENT_CERT": (work / "cert.pem").read_text()}
        self.aws, block, self.trails = simulated
        read, create = self.trails[:2]
        for name, text in (("built_in", BUILT_IN),
                           ("read", SELECTOR.format(provider=block, trail=read)),
                           ("create", SELECTOR.format(provider=block, trail=create))):
            (work / name).mkdir()
            (work / name / "main.tf").write_text(text)
        for name in ("built_in", "read"):
            self.terraform(name, "apply", "-auto-approve")
        self.selectors = self.run([PYTHON, "-c", READ, read], self.aws)[1]
        (work / "selectors.json").write_text(self.selectors)
        fields = json.loads(self.selectors)[0]["FieldSelectors"]
        self.names = max(len(field.get("Equals", ())) for field in fields)

    def run(self, argv, env, cwd="."):
        """Seconds and output of a command that must succeed."""
        began = time.perf_counter()
        with started(argv, env=env, cwd=self.work / cwd, stderr=subprocess.STDOUT) as child:
            output = child.communicate(timeout=120)[0]
            took = time.perf_counter() - began
        if child.returncode:
            raise Stop(f"exit {child.returncode} of {' '.join(map(str, argv))[:200]}\n{output[-3000:]}")
        return took, output

    def terraform(self, name, command, *options, **variables):
        argv = ["terraform", command, "-input=false", "-no-color", *options]
        return self.run(argv, {**self.env, **variables}, name)[0]

    def plan(self, name, **variables):
        # Exit 2 = there are changes.
        return self.terraform(name, "plan", "-detailed-exitcode", **variables)

    def note_calls(self):
        """The slowest call of a plan that asked nothing of AWS, in ms, by the provider's own log."""
        argv = ["terraform", "plan", "-input=false", "-no-color"]
        output = self.run(argv, {**self.env, "TF_LOG": "JSON"}, "read")[1]
        lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        asked = {line["tf_req_id"] for line in lines if "aws_operation" in line and "tf_req_id" in line}
        took = [line["tf_req_duration_ms"] for line in lines
                if "tf_req_duration_ms" in line and line["tf_req_id"] not in asked]
        if not took or not asked:
            raise Stop("the provider's log does not tell its calls")
        self.calls.append(max(took))

    def boto3(self, script, trail):
        return self.run([PYTHON, "-c", script, trail], self.aws)[0]

    def cli(self, trail, *calls):
        names = {"get-trail": "--name"}
        return sum(self.run([PYTHON, "-m", "awscli", "cloudtrail", call, names.get(call, "--trail-name"),
                             trail, *options], self.aws)[0] for call, *options in calls)

    def first_line(self, argv, extra, starts=5):
        """Seconds to the first line on stdout, the median of some starts: one is too short to tell."""
        took = []
        for _ in range(starts):
            began = time.perf_counter()
            with started(argv, env={**self.env, **extra}, cwd=self.work, stderr=subprocess.DEVNULL) as child:
                line = child.stdout.readline()
                took.append(time.perf_counter() - began)
                if extra:
                    self.note_memory(child, line)
        return statistics.median(took)

    def note_memory(self, child, line):
        """What an idle provider occupies, if it is one and this system tells."""
        if not line.startswith("1|6|"):
            raise Stop(f"not a handshake line of protocol 6: {line!r}")
        status = pathlib.Path(f"/proc/{child.pid}/status")
        if status.exists():
            time.sleep(0.05)
            fields = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status.read_text(), re.M))
            self.memory.append({key: int(value) * 1024 / 1e6 for key, value in fields.items()})

    def before_create(self):
        """New trails, no state, a new saved plan. Returns the selectors found on the trails."""
        found = self.run([PYTHON, "-c", RESET, *self.trails[1:]], self.aws)[1]
        for state in (self.work / "create").glob("terraform.tfstate*"):
            state.unlink()
        self.terraform("create", "plan", "-out=saved")
        return json.loads(found)

    def rounds(self, runs):
        """The times of each contender, by name, in the order in which they take their turns."""
        read, ours, theirs, cli = self.trails
        put = ("put-event-selectors", "--advanced-event-selectors", "file://selectors.json")
        get = ("get-event-selectors",)
        turns = {
            "plan": lambda: self.plan("read"),
            "plan built-in": lambda: self.plan("built_in"),
            "plan bare": lambda: self.plan("read", TF_DISABLE_PLUGIN_TLS="1"),
            "read boto3": lambda: self.boto3(READ, read),
            "read cli": lambda: self.cli(read, ("get-trail",), get),
            "create": lambda: self.terraform("create", "apply", "saved"),
            "create boto3": lambda: self.boto3(CREATE, theirs),
            "create cli": lambda: self.cli(cli, get, put, get),
            "handshake": lambda: self.first_line([self.binary], self.handshake),
            "echo": lambda: self.first_line(["echo", "1"], {}),
        }
        times = {name: [] for name in turns}
        self.before_create()
        for number in range(runs + 1):
            if sys.stderr.isatty():
                print(f"\rround {number} of {runs} ", end="", file=sys.stderr, flush=True)
            for name, turn in turns.items():
                took = turn()
                if number:
                    times[name].append(took)
            if number:
                self.note_calls()
            if any(found != json.loads(self.selectors) for found in self.before_create()):
                raise Stop("the three creates did not put the same selectors")
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
        return times


def record(dice, number):
    """A record like CloudTrail's, of 1.1 KB; one in a hundred is of IAM."""
    service = dice.randrange(300)
    source, name = [("iam", f"{dice.choice(('Get', 'List', 'Create'))}User"), ("sts", "AssumeRole"),
                    ("kms", "Decrypt")][service] if service < 3 else (f"service{service}", f"Describe{service}")
    role = f"role-{dice.randrange(50)}"
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole", "principalId": f"AROAEXAMPLE{role}:session", "accountId": "111122223333",
            "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/session", "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "principalId": "AROAEXAMPLE", "userName": role,
                                  "arn": f"arn:aws:iam::111122223333:role/{role}", "accountId": "111122223333"},
                "attributes": {"creationDate": "2026-11-01T00:00:00Z", "mfaAuthenticated": "false"}}},
        "eventTime": "2026-11-01T00:00:00Z", "eventSource": f"{source}.amazonaws.com", "eventName": name,
        "awsRegion": "us-east-1", "sourceIPAddress": f"192.0.2.{dice.randrange(256)}",
        "userAgent": "aws-sdk-example/1.0 os/linux lang/example", "errorCode": None,
        "requestParameters": {"resourceName": f"resource-{number}", "filters": ["one", "two", "three"]},
        "responseElements": None, "requestID": f"{dice.getrandbits(128):032x}",
        "eventID": f"{dice.getrandbits(128):032x}", "readOnly": name != "CreateUser",
        "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                       "clientProvidedHostHeader": f"{source}.us-east-1.amazonaws.com"}}


def record_files():
    """A directory of gzipped files of records, and how many bytes of JSON are in it."""
    folder = BUILT / "bench" / f"records-{FILES_VERSION}"
    whole = folder.with_suffix(".json")
    if whole.is_file():
        return folder, json.loads(whole.read_text())["bytes"]
    print(f"making the records in {folder}", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    dice, size, numbers = random.Random(FILES_VERSION), 0, itertools.count()
    for file in itertools.count():
        records = [record(dice, next(numbers)) for _ in range(RECORDS_IN_FILE)]
        text = json.dumps({"Records": records}, separators=(",", ":")).encode()
        (folder / f"{file:04}.json.gz").write_bytes(gzip.compress(text, 6, mtime=0))
        size += len(text)
        if size >= JSON_BYTES:
            whole.write_text(json.dumps({"bytes": size}))
            return folder, size


def spent(argv, **options):
    """Seconds of wall clock and of the processor, the peak of memory in MB, and the output of a command
    that says all it has to say at its end.

    The peak that wait4 tells would be that of this script, from which the child began. So it is read
    while the child waits for its output to be taken; None where the system does not tell.
    """
    began = time.perf_counter()
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, **options)
    status, peak = pathlib.Path(f"/proc/{child.pid}/status"), None
    if status.exists():
        # The smallest there is, so that the output does not fit.
        fcntl.fcntl(child.stdout, 1031, 4096)
        output = os.read(child.stdout.fileno(), 1)
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.M)
        peak = int(found.group(1)) * 1024 / 1e6 if found else None
        output += child.stdout.read()
    else:
        output = child.stdout.read()
    child.stdout.close()
    ended, usage = os.wait4(child.pid, 0)[1:]
    took = time.perf_counter() - began
    child.returncode = os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else -os.WTERMSIG(ended)
    if child.returncode:
        raise Stop(f"exit {child.returncode} of {' '.join(map(str, argv))[:200]}")
    return took, usage.ru_utime + usage.ru_stime, peak, output


def explained(binary, runs):
    """The rows about `explain`, which must count as jq does where there is one."""
    names = ["CreateUser", "GetUser"]
    fields = [{"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "eventName", "Equals": names}]
    folder, size = record_files()
    selectors = folder.parent / "selectors.json"
    selectors.write_text(json.dumps([{"Name": "names", "FieldSelectors": fields}]))
    jq, rates, walls, peaks, ratios, theirs = shutil.which("jq"), [], [], [], [], []
    for number in range(runs + 1):
        wall, busy, peak, output = spent([binary, "explain", "--json", selectors, folder])
        logged = {f"{row['event_source']} {row['event_name']}": row["logged"]
                  for row in json.loads(output)["events"] if row["logged"]}
        if not logged:
            raise Stop("explain found nothing that is logged")
        # One round of jq takes minutes, and is enough.
        if jq and not number:
            unpack = 'gzip -dc "$1"/*.json.gz | exec "$2" -cn --argjson names "$3" "$4"'
            before = os.times()
            _, _, _, output = spent(["sh", "-c", unpack, "sh", folder, jq, json.dumps(names), COUNT])
            after = os.times()
            theirs.append(after.children_user + after.children_system
                          - before.children_user - before.children_system)
            if json.loads(output) != logged:
                raise Stop("explain and jq do not count the same")
        if number:
            rates.append(size / 1e6 / busy)
            walls.append(wall)
            peaks += [peak] if peak is not None else []
            ratios += [busy / other for other in theirs]
    gigabytes = f"{size / 1e9:.2f} GB"
    rate = statistics.median(rates)
    rows = [
        (f"`explain` of {gigabytes} of JSON in gzipped files, a second of one core", spread(rates, 0, " MB"), "1",
         f">= {EXPLAIN_MB} MB: {'reached' if rate >= EXPLAIN_MB else 'not reached'}"),
        ("- from start to end", spread(walls, 2, " s"), "", ""),
        ("- peak resident memory", spread(peaks, 1, " MB") if len(peaks) > 1 else "not measured", "", ""),
    ]
    if theirs:
        rows.append(("- `gzip -dc` and `jq`, counting the same names: processor time, one run",
                     f"{theirs[0]:.1f} s", spread(ratios, 3), ""))
    return rows


def spread(values, digits, unit=""):
    """Median and quartiles, as text."""
    low, median, high = (f"{v:.{digits}f}" for v in statistics.quantiles(values, method="inclusive"))
    return f"{median}{unit} ({low} to {high})"


def verdict(value, limit, unit=""):
    return f"<= {limit}{unit}: {'reached' if value <= limit else 'not reached'}"


def table(bench, times):
    """The rows under HEAD, and whether the plan's target was reached."""
    def ms(name):
        values = [1000 * took for took in times[name]]
        return spread(values, 1 if statistics.median(values) < 20 else 0, " ms")

    def against(ours, name, label, target=""):
        ratios = [mine / other for mine, other in zip(times[ours], times[name])]
        reached = target and verdict(statistics.median(ratios), target)
        return label, ms(name), spread(ratios, 2), reached

    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            archive.write(bench.binary, "terraform-provider-iam")
        zipped = packed.tell() / 1e6
    size = bench.binary.stat().st_size / 1e6
    resident = peak = ("not measured", "")
    if bench.memory:
        series = ([noted[key] for noted in bench.memory] for key in ("VmRSS", "VmHWM"))
        resident, peak = ((spread(values, 1, " MB"),
                           verdict(statistics.median(values), MEMORY_MB, " MB")) for values in series)
    return [
        ("`terraform plan`, no changes: `iam_only_trail_selector`", ms("plan"), "1", ""),
        against("plan", "plan built-in", "- the same of the built-in `terraform_data`", PLAN_RATIO),
        ("- without TLS between Terraform and the provider, to the built-in one", ms("plan bare"),
         spread([mine / other for mine, other in zip(times["plan bare"], times["plan built-in"])], 2), ""),
        against("plan", "read boto3", "- boto3 script: get_trail, get_event_selectors"),
        against("plan", "read cli", "- AWS CLI: the same two calls"),
        (f"`terraform apply` of a saved create, {bench.names} names", ms("create"), "1", ""),
        against("create", "create boto3", "- boto3 script: get, put_event_selectors, get"),
        against("create", "create cli", "- AWS CLI: the same three calls"),
        ("provider process: start to handshake", ms("handshake"), "1",
         verdict(1000 * statistics.median(times["handshake"]), HANDSHAKE_MS, " ms")),
        against("handshake", "echo", "- `echo`: start to its line"),
        ("slowest call of a plan that asks nothing of AWS", spread(bench.calls, 0, " ms"), "",
         verdict(max(bench.calls), CALL_MS, " ms")),
        ("resident memory, idle after the handshake", resident[0], "", resident[1]),
        ("peak resident memory until then", peak[0], "", peak[1]),
        ("binary, release build (stripped)", f"{size:.1f} MB", "", verdict(size, BINARY_MB, " MB")),
        ("the same, zipped", f"{zipped:.1f} MB", "", ""),
    ]


def plain(rows):
    rows = [tuple(cell.replace("`", "") for cell in row) for row in (HEAD, *rows)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "".join("  ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in rows)


def markdown(rows):
    return "".join("| " + " | ".join(row) + " |\n" for row in (HEAD, ("---",) * len(HEAD), *rows))


def machine(env, runs, load):
    """The line without which none of the figures means anything."""
    version = subprocess.check_output(["terraform", "version", "-json"], env=env, text=True)
    ask = "import boto3, awscli; print(f'boto3 {boto3.__version__}, AWS CLI {awscli.__version__}')"
    clients = subprocess.check_output([PYTHON, "-c", ask], env=env, text=True).strip()
    return (f"{runs} rounds on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Terraform "
            f"{json.loads(version)['terraform_version']}, {clients}; load average {load:.1f} before.\n")


def measure(options):
    """The report, as plain text and as Markdown."""
    load = os.getloadavg()[0]
    if options.explain:
        binary = options.provider.resolve()
        if not binary.is_file():
            raise Stop(f"{binary.name} not found: run `make bench`, which builds what is missing")
        rows, line = explained(binary, options.runs), f"{options.runs} rounds; load average {load:.1f} before.\n"
        return plain(rows) + "\n" + line, markdown(rows) + "\n" + line
    binary, cloud = (path.resolve() for path in (options.provider, options.simulator))
    missing = [path.name for path in (binary, cloud) if not path.is_file()]
    missing += [name for name in ("terraform",) if not shutil.which(name)]
    if missing:
        raise Stop(f"{' and '.join(missing)} not found: run `make bench`, which builds what is missing")
    with tempfile.TemporaryDirectory(prefix="iam-bench-") as folder:
        work = pathlib.Path(folder).resolve()
        (work / "provider").mkdir()
        (work / "provider" / "terraform-provider-iam").symlink_to(binary)
        (work / "terraform.rc").write_text(RC.format(folder=work / "provider"))
        env = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "CHECKPOINT_DISABLE": "1",
               "TF_CLI_CONFIG_FILE": f"{work}/terraform.rc", "PYTHONUSERBASE": site.getuserbase()}
        names = ("bench-read", "bench-terraform", "bench-boto3", "bench-cli")
        argv = [cloud, "--accept-undocumented", *(word for name in names for word in ("--trail", name))]
        with started(argv, env=env, cwd=work) as program:
            bench = Bench(work, env, simulator(program, env, len(names)), binary)
            rows = table(bench, bench.rounds(options.runs)) + explained(binary, options.runs)
        line = machine(env, options.runs, load)
    return plain(rows) + "\n" + line, markdown(rows) + "\n" + line


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, metavar="N", help="rounds to measure (default: 15)")
    parser.add_argument("--quick", dest="runs", action="store_const", const=5, help="five rounds")
    parser.add_argument("--markdown", action="store_true", help="print Markdown as well")
    parser.add_argument("--write-readme", action="store_true", help="put the Markdown into README.md")
    parser.add_argument("--provider", type=pathlib.Path, default=BUILT / "release/terraform-provider-iam",
                        metavar="FILE", help="the provider to measure (default: the release build)")
    parser.add_argument("--simulator", type=pathlib.Path, default=BUILT / "debug/examples/simulator",
                        metavar="FILE", help="the simulator to measure on (default: the debug build)")
    parser.add_argument("--explain", action="store_true", help="measure `explain` alone")
    options = parser.parse_args()
    if options.explain and options.write_readme:
        parser.error("README.md has all figures of one run: not with --explain")
    if options.runs < 2:
        parser.error("a spread needs at least 2 runs")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        text, marked = measure(options)
        print(text + ("\n" + marked if options.markdown else ""), end="")
        if options.write_readme:
            readme = ROOT / "README.md"
            before, found, rest = readme.read_text(encoding="utf-8").partition(MARKS[0])
            _, end, after = rest.partition(MARKS[1])
            if not (found and end):
                raise Stop(f"README.md has no part between {MARKS[0].strip()} and {MARKS[1]}")
            readme.write_text(before + found + marked + end + after, encoding="utf-8")
    except (Stop, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
