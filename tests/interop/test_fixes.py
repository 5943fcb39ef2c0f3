"""After `check --fix` with its map, the code of the corpus still signs URLs that verify under the old rules.

The builders are run before and after, in a copy of the repository: the base path in one file, the code in another.
"""

from __future__ import annotations

import hmac
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support import HOST, ROOT, SECRET, tool

REPO = ROOT / "fixtures/repos/marked"
MAP = ROOT / "fixtures/repos/map.csv"

# As much of two frameworks as the corpus' builders use.
STUBS = {
    "node_modules/express/index.js": """
module.exports = { Router: () => ({ get: (path, handler) => { module.exports.handler = handler; } }) };
""",
    "run.cjs": """
require(process.argv[2]);
const user = { email: 'ann@example.com', id: 7, team: 'West' };
require('express').handler({ user, query: { footer: 'true' } }, { json: (body) => console.log(body.url) });
""",
    "flask.py": """
import os
class current_app:
    config = os.environ
session = {"email": "ann@example.com", "team": "West"}
def jsonify(**body):
    return body
""",
}


def base_path(repo: Path) -> str:
    """What an application finds in the environment: the corpus' own `.env`."""
    return re.search(r"^EMBED_PATH=(.*)$", (repo / "config/.env").read_text(), re.MULTILINE)[1]


def node_app(repo: Path) -> list[str]:
    return ["node", str(repo / "apps/node/sign.mjs")]


def python_app(repo: Path) -> list[str]:
    return [sys.executable, str(repo / "apps/python/sign.py")]


def express(repo: Path) -> list[str]:
    return ["node", str(repo / "run.cjs"), str(repo / "web/server.js")]


def flask(repo: Path) -> list[str]:
    return [sys.executable, "-c", "import sys; sys.path[:0] = sys.argv[1:3]; import views; print(views.embed()['url'])",
            str(repo), str(repo / "py")]


BUILDERS = {"apps/node/sign.mjs": node_app, "apps/python/sign.py": python_app, "web/server.js": express,
            "py/views.py": flask}


class Fixes(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory(prefix="embed2jwt-interop-")
        self.addCleanup(directory.cleanup)
        self.repo = Path(directory.name, "repo")
        shutil.copytree(REPO, self.repo)

    def run_all(self) -> dict[str, str]:
        """The URL of every builder."""
        for name, text in STUBS.items():
            (self.repo / name).parent.mkdir(parents=True, exist_ok=True)
            (self.repo / name).write_text(text)
        env = {"PATH": os.environ["PATH"], "EMBED_SECRET": SECRET, "CLIENT_ID": "demo-client",
               "EMBED_PATH": base_path(self.repo), "PYTHONDONTWRITEBYTECODE": "1"}
        urls = {}
        for name, command in BUILDERS.items():
            done = subprocess.run(command(self.repo), capture_output=True, text=True, env=env, check=False)
            self.assertEqual(done.returncode, 0, f"{name}: {done.stderr}")
            urls[name] = done.stdout.strip()
        for name in STUBS:
            (self.repo / name).unlink()
        return urls

    def fix(self, flag: str) -> None:
        command = [tool(), "check", flag, "--no-config", "--fail-on", "never", "-q", "--map", str(MAP), "."]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.repo, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def assert_old(self, name: str, url: str) -> None:
        """The signature is that of everything before it, and the path is the one that Sigma checks it on."""
        signed, _, signature = url.partition("&:signature=")
        self.assertEqual(signature, hmac.new(SECRET.encode(), signed.encode(), "sha256").hexdigest(), name)
        self.assertTrue(signed.startswith(f"{HOST}/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce="), f"{name}: {url}")
        self.assertIn("&:mode=userbacked", signed, name)

    def test_every_builder_still_signs_for_the_old_path(self) -> None:
        before = self.run_all()
        for name, url in before.items():
            self.assert_old(name, url)
        self.fix("--fix")
        after = self.run_all()
        for name, url in after.items():
            self.assert_old(name, url)
        # It was fixed all the same, where that harms neither the old nor the new dialect.
        node = before["apps/node/sign.mjs"], after["apps/node/sign.mjs"]
        self.assertIn("&:hide_run_as_recipient=false&:show_footer=false&", node[0])
        self.assertIn("&:mode=userbacked&:menu_position=none&:signature=", node[1])
        python = before["apps/python/sign.py"], after["apps/python/sign.py"]
        self.assertIn("&:hide_run_as_recipient=false&:show_footer=true&:menu_position=top&", python[0])
        self.assertIn("&:mode=userbacked&:menu_position=top&:signature=", python[1])

    def test_a_second_run_changes_nothing(self) -> None:
        def contents() -> dict[Path, bytes]:
            return {path: path.read_bytes() for path in self.repo.rglob("*") if path.is_file()}

        self.fix("--fix")
        once = contents()
        self.fix("--fix")
        self.assertEqual(contents(), once)

    def test_unsafe_fixes_change_the_path_and_say_so_by_their_name(self) -> None:
        self.fix("--unsafe-fixes")
        self.assertEqual(base_path(self.repo), f"{HOST}/acme/workbook/r0WXMPpc0YtQCTFR7CdDK")


if __name__ == "__main__":
    unittest.main()
