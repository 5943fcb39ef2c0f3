"""Reports of `audit`: Python's readers of XML, JSON and CSV, and junitparser, see what ndjson says."""

import csv
import html.parser
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import jsonschema
from junitparser import Failure, JUnitXml, TestSuite
from support import HOST, REAL_URLS, ROOT, sign, tool

EMBED = f"{HOST}/embed/1-7CbVjjUMMTKQpYa2E7NwkI"

HOSTILE = [
    f"{EMBED}?:<script>alert(1)</script>=1&:\"'`=2&:]]>=3&:&amp;=4",
    f"{EMBED}?:%1B[31m=1&:%00=2&:%EF%BF%BF=3&:%0D%0A=4&:%C2%85=5",
    f"{EMBED}?:%3Dcmd|'/C calc'!A0=1&:\N{GREEK SMALL LETTER OMEGA}=1",
    sign(f"{EMBED}?:nonce=1&:email=ann@mail.example&:hide_send=true"),
    f"{HOST}/acme/workbook/x?:embed=true",
    "=cmd|'/C calc'!A0",
    "@SUM(1)",
    "\x1b]0;\x07",
]
LISTS = {"real": REAL_URLS.read_bytes(), "hostile": "\n".join(HOSTILE).encode(), "empty": b"# nothing\n"}


def audit(listed: bytes, report: str) -> bytes:
    """A report of a list on standard input."""
    done = subprocess.run(
        [tool(), "audit", "--format", report],
        input=listed,
        capture_output=True,
        env={"PATH": os.environ["PATH"]},
        check=False,
    )
    assert done.returncode == (1 if listed != LISTS["empty"] else 2), done.stderr.decode()
    return done.stdout


def records(listed: bytes) -> list[dict]:
    return [json.loads(line) for line in audit(listed, "ndjson").decode().split("\n") if line]


def fails(record: dict) -> bool:
    return any(finding["severity"] != "info" for finding in record["findings"])


class Junit(unittest.TestCase):
    def test_junitparser_reads_it(self):
        for name, listed in LISTS.items():
            with self.subTest(list=name):
                document = audit(listed, "junit")
                told = records(listed)
                suites = JUnitXml.fromstring(document)
                (suite,) = suites
                self.assertIsInstance(suite, TestSuite)
                self.assertEqual((suites.tests, suite.tests), (len(told), len(told)))
                failures = sum(map(fails, told))
                self.assertEqual((suites.failures, suite.failures, suite.errors), (failures, failures, 0))
                cases = list(suite)
                self.assertEqual(len(cases), len(told))
                for case, record in zip(cases, told):
                    self.assertEqual(case.classname, record["source"])
                    self.assertEqual(case.is_failure, fails(record))
                    if case.is_failure:
                        (failure,) = case.result
                        self.assertIsInstance(failure, Failure)
                        self.assertIn(failure.type, {finding["rule"] for finding in record["findings"]})
                # What junitparser counts for itself is what the document says.
                suites.update_statistics()
                self.assertEqual((suites.tests, suites.failures), (len(told), failures))

    def test_every_finding_is_in_the_text(self):
        for name, listed in LISTS.items():
            with self.subTest(list=name):
                root = ElementTree.fromstring(audit(listed, "junit"))
                for case, record in zip(root.iter("testcase"), records(listed)):
                    text = "".join(case.itertext())
                    for finding in record["findings"]:
                        self.assertIn(f"{finding['severity']}[{finding['rule']}]: ", text)


class Table(unittest.TestCase):
    def test_python_reads_what_ndjson_says(self):
        for name, listed in LISTS.items():
            with self.subTest(list=name):
                table = audit(listed, "csv").decode()
                rows = list(csv.DictReader(io.StringIO(table, newline=""), strict=True))
                found = [
                    (row["line"], row["column"], row["end_column"], row["rule"], row["severity"], row["embed_id"])
                    for row in rows
                    if row["rule"]
                ]
                said = [
                    (
                        str(record["line"]),
                        str(finding["column"]),
                        str(finding["end_column"]),
                        finding["rule"],
                        finding["severity"],
                        record["embed_id"] or "",
                    )
                    for record in records(listed)
                    for finding in record["findings"]
                ]
                self.assertEqual(found, said)
                for row in rows:
                    for cell in row.values():
                        self.assertNotRegex(cell, r"\A[=+\-@\t\r]")


