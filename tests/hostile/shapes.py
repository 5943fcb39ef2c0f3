"""Hostile inputs that can be made as long as one likes, and the command that reads each."""

import base64
import dataclasses
import json
import typing

EMBED = "1-7CbVjjUMMTKQpYa2E7NwkI"
BASE = f"https://app.sigmacomputing.com/embed/{EMBED}"
SIGNED = f"{BASE}?:nonce=n&:client_id=c&:email=a@example.com&:mode=userbacked&:session_length=3600&:time=1750000000"
SIGNATURE = "&:signature=" + "0123456789abcdef" * 4
JWT_BASE = "https://app.sigmacomputing.com/acme/workbook/r0WXMPpc0YtQCTFR7CdDK?:embed=true&:jwt="
# A row over this many bytes is not read, and a URL with this many `&` neither.
LONGEST_ROW = 1 << 20
MOST_PARTS = 9000


@dataclasses.dataclass
class Shape:
    """A name, the arguments, the file that grows and what is in it at a size; other files beside it."""

    name: str
    arguments: list
    file: str
    content: typing.Callable
    beside: dict = dataclasses.field(default_factory=dict)
    # Whether all of it is one row, so that it must stay below the longest that is read.
    row: bool = False
    # How many times its longest row may be in memory. A map in TOML is read as a tree, and has a smaller limit instead.
    per_row: int = 8


def text(data):
    return data.encode() if isinstance(data, str) else data


