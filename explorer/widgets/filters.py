"""The pictures of the page *Filters*: photo and filtered photo, and the arithmetic of one pixel."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures import photo
from explorer.inspection import filtering
from explorer.inspection.filtering import Range
from explorer.messages import N_, ExplorerError
from explorer.widgets import filter_pixel, learned_filters, pictures, shell
from explorer.widgets.filters_choice import BANDS, SEPARATE, Canny, Choice, LearnedChoice, explain_empty
from explorer.widgets.language import _, md, t


def show(choice: Choice | LearnedChoice | None) -> None:
    """Everything at the right of the controls."""
    if isinstance(choice, LearnedChoice):
        learned_filters.show(choice)
    elif choice is not None:
        _made(choice)


def _made(choice: Choice) -> None:
    kernel = choice.method
    if isinstance(kernel, np.ndarray):
        explain_empty(kernel)
    at = filter_pixel.place(choice)
    try:
        _photos(choice, at)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        pictures.show(_framed(choice, choice.photo, at), _("The photo"))
    if isinstance(kernel, np.ndarray):
        filter_pixel.arithmetic(choice, kernel, at)


def _photos(choice: Choice, at: tuple[int, int]) -> None:
    """Before and after, side by side at the same size."""
    before, after = choice.values(), choice.filtered()
    white = filtering.WHITE * (1.0 if isinstance(choice.method, Canny) else float(choice.method.sum()))
    found = filtering.value_range(after, white)
    shown = _coloured(choice, after, found)
    before = before.astype(np.uint8)
    if choice.channels == SEPARATE:
        for channels, title in ((before, N_("{channel} channel")), (shown, N_("{channel}, filtered: {title}"))):
            _row(choice, channels, title, at)
    else:
        left, right = st.columns(2)
        height, width = before.shape[:2]
        with left:
            pictures.show(
                _framed(choice, before, at), t(N_("The photo: {width} × {height} pixels"), width=width, height=height)
            )
        with right:
            pictures.show(_framed(choice, shown, at), choice.title)
    st.caption(_range_text(choice, found))


def _row(choice: Choice, channels: np.ndarray, title: str, at: tuple[int, int]) -> None:
    """Three channels side by side."""
    for number, (column, name) in enumerate(zip(st.columns(3), BANDS.values(), strict=True)):
        with column:
            one = channels[:, :, number]
            pictures.show(_framed(choice, one, at), t(title, channel=_(name), title=choice.title))


def _coloured(choice: Choice, values: np.ndarray, found: Range) -> np.ndarray:
    """Filtered values as uint8; of channels apart each takes the diverging colours by itself."""
    if not choice.signed:
        return photo.absolute(values, found.reach)
    if choice.channels == SEPARATE:
        parts = [photo.signed(plane, found.reach, shell.dark()) for plane in np.moveaxis(values, -1, 0)]
        return np.stack(parts, axis=2)
    return photo.signed(values, found.reach, shell.dark())


def _framed(choice: Choice, shown: np.ndarray, at: tuple[int, int]) -> np.ndarray:
    """The picture with the chosen pixel marked; Canny has no kernel, so there is nothing to mark."""
    return photo.marked(shown, *at, len(choice.method)) if isinstance(choice.method, np.ndarray) else shown


def _range_text(choice: Choice, found: Range) -> str:
    if isinstance(choice.method, Canny):
        return _("White: an edge. Black: none.")
    text = {
        (False, False): N_("Values {low} to {high}. Black is 0, white is {reach} up or down; {beyond} lie beyond."),
        (True, False): N_(
            "Values {low} to {high}. Red or orange above 0, blue below, full at ±{reach}; {beyond} lie beyond."
        ),
        (True, True): N_(
            "Values {low} to {high}. Middle grey is 0, white and black are ±{reach}; {beyond} lie beyond."
        ),
    }[choice.signed, choice.signed and choice.channels == "colour"]
    numbers = {"low": found.minimum, "high": found.maximum, "reach": found.reach}
    return md(
        text,
        **{name: f"{number:,.0f}".replace("-", "−") for name, number in numbers.items()},
        beyond=f"{found.beyond:.1%}",
    )
