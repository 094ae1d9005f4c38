#!/bin/sh
# deny.sh [--if-possible]: holds the dependency tree to deny.toml.
#
# cargo-deny is installed into target/tools when the machine has none (a few minutes, once). With
# --if-possible a failed installation is reported and forgiven, so that a machine without a
# network can still run the tests, and warnings (crates that are there twice) are left out.
set -eu
version=0.20.2
tools=${CARGO_TARGET_DIR:-target}/tools

case $tools in
    /*) ;;
    *) tools=$PWD/$tools ;;
esac
PATH=$tools/bin:$PATH
export PATH

if ! cargo deny --version >/dev/null 2>&1; then
    echo "installing cargo-deny $version into $tools"
    if ! cargo install --locked --quiet --root "$tools" --version "$version" cargo-deny; then
        echo "NOT CHECKED: licences, bans, advisories and sources (cargo-deny could not be installed)"
        [ "${1:-}" = --if-possible ] && exit 0
        exit 1
    fi
fi

level=warn
[ "${1:-}" != --if-possible ] || level=error

# The advisory database is a git repository elsewhere: the only part that needs the network.
if cargo deny fetch db >/dev/null 2>&1; then
    cargo deny --log-level $level check --hide-inclusion-graph licenses bans advisories sources
else
    cargo deny --offline --log-level $level check --hide-inclusion-graph licenses bans sources
    echo "NOT CHECKED: advisories (their database could not be fetched)"
fi
