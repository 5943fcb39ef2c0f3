#!/usr/bin/env python3
"""Writes the seeds of every fuzz target to fuzz/corpus/<target>/, from fixtures/: files that hold what the target reads."""

import hashlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
LARGEST = 64 << 10
TOKEN = b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImMxIn0.eyJzdWIiOiJhQGV4YW1wbGUuY29tIiwiaWF0IjoxfQ.c2lnbmF0dXJl"


def files(*patterns):
    return [path.read_bytes()[:LARGEST] for pattern in patterns for path in sorted(FIXTURES.glob(pattern)) if path.is_file()]


def lines(contents):
    return sorted({line.strip() for content in contents for line in content.splitlines() if b"http" in line[:8]})


def utf16(contents):
    return [content.decode("utf-8", "replace").encode("utf-16") for content in contents[:5]]


def main():
    lists = files("fires/*.txt", "silent/*", "sample/urls.txt", "real/*.txt")
    urls = lines(lists)
    code = files("repos/**/*")
    tables = files("**/*.csv", "**/*.jsonl")
    seeds = {
        "url": urls,
        "scanner": code + lists + utf16(code),
        "unescape": urls + utf16(code),
        "map": files("**/*.csv", "config/good/*.toml") + [b'{"1-a":{"org":"acme","workbook_id":"b"}}', b'[{"embed_id":"1-a","workbook_id":"b"}]'],
        "config": files("config/**/*.toml"),
        "token": [TOKEN, b"", *urls[:20]],
        "rows": lists + tables + [b'{"url":"' + url.replace(b'"', b'\\"') + b'"}\n' for url in urls[:20]],
        "redaction": urls + code,
        "baseline": [b'{"schema":1,"findings":[{"rule":"legacy-url-builder","path":"a.js","fingerprint":"0123456789abcdef","count":1}]}', *files("**/*baseline*.json")],
    }
    for target, contents in seeds.items():
        if not contents:
            sys.exit(f"no seeds for {target}")
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for content in contents:
            (folder / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)


if __name__ == "__main__":
    main()
