"""Encrypted OAuth tokens: what the tool encrypts, `cryptography` decrypts; what is encrypted already stays."""

import unittest
from urllib.parse import quote, quote_plus

import oauth
from support import CLIENT_ID, HOST, SECRET, convert, errors, read_token, sign, split

SECRET_IN_ANOTHER_SCRIPT = "пароль-密码-🔑-demo"


def url_with(token: str, secret: str) -> str:
    return sign(
        f"{HOST}/embed/1-5ROVG8NwQrGNLF31mh1VJS?:nonce=6e1f9f52-0000-4000-8000-000000000001&:client_id={CLIENT_ID}"
        f"&:email=ann@mail.example&:oauth_token={token}",
        secret,
    )


class OauthToken(unittest.TestCase):
    def claims(self, token: str, *args: str, secret: str = SECRET) -> dict:
        (record,), status = convert([url_with(token, secret)], *args, secret=secret)
        self.assertEqual((status, record["status"]), (0, "converted"), record["findings"])
        claims = read_token(split(record["url"])[1], secret)[1]
        self.assertEqual((claims["ver"], claims["aud"]), ("1.1", "sigmacomputing"))
        return claims

    def test_what_is_encrypted_here_decrypts_here(self):
        self.assertEqual(oauth.decrypt(SECRET, oauth.encrypt(SECRET, "жетон")), "жетон")

    def test_encrypted_by_the_tool(self):
        for secret in (SECRET, SECRET_IN_ANOTHER_SCRIPT):
            for plain in ("opaque", "a.b.c", "with+plus/and==", "жетон", "x" * 3000):
                with self.subTest(secret=secret, plain=plain[:20]):
                    claims = self.claims(quote(plain, safe=""), "--encrypt-oauth-token", secret=secret)
                    self.assertEqual(oauth.decrypt(secret, claims["oauth_token"]), plain)

    def test_encrypted_before(self):
        token = oauth.encrypt(SECRET, "opaque" * 20)
        for written in (token, quote(token), quote_plus(token)):
            for args in ((), ("--encrypt-oauth-token",)):
                with self.subTest(written=written[:40], args=args):
                    self.assertEqual(self.claims(written, *args)["oauth_token"], token)

    def test_plain_token_is_refused(self):
        (record,), status = convert([url_with("opaque-token", SECRET)])
        self.assertEqual((status, record["status"], record["url"]), (1, "failed", None))
        self.assertIn("plaintext-oauth-token", errors(record))


if __name__ == "__main__":
    unittest.main()
