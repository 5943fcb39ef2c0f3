#!/usr/bin/env bash
# Builds the command for a target and packs it with its completions and manual pages: target/packaging/embed2jwt-VERSION-TARGET.tar.gz
#
#     packaging/binary.sh TARGET [PROFILE]
#
# PROFILE is `dist`, what is published, unless another one is named. Linux and Windows are linked by zig, so that one machine builds
# them all; macOS needs a Mac. With PREBUILT, the path of an executable, nothing is built and that one is packed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=packaging/toolchain.sh
source packaging/toolchain.sh

target=${1:?a target, such as x86_64-unknown-linux-musl}
profile=${2:-dist}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
directory=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
out=$directory/packaging
mkdir -p "$out"

# What writes completions and manual pages is built for this machine: an executable for another target may not run here.
host=${EMBED2JWT:-}
if [[ -z $host ]]; then
    cargo build --release --locked
    host=$directory/release/embed2jwt
fi

(
    case ${PREBUILT:+prebuilt}$target in
    prebuilt*) ;;
    *-apple-*)
        cargo build --profile "$profile" --locked --target "$target"
        ;;
    *)
        toolchain "$target"
        cargo zigbuild --profile "$profile" --locked --target "$target" ${build_std[@]+"${build_std[@]}"}
        ;;
    esac
)

name=embed2jwt-$version-$target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name"/{completions,man}
case $target in
*-windows-*) suffix=.exe ;;
*) suffix= ;;
esac
built=${PREBUILT:-$directory/$target/$profile/embed2jwt$suffix}
cp "$built" "$work/$name/embed2jwt$suffix"
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$work/$name"
for shell in bash elvish fish powershell zsh; do
    "$host" completions "$shell" >"$work/$name/completions/embed2jwt.$shell"
done
"$host" man --out-dir "$work/$name/man"
# The same content gives the same archive.
tar --create --gzip --file "$out/$name.tar.gz" --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner \
    --mtime="@${SOURCE_DATE_EPOCH:-0}" "$name"
echo "$out/$name.tar.gz: $(du -h "$built" | cut -f 1) of executable"
