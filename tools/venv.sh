#!/bin/sh
# venv.sh COMMAND...: runs the command with IAM_TEST_MOTO (the moto_server program) and
# IAM_TEST_PYTHON (a python with the packages of requirements-test.txt) in its environment.
#
# The machine's own are taken if they are there; otherwise requirements-test.txt is installed into
# target/venv, once for each content of that file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
requirements=$here/requirements-test.txt
venv=${CARGO_TARGET_DIR:-$here/../target}/venv

# Prints the two paths if this python has all that is needed.
probe='
import importlib.util as modules, os, shutil, sys, sysconfig
if not all(modules.find_spec(name) for name in (
    "moto", "boto3", "flask", "awscli", "cryptography", "cfnlint", "duckdb", "sqlglot")):
    sys.exit(1)
import moto
if int(moto.__version__.split(".")[0]) < 5:
    sys.exit(1)
beside = [os.path.dirname(sys.executable), sysconfig.get_path("scripts")]
server = shutil.which("moto_server", path=os.pathsep.join(beside)) or shutil.which("moto_server")
if not server:
    sys.exit(1)
print(sys.executable)
print(server)
'

if ! found=$(python3 -c "$probe" 2>/dev/null); then
    if ! cmp -s "$requirements" "$venv/installed.txt"; then
        echo "installing moto, the AWS CLI and what reads documents into $venv" >&2
        rm -rf "$venv"
        if ! python3 -m venv "$venv" >&2; then
            echo "make: python3 cannot make a virtual environment: install its venv module (Debian: python3-venv)" >&2
            exit 1
        fi
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" >&2
        cp "$requirements" "$venv/installed.txt"
    fi
    found=$("$venv/bin/python" -c "$probe") || {
        echo "make: $venv is incomplete: remove it and try again" >&2
        exit 1
    }
fi

IAM_TEST_PYTHON=$(printf '%s\n' "$found" | sed -n 1p)
IAM_TEST_MOTO=$(printf '%s\n' "$found" | sed -n 2p)
export IAM_TEST_PYTHON IAM_TEST_MOTO
exec "$@"
