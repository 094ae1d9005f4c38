#!/bin/sh
# examples.sh BINARY: holds examples/ to `terraform fmt`, and has the provider validate every
# example that needs no other provider.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
examples=$(cd "$here/../examples" && pwd)

if ! terraform fmt -check -recursive -diff "$examples"; then
    echo "examples/ is not formatted. Run: terraform fmt -recursive examples" >&2
    exit 1
fi

export EXAMPLES="$examples"
exec "$here/terraform.sh" "$1" sh -c '
set -eu
failed=0
validated=0
left=
for name in $(cd "$EXAMPLES" && find . -name "*.tf" -exec dirname {} \; | sort -u); do
    name=${name#./}
    from=$EXAMPLES/$name
    run=$PWD/$name
    mkdir -p "$run"
    if grep -q hashicorp/aws "$from"/*.tf; then
        left="$left $name"
        continue
    fi
    # What a configuration reads lies beside it; a folder within is an example of its own.
    find "$from" -maxdepth 1 -type f -exec cp {} "$run" \;
    # The single-object examples of the registry layout leave out what every module has.
    grep -q required_providers "$run"/*.tf ||
        printf "terraform {\n  required_providers {\n    iam = { source = \"iam-only/iam\" }\n  }\n}\n" >"$run/versions.tf"
    if output=$(cd "$run" && terraform validate -no-color 2>&1); then
        validated=$((validated + 1))
    else
        echo "examples/$name does not validate:" >&2
        printf "%s\n" "$output" >&2
        failed=1
    fi
done
echo "$validated examples validate${left:+ (not validated, they need hashicorp/aws:$left)}"
exit $failed
'
