#!/usr/bin/env bash
# Downloads the executable of a release, verifies its checksum, and prints where it is. What was verified before is not downloaded again.
#
#     packaging/download.sh VERSION FOLDER BASE
#
# BASE is the address of the releases. Needs curl, tar, and sha256sum or shasum: on Linux, macOS and in Git Bash of Windows they are there.
set -euo pipefail

version=${1:?a version} folder=${2:?a folder} base=${3:?the address of the releases}
fail() {
    printf 'embed2jwt: %s\n' "$*" >&2
    exit 1
}

case $(uname -s)-$(uname -m) in
Linux-x86_64) target=x86_64-unknown-linux-musl ;;
Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-musl ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
MINGW*-x86_64 | MSYS*-x86_64 | CYGWIN*-x86_64) target=x86_64-pc-windows-gnu ;;
*) fail "no release for $(uname -s) on $(uname -m): build it with cargo (input \`build\` of the action)" ;;
esac
name=embed2jwt-$version-$target
executable=$folder/$name/embed2jwt
case $target in *-windows-*) executable+=.exe ;; esac

# Only a verified archive is unpacked under this name, and by one rename.
if [[ ! -x $executable ]]; then
    mkdir -p "$folder"
    work=$(mktemp -d "$folder/download.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    for file in "$name.tar.gz" SHA256SUMS; do
        curl --fail --silent --show-error --location --retry 3 --proto '=https,file' --output "$work/$file" "$base/v$version/$file" ||
            fail "$base/v$version/$file could not be downloaded: build it with cargo (input \`build\` of the action) if there is no release"
    done
    sum=$(if command -v sha256sum >/dev/null; then sha256sum "$work/$name.tar.gz"; else shasum -a 256 "$work/$name.tar.gz"; fi)
    expected=$(awk -v name="$name.tar.gz" '$2 == name { print $1 }' "$work/SHA256SUMS")
    [[ -n $expected && ${sum%% *} == "$expected" ]] ||
        fail "$name.tar.gz is not what the release says it is: expected SHA-256 ${expected:-(none)}, got ${sum%% *}"
    tar -xzf "$work/$name.tar.gz" -C "$work"
    mv "$work/$name" "$folder/$name" 2>/dev/null || [[ -x $executable ]] || fail "$folder/$name could not be written"
fi
printf '%s\n' "$executable"
