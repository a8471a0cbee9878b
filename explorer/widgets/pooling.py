"""What the page *Pooling and dropout* shows of pooling: one window, all channels, and a shifted input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures.bars import bars_figure
from explorer.figures.mosaic import MosaicLabels, mosaic_figure
from explorer.figures.scope import View
from explorer.inspection import mosaic as mosaics
from explorer.inspection.scope import of_layer
from explorer.inspection.shift import change, shifted
from explorer.layers import forward
from explorer.messages import N_, ExplorerError
from explorer.network import Network
from explorer.specs import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, Layer, MaxPooling2D
from explorer.widgets import data, example, figure, link, microscope, shell
from explorer.widgets.convolution import GRIDS
from explorer.widgets.inside_image import images
from explorer.widgets.language import _, md, t

FIRST = "conv2d_1"
KINDS: dict[str, Callable[[int, int, str], Layer]] = {
    "MaxPooling2D": lambda size, stride, padding: MaxPooling2D((size, size), (stride, stride), padding),
    "AveragePooling2D": lambda size, stride, padding: AveragePooling2D((size, size), (stride, stride), padding),
    "GlobalMaxPooling2D": lambda size, stride, padding: GlobalMaxPooling2D(),
    "GlobalAveragePooling2D": lambda size, stride, padding: GlobalAveragePooling2D(),
}
WINDOWED = ("MaxPooling2D", "AveragePooling2D")


@dataclass(frozen=True)
class Setup:
    """A pooling layer, one channel of an input (height, width, 1) for the microscope, and a shift in cells.

    `network` is the shipped model, whose maps are pooled.
    """

    network: Network
    layer: Layer
    inputs: np.ndarray
    token: str
    image: int
    map: int
    down: int
    right: int


def controls() -> Setup | None:
    """Draw the controls of the pooling view; None (with a sentence said) without the shipped model."""
    names = {"map": N_("Feature map of a trained CNN"), "grid": GRIDS["grid"].title}
    source = link.selectbox(_("Input"), list(names), "pool_input", format_func=lambda name: _(names[name]))
    image = number = 0
    if source == "map":
        left, right = st.columns(2)
        with left:
            image = link.number(_("Test image"), 0, len(data.test_split("fashion-mnist").labels) - 1, 0, "pool_image")
        with right:
            number = link.number(_("Map"), 1, 32, 1, "pool_map") - 1
    kind = link.selectbox(_("Layer"), list(KINDS), "pool_layer")
    size = stride = 2
    padding = "valid"
    if kind in WINDOWED:
        left, right = st.columns(2)
        with left:
            size = link.slider("pool_size", 1, 7, 2, "pool_size", help=_("Cells of the window along each side."))
        with right:
            stride = link.slider(
                "strides", 1, 7, 2, "pool_stride", help=_("Cells from one window to the next; in Keras the pool size.")
            )
        padding = link.segmented("padding", {"valid": "valid", "same": "same"}, "pool_padding")
    left, right = st.columns(2)
    with left:
        across = link.slider(_("Shift right"), -4, 4, 1, "pool_right", help=_("Cells by which the image is moved."))
    with right:
        down = link.slider(_("Shift down"), -4, 4, 0, "pool_down")
    try:
        network = example.network()
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return None
    maps = GRIDS["grid"].values() if source == "grid" else _first_maps(network, image)[..., number : number + 1]
    layer = KINDS[kind](size, stride, padding)
    return Setup(network, layer, maps, f"{source}-{image}-{number}", image, number, down, across)


def _first_maps(network: Network, image: int, down: int = 0, right: int = 0) -> np.ndarray:
    """The first convolution's maps (28, 28, 32) of a test image that may have been moved."""
    return network.trace(_moved(image, down, right), until=FIRST)[FIRST].output[0]


def _moved(image: int, down: int, right: int) -> np.ndarray:
    return shifted(images(data.test_split("fashion-mnist"), image, image + 1), down, right)


