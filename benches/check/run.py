#!/usr/bin/env python3
"""Times `embed2jwt check` beside ripgrep looking for the host, on the same tree in the same run.

    EMBED2JWT=/path/to/embed2jwt benches/check/run.py [MEGABYTES] [--rounds R] [--directory DIR]

Needs ripgrep (`rg`). Ends with status 1 if anything that was planted is missed. See benches/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import BinaryIO

from tree import generate

TOOL = "embed2jwt check"
# What the tool promises: the ratio to ripgrep and the memory in MiB.
RATIO, MEMORY = 1.3, 64


def commands() -> dict[str, list[str]]:
    """Name to command; each is run in the tree."""
    check = [os.environ["EMBED2JWT"], "check", "--format", "json", "--no-config", "--fail-on", "never", "."]
    return {TOOL: check, "rg -j2 --hidden": ["rg", "-j2", "--hidden", r"app\.sigmacomputing\.com", "."]}


# A child's largest memory counts from before it becomes the command, when it still is its parent's copy. So the parent is
# a small process that has nothing else to do.
SPAWN = """
import os, sys, time
start = time.perf_counter()
pid = os.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - start
print(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss, file=sys.stderr)
"""


def run(command: list[str], tree: Path, output: BinaryIO) -> tuple[float, float]:
    """Seconds until the command has ended, and the most memory it had, in MiB."""
    spawn = [sys.executable, "-I", "-S", "-c", SPAWN, *command]
    done = subprocess.run(spawn, cwd=tree, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, check=True)
    said, _, last = done.stderr.decode(errors="replace").rstrip("\n").rpartition("\n")
    status, seconds, memory = last.split()
    if status != "0":
        sys.exit(f"{command[0]} exited with {status}:\n{said[-2000:]}")
    # Linux counts in KiB, macOS in bytes.
    return float(seconds), int(memory) / (2**20 if sys.platform == "darwin" else 2**10)


def verify(tree: Path, manifest: Path) -> bool:
    """Whether all that was planted is found, and nothing in files without a plant. It also warms the caches."""
    planted = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryFile() as output:
        run(commands()[TOOL], tree, output)
        output.seek(0)
        report = json.load(output)
    found = {}
    for finding in report["findings"]:
        path = finding["path"].removeprefix("./").replace("\\", "/")
        found.setdefault((path, finding["rule"], finding["parameter"]), []).append(finding["line"])
        found.setdefault((path, finding["rule"], None), []).append(finding["line"])

    wrong = []
    for plant in planted:
        lines = found.get((plant["path"], plant["rule"], plant["parameter"]), [])
        there = any(plant["line"] <= line <= plant["last"] for line in lines)
        if there == plant["ignored"]:
            wrong.append(f"{'reported though ignored' if there else 'missed'}: {plant['path']}:{plant['line']} {plant['rule']}")
    here = {plant["path"] for plant in planted}
    for path, rule, parameter in sorted(found, key=str):
        if parameter is None and path not in here:
            wrong.append(f"false alarm: {path}:{found[path, rule, None][0]} {rule}")

    ignored = sum(plant["ignored"] for plant in planted)
    kinds = Counter(plant["rule"] for plant in planted if not plant["ignored"])
    summary = report["summary"]
    print(f"{summary['files']} files, {summary['bytes'] / 1e6:.0f} MB; {len(planted) - ignored} planted, {ignored} more in ignored files")
    print("  " + ", ".join(f"{number} {rule}" for rule, number in sorted(kinds.items())))
    for line in wrong[:20]:
        print(f"  {line}")
    print(f"  {len(wrong)} wrong" if wrong else "  all found, nothing else")
    return not wrong


def measure(tree: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds and memory of each round; the competitors take turns, so that a slow minute of the machine meets both."""
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in commands()}
    with open(os.devnull, "wb") as sink:
        for number in range(rounds):
            names = list(results)
            # Another one begins each round.
            for name in names if number % 2 == 0 else reversed(names):
                results[name].append(run(commands()[name], tree, sink))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("megabytes", type=int, nargs="?", default=1000, metavar="MEGABYTES", help="size of the tree (default 1000)")
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="timed rounds (default 5)")
    parser.add_argument("--directory", type=Path, metavar="DIR", help="keep the tree here, and take the one that is there")
    arguments = parser.parse_args()
    if not os.environ.get("EMBED2JWT", "").startswith("/"):
        parser.error("EMBED2JWT must be the absolute path of the executable")

    with tempfile.TemporaryDirectory(prefix="embed2jwt-bench-") as name:
        directory = arguments.directory or Path(name)
        stamp = directory / f"{arguments.megabytes}MB"
        tree, manifest = directory / "tree", directory / "manifest.jsonl"
        if not stamp.exists():
            print(f"writing {arguments.megabytes} MB", file=sys.stderr)
            generate(arguments.megabytes, directory)
            stamp.touch()
        complete = verify(tree, manifest)
        print(f"{arguments.rounds} rounds", file=sys.stderr)
        results = measure(tree, arguments.rounds)

    (ours, theirs) = results.values()
    ratios = [mine / other for (mine, _), (other, _) in zip(ours, theirs)]
    print(f"\ntime of {TOOL} relative to ripgrep's in the same round ({arguments.rounds} rounds; more than 1 is slower):")
    ratio, memory = statistics.median(ratios), max(most for _, most in ours)
    print(f"  median {ratio:.2f}, {min(ratios):.2f} to {max(ratios):.2f}; the limit of {RATIO} is {'kept' if ratio <= RATIO else 'BROKEN'}")
    for name, rounds in results.items():
        print(f"  {name}: peak memory {max(most for _, most in rounds):.0f} MiB, median {statistics.median(s for s, _ in rounds):.2f} s")
    print(f"  the limit of {MEMORY} MiB is {'kept' if memory <= MEMORY else 'BROKEN'}")
    sys.exit(0 if complete else 1)


if __name__ == "__main__":
    main()
