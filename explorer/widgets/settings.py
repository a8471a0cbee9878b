"""One form for every setting: draws the control that a data class field declares."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import streamlit as st

from explorer.controls import NONE, Choice, Control, Fraction, Pair, Scale, Switch, Whole
from explorer.widgets.language import _


@singledispatch
def draw(control: Control, value: Any, **place: Any) -> Any:
    """Draw a control showing `value` and return what the reader chose.

    `place` is passed on to the Streamlit widget: key, on_change, args, persist_state.
    """
    raise TypeError(f"No widget for {type(control).__name__}")


@draw.register
def _whole(control: Whole, value: int, **place: Any) -> int:
    return int(_number(control, value, **place))


@draw.register
def _pair(control: Pair, value: tuple[int, int] | None, **place: Any) -> tuple[int, int] | None:
    chosen = _number(control, value[0] if value else None, **place)
    return None if chosen is None else (int(chosen), int(chosen))


@draw.register
def _fraction(control: Fraction, value: float, **place: Any) -> float:
    return float(_number(control, value, format="%g", **place))


@singledispatch
def slide(control: Control, value: Any, **place: Any) -> Any:
    """As `draw`, with a slider for numbers."""
    return draw(control, value, **place)


@slide.register(Whole)
@slide.register(Fraction)
def _slider(control: Whole | Fraction, value: float, **place: Any) -> Any:
    return st.slider(
        _(control.label), control.minimum, control.maximum, value, control.step, help=_(control.help), **place
    )


def _number(control: Whole | Fraction, value: float | None, **place: Any) -> Any:
    return st.number_input(
        _(control.label),
        control.minimum,
        control.maximum,
        value,
        step=control.step,
        help=_(control.help),
        **place,
    )


@draw.register
def _scale(control: Scale, value: float, **place: Any) -> float:
    stops = sorted({*control.stops, value})
    return float(
        st.select_slider(
            _(control.label),
            stops,
            value,
            format_func=plain,
            help=_(control.help),
            **place,
        )
    )


@draw.register
def _choice(control: Choice, value: str, **place: Any) -> str:
    index = control.options.index(value)
    named = {NONE: _("none")}
    return str(
        st.selectbox(
            _(control.label),
            control.options,
            index,
            format_func=lambda option: named.get(option, option),
            help=_(control.help),
            **place,
        )
    )


@draw.register
def _switch(control: Switch, value: bool, **place: Any) -> bool:
    return bool(st.toggle(_(control.label), value, help=_(control.help), **place))


def parse(control: Control, text: str) -> Any:
    """The value that a text in a link stands for.

    Raises:
        ValueError: if the control does not accept it.
    """
    value: Any = text
    if isinstance(control, Whole):
        value = int(text)
    elif isinstance(control, Fraction):
        value = float(text)
    elif isinstance(control, Switch):
        value = {"True": True, "False": False}.get(text)
    if not control.accepts(value):
        raise ValueError(text)
    return value


def plain(number: float) -> str:
    """A number as a person writes it: 0.00001, not 1e-05."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def value_of(control: Control, shown: Any) -> Any:
    """The setting that a widget's state stands for: a pair is shown as one number."""
    return (shown, shown) if isinstance(control, Pair) and shown is not None else shown
