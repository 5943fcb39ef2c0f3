#!/usr/bin/env bash
# Checks the output of embed2jwt with JWT libraries it does not use itself.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt tests/interop/run.sh
#
# A suite that passes shows its closing lines, one that fails all of them. Exit status: 0; 1 if a suite failed; 2 without
# an executable to test.
set -euo pipefail

if [[ ${EMBED2JWT:-} != /* || ! -x $EMBED2JWT ]]; then
    echo "run.sh: EMBED2JWT must be the absolute path of the embed2jwt executable, not '${EMBED2JWT:-}'" >&2
    exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")"
./setup.sh

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

# suite NAME CLOSING-LINES COMMAND…
suite() {
    local name=$1 closing=$2
    shift 2
    echo "== $name"
    if "$@" >"$log" 2>&1; then
        tail -n "$closing" "$log"
    else
        cat "$log"
        failed=1
    fi
}

suite "node --test ($(node --version))" 8 node --test --test-reporter=spec ./*.test.mjs
suite "python -m unittest ($(.venv/bin/python --version))" 3 \
    .venv/bin/python -m unittest discover --start-directory . --pattern 'test_*.py'
exit "$failed"
