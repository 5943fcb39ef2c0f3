"""`convert` beside the programs one would write instead."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

from lists import CASES, NOW, generate
from measure import Command, Failed, in_turns, median, ratios, run, spread, table

# Every so many lines the content of the converted URL is compared, not only that there is one.
COMPARE_EVERY = 97

Peers = dict[str, tuple[list[str], Path | None]]


class Differ(Exception):
    """Two programs do not do the same."""


def tool(executable: str, list_file: Path, threads: int) -> Command:
    """The token's clock and id are given, so that all have to write the same claims."""
    map_file, secret_file = (str(list_file.with_name(name)) for name in ("map.csv", "secret"))
    options = ["--map", map_file, "--secret-file", secret_file, "--now", str(NOW), "--jti", "nonce", "--quiet"]
    return Command([executable, "convert", *options, "-j", str(threads), str(list_file)])


def commands(executable: str, peers: Peers, list_file: Path, threads: int) -> dict[str, Command]:
    """Everyone's, the tool first."""
    arguments = [str(list_file), str(list_file.with_name("map.csv")), str(list_file.with_name("secret")), str(NOW)]
    ours = {f"embed2jwt, {threads} threads": threads, "embed2jwt, 1 thread": 1}
    return {
        **{name: tool(executable, list_file, number) for name, number in ours.items()},
        **{name: Command([*command, *arguments], folder) for name, (command, folder) in peers.items()},
    }


def meaning(url: str) -> tuple:
    """What a converted URL says, however it is spelled."""
    base, _, query = url.partition("?:jwt=")
    token, *rest = query.split("&")
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    return base, header, payload, [unquote(pair) for pair in rest]


def same_outputs(everyone: dict[str, Command], count: int, directory: Path) -> None:
    """One run each, whose output is looked at: nobody may do less than the others. It also warms the caches."""
    samples: dict[str, list[tuple]] = {}
    for name, command in everyone.items():
        output = directory / "output"
        run(command, output)
        with output.open(encoding="utf-8") as file:
            converted = sum(":jwt=" in line for line in file)
            if converted != count:
                raise Differ(f"{name} converted {converted} of {count} URLs")
            file.seek(0)
            samples[name] = [meaning(line.rstrip("\n")) for line in islice(file, 0, None, COMPARE_EVERY)]
    first, expected = next(iter(samples.items()))
    for name, sample in samples.items():
        for line, (ours, theirs) in enumerate(zip(expected, sample, strict=True)):
            if ours != theirs:
                raise Differ(f"line {line * COMPARE_EVERY + 1}: {first} says\n{ours}\n{name} says\n{theirs}")


def forgeries_fail(make: Callable[[Path], dict[str, Command]], list_file: Path) -> None:
    """Everyone verifies the old signature: a list whose only URL has another address fails."""
    forged = list_file.with_name("forged.txt")
    line = next(line for line in list_file.read_text().splitlines() if "tenant" in line)
    forged.write_text(line.replace("tenant", "other") + "\n")
    for name, command in make(forged).items():
        try:
            run(command)
        except Failed:
            continue
        raise Differ(f"{name} converts a URL whose signature does not verify")


def compare(executable: str, peers: Peers, count: int, cases: list[str], rounds: int, threads: int, directory: Path) -> str:
    """The table of all cases."""
    rows = []
    for case in cases:
        list_file = generate(case, count, directory / case)
        everyone = commands(executable, peers, list_file, threads)
        same_outputs(everyone, count, directory)
        if case != "csv":
            forgeries_fail(lambda forged: commands(executable, peers, forged, threads), list_file)
        took = in_turns(everyone, rounds)
        base = next(iter(took.values()))
        own = median([one.seconds for one in base])
        for name, times in took.items():
            # The first row shows how quiet the machine was: its times relative to their own median.
            relative = [one.seconds / own for one in base] if times is base else ratios(times, base)
            processor = median([one.processor / other.processor for one, other in zip(times, base)])
            memory = max(one.memory for one in times)
            rows.append([case, name, *spread(relative), f"{processor:.2f}", f"{memory:.0f}"])
    return table(["list", "program", "smallest", "median", "largest", "processor time", "MiB"], rows)


def growth(executable: str, counts: list[int], rounds: int, threads: int, directory: Path) -> str:
    """Time and memory of a row, the longer the list."""
    rows = []
    for count in counts:
        list_file = generate("shapes", count, directory / "rows")
        took = in_turns({"": tool(executable, list_file, threads)}, rounds if count < 1_000_000 else 1)[""]
        seconds, memory = median([one.seconds for one in took]), max(one.memory for one in took)
        rows.append([f"{count:,}", f"{seconds * 1e6 / count:.2f}", f"{count / seconds:,.0f}", f"{memory:.0f}"])
        list_file.unlink()
    return table(["rows", "µs a row", "rows a second", "MiB"], rows)


def long_rows(executable: str, sizes: list[int], rounds: int, directory: Path) -> str:
    """`audit` of a list whose only row is so long."""
    rows = []
    for size in sizes:
        list_file = directory / "row.txt"
        list_file.write_text(f"https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:email=a@b.example&x={'a' * size}\n")
        audit = Command([executable, "audit", "--fail-on", "never", "--format", "ndjson", str(list_file)])
        took = in_turns({"": audit}, rounds)[""]
        seconds, memory = median([one.seconds for one in took]), max(one.memory for one in took)
        rows.append([f"{size:,}", f"{seconds * 1e3:.1f}", f"{memory:.0f}"])
        list_file.unlink()
    return table(["bytes", "ms", "MiB"], rows)


__all__ = ["CASES", "Differ", "Peers", "compare", "growth", "long_rows"]
