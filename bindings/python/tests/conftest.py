"""What the tests share: URLs of the interoperability generator, the command, a map and a secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests/interop"))

from generator import Generator  # noqa: E402
from support import MAP, NOW, SECRET, read_map  # noqa: E402

__all__ = ["FIXED", "MAP", "NOW", "ROOT", "SECRET", "command", "read_map"]

# What an encrypted OAuth token looks like; nobody decrypts it here.
ENCRYPTED = "c2FsdHNhbHRzYWx0c2FsdA==.aXZpdml2aXZpdg==.dGFndGFndGFndGFndGFnIQ==.Y2lwaGVy"
FIXED = {"now": NOW, "jti": "derived", "source": "urls.txt"}


@pytest.fixture(scope="session")
def urls() -> list[str]:
    """2,000 URLs as signers in the wild write them, with and without something wrong."""
    generator = Generator(7, [row["embed_id"] for row in read_map()], ["opaque", ENCRYPTED])
    return [generator.url() for _ in range(2000)]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the secret, which the test runs in."""
    (tmp_path / "secret.txt").write_text(SECRET + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SIGMA_EMBED_SECRET", raising=False)
    return tmp_path


def command(*arguments: str, lines: list[str] | None = None, status: tuple[int, ...] = (0, 1)) -> str:
    """What the command prints: the executable under test, not the one of the wheel."""
    ran = subprocess.run(
        [os.environ["EMBED2JWT"], *arguments],
        input=None if lines is None else "".join(f"{line}\n" for line in lines).encode(),
        capture_output=True,
        check=False,
    )
    assert ran.returncode in status, ran.stderr.decode()
    return ran.stdout.decode()
