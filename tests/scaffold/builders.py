"""Old builders: drawn at random, and those of the corpus. Both are run, and nothing is assumed about the URLs they make."""

from __future__ import annotations

import json
import random
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from languages import CLIENT_ID, HERE, NPM, SECRET, run

ROOT = HERE.parents[1]
CORPUS = ROOT / "fixtures/repos/marked"
HOST = "https://app.sigmacomputing.com"
EMBED = "1-7CbVjjUMMTKQpYa2E7NwkI"
NOW = 1_750_000_000


@dataclass
class Old:
    """A URL that an old builder made, the file it is in, and what its caller varied."""

    name: str
    url: str
    paths: list[Path]
    options: dict[str, object] = field(default_factory=dict)


KEPT = [
    ("hide_bookmarks", ["true"]), ("hide_explore_toggle", ["true"]), ("hide_folder_navigation", ["true"]),
    ("hide_tooltip", ["true"]), ("lng", ["fr-ca", "de"]), ("responsive_height", ["true", "false"]),
    ("theme", ["Light", "Dark", "Our own theme", "Länge"]), ("disable_auto_refresh", ["true"]), ("hide_save_as", ["true"]),
    ("hide_send", ["true"]), ("hide_schedule", ["true", "false"]), ("bookmark", ["c1d2e3f4-0000-4000-8000-000000000002"]),
]
LOST = [("hide_run_as_recipient", ["true", "false"]), ("loading_bg", ["FF0000"]), ("use_user_name", ["true"]),
        ("showUnderlyingData", ["false"]), ("hide_sheet_interactions", ["true"])]
CONTROLS = [("Store-Region", ["West", "North East"]), ("date-range", ["min:2024-01-01,max:2024-02-01"]), ("Id-CONTROL", ["1", "2"])]
TEXTS = ["West", "North East", "West,Midwest", "Zürich", "東京", "🦀 crab", 'say "x"', "back\\slash", "100%", "a&b=c", "it's", "${x}",
         "#{x}", "<b>", "*/"]
TEAMS = [["Client_A"], ["Ops", "R&D"], ["Ärzte", "Team+Plus", "Sales/Returns"]]


class Drawer:
    """Draws old builders in JavaScript: what each writes as a literal, and what it takes from its caller."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def draw(self) -> tuple[str, dict[str, str], dict[str, object]]:
        """The source, the values it is called with, and the options that the new function is to be called with."""
        pick = self.random.choice
        given: dict[str, str] = {"nonce": "n-1", "client_id": CLIENT_ID, "email": pick(["ann@mail.example", "neil+embed@mail.example"]),
                                 "time": str(NOW)}
        parts: list[tuple[str, str | None]] = [(f":{name}", None) for name in given]
        options: dict[str, object] = {}

        def add(key: str, value: str, literal: bool, option: bool = True) -> None:
            name = key.removeprefix(":")
            parts.append((key, value if literal else None))
            if not literal:
                given[name] = value
                if option:
                    options[name] = value

        add(":external_user_team", ",".join(pick(TEAMS)), self.chance(0.3), option=False)
        add(":account_type", pick(["View", "Creator", "Länge"]), self.chance(0.5), option=False)
        for name in self.random.sample(["Region", "Attr1", "bob-edit-attr"], self.random.randint(0, 3)):
            add(f":ua_{name}", pick(TEXTS), self.chance(0.3), option=False)
        if self.chance(0.3):
            add(":first_name", pick(["Ann", "Žofie"]), False, option=False)
            add(":last_name", pick(["O'Test", "李"]), False, option=False)
        if self.chance(0.3):
            add(":eval_connection_id", "e90e75f0-f79b-4be3-a9e1-45bc681bbbc4", self.chance(0.5), option=False)
        if self.chance(0.8):
            add(":session_length", pick(["600", "3600", "2592000", "2592001"]), self.chance(0.6))
        parts.append((":mode", "userbacked"))
        later: list[tuple[str, str]] = []
        for rows, most in ((KEPT, 4), (LOST, 2)):
            for name, values in self.random.sample(rows, self.random.randint(0, most)):
                later.append((f":{name}", pick(values)))
        for name, values in self.random.sample(CONTROLS, self.random.randint(0, 2)):
            later.append((name, pick(values)))
        self.random.shuffle(later)
        lost = {name for name, _ in LOST}
        for key, value in later:
            add(key, value, self.chance(0.5), option=key.removeprefix(":") not in lost)
        menu = self.random.random()
        if menu < 0.3:
            add(":menu_position", pick(["top", "bottom", "none"]), self.chance(0.5))
        elif menu < 0.6:
            value = pick(["true", "false", "False"])
            literal = self.chance(0.5)
            add(":show_footer", value, literal, option=False)
            if not literal:
                options["menu_position"] = "bottom" if value == "true" else "none"
        if self.chance(0.15):
            add(":nodeId", "H9cAxKfnXP", self.chance(0.5))
        return self.source(parts), given, options

    def source(self, parts: list[tuple[str, str | None]]) -> str:
        """A builder in one of the ways that they are written."""
        quoted = lambda text: json.dumps(text, ensure_ascii=False)  # noqa: E731
        escape = lambda text: "".join(c if c.isalnum() and c.isascii() or c in "-._~,:@" else "".join(f"%{b:02X}" for b in c.encode()) for c in text)  # noqa: E731
        style = self.random.choice(["append", "template", "whole"])
        head = ("import { createHmac } from 'node:crypto';\nimport process from 'node:process';\n\n"
                f"const BASE = '{HOST}/embed/{EMBED}';\n\nexport function build(given) {{\n"
                "  const text = (name) => encodeURIComponent(given[name]);\n")
        lines = []
        if style == "whole":
            query = "&".join(f"{key}=" + (escape(value) if value is not None else f"${{text({quoted(key.removeprefix(':'))})}}")
                             for key, value in parts)
            lines.append(f"  let url = `{HOST}/embed/{EMBED}?{query}`;")
        else:
            lines.append("  let url = BASE;")
            for n, (key, value) in enumerate(parts):
                sign = "&" if n else "?"
                name = quoted(key.removeprefix(":"))
                if value is not None:
                    lines.append(f"  url += '{sign}{key}={escape(value)}';")
                elif style == "append":
                    lines.append(f"  url += '{sign}{key}=' + text({name});")
                else:
                    lines.append(f"  url += `{sign}{key}=${{text({name})}}`;")
        tail = ("  const hmac = createHmac('sha256', process.env.EMBED_SECRET).update(url).digest('hex');\n"
                "  return `${url}&:signature=${hmac}`;\n}\n")
        return head + "\n".join(lines) + "\n" + tail


def drawn(count: int, seed: int, work: Path) -> list[Old]:
    """So many builders, run by node."""
    drawer = Drawer(seed)
    olds, arguments = [], []
    for n in range(count):
        source, given, options = drawer.draw()
        folder = work / f"old{n}"
        folder.mkdir()
        (folder / "sign.mjs").write_text(source, encoding="utf-8")
        olds.append(Old(f"combination {n}", "", [folder], options))
        arguments.append([f"./old{n}/sign.mjs", given])
    (work / "given.json").write_text(json.dumps(arguments))
    program = ("import { readFileSync } from 'node:fs';\nfor (const [file, given] of JSON.parse(readFileSync('given.json', 'utf8')))\n"
               "  console.log((await import(file)).build(given));\n")
    (work / "run.mjs").write_text(program)
    for old, url in zip(olds, run("node", "run.mjs", cwd=work).splitlines(), strict=True):
        old.url = url
    return olds


EXPRESS = "module.exports = { Router: () => ({ get: (path, handler) => { module.exports.handler = handler; } }) };\n"
FLASK = """
import os
class current_app:
    config = os.environ
