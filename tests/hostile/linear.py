#!/usr/bin/env python3
"""Doubles hostile inputs and measures what the program does with them: at most 2.3 times the CPU time, and bounded memory.

    EMBED2JWT=target/release/embed2jwt tests/hostile/linear.py [--size BYTES] [--runs N] [--every N] [NAME…]

The shapes are in shapes.py: lists, tables, tokens, maps, configurations, baselines, source code. Each is made 1 MB and 2 MB long (a single row half
of that: a longer one is not read) unless told otherwise. The user time of the process counts, the least of several runs, so that neither the disk
nor other processes have a say; a shape that seems slow is measured again before it is called so, and where valgrind is installed its instructions are
counted: a busy machine takes caches away, which makes the longer run slower than the shorter. The memory must stay below 64 MiB and eight times the
longest row; of a file, which `check` looks at as a whole, and of a map or a configuration, the file is the row.
`--every N` takes each Nth shape alone, for a quick look.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from shapes import LONGEST_ROW, all_shapes, text

MOST = 2.3
# Less than this is lost in what the program costs at all, and in the ticks of the clock.
LEAST = 0.05
MEMORY = 64 << 20
# No shape may take longer, however large.
LIMIT = 60


def once(program, shape, folder):
    """CPU seconds, peak memory, exit status."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder)}
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen([program, *shape.arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=nowhere, stderr=nowhere,
                                   preexec_fn=lambda: signal.alarm(LIMIT))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime, usage.ru_maxrss * 1024, process.returncode


def cost(program, shape, size, runs, folder):
    for name, content in shape.beside.items():
        pathlib.Path(folder, name).write_bytes(text(content))
    data = text(shape.content(size))
    pathlib.Path(folder, shape.file).write_bytes(data)
    longest = max(map(len, data.split(b"\n"))) if shape.arguments[0] in ("audit", "convert", "inspect") else len(data)
    results = []
    for _ in range(runs):
        results.append(once(program, shape, folder))
        # What is slow is slow in every run.
        if results[-1][0] > 2 or results[-1][2] < 0:
            break
    return min(result[0] for result in results), max(result[1] for result in results), results[-1][2], longest


def fitting(shape, size):
    if shape.row:
        size = min(size, LONGEST_ROW) // 2
        size -= size // 20
    return size


def instructions(program, shape, size):
    """How many more instructions twice the size takes, counted by valgrind."""
    counts = []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in shape.beside.items():
            pathlib.Path(folder, name).write_bytes(text(content))
        for length in (fitting(shape, size), 2 * fitting(shape, size)):
            pathlib.Path(folder, shape.file).write_bytes(text(shape.content(length)))
            command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", program, *shape.arguments]
            said = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False).stderr
            counts.append(int(re.search(rb"I\s+refs:\s+([\d,]+)", said)[1].replace(b",", b"")))
    return counts[1] / counts[0]


def measure(program, shape, size, runs):
    size = fitting(shape, size)
    with tempfile.TemporaryDirectory() as folder:
        one, _, _, _ = cost(program, shape, size, runs, folder)
        two, memory, status, longest = cost(program, shape, 2 * size, runs, folder)
    bound = MEMORY + shape.per_row * longest
    return one, two, memory, bound, status


def main():
    program = os.path.abspath(os.environ.get("EMBED2JWT", "target/release/embed2jwt"))
    if not shutil.which(program):
        sys.exit(f"{program} is no program")
    parser = argparse.ArgumentParser(description="Measures that time grows in proportion to the input, and that memory is bounded.")
    parser.add_argument("names", nargs="*", help="shapes whose names hold one of these; all without any")
    parser.add_argument("--size", type=int, default=1 << 20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    shapes = [shape for shape in all_shapes() if not arguments.names or any(name in shape.name for name in arguments.names)][::arguments.every]
    bad = 0
    for shape in shapes:
        one, two, memory, bound, status = measure(program, shape, arguments.size, arguments.runs)
        ratio = two / max(one, LEAST)
        # Other processes make a run slower, never faster.
        for _ in range(3):
            if ratio <= MOST or status < 0 or two > 5:
                break
            again = measure(program, shape, arguments.size, 3 * arguments.runs)
            one, two = min(one, again[0]), min(two, again[1])
            ratio = two / max(one, LEAST)
        counted = ""
        if ratio > MOST and status >= 0 and two <= 5 and shutil.which("valgrind"):
            ratio = instructions(program, shape, arguments.size)
            counted = " by instructions"
        faults = []
        if status < 0:
            faults.append(f"DIED of signal {-status}")
        elif status not in (0, 1, 2):
            faults.append(f"PANIC, status {status}")
        if ratio > MOST:
            faults.append("SLOW")
        if memory > bound:
            faults.append(f"MEMORY over {bound >> 20} MiB")
        bad += bool(faults)
        print(f"{' '.join(faults)}{' ' if faults else ''}{shape.name!r}: {one:.3f} s, {two:.3f} s, {ratio:.2f} times{counted}, {memory >> 20} MiB", flush=True)
    print(f"{len(shapes)} shapes, {bad} of them over {MOST} times the time or over the memory")
    return 1 if bad or not shapes else 0


if __name__ == "__main__":
    sys.exit(main())
