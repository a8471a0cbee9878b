"""The pictures of the page *Convolution*, all of one setup."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import streamlit as st

from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.scope import View
from explorer.figures.uses import uses_figure
from explorer.inspection import mosaic as mosaics
from explorer.inspection.dense import as_dense, shuffled
from explorer.inspection.output_size import AxisSize
from explorer.inspection.scope import Scope
from explorer.messages import N_, ExplorerError
from explorer.widgets import convolution, figure, microscope, shell, table
from explorer.widgets.convolution import Setup
from explorer.widgets.language import _, md, t


def pictures(setup: Setup) -> None:
    """All of the page, or in a sentence why the kernel cannot slide over this input."""
    try:
        found = setup.scope()
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    hint = _(
        "Point at a cell. Click a kernel cell or double-click an input cell to change it; arrow keys and Enter do too."
    )
    view = View(setup.token, hint, focus=_focus(found), editable=("input", "kernel"), greys=setup.greys)
    microscope.show(found, "convolution", view, on_edit=lambda edit: convolution.keep_edit(setup, edit))
    if st.session_state.get(convolution.EDITS):
        st.button(_("Undo all edits"), icon=":material/undo:", on_click=convolution.undo_edits)
    size, share, filters, dense = st.tabs(
        [_("Output size"), _("How often each cell counts"), _("All filters"), _("Dense layer instead")]
    )
    with size:
        _output_size(setup)
    with share:
        _uses(setup, found.uses())
    with filters:
        _maps(setup)
    with dense:
        _dense(setup)


def _focus(found: Scope) -> tuple[int, int]:
    """The first cell of a small output, the middle of a large one, whose corner may well be empty."""
    rows, columns = found.output.shape
    return (0, 0) if max(rows, columns) <= 10 else (rows // 2, columns // 2)


def _output_size(setup: Setup) -> None:
    rows, columns = setup.axes
    names = [(_("columns"), columns)] if setup.flat else [(_("rows"), rows), (_("columns"), columns)]
    st.markdown("\n\n".join(f"{name}: {_formula(axis)}" for name, axis in names))
    for name, axis in names:
        if axis.dropped:
            text = N_(
                "{name}: the last {dropped} of {size} cells lie behind the last window and are dropped; "
                "padding `same` would reach them."
            )
            st.markdown(md(text, name=name, dropped=axis.dropped, size=axis.size))
        if sum(axis.padded) % 2:
            text = N_(
                "{name}: padding `same` adds {before} before and {after} after; as in Keras the odd one goes last."
            )
            st.markdown(md(text, name=name, before=axis.padded[0], after=axis.padded[1]))
    shape = (*setup.inputs.shape,)
    out = (rows.outputs, columns.outputs, setup.layer.filters)
    st.markdown(
        md(
            N_("One image: {before} becomes {after}. A batch of 128: {batch_before} becomes {batch_after}."),
            before=shape,
            after=out,
            batch_before=(128, *shape),
            batch_after=(128, *out),
        )
    )


def _formula(axis: AxisSize) -> str:
    """The rule with its numbers, as mathematics."""
    span = f"({axis.window} - 1) \\cdot {axis.dilation} + 1 = {axis.span}" if axis.dilation > 1 else str(axis.span)
    if axis.padding == "same":
        numbers = f"\\frac{{{axis.size}}}{{{axis.stride}}}"
        return f"$\\lceil \\frac{{n}}{{s}} \\rceil = \\lceil {numbers} \\rceil = {axis.outputs}$"
    rule = "\\lfloor \\frac{n - k}{s} \\rfloor + 1"
    numbers = f"\\lfloor \\frac{{{axis.size} - {axis.span}}}{{{axis.stride}}} \\rfloor + 1 = {axis.outputs}"
    return f"${rule} = {numbers}$" + (f" · $k = {span}$" if axis.dilation > 1 else "")


def _uses(setup: Setup, counts: np.ndarray) -> None:
    low, high = int(counts.min()), int(counts.max())
    ratio = f"1 : {high / low:.3g}" if low else f"0 : {high}"
    title = t(N_("Windows that each input cell takes part in; rarest to most frequent {ratio}"), ratio=ratio)
    left, right = st.columns([1, 1])
    with left:
        drawn = uses_figure(counts, title, _("row"), _("column"), _("windows"), dark=shell.dark())
        figure.show(drawn, "uses", title)
    with right:
        st.markdown(
            md(
                N_(
                    "The rarest cell takes part in {low} windows, the most frequent in {high}: **{ratio}**. "
                    "Without padding the corners hardly count; padding `same` brings them nearer to the middle."
                ),
                low=low,
                high=high,
                ratio=ratio,
            )
        )


def _maps(setup: Setup) -> None:
    maps = setup.maps()
    shape = " × ".join(str(size) for size in maps.shape)
    title = t(N_("Maps of all filters: {shape}, one scale"), shape=shape)
    labels = MosaicLabels(_("map"), _("row"), _("column"), _("value"))
    figure.show(mosaic_figure(mosaics.tile(maps), title, labels, dark=shell.dark(), height=260), "maps", title)
    kernel = " × ".join(str(size) for size in setup.kernel.shape[:3])
    st.markdown(
        md(
            N_(
                "Each filter is one kernel of {kernel} that spans all channels and gives one map; "
                "{filters} filters give {filters} maps."
            ),
            kernel=kernel,
            filters=setup.layer.filters,
        )
    )


def _dense(setup: Setup) -> None:
    """Weights and operations of both, and what happens when the cells are shuffled."""
    found = as_dense(setup.layer, setup.inputs.shape)
    rows = [
        (_("outputs"), f"{found.outputs:,}", f"{found.outputs:,}"),
        (_("weights"), f"{found.convolution_weights:,}", f"{found.dense_weights:,}"),
        (_("multiplications"), f"{found.convolution_products:,}", f"{found.dense_products:,}"),
    ]
    left, right = st.columns([1, 1.3])
    with left:
        table.show(("", _("Convolution"), _("Dense layer")), rows)
        st.markdown(
            _(
                "A dense layer takes the cells as one long row: which ones were neighbours is lost. Shuffle the "
                "cells of every image in the same way, and it learns just as well. A convolution does not: its "
                "windows hold neighbours."
            )
        )
    with right:
        other = shuffled(setup.inputs)
        title = t(N_("Input as it is and shuffled (seed 0), each above its map"))
        drawn = mosaic_figure(
            mosaics.tile(_pairs(setup, other), columns=2),
            title,
            MosaicLabels(_("map"), _("row"), _("column"), _("value")),
            own_scale=True,
            dark=shell.dark(),
            height=300,
        )
        figure.show(drawn, "shuffled", title)


def _pairs(setup: Setup, other: np.ndarray) -> np.ndarray:
    """Both inputs and both outputs on sheets of one size: (height, width, 4)."""
    outputs = [setup.scope(), replace(setup, inputs=other).scope()]
    sheets = [setup.inputs.mean(axis=2), other.mean(axis=2), *(scope.output for scope in outputs)]
    rows, columns = (max(sheet.shape[axis] for sheet in sheets) for axis in (0, 1))
    padded = np.full((rows, columns, 4), np.nan, np.float32)
    for place, sheet in enumerate(sheets):
        padded[: sheet.shape[0], : sheet.shape[1], place] = sheet
    return padded
