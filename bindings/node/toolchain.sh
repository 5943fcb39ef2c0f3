#!/usr/bin/env bash
# Runs cargo so that it can compile for wasm32-unknown-unknown.
#
#     bindings/node/toolchain.sh build --release
#
# Where the toolchain has that target (`rustup target add wasm32-unknown-unknown`), this is cargo with `--target`. Otherwise,
# on Debian, it takes the compiler and the sources of the standard library from the packages rustc-web and rust-web-src,
# which are unpacked below the target folder and not installed. Exit status 2: there is no way to compile for WebAssembly.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=wasm32-unknown-unknown

fail() {
    echo "toolchain.sh: $*" >&2
    exit 2
}

if [[ $# == 0 ]]; then
    echo "usage: toolchain.sh CARGO-COMMAND [ARGUMENT]…" >&2
    exit 2
fi
command=$1
shift
sysroot=$(rustc --print sysroot)
if [[ -d $sysroot/lib/rustlib/$target/lib ]]; then
    exec cargo "$command" --target "$target" "$@"
fi

missing="there is no Rust target $target: \`rustup target add $target\` installs it"
command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail "$missing"

cache=${CARGO_TARGET_DIR:-$here/target}/toolchain
root=$cache/root
# Written last: what was interrupted is repeated.
if [[ ! -e $root/complete ]]; then
    rm -rf "$cache"
    mkdir -p "$cache/packages" "$root"
    if [[ -z $(apt-cache show rustc-web 2>/dev/null) && $(id -u) == 0 ]]; then apt-get update -qq; fi
    # The packages of the library and of LLVM have their version in the name.
    needed() { apt-cache depends "$1" 2>/dev/null | sed -nE "s/^ *Depends: ($2)\$/\1/p" | head -n 1; }
    std=$(needed libstd-rust-web-dev 'libstd-rust-web-[0-9.]+')
    names=(rustc-web libstd-rust-web-dev rust-web-src "$std" "$(needed "$std" 'libllvm[0-9]+')")
    (cd "$cache/packages" && apt-get download -qq "${names[@]}") || fail "$missing; Debian's rustc-web could not be had either"
    for package in "$cache"/packages/*.deb; do dpkg -x "$package" "$root"; done
    rm -r "$cache/packages"
    touch "$root/complete"
fi

linker=$sysroot/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld
[[ -x $linker ]] || linker=$(command -v wasm-ld || command -v rust-lld) || fail "there is no linker for $target: install Debian's lld"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker
LD_LIBRARY_PATH=$(dirname "$(find "$root/usr/lib" -name 'librustc_driver-*.so' | head -n 1)")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH RUSTC=$root/usr/bin/rustc
# Building the standard library is a feature of the nightly compiler, which a stable one has too if it is asked for.
export RUSTC_BOOTSTRAP=1
exec cargo "$command" --target "$target" -Zbuild-std=std,panic_abort "$@"
