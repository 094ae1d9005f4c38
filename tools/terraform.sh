#!/bin/sh
# terraform.sh BINARY COMMAND...: runs the command in an empty directory, with a Terraform
# configuration that takes iam-only/iam from BINARY and from nowhere else. Nothing is installed.
set -eu
binary=$1
shift
case $binary in
    /*) ;;
    *) binary=$PWD/$binary ;;
esac
[ -x "$binary" ] || {
    echo "make: $binary is not built" >&2
    exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$work/provider" "$work/run"
ln -s "$binary" "$work/provider/terraform-provider-iam"
cat >"$work/terraform.rc" <<RC
provider_installation {
  dev_overrides {
    "iam-only/iam" = "$work/provider"
  }
  direct {}
}
RC
TF_CLI_CONFIG_FILE=$work/terraform.rc
CHECKPOINT_DISABLE=1
export TF_CLI_CONFIG_FILE CHECKPOINT_DISABLE
cd "$work/run"
"$@"
