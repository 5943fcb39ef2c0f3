"""JUnit and GitLab reports of audit, inspect and check over the corpus, by the schema that Jenkins reads and by GitLab's table."""

import json
import unittest
from collections import Counter
from pathlib import Path

import jsonschema
import xmlschema
from support import EMBED2JWT, ROOT, Folder

JUNIT = xmlschema.XMLSchema(str(Path(__file__).resolve().parent / ".venv/sources/junit-10.xsd"))
GITLAB = json.loads((ROOT / "fixtures/schemas/gitlab-code-quality.schema.json").read_text(encoding="utf-8"))
RUNS = [
    ["check", "fixtures/repos/marked"],
    ["check", "fixtures/repos/marked", "--map", "fixtures/repos/map.csv"],
    ["check", "fixtures/repos/silent"],
    ["audit", "fixtures/real/urls.txt"],
    ["audit", "fixtures/sample/urls.txt", "fixtures/sample/urls.txt"],
    ["inspect", "fixtures/sample/urls.txt"],
]


class Validators(Folder):
    def report(self, command, form):
        options = ["--no-config", "--now", "1750000000", "--fail-on", "never", "--format", form]
        done = self.run_in(ROOT, EMBED2JWT, *command, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_junit_is_valid_by_the_schema_of_jenkins(self):
        for command in RUNS:
            with self.subTest(command):
                text = self.report(command, "junit")
                errors = [f"{error.path}: {error.reason}" for error in JUNIT.iter_errors(text)]
                self.assertEqual(errors, [])
                self.assertTrue(list(JUNIT.iter_errors(text.replace("<testcase ", "<case ").replace("</testcase>", "</case>"))))

    def test_gitlab_has_the_fields_of_its_table_and_no_fingerprint_twice(self):
        validator = jsonschema.Draft202012Validator(GITLAB)
        for command in RUNS:
            with self.subTest(command):
                issues = json.loads(self.report(command, "gitlab"))
                errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(issues)]
                self.assertEqual(errors, [])
                twice = [name for name, count in Counter(issue["fingerprint"] for issue in issues).items() if count > 1]
                self.assertEqual(twice, [], "GitLab drops issues with equal fingerprints")
        self.assertTrue(list(validator.iter_errors([{"description": "x"}])))


if __name__ == "__main__":
    unittest.main()
