"""Runs commands in turn, and says what they took relative to one of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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
print(os.waitstatus_to_exitcode(status), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=sys.stderr)
"""


class Failed(Exception):
    """A command that did not end with 0."""


@dataclass(frozen=True)
class Command:
    """What is run, and in which folder."""

    arguments: list[str]
    folder: Path | None = None


@dataclass(frozen=True)
class Took:
    """Seconds of the clock and of all processors, and the most memory in MiB."""

    seconds: float
    processor: float
    memory: float


def run(command: Command, output: Path = Path(os.devnull)) -> Took:
    """Runs it to its end; its diagnostics are shown only when it fails."""
    spawn = [sys.executable, "-I", "-S", "-c", SPAWN, *command.arguments]
    with output.open("wb") as sink:
        done = subprocess.run(spawn, cwd=command.folder, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.PIPE, check=True)
    said, _, last = done.stderr.decode(errors="replace").rstrip("\n").rpartition("\n")
    status, seconds, processor, memory = last.split()
    if status != "0":
        raise Failed(f"{' '.join(command.arguments)} exited with {status}:\n{said[-2000:]}")
    # Linux counts in KiB, macOS in bytes.
    return Took(float(seconds), float(processor), int(memory) / (2**20 if sys.platform == "darwin" else 2**10))


def in_turns(commands: dict[str, Command], rounds: int) -> dict[str, list[Took]]:
    """What each took in each round. Another one begins each round, so that a slow minute of the machine meets all of them."""
    took: dict[str, list[Took]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            took[name].append(run(commands[name]))
    return took


def ratios(took: list[Took], base: list[Took]) -> list[float]:
    """Time relative to that of another command in the same round, smallest first."""
    return sorted(one.seconds / other.seconds for one, other in zip(took, base, strict=True))


def spread(values: list[float]) -> list[str]:
    """Smallest, median, largest."""
    return [f"{value:.2f}" for value in (min(values), statistics.median(values), max(values))]


def median(values: list[float]) -> float:
    return statistics.median(values)


def is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").replace("-", "").isdigit()


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, numbers to the right."""
    columns = list(zip(head, *rows))
    widths = [max(map(len, column)) for column in columns]
    right = [all(map(is_number, column[1:])) for column in columns]

    def line(cells: list[str]) -> str:
        padded = [cell.rjust(width) if end else cell.ljust(width) for cell, width, end in zip(cells, widths, right)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * (width - 1) + (":" if end else "-") for width, end in zip(widths, right)]
    return "\n".join([line(head), line(rule), *map(line, rows)]) + "\n"
