# shellcheck shell=bash
# Sourced by the scripts that build for another target: `toolchain TARGET` sets what cargo needs, and says why if it cannot.
#
# With `rustup target add TARGET` there is nothing to do. Where rustup cannot fetch a target, Debian's rustc-web brings the
# source of the standard library, which cargo builds along; linker and C compiler are zig's, from PyPI.
# Everything is kept below target/toolchain.

toolchain() {
    local target=$1 root
    root=$(cargo metadata --format-version 1 --no-deps --locked | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/toolchain
    mkdir -p "$root"
    # What cargo is to build along; the caller hands it on.
    build_std=()
    if [[ ! -x $root/zig/bin/cargo-zigbuild ]]; then
        python3 -m venv "$root/zig"
        "$root/zig/bin/pip" --quiet --disable-pip-version-check install ziglang==0.17.1 cargo-zigbuild==0.24.0
    fi
    PATH=$root/zig/bin:$PATH
    if [[ -d $(rustc --print sysroot)/lib/rustlib/$target ]]; then
        return
    fi
    if ! command -v apt-get >/dev/null; then
        echo "$target: rustup target add $target" >&2
        return 1
    fi
    if [[ ! -x $root/debian/usr/bin/rustc ]]; then
        echo "$target: taking the standard library's source from Debian's rustc-web, into $root" >&2
        mkdir -p "$root/debian" "$root/packages"
        (
            cd "$root/packages" || exit
            apt-get download --quiet=2 rustc-web rust-web-src libstd-rust-web-dev "$(apt-cache depends rustc-web libstd-rust-web-dev |
                sed -n 's/.*Depends: \(libstd-rust-web-[0-9.]*\)$/\1/p' | head -n 1)"
            apt-get download --quiet=2 "$(dpkg-deb --field libstd-rust-web-[0-9]*.deb Depends | grep -o 'libllvm[0-9]*' | head -n 1)"
            for package in *.deb; do dpkg-deb --extract "$package" "$root/debian"; done
        )
    fi
    export LD_LIBRARY_PATH=$root/debian/usr/lib/x86_64-linux-gnu RUSTC=$root/debian/usr/bin/rustc RUSTC_BOOTSTRAP=1
    # shellcheck disable=SC2034 # read by the caller
    build_std=("-Zbuild-std=std,panic_unwind")
    # The objects that begin and end a program of musl are zig's.
    case $target in
    *-musl) export RUSTFLAGS="${RUSTFLAGS:-} -Clink-self-contained=no" ;;
    esac
}
