"""The tool against the model: random URLs, compared record by record."""

import collections
import csv
import unittest

import oauth
from generator import Generator
from model import FATE, Model, base62, number_of, take_apart
from support import CLAIM_ORDER, NOW, PAIRS, REAL_URLS, SECRET, convert, errors, read_map, read_token, split

SEEDS = range(4)
URLS_OF_A_SEED = 250
UNMAPPED = "1-5fqd1hQ1uOCsyopBjce5dQ"


def as_in_urls(embed_id: str) -> list[str]:
    """The forms an embed id takes in a path, whatever form it has in the map."""
    digits = base62(number_of(embed_id)) if embed_id.count("-") == 4 else embed_id.removeprefix("1-")
    return [f"1-{digits}", digits]


class ModelItself(unittest.TestCase):
    """A model that is wrong about what is known proves nothing."""

    def test_known_pairs_of_ids(self):
        with PAIRS.open(newline="") as file:
            for row in csv.DictReader(file):
                self.assertEqual(base62(number_of(row["uuid"])), row["url_id"])
                self.assertEqual(number_of(f"1-{row['url_id']}"), number_of(row["uuid"]))

    def test_signatures_of_the_real_shapes(self):
        model = Model(read_map(), SECRET, NOW)
        signed = [line for line in REAL_URLS.read_text().splitlines() if "signature=" in line]
        self.assertEqual(len(signed), 10)
        for url in signed:
            self.assertEqual(model.convert(url).status, "converted")
            self.assertEqual(model.convert(url[:-1]).error, "signature-mismatch")


class Differential(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = read_map()
        cls.model = Model(cls.rows, SECRET, NOW)
        cls.tokens = [oauth.encrypt(SECRET, plain) for plain in ("opaque", "жетон", "x" * 500)]
        mapped = [form for row in cls.rows if row["public"] != "true" for form in as_in_urls(row["embed_id"])]
        # Mostly mapped ones: the other kind has only one way to end.
        cls.embed_ids = [*mapped, UNMAPPED]

    def check(self, urls: list[str]) -> collections.Counter:
        records, status = convert(urls)
        outcomes = collections.Counter()
        for line, (url, record) in enumerate(zip(urls, records), start=1):
            expected = self.model.convert(url)
            outcomes[expected.error or expected.status] += 1
            with self.subTest(url=url):
                self.assertEqual(record["line"], line)
                self.assertEqual(record["status"], expected.status, record["findings"])
                getattr(self, f"check_{expected.status}")(url, record, expected)
        self.assertEqual(status == 1, any(record["status"] == "failed" for record in records))
        return outcomes

    def check_unchanged(self, url, record, _expected):
        self.assertEqual(record["url"], url)

    def check_failed(self, _url, record, expected):
        self.assertIn(expected.error, errors(record))
        self.assertEqual((record["url"], record["header"], record["claims"]), (None, None, None))

    def check_converted(self, url, record, expected):
        base, token, rest = split(record["url"])
        self.assertEqual((base, rest), (expected.base, expected.rest))
        header, claims = read_token(token)
        self.assertEqual(header, expected.header)
        self.assertEqual(claims, expected.claims)
        self.assertEqual(list(claims), [claim for claim in CLAIM_ORDER if claim in claims])
        self.assertTrue(all(type(claims[claim]) is int for claim in ("iat", "exp")))
        self.assertEqual(record["header"], header)
        shown = dict(record["claims"])
        if "oauth_token" in claims and shown["oauth_token"] == claims["oauth_token"][:6] + "…":
            # Reports may shorten it.
            shown["oauth_token"] = claims["oauth_token"]
        self.assertEqual(shown, claims)
        self.assertEqual(errors(record), set())
        self.assertEqual(
            dict.fromkeys((parameter["name"], parameter["fate"]) for parameter in record["parameters"]),
            dict.fromkeys((parameter.name, parameter.fate) for parameter in take_apart(url).parameters),
        )

    def test_random_urls(self):
        outcomes = collections.Counter()
        for seed in SEEDS:
            generator = Generator(seed, self.embed_ids, self.tokens)
            outcomes += self.check([generator.url() for _ in range(URLS_OF_A_SEED)])
        # What never came up was never compared.
        for outcome in (
            "converted unchanged signature-mismatch unverified-signature unmapped-embed duplicate-parameter "
            "missing-parameter invalid-email invalid-session-length invalid-time invalid-user-attributes invalid-teams "
            "plaintext-oauth-token"
        ).split():
            self.assertGreater(outcomes[outcome], 0, outcome)
        self.assertGreater(outcomes["converted"], 0.6 * outcomes.total())

    def test_every_parameter_of_the_table_comes_up(self):
        seen = set()
        for seed in SEEDS:
            generator = Generator(seed, self.embed_ids, self.tokens)
            for _ in range(URLS_OF_A_SEED):
                seen.update(parameter.name for parameter in take_apart(generator.url()).parameters)
        self.assertEqual(set(FATE) - seen, set())

    def test_real_shapes(self):
        urls = [line for line in REAL_URLS.read_text().splitlines() if line and not line.startswith("#")]
        outcomes = self.check(urls)
        self.assertEqual(outcomes, {"converted": 10, "unchanged": 4})


if __name__ == "__main__":
    unittest.main()
