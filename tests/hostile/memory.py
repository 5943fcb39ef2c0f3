#!/usr/bin/env python3
"""Feeds lists that are far larger than memory should be, and holds the peak against 64 MiB and eight times the longest row.

    EMBED2JWT=target/release/embed2jwt tests/hostile/memory.py [--size BYTES] [--threads N] [NAME…]

A list is piped in as it is made, 64 MB of it unless told otherwise: what does not grow from there to a gigabyte (`--size 1073741824`) does not grow
with the input. The bound is the same for one thread and for eight.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

from shapes import BASE, SIGNATURE, SIGNED, numbered, repeated

MEMORY = 64 << 20
PER_ROW = 8
LONG = (1 << 20) - 2000
ROWS = {
    "short": lambda n: "a\n" * 5000,
    "blank": lambda n: "\n" * 10000,
    "users": lambda n: "".join(f"{SIGNED.replace('a@', f'u{n}x{k}@').replace('nonce=n', f'nonce={n}x{k}')}{SIGNATURE}\n" for k in range(100)),
    "embeds": lambda n: "".join(f"{BASE}{n}x{k}\n" for k in range(500)),
    "parameters": lambda n: SIGNED + "&a=" * 9900 + SIGNATURE + "\n",
    "unknown": lambda n: SIGNED + numbered("&:x%d=", 90_000) + SIGNATURE + "\n",
    "many long": lambda n: SIGNED + "".join(f"&:x{k}={'v' * 90}" for k in range(9900)) + SIGNATURE + "\n",
    "long value": lambda n: SIGNED + "&x=" + "v" * LONG + SIGNATURE + "\n",
    "escapes": lambda n: SIGNED + "&:ua_x=" + repeated("%41", LONG) + SIGNATURE + "\n",
    "teams": lambda n: SIGNED + "&:external_user_team=" + repeated("a,", LONG) + SIGNATURE + "\n",
    "attributes": lambda n: SIGNED + "&:user_attributes=%7B" + numbered('"a%d":"b",', LONG) + "%7D" + SIGNATURE + "\n",
    "too long": lambda n: "a" * (3 << 20) + "\n",
}
FORMATS = ["human", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html"]
CONVERT = ["convert", "--no-config", "--trust-input", "--secret-file=secret", "--org=acme", "--workbook=r0WXMPpc0YtQCTFR7CdDK", "--now=1750000000"]


def high_water_mark(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def peak(program, arguments, row, size, folder):
    """The peak of its memory, the longest row, and its exit status."""
    with open(os.devnull, "wb") as nowhere:
        child = subprocess.Popen([program, *arguments], cwd=folder, env={"PATH": os.environ.get("PATH", "")}, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere)
        longest = 0

        def feed():
            nonlocal longest
            sent = number = 0
            try:
                while sent < size:
                    data = row(number).encode()
                    longest = max(longest, *map(len, data.split(b"\n")))
                    child.stdin.write(data)
                    sent += len(data)
                    number += 1
                child.stdin.close()
            except BrokenPipeError:
                pass

        feeder = threading.Thread(target=feed)
        feeder.start()
        most = 0
        while child.poll() is None:
            most = max(most, high_water_mark(child.pid))
            try:
                child.wait(0.02)
            except subprocess.TimeoutExpired:
                pass
        feeder.join()
    return most, min(longest, 1 << 20), child.returncode


def runs(threads):
    for name, row in ROWS.items():
        for form in ("human", "ndjson"):
            yield f"audit {name} as {form}", ["audit", f"-j{threads}", "--no-config", "--format", form], row
        yield f"convert {name}", [*CONVERT, f"-j{threads}", "--format", "ndjson"], row
    for form in FORMATS:
        yield f"audit all formats: {form}", ["audit", f"-j{threads}", "--no-config", "--format", form], ROWS["unknown"]
    yield "convert csv", [*CONVERT, f"-j{threads}", "--format", "csv"], ROWS["many long"]
    yield "inspect", ["inspect", f"-j{threads}", "--no-config"], ROWS["many long"]


def main():
    program = os.path.abspath(os.environ.get("EMBED2JWT", "target/release/embed2jwt"))
    parser = argparse.ArgumentParser(description="Measures that memory is bounded whatever comes.")
    parser.add_argument("names", nargs="*", help="runs whose names hold one of these; all without any")
    parser.add_argument("--size", type=int, default=64 << 20)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    over = count = 0
    for name, command, row in runs(arguments.threads):
        if arguments.names and not any(part in name for part in arguments.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "secret").write_text("planted-embed-secret", encoding="ascii")
            memory, longest, status = peak(program, command, row, arguments.size, folder)
        bound = MEMORY + PER_ROW * longest
        # Blank lines are no input.
        bad = memory > bound or status not in (0, 1, *((2,) if " blank" in name else ()))
        over += bad
        count += 1
        print(f"{'OVER ' if bad else ''}{name!r}: {memory >> 20} MiB of {bound >> 20}, status {status}", flush=True)
    print(f"{count} lists of {arguments.size >> 20} MiB, {over} of them over the memory")
    return 1 if over or not count else 0


if __name__ == "__main__":
    sys.exit(main())
