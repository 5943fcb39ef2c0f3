import os
from collections.abc import Sequence
from typing import Any, Literal, overload

import pyarrow
from typing_extensions import Unpack

from ._native import Audited as Audited
from ._native import Auditor as Auditor
from ._native import Converted as Converted
from ._native import Converter as Converter
from ._native import Embed2JwtError as Embed2JwtError
from ._native import Memory as Memory
from ._native import Scanned as Scanned
from ._native import Scanner as Scanner
from ._native import Secret as Secret
from ._native import __version__ as __version__
from ._native import AuditOptions, ConvertOptions, Rows, ScanOptions, Url

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

@overload
def audit(urls: Url, *, memory: Memory | None = ..., **options: Unpack[AuditOptions]) -> Audited: ...  # type: ignore[overload-overlap]
@overload
def audit(urls: Rows, *, memory: Memory | None = ..., **options: Unpack[AuditOptions]) -> list[Audited]: ...
@overload
def inspect(urls: Url, *, memory: Memory | None = ..., **options: Unpack[AuditOptions]) -> Audited: ...  # type: ignore[overload-overlap]
@overload
def inspect(urls: Rows, *, memory: Memory | None = ..., **options: Unpack[AuditOptions]) -> list[Audited]: ...
@overload
def convert(  # type: ignore[overload-overlap]
    urls: Url,
    *,
    memory: Memory | None = ...,
    errors: Literal["finding", "raise"] = ...,
    **options: Unpack[ConvertOptions],
) -> Converted: ...
@overload
def convert(
    urls: Rows,
    *,
    memory: Memory | None = ...,
    errors: Literal["finding", "raise"] = ...,
    **options: Unpack[ConvertOptions],
) -> list[Converted]: ...
def scan(
    file: str | os.PathLike[str] | bytes, *, name: str | None = ..., **options: Unpack[ScanOptions]
) -> Scanned: ...
def audit_table(
    data: Any,
    url: str = ...,
    *,
    columns: Sequence[str] | None = ...,
    memory: Memory | None = ...,
    **options: Unpack[AuditOptions],
) -> pyarrow.Table: ...
def convert_table(
    data: Any,
    url: str = ...,
    *,
    columns: Sequence[str] | None = ...,
    memory: Memory | None = ...,
    errors: Literal["finding", "raise"] = ...,
    **options: Unpack[ConvertOptions],
) -> pyarrow.Table: ...
