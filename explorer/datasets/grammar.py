"""Texts written by small grammars from a seed: a network can learn them in seconds, and a line can be checked."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

SEED = 42
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Grammar:
    """Rules from a name to what may stand for it; a ``{name}`` in an alternative is a rule again.

    The rule `line` is where every line begins. No rule may lead back to itself.
    """

    rules: Mapping[str, tuple[str, ...]]

    def text(self, lines: int, seed: int = SEED) -> str:
        """So many lines, always the same ones for a seed."""
        drawn = random.Random(seed)
        return "".join(self._written("line", drawn) + "\n" for _ in range(lines))

    def _written(self, rule: str, drawn: random.Random) -> str:
        # random() gives the same numbers in every version of Python; choice() does not have to.
        alternatives = self.rules[rule]
        chosen = alternatives[int(drawn.random() * len(alternatives))]
        return _PLACE.sub(lambda place: self._written(place[1], drawn), chosen)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What exactly the lines of this grammar match."""
        return re.compile(self._pattern("line"))

    def _pattern(self, rule: str) -> str:
        alternatives = []
        for alternative in self.rules[rule]:
            pieces = _PLACE.split(alternative)
            written = (re.escape(p) if n % 2 == 0 else self._pattern(p) for n, p in enumerate(pieces))
            alternatives.append("".join(written))
        return f"(?:{'|'.join(alternatives)})"

    def right(self, line: str) -> bool:
        """Whether the grammar could have written this line."""
        return self.pattern.fullmatch(line) is not None


WEATHER = Grammar(
    {
        "line": (
            "{day} in {cold}: {winter}, {small} degrees below zero. Take a warm coat.",
            "{day} in {warm}: {summer}, {large} degrees. Take a hat.",
            "{day} in {wet}: {rain}, {middle} degrees. Take an umbrella.",
        ),
        "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "cold": ("Oslo", "Nuuk", "Harbin"),
        "warm": ("Cairo", "Athens", "Lima"),
        "wet": ("London", "Bergen", "Dublin"),
        "winter": ("snow", "ice on the roads", "a clear and icy night"),
        "summer": ("sunshine", "a blue sky", "hot wind from the desert"),
        "rain": ("rain", "showers", "drizzle and fog"),
        "small": tuple("123456789"),
        "middle": ("8", "9", "10", "11", "12", "13"),
        "large": ("26", "27", "28", "29", "30", "31", "32"),
    }
)
"""Each city has its own weather, and the weather decides the advice at the end of the line."""

KOREAN_WEATHER = Grammar(
    {
        "line": (
            "{day} {cold} {winter}. 기온은 영하 {small}도입니다. 두꺼운 외투를 입으세요.",
            "{day} {warm} {summer}. 기온은 {large}도입니다. 모자를 쓰세요.",
            "{day} {wet} {rain}. 기온은 {middle}도입니다. 우산을 가져가세요.",
        ),
        "day": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
        "cold": ("철원은", "대관령은", "춘천은"),
        "warm": ("대구는", "제주는", "광주는"),
        "wet": ("부산은", "목포는", "여수는"),
        "winter": ("눈이 옵니다", "길이 얼어 있습니다", "맑고 몹시 춥습니다"),
        "summer": ("햇볕이 뜨겁습니다", "하늘이 파랗습니다", "바람 없이 덥습니다"),
        "rain": ("비가 옵니다", "소나기가 내립니다", "안개가 짙습니다"),
        "small": tuple("123456789"),
        "middle": ("8", "9", "10", "11", "12", "13"),
        "large": ("26", "27", "28", "29", "30", "31", "32"),
    }
)
"""The same in Korean: place, weather, temperature and advice belong together."""

LARGEST_TERM = 19
_SUM = re.compile(r"(\d{1,2})\+(\d{1,2})=(\d{1,3})", re.ASCII)


def sums(lines: int, seed: int = SEED) -> str:
    """Lines such as ``12+7=19``, with terms from 0 to `LARGEST_TERM`."""
    drawn = random.Random(seed)
    terms = [(int(drawn.random() * (LARGEST_TERM + 1)), int(drawn.random() * (LARGEST_TERM + 1))) for _ in range(lines)]
    return "".join(f"{a}+{b}={a + b}\n" for a, b in terms)


def right_sum(line: str) -> bool:
    """Whether a line is a sum, and its result is right."""
    found = _SUM.fullmatch(line)
    return found is not None and int(found[1]) + int(found[2]) == int(found[3])


Check = Callable[[str], bool]
"""Says of a whole line whether it is as the text's own lines are."""
