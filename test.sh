#!/usr/bin/env bash
# Runs every check of the repository. `./test.sh fast` runs those of every day: formatting, lints, and the tests of the crate.
#
# Needs the Rust toolchain (with rustfmt and clippy), node, npm and python3. As root on Debian it installs what else is missing
# with apt-get: valgrind, a C++ compiler, Chromium, PostgreSQL, and the languages of `scaffold`. All other packages go below target/ and
# below tests/ and bindings/, and stay there for the next run. What cannot be installed is left out, with a line that says so; with
# CI set that is a failure.
#
# Two parts run at a time, one for each processor of a small machine. A part that passes shows its closing lines, one that fails all
# of them, and then no other is begun.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source tests/common.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    printf 'test.sh: %s\n' "$*" >&2
    exit 1
}

# part NAME CLOSING-LINES COMMAND…: runs it with its output in a file. Exit status 2 of the command: it cannot run here.
part() {
    local name=$1 closing=$2 begin=$SECONDS status=0 log
    shift 2
    [[ ! -e $work/failed ]] || return 0
    log=$(mktemp "$work/part.XXXXXX")
    # In the background, since `set -e` does not hold in what `||` follows.
    (set -e && "$@") >"$log" 2>&1 &
    wait $! || status=$?
    local head="== $name ($((SECONDS - begin)) s)"
    case $status in
    0) printf '\n%s\n%s\n' "$head" "$(grep '^LEFT OUT' "$log" || true; tail -n "$closing" "$log")" ;;
    2)
        printf '\n%s\nLEFT OUT: %s\n' "$head" "$(tail -n 1 "$log")"
        [[ -z ${CI:-} ]] || touch "$work/failed"
        ;;
    *)
        printf '\n%s\n%s\nFAILED: %s\n' "$head" "$(cat "$log")" "$name"
        touch "$work/failed"
        ;;
    esac
}

case ${1:-} in
'' | fast) ;;
*) fail "usage: ./test.sh [fast]" ;;
esac
for tool in cargo node npm python3; do
    command -v "$tool" >/dev/null || fail "$tool is not installed"
done
# Variables that would change what the tool does.
unset SIGMA_EMBED_SECRET SIGMA_EMBED_CLIENT_ID

tests() { cargo test --locked >"$work/tests" || { cat "$work/tests" && return 1; }; grep '^test result:' "$work/tests"; }
crate() {
    part "cargo fmt --all --check" 0 cargo fmt --all --check
    part "cargo clippy --all-targets --locked -- -D warnings" 0 cargo clippy --all-targets --locked -- -D warnings
    part "cargo test --locked" 40 tests
}
library() {
    cargo check --lib --locked --no-default-features
    local crates
    crates=$(cargo tree --locked --no-default-features --edges normal --prefix none | sed 's/ (.*//' | sort -u | wc -l)
    # Itself is one of them.
    ((crates <= 45)) || { echo "the library without features needs $((crates - 1)) crates, and docs/library.md says 44" && return 1; }
    echo "$((crates - 1)) crates"
}
documentation() { RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked; }

if [[ ${1:-} == fast ]]; then
    crate
    [[ ! -e $work/failed ]] || exit 1
    echo "everything of ./test.sh fast passed in $SECONDS s"
    exit
fi
echo "This takes about half an hour on two processors; packages go below target/, tests/ and bindings/, and those of apt-get stay."
crate
part "cargo doc --no-deps --locked, warnings denied" 0 documentation
part "the library without the command" 1 library
part "cargo build --release --locked" 1 cargo build --release --locked
# CARGO_TARGET_DIR and the user's configuration of cargo have a say in where it is.
target=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
export EMBED2JWT=$target/release/embed2jwt

sample=(fixtures/sample/urls.txt --map fixtures/sample/map.csv --secret-file fixtures/sample/secret.txt)
urls=$(grep -c '^https:' fixtures/sample/urls.txt)
signed=$(grep -ci 'signature=' fixtures/sample/urls.txt)
lines() { wc -l <"$1" | tr -d ' '; }

readme() {
    grep -qxF "cargo run --release -- convert ${sample[*]}" README.md || fail "README.md has another command"
    "$EMBED2JWT" convert "${sample[@]}" >"$work/new"
    [[ $(lines "$work/new") == "$urls" ]] || fail "$urls URLs came out as $(lines "$work/new") lines"
    [[ $(grep -c '?:jwt=' "$work/new") == "$signed" ]] || fail "$signed URLs were signed, not all have a token"
    echo "$urls lines for $urls URLs, $signed of them converted"
}

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

recipes() {
    recipe node recipes/migrate.mjs
    recipe python3 recipes/migrate.py
    if command -v jq >/dev/null; then
        recipe bash recipes/migrate.sh
    else
        echo "LEFT OUT: bash recipes/migrate.sh, because jq is not installed"
    fi
}

instructions() {
    command -v valgrind >/dev/null || from_debian --no-install-recommends valgrind || cannot "valgrind is not installed"
    benches/instructions.py --check
}
fuzzing() {
    command -v c++ >/dev/null || from_debian --no-install-recommends g++ || cannot "libFuzzer needs a C++ compiler"
    fuzz/run.sh 5
}
part "the README's sample" 1 readme
part "recipes" 3 recipes

first() {
    part "benches/instructions.py --check" 12 instructions
    part "tests/interop/run.sh" 30 tests/interop/run.sh
    part "tests/postgres/run.sh" 1 tests/postgres/run.sh
    part "tests/browser/run.sh" 8 tests/browser/run.sh
    part "bindings/node/test.sh" 8 bindings/node/test.sh
}
second() {
    part "fuzz/run.sh 5" 10 fuzzing
    part "tests/filter/filter.py" 6 tests/filter/filter.py
    part "tests/deny.py" 3 tests/deny.py
    part "tests/hostile/linear.py: all of its shapes, small" 1 tests/hostile/linear.py --size 262144 --runs 1
    part "tests/hostile/memory.py: what took the most memory, small, in eight threads" 5 \
        tests/hostile/memory.py --threads 8 --size 4194304 short parameters "many long" teams
    part "tests/leaks/leaks.py 150" 3 tests/leaks/leaks.py 150
    part "tests/faults/run.sh" 20 tests/faults/run.sh
    part "tests/book/run.sh" 3 tests/book/run.sh
    part "tests/ci/run.sh" 20 tests/ci/run.sh
    part "tests/scaffold/run.sh" 3 tests/scaffold/run.sh
}
first &
second
wait
[[ ! -e $work/failed ]] || fail "not everything passed"
printf '\neverything passed in %s minutes\n' $((SECONDS / 60))
