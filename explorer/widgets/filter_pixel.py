"""One pixel of a filtered photo: the pixels under the kernel, the products, the sum."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures.cells import CellLabels, cells_figure, short, written
from explorer.inspection import filtering
from explorer.inspection.filtering import NOTES_EXAMPLE, Patch
from explorer.messages import N_
from explorer.widgets import figure, link, shell
from explorer.widgets.filters_choice import BANDS, Choice
from explorer.widgets.language import _, md, t

ROW, COLUMN, BAND, FROM = "pixel_row", "pixel_column", "pixel_channel", "pixel_patch"
HEIGHT = 190


def place(choice: Choice) -> tuple[int, int]:
    """The row and column (from 0) of the pixel that the page looks at, before its controls are drawn."""
    height, width = choice.photo.shape[:2]
    return _restored(ROW, height) - 1, _restored(COLUMN, width) - 1


def arithmetic(choice: Choice, kernel: np.ndarray, at: tuple[int, int]) -> None:
    """The controls, the three pictures and the sum written out."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {"photo": _("of the photo"), "notes": _("of the course notes")}
        notes = link.segmented(_("Patch"), names, FROM) == "notes"
        band = None if notes else _controls(choice)
    if notes:
        shown, title = NOTES_EXAMPLE, t(N_("The notes' example"))
    else:
        values = choice.values() if band is None else choice.photo[..., band]
        shown = filtering.patch(values, kernel, *at, choice.border)
        title = t(N_("Row {row}, column {column}"), row=at[0] + 1, column=at[1] + 1)
    _pictures(shown, title, white=None if notes else filtering.WHITE)
    st.markdown(md(N_("Sum of the products: {sum}"), sum=_written_out(shown)))
    _numbers(shown)


def _restored(key: str, length: int) -> int:
    """The pixel's row or column, from 1: the link's or the reader's, else the middle."""
    link.restore(key, link.whole(1, length))
    if st.session_state.get(key, 1) not in range(1, length + 1):
        # Set, not forgotten: the browser would go on showing a place that this picture has not.
        st.session_state[key] = _middle(length)
    return int(st.session_state.get(key, _middle(length)))


def _middle(length: int) -> int:
    return length // 2 + 1


def _controls(choice: Choice) -> int | None:
    """Row, column, and of a colour photo the channel."""
    for key, label, length in zip((ROW, COLUMN), (_("Row"), _("Column")), choice.photo.shape, strict=False):
        default = _middle(length)
        chosen = st.number_input(label, 1, length, default, key=key, persist_state="session", width=120)
        link.keep(key, chosen, default)
    if choice.values().ndim == 2:
        return None
    name = link.segmented(_("Channel"), {name: _(text) for name, text in BANDS.items()}, BAND)
    return list(BANDS).index(name)


def _pictures(shown: Patch, title: str, white: float | None) -> None:
    labels = CellLabels(_("row"), _("column"), _("value"))
    parts = (
        ("patch", shown.values, title, white or float(shown.values.max())),
        ("kernel", shown.kernel, _("× kernel"), None),
        ("products", shown.products, t(N_("= products, together {sum}"), sum=short(shown.total)), None),
    )
    for place, (key, values, name, scale) in zip(st.columns(3), parts, strict=True):
        with place:
            drawn = cells_figure(values, name, labels, white=scale, dark=shell.dark(), height=HEIGHT)
            figure.show(drawn, f"cells-{key}", f"{name}: {written(values)}")


def _written_out(shown: Patch) -> str:
    """2 × 1 + 3 × 0 + 1 × (−1) ... = −1."""
    pairs = zip(shown.values.ravel().tolist(), shown.kernel.ravel().tolist(), strict=True)
    terms = [f"{short(value)} × {f'({short(weight)})' if weight < 0 else short(weight)}" for value, weight in pairs]
    return f"{' + '.join(terms)} = {short(shown.total)}"


def _numbers(shown: Patch) -> None:
    """Cell by cell, one click away."""
    with st.expander(_("Show numbers"), icon=":material/table:", key="numbers", on_change="rerun") as opened:
        if not opened.open:
            return
        rows, columns = np.indices(shown.kernel.shape).reshape(2, -1)
        st.dataframe(
            {
                _("row"): rows + 1,
                _("column"): columns + 1,
                _("value"): shown.values.ravel(),
                _("weight"): shown.kernel.ravel(),
                _("product"): shown.products.ravel(),
            },
            hide_index=True,
            height=240,
        )
