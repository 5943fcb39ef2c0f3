#!/usr/bin/env bash
# Holds every file that names the version to Cargo.toml's; with a tag, that too, and the changelog's newest heading.
#
#     packaging/version.sh [TAG]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
status=0
differs() {
    printf 'version.sh: %s\n' "$*" >&2
    status=1
}

# What each file says, one version a line; none at all is as wrong as another one.
says() {
    local file=$1 found
    shift
    found=$(sed -n "$@" "$file" | sort -u)
    [[ $found == "$version" ]] || differs "$file says ${found:-nothing}, Cargo.toml says $version"
}
says pyproject.toml -e 's/^version = "\(.*\)"$/\1/p' -e 's/.*"embed2jwt==\(.*\)".*/\1/p'
says recipes/check.github.yml 's/.*uses: [A-Za-z0-9-]*\/embed2jwt@v//p'
says recipes/check.gitlab.yml 's/.*embed2jwt==\([0-9.]*\).*/\1/p'
says recipes/check.jenkins "s/.*embed2jwt==\([0-9.]*\).*/\1/p"
for manifest in bindings/*/Cargo.toml; do
    [[ -f $manifest ]] && says "$manifest" -n '/^\[package\]/,/^\[/s/^version = "\(.*\)"$/\1/p'
done
[[ -f bindings/node/package.json ]] && says bindings/node/package.json 's/^  "version": "\(.*\)",$/\1/p'

newest=$(sed -n 's/^## \[\(.*\)\].*/\1/p' CHANGELOG.md | head -n 1)
if [[ $# -gt 0 ]]; then
    [[ $1 == "v$version" ]] || differs "the tag is $1, Cargo.toml says $version"
    [[ $newest == "$version" ]] || differs "the newest heading of CHANGELOG.md is $newest, not $version"
elif [[ $newest == Unreleased ]]; then
    grep -q "^This will be $version" CHANGELOG.md || differs "CHANGELOG.md does not say that the unreleased changes will be $version"
else
    [[ $newest == "$version" ]] || differs "the newest heading of CHANGELOG.md is $newest, Cargo.toml says $version"
fi
exit "$status"
