"""The action's script: what it makes of its inputs, and that none of them is ever read as a command."""

import hashlib
import io
import json
import platform
import re
import shlex
import tarfile
import tomllib
import unittest
from pathlib import Path

import yaml
from support import EMBED2JWT, LEGACY, MIGRATED, ROOT, Folder

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
CHECK = next(step for step in STEPS if step.get("id") == "check")
INSTALL = next(step for step in STEPS if step.get("id") == "install")
VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]["version"]
ARCHIVE = f"embed2jwt-{VERSION}-{platform.machine()}-unknown-linux-musl"


class Action(Folder):
    def run_check(self, **inputs):
        """Runs the script as GitHub's runner does; inputs that are not given have their defaults."""
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(inputs) <= set(ACTION["inputs"]), inputs
        environment = {}
        for name, value in CHECK["env"].items():
            of = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+)( \|\| steps\.install\.outputs\.command)? \}\}", value)[1]
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


@unittest.skipUnless(platform.system() == "Linux", "the release is one for Linux")
class Install(Folder):
    """The step that downloads the executable, from a release in a folder."""

    def release(self, says="#!/bin/sh\necho release\n", checksum=None):
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            entry = tarfile.TarInfo(f"{ARCHIVE}/embed2jwt")
            entry.mode, entry.size = 0o755, len(says)
            archive.addfile(entry, io.BytesIO(says.encode()))
        folder = self.folder / "releases" / f"v{VERSION}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{ARCHIVE}.tar.gz").write_bytes(content.getvalue())
        checksum = checksum or hashlib.sha256(content.getvalue()).hexdigest()
        (folder / "SHA256SUMS").write_text(f"{checksum}  {ARCHIVE}.tar.gz\n", encoding="utf-8")

    def install(self):
        script = self.file("script.sh", INSTALL["run"])
        outputs = self.file("outputs", "")
        done = self.run_in(
            self.folder, "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script,
            BUILD="false", GITHUB_ACTION_PATH=str(ROOT), GITHUB_OUTPUT=str(outputs), RUNNER_TEMP=str(self.folder / "temp"),
            RUNNER_TOOL_CACHE=str(self.folder / "cache"), EMBED2JWT_RELEASES=f"file://{self.folder}/releases",
        )
        return done, dict(line.split("=", 1) for line in outputs.read_text().splitlines())

    def test_the_release_of_the_same_version_is_downloaded_once(self):
        self.release()
        done, outputs = self.install()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.run_in(self.folder, outputs["command"]).stdout, "release\n")
        self.assertEqual([path.name for path in (self.folder / "cache/embed2jwt").iterdir()], [ARCHIVE])
        (self.folder / "releases" / f"v{VERSION}" / "SHA256SUMS").unlink()
        self.assertEqual(self.install()[1], outputs)

    def test_another_content_than_the_release_names_is_not_run(self):
        self.release(checksum="0" * 64)
        done, outputs = self.install()
        self.assertEqual((done.returncode, outputs), (1, {}))
        self.assertIn("is not what the release says it is: expected SHA-256 0000", done.stderr)
        self.assertEqual(list((self.folder / "cache/embed2jwt").iterdir()), [])

    def test_without_a_release_the_error_says_what_to_do(self):
        done, outputs = self.install()
        self.assertEqual((done.returncode, outputs), (1, {}))
        self.assertIn("build it with cargo (input `build` of the action)", done.stderr)


if __name__ == "__main__":
    unittest.main()