def pictures(setup: Setup) -> None:
    """All of the pooling view, or in a sentence why the window does not fit."""
    try:
        found = of_layer(setup.layer, {}, setup.inputs, 0)
    except ExplorerError as error:
        st.error(md(error.problem), icon=":material/error:")
        return
    hint = _("Point at an output cell: its window lights up, and the largest value of a maximum is framed.")
    rows, columns = found.output.shape
    microscope.show(found, "pooling", View(setup.token, hint, focus=(rows // 2, columns // 2)))
    st.markdown(_("Pooling has no weights, so nothing in it is trained."))
    channels, shift, network = st.tabs(
        [_("Channels never shrink"), _("Shift by a pixel"), _("Shift through a whole CNN")]
    )
    with channels:
        _channels(setup)
    with shift:
        _shift(setup)
    with network:
        _through_network(setup)


def _channels(setup: Setup) -> None:
    before = _first_maps(setup.network, setup.image)
    after = _pooled(setup.layer, before)
    labels = MosaicLabels(_("map"), _("row"), _("column"), _("value"))
    texts = (N_("Before: {shape}"), N_("After: {shape}, as many maps as before"))
    for column, maps, text, key in zip(st.columns(2), (before, after), texts, ("before", "after"), strict=True):
        title = t(text, shape=" × ".join(str(size) for size in maps.shape))
        picture = mosaics.tile_values(maps)
        with column:
            figure.show(mosaic_figure(picture, title, labels, dark=shell.dark(), height=260), f"pool-{key}", title)
    st.markdown(
        _(
            "Every map is pooled by itself: rows and columns become fewer, maps do not. "
            "These are the maps of the first layer of a trained CNN."
        )
    )


def _pooled(layer: Layer, maps: np.ndarray) -> np.ndarray:
    return forward(layer, {}, maps[None]).output[0]


def _shift(setup: Setup) -> None:
    """One map as it is and of the moved image, before and after pooling."""
    maps = [_first_maps(setup.network, setup.image, *by) for by in _moves(setup)]
    before, moved = (found[..., setup.map : setup.map + 1] for found in maps)
    pooled, pooled_moved = (np.atleast_3d(_pooled(setup.layer, maps)) for maps in (before, moved))
    hidden, seen = change(before, moved), change(pooled, pooled_moved)
    left, right = st.columns(2)
    labels = MosaicLabels(_("map"), _("row"), _("column"), _("value"))
    for column, pair, text, key in (
        (left, (before, moved), N_("Before pooling: {share} changed"), "shift-before"),
        (right, (pooled, pooled_moved), N_("After pooling: {share} changed"), "shift-after"),
    ):
        title = t(text, share=f"{change(*pair):.0%}")
        picture = mosaics.tile(np.concatenate([part.reshape(*pair[0].shape[:2], 1) for part in pair], -1), columns=2)
        with column:
            figure.show(mosaic_figure(picture, title, labels, dark=shell.dark(), height=240), key, title)
    st.markdown(
        md(
            N_(
                "Left of each pair: the image as it is; right: moved by {right} to the right and {down} down. "
                "The change is ‖after − before‖ / ‖before‖: **{hidden}** before pooling, **{seen}** after it. "
                "A larger window hides more, and forgets more of where things are."
            ),
            right=setup.right,
            down=setup.down,
            hidden=f"{hidden:.0%}",
            seen=f"{seen:.0%}",
        )
    )


def _moves(setup: Setup) -> tuple[tuple[int, int], tuple[int, int]]:
    return (0, 0), (setup.down, setup.right)


def _through_network(setup: Setup) -> None:
    traces = [setup.network.trace(_moved(setup.image, *by)) for by in _moves(setup)]
    changes = [change(*(trace.inputs for trace in traces))]
    changes += [change(a.output, b.output) for a, b in zip(traces[0].layers, traces[1].layers, strict=True)]
    names = [_("Input"), *(layer.name for layer in traces[0].layers)]
    title = t(N_("Change of each layer's output when the image moves; {model}"), model=example.MODEL)
    drawn = bars_figure(names, changes, title, _("change"), percent=True, dark=shell.dark(), height=280)
    figure.show(drawn, "shift-network", title)