def repeated(piece, size):
    return text((piece * (size // len(text(piece)) + 1)))[:size].decode(errors="ignore")


def numbered(template, size):
    """Pieces that are all different, `%d` their number."""
    pieces, length, number = [], 0, 0
    while length < size:
        piece = template % number
        pieces.append(piece)
        length += len(piece)
        number += 1
    return "".join(pieces)


def grown(piece, size):
    return numbered(piece, size) if "%d" in piece else repeated(piece, size)


def widened(name, size, parts=MOST_PARTS):
    """So many parameters of one name (or of different ones, with `%d`) that they fill the size with their values."""
    width = max(1, size // parts - len(name) - 2)
    return "".join(f"&{name % n if '%d' in name else name}={'v' * width}" for n in range(parts))


# ---- check: one piece over and over, behind a line that is fixed, so that a diff looks for secrets in all of it ----

FIXED = "url += '&:show_footer=false&:hide_send=true';\n"
SECRETS = [
    "signature=", "jwt:", "eyJ", "eyJ.", "eyJ/", "eyJaaaaaaaaaaaaaaaaaaaaaaaa", "a=", 'oauth_token"', "jwt=a ", "jwt+", "secret=",
    "secret=a;", "secret = $", 'secret: "${', "secret: |\n", "secret:\n", "secret: |\n  a\n", "secret = <<A\n", "secret </", "<secret>",
    "<key>secret</key><", "secret</a><b", "sign(", "sign('", "sign(\"a' ", "hmac 'a", "jwt.sign a, ", "value: '", '"value": "a", "name": "b", ',
    "value\"", "a/b1C", "%73", "\\u0073", "&#115;", "&amp;", "%25", "://a:", "://a:b@", "-u a:", "secret='''", "secret [[", "secret %q(",
    "secret \t", "password a1 ", "${secret:", "secret" + " " * 150, "\\", "'", "secret='a'+", "-----BEGIN KEY-----", "a1B2c3D4e5F6",
]
# What the scanner looks for, and what joins, escapes and ends it.
CODE = [
    "https://", "https://app.sigmacomputing.com", "https://app.sigmacomputing.com/embed/", f"{BASE} ", f"{BASE}\n", f"'{BASE}' + ", f"{BASE}?",
    f"{SIGNED}{SIGNATURE}\n", f"{SIGNED}{SIGNATURE}", f'"{BASE}?" + a + "', "':hide_send' ", "'&:hide_send=true' + ", "&:hide_send=true",
    '":external_user_team": ', "${", "${a}", "{{", "{{ a }}", "<%= a %>", f"{BASE}/${{a}}", f"{BASE}?${{", f"{BASE}?{{{{", "%3A", "%253A",
    "https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2F", "https:\\/\\/app.sigmacomputing.com\\/embed\\/", "\\u0026:theme=Dark", "&amp;:theme=Dark",
    "aHR0cHM6Ly9hcHAuc2lnbWFjb21wdXRpbmcuY29tL2VtYmVkLzEt", "// embed2jwt: ignore\n", "# embed2jwt: ignore[all] until=2027-01-01\n",
    f"{BASE} # embed2jwt: ignore\n", "embed2jwt: ", "hmac.new(", "createHmac('sha256', ", "signature = ", "'&:signature=' + sig;\n", "+ '&' + ",
    "url += '", "url = url + \"&:show_footer=false\"\n", "params.append(':nonce', ", "(", "[", "{", "<", "`", '"', "\"\"\"", "/*", "<!--",
    "api.sigmacomputing.com/v2/workbooks/", "/v2/workbooks/%d/embeds\n", "é", "\U0001f600", "\r", "\t", " ", "\n", "\x7f", "\u202e",
    f"{BASE}-%d\n", "https://app.sigmacomputing.com/embed/%d?:mode=userbacked\n", "SIGMA_EMBED_SECRET=%d\n", "&:show_footer=false'\n",
]

# ---- rows of a list ----

PARAMETERS = [
    "a", "a%d", ":theme", ":email", ":nonce", ":ua_Region", ":ua_%d", ":hide_send", ":hide_sheet_interactions", ":show_footer", ":x%d",
    ":oauth_token", ":signature", ":external_user_team", ":user_attributes", ":session_length", ":time", ":client_id", ":jwt", ":menu_position",
    "theme", "hide_send", ":Theme", ":themee", "%%3Atheme",
]
VALUES = [
    ("teams", ":external_user_team=", "a,"), ("teams-encoded", ":external_user_team=", "a%2C"), ("teams-json", ":teams=", "%22a%22,"),
    ("teams-different", ":teams=", "t%d,"), ("attributes", ":user_attributes=%7B", '"a%d":"b",'), ("attributes-deep", ":user_attributes=", "{"),
    ("lists-deep", ":teams=", "["), ("attribute-values", ":ua_Region=", "West,"), ("percent", ":ua_Region=", "%"), ("escapes", ":ua_Region=", "%41"),
    ("plus", ":first_name=", "+"), ("colons", "date=", "min:2024-01-01,"), ("encoded-commas", "date=", "a%2C"), ("email", ":email=", "a@"),
    ("domain", ":email=a@", "b."), ("digits", ":time=", "9"), ("zeros", ":session_length=", "0"), ("oauth", ":oauth_token=", "QUJD."),
    ("oauth-jwt", ":oauth_token=eyJ", "aaaa."), ("oauth-base64", ":oauth_token=", "QUJD"), ("token-dots", ":jwt=", "."), ("token", ":jwt=eyJ", "a"),
    ("question", "x=", "?"), ("hash", "x=", "#"), ("equals", "x=", "="), ("slashes", "x=", "/"), ("semicolons", "x=", ";"), ("quotes", "x=", "'"),
    ("doubled", "x=", '""'), ("high", "x=", "é"), ("nested", "x=https%3A%2F%2Fapp.sigmacomputing.com%2Fembed%2F", "1"), ("signature", ":signature=", "a"),
]
PATHS = [("deep", "/"), ("dots", "/.."), ("tags", "/tag/a"), ("workbooks", "/workbook/a-b"), ("long", "a"), ("escaped", "%2F"), ("base62", "1-zzzz")]
ROWS = ["a\n", "#\n", "\n", f"{BASE}\n", f"{SIGNED}{SIGNATURE}\n", SIGNED.replace(":nonce=n", ":nonce=n%d") + SIGNATURE + "\n", "eyJ.\n", "https://\n",
        SIGNED.replace("a@", "u%d@") + "&:external_user_team=t%d\n".replace("%d", "x") + "\n", f"{BASE}?:nonce=%d\n"]


def token(payload, header='{"alg":"HS256","typ":"JWT","kid":"c"}'):
    part = lambda data: base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")
    return f"{JWT_BASE}{part(header)}.{part(payload)}.{'A' * 43}"


# Three quarters of a token's size are its text.
PAYLOADS = {
    "claims": lambda size: json.dumps({f"c{n}": n for n in range(size // 14)}),
    "same-claims": lambda size: '{"a":1' + ',"a":1' * (size // 6) + "}",
    "teams": lambda size: json.dumps({"teams": ["a"] * (size // 5)}),
    "attributes": lambda size: json.dumps({"user_attributes": {f"a{n}": "b" for n in range(size // 14)}}),
    "deep": lambda size: "[" * size,
    "deep-claim": lambda size: '{"a":' * (size // 5),
    "escapes": lambda size: '{"sub":"' + "\\u0041" * (size // 6) + '"}',
    "tokens": lambda size: json.dumps({"connection_oauth_tokens": {f"a{n}": "b" for n in range(size // 14)}}),
    "string": lambda size: '{"sub":"' + "a" * size + '"}',
    "number": lambda size: '{"iat":' + "9" * size + "}",
}


def checks():
    for piece in SECRETS:
        yield Shape(f"diff {piece[:24]!r}", ["check", "--diff", "-j1", "--no-config", "a.js"], "a.js", lambda size, p=piece: FIXED + repeated(p, size) + "\n")
    for piece in CODE:
        yield Shape(f"check {piece[:24]!r}", ["check", "-j1", "--no-config", "--format", "json", "a.js"], "a.js", lambda size, p=piece: grown(p, size))
    for piece in CODE[:12]:
        yield Shape(f"fix {piece[:24]!r}", ["check", "--unsafe-fixes", "--diff", "--org=acme", "--workbook=r0WXMPpc0YtQCTFR7CdDK", "-j1", "--no-config", "a.html"],
                    "a.html", lambda size, p=piece: grown(p, size))
    for form in ["human", "sarif", "html", "markdown", "gitlab", "junit", "csv"]:
        yield Shape(f"check as {form}", ["check", "-j1", "--no-config", "--format", form, "a.js"], "a.js", lambda size: grown(f"{BASE}-%d '&:hide_send=true'", size))


def rows():
    audit = ["audit", "-j1", "--no-config", "--format", "ndjson", "a.txt"]
    convert = ["convert", "-j1", "--no-config", "--trust-input", "--secret-file=secret", "--org=acme", "--workbook=r0WXMPpc0YtQCTFR7CdDK", "--format=ndjson",
               "--now=1750000000"]
    secret = {"secret": "planted-embed-secret"}
    for name in PARAMETERS:
        line = lambda size, n=name: SIGNED + widened(n, size) + SIGNATURE + "\n"
        yield Shape(f"parameters {name}", audit, "a.txt", line, row=True)
        yield Shape(f"parameters {name} converted", [*convert, "a.txt"], "a.txt", line, secret, row=True)
    yield Shape("parameters without end", audit, "a.txt", lambda size: SIGNED + repeated("&a=", size) + "\n", row=True)
    for name, before, piece in VALUES:
        line = lambda size, b=before, p=piece: SIGNED + "&" + b + (numbered(p, size) if p in ("t%d,", '"a%d":"b",') else repeated(p, size)) + SIGNATURE + "\n"
        yield Shape(f"value {name}", audit, "a.txt", line, row=True)
        yield Shape(f"value {name} converted", [*convert, "--encrypt-oauth-token=all", "a.txt"], "a.txt", line, secret, row=True)
        yield Shape(f"value {name} in json", [*audit[:-1], "--input-format=jsonl", "a.txt"], "a.txt", lambda size, l=line: json.dumps({"url": l(size)}) + "\n", row=True)
    for name, piece in PATHS:
        yield Shape(f"path {name}", audit, "a.txt", lambda size, p=piece: BASE + repeated(p, size) + "?:mode=userbacked\n", row=True)
    for piece in ROWS:
        yield Shape(f"rows {piece[-24:]!r}", audit, "a.txt", lambda size, p=piece: grown(p, size))
        yield Shape(f"rows {piece[-24:]!r} converted", [*convert, "a.txt"], "a.txt", lambda size, p=piece: grown(p, size), secret)
    for name, payload in PAYLOADS.items():
        line = lambda size, p=payload: token(p(size * 3 // 4)) + "\n"
        yield Shape(f"token {name}", ["inspect", "--no-config", "--format", "ndjson", "a.txt"], "a.txt", line, row=True)
        yield Shape(f"token {name} for a person", ["inspect", "--no-config", "a.txt"], "a.txt", line, row=True)
    for name, payload in list(PAYLOADS.items())[:3]:
        yield Shape(f"header {name}", ["inspect", "--no-config", "--format", "ndjson", "a.txt"], "a.txt",
                    lambda size, p=payload: token("{}", p(size * 3 // 4)) + "\n", row=True)


def tables():
    for name, separator in (("csv", ","), ("tsv", "\t")):
        audit = ["audit", "-j1", "--no-config", "--format", "ndjson", f"a.{name}"]
        convert = ["convert", "-j1", "--no-config", "--trust-input", "--secret-file=secret", "--org=acme", "--workbook=r0WXMPpc0YtQCTFR7CdDK", "--format=csv",
                   "--now=1750000000", f"a.{name}"]
        secret = {"secret": "planted-embed-secret"}
        headers = {
            "equal": lambda size, s=separator: s.join(["url"] + ["a"] * (size // 2)),
            "different": lambda size, s=separator: "url" + numbered(s + "c%d", size),
            "numbered": lambda size, s=separator: "url" + numbered(s + "a_%d", size // 2) + (s + "a") * (size // 4),
            "fields": lambda size, s=separator: s.join(["url"] * (size // 4)),
            "empty": lambda size, s=separator: "url" + s * size,
        }
        for kind, header in headers.items():
            content = lambda size, h=header: h(size) + f"\n{SIGNED}{SIGNATURE}\n"
            yield Shape(f"{name} header {kind}", audit, f"a.{name}", content, row=True)
            yield Shape(f"{name} header {kind} converted", convert, f"a.{name}", content, secret, row=True)
        records = {
            "cells beyond": lambda size, s=separator: f'url\n"{BASE}"' + s + repeated("a" + s, size),
            "header after cells": lambda size, s=separator: "url" + numbered(s + "column%d", size // 2) + f'\n"{BASE}"' + s + repeated("a" + s, size // 2),
            "open quotes": lambda size, s=separator: "url\n" + repeated('"a\n', size),
            "one open quote": lambda size, s=separator: 'url\n"' + repeated("a\n", size),
            "quotes": lambda size, s=separator: "url\n" + repeated('"', size),
            "quoted": lambda size, s=separator: f'url\n"{BASE}?' + repeated('""', size) + '"\n',
            "line ends in a cell": lambda size, s=separator: f'url{s}b\n"{BASE}"{s}"' + repeated("\n", size) + '"\n',
            "empty rows": lambda size, s=separator: "url\n" + repeated(s + "\n", size),
            "blank lines": lambda size, s=separator: repeated("\n", size) + "url\nx\n",
            "wide rows": lambda size, s=separator: "url" + numbered(s + "c%d", 2000) + "\n" + repeated("x\n", size // 100),
        }
        for kind, record in records.items():
            yield Shape(f"{name} {kind}", audit, f"a.{name}", record, row=kind not in ("open quotes", "empty rows", "blank lines", "wide rows"))
    jsonl = ["audit", "-j1", "--no-config", "--format", "ndjson", "a.jsonl"]
    convert = ["convert", "-j1", "--no-config", "--trust-input", "--secret-file=secret", "--org=acme", "--workbook=r0WXMPpc0YtQCTFR7CdDK", "--format=csv",
               "--now=1750000000", "a.jsonl"]
    lines = {
        "keys": lambda size: json.dumps({"url": BASE, **{f"k{n}": 1 for n in range(size // 12)}}),
        "same keys": lambda size: '{"url":"x"' + ',"a":1' * (size // 6) + "}",
        "urls": lambda size: '{"url":"x"' + ',"url":"x"' * (size // 10) + "}",
        "deep": lambda size: '{"url":' + "[" * size,
        "deep beside": lambda size: '{"a":' + "[" * (size // 2) + "]" * (size // 2) + ',"url":"x"}',
        "escapes": lambda size: '{"url":"' + BASE + "?" + "\\u0026a" * (size // 7) + '"}',
        "pairs": lambda size: '{"url":"' + SIGNED + "&x=" + "\\ud83d\\ude00" * (size // 12) + '"}',
        "open string": lambda size: '{"url":"' + "\\" * size,
        "number": lambda size: '{"a":' + "9" * size + ',"url":"x"}',
    }
    for kind, line in lines.items():
        yield Shape(f"jsonl {kind}", jsonl, "a.jsonl", line, row=True)
    for kind in ("keys", "same keys"):
        yield Shape(f"jsonl {kind} converted", convert, "a.jsonl", lambda size, k=kind: lines[k](size) + "\n", {"secret": "planted-embed-secret"}, row=True)
    many = lambda size: "\n".join('{"url":"' + BASE + '"}' for _ in range(size // 70))
    yield Shape("jsonl rows", jsonl, "a.jsonl", many)


def maps():
    entry = lambda n: {"embed_id": f"e{n}", "org": "acme", "workbook_id": "r0WXMPpc0YtQCTFR7CdDK"}
    files = {
        "csv rows": ("m.csv", lambda size: "embed_id,org,workbook_id\n" + numbered("e%d,acme,r0WXMPpc0YtQCTFR7CdDK\n", size)),
        "csv same rows": ("m.csv", lambda size: "embed_id,org,workbook_id\n" + repeated("e,acme,r0WXMPpc0YtQCTFR7CdDK\n", size)),
        "csv header": ("m.csv", lambda size: "embed_id" + numbered(",c%d", size) + "\n"),
        "csv same header": ("m.csv", lambda size: "embed_id" + ",org" * (size // 4) + "\n"),
        "csv cells": ("m.csv", lambda size: "embed_id,org,workbook_id\ne" + "," * size + "\n"),
        "csv quotes": ("m.csv", lambda size: "embed_id,org,workbook_id\n" + repeated('"', size)),
        "csv one quote": ("m.csv", lambda size: 'embed_id,org,workbook_id\n"' + repeated("a\n", size)),
        "csv long id": ("m.csv", lambda size: "embed_id,org,workbook_id\n" + "z" * size + ",acme,x\n"),
        "csv secret": ("m.csv", lambda size: "embed_id,org,workbook_id\n" + repeated("signature=", size) + ",acme,x\n"),
        "json entries": ("m.json", lambda size: json.dumps({"embeds": [entry(n) for n in range(size // 80)]})),
        "json list": ("m.json", lambda size: json.dumps([entry(n) for n in range(size // 80)])),
        "json object": ("m.json", lambda size: json.dumps({f"e{n}": {"org": "acme", "workbook_id": "x"} for n in range(size // 50)})),
        "json keys": ("m.json", lambda size: json.dumps([{"embed_id": "e", **{f"k{n}": 1 for n in range(size // 12)}}])),
        "json same keys": ("m.json", lambda size: '[{"embed_id":"e"' + ',"org":"a"' * (size // 10) + "}]"),
        "json deep": ("m.json", lambda size: "[" * size),
        "json deep closed": ("m.json", lambda size: '{"embeds":[{"embed_id":' + "[" * (size // 2) + "]" * (size // 2) + "}]}"),
        "json string": ("m.json", lambda size: '[{"embed_id":"' + "\\u0061" * (size // 6) + '"}]'),
        "json line ends": ("m.json", lambda size: "[" + "\n" * size + "]"),
        "json numbers": ("m.json", lambda size: '[{"embed_id":' + "9" * size + "}]"),
        "toml entries": ("m.toml", lambda size: numbered('[[embed]]\nembed_id = "e%d"\norg = "acme"\nworkbook_id = "x"\n', size)),
        "toml tables": ("m.toml", lambda size: numbered('[e%d]\norg = "acme"\n', size)),
        "toml keys": ("m.toml", lambda size: '[[embed]]\nembed_id = "e"\n' + numbered("k%d = 1\n", size)),
        "toml same keys": ("m.toml", lambda size: repeated("a = 1\n", size)),
        "toml deep": ("m.toml", lambda size: "a = " + "[" * size),
        "toml dotted": ("m.toml", lambda size: "a" + ".a" * (size // 2) + " = 1\n"),
        "toml dots": ("m.toml", lambda size: numbered("a.k%d.b = 1\n", size)),
        "toml comments": ("m.toml", lambda size: repeated("#\n", size)),
        "toml string": ("m.toml", lambda size: 'a = """' + "a\n" * (size // 2)),
        "toml header": ("m.toml", lambda size: "[" * size),
    }
    for name, (file, content) in files.items():
        yield Shape(f"map {name}", ["map", "show", "--no-config", "--format", "json", file], file, content, per_row=120 if "toml" in name else 8)
    for name in ("csv rows", "json entries", "toml entries"):
        file, content = files[name]
        yield Shape(f"map {name} used", ["check", "--no-config", "--map", file, "a.txt"], file, content, {"a.txt": f"{BASE}\n"}, per_row=120)


def settings():
    files = {
        "rules": lambda size: "[rules]\n" + numbered('unknown-rule-%d = "error"\n', size),
        "hosts": lambda size: "hosts = [" + numbered('"h%d.example.com",', size) + "]\n",
        "host": lambda size: 'hosts = ["' + "a." * (size // 2) + 'example.com"]\n',
        "allow": lambda size: "allow = [" + numbered('"a%d",', size) + "]\n",
        "allow long": lambda size: 'allow = ["' + "a" * size + '"]\n',
        "allow groups": lambda size: 'allow = ["' + "(" * size + '"]\n',
        "parameters": lambda size: "[parameters]\n" + numbered('p%d = "kept"\n', size),
        "exclude": lambda size: "[check]\nexclude = [" + numbered('"a%d/*.js",', size) + "]\n",
        "stars": lambda size: '[check]\nexclude = ["' + "**/" * (size // 3) + 'a"]\n',
        "braces": lambda size: '[check]\nexclude = ["' + "{" * size + '"]\n',
        "deep": lambda size: "hosts = " + "[" * size,
        "comments": lambda size: repeated("#\n", size),
        "unknown": lambda size: numbered("k%d = 1\n", size),
        "unknown long": lambda size: "k" * size + " = 1\n",
        "tables": lambda size: numbered("[t%d]\n", size),
        "open string": lambda size: 'hosts = ["' + "\\" * size,
    }
    for name, content in files.items():
        # A pattern is parsed as a tree; a configuration of more than 1 MiB is not read.
        yield Shape(f"configuration {name}", ["check", "--config", "c.toml", "a.js"], "c.toml", content, {"a.js": f"{BASE}\n"},
                    per_row=800 if name.startswith("allow") else 8)
    known = lambda n: {"path": f"f{n}.js", "rule": "deprecated-embed-path", "fingerprint": f"{n:016x}", "count": 1}
    baselines = {
        "entries": lambda size: json.dumps({"schema": 1, "findings": [known(n) for n in range(size // 90)]}),
        "same entries": lambda size: json.dumps({"schema": 1, "findings": [known(1)] * (size // 90)}),
        "deep": lambda size: "[" * size,
        "files": lambda size: json.dumps({"schema": 1, "files": {f"f{n}.js": {"deprecated-embed-path": {"a": 1}} for n in range(size // 50)}}),
    }
    for name, content in baselines.items():
        yield Shape(f"baseline {name}", ["check", "--no-config", "--baseline", "b.json", "a.js"], "b.json", content, {"a.js": f"{BASE}\n"})
    credentials = {
        "entries": lambda size: numbered('c%d = { file = "secret" }\n', size // 20),
        "deep": lambda size: "a = " + "[" * size,
        "comments": lambda size: repeated("#\n", size),
    }
    for name, content in credentials.items():
        yield Shape(f"credentials {name}", ["audit", "--no-config", "--credentials", "k.toml", "a.txt"], "k.toml", content,
                    {"a.txt": f"{BASE}\n", "secret": "planted-embed-secret"})
    ignores = {"lines": "a%d\n", "negated": "!a%d\n", "stars": "**/", "braces": "{a,", "classes": "[", "backslashes": "\\"}
    for name, piece in ignores.items():
        yield Shape(f"gitignore {name}", ["check", "--no-config", "."], ".gitignore", lambda size, p=piece: grown(p, size), {"a.js": f"{BASE}\n"})
    yield Shape("list of files", ["check", "--no-config", "--files-from", "l.txt"], "l.txt", lambda size: repeated("a.js\n", size), {"a.js": f"{BASE}\n"})


def all_shapes():
    return [*checks(), *rows(), *tables(), *maps(), *settings()]
