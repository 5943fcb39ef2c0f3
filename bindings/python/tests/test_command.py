"""The command from the wheel is the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import MAP, NOW, command

WHEEL = str(Path(sys.executable).with_name("embed2jwt"))


@pytest.mark.parametrize("program", [[WHEEL], [sys.executable, "-m", "embed2jwt"]])
def test_it_prints_and_ends_as_the_executable_does(place: Path, urls: list[str], program: list[str]) -> None:
    Path("urls.txt").write_text("".join(f"{url}\n" for url in urls[:100]), encoding="utf-8")
    flags = f"convert urls.txt --now {NOW} --jti derived --map {MAP} --secret-file secret.txt --quiet".split()
    for arguments, status in ((flags, 1), (["audit", "missing.txt"], 2), (["--version"], 0), (["nonsense"], 2)):
        ran = subprocess.run([*program, *arguments], capture_output=True, check=False)
        assert ran.returncode == status
        assert ran.stdout.decode() == command(*arguments, status=(status,))


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_at_once_and_leaves_no_file(place: Path, name: str) -> None:
    reader, writer = os.pipe()
    # The output begins with the first row.
    os.write(writer, b"https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI\n")
    flags = ["convert", "-", "--secret-file", "secret.txt", "-o", "out.txt"]
    # A shell starts what runs in the background with Ctrl-C ignored, and the command keeps it so.
    hears = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen([WHEEL, *flags], stdin=reader, stderr=subprocess.DEVNULL, preexec_fn=hears) as child:
        try:
            deadline = time.monotonic() + 60
            while not any(path.name.startswith(".") or "out" in path.name for path in place.iterdir()):
                assert time.monotonic() < deadline
                time.sleep(0.02)
            child.send_signal(getattr(signal, name))
            assert child.wait(60) == -getattr(signal, name)
        finally:
            child.kill()
    os.close(reader)
    os.close(writer)
    assert [path.name for path in place.iterdir()] == ["secret.txt"]


def test_a_reader_who_leaves_ends_it_quietly(place: Path, urls: list[str]) -> None:
    Path("urls.txt").write_text("".join(f"{url}\n" for url in urls * 20), encoding="utf-8")
    with subprocess.Popen(
        [WHEEL, "audit", "urls.txt", "--format", "ndjson"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None and child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(60) in (0, 1)
