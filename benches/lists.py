#!/usr/bin/env python3
"""Writes a deterministic benchmark input: N signed legacy URLs, the embed map and the secret.

    lists.py N DIRECTORY [--case shapes|controls|attributes|csv]
"""

from __future__ import annotations

import argparse
import csv
import hmac
import json
import random
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

SECRET = "demo-embed-secret"
CLIENT_ID = "31c0d37dd9cffe984b412aa340509085deecce89940412a7118d1f60d992302c"
HOST = "https://app.sigmacomputing.com"
NOW = 1_750_000_000
EMBEDS = 500
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

Pairs = list[tuple[str, str]]


def base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits


def random_id(rng: random.Random) -> str:
    return base62(uuid.UUID(int=rng.getrandbits(128), version=4).int)


def user(rng: random.Random, number: int) -> Pairs:
    """What every signed URL has: one person in twenty comes back."""
    person = number if number % 20 else rng.randrange(number + 1)
    return [
        (":nonce", str(uuid.UUID(int=rng.getrandbits(128), version=4))),
        (":client_id", CLIENT_ID),
        (":email", f"user{person}@tenant{person % 50}.example"),
        (":external_user_id", str(person)),
        (":external_user_team", f"Team {person % 50}"),
        (":account_type", "View"),
        (":mode", "userbacked"),
        (":session_length", "3600"),
        (":time", str(NOW - number % 1000)),
    ]


def plain(pairs: Pairs) -> str:
    """As template strings write it: literal colons and at signs."""
    return "&".join(f"{key}={quote(value, safe='@,:+')}" for key, value in pairs)


def shape(rng: random.Random, number: int) -> tuple[str, str]:
    """Path suffix and query, in turn, of the shapes in fixtures/real/urls.txt."""
    pairs = user(rng, number)
    match number % 6:
        case 0:
            return "", plain(pairs)
        case 1:
            return "", urlencode(pairs)
        case 2:
            return "/tag/prod", plain([*pairs, (":first_name", "First"), (":last_name", "van Last"), (":theme", "Dark")])
        case 3:
            shown = [(":hide_menu", "true"), (":menu_position", "top"), (":hide_run_as_recipient", "true"), (":show_footer", "false")]
            return "", plain([*pairs, (":ua_Region", "West,Midwest"), *shown, ("Store-Region", "West")])
        case 4:
            place = [("site-id", str(number)), ("date-range", "min:2024-01-01T00:00:00,max:2024-02-01T00:00:00")]
            return "", plain([*pairs, (":eval_connection_id", str(uuid.UUID(int=rng.getrandbits(128), version=4))), *place])
        case _:
            return "/workbook/Embed_API_QuickStart-r0WXMPpc0YtQCTFR7CdDK/edit", plain([*pairs, (":hide_tooltip", "true")])


def controls(rng: random.Random, number: int) -> tuple[str, str]:
    """Forty controls with long values: about 5 kB that are carried over."""
    values = [(f"Control-{name}", ",".join(f"Store {rng.randrange(10_000)}" for _ in range(8))) for name in range(40)]
    return "", plain([*user(rng, number), *values])


def attributes(rng: random.Random, number: int) -> tuple[str, str]:
    """Thirty attributes and a JSON object, percent-encoded beyond ASCII: nearly all of it becomes claims."""
    names = [(f":ua_Länge {name}", f"Zürich, 東京 {rng.randrange(10_000)}") for name in range(30)]
    rest = json.dumps({f"Größe {name}": '"quoted" \\ 🦀' for name in range(10)}, ensure_ascii=False)
    pairs = [*user(rng, number), *names, (":user_attributes", rest)]
    return "", "&".join(f"{key if key.isascii() else ':' + quote(key[1:])}={quote(value, safe='')}" for key, value in pairs)


CASES: dict[str, Callable[[random.Random, int], tuple[str, str]]] = {
    "shapes": shape,
    "controls": controls,
    "attributes": attributes,
    "csv": shape,
}


def urls(case: str, count: int, embeds: list[str], rng: random.Random) -> Iterator[str]:
    key = hmac.new(SECRET.encode(), digestmod="sha256")
    for number in range(count):
        suffix, query = CASES[case](rng, number)
        url = f"{HOST}/embed/{rng.choice(embeds)}{suffix}?{query}"
        mac = key.copy()
        mac.update(url.encode())
        name = "%3Asignature" if query.startswith("%3A") else ":signature"
        yield f"{url}&{name}={mac.hexdigest()}"


def generate(case: str, count: int, directory: Path) -> Path:
    """Writes everything into `directory`; the path of the list of URLs."""
    rng = random.Random(f"embed2jwt {case}")
    directory.mkdir(parents=True, exist_ok=True)
    directory.joinpath("secret").write_text(SECRET)
    embeds = [f"1-{random_id(rng)}" for _ in range(EMBEDS)]
    with directory.joinpath("map.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["embed_id", "org", "workbook_id"])
        rows.writerows([embed, "demo-org", random_id(rng)] for embed in embeds)

    made = urls(case, count, embeds, rng)
    path = directory / ("urls.csv" if case == "csv" else "urls.txt")
    with path.open("w", newline="") as file:
        if case == "csv":
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(["id", "customer", "url", "note"])
            rows.writerows([n, f'Customer "{n % 50}", Inc.', url, "seen in the log"] for n, url in enumerate(made))
        else:
            file.writelines(f"{url}\n" for url in made)
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, metavar="N")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--case", choices=CASES, default="shapes")
    arguments = parser.parse_args()
    print(generate(arguments.case, arguments.count, arguments.directory))
