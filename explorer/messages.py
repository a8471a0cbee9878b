"""Texts that a reader may see, kept apart from the language they are shown in.

Every module may say something to the reader; only the widgets know the reader's
language. So texts travel as `Message`: the English template, which is also the key in
the gettext catalogue, and the values that fill it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:
    """Mark an English text for the catalogue; it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Message:
    """A translatable sentence: `text` with `{name}` places filled from `values`.

    Values that are themselves messages are translated before they are filled in.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def translated(self, translate: Callable[[str], str]) -> str:
        values = {
            name: value.translated(translate) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return translate(self.text).format(**values)

    def __str__(self) -> str:
        return self.translated(lambda text: text)


def message(text: str, **values: Any) -> Message:
    """Build a `Message`; `text` must be a literal so that the catalogue finds it."""
    return Message(text, values)


class ExplorerError(Exception):
    """Something the reader can understand and mend, said in one clear sentence."""

    def __init__(self, problem: Message):
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problem,)
