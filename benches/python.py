#!/usr/bin/env python3
"""Python beside the command, one process a URL, a child that lives, and PyJWT: ratios of one run.

    EMBED2JWT=$PWD/target/release/embed2jwt target/python/venv/bin/python benches/python.py [--urls N] [--rounds N]

Run it with a Python that has the wheel, pyarrow and PyJWT, such as the one that bindings/python/test.sh makes. The executable
and the wheel must be of one profile.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "recipes"))

from converting import meaning  # noqa: E402
from filter import Filter  # noqa: E402
from lists import NOW, generate  # noqa: E402
from measure import median, spread, table  # noqa: E402

HERE = Path(__file__).resolve().parent
TOOL = os.environ["EMBED2JWT"]
# What a part of the list takes says enough of what is slow.
SOME, FEW = 20_000, 200


def flags(folder: Path, threads: int) -> list[str]:
    files = ["--map", str(folder / "map.csv"), "--secret-file", str(folder / "secret")]
    return [*files, "--now", str(NOW), "--jti", "nonce", "--quiet", "-j", str(threads)]


def options(folder: Path, threads: int) -> dict[str, object]:
    return {"map": folder / "map.csv", "secret_file": folder / "secret", "now": NOW, "jti": "nonce", "threads": threads}


def command(list_file: Path, threads: int, form: str) -> None:
    subprocess.run(
        [TOOL, "convert", *flags(list_file.parent, threads), "--format", form, str(list_file)],
        stdout=subprocess.DEVNULL,
        check=True,
    )


def one_process_a_url(urls: list[str], folder: Path) -> list[str]:
    arguments = [TOOL, "convert", *flags(folder, 1), "-"]
    return [subprocess.run(arguments, input=url.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()[:-1] for url in urls]


def child(urls: list[str], folder: Path) -> list[str]:
    with Filter(flags(folder, 1)) as converter:
        return [converter.convert(url)["url"] for url in urls]


def one_by_one(urls: list[str], folder: Path) -> list[str | None]:
    import embed2jwt

    converter = embed2jwt.Converter(**options(folder, 1))
    return [converter.convert(url).url for url in urls]


def pyjwt(list_file: Path) -> None:
    files = [str(list_file.with_name(name)) for name in ("map.csv", "secret")]
    subprocess.run([sys.executable, str(HERE / "peers/peer.py"), str(list_file), *files, str(NOW)], stdout=subprocess.DEVNULL, check=True)


def main() -> None:
    import pyarrow as pa

    import embed2jwt

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    threads = arguments.threads
    with tempfile.TemporaryDirectory(prefix="embed2jwt-bench-") as folder:
        list_file = generate("shapes", arguments.urls, Path(folder))
        place = list_file.parent
        urls = list_file.read_text(encoding="utf-8").splitlines()
        some = list_file.with_name("some.txt")
        some.write_text("".join(f"{url}\n" for url in urls[:SOME]), encoding="utf-8")
        column = pa.table({"url": urls})

        # Nobody may do less than the others; it also warms the caches.
        few = urls[:FEW]
        expected = [meaning(url) for url in one_process_a_url(few, place)]
        listed = [one.url for one in embed2jwt.convert(few, **options(place, threads))]
        tabled = embed2jwt.convert_table(column.slice(0, FEW), **options(place, threads)).column("url").to_pylist()
        for other in (child(few, place), one_by_one(few, place), listed, tabled):
            assert [meaning(url) for url in other] == expected

        new_only = {"columns": ["status", "url"], **options(place, threads)}
        programs: dict[str, tuple[int, Callable[[], object]]] = {
            f"the command, new URLs, {threads} threads": (len(urls), lambda: command(list_file, threads, "lines")),
            f"the command, ndjson, {threads} threads": (len(urls), lambda: command(list_file, threads, "ndjson")),
            "Python: convert, a list": (len(urls), lambda: [one.url for one in embed2jwt.convert(urls, **options(place, threads))]),
            "Python: convert_table, new URLs": (len(urls), lambda: embed2jwt.convert_table(column, **new_only)),
            "Python: convert_table, all columns": (len(urls), lambda: embed2jwt.convert_table(column, **options(place, threads))),
            "Python: one by one": (len(urls[:SOME]), lambda: one_by_one(urls[:SOME], place)),
            "recipes/filter.py: a child that lives": (len(urls[:SOME]), lambda: child(urls[:SOME], place)),
            "PyJWT (benches/peers/peer.py)": (len(urls[:SOME]), lambda: pyjwt(some)),
            "one process a URL": (FEW, lambda: one_process_a_url(few, place)),
        }
        took: dict[str, list[float]] = {name: [] for name in programs}
        names = list(programs)
        for number in range(arguments.rounds):
            turn = number % len(names)
            for name in names[turn:] + names[:turn]:
                count, run = programs[name]
                start = time.perf_counter()
                run()
                took[name].append((time.perf_counter() - start) / count)

    rows = []
    bases = names[:2]
    for name in names:
        speeds = [[base / own for base, own in zip(took[other], took[name], strict=True)] for other in bases]
        rows.append([name, f"{1e6 * median(took[name]):,.2f}", *(cell for ratio in speeds for cell in spread(ratio))])
    head = ["program", "µs a URL", *(f"{what} {of}" for of in ("lines", "ndjson") for what in ("least", "median", "most"))]
    print(f"{len(urls):,} URLs, {arguments.rounds} rounds. Speed relative to the command's with new URLs and with ndjson:\n")
    print(table(head, rows))


if __name__ == "__main__":
    main()
