#!/bin/sh
# schema.sh BINARY: prints the provider's schema as the real terraform sees it, as JSON.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/terraform.sh" "$1" sh -c '
cat >main.tf <<TF
terraform {
  required_providers {
    iam = { source = "iam-only/iam" }
  }
}
TF
terraform providers schema -json
'
