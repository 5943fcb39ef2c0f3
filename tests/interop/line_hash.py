"""`primaryLocationLineHash` as GitHub's upload action documents it, without a rolling hash: line by line, in plain sums.

A line's hash is made from the 100 characters (UTF-16 units) from its begin on, spaces and tabs left out, line ends as one
line feed each, the end of the file as 65535 and zeros behind it: the sum of each times a power of 37, in 64 bits. Behind a
colon stands how many lines up to this one have the same hash. Prints what the tests expect: `line_hash.py FILE`.
"""

import re
import sys

WINDOW, FACTOR, BITS = 100, 37, 1 << 64


def line_hashes(data: bytes) -> list[str]:
    text = data.decode("utf-8", errors="replace")
    # A space between them makes two line ends of a carriage return and a line feed.
    text = re.sub("[ \t]", "", re.sub("\r\n|\r", "\n", text))
    raw = text.encode("utf-16-le")
    units = [int.from_bytes(raw[at : at + 2], "little") for at in range(0, len(raw), 2)] + [0xFFFF]
    starts = [0] + [at + 1 for at, unit in enumerate(units) if unit == 10]
    units += [0] * WINDOW
    seen: dict[int, int] = {}
    hashes = []
    for start in starts:
        value = sum(unit * FACTOR ** (WINDOW - 1 - at) for at, unit in enumerate(units[start : start + WINDOW])) % BITS
        seen[value] = seen.get(value, 0) + 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        print("\n".join(line_hashes(file.read())))
