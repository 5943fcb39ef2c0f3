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

fail() {
    echo "run.sh: $*" >&2
    exit 2
}

[[ ${EMBED2JWT:-} == /* && -x $EMBED2JWT ]] ||
    fail "EMBED2JWT must be the absolute path of the embed2jwt executable, not '${EMBED2JWT:-}'"
cd "$(dirname "${BASH_SOURCE[0]}")"

browser() { command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome; }
if ! CHROMIUM=$(browser); then
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null ||
        fail "there is no chromium: install it, or name one in CHROMIUM"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null ||
        fail "there is no chromium, and apt-get could not install it"
    CHROMIUM=$(browser) || fail "there is no chromium, though apt-get installed it"
fi
export CHROMIUM

# The stamp is a copy of the file that was installed from, written last: an interrupted installation is repeated.
if ! cmp -s package-lock.json node_modules/.installed-from; then
    npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json node_modules/.installed-from
fi
# One file after the other: what is measured is not to be disturbed by the rest.
node --test --test-concurrency=1 --test-reporter=spec ./*.test.mjs
