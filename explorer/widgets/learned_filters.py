"""What a trained network uses in place of hand-made filters, applied to the same photo."""

from __future__ import annotations

import numpy as np
import streamlit as st

from explorer.figures import photo
from explorer.figures.cells import CellLabels, cells_figure, written
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.inspection import filtering
from explorer.inspection import mosaic as mosaics
from explorer.messages import N_, ExplorerError
from explorer.network import Network
from explorer.specs import Conv2D
from explorer.widgets import figure, inside_choice, pictures, shell
from explorer.widgets.filters_choice import LearnedChoice
from explorer.widgets.language import _, md, t

COLUMNS = 6
SHRINK = 4
HEIGHT = 220


def show(choice: LearnedChoice) -> None:
    """The photo through the chosen filter beside what all filters make of it, and their kernels."""
    st.markdown(
        _(
            "People chose the filters made by hand, one for each purpose. A network finds its own while it learns, "
            "all those that its task needs: that is why learned filters replaced them."
        )
    )
    try:
        trained = inside_choice.network(choice.run, choice.run.kept_epoch)
        # Of a model from a file nobody knows how it began.
        began = choice.run.epochs[:1] == (0,) and not choice.run.record.uploaded
        untrained = inside_choice.network(choice.run, 0) if began else None
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    grey = filtering.grey(choice.photo)
    left, right = st.columns(2)
    with left:
        _one(trained, grey, choice.number)
    with right:
        _all(trained, grey, choice.run.record.name)
    _kernels(trained, untrained, choice.number)
    _numbers(trained)


def _first(shown: Network) -> tuple[Conv2D, dict[str, np.ndarray]]:
    name, layer = next(
        (name, layer)
        for name, layer in zip(shown.spec.names(), shown.spec.layers, strict=True)
        if isinstance(layer, Conv2D)
    )
    return layer, shown.weights[name]


def _one(shown: Network, grey: np.ndarray, number: int) -> None:
    """The whole photo through one filter."""
    layer, weights = _first(shown)
    output = filtering.learned_map(layer, weights, grey, number)
    found = filtering.value_range(output, 0)
    title = t(
        N_("Filter {number}: values {low} to {high}, white from {reach}"),
        number=number + 1,
        low=f"{found.minimum:.3g}",
        high=f"{found.maximum:.2f}",
        reach=f"{found.reach:.2f}",
    )
    pictures.show(photo.absolute(output, found.reach), title)
    if not output.any():
        st.caption(_("This filter is silent here: before ReLU its values are below 0 everywhere."))


def _all(shown: Network, grey: np.ndarray, name: str) -> None:
    """All maps of the first layer, small."""
    layer, weights = _first(shown)
    tiles = _tiles(layer, layer.activation, dict(weights), filtering.shrunk(grey, SHRINK))
    pictures.show(
        tiles, t(N_("All {count} filters of {model}, each on its own scale"), count=layer.filters, model=name)
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _tiles(_layer: Conv2D, activation: str, weights: dict[str, np.ndarray], grey: np.ndarray) -> np.ndarray:
    output = filtering.learned_maps(_layer, weights, grey)
    maps = [photo.absolute(one, filtering.value_range(one, 0).reach) for one in np.moveaxis(output, -1, 0)]
    return photo.tiled(np.stack(maps, axis=-1), COLUMNS)


def _kernels(trained: Network, untrained: Network | None, number: int) -> None:
    """The chosen kernel with its numbers, and all kernels, trained beside untrained, on one scale about 0."""
    known = [trained] if untrained is None else [trained, untrained]
    tiles = [mosaics.tile_kernels(_first(shown)[1]["kernel"]) for shown in known]
    reach = max(mosaics.usual_reach(mosaic) for mosaic in tiles)
    names = (
        t(N_("Learned kernels, colours to {limit}"), limit=f"±{reach:.2f}"),
        t(N_("Kernels untrained, same colours")),
    )
    labels = MosaicLabels(_("filter"), _("row"), _("column"), _("weight"), _("channel"))
    first, *others = st.columns([1, 2, 2])
    with first:
        kernel = _first(trained)[1]["kernel"][..., 0, number].round(2)
        title = t(N_("Kernel {number}"), number=number + 1)
        drawn = cells_figure(
            kernel, title, CellLabels(_("row"), _("column"), _("weight")), dark=shell.dark(), height=HEIGHT
        )
        figure.show(drawn, "cells-kernel", f"{title}: {written(kernel)}")
    for place, mosaic, name, key in zip(others, tiles, names, ("learned-kernels", "untrained-kernels"), strict=False):
        with place:
            drawn = mosaic_figure(mosaic, name, labels, reach=reach, dark=shell.dark(), height=HEIGHT)
            figure.show(drawn, key, name)


def _numbers(shown: Network) -> None:
    """Every weight of the layer, one click away."""
    with st.expander(_("Show numbers"), icon=":material/table:", key="numbers", on_change="rerun") as opened:
        if not opened.open:
            return
        layer, weights = _first(shown)
        cells = weights["kernel"].reshape(-1, layer.filters)
        st.dataframe(
            {
                _("filter"): list(range(1, layer.filters + 1)),
                **{f"{_('weight')} {number}": row for number, row in enumerate(cells, start=1)},
                **({_("bias"): weights["bias"]} if layer.use_bias else {}),
            },
            hide_index=True,
            height=240,
        )
