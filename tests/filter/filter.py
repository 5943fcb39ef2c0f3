#!/usr/bin/env python3
"""Commands and recipes that live while their input pauses: each line is answered before the next is written.

    EMBED2JWT=$PWD/target/release/embed2jwt tests/filter/filter.py
"""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "fixtures/sample"
TOOL = os.environ["EMBED2JWT"]
# As long as it takes on a machine that is busy.
PATIENCE = 120
FLAGS = ["--map", str(SAMPLE / "map.csv"), "--secret-file", str(SAMPLE / "secret.txt")]
FIXED = [*FLAGS, "--now", "1760000000", "--jti", "derived"]


def ask(command: list[str], questions: list[str], tool: str = TOOL) -> tuple[list[str], int]:
    """The answer to each line, which is there before the next line is written."""
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "EMBED2JWT": tool}
    )
    guard = threading.Timer(PATIENCE, child.kill)
    guard.start()
    answers = []
    for question in questions:
        child.stdin.write(question.encode() + b"\n")
        child.stdin.flush()
        answer = child.stdout.readline()
        if not answer:
            sys.exit(f"{command}: no answer to line {len(answers) + 1} before the next one")
        answers.append(answer.decode().rstrip("\n"))
    child.stdin.close()
    rest = child.stdout.read()
    status = child.wait()
    guard.cancel()
    if rest:
        sys.exit(f"{command}: {rest!r} comes after the last answer")
    return answers, status


def whole(*arguments: str, lines: list[str]) -> list[str]:
    """The output for all lines at once."""
    text = "".join(f"{line}\n" for line in lines).encode()
    ran = subprocess.run([TOOL, *arguments], input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return ran.stdout.decode().splitlines()


def main() -> None:
    urls = [line for line in (SAMPLE / "urls.txt").read_text().splitlines() if line.startswith("https:")]
    bad = [*urls, "no URL", urls[0].replace("example.com", "example.org")]
    for arguments in (
        ["convert", "-", *FIXED],
        ["convert", "-", "--format", "ndjson", *FIXED],
        ["audit", "-", "--format", "ndjson", "--now", "1760000000"],
        ["inspect", "-", "--format", "ndjson", "--now", "1760000000"],
    ):
        answers, _ = ask([TOOL, *arguments], urls)
        if answers != whole(*arguments, lines=urls):
            sys.exit(f"{arguments}: other answers than for the whole list")
        print(f"embed2jwt {arguments[0]}: {len(answers)} lines, each answered before the next")

    with tempfile.TemporaryDirectory() as folder:
        # Counts how often the tool is started.
        counting, starts = Path(folder, "tool"), Path(folder, "starts")
        counting.write_text(f'#!/bin/sh\necho started >>"{starts}"\nexec "{TOOL}" "$@"\n')
        counting.chmod(0o700)
        expected = whole("convert", "-", *FIXED, lines=bad)
        for command in (["node", str(ROOT / "recipes/filter.mjs")], [sys.executable, str(ROOT / "recipes/filter.py")]):
            starts.write_text("")
            answers, status = ask([*command, *FIXED], bad, str(counting))
            name = Path(command[1]).name
            if answers != expected or status != 1:
                sys.exit(f"{name}: status {status}, other answers than for the whole list")
            if starts.read_text().count("started") != 1:
                sys.exit(f"{name}: more than one child")
            missing = [*command, *FLAGS, "--map", "missing.csv"]
            ran = subprocess.run(missing, input=b"x\n", capture_output=True, check=False, timeout=PATIENCE)
            if ran.returncode != 2 or name.encode() not in ran.stderr:
                sys.exit(f"{name}: status {ran.returncode} for a map that is missing: {ran.stderr.decode()}")
            print(f"{name}: {len(answers)} URLs, one child")


if __name__ == "__main__":
    main()
