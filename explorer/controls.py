"""How a setting may be changed: ranges and choices, declared beside the setting itself.

A data class field carries its control in its metadata, so one generic form can draw
every layer and every recipe, and no form can reach a value that its class refuses.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from explorer.messages import N_, ExplorerError, Message, message

NONE = "none"
"""What a form calls a part that its owner does without."""


@dataclass(frozen=True)
class Control:
    """What every setting has: a label and one sentence of help, both in the catalogue."""

    label: str
    help: str = ""

    def accepts(self, value: Any) -> bool:
        raise NotImplementedError

    def expected(self) -> Message:
        """What would be accepted, as the end of a sentence."""
        raise NotImplementedError


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@dataclass(frozen=True)
class Whole(Control):
    """A whole number from `minimum` to `maximum`."""

    minimum: int = 0
    maximum: int = 100
    step: int = 1

    def accepts(self, value: Any) -> bool:
        return isinstance(value, int) and _is_number(value) and self.minimum <= value <= self.maximum

    def expected(self) -> Message:
        return message(
            N_("a whole number from {minimum} to {maximum}"),
            minimum=self.minimum,
            maximum=self.maximum,
        )


@dataclass(frozen=True)
class Pair(Whole):
    """Two whole numbers, height then width; the form edits them as one square size.

    An `optional` pair may be None, which Keras fills in from another setting.
    """

    optional: bool = False

    def accepts(self, value: Any) -> bool:
        if value is None:
            return self.optional
        return isinstance(value, tuple) and len(value) == 2 and all(super(Pair, self).accepts(v) for v in value)


@dataclass(frozen=True)
class Fraction(Control):
    """A number from `minimum` to `maximum`, both included."""

    minimum: float = 0.0
    maximum: float = 1.0
    step: float = 0.05

    def accepts(self, value: Any) -> bool:
        return _is_number(value) and self.minimum <= value <= self.maximum

    def expected(self) -> Message:
        return message(N_("a number from {minimum} to {maximum}"), minimum=self.minimum, maximum=self.maximum)


@dataclass(frozen=True)
class Scale(Fraction):
    """A positive number picked on a logarithmic scale from the listed `stops`."""

    stops: tuple[float, ...] = ()


@dataclass(frozen=True)
class Choice(Control):
    """One of the listed options, named as in Keras."""

    options: tuple[str, ...] = ()

    def accepts(self, value: Any) -> bool:
        return value in self.options

    def expected(self) -> Message:
        return message(N_("one of {options}"), options=", ".join(self.options))


@dataclass(frozen=True)
class Switch(Control):
    """On or off."""

    def accepts(self, value: Any) -> bool:
        return isinstance(value, bool)

    def expected(self) -> Message:
        return message(N_("true or false"))


@dataclass(frozen=True)
class Nested(Control):
    """Another object with settings of its own, of one of the listed classes; None if `optional`."""

    kinds: tuple[type, ...] = ()
    optional: bool = False

    def accepts(self, value: Any) -> bool:
        return (self.optional and value is None) or isinstance(value, self.kinds)

    def expected(self) -> Message:
        return message(N_("one of {options}"), options=", ".join(kind.__name__ for kind in self.kinds))


def setting(default: Any, control: Control) -> Any:
    """Declare a data class field together with its control."""
    return field(default=default, metadata={"control": control})


def controls(owner: Any) -> Iterator[tuple[str, Control]]:
    """The name and control of every declared setting of a data class or its instance."""
    for item in dataclasses.fields(owner):
        if "control" in item.metadata:
            yield item.name, item.metadata["control"]


def check_settings(owner: Any) -> None:
    """Refuse a data class instance whose settings lie outside their controls.

    Raises:
        ExplorerError: naming the setting, the value and what would be accepted.
    """
    for name, control in controls(owner):
        check_setting(owner, name, control)


def check_setting(owner: Any, name: str, control: Control) -> None:
    """Refuse a setting that its control does not accept.

    Raises:
        ExplorerError: naming the setting, the value and what would be accepted.
    """
    value = getattr(owner, name)
    if not control.accepts(value):
        raise ExplorerError(
            message(
                N_("{owner}: {setting} = {value} cannot work; it must be {expected}."),
                owner=type(owner).__name__,
                setting=name,
                value=repr(value)[:60],
                expected=control.expected(),
            )
        )
