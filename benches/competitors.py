"""Installs the programs that embed2jwt is measured beside, and knows their commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "peers"
# The interoperability tests pin the libraries of npm and PyPI.
PINS = HERE.parent / "tests/interop"
# Where Debian puts the sources of Go libraries.
GOPATH = Path("/usr/share/gocode")


class Missing(Exception):
    """Why a peer cannot take part."""


def call(*command: str | Path, folder: Path | None = None, env: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Missing(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        raise Missing(f"`{' '.join(map(str, command))}` failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")


def from_debian(there: Callable[[], bool], *packages: str) -> None:
    """Root gets what is not there from Debian; others are told its name."""
    if there():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        call("apt-get", "install", "--yes", "--quiet", *packages, env={"DEBIAN_FRONTEND": "noninteractive"})
    if not there():
        raise Missing(f"install Debian's {' and '.join(packages)}")


def ripgrep() -> str:
    from_debian(lambda: shutil.which("rg") is not None, "ripgrep")
    return "rg"


def node(directory: Path) -> Path:
    """The folder whose node_modules has jsonwebtoken and jose."""
    folder = directory / "node"
    if not folder.joinpath("node_modules/.package-lock.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PINS / name, folder)
        call("npm", "ci", "--no-audit", "--no-fund", folder=folder)
    return folder


def python(directory: Path) -> Path:
    """The interpreter that has PyJWT."""
    folder = directory / "python"
    interpreter = folder / "bin/python"
    if not folder.joinpath("complete").exists():
        pin = next(line for line in PINS.joinpath("requirements.txt").read_text().splitlines() if line.startswith("PyJWT=="))
        call(sys.executable, "-m", "venv", "--clear", folder)
        call(interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", pin)
        folder.joinpath("complete").touch()
    return interpreter


def go(directory: Path) -> Path:
    """The compiled peer, with Debian's golang-jwt."""
    library = GOPATH / "src/github.com/golang-jwt/jwt"
    packages = ["golang-go", "golang-github-golang-jwt-jwt-dev"]
    from_debian(lambda: shutil.which("go") is not None and library.exists(), *packages)
    program = directory / "peer-go"
    env = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(directory / "go-cache")}
    call("go", "build", "-o", program, SCRIPTS / "peer.go", env=env)
    return program


def converters(directory: Path, threads: int) -> tuple[dict[str, tuple[list[str], Path | None]], dict[str, str]]:
    """Of each peer of `convert` the beginning of its command and its folder; and why others are missing."""

    def script(library: str) -> Callable[[], tuple[list[str], Path | None]]:
        return lambda: (["node", str(SCRIPTS / "peer.mjs"), library], node(directory))

    makers: dict[str, Callable[[], tuple[list[str], Path | None]]] = {
        "Node, jsonwebtoken": script("jsonwebtoken"),
        "Node, jose": script("jose"),
        "Python, PyJWT": lambda: ([str(python(directory)), "-W", "ignore", str(SCRIPTS / "peer.py")], None),
        f"Go, golang-jwt, {threads} workers": lambda: ([str(go(directory)), str(threads)], None),
    }
    there, missing = {}, {}
    for name, make in makers.items():
        try:
            there[name] = make()
        except Missing as reason:
            missing[name] = str(reason)
    return there, missing
