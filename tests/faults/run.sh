#!/usr/bin/env bash
# What the program does when the machine fails it: full disks, closed pipes, kills, signals, files that change, no threads.
#
#     EMBED2JWT=target/release/embed2jwt tests/faults/run.sh [--full] [NAME…]
#
# The bounded form ends the program at 20 moments of each command that writes and scans a folder of 5,000 files; `--full`
# takes 200 moments and 100,000 files. A name runs the faults that have it in theirs. The laws: an output file is the old one or
# the new one; no file with tokens is left by a signal that can be caught; the exit status is 0, 1 or 2; no panic. Prints a line
# for each fault. What needs root, another user, strace or faketime is left out with a line that says so. Needs python3.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$(realpath "${EMBED2JWT:-target/release/embed2jwt}")
[[ -x $program ]] || { echo "faults: $program is no program" >&2; exit 1; }
unset SIGMA_EMBED_SECRET SIGMA_EMBED_CLIENT_ID SIGMA_BASE_URL SIGMA_CLIENT_ID SIGMA_CLIENT_SECRET
EMBED2JWT=$program exec python3 "$here/faults.py" "$@"
