#!/usr/bin/env bash
# Checks the output of embed2jwt with JWT libraries it does not use itself.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt tests/interop/run.sh
#
# A suite that passes shows its closing lines, one that fails all of them. Exit status: 0; 1 if a suite failed; 2 without
# an executable to test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../common.sh
needs_executable
./setup.sh

suite "node --test ($(node --version))" 8 node --test --test-reporter=spec ./*.test.mjs
suite "python -m unittest ($(.venv/bin/python --version))" 3 \
    .venv/bin/python -m unittest discover --start-directory . --pattern 'test_*.py'
exit "$failed"
