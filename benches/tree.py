#!/usr/bin/env python3
"""Writes a deterministic tree of files to scan, and a manifest of what is to be found in it.

    tree.py MEGABYTES DIRECTORY [--mean BYTES] [--plant-every BYTES]

DIRECTORY/tree is the tree, DIRECTORY/manifest.jsonl has one object for each planted embed or builder: `path`, the lines it
stands on (`line` to `last`), `rule`, `parameter` (or null), and `ignored`, which is true below node_modules.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import shutil
from bisect import bisect_left
from itertools import accumulate
from math import log
from pathlib import Path
from urllib.parse import quote

from lines import LANGUAGES, pool

IDS = ["1-7CbVjjUMMTKQpYa2E7NwkI", "1-5ROVG8NwQrGNLF31mh1VJS", "1-7j5Wbr755vJ9fq0YdACQmX", "1-3Fh0v9a0XBGTPYkQK8K6p9"]
HOST = "https://app.sigmacomputing.com"
FOLDERS = (
    "api app auth billing client common core data embed events forms jobs lib mail models reports search server ui users util web"
).split()
TOPS = ["services", "packages", ".github"]
# Shares of all bytes; the rest is source code.
IGNORED, BINARY, LOGS, MINIFIED = 0.10, 0.10, 0.10, 0.05
# Bytes of a source file on average, and how many of them for one planted thing, unless the caller says otherwise.
MEAN, PLANT_EVERY = 10_000, 2_000_000
# The spread of file sizes, as that of repositories: with it the median is half of the mean.
SIGMA = 1.2
LOG_SIZE, MINIFIED_SIZE = 16_000_000, 1_000_000

Plant = tuple[bytes, list[tuple[int, int, str, str | None]]]


def url(rng: random.Random) -> str:
    return f"{HOST}/embed/{rng.choice(IDS)}{rng.choice(['', '/tag/prod'])}"


def one_line(text: str, *found: tuple[str, str | None]) -> Plant:
    """Lines are counted from 0, from the beginning of the plant."""
    return f"{text}\n".encode(), [(0, 0, rule, parameter) for rule, parameter in found]


def base_path(rng: random.Random) -> Plant:
    return one_line(f'EMBED_PATH="{url(rng)}"', ("deprecated-embed-path", None))


def parameters(rng: random.Random) -> Plant:
    """One line in a quotation, with the ampersand as the file at hand would write it."""
    amp = rng.choice(["&", "&amp;", "&#38;", "\\u0026"])
    text = f'src = "{url(rng)}?:theme=Dark{amp}:hide_send=true{amp}:show_footer=false"'
    return one_line(
        text, ("deprecated-embed-path", None), ("unsupported-hide-send", "hide_send"), ("replaced-show-footer", "show_footer")
    )


def slashes(rng: random.Random) -> Plant:
    text = '"url": "' + url(rng).replace("/", "\\/") + '?:hide_schedule=true",'
    return one_line(text, ("deprecated-embed-path", None), ("unsupported-hide-schedule", "hide_schedule"))


def signed(rng: random.Random) -> Plant:
    number = rng.getrandbits(32)
    query = (
        f"?:nonce=made-up-{number}&:client_id=made-up&:email=user{number}@example.com&:external_user_id={number}"
        f"&:external_user_team=Sales&:account_type=View&:mode=userbacked&:session_length=3600&:time=1749999000&:menu_position=top"
        f"&:signature={rng.getrandbits(256):064x}"
    )
    return one_line(f"see <{url(rng)}{query}>.", ("deprecated-signed-url", None), ("signed-url-in-file", "signature"))


def nested(rng: random.Random) -> Plant:
    inner = quote(f"{url(rng)}?:hide_send=true", safe="")
    for _ in range(rng.randrange(2)):
        inner = quote(f"https://sso.example.com/go?to={inner}", safe="")
    text = f"https://login.example.com/start?next={inner}&lang=en"
    return one_line(text, ("deprecated-embed-path", None), ("unsupported-hide-send", "hide_send"))


def appended(rng: random.Random) -> Plant:
    fragments = ["?:nonce=", "&:email=", "&:external_user_team=", "&:client_id=", "&:session_length="]
    quote_ = rng.choice("'\"")
    rows = [f"  url += {quote_}{fragment}{quote_} + value;" for fragment in fragments]
    rows.append(f"  url += {quote_}&:hide_send=true{quote_};")
    return "\n".join([*rows, ""]).encode(), [
        (0, 5, "legacy-url-builder", None),
        (5, 5, "unsupported-hide-send", "hide_send"),
    ]


def keys(rng: random.Random) -> Plant:
    quote_, arrow = rng.choice([("'", ": "), ('"', ": "), ('"', " => "), ("'", " => ")])
    names = [":nonce", ":email", ":external_user_team", ":session_length", ":hide_run_as_recipient"]
    rows = [f"    {quote_}{name}{quote_}{arrow}value," for name in names]
    return "\n".join([*rows, ""]).encode(), [
        (0, 4, "legacy-url-builder", None),
        (4, 4, "unsupported-hide-run-as-recipient", "hide_run_as_recipient"),
    ]


def secret(rng: random.Random) -> Plant:
    value = base64.b64encode(url(rng).encode()).decode()
    text = f"---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: sigma\ndata:\n  EMBED_PATH: {value}\n---\n"
    return text.encode(), [(6, 6, "deprecated-embed-path", None)]


# In source code; `secret` only in YAML, and a minified file keeps its one line. Among the bind variables of SQL and PHP a quoted
# name with a colon says nothing.
KINDS = [base_path, parameters, slashes, signed, nested, appended, keys]
NO_KEYS = {"sql", "php", "java"}
MINIFIED_KINDS = [base_path, parameters, slashes]


class Tree:
    def __init__(self, size: int, directory: Path, mean: int, plant_every: int) -> None:
        self.rng = random.Random("embed2jwt check")
        self.size = size
        self.mu = log(mean) - SIGMA**2 / 2
        self.plant_every = min(plant_every, size // 40)
        self.root = directory / "tree"
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        self.manifest = directory.joinpath("manifest.jsonl").open("w", encoding="utf-8")
        self.number = 0
        self.until_plant = 0
        self.turn = 0
        self.folders: dict[Path, list[Path]] = {}
        self.pools = {}
        for name in LANGUAGES:
            lines = [f"{line}\n".encode() for line in pool(name, self.rng)]
            self.pools[name] = b"".join(lines), [0, *accumulate(map(len, lines))]

    def text(self, language: str, size: int) -> bytes:
        """Whole lines of a language, from anywhere in its pool."""
        data, ends = self.pools[language]
        parts = []
        while size > 0:
            start = self.rng.randrange(len(ends) - 1)
            stop = min(bisect_left(ends, ends[start] + size), len(ends) - 1)
            part = data[ends[start] : ends[max(stop, start + 1)]]
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def planted(self, text: bytes, plant: Plant, path: Path, ignored: bool) -> bytes:
        """The text with the plant between two of its lines."""
        inserted, found = plant
        at = text.find(b"\n", self.rng.randrange(len(text))) + 1
        above = text.count(b"\n", 0, at)
        for first, last, rule, parameter in found:
            entry = {"path": path.as_posix(), "line": above + first + 1, "last": above + last + 1}
            self.manifest.write(json.dumps({**entry, "rule": rule, "parameter": parameter, "ignored": ignored}) + "\n")
        return text[:at] + inserted + text[at:]

    def due(self, size: int) -> bool:
        self.until_plant -= size
        if self.until_plant > 0:
            return False
        self.until_plant = self.plant_every
        return True

    def write(self, path: Path, data: bytes) -> int:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return len(data)

    def folder(self, top: Path) -> Path:
        """A folder below `top`: mostly one that is there, else a new one in one that is there, however deep that lies."""
        there = self.folders.setdefault(top, [top])
        folder = self.rng.choice(there)
        if self.rng.randrange(8) == 0:
            folder /= self.rng.choice(FOLDERS)
            there.append(folder)
        return folder

    def source(self, top: Path, ignored: bool) -> int:
        self.number += 1
        language = self.rng.choice(list(LANGUAGES))
        size = int(min(max(self.rng.lognormvariate(self.mu, SIGMA), 60), 500_000))
        hidden = "." if self.number % 50 == 0 else ""
        path = self.folder(top) / f"{hidden}{self.rng.choice(FOLDERS)}{self.number}.{language}"
        text = self.text(language, size)
        if self.due(size):
            self.turn += 1
            kind = secret if language == "yaml" else KINDS[self.turn % len(KINDS)]
            kind = appended if kind is keys and language in NO_KEYS else kind
            text = self.planted(text, kind(self.rng), path, ignored)
        if self.number % 97 == 0:
            text = text.replace(b"\n", b"\r\n")
        if self.number % 997 == 0:
            text = text.decode().encode("utf-16")
        return self.write(path, text)

    def binary(self) -> int:
        self.number += 1
        size = int(min(self.rng.lognormvariate(11, 1), 2_000_000))
        suffix = self.rng.choice(["png", "woff2", "pdf", "so", "zip"])
        return self.write(self.folder(Path("assets")) / f"{self.number}.{suffix}", b"\x89\0" + self.rng.randbytes(size))

    def log(self) -> int:
        self.number += 1
        path = Path("logs") / f"app-{self.number}.log"
        text = self.text("log", min(LOG_SIZE, self.size // 20))
        return self.write(path, self.planted(text, signed(self.rng), path, False))

    def minified(self) -> int:
        """One line: the words of a language without line breaks."""
        self.number += 1
        path = self.folder(Path("public")) / f"bundle-{self.number}.min.js"
        text = self.text("js", min(MINIFIED_SIZE, self.size // 40)).replace(b"\n", b";")
        half = len(text) // 2
        inserted, found = MINIFIED_KINDS[self.number % len(MINIFIED_KINDS)](self.rng)
        for _, _, rule, parameter in found:
            entry = {"path": path.as_posix(), "line": 1, "last": 1, "rule": rule, "parameter": parameter, "ignored": False}
            self.manifest.write(json.dumps(entry) + "\n")
        return self.write(path, text[:half] + inserted.rstrip(b"\n") + b";" + text[half:])

    def fill(self) -> None:
        self.write(Path(".git/HEAD"), b"ref: refs/heads/main\n")
        self.write(Path(".gitignore"), b"node_modules/\n*.tmp\n")
        settings = Path(".env")
        self.write(settings, self.planted(b"APP_ENV=production\nMODE=userbacked\n", base_path(self.rng), settings, False))
        shares = [
            (IGNORED, lambda: self.source(Path("node_modules"), True)),
            (BINARY, self.binary),
            (LOGS, self.log),
            (MINIFIED, self.minified),
            (1 - IGNORED - BINARY - LOGS - MINIFIED, lambda: self.source(Path(self.rng.choice(TOPS)), False)),
        ]
        for share, make in shares:
            written = 0
            while written < share * self.size:
                written += make()
        self.manifest.close()


def generate(megabytes: int, directory: Path, mean: int = MEAN, plant_every: int = PLANT_EVERY) -> tuple[Path, Path]:
    """Fills `directory`; the tree and its manifest."""
    directory.mkdir(parents=True, exist_ok=True)
    tree = Tree(megabytes * 1_000_000, directory, mean, plant_every)
    tree.fill()
    return tree.root, directory / "manifest.jsonl"


def small_files(count: int, directory: Path) -> None:
    """So many files of 4 kB, a hundred a folder, one in a thousand with a base path."""
    rng = random.Random("embed2jwt files")
    text = "\n".join(pool("ts", rng)).encode()
    for number in range(count):
        folder = directory / f"{number // 10_000}" / f"{number // 100 % 100}"
        if number % 100 == 0:
            folder.mkdir(parents=True)
        start = rng.randrange(len(text) - 4000)
        plant = base_path(rng)[0] if number % 1000 == 50 else b""
        folder.joinpath(f"{number}.ts").write_bytes(text[start : start + 4000] + b"\n" + plant)


def one_line_file(size: int, path: Path) -> None:
    """A file of one line of so many bytes, a base path in the middle."""
    rng = random.Random("embed2jwt line")
    text = ";".join(pool("js", rng)).encode()
    half = (text * (size // len(text) + 1))[: size // 2]
    path.write_bytes(half + b";" + base_path(rng)[0].strip() + b";" + half)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("megabytes", type=int, metavar="MEGABYTES")
    parser.add_argument("directory", type=Path, metavar="DIRECTORY")
    parser.add_argument("--mean", type=int, default=MEAN, metavar="BYTES", help="of a source file (default %(default)s)")
    parser.add_argument("--plant-every", type=int, default=PLANT_EVERY, metavar="BYTES", help="(default %(default)s)")
    arguments = parser.parse_args()
    print(*generate(arguments.megabytes, arguments.directory, arguments.mean, arguments.plant_every), sep="\n")
