#!/usr/bin/env bash
# Builds the npm package into dist/, and the page docs/playground/playground.html.
#
#     bindings/node/build.sh
#
# Needs the Rust toolchain, node and npm; see toolchain.sh for the target. Exit status 2: it cannot be built here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
target=${CARGO_TARGET_DIR:-$PWD/target}

# The stamp is a copy of the file that was installed from, written last: an interrupted installation is repeated.
if ! cmp -s package-lock.json node_modules/.installed-from; then
    npm ci --no-audit --no-fund
    cp package-lock.json node_modules/.installed-from
fi

# With the toolchain of wasm32 no incremental or debug build shares this folder, so it is built once.
./toolchain.sh build --release --locked --package embed2jwt-node
cargo build --locked --package bindgen
"$target/debug/bindgen" "$target/wasm32-unknown-unknown/release/embed2jwt_node.wasm" target/glue
node build.mjs
