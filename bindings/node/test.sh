#!/usr/bin/env bash
# Builds the npm package and the playground, and tests them in Node and in a browser.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt bindings/node/test.sh
#
# CHROMIUM names the browser; otherwise it is the distribution's, which is installed if it is missing and can be.
# SCREENSHOTS names a folder to keep the screenshots in. Exit status: 0; 1 if a test failed; 2 without an executable to
# compare with, a browser, or a way to compile for WebAssembly.
set -euo pipefail

fail() {
    echo "test.sh: $*" >&2
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

# The URLs that are compared are those of the interoperability tests.
../../tests/interop/setup.sh
./build.sh
node --test --test-reporter=spec test/*.test.mjs
