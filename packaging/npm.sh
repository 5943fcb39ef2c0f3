#!/usr/bin/env bash
# Packs what npm publishes, from the archives of packaging/binary.sh and the build of bindings/node: target/packaging/npm/*.tgz
#
#     packaging/npm.sh
#
# The package `embed2jwt` is the library and a launcher; `npx embed2jwt` starts the executable in the package of the platform, which
# npm installs along as an optional dependency. docs/install.md says why not WebAssembly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
directory=$(cargo metadata --format-version 1 --no-deps --locked |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/packaging
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$directory/npm"
mkdir -p "$directory/npm"

[[ -d bindings/node/dist ]] || bindings/node/build.sh
pack() { npm pack --silent --pack-destination "$directory/npm" "$1" >/dev/null; }

# npm's name of each platform: what `process.platform` and `process.arch` say.
names=()
while read -r target os cpu; do
    archive=$directory/embed2jwt-$version-$target.tar.gz
    [[ -f $archive ]] || continue
    name=embed2jwt-cli-$os-$cpu
    names+=("$name")
    mkdir -p "$work/$name"
    tar -xzf "$archive" -C "$work/$name" --strip-components 1
    rm -r "$work/$name"/{completions,man}
    cat >"$work/$name/package.json" <<PACKAGE
{
  "name": "$name",
  "version": "$version",
  "description": "The executable of embed2jwt for $os on $cpu",
  "license": "(MIT OR Apache-2.0)",
  "repository": { "type": "git", "url": "git+$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml).git" },
  "os": ["$os"],
  "cpu": ["$cpu"]
}
PACKAGE
    pack "$work/$name"
done <<'TARGETS'
x86_64-unknown-linux-musl linux x64
aarch64-unknown-linux-musl linux arm64
x86_64-apple-darwin darwin x64
aarch64-apple-darwin darwin arm64
x86_64-pc-windows-gnu win32 x64
TARGETS
[[ ${#names[@]} -gt 0 ]] || { echo "npm.sh: no archive of version $version in $directory; packaging/binary.sh TARGET makes one" >&2 && exit 2; }

mkdir "$work/embed2jwt"
cp -r bindings/node/dist packaging/npm/embed2jwt.cjs LICENSE-MIT LICENSE-APACHE "$work/embed2jwt"
[[ -f bindings/node/README.md ]] && cp bindings/node/README.md "$work/embed2jwt"
python3 - "$work/embed2jwt" "$version" "${names[@]}" <<'PYTHON'
import json
import pathlib
import sys
import tomllib

folder, version, *names = sys.argv[1:]
package = json.loads(pathlib.Path("bindings/node/package.json").read_text(encoding="utf-8"))
cargo = tomllib.loads(pathlib.Path("Cargo.toml").read_text(encoding="utf-8"))["package"]
package.pop("devDependencies", None)
package.pop("scripts", None)
package["version"] = version
package["repository"] = {"type": "git", "url": f"git+{cargo['repository']}.git"}
package["bin"] = {"embed2jwt": "embed2jwt.cjs"}
package["files"] = ["dist", "embed2jwt.cjs", "LICENSE-*"]
package["optionalDependencies"] = {name: version for name in names}
pathlib.Path(folder, "package.json").write_text(json.dumps(package, indent=2) + "\n", encoding="utf-8")
PYTHON
pack "$work/embed2jwt"
du -h "$directory"/npm/*.tgz
