"""What the page *Convolution* looks at: an input, a kernel, and how one slides over the other."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from explorer.inspection.filtering import shrunk
from explorer.inspection.output_size import AxisSize
from explorer.inspection.scope import Scope, of_layer
from explorer.layers.kernels import KERNELS
from explorer.messages import N_
from explorer.specs import Conv2D
from explorer.widgets import data, link, pictures
from explorer.widgets.language import _
from explorer.widgets.microscope import Edit

DIMENSIONS, INPUT, IMAGE, KERNEL = "conv_mode", "conv_input", "conv_image", "conv_kernel"
EDITS = "conv_edits"
MAXIMUM_EDITS = 24
MAXIMUM_FILTERS = 6
PATCH, SHRINK = 24, 4
ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
FLAT_KERNELS = ("prewitt-vertical", "box", "gaussian", "identity")


@dataclass(frozen=True)
class Source:
    """An input to choose: its name and its values (height, width, channels)."""

    title: str
    values: Callable[[], np.ndarray]
    greys: str = ""


@dataclass(frozen=True)
class Setup:
    """A convolution with its input (height, width, channels) and its weights; `shown` is the filter looked at."""

    layer: Conv2D
    inputs: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray
    shown: int
    token: str
    kernel_token: str
    greys: str

    @property
    def flat(self) -> bool:
        return self.inputs.shape[0] == 1

    @property
    def axes(self) -> tuple[AxisSize, AxisSize]:
        """The sizes along the rows and along the columns."""
        rows, columns = (
            AxisSize(size, window, stride, dilation, self.layer.padding)
            for size, window, stride, dilation in zip(
                self.inputs.shape[:2],
                self.layer.kernel_size,
                self.layer.strides,
                self.layer.dilation_rate,
                strict=True,
            )
        )
        return rows, columns

    def scope(self, place: int | None = None) -> Scope:
        """The scope of one filter; the shown one if no other is named."""
        weights = {"kernel": self.kernel, "bias": self.bias}
        return of_layer(self.layer, weights, self.inputs, self.shown if place is None else place)

    def maps(self) -> np.ndarray:
        """The outputs of all filters: (rows, columns, filters)."""
        return np.stack([self.scope(place).output for place in range(self.layer.filters)], axis=-1)


def _example() -> np.ndarray:
    rows = ((3, 1, 0, 2), (6, 4, 1, 0), (0, 2, 5, 3), (1, 0, 4, 2))
    return np.array(rows, np.float32)[..., None]


def _blank() -> np.ndarray:
    """An empty sheet with the first stroke of a drawing, so that there is something to see."""
    sheet = np.zeros((10, 10, 1), np.float32)
    sheet[2:8, 4:6] = 1
    return sheet


def _test_image() -> np.ndarray:
    split = data.test_split("fashion-mnist")
    number = link.number(_("Test image"), 0, len(split.labels) - 1, 0, IMAGE)
    return split.inputs[number] / np.float32(255)


def _photo_patch() -> np.ndarray:
    """The middle of a photo, SHRINK × SHRINK pixels to one."""
    photo = pictures.sample("china")
    side = SHRINK * PATCH
    top, left = ((size - side) // 2 for size in photo.shape[:2])
    return shrunk(photo[top : top + side, left : left + side] / np.float32(255), SHRINK)


def _ten_values() -> np.ndarray:
    return np.array([3, 1, 0, 2, 6, 4, 1, 0, 2, 5], np.float32).reshape(1, 10, 1)


def _step() -> np.ndarray:
    return np.repeat([0, 1, 0], 7).astype(np.float32).reshape(1, 21, 1)


def _image_row() -> np.ndarray:
    return _test_image()[14:15]


GRIDS = {
    "grid": Source(N_("4 × 4 grid of the notes"), _example),
    "drawing": Source(N_("Sheet to draw on"), _blank, "ink"),
    "image": Source(N_("Fashion-MNIST image"), _test_image, "ink"),
    "photo": Source(N_("Patch of a colour photo"), _photo_patch, "light"),
}
SERIES = {
    "ten": Source(N_("Ten values"), _ten_values),
    "step": Source(N_("A step up and down"), _step),
    "row": Source(N_("One row of an image"), _image_row),
}


def controls() -> Setup:
    """Draw the controls; the setup that they describe may not work (`Setup.scope` says why)."""
    flat = link.segmented(_("Dimensions"), {"2d": "2-D", "1d": "1-D"}, DIMENSIONS) == "1d"
    name, source, values = _input_choice(flat)
    names = FLAT_KERNELS if flat else tuple(KERNELS)
    chosen = link.selectbox(
        _("Kernel"), names, KERNEL + "_1d" * flat, format_func=lambda option: _(KERNELS[option].title)
    )
    layer = _layer_choice(flat)
    filters, bias, shown = _filter_settings()
    layer = replace(layer, filters=filters)
    token = f"{name}-{values.shape}-{zlib.crc32(values.tobytes())}"
    kernel_tokens = tuple(f"{chosen}-{layer.kernel_size}-{values.shape[2]}-{place}" for place in range(filters))
    kernels = [
        edited("kernel", kept, _kernel_values(names, names.index(chosen) + place, layer, values.shape[2]))
        for place, kept in enumerate(kernel_tokens)
    ]
    return Setup(
        layer,
        edited("input", token, values),
        np.stack(kernels, axis=-1),
        np.full(filters, bias, np.float32),
        shown,
        token,
        kernel_tokens[shown],
        source.greys,
    )


def _input_choice(flat: bool) -> tuple[str, Source, np.ndarray]:
    sources = SERIES if flat else GRIDS
    name = link.selectbox(
        _("Input"), list(sources), INPUT + "_1d" * flat, format_func=lambda option: _(sources[option].title)
    )
    return name, sources[name], sources[name].values()


def _layer_choice(flat: bool) -> Conv2D:
    left, right = st.columns(2)
    with left:
        size = link.slider("kernel_size", 1, 7, 3, "conv_size", help=_("Cells of the kernel along each side."))
    with right:
        stride = link.slider("strides", 1, 4, 1, "conv_stride", help=_("Cells from one window to the next."))
    dilation = link.slider(
        "dilation_rate", 1, 3, 1, "conv_dilation", help=_("1: no gaps. 2: the kernel takes every second cell.")
    )
    padding = link.segmented("padding", {"valid": "valid", "same": "same"}, "conv_padding")
    activation = link.selectbox("activation", ACTIVATIONS, "conv_activation")
    return Conv2D(
        kernel_size=(1 if flat else size, size),
        strides=(1 if flat else stride, stride),
        dilation_rate=(1 if flat else dilation, dilation),
        padding=padding,
        activation=activation,
    )


def _filter_settings() -> tuple[int, float, int]:
    """The number of filters, their bias, and which one is shown."""
    with st.popover(_("Filters and bias"), icon=":material/tune:", width="stretch"):
        filters = link.slider("filters", 1, MAXIMUM_FILTERS, 1, "conv_filters", help=_("Each filter gives one map."))
        bias = link.slider(_("bias"), -10, 10, 0, "conv_bias", help=_("One number added to every output of a filter."))
    if filters == 1:
        return 1, bias, 0
    return filters, bias, link.slider(_("Filter shown"), 1, filters, 1, "conv_shown") - 1


def _kernel_values(names: Sequence[str], place: int, layer: Conv2D, channels: int) -> np.ndarray:
    """The kernel (rows, columns, channels) at a place of the list, which begins again at its end."""
    square = KERNELS[names[place % len(names)]](layer.kernel_size[1])
    if layer.kernel_size[0] < len(square):
        square = _middle_row(square)
    return np.repeat(square[..., None] / channels, channels, axis=-1)


def _middle_row(square: np.ndarray) -> np.ndarray:
    """A kernel for a series: the middle row of a square one, weighing as much as all of it."""
    row = square[len(square) // 2][None]
    total = float(row.sum())
    return row * (square.sum() / total) if abs(total) > 1e-6 else row


def edited(target: str, token: str, values: np.ndarray) -> np.ndarray:
    """The values as the reader has changed them, or as they are."""
    kept = st.session_state.get(EDITS, {}).get((target, token))
    return values if kept is None or kept.size != values.size else kept.reshape(values.shape)


def keep_edit(setup: Setup, edit: Edit) -> None:
    """Remember what the reader has changed; the oldest edits make room."""
    current = {"input": setup.inputs, "kernel": setup.kernel[..., setup.shown]}.get(edit.target)
    if current is None or current.size != edit.values.size:
        return
    token = setup.token if edit.target == "input" else setup.kernel_token
    kept = {**st.session_state.get(EDITS, {}), (edit.target, token): edit.values}
    st.session_state[EDITS] = dict(list(kept.items())[-MAXIMUM_EDITS:])


def undo_edits() -> None:
    """Put inputs and kernels back to what they were."""
    st.session_state.pop(EDITS, None)
