#!/usr/bin/env bash
# Installs the pinned linters beside this script; does nothing when they are up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# The stamp is a copy of the file that was installed from, written last: an interrupted installation is repeated.
if ! cmp -s requirements.txt .venv/installed-from; then
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
    cp requirements.txt .venv/installed-from
fi
