"""Sigma's encrypted OAuth tokens (reference, section 6), with the `cryptography` package.

Sigma's own package for them is not on the public registry; oauth.test.mjs says more.
"""

from __future__ import annotations

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

SALT, IV, TAG = 16, 12, 16


def _cipher(secret: str, salt: bytes) -> AESGCM:
    return AESGCM(PBKDF2HMAC(SHA256(), length=32, salt=salt, iterations=600_000).derive(secret.encode()))


def encrypt(secret: str, plain: str) -> str:
    salt, iv = os.urandom(SALT), os.urandom(IV)
    # AESGCM puts the tag behind the ciphertext, Sigma before it.
    sealed = _cipher(secret, salt).encrypt(iv, plain.encode(), None)
    return ".".join(base64.b64encode(part).decode() for part in (salt, iv, sealed[-TAG:], sealed[:-TAG]))


def decrypt(secret: str, token: str) -> str:
    salt, iv, tag, text = (base64.b64decode(part, validate=True) for part in token.split("."))
    lengths = (len(salt), len(iv), len(tag))
    if lengths != (SALT, IV, TAG):
        raise ValueError(f"salt, iv and tag have {lengths} bytes")
    return _cipher(secret, salt).decrypt(iv, text + tag, None).decode()
