#!/usr/bin/env bash
# Installs the pinned JWT libraries beside this script; does nothing when they are up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../common.sh
from_npm
from_pypi .venv requirements.txt
