#!/usr/bin/env python3
"""Checks what the crate depends on by deny.toml: licences, crates that are not wanted, two versions of one, where they come from.

    tests/deny.py

Every dependency of every system counts, those of the tests too. This is what `cargo deny check licenses bans sources` does,
for machines without cargo-deny, whose build takes longer than all other checks; where it is installed, it runs as well.
Advisories are not looked up: their database is a repository of its own (`cargo deny check advisories`).
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def dependencies():
    """The packages that the crate's graph reaches, without itself."""
    command = ["cargo", "metadata", "--format-version=1", "--locked"]
    graph = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    nodes = {node["id"]: node["dependencies"] for node in graph["resolve"]["nodes"]}
    root = graph["resolve"]["root"]
    reached, open_ends = set(), [root]
    while open_ends:
        for dependency in nodes[open_ends.pop()]:
            if dependency not in reached:
                reached.add(dependency)
                open_ends.append(dependency)
    crate = next(package for package in graph["packages"] if package["id"] == root)
    return [package for package in graph["packages"] if package["id"] in reached], crate


def is_allowed(expression, allowed):
    """Whether an SPDX expression can be met by these licences. `WITH` only adds permissions; `/` is an old `OR`."""
    words = re.findall(r"[()]|[^\s()]+", (expression or "").replace("/", " OR "))

    def either():
        met = both()
        while words[:1] == ["OR"]:
            words.pop(0)
            met = both() or met
        return met

    def both():
        met = one()
        while words[:1] == ["AND"]:
            words.pop(0)
            met = one() and met
        return met

    def one():
        word = words.pop(0) if words else ""
        if word == "(":
            met = either()
            return words.pop(0) == ")" and met
        if words[:1] == ["WITH"]:
            del words[:2]
        return word in allowed

    return either() and not words


def faults(packages, crate, rules):
    licences, bans, sources = rules["licenses"], rules["bans"], rules["sources"]
    banned = {ban["crate"] for ban in bans["deny"]}
    versions = {}
    for package in packages:
        name, named = package["name"], f"{package['name']}@{package['version']}"
        versions.setdefault(name, []).append(named)
        if not is_allowed(package["license"], licences["allow"]):
            yield f"{named}: licence {package['license'] or 'unknown'}"
        if name in banned:
            yield f"{named}: banned"
        if (package["source"] or "").removeprefix("registry+") not in sources["allow-registry"]:
            yield f"{named}: from {package['source'] or 'a folder'}"
    skipped = {skip["crate"] for skip in bans["skip"]}
    for named in versions.values():
        left = [one for one in named if one not in skipped]
        if len(left) > 1:
            yield f"two versions: {', '.join(left)}"
    for one in sorted(skipped - {one for named in versions.values() if len(named) > 1 for one in named}):
        yield f"{one}: skipped in deny.toml, but there is no second version"
    for dependency in crate["dependencies"]:
        if dependency["req"] == "*":
            yield f"{dependency['name']}: any version"


def main():
    assert is_allowed("(MIT OR GPL-3.0) AND ISC", ["MIT", "ISC"]) and not is_allowed("MIT AND GPL-3.0", ["MIT"])
    packages, crate = dependencies()
    found = list(faults(packages, crate, tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))))
    for fault in found:
        print(fault)
    print(f"{len(packages)} dependencies: licences, bans, sources: {len(found)} faults")
    if not found and shutil.which("cargo-deny"):
        return subprocess.run(["cargo", "deny", "--offline", "check", "licenses", "bans", "sources"], cwd=ROOT).returncode
    return 1 if found or not packages else 0


if __name__ == "__main__":
    sys.exit(main())
