#!/usr/bin/env bash
# Installs the pinned linters beside this script; does nothing when they are up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../common.sh
from_npm
if ! cat requirements.txt sources.txt | cmp -s - .venv/installed-from; then
    python3 -m venv --clear .venv
    pip=(.venv/bin/python -m pip --quiet --disable-pip-version-check)
    "${pip[@]}" install --require-hashes --requirement requirements.txt
    "${pip[@]}" download --no-deps --no-binary pytest --require-hashes --dest .venv/sources --requirement sources.txt
    tar --extract --gzip --file .venv/sources/pytest-*.tar.gz --directory .venv/sources --strip-components 3 --wildcards '*/junit-10.xsd'
    cat requirements.txt sources.txt >.venv/installed-from
fi
