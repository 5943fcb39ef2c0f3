#!/usr/bin/env bash
# Converts a list and writes one line for each URL with a new one: source, line, new URL, separated by tabs.
#
#     migrate.sh LIST OUT [option of `embed2jwt convert`]…
#
# Why URLs were not converted, and what to do, goes to standard error: of 20 of them, of all with --verbose. Exit status as of
# embed2jwt; with 2, OUT is left as it was. Needs jq.
# A URL whose signature proves nothing is not converted: give the secrets of all client ids (--credentials FILE).
set -euo pipefail

if (($# < 2)); then
    echo "usage: migrate.sh LIST OUT [option of embed2jwt convert]…" >&2
    exit 2
fi
list=$1 out=$2
shift 2

# What is written holds tokens: for the owner alone, and beside OUT, so that it can take its place at once.
umask 077
new=$(mktemp "$out.XXXXXX") || exit 2
trap 'rm -f "$new"' EXIT

# shellcheck disable=SC2016 # jq's, not the shell's
updates='select(.status == "converted") | "\(.source)\t\(.line)\t\(.url)"'

set +e
"${EMBED2JWT:-embed2jwt}" convert --format ndjson "$@" -- "$list" |
    jq --raw-output --unbuffered "$updates" |
    while IFS=$'\t' read -r source line url; do
        # Your update goes here.
        printf '%s\t%s\t%s\n' "$source" "$line" "$url"
    done >"$new"
status=("${PIPESTATUS[@]}")
set -e

if ((status[0] > 1 || status[1] > 0 || status[2] > 0)); then
    echo "migrate.sh: the run broke off; $out is as it was" >&2
    exit 2
fi
mv -f "$new" "$out"
exit "${status[0]}"
