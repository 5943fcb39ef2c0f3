#!/usr/bin/env python3
"""Converts URLs one by one as they come, with one `embed2jwt` for the whole run instead of one a URL.

    filter.py [option of `embed2jwt convert`]… <urls.txt

As a module: `Filter(options).convert(url)` gives the record of `convert --format ndjson` at once; several threads may ask.
The package `embed2jwt` of PyPI does the same without a child: docs/python.md.
"""
import json
import os
import subprocess
import sys
import threading


class Filter:
    """One child that lives until `close`, or until the end of a `with`."""

    def __init__(self, options=()):
        tool = os.environ.get("EMBED2JWT", "embed2jwt")
        # As JSON every text is one line, and every line has one answer.
        command = [tool, "convert", "--quiet", "--format", "ndjson", "--input-format", "jsonl", *options, "-"]
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.turn = threading.Lock()

    def convert(self, url):
        """What became of the URL: `status`, `url`, `findings` and the rest."""
        with self.turn:
            try:
                self.child.stdin.write(json.dumps({"url": url}).encode() + b"\n")
                self.child.stdin.flush()
                line = self.child.stdout.readline()
            except BrokenPipeError:
                line = b""
        if not line:
            raise RuntimeError(f"embed2jwt ended with status {self.child.wait()}")
        return json.loads(line)

    def close(self):
        """Ends the child."""
        try:
            self.child.stdin.close()
        except BrokenPipeError:
            pass
        self.child.stdout.close()
        # 1: at least one URL was not converted, which its record has said.
        if self.child.wait() not in (0, 1):
            raise RuntimeError(f"embed2jwt ended with status {self.child.returncode}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def main():
    status = 0
    try:
        with Filter(sys.argv[1:]) as converter:
            for line in sys.stdin:
                record = converter.convert(line.strip())
                # Your use of the new URL goes here.
                print(record["url"] or "", flush=True)
                if record["status"] == "failed":
                    status = 1
                    print(f"line {record['line']}: {record['findings'][0]['message']}", file=sys.stderr)
    except (OSError, RuntimeError) as error:
        print(f"filter.py: {error}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
