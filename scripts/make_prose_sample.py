"""Make the embedded prose from Debian's package of Jane Austen's novels.

apt-get download r-cran-janeaustenr, then
dpkg-deb -x r-cran-janeaustenr_*.deb unpacked, then
python -m scripts.make_prose_sample unpacked/usr/lib/R/site-library/janeaustenr/data/Rdata.rdb
"""

import contextlib
import re
import struct
import sys
import zlib
from pathlib import Path

from explorer.datasets.written import FOLDER

TITLE = b"PRIDE AND PREJUDICE"
LONGEST = 150_000
"""Characters after which no further chapter begins."""
STRING = 9
"""R's number for a string."""


def novel(database: bytes) -> bytes:
    """The serialised lines of the novel: R compresses each object by itself."""
    for found in re.finditer(b"x\x9c", database):
        with contextlib.suppress(zlib.error):
            content = zlib.decompressobj().decompress(database[found.start() :])
            if TITLE in content[:200]:
                return content
    sys.exit("There is no such novel in this file")


def lines(content: bytes) -> list[str]:
    """The strings of R's one vector of lines, each with four bytes of flags and four of length before it."""
    found, place = [], content.index(TITLE) - 8
    while place + 8 <= len(content):
        flags, length = struct.unpack_from(">Ii", content, place)
        if flags & 0xFF != STRING:
            break
        found.append(content[place + 8 : place + 8 + length].decode())
        place += 8 + length
    return found


def chapters(text: list[str]) -> str:
    """The first chapters, a paragraph a line, without headings and marks of emphasis."""
    whole = "\n".join(text[text.index("Chapter 1") :])
    kept = ""
    for paragraph in filter(None, (" ".join(part.split()) for part in re.split(r"\n\s*\n", whole))):
        if not re.fullmatch(r"Chapter \d+", paragraph):
            kept += paragraph.replace("_", "") + "\n"
        elif len(kept) > LONGEST:
            break
    return kept


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / "pride_and_prejudice.txt"
    target.write_text(chapters(lines(novel(Path(sys.argv[1]).read_bytes()))), encoding="utf-8")
    print(target, target.stat().st_size)
