#!/usr/bin/env python3
"""Doubles hostile files and measures what showing their secrets costs: at most 2.3 times the CPU time.

    EMBED2JWT=target/release/embed2jwt tests/leaks/linear.py [--size BYTES] [--runs N] [PIECE…]

Each file is one piece over and over, 1 MB and 2 MB of it unless told otherwise, behind a line that is fixed: a diff looks for secrets in all of
it. The least of several runs counts.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

PIECES = [
    "signature=", "jwt:", "eyJ", "eyJ.", "eyJ/", "eyJaaaaaaaaaaaaaaaaaaaaaaaa", "a=", 'oauth_token"', "jwt=a ", "jwt+", "secret=",
    "secret=a;", "secret = $", 'secret: "${', "secret: |\n", "secret:\n", "secret: |\n  a\n", "secret = <<A\n", "secret </", "<secret>",
    "<key>secret</key><", "secret</a><b", "sign(", "sign('", "sign(\"a' ", "hmac 'a", "jwt.sign a, ", "value: '", '"value": "a", "name": "b", ',
    "value\"", "a/b1C", "%73", "\\u0073", "&#115;", "&amp;", "%25", "://a:", "://a:b@", "-u a:", "secret='''", "secret [[", "secret %q(",
    "secret \t", "password a1 ", "${secret:", "secret" + " " * 150, "\\", "'", "secret='a'+", "-----BEGIN KEY-----", "a1B2c3D4e5F6",
]
FIRST = "url += '&:show_footer=false&:hide_send=true';\n"
MOST = 2.3
# Less than this is lost in what the program costs at all.
LEAST = 0.02


def cost(program, piece, size, runs, folder):
    text = (piece * (size // len(piece) + 1))[:size]
    pathlib.Path(folder, "a.js").write_text(FIRST + text + "\n", encoding="utf-8")
    costs = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program, "check", "--diff", "-j1", "--no-config", "a.js"], cwd=folder, capture_output=True, timeout=300)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime - before.ru_utime)
    return min(costs)


def main():
    program = os.path.abspath(os.environ.get("EMBED2JWT", "target/release/embed2jwt"))
    parser = argparse.ArgumentParser(description="Measures that hiding secrets takes time in proportion to a file.")
    parser.add_argument("pieces", nargs="*", default=PIECES)
    parser.add_argument("--size", type=int, default=1 << 20)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    pieces, size, runs = arguments.pieces or PIECES, arguments.size, arguments.runs
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        for piece in pieces:
            one, two = (cost(program, piece, length, runs, folder) for length in (size, 2 * size))
            ratio = two / max(one, LEAST)
            slow += ratio > MOST
            print(f"{'SLOW ' if ratio > MOST else ''}{piece[:40]!r}: {one:.2f} s, {two:.2f} s, {ratio:.2f} times", flush=True)
    print(f"{len(pieces)} pieces, {slow} of them more than {MOST} times")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
