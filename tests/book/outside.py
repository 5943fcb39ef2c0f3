#!/usr/bin/env python3
"""A preprocessor of mdBook: what a page links outside of docs/ is not part of the site, so it leads to the repository.

Cargo.toml has its address; without it, the links lead to the files of the published crate.
"""
import json
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PUBLISHED = "https://docs.rs/crate/embed2jwt/latest/source"


def base():
    package = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
    repository = package.get("repository")
    return f"{repository.rstrip('/')}/blob/v{package['version']}" if repository else PUBLISHED


def rewrite(items, url):
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            chapter = item["Chapter"]
            chapter["content"] = re.sub(r"\]\(\.\./", f"]({url}/", chapter["content"])
            rewrite(chapter["sub_items"], url)


def main():
    if sys.argv[1:2] == ["supports"]:
        return
    _, book = json.load(sys.stdin)
    rewrite(book["items"] if "items" in book else book["sections"], base())
    json.dump(book, sys.stdout)


main()
