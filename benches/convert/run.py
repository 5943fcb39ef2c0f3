#!/usr/bin/env python3
"""Times `embed2jwt convert` beside the scripts one would write instead, and prints ratios.

    EMBED2JWT=/path/to/embed2jwt benches/convert/run.py [N] [--rounds R] [--case NAME]… [--to-file]

Needs the libraries of the interoperability tests: tests/interop/setup.sh. See benches/README.md.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from generate import CASES, NOW, generate

HERE = Path(__file__).resolve().parent
INTEROP = HERE.parents[1] / "tests/interop"
TOOL = "embed2jwt"
# Every so many lines the content of the converted URL is compared, not only that there is one.
COMPARE_EVERY = 97


def competitors(list_file: Path) -> dict[str, list[str]]:
    """Name to command. The token's clock and nonce are given, so that all have to write the same claims."""
    map_file, secret_file = (str(list_file.with_name(name)) for name in ("map.csv", "secret"))
    peer = [str(list_file), map_file, secret_file, str(NOW)]
    options = ["--map", map_file, "--secret-file", secret_file, "--now", str(NOW), "--jti", "nonce"]
    return {
        TOOL: [os.environ["EMBED2JWT"], "convert", *options, str(list_file)],
        "node, jsonwebtoken": ["node", str(HERE / "peer.mjs"), *peer],
        "python, PyJWT": [str(INTEROP / ".venv/bin/python"), "-W", "ignore", str(HERE / "peer.py"), *peer],
    }


def run(command: list[str], output: BinaryIO | int) -> float:
    """Seconds until the command has ended; its diagnostics are shown only when it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{command[0]} exited with {done.returncode}:\n{done.stderr.decode(errors='replace')[-2000:]}")
    return seconds


def meaning(url: str) -> tuple:
    """What a converted URL says, however it is spelled."""
    base, _, query = url.partition("?:jwt=")
    token, *rest = query.split("&")
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return base, header, payload, [unquote(pair) for pair in rest]


def verify(commands: dict[str, list[str]], count: int, directory: Path) -> None:
    """One run each, whose output is looked at: no competitor may do less than the others. It also warms the caches."""
    outputs = {}
    for name, command in commands.items():
        outputs[name] = directory / f"{len(outputs)}.out"
        with outputs[name].open("wb") as file:
            run(command, file)
    samples = {}
    for name, path in outputs.items():
        with path.open(encoding="utf-8") as file:
            converted = sum(":jwt=" in line for line in file)
            if converted != count:
                sys.exit(f"{name} converted {converted} of {count} URLs")
            file.seek(0)
            samples[name] = [meaning(line.rstrip("\n")) for line in islice(file, 0, None, COMPARE_EVERY)]
    for name, sample in samples.items():
        for line, (ours, theirs) in enumerate(zip(samples[TOOL], sample, strict=True)):
            if ours != theirs:
                sys.exit(f"line {line * COMPARE_EVERY + 1}: {TOOL} says\n{ours}\n{name} says\n{theirs}")


def measure(commands: dict[str, list[str]], rounds: int, sink: Path) -> dict[str, list[float]]:
    """Seconds of each round; the competitors take turns, so that a slow minute of the machine meets all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(rounds):
        # Another one begins each round.
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            with sink.open("wb") as output:
                seconds[name].append(run(commands[name], output))
    return seconds


def rows(case: str, seconds: dict[str, list[float]]) -> list[tuple[str, str, str, str]]:
    table = []
    for name, times in seconds.items():
        # Round by round, against the tool's time of the same round (the tool: against its own median).
        base = [statistics.median(times)] * len(times) if name == TOOL else seconds[TOOL]
        ratios = [one / other for one, other in zip(times, base)]
        table.append((case, name, f"{statistics.median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}"))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=100_000, metavar="N", help="URLs in a list (default 100000)")
    parser.add_argument("--rounds", type=int, default=5, metavar="R", help="timed rounds (default 5)")
    parser.add_argument("--case", choices=CASES, action="append", help="only this case (repeatable; default all)")
    parser.add_argument("--to-file", action="store_true", help="write the output to a file instead of /dev/null")
    arguments = parser.parse_args()
    if "EMBED2JWT" not in os.environ:
        parser.error("EMBED2JWT must be the absolute path of the executable")
    if not INTEROP.joinpath(".venv/bin/python").exists() or not INTEROP.joinpath("node_modules").exists():
        parser.error("the libraries of the peers are missing: run tests/interop/setup.sh first")

    table = [("case", "competitor", "median", "min to max")]
    with tempfile.TemporaryDirectory(prefix="embed2jwt-bench-") as name:
        directory = Path(name)
        for case in arguments.case or CASES:
            commands = competitors(generate(case, arguments.count, directory / case))
            print(f"{case}: verifying", file=sys.stderr)
            verify(commands, arguments.count, directory)
            print(f"{case}: {arguments.rounds} rounds", file=sys.stderr)
            sink = directory / "sink" if arguments.to_file else Path(os.devnull)
            table += rows(case, measure(commands, arguments.rounds, sink))

    print(f"Time relative to {TOOL} ({arguments.count} URLs, {arguments.rounds} rounds; more than 1 is slower)\n")
    widths = [max(map(len, column)) for column in zip(*table)]
    for number, row in enumerate(table):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


if __name__ == "__main__":
    main()
