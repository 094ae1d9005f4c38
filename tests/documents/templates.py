"""Reads CloudFormation templates with cfn-lint, which has AWS's own schemas of the resources.

Reads from standard input
    {"templates": {"NAME.json" or "NAME.yaml": "TEXT", ...}}
and writes
    {"properties": {"FILE": {...}}, "findings": {"FILE": ["RULE", ...]}}
to standard output: of each template the properties of its one resource, as cfn-lint reads them; and
the rules that it breaks. A template that can't be read has no properties.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import cfnlint.decode


# The command cfn-lint, of this Python.
RUN = "import sys; from cfnlint.runner import main; sys.exit(main())"


def main():
    templates = json.load(sys.stdin)["templates"]
    properties, findings = {}, {name: [] for name in templates}
    with tempfile.TemporaryDirectory() as directory:
        paths = {}
        for name, text in templates.items():
            path = pathlib.Path(directory, name)
            path.write_text(text, encoding="utf-8")
            paths[str(path)] = name
            template, _ = cfnlint.decode.decode(str(path))
            if template is not None:
                [resource] = template["Resources"].values()
                properties[name] = resource["Properties"]
        ran = subprocess.run(
            [sys.executable, "-c", RUN, "--format", "json", "--regions", "us-east-1", "--", *paths],
            stdout=subprocess.PIPE,
            check=False,
        )
        # Its exit code is a set of bits: 2 errors, 4 warnings, 8 information.
        if ran.returncode & ~14:
            sys.exit(f"cfn-lint ended with {ran.returncode}")
        for finding in json.loads(ran.stdout):
            findings[paths[finding["Filename"]]].append(finding["Rule"]["Id"])
    json.dump({"properties": properties, "findings": findings}, sys.stdout)


if __name__ == "__main__":
    main()
