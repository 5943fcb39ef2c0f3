"""Random legacy signed URLs as signers in the wild write them, with and without something wrong; seeded, so repeatable.

Only what reference and contract settle is generated: a URL whose conversion is a matter of taste tests nothing.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

from model import FATE
from support import CLIENT_ID, HOST, NOW, sign

Writer = Callable[[str, str], str]

TEXTS = [
    "West", "North East", "West,Midwest", "Zürich", "東京", "🦀 crab", '"quoted"', "back\\slash", "100%", "a&b=c", "1 + 1",
    "#1", "it's", "<b>", "C:\\temp", "007", "ÄÖÜ ß", "semi;colon", "min:2024-01-01,max:2024-02-01", "line\nbreak",
]
TEAMS = ["Client_A", "Ann Test Team", "Ops", "R&D", "Ärzte", "Team+Plus", "Embed-SDK-Team", "Sales/Returns"]
EMAILS = [
    "ann@mail.example", "neil+embed@mail.example", "first.last@mail.example", "client_a@client-a.example",
    "6f1@tenant.example", "ann+a+b@sub.mail.example",
]
ATTRIBUTES = ["Region", "Attr1", "bob-edit-attr-test", "Länge", "Sales_Org", "two words", "dotted.name"]
# Raw keys and values of controls: they are carried over, so they are written as they are.
CONTROLS = [
    "Store-Region=West", "date-range=min:2024-01-01,max:2024-02-01", "date-range=min%3A2024-01-01%2cmax%3a2024-02-01",
    "Roman-Numeral-CONTROL=I,II", "Sales%20Region=North+East%20%2B", "H%c3%b6he=%e6%9d%b1", "Id-CONTROL=1",
    "Größe=東京", "formula=a=b", "site-id=42", "amount=50%", "Name=O'Neil",
]
# What parameters hold that hold more than `true` or `false`.
VALUES = {
    "hide_folder_navigation": ["true", "True"], "hide_send": ["true", "false", "True"], "show_footer": ["true", "false", "False"],
    "lng": ["fr-ca", "de"], "lng_variant": ["formal"], "menu_position": ["top", "bottom", "none"],
    "theme": ["Light", "Dark", "Surface", "Our own theme"], "disable_mobile_view": ["yes"], "embed": ["true"],
    "page_id": ["H9cAxKfnXP"], "view_id": ["x5IFw14Sfe"], "nodeId": ["H9cAxKfnXP"],
    "explore": ["c1d2e3f4-0000-4000-8000-000000000001"], "bookmark": ["c1d2e3f4-0000-4000-8000-000000000002"],
    "customView": ["c1d2e3f4-0000-4000-8000-000000000003"], "savedView": ["c1d2e3f4-0000-4000-8000-000000000004"],
    "loading_bg": ["FF0000"], "loading_text": ["FFFFFF"],
}  # fmt: skip


def with_values(*fates: str) -> list[tuple[str, list[str]]]:
    """The parameters of these fates, each with values it may have."""
    return [(name, VALUES.get(name, ["true", "false"])) for name, fate in FATE.items() if fate in fates]


KEPT = with_values("kept")
GONE = [*with_values("replaced", "unsupported"), ("zz_of_our_own", ["1"])]


def write_quote(name: str, value: str) -> str:
    return f":{quote(name)}={quote(value, safe='@,')}"


def write_strict(name: str, value: str) -> str:
    return f":{quote(name)}={quote(value, safe='')}"


def write_plus(name: str, value: str) -> str:
    return f"%3A{quote(name)}={quote_plus(value)}"


def write_urlencode(name: str, value: str) -> str:
    # The name by hand: what a plus means in one is settled nowhere.
    return f"%3A{quote(name)}={urlencode({'': value})[1:]}"


def write_mixed(name: str, value: str) -> str:
    """Lower-case escapes of the colon, a literal plus where it is one."""
    safe = "@+" if name == "email" else "@"
    return f"%3a{quote(name)}={quote(value, safe=safe)}"


WRITERS: list[Writer] = [write_quote, write_strict, write_plus, write_urlencode, write_mixed]


class Generator:
    def __init__(self, seed: int, embed_ids: list[str], oauth_tokens: list[str]) -> None:
        self.random = random.Random(seed)
        self.embed_ids = embed_ids
        self.oauth_tokens = oauth_tokens

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def url(self) -> str:
        """One URL; about one in six is to be refused, one in twenty is no signed one."""
        if self.chance(0.05):
            return self.not_signed()
        write = self.random.choice(WRITERS)
        user = self.user()
        if self.chance(0.1):
            self.damage(user)
        pairs = [write(name, value) for name, value in user]
        pairs += [write(name, self.random.choice(values)) for name, values in self.some(KEPT) + self.some(GONE)]
        pairs += [control for control in self.some(CONTROLS) if not self.same_control(pairs, control)]
        self.random.shuffle(pairs)
        if self.chance(0.2):
            # The same once more, further back.
            pairs.append(self.random.choice(pairs))

        scheme_and_host = HOST.replace("https:", "http:") if self.chance(0.05) else HOST
        separator = "&" if self.chance(0.1) else "?"
        url = f"{scheme_and_host}/embed/{self.path()}{separator}{'&'.join(pairs)}"
        if self.chance(0.9):
            url = sign(url, key=self.random.choice([":signature", "%3Asignature"]))
            if self.chance(0.05):
                url = url.replace("mail.example", "mai1.example", 1) if "mail.example" in url else url[:-1]
        if self.chance(0.05):
            url += self.random.choice(["#top", "#a=b&c?d"])
        return url

    def some(self, choices: list) -> list:
        """A few of them, mostly none, now and then nearly all."""
        count = min(int(self.random.expovariate(0.5)), len(choices))
        return self.random.sample(choices, count)

    @staticmethod
    def same_control(pairs: list[str], control: str) -> bool:
        """One control with two values is refused or not depending on whom one asks."""
        key = control.partition("=")[0] + "="
        return any(pair.startswith(key) and pair != control for pair in pairs)

    def path(self) -> str:
        embed_id = self.random.choice(self.embed_ids)
        kind = self.random.random()
        if kind < 0.15:
            return f"{embed_id}/tag/{self.random.choice(['prod', 'dev-2', 'v1.2', 'T%20x'])}"
        if kind < 0.25:
            name = self.random.choice(["Embed_API_QuickStart", "Plugs-Sales-2024", "A", "%C3%9Cbersicht"])
            return f"{embed_id}/workbook/{name}-r0WXMPpc0YtQCTFR7CdDK/edit"
        return embed_id

    def user(self) -> list[tuple[str, str]]:
        """Names and plain values of the parameters that become claims, or nothing."""
        pick = self.random.choice
        user = [
            ("nonce", str(uuid.UUID(int=self.random.getrandbits(128), version=4))),
            ("client_id", CLIENT_ID),
            ("email", pick(EMAILS)),
        ]
        optional = [
            ("mode", "userbacked"),
            ("external_user_id", pick(["123", "6f1", "neil+embed@mail.example"])),
            ("account_type", pick(["View", "Creator", "embed User", "Länge", ""])),
            ("session_length", pick(["1", "600", "3600", "36000", "2592000", "2592001", "31536000", ""])),
            ("time", pick([str(NOW), f"{NOW}.4812", str(NOW - 10**8), f"{NOW}123", ""])),
            ("eval_connection_id", "e90e75f0-f79b-4be3-a9e1-45bc681bbbc4"),
        ]
        user += [pair for pair in optional if self.chance(0.8)]
        if self.chance(0.3):
            user += [("first_name", pick(["Ann", "Ann Marie", "Žofie"])), ("last_name", pick(["van Test", "O'Test", "李"]))]
        if self.chance(0.9):
            user += self.teams()
        names = self.some(ATTRIBUTES)
        user += [(f"ua_{name}", pick([*TEXTS, ""])) for name in names]
        if self.chance(0.2):
            others = [name for name in ATTRIBUTES if name not in names]
            user.append(("user_attributes", self.json({name: pick(TEXTS) for name in others[:3]})))
        if self.chance(0.1):
            user.append(("oauth_token", pick(self.oauth_tokens)))
        return user

    def teams(self) -> list[tuple[str, str]]:
        names = self.random.sample(TEAMS, self.random.randint(1, 4))
        value = self.random.choice([",".join, ", ".join, lambda teams: f",{',,'.join(teams)}, ,", self.json])(names)
        if self.chance(0.1):
            return [("external_user_team", value), ("teams", value)]
        return [(self.random.choice(["external_user_team", "external_user_team", "teams"]), value)]

    def json(self, value: object) -> str:
        return json.dumps(value, ensure_ascii=self.chance(0.5))

    def damage(self, user: list[tuple[str, str]]) -> None:
        """One thing for which the URL has to be refused."""
        pick = self.random.choice
        name, value = pick(
            [
                ("email", "nobody"), ("email", "ann@my..example"), ("email", ""), ("client_id", ""),
                ("session_length", "an hour"), ("time", "2025-06-15"), ("user_attributes", '{"a":'),
                ("external_user_team", '["a"'), ("oauth_token", "plain-token"),
            ]
        )
        if self.chance(0.3):
            # A second e-mail beside the first.
            user.append(("email", "second@mail.example"))
            return
        user[:] = [pair for pair in user if pair[0] != name and (name, pair[0]) != ("external_user_team", "teams")]
        user.append((name, value))

    def not_signed(self) -> str:
        """A public embed, a URL of the new dialect, a URL of somebody else."""
        return self.random.choice(
            [
                f"{HOST}/embed/1-58subqgEPAbbis7cdijHIa",
                f"{HOST}/embed/1-58subqgEPAbbis7cdijHIa?Store-Region=West&:theme=Dark",
                f"{HOST}/demo-org/workbook/Start-r0WXMPpc0YtQCTFR7CdDK?:embed=true&:menu_position=top",
                "https://www.example.com/video?id=1#t=2",
            ]
        )
