# shellcheck shell=bash
# What the scripts that run tests share: they source it.

# cannot WORDS…: says why the tests cannot run here, and ends the script.
cannot() {
    echo "$(basename "$0"): $*" >&2
    exit 2
}

needs_executable() {
    [[ ${EMBED2JWT:-} == /* && -x $EMBED2JWT ]] ||
        cannot "EMBED2JWT must be the absolute path of the embed2jwt executable, not '${EMBED2JWT:-}'"
}

# from_debian [OPTION…] PACKAGE…: installs them, as root and with apt-get; its status says whether it could.
from_debian() {
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null || return 1
    # apt-get does not run twice at a time.
    flock "${BASH_SOURCE[0]}" env DEBIAN_FRONTEND=noninteractive sh -ec '
        apt-get update -qq
        apt-get install -y -qq "$@" >/dev/null' sh "$@"
}

# from_npm [OPTION…]: installs what package-lock.json of this folder pins, if that is not done. The stamp is a copy of the file,
# written last: an interrupted installation is repeated.
from_npm() {
    cmp -s package-lock.json node_modules/.installed-from && return
    npm ci --silent --no-audit --no-fund "$@"
    cp package-lock.json node_modules/.installed-from
}

# from_pypi FOLDER FILE: installs what the file pins into a virtual environment, if that is not done.
from_pypi() {
    cmp -s "$2" "$1/installed-from" && return
    python3 -m venv --clear "$1"
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$2"
    cp "$2" "$1/installed-from"
}

# Names the browser in CHROMIUM: what that names already, or the distribution's.
needs_chromium() {
    local named=${CHROMIUM:-chromium}
    find_chromium() { CHROMIUM=$(command -v "$named" || command -v chromium-browser || command -v google-chrome); }
    find_chromium || { from_debian --no-install-recommends chromium && find_chromium; } ||
        cannot "there is no chromium: install it, or name one in CHROMIUM"
    export CHROMIUM
}

# suite NAME CLOSING-LINES COMMAND…: shows the closing lines of what passes and all of what fails, which sets `failed`.
failed=0
suite() {
    local name=$1 closing=$2 log
    shift 2
    log=$(mktemp)
    echo "== $name"
    if "$@" >"$log" 2>&1; then
        tail -n "$closing" "$log"
    else
        cat "$log"
        # shellcheck disable=SC2034 # read by the scripts that source this
        failed=1
    fi
    rm -f "$log"
}
