"""The recipe for any pipeline, `recipes/check.sh`."""

import json
import unittest
from xml.etree import ElementTree

from support import EMBED2JWT, LEGACY, MIGRATED, ROOT, Folder


class Recipe(Folder):
    def run_recipe(self, *arguments):
        return self.run_in(self.folder, "bash", ROOT / "recipes/check.sh", *arguments, EMBED2JWT=EMBED2JWT)

    def results(self):
        return json.loads((self.folder / "out/embed2jwt.sarif").read_text())["runs"][0]["results"]

    def test_reports_for_people_and_machines(self):
        self.file("web/page.html", f'<iframe src="{LEGACY}"></iframe>\n')
        done = self.run_recipe("out", "web")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("page.html", done.stdout)
        self.assertTrue(self.results())
        self.assertTrue(list(ElementTree.parse(self.folder / "out/embed2jwt.xml").iter("failure")))

    def test_what_the_baseline_knows_is_not_reported(self):
        self.file("web/page.html", f'<iframe src="{LEGACY}"></iframe>\n')
        made = self.run_in(
            self.folder, EMBED2JWT, "check", "--baseline", "embed2jwt-baseline.json", "--write-baseline", "web"
        )
        self.assertIn(made.returncode, (0, 1), made.stderr)
        self.assertEqual(self.run_recipe("out", "web").returncode, 0)
        self.assertEqual(self.results(), [])
        self.file("web/new.html", f'<iframe src="{LEGACY}"></iframe>\n')
        self.assertEqual(self.run_recipe("out", "web").returncode, 1)

    def test_clean_files_pass(self):
        self.file("web/page.html", f'<iframe src="{MIGRATED}"></iframe>\n')
        self.assertEqual(self.run_recipe("out", "web").returncode, 0)
        self.assertEqual(self.results(), [])

    def test_what_cannot_be_checked_is_no_success(self):
        self.assertEqual(self.run_recipe().returncode, 2)
        self.assertEqual(self.run_recipe("out", "missing").returncode, 2)


if __name__ == "__main__":
    unittest.main()
