#!/usr/bin/env bash
# Builds the fuzz targets with a stable toolchain and runs them, one process at a time.
#
#     fuzz/run.sh [SECONDS [TARGET…]]    each target for so many seconds; 13 unless told otherwise, two minutes in all
#     fuzz/run.sh long [TARGET…]         10^8 executions in sum, most of them of the quick targets
#
# Needs a C++ compiler for libFuzzer. Without a sanitizer of addresses: the crate forbids unsafe code, so what is searched
# for is panics, overflows, and laws that do not hold. Exits with 1 if one target fails; what made it fail is in
# fuzz/artifacts/. With FUZZ_NO_BUILD set, the targets are run as they were built last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Millions of executions of a long run.
declare -A millions=([unescape]=25 [baseline]=25 [token]=20 [config]=12 [rows]=8 [url]=6 [map]=2 [redaction]=1 [scanner]=1)

how=${1:-13}
shift || true
targets=("$@")
if [[ ${#targets[@]} == 0 ]]; then
    for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

# What the crate depends on is built without counters, in the same versions and the same folder, so that `cargo build --release`
# and this share it.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/../target}
if [[ -z ${FUZZ_NO_BUILD:-} ]]; then
    cp ../Cargo.lock Cargo.lock
    RUSTC_WRAPPER=$PWD/instrument.sh cargo build --release --bins
fi
python3 seeds.py

failed=0
sum=0
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target" artifacts
    log=artifacts/$target.log
    if [[ $how == long ]]; then
        limit=-runs=$((${millions[$target]} * 1000000))
    else
        limit=-max_total_time=$how
    fi
    status=0
    "$CARGO_TARGET_DIR/release/$target" "corpus/$target" "$limit" -max_len=1024 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="artifacts/$target-" -print_final_stats=1 >"$log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    if [[ $status == 0 ]]; then
        echo "$target: $runs executions"
    else
        failed=1
        echo "$target: FAILED after ${runs:-?} executions"
        grep -a -A3 -e 'panicked at' -e 'ERROR: libFuzzer' "$log" | head -n 8 || true
        grep -a 'Test unit written' "$log" || true
    fi
    sum=$((sum + ${runs:-0}))
done
echo "${#targets[@]} targets, $sum executions"
exit "$failed"
