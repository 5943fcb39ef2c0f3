#!/usr/bin/env bash
# Checks a repository in any pipeline: for people on standard output, for machines as SARIF and JUnit in a folder.
#
#     check.sh FOLDER [option or path of `embed2jwt check`]…
#
# What the baseline knows is not reported; `embed2jwt check --baseline FILE --write-baseline` makes it. Exit status as of
# embed2jwt: 1 if something was found, 2 if the check could not be made.
set -euo pipefail

if (($# < 1)); then
    echo "usage: check.sh FOLDER [option or path of embed2jwt check]…" >&2
    exit 2
fi
folder=$1
shift
mkdir -p "$folder" || exit 2

arguments=(--report "sarif=$folder/embed2jwt.sarif" --report "junit=$folder/embed2jwt.xml")
baseline=${EMBED2JWT_BASELINE:-embed2jwt-baseline.json}
if [[ -e $baseline ]]; then
    arguments+=(--baseline "$baseline")
fi
exec "${EMBED2JWT:-embed2jwt}" check "${arguments[@]}" "$@"
