"""The action's script: what it makes of its inputs, and that none of them is ever read as a command."""

import json
import re
import shlex
import unittest
from pathlib import Path

import yaml
from support import EMBED2JWT, LEGACY, MIGRATED, ROOT, Folder

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
CHECK = next(step for step in STEPS if step.get("id") == "check")


class Action(Folder):
    def run_check(self, **inputs):
        """Runs the script as GitHub's runner does; inputs that are not given have their defaults."""
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(inputs) <= set(ACTION["inputs"]), inputs
        environment = {}
        for name, value in CHECK["env"].items():
            of = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value)[1]
            environment[name] = inputs.get(of, ACTION["inputs"][of]["default"])
        script = self.file("script.sh", CHECK["run"])
        outputs = self.file("outputs", "")
        bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script]
        done = self.run_in(
            self.folder, *bash, GITHUB_OUTPUT=str(outputs), RUNNER_TEMP=str(self.folder / "runner"), **environment
        )
        return done, dict(line.split("=", 1) for line in outputs.read_text().splitlines())

    def recorder(self, status=0):
        """A command that writes its arguments into a file, one a line as JSON."""
        arguments = self.folder / "arguments"
        body = f'#!/bin/sh\npython3 -c \'import json, sys; print(json.dumps(sys.argv[1:]))\' "$@" >{shlex.quote(str(arguments))}\n'
        return str(self.file("recorder", f"{body}exit {status}\n", 0o755)), lambda: json.loads(arguments.read_text())

    def test_no_script_has_an_expression_in_it(self):
        for step in STEPS:
            self.assertNotIn("${{", step["run"])

    def test_without_inputs_the_command_decides(self):
        command, arguments = self.recorder()
        done, outputs = self.run_check(command=command)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(arguments(), ["check", "--format", "github", "--"])
        self.assertEqual(outputs, {"status": "0"})

    def test_every_input_arrives(self):
        command, arguments = self.recorder()
        self.run_check(
            command=command,
            paths="src\nsome folder\n\n-x",
            map="a.csv\nb c.json\n",
            fail_on="error",
            baseline="known findings.json",
            sarif_file="out.sarif",
            args="--off\ntheme-case\n--now=1750000000",
        )
        self.assertEqual(
            arguments(),
            ["check", "--format", "github", "--map=a.csv", "--map=b c.json", "--fail-on=error"]
            + ["--baseline=known findings.json", "--report=sarif=out.sarif", "--off", "theme-case", "--now=1750000000"]
            + ["--", "src", "some folder", "-x"],
        )

    def test_an_input_is_never_read_as_a_command(self):
        command, arguments = self.recorder()
        for hostile in ["$(touch pwned)", "`touch pwned`", '"; touch pwned; #', "'; touch pwned; '", "a\\", "*", "&& touch pwned"]:
            done, _ = self.run_check(
                command=command, paths=hostile, map=hostile, fail_on=hostile, baseline=hostile, sarif_file=hostile, args=hostile
            )
            self.assertEqual((done.returncode, done.stderr), (0, ""), hostile)
            self.assertEqual(
                arguments()[3:],
                [f"--map={hostile}", f"--fail-on={hostile}", f"--baseline={hostile}", f"--report=sarif={hostile}"]
                + [hostile, "--", hostile],
            )
            self.assertFalse((self.folder / "pwned").exists(), hostile)

    def test_the_status_is_that_of_the_command(self):
        for status in (0, 1, 2):
            command, _ = self.recorder(status)
            done, outputs = self.run_check(command=command)
            self.assertEqual((done.returncode, outputs["status"]), (status, str(status)))

    def test_a_name_with_a_line_break_writes_no_other_output(self):
        command, _ = self.recorder()
        self.file("a\nstatus=7", "")
        _, outputs = self.run_check(command=command, sarif_file="a\nstatus=7")
        self.assertEqual(outputs, {"status": "0"})

    def test_the_real_command(self):
        self.file("web/page.html", f'<iframe src="{LEGACY}"></iframe>\n')
        done, outputs = self.run_check(command=EMBED2JWT, paths="web", sarif_file="out.sarif", args="--no-config")
        self.assertEqual((done.returncode, outputs), (1, {"status": "1", "sarif-file": "out.sarif"}), done.stderr)
        self.assertRegex(done.stdout, r"(?m)^::warning [^:]*file=web/page\.html")
        rules = {result["ruleId"] for result in json.loads(Path(self.folder, "out.sarif").read_text())["runs"][0]["results"]}
        self.assertLessEqual({"deprecated-embed-path", "unsupported-hide-send"}, rules)
        done, _ = self.run_check(command=EMBED2JWT, paths="web", fail_on="error", args="--no-config")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.file("web/page.html", f'<iframe src="{MIGRATED}"></iframe>\n')
        done, outputs = self.run_check(command=EMBED2JWT, paths="web", args="--no-config")
        self.assertEqual((done.returncode, outputs), (0, {"status": "0"}), done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
