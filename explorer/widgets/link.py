"""Settings in the page's link, by their own names and values in every language.

Streamlit can bind a widget to the link itself, but writes the label that the reader sees:
a Korean link would not open in English. So a widget's state is restored from the link
before it is drawn, and its value is kept in the link afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.messages import N_
from explorer.widgets.language import md

_WRITTEN = "written_links"

Parse = Callable[[str], Any]


def asked(key: str) -> str | None:
    """What the link asks for under `key`; None if that is nothing but what the page itself wrote there."""
    text = st.query_params.get(key)
    return None if text == _written().get(key) else text


def restore(key: str, parse: Parse) -> None:
    """Give the widget `key` the link's value, unless the link only echoes the widget.

    `parse` turns the link's text into a value and raises ValueError when it cannot; the
    reader is told then, and the widget keeps what it has.
    """
    text = asked(key)
    if text is None:
        return
    try:
        st.session_state[key] = parse(text)
    except ValueError:
        st.warning(
            md(N_("The link asks for {key} = {value}, which is not to be had here."), key=key, value=text[:60]),
            icon=":material/link_off:",
        )


def keep(key: str, value: Any, default: Any = None) -> None:
    """Write a widget's value into the link, or take it out when it is the default."""
    text = None if value == default else _text(value)
    _written()[key] = text
    if text is None:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get(key) != text:
        st.query_params[key] = text


def give(settings: Mapping[str, str]) -> None:
    """Put settings into the link by their names, before their widgets are drawn: the page then has them."""
    for key, text in settings.items():
        st.query_params[key] = text
        _written().pop(key, None)


def tell_again() -> None:
    """Tell the browser anew what is chosen: it knows an option by its name, which has changed with the language."""
    for key, value in st.session_state.items():
        if isinstance(value, str | int | float | list) and not isinstance(value, bool):
            st.session_state[key] = value


def limit(key: str, options: Container[Any]) -> None:
    """Forget a widget's value that another model or data set has no place for."""
    if key in st.session_state and st.session_state[key] not in options:
        del st.session_state[key]


def selectbox(label: str, options: Sequence[str], key: str, **appearance: Any) -> str:
    """A select box in the link; its first option is the default."""
    restore(key, one_of(options))
    if st.session_state.get(key, options[0]) not in options:
        # Forgotten alone would not do: a browser goes on showing the option that is gone.
        st.session_state[key] = options[0]
    chosen = st.selectbox(label, options, key=key, persist_state="session", **appearance) or options[0]
    keep(key, chosen, options[0])
    return chosen


def slider(label: str, minimum: int, maximum: int, default: int, key: str, **appearance: Any) -> int:
    """A slider over whole numbers, in the link."""
    restore(key, whole(minimum, maximum))
    limit(key, range(minimum, maximum + 1))
    chosen = int(st.slider(label, minimum, maximum, default, key=key, persist_state="session", **appearance))
    keep(key, chosen, default)
    return chosen


def number(label: str, minimum: int, maximum: int, default: int, key: str, **appearance: Any) -> int:
    """A field for a whole number, in the link; an emptied field stands for the default."""
    restore(key, whole(minimum, maximum))
    limit(key, range(minimum, maximum + 1))
    chosen = st.number_input(label, minimum, maximum, default, key=key, persist_state="session", **appearance)
    keep(key, chosen, default)
    return default if chosen is None else int(chosen)


def segmented(label: str, names: Mapping[str, str], key: str, **appearance: Any) -> str:
    """Buttons of which one is pressed, in the link; `names` are what the reader sees, the first is the default."""
    options = list(names)
    restore(key, one_of(options))
    limit(key, options)
    chosen = st.segmented_control(
        label,
        options,
        wrap=True,
        default=options[0],
        required=True,
        format_func=names.__getitem__,
        key=key,
        persist_state="session",
        **appearance,
    )
    keep(key, chosen, options[0])
    return str(chosen)


def several(label: str, names: Mapping[str, str], default: Sequence[str], key: str, **appearance: Any) -> list[str]:
    """Buttons of which any number is pressed, in the link; `names` are what the reader sees, and in their order."""
    restore(key, some_of(names))
    pressed = st.pills(
        label,
        list(names),
        selection_mode="multi",
        wrap=True,
        default=list(default),
        format_func=names.__getitem__,
        key=key,
        persist_state="session",
        **appearance,
    )
    chosen = [name for name in names if name in pressed]
    keep(key, ",".join(chosen), ",".join(default))
    return chosen


def one_of(options: Iterable[Any]) -> Parse:
    """Reads one of the options, written as its own text."""
    known = {_text(option): option for option in options}

    def parse(text: str) -> Any:
        if text not in known:
            raise ValueError(text)
        return known[text]

    return parse


def some_of(options: Container[str]) -> Parse:
    """Reads options with commas between them; an empty text is none of them."""

    def parse(text: str) -> list[str]:
        named = [name for name in text.split(",") if name]
        if any(name not in options for name in named):
            raise ValueError(text)
        return named

    return parse


def whole(minimum: int, maximum: int) -> Parse:
    """Reads a whole number within bounds."""

    def parse(text: str) -> int:
        number = int(text)
        if not minimum <= number <= maximum:
            raise ValueError(text)
        return number

    return parse


def _written() -> dict[str, str | None]:
    written: dict[str, str | None] = st.session_state.setdefault(_WRITTEN, {})
    return written


def _text(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
