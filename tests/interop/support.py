"""What the Python tests share: signing legacy URLs, running the tool, reading its tokens with PyJWT."""

from __future__ import annotations

import csv
import hmac
import json
import os
import re
import subprocess
import tempfile
import warnings
from pathlib import Path

import jwt
from jwt.warnings import InsecureKeyLengthWarning

ROOT = Path(__file__).resolve().parents[2]
MAP = ROOT / "fixtures/interop/map.csv"
PAIRS = ROOT / "fixtures/real/pairs.csv"
REAL_URLS = ROOT / "fixtures/real/urls.txt"

HOST = "https://app.sigmacomputing.com"
SECRET = "demo-embed-secret"
CLIENT_ID = "31c0d37dd9cffe984b412aa340509085deecce89940412a7118d1f60d992302c"
NOW = 1_750_000_000

CLAIM_ORDER = (
    "sub iss jti iat exp account_type teams user_attributes eval_connection_id "
    "first_name last_name oauth_token ver aud"
).split()

JWT_URL = re.compile(r"(?P<base>[^?]+)\?:jwt=(?P<token>[\w-]+\.[\w-]+\.[\w-]+)(?P<rest>&:embed=true.*)", re.ASCII)


def tool() -> str:
    """The executable under test."""
    return os.environ["EMBED2JWT"]


def sign(url: str, secret: str = SECRET, key: str = ":signature") -> str:
    """The URL with Sigma's old signature: HMAC-SHA256 of everything before it."""
    return f"{url}&{key}={hmac.new(secret.encode(), url.encode(), 'sha256').hexdigest()}"


def read_map() -> list[dict[str, str]]:
    with MAP.open(newline="") as file:
        return list(csv.DictReader(file))


def convert(urls: list[str], *args: str, secret: str = SECRET) -> tuple[list[dict], int]:
    """The records of `convert` for `urls`, one each, and the exit status."""
    with tempfile.TemporaryDirectory(prefix="embed2jwt-interop-") as directory:
        secret_file = Path(directory, "secret")
        secret_file.write_text(secret, encoding="utf-8")
        command = [tool(), "convert", "--format", "ndjson", "--map", str(MAP), "--now", str(NOW), "--jti", "nonce"]
        done = subprocess.run(
            [*command, "--secret-file", str(secret_file), *args],
            input="".join(f"{url}\n" for url in urls).encode(),
            capture_output=True,
            cwd=directory,
            env={"PATH": os.environ["PATH"]},
            check=False,
        )
    assert secret.encode() not in done.stdout + done.stderr, "the secret is in the output"
    lines = done.stdout.decode().split("\n")
    assert lines.pop() == "", "the output does not end in a newline"
    assert len(lines) == len(urls), f"{len(lines)} records for {len(urls)} URLs: {done.stderr.decode()}"
    return [json.loads(line) for line in lines], done.returncode


def split(url: str) -> tuple[str, str, str]:
    """Base, token, and the rest from `&:embed=true` on."""
    match = JWT_URL.fullmatch(url or "")
    assert match, f"not a JWT-signed URL: {url}"
    return match["base"], match["token"], match["rest"]


def read_token(token: str, secret: str = SECRET) -> tuple[dict, dict]:
    """Header and claims of a token whose signature PyJWT accepts; times are compared by the tests, not by its clock."""
    options = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    with warnings.catch_warnings():
        # The demo secret is short.
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        read = jwt.decode_complete(token, secret, algorithms=["HS256"], options=options)
    return read["header"], read["payload"]


def errors(record: dict) -> set[str]:
    """The rules that refuse the URL of a record."""
    return {finding["rule"] for finding in record["findings"] if finding["severity"] == "error"}
