"""A second opinion: how a legacy signed URL is converted, read from the reference without looking at the tool's code.

`Model(map_rows, secret, now).convert(url)` says what has to come out. It is written to be read beside
the reference: section 1 is `take_apart`, section 2 `base`, section 3 `claims`, section 4 `rest`.
Speed, findings that do not stop a conversion, and damaged input are none of its business.
"""

from __future__ import annotations

import hmac
import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_plus

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_SESSION = 2_592_000

# Section 4, from the tool's own table: tests/it/parameters.rs restates it from the documents. What it does not name is unknown.
ROWS = json.loads(Path(__file__).with_name("parameters.json").read_text(encoding="utf-8"))
FATE = {row["name"]: row["fate"] for row in ROWS}

# With one of these (or a `ua_…`) an embed URL is a signed one.
SIGNED = {row["name"] for row in ROWS if row["signs"]}

# A plus in these is a plus; in all other values it is a space.
LITERAL_PLUS = {row["name"] for row in ROWS if row["literal_plus"]}


@dataclass(frozen=True)
class Parameter:
    """One `key=value` of the query: as it stands there, and what it means."""

    raw_key: str
    raw_value: str

    @property
    def is_control(self) -> bool:
        return not unquote(self.raw_key).startswith(":")

    @property
    def name(self) -> str:
        """Decoded and without the colon; a control's own name."""
        return unquote(self.raw_key).removeprefix(":")

    @property
    def value(self) -> str:
        return (unquote if self.name in LITERAL_PLUS else unquote_plus)(self.raw_value)

    @property
    def fate(self) -> str:
        if self.is_control:
            return "kept"
        return "claim" if self.name.startswith("ua_") else FATE.get(self.name, "unknown")


@dataclass(frozen=True)
class Parts:
    """A URL of the legacy dialect, taken apart."""

    origin: str
    path: list[str]
    parameters: list[Parameter]
    fragment: str


@dataclass(frozen=True)
class Outcome:
    """What has to come out: the status, why it was refused, or the new URL without and with its token's content."""

    status: str
    error: str | None = None
    base: str | None = None
    rest: str | None = None
    header: dict | None = None
    claims: dict | None = None


class Refused(Exception):
    """A finding of severity error: the URL is not converted. Its text is the rule."""


def take_apart(url: str) -> Parts:
    rest, mark, fragment = url.partition("#")
    scheme, _, rest = rest.partition("://")
    # The first separator ends the path; some signers write `&` where `?` belongs.
    front, *query = re.split("[?&]", rest, maxsplit=1)
    host, *path = front.split("/")
    pairs = (pair.partition("=") for pair in "".join(query).split("&") if pair)
    # An insecure scheme is fixed on the way.
    return Parts(f"https://{host}", path, [Parameter(key, value) for key, _, value in pairs], mark + fragment)


def base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits


def number_of(object_id: str) -> int:
    """The number behind a UUID, a `1-<base62>`, a bare base62 or a `<Name>-<base62>`."""
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", object_id):
        return uuid.UUID(object_id).int
    number = 0
    for digit in object_id.rpartition("-")[2]:
        number = number * 62 + ALPHABET.index(digit)
    return number


def only(parameters: list[Parameter]) -> dict[str, str]:
    """Name to value of Sigma's own parameters; different values are an error. An empty value is an absent one, but for a
    user attribute: without it Sigma would take the attribute's default, which may show more rows than an empty one."""
    values: dict[str, str] = {}
    for parameter in parameters:
        if parameter.is_control or not (parameter.value or parameter.name.startswith("ua_")):
            continue
        if values.setdefault(parameter.name, parameter.value) != parameter.value:
            raise Refused("duplicate-parameter")
    return values


def teams(value: str) -> list[str]:
    if value.startswith("["):
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise Refused("invalid-teams") from None
    return [team.strip() for team in value.split(",") if team.strip()]


def user_attributes(values: dict[str, str]) -> dict[str, str]:
    try:
        together = json.loads(values.get("user_attributes", "{}"))
    except json.JSONDecodeError:
        raise Refused("invalid-user-attributes") from None
    for name, value in values.items():
        if name.startswith("ua_"):
            together[name.removeprefix("ua_")] = value
    return together


def lifetime(value: str) -> int:
    if not re.fullmatch(r"[0-9]+", value):
        raise Refused("invalid-session-length")
    return min(int(value), MAX_SESSION)


def without_repeats(pairs: list[str]) -> list[str]:
    return list(dict.fromkeys(pairs))


