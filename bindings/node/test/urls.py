"""Prints URLs of the interoperability tests' generator: `urls.py COUNT`. No line end is in them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tests/interop"))

import oauth
from generator import Generator
from support import SECRET, read_map
from test_differential import UNMAPPED, as_in_urls

count = int(sys.argv[1])
mapped = [form for row in read_map() if row["public"] != "true" for form in as_in_urls(row["embed_id"])]
tokens = [oauth.encrypt(SECRET, plain) for plain in ("opaque", "жетон")]
generator = Generator(15, [*mapped, UNMAPPED], tokens)
urls = [generator.url() for _ in range(count)]
if any(character in url for url in urls for character in "\r\n\0"):
    sys.exit("a URL cannot be a line of a list")
sys.stdout.reconfigure(encoding="utf-8", newline="\n")
print("\n".join(urls))
