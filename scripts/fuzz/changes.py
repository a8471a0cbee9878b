"""Ways to spoil what is good: bytes, texts, JSON and archives, all drawn from one generator of random numbers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

NUMBERS = (0, 1, -1, 2, 7, 127, 128, 255, 256, 32_767, 65_535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64, 10**30)
FLOATS = (0.0, -0.0, 0.5, 1e-320, 1e308, -1e308, float("nan"), float("inf"), -float("inf"))
TEXTS = (
    "",
    " ",
    "-",
    ",",
    ",,,",
    "0",
    "-1",
    "1.5",
    "1e309",
    "nan",
    "inf",
    "9" * 30,
    "٣",
    "²",
    "null",
    "true",
    "None",
    "[]",
    "{}",
    '{"a":',
    "[" * 2000,
    "../../../../etc/passwd",
    "C:\\Windows\\win.ini",
    "file:///etc/passwd",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "$$\\input{/etc/passwd}$$",
    ":material/home: :red[x]",
    "{name} {0} %s %n {values.__class__}",
    "' OR 1=1 --",
    "\0",
    "a\0b",
    "\r\nSet-Cookie: a=b",
    "\u202e\u200b\ufeff",
    "한국어 자모 ㄱㅏ",
    "e\u0301" * 50,
    "👩‍👩‍👧‍👦" * 20,
    "a" * 70_000,
    "1," * 5000,
)
"""Texts on which programs have broken before."""

_SIGNS = "abzAZ09 ,;.:|\t\n\"'<>&{}[]()\\/%$#@!*+-=_~^`?éß한가ㄱ漢あ٣²😀\u200d\u202e\0"


def number(random: Random) -> float:
    return random.choice((*NUMBERS, *FLOATS, random.randint(-10, 300), random.uniform(-2, 2)))


def text(random: Random, longest: int = 200) -> str:
    """A text known to be trouble, or any characters."""
    if random.random() < 0.5:
        return random.choice(TEXTS)
    return "".join(random.choices(_SIGNS, k=random.randint(0, longest)))


def changed_text(random: Random, good: str) -> str:
    """A good text with a part dropped, doubled, moved or replaced."""
    for _ in range(random.randint(1, 4)):
        first, last = sorted(random.randint(0, len(good)) for _ in range(2))
        part = random.choice(("", good[first:last] * 2, text(random, 20), good[first:last][::-1], str(number(random))))
        good = good[:first] + part + good[last:]
    return good


def changed_bytes(random: Random, good: bytes) -> bytes:
    """Good bytes with some of them flipped, dropped, doubled, or written over by numbers that are too large."""
    found = bytearray(good)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        place = random.randint(0, max(0, len(found) - 1))
        length = min(random.choice((1, 4, 64, 4096)), len(found) - place)
        random.choice(_BYTE_CHANGES)(random, found, place, length)
    return bytes(found)


def _flip(random: Random, found: bytearray, place: int, length: int) -> None:
    if length:
        found[place] ^= 1 << random.randint(0, 7)


def _drop(random: Random, found: bytearray, place: int, length: int) -> None:
    del found[place : place + length]


def _cut(random: Random, found: bytearray, place: int, length: int) -> None:
    del found[place:]


def _double(random: Random, found: bytearray, place: int, length: int) -> None:
    found[place:place] = found[place : place + length]


def _overwrite(random: Random, found: bytearray, place: int, length: int) -> None:
    size = random.choice((1, 2, 4, 8))
    found[place : place + size] = (int(random.choice(NUMBERS)) % 2 ** (8 * size)).to_bytes(size, "little")


_BYTE_CHANGES: Sequence[Callable[[Random, bytearray, int, int], None]] = (
    _flip,
    _flip,
    _drop,
    _cut,
    _double,
    _overwrite,
)


def changed_json(random: Random, good: Any) -> Any:
    """A JSON value with one to three of its parts replaced, dropped or doubled, wherever they are."""
    found = json.loads(json.dumps(good))
    for _ in range(random.randint(1, 3)):
        found = _changed_part(random, found)
    return found


def _changed_part(random: Random, value: Any) -> Any:
    if isinstance(value, dict | list) and value and random.random() < 0.85:
        place = random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
        if random.random() < 0.1:
            value.pop(place)
        elif isinstance(value, list) and random.random() < 0.1:
            value.extend(value[place : place + 1] * random.choice((1, 3, 200)))
        else:
            value[place] = _changed_part(random, value[place])
        return value
    return random.choice((None, True, [], {}, [value], {"class_name": value}, number(random), text(random), [[[[[]]]]]))


def changed_zip(random: Random, good: bytes, change: Callable[[Random, str, bytes], bytes]) -> bytes:
    """A zip whose members are changed, renamed, dropped or doubled; `change` gives a member new content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        touched = set(random.sample(names, min(len(names), random.randint(1, 3))))
        for name in names:
            content = old.read(name)
            if name in touched:
                if random.random() < 0.1:
                    continue
                content = change(random, name, content)
                name = changed_text(random, name) if random.random() < 0.2 else name
            new.writestr(name[:60_000].split("\0")[0] or "-", content)
    return out.getvalue()
