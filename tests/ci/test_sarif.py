"""The reports of the corpus, read by validators that are not ours."""

import json
import unittest
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
from support import BIN, EMBED2JWT, ROOT, Folder

CORPUS = "fixtures/repos/marked"


class Reports(Folder):
    def check(self, path, *options):
        done = self.run_in(ROOT, EMBED2JWT, "check", "--no-config", "--now", "1750000000", *options, path)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.stdout

    def setUp(self):
        super().setUp()
        self.findings = json.loads(self.check(CORPUS, "--format", "json"))["findings"]
        self.assertGreater(len(self.findings), 100)

    def test_sarif_is_valid_and_has_a_place_for_every_result(self):
        schema = json.loads((ROOT / "fixtures/schemas/sarif-2.1.0.json").read_text(encoding="utf-8"))
        validator = jsonschema.validators.validator_for(schema)(schema)
        for path in (CORPUS, "fixtures/repos/silent"):
            log = json.loads(self.check(path, "--format", "sarif"))
            errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]
            self.assertEqual(errors, [])
        log = json.loads(self.check(CORPUS, "--format", "sarif"))
        (run,) = log["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual(len(rules), len(set(rules)))
        self.assertEqual(len(run["results"]), len(self.findings))
        for result, finding in zip(run["results"], self.findings):
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
            self.assertTrue(result["partialFingerprints"])
            place = result["locations"][0]["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            self.assertTrue((ROOT / unquote(uri)).is_file(), uri)
            region = place["region"]
            self.assertEqual(
                (result["ruleId"], unquote(uri), region["startLine"]), (finding["rule"], finding["path"], finding["line"])
            )

    def test_columns_of_sarif_are_in_the_unit_that_it_names(self):
        (run,) = json.loads(self.check(CORPUS, "--format", "sarif"))["runs"]
        utf16 = run.get("columnKind", "utf16CodeUnits") == "utf16CodeUnits"
        for result in run["results"]:
            place = result["locations"][0]["physicalLocation"]
            region = place["region"]
            if result["ruleId"] != "unsupported-hide-send" or region.get("endLine", region["startLine"]) != region["startLine"]:
                continue
            bytes_ = (ROOT / unquote(place["artifactLocation"]["uri"])).read_bytes()
            text = bytes_.decode("utf-16" if bytes_[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
            line = text.split("\n")[region["startLine"] - 1]
            start, end = region["startColumn"] - 1, region["endColumn"] - 1
            if utf16:
                marked = line.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")
            else:
                marked = line[start:end]
            if "k8s/secret" not in place["artifactLocation"]["uri"]:
                self.assertIn("hide_send", marked, place)

    def test_another_validator_agrees(self):
        path = self.folder / "out.sarif"
        path.write_text(self.check(CORPUS, "--format", "sarif"), encoding="utf-8")
        # The published schema holds a pattern that the stricter grammar refuses.
        schema = ["--regex-variant", "nonunicode", "--schemafile", "fixtures/schemas/sarif-2.1.0.json"]
        done = self.run_in(ROOT, BIN / "check-jsonschema", *schema, path)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_junit_and_gitlab_tell_the_same_findings(self):
        suites = ElementTree.fromstring(self.check(CORPUS, "--format", "junit"))
        self.assertTrue(list(suites.iter("failure")))
        issues = json.loads(self.check(CORPUS, "--format", "gitlab"))
        self.assertEqual(len(issues), len(self.findings))
        fingerprints = [issue["fingerprint"] for issue in issues]
        self.assertEqual(len(fingerprints), len(set(fingerprints)), "GitLab drops issues with equal fingerprints")
        for issue, finding in zip(issues, self.findings):
            self.assertEqual(issue["location"]["path"], finding["path"])
            self.assertTrue(Path(ROOT, issue["location"]["path"]).is_file())


if __name__ == "__main__":
    unittest.main()
