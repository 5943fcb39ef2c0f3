#!/usr/bin/env bash
# Builds the wheel of bindings/python: module and command, for Python 3.10 and later, for glibc 2.17 and later: target/packaging/*.whl
#
#     packaging/wheel.sh [PROFILE]
#
# PROFILE is `dist`, what is published, unless another one is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

profile=${1:-dist}
directory=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
# The dependencies are those of the command, in the same versions: built once for both.
export CARGO_TARGET_DIR=$directory
tools=$directory/toolchain/maturin
if [[ ! -x $tools/bin/maturin ]]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" --quiet --disable-pip-version-check install maturin==1.16.0 ziglang==0.17.1
fi
PATH=$tools/bin:$PATH maturin --quiet build --manifest-path bindings/python/Cargo.toml --profile "$profile" --locked \
    --zig --compatibility manylinux2014 --out "$directory/packaging"
ls -sh "$directory"/packaging/*.whl
