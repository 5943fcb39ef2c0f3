"""The script one would write for the migration in Python: urllib.parse, PyJWT, a line in, a line out.

    python peer.py LIST MAP SECRET-FILE NOW
"""

import csv
import hmac
import json
import sys
from urllib.parse import parse_qsl, quote, urlsplit

import jwt

KEPT = set(
    "hide_bookmarks hide_explore_toggle hide_folder_navigation hide_menu hide_tooltip lng lng_variant menu_position "
    "responsive_height theme disable_mobile_view disable_auto_refresh hide_page_controls hide_reload_button hide_title "
    "hide_view_select page_id view_id explore bookmark".split()
)


def new_path(path: str, workbooks: dict[str, tuple[str, str]]) -> str:
    _, _, embed, *detail = path.split("/")
    org, workbook = workbooks[embed]
    if detail[-1:] == ["edit"]:
        return f"/{org}/workbook/{detail[1].rpartition('-')[2]}/edit"
    tag = f"/tag/{detail[1]}" if detail[:1] == ["tag"] else ""
    return f"/{org}/workbook/{workbook}{tag}"


def verify(line: str, secret: str) -> None:
    signed, _, signature = line.rpartition("signature=")
    signed = signed.removesuffix("&:").removesuffix("&%3A")
    if not hmac.compare_digest(hmac.digest(secret.encode(), signed.encode(), "sha256").hex(), signature):
        raise ValueError("the signature does not verify")


def convert(line: str, workbooks: dict[str, tuple[str, str]], secret: str, now: int) -> str:
    verify(line, secret)
    url = urlsplit(line)
    pairs = parse_qsl(url.query)
    old = dict(pairs)

    claims = {"sub": old[":email"], "iss": old[":client_id"], "jti": old[":nonce"], "iat": now}
    claims["exp"] = now + min(int(old.get(":session_length", 3600)), 2_592_000)
    if ":account_type" in old:
        claims["account_type"] = old[":account_type"]
    teams = old.get(":external_user_team") or old.get(":teams")
    if teams:
        claims["teams"] = [team.strip() for team in teams.split(",")]
    attributes = json.loads(old.get(":user_attributes", "{}"))
    attributes.update((key[4:], value) for key, value in pairs if key.startswith(":ua_"))
    if attributes:
        claims["user_attributes"] = attributes
    for name in ("eval_connection_id", "first_name", "last_name"):
        if f":{name}" in old:
            claims[name] = old[f":{name}"]

    kept = [(key, value) for key, value in pairs if not key.startswith(":") or key[1:] in KEPT]
    if ":menu_position" not in old:
        kept.append((":menu_position", "none" if old.get(":show_footer") == "false" else "bottom"))
    token = jwt.encode(claims, secret, algorithm="HS256", headers={"kid": claims["iss"]})
    # Not urlencode: Sigma needs literal colons and commas.
    rest = "".join(f"&{key}={quote(value, safe=':,')}" for key, value in kept)
    return f"{url.scheme}://{url.netloc}{new_path(url.path, workbooks)}?:jwt={token}&:embed=true{rest}"


def main() -> None:
    list_file, map_file, secret_file, now = sys.argv[1:]
    with open(secret_file) as file:
        secret = file.read()
    with open(map_file, newline="") as file:
        workbooks = {row["embed_id"]: (row["org"], row["workbook_id"]) for row in csv.DictReader(file)}
    with open(list_file, newline="") as file:
        if list_file.endswith(".csv"):
            lines = (row["url"] for row in csv.DictReader(file))
        else:
            lines = (line.rstrip("\n") for line in file)
        for line in lines:
            sys.stdout.write(convert(line, workbooks, secret, int(now)) + "\n")


if __name__ == "__main__":
    main()
