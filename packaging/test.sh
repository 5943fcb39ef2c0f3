#!/usr/bin/env bash
# Installs everything that packaging/ makes into empty environments and works with it: the sample is converted, the corpus checked.
#
#     EMBED2JWT=$PWD/target/release/embed2jwt packaging/test.sh [PROFILE]
#
# With a PROFILE, `dist` for what is published, static executable and portable wheel are built; that takes a while. Without one,
# $EMBED2JWT is packed, and the wheel of bindings/python/test.sh. Prints a line for each artefact: size, time to install, time to
# start. Exit status: 0; 1 if one of them does not do its work; 2 without an executable to compare with.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tests/common.sh
source tests/common.sh
needs_executable

profile=${1:-}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
target=$(uname -m)-unknown-linux-musl
built=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
out=$built/packaging
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'packaging/test.sh: %s\n' "$*" >&2
    exit 1
}

packaging/version.sh
rm -rf "$out"
if [[ -n $profile ]]; then
    packaging/binary.sh "$target" "$profile"
    packaging/wheel.sh "$profile"
else
    PREBUILT=$EMBED2JWT packaging/binary.sh "$target"
    cp "$built"/python/wheels/*.whl "$out" || fail "there is no wheel: bindings/python/test.sh builds one"
fi
packaging/deb.sh "$target"
packaging/npm.sh
packaging/manifests.py
python3 - "$out" "$version" "$target" <<'PYTHON'
"""The manifests name the archive that is there, by the checksum that it has."""
import hashlib, pathlib, sys
out, version, target = pathlib.Path(sys.argv[1]), *sys.argv[2:]
archive = out / f"embed2jwt-{version}-{target}.tar.gz"
checksum = hashlib.sha256(archive.read_bytes()).hexdigest()
sums = dict(reversed(line.split("  ")) for line in (out / "SHA256SUMS").read_text().splitlines())
formula = (out / "embed2jwt.rb").read_text()
assert sums[archive.name] == checksum, sums
assert f'sha256 "{checksum}"' in formula and f"/v{version}/{archive.name}\"" in formula, formula
PYTHON
echo "cargo package"
verify=()
# To build what is in the package takes as long as all of the rest.
[[ -n $profile ]] || verify=(--no-verify)
cargo package --quiet --locked --allow-dirty ${verify[@]+"${verify[@]}"}

# What the program this repository has built says: every artefact must say the same.
sample=(convert fixtures/sample/urls.txt --map fixtures/sample/map.csv --secret-file fixtures/sample/secret.txt
    --now 1760000000 --jti derived --quiet)
check=(check fixtures/repos --no-config --format concise --now 1760000000)
"$EMBED2JWT" "${sample[@]}" >"$work/sample"
"$EMBED2JWT" "${check[@]}" >"$work/check" || [[ $? == 1 ]]
[[ -s $work/sample && -s $work/check ]] || fail "the program says nothing"

now() { python3 -c 'import time; print(time.monotonic())'; }
# Nothing of this machine's: no cargo, no variables, a home folder of its own.
clean() { env -i HOME="$work/home" PATH="$path" LC_ALL=C.UTF-8 "$@"; }

# artefact NAME FILE SECONDS COMMAND…: works with the command, and prints its line.
artefact() {
    local name=$1 file=$2 seconds=$3 start
    shift 3
    clean "$@" "${sample[@]}" >"$work/out" || fail "$name does not convert the sample"
    cmp "$work/out" "$work/sample" || fail "$name converts the sample to something else"
    local status=0
    clean "$@" "${check[@]}" >"$work/out" || status=$?
    [[ $status == 1 ]] || fail "$name: check ends with $status"
    cmp "$work/out" "$work/check" || fail "$name checks the corpus to something else"
    start=$(python3 - "$@" <<'PYTHON'
import os, subprocess, sys, time
times = []
for _ in range(10):
    before = time.monotonic()
    subprocess.run([*sys.argv[1:], "--version"], check=True, stdout=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    times.append(time.monotonic() - before)
print(f"{min(times) * 1000:.0f} ms")
PYTHON
    )
    printf '%-24s %8s to download, installed in %5.1f s, starts in %s\n' "$name" "$(du -h --apparent-size "$file" | cut -f 1)" "$seconds" "$start"
}
elapsed() { python3 -c "print($(now) - $1)"; }

mkdir -p "$work/home"
path=/usr/bin:/bin

begin=$(now)
mkdir "$work/tar"
tar -xzf "$out/embed2jwt-$version-$target.tar.gz" -C "$work/tar" --strip-components 1
seconds=$(elapsed "$begin")
[[ -z $profile ]] || ! ldd "$work/tar/embed2jwt" 2>/dev/null | grep -q '=>' || fail "the executable of the archive is not static"
artefact "archive" "$out/embed2jwt-$version-$target.tar.gz" "$seconds" "$work/tar/embed2jwt"

deb=$(echo "$out"/embed2jwt_"$version"_*.deb)
if [[ $(id -u) == 0 ]]; then
    begin=$(now)
    mkdir -p "$work/deb/var/lib/dpkg/updates" "$work/deb/var/lib/dpkg/info"
    touch "$work/deb/var/lib/dpkg/status"
    dpkg --root="$work/deb" --install "$deb" >/dev/null 2>"$work/dpkg" || { cat "$work/dpkg" && fail "dpkg does not install the package"; }
    artefact "Debian package" "$deb" "$(elapsed "$begin")" "$work/deb/usr/bin/embed2jwt"
    [[ -f $work/deb/usr/share/man/man1/embed2jwt.1.gz ]] || fail "the Debian package has no manual page"

    if [[ -n $profile ]]; then
        # What an image FROM scratch holds, and nothing else.
        mkdir -p "$work/image/work"
        cp "$work/tar/embed2jwt" "$work/image/embed2jwt"
        [[ $(chroot "$work/image" /embed2jwt --version) == "embed2jwt $version" ]] || fail "the executable needs more than an empty image"
    fi
fi

begin=$(now)
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet --disable-pip-version-check --isolated install --no-index "$out"/embed2jwt-*.whl
artefact "wheel" "$(echo "$out"/embed2jwt-*.whl)" "$(elapsed "$begin")" "$work/venv/bin/embed2jwt"
clean "$work/venv/bin/python" -c 'import embed2jwt; print(embed2jwt.audit(["https://app.sigmacomputing.com/embed/1-a"])[0]["kind"])' >"$work/out"
grep -qx legacy-embed "$work/out" || fail "the module of the wheel does not work"

begin=$(now)
mkdir "$work/node"
(cd "$work/node" && npm init --yes >/dev/null 2>&1 && npm install --silent --no-audit --no-fund --offline --cache "$work/npm-cache" "$out"/npm/*.tgz)
seconds=$(elapsed "$begin")
path=$(dirname "$(command -v node)"):$path
artefact "npm package" "$(echo "$out"/npm/embed2jwt-cli-*.tgz)" "$seconds" "$work/node/node_modules/.bin/embed2jwt"

# The hook as a user's first commit meets it, with the wheel from here instead of PyPI.
tests/ci/setup.sh
begin=$(now)
git init --quiet "$work/hook"
cp .pre-commit-hooks.yaml pyproject.toml "$work/hook"
git -C "$work/hook" add --all
git -C "$work/hook" -c user.name=test -c user.email=test@example.com commit --quiet --message Hook
git init --quiet "$work/user"
cat >"$work/user/.pre-commit-config.yaml" <<CONFIG
repos:
  - repo: $work/hook
    rev: $(git -C "$work/hook" rev-parse HEAD)
    hooks: [{ id: embed2jwt-check }]
CONFIG
echo "const base = 'https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI?:nonce=1&:email=a@example.com';" >"$work/user/embed.js"
git -C "$work/user" add --all
begin=$(now)
status=0
(cd "$work/user" && PRE_COMMIT_HOME=$work/pre-commit PIP_FIND_LINKS=$out PIP_DISABLE_PIP_VERSION_CHECK=1 \
    "$OLDPWD/tests/ci/.venv/bin/pre-commit" run --color=never >"$work/out" 2>&1) || status=$?
[[ $status == 1 ]] && grep -q "deprecated-signed-url" "$work/out" || { cat "$work/out" && fail "the hook did not find the URL"; }
printf '%-24s first run in %.1f s\n' "pre-commit hook" "$(elapsed "$begin")"
