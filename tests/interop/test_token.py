"""Tokens made by PyJWT, right and deliberately wrong, as `inspect` judges them."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
import warnings
from pathlib import Path

import jwt
from jwt.warnings import InsecureKeyLengthWarning

from support import CLIENT_ID, HOST, NOW, SECRET, tool

CLAIMS = {
    "sub": "ann@mail.example",
    "jti": "n-1",
    "iat": NOW,
    "exp": NOW + 3600,
    "account_type": "View",
    "teams": ["Sales"],
}

# Changed claims, algorithm, header, and the rules that are to say something: exactly these.
CASES = {
    "sound": ({}, "HS256", {"kid": CLIENT_ID}, []),
    "sound, 30 days": ({"exp": NOW + 2_592_000}, "HS256", {"kid": CLIENT_ID}, []),
    "no kid": ({}, "HS256", {}, ["jwt-missing-kid"]),
    "HS512": ({}, "HS512", {"kid": CLIENT_ID}, ["jwt-wrong-algorithm"]),
    "none": ({}, "none", {"kid": CLIENT_ID}, ["jwt-wrong-algorithm"]),
    "milliseconds": ({"iat": NOW * 1000, "exp": NOW * 1000 + 3_600_000}, "HS256", {"kid": CLIENT_ID},
                     ["jwt-milliseconds", "jwt-milliseconds"]),
    "a clock with fractions": ({"iat": NOW + 0.25}, "HS256", {"kid": CLIENT_ID}, ["jwt-wrong-type"]),
    "31 days": ({"exp": NOW + 31 * 86_400}, "HS256", {"kid": CLIENT_ID}, ["jwt-too-long"]),
    "expired": ({"iat": NOW - 3600, "exp": NOW}, "HS256", {"kid": CLIENT_ID}, ["jwt-expired"]),
    "team": ({"team": ["Sales"]}, "HS256", {"kid": CLIENT_ID}, ["jwt-unknown-claim"]),
    "attributes as an array": ({"account_type": "View", "user_attributes": ["West"]}, "HS256", {"kid": CLIENT_ID},
                               ["jwt-wrong-type"]),
    "an issuer that is not the key id": ({"iss": "another"}, "HS256", {"kid": CLIENT_ID}, ["jwt-issuer-mismatch"]),
    "another audience": ({"ver": "1.1", "aud": "other"}, "HS256", {"kid": CLIENT_ID}, ["jwt-bad-audience"]),
}


def make(claims: dict, algorithm: str = "HS256", headers: dict | None = None) -> str:
    with warnings.catch_warnings():
        # The demo secret is short.
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        key = None if algorithm == "none" else SECRET
        return jwt.encode({**CLAIMS, **claims}, key, algorithm=algorithm, headers=headers)


def inspect(tokens: list[str]) -> list[dict]:
    rows = "".join(f"{HOST}/acme/workbook/x?:jwt={token}&:embed=true\n" for token in tokens)
    with tempfile.TemporaryDirectory(prefix="embed2jwt-interop-") as directory:
        secret_file = Path(directory, "secret")
        secret_file.write_text(SECRET, encoding="utf-8")
        done = subprocess.run(
            [tool(), "inspect", "--format", "ndjson", "--now", str(NOW), "--secret-file", str(secret_file)],
            input=rows.encode(),
            capture_output=True,
            cwd=directory,
            env={"PATH": os.environ["PATH"]},
            check=False,
        )
    assert SECRET.encode() not in done.stdout + done.stderr, "the secret is in the output"
    records = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(records) == len(tokens), done.stderr.decode()
    return records


class Token(unittest.TestCase):
    def test_tokens_are_judged_rightly(self):
        tokens = [make(claims, algorithm, headers) for claims, algorithm, headers, _ in CASES.values()]
        for (name, (claims, algorithm, _, rules)), record in zip(CASES.items(), inspect(tokens), strict=True):
            with self.subTest(name):
                self.assertEqual(sorted(finding["rule"] for finding in record["findings"]), rules)
                self.assertEqual(record["claims"], {**CLAIMS, **claims})
                self.assertEqual(record["signature"], "verified" if algorithm == "HS256" else "mismatch")

    def test_a_changed_byte_is_found(self):
        token = make({}, headers={"kid": CLIENT_ID})
        changed = [f"{token[:at]}{'7' if old != '7' else '8'}{token[at + 1:]}" for at, old in enumerate(token)]
        for at, record in enumerate(inspect(changed)):
            with self.subTest(at):
                self.assertEqual(record["signature"], "mismatch")
                self.assertIn("error", {finding["severity"] for finding in record["findings"]})


if __name__ == "__main__":
    unittest.main()
