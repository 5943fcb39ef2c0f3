#!/usr/bin/env bash
# Builds the wheel, installs it into a virtual environment under target/, and tests what is in it.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt bindings/python/test.sh
#
# Needs the Rust toolchain and python3; the tests of Spark also need Java 17 and are left out without it, with a line that
# says so. Arguments are given to pytest. Exit status: 0; 1 if something failed; 2 without an executable to compare with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../../tests/common.sh
needs_executable
unset SIGMA_EMBED_SECRET SIGMA_EMBED_CLIENT_ID

# The dependencies are those of the command, in the same versions and the same profile: built once for both.
target=$(cargo metadata --format-version 1 --no-deps --locked --manifest-path ../../Cargo.toml |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
export CARGO_TARGET_DIR=$target
place=$target/python
venv=$place/venv
python=$venv/bin/python

from_pypi "$venv" tests/requirements.txt

echo "== the wheel"
rm -rf "$place/wheels"
"$venv/bin/maturin" build --quiet --release --locked --interpreter "$python" --out "$place/wheels"
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$place"/wheels/*.whl
ls -l "$place"/wheels/*.whl | awk '{ printf "%s, %d kB\n", $NF, $5 / 1000 }'

echo "== mypy --strict"
"$venv/bin/mypy" --config-file pyproject.toml --cache-dir "$place/mypy" python/embed2jwt tests

echo "== pytest"
if ! java -version >/dev/null 2>&1; then
    echo "LEFT OUT: the tests of Spark, because java is not installed"
    set -- --ignore tests/test_spark.py "$@"
fi
"$python" -m pytest --quiet --override-ini "cache_dir=$place/pytest" "$@"
echo "bindings/python: everything passed"
