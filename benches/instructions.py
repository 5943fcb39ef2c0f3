#!/usr/bin/env python3
"""Counts instructions and allocations, which do not depend on how fast or how busy the machine is.

    EMBED2JWT=/path/to/embed2jwt benches/instructions.py            prints the figures beside their limits
    EMBED2JWT=… benches/instructions.py --check                     the same, and status 1 if one is over its limit
    EMBED2JWT=… benches/instructions.py --write                     makes the figures the limits
    EMBED2JWT=… benches/instructions.py --profile convert           the functions that a URL costs most in

Needs valgrind, and an executable built with optimisation that has its symbols, as `cargo build --release` makes it. The limits are
in instructions.toml beside this file: only a commit changes them. See benches/README.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from lines import pool
from lists import EMBEDS, NOW, generate
from tree import KINDS

LIMITS = Path(__file__).with_suffix(".toml")
TOLERANCE = 0.05
# Two lengths of each list: what differs is what the rows between cost, without the start. Multiples of the six shapes.
FEW, MANY = 600, 3600
FILES, SHORT, LONG, PLANTS = 40, 4_000, 12_000, 6
# Its instructions depend on the processor: with its own for SHA-256 it is a tenth.
HASH = re.compile(r"sha2::|sha256|compress256")
# Where the instructions of a URL go: the first group whose pattern is in a function's name. What the compiler has put into its
# caller counts there.
GROUPS = {
    "reading: the parts of the URL, its parameters, their rows, the plan": r"Draft::read|Context::lookup|dialect::(url|path|id|params)::",
    "values: escapes, UTF-8": r"escape::|from_utf8|Utf8",
    "rules": r"embed2jwt::rules::|Draft::check|dialect::values::|rule::view",
    "what the URLs of a run say of one another": r"judge::run|hash_one|sip::|hashbrown|random::",
    "claims and header as JSON": r"dialect::claims|itoa|serde_json",
    "base64": r"base64::",
    "the new URL": r"embed2jwt::convert::|digest::|key::HmacKey|legacy::",
    "reports: counts, groups, columns": r"embed2jwt::report::|input::row::Row::(column|walk|place)|str::count|span::characters|RowOrigin",
    "lists: reading, rows, threads": r"embed2jwt::(input|cli)::|backtrace|mpsc|sync::",
    "memory: allocation": r"malloc|free|realloc|alloc::|calloc",
    "memory: copies, comparisons, searches": r"mem(cpy|set|move|cmp|chr)|memmem|slice::",
}
HEAD = f"""\
# The most that a URL, a finding or a kilobyte may cost: `benches/instructions.py --check` fails at {TOLERANCE:.0%} more.
# `benches/instructions.py --write` writes this file; a commit that does so says why.
"""

Functions = Counter[str]


def valgrind(tool: str, options: list[str], command: list[str], folder: Path) -> str:
    """What valgrind says on standard error."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    call = ["valgrind", f"--tool={tool}", *options, *command]
    done = subprocess.run(call, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    said = done.stderr.decode(errors="replace")
    if done.returncode != 0:
        sys.exit(f"{' '.join(call)} exited with {done.returncode}:\n{said[-2000:]}")
    return said


def functions(command: list[str], folder: Path) -> Functions:
    """Instructions of each function itself, without those it calls."""
    with tempfile.NamedTemporaryFile(prefix="callgrind-") as out:
        valgrind("callgrind", [f"--callgrind-out-file={out.name}"], command, folder)
        text = Path(out.name).read_text(errors="replace")
    names: dict[str, str] = {}
    counted: Functions = Counter()
    current, called = "", False
    for line in text.splitlines():
        if line.startswith("fn="):
            number, _, name = line[3:].partition(" ")
            current = names.setdefault(number, name)
        elif line.startswith("cfn="):
            number, _, name = line[4:].partition(" ")
            names.setdefault(number, name)
        elif line.startswith("calls="):
            # The next line has the cost of what is called.
            called = True
        elif line[:1] in "0123456789+-*" and line:
            if not called:
                counted[current] += int(line.split()[1])
            called = False
    return counted


def allocations(command: list[str], folder: Path) -> int:
    said = valgrind("dhat", ["--dhat-out-file=/dev/null"], command, folder)
    return int(re.search(r"Total: +[\d,]+ bytes in ([\d,]+) blocks", said)[1].replace(",", ""))


def split(more: Functions, fewer: Functions, count: int) -> tuple[Functions, float]:
    """What each function costs for one of the `count` things that make the difference, and the hash of it."""
    each = Counter({name: (more[name] - fewer[name]) / count for name in more | fewer})
    hashes = {name for name in each if HASH.search(name)}
    return Counter({name: cost for name, cost in each.items() if name not in hashes}), sum(each[name] for name in hashes)


def planted(folder: Path, size: int, plants: int) -> None:
    """Files of source code, with so many embeds in each."""
    rng = Random("embed2jwt instructions")
    text = [f"{line}\n" for line in pool("ts", rng)]
    folder.mkdir()
    for number in range(FILES):
        start, lines, written = rng.randrange(len(text) // 2), [], 0
        while written < size:
            lines.append(text[start + len(lines)])
            written += len(lines[-1])
        found = [KINDS[(number + turn) % len(KINDS)](rng)[0].decode() for turn in range(plants)]
        for turn, plant in enumerate(found):
            lines.insert((turn + 1) * len(lines) // (plants + 1), plant)
        folder.joinpath(f"file{number}.ts").write_text("".join(lines))


def commands(executable: str, directory: Path) -> dict[str, tuple[list[str], Path]]:
    """Name to command and folder; the names of pairs differ in their last word."""
    made: dict[str, tuple[list[str], Path]] = {}
    for word, count in (("few", FEW), ("many", MANY)):
        folder = generate("shapes", count, directory / word).parent
        given = ["urls.txt", "--secret-file", "secret", "--map", "map.csv", "--now", str(NOW), "-j", "1", "--quiet", "--no-config"]
        made[f"convert {word}"] = [executable, "convert", *given, "--jti", "nonce"], folder
        made[f"audit {word}"] = [executable, "audit", *given, "--fail-on", "never"], folder
        made[f"audit, ndjson {word}"] = [executable, "audit", *given, "--fail-on", "never", "--format", "ndjson"], folder
    # No URL that anything is to be done about, and no map.
    one = directory / "one"
    one.mkdir()
    one.joinpath("urls.txt").write_text("https://example.com/\n")
    made["start"] = [executable, "audit", "urls.txt", "-j", "1", "--quiet", "--no-config"], one
    for word, size, plants in (("short", SHORT, 0), ("long", LONG, 0), ("planted", SHORT, PLANTS)):
        planted(directory / word, size, plants)
        check = [executable, "check", "-j", "1", "--quiet", "--no-config", "--format", "json", "--fail-on", "never", "."]
        made[f"check {word}"] = check, directory / word
    return made


def measure(executable: str, directory: Path) -> tuple[dict[str, float], dict[str, Functions], list[str]]:
    """The figures, each function's part of them, and what the hash comes to."""
    runs = commands(executable, directory)
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        counting = {name: threads.submit(functions, *run) for name, run in runs.items()}
        blocks = {name: threads.submit(allocations, *run) for name, run in runs.items()}
        counted = {name: result.result() for name, result in counting.items()}
        allocated = {name: result.result() for name, result in blocks.items()}
    command, folder = runs["check planted"]
    report = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout
    findings = report.count(b'"fingerprint"')

    kilobytes = sum(path.stat().st_size for path in directory.joinpath("long").iterdir()) / 1000
    kilobytes -= sum(path.stat().st_size for path in directory.joinpath("short").iterdir()) / 1000
    pairs = {
        "convert, a URL": ("convert many", "convert few", MANY - FEW),
        "audit, a URL": ("audit many", "audit few", MANY - FEW),
        "audit to ndjson, a URL": ("audit, ndjson many", "audit, ndjson few", MANY - FEW),
        "check, a finding": ("check planted", "check short", findings),
        "check, a kilobyte": ("check long", "check short", kilobytes),
    }
    figures, parts, hashes = {}, {}, []
    for name, (more, fewer, count) in pairs.items():
        parts[name], hashed = split(counted[more], counted[fewer], count)
        figures[f"{name}: instructions"] = sum(parts[name].values())
        figures[f"{name}: allocations"] = (allocated[more] - allocated[fewer]) / count
        if hashed:
            hashes.append(f"{name}: {hashed:,.0f} instructions more of SHA-256, as valgrind's processor runs it")
        elif "URL" in name:
            sys.exit(f"{executable} has no symbols: the hash cannot be told from the rest")
    start = sum(counted["start"].values())
    url = figures["convert, a URL: instructions"] + split(counted["convert many"], counted["convert few"], MANY - FEW)[1]
    figures["start of a command: instructions"] = start
    figures["a row of the map: instructions"] = (sum(counted["convert few"].values()) - start - FEW * url) / EMBEDS
    return figures, parts, hashes


def grouped(costs: Functions) -> list[tuple[str, float]]:
    """What each group comes to, and the rest."""
    groups: Counter[str] = Counter()
    for function, cost in costs.items():
        name = next((name for name, pattern in GROUPS.items() if re.search(pattern, function)), "the rest")
        groups[name] += cost
    return [(name, cost) for name, cost in groups.most_common() if cost >= 1]


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def compare(figures: dict[str, float], limits: dict[str, float]) -> bool:
    """Prints every figure; whether none is over its limit."""
    kept = True
    for name, value in figures.items():
        limit = limits.get(name)
        if limit is None:
            kept, remark = False, "no limit"
        elif value > limit * (1 + TOLERANCE) + 0.005:
            kept, remark = False, f"OVER the limit of {shown(limit)} by {value / limit - 1 if limit else value:.1%}"
        elif value < limit * (1 - TOLERANCE) - 0.005:
            remark = f"{1 - value / limit:.1%} below the limit of {shown(limit)}: lower the limit with --write"
        else:
            remark = f"the limit is {shown(limit)}"
        print(f"{name:34} {shown(value):>12}  {remark}")
    for name in limits.keys() - figures.keys():
        kept = False
        print(f"{name:34} is not measured")
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="end with status 1 if a figure is over its limit")
    action.add_argument("--write", action="store_true", help="make the figures the limits")
    action.add_argument("--profile", metavar="COMMAND", help="also show the functions that cost most: convert, audit, check")
    arguments = parser.parse_args()
    executable = os.environ.get("EMBED2JWT", "")
    if not executable.startswith("/"):
        parser.error("EMBED2JWT must be the absolute path of the executable")
    if shutil.which("valgrind") is None:
        parser.error("valgrind is not installed")

    with tempfile.TemporaryDirectory(prefix="embed2jwt-instructions-") as directory:
        figures, parts, hashes = measure(executable, Path(directory))
    limits = tomllib.loads(LIMITS.read_text()) if LIMITS.exists() else {}
    kept = compare(figures, limits)
    print(*hashes, sep="\n")
    if arguments.profile:
        for name, costs in parts.items():
            if name.startswith(arguments.profile):
                print(f"\n{name}")
                print(*(f"{cost:12,.1f}  {function}" for function, cost in costs.most_common(60)), sep="\n")
    if arguments.write:
        LIMITS.write_text(HEAD + "".join(f'"{name}" = {shown(value).replace(",", "_")}\n' for name, value in figures.items()))
    if arguments.check and not kept:
        sys.exit(1)


if __name__ == "__main__":
    main()
