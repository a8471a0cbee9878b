"""The numbers of the page *Augmentation*: a variant's matrices, one of its pixels, and all variants in a table."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.augmentation import parts
from explorer.inspection.variants import Fetched, fetched
from explorer.messages import N_
from explorer.widgets import augmentation_form, link
from explorer.widgets.augmentation import Setup, flips, in_words, signed
from explorer.widgets.language import _, md

ROW, COLUMN = "aug_row", "aug_column"


def arithmetic(setup: Setup, chosen: int) -> None:
    """The chosen variant's matrices and their product, and what they do to one pixel."""
    changes = setup.changes[chosen]
    st.markdown(md(N_("**Variant {number}**: {changes}."), number=chosen + 1, changes=in_words(changes)[0]))
    factors = {name: factor[0] for name, factor in parts(changes).items()}
    product = np.linalg.multi_dot(list(factors.values()))
    _matrices(factors, product)
    st.caption(
        _(
            "The product leads from a pixel (x, y, 1) of the variant, counted from the middle, to the place in the "
            "image whose value it takes. So what is seen goes the other way: a shift of +2 in x fetches from two "
            "pixels further right, and the picture moves left; a zoom above 1 makes it smaller."
        )
    )
    _pixel(setup, chosen, product)


def _matrices(factors: dict[str, np.ndarray], product: np.ndarray) -> None:
    names = {
        "rotation": _("rotation"),
        "shift": _("shift"),
        "shear": _("shear"),
        "zoom": _("zoom"),
        "flip": _("flip"),
    }
    # One formula for each matrix: the line breaks between them where the page is narrow.
    labelled = [f"$\\underset{{\\textsf{{{names[name]}}}}}{{{_matrix(m)}}}$" for name, m in factors.items()]
    st.markdown(" $\\cdot$ ".join(labelled) + f" ${{=}} \\; {_matrix(product)}$")


def _matrix(values: np.ndarray) -> str:
    rows = " \\\\ ".join(" & ".join(_entry(float(value)) for value in row) for row in values)
    return f"\\small\\begin{{pmatrix}} {rows} \\end{{pmatrix}}"


def _entry(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pixel(setup: Setup, chosen: int, product: np.ndarray) -> None:
    """One pixel of the variant, followed back into the image."""
    height, width = setup.image.shape
    left, right = st.columns([1, 2.6], vertical_alignment="center")
    with left, st.container(horizontal=True):
        row = link.number(_("Row"), 1, height, height // 2, ROW, width=100)
        column = link.number(_("Column"), 1, width, width // 2, COLUMN, width=100)
    found = fetched(setup.image, product, row - 1, column - 1)
    value = float(setup.variants[chosen][row - 1, column - 1])
    with right:
        st.markdown(_way(found, row, column))
        st.markdown(_sum(found, value))


def _way(found: Fetched, row: int, column: int) -> str:
    text = (
        N_(
            "Row {row}, column {column} of the variant is (x, y) = {offset}. The product leads to {target} in the "
            "image, beyond its edge; the nearest place on the edge counts: row {down}, column {across}."
        )
        if found.outside
        else N_(
            "Row {row}, column {column} of the variant is (x, y) = {offset}. The product leads to {target} in the "
            "image: row {down}, column {across}."
        )
    )
    down, across = found.place + 1
    return md(
        text,
        row=row,
        column=column,
        offset=_point(found.offset),
        target=_point(found.target),
        down=f"{down:.2f}",
        across=f"{across:.2f}",
    )


def _point(place: np.ndarray) -> str:
    return f"({', '.join(signed(float(value), 2) for value in place)})"


def _sum(found: Fetched, value: float) -> str:
    """The four pixels around the place, each with its share."""
    pairs = zip(found.weights.ravel(), found.values.ravel(), strict=True)
    terms = " + ".join(f"{weight:.2f} · {pixel:.3f}" for weight, pixel in pairs)
    return md(
        N_("The four pixels there, each with its share: {terms} = **{value}**"), terms=terms, value=f"{value:.3f}"
    )


def meaning(setup: Setup) -> None:
    """What all this is good for, and the way to a training with it."""
    st.markdown(
        _(
            "The label stays: a turned, moved or mirrored bag is still a bag. Only training images are changed, and "
            "only such changes help as the test images could show too: no test boot stands on its head."
        )
    )
    augmentation_form.lab_link(setup.augmentation)


def numbers(setup: Setup) -> None:
    """The changes of all variants, one click away."""
    with st.expander(_("Show numbers"), icon=":material/table:", key="aug_numbers", on_change="rerun") as opened:
        if not opened.open:
            return
        changes = setup.changes
        columns = {
            _("rotation"): changes.rotation,
            _("shift x"): changes.right,
            _("shift y"): changes.down,
            _("shear"): changes.shear,
            _("zoom x"): changes.zoom_x,
            _("zoom y"): changes.zoom_y,
            _("flip"): flips(changes),
        }
        st.dataframe({_("variant"): range(1, len(changes) + 1), **columns}, hide_index=True, height=240)
