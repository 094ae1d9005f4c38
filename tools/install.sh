#!/bin/sh
# install.sh BINARY VERSION: puts the provider where `terraform init` of this user finds it.
#
# That is the implied local mirror, ~/.terraform.d/plugins/HOST/NAMESPACE/TYPE/VERSION/OS_ARCH,
# where HOST is what this terraform takes for a source address without one: it is asked for it.
set -eu
case $1 in
    /*) binary=$1 ;;
    *) binary=$PWD/$1 ;;
esac
version=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/main.tf" <<'TF'
terraform {
  required_providers {
    iam = { source = "iam-only/iam" }
  }
}
TF
CHECKPOINT_DISABLE=1
export CHECKPOINT_DISABLE
address=$(cd "$work" && terraform providers 2>/dev/null | sed -n 's/.*provider\[\(.*\/iam-only\/iam\)\].*/\1/p' | head -n 1)
platform=$(terraform version -json 2>/dev/null | sed -n 's/.*"platform": *"\([^"]*\)".*/\1/p')
if [ -z "$address" ] || [ -z "$platform" ]; then
    echo "make: terraform did not say where it looks for providers" >&2
    exit 1
fi

mirror=$HOME/.terraform.d/plugins
place=$mirror/$address/$version/$platform
mkdir -p "$place"
# Not over the old file: a provider that is running keeps its own.
cp "$binary" "$place/.new"
chmod 755 "$place/.new"
mv -f "$place/.new" "$place/terraform-provider-iam_v$version"

cat <<TEXT
installed $place/terraform-provider-iam_v$version

Use it in a configuration:

  terraform {
    required_providers {
      iam = {
        source  = "iam-only/iam"
        version = "$version"
      }
    }
  }

\`terraform init\` finds it there by itself. If your Terraform CLI configuration has a
provider_installation block of its own, add to that block:

  filesystem_mirror {
    path    = "$mirror"
    include = ["iam-only/iam"]
  }
  direct {
    exclude = ["iam-only/iam"]
  }

After another \`make install\` of the same version, a configuration whose lock file remembers the
old build refuses the new one: remove the iam-only/iam entry from .terraform.lock.hcl and run
\`terraform init\` again.
TEXT
