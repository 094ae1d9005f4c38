#!/bin/sh
# need.sh PROGRAM...: says in one line what is missing on this machine, before a target starts.
# Knows: cargo (with rustfmt and clippy), terraform (1.8 or newer), python3 (3.10 or newer).
set -eu

fail() {
    echo "make: $1" >&2
    exit 1
}

for program in "$@"; do
    command -v "$program" >/dev/null 2>&1 || case "$program" in
        cargo) fail "cargo is missing: install Rust (https://rustup.rs)" ;;
        terraform) fail "terraform is missing: install 1.8 or newer (https://developer.hashicorp.com/terraform/install)" ;;
        python3) fail "python3 is missing: install Python 3.10 or newer (https://www.python.org/downloads)" ;;
        *) fail "$program is missing" ;;
    esac
    case "$program" in
        terraform)
            CHECKPOINT_DISABLE=1 terraform version -json 2>/dev/null | python3 -c '
import json, sys
found = json.load(sys.stdin)["terraform_version"]
numbers = tuple(int(part) for part in found.split("-")[0].split(".")[:2])
sys.exit(0 if numbers >= (1, 8) else f"make: terraform {found} is too old: 1.8 or newer is needed")
' || exit 1
            ;;
        python3)
            python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
                fail "python3 is too old: Python 3.10 or newer is needed"
            ;;
        cargo)
            cargo fmt --version >/dev/null 2>&1 || fail "rustfmt is missing: rustup component add rustfmt"
            cargo clippy --version >/dev/null 2>&1 || fail "clippy is missing: rustup component add clippy"
            ;;
    esac
done
