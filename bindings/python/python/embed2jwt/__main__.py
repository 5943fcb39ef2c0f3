"""The command `embed2jwt`, from the wheel: the same program as the one in Rust."""

from __future__ import annotations

import signal
import sys

from ._native import command


def main() -> int:
    """Runs the command with the arguments of this process; its exit status."""
    # Python would note Ctrl-C and wait for its next instruction, which comes after the run: the system ends the process instead.
    # Whoever had it ignored, as `nohup` and shells in the background do, keeps it ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return command(["embed2jwt", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
