#!/usr/bin/env bash
# Looks at the pages of `audit` and `check` with a real browser, and has validators of others read their reports: vnu (which needs
# Java), axe-core, the SARIF multitool.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt tests/browser/run.sh
#
# CHROMIUM names the browser; otherwise it is the distribution's, which is installed if it is missing and can be.
# SCREENSHOTS names a folder to keep the screenshots in. Exit status: 0; 1 if a test failed; 2 without an executable to
# test or without a browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../common.sh
needs_executable
needs_chromium

from_npm --ignore-scripts
# One file after the other: what is measured is not to be disturbed by the rest.
node --test --test-concurrency=1 --test-reporter=spec ./*.test.mjs
