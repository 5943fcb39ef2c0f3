"""What the tests share: the repository, the executable, and a folder with nothing of the caller's environment."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(__file__).resolve().parent / ".venv/bin"
EMBED2JWT = os.environ["EMBED2JWT"]
LEGACY = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:hide_send=true"
MIGRATED = "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:embed=true"


class Folder(unittest.TestCase):
    """A temporary folder for each test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="embed2jwt-ci-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, text, mode=0o644):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def run_in(self, folder, *command, **environment):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "ann@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
            **environment,
        }
        return subprocess.run(
            list(map(str, command)), cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
