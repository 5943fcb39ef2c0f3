"""Memory does not grow with the input: more URLs, the same peak."""

import hmac
import os
import subprocess
import sys
import tempfile
import threading
import unittest
from collections.abc import Iterator
from pathlib import Path

from support import CLIENT_ID, HOST, MAP, NOW, SECRET, tool

# 65,536 nonces and users are remembered; from there on nothing may grow.
FEW = 70_000
# EMBED2JWT_SCALE=1000000 is worth a minute now and then.
LARGE = int(os.environ.get("EMBED2JWT_SCALE", "200000"))
MAY_GROW = 8 * 1024 * 1024
CHUNK = 1 << 16


def signed_urls(count: int, users: int) -> Iterator[bytes]:
    """`count` signed URLs of `users` people, every one with a nonce of its own."""
    key = hmac.new(SECRET.encode(), digestmod="sha256")
    for number in range(count):
        url = (
            f"{HOST}/embed/1-5ROVG8NwQrGNLF31mh1VJS?:nonce=00000000-0000-4000-8000-{number:012}&:client_id={CLIENT_ID}"
            f"&:email=user{number % users}@mail.example&:external_user_id={number % users}&:external_user_team=Team%20A"
            f"&:account_type=View&:mode=userbacked&:session_length=3600&:time={NOW}&:ua_Region=West&:theme=Dark"
        ).encode()
        mac = key.copy()
        mac.update(url)
        yield b"%b&:signature=%b\n" % (url, mac.hexdigest().encode())


def high_water_mark(pid: int) -> int:
    """The peak resident set so far, in bytes; 0 where /proc does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def measure(arguments: list, directory: str, feed: Iterator[bytes] = ()) -> tuple[int, int, int]:
    """Runs the tool in a folder: the peak of its memory in bytes, how many lines came out, and its exit status."""
    child = subprocess.Popen(
        [tool(), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=directory,
        env={"PATH": os.environ["PATH"]},
    )

    def write() -> None:
        try:
            with child.stdin:
                child.stdin.writelines(feed)
        except BrokenPipeError:
            pass  # It ended early; the number of lines will say so.

    feeder = threading.Thread(target=write)
    feeder.start()
    peak = lines = 0
    with child.stdout:
        while chunk := os.read(child.stdout.fileno(), CHUNK):
            lines += chunk.count(b"\n")
            peak = max(peak, high_water_mark(child.pid))
    feeder.join()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts what the process was before it became the tool (a copy of this interpreter) into ru_maxrss, which would
    # hide the first megabytes of growth. So ru_maxrss is taken only where there is no /proc; macOS has it in bytes.
    return peak or usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), lines, child.returncode


def run(urls: Iterator[bytes], output_format: str, command: str) -> tuple[int, int]:
    """Streams `urls` through `command`: the peak of its memory in bytes, and how many lines came out."""
    with tempfile.TemporaryDirectory(prefix="embed2jwt-interop-") as directory:
        secret_file = Path(directory, "secret")
        secret_file.write_text(SECRET)
        arguments = [command, "--format", output_format, "--map", MAP, "--secret-file", secret_file]
        peak, lines, status = measure(arguments, directory, urls)
    # Every URL of the list is deprecated, which is a finding to `audit`.
    if status != (1 if command == "audit" else 0):
        raise AssertionError(f"{command} exited with {status}")
    return peak, lines


def check_tree(files: int) -> tuple[int, int]:
    """`check` of a tree in which every file holds 5,000 findings: the peak of its memory, and how many there were."""
    with tempfile.TemporaryDirectory(prefix="embed2jwt-interop-") as directory:
        for number in range(files):
            Path(directory, f"{number:04}.txt").write_bytes(b"url += '&:hide_send=true'\n" * 4_980)
        peak, lines, status = measure(["check", "--format", "ndjson", "--no-config"], directory)
    if status != 1:
        raise AssertionError(f"check exited with {status}")
    return peak, lines


class Memory(unittest.TestCase):
    def check(self, users: int, output_format: str, command: str = "convert", few: int = FEW) -> None:
        small, lines = run(signed_urls(few, users), output_format, command)
        self.assertEqual(lines, few)
        large, lines = run(signed_urls(LARGE, users), output_format, command)
        self.assertEqual(lines, LARGE)
        self.assertLess(large - small, MAY_GROW, f"{small} bytes for {few} URLs, {large} for {LARGE}")

    def test_users_who_come_back(self):
        self.check(users=1000, output_format="lines")

    def test_every_url_another_user(self):
        self.check(users=LARGE, output_format="lines")

    def test_records(self):
        self.check(users=1000, output_format="ndjson")

    def test_audit(self):
        self.check(users=LARGE, output_format="ndjson", command="audit")

    def test_check_of_files_full_of_findings(self):
        # Enough that what waits to be written waits in both.
        small, few = check_tree(128)
        large, many = check_tree(384)
        self.assertGreater(few, 128 * 4_980)
        self.assertEqual(many, 3 * few)
        self.assertLess(large - small, MAY_GROW, f"{small} bytes for 128 files, {large} for 384")


if __name__ == "__main__":
    unittest.main()
