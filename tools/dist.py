#!/usr/bin/env python3
"""Packs a release the way provider registries want it.

    dist.py --version VERSION --out DIR --manifest FILE PLATFORM=BINARY...

For each platform (such as linux_amd64) terraform-provider-iam_VERSION_PLATFORM.zip with the program
as terraform-provider-iam_vVERSION, the license and the readme; next to them the manifest and a
SHA256SUMS file over all. The same input gives the same bytes. Signing SHA256SUMS is left to whoever
holds the key. Standard library only.
"""

import argparse
import hashlib
import pathlib
import sys
import zipfile

NAME = "terraform-provider-iam"
# The oldest time a zip can carry: a package must not differ by the hour it was packed.
STAMP = (1980, 1, 1, 0, 0, 0)


def add(archive, name, content, mode):
    entry = zipfile.ZipInfo(name, STAMP)
    entry.create_system = 3
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content, compresslevel=9)


def pack(out, version, platform, binary, extras):
    path = out / f"{NAME}_{version}_{platform}.zip"
    suffix = ".exe" if platform.startswith("windows_") else ""
    with zipfile.ZipFile(path, "w") as archive:
        for extra in extras:
            add(archive, extra.name, extra.read_bytes(), 0o644)
        add(archive, f"{NAME}_v{version}{suffix}", binary.read_bytes(), 0o755)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--manifest", required=True, type=pathlib.Path)
    parser.add_argument("binaries", nargs="+", metavar="PLATFORM=BINARY")
    arguments = parser.parse_args()

    root = pathlib.Path(__file__).resolve().parent.parent
    out = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob(f"{NAME}_*"):
        old.unlink()

    made = []
    for binary in arguments.binaries:
        platform, _, path = binary.partition("=")
        if not platform or not pathlib.Path(path).is_file():
            sys.exit(f"dist.py: expected PLATFORM=BINARY with a file, found {binary}")
        made.append(
            pack(out, arguments.version, platform, pathlib.Path(path), [root / "LICENSE", root / "README.md"])
        )
    manifest = out / f"{NAME}_{arguments.version}_manifest.json"
    manifest.write_bytes(arguments.manifest.read_bytes())
    made.append(manifest)

    sums = out / f"{NAME}_{arguments.version}_SHA256SUMS"
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(made)]
    sums.write_text("".join(lines), encoding="utf-8")
    for file in [*sorted(made), sums]:
        print(f"{file.stat().st_size:>10}  {file}")


if __name__ == "__main__":
    main()
