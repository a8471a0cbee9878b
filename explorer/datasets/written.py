"""The texts to learn to write from: built in, or a reader's own; and their tokens, characters or words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from explorer.datasets import grammar, uploads
from explorer.datasets.grammar import Check
from explorer.messages import N_, ExplorerError, Message, message

FOLDER = Path(__file__).parent / "samples" / "passages"
MAXIMUM_BYTES = 300_000
"""Size of a reader's own text, in UTF-8."""
CHARACTERS, WORDS = "characters", "words"
LEVELS = (CHARACTERS, WORDS)
LARGEST = {CHARACTERS: 600, WORDS: 2000}
"""Tokens in a vocabulary, the unknown one included; the rarest ones beyond are unknown."""
UNKNOWN = "\ufffd"
UNKNOWN_ID = 0
_WORD = re.compile(r" ?\w+| ?[^\w\s]|\s")
_KEPT_CONTROLS = "\n\t"
_ENCODINGS = ("utf-8-sig", "cp949")


@dataclass(frozen=True)
class Written:
    """A built-in text: its title, who wrote it, a prompt that suits it, and what a right line of it is."""

    title: Message
    about: Message
    read: Callable[[], str]
    prompt: str
    right: Check | None = None


TEXTS: dict[str, Written] = {
    "weather": Written(
        message(N_("Weather reports")),
        message(N_("Written by a small grammar: the city decides the weather, and the weather the advice.")),
        lambda: grammar.WEATHER.text(1200),
        "Monday in ",
        grammar.WEATHER.right,
    ),
    "korean-weather": Written(
        message(N_("Weather reports in Korean")),
        message(N_("The same kind of grammar in Korean; its characters are syllables.")),
        lambda: grammar.KOREAN_WEATHER.text(1200),
        "월요일 ",
        grammar.KOREAN_WEATHER.right,
    ),
    "sums": Written(
        message(N_("Sums")),
        message(
            N_("Lines such as 12+7=19: the network sees only characters, and yet most sums come out right in the end.")
        ),
        lambda: grammar.sums(6000),
        "12+7=",
        grammar.right_sum,
    ),
    "pride": Written(
        message(N_("Pride and Prejudice")),
        message(N_("The first chapters of Jane Austen's novel of 1813: real prose, and much harder.")),
        lambda: (FOLDER / "pride_and_prejudice.txt").read_text(encoding="utf-8"),
        "It is a truth ",
    ),
}


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or CP949, as older Korean files have it.

    Raises:
        ExplorerError: if it is larger than `MAXIMUM_BYTES` or no text.
    """
    _check_size(len(content))
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ExplorerError(message(N_("This file is no text in UTF-8 or CP949; save it as plain text (.txt) in UTF-8.")))


def keep(text: str) -> str:
    """Keep a reader's own text for the training process; returns its id.

    Raises:
        ExplorerError: if it is empty or too large, or cannot be kept.
    """
    clean = cleaned(text)
    if not clean.strip():
        raise ExplorerError(message(N_("There is no text yet; paste some, or give a .txt file.")))
    content = clean.encode("utf-8")
    _check_size(len(content))
    return uploads.keep({"text": np.frombuffer(content, np.uint8)})


def cleaned(text: str) -> str:
    """The text in composed characters, with plain line ends and without control characters."""
    composed = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    lines = composed.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in _KEPT_CONTROLS or unicodedata.category(c) != "Cc")


@lru_cache(maxsize=8)
def read(name: str) -> str:
    """A text by its name, or by the id that `keep` gave.

    Raises:
        ExplorerError: if it is not here any more, or damaged.
    """
    if name in TEXTS:
        return TEXTS[name].read()
    try:
        return uploads.load(name)["text"].tobytes().decode("utf-8")
    except (KeyError, UnicodeDecodeError) as error:
        raise ExplorerError(message(N_("This is not a text that was given here; paste it again."))) from error


def split(text: str, level: str) -> list[str]:
    """Characters, or words with the space before them; joined again they are the text."""
    return list(text) if level == CHARACTERS else _WORD.findall(text)


@dataclass(frozen=True)
class Vocabulary:
    """The tokens by their ids; id 0 stands for all that is unknown."""

    tokens: tuple[str, ...]
    level: str

    @cached_property
    def ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> np.ndarray:
        """The ids of a text: (tokens,) of int32."""
        ids = self.ids
        return np.array([ids.get(token, UNKNOWN_ID) for token in split(text, self.level)], np.int32)

    def decode(self, ids: Sequence[int] | np.ndarray) -> list[str]:
        """The tokens of some ids."""
        return [self.tokens[index] for index in ids]


@dataclass(frozen=True)
class Encoded:
    """A whole text as ids (tokens,), read-only, with its vocabulary."""

    vocabulary: Vocabulary
    ids: np.ndarray

    @property
    def unknown(self) -> int:
        """How many tokens are not in the vocabulary."""
        return int(np.count_nonzero(self.ids == UNKNOWN_ID))


@lru_cache(maxsize=8)
def encoded(name: str, level: str) -> Encoded:
    """A text by its name in characters or words.

    Raises:
        ExplorerError: if it is not here.
    """
    counted = Counter(split(read(name), level))
    counted.pop(UNKNOWN, None)
    frequent = sorted(counted, key=lambda token: (-counted[token], token))[: LARGEST[level] - 1]
    vocabulary = Vocabulary((UNKNOWN, *sorted(frequent)), level)
    ids = vocabulary.encode(read(name))
    ids.setflags(write=False)
    return Encoded(vocabulary, ids)


def _check_size(size: int) -> None:
    if size > MAXIMUM_BYTES:
        raise ExplorerError(
            message(
                N_("This text has {size} kB and at most {maximum} kB are taken; give a part of it."),
                size=f"{size / 1000:,.0f}",
                maximum=f"{MAXIMUM_BYTES // 1000}",
            )
        )
