#!/usr/bin/env python3
"""Measures embed2jwt beside programs that do the same, and writes docs/performance.md.

    benches/run.py                         everything: hours, 10 GB of disk
    benches/run.py --quick                 the same pages of small inputs, to standard output: minutes
    benches/run.py --only convert --urls 200000 --rounds 9 -o -

It builds what is published unless EMBED2JWT names an executable, and installs the peers. See benches/README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import checking
import converting
import instructions
from competitors import Missing, converters, ripgrep
from measure import Command, Failed, in_turns, median, table

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/performance.md"
PARTS = ("convert", "check", "rows", "files", "lines", "start", "instructions")
# Megabytes, mean size of a source file, bytes of source for one plant.
TREES = {"1 GB": (1000, 10_000, 2_000_000), "400 MB, many findings": (400, 40_000, 200_000)}
SMALL_TREES = {"40 MB": (40, 10_000, 2_000_000), "40 MB, many findings": (40, 40_000, 200_000)}

ABOUT = """\
# Performance

Written by `benches/run.py`, which [benches/README.md](../benches/README.md) explains, on {machine}, with embed2jwt {version}.
A ratio is one program's time divided by another's in the same round: the smallest, the median and the largest of {rounds} rounds.
Ratios of one table can be compared. Times are those of this machine alone.
"""
TEXTS = {
    "convert": """## `convert` beside other programs

{urls:,} URLs with valid signatures. Each program verifies the old signature, writes the claims, and signs; all outputs say the same.
Time relative to the first row of each list: more than 1 is slower. The first row is relative to its own median.
""",
    "check": """## `check` beside ripgrep

Time relative to `rg --hidden 'app\\.sigmacomputing\\.com'`, both with {threads} threads: more than 1 is slower. Every planted embed was found, and nothing else.
""",
    "rows": "## Long lists\n\n`convert` of lists with ever more rows, {threads} threads.\n",
    "files": "## Many files\n\n`check` of ever more files of 4 kB, beside ripgrep.\n",
    "lines": "## Long lines\n\n`check` of one file with one line, beside ripgrep:\n",
    "instructions": """## Instructions

What a URL of `shapes` costs, by the count of valgrind, which does not depend on how fast or how busy a machine is. SHA-256 of the old
and the new signature is counted apart. What a command costs before its first URL is not in the parts.

