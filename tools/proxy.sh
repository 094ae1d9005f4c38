#!/bin/sh
# proxy.sh COMMAND...: runs the command with IAM_TEST_PROXY (the tinyproxy program) in its
# environment.
#
# The machine's own is taken if there is one. Otherwise, where there is apt, Debian's package is
# unpacked into target/tools, once: nothing is installed, and root is needed only where apt has no
# list of packages, or an old one.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
tools=${CARGO_TARGET_DIR:-$root/target}/tools
case $tools in
    /*) ;;
    *) tools=$PWD/$tools ;;
esac

# Prints where it is.
find_it() {
    for place in "${IAM_TEST_PROXY:-}" "$(command -v tinyproxy || :)" \
        /usr/bin/tinyproxy /usr/sbin/tinyproxy "$tools/tinyproxy/usr/bin/tinyproxy"; do
        if [ -x "$place" ] && "$place" -v >/dev/null 2>&1; then
            printf '%s\n' "$place"
            return
        fi
    done
    return 1
}

# Fetches the package into the directory $1 and unpacks it there.
fetch_into() {
    # By itself apt would fetch as a user of its own, who can't write here.
    (cd "$1" && apt-get -qq -o APT::Sandbox::User=root download tinyproxy-bin) >/dev/null 2>&1 &&
        dpkg-deb -x "$1"/tinyproxy-bin_*.deb "$1/unpacked"
}

if ! found=$(find_it); then
    if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
        echo "fetching tinyproxy into $tools" >&2
        mkdir -p "$tools"
        work=$(mktemp -d "$tools/fetch.XXXXXX")
        trap 'rm -rf "$work"' EXIT
        trap 'exit 1' INT TERM HUP
        fetch_into "$work" || {
            [ "$(id -u)" -ne 0 ] || apt-get -qq update >/dev/null 2>&1
            fetch_into "$work"
        } || :
        rm -rf "$tools/tinyproxy"
        [ ! -d "$work/unpacked" ] || mv "$work/unpacked" "$tools/tinyproxy"
        rm -rf "$work"
        trap - EXIT
    fi
    found=$(find_it) || {
        echo "make: tinyproxy is missing: install it (Debian: tinyproxy-bin; elsewhere: tinyproxy)" >&2
        exit 1
    }
fi

IAM_TEST_PROXY=$found
export IAM_TEST_PROXY
exec "$@"
