"""The hook of `.pre-commit-hooks.yaml`, run by pre-commit in a repository of its own."""

import os
import unittest
from pathlib import Path

from support import BIN, EMBED2JWT, LEGACY, MIGRATED, ROOT, Folder

MANIFEST = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


class Hook(Folder):
    def setUp(self):
        super().setUp()
        # The manifest as it is, but for the language: the executable is built already.
        self.assertEqual(MANIFEST.count("language: python"), 1)
        self.file("hooks/.pre-commit-hooks.yaml", MANIFEST.replace("language: python", "language: system"))
        self.git("hooks", "init", "--quiet")
        self.git("hooks", "add", "--all")
        self.git("hooks", "commit", "--quiet", "--message", "Hooks")
        revision = self.git("hooks", "rev-parse", "HEAD").strip()
        (self.folder / "bin").mkdir()
        (self.folder / "bin/embed2jwt").symlink_to(EMBED2JWT)
        self.hook = "{id: embed2jwt-check}"
        self.config = f"repos:\n  - repo: {self.folder}/hooks\n    rev: {revision}\n    hooks: [HOOK]\n"
        (self.folder / "work").mkdir()
        self.git("work", "init", "--quiet")

    def git(self, folder, *arguments):
        done = self.run_in(self.folder / folder, "git", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def pre_commit(self):
        self.file("work/.pre-commit-config.yaml", self.config.replace("HOOK", self.hook))
        self.git("work", "add", "--all")
        return self.run_in(
            self.folder / "work",
            BIN / "pre-commit",
            "run",
            "--color=never",
            PATH=f"{self.folder / 'bin'}:{BIN}:{os.environ['PATH']}",
            PRE_COMMIT_HOME=str(self.folder / "cache"),
        )

    def test_a_legacy_url_fails_the_commit(self):
        self.file("work/src/page.html", f'<iframe src="{LEGACY}"></iframe>\n')
        self.file("work/clean.html", f'<iframe src="{MIGRATED}"></iframe>\n')
        done = self.pre_commit()
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("- hook id: embed2jwt-check\n- exit code: 1\n", done.stdout)
        self.assertIn("src/page.html", done.stdout)
        self.assertIn("hide_send", done.stdout)
        self.assertNotIn("clean.html", done.stdout)

    def test_clean_files_pass(self):
        self.file("work/clean.html", f'<iframe src="{MIGRATED}"></iframe>\n')
        done = self.pre_commit()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"embed2jwt check\.+Passed")

    def test_only_what_is_committed_is_looked_at(self):
        self.file("work/clean.html", f'<iframe src="{MIGRATED}"></iframe>\n')
        self.pre_commit()
        self.file("work/new.html", LEGACY)
        self.git("work", "reset", "--quiet")
        self.git("work", "add", "clean.html", ".pre-commit-config.yaml")
        done = self.run_in(
            self.folder / "work",
            BIN / "pre-commit",
            "run",
            PATH=f"{self.folder / 'bin'}:{BIN}:{os.environ['PATH']}",
            PRE_COMMIT_HOME=str(self.folder / "cache"),
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_excludes_hold_for_the_names_that_the_hook_passes(self):
        self.file("work/old/page.html", LEGACY)
        self.file("work/embed2jwt.toml", '[check]\nexclude = ["old/**"]\n')
        done = self.pre_commit()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_arguments_of_the_user_come_through(self):
        self.file("work/page.html", LEGACY)
        self.hook = "{id: embed2jwt-check, args: [--fail-on, error]}"
        done = self.pre_commit()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
