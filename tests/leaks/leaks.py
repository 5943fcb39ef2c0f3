#!/usr/bin/env python3
"""Plants secrets everywhere, runs every command, and searches everything that comes out for them.

    EMBED2JWT=target/release/embed2jwt tests/leaks/leaks.py [RUNS] [--seed N]

Exits with 1 if more than six characters of a signature or a token, or anything of an embed secret, is in standard output,
standard error or a report. 500 runs are the bounded form of the gate, 5000 and more the full one. The URLs that `convert`
makes are its result and no report of it; they are searched for the embed secret alone.
"""

import argparse
import base64
import collections
import concurrent.futures
import html
import json
import os
import pathlib
import random
import re
import string
import subprocess
import sys
import tempfile
import urllib.parse

import plants

FORMATS = ["concise", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html"]
EMBED = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI"
TARGET = ["--org", "acme", "--workbook", "r0WXMPpc0YtQCTFR7CdDK"]
# So many characters of a secret in a row are no chance.
SECRET, TOKEN, HEX = 5, 7, 11
# Words have letters in common with those of a page.
WORD = 7
SHOWN = 6


class Marker:
    """A planted text, and how it was planted."""

    def __init__(self, value, how, is_secret):
        self.value, self.how, self.is_secret = value, how, is_secret

    def windows(self):
        """Pieces that must not come out."""
        if self.is_secret:
            forms = [self.value, plants.base64_of(self.value).rstrip("="), self.value.encode().hex()]
            for form in forms:
                is_hex = set(form) <= set(string.hexdigits)
                size = HEX if is_hex else SECRET if form is self.value else TOKEN + 1
                size = WORD if form.replace(" ", "").islower() and not is_hex else size
                yield from (form[n : n + size] for n in range(len(form) - size + 1))
            return
        size = HEX if set(self.value) <= set(string.hexdigits) else TOKEN
        # What all tokens begin with, and what is between the parts of one, is no proof.
        common = [range(0, 8), range(20, 77)] if self.value.startswith("eyJ") else []
        starts = (n for n in range(len(self.value) - size + 1) if not any(n in part for part in common))
        yield from (self.value[n : n + size] for n in starts)
        yield self.value[:TOKEN] + "…"


class Case:
    """One folder with plants in it, and the commands that are run there."""

    def __init__(self, program, seed, number, folder):
        self.program, self.folder = program, folder
        self.random = random.Random(f"{seed}/{number}")
        self.number = number
        self.markers = []
        self.leaks = []
        self.secret = self.plant("the secret of the run", self.alnum(26), True).value

    # Values

    def text(self, letters, count):
        return "".join(self.random.choice(letters) for _ in range(count))

    def alnum(self, count):
        return self.text(string.ascii_letters + string.digits, count)

    def jwt(self):
        part = lambda value: base64.urlsafe_b64encode(value.encode()).rstrip(b"=").decode()
        head = part('{"kid":"%s","alg":"HS256","typ":"JWT"}' % self.alnum(12))
        return f"{head}.{part(json.dumps({'sub': self.alnum(9) + '@example.com'}))}.{self.alnum(43)}"

    def token(self):
        return self.random.choice(
            [lambda: self.text("0123456789abcdef", 64), self.jwt, lambda: "ya29." + self.alnum(40), lambda: self.alnum(32)]
        )()

    def value(self, quoted):
        kinds = [lambda: self.alnum(20), lambda: self.alnum(43), lambda: self.text("0123456789abcdef", 64)]
        if quoted:
            word = lambda: self.text(string.ascii_lowercase, 7)
            kinds += [lambda: self.text(string.ascii_lowercase, 11)]
            kinds += [lambda: f"{word()} {word()} {word()}", lambda: f"{self.alnum(9)}+{self.alnum(8)}!{self.alnum(7)}"]
        return self.random.choice(kinds)()

    def plant(self, how, value, is_secret):
        marker = Marker(value, how, is_secret)
        self.markers.append(marker)
        return marker

    # Texts

    def form(self, forms, quoted, what):
        kind, template = forms[(self.number * 7 + len(self.markers)) % len(forms)] if self.number % 2 else self.random.choice(forms)
        if what == "secret":
            # What follows `Bearer` is one word.
            value = self.value(quoted and "Bearer" not in template)
        else:
            value = self.jwt() if what == "jwt" else self.token()
        names, name = self.random.choice(plants.NAMES), self.random.choice(plants.TOKEN_NAMES)
        marker = self.plant(f"{kind}: {template!r}", value, what == "secret")
        text = plants.fill(template, value, names, name)
        return kind, text, marker

    def neighbour(self, number):
        groups = [
            (plants.QUOTED, True, "secret"),
            (plants.BARE, False, "secret"),
            (plants.TOKENS, False, "token"),
            (plants.JWTS, False, "jwt"),
        ]
        forms, quoted, what = groups[(0, 0, 0, 1, 1, 2, 2, 3)[number % 8]]
        return self.form(plants.all_of(forms), quoted, what)

    def parameter(self, value, whole=False):
        """A secret parameter of a URL, its name, signs or value written in some escape."""
        name = self.random.choice(["signature", "jwt", "oauth_token", "SIGNATURE", "Jwt", "Oauth_Token"])
        colon = self.random.choice([":", ":", ":", ""])
        style = self.random.choice(["plain", "sign", "letter", "name", "all", "value"])
        # An escape of a language within percent-encoding is none.
        kind = self.random.choice([kind for kind in sorted(plants.ESCAPES) if not whole or kind in ("percent", "percent twice")])
        escape = plants.ESCAPES[kind]
        at = self.random.randrange(len(name))
        every = lambda text: plants.escaped(text, escape, lambda *_: True)
        if style == "plain":
            text = f"{colon}{name}={value}"
        elif style == "sign":
            text = f"{every(colon)}{name}{every('=')}{value}"
        elif style == "letter":
            text = colon + plants.escaped(name, escape, lambda n, _: n == at) + "=" + value
        elif style == "name":
            text = colon + every(name) + "=" + value
        elif style == "all":
            text = every(f"{colon}{name}=") + value
        else:
            text = f"{colon}{name}={every(value)}"
        return text, f"{style} in {kind}"

    def url(self, in_list=False, whole=False):
        value = self.token()
        parameter, how = self.parameter(value, whole)
        self.plant(f"url: {parameter.replace(value, '@S@')} ({how})", value, False)
        join = "&" if in_list else self.random.choice(["&", "&", "&amp;", "\\u0026"])
        extra = ""
        if self.random.random() < 0.4:
            other = self.token()
            spot = self.random.choice(
                [
                    ":theme=%s" if other.startswith("eyJ") else ":signature=%s",
                    ":oauth_token=%s",
                    ":nonce=a%%26:signature%%3D%s",
                    ":ua_x=a&jwt=%s",
                    "next=https%%3A%%2F%%2Fexample.com%%2F%%3F%%3Asignature%%3D%s",
                    ":jwt%%3D%s=1",
                    ":jwt=%s=1",
                    "control=:signature=%s",
                    ":user_attributes=%%7B%%22oauth_token%%22:%%22%s%%22%%7D" if len(other) > 16 else ":jwt=%s",
                ]
            )
            self.plant(f"url: {spot}", other, False)
            extra = join + spot % other
        embed = EMBED
        if self.random.random() < 0.1:
            token = self.jwt()
            self.plant("url: embed id or tag", token, False)
            embed = self.random.choice(
                [f"https://app.sigmacomputing.com/embed/{token}", f"{EMBED}/tag/{token}", f"https://app.sigmacomputing.com/acme/workbook/{token}"]
            )
        first = f"{embed}?:nonce={self.alnum(8)}{join}:email=a%40example.com{join}:client_id={self.text('0123456789abcdef', 64)}"
        flags = join.join(self.random.sample([":hide_send=true", ":show_footer=false", ":theme=Dark", ":mode=userbacked", ":nope=1", ":time=1750000000", ":session_length=600"], 3))
        return f"{first}{extra}{join}{flags}{join}{parameter}"

    def trigger(self):
        quote = self.random.choice(["'", '"', "", "`"])
        return self.random.choice(
            [
                lambda: f"a = {quote}{self.url()}{quote}",
                lambda: self.url(),
                lambda: f"x {EMBED}",
                lambda: "url += '&:show_footer=false&:hide_send=true';",
                lambda: base64.b64encode(self.url().encode()).decode() + " " + EMBED,
                lambda: urllib.parse.quote(self.url(in_list=True, whole=True), safe=""),
            ]
        )()

    def write(self, name, text):
        path = pathlib.Path(self.folder, name)
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
        return name

    def fill(self):
        for number in range(10):
            kind, above, _ = self.neighbour(number)
            _, below, _ = self.neighbour(number + 3) if number % 3 == 0 else (None, "end", None)
            name = {"env": f".env.{number}", "dockerfile": f"Dockerfile.{number}"}.get(kind, f"f{number}.{kind}")
            trigger = self.trigger() if number % 2 else f"x {EMBED}"
            if number % 4 == 3:
                trigger = f"{trigger}  # {self.secret}"
            order = [above, trigger, below] if number % 5 else [below, trigger, above]
            self.write(f"repo/{name}", "\n".join(["first", *order, "last"]) + "\n")
        rows = [self.url(in_list=True) for _ in range(4)]
        rows.append(f"not a URL {self.url(in_list=True)}")
        rows.append(f"https://app.sigmacomputing.com/acme/workbook/7f55QbPFuCnK2n0P2tSuBl?:jwt={self.plant('row: jwt', self.jwt(), False).value}&:embed=true")
        rows.append(self.plant("row: bare token", self.jwt(), False).value)
        self.write("rows.txt", "\n".join(rows) + "\n")
        self.write("rows.csv", "url,note\n" + "".join('"%s",x\n' % row.replace('"', '""') for row in rows))
        self.write("rows.jsonl", "".join(json.dumps({"url": row}) + "\n" for row in rows))
        self.write("secret.txt", self.secret)
        self.rows = rows

    # Runs

    def run(self, arguments, reports=(), results=False, cwd="."):
        by_file = self.random.random() < 0.5
        env = {"PATH": os.environ["PATH"], "HOME": self.folder}
        if any(a in ("audit", "convert", "inspect") for a in arguments[:1]) and by_file:
            if "--secret-file" not in arguments and "--credentials" not in arguments:
                arguments = [*arguments, "--secret-file", os.path.join(self.folder, "secret.txt")]
        else:
            env["SIGMA_EMBED_SECRET"] = self.secret
        ran = subprocess.run(
            [self.program, *arguments], cwd=os.path.join(self.folder, cwd), env=env, capture_output=True, timeout=120, stdin=subprocess.DEVNULL
        )
        if ran.returncode not in (0, 1, 2):
            self.leaks.append((f"exit status {ran.returncode}", arguments, "", ""))
        parts = {"stderr": ran.stderr}
        parts["result" if results else "stdout"] = ran.stdout
        for report in reports:
            path = pathlib.Path(self.folder, cwd, report)
            if path.exists():
                parts["result" if results else report] = path.read_bytes()
        for place, content in parts.items():
            self.search(content.decode(errors="replace"), place, arguments)

    def search(self, text, place, arguments):
        markers = self.markers
        if place == "result":
            markers = markers[:1]
        windows = self.windows(tuple(id(marker) for marker in markers), markers)
        # A page for people breaks long words.
        unbroken = re.sub(r"\s*\n\s*(│ )?", "", text)
        for form in {text, decoded(text), unbroken, decoded(unbroken)}:
            for size, wanted in windows.items():
                hit = next((form[n : n + size] for n in range(len(form) - size + 1) if form[n : n + size] in wanted), None)
                if hit:
                    at = form.index(hit)
                    self.leaks.append((wanted[hit].how, arguments, place, form[max(0, at - 60) : at + 60]))

    def windows(self, key, markers):
        if getattr(self, "cached", (None,))[0] != key:
            windows = collections.defaultdict(dict)
            for marker in markers:
                for window in marker.windows():
                    # What a page for people breaks, or a word of it may begin with, is no proof.
                    if " " not in window:
                        windows[len(window)][window] = marker
            self.cached = (key, windows)
        return self.cached[1]

    def commands(self):
        reports = [f"out.{name}" for name in FORMATS]
        beside = [argument for name in FORMATS for argument in ("--report", f"{name}=out.{name}")]
        rows = self.random.choice(["rows.txt", "rows.csv", "rows.jsonl"])
        yield lambda: self.run(["check", "repo", "-v", "--error", "all", *beside], reports)
        yield lambda: self.run(["check", "--color", "always", *TARGET], cwd="repo")
        yield lambda: self.run(["check", "repo", "--diff", "--unsafe-fixes", *TARGET])
        yield lambda: self.run(["check", "repo", "--fix", "--diff"])
        yield lambda: self.run(["check", "repo", "--write-baseline=base.json", "-v"], ["base.json"])
        yield lambda: self.run(["audit", rows, "-v", "--error", "all", *beside], reports)
        yield lambda: self.run(["inspect", rows, "--now", "1750000000", *beside], reports)
        yield lambda: self.run(["inspect", rows, "--explain-conversion", *TARGET])
        yield lambda: self.run(["inspect", self.random.choice(self.rows)])
        yield lambda: self.run(["convert", rows, "-v", "--trust-input", *TARGET, "-o", "new.txt"], ["new.txt"], results=True)
        yield lambda: self.convert_report(rows)
        yield lambda: self.run(["map", "init", "repo", "-v"])
        yield lambda: self.run(["map", "show", "--format", "json", "--map", self.write("map.csv", f"embed_id,org,workbook_id\n1-7CbVjjUMMTKQpYa2E7NwkI,acme,{self.rows[6]}\n")])
        for _ in range(2):
            yield self.error

    def convert_report(self, rows):
        """The rows without what is the result."""
        kind = self.random.choice(["ndjson", "csv"])
        self.run(["convert", rows, "-q", "--trust-input", *TARGET, "-o", "new.out", "--format", kind], [])
        path = pathlib.Path(self.folder, "new.out")
        if kind == "ndjson" and path.exists():
            shown = []
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                row.pop("url", None)
                shown.append(json.dumps(row, ensure_ascii=False))
            self.search("\n".join(shown), "new.out", ["convert", "--format", kind])

    def error(self):
        """A run that cannot work, with a secret where it goes wrong."""
        secret = self.plant("argument", self.alnum(24), True).value
        token = self.plant("argument: token", self.jwt(), False).value
        url = f"https://app.sigmacomputing.com/acme/workbook/7f55QbPFuCnK2n0P2tSuBl?:jwt={token}&:embed=true"
        arguments = self.random.choice(
            [
                ["convert", "rows.txt", "--secret-file", secret],
                ["convert", "rows.txt", "--secret-file", f"hunter {secret}"],
                ["audit", "rows.txt", "--credentials", secret],
                ["audit", "rows.txt", "--secret-file", token],
                ["inspect", f"Bearer {token}"],
                ["inspect", f"Authorization: Bearer {token}"],
                ["inspect", f"jwt={token}"],
                ["inspect", f"x{token}"],
                ["audit", f"https://example.com/?:jwt={token}"],
                ["audit", f"Bearer {token}"],
                ["check", token],
                ["check", f"?:signature={token}"],
                ["check", "--secret", secret],
                ["convert", "--secret", secret],
                ["convert", f"--secret={secret}"],
                ["convert", f"--client-secret={secret}"],
                ["convert", "--embed-secret", secret],
                ["convert", "rows.txt", "--workbook", url],
                ["convert", "rows.txt", "--org", url],
                ["convert", "rows.txt", "--map", url],
                ["convert", "rows.txt", "--format", url],
                ["check", "--format", url],
                ["check", "--since", token],
                ["check", "--config", token],
                ["check", "--baseline", f"Bearer {token}"],
                ["check", "--include", f"[{token}"],
                ["check", "--max-file-size", token],
                ["check", "--files-from", token],
                ["check", "--report", f"json={token}/x"],
                ["check", "--report", token],
                ["audit", "rows.txt", "-o", f"missing/{token}"],
                ["explain", token],
                [token],
                [f"Bearer {token}"],
                ["check", "--error", token],
                ["map", "show", "--map", f"{token}.csv"],
                ["map", "show", "--map", self.bad_map(secret, token)],
                ["check", "--config", self.bad_config(secret, token)],
                ["check", "--config", self.bad_config(secret, token)],
                ["check", "--config", self.bad_config(secret, token)],
                ["audit", "rows.txt", "--credentials", self.bad_credentials(secret)],
                ["check", "--baseline", self.bad_config(secret, token)],
            ]
        )
        self.run(arguments)

    def bad_map(self, secret, token):
        return self.write(
            self.random.choice(["bad.csv", "bad.json", "bad.toml"]),
            self.random.choice(
                [
                    f"embed_id,org,workbook_id\n{token},acme,x y\n",
                    f"embed_id,org,secret\na,b,{secret}\n",
                    f'{{"embeds": [{{"embed_id": "{token}", "org": 1}}]}}',
                    f'[[embeds]]\nembed_id = "{token}"\noauth_token = "{token}"\nworkbook_id = 1\n',
                    f'client_secret = "{secret}"\n',
                    f'[a\nsecret = {secret}\n',
                ]
            ),
        )

    def bad_config(self, secret, token):
        return self.write(
            "bad.toml",
            self.random.choice(
                [
                    f"https://user:{secret}@github.com\n",
                    f'oauth_token = "{token}" x\n',
                    f"oauth_token = {token}\n",
                    f"EMBED_SECRET={secret}\n",
                    f"export SECRET={secret}\n",
                    f"secret: {secret}\n",
                    f'client_secret = "{secret}"\n',
                    f"client_secret = '{secret}'\n",
                    f'[convert]\nsecret = "{secret}"\n',
                    f'[convert]\norg = "{token}"\n',
                    f'[convert]\ncredentials = "{secret}"\n',
                    f'[convert]\nclient_id = ["{secret}"]\n',
                    f'[rules]\n"{token}" = "error"\n',
                    f'"{token}" = 1\n',
                    f'hosts = ["https://user:{secret}@example.com"]\n',
                    f'allow = ["[{token}"]\n',
                    f"[default]\naws_secret_access_key = {secret}\n",
                    f"machine example.com login a password {secret}\n",
                    f"{secret}\n",
                    f"{token}\n",
                    f'[check]\nformat = "{token}"\n',
                    f'[map]\nfiles = ["{token}.csv"]\n',
                    f'hosts = ["a", "b"] {secret}\n',
                    f'[{secret}\n',
                    f'a = "{secret}\n',
                ]
            ),
        )

    def bad_credentials(self, secret):
        return self.write(
            "credentials.toml",
            self.random.choice([f'a = "{secret}"\n', f'"{secret}" = 1\n', f"{secret}\n", f'a = {{ file = "{secret}" }}\n', f'a = {{ env = "{secret}" }}\n', f'a = {{ value = "{secret}" }}\n']),
        )


def decoded(text):
    """A text with all its escapes undone, as often as it takes."""
    for _ in range(3):
        text = re.sub(r"\\+u\{([0-9a-fA-F]{1,6})\}|\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})", lambda m: chr(int(next(g for g in m.groups() if g), 16) % 0x110000), text)
        text = html.unescape(urllib.parse.unquote(text, errors="replace"))
    return text


def run_case(program, seed, number, most):
    with tempfile.TemporaryDirectory(prefix="leaks-") as folder:
        case = Case(program, seed, number, folder)
        case.fill()
        runs = 0
        for command in case.commands():
            if runs >= most:
                break
            command()
            runs += 1
        return runs, len(case.markers), case.leaks


# Commands of a case.
EACH = 15


def main():
    parser = argparse.ArgumentParser(description="Searches everything that embed2jwt prints for planted secrets.")
    parser.add_argument("runs", nargs="?", type=int, default=500)
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--case", type=int, help="only this case")
    parser.add_argument("--show", type=int, default=20, help="how many kinds of leaks are printed")
    arguments = parser.parse_args()
    program = os.path.abspath(os.environ.get("EMBED2JWT", "target/release/embed2jwt"))
    cases = range((arguments.runs + EACH - 1) // EACH) if arguments.case is None else [arguments.case]
    runs = markers = 0
    leaks = collections.OrderedDict()
    count = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [(n, pool.submit(run_case, program, arguments.seed, n, min(EACH, arguments.runs - EACH * n) if arguments.case is None else EACH)) for n in cases]
        for number, job in jobs:
            ran, planted, found = job.result()
            runs, markers = runs + ran, markers + planted
            for how, command, place, text in found:
                count += 1
                leaks.setdefault(how, (number, command, place, text))
    for how, (number, command, place, text) in list(leaks.items())[: arguments.show]:
        print(f"LEAK {how}\n  case {number}, {' '.join(command)[:150]}, {place}: {text!r}", file=sys.stderr)
    print(f"{runs} runs, {markers} planted: {count} leaks of {len(leaks)} kinds")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main())
