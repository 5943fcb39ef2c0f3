#!/usr/bin/env python3
"""Writes what package managers read of a release: checksums, the Homebrew formula, the Scoop manifest.

    packaging/manifests.py [FOLDER]

FOLDER holds the archives of packaging/binary.sh (target/packaging unless named). Version, owner and description are Cargo.toml's.
"""

import hashlib
import json
import pathlib
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
VERSION, REPOSITORY = PACKAGE["version"], PACKAGE["repository"]

FORMULA = """\
class Embed2jwt < Formula
  desc "{description}"
  homepage "{repository}"
  version "{version}"
  license any_of: ["MIT", "Apache-2.0"]
{systems}
  def install
    bin.install "embed2jwt"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/embed2jwt.bash" => "embed2jwt"
    fish_completion.install "completions/embed2jwt.fish"
    zsh_completion.install "completions/embed2jwt.zsh" => "_embed2jwt"
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/embed2jwt --version")
  end
end
"""
ARCHITECTURE = """
    on_{architecture} do
      url "{url}"
      sha256 "{checksum}"
    end"""
SYSTEMS = {
    "linux": {"intel": "x86_64-unknown-linux-musl", "arm": "aarch64-unknown-linux-musl"},
    "macos": {"intel": "x86_64-apple-darwin", "arm": "aarch64-apple-darwin"},
}
WINDOWS = "x86_64-pc-windows-gnu"


def archive(target):
    return f"embed2jwt-{VERSION}-{target}.tar.gz"


def url(target):
    return f"{REPOSITORY}/releases/download/v{VERSION}/{archive(target)}"


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/packaging")
    files = sorted(path for path in folder.glob(f"embed2jwt[-_]{VERSION}*") if path.is_file())
    if not files:
        sys.exit(f"{folder}: no archive of version {VERSION}; packaging/binary.sh TARGET makes one")
    checksums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    (folder / "SHA256SUMS").write_text("".join(f"{sum_}  {name}\n" for name, sum_ in checksums.items()), encoding="utf-8")

    systems = ""
    for system, architectures in SYSTEMS.items():
        found = {name: target for name, target in architectures.items() if archive(target) in checksums}
        blocks = [
            ARCHITECTURE.format(architecture=name, url=url(target), checksum=checksums[archive(target)])
            for name, target in found.items()
        ]
        if blocks:
            systems += f"\n  on_{system} do" + "\n".join(blocks).replace("\n\n\n", "\n\n") + "\n  end\n"
    # Homebrew wants no article, no full stop, and at most 80 characters.
    short = "Migration linter and converter for Sigma Computing's signed embed URLs"
    (folder / "embed2jwt.rb").write_text(
        FORMULA.format(description=short, repository=REPOSITORY, version=VERSION, systems=systems), encoding="utf-8"
    )

    if archive(WINDOWS) in checksums:
        scoop = {
            "version": VERSION,
            "description": PACKAGE["description"],
            "homepage": REPOSITORY,
            "license": "MIT|Apache-2.0",
            "architecture": {
                "64bit": {
                    "url": url(WINDOWS),
                    "hash": checksums[archive(WINDOWS)],
                    "extract_dir": archive(WINDOWS).removesuffix(".tar.gz"),
                }
            },
            "bin": "embed2jwt.exe",
        }
        (folder / "embed2jwt.json").write_text(json.dumps(scoop, indent=4) + "\n", encoding="utf-8")
    print(f"{folder}: {len(checksums)} checksums, manifests for {VERSION}")


if __name__ == "__main__":
    main()
