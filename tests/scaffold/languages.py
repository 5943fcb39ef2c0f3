"""How the generated files of each language are run and linted: one class a language."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
BIN = HERE / ".venv/bin"
NPM = HERE / "node_modules/.bin"

SECRET = "demo-embed-secret-of-thirty-two-bytes"
CLIENT_ID = "demo-client"
ENVIRONMENT = {
    name: value
    for names, value in [
        ("CLIENT_ID SIGMA_EMBED_CLIENT_ID", CLIENT_ID),
        ("EMBED_SECRET SIGMA_EMBED_SECRET", SECRET),
    ]
    for name in names.split()
}


@dataclass
class Call:
    """One call of a generated function."""

    source: str
    embed: str
    user: dict
    options: dict
    library: str = ""
    extra: dict = field(default_factory=dict)


def run(*command: object, cwd: Path, env: dict[str, str] | None = None, stdin: str | None = None) -> str:
    """What a command prints; it must not fail, nor warn."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LC_ALL": "C.UTF-8", **ENVIRONMENT, **(env or {})}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, input=stdin, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"{' '.join(map(str, command))[:200]}: exit {done.returncode}\n{said[-6000:]}"
    return done.stdout


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class Language:
    name = ""
    needs: list[str] = []
    libraries = [""]
    frameworks: list[str] = []

    def missing(self) -> str:
        """What is not installed."""
        return ", ".join(tool for tool in self.needs if shutil.which(tool) is None)

    files = ("", "")

    def formatted(self, file: Path) -> None:
        """The language's formatter would change nothing."""

    def suites(self, folders: list[Path], work: Path) -> None:
        """Lints and runs the generated tests, each beside its file; one that fails is an AssertionError."""
        raise NotImplementedError

    def knows(self, source: str, name: str) -> bool:
        """Whether the user of a generated file has this."""
        return f'{name}"' in source or f"{name}'" in source or re.search(rf"user\.{camel(name)}\b", source) is not None

    def urls(self, calls: list[Call], work: Path) -> list[str]:
        """Lints the files, then makes the URL of each call."""
        raise NotImplementedError


class Node(Language):
    name = "node"
    needs = ["node"]
    libraries = ["jsonwebtoken", "jose"]
    frameworks = ["express"]
    suffix = ".mjs"
    compiled = "./g0.mjs"
    files = ("sigma-embed.mjs", "sigma-embed.test.mjs")

    def suites(self, folders: list[Path], work: Path) -> None:
        self.link(work)
        tests = [folder / self.files[1] for folder in folders]
        run(NPM / "eslint", "--max-warnings", "0", *tests, cwd=work)
        run("node", "--test", *tests, cwd=work)

    def formatted(self, file: Path) -> None:
        run(NPM / "prettier", "--no-config", "--check", file, cwd=file.parent)

    def link(self, work: Path) -> None:
        if not (work / "node_modules").exists():
            (work / "node_modules").symlink_to(HERE / "node_modules")
            (work / "package.json").write_text('{"type": "module"}')
            (work / "eslint.config.mjs").write_text(
                "import js from '@eslint/js';\nexport default [js.configs.recommended];\n"
            )

    def prepare(self, work: Path, count: int) -> list[str]:
        files = [f"g{n}.mjs" for n in range(count)]
        run(NPM / "eslint", "--max-warnings", "0", *files, cwd=work)
        return files

    def urls(self, calls: list[Call], work: Path) -> list[str]:
        self.link(work)
        for n, call in enumerate(calls):
            (work / f"g{n}{self.suffix}").write_text(call.source, encoding="utf-8")
        files = self.prepare(work, len(calls))
        arguments = [
            [f"./{file}", call.embed, {camel(k): v for k, v in call.user.items()}, call.options]
            for file, call in zip(files, calls, strict=True)
        ]
        (work / "calls.json").write_text(json.dumps(arguments))
        (work / "main.mjs").write_text(
            "import { readFileSync } from 'node:fs';\n"
            "const urls = [];\n"
            "for (const [file, embed, user, options] of JSON.parse(readFileSync('calls.json', 'utf8'))) {\n"
            "  urls.push(await (await import(file)).embedUrl(embed, user, options));\n"
            "}\n"
            "console.log(JSON.stringify(urls));\n"
        )
        return json.loads(run("node", "main.mjs", cwd=work))


    def endpoint(self, user: dict, options: dict, work: Path) -> list:
        """Status and body of `GET /embed-url` for nobody, then for a user."""
        user = {camel(name): value for name, value in user.items()}
        (work / "server.mjs").write_text(
            f"import express from 'express';\nimport {{ router }} from '{self.compiled}';\n"
            "const answers = [];\n"
            f"for (const user of [undefined, {json.dumps(user)}]) {{\n"
            "  const app = express();\n"
            "  app.use((request, response, next) => { response.locals.embedUser = user;\n"
            f"    response.locals.embedOptions = {json.dumps(options)}; next(); }});\n"
            "  app.use(router);\n"
            "  const server = app.listen(0);\n"
            "  const answer = await fetch(`http://127.0.0.1:${server.address().port}/embed-url`);\n"
            "  answers.push([answer.status, await answer.json()]);\n"
            "  server.close();\n}\nconsole.log(JSON.stringify(answers));\n")
        return json.loads(run("node", "server.mjs", cwd=work))


