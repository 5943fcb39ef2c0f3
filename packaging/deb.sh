#!/usr/bin/env bash
# Packs the static executable as a Debian package: target/packaging/embed2jwt_VERSION_ARCHITECTURE.deb
#
#     packaging/deb.sh [TARGET]
#
# TARGET is x86_64-unknown-linux-musl unless another one is named; packaging/binary.sh has packed it before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=${1:-x86_64-unknown-linux-musl}
case $target in
x86_64-*) architecture=amd64 ;;
aarch64-*) architecture=arm64 ;;
*) echo "$target: Debian's name of this architecture is not known" >&2 && exit 2 ;;
esac
field() { sed -n "s/^$1 = \"\(.*\)\"\$/\1/p" Cargo.toml | head -n 1; }
version=$(field version)
directory=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/packaging
archive=$directory/embed2jwt-$version-$target.tar.gz
[[ -f $archive ]] || { echo "$archive is missing: packaging/binary.sh $target makes it" >&2 && exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$archive" -C "$work"
from=$work/embed2jwt-$version-$target
root=$work/root
install -D -m 755 "$from/embed2jwt" "$root/usr/bin/embed2jwt"
install -D -m 644 "$from/completions/embed2jwt.bash" "$root/usr/share/bash-completion/completions/embed2jwt"
install -D -m 644 "$from/completions/embed2jwt.zsh" "$root/usr/share/zsh/vendor-completions/_embed2jwt"
install -D -m 644 "$from/completions/embed2jwt.fish" "$root/usr/share/fish/vendor_completions.d/embed2jwt.fish"
for page in "$from"/man/*.1; do
    install -D -m 644 "$page" "$root/usr/share/man/man1/$(basename "$page")"
done
gzip -9 --no-name "$root"/usr/share/man/man1/*.1
install -D -m 644 "$from/LICENSE-MIT" "$root/usr/share/doc/embed2jwt/copyright"
cat "$from/LICENSE-APACHE" >>"$root/usr/share/doc/embed2jwt/copyright"
gzip -9 --no-name --stdout "$from/CHANGELOG.md" >"$root/usr/share/doc/embed2jwt/changelog.gz"
mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: embed2jwt
Version: $version
Architecture: $architecture
Maintainer: The embed2jwt authors <embed2jwt@users.noreply.github.com>
Section: devel
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f 1)
Homepage: $(field repository)
Description: $(field description)
CONTROL
dpkg-deb --root-owner-group --build "$root" "$directory/embed2jwt_${version}_$architecture.deb" >/dev/null
echo "$directory/embed2jwt_${version}_$architecture.deb"