class Model:
    def __init__(self, map_rows: list[dict[str, str]], secret: str, now: int) -> None:
        self.map = {number_of(row["embed_id"]): row for row in map_rows}
        self.secret = secret
        self.now = now

    def convert(self, url: str) -> Outcome:
        parts = take_apart(url)
        names = {parameter.name for parameter in parts.parameters if not parameter.is_control}
        if parts.path[0] != "embed" or not any(name in SIGNED or name.startswith("ua_") for name in names):
            return Outcome("unchanged")
        try:
            self.check_signature(url)
            values = only(parts.parameters)
            return Outcome(
                "converted",
                base=self.base(parts, values),
                rest=self.rest(parts, values),
                header={"alg": "HS256", "typ": "JWT", "kid": values.get("client_id")},
                claims=self.claims(values),
            )
        except Refused as refusal:
            return Outcome("failed", error=str(refusal))

    def check_signature(self, url: str) -> None:
        match = re.search(r"&(?::|%3A)signature=([^&#]*)", url, re.IGNORECASE)
        if not match:
            # Only what its signature proves is signed anew.
            raise Refused("unverified-signature")
        expected = hmac.new(self.secret.encode(), url[: match.start()].encode(), "sha256").hexdigest()
        if match[1] != expected:
            raise Refused("signature-mismatch")

    def base(self, parts: Parts, values: dict[str, str]) -> str:
        """Section 2: the path of the workbook. The map's page or element wins over the one of the query."""
        _, embed_id, *detail = parts.path
        row = self.map.get(number_of(embed_id))
        if row is None:
            raise Refused("unmapped-embed")
        prefix = f"{parts.origin}/{row['org']}/workbook/"
        match detail:
            case ["workbook", workbook, "edit"]:
                return f"{prefix}{workbook.rpartition('-')[2]}/edit"
            case ["tag", tag]:
                tag = f"/tag/{tag}"
            case []:
                tag = ""
            case _:
                raise ValueError(f"no rule for {parts.path}")
        place = f"/page/{values['nodeId']}" if "nodeId" in values else ""
        for kind in ("page", "element"):
            if row[f"{kind}_id"]:
                place = f"/{kind}/{row[f'{kind}_id']}"
        return prefix + base62(number_of(row["workbook_id"])) + tag + place

    def rest(self, parts: Parts, values: dict[str, str]) -> str:
        """Section 4: what follows the token."""
        pairs = []
        for parameter in parts.parameters:
            if parameter.is_control:
                pairs.append(f"{parameter.raw_key}={parameter.raw_value}")
            elif parameter.fate == "kept" and parameter.name != "embed":
                pairs.append(f":{parameter.name}={parameter.raw_value}")
        pairs = without_repeats(pairs)
        if "menu_position" not in values:
            pairs.append(":menu_position=" + ("none" if values.get("show_footer", "").lower() == "false" else "bottom"))
        return "".join(f"&{pair}" for pair in [":embed=true", *pairs]) + parts.fragment

    def claims(self, values: dict[str, str]) -> dict:
        """Section 3, in the order of the contract."""
        for name in ("email", "client_id"):
            if name not in values:
                raise Refused("missing-parameter")
        local, at, domain = values["email"].rpartition("@")
        if not (local and at and re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+", domain)):
            raise Refused("invalid-email")
        try:
            float(values.get("time", "0"))
        except ValueError:
            raise Refused("invalid-time") from None
        named = [teams(values[name]) for name in ("external_user_team", "teams") if name in values]
        if len(named) == 2 and named[0] != named[1]:
            raise Refused("duplicate-parameter")
        oauth_token = values.get("oauth_token")
        if oauth_token and oauth_token.count(".") != 3:
            raise Refused("plaintext-oauth-token")

        claims = {
            "sub": values["email"],
            "iss": values["client_id"],
            "jti": values["nonce"],
            "iat": self.now,
            "exp": self.now + lifetime(values.get("session_length", "3600")),
            "account_type": values.get("account_type"),
            "teams": named[0] if named else None,
            "user_attributes": user_attributes(values),
            "eval_connection_id": values.get("eval_connection_id"),
            "first_name": values.get("first_name"),
            "last_name": values.get("last_name"),
            "oauth_token": oauth_token,
            "ver": "1.1" if oauth_token else None,
            "aud": "sigmacomputing" if oauth_token else None,
        }
        return {name: value for name, value in claims.items() if value}
