#!/usr/bin/env bash
# Runs every check of the repository: formatting, lints, documentation, tests, the README, the recipes, other libraries.
#
# Needs the Rust toolchain (with rustfmt and clippy), node, npm and python3. The recipe for bash also needs jq, the tests
# of the page a browser and those of `scaffold` its languages, which root gets from Debian by itself; what lacks them is
# left out, with a line that says so. With CI set, a language that is missing is a failure.
# Stops at the first failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() { printf '\n== %s\n' "$*"; }
fail() {
    printf 'test.sh: %s\n' "$*" >&2
    exit 1
}

for tool in cargo node npm python3; do
    command -v "$tool" >/dev/null || fail "$tool is not installed"
done
# Variables that would change what the tool does.
unset SIGMA_EMBED_SECRET SIGMA_EMBED_CLIENT_ID

step "cargo fmt --all --check"
cargo fmt --all --check

step "cargo clippy --all-targets --locked -- -D warnings"
cargo clippy --all-targets --locked -- -D warnings

step "cargo doc --no-deps --locked, warnings denied"
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked

step "cargo test --locked"
if ! cargo test --locked >"$work/tests"; then
    cat "$work/tests"
    fail "cargo test failed"
fi
grep '^test result:' "$work/tests" || fail "cargo test ran nothing"

step "cargo build --release --locked"
cargo build --release --locked
# CARGO_TARGET_DIR and the user's configuration of cargo have a say in where it is.
target=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
export EMBED2JWT=$target/release/embed2jwt

sample=(fixtures/sample/urls.txt --map fixtures/sample/map.csv --secret-file fixtures/sample/secret.txt)
urls=$(grep -c '^https:' fixtures/sample/urls.txt)
signed=$(grep -ci 'signature=' fixtures/sample/urls.txt)
lines() { wc -l <"$1" | tr -d ' '; }

step "README: the command of the sample, and what it prints"
grep -qxF "cargo run --release -- convert ${sample[*]}" README.md || fail "README.md has another command"
"$EMBED2JWT" convert "${sample[@]}" >"$work/new"
[[ $(lines "$work/new") == "$urls" ]] || fail "$urls URLs came out as $(lines "$work/new") lines"
[[ $(grep -c '?:jwt=' "$work/new") == "$signed" ]] || fail "$signed URLs were signed, not all have a token"
echo "$urls lines for $urls URLs, $signed of them converted"

# recipe COMMAND…: converts all of the sample, says what failed of a bad list, and leaves OUT alone when it cannot work.
recipe() {
    local out=$work/out status=0
    rm -f "$out"
    "$@" "${sample[0]}" "$out" "${sample[@]:1}"
    [[ $(lines "$out") == "$signed" ]] || fail "$*: not one update for each signed URL"
    [[ $(grep -c '/workbook/.*?:jwt=' "$out") == "$signed" ]] || fail "$*: not every update has a token"
    [[ -z $(find "$out" ! -perm 600) ]] || fail "$*: others can read the tokens"

    sed 's/example.com/example.org/' "${sample[0]}" >"$work/changed.txt"
    "$@" "$work/changed.txt" "$out" "${sample[@]:1}" 2>"$work/said" || status=$?
    [[ $status == 1 ]] || fail "$*: exit status $status for a list that fails"
    [[ $(grep -c 'error\[signature-mismatch\]: ' "$work/said") == "$signed" ]] || fail "$*: not every failure is told"
    grep -q -e '--warn signature-mismatch' "$work/said" || fail "$*: nothing says what to do about it"

    echo "as it was" >"$out"
    status=0
    "$@" "$work/missing.txt" "$out" "${sample[@]:1}" 2>"$work/said" || status=$?
    [[ $status == 2 && $(cat "$out") == "as it was" ]] || fail "$*: a list that cannot be read"
    echo "$*: as it should be"
}

step "recipes"
recipe node recipes/migrate.mjs
recipe python3 recipes/migrate.py
if command -v jq >/dev/null; then
    recipe bash recipes/migrate.sh
else
    echo "LEFT OUT: bash recipes/migrate.sh, because jq is not installed"
fi

step "benches/instructions.py --check"
if command -v valgrind >/dev/null; then
    # The limits are those of what is published.
    cargo build --profile profiling --locked
    EMBED2JWT=$target/profiling/embed2jwt benches/instructions.py --check
else
    echo "LEFT OUT: the limits of instructions and allocations, because valgrind is not installed"
fi

step "tests/interop/run.sh"
tests/interop/run.sh

step "tests/deny.py"
tests/deny.py

step "tests/hostile/linear.py: all of its shapes, small"
if ! tests/hostile/linear.py --size 262144 --runs 1 >"$work/linear"; then
    cat "$work/linear"
    fail "time or memory grows too fast"
fi
tail -n 1 "$work/linear"

step "tests/hostile/memory.py: what took the most memory, small, in eight threads"
tests/hostile/memory.py --threads 8 --size 8388608 short parameters "many long" teams

step "fuzz/run.sh"
if ! command -v c++ >/dev/null && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends g++ >/dev/null || true
fi
if command -v c++ >/dev/null; then
    fuzz/run.sh
elif [[ -n ${CI:-} ]]; then
    fail "libFuzzer needs a C++ compiler"
else
    echo "LEFT OUT: the fuzz targets, because no C++ compiler is installed"
fi

step "tests/scaffold/run.sh"
tests/scaffold/run.sh

step "tests/leaks/leaks.py"
tests/leaks/leaks.py 500

step "tests/faults/run.sh"
tests/faults/run.sh

step "tests/book/run.sh"
status=0
tests/book/run.sh || status=$?
case $status in
0) ;;
2) echo "LEFT OUT: the pages as a site, because mdbook is not installed" ;;
*) fail "the pages cannot be built, or a link in them is dead" ;;
esac

step "tests/ci/run.sh"
tests/ci/run.sh

step "tests/browser/run.sh"
status=0
tests/browser/run.sh >"$work/browser" 2>&1 || status=$?
case $status in
0) tail -n 8 "$work/browser" ;;
2) echo "LEFT OUT: $(tail -n 1 "$work/browser")" ;;
*) cat "$work/browser" && fail "the page fails in a browser" ;;
esac

step "everything passed"
