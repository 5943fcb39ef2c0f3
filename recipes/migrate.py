#!/usr/bin/env python3
"""Converts a list and writes one update for each URL with a new one: a JSON object a line.

    migrate.py LIST OUT [option of `embed2jwt convert`]…

Why URLs were not converted, and what to do, goes to standard error: of 20 of them, of all with --verbose. Exit status as of
embed2jwt; with 2, OUT is left as it was.
A URL whose signature proves nothing is not converted: give the secrets of all client ids (--credentials FILE).
"""
import json
import os
import subprocess
import sys
import tempfile


def update(file, record):
    """Your update goes here: `id` is a column of the list, if it has one of that name."""
    row = {key: record.get(key) for key in ("id", "source", "line", "url")}
    row["expires"] = record["claims"]["exp"]
    file.write(json.dumps(row) + "\n")


def migrate(file, source, options):
    tool = os.environ.get("EMBED2JWT", "embed2jwt")
    command = [tool, "convert", "--format", "ndjson", *options, "--", source]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            record = json.loads(line)
            if record["status"] == "converted":
                update(file, record)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"embed2jwt ended with status {process.returncode}")
    return process.returncode


def main():
    if len(sys.argv) < 3:
        print("usage: migrate.py LIST OUT [option of embed2jwt convert]…", file=sys.stderr)
        return 2
    source, out, *options = sys.argv[1:]
    partial = None
    try:
        # What is written holds tokens: for the owner alone, and beside OUT, so that it can take its place at once.
        folder = os.path.dirname(os.path.abspath(out))
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, delete=False) as file:
            partial = file.name
            status = migrate(file, source, options)
        os.replace(partial, out)
        partial = None
        return status
    except (OSError, RuntimeError, ValueError) as error:
        print(f"migrate.py: {error}; {out} is as it was", file=sys.stderr)
        return 2
    finally:
        if partial is not None:
            os.unlink(partial)


sys.exit(main())
