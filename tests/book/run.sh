#!/usr/bin/env bash
# Builds the pages of docs/ as a site and follows its links.
#
#     tests/book/run.sh
#
# It uses the mdbook of the PATH, or the one that it installed earlier into target/tools. Nobody publishes a binary of it
# on npm or PyPI, so with CI set it compiles one from crates.io: 123 crates, a few minutes.
# Exit status: 0; 1 if the site cannot be built or a link is dead; 2 without mdbook.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=0.5.4
tools=$PWD/target/tools
PATH=$PATH:$tools/bin
if ! command -v mdbook >/dev/null; then
    install=(cargo install "mdbook@$version" --debug --locked --no-default-features --features search --root "$tools")
    if [[ -z ${CI:-} ]]; then
        echo "mdbook is not installed; \`${install[*]}\` compiles it" >&2
        exit 2
    fi
    echo "installing mdbook $version into $tools, which takes a few minutes" >&2
    "${install[@]}" --quiet
fi

site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
mdbook build docs --dest-dir "$site" >"$site.log" 2>&1 || { cat "$site.log" >&2 && exit 1; }
if grep -E '\b(WARN|ERROR)\b' "$site.log" >&2; then
    exit 1
fi
rm -f "$site.log"
python3 tests/book/links.py "$site"
