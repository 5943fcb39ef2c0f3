import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, overload

from typing_extensions import Unpack

Url: TypeAlias = str | bytes | bytearray
# What is no URL is a finding of its row, so anything may be in a list.
Rows: TypeAlias = Iterable[object]
Path: TypeAlias = str | os.PathLike[str]
Rules: TypeAlias = str | Sequence[str]
Status: TypeAlias = Literal["converted", "unchanged", "failed"]
Verdict: TypeAlias = Literal["none", "lossless", "lossy", "blocked"]
Signature: TypeAlias = Literal["verified", "mismatch", "not-verified"]

__version__: str

class _Options(TypedDict, total=False):
    map: Path | bytes | Sequence[Mapping[str, object]] | Sequence[Path | bytes] | None
    org: str | None
    workbook: str | None
    secret: Secret | str | bytes | None
    secret_file: Path | None
    credentials: Mapping[str, Secret | str | bytes] | None
    client_id: str | None
    hosts: Rules | None
    allow: Rules | None
    error: Rules | None
    warn: Rules | None
    info: Rules | None
    off: Rules | None
    now: int | None
    keep_unknown: bool | None
    preserve_defaults: bool | None
    show_secrets: bool | None
    source: str | None
    threads: int | None

class ScanOptions(_Options, total=False): ...

class ConvertOptions(_Options, total=False):
    jti: Literal["fresh", "nonce", "derived"] | None
    ttl: int | None
    issued_at: Literal["now", "url"] | None
    jwt_version: Literal["1.0", "1.1"] | None
    user: Literal["embed", "internal"] | None
    account_type: str | None
    trust_input: bool | None
    encrypt_oauth_token: Literal["plain", "all"] | None

class AuditOptions(ConvertOptions, total=False):
    explain_conversion: bool | None

class Embed2JwtError(ValueError):
    rule: str | None
    row: int | None
    column: str | None

class Secret:
    def __init__(self, value: str | bytes) -> None: ...
    @staticmethod
    def from_file(path: Path) -> Secret: ...

class Memory:
    def __init__(self, *, exact: bool = ...) -> None: ...
    @staticmethod
    def _known(rows: Sequence[tuple[int, int, int, int]]) -> Memory: ...

class Audited:
    @property
    def kind(self) -> str: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def signature(self) -> Signature: ...
    @property
    def rules(self) -> list[str]: ...
    @property
    def json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def keys(self) -> list[str]: ...
    def __getitem__(self, key: str) -> Any: ...

class Converted:
    @property
    def status(self) -> Status: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def signature(self) -> Signature: ...
    @property
    def url(self) -> str | None: ...
    @property
    def rules(self) -> list[str]: ...
    @property
    def json(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def keys(self) -> list[str]: ...
    def __getitem__(self, key: str) -> Any: ...
    def raise_for_status(self) -> None: ...

class Scanned:
    @property
    def rules(self) -> list[str]: ...
    @property
    def urls(self) -> int: ...
    @property
    def cut(self) -> bool: ...
    @property
    def findings(self) -> list[dict[str, Any]]: ...
    @property
    def json(self) -> list[str]: ...

# Kind, validity, offsets, data, fields of a column.
Column: TypeAlias = tuple[str, bytes | None, bytes | None, bytes | None, list[Any] | None]
# Text, offsets, a byte a row that is 0 where it is null.
Packed: TypeAlias = tuple[bytes, bytes, bytes | None]

class Auditor:
    def __init__(self, **options: Unpack[AuditOptions]) -> None: ...
    @overload
    def audit(self, urls: Url, *, memory: Memory | None = ...) -> Audited: ...  # type: ignore[overload-overlap]
    @overload
    def audit(self, urls: Rows, *, memory: Memory | None = ...) -> list[Audited]: ...
    @overload
    def inspect(self, urls: Url, *, memory: Memory | None = ...) -> Audited: ...  # type: ignore[overload-overlap]
    @overload
    def inspect(self, urls: Rows, *, memory: Memory | None = ...) -> list[Audited]: ...
    def _batches(
        self, rows: Packed | Rows, wanted: Sequence[str], memory: Memory | None = ...
    ) -> list[tuple[int, list[Column]]]: ...
    def _marks(self, urls: Rows, key: Secret) -> list[tuple[int, int, list[int]]]: ...

class Converter:
    def __init__(self, **options: Unpack[ConvertOptions]) -> None: ...
    @overload
    def convert(  # type: ignore[overload-overlap]
        self, urls: Url, *, memory: Memory | None = ..., errors: Literal["finding", "raise"] = ...
    ) -> Converted: ...
    @overload
    def convert(
        self, urls: Rows, *, memory: Memory | None = ..., errors: Literal["finding", "raise"] = ...
    ) -> list[Converted]: ...
    def _batches(
        self,
        rows: Packed | Rows,
        wanted: Sequence[str],
        memory: Memory | None = ...,
        errors: Literal["finding", "raise"] = ...,
        column: str = ...,
    ) -> list[tuple[int, list[Column]]]: ...

class Scanner:
    def __init__(self, **options: Unpack[ScanOptions]) -> None: ...
    def scan(self, file: Path | bytes, *, name: str | None = ...) -> Scanned: ...
    def fix(self, file: Path | bytes, *, name: str | None = ..., unsafe_fixes: bool = ...) -> bytes | None: ...

def command(arguments: Sequence[str]) -> int: ...
