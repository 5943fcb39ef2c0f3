"""Generated code of every language is linted and run; its URLs are those of `convert` for the old builder's URL."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, unquote_plus

from builders import EMBED, NOW, Old, corpus, drawn
from languages import CLIENT_ID, ENVIRONMENT, SECRET, Call, Language, available

MAP = f"embed_id,org,workbook_id,workbook_name\n{EMBED},acme,r0WXMPpc0YtQCTFR7CdDK,Quarterly Sales\n"
COMBINATIONS = 24
SEED = 14
TESTED = 6


def tool(*args: object, stdin: str = "", statuses: tuple[int, ...] = (0,)) -> str:
    """What the executable under test prints."""
    command = [os.environ["EMBED2JWT"], *map(str, args)]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, check=False)
    assert done.returncode in statuses, f"{command}: exit {done.returncode}: {done.stderr}"
    assert SECRET not in done.stdout + done.stderr
    return done.stdout


def completed(url: str) -> str:
    """The URL with whatever a token needs that its builder leaves to others, unsigned."""
    url = url.partition("&:signature=")[0].partition("&%3Asignature=")[0]
    names = {name for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
    needed = {":nonce": "n-1", ":client_id": CLIENT_ID, ":email": "ann@example.com", ":time": str(NOW)}
    return url + "".join(f"&{name}={value}" for name, value in needed.items() if name not in names)


def kept(url: str) -> list[tuple[str, str]]:
    """What stands behind the token, decoded, in order."""
    pairs = url.partition("&:embed=true")[2].split("&")[1:]
    return [tuple(map(unquote_plus, pair.partition("=")[::2])) for pair in pairs]


class Scaffold(unittest.TestCase):
    languages: list[Language] = []
    work: Path

    @classmethod
    def setUpClass(cls) -> None:
        directory = tempfile.TemporaryDirectory(prefix="embed2jwt-scaffold-")
        cls.addClassCleanup(directory.cleanup)
        cls.work = Path(directory.name)
        (cls.work / "map.csv").write_text(MAP)
        (cls.work / "secret").write_text(SECRET)
        cls.languages = available()

    def folder(self, name: str) -> Path:
        folder = self.work / name
        folder.mkdir()
        return folder

    def converted(self, olds: list[Old]) -> list[dict]:
        """What `convert` makes of the old URLs."""
        out = tool("convert", "--no-config", "--map", self.work / "map.csv", "--secret-file", self.work / "secret", "--trust-input",
                   "--now", NOW, "--jti", "nonce", "--format", "ndjson", "-q", stdin="".join(f"{completed(o.url)}\n" for o in olds))
        records = [json.loads(line) for line in out.split("\n") if line]
        for old, record in zip(olds, records, strict=True):
            self.assertEqual(record["status"], "converted", f"{old.name}: {old.url}\n{record['findings']}")
        return records

    def inspected(self, urls: list[str]) -> list[dict]:
        out = tool("inspect", "--no-config", "--secret-file", self.work / "secret", "--now", NOW, "--format", "ndjson", "-q",
                   stdin="".join(f"{url}\n" for url in urls), statuses=(0, 1))
        return [json.loads(line) for line in out.split("\n") if line]

    def call(self, language: Language, old: Old, record: dict, *args: str) -> Call:
        """The call of the generated function that corresponds to the old URL."""
        claims = record["claims"]
        user = {"email": claims["sub"], **{name: value for name, value in claims.items() if name not in MACHINE}}
        options = dict(old.options)
        for number in ("session_length",):
            if number in options:
                options[number] = int(str(options[number]))
        source = tool("scaffold", language.name, *old.paths, "--no-config", "--map", self.work / "map.csv", "-q", *args)
        self.assertLess(source.count("\n"), 200, f"{language.name}: {old.name}")
        known = [name for name in user if language.knows(source, name)]
        return Call(source, EMBED, {name: user[name] for name in known if name != "oauth_token"},
                    {**options, "now": NOW, "jti": claims["jti"]})

    def assert_same(self, language: Language, olds: list[Old], records: list[dict], calls: list[Call], folder: Path) -> None:
        urls = language.urls(calls, folder)
        self.assertEqual(len(urls), len(olds))
        expected = self.inspected([record["url"] for record in records])
        for old, record, url, seen, wanted in zip(olds, records, urls, self.inspected(urls), expected, strict=True):
            about = f"{language.name}: {old.name}\n{old.url}\n{url}"
            self.assertEqual(seen["signature"], "verified", about)
            rules = [finding["rule"] for finding in seen["findings"] if finding["severity"] != "info"]
            self.assertEqual(rules, [f["rule"] for f in wanted["findings"] if f["severity"] != "info"], about)
            self.assertEqual(list(seen["claims"].items()), list(record["claims"].items()), about)
            self.assertEqual(seen["header"], record["header"], about)
            self.assertEqual(url.partition("?")[0], record["url"].partition("?")[0], about)
            self.assertEqual(kept(url), kept(record["url"]), about)

    def test_random_combinations(self) -> None:
        olds = drawn(COMBINATIONS, SEED, self.folder("drawn"))
        records = self.converted(olds)
        for language in self.languages:
            for library in language.libraries:
                with self.subTest(language=language.name, library=library):
                    calls = [self.call(language, old, record, "--library", library) for old, record in zip(olds, records, strict=True)]
                    self.assert_same(language, olds, records, calls, self.folder(f"{language.name}-{library}"))

    def test_every_builder_of_the_corpus(self) -> None:
        by_language = corpus(self.folder("corpus"))
        for language in self.languages:
            with self.subTest(language=language.name):
                olds = by_language[language.name]
                records = self.converted(olds)
                calls = [self.call(language, old, record) for old, record in zip(olds, records, strict=True)]
                self.assert_same(language, olds, records, calls, self.folder(f"corpus-{language.name}"))


    def test_an_oauth_token_is_encrypted(self) -> None:
        folder = self.folder("oauth")
        (folder / "sign.js").write_text(OAUTH)
        source = [folder / "sign.js"]
        for language in self.languages:
            with self.subTest(language=language.name):
                calls = []
                text = tool("scaffold", language.name, *source, "--no-config", "--map", self.work / "map.csv", "-q")
                for token in ("eyJhbGciOiJub25lIn0.e30.Grüße", SEALED):
                    user = {"email": "ann@example.com", "teams": ["West"], "account_type": "View", "oauth_token": token}
                    calls.append(Call(text, EMBED, user, {"now": NOW, "jti": "n-1"}))
                made, sealed = language.urls(calls, self.folder(f"oauth-{language.name}"))
                out = tool("inspect", "--no-config", "--secret-file", self.work / "secret", "--now", NOW, "--format", "ndjson", "-q",
                           "--decrypt-oauth-token", "--show-secrets", stdin=f"{made}\n")
                seen = json.loads(out)
                self.assertEqual((seen["signature"], seen["findings"]), ("verified", []), made)
                self.assertEqual(seen["claims"]["ver"], "1.1")
                self.assertEqual(seen["claims"]["aud"], "sigmacomputing")
                self.assertIn("eyJhbGciOiJub25lIn0.e30.Grüße", out)
                # What is encrypted already is not encrypted again.
                claims = json.loads(base64.urlsafe_b64decode(sealed.partition(":jwt=")[2].split(".")[1] + "=="))
                self.assertEqual(claims["oauth_token"], SEALED)

    def test_internal_users_are_told_apart_where_both_occur(self) -> None:
        folder = self.folder("internal")
        (folder / "sign.js").write_text(
            "url = base + '?:nonce=' + n + '&:client_id=' + c + '&:email=' + e + '&:external_user_team=' + t"
            " + '&:account_type=View&:mode=userbacked';\n")
        (folder / "admin.js").write_text(
            "url = base + '?:nonce=' + n + '&:client_id=' + c + '&:email=' + e + '&:mode=userbacked&:session_length=600';\n")
        for language in self.languages:
            with self.subTest(language=language.name):
                text = tool("scaffold", language.name, folder, "--no-config", "--map", self.work / "map.csv", "-q")
                user = {"email": "ann@example.com", "teams": ["West"], "account_type": "View"}
                calls = [Call(text, EMBED, {**user, "internal": internal}, {"now": NOW, "jti": "n-1"}) for internal in (False, True)]
                embed, internal = self.inspected(language.urls(calls, self.folder(f"internal-{language.name}")))
                self.assertEqual((embed["claims"]["teams"], embed["claims"]["account_type"]), (["West"], "View"))
                self.assertEqual(sorted(internal["claims"]), ["exp", "iat", "iss", "jti", "sub"])

    def test_the_generated_test_holds_the_generated_code(self) -> None:
        olds = drawn(TESTED, SEED + 1, self.folder("tested"))
        for language in self.languages:
            with self.subTest(language=language.name):
                work = self.folder(f"tested-{language.name}")
                folders = []
                for n, old in enumerate(olds):
                    folder = work / f"t{n}"
                    folder.mkdir()
                    code, test = (folder / name for name in language.files)
                    tool("scaffold", language.name, *old.paths, "--no-config", "--map", self.work / "map.csv", "-q",
                         "-o", code, "--with-test", test)
                    folders.append(folder)
                language.suites(folders, work)
                # It fails when the code is not what the old URLs were.
                code = folders[0] / language.files[0]
                code.write_text(code.read_text().replace(":embed=true", ":embed=true&:theme=Other"))
                with self.assertRaises(AssertionError):
                    language.suites(folders[:1], work)

    def test_the_endpoint_answers_whoever_is_logged_in(self) -> None:
        folder = self.folder("endpoint")
        (folder / "sign.js").write_text(OAUTH.replace("&:oauth_token=' + encrypt(token)", "&:theme=Dark&Customer-Id=' + customer"))
        for language in self.languages:
            for framework in language.frameworks:
                for library in language.libraries:
                    with self.subTest(language=language.name, library=library):
                        text = tool("scaffold", language.name, folder / "sign.js", "--no-config", "--map", self.work / "map.csv", "-q",
                                    "--framework", framework, "--library", library)
                        # Old code gave a single team as a string.
                        user = {"email": "ann@example.com", "teams": "West", "account_type": "View"}
                        work = self.folder(f"endpoint-{language.name}-{library}")
                        language.urls([Call(text, EMBED, user, {})], work)
                        nobody, somebody = language.endpoint(user, {"Customer-Id": 7}, work)
                        file = work / language.files[0]
                        file.write_text(text)
                        language.formatted(file)
                        self.assertEqual(nobody[0], 401)
                        self.assertEqual(somebody[0], 200)
                        out = tool("inspect", "--no-config", "--secret-file", self.work / "secret", "--format", "ndjson", "-q",
                                   stdin=somebody[1]["url"])
                        seen = json.loads(out)
                        self.assertEqual((seen["signature"], seen["claims"]["sub"]), ("verified", "ann@example.com"))
                        self.assertEqual(seen["claims"]["teams"], ["West"])
                        self.assertIn("&Customer-Id=7", somebody[1]["url"])
                        # Without what the old code filled in, there is no URL that shows too much.
                        nobody, somebody = language.endpoint(user, {}, work)
                        self.assertEqual((nobody[0], somebody[0]), (401, 500))

    def test_no_value_of_a_repository_becomes_code(self) -> None:
        """Names and values that end strings, comments and blocks in each of the languages; `pwned` is what they would write."""
        folder = self.folder("hostile")
        (folder / "map.csv").write_text(
            "embed_id,org,workbook_id,workbook_name\n"
            + "".join(f'{EMBED if n == 0 else f"1-{n}"},acme,r0WXMPpc0YtQCTFR7CdDK,"{name.replace(chr(34), chr(34) * 2)}"\n'
                      for n, name in enumerate(text for text in HOSTILE if text.isprintable())), encoding="utf-8")
        # Names in front of `=`, and values behind it.
        parts = [f"{prefix}{escaped(text)}=v{n}" for n, text in enumerate(HOSTILE + RESERVED) for prefix in ("", ":ua_")]
        parts += [f":account_type={escaped(HOSTILE[0])}", ":external_user_team=" + ",".join(escaped(text) for text in HOSTILE)]
        parts += [f":{name}={raw(text)}" for name, text in zip(NAMES, HOSTILE, strict=False)]
        parts += [f":{name}={raw(text)}" for name, text in zip(LOST_NAMES, HOSTILE, strict=False)]
        parts += [f":zz{escaped(text)}=x" for text in HOSTILE]
        for part in range(0, len(parts), 60):
            url = f"https://app.sigmacomputing.com/embed/{EMBED}?:nonce={{}}&:client_id={{}}&:email={{}}&" + "&".join(parts[part:part + 60])
            report = {"schema": 1, "findings": [{
                "rule": "legacy-url-builder", "path": HOSTILE[1], "line": 1,
                "template": {"url": url, "client_id_variable": HOSTILE[2], "secret_variable": HOSTILE[3]}}]}
            (folder / "report.json").write_text(json.dumps(report))
            for language in self.languages:
                for framework in ["none", *language.frameworks]:
                    with self.subTest(language=language.name, framework=framework, part=part):
                        text = tool("scaffold", language.name, "--from", folder / "report.json", "--no-config", "--map", folder / "map.csv",
                                    "-q", "--framework", framework)
                        work = self.folder(f"hostile-{language.name}-{framework}-{part}")
                        if framework == "none" or language.name in ("python", "node", "typescript"):
                            user = {"email": "ann@example.com", "teams": ["T"], "account_type": "View", "user_attributes": {"A": "B"}}
                            user = {name: value for name, value in user.items() if language.knows(text, name)}
                            (url,) = language.urls([Call(text, EMBED, user, {"now": NOW, "jti": "n-1"})], work)
                            (seen,) = self.inspected([url])
                            self.assertEqual(seen["signature"], "verified")
                            # They are there, as what they are: names and values.
                            pairs = [part.partition("=")[::2] for part in parts[part:part + 60] if part[0] not in ":="]
                            self.assertLessEqual({(unquote(k), unquote(v)) for k, v in pairs}, set(kept(url)))
                        self.assertEqual(list(work.rglob("pwned*")), [])


def raw(text: str) -> str:
    """As much of a text as may stand in a URL without an escape."""
    return "".join(quote(c, safe="") if c.isspace() or c.isascii() and not c.isprintable() or c in "&#" else c for c in text)


def escaped(text: str) -> str:
    return quote(text, safe="")


OAUTH = """
url = base + '?:nonce=' + nonce + '&:client_id=' + process.env.CLIENT_ID + '&:email=' + email;
url += '&:external_user_team=' + team + '&:account_type=' + type + '&:mode=userbacked&:oauth_token=' + encrypt(token);
url += '&:signature=' + hmac(process.env.EMBED_SECRET, url);
"""
SEALED = ".".join(base64.b64encode(bytes(n)).decode() for n in (16, 12, 16, 40))
HOSTILE = [
    "\";require('fs').writeFileSync('pwned1','');//", "';require('fs').writeFileSync('pwned2','');//",
    "`;${require('fs').writeFileSync('pwned3','')}", "*/ require('fs').writeFileSync('pwned4',''); /*",
    "\\", "\\\";open('pwned5','w')#", '\"\"\"\nopen("pwned6","w")\n\"\"\"', "\nopen('pwned7','w')\n", "\u2028open('pwned8','w')\u2029",
    "#{File.write('pwned9','')}", "'+File.write('pwned10','')+'", "=begin\nFile.write('pwned11','')\n=end",
    "?><?php file_put_contents('pwned12',''); ?>", "'.file_put_contents('pwned13','').'", "{$x}${file_put_contents('pwned14','')}",
    "\";System.exit(3);//", "\\u0022;System.exit(3);//", "\\u002a\\u002f System.exit(3); /\\u002a", "`\nfunc init() { panic(1) }\n",
    "-->", "]]>", "\r\nx", "\x00", "\x1b[31m", "\u202e", "é́", "🦀", "__proto__", "", " ",
]
RESERVED = ["class", "default", "return", "now", "jti", "session_length", "nodeId", "toString", "hashCode", "func", "end", "None", "null",
            "constructor", "1", "2x", "a-b", "a_b", "a.b", "A-B"]
NAMES = ["theme", "lng", "lng_variant", "hide_menu", "hide_tooltip", "hide_send", "bookmark", "page_id", "view_id", "hide_title",
         "hide_bookmarks", "menu_position", "hide_schedule", "explore", "customView", "savedView", "hide_save_as", "eval_connection_id",
         "first_name", "last_name", "session_length"]
LOST_NAMES = ["loading_bg", "loading_text", "hide_run_as_recipient", "use_user_name"]
MACHINE = ("sub", "iss", "jti", "iat", "exp", "ver", "aud")
assert ENVIRONMENT

if __name__ == "__main__":
    unittest.main()