Wanted were 17,000 instructions and 2 allocations for `convert`, 14,000 and 2 for `audit`. The allocations are reached. The instructions are
not: they are spread over parts of which none does anything twice. A URL here has about 430 bytes and 12 parameters. All its bytes are
looked at in blocks of 32, each of about 30 separators by itself; each parameter gets its row, its outcome and its rules; what is
remembered of it is hashed with a key, because lists may be hostile; the claims, about 350 bytes, are written as JSON and then as base64,
at six instructions a byte. Less is possible by base64 in vectors (2,000 of them), and by not making findings that only a summary counts.
""",
    "start": "## Start-up\n\nA command with next to nothing to do. `true` is what starting any program takes.\n",
}


def start_up(executable: str, directory: Path) -> str:
    # There is nothing to do about it, so every command ends with 0.
    url = "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:embed=true&:menu_position=top"
    empty = directory / "empty"
    empty.mkdir()
    empty.joinpath("list.txt").write_text(f"{url}\n")
    empty.joinpath("secret").write_text("demo-embed-secret")
    lines = ("audit list.txt", "convert list.txt --secret-file secret", "check", f"inspect {url}", "explain", "--version")
    commands = {"true": ["true"], **{f"embed2jwt {line.split()[0]}": [executable, *line.split()] for line in lines}}
    took = in_turns({name: Command(command, empty) for name, command in commands.items()}, 40)
    nothing = median([one.seconds for one in took["true"]])
    rows = []
    for name, times in took.items():
        seconds = median([one.seconds for one in times])
        rows.append([name, f"{seconds * 1e3:.2f}", f"{(seconds - nothing) * 1e3:.2f}"])
    return table(["command", "ms", "more than `true`"], rows)


def instruction_counts(executable: str, directory: Path) -> str:
    """Where the instructions go, command by command."""
    if shutil.which("valgrind") is None:
        return "Not measured: valgrind is missing.\n"
    figures, parts, hashes = instructions.measure(executable, directory / "instructions")
    text = table(["what", "measured"], [[name, instructions.shown(value)] for name, value in figures.items()])
    for name in ("convert, a URL", "audit, a URL"):
        rows = [[group, instructions.shown(cost)] for group, cost in instructions.grouped(parts[name])]
        text += f"\nWhere they go, {name}:\n\n" + table(["part", "instructions"], rows)
    return text + "".join(f"\n{line}.\n" for line in hashes)


def sizes(text: str) -> list[int]:
    return [int(float(size)) for size in text.split(",")]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small inputs, to standard output")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part (repeatable)")
    parser.add_argument("--case", choices=converting.CASES, action="append", help="only this list of `convert` (repeatable)")
    parser.add_argument("--tree", choices=[*TREES, *SMALL_TREES], action="append", help="only this tree of `check` (repeatable)")
    parser.add_argument("--urls", type=int, metavar="N", help="URLs in each list of `convert`")
    parser.add_argument("--rows", type=sizes, metavar="N,…", help="lengths of lists")
    parser.add_argument("--files", type=sizes, metavar="N,…", help="numbers of files")
    parser.add_argument("--lines", type=sizes, metavar="BYTES,…", help="lengths of lines")
    parser.add_argument("--rounds", type=int, metavar="N")
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="of embed2jwt, ripgrep and the peer in Go (default 2)")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="install the peers here, and keep them")
    parser.add_argument("-o", "--output", metavar="FILE", help="the page, `-` for standard output (default docs/performance.md)")
    arguments = parser.parse_args()
    full = {"urls": 100_000, "rows": sizes("1e3,1e4,1e5,1e6,1e7"), "files": sizes("1e2,1e3,1e4,1e5"), "rounds": 7}
    small = {"urls": 10_000, "rows": sizes("1e3,1e4"), "files": sizes("1e2,1e3"), "rounds": 3}
    defaults = {**(small if arguments.quick else full), "lines": sizes("1e3,1e5" if arguments.quick else "1e3,1e4,1e5,1e6,1e7,1e8")}
    for name, value in {**defaults, "output": "-" if arguments.quick or arguments.only else str(PAGE)}.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    return arguments


def published() -> str:
    if executable := os.environ.get("EMBED2JWT"):
        return str(Path(executable).resolve())
    # What is published, with the symbols that the counts of instructions need.
    subprocess.run(["cargo", "build", "--profile", "profiling", "--locked"], cwd=ROOT, check=True)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    return str(Path(target).resolve() / "profiling/embed2jwt")


def parts(executable: str, arguments: argparse.Namespace, directory: Path) -> dict[str, Callable[[], str]]:
    """What writes each part."""

    def convert() -> str:
        peers, missing = converters(arguments.peers or directory / "peers", arguments.threads)
        cases = arguments.case or list(converting.CASES)
        text = converting.compare(executable, peers, arguments.urls, cases, arguments.rounds, arguments.threads, directory)
        return text + "".join(f"\nNot measured: {name} ({reason}).\n" for name, reason in missing.items())

    def beside_ripgrep(measure: Callable[[], str]) -> Callable[[], str]:
        def guarded() -> str:
            try:
                ripgrep()
            except Missing as reason:
                return f"Not measured: ripgrep is missing ({reason}).\n"
            return measure()

        return guarded

    def grow(head: str, counts: list[int], write: str) -> str:
        return checking.growth(executable, head, counts, write, arguments.rounds, arguments.threads, directory)

    def lines() -> str:
        rows = converting.long_rows(executable, arguments.lines, arguments.rounds, directory)
        text = beside_ripgrep(lambda: grow("bytes", arguments.lines, "one_line_file"))()
        return f"{text}\n`audit` of a list with one row; more than a megabyte is a finding, not a URL:\n\n{rows}"

    names = arguments.tree or (SMALL_TREES if arguments.quick else TREES)
    trees = [(name, *(TREES | SMALL_TREES)[name]) for name in names]
    return {
        "convert": convert,
        "check": beside_ripgrep(lambda: checking.compare(executable, trees, arguments.rounds, arguments.threads, directory)),
        "rows": lambda: converting.growth(executable, arguments.rows, arguments.rounds, arguments.threads, directory),
        "files": beside_ripgrep(lambda: grow("files", arguments.files, "small_files")),
        "lines": lines,
        "start": lambda: start_up(executable, directory),
        "instructions": lambda: instruction_counts(executable, directory),
    }


def main() -> None:
    arguments = parse()
    executable = published()
    version = subprocess.run([executable, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    machine = f"{os.cpu_count()} processors ({platform.machine()}, {platform.system()})"
    page = [
        "<!-- Generated by `benches/run.py`; do not edit. -->\n\n" + ABOUT.format(machine=machine, version=version, rounds=arguments.rounds)
    ]
    with tempfile.TemporaryDirectory(prefix="embed2jwt-bench-") as name:
        for part, write in parts(executable, arguments, Path(name)).items():
            if part in (arguments.only or PARTS):
                print(f"{part}…", file=sys.stderr)
                page.append(TEXTS[part].format(urls=arguments.urls, threads=arguments.threads) + "\n" + write())
    text = "\n".join(page)
    if arguments.output == "-":
        print(text, end="")
    else:
        Path(arguments.output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except (converting.Differ, Failed) as error:
        sys.exit(str(error))
