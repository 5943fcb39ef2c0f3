"""Checks and converts Sigma Computing's deprecated signed embed URLs, in the process that holds them.

    import embed2jwt
    result = embed2jwt.convert(url, map="map.csv", secret_file="secret.txt")
    print(result.url or result["findings"])

Options are named as the flags of the command `embed2jwt`; results are the objects of its `--format ndjson`.
"""

from __future__ import annotations

from ._native import (
    Audited,
    Auditor,
    Converted,
    Converter,
    Embed2JwtError,
    Memory,
    Scanned,
    Scanner,
    Secret,
    __version__,
)
from ._tables import audit_table, convert_table

__all__ = [
    "Audited",
    "Auditor",
    "Converted",
    "Converter",
    "Embed2JwtError",
    "Memory",
    "Scanned",
    "Scanner",
    "Secret",
    "__version__",
    "audit",
    "audit_table",
    "convert",
    "convert_table",
    "inspect",
    "scan",
]


def audit(urls, *, memory=None, **options):
    """Checks one URL, or each of several, as `embed2jwt audit` does."""
    return Auditor(**options).audit(urls, memory=memory)


def inspect(urls, *, memory=None, **options):
    """Reads one URL or token in full, or each of several, as `embed2jwt inspect` does."""
    return Auditor(**options).inspect(urls, memory=memory)


def convert(urls, *, memory=None, errors="finding", **options):
    """Converts one URL, or each of several, as `embed2jwt convert` does.

    What is wrong with a URL is in its result; with `errors="raise"` the first that fails raises `Embed2JwtError`.
    """
    return Converter(**options).convert(urls, memory=memory, errors=errors)


def scan(file, *, name=None, **options):
    """Scans one file, by its path or its bytes, as `embed2jwt check` does."""
    return Scanner(**options).scan(file, name=name)
