#!/usr/bin/env bash
# Runs the code that `scaffold` writes in each of its languages, beside the old code that it replaces.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt tests/scaffold/run.sh
#
# A language that is not installed is left out with a line, and with CI set that is a failure. Exit status: 0; 1 if a test
# failed; 2 without an executable to test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../common.sh
needs_executable
./setup.sh

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if .venv/bin/python -m unittest discover --start-directory . --pattern 'test_*.py' >"$log" 2>&1; then
    grep '^LEFT OUT' "$log" || true
    tail -n 3 "$log"
else
    cat "$log"
    exit 1
fi