class Documents(unittest.TestCase):
    def test_the_json_formats_hold_every_finding(self):
        for name, listed in LISTS.items():
            with self.subTest(list=name):
                said = [finding["rule"] for record in records(listed) for finding in record["findings"]]
                (run,) = json.loads(audit(listed, "sarif"))["runs"]
                self.assertEqual([result["ruleId"] for result in run["results"]], said)
                issues = json.loads(audit(listed, "gitlab"))
                self.assertEqual([issue["check_name"] for issue in issues], said)


class OneRun(unittest.TestCase):
    """One pass writes the table, SARIF, a page and NDJSON; each is read by something that is not ours."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        files = {name: pathlib.Path(folder.name, f"report.{name}") for name in ("sarif", "html", "ndjson")}
        reports = [word for name, file in files.items() for word in ("--report", f"{name}={file}")]
        done = subprocess.run(
            [tool(), "audit", REAL_URLS, *reports],
            capture_output=True,
            env={"PATH": os.environ["PATH"], "COLUMNS": "100"},
            check=False,
        )
        assert done.returncode == 1, done.stderr.decode()
        cls.table = done.stdout.decode()
        cls.files = {name: file.read_text(encoding="utf-8") for name, file in files.items()}
        lines = enumerate(REAL_URLS.read_text(encoding="utf-8").splitlines(), 1)
        cls.urls = {number: line for number, line in lines if line.strip() and not line.startswith("#")}
        cls.records = [json.loads(line) for line in cls.files["ndjson"].splitlines()]
        cls.findings = [finding for record in cls.records for finding in record["findings"]]

    def test_ndjson_has_every_url_at_its_line(self):
        self.assertEqual([record["line"] for record in self.records], list(self.urls))
        for record in self.records:
            # What stands before the first secret is the line itself.
            shown = record["url"].partition("\u2026")[0]
            self.assertTrue(self.urls[record["line"]].startswith(shown), record["url"])

    def test_sarif_is_valid_and_has_every_finding(self):
        document = json.loads(self.files["sarif"])
        schema = json.loads((ROOT / "fixtures/schemas/sarif-2.1.0.json").read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema)(schema).validate(document)
        results = document["runs"][0]["results"]
        self.assertEqual([result["ruleId"] for result in results], [finding["rule"] for finding in self.findings])

    def test_the_page_is_well_formed_and_asks_nobody(self):
        page = Page()
        page.feed(self.files["html"])
        page.close()
        self.assertEqual(page.open, [])
        self.assertEqual(page.requests, [])
        for line, url in self.urls.items():
            if any(record["line"] == line and record["findings"] for record in self.records):
                self.assertIn(url.partition("?")[0].partition("&")[0], page.text)

    def test_the_table_fits_and_adds_up(self):
        self.assertLessEqual(max(map(len, self.table.splitlines())), 100)
        self.assertNotIn("\x1b", self.table)
        for rule in {finding["rule"] for finding in self.findings}:
            self.assertIn(rule, self.table)
        self.assertRegex(self.table, rf"\b{len(self.urls)} URLs\b")


class Page(html.parser.HTMLParser):
    """The text of a page, the elements left open, and whatever would make a browser ask for something."""

    VOID = {"meta", "link", "img", "input", "br", "hr", "path", "rect", "circle", "line", "use", "col", "wbr"}

    def __init__(self):
        super().__init__()
        self.open, self.requests, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("link", "img", "iframe", "object", "embed") or any(name == "src" for name, _ in attrs):
            self.requests.append((tag, attrs))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open and self.open.pop() == tag, f"</{tag}> at {self.getpos()}"

    def handle_data(self, data):
        self.text += data


if __name__ == "__main__":
    unittest.main()
