#!/usr/bin/env bash
# Builds the npm package and the playground, and tests them in Node and in a browser.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt bindings/node/test.sh
#
# CHROMIUM names the browser; otherwise it is the distribution's, which is installed if it is missing and can be.
# SCREENSHOTS names a folder to keep the screenshots in. Exit status: 0; 1 if a test failed; 2 without an executable to
# compare with, a browser, or a way to compile for WebAssembly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../../tests/common.sh
needs_executable
needs_chromium

# The URLs that are compared are those of the interoperability tests.
../../tests/interop/setup.sh
./build.sh
node --test --test-reporter=spec test/*.test.mjs