class TypeScript(Node):
    compiled = "./out/g0.js"
    files = ("sigma-embed.ts", "sigma-embed.test.ts")

    def suites(self, folders: list[Path], work: Path) -> None:
        self.link(work)
        tests = [folder / self.files[1] for folder in folders]
        run(NPM / "tsc", "--strict", "--skipLibCheck", "--target", "es2023", "--module", "nodenext", *tests, cwd=work)
        run("node", "--test", *[test.with_suffix(".js") for test in tests], cwd=work)

    name = "typescript"
    suffix = ".ts"

    def prepare(self, work: Path, count: int) -> list[str]:
        files = [f"g{n}.ts" for n in range(count)]
        flags = "--strict --noUnusedLocals --noUnusedParameters --noImplicitReturns --noUncheckedIndexedAccess"
        run(NPM / "tsc", *flags.split(), "--skipLibCheck", "--target", "es2023", "--module", "nodenext", "--outDir", "out",
            *files, cwd=work)
        return [f"out/g{n}.js" for n in range(count)]


class Python(Language):
    name = "python"
    needs = ["python3"]
    libraries = ["pyjwt"]
    frameworks = ["flask"]
    files = ("sigma_embed.py", "test_sigma_embed.py")

    def formatted(self, file: Path) -> None:
        run(BIN / "ruff", "format", "--isolated", "--no-cache", "--check", file, cwd=file.parent)

    def suites(self, folders: list[Path], work: Path) -> None:
        tests = [folder / self.files[1] for folder in folders]
        run(BIN / "ruff", "check", "--isolated", "--no-cache", *tests, cwd=work)
        for test in tests:
            run(BIN / "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, test, cwd=test.parent)
            run(BIN / "python", "-m", "unittest", test.name, cwd=test.parent, env={"PYTHONDONTWRITEBYTECODE": "1"})

    def urls(self, calls: list[Call], work: Path) -> list[str]:
        files = [f"g{n}.py" for n in range(len(calls))]
        for file, call in zip(files, calls, strict=True):
            (work / file).write_text(call.source, encoding="utf-8")
        run(BIN / "ruff", "check", "--isolated", "--no-cache", "--select", "E,F,W,I,UP,B,PL,D", "--ignore", "D203,D213,PLR,E501",
            *files, cwd=work)
        run(BIN / "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull, *files, cwd=work)
        arguments = [[f"g{n}", call.embed, call.user, call.options] for n, call in enumerate(calls)]
        program = (
            "import importlib, json, sys\n"
            "print(json.dumps([importlib.import_module(m).embed_url(e, u, **o) for m, e, u, o in json.load(sys.stdin)]))"
        )
        env = {"PYTHONPATH": str(work), "PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1"}
        return json.loads(run(BIN / "python", "-c", program, cwd=work, env=env, stdin=json.dumps(arguments)))


    def endpoint(self, user: dict, options: dict, work: Path) -> list:
        program = (
            "import flask, g0, json\nanswers = []\n"
            f"for user in (None, {user!r}):\n"
            "    app = flask.Flask('x')\n"
            "    app.before_request(lambda user=user: setattr(flask.g, 'embed_user', user))\n"
            f"    app.before_request(lambda: setattr(flask.g, 'embed_options', {options!r}))\n"
            "    app.register_blueprint(g0.blueprint)\n"
            "    answer = app.test_client().get('/embed-url')\n"
            "    answers.append([answer.status_code, answer.get_json(silent=True)])\n"
            "print(json.dumps(answers))\n")
        return json.loads(run(BIN / "python", "-c", program, cwd=work, env={"PYTHONPATH": str(work), "PYTHONDONTWRITEBYTECODE": "1"}))


class Ruby(Language):
    name = "ruby"
    needs = ["ruby"]
    libraries = ["jwt"]
    frameworks = ["rails"]
    files = ("sigma_embed.rb", "sigma_embed_test.rb")

    def suites(self, folders: list[Path], work: Path) -> None:
        for folder in folders:
            assert run("ruby", "-wc", folder / self.files[1], cwd=work) == "Syntax OK\n"
            run("ruby", folder / self.files[1], cwd=work)
    program = (
        "require 'json'\n"
        "embed, user, options = JSON.parse($stdin.read)\n"
        "require './' + ARGV[0]\n"
        "puts SigmaEmbed.embed_url(embed, user.transform_keys(&:to_sym), **options.transform_keys(&:to_sym))\n"
    )

    def urls(self, calls: list[Call], work: Path) -> list[str]:
        (work / "main.rb").write_text(self.program)
        urls = []
        for n, call in enumerate(calls):
            (work / f"g{n}.rb").write_text(call.source, encoding="utf-8")
            checked = run("ruby", "-wc", f"g{n}.rb", cwd=work)
            assert checked == "Syntax OK\n", checked
            if "ApplicationController" in call.source:
                (work / "main.rb").write_text("ApplicationController = Class.new\n" + self.program)
            arguments = json.dumps([call.embed, call.user, call.options])
            urls.append(run("ruby", "main.rb", f"g{n}.rb", cwd=work, stdin=arguments).strip("\n"))
        return urls


    def endpoint(self, user: dict, options: dict, work: Path) -> list:
        program = (
            "require 'json'\n"
            "class ApplicationController\n  attr_accessor :request, :answer\n"
            "  def head(_) = @answer = [401, nil]\n  def render(json:) = @answer = [200, json]\nend\n"
            "require './g0.rb'\n"
            f"user = JSON.parse({json.dumps(json.dumps(user))})\n"
            "answers = [nil, user].map do |somebody|\n"
            "  controller = SigmaEmbedsController.new\n"
            f"  options = JSON.parse({json.dumps(json.dumps(options))})\n"
            "  controller.request = Struct.new(:env).new({ 'embed_user' => somebody, 'embed_options' => options })\n"
            "  begin\n    controller.show\n    controller.answer\n  rescue KeyError\n    [500, nil]\n  end\nend\nputs JSON.generate(answers)\n")
        return json.loads(run("ruby", "-e", program, cwd=work))


class Go(Language):
    name = "go"
    needs = ["go", "gofmt"]
    libraries = ["golang-jwt", "golang-jwt-v4"]
    files = ("sigma_embed.go", "sigma_embed_test.go")

    def suites(self, folders: list[Path], work: Path) -> None:
        self.module(work)
        badly = run("gofmt", "-d", *[folder / self.files[1] for folder in folders], cwd=work)
        assert badly == "", badly[:3000]
        packages = [f"./{folder.relative_to(work)}" for folder in folders]
        run("go", "vet", *packages, cwd=work, env=self.env)
        run("go", "test", "-count=1", *packages, cwd=work, env=self.env)

    @property
    def env(self) -> dict[str, str]:
        return {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOCACHE": os.environ.get("GOCACHE", str(HERE / ".gocache"))}
    fields = {"eval_connection_id": "EvalConnectionID", "oauth_token": "OAuthToken", "session_length": "SessionLength",
              "now": "Now", "jti": "JTI", "nodeId": "NodeID"}

    def missing(self) -> str:
        return super().missing() or ("" if GO_JWT.is_dir() else "golang-github-golang-jwt-jwt-dev")

    def module(self, work: Path) -> None:
        # Debian has the library as a source tree of version 4, of which version 5 differs in nothing that signs.
        lines = ["module embed2jwt.test", "", "go 1.18", ""]
        for version in ("v4", "v5"):
            (work / version).mkdir(exist_ok=True)
            for file in GO_JWT.glob("*.go"):
                if not file.name.endswith("_test.go"):
                    shutil.copy(file, work / version)
            (work / version / "go.mod").write_text(f"module github.com/golang-jwt/jwt/{version}\n\ngo 1.16\n")
            module = f"github.com/golang-jwt/jwt/{version}"
            lines += [f"require {module} {version}.0.0", f"replace {module} => ./{version}"]
        (work / "go.mod").write_text("\n".join(lines) + "\n")

    def urls(self, calls: list[Call], work: Path) -> list[str]:
        self.module(work)
        imports, body = [], []
        for n, call in enumerate(calls):
            (work / f"g{n}").mkdir()
            (work / f"g{n}/sigma.go").write_text(call.source, encoding="utf-8")
            imports.append(f'\tg{n} "embed2jwt.test/g{n}"')
            user = ", ".join(f"{self.field(k)}: {self.literal(v)}" for k, v in call.user.items())
            body.append(f"\tshow(g{n}.EmbedURL({self.literal(call.embed)}, g{n}.User{{{user}}}, "
                        f"g{n}.Options{{{self.options(call)}}}))")
        main = ["package main", "", "import (", '\t"fmt"', '\t"os"', *imports, ")", "", "func show(url string, err error) {",
                "\tif err != nil {", "\t\tfmt.Println(err)", "\t\tos.Exit(1)", "\t}", "\tfmt.Println(url)", "}", "",
                "func main() {", *body, "}"]
        (work / "main.go").write_text("\n".join(main) + "\n")
        sources = [f"g{n}/sigma.go" for n in range(len(calls))]
        badly = run("gofmt", "-d", *sources, cwd=work)
        assert badly == "", badly[:3000]
        run("go", "vet", *[f"./g{n}" for n in range(len(calls))], cwd=work, env=self.env)
        return run("go", "run", ".", cwd=work, env=self.env).strip("\n").split("\n")

    def knows(self, source: str, name: str) -> bool:
        return re.search(rf"user\.{self.field(name)}\b", source) is not None

    def field(self, name: str) -> str:
        return self.fields.get(name) or "".join(word.capitalize() for word in name.split("_"))

    def options(self, call: Call) -> str:
        known = dict((key.lstrip(":"), field) for field, key in re.findall(r"^\t// (\w+) is (\S+)\.$", call.source, re.MULTILINE))
        pairs = []
        for name, value in call.options.items():
            is_number = name in ("now", "session_length")
            pairs.append(f"{self.fields.get(name) or known.get(name) or self.field(name)}: {value if is_number else self.literal(str(value))}")
        return ", ".join(pairs)

    def literal(self, value: object) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list):
            return "[]string{" + ", ".join(map(self.literal, value)) + "}"
        if isinstance(value, dict):
            return "map[string]string{" + ", ".join(f"{self.literal(k)}: {self.literal(v)}" for k, v in value.items()) + "}"
        return json.dumps(value, ensure_ascii=False)


MACHINE = ("now", "jti", "session_length", "nodeId")
GO_JWT = Path("/usr/share/gocode/src/github.com/golang-jwt/jwt")


class Php(Language):
    name = "php"
    needs = ["php", "phpunit"]
    files = ("SigmaEmbed.php", "SigmaEmbedTest.php")

    def suites(self, folders: list[Path], work: Path) -> None:
        for folder in folders:
            run("php", "-d", "error_reporting=-1", "-l", folder / self.files[1], cwd=work)
            run("phpunit", "--no-configuration", "--do-not-cache-result", folder / self.files[1], cwd=work)

    libraries = ["none"]
    program = (
        "<?php\nrequire $argv[1];\n[$embed, $user, $options] = json_decode(stream_get_contents(STDIN), true);\n"
        "echo SigmaEmbed::embedUrl($embed, $user, $options), \"\\n\";\n"
    )

    def urls(self, calls: list[Call], work: Path) -> list[str]:
        (work / "main.php").write_text(self.program)
        urls = []
        for n, call in enumerate(calls):
            (work / f"g{n}.php").write_text(call.source, encoding="utf-8")
            run("php", "-d", "error_reporting=-1", "-l", f"g{n}.php", cwd=work)
            arguments = json.dumps([call.embed, call.user, call.options])
            url = run("php", "-d", "display_errors=stderr", "-d", "error_reporting=-1", "main.php", f"g{n}.php", cwd=work,
                      stdin=arguments)
            urls.append(url.strip("\n"))
        return urls


JUNIT = Path("/usr/share/java")


class Java(Language):
    name = "java"
    needs = ["java", "javac"]
    files = ("SigmaEmbed.java", "SigmaEmbedTest.java")

    def missing(self) -> str:
        return super().missing() or ("" if (JUNIT / "junit-jupiter-engine.jar").is_file() else "junit5")

    def suites(self, folders: list[Path], work: Path) -> None:
        jars = ":".join(str(jar) for name in ("junit-*", "opentest4j*", "apiguardian*", "picocli*", "univocity*")
                        for jar in sorted(JUNIT.glob(f"{name}.jar")) if "standalone" not in jar.name and "vintage" not in jar.name)
        for folder in folders:
            run("javac", "-encoding", "US-ASCII", "-cp", jars, "-d", "out", *self.files, cwd=folder)
            said = run("java", "-cp", f"{jars}:out", "org.junit.platform.console.ConsoleLauncher", "--select-class",
                       "SigmaEmbedTest", cwd=folder, env={"CLIENT_ID": "test-client", "SIGMA_EMBED_CLIENT_ID": "test-client"})
            assert re.search(r"[123] tests successful", said), said

    libraries = ["none"]

    def urls(self, calls: list[Call], work: Path) -> list[str]:
        body = []
        for n, call in enumerate(calls):
            # A package for each, so that one compiler reads all of them.
            (work / f"g{n}").mkdir()
            (work / f"g{n}/SigmaEmbed.java").write_text(f"package g{n};\n{call.source}", encoding="utf-8")
            user = self.record(call, "User", {camel(k): v for k, v in call.user.items()})
            names = dict((key.lstrip(":"), name)
                         for key, name in re.findall(r'keep\(url, "([^"]*)", options\.(\w+)\(\)', call.source))
            options = self.record(call, "Options", {camel(k) if k in MACHINE else names.get(k) or camel(k): v for k, v in call.options.items()})
            body.append(f"        System.out.println(g{n}.SigmaEmbed.embedUrl({self.literal(call.embed)}, "
                        f"new g{n}.SigmaEmbed.User({user}), new g{n}.SigmaEmbed.Options({options})));")
        main = ["import java.util.*;", "public class Main {", "    public static void main(String[] a) {", *body, "    }", "}"]
        (work / "Main.java").write_text("\n".join(main) + "\n", encoding="utf-8")
        sources = [f"g{n}/SigmaEmbed.java" for n in range(len(calls))]
        # Whatever the encoding, the generated files are the same to the compiler.
        run("javac", "-encoding", "US-ASCII", "-Xlint:all", "-Werror", "-d", "out", *sources, cwd=work)
        run("javac", "-encoding", "UTF-8", "-cp", "out", "-d", "out", "Main.java", cwd=work)
        return run("java", "-Dstdout.encoding=UTF-8", "-cp", "out", "Main", cwd=work).strip("\n").split("\n")

    def record(self, call: Call, name: str, values: dict) -> str:
        components = re.search(rf"record {name}\((.*?)\) \{{", call.source, re.DOTALL)[1]
        components = re.sub(r"//.*", "", components)
        parts = re.findall(r"([\w<>, ]+?) (\w+)\s*(?:,|$)", components)
        unknown = set(values) - {part for _, part in parts}
        assert not unknown, f"{name} has no {unknown}"
        made = []
        for kind, part in parts:
            value = values.get(part)
            if kind.strip() == "boolean":
                made.append("true" if value else "false")
            elif value is None:
                made.append("null")
            elif kind.strip() == "Long":
                made.append(f"{value}L")
            else:
                made.append(self.literal(value))
        return ", ".join(made)

    def literal(self, value: object) -> str:
        if isinstance(value, list):
            return "List.of(" + ", ".join(map(self.literal, value)) + ")"
        if isinstance(value, dict):
            return "Map.ofEntries(" + ", ".join(f"Map.entry({self.literal(k)}, {self.literal(v)})" for k, v in value.items()) + ")"
        return json.dumps(str(value), ensure_ascii=True)


ALL: list[Language] = [Node(), TypeScript(), Python(), Ruby(), Go(), Php(), Java()]


def available() -> list[Language]:
    """Those that are installed. The others are left out with a line, and in CI that is a failure."""
    found = []
    for language in ALL:
        missing = language.missing()
        if not missing:
            found.append(language)
        elif os.environ.get("CI"):
            sys.exit(f"{language.name} cannot be tested: {missing} is not installed")
        else:
            print(f"LEFT OUT: the generated {language.name} code, because {missing} is not installed", file=sys.stderr)
    return found
