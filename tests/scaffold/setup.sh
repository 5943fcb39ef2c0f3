#!/usr/bin/env bash
# Installs what the generated code is run and linted with: pinned packages beside this script, and as root, Debian's
# languages. Does nothing when all is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/common.sh
source ../common.sh
from_npm
from_pypi .venv requirements.txt

jwt=/usr/share/gocode/src/github.com/golang-jwt/jwt
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    packages=()
    { command -v go && command -v gofmt && [[ -d $jwt ]]; } >/dev/null || packages+=(golang-go golang-github-golang-jwt-jwt-dev)
    { command -v ruby && ruby -rjwt -rminitest -e ''; } >/dev/null 2>&1 || packages+=(ruby ruby-jwt ruby-minitest)
    { command -v php && command -v phpunit; } >/dev/null || packages+=(php-cli phpunit)
    { command -v javac && [[ -e /usr/share/java/junit-jupiter-engine.jar ]]; } >/dev/null || packages+=(default-jdk-headless junit5)
    if ((${#packages[@]})); then
        # What cannot be installed is left out by the tests, with a line that says so.
        from_debian "${packages[@]}" || echo "setup.sh: not installed: ${packages[*]}" >&2
    fi
fi
