#!/bin/sh
# rustc, with the counters that libFuzzer reads in the crate itself: what it depends on is then built once for all purposes.
case " $* " in
*" --crate-name embed2jwt "*)
    set -- "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
