"""`check` beside ripgrep, which looks for one word in the same files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import tree
from converting import Differ
from measure import Command, in_turns, median, ratios, run, spread, table


# A builder begins at its first name, which may be a near-miss so many lines above what was planted.
BUILDER = "legacy-url-builder"
ABOVE = 20


def commands(executable: str, folder: Path, threads: int) -> dict[str, Command]:
    check = [executable, "check", "--format", "json", "--no-config", "--fail-on", "never", "--max-file-size", "1G"]
    search = ["rg", "--hidden", r"app\.sigmacomputing\.com"]
    both = {"embed2jwt check": check, "ripgrep": search}
    return {name: Command([*command, "-j", str(threads), "."], folder) for name, command in both.items()}


def found(command: Command, output: Path) -> dict:
    """The report of one run; it also warms the caches."""
    run(command, output)
    return json.loads(output.read_text(encoding="utf-8"))


def all_is_found(report: dict, manifest: Path) -> None:
    """All that was planted is reported at its line, what is ignored is not, and nothing in files without a plant."""
    lines: dict[tuple[str, str, str | None], list[int]] = {}
    for finding in report["findings"]:
        path = finding["path"].removeprefix("./").replace("\\", "/")
        for parameter in {finding["parameter"], None}:
            lines.setdefault((path, finding["rule"], parameter), []).append(finding["line"])

    wrong = []
    planted = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    for plant in planted:
        at = lines.get((plant["path"], plant["rule"], plant["parameter"]), [])
        first = plant["line"] - (ABOVE if plant["rule"] == BUILDER else 0)
        there = any(first <= line <= plant["last"] for line in at)
        if there == plant["ignored"]:
            wrong.append(f"{'reported though ignored' if there else 'missed'}: {plant['path']}:{plant['line']} {plant['rule']}")
    here = {plant["path"] for plant in planted}
    wrong += [f"false alarm: {path} {rule}" for path, rule, parameter in sorted(lines, key=str) if parameter is None and path not in here]
    if wrong:
        raise Differ("\n".join([f"{len(wrong)} wrong:", *wrong[:20]]))


def compare(executable: str, trees: list[tuple[str, int, int, int]], rounds: int, threads: int, directory: Path) -> str:
    """The table of all trees, each with its name, megabytes, mean size of a source file and bytes for a plant."""
    rows = []
    for name, megabytes, mean, plant_every in trees:
        folder, manifest = tree.generate(megabytes, directory / name, mean, plant_every)
        both = commands(executable, folder, threads)
        report = found(both["embed2jwt check"], directory / "report.json")
        all_is_found(report, manifest)
        took = in_turns(both, rounds)
        ours, theirs = took.values()
        processor = median([one.processor / other.processor for one, other in zip(ours, theirs)])
        memory = [f"{max(one.memory for one in times):.0f}" for times in took.values()]
        size = [name, f"{report['summary']['files']:,}", f"{report['summary']['bytes'] / 1e6:,.0f}", f"{len(report['findings']):,}"]
        rows.append([*size, *spread(ratios(ours, theirs)), f"{processor:.2f}", *memory])
        shutil.rmtree(directory / name)
    head = ["tree", "files", "MB", "findings", "smallest", "median", "largest", "processor time", "MiB", "MiB of ripgrep"]
    return table(head, rows)


def growth(executable: str, head: str, sizes: list[int], write: str, rounds: int, threads: int, directory: Path) -> str:
    """Beside ripgrep, the larger what `write` of the module tree makes."""
    rows = []
    for size in sizes:
        folder = directory / "growth"
        folder.mkdir()
        target = folder / "bundle.js" if write == "one_line_file" else folder
        getattr(tree, write)(size, target)
        both = commands(executable, folder, threads)
        for command in both.values():
            run(command)
        ours, theirs = in_turns(both, rounds).values()
        milliseconds = [f"{median([one.seconds for one in times]) * 1e3:.1f}" for times in (ours, theirs)]
        rows.append([f"{size:,}", *milliseconds, *spread(ratios(ours, theirs)), f"{max(one.memory for one in ours):.0f}"])
        shutil.rmtree(folder)
    return table([head, "ms", "ms of ripgrep", "smallest", "median", "largest", "MiB"], rows)
