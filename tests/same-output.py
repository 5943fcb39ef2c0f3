#!/usr/bin/env python3
"""Proves that the working tree prints what another revision prints, byte for byte.

    tests/same-output.py REV [--only WORD] [--show]

Builds REV in a temporary worktree and the working tree as it is, both in CARGO_TARGET_DIR (by default a folder beside the
temporary files, which is kept for the next time), and runs every command over the whole of fixtures/ with a fixed clock. Each
command whose standard output, standard error, exit status or files differ is printed; --show prints the difference too.
OLD and NEW in the environment name executables that are there already. Exit status: 0 if all is the same, else 1.
"""

from __future__ import annotations

import argparse
import difflib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOW = "1750000000"
SECRET = "demo-embed-secret"
REPORTS = ("human", "concise", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html")
CONVERTED = ("lines", "ndjson", "csv")
TARGET = "--org acme --workbook r0WXMPpc0YtQCTFR7CdDK"
SAMPLE = "--map fixtures/sample/map.csv --secret-file fixtures/sample/secret.txt"
# A run longer than this hangs.
SECONDS = 120


@dataclass(frozen=True)
class Case:
    """A command, what it reads, and the folder it may change (which it is given a copy of)."""

    arguments: str
    secret: bool = False
    stdin: bytes = b""
    copy: str | None = None

    def __str__(self) -> str:
        words = [*(["SIGMA_EMBED_SECRET=…"] if self.secret else []), "embed2jwt", self.arguments]
        return " ".join(words) + (f"   (in a copy of {self.copy})" if self.copy else "")


def lists() -> list[str]:
    found = [path for folder in ("fires", "silent", "real", "sample") for path in (ROOT / "fixtures" / folder).glob("*.txt")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found if path.name != "secret.txt")


def own_flags(path: str) -> str:
    """Those that a fixture asks for in its first line, without the clock, which every run has."""
    first = (ROOT / path).read_text(encoding="utf-8").partition("\n")[0]
    words = first.removeprefix("# flags:").split() if first.startswith("# flags:") else []
    if "--now" in words:
        at = words.index("--now")
        del words[at : at + 2]
    # The tests of the rules give the map this name.
    return " ".join(words).replace("public.csv", "fixtures/fires/public.map.csv")


def single_list(path: str) -> Iterator[Case]:
    """What every list is given: the machine's formats, and its own flags."""
    clock = f"--now {NOW} {path}"
    own = own_flags(path)
    yield Case(f"audit --format json {clock}")
    yield Case(f"audit --format human -v {clock}", secret=True)
    yield Case(f"inspect --format json --explain-conversion {TARGET} {own} {clock}", secret=True)
    convert = f"convert --format ndjson {TARGET} --jti derived {clock}"
    # Without its error an OAuth token is encrypted, with a salt that is new every time.
    for flags in (own, *([] if "oauth" in path else ["--off all"])):
        yield Case(f"{convert} {flags}", secret=True)
    yield Case(f"convert {TARGET} --jti nonce --now {NOW} -v -", secret=True, stdin=(ROOT / path).read_bytes())


def all_lists(paths: str) -> Iterator[Case]:
    """Every format and flag."""
    clock = f"--now {NOW} {paths}"
    for name in REPORTS:
        for flags in ("", "-v --error all", "--show-secrets --fail-on never -j 1", "--off all", "--color always", SAMPLE):
            yield Case(f"audit --format {name} {flags} {clock}", secret=flags != SAMPLE)
            yield Case(f"inspect --format {name} {flags} {clock}", secret=flags != SAMPLE)
    for flags in ("", "--color always", "--format json", "--format ndjson"):
        for target in ("", TARGET, SAMPLE):
            yield Case(f"inspect --explain-conversion {flags} {target} {clock}", secret=target != SAMPLE)
    derived = f"--jti derived {clock}"
    for name in CONVERTED:
        yield Case(f"convert --format {name} {TARGET} {derived} -v", secret=True)
        yield Case(f"convert --format {name} {SAMPLE} {derived}")
    for flags in (
        "--error all -v", "--user internal -v", "--keep-unknown --no-preserve-defaults", "--issued-at url --ttl 60", "--jwt-version 1.1",
        "--client-id another", "--show-secrets -v", "-j 1 --quiet",
    ):  # fmt: skip
        yield Case(f"convert --format ndjson {TARGET} {flags} {derived}", secret=True)
    yield Case(f"convert --format ndjson --org .. --workbook w {derived}", secret=True)
    yield Case(f"convert --input-format csv --field embed_id {TARGET} {derived}", secret=True)


def scanned() -> list[str]:
    folders = [path for name in ("marked", "silent") for path in (ROOT / "fixtures/repos" / name).iterdir()]
    return ["fixtures", "fixtures/repos", *sorted(path.relative_to(ROOT).as_posix() for path in folders)]


def check_cases(folder: str) -> Iterator[Case]:
    clock = f"--now {NOW} {folder}"
    for name in REPORTS:
        yield Case(f"check --format {name} {clock}")
    for flags in (
        "-v --color always",
        "--show-secrets",
        f"--map fixtures/sample/map.csv {TARGET}",
        "--no-ignores --error all",
        "-j 1 --off all",
    ):
        for name in ("human", "json"):
            yield Case(f"check --format {name} {flags} {clock}")
    here = f"--now {NOW} --map {ROOT}/fixtures/sample/map.csv {TARGET} ."
    for flags in ("--fix", "--fix --unsafe-fixes", "--unsafe-fixes --format json", "--diff", "--diff --unsafe-fixes", "--write-baseline"):
        yield Case(f"check {flags} {here}", copy=folder)
    for name in ("csv", "json", "toml"):
        yield Case(f"map init --format {name} {folder}")


def other_cases(rules: list[str]) -> Iterator[Case]:
    for rule in rules:
        yield Case(f"explain {rule}")
    for arguments in ("explain", "explain no-such-rule", "man", "--help", "--version"):
        yield Case(arguments)
    for command in ("audit", "convert", "check", "inspect", "map", "map init", "map pull", "map show", "explain", "completions"):
        yield Case(f"{command} --help")
    for shell in ("bash", "zsh", "fish", "powershell", "elvish"):
        yield Case(f"completions {shell}")
    for path in sorted((ROOT / "fixtures").rglob("*map.csv")):
        for name in ("csv", "json", "toml"):
            yield Case(f"map show --map {path.relative_to(ROOT)} --format {name}")
    for path in sorted((ROOT / "fixtures/config").rglob("*.toml")):
        config = f"--config {path.relative_to(ROOT)} --now {NOW}"
        for arguments in ("audit", "inspect", "convert --jti derived"):
            yield Case(f"{arguments} {config} fixtures/real/urls.txt", secret=True)
        yield Case(f"check {config} fixtures/repos/marked/go")
    yield Case(f"inspect --decrypt-oauth-token --now {NOW} fixtures/fires/plaintext-oauth-token.txt", secret=True)
    yield Case(
        f"check --stdin-filename page.html --now {NOW} -", stdin=b'<a href="https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI">'
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def run(executable: Path, case: Case, work: Path) -> dict[str, bytes]:
    """All that can be seen of it: what it printed, how it ended, and the files it left. The folder's name is the same for both."""
    environment = {"PATH": os.environ["PATH"], **({"SIGMA_EMBED_SECRET": SECRET} if case.secret else {})}
    folder = ROOT
    if case.copy:
        folder = work
        shutil.copytree(ROOT / case.copy, folder)
    try:
        call = [executable, *shlex.split(case.arguments)]
        done = subprocess.run(call, cwd=folder, env=environment, input=case.stdin, capture_output=True, check=False, timeout=SECONDS)
        seen = {"standard output": done.stdout, "standard error": done.stderr, "exit status": str(done.returncode).encode()}
        return {**seen, **(files(folder) if case.copy else {})}
    finally:
        if case.copy:
            shutil.rmtree(folder)


def build(source: Path, target: Path, to: Path) -> Path:
    command = ["cargo", "build", "--locked", "--quiet", "--target-dir", str(target)]
    subprocess.run(command, cwd=source, check=True)
    shutil.copy(target / "debug/embed2jwt", to)
    return to


def both(revision: str, work: Path) -> tuple[Path, Path]:
    """The executables of the revision and of the working tree."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", Path(tempfile.gettempdir()) / "embed2jwt-same-output")).resolve()
    old, new = (Path(os.environ[name]) if name in os.environ else None for name in ("OLD", "NEW"))
    if old is None:
        git = ["git", "-C", str(ROOT), "worktree"]
        source = work / "source"
        subprocess.run([*git, "add", "--quiet", "--detach", str(source), revision], check=True)
        try:
            old = build(source, target, work / "old")
        finally:
            subprocess.run([*git, "remove", "--force", str(source)], check=True)
    return old, new or build(ROOT, target, work / "new")


def differences(old: dict[str, bytes], new: dict[str, bytes], show: bool) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name):
            continue
        yield f"  {name} differs"
        if show:
            before, after = (side.get(name, b"").decode(errors="backslashreplace").splitlines() for side in (old, new))
            yield from (f"    {line[:400]}" for line in difflib.unified_diff(before, after, "old", "new", lineterm="", n=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", metavar="REV")
    parser.add_argument("--only", metavar="WORD", default="", help="only commands with this text in them")
    parser.add_argument("--show", action="store_true", help="print the differences, not only where they are")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="embed2jwt-same-output-") as name:
        work = Path(name)
        old, new = both(arguments.revision, work)
        rules = [path.stem for path in sorted((ROOT / "fixtures/fires").glob("*.txt"))]
        cases = [case for path in lists() for case in single_list(path)]
        cases += all_lists(" ".join(lists()))
        cases += [case for folder in scanned() for case in check_cases(folder)]
        cases = [case for case in [*cases, *other_cases(rules)] if arguments.only in case.arguments]

        def compared(numbered: tuple[int, Case]) -> tuple[Case, dict[str, bytes], list[str]]:
            number, case = numbered
            before, after = (run(executable, case, work / str(number)) for executable in (old, new))
            return case, before, list(differences(before, after, arguments.show))

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            results = list(threads.map(compared, enumerate(cases)))

    for case, _, lines in results:
        if lines:
            print(case, *lines, sep="\n")
    differ = sum(bool(lines) for _, _, lines in results)
    unusable = sum(before["exit status"] == b"2" for _, before, _ in results)
    print(f"{len(results)} commands, {differ} differ; {unusable} end with 2 in {arguments.revision}")
    if arguments.show:
        print(*(f"2: {case}" for case, before, _ in results if before["exit status"] == b"2"), sep="\n")
    sys.exit(1 if differ or not results else 0)


if __name__ == "__main__":
    main()
