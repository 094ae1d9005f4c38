#!/bin/sh
# dist.sh VERSION [TARGET...]: builds a release and packs it into target/dist. Without a target it
# is for this machine; a target is a Rust triple that the installed toolchain can build and link.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${CARGO_TARGET_DIR:-target}
version=$1
shift

# The registry's word for a Rust triple.
platform() {
    case $1 in
        x86_64-*) arch=amd64 ;;
        aarch64-*) arch=arm64 ;;
        i686-*) arch=386 ;;
        arm*) arch=arm ;;
        *) arch= ;;
    esac
    case $1 in
        *-linux-*) os=linux ;;
        *-apple-darwin) os=darwin ;;
        *-windows-*) os=windows ;;
        *-freebsd) os=freebsd ;;
        *) os= ;;
    esac
    if [ -z "$arch" ] || [ -z "$os" ]; then
        echo "make: no registry platform is known for $1" >&2
        exit 1
    fi
    echo "${os}_$arch"
}

packages=
if [ $# -eq 0 ]; then
    cargo build --locked --release --bin terraform-provider-iam
    host=$(rustc -vV | sed -n 's/^host: //p')
    suffix=
    case $host in *-windows-*) suffix=.exe ;; esac
    packages="$(platform "$host")=$out/release/terraform-provider-iam$suffix"
fi
for target in "$@"; do
    name=$(platform "$target")
    cargo build --locked --release --bin terraform-provider-iam --target "$target"
    suffix=
    case $target in *-windows-*) suffix=.exe ;; esac
    packages="$packages $name=$out/$target/release/terraform-provider-iam$suffix"
done

# Word splitting is wanted: one word a package.
# shellcheck disable=SC2086
exec python3 "$here/dist.py" --version "$version" --out "$out/dist" \
    --manifest "$here/../terraform-registry-manifest.json" $packages
