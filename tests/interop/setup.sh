#!/usr/bin/env bash
# Installs the pinned JWT libraries beside this script; does nothing when they are up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Each stamp is a copy of the file that was installed from, written last: an interrupted installation is repeated.
if ! cmp -s package-lock.json node_modules/.installed-from; then
    npm ci --no-audit --no-fund
    cp package-lock.json node_modules/.installed-from
fi
if ! cmp -s requirements.txt .venv/installed-from; then
    python3 -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
    cp requirements.txt .venv/installed-from
fi
