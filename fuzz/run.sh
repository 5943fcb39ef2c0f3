#!/usr/bin/env bash
# Builds the fuzz targets with a stable toolchain and runs each of them for a time.
#
#     fuzz/run.sh [SECONDS] [TARGET…]
#
# 60 seconds for each target unless told otherwise. Needs a C++ compiler for libFuzzer. Without a sanitizer of addresses: the
# crate forbids unsafe code, so what is searched for is panics, overflows, and laws that do not hold. Exits with 1 if one
# target fails; what made it fail is in fuzz/artifacts/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

seconds=${1:-60}
shift || true
targets=("$@")
if [[ ${#targets[@]} == 0 ]]; then
    for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

host=$(rustc -vV | sed -n 's/^host: //p')
# What cargo-fuzz asks of the compiler. With a target named, build scripts and macros are left as they are.
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags+=" -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags cargo build --release --locked --bins --target "$host"

python3 seeds.py
failed=0
sum=0
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target" artifacts
    log=$(mktemp)
    status=0
    "target/$host/release/$target" "corpus/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
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
    rm -f "$log"
done
echo "${#targets[@]} targets, $sum executions"
exit "$failed"