session = {"email": "ann@example.com", "team": "West"}
def jsonify(**body):
    return body
"""
USER = "{ id: 7, email: 'ann@example.com', team: 'West', teams: ['West', 'Ops'], type: 'View' }"


def corpus(work: Path) -> dict[str, list[Old]]:
    """By language, the URLs that the corpus' own builders make."""
    repo = work / "repo"
    shutil.copytree(CORPUS, repo)
    (repo / "node_modules/express").mkdir(parents=True)
    (repo / "node_modules/express/index.js").write_text(EXPRESS)
    (repo / "node_modules/express/package.json").write_text('{"main": "index.js"}')
    base = f"{HOST}/embed/{EMBED}"
    env = {"EMBED_PATH": base, "PYTHONDONTWRITEBYTECODE": "1"}

    def node(program: str) -> str:
        return run("node", "--input-type=module", "-e", program, cwd=repo, env=env).strip()

    def python(program: str, *paths: str) -> str:
        return run(sys.executable, "-c", program, cwd=repo, env={**env, "PYTHONPATH": ":".join(paths)}).strip()

    found: dict[str, list[Old]] = {}

    def add(language: str, path: str, url: str, *more: str, **options: object) -> None:
        url = url if url.startswith("https:") else base + (url if url.startswith("?") else f"?{url}")
        paths = [repo / name for name in (path, *more)]
        found.setdefault(language, []).append(Old(path, url, paths, options))

    add("node", "apps/node/sign.mjs", run("node", "apps/node/sign.mjs", cwd=repo, env=env).strip(), "apps/node/.env")
    add("node", "web/server.js", node(
        "import { createRequire } from 'node:module'; const require = createRequire(process.cwd() + '/x.js');"
        f"require('./web/server.js'); require('express').handler({{ user: {USER}, query: {{ footer: 'true' }} }},"
        "{ json: (body) => console.log(body.url) });"))
    add("node", "web/params.mjs", node(
        f"import('./web/params.mjs').then((m) => console.log(m.query({{ user: {USER}, nonce: 'n-1',"
        f" options: {{ clientId: '{CLIENT_ID}', locked: true, background: 'red' }} }})))"))
    add("node", "lang/lone.js", run(
        "node", "-e", "console.log(require('node:fs').readFileSync('lang/lone.js', 'utf8').includes('export') && "
        "eval(require('node:fs').readFileSync('lang/lone.js', 'utf8').replace('export ', '') + ';embed')('?:mode=userbacked'))",
        cwd=repo, env=env).strip(), hide_send="true")
    add("node", "web/bundle.min.js", run(
        "node", "-e", "globalThis.window = { app: {}, http: {} }; console.log(eval(require('node:fs').readFileSync('web/bundle.min.js', 'utf8')"
        " + \";s.q({ n: 'n-1', m: 'ann@example.com' }, 'West')\"))", cwd=repo, env=env).strip())
    (repo / "out").mkdir()
    run(NPM / "tsc", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "--types", "node", "--typeRoots",
        HERE / "node_modules/@types", "--outDir", "out", "web/embed.ts", cwd=repo)
    add("typescript", "web/embed.ts", run(
        "node", "-e", f"console.log(require('./out/embed.js').embedUrl('{EMBED}', {USER}, 'n-1', {NOW}, 'x'))"
        if "exports." in (repo / "out/embed.js").read_text() else
        f"import('./out/embed.js').then((m) => console.log(m.embedUrl('{EMBED}', {USER}, 'n-1', {NOW}, 'x')))",
        cwd=repo, env=env).strip())
    (repo / "flask.py").write_text(FLASK)
    add("python", "apps/python/sign.py", python("import runpy; runpy.run_path('apps/python/sign.py')"), "apps/python/.env")
    add("python", "py/views.py", python("import views; print(views.embed()['url'])", str(repo), str(repo / "py")))
    # Its two parts are of one URL: a string, and the rest as a dictionary.
    add("python", "lang/two-clusters.py", python(
        "import runpy, urllib.parse; at = runpy.run_path('lang/two-clusters.py',"
        " dict(base='', nonce='n-1', email='ann@example.com', team='West', number='7'));"
        " print(at['first'] + '&' + urllib.parse.urlencode(at['second'], safe=':'))"))
    (repo / "requests.py").write_text("")
    add("python", "py/report.ipynb", python(
        "import json; cells = json.load(open('py/report.ipynb'))['cells']; at = dict(nonce='n-1', email='ann@example.com', team='West');"
        " [exec(''.join(cell['source']), at) for cell in cells if cell['cell_type'] == 'code']; print(at['url'])", str(repo)))
    add("ruby", "ruby/sigma_embed.rb", run(
        "ruby", "-rsecurerandom", "-r./ruby/sigma_embed", "-e",
        "puts SigmaEmbed.new(Struct.new(:email, :region).new('ann@example.com', 'West'), { locked: true }).query",
        cwd=repo, env=env).strip(), hide_schedule="true")
    add("ruby", "lang/one-key.rb", run(
        "ruby", "-ruri", "-r./lang/one-key", "-e",
        "puts URI.encode_www_form(teams(Struct.new(:teams).new(%w[West Ops])))", cwd=repo, env=env).strip())
    (repo / "gorun").mkdir()
    shutil.copytree(repo / "go", repo / "gorun/sigma")
    (repo / "gorun/go.mod").write_text("module old\n\ngo 1.18\n")
    (repo / "gorun/main.go").write_text(
        'package main\n\nimport (\n\t"fmt"\n\t"old/sigma"\n)\n\nfunc main() {\n'
        '\tfmt.Println(sigma.Query("ann@example.com", "n-1", "West").Encode())\n}\n')
    add("go", "go/sigma.go", run("go", "run", ".", cwd=repo / "gorun", env={"GOCACHE": str(HERE / ".gocache")}).strip())
    add("php", "php/embed.php", run(
        "php", "-r", "$user = ['email' => 'ann@example.com']; $team = 'West'; ob_start(); require 'php/embed.php'; ob_end_clean(); echo $url;",
        cwd=repo, env=env).strip())
    add("php", "php/query.php", run(
        "php", "-r", "$nonce = 'n-1'; $user = (object) ['email' => 'ann@example.com', 'teams' => ['West', 'Ops']];"
        " echo require 'php/query.php';", cwd=repo, env=env).strip())
    package = repo / "javarun/com/example/embed"
    package.mkdir(parents=True)
    shutil.copy(repo / "java/SigmaEmbed.java", package)
    (package / "User.java").write_text("package com.example.embed;\nrecord User(String email, String id, String team) {}\n")
    (package / "Hmac.java").write_text("package com.example.embed;\nclass Hmac { static String sign(CharSequence url) { return \"x\"; } }\n")
    (package / "Main.java").write_text(
        "package com.example.embed;\nclass Main { public static void main(String[] a) { System.out.println(new SigmaEmbed().url("
        f'new User("ann@example.com", "7", "West"), "n-1", {NOW}L)); }} }}\n')
    run("javac", "-d", "out", *sorted(package.glob("*.java")), cwd=repo / "javarun")
    add("java", "java/SigmaEmbed.java", run("java", "-cp", "out", "com.example.embed.Main", cwd=repo / "javarun", env=env).strip())
    assert SECRET not in json.dumps([old.url for olds in found.values() for old in olds])
    return found
